from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RectificationConfig(AppConfig):
    name = "bihuan.rectification"
    label = "rectification"

    def ready(self) -> None:
        from bihuan.foundation import navigation, today
        from bihuan.foundation.jobs import declare_recurring
        from bihuan.foundation.scope import register_system_scope
        from bihuan.records.services import register_actions, register_fields, register_subject, register_values
        from bihuan.rectification import handlers, permissions
        from bihuan.rectification.enums import Verdict
        from bihuan.rectification.today import share

        permissions.declare_all()
        handlers.connect()
        register_system_scope("scanner", models={"rectification.notice"})
        clock_models = {f"duties.{name}" for name in ("clock", "clockentry", "clockcycle", "clockalert")}
        register_system_scope("rectification.rechecks", models={"rectification.notice", *clock_models})
        for label, view in {
            "rectification.finding": permissions.FINDINGS_VIEW,
            "rectification.notice": permissions.NOTICES_VIEW,
            "rectification.need": permissions.NEEDS_VIEW,
        }.items():
            register_subject(label, view, view)
        register_actions(
            {
                "raise": _("raised it"),
                "register": _("registered it"),
                "need_link": _("linked a finding"),
                "need_unlink": _("took the link to a finding off"),
                "draft": _("drafted it"),
                "extension_ask": _("asked for more time"),
                "extension_approve": _("granted more time"),
                "extension_refuse": _("refused more time"),
                "action_plan": _("planned an action"),
            }
        )
        register_fields(
            {
                "days": _("number of working days"),
                "evidence": _("what was seen"),
                "verdict": _("verdict"),
                "notice": _("notice"),
                "owner": _("owner"),
                "due_on": _("due on"),
                "finding": _("finding"),
            }
        )
        register_values("verdict", dict(Verdict.choices))
        register_values("kind", {"notice": _("notice")})
        declare_recurring(
            "rectification.rechecks", "bihuan.rectification.tasks.ask_for_rechecks", "FREQ=HOURLY;BYMINUTE=5;BYSECOND=0"
        )
        entry = navigation.Entry
        navigation.register(
            entry("findings", _("Findings"), "rectification:findings", permissions.FINDINGS_VIEW, 20),
            entry("findings", _("Rectification notices"), "rectification:notices", permissions.NOTICES_VIEW, 30),
            entry("voice", _("Needs register"), "rectification:needs", permissions.NEEDS_VIEW, 60),
            entry("administration", _("Five-fixed check"), "rectification:plan-rules", permissions.PLAN_RULES, 80),
        )
        today.register(share)
