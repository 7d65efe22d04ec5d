"""REST: the members of staff a case is about. Naming is a proposal; a person confirms and judges."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Status

from bihuan.cases import permissions as may
from bihuan.cases import schemas, services
from bihuan.cases.models import Case, StaffParty
from bihuan.foundation.api import Listing, Paging, ReasonIn, Requires, answers, find, listing, named
from bihuan.foundation.middleware import actor_of
from bihuan.organisation.models import Person

router = Router(tags=["parties"])


def party_for(request: HttpRequest, pk: int) -> StaffParty:
    party: StaffParty = find(request, StaffParty, pk, may.INVESTIGATE)
    return party


@router.get("/{int:pk}/parties", auth=Requires(may.VIEW), response=answers(Listing[schemas.PartyOut]))
def list_parties(request: HttpRequest, pk: int, paging: Query[Paging]) -> Any:
    case: Case = find(request, Case, pk, may.VIEW)
    return listing(case.parties.select_related("person").order_by("pk"), paging)


@router.post("/{int:pk}/parties", auth=Requires(may.INVESTIGATE), response=answers(schemas.PartyOut, 201))
def name_party(request: HttpRequest, pk: int, given: schemas.PartyIn) -> Any:
    case = find(request, Case, pk, may.INVESTIGATE)
    person = named(Person, given.person_id, "person_id")
    values = given.dict(exclude={"person_id"})
    return Status(201, services.party_name(actor=actor_of(request), case=case, person=person, **values))


@router.post("/parties/{int:pk}/confirm", auth=Requires(may.INVESTIGATE), response=answers(schemas.PartyOut))
def confirm_party(request: HttpRequest, pk: int) -> Any:
    return services.party_confirm(actor=actor_of(request), party=party_for(request, pk))


@router.post("/parties/{int:pk}/judge", auth=Requires(may.INVESTIGATE), response=answers(schemas.PartyOut))
def judge_party(request: HttpRequest, pk: int, given: schemas.PartyJudgementIn) -> Any:
    return services.party_judge(actor=actor_of(request), party=party_for(request, pk), **given.dict())


@router.post("/parties/{int:pk}/drop", auth=Requires(may.INVESTIGATE), response=answers(None, 204))
def drop_party(request: HttpRequest, pk: int, given: ReasonIn) -> Any:
    services.party_drop(actor=actor_of(request), party=party_for(request, pk), reason=given.reason)
    return Status(204, None)
