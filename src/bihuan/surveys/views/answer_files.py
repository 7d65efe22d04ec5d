"""Photos and files that came with answers, for those who may see single answers."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _

from bihuan.foundation.errors import ActionNotAllowedError
from bihuan.foundation.views import RecordView
from bihuan.records.services import file_open
from bihuan.surveys.models import AnswerFile
from bihuan.surveys.permissions import EXPORT


class AnswerFileView(RecordView[AnswerFile]):
    """Always as an attachment: what a stranger sent is never shown inside a page of ours."""

    required_permission = EXPORT
    model = AnswerFile

    def get(self, _request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponseBase:
        file = self.record
        if file.response_id is None:
            raise ActionNotAllowedError(_("This file was never sent."))
        try:
            content = file_open(digest=file.digest)
        except FileNotFoundError as lost:
            raise ActionNotAllowedError(_("The file is no longer there.")) from lost
        return FileResponse(content, as_attachment=True, filename=file.name, content_type=file.media_type)
