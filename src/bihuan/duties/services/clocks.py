"""Acts on clocks: add what happened, let the engine say where that leaves the clock, store its answer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from bihuan.duties import selectors
from bihuan.duties.enums import ClockStatus, Level
from bihuan.duties.models import CalendarVersion, Clock, ClockAlert, ClockCycle, ClockEntry
from bihuan.duties.services.alerts import schedule
from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import ActionNotAllowedError, BadInputError, StaleRecordError
from bihuan.foundation.models import ScopedModel
from servicequality.deadlines import ClockEvent, ClockState, evaluate
from servicequality.errors import ServiceQualityError

STORED = (
    "due_at",
    "original_due_at",
    "warn_at",
    "status",
    "is_provisional",
    "outcome",
    "closed_at",
    "cycle",
    "next_alert_at",
    "next_level",
)


def apply_state(clock: Clock, state: ClockState, fired: Iterable[str]) -> None:
    """Copy the engine's answer onto the clock (not saved)."""
    clock.due_at, clock.original_due_at, clock.warn_at = state.due_at, state.original_due_at, state.warn_at
    clock.status = state.status
    clock.is_provisional = state.provisional
    clock.outcome = state.outcome or ""
    is_closed = state.status in {ClockStatus.MET, ClockStatus.BROKEN}
    clock.closed_at = state.cycles[-1].closed_at if is_closed else None
    clock.cycle = max(1, len(state.cycles) + (0 if is_closed else 1))
    clock.next_alert_at, clock.next_level = schedule(clock, set(fired))


def fired_levels(clock: Clock, cycle: int) -> set[str]:
    return set(ClockAlert.objects.filter(clock=clock, cycle=cycle).values_list("level", flat=True))


def store(clock: Clock, **also: Any) -> None:
    """Save by compare-and-swap: two acts on one clock never lose one of them."""
    values = {name: getattr(clock, name) for name in STORED} | also
    swapped = Clock.objects.filter(pk=clock.pk, version=clock.version).update(**values, version=clock.version + 1)
    if not swapped:
        raise StaleRecordError()
    clock.version += 1


def freeze_cycles(clock: Clock, state: ClockState, events: Sequence[ClockEvent]) -> None:
    """Keep every closed cycle as it was judged; those already kept stay untouched."""
    have = ClockCycle.objects.filter(clock=clock).count()
    for number, cycle in enumerate(state.cycles[have:], have + 1):
        judged = evaluate(
            clock.started_at,
            events,
            clock.policy.engine_rule,
            clock.calendar.table,
            as_of=cycle.closed_at,
            explain=True,
        )
        ClockCycle.objects.create(
            clock=clock,
            number=number,
            policy=clock.policy,
            calendar=clock.calendar,
            started_at=cycle.started_at,
            due_at=cycle.due_at,
            closed_at=cycle.closed_at,
            is_met=cycle.met,
            outcome=cycle.outcome,
            state=judged.to_dict(),
            org_path=clock.org_path,
        )


def refold(clock: Clock, as_of: datetime, **also: Any) -> ClockState:
    """Evaluate the clock from all its entries and store the answer."""
    for name, value in also.items():
        setattr(clock, name, value)
    events = selectors.clock_events(clock)
    state = evaluate(clock.started_at, events, clock.policy.engine_rule, clock.calendar.table, as_of=as_of)
    is_closed = state.status in {ClockStatus.MET, ClockStatus.BROKEN}
    cycle = max(1, len(state.cycles) + (0 if is_closed else 1))
    apply_state(clock, state, fired_levels(clock, cycle))
    freeze_cycles(clock, state, events)
    store(clock, **also)
    return state


def clock_of(subject: ScopedModel, policy: str) -> Clock | None:
    rows = Clock.objects.filter(subject_type=subject.reference.label, subject_id=subject.pk, policy_key=policy)
    return rows.first()


@transaction.atomic
def clock_start(
    *,
    subject: ScopedModel,
    policy: str,
    at: datetime,
    actor: Actor,
    clause: str = "",
    label: str = "",
    calendar: CalendarVersion | None = None,
    is_new: bool = False,
) -> Clock:
    """Start the promise ``policy`` on a record; a second start of the same promise gives the clock there is.

    Whoever starts several clocks on a record just made says so and hands the calendar over: each is asked for once.
    """
    existing = None if is_new else clock_of(subject, policy)
    if existing is not None:
        return existing
    org_path = str(getattr(subject, subject.scope_field))
    version = selectors.policy_in_force(policy, org_path)
    calendar = calendar or selectors.calendar_in_force(org_path)
    clock = Clock(
        subject_type=subject.reference.label,
        subject_id=subject.pk,
        subject_label=(label or str(subject))[:120],
        policy_key=policy,
        policy=version,
        calendar=calendar,
        clause=clause or version.clause,
        started_at=at,
        org_path=org_path,
    )
    try:
        state = evaluate(at, [], version.engine_rule, calendar.table)
    except ServiceQualityError as error:
        raise BadInputError(str(error)) from error
    apply_state(clock, state, ())
    clock.save(force_insert=True)
    return clock


