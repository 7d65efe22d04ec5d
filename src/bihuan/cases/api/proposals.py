"""REST: money proposed by one and decided by another; nothing is paid here."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Status

from bihuan.cases import permissions as may
from bihuan.cases import schemas, services
from bihuan.cases.models import Case, CaseProposal
from bihuan.foundation.api import Listing, Paging, Requires, answers, find, listing
from bihuan.foundation.middleware import actor_of

router = Router(tags=["proposals"])


@router.get("/proposals", auth=Requires(may.VIEW), response=answers(Listing[schemas.CaseProposalOut]))
def list_proposals(request: HttpRequest, paging: Query[Paging], wanted: Query[schemas.HangingFilter]) -> Any:
    rows = CaseProposal.objects.for_permission(actor_of(request), may.VIEW)
    if wanted.state:
        rows = rows.filter(state__in=wanted.state)
    return listing(rows.filter(case=wanted.case_id) if wanted.case_id is not None else rows, paging)


@router.get("/proposals/{int:pk}", auth=Requires(may.VIEW), response=answers(schemas.CaseProposalOut))
def get_proposal(request: HttpRequest, pk: int) -> Any:
    return find(request, CaseProposal, pk, may.VIEW)


@router.post("/{int:pk}/proposals", auth=Requires(may.PROPOSE), response=answers(schemas.CaseProposalOut, 201))
def make_proposal(request: HttpRequest, pk: int, given: schemas.CaseProposalIn) -> Any:
    case = find(request, Case, pk, may.PROPOSE)
    return Status(201, services.proposal_make(actor=actor_of(request), case=case, **given.dict()))


@router.post("/proposals/{int:pk}/decide", auth=Requires(may.DECIDE), response=answers(schemas.CaseProposalOut))
def decide_on_proposal(request: HttpRequest, pk: int, given: schemas.CaseProposalDecisionIn) -> Any:
    proposal, actor = find(request, CaseProposal, pk, may.DECIDE), actor_of(request)
    if given.approve:
        return services.proposal_approve(actor=actor, proposal=proposal, amount=given.amount, note=given.reason)
    return services.proposal_refuse(actor=actor, proposal=proposal, reason=given.reason)
