"""Bring a wave's file in the way the office does on screen."""

from __future__ import annotations

import io
from dataclasses import replace

from bihuan.demo import questionnaire as q
from bihuan.demo.figures import Brought
from bihuan.demo.waves import Wave, file_of
from bihuan.foundation.actor import Actor
from bihuan.organisation.models import OrgUnit
from bihuan.surveys.mapping import Role
from bihuan.surveys.services import survey_confirm, survey_settle, survey_upload


def bring(*, actor: Actor, unit: OrgUnit, wave: Wave) -> Brought:
    """The file comes with its codebook; the columns are taken as proposed but for one."""
    survey = survey_upload(
        actor=actor,
        unit=unit,
        name=wave.file_name,
        content=io.BytesIO(file_of(wave)),
        codebook_name="车厢调查编码本.csv",
        codebook=io.BytesIO(q.codebook()),
    )
    # What the office states by hand: remarks with commas in them are remarks, not lists of choices.
    remarks = replace(survey.plan.use(q.COMMENT), role=Role.TEXT, reasons=())
    survey = survey_settle(
        survey=survey,
        actor=actor,
        title=wave.title,
        period_from=wave.since,
        period_to=wave.until,
        mapping=survey.plan.with_use(remarks),
    )
    survey = survey_confirm(survey=survey, actor=actor, at_once=True)
    return Brought(wave, survey, survey.result.figures)
