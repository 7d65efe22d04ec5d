"""The scanner: reads only what is due, asks the engine, speaks once per level, catches up without a flood."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from bihuan.duties import selectors
from bihuan.duties.enums import LEVELS, ClockStatus, Level
from bihuan.duties.events import ClockAlerted, ClockBreached, ClockEscalated, ClockWarned
from bihuan.duties.models import Clock
from bihuan.duties.services.alerts import after_quiet, level_at, schedule
from bihuan.duties.services.clocks import apply_state, fired_levels, level_fired, store
from bihuan.foundation.errors import StaleRecordError
from bihuan.foundation.events import emit
from servicequality.deadlines import evaluate

EVENTS: dict[str, type[ClockAlerted]] = {
    Level.WARN: ClockWarned,
    Level.DUE: ClockBreached,
    Level.AFTER_1: ClockEscalated,
    Level.AFTER_3: ClockEscalated,
}


def scan(now: datetime, *, batch: int = 500) -> int:
    """Handle every clock whose next alert has come; returns how many spoke.

    Run again after a crash it does nothing twice: a level is a unique row per clock and cycle. After a
    downtime only the highest level reached speaks, the ones below it are noted as skipped.
    """
    spoke = 0
    busy: set[int] = set()  # clocks somebody acted on this very moment; the next look sees the outcome
    while True:
        due = Clock.objects.filter(next_alert_at__lte=now).exclude(pk__in=busy).order_by("next_alert_at")
        ids = list(due.values_list("pk", flat=True)[:batch])
        if not ids:
            break
        for pk in ids:
            try:
                spoke += _handle(pk, now)
            except StaleRecordError:
                busy.add(pk)
    mark_overdue(now)
    return spoke


def mark_overdue(now: datetime) -> int:
    """The state changes at the due instant itself, quiet hours or not."""
    return Clock.objects.filter(status=ClockStatus.RUNNING, due_at__lt=now).update(status=ClockStatus.OVERDUE)


@transaction.atomic
def _handle(pk: int, now: datetime) -> bool:
    clock = Clock.objects.select_related("policy", "calendar").get(pk=pk)
    state = evaluate(
        clock.started_at,
        selectors.clock_events(clock),
        clock.policy.engine_rule,
        clock.calendar.table,
        as_of=now,
    )
    fired = fired_levels(clock, clock.cycle)
    apply_state(clock, state, fired)
    reached: list[tuple[Level, datetime]] = []
    if clock.is_open and clock.due_at is not None:
        for level in LEVELS:
            at = level_at(level, clock.due_at, clock.warn_at, clock.calendar.table)
            if at is not None and at <= now and level not in fired:
                reached.append((level, at))
    spoken = False
    awake = after_quiet(now, clock.policy, clock.calendar.table)
    if reached and awake > now:
        clock.next_alert_at = awake
        reached = []
    if reached and clock.next_alert_at is not None and clock.next_alert_at <= now:
        for level, at in reached[:-1]:
            level_fired(clock, level, at, now, is_skipped=True)
        level, at = reached[-1]
        if level_fired(clock, level, at, now):
            emit(
                EVENTS[level](
                    subject=clock.subject,
                    clock_id=clock.pk,
                    policy=clock.policy_key,
                    level=level,
                    at=at,
                    org_path=clock.org_path,
                )
            )
            spoken = True
        clock.next_alert_at, clock.next_level = schedule(clock, fired | {each for each, _at in reached})
    store(clock)
    return spoken
