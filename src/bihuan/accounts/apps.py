from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "bihuan.accounts"
    label = "accounts"

    def ready(self) -> None:
        from bihuan.accounts import handlers, permissions  # noqa: F401
        from bihuan.accounts.services import actor_of_request
        from bihuan.foundation import navigation
        from bihuan.foundation.ports import ports

        ports.actor_of_request = actor_of_request
        permissions.register()
        entry = navigation.Entry
        navigation.register(
            entry("administration", _("Users"), "accounts:users", permissions.USERS_VIEW, 50),
            entry("administration", _("Roles"), "accounts:roles", permissions.ROLES_VIEW, 60),
        )
