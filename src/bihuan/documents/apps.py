from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DocumentsConfig(AppConfig):
    name = "bihuan.documents"
    label = "documents"

    def ready(self) -> None:
        from bihuan.records.services import register_actions

        register_actions({"issue_document": _("issued a document")})
