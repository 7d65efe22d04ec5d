"""Telephone interviews: who is called next, what came of each call, and the interview itself."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.foundation.activity import activity
from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import ActionNotAllowedError, BadInputError, StaleRecordError
from bihuan.surveys.models import FINAL, CallAttempt, CallTask, Campaign, Contact, Invitation, Outcome, Segment
from bihuan.surveys.permissions import FIELD
from bihuan.surveys.services.answering import Submission, answer_submit
from bihuan.surveys.services.contacts import same_people

HOLD = timedelta(minutes=45)
MOST_ATTEMPTS = 6
# When somebody who was not reached is called again, if nothing was agreed.
AGAIN = {
    Outcome.BUSY: timedelta(minutes=30),
    Outcome.NO_ANSWER: timedelta(hours=4),
    Outcome.MACHINE: timedelta(hours=20),
}
REACHED = FINAL - {Outcome.WRONG_NUMBER} | {Outcome.CALL_BACK}
ANSWERED = frozenset({Outcome.COMPLETED, Outcome.PARTIAL})


def require_calling(campaign: Campaign, actor: Actor, org_path: str) -> None:
    actor.require(FIELD, org_path)
    if campaign.state != "open":
        raise ActionNotAllowedError(_("People are called while the survey is open."))


def callable_now(campaign: Campaign, actor: Actor, now: datetime) -> QuerySet[CallTask]:
    """Who may be called now by this person, in order: agreed times first, then those tried least."""
    free = Q(held_by=None) | Q(held_until__lte=now) | Q(held_by_id=actor.user_id)
    due = Q(next_at=None) | Q(next_at__lte=now)
    rows = CallTask.objects.for_permission(actor, FIELD).filter(free, due, campaign=campaign, is_done=False)
    agreed_first = F("next_at").asc(nulls_last=True)
    return rows.order_by(agreed_first, "attempts", "pk").select_related("invitation__contact")


def call_take(*, campaign: Campaign, actor: Actor, now: datetime | None = None) -> CallTask | None:
    """Put the next person on this interviewer's screen; None when nobody is due. Nobody else gets them meanwhile."""
    now = now or timezone.now()
    if campaign.state != "open":
        raise ActionNotAllowedError(_("People are called while the survey is open."))
    for task in callable_now(campaign, actor, now)[:50]:
        if left_in_peace(campaign, task, now):
            continue
        if call_hold(task, actor, now):
            return task
    return None


def call_hold(task: CallTask, actor: Actor, now: datetime) -> bool:
    """Take a person if nobody else has them; the database decides who was first."""
    free = Q(held_by=None) | Q(held_until__lte=now) | Q(held_by_id=actor.user_id)
    held = CallTask.objects.filter(free, pk=task.pk, is_done=False)
    if not held.update(held_by=actor.user_id, held_until=now + HOLD):
        return False
    task.held_by_id, task.held_until = actor.user_id, now + HOLD
    return True


@transaction.atomic
def left_in_peace(campaign: Campaign, task: CallTask, now: datetime) -> bool:
    """Whether this person must not be called after all; then the call is finished and says why."""
    contact = task.invitation.contact
    people = same_people(contact)
    fate = ""
    if contact.erased_at is not None or people.filter(is_opted_out=True).exists():
        fate = Invitation.Fate.OPTED_OUT
    elif not task.attempts and campaign.quarantine_days:
        since = timezone.localdate(now) - timedelta(days=campaign.quarantine_days)
        if people.filter(asked_on__gt=since).exists():
            fate = Invitation.Fate.QUARANTINED
    if fate:
        CallTask.objects.filter(pk=task.pk).update(is_done=True, held_by=None, held_until=None)
        Invitation.objects.filter(pk=task.invitation_id).update(fate=fate)
    return bool(fate)


def require_held(task: CallTask, actor: Actor, now: datetime) -> None:
    require_calling(task.campaign, actor, task.org_path)
    if task.is_done:
        raise ActionNotAllowedError(_("This call is finished."))
    if task.held_by_id != actor.user_id and not call_hold(task, actor, now):
        raise ActionNotAllowedError(_("Somebody else is calling this person."))


