"""One engine for every timed duty: what happened to a clock, its rule and a calendar give the due instant.

A pure function; nothing here reads the clock of the machine. ``docs/deadlines.md`` has the meaning of each kind of
clock and event and every decision in an open case.
"""

from servicequality.calendars import Calendar, add_working_days, is_working_day, next_working_day
from servicequality.deadlines.evaluation import evaluate
from servicequality.deadlines.rules import GIVEN, ClockEvent, Rule
from servicequality.deadlines.states import ClockState, ClosedCycle, IgnoredEvent, LedgerRow, Remark

__all__ = [
    "GIVEN",
    "Calendar",
    "ClockEvent",
    "ClockState",
    "ClosedCycle",
    "IgnoredEvent",
    "LedgerRow",
    "Remark",
    "Rule",
    "add_working_days",
    "evaluate",
    "is_working_day",
    "next_working_day",
]
