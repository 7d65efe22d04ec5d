"""REST: findings."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Query, Router, Status

from bihuan.foundation.actor import Actor
from bihuan.foundation.api import Listing, Paging, ReasonIn, Requires, answers, listing
from bihuan.foundation.errors import BadInputError
from bihuan.foundation.middleware import actor_of
from bihuan.foundation.references import Reference
from bihuan.records.selectors import can_read
from bihuan.rectification import permissions as may
from bihuan.rectification import schemas, services
from bihuan.rectification.api.lookup import asset_named, find, unit_named
from bihuan.rectification.models import Finding
from bihuan.rectification.selectors import only_overdue

router = Router(tags=["findings"])


def filtered(rows: QuerySet[Finding], wanted: schemas.FindingFilter) -> QuerySet[Finding]:
    if wanted.state:
        rows = rows.filter(state__in=wanted.state)
    if wanted.severity:
        rows = rows.filter(severity__in=wanted.severity)
    if wanted.unit_id is not None:
        rows = rows.filter(org_path__within=unit_named(wanted.unit_id).org_path)
    if wanted.raised_from is not None:
        rows = rows.filter(raised_at__gte=wanted.raised_from)
    if wanted.raised_to is not None:
        rows = rows.filter(raised_at__lt=wanted.raised_to)
    return only_overdue(rows) if wanted.overdue else rows


def source_named(actor: Actor, text: str) -> Reference | None:
    """The record a finding comes from; one the caller may not read does not exist."""
    if not text:
        return None
    try:
        reference = Reference.parse(text)
        may_read = can_read(actor, reference)
    except (ValueError, LookupError):
        may_read = False
    if not may_read:
        raise BadInputError(_("There is no such record."), place="source")
    return reference


@router.get("/findings", auth=Requires(may.FINDINGS_VIEW), response=answers(Listing[schemas.FindingOut]))
def list_findings(request: HttpRequest, paging: Query[Paging], wanted: Query[schemas.FindingFilter]) -> Any:
    rows = Finding.objects.for_permission(actor_of(request), may.FINDINGS_VIEW)
    return listing(filtered(rows, wanted), paging)


@router.post("/findings", auth=Requires(may.FINDINGS_RAISE), response=answers(schemas.FindingOut, 201))
def raise_finding(request: HttpRequest, given: schemas.FindingIn) -> Any:
    values = given.dict(exclude={"unit_id", "asset_id", "source"})
    return Status(
        201,
        services.finding_raise(
            actor=actor_of(request),
            unit=unit_named(given.unit_id),
            asset=asset_named(given.asset_id),
            source=source_named(actor_of(request), given.source),
            **values,
        ),
    )


@router.get("/findings/{pk}", auth=Requires(may.FINDINGS_VIEW), response=answers(schemas.FindingOut))
def get_finding(request: HttpRequest, pk: int) -> Any:
    return find(request, Finding, pk, may.FINDINGS_VIEW)


@router.post("/findings/{pk}/correct", auth=Requires(may.FINDINGS_CORRECT), response=answers(schemas.FindingOut))
def correct_finding(request: HttpRequest, pk: int, given: schemas.CorrectionIn) -> Any:
    finding = find(request, Finding, pk, may.FINDINGS_CORRECT)
    return services.finding_correct_on_spot(actor=actor_of(request), finding=finding, **given.dict())


@router.post("/findings/{pk}/confirm", auth=Requires(may.FINDINGS_CLOSE), response=answers(schemas.FindingOut))
def confirm_finding(request: HttpRequest, pk: int, given: schemas.EvidenceIn) -> Any:
    finding = find(request, Finding, pk, may.FINDINGS_CLOSE)
    return services.finding_confirm(actor=actor_of(request), finding=finding, **given.dict())


@router.post("/findings/{pk}/close", auth=Requires(may.FINDINGS_CLOSE), response=answers(schemas.FindingOut))
def close_finding(request: HttpRequest, pk: int, given: ReasonIn) -> Any:
    finding = find(request, Finding, pk, may.FINDINGS_CLOSE)
    return services.finding_close(actor=actor_of(request), finding=finding, reason=given.reason)


@router.post("/findings/{pk}/not-corrected", auth=Requires(may.FINDINGS_CLOSE), response=answers(schemas.FindingOut))
def finding_not_corrected(request: HttpRequest, pk: int, given: ReasonIn) -> Any:
    finding = find(request, Finding, pk, may.FINDINGS_CLOSE)
    return services.finding_not_corrected(actor=actor_of(request), finding=finding, reason=given.reason)


@router.post("/findings/{pk}/reopen", auth=Requires(may.FINDINGS_CLOSE), response=answers(schemas.FindingOut))
def reopen_finding(request: HttpRequest, pk: int, given: ReasonIn) -> Any:
    finding = find(request, Finding, pk, may.FINDINGS_CLOSE)
    return services.finding_reopen(actor=actor_of(request), finding=finding, reason=given.reason)


@router.post("/findings/{pk}/dismiss", auth=Requires(may.FINDINGS_DISMISS), response=answers(schemas.FindingOut))
def dismiss_finding(request: HttpRequest, pk: int, given: ReasonIn) -> Any:
    finding = find(request, Finding, pk, may.FINDINGS_DISMISS)
    return services.finding_dismiss(actor=actor_of(request), finding=finding, reason=given.reason)


@router.post("/findings/{pk}/restore", auth=Requires(may.FINDINGS_DISMISS), response=answers(schemas.FindingOut))
def restore_finding(request: HttpRequest, pk: int, given: ReasonIn) -> Any:
    finding = find(request, Finding, pk, may.FINDINGS_DISMISS)
    return services.finding_restore(actor=actor_of(request), finding=finding, reason=given.reason)


@router.post("/findings/{pk}/regrade", auth=Requires(may.FINDINGS_DISMISS), response=answers(schemas.FindingOut))
def regrade_finding(request: HttpRequest, pk: int, given: schemas.RegradeIn) -> Any:
    finding = find(request, Finding, pk, may.FINDINGS_DISMISS)
    return services.finding_regrade(actor=actor_of(request), finding=finding, **given.dict())


@router.post("/findings/{pk}/reassign", auth=Requires(may.FINDINGS_DISMISS), response=answers(schemas.FindingOut))
def reassign_finding(request: HttpRequest, pk: int, given: schemas.ReassignIn) -> Any:
    finding, unit = find(request, Finding, pk, may.FINDINGS_DISMISS), unit_named(given.unit_id)
    return services.finding_reassign(actor=actor_of(request), finding=finding, unit=unit, reason=given.reason)
