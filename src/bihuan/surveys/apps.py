from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

READS = {"organisation.orgunit", "organisation.asset"}
WRITES = {"surveys.surveyimport", "surveys.surveyresult", "surveys.surveycomment", "surveys.mappingmemory"}
FORMS = {"instruments.instrument", "instruments.instrumentversion", "instruments.response"}


class SurveysConfig(AppConfig):
    name = "bihuan.surveys"
    label = "surveys"

    def ready(self) -> None:
        from bihuan.foundation import navigation, today
        from bihuan.foundation.scope import register_system_scope
        from bihuan.records.services import register_actions, register_fields, register_subject
        from bihuan.surveys import permissions
        from bihuan.surveys.today import share

        permissions.register()
        register_system_scope("surveys", models=READS | WRITES | FORMS)
        register_subject("surveys.surveyimport", permissions.VIEW, permissions.VIEW)
        register_actions({"upload": _("uploaded a survey file")})
        register_fields(
            {
                "responses": _("answers"),
                "findings": _("findings"),
                "columns": _("columns changed"),
                "linked": _("group that names units or lines"),
            }
        )
        navigation.register(navigation.Entry("voice", _("Surveys"), "surveys:imports", permissions.VIEW, 10))
        today.register(share)
