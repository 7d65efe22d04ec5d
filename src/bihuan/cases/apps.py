from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

# What Open311 shows; names of people are read only to take them out of what is shown.
OPEN311_READS = {
    "cases.case",
    "cases.caseservice",
    "cases.complainant",
    "cases.staffparty",
    "organisation.orgunit",
    "organisation.person",
}
DESK = {"organisation.orgunit"}
# What taking in a case touches beside its clocks.
TAKING_IN = {
    "cases.case",
    "cases.caseentry",
    "cases.citycentre",
    "cases.complainant",
    "organisation.asset",
    "organisation.orgunit",
    "records.activity",
    "records.attachment",
    "records.searchentry",
}


class CasesConfig(AppConfig):
    name = "bihuan.cases"
    label = "cases"

    def ready(self) -> None:
        from bihuan.cases import enums, handlers, permissions
        from bihuan.cases.selectors.own import is_complained_about
        from bihuan.cases.today import desk_line, share
        from bihuan.foundation import navigation, today
        from bihuan.foundation.jobs import declare_recurring
        from bihuan.foundation.permissions import SIGNED_IN
        from bihuan.foundation.scope import register_system_scope
        from bihuan.records.services import (
            register_actions,
            register_fields,
            register_own_page,
            register_subject,
            register_values,
        )

        permissions.declare_all()
        handlers.connect()
        register_system_scope("scanner", models={"cases.case", "organisation.orgunit"})
        clock_models = {f"duties.{name}" for name in ("clock", "clockentry", "clockcycle", "clockalert")}
        register_system_scope("cases.clocks", models={"cases.case", *clock_models})
        public = {"cases.intakedoor", "cases.satisfactionask", "duties.policyversion"}
        register_system_scope("cases.public", models=TAKING_IN | clock_models | public)
        register_system_scope("cases.imports", models=TAKING_IN | clock_models | {"cases.caseimport"})
        register_system_scope("cases.reports")
        register_system_scope("cases.mail", models=TAKING_IN | clock_models | {"cases.inboundmail"})
        register_system_scope("cases.open311", models=OPEN311_READS)
        register_system_scope("cases.tickets", models=OPEN311_READS | TAKING_IN | clock_models)
        register_system_scope("cases.pushes", models={"cases.case", "cases.citypush", "cases.citycentre", *DESK})
        fetched = {"cases.caseservice", "cases.centrecheck"}
        own = {"cases.case", "cases.complainant", "cases.disputereview", "cases.staffparty", "organisation.person"}
        register_system_scope("cases.own", models={*own, "records.attachment"})
        register_system_scope("cases.panels", models={*own, "cases.caseentry", "cases.custody", "cases.panelmember"})
        register_system_scope("cases.pulls", models=TAKING_IN | clock_models | fetched)
        register_subject("cases.case", permissions.VIEW, permissions.VIEW)
        register_subject("cases.disputereview", permissions.VIEW, permissions.VIEW)
        register_own_page("cases.staffparty", "cases:about-me-record")
        register_own_page("cases.panelmember", "cases:seat")
        register_subject("cases.caseimport", permissions.INTAKE, permissions.INTAKE)
        register_subject("cases.incident", permissions.VIEW, permissions.VIEW)
        register_subject("cases.casereport", permissions.VIEW, permissions.VIEW)
        register_actions(
            {
                "take_in": _("took it in"),
                "import": _("imported it"),
                "upload": _("uploaded it"),
                "mark_major": _("marked it a major event"),
                "entry": _("added an entry"),
                "contact": _("tried to reach the customer"),
                "party_name": _("named a member of staff"),
                "party_confirm": _("confirmed the member of staff"),
                "party_drop": _("took a name off"),
                "party_judge": _("judged whether it is attributable"),
                "custody": _("noted who holds the evidence"),
                "satisfaction_ask": _("asked for the customer's satisfaction"),
                "satisfaction_answer": _("received the customer's satisfaction"),
                "identity_reveal": _("looked at who complained"),
                "identity_erase": _("erased who complained"),
                "review_ask": _("disputed the judgement"),
                "review_vote": _("voted on the panel"),
                "review_decide": _("decided the dispute"),
                "proposal_make": _("proposed a payment"),
                "report": _("reported it"),
                "incident_link": _("linked it to an incident"),
                "incident_unlink": _("took it off an incident"),
                "finding_raise": _("raised a finding"),
                "publication": _("decided whether it is published"),
                "push_retry": _("sent the result to the centre again"),
                "key_change": _("changed the key"),
                "exemption_ask": _("asked to be excused"),
                "hand_over": _("handed the desk over"),
                "take_over": _("took the desk over"),
                "drop": _("took it off the roster"),
                "draft": _("drafted it"),
                "roster_import": _("uploaded a roster"),
                "customer_message": _("wrote that it is not solved"),
            }
        )
        register_fields(
            {
                "channel": _("channel"),
                "grade": _("class"),
                "side": _("whose words"),
                "basis": _("how we came to the name"),
                "attributable": _("attributable"),
                "item": _("piece of evidence"),
                "holder": pgettext_lazy("case", "held by"),
                "amount": _("amount"),
                "clock": _("clock"),
                "incident": _("incident"),
                "is_reached": _("reached"),
                "is_major": _("major event"),
                "code": _("code"),
                "there": _("rows that were there already"),
                "made": pgettext_lazy("case import", "new cases"),
            }
        )
        for name, choices in enums.LOGGED:
            register_values(name, dict(choices.choices))
        declare_recurring("cases.clocks", "bihuan.cases.tasks.follow_clocks", "FREQ=HOURLY;BYMINUTE=10;BYSECOND=0")
        declare_recurring("cases.pushes", "bihuan.cases.tasks.send_pushes", "FREQ=MINUTELY")
        declare_recurring("cases.mail", "bihuan.cases.tasks.fetch_mail", "FREQ=MINUTELY;INTERVAL=2")
        declare_recurring("cases.pulls", "bihuan.cases.tasks.pull_tickets", "FREQ=MINUTELY;INTERVAL=5")
        declare_recurring("cases.reports", "bihuan.cases.tasks.draft_reports", "FREQ=DAILY;BYHOUR=6;BYMINUTE=5")
        entry = navigation.Entry
        navigation.register(
            entry("voice", _("Cases"), "cases:cases", permissions.VIEW, 10),
            entry("voice", _("Take in a case"), "cases:intake", permissions.INTAKE, 12),
            entry("today", _("Complaints about me"), "cases:about-me", SIGNED_IN, 20, is_complained_about),
            entry("voice", _("Incidents"), "cases:incidents", permissions.VIEW, 14),
            entry("voice", _("Duty roster of the desk"), "cases:desk-roster", permissions.VIEW, 20),
            entry("voice", _("Accountability"), "cases:accountability", permissions.VIEW, 18),
            entry("administration", _("City centres"), "cases:centres", permissions.DISPATCH, 72),
            entry("administration", _("Services for other systems"), "cases:services", permissions.CRITERIA, 74),
            entry("voice", _("Case figures"), "cases:figures", permissions.VIEW, 16),
            entry("reports", _("Case reports"), "cases:reports", permissions.VIEW, 20),
            entry("reports", _("Passengers, calls, customers"), "cases:exposures", permissions.REPORT, 60),
            entry("administration", _("Roster of drivers and counters"), "cases:roster", permissions.CRITERIA, 73),
            entry("administration", _("Public forms"), "cases:doors", permissions.CRITERIA, 71),
            entry("administration", _("Complaint criteria"), "cases:criteria", permissions.CRITERIA, 70),
        )
        today.register(share)
        today.register_headline(desk_line, url_name="cases:desk-roster", icon="headset")
