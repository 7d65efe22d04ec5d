"""REST: customer needs."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from ninja import Query, Router, Status

from bihuan.foundation.api import Listing, Paging, ReasonIn, Requires, answers, listing
from bihuan.foundation.middleware import actor_of
from bihuan.rectification import permissions as may
from bihuan.rectification import services
from bihuan.rectification.api.findings import source_named
from bihuan.rectification.api.lookup import find, named, person_named, unit_named
from bihuan.rectification.models import Finding, Need
from bihuan.rectification.schemas import needs as schemas

router = Router(tags=["needs"])


def need_for(request: HttpRequest, pk: int, permission: str) -> Need:
    need: Need = find(request, Need, pk, permission)
    return need


def filtered(rows: QuerySet[Need], wanted: schemas.NeedFilter) -> QuerySet[Need]:
    for name in ("state", "kano_class", "source_kind"):
        values = getattr(wanted, name)
        if values:
            rows = rows.filter(**{f"{name}__in": values})
    if wanted.unit_id is not None:
        rows = rows.filter(org_path__within=unit_named(wanted.unit_id).org_path)
    if wanted.priority_min is not None:
        rows = rows.filter(priority__gte=wanted.priority_min)
    return rows


@router.get("/needs", auth=Requires(may.NEEDS_VIEW), response=answers(Listing[schemas.NeedOut]))
def list_needs(request: HttpRequest, paging: Query[Paging], wanted: Query[schemas.NeedFilter]) -> Any:
    """By rank: points, then effect, then urgency, then age."""
    rows = Need.objects.for_permission(actor_of(request), may.NEEDS_VIEW).prefetch_related("links")
    return listing(filtered(rows, wanted), paging)


@router.post("/needs", auth=Requires(may.NEEDS_REGISTER), response=answers(schemas.NeedOut, 201))
def register_need(request: HttpRequest, given: schemas.NeedIn) -> Any:
    values = given.dict(exclude={"unit_id", "source"})
    need = services.need_register(
        actor=actor_of(request),
        unit=unit_named(given.unit_id),
        source=source_named(actor_of(request), given.source),
        **values,
    )
    return Status(201, Need.objects.get(pk=need.pk))


@router.get("/needs/{pk}", auth=Requires(may.NEEDS_VIEW), response=answers(schemas.NeedOut))
def get_need(request: HttpRequest, pk: int) -> Any:
    return need_for(request, pk, may.NEEDS_VIEW)


def changed(need: Need) -> Need:
    """As the database has it: the points are computed there."""
    return Need.objects.get(pk=need.pk)


@router.put("/needs/{pk}", auth=Requires(may.NEEDS_MANAGE), response=answers(schemas.NeedOut))
def edit_need(request: HttpRequest, pk: int, given: schemas.NeedChange) -> Any:
    need = need_for(request, pk, may.NEEDS_MANAGE)
    values = {**given.dict(exclude={"unit_id"}), "unit": unit_named(given.unit_id)}
    return changed(services.need_edit(actor=actor_of(request), need=need, **values))


@router.post("/needs/{pk}/kano", auth=Requires(may.NEEDS_MANAGE), response=answers(schemas.NeedOut))
def compute_kano(request: HttpRequest, pk: int, given: schemas.KanoIn) -> Any:
    need = need_for(request, pk, may.NEEDS_MANAGE)
    return changed(services.need_classify(actor=actor_of(request), need=need, answers=given.answers))


@router.post("/needs/{pk}/kano-by-hand", auth=Requires(may.NEEDS_MANAGE), response=answers(schemas.NeedOut))
def set_kano(request: HttpRequest, pk: int, given: schemas.KanoByHandIn) -> Any:
    need = need_for(request, pk, may.NEEDS_MANAGE)
    return changed(services.need_classify_by_hand(actor=actor_of(request), need=need, **given.dict()))


@router.post("/needs/{pk}/rate", auth=Requires(may.NEEDS_MANAGE), response=answers(schemas.NeedOut))
def rate_need(request: HttpRequest, pk: int, given: schemas.RateIn) -> Any:
    need = need_for(request, pk, may.NEEDS_MANAGE)
    return changed(services.need_rate(actor=actor_of(request), need=need, **given.dict()))


@router.post("/needs/{pk}/assign", auth=Requires(may.NEEDS_MANAGE), response=answers(schemas.NeedOut))
def assign_need(request: HttpRequest, pk: int, given: schemas.NeedAssignIn) -> Any:
    need = need_for(request, pk, may.NEEDS_MANAGE)
    values = {**given.dict(exclude={"owner_id"}), "owner": person_named(given.owner_id)}
    return changed(services.need_assign(actor=actor_of(request), need=need, **values))


@router.post("/needs/{pk}/study", auth=Requires(may.NEEDS_MANAGE), response=answers(schemas.NeedOut))
def study_need(request: HttpRequest, pk: int, given: schemas.StudyIn) -> Any:
    need = need_for(request, pk, may.NEEDS_MANAGE)
    return changed(services.need_study(actor=actor_of(request), need=need, study=given.study))


@router.post("/needs/{pk}/accept", auth=Requires(may.NEEDS_DECIDE), response=answers(schemas.NeedOut))
def accept_need(request: HttpRequest, pk: int, given: schemas.AcceptIn) -> Any:
    need = need_for(request, pk, may.NEEDS_DECIDE)
    values = {**given.dict(exclude={"owner_id"}), "owner": person_named(given.owner_id)}
    return changed(services.need_accept(actor=actor_of(request), need=need, **values))


@router.post("/needs/{pk}/decline", auth=Requires(may.NEEDS_DECIDE), response=answers(schemas.NeedOut))
def decline_need(request: HttpRequest, pk: int, given: ReasonIn) -> Any:
    need = need_for(request, pk, may.NEEDS_DECIDE)
    return changed(services.need_decline(actor=actor_of(request), need=need, reason=given.reason))


@router.post("/needs/{pk}/start", auth=Requires(may.NEEDS_MANAGE), response=answers(schemas.NeedOut))
def start_need(request: HttpRequest, pk: int) -> Any:
    need = need_for(request, pk, may.NEEDS_MANAGE)
    return changed(services.need_start(actor=actor_of(request), need=need))


@router.post("/needs/{pk}/meet", auth=Requires(may.NEEDS_MANAGE), response=answers(schemas.NeedOut))
def meet_need(request: HttpRequest, pk: int, given: schemas.MeetIn) -> Any:
    need = need_for(request, pk, may.NEEDS_MANAGE)
    return changed(services.need_meet(actor=actor_of(request), need=need, **given.dict()))


@router.post("/needs/{pk}/review", auth=Requires(may.NEEDS_DECIDE), response=answers(schemas.NeedOut))
def review_need(request: HttpRequest, pk: int, given: schemas.ReviewIn) -> Any:
    need = need_for(request, pk, may.NEEDS_DECIDE)
    return changed(services.need_review(actor=actor_of(request), need=need, review_note=given.review_note))


@router.post("/needs/{pk}/reopen", auth=Requires(may.NEEDS_DECIDE), response=answers(schemas.NeedOut))
def reopen_need(request: HttpRequest, pk: int, given: ReasonIn) -> Any:
    need = need_for(request, pk, may.NEEDS_DECIDE)
    return changed(services.need_reopen(actor=actor_of(request), need=need, reason=given.reason))


@router.post("/needs/{pk}/findings", auth=Requires(may.NEEDS_MANAGE), response=answers(schemas.NeedOut, 201))
def link_finding(request: HttpRequest, pk: int, given: schemas.LinkIn) -> Any:
    need = need_for(request, pk, may.NEEDS_MANAGE)
    finding = named(Finding, given.finding_id, "finding_id")
    services.need_link(actor=actor_of(request), need=need, finding=finding)
    return Status(201, changed(need))
