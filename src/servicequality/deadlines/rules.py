"""What a clock is judged by and what can happen to it, as typed values and as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any, Final

from servicequality.calendars.days import clock_text, seconds_of_day
from servicequality.errors import DataError

CLOCKS: Final = ("elapsed", "business", "working_days", "calendar_days", "same_day")
DAY_ENDS: Final = ("close", "24:00")
ROLLS: Final = ("none", "next_working_day")
REOPEN_POLICIES: Final = ("restart", "resume")
EVENT_TYPES: Final = ("extend", "reclassify", "pause", "resume", "close", "reopen")
DECISIONS: Final = ("approved", "refused", "pending")
GIVEN: Final = "(given)"
"""Stands for a reason or an approver that is known to exist but not named (exchange files)."""

_HOUR: Final = 3_600_000_000


@dataclass(frozen=True)
class Rule:
    """One promise of time.

    ``clock`` is one of ``CLOCKS``. ``elapsed`` and ``business`` take ``hours`` (``elapsed`` also ``days`` of 24
    hours), ``working_days`` and ``calendar_days`` take ``days``. ``day_end`` ends a counted day at the close of
    business or at 24:00; ``roll`` moves the last of the calendar days on to a working day; ``service_day_start``
    is where a service day begins, in seconds after midnight. ``pause_reasons`` are the reasons that may pause
    (None: any). ``reopen_policy`` gives a reopened clock the full budget again or what was left. ``warn_percent``
    is the share of the budget after which to warn.

    Raises:
        DataError: code ``bad_rule``; the place names the field.
    """

    clock: str
    hours: Decimal | float | None = None
    days: int | None = None
    day_end: str = "close"
    roll: str = "none"
    service_day_start: int = 0
    pause_reasons: tuple[str, ...] | None = None
    reopen_policy: str = "restart"
    warn_percent: Decimal | float | None = None

    def __post_init__(self) -> None:
        _one_of(self.clock, CLOCKS, "clock")
        _one_of(self.day_end, DAY_ENDS, "day_end")
        _one_of(self.roll, ROLLS, "roll")
        _one_of(self.reopen_policy, REOPEN_POLICIES, "reopen_policy")
        if self.clock == "elapsed" and self.days is not None:
            _whole(self.days, "days")
            _amount(self.hours or 0, "hours")
        elif self.clock in ("elapsed", "business"):
            _amount(self.hours, "hours")
            _absent(self.days, "days", self.clock)
        elif self.clock == "same_day":
            _absent(self.hours, "hours", self.clock)
            _absent(self.days, "days", self.clock)
        else:
            _whole(self.days, "days")
            _absent(self.hours, "hours", self.clock)
        if not 0 <= self.service_day_start < 86_400:
            raise DataError("lies outside the day", place="service_day_start", code="bad_rule")
        if self.warn_percent is not None and not 0 < _amount(self.warn_percent, "warn_percent") <= 100:
            raise DataError("must be above 0 and at most 100", place="warn_percent", code="bad_rule")

    @cached_property
    def budget(self) -> int:
        """The hours in microseconds; 0 for clocks that count days."""
        days = (self.days or 0) * 24 * _HOUR if self.clock == "elapsed" else 0
        return days + (0 if self.hours is None else round(Fraction(self.hours) * _HOUR))

    @cached_property
    def warn_share(self) -> Fraction | None:
        """``warn_percent`` as an exact share of 1."""
        return None if self.warn_percent is None else Fraction(str(self.warn_percent)) / 100

    def may_pause(self, reason: str | None) -> bool:
        """Tell whether this reason stops the clock."""
        return self.pause_reasons is None or reason == GIVEN or reason in self.pause_reasons

    @classmethod
    def from_dict(cls, data: Mapping[str, Any], **defaults: Any) -> Rule:
        """Read a rule from plain data; ``defaults`` fill fields the data lacks, other keys are left alone.

        Raises:
            DataError: code ``bad_rule``; the place names the field.
        """
        if not isinstance(data, Mapping):
            raise DataError(f"{data!r} is no rule", place="rule", code="bad_rule")
        found = {name: data[name] for name in _RULE_FIELDS if data.get(name) is not None}
        fields = {**{name: value for name, value in defaults.items() if value is not None}, **found}
        if "clock" not in fields:
            raise DataError("the kind of clock is missing", place="clock", code="bad_rule")
        if isinstance(fields.get("service_day_start"), str):
            fields["service_day_start"] = seconds_of_day(
                fields["service_day_start"], "service_day_start", code="bad_rule"
            )
        reasons = fields.get("pause_reasons")
        if reasons is not None:
            if not isinstance(reasons, (list, tuple)):
                raise DataError(f"{reasons!r} is no list", place="pause_reasons", code="bad_rule")
            fields["pause_reasons"] = tuple(reasons)
        return cls(**fields)

    def to_dict(self) -> dict[str, Any]:
        """Return plain data that :meth:`from_dict` reads back to an equal rule."""
        return {
            "clock": self.clock,
            "hours": _number(self.hours),
            "days": self.days,
            "day_end": self.day_end,
            "roll": self.roll,
            "service_day_start": clock_text(self.service_day_start),
            "pause_reasons": None if self.pause_reasons is None else list(self.pause_reasons),
            "reopen_policy": self.reopen_policy,
            "warn_percent": _number(self.warn_percent),
        }


@dataclass(frozen=True)
class ClockEvent:
    """Something that happened to a running clock.

    ``type`` is one of ``EVENT_TYPES``, ``at`` the aware instant it happened (of an extension: was requested).
    Events of the same ``type`` and ``source_id`` are one event. An extension needs ``hours`` or ``days``, a
    ``reason`` and an ``approver``; ``decision`` says whether it was granted. A reclassification needs ``rule``.

    Raises:
        DataError: code ``bad_event``; the place names the field.
    """

    type: str
    at: datetime
    source_id: str | None = None
    reason: str | None = None
    approver: str | None = None
    approved_at: datetime | None = None
    decision: str = "approved"
    hours: Decimal | float | None = None
    days: int | None = None
    rule: Rule | None = None

    def __post_init__(self) -> None:
        _one_of(self.type, EVENT_TYPES, "type", "bad_event")
        _one_of(self.decision, DECISIONS, "decision", "bad_event")
        for place, instant in (("at", self.at), ("approved_at", self.approved_at)):
            if instant is not None and instant.tzinfo is None:
                raise DataError("the instant has no offset", place=place, code="bad_event")
        if self.type == "extend":
            if self.hours is None and self.days is None:
                raise DataError("an extension needs hours or days", place="extend", code="bad_event")
            if self.hours is not None:
                _amount(self.hours, "hours", "bad_event")
            if self.days is not None:
                _whole(self.days, "days", "bad_event")
        if self.type == "reclassify" and self.rule is None:
            raise DataError("a reclassification needs its rule", place="reclassify", code="bad_event")

    @cached_property
    def extra(self) -> int:
        """The hours of an extension in microseconds."""
        return 0 if self.hours is None else round(Fraction(self.hours) * _HOUR)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any], **rule_defaults: Any) -> ClockEvent:
        """Read an event from plain data; ``rule_defaults`` fill in the rule of a reclassification.

        The source id may be called ``source_id`` or ``id``.

        Raises:
            DataError: code ``bad_event`` or ``bad_rule``; the place names the field.
        """
        if not isinstance(data, Mapping):
            raise DataError(f"{data!r} is no event", place="events", code="bad_event")
        source = data.get("source_id", data.get("id"))
        approved_at, rule = data.get("approved_at"), data.get("rule")
        return cls(
            type=data.get("type", ""),
            at=instant_from(data.get("at"), "at"),
            source_id=None if source is None else str(source),
            reason=data.get("reason"),
            approver=data.get("approver"),
            approved_at=None if approved_at is None else instant_from(approved_at, "approved_at"),
            decision=data.get("decision") or "approved",
            hours=data.get("hours"),
            days=data.get("days"),
            rule=None if rule is None else Rule.from_dict(rule, **rule_defaults),
        )

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, without empty fields, that :meth:`from_dict` reads back to an equal event."""
        fields = {
            "type": self.type,
            "at": self.at.isoformat(),
            "source_id": self.source_id,
            "reason": self.reason,
            "approver": self.approver,
            "approved_at": self.approved_at.isoformat() if self.approved_at else None,
            "decision": None if self.decision == "approved" else self.decision,
            "hours": _number(self.hours),
            "days": self.days,
            "rule": self.rule.to_dict() if self.rule else None,
        }
        return {key: value for key, value in fields.items() if value is not None}