@transaction.atomic
def call_record(
    *,
    task: CallTask,
    actor: Actor,
    outcome: str,
    note: str = "",
    call_back_at: datetime | None = None,
    now: datetime | None = None,
) -> CallTask:
    """Note what came of a call that brought no answers."""
    now = now or timezone.now()
    require_held(task, actor, now)
    if outcome not in Outcome.values or outcome in ANSWERED:
        raise BadInputError(_("Say what came of the call."), place="outcome")
    if outcome == Outcome.CALL_BACK and (call_back_at is None or call_back_at <= now):
        raise BadInputError(_("Say when to call back."), place="call_back_at")
    attempt_add(task, actor, outcome, note, now)
    again = call_back_at if outcome == Outcome.CALL_BACK else now + AGAIN.get(Outcome(outcome), timedelta())
    attempts = task.attempts + 1
    is_done = outcome in FINAL or (outcome in AGAIN and attempts >= MOST_ATTEMPTS)
    finish(task, outcome, is_done=is_done, next_at=None if is_done else again)
    if outcome in REACHED:
        mark_asked(task, now)
    return task


def attempt_add(task: CallTask, actor: Actor, outcome: str, note: str, now: datetime) -> CallAttempt:
    """The log of a call. A completed one of an anonymous survey keeps its day only."""
    hides_time = task.campaign.is_anonymous and outcome in ANSWERED
    return CallAttempt.objects.create(
        task=task,
        org_path=task.org_path,
        interviewer_id=actor.user_id,
        interviewer_name=actor.name,
        outcome=outcome,
        day=timezone.localdate(now),
        at=None if hides_time else now,
        note=note.strip()[:300],
    )


def finish(task: CallTask, outcome: str, *, is_done: bool, next_at: datetime | None) -> None:
    rows = CallTask.objects.filter(pk=task.pk, is_done=False, attempts=task.attempts)
    changed = rows.update(
        outcome=outcome,
        is_done=is_done,
        next_at=next_at,
        attempts=F("attempts") + 1,
        held_by=None,
        held_until=None,
    )
    if not changed:
        raise StaleRecordError()
    task.refresh_from_db()


def mark_asked(task: CallTask, now: datetime) -> None:
    """Whoever was spoken to was asked today, whatever they said."""
    Contact.objects.filter(pk=task.invitation.contact_id).update(asked_on=timezone.localdate(now))
    Invitation.objects.filter(pk=task.invitation_id, fate=Invitation.Fate.WAITING).update(fate=Invitation.Fate.SENT)


@dataclass(frozen=True)
class Interview:
    """What an interviewer filled in: ``answers`` as the form page sent them."""

    answers: Mapping[str, Any]
    client_uuid: uuid.UUID
    language: str
    seconds: int | None = None
    segment: Segment | None = None


@transaction.atomic
def call_interview(
    *,
    task: CallTask,
    actor: Actor,
    given: Interview,
    is_partial: bool = False,
    note: str = "",
    now: datetime | None = None,
) -> CallTask:
    """Hand an interview in through the telephone door; the interviewer is the cluster of the answer."""
    now = now or timezone.now()
    require_held(task, actor, now)
    invitation = task.invitation
    answer_submit(
        door=invitation.door,
        given=Submission(
            answers=given.answers,
            client_uuid=given.client_uuid,
            language=given.language,
            token_hash=invitation.token_hash,
            segment=given.segment,
            unit=invitation.unit,
            seconds=given.seconds,
            interviewer=actor.user_id,
            entered_by=actor.user_id,
            is_saved=False,
        ),
    )
    outcome = Outcome.PARTIAL if is_partial else Outcome.COMPLETED
    attempt_add(task, actor, outcome, note, now)
    finish(task, outcome, is_done=True, next_at=None)
    mark_asked(task, now)
    return task


@transaction.atomic
def call_release(*, task: CallTask, actor: Actor) -> None:
    """Let somebody else call this person."""
    CallTask.objects.filter(pk=task.pk, held_by_id=actor.user_id).update(held_by=None, held_until=None)


@transaction.atomic
def call_reopen(*, task: CallTask, actor: Actor, reason: str) -> CallTask:
    """Call somebody again whose call was finished without answers, for instance a number that was mended."""
    require_calling(task.campaign, actor, task.org_path)
    if not reason.strip():
        raise BadInputError(_("This is needed for the step."), place="reason")
    if not task.is_done or task.outcome in ANSWERED:
        raise ActionNotAllowedError()
    CallTask.objects.filter(pk=task.pk, is_done=True).update(is_done=False, next_at=None)
    activity(task.campaign, "reopen_call", actor=actor, reason=reason)
    task.refresh_from_db()
    return task
