"""REST: the voice of staff."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Status
from ninja.errors import HttpError

from bihuan.foundation.api import Listing, Paging, ReasonIn, Requires, answers, find, listing, named
from bihuan.foundation.middleware import actor_of
from bihuan.organisation.models import OrgUnit
from bihuan.surveys import permissions as may
from bihuan.surveys.models import StaffVoice
from bihuan.surveys.schemas import staff as schemas
from bihuan.surveys.selectors.staff import voices_for
from bihuan.surveys.services import staff as services

router = Router(tags=["voice of staff"])
Voice = answers(schemas.VoiceOut)


@router.get("/staff-voices", auth=Requires(may.STAFF_SPEAK), response=answers(Listing[schemas.VoiceOut]))
def list_voices(request: HttpRequest, paging: Query[Paging], wanted: Query[schemas.VoiceFilter]) -> Any:
    rows = voices_for(actor_of(request))
    if wanted.unit_id is not None:
        rows = rows.filter(org_path__within=named(OrgUnit, wanted.unit_id, "unit_id").org_path)
    if wanted.state:
        rows = rows.filter(state__in=wanted.state)
    if wanted.kind:
        rows = rows.filter(kind__in=wanted.kind)
    return listing(rows, paging)


@router.post("/staff-voices", auth=Requires(may.STAFF_SPEAK), response=answers(schemas.VoiceOut, 201))
def hand_in(request: HttpRequest, given: schemas.VoiceIn) -> Any:
    unit = named(OrgUnit, given.unit_id, "unit_id")
    values = given.dict(exclude={"unit_id"})
    return Status(201, services.staff_voice_hand_in(actor=actor_of(request), unit=unit, **values))


def readable(request: HttpRequest, pk: int) -> StaffVoice:
    found = voices_for(actor_of(request)).filter(pk=pk).first()
    if found is None:
        raise HttpError(404, "not found")
    return found


@router.get("/staff-voices/{int:pk}", auth=Requires(may.STAFF_SPEAK), response=Voice)
def get_voice(request: HttpRequest, pk: int) -> Any:
    return readable(request, pk)


@router.post("/staff-voices/{int:pk}/answer", auth=Requires(may.STAFF_ANSWER), response=Voice)
def answer_voice(request: HttpRequest, pk: int, given: schemas.VoiceAnswerIn) -> Any:
    voice = find(request, StaffVoice, pk, may.STAFF_ANSWER)
    return services.staff_voice_answer(actor=actor_of(request), voice=voice, **given.dict())


@router.post("/staff-voices/{int:pk}/take-back", auth=Requires(may.STAFF_SPEAK), response=Voice)
def take_voice_back(request: HttpRequest, pk: int, given: ReasonIn) -> Any:
    voice = readable(request, pk)
    return services.staff_voice_take_back(actor=actor_of(request), voice=voice, reason=given.reason)


@router.post("/staff-voices/{int:pk}/reopen", auth=Requires(may.STAFF_ANSWER), response=Voice)
def reopen_voice(request: HttpRequest, pk: int, given: ReasonIn) -> Any:
    voice = find(request, StaffVoice, pk, may.STAFF_ANSWER)
    return services.staff_voice_reopen(actor=actor_of(request), voice=voice, reason=given.reason)
