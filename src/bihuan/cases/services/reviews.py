"""Disputed complaints: the member of staff objects, a panel that had no part in the case decides (C8)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from bihuan.accounts.models import User
from bihuan.cases import permissions as may
from bihuan.cases.events import DisputeDecided
from bihuan.cases.models import Case, DisputeReview, PanelMember, StaffParty
from bihuan.cases.selectors.panels import may_see, recusal
from bihuan.cases.services.investigation import counts_follow
from bihuan.cases.services.steps import announce
from bihuan.foundation.activity import activity
from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import ActionNotAllowedError, BadInputError, NotPermittedError
from bihuan.foundation.events import emit
from bihuan.foundation.lifecycle import perform
from bihuan.organisation.models import Person

DISPUTABLE = ("answered", "fed_back", "closed")


def may_ask(actor: Actor, party: StaffParty) -> bool:
    """The person concerned, and whoever may set up reviews."""
    return actor.person_id == party.person_id or actor.can(may.REVIEW, party.org_path)


@transaction.atomic
def review_ask(*, actor: Actor, party: StaffParty, staff_view: str, at: datetime | None = None) -> DisputeReview:
    """An open case waits for the panel; a closed one stays closed, only whether it counts may change."""
    at = at or timezone.now()
    if not may_ask(actor, party):
        raise NotPermittedError()
    case = party.case
    if case.state not in DISPUTABLE or party.attributable is None:
        raise ActionNotAllowedError(_("There is no judgement to dispute yet."))
    if not staff_view.strip():
        raise BadInputError(_("This is needed for the step."), place="staff_view")
    if party.reviews.filter(state__in=("asked", "sitting")).exists():
        raise ActionNotAllowedError(_("A review is open already."))
    review = DisputeReview.objects.create(
        org_path=case.org_path,
        state=DisputeReview.lifecycle.initial,
        case=case,
        party=party,
        staff_view=staff_view.strip(),
        office_view=case.facts,
        asked_at=at,
        asked_by_id=actor.user_id,
        asked_by_name=actor.name,
        was_attributable=party.attributable,
    )
    activity(case, "review_ask", actor=actor, after={"person": party.person.name}, reason=staff_view, at=at)
    announce(case, gettext_noop("%(number)s is disputed: a panel is needed"), actor=actor, holders_of=may.REVIEW)
    return review


@transaction.atomic
def review_convene(
    *, actor: Actor, review: DisputeReview, panel: Iterable[Person], at: datetime | None = None
) -> DisputeReview:
    """Name the panel: three at least, none of whom had a part in the case."""
    at = at or timezone.now()
    actor.require(may.REVIEW, review.org_path)
    for person in panel:
        why = recusal(review.case, person)
        if why:
            raise BadInputError(_("%(name)s is recused: %(why)s.") % {"name": person.name, "why": why}, place="panel")
        if not may_see(review.case, person):
            raise BadInputError(_("%(name)s may not see the case.") % {"name": person.name}, place="panel")
        PanelMember.objects.get_or_create(review=review, person=person, defaults={"org_path": review.org_path})
    perform(review, "convene", actor=actor, data={"convened_at": at}, at=at)
    case = review.case
    if case.state in {"answered", "fed_back"}:
        perform(case, "dispute", actor=actor, data={"reason": review.staff_view}, at=at)
    people = User.objects.filter(person__in=review.panel.values("person")).values_list("pk", flat=True)
    announce(case, gettext_noop("You sit on the panel about %(number)s: please vote"), actor=actor, people=list(people))
    return review


@transaction.atomic
def review_vote(
    *, actor: Actor, review: DisputeReview, counts: bool, reason: str, at: datetime | None = None
) -> PanelMember:
    """One vote each, with reasons; it may be changed until the decision."""
    at = at or timezone.now()
    member = review.panel.filter(person_id=actor.person_id).first() if actor.person_id else None
    if member is None:
        raise NotPermittedError()
    if review.state != "sitting":
        raise ActionNotAllowedError()
    if not reason.strip():
        raise BadInputError(_("Give your reasons."), place="reason")
    PanelMember.objects.filter(pk=member.pk).update(counts=counts, reason=reason.strip(), voted_at=at)
    activity(review.case, "review_vote", actor=actor, at=at)
    member.refresh_from_db()
    return member


@transaction.atomic
def review_decide(*, actor: Actor, review: DisputeReview, decision: str, at: datetime | None = None) -> DisputeReview:
    """The majority decides; a tie counts for the member of staff. Both judgements stay on record."""
    at = at or timezone.now()
    for_it, against = review.votes
    counts = for_it > against
    perform(review, "decide", actor=actor, data={"counts": counts, "decision": decision, "decided_at": at}, at=at)
    party, case = review.party, review.case
    StaffParty.objects.filter(pk=party.pk).update(attributable=counts)
    party.attributable = counts
    counts_follow(case)
    activity(case, "review_decide", actor=actor, after={"person": party.person.name, "attributable": counts}, at=at)
    back_to_work(case, actor, str(decision), at)
    emit(DisputeDecided(case.reference, case.org_path, party.person_id, counts))
    return review


@transaction.atomic
def review_take_back(*, actor: Actor, review: DisputeReview, reason: str, at: datetime | None = None) -> DisputeReview:
    at = at or timezone.now()
    perform(review, "take_back", actor=actor, data={"reason": reason}, at=at)
    back_to_work(review.case, actor, reason, at)
    return review


def back_to_work(case: Case, actor: Actor, reason: str, at: datetime) -> None:
    waits = case.reviews.filter(state="sitting").exists()
    if case.state == "under_review" and not waits:
        perform(case, "conclude_review", actor=actor, data={"reason": reason}, at=at)
