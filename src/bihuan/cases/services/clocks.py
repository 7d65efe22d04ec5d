"""The clocks of a case: which promise runs when. duties runs them; the case keeps the first due instant for lists."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F, OuterRef, Q, Subquery

from bihuan.cases.enums import DEPARTMENT_PROMISE, Grade, Kind, PauseReason
from bihuan.cases.models import Case
from bihuan.duties.enums import OPEN, ClockStatus
from bihuan.duties.models import Clock
from bihuan.duties.selectors import calendar_in_force, clocks_of
from bihuan.duties.services import (
    clock_close,
    clock_pause,
    clock_reclassify,
    clock_reopen,
    clock_resume,
    clock_start,
    clock_stop,
)
from bihuan.foundation.actor import Actor

GENERAL, SERIOUS = "complaint_general_48h", "complaint_serious_72h"
REPLY, DEPARTMENT = "formal_reply_7wd", DEPARTMENT_PROMISE
CLOSING = {Grade.GENERAL.value: GENERAL, Grade.SERIOUS.value: SERIOUS, "": GENERAL}
# Which promises run from the receipt on; the closing promise of a complaint goes by its class.
CLOSES = (Kind.COMPLAINT, Kind.REPORT)
REPLIES = (Kind.COMPLAINT, Kind.REPORT, Kind.SUGGESTION, Kind.DISPUTE)


def keep_due(case: Case, started: Sequence[Clock] | None = None) -> None:
    """Copy the instant of the open clock that is due first; ``started`` are all there are on a new case."""
    every = clocks_of(case) if started is None else started
    clocks = [clock for clock in every if clock.is_open and clock.due_at is not None]
    first = min(clocks, key=lambda clock: clock.due_at, default=None)  # type: ignore[arg-type, return-value]
    changes: dict[str, object] = {
        "due_at": first.due_at if first else None,
        "due_policy": first.policy_key if first else "",
        "due_provisional": first.is_provisional if first else False,
    }
    if not any(clock.status == ClockStatus.OVERDUE for clock in clocks):
        changes |= {"overdue_since": None, "escalation_level": ""}
    Case.objects.filter(pk=case.pk).update(**changes)
    for name, value in changes.items():
        setattr(case, name, value)


def start(case: Case, policy: str, *, at: datetime, actor: Actor) -> Clock:
    """Start the promise or, where it ran before, run it again."""
    clock = clock_start(subject=case, policy=policy, at=at, actor=actor, label=str(case)[:120])
    if not clock.is_open:
        clock_reopen(subject=case, at=at, actor=actor, policy=policy)
    return clock


def closing_clock(case: Case) -> Clock | None:
    """Whatever its class became, a complaint has one closing clock; it is known by the promise it started with."""
    return next((clock for clock in clocks_of(case) if clock.policy_key in {GENERAL, SERIOUS}), None)


def run_from_receipt(case: Case, *, actor: Actor) -> None:
    """On a case just made: nothing is looked up that cannot be there yet."""
    policies = [CLOSING[case.grade]] if case.kind in CLOSES else []
    policies += [REPLY] if case.kind in REPLIES else []
    if not policies:
        return
    calendar, label = calendar_in_force(case.org_path), str(case)[:120]
    started = [
        clock_start(
            subject=case,
            policy=policy,
            at=case.received_at,
            actor=actor,
            label=label,
            calendar=calendar,
            is_new=True,
        )
        for policy in policies
    ]
    keep_due(case, started)


def follow_class(case: Case, *, grade_before: str, at: datetime, actor: Actor) -> None:
    """Judge the closing clock by the class as decided; kinds without a promise lose theirs, others gain one."""
    closing = closing_clock(case)
    wanted = CLOSING[case.grade]
    if case.kind in CLOSES:
        if closing is None:
            start(case, wanted, at=case.received_at, actor=actor)
        elif closing.is_open and wanted != CLOSING[grade_before]:
            clock_reclassify(clock=closing, at=at, actor=actor, policy=wanted)
    elif closing is not None and closing.is_open:
        clock_close(clock=closing, at=at, actor=actor)
    if case.kind in REPLIES:
        start(case, REPLY, at=case.received_at, actor=actor)
    else:
        clock_stop(subject=case, at=at, actor=actor, policy=REPLY)
    keep_due(case)


def department_runs(case: Case, *, at: datetime, actor: Actor) -> None:
    start(case, DEPARTMENT, at=at, actor=actor)
    keep_due(case)


def department_rests(case: Case, *, at: datetime, actor: Actor) -> None:
    clock_stop(subject=case, at=at, actor=actor, policy=DEPARTMENT)
    keep_due(case)


def reply_rests(case: Case, *, at: datetime, actor: Actor) -> None:
    clock_stop(subject=case, at=at, actor=actor, policy=REPLY)
    keep_due(case)


def all_rest(case: Case, *, at: datetime, actor: Actor) -> None:
    clock_stop(subject=case, at=at, actor=actor)
    keep_due(case)


def all_run_again(case: Case, *, at: datetime, actor: Actor) -> None:
    """A reopened case owes the closing and the reply again; the department's clock starts with the next dispatch."""
    for clock in clocks_of(case):
        if clock.policy_key != DEPARTMENT and not clock.is_open:
            clock_reopen(subject=case, at=at, actor=actor, policy=clock.policy_key)
    keep_due(case)


def pause(case: Case, *, reason: str, at: datetime, actor: Actor) -> None:
    """Pause the clocks whose promise allows this reason; the station's own suspension stops none."""
    if reason == PauseReason.STATION:
        return
    for clock in clocks_of(case):
        if clock.status in {ClockStatus.RUNNING, ClockStatus.OVERDUE} and clock.policy.engine_rule.may_pause(reason):
            clock_pause(clock=clock, at=at, actor=actor, reason=reason)
    keep_due(case)


def resume(case: Case, *, at: datetime, actor: Actor) -> None:
    for clock in clocks_of(case):
        if clock.status == ClockStatus.PAUSED:
            clock_resume(clock=clock, at=at, actor=actor)
    keep_due(case)


@transaction.atomic
def cases_follow_clocks() -> int:
    """A newly published calendar moves open clocks without telling anyone; catch up with them."""
    clock = Clock.objects.filter(
        subject_type=Case._meta.label_lower, subject_id=OuterRef("pk"), status__in=OPEN, due_at__isnull=False
    ).order_by("due_at")
    open_cases = Case.objects.exclude(waits_for="").annotate(first_due=Subquery(clock.values("due_at")[:1]))
    moved = open_cases.filter(
        ~Q(first_due=F("due_at"))
        | Q(due_at__isnull=True, first_due__isnull=False)
        | Q(due_at__isnull=False, first_due__isnull=True)
    )
    count = 0
    for case in moved:
        keep_due(case)
        count += 1
    return count


@transaction.atomic
def case_mark_overdue(*, case: Case, at: datetime, level: str) -> None:
    Case.objects.filter(pk=case.pk, overdue_since__isnull=True).update(overdue_since=at)
    Case.objects.filter(pk=case.pk).update(escalation_level=level)
