"""The whole way in one call, for programs that need no person in between (the demo, an interface)."""

from __future__ import annotations

from datetime import date, datetime
from typing import BinaryIO

from django.db import transaction

from bihuan.foundation.actor import Actor
from bihuan.organisation.models import OrgUnit
from bihuan.surveys.models import SurveyImport
from bihuan.surveys.services.settling import survey_confirm, survey_settle
from bihuan.surveys.services.uploading import survey_upload


@transaction.atomic
def survey_bring(
    *,
    actor: Actor,
    unit: OrgUnit,
    name: str,
    content: BinaryIO,
    title: str = "",
    codebook_name: str = "",
    codebook: BinaryIO | None = None,
    period_from: date | None = None,
    period_to: date | None = None,
    at: datetime | None = None,
) -> SurveyImport:
    """Upload, accept the proposed columns and import at once; up to the size that is read at once."""
    survey = survey_upload(
        actor=actor, unit=unit, name=name, content=content, codebook_name=codebook_name, codebook=codebook, at=at
    )
    survey_settle(
        survey=survey,
        actor=actor,
        title=title or survey.title,
        period_from=period_from or survey.period_from,
        period_to=period_to or survey.period_to,
    )
    return survey_confirm(survey=survey, actor=actor, at=at, at_once=True)
