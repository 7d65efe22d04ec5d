"""Reads of exports."""

from __future__ import annotations

from django.db.models import QuerySet

from bihuan.foundation.actor import Actor
from bihuan.surveys.models import Campaign, SurveyExport, SurveyImport
from bihuan.surveys.permissions import EXPORT


def exports_for(actor: Actor) -> QuerySet[SurveyExport]:
    """Files of answers taken out of the surveys somebody may take answers out of."""
    rows = SurveyExport.objects.for_permission(actor, EXPORT).select_related("campaign", "survey")
    return rows.defer("files", "notes", "campaign__mail_texts", "survey__profile", "survey__mapping", "survey__links")


def exports_of(survey: Campaign | SurveyImport, actor: Actor) -> QuerySet[SurveyExport]:
    rows = exports_for(actor)
    return rows.filter(campaign=survey) if isinstance(survey, Campaign) else rows.filter(survey=survey)
