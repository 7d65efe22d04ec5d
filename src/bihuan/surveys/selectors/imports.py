"""Reads of surveys."""

from __future__ import annotations

import json
from collections import defaultdict

from django.db.models import Q, QuerySet

from bihuan.foundation.actor import Actor
from bihuan.organisation.models import OrgUnit
from bihuan.rectification.models import Finding
from bihuan.surveys.models import LIVE, Campaign, MappingMemory, SurveyComment, SurveyImport
from bihuan.surveys.permissions import VIEW

HEAVY = ("profile", "mapping", "links")  # what a list never needs


def surveys_for(actor: Actor, permission: str = VIEW) -> QuerySet[SurveyImport]:
    return SurveyImport.objects.for_permission(actor, permission).select_related("unit").defer(*HEAVY)


def paths_to(org_path: str) -> list[str]:
    """The path and those of all units above it."""
    parts = org_path.strip("/").split("/")
    return ["/" + "/".join(parts[: place + 1]) + "/" for place in range(len(parts))]


def memory_for(unit: OrgUnit, shape: str) -> MappingMemory | None:
    """How files of this shape were used last by the unit, or by the nearest unit above that is in scope."""
    rows = MappingMemory.objects.filter(org_path__in=paths_to(unit.org_path), shape=shape)
    return max(rows, key=lambda row: (len(row.org_path), row.updated_at), default=None)


def same_file(survey: SurveyImport) -> list[SurveyImport]:
    """Imports of the very same content by the same unit, newest first."""
    rows = SurveyImport.objects.filter(unit_id=survey.unit_id, digest=survey.digest, state__in=LIVE)
    return list(rows.exclude(pk=survey.pk).defer(*HEAVY).order_by("-imported_at"))


def raised_from(survey: SurveyImport | Campaign) -> QuerySet[Finding]:
    """Findings whose source is this survey, as the scope sees them."""
    return Finding.objects.filter(source_type=survey.reference.label, source_id=survey.pk)


def findings_count(survey: SurveyImport | Campaign) -> int:
    """All findings raised from a survey, also those of units the asker does not see; dismissed ones do not count."""
    rows = Finding._base_manager.filter(source_type=survey.reference.label, source_id=survey.pk)
    return rows.exclude(state="dismissed").count()


def findings_by_row(survey: SurveyImport | Campaign) -> dict[str, list[Finding]]:
    """Findings by the row of the results they were raised from, newest first."""
    found: dict[str, list[Finding]] = defaultdict(list)
    for finding in raised_from(survey).select_related("unit").order_by("-raised_at", "-pk"):
        key = finding.evidence.get("row")
        found[json.dumps(key, ensure_ascii=False) if isinstance(key, list) else ""].append(finding)
    return dict(found)


def comments_for(
    survey: SurveyImport, *, words: str = "", column: str = "", group: str = ""
) -> QuerySet[SurveyComment]:
    """Comments in the order of the file; every word asked for must stand in the text."""
    rows = SurveyComment.objects.filter(survey=survey).order_by("id")
    condition = Q()
    for word in words.split()[:6]:
        condition &= Q(text__icontains=word)
    if column:
        condition &= Q(column=column)
    if group:
        condition &= Q(group=group)
    return rows.filter(condition)


def comment_columns(survey: SurveyImport) -> list[str]:
    """Columns of the survey that hold comments."""
    return list(
        SurveyComment.objects.filter(survey=survey).order_by("column").values_list("column", flat=True).distinct()
    )


def comment_groups(survey: SurveyImport) -> list[str]:
    """Groups whose people wrote something."""
    rows = SurveyComment.objects.filter(survey=survey).exclude(group="").order_by("group")
    return list(rows.values_list("group", flat=True).distinct()[:200])
