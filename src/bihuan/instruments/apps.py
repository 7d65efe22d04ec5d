from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InstrumentsConfig(AppConfig):
    name = "bihuan.instruments"
    label = "instruments"

    def ready(self) -> None:
        from bihuan.foundation import navigation
        from bihuan.foundation.scope import register_system_scope
        from bihuan.instruments import permissions
        from bihuan.instruments.selectors import LIBRARY

        permissions.register()
        # A form of a station uses the scales of its company, which stand above the station's own rows.
        register_system_scope(LIBRARY, models={"instruments.scaleentry", "organisation.orgunit"})
        navigation.register(
            navigation.Entry("voice", _("Forms"), "instruments:instruments", permissions.VIEW, 90),
            navigation.Entry("voice", _("Scale library"), "instruments:scales", permissions.EDIT, 95),
        )
