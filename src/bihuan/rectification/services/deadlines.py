"""The notice and its clocks: duties runs them, the notice keeps the due instant for lists."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F, OuterRef, Q, Subquery

from bihuan.duties.enums import OPEN
from bihuan.duties.models import Clock
from bihuan.duties.selectors import clocks_of
from bihuan.duties.services import clock_reopen, clock_start, clock_stop
from bihuan.foundation.actor import Actor
from bihuan.rectification.enums import Holder
from bihuan.rectification.models import Notice

VERIFY_POLICY = "notice_verify"


def running_clock(notice: Notice, policy: str | None = None) -> Clock | None:
    clocks = [clock for clock in clocks_of(notice) if clock.is_open and policy in {None, clock.policy_key}]
    return clocks[-1] if clocks else None


def keep_due(notice: Notice) -> None:
    """Copy the due instant of the clock that runs now; warnings of an earlier cycle are over."""
    clock = running_clock(notice)
    changes: dict[str, object] = {
        "due_at": clock.due_at if clock else None,
        "due_provisional": clock.is_provisional if clock else False,
        "warned_at": None,
        "overdue_since": None,
        "escalation_level": "",
    }
    if clock is not None and clock.policy_key == notice.reply_policy:
        changes["reply_due_at"] = clock.due_at
    Notice.objects.filter(pk=notice.pk).update(**changes)
    for name, value in changes.items():
        setattr(notice, name, value)


def reply_clock_start(notice: Notice, *, at: datetime, actor: Actor) -> None:
    clock_start(
        subject=notice, policy=notice.reply_policy, at=at, actor=actor, clause=notice.clause, label=str(notice)[:120]
    )
    keep_due(notice)


def reply_clock_again(notice: Notice, *, at: datetime, actor: Actor) -> None:
    """The ball is back with the unit: a new cycle of the answer clock, the check clock rests."""
    clock_stop(subject=notice, at=at, actor=actor, policy=VERIFY_POLICY)
    clock_reopen(subject=notice, at=at, actor=actor, policy=notice.reply_policy)
    keep_due(notice)


def verify_clock_run(notice: Notice, *, at: datetime, actor: Actor) -> None:
    """The answer is in: its clock stops, the verifier's starts, or runs again."""
    clock_stop(subject=notice, at=at, actor=actor, policy=notice.reply_policy)
    clock = clock_start(
        subject=notice, policy=VERIFY_POLICY, at=at, actor=actor, clause=notice.clause, label=str(notice)[:120]
    )
    if not clock.is_open:
        clock_reopen(subject=notice, at=at, actor=actor, policy=VERIFY_POLICY)
    keep_due(notice)


def verify_clock_rest(notice: Notice, *, at: datetime, actor: Actor) -> None:
    clock_stop(subject=notice, at=at, actor=actor, policy=VERIFY_POLICY)
    keep_due(notice)


def verify_clock_again(notice: Notice, *, at: datetime, actor: Actor) -> None:
    clock_reopen(subject=notice, at=at, actor=actor, policy=VERIFY_POLICY)
    keep_due(notice)


def all_clocks_stop(notice: Notice, *, at: datetime, actor: Actor) -> None:
    clock_stop(subject=notice, at=at, actor=actor)
    keep_due(notice)


@transaction.atomic
def notice_move_due(*, notice: Notice, due_at: datetime | None, is_provisional: bool, at: datetime) -> None:
    """The clock's due instant moved (extension, new calendar); lists follow."""
    changes: dict[str, object] = {"due_at": due_at, "due_provisional": is_provisional}
    if notice.awaits_unit and due_at is not None:
        changes["reply_due_at"] = due_at
    if due_at is None or due_at >= at:
        changes |= {"overdue_since": None, "warned_at": None, "escalation_level": ""}
    Notice.objects.filter(pk=notice.pk).update(**changes)
    for name, value in changes.items():
        setattr(notice, name, value)


@transaction.atomic
def notices_follow_clocks(*, at: datetime) -> int:
    """A newly published calendar moves open clocks without telling anyone; catch up with them."""
    clock = Clock.objects.filter(
        subject_type=Notice._meta.label_lower, subject_id=OuterRef("pk"), status__in=OPEN
    ).order_by("-pk")
    waiting = Notice.objects.filter(waits_for__in=(Holder.UNIT.value, Holder.CHECKER.value))
    moved = waiting.annotate(
        clock_due=Subquery(clock.values("due_at")[:1]), clock_provisional=Subquery(clock.values("is_provisional")[:1])
    ).filter(~Q(clock_due=F("due_at")) | Q(due_at__isnull=True, clock_due__isnull=False))
    count = 0
    for notice in moved.filter(clock_due__isnull=False):
        notice_move_due(
            notice=notice,
            due_at=notice.clock_due,
            is_provisional=bool(notice.clock_provisional),
            at=at,
        )
        count += 1
    return count


@transaction.atomic
def notice_mark_warned(*, notice: Notice, at: datetime) -> None:
    Notice.objects.filter(pk=notice.pk, warned_at__isnull=True).update(warned_at=at)


@transaction.atomic
def notice_mark_overdue(*, notice: Notice, at: datetime, level: str) -> None:
    Notice.objects.filter(pk=notice.pk, overdue_since__isnull=True).update(overdue_since=at)
    Notice.objects.filter(pk=notice.pk).update(escalation_level=level)
