"""REST: answering standards."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Status

from bihuan.foundation.api import Listing, Paging, ReasonIn, Requires, answers, find, listing, named
from bihuan.foundation.middleware import actor_of
from bihuan.organisation.models import OrgUnit, Person
from bihuan.standards import permissions as may
from bihuan.standards import schemas, selectors, services
from bihuan.standards.models import AnsweringStandard

router = Router(tags=["standards"])


def answer_for(request: HttpRequest, pk: int, permission: str) -> AnsweringStandard:
    found: AnsweringStandard = find(request, AnsweringStandard, pk, permission)
    return found


def texts_of(given: schemas.StandardAnswerIn) -> dict[str, Any]:
    return {**given.dict(exclude={"unit_id", "owner_id"}), "owner": named(Person, given.owner_id, "owner_id")}


@router.get("/answers/in-force", auth=Requires(may.VIEW), response=answers(Listing[schemas.EditionOut]))
def list_in_force(request: HttpRequest, paging: Query[Paging], wanted: Query[schemas.InForceFilter]) -> Any:
    """What the caller's units say on a day (today without one): their own answers and those of the units above."""
    rows = selectors.answers_seen(actor_of(request), wanted.on or timezone.localdate())
    if wanted.topic:
        rows = rows.filter(topic=wanted.topic)
    return listing(selectors.found_by(rows, wanted.q), paging)


@router.get("/answers", auth=Requires(may.EDIT), response=answers(Listing[schemas.StandardAnswerOut]))
def list_answers(request: HttpRequest, paging: Query[Paging], wanted: Query[schemas.AnswerFilter]) -> Any:
    rows = AnsweringStandard.objects.for_permission(actor_of(request), may.EDIT).order_by("number")
    if wanted.state:
        rows = rows.filter(state__in=wanted.state)
    if wanted.q:
        rows = rows.filter(question__icontains=wanted.q)
    return listing(rows, paging)


@router.post("/answers", auth=Requires(may.EDIT), response=answers(schemas.StandardAnswerOut, 201))
def write_answer(request: HttpRequest, given: schemas.AnswerNew) -> Any:
    unit = named(OrgUnit, given.unit_id, "unit_id")
    return Status(201, services.answer_write(actor=actor_of(request), unit=unit, **texts_of(given)))


@router.get("/answers/{pk}", auth=Requires(may.VIEW), response=answers(schemas.StandardAnswerOut))
def get_answer(request: HttpRequest, pk: int) -> Any:
    return answer_for(request, pk, may.VIEW)


@router.put("/answers/{pk}", auth=Requires(may.EDIT), response=answers(schemas.StandardAnswerOut))
def edit_answer(request: HttpRequest, pk: int, given: schemas.StandardAnswerIn) -> Any:
    standard = answer_for(request, pk, may.EDIT)
    return services.answer_edit(actor=actor_of(request), standard=standard, **texts_of(given))


@router.post("/answers/{pk}/publish", auth=Requires(may.PUBLISH), response=answers(schemas.EditionOut, 201))
def publish_answer(request: HttpRequest, pk: int, given: schemas.PublishIn) -> Any:
    standard = answer_for(request, pk, may.PUBLISH)
    return Status(201, services.answer_publish(actor=actor_of(request), standard=standard, **given.dict()))


@router.post("/answers/{pk}/confirm", auth=Requires(may.PUBLISH), response=answers(schemas.StandardAnswerOut))
def confirm_answer(request: HttpRequest, pk: int, given: schemas.ConfirmIn) -> Any:
    standard = answer_for(request, pk, may.PUBLISH)
    return services.answer_confirm(actor=actor_of(request), standard=standard, **given.dict())


@router.post("/answers/{pk}/abolish", auth=Requires(may.PUBLISH), response=answers(schemas.StandardAnswerOut))
def abolish_answer(request: HttpRequest, pk: int, given: ReasonIn) -> Any:
    standard = answer_for(request, pk, may.PUBLISH)
    return services.answer_abolish(actor=actor_of(request), standard=standard, reason=given.reason)


@router.post("/answers/{pk}/restore", auth=Requires(may.PUBLISH), response=answers(schemas.StandardAnswerOut))
def restore_answer(request: HttpRequest, pk: int, given: ReasonIn) -> Any:
    standard = answer_for(request, pk, may.PUBLISH)
    return services.answer_restore(actor=actor_of(request), standard=standard, reason=given.reason)
