"""Ways out: an upload is discarded, an import stopped, what was imported withdrawn."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import ngettext

from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import ActionNotAllowedError
from bihuan.foundation.events import emit
from bihuan.foundation.lifecycle import perform
from bihuan.instruments.services import responses_withdraw
from bihuan.records.services import search_drop
from bihuan.surveys.events import SurveyWithdrawn
from bihuan.surveys.models import SurveyComment, SurveyImport
from bihuan.surveys.selectors import findings_count
from bihuan.surveys.services.uploading import put


def survey_discard(*, survey: SurveyImport, actor: Actor) -> SurveyImport:
    """Leave an upload that was not imported; nothing was counted from it."""
    return perform(survey, "discard", actor=actor)


def survey_take_back(*, survey: SurveyImport, actor: Actor) -> SurveyImport:
    """Stop an import that has not ended; the worker then stores nothing of it."""
    return perform(survey, "take_back", actor=actor)


@transaction.atomic
def survey_withdraw(
    *, survey: SurveyImport, actor: Actor, reason: str, findings_stand: bool = False, at: datetime | None = None
) -> SurveyImport:
    """Take the answers back; the frozen figures and the log stay, marked as withdrawn.

    Findings raised from it keep their own figures. They are not touched, so whoever withdraws must say that they
    stand; without that it is refused.
    """
    now = at or timezone.now()
    raised = findings_count(survey)
    if raised and not findings_stand:
        message = ngettext(
            "%(count)d finding was raised from this survey. Say that it stands, or dismiss it first.",
            "%(count)d findings were raised from this survey. Say that they stand, or dismiss them first.",
            raised,
        )
        raise ActionNotAllowedError(message % {"count": raised}, place="findings_stand")
    removed = responses_withdraw(collection=survey.collection)
    SurveyComment.objects.filter(survey=survey).delete()
    put(survey, withdraw_reason=reason.strip())
    data = {"reason": reason, "withdrawn_at": now, "responses": removed, "findings": raised}
    perform(survey, "withdraw", actor=actor, data=data, at=now)
    search_drop(survey)
    emit(SurveyWithdrawn(survey.reference, survey.org_path, reason))
    return survey
