"""How a clock stands: the answer of the engine, with the cycles behind it and the ledger that explains it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from servicequality.calendars import DayKind
from servicequality.deadlines.rules import ClockEvent, Rule
from servicequality.results import Result


@dataclass(frozen=True)
class Remark(Result):
    """Something that bears on a day of the ledger.

    ``code`` is one of ``receipt``, ``reopened``, ``paused``, ``closed``, ``extended``, ``reclassified``,
    ``rolled``, ``unpublished``, ``due``; ``detail`` the reason, amount or rule that belongs to it.
    """

    code: str
    detail: str = ""


@dataclass(frozen=True)
class LedgerRow(Result):
    """One local day of a clock.

    ``counted`` is the budget used up on this day in ``unit`` ("seconds" or "days"), ``total`` the sum so far;
    the last total is the whole budget. ``weekday`` is ISO: Monday is 1. ``paused_seconds`` is the length of the
    pauses on this day, whether or not the clock would have run.
    """

    date: date
    weekday: int
    kind: DayKind
    counted: float
    total: float
    unit: str
    paused_seconds: float
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True)
class ClosedCycle(Result):
    """A cycle that was closed and is not touched again.

    ``used_seconds`` and ``overdue_seconds`` are counted on the same clock (day clocks: elapsed time), pauses left
    out; after a reopening that resumed, they include what was used before. ``outcome`` is ``kept``,
    ``kept_with_extension`` or ``broken``.
    """

    met: bool
    used_seconds: float
    overdue_seconds: float
    outcome: str
    started_at: datetime
    closed_at: datetime
    due_at: datetime


@dataclass(frozen=True)
class IgnoredEvent(Result):
    """An event without effect, and why.

    ``why`` is one of ``reason_may_not_pause``, ``not_paused``, ``not_running``, ``not_closed``,
    ``requested_after_due``, ``no_reason``, ``no_approver``, ``not_approved``, ``due_would_have_passed``.
    """

    event: ClockEvent
    why: str


@dataclass(frozen=True)
class ClockState(Result):
    """How a clock stands at ``judged_at``; instants are in the calendar's zone.

    ``due_at``, ``original_due_at`` (extensions left out) are None while a pause is open. ``provisional``: the due
    instant rests on holidays not yet announced. ``status``: ``running``, ``paused``, ``overdue``, ``met``,
    ``broken``. ``remaining_seconds`` and ``overdue_seconds`` are counted on the same clock, day clocks in elapsed
    time, and are 0 rather than negative; of a closed clock they are as at its closing. ``met`` and ``outcome``
    are None until it is closed. ``extension`` tells the last one: ``accepted``, ``refused`` or None. ``rule`` is
    the one in force. ``ledger`` is None unless asked for.
    """

    due_at: datetime | None
    original_due_at: datetime | None
    provisional: bool
    warn_at: datetime | None
    status: str
    remaining_seconds: float
    overdue_seconds: float
    used_elapsed_seconds: float
    used_business_seconds: float
    met: bool | None
    outcome: str | None
    extension: str | None
    cycles: tuple[ClosedCycle, ...]
    judged_at: datetime
    started_at: datetime
    rule: Rule
    ignored: tuple[IgnoredEvent, ...] = ()
    ledger: tuple[LedgerRow, ...] | None = None
