"""The five kinds of clock: from a start, a budget and the pauses to the due instant.

Instants are microseconds since 1970 UTC. Pauses are disjoint, in order and closed. A pause that begins when the
budget is used up already changes nothing: the clock was due before it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import Final, NamedTuple, Protocol

from servicequality.calendars.table import DAY, Table, local_instant
from servicequality.calendars.versions import Calendar
from servicequality.deadlines.rules import Rule

Pauses = Sequence[tuple[int, int]]


class Extra(NamedTuple):
    """What extensions have added: microseconds and days."""

    time: int = 0
    days: int = 0


NOTHING: Final = Extra()


class Due(NamedTuple):
    """A due instant and the last day the calendar was asked about (None: it was not asked)."""

    at: int
    day: int | None


class Kind(Protocol):
    """One kind of clock."""

    counts_days: bool

    def due(self, start: int, rule: Rule, extra: Extra, pauses: Pauses, calendar: Calendar) -> Due:
        """Return when the budget is used up."""
        ...

    def share(self, start: int, rule: Rule, extra: Extra, pauses: Pauses, calendar: Calendar) -> int | None:
        """Return when the warning share of the budget is used up; None where that takes the due instant."""
        ...

    def measure(self, begin: int, end: int, calendar: Calendar) -> int:
        """Return how much of this clock runs from ``begin`` to ``end``, pauses not regarded."""
        ...


class Elapsed:
    """Day and night from the very instant."""

    counts_days = False

    def due(self, start: int, rule: Rule, extra: Extra, pauses: Pauses, calendar: Calendar) -> Due:
        """Return when the budget is used up."""
        return Due(run_elapsed(start, rule.budget + extra.time + extra.days * DAY, pauses), None)

    def share(self, start: int, rule: Rule, extra: Extra, pauses: Pauses, calendar: Calendar) -> int | None:
        """Return when the warning share of the budget is used up."""
        budget = rule.budget + extra.time + extra.days * DAY
        return run_elapsed(start, share_of(budget, rule), pauses)

    def measure(self, begin: int, end: int, calendar: Calendar) -> int:
        """Return how much of this clock runs from ``begin`` to ``end``."""
        return end - begin


class Business:
    """Only inside the intervals of the calendar. A day of an extension is one full working day of it."""

    counts_days = False

    def due(self, start: int, rule: Rule, extra: Extra, pauses: Pauses, calendar: Calendar) -> Due:
        """Return when the budget is used up."""
        return self._run(start, self._budget(rule, extra, calendar), pauses, calendar)

    def share(self, start: int, rule: Rule, extra: Extra, pauses: Pauses, calendar: Calendar) -> int | None:
        """Return when the warning share of the budget is used up."""
        return self._run(start, share_of(self._budget(rule, extra, calendar), rule), pauses, calendar).at

    def measure(self, begin: int, end: int, calendar: Calendar) -> int:
        """Return how much of this clock runs from ``begin`` to ``end``."""
        table = calendar.table_over(begin, end)
        return table.working_time(end) - table.working_time(begin)

    def _budget(self, rule: Rule, extra: Extra, calendar: Calendar) -> int:
        full = sum((closing - opening) % 86_400 or 86_400 for opening, closing in calendar.full_day)
        return rule.budget + extra.time + extra.days * full * 1_000_000

    def _run(self, start: int, budget: int, pauses: Pauses, calendar: Calendar) -> Due:
        table = _table_for(start, pauses, calendar)
        if budget == 0:
            return self._open(start, pauses, table, calendar)
        target = table.working_time(start) + budget
        due, table = _reach(target, table, calendar, start)
        for begin, end in pauses:
            if begin >= due.at:
                break
            overlap = table.working_time(end) - table.working_time(begin)
            if overlap:
                target += overlap
                due, table = _reach(target, table, calendar, start)
        return due

    def _open(self, start: int, pauses: Pauses, table: Table, calendar: Calendar) -> Due:
        due, table = _opening(start, table, calendar, start)
        for begin, end in pauses:
            if begin < due.at < end:
                due, table = _opening(end, table, calendar, start)
        return due


class _DayClock:
    """What clocks that count days share: everything but the due instant is elapsed time."""

    counts_days = True

    def share(self, start: int, rule: Rule, extra: Extra, pauses: Pauses, calendar: Calendar) -> int | None:
        """Return when the warning share of the budget is used up."""
        return None

    def measure(self, begin: int, end: int, calendar: Calendar) -> int:
        """Return how much of this clock runs from ``begin`` to ``end``."""
        return end - begin


class WorkingDays(_DayClock):
    """The end of the N-th working day after the day of receipt."""

    def due(self, start: int, rule: Rule, extra: Extra, pauses: Pauses, calendar: Calendar) -> Due:
        """Return when the budget is used up."""
        table = _table_for(start, pauses, calendar)
        day, days = table.day_of(start), (rule.days or 0) + extra.days
        while True:
            ends = _worked_ends(table, rule)
            if days:
                first = bisect_right(table.worked, day)
                place = first + days - 1
            else:
                first = place = max(bisect_left(table.worked, day), bisect_left(ends, start))
            place = skip_paused(ends, first, place, pauses)
            if place < len(ends):
                return Due(run_elapsed(ends[place], extra.time, pauses), table.worked[place])
            table = calendar.longer(table, day)


class CalendarDays(_DayClock):
    """The end of the N-th day after the day of receipt, moved on to a working day where the rule says so."""

    def due(self, start: int, rule: Rule, extra: Extra, pauses: Pauses, calendar: Calendar) -> Due:
        """Return when the budget is used up."""
        table = _table_for(start, pauses, calendar)
        day, days = table.day_of(start), (rule.days or 0) + extra.days
        while True:
            first, place = self._counted(table, start, days, rule)
            found = self._last(table, first, place, rule, pauses)
            if found is not None:
                break
            table = calendar.longer(table, day)
        end, last = found
        asked = rule.roll != "none" or rule.day_end == "close"
        return Due(run_elapsed(end, extra.time, pauses), last if asked else None)

    def _counted(self, table: Table, start: int, days: int, rule: Rule) -> tuple[int, int]:
        first = table.day_of(start) - table.first + 1
        if not days:
            first = max(first - 1, bisect_left(_day_ends(table, rule), start))
        return first, first + max(days - 1, 0)

    def _last(self, table: Table, first: int, place: int, rule: Rule, pauses: Pauses) -> tuple[int, int] | None:
        ends = _day_ends(table, rule)
        place = skip_paused(ends, first, place, pauses)
        if place >= len(ends):
            return None
        if rule.roll == "none":
            return ends[place], table.first + place
        ends = _worked_ends(table, rule)
        place = bisect_left(table.worked, table.first + place)
        place = skip_paused(ends, place, place, pauses)
        return (ends[place], table.worked[place]) if place < len(ends) else None


class SameDay(_DayClock):
    """The end of the service day; where it falls into a pause, the end of the one in which the clock runs again."""

    def due(self, start: int, rule: Rule, extra: Extra, pauses: Pauses, calendar: Calendar) -> Due:
        """Return when the budget is used up."""
        table = _table_for(start, pauses, calendar)
        end = self._next_end(start + 1, rule, table, calendar)
        for count in range(extra.days + 1):
            if count:
                end = self._next_end(end + 1, rule, table, calendar)
            for begin, resumed in pauses:
                if begin < end < resumed:
                    end = self._next_end(resumed, rule, table, calendar)
        return Due(run_elapsed(end, extra.time, pauses), None)

    def _next_end(self, when: int, rule: Rule, table: Table, calendar: Calendar) -> int:
        if when >= table.day_starts[-1]:
            table = calendar.table_over(when, when)
        day = table.day_of(when)
        while (end := local_instant(day, rule.service_day_start, calendar.zone)) < when:
            day += 1
        return end


KINDS: Final[dict[str, Kind]] = {
    "elapsed": Elapsed(),
    "business": Business(),
    "working_days": WorkingDays(),
    "calendar_days": CalendarDays(),
    "same_day": SameDay(),
}


def run_elapsed(start: int, budget: int, pauses: Pauses) -> int:
    """Return when ``budget`` microseconds outside the pauses have passed since ``start``."""
    due = start + budget
    for begin, end in pauses:
        if begin >= due:
            break
        if end > start:
            due += end - max(begin, start)
    return due


def skip_paused(ends: list[int], first: int, place: int, pauses: Pauses) -> int:
    """Move the place of the last counted day on by the days at whose end the clock is paused.

    ``ends`` are the ends of the days, ``first`` the first that may count. A pause that begins or ends at the very
    end of a day leaves it counted.
    """
    for begin, end in pauses:
        paused_from = max(first, bisect_right(ends, begin))
        paused_to = bisect_left(ends, end)
        if paused_from <= place and paused_to > paused_from:
            place += paused_to - paused_from
    return place


def share_of(budget: int, rule: Rule) -> int:
    """Return the warning share of a budget, to the full second below."""
    share = rule.warn_share
    return budget if share is None else int(budget * share / 1_000_000) * 1_000_000


def _worked_ends(table: Table, rule: Rule) -> list[int]:
    return table.worked_closes if rule.day_end == "close" else table.worked_midnights


def _day_ends(table: Table, rule: Rule) -> list[int]:
    return table.day_closes if rule.day_end == "close" else table.day_midnights


def _table_for(start: int, pauses: Pauses, calendar: Calendar) -> Table:
    return calendar.table_over(start, max(start, pauses[-1][1]) if pauses else start)


def _reach(total: int, table: Table, calendar: Calendar, start: int) -> tuple[Due, Table]:
    while (found := table.reached(total)) is None:
        table = calendar.longer(table, table.day_of(start))
    return Due(*found), table


def _opening(when: int, table: Table, calendar: Calendar, start: int) -> tuple[Due, Table]:
    while (found := table.next_open(when)) is None:
        table = calendar.longer(table, table.day_of(start))
    return Due(*found), table
