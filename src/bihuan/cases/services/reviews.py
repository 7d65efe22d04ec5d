"""Disputed complaints: the member of staff objects, a panel that had no part in the case decides (C8)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from bihuan.accounts.models import User
from bihuan.cases import permissions as may
from bihuan.cases.events import DisputeDecided
from bihuan.cases.models import Case, DisputeReview, PanelMember, StaffParty
from bihuan.cases.selectors.disputes import is_about, may_ask, refusal_to_ask
from bihuan.cases.selectors.panels import may_sit, recusal
from bihuan.cases.services.investigation import counts_follow, staff_told
from bihuan.cases.services.steps import announce
from bihuan.foundation.activity import activity
from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import ActionNotAllowedError, BadInputError, NotPermittedError
from bihuan.foundation.events import emit
from bihuan.foundation.lifecycle import perform
from bihuan.organisation.models import Person
from bihuan.records.services import attachment_add, tell

DECIDED_AGAINST = gettext_noop("The panel decided on complaint %(number)s: it counts against you")
DECIDED_FOR = gettext_noop("The panel decided on complaint %(number)s: it does not count against you")


def not_about_oneself(actor: Actor, review: DisputeReview) -> None:
    if is_about(actor, review.party):
        raise ActionNotAllowedError(_("Nobody judges their own case."))


@transaction.atomic
def review_ask(
    *, actor: Actor, party: StaffParty, staff_view: str, files: Sequence[Any] = (), at: datetime | None = None
) -> DisputeReview:
    """An open case waits for the panel; a closed one stays closed, only whether it counts may change."""
    at = at or timezone.now()
    if not may_ask(actor, party):
        raise NotPermittedError()
    case = party.case
    refused = refusal_to_ask(actor, party)
    if refused:
        raise ActionNotAllowedError(refused)
    if not staff_view.strip():
        raise BadInputError(_("This is needed for the step."), place="staff_view")
    try:
        with transaction.atomic():
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
    except IntegrityError as error:
        raise ActionNotAllowedError(_("A review is open already.")) from error
    for file in files:
        attachment_add(subject=review, actor=actor, name=file.name or "", content=file)
    activity(case, "review_ask", actor=actor, after={"person": party.person.name}, reason=staff_view, at=at)
    announce(case, gettext_noop("%(number)s is disputed: a panel is needed"), actor=actor, holders_of=may.REVIEW)
    return review


@transaction.atomic
def review_convene(
    *, actor: Actor, review: DisputeReview, panel: Iterable[Person], at: datetime | None = None
) -> DisputeReview:
    """Name the panel: three at least, none of whom had a part in the case. They need no right on cases."""
    at = at or timezone.now()
    actor.require(may.REVIEW, review.org_path)
    not_about_oneself(actor, review)
    for person in panel:
        why = recusal(review.case, person)
        if why:
            raise BadInputError(_("%(name)s is recused: %(why)s.") % {"name": person.name, "why": why}, place="panel")
        if not may_sit(review.case, person):
            raise BadInputError(_("%(name)s cannot sign in here.") % {"name": person.name}, place="panel")
        PanelMember.objects.get_or_create(review=review, person=person, defaults={"org_path": review.org_path})
    perform(review, "convene", actor=actor, data={"convened_at": at}, at=at)
    case = review.case
    if case.state in {"answered", "fed_back"}:
        perform(case, "dispute", actor=actor, data={"reason": review.staff_view}, at=at)
    panel_told(review, actor)
    return review


def panel_told(review: DisputeReview, actor: Actor) -> None:
    """Each member by their own seat: that page opens for them alone."""
    users = dict(User.objects.filter(person__in=review.panel.values("person")).values_list("person_id", "pk"))
    for seat in review.panel.all():
        tell(
            subject=seat,
            message=gettext_noop("You sit on the panel about %(number)s: please vote"),
            params={"number": review.case.number},
            people=[users.get(seat.person_id)],
            without=actor,
        )


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
    not_about_oneself(actor, review)
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
    staff_told(party, DECIDED_AGAINST if counts else DECIDED_FOR, actor=actor)
    return review


@transaction.atomic
def review_take_back(*, actor: Actor, review: DisputeReview, reason: str, at: datetime | None = None) -> DisputeReview:
    at = at or timezone.now()
    perform(review, "take_back", actor=actor, data={"reason": reason}, at=at)
    back_to_work(review.case, actor, reason, at)
    staff_told(review.party, gettext_noop("The review of complaint %(number)s was taken back"), actor=actor)
    return review


def back_to_work(case: Case, actor: Actor, reason: str, at: datetime) -> None:
    waits = case.reviews.filter(state="sitting").exists()
    if case.state == "under_review" and not waits:
        perform(case, "conclude_review", actor=actor, data={"reason": reason}, at=at)
