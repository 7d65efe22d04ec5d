from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RecordsConfig(AppConfig):
    name = "bihuan.records"
    label = "records"

    def ready(self) -> None:
        from bihuan.foundation import navigation
        from bihuan.foundation.jobs import declare_recurring
        from bihuan.foundation.ports import ports
        from bihuan.organisation.models import GroupMember
        from bihuan.records import permissions
        from bihuan.records.services import activity_port, register_values

        permissions.register()
        register_values("role", dict(GroupMember.Role.choices))
        ports.write_activity = activity_port
        declare_recurring(
            "records.activity_seal", "bihuan.records.tasks.seal_activity", "FREQ=DAILY;BYHOUR=3;BYMINUTE=10"
        )
        navigation.register(
            navigation.Entry("administration", _("Activity log"), "records:activity", permissions.ACTIVITY_VIEW, 80)
        )
