"""Folds the events of a clock, in event time, into cycles with their pauses and extensions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Final

from servicequality.calendars.table import microseconds
from servicequality.calendars.versions import Calendar
from servicequality.deadlines.kinds import KINDS, NOTHING, Due, Extra, Pauses
from servicequality.deadlines.rules import EVENT_TYPES, ClockEvent, Rule
from servicequality.deadlines.states import IgnoredEvent

_ORDER: Final = {name: place for place, name in enumerate(EVENT_TYPES)}


@dataclass(slots=True)
class Cycle:
    """One run of a clock from receipt or reopening to its closing; instants in microseconds since 1970 UTC."""

    start: int
    began: int
    rule: Rule
    extra: Extra = NOTHING
    pauses: list[tuple[int, int]] = field(default_factory=list)
    paused_since: int | None = None
    closed_at: int | None = None
    waiting: list[tuple[str | None, bool]] = field(default_factory=list)
    stretches: list[tuple[int, int | None, str]] = field(default_factory=list)
    marks: list[tuple[int, str, str]] = field(default_factory=list)

    def due(self, calendar: Calendar, *, extra: Extra | None = None) -> Due:
        """Return the due instant, an open pause left out of account."""
        given = self.extra if extra is None else extra
        return KINDS[self.rule.clock].due(self.start, self.rule, given, self.pauses, calendar)

    def ran(self, begin: int, end: int, calendar: Calendar) -> int:
        """Return how much of this clock ran from ``begin`` to ``end``, ended pauses left out."""
        if end <= begin:
            return 0
        measure = KINDS[self.rule.clock].measure
        total = measure(begin, end, calendar)
        for low, high in paused_between(self, begin, end):
            total -= measure(low, high, calendar)
        return total

    def stop_pausing(self, at: int) -> None:
        """End the open pause, if there is one, and keep it."""
        since, self.paused_since = self.paused_since, None
        if since is not None:
            self.add_pause(since, at)

    def add_pause(self, begin: int, end: int) -> None:
        """Keep a pause; one that follows the last without a gap is one with it."""
        if end <= begin:
            return
        if self.pauses and begin <= self.pauses[-1][1]:
            begin = self.pauses.pop()[0]
        self.pauses.append((begin, end))


def paused_between(cycle: Cycle, begin: int, end: int) -> Pauses:
    """Return the parts of the cycle's ended pauses that lie between two instants."""
    return [(max(low, begin), min(high, end)) for low, high in cycle.pauses if low < end and high > begin]


