from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "bihuan.accounts"
    label = "accounts"

    def ready(self) -> None:
        from bihuan.accounts.selectors import actor_of_request
        from bihuan.foundation.ports import ports

        ports.actor_of_request = actor_of_request