def add_entry(clock: Clock, event: ClockEvent, actor: Actor) -> ClockEntry:
    source = event.source_id or f"{event.type}-{ClockEntry.objects.filter(clock=clock).count() + 1}"
    body = {**event.to_dict(), "source_id": source}
    entry, _created = ClockEntry.objects.get_or_create(
        clock=clock,
        type=event.type,
        source_id=source,
        defaults={"at": event.at, "body": body, "actor_name": actor.name, "org_path": clock.org_path},
    )
    return entry


@transaction.atomic
def clock_pause(*, clock: Clock, at: datetime, actor: Actor, reason: str) -> Clock:
    """Stop counting for one of the reasons the rule allows."""
    if not clock.policy.engine_rule.may_pause(reason):
        raise BadInputError(_("This reason does not pause the clock."), place="reason")
    if clock.status not in {ClockStatus.RUNNING, ClockStatus.OVERDUE}:
        raise ActionNotAllowedError()
    add_entry(clock, ClockEvent("pause", at, reason=reason), actor)
    refold(clock, at)
    return clock


@transaction.atomic
def clock_resume(*, clock: Clock, at: datetime, actor: Actor, reason: str = "") -> Clock:
    if clock.status != ClockStatus.PAUSED:
        raise ActionNotAllowedError()
    add_entry(clock, ClockEvent("resume", at, reason=reason or None), actor)
    refold(clock, at)
    return clock


@transaction.atomic
def clock_extend(
    *,
    clock: Clock,
    requested_at: datetime,
    reason: str,
    approver: str,
    actor: Actor,
    decided_at: datetime,
    days: int | None = None,
    hours: float | None = None,
) -> bool:
    """Add to the budget if it was asked for in time; returns whether the clock took it."""
    if not reason.strip():
        raise BadInputError(_("An extension needs a reason."), place="reason")
    if not approver.strip():
        raise BadInputError(_("An extension needs a named approver."), place="approver")
    event = ClockEvent(
        "extend",
        requested_at,
        reason=reason,
        approver=approver,
        approved_at=decided_at,
        days=days,
        hours=hours,
    )
    add_entry(clock, event, actor)
    state = refold(clock, decided_at)
    return state.extension == "accepted"


@transaction.atomic
def clock_reclassify(*, clock: Clock, at: datetime, actor: Actor, policy: str) -> Clock:
    """Judge by another promise from the original intake on; never due before the change itself."""
    version = selectors.policy_in_force(policy, clock.org_path)
    add_entry(clock, ClockEvent("reclassify", at, rule=version.engine_rule), actor)
    refold(clock, at)
    return clock


@transaction.atomic
def clock_close(*, clock: Clock, at: datetime, actor: Actor) -> Clock:
    if not clock.is_open:
        return clock
    add_entry(clock, ClockEvent("close", at), actor)
    refold(clock, at)
    return clock


@transaction.atomic
def clock_stop(*, subject: ScopedModel, at: datetime, actor: Actor, policy: str | None = None) -> list[Clock]:
    """Close the record's clocks, or the one of ``policy``, at the same instant."""
    clocks = selectors.clocks_of(subject)
    return [
        clock_close(clock=clock, at=at, actor=actor)
        for clock in clocks
        if clock.is_open and policy in {None, clock.policy_key}
    ]


@transaction.atomic
def clock_reopen(*, subject: ScopedModel, at: datetime, actor: Actor, policy: str | None = None) -> list[Clock]:
    """Run the record's closed clocks again, by the rule's reopen policy; earlier cycles stay as they were."""
    reopened = []
    for clock in selectors.clocks_of(subject):
        if clock.is_open or policy not in {None, clock.policy_key}:
            continue
        add_entry(clock, ClockEvent("reopen", at), actor)
        refold(clock, at)
        reopened.append(clock)
    return reopened


def level_fired(clock: Clock, level: Level, at: datetime, now: datetime, *, is_skipped: bool = False) -> bool:
    """Note that a level was reached; False when somebody else noted it first."""
    _alert, created = ClockAlert.objects.get_or_create(
        clock=clock,
        cycle=clock.cycle,
        level=level,
        defaults={"at": at, "fired_at": now, "is_skipped": is_skipped, "org_path": clock.org_path},
    )
    return created


@transaction.atomic
def clocks_place(*, subject: ScopedModel, org_path: str) -> None:
    """The record went to another unit: its clocks go along; rule and calendar stay those they started with."""
    clocks = Clock._base_manager.filter(subject_type=subject.reference.label, subject_id=subject.pk)
    numbers = list(clocks.values_list("pk", flat=True))
    for rows in (
        Clock._base_manager.filter(pk__in=numbers),
        ClockEntry._base_manager.filter(clock__in=numbers),
        ClockCycle._base_manager.filter(clock__in=numbers),
        ClockAlert._base_manager.filter(clock__in=numbers),
    ):
        rows.update(org_path=org_path)
