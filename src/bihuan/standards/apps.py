from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StandardsConfig(AppConfig):
    name = "bihuan.standards"
    label = "standards"

    def ready(self) -> None:
        from bihuan.foundation import navigation, today
        from bihuan.records.services import register_fields, register_subject, register_values
        from bihuan.standards import permissions
        from bihuan.standards.enums import AnswerKind
        from bihuan.standards.today import share

        permissions.declare_all()
        register_subject("standards.answeringstandard", permissions.VIEW, permissions.VIEW)
        register_fields(
            {
                "question": _("question"),
                "answer": _("answer"),
                "keywords": _("words it is found by"),
                "edition": _("edition"),
                "effective_from": _("effective from"),
                "is_changed": _("changed since it was published"),
            }
        )
        register_values("kind", dict(AnswerKind.choices))
        entry = navigation.Entry
        navigation.register(
            entry("standards", _("Answering standards"), "standards:answers-look-up", permissions.VIEW, 10)
        )
        today.register(share)
