from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InstrumentsConfig(AppConfig):
    name = "bihuan.instruments"
    label = "instruments"

    def ready(self) -> None:
        from bihuan.foundation import navigation
        from bihuan.instruments import permissions

        permissions.register()
        navigation.register(navigation.Entry("voice", _("Forms"), "instruments:instruments", permissions.VIEW, 90))
