"""The acts on survey imports. Other apps call these and nothing deeper."""

from bihuan.surveys.services.bringing import survey_bring
from bihuan.surveys.services.ending import survey_discard, survey_take_back, survey_withdraw
from bihuan.surveys.services.importing import survey_import, survey_import_in_background
from bihuan.surveys.services.settling import AlreadyImportedError, survey_confirm, survey_settle
from bihuan.surveys.services.uploading import CodebookError, survey_read_in_background, survey_upload

__all__ = [
    "AlreadyImportedError",
    "CodebookError",
    "survey_bring",
    "survey_confirm",
    "survey_discard",
    "survey_import",
    "survey_import_in_background",
    "survey_read_in_background",
    "survey_settle",
    "survey_take_back",
    "survey_upload",
    "survey_withdraw",
]
