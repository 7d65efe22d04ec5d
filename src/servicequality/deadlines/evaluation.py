"""The one question: how does this clock stand, given what happened to it?"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from servicequality.calendars.table import SECOND, instant_at, microseconds
from servicequality.calendars.versions import Calendar
from servicequality.deadlines.fold import Cycle, Fold, paused_between
from servicequality.deadlines.kinds import KINDS, NOTHING, Due, run_elapsed, share_of
from servicequality.deadlines.ledger import ledger_of
from servicequality.deadlines.rules import ClockEvent, Rule
from servicequality.deadlines.states import ClockState, ClosedCycle
from servicequality.errors import DataError, ParameterError


def evaluate(
    start: datetime,
    events: Iterable[ClockEvent],
    rule: Rule,
    calendar: Calendar,
    *,
    as_of: datetime | None = None,
    explain: bool = False,
) -> ClockState:
    """Return how a clock stands.

    ``start`` is the aware instant of the intake; ``events`` may come in any order and more than once. With
    ``as_of`` only what happened up to then is known and the clock is judged at that instant. Without it all
    events are known, a closed clock is judged at its closing, a paused one at the pause, a running one at the
    start or reopening it runs from. ``explain`` adds the ledger, a row for each local day up to the due day.

    Raises:
        DataError: an instant has no offset, a reclassification cannot be read.
        NoWorkingTimeError: the calendar has no working time within reach.
        ParameterError: the due instant lies beyond the year 9999.
    """
    for place, instant in (("start", start), ("as_of", as_of)):
        if instant is not None and instant.tzinfo is None:
            raise DataError("the instant has no offset", place=place, code="bad_instant")
    began = microseconds(start)
    until = None if as_of is None else max(microseconds(as_of), began)
    try:
        fold = Fold(began, rule, calendar)
        fold.apply(events, until)
        return _state(fold, until, explain=explain)
    except OverflowError:
        raise ParameterError("the due instant lies beyond the year 9999", code="out_of_range") from None


def _state(fold: Fold, until: int | None, *, explain: bool) -> ClockState:
    cycle, calendar, zone = fold.cycle, fold.calendar, fold.calendar.zone
    due = cycle.due(calendar)
    original = due if cycle.extra == NOTHING else cycle.due(calendar, extra=NOTHING)
    is_paused = cycle.paused_since is not None
    judged = _judged_at(cycle, until)
    used_until = judged if cycle.paused_since is None else min(judged, cycle.paused_since)
    met = None if cycle.closed_at is None else cycle.closed_at <= due.at
    warned = _warned_at(cycle, due, calendar)
    return ClockState(
        due_at=None if is_paused else instant_at(due.at, zone),
        original_due_at=None if is_paused else instant_at(original.at, zone),
        provisional=not is_paused and _is_provisional(due, calendar),
        warn_at=None if warned is None else instant_at(warned, zone),
        status=_status(cycle, due, judged),
        remaining_seconds=_seconds(cycle.ran(used_until, due.at, calendar)),
        overdue_seconds=_seconds(cycle.ran(due.at, used_until, calendar)),
        used_elapsed_seconds=_seconds(_used(cycle, used_until)),
        used_business_seconds=_seconds(_used_business(cycle, used_until, calendar)),
        met=met,
        outcome=_outcome(cycle, due, original),
        extension=fold.extension,
        cycles=tuple(_closed_cycle(closed, calendar) for closed in fold.closed),
        judged_at=instant_at(judged, zone),
        started_at=instant_at(cycle.start, zone),
        rule=cycle.rule,
        ignored=tuple(fold.ignored),
        ledger=ledger_of(cycle, due, calendar) if explain else None,
    )


def _judged_at(cycle: Cycle, until: int | None) -> int:
    if cycle.closed_at is not None:
        return cycle.closed_at
    if until is not None:
        return until
    return cycle.began if cycle.paused_since is None else cycle.paused_since


def _status(cycle: Cycle, due: Due, judged: int) -> str:
    if cycle.closed_at is not None:
        return "met" if cycle.closed_at <= due.at else "broken"
    if cycle.paused_since is not None:
        return "paused"
    return "overdue" if judged > due.at else "running"


def _outcome(cycle: Cycle, due: Due, original: Due) -> str | None:
    if cycle.closed_at is None:
        return None
    if cycle.closed_at > due.at:
        return "broken"
    return "kept" if cycle.closed_at <= original.at else "kept_with_extension"


def _is_provisional(due: Due, calendar: Calendar) -> bool:
    through = calendar.day_data.published_through
    return through is not None and due.day is not None and due.day > through.toordinal()


def _warned_at(cycle: Cycle, due: Due, calendar: Calendar) -> int | None:
    if cycle.rule.warn_share is None:
        return None
    kind = KINDS[cycle.rule.clock]
    warned = kind.share(cycle.start, cycle.rule, cycle.extra, cycle.pauses, calendar)
    if warned is None and cycle.paused_since is None:
        warned = run_elapsed(cycle.start, share_of(_used(cycle, due.at), cycle.rule), cycle.pauses)
    if warned is None or cycle.paused_since is None or warned <= cycle.paused_since:
        return warned
    return None


def _used(cycle: Cycle, until: int) -> int:
    paused = sum(high - low for low, high in paused_between(cycle, cycle.start, until))
    return max(until - cycle.start, 0) - paused


def _used_business(cycle: Cycle, until: int, calendar: Calendar) -> int:
    if until <= cycle.start:
        return 0
    laid = calendar.table_over(cycle.start, until).working_time
    paused = paused_between(cycle, cycle.start, until)
    return laid(until) - laid(cycle.start) - sum(laid(high) - laid(low) for low, high in paused)


def _closed_cycle(cycle: Cycle, calendar: Calendar) -> ClosedCycle:
    assert cycle.closed_at is not None  # only closed cycles are kept
    due = cycle.due(calendar)
    original = due if cycle.extra == NOTHING else cycle.due(calendar, extra=NOTHING)
    return ClosedCycle(
        met=cycle.closed_at <= due.at,
        used_seconds=_seconds(cycle.ran(cycle.start, cycle.closed_at, calendar)),
        overdue_seconds=_seconds(cycle.ran(due.at, cycle.closed_at, calendar)),
        outcome=_outcome(cycle, due, original) or "",
        started_at=instant_at(cycle.start, calendar.zone),
        closed_at=instant_at(cycle.closed_at, calendar.zone),
        due_at=instant_at(due.at, calendar.zone),
    )


def _seconds(time: int) -> float:
    whole, rest = divmod(time, SECOND)
    return whole if rest == 0 else time / SECOND
