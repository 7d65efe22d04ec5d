from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DutiesConfig(AppConfig):
    name = "bihuan.duties"
    label = "duties"

    def ready(self) -> None:
        from bihuan.duties import permissions
        from bihuan.foundation import navigation
        from bihuan.foundation.jobs import declare_recurring
        from bihuan.foundation.scope import register_system_scope

        permissions.register()
        models = ("clock", "clockentry", "clockcycle", "clockalert", "calendarversion", "policyversion", "workcalendar")
        register_system_scope("scanner", models={f"duties.{name}" for name in models})
        declare_recurring("duties.scan", "bihuan.duties.tasks.scan_clocks", "FREQ=MINUTELY")
        entry = navigation.Entry
        navigation.register(
            entry("administration", _("Working calendars"), "duties:calendars", permissions.CALENDARS_VIEW, 70),
            entry("administration", _("Deadline policies"), "duties:policies", permissions.CALENDARS_VIEW, 80),
        )
