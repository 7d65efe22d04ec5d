from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrganisationConfig(AppConfig):
    name = "bihuan.organisation"
    label = "organisation"

    def ready(self) -> None:
        from bihuan.foundation import navigation
        from bihuan.organisation import permissions

        permissions.register()
        entry = navigation.Entry
        navigation.register(
            entry("administration", _("Org units"), "organisation:units", permissions.VIEW, 10),
            entry("administration", _("People and posts"), "organisation:people", permissions.VIEW, 20),
            entry("administration", _("Lines, vehicles, counters"), "organisation:assets", permissions.VIEW, 30),
            entry("administration", _("Working groups"), "organisation:groups", permissions.VIEW, 40),
        )