class Fold:
    """The state of a clock while its events are applied one by one."""

    def __init__(self, start: int, rule: Rule, calendar: Calendar) -> None:
        self.calendar = calendar
        self.cycle = Cycle(start, start, rule)
        self.next_rule = rule
        self.extension: str | None = None
        self.closed: list[Cycle] = []
        self.ignored: list[IgnoredEvent] = []

    def apply(self, events: Iterable[ClockEvent], until: int | None) -> None:
        """Fold events in event time, each source once, those after ``until`` left out.

        Events before the start count as at the start. At one instant an extension comes first, then a
        reclassification, a pause, a resumption, a closing, a reopening; on a clock that is closed when that
        instant begins, the reopening comes before all of them.
        """
        start = self.cycle.start
        timed = self._timed(events, until)
        place = 0
        while place < len(timed):
            happened = timed[place][0]
            group = []
            while place < len(timed) and timed[place][0] == happened:
                group.append(timed[place][1])
                place += 1
            if len(group) > 1 and self.cycle.closed_at is not None:
                group.sort(key=lambda event: event.type != "reopen")
            at = max(happened, start)
            for event in group:
                why = _HANDLERS[event.type](self, event, at)
                if why is not None:
                    self.ignored.append(IgnoredEvent(event, why))

    def _timed(self, events: Iterable[ClockEvent], until: int | None) -> list[tuple[int, ClockEvent]]:
        timed: list[tuple[int, ClockEvent]] = []
        for event in events:
            at = microseconds(event.at)
            if until is None or at <= until:
                timed.append((at, event))
        if len(timed) > 1:
            timed.sort(key=_event_order)
            seen: set[tuple[str, str]] = set()
            timed = [item for item in timed if _is_new(item[1], seen)]
        return timed

    def _extend(self, event: ClockEvent, at: int) -> str | None:
        if event.decision == "pending":
            return "not_approved"
        why = self._refusal(event, at)
        self.extension = "refused" if why else "accepted"
        if why is None:
            extra = self.cycle.extra
            self.cycle.extra = Extra(extra.time + event.extra, extra.days + (event.days or 0))
            amount = [f"{event.hours:g} h"] if event.hours else []
            amount += [f"{event.days} d"] if event.days else []
            self.cycle.marks.append((at, "extended", " + ".join(amount)))
        return why

    def _refusal(self, event: ClockEvent, at: int) -> str | None:
        if event.decision == "refused":
            return "not_approved"
        if not (event.reason or "").strip():
            return "no_reason"
        if not (event.approver or "").strip():
            return "no_approver"
        if self.cycle.closed_at is not None:
            return "not_running"
        due = self.cycle.due(self.calendar).at
        since = self.cycle.paused_since
        is_in_time = at <= due or (since is not None and since < due)
        return None if is_in_time else "requested_after_due"

    def _reclassify(self, event: ClockEvent, at: int) -> str | None:
        assert event.rule is not None  # a ClockEvent of this type has one
        self.next_rule = event.rule
        if self.cycle.closed_at is not None:
            return None
        return self._judge_by(event.rule, at)

    def _judge_by(self, rule: Rule, at: int) -> str | None:
        trial = replace(self.cycle, rule=rule, pauses=list(self.cycle.pauses))
        trial.stop_pausing(at)
        if trial.due(self.calendar).at < at:
            return "due_would_have_passed"
        self.cycle.rule = rule
        self.cycle.marks.append((at, "reclassified", rule.clock))
        return None

    def _pause(self, event: ClockEvent, at: int) -> str | None:
        if self.cycle.closed_at is not None:
            return "not_running"
        may = self.cycle.rule.may_pause(event.reason)
        self.cycle.waiting.append((event.reason, may))
        if not may:
            return "reason_may_not_pause"
        if self.cycle.paused_since is None:
            self.cycle.paused_since = at
        self.cycle.stretches.append((at, None, event.reason or ""))
        return None

    def _resume(self, event: ClockEvent, at: int) -> str | None:
        cycle = self.cycle
        if cycle.closed_at is not None:
            return "not_running"
        if not cycle.waiting:
            return "not_paused"
        reason, was_pausing = cycle.waiting.pop(_answered(event.reason, cycle.waiting))
        if not was_pausing:
            return "reason_may_not_pause"
        for index, (begin, end, why) in enumerate(cycle.stretches):
            if end is None and why == (reason or ""):
                cycle.stretches[index] = (begin, at, why)
                break
        if not any(pausing for _, pausing in cycle.waiting):
            cycle.stop_pausing(at)
        return None

    def _close(self, event: ClockEvent, at: int) -> str | None:
        cycle = self.cycle
        if cycle.closed_at is not None:
            return "not_running"
        cycle.stop_pausing(at)
        cycle.waiting.clear()
        cycle.stretches = [(begin, at if end is None else end, why) for begin, end, why in cycle.stretches]
        cycle.closed_at = at
        cycle.marks.append((at, "closed", ""))
        self.closed.append(replace(cycle, pauses=list(cycle.pauses), marks=list(cycle.marks)))
        return None

    def _reopen(self, event: ClockEvent, at: int) -> str | None:
        cycle = self.cycle
        if cycle.closed_at is None:
            return "not_closed"
        if self.next_rule.reopen_policy == "restart":
            self.cycle = Cycle(at, at, self.next_rule)
        else:
            closed_at, cycle.closed_at, cycle.began = cycle.closed_at, None, at
            cycle.add_pause(closed_at, at)
            cycle.stretches.append((closed_at, at, "closed"))
            if self.next_rule is not cycle.rule:
                self._judge_by(self.next_rule, at)
        self.cycle.marks.append((at, "reopened", self.next_rule.reopen_policy))
        return None


_HANDLERS: Final = {
    "extend": Fold._extend,
    "reclassify": Fold._reclassify,
    "pause": Fold._pause,
    "resume": Fold._resume,
    "close": Fold._close,
    "reopen": Fold._reopen,
}


def _event_order(item: tuple[int, ClockEvent]) -> tuple[object, ...]:
    at, event = item
    rule = repr(event.rule) if event.rule else ""
    return (at, _ORDER[event.type], event.source_id or "", event.reason or "", event.approver or "",
            event.decision, event.extra, event.days or 0, rule)  # fmt: skip


def _answered(reason: str | None, waiting: list[tuple[str | None, bool]]) -> int:
    """Return which pause a resumption ends: the one of its reason, else the first that pauses."""
    for place, (why, _) in enumerate(waiting):
        if reason is not None and why == reason:
            return place
    return next((place for place, (_, pausing) in enumerate(waiting) if pausing), 0)


def _is_new(event: ClockEvent, seen: set[tuple[str, str]]) -> bool:
    if event.source_id is None:
        return True
    key = (event.type, event.source_id)
    if key in seen:
        return False
    seen.add(key)
    return True
