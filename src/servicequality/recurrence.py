"""Duties that come back: a recurrence rule (RFC 5545), a zone, and what happens on days off.

An occurrence is the instant a duty falls due. Rules are read by python-dateutil; a rule repeats by the local clock,
so that 17:00 stays 17:00 when the clocks change.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from itertools import islice
from typing import Any, Final
from zoneinfo import ZoneInfo

from dateutil.rrule import rrule, rruleset, rrulestr

from servicequality.calendars import Calendar, is_working_day, next_working_day, previous_working_day
from servicequality.calendars.table import instant_at, local_instant
from servicequality.errors import ParameterError
from servicequality.results import Result

ROLLS: Final = ("none", "next_working_day", "previous_working_day", "skip")
_LONGEST_ROLL: Final = timedelta(days=62)  # no run of days off is longer; bounds the look-back of a roll
_MOST: Final = 100_000
_UTC_TIME: Final = re.compile(r"\d{8}T\d{6}Z")

NAMED_RULES: Final = {
    "daily": "FREQ=DAILY",
    "4th and 14th": "FREQ=MONTHLY;BYMONTHDAY=4,14",
    "10th and 25th": "FREQ=MONTHLY;BYMONTHDAY=10,25",
    "Mondays 17:00": "FREQ=WEEKLY;BYDAY=MO;BYHOUR=17;BYMINUTE=0;BYSECOND=0",
    "Fridays 17:00": "FREQ=WEEKLY;BYDAY=FR;BYHOUR=17;BYMINUTE=0;BYSECOND=0",
    "month end": "FREQ=MONTHLY;BYMONTHDAY=-1",
    "quarter end": "FREQ=YEARLY;BYMONTH=3,6,9,12;BYMONTHDAY=-1",
    "half-year": "FREQ=YEARLY;BYMONTH=6,12;BYMONTHDAY=-1",
    "December": "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=31",
}
"""Rules of duties as they are usual in the field, by name; the time of day is that of ``dtstart`` if not given."""


@dataclass(frozen=True)
class RecurrenceRule:
    """When a duty comes back.

    ``text`` is an RFC 5545 recurrence: ``FREQ=...``, or several lines with RRULE, RDATE, EXRULE, EXDATE. ``dtstart``
    is the local date and time, without offset, the rule counts from; ``tz`` its zone. ``roll`` says what becomes
    of an occurrence on a day off: ``none`` leaves it, ``next_working_day`` and ``previous_working_day`` move it at
    the same time of day, ``skip`` drops it.

    Raises:
        ParameterError: code ``bad_recurrence``; the place names the field.
    """

    text: str
    dtstart: datetime
    tz: str
    roll: str = "none"

    def __post_init__(self) -> None:
        if self.roll not in ROLLS:
            raise _bad(f"{self.roll!r} is none of {', '.join(ROLLS)}", "roll")
        if self.dtstart.tzinfo is not None:
            raise _bad("must be local, without offset", "dtstart")
        try:
            ZoneInfo(self.tz)
        except (KeyError, ValueError, OSError):
            raise _bad(f"{self.tz!r} is no time zone", "tz") from None
        self._local  # noqa: B018  a rule that cannot be read is refused here, not when it is due

    @classmethod
    def named(cls, name: str, dtstart: datetime, tz: str, roll: str = "none") -> RecurrenceRule:
        """Return the shipped rule of that name (see ``NAMED_RULES``).

        Raises:
            ParameterError: there is no rule of that name, or a field is wrong.
        """
        if name not in NAMED_RULES:
            raise _bad(f"there is no rule {name!r}", "name")
        return cls(NAMED_RULES[name], dtstart, tz, roll)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> RecurrenceRule:
        """Read a rule from plain data: ``text`` or ``name``, ``dtstart`` (ISO, local), ``tz``, ``roll``.

        Raises ``ParameterError`` naming the key that is missing, unknown or unreadable.
        """
        try:
            dtstart = datetime.fromisoformat(data["dtstart"])
            text = data["text"] if data.get("text") else NAMED_RULES[data["name"]]
            return cls(text, dtstart, data["tz"], data.get("roll") or "none")
        except (KeyError, TypeError) as error:
            raise _bad(f"{error} is missing or unknown", "rule") from None
        except ValueError as error:
            if isinstance(error, ParameterError):
                raise
            raise _bad(str(error), "dtstart") from None

    def to_dict(self) -> dict[str, Any]:
        """Return plain data that :meth:`from_dict` reads back to an equal rule."""
        return {"text": self.text, "dtstart": self.dtstart.isoformat(), "tz": self.tz, "roll": self.roll}

    @cached_property
    def _local(self) -> rrule | rruleset:
        if "SECONDLY" in self.text.upper():
            raise _bad("a duty cannot come back every second", "text")
        try:
            local = _UTC_TIME.sub(self._local_text, self.text)
            found: rrule | rruleset = rrulestr(local, dtstart=self.dtstart, ignoretz=True)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise _bad(f"{self.text!r} cannot be read: {error}", "text") from None
        return found

    def _local_text(self, match: re.Match[str]) -> str:
        """Return a UTC time of the text (RFC 5545 wants UNTIL in UTC) as the local clock shows it."""
        instant = datetime.strptime(match[0], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        return instant.astimezone(ZoneInfo(self.tz)).strftime("%Y%m%dT%H%M%S")


@dataclass(frozen=True)
class Occurrence(Result):
    """One time a duty falls due.

    ``at`` is the aware instant, ``planned_at`` what the rule said before it was moved off a day off.
    ``provisional``: the move rests on holidays not yet announced.
    """

    at: datetime
    planned_at: datetime
    provisional: bool = False

    @property
    def is_moved(self) -> bool:
        """Whether a day off moved it."""
        return self.at != self.planned_at


def occurrences(
    rule: RecurrenceRule, start: datetime, end: datetime, calendar: Calendar | None = None
) -> tuple[Occurrence, ...]:
    """Return the occurrences with ``start <= at < end`` (aware instants), in order of ``at``.

    Days off are those of ``calendar``; without one nothing is moved and ``roll`` must be ``none``. Two
    occurrences that a roll brings to the same instant are one, the one planned first. A local time that the
    clock skips falls on the instant of the change, one it shows twice on the first.

    Raises:
        ParameterError: an instant has no offset, a roll has no calendar, or there are over 100,000 occurrences.
    """
    for place, instant in (("start", start), ("end", end)):
        if instant.tzinfo is None:
            raise _bad("the instant has no offset", place)
    if calendar is None and rule.roll != "none":
        raise _bad(f"{rule.roll!r} needs a calendar", "calendar")
    zone = ZoneInfo(rule.tz)
    begin, finish = (
        instant.astimezone(zone).replace(tzinfo=None) + margin
        for instant, margin in ((start, -_LONGEST_ROLL), (end, _LONGEST_ROLL))
    )
    found: dict[datetime, Occurrence] = {}
    for planned in _between(rule, begin, finish):
        occurrence = _occurrence(rule, planned, zone, calendar)
        if occurrence is not None and start <= occurrence.at < end:
            found.setdefault(occurrence.at.astimezone(UTC), occurrence)
    return tuple(found[at] for at in sorted(found))


def next_occurrence(
    rule: RecurrenceRule, after: datetime, calendar: Calendar | None = None, *, within: timedelta = timedelta(days=800)
) -> Occurrence | None:
    """Return the first occurrence strictly after the aware instant ``after``, None if none comes ``within``."""
    begin = after
    step = timedelta(days=50)
    while begin < after + within:
        for occurrence in occurrences(rule, begin, begin + step, calendar):
            if occurrence.at > after:
                return occurrence
        begin, step = begin + step, step * 2
    return None


def _between(rule: RecurrenceRule, begin: datetime, finish: datetime) -> Iterator[datetime]:
    planned = islice(rule._local.xafter(begin, inc=True), _MOST + 1)
    for count, when in enumerate(planned):
        if when > finish:
            return
        if count == _MOST:
            raise _bad("there are over 100,000 occurrences", "end")
        yield when


def _occurrence(
    rule: RecurrenceRule, planned: datetime, zone: ZoneInfo, calendar: Calendar | None
) -> Occurrence | None:
    day = planned.date()
    planned_at = _instant(day, planned.time(), zone)
    if calendar is None or rule.roll == "none":
        return Occurrence(planned_at, planned_at)
    is_provisional = calendar.is_provisional(day)
    if is_working_day(day, calendar):
        return Occurrence(planned_at, planned_at, is_provisional)
    if rule.roll == "skip":
        return None
    moved = _MOVES[rule.roll](day, calendar)
    return Occurrence(
        _instant(moved, planned.time(), zone), planned_at, is_provisional or calendar.is_provisional(moved)
    )


def _instant(day: date, clock: time, zone: ZoneInfo) -> datetime:
    seconds = clock.hour * 3600 + clock.minute * 60 + clock.second
    return instant_at(local_instant(day.toordinal(), seconds, zone), zone)


_MOVES: Final[dict[str, Callable[[date, Calendar], date]]] = {
    "next_working_day": next_working_day,
    "previous_working_day": previous_working_day,
}


def _bad(message: str, place: str) -> ParameterError:
    return ParameterError(message, place=place, code="bad_recurrence")
