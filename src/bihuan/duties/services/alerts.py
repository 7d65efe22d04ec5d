"""When a clock has to speak up next. Pure arithmetic on a clock's stored instants."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from bihuan.duties.enums import LEVELS, Level
from bihuan.duties.models import Clock, PolicyVersion
from servicequality.calendars import Calendar
from servicequality.deadlines import add_working_days

AFTER = {Level.AFTER_1: 1, Level.AFTER_3: 3}
# "Overdue" is strictly after the due instant.
MOMENT = timedelta(microseconds=1)


def level_at(level: str, due_at: datetime, warn_at: datetime | None, calendar: Calendar) -> datetime | None:
    """The instant a level stands for; T+1 and T+3 are working days of the unit's calendar, same time of day."""
    if level == Level.WARN:
        return warn_at if warn_at is not None and warn_at < due_at else None
    if level == Level.DUE:
        return due_at + MOMENT
    local = due_at.astimezone(calendar.zone)
    day = add_working_days(local.date(), AFTER[Level(level)], calendar)
    return datetime.combine(day, local.time(), tzinfo=calendar.zone)


def after_quiet(at: datetime, policy: PolicyVersion, calendar: Calendar) -> datetime:
    """Push an alert out of the quiet hours, unless the policy is urgent."""
    begin, end = policy.quiet_from, policy.quiet_until
    if policy.is_urgent or begin is None or end is None or begin == end:
        return at
    local = at.astimezone(calendar.zone)
    if not in_quiet(local.time(), begin, end):
        return at
    day = local.date()
    if begin > end and local.time() >= begin:
        day += timedelta(days=1)
    return datetime.combine(day, end, tzinfo=calendar.zone)


def in_quiet(moment: time, begin: time, end: time) -> bool:
    if begin < end:
        return begin <= moment < end
    return moment >= begin or moment < end


def schedule(clock: Clock, fired: set[str]) -> tuple[datetime | None, str]:
    """The next level not yet fired in this cycle and when it may speak."""
    if not clock.is_open or clock.due_at is None:
        return None, ""
    calendar = clock.calendar.table
    for level in LEVELS:
        if level in fired:
            continue
        at = level_at(level, clock.due_at, clock.warn_at, calendar)
        if at is not None:
            return after_quiet(at, clock.policy, calendar), level
    return None, ""
