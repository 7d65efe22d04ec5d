"""The day-by-day explanation of a due instant."""

from __future__ import annotations

from datetime import date

from servicequality.calendars.table import SECOND, Table
from servicequality.calendars.versions import Calendar
from servicequality.deadlines.fold import Cycle, paused_between
from servicequality.deadlines.kinds import KINDS, Due
from servicequality.deadlines.states import LedgerRow, Remark


def ledger_of(cycle: Cycle, due: Due, calendar: Calendar) -> tuple[LedgerRow, ...]:
    """Return a row for each local day from the start to the due day, or to the open pause.

    The counted amounts add up to the budget: seconds on clocks of hours, days on clocks of days. Hours that an
    extension added to a clock of days stand in the remarks. A ``same_day`` clock counts its service days.
    """
    finish = due.at if cycle.paused_since is None else min(due.at, cycle.paused_since)
    table = calendar.table_over(cycle.start, max(cycle.start, finish))
    first, last = table.day_of(cycle.start), table.day_of(max(cycle.start, finish - 1))
    count = _counted_days(cycle, due, calendar) if KINDS[cycle.rule.clock].counts_days else None
    rows: list[LedgerRow] = []
    total = 0.0
    for ordinal in range(first, last + 1):
        begin = max(table.day_starts[ordinal - table.first], cycle.start)
        end = min(table.day_starts[ordinal - table.first + 1], max(finish, begin))
        if count is None:
            counted = cycle.ran(begin, end, calendar) / SECOND
        else:
            counted = float(ordinal in count and (cycle.paused_since is None or finish >= count[ordinal]))
        total += counted
        day = date.fromordinal(ordinal)
        remarks = _remarks(cycle, calendar, day, begin, table.day_starts[ordinal - table.first + 1])
        if ordinal == last and cycle.paused_since is None:
            remarks += _due_remarks(cycle, due, calendar)
        rows.append(
            LedgerRow(
                date=day,
                weekday=day.isoweekday(),
                kind=calendar.kind_of(day),
                counted=counted,
                total=total,
                unit="seconds" if count is None else "days",
                paused_seconds=sum(high - low for low, high in paused_between(cycle, begin, end)) / SECOND,
                remarks=tuple(remarks),
            )
        )
    return tuple(rows)


def _counted_days(cycle: Cycle, due: Due, calendar: Calendar) -> dict[int, int]:
    """Return the days that count on a clock of days, each with the instant of its end."""
    table = calendar.table_over(cycle.start, max(cycle.start, due.at))
    budget = (cycle.rule.days or 0) + cycle.extra.days
    if cycle.rule.clock == "same_day":
        return _service_days(cycle, due, table)
    first = table.day_of(cycle.start) + 1
    is_close = cycle.rule.day_end == "close"
    if cycle.rule.clock == "working_days":
        ends = dict(zip(table.worked, table.worked_closes if is_close else table.worked_midnights, strict=True))
    else:
        days = range(table.first, table.last + 1)
        ends = dict(zip(days, table.day_closes if is_close else table.day_midnights, strict=True))
    running = [
        (ordinal, end)
        for ordinal, end in ends.items()
        if ordinal >= first and not any(low < end < high for low, high in cycle.pauses)
    ]
    return dict(running[:budget])


def _service_days(cycle: Cycle, due: Due, table: Table) -> dict[int, int]:
    """Return the local day on which the service day of the due instant ends."""
    return {table.day_of(max(cycle.start, due.at - 1)): due.at}


def _remarks(cycle: Cycle, calendar: Calendar, day: date, begin: int, end: int) -> list[Remark]:
    remarks = []
    if begin == cycle.start:
        remarks.append(Remark("receipt"))
    for low, high, reason in cycle.stretches:
        if low < end and (high is None or high > begin):
            remarks.append(Remark("closed") if reason == "closed" else Remark("paused", reason))
    for at, code, detail in cycle.marks:
        if begin <= at < end:
            remarks.append(Remark(code, detail))
    if calendar.is_provisional(day) and cycle.rule.clock not in ("elapsed", "same_day"):
        remarks.append(Remark("unpublished"))
    return remarks


def _due_remarks(cycle: Cycle, due: Due, calendar: Calendar) -> list[Remark]:
    is_rolled = cycle.rule.clock == "calendar_days" and _is_rolled(cycle, due, calendar)
    return [Remark("rolled"), Remark("due")] if is_rolled else [Remark("due")]


def _is_rolled(cycle: Cycle, due: Due, calendar: Calendar) -> bool:
    if cycle.rule.roll == "none" or due.day is None:
        return False
    counted = _counted_days(cycle, due, calendar)
    return bool(counted) and max(counted) < due.day