def instant_from(value: Any, place: str, *, code: str = "bad_event") -> datetime:
    """Return the aware instant that ``value`` (ISO text or datetime) stands for; DataError names ``place``."""
    instant = value if isinstance(value, datetime) else None
    if isinstance(value, str):
        try:
            instant = datetime.fromisoformat(value)
        except ValueError:
            instant = None
    if instant is None:
        raise DataError(f"{value!r} is no instant", place=place, code=code)
    if instant.tzinfo is None:
        raise DataError(f"{value!r} has no offset", place=place, code=code)
    return instant


_RULE_FIELDS: Final = (
    "clock", "hours", "days", "day_end", "roll", "service_day_start", "pause_reasons", "reopen_policy",
    "warn_percent",
)  # fmt: skip


def _one_of(value: Any, allowed: tuple[str, ...], place: str, code: str = "bad_rule") -> None:
    if value not in allowed:
        raise DataError(f"{value!r} is none of {', '.join(allowed)}", place=place, code=code)


def _amount(value: Any, place: str, code: str = "bad_rule") -> Decimal | float:
    is_number = isinstance(value, (int, float, Decimal)) and not isinstance(value, bool)
    if not is_number or not 0 <= value < 10_000_000:
        raise DataError(f"{value!r} is no amount of 0 or more", place=place, code=code)
    number: Decimal | float = value
    return number


def _whole(value: Any, place: str, code: str = "bad_rule") -> None:
    if _amount(value, place, code) != int(value) or not isinstance(value, int):
        raise DataError(f"{value!r} is no whole number of days", place=place, code=code)


def _absent(value: Any, place: str, clock: str) -> None:
    if value is not None:
        raise DataError(f"has no meaning on a {clock} clock", place=place, code="bad_rule")


def _number(value: Decimal | float | None) -> float | None:
    return float(value) if isinstance(value, Decimal) else value
