from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

READS = {"organisation.orgunit", "organisation.asset"}
WRITES = {"surveys.surveyimport", "surveys.surveyresult", "surveys.surveycomment", "surveys.mappingmemory"}
# What the public pages of a survey touch, and nothing else of the house.
DOOR = {
    "surveys.door",
    "surveys.campaign",
    "surveys.segment",
    "surveys.invitation",
    "surveys.identifiedanswer",
    "surveys.savedanswers",
    "surveys.answerfile",
    "surveys.quotacell",
    "surveys.quotalease",
    "surveys.quotaexit",
}
CAMPAIGNS = {"surveys.campaign", "surveys.campaignunit", "surveys.segment", "surveys.door"}
TALLIES = {
    "surveys.campaigntally",
    "surveys.tallycell",
    "surveys.campaignremark",
    "surveys.excludedanswer",
    "organisation.person",  # people of the house are not named in quotes
}
# What the scheduled work of the office touches: opening and closing in time, letters.
FIELD = {
    f"surveys.{name}"
    for name in ("campaign", "campaignunit", "segment", "door", "contact", "invitation", "mailing", "message")
}
CHECKS = {"surveys.qualitycheck", "surveys.qualityruleset"}
FORMS = {"instruments.instrument", "instruments.instrumentversion", "instruments.response"}


class SurveysConfig(AppConfig):
    name = "bihuan.surveys"
    label = "surveys"

    def ready(self) -> None:
        from bihuan.foundation import navigation, today
        from bihuan.foundation.jobs import declare_recurring
        from bihuan.foundation.scope import register_system_scope
        from bihuan.instruments.selectors import Beginning, register_beginning, register_use
        from bihuan.records.services import register_actions, register_fields, register_subject, register_values
        from bihuan.surveys import book_handlers, overseeing, permissions, study_handlers
        from bihuan.surveys.field_today import share as field_share
        from bihuan.surveys.field_words import ACTIONS as FIELD_ACTIONS
        from bihuan.surveys.field_words import FIELDS as FIELD_FIELDS
        from bihuan.surveys.models import Door, Mailing
        from bihuan.surveys.selectors.forms import campaign_address, campaigns_by_form, imports_by_form
        from bihuan.surveys.today import share

        permissions.register()
        book_handlers.connect()
        study_handlers.connect()
        overseeing.declare()
        # Who may see what of a survey is decided by the results page itself; this scope only reads counts.
        register_system_scope("survey_results", models=READS | CAMPAIGNS | TALLIES | FORMS | CHECKS)
        register_system_scope("survey_door", models=READS | DOOR | FORMS)
        register_system_scope("surveys", models=READS | WRITES | FORMS | CAMPAIGNS | TALLIES)
        declare_recurring("surveys.count", "bihuan.surveys.tasks.count_answers", "FREQ=SECONDLY;INTERVAL=30")
        declare_recurring(
            "surveys.check_counts", "bihuan.surveys.tasks.check_counts", "FREQ=DAILY;BYHOUR=2;BYMINUTE=40"
        )
        register_system_scope("surveys_field", models=READS | FIELD | FORMS)
        register_subject("surveys.surveyimport", permissions.VIEW, permissions.VIEW)
        register_subject("surveys.campaign", permissions.VIEW, permissions.VIEW)
        register_subject("surveys.contact", permissions.CONTACTS, permissions.CONTACTS)
        declare_recurring("surveys.doors", "bihuan.surveys.tasks.tidy_doors", "FREQ=MINUTELY;INTERVAL=5")
        declare_recurring("surveys.campaigns", "bihuan.surveys.tasks.campaigns_on_time", "FREQ=MINUTELY;BYSECOND=0")
        declare_recurring("surveys.mailings", "bihuan.surveys.tasks.mailings_on_time", "FREQ=MINUTELY;BYSECOND=20")
        register_actions({"upload": _("uploaded a survey file"), **FIELD_ACTIONS})
        register_fields(FIELD_FIELDS)
        register_values("channel", dict(Door.Kind.choices))
        register_values("mailing", dict(Mailing.Kind.choices))
        register_actions({"rebuild_tally": _("had the answers counted anew")})
        register_actions({"upload": _("uploaded a survey file"), "print_paper": _("printed questionnaires")})
        register_fields(
            {
                "responses": _("answers"),
                "answered_by_id": _("answered by"),
                "findings": _("findings"),
                "columns": _("columns changed"),
                "first": _("first number"),
                "last": _("last number"),
                "linked": _("group that names units or lines"),
            }
        )
        navigation.register(
            navigation.Entry("voice", _("Survey campaigns"), "surveys:campaigns", permissions.VIEW, 40),
            navigation.Entry("voice", _("Survey contacts"), "surveys:contacts", permissions.CONTACTS, 41),
            navigation.Entry("voice", _("Paper entry"), "surveys:batches", permissions.FIELD, 42),
            navigation.Entry("voice", _("Telephone interviews"), "surveys:calls", permissions.FIELD, 43),
            navigation.Entry("voice", _("Surveys"), "surveys:imports", permissions.VIEW, 44),
        )
        today.register(share)
        today.register(field_share)
        register_use(campaigns_by_form)
        register_beginning(Beginning(_("New survey with this form"), "plus", permissions.MANAGE, campaign_address))
        register_use(imports_by_form)
