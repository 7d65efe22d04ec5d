"""The acts on survey imports. Other apps call these and nothing deeper."""

from bihuan.surveys.services.answering import Receipt, Submission, answer_submit
from bihuan.surveys.services.bringing import survey_bring
from bihuan.surveys.services.campaigns import campaigns_on_time
from bihuan.surveys.services.ending import survey_discard, survey_take_back, survey_withdraw
from bihuan.surveys.services.importing import survey_import, survey_import_in_background
from bihuan.surveys.services.mailings import mailing_send, mailings_due
from bihuan.surveys.services.printing import paper_print
from bihuan.surveys.services.settling import AlreadyImportedError, survey_confirm, survey_settle
from bihuan.surveys.services.tallying import (
    TallyMovedError,
    tally_check,
    tally_check_later,
    tally_rebuild,
    tally_rebuild_later,
    tally_refresh,
    tally_update,
)
from bihuan.surveys.services.uploading import CodebookError, survey_read_in_background, survey_upload

__all__ = [
    "AlreadyImportedError",
    "CodebookError",
    "Receipt",
    "Submission",
    "TallyMovedError",
    "answer_submit",
    "campaigns_on_time",
    "mailing_send",
    "mailings_due",
    "paper_print",
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
    "tally_check",
    "tally_check_later",
    "tally_rebuild",
    "tally_rebuild_later",
    "tally_refresh",
    "tally_update",
]
