"""REST: disputed judgements. The person concerned asks and a panel member votes without any right on cases."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Query, Router, Status

from bihuan.cases import permissions as may
from bihuan.cases import schemas, services
from bihuan.cases.models import DisputeReview, StaffParty
from bihuan.cases.selectors import own, panels, seats
from bihuan.foundation.api import Listing, Paging, ReasonIn, Requires, answers, find, listing
from bihuan.foundation.errors import BadInputError
from bihuan.foundation.middleware import actor_of
from bihuan.foundation.permissions import SIGNED_IN
from bihuan.foundation.scope import system_scope

router = Router(tags=["reviews"])


def review_for(request: HttpRequest, pk: int, permission: str = may.REVIEW) -> DisputeReview:
    review: DisputeReview = find(request, DisputeReview, pk, permission)
    return review


def filtered(rows: QuerySet[DisputeReview], wanted: schemas.HangingFilter) -> QuerySet[DisputeReview]:
    if wanted.state:
        rows = rows.filter(state__in=wanted.state)
    return rows.filter(case=wanted.case_id) if wanted.case_id is not None else rows


@router.get("/about-me", auth=Requires(SIGNED_IN), response=answers(list[schemas.JudgementOut]))
def list_complaints_about_me(request: HttpRequest) -> Any:
    """What was judged about the caller, without who complained and without colleagues."""
    return own.judgements_of(actor_of(request))


@router.post("/parties/{int:pk}/dispute", auth=Requires(SIGNED_IN), response=answers(schemas.AskedOut, 201))
def ask_for_review(request: HttpRequest, pk: int, given: schemas.DisputeIn) -> Any:
    """By the person concerned, or on their behalf by whoever may set up reviews."""
    actor = actor_of(request)
    party = own.own_party(actor, pk)
    if party is None:
        party = find(request, StaffParty, pk, may.REVIEW)
        return Status(201, services.review_ask(actor=actor, party=party, staff_view=given.staff_view))
    with system_scope(own.SCOPE):
        return Status(201, services.review_ask(actor=actor, party=party, staff_view=given.staff_view))


@router.get("/reviews", auth=Requires(may.VIEW), response=answers(Listing[schemas.ReviewOut]))
def list_reviews(request: HttpRequest, paging: Query[Paging], wanted: Query[schemas.HangingFilter]) -> Any:
    rows = DisputeReview.objects.for_permission(actor_of(request), may.VIEW)
    return listing(filtered(rows, wanted).select_related("party__person"), paging)


@router.get("/reviews/{int:pk}", auth=Requires(may.VIEW), response=answers(schemas.ReviewWhole))
def get_review(request: HttpRequest, pk: int) -> Any:
    return review_for(request, pk, may.VIEW)


@router.post("/reviews/{int:pk}/convene", auth=Requires(may.REVIEW), response=answers(schemas.ReviewWhole))
def convene_panel(request: HttpRequest, pk: int, given: schemas.PanelIn) -> Any:
    review = review_for(request, pk)
    people = list(panels.colleagues(review.case).filter(pk__in=given.panel))
    if len(people) < len(set(given.panel)):
        raise BadInputError(_("There is no such record."), place="panel")
    return services.review_convene(actor=actor_of(request), review=review, panel=people)


@router.post("/reviews/{int:pk}/vote", auth=Requires(SIGNED_IN), response=answers(schemas.VoteOut))
def vote_on_review(request: HttpRequest, pk: int, given: schemas.VoteIn) -> Any:
    """By a member of the panel; for everybody else the review does not exist here."""
    actor = actor_of(request)
    seat = seats.seat_in(actor, pk)
    if seat is None:
        raise Http404
    with system_scope(panels.SCOPE):
        return services.review_vote(actor=actor, review=seat.review, counts=given.counts, reason=given.reason)


@router.post("/reviews/{int:pk}/decide", auth=Requires(may.REVIEW), response=answers(schemas.ReviewWhole))
def decide_review(request: HttpRequest, pk: int, given: schemas.PanelDecisionIn) -> Any:
    return services.review_decide(actor=actor_of(request), review=review_for(request, pk), decision=given.decision)


@router.post("/reviews/{int:pk}/take-back", auth=Requires(may.REVIEW), response=answers(schemas.ReviewWhole))
def take_review_back(request: HttpRequest, pk: int, given: ReasonIn) -> Any:
    return services.review_take_back(actor=actor_of(request), review=review_for(request, pk), reason=given.reason)
