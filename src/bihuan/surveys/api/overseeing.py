"""REST: files of single answers, and how far a survey in the field is."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, HttpRequest
from ninja import Query, Router, Status

from bihuan.foundation.api import Listing, Paging, Requires, answers, listing, visible_or_404
from bihuan.foundation.errors import BadInputError
from bihuan.foundation.middleware import actor_of
from bihuan.organisation.models import OrgUnit
from bihuan.surveys.exporting.wanted import Wanted
from bihuan.surveys.models import Campaign, SurveyExport
from bihuan.surveys.permissions import EXPORT, VIEW
from bihuan.surveys.schemas import overseeing as schemas
from bihuan.surveys.selectors import progress as reads
from bihuan.surveys.selectors.exports import exports_of
from bihuan.surveys.services import exporting

router = Router(tags=["surveys"])


def export_out(export: SurveyExport) -> dict[str, Any]:
    return {
        "id": export.pk,
        "kind": export.kind,
        "state": export.state,
        "progress": export.progress,
        "rows": export.rows,
        "size": export.size,
        "sha256": export.digest,
        "filter": export.wanted,
        "asked_at": export.asked_at,
        "asked_by": export.asked_by_name,
        "kept_until": export.expires_at,
        "files": export.files,
        "problem": export.problem,
    }


def campaign_for(request: HttpRequest, pk: int, permission: str) -> Campaign:
    rows = Campaign.objects.select_related("unit", "version_of_form")
    found: Campaign = visible_or_404(rows, pk, actor_of(request), permission)
    return found


@router.get("/campaigns/{pk}/progress", auth=Requires(VIEW), response=answers(schemas.ProgressOut))
def get_progress(request: HttpRequest, pk: int) -> Any:
    """How far a survey is: by unit, segment, channel and day."""
    from bihuan.surveys.views.progress import outlook  # numerics take a second to load

    campaign = campaign_for(request, pk, VIEW)
    found, target = reads.answered(campaign), reads.target_of(campaign)
    forecast = outlook(campaign, found, target)

    def need(one: reads.Need) -> dict[str, Any]:
        return {"name": one.name, "answers": one.answers, "wanted": one.target, "short": one.short}

    return {
        "answers": found.total,
        "wanted": target,
        "expected_at_the_end": forecast.expected if forecast else None,
        "counted_at": found.counted_at,
        "is_current": found.is_current,
        "units": [need(one) for one in reads.unit_needs(campaign, found)],
        "segments": [need(one) for one in reads.segment_needs(campaign, found, target)],
        "channels": dict(found.by_channel),
        "days": [{"day": day, "answers": n} for day, n in sorted(found.by_day.items())],
    }


@router.get("/campaigns/{pk}/exports", auth=Requires(EXPORT), response=answers(Listing[schemas.ExportOut]))
def list_exports(request: HttpRequest, pk: int, paging: Query[Paging]) -> Any:
    campaign = campaign_for(request, pk, EXPORT)
    return listing(exports_of(campaign, actor_of(request)), paging, export_out)


@router.post("/campaigns/{pk}/exports", auth=Requires(EXPORT), response=answers(schemas.ExportOut, 202))
def ask_export(request: HttpRequest, pk: int, given: schemas.ExportIn) -> Any:
    """Have a package or SAV file made; it is listed, logged and kept for some days."""
    if given.kind not in exporting.MADE_BY_WORKER:
        raise BadInputError("CSV and XLSX alone are streamed by the page; ask for the package here", place="kind")
    campaign, actor = campaign_for(request, pk, EXPORT), actor_of(request)
    unit = visible_or_404(OrgUnit.objects.all(), given.unit_id, actor, EXPORT) if given.unit_id else None
    export = exporting.export_ask(
        survey=campaign,
        actor=actor,
        kind=given.kind,
        language=given.language,
        wanted=Wanted(
            unit=unit.pk if unit else None,
            unit_name=unit.name if unit else "",
            segment=given.segment,
            channel=given.channel,
            since=given.since,
            until=given.until,
        ),
    )
    return Status(202, export_out(export))


def export_for(request: HttpRequest, pk: int) -> SurveyExport:
    rows = SurveyExport.objects.select_related("campaign", "survey")
    found: SurveyExport = visible_or_404(rows, pk, actor_of(request), EXPORT)
    return found


@router.get("/exports/{pk}", auth=Requires(EXPORT), response=answers(schemas.ExportOut))
def get_export(request: HttpRequest, pk: int) -> Any:
    return export_out(export_for(request, pk))


@router.get("/exports/{pk}/download", auth=Requires(EXPORT), response=answers(None))
def download_export(request: HttpRequest, pk: int) -> Any:
    """The kept file; each download is logged."""
    export = export_for(request, pk)
    return FileResponse(exporting.export_open(export=export, actor=actor_of(request)), as_attachment=True)
