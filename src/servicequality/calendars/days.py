"""What is announced about single days: holidays, make-up workdays, and how far the announcement reaches."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Final

from servicequality.day_data import ANNOUNCED
from servicequality.errors import DataError

SECONDS_OF_A_DAY: Final = 86_400

Hours = tuple[tuple[int, int], ...]
"""Opening and closing of the intervals of a day in seconds after local midnight; an end not later than its start
is on the next local day."""


class NoWorkingTimeError(DataError):
    """The calendar has no working time, or none within the bound of the walk."""

    code = "no_working_time"


class DayKind(StrEnum):
    """Why a day is worked or not."""

    WORKING = "working"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    MAKEUP = "makeup"
    CLOSED = "closed"  # by a dated override
    SPECIAL = "special"  # open with the hours of a dated override
    OUTSIDE = "outside"  # a weekday on which this calendar never works


@dataclass(frozen=True)
class DayData:
    """Holidays and make-up workdays of a country, as far as they are announced.

    ``published_through`` is the last announced day, None where nothing remains to be announced. After it the
    ``fixed_statutory`` days (month, day) are holidays of every year, beside whatever is listed already.

    Raises:
        DataError: a day is both a holiday and a make-up workday.
    """

    holidays: frozenset[date] = frozenset()
    makeup_workdays: frozenset[date] = frozenset()
    published_through: date | None = None
    fixed_statutory: frozenset[tuple[int, int]] = frozenset()

    def __post_init__(self) -> None:
        both = self.holidays & self.makeup_workdays
        if both:
            raise DataError("is both a holiday and a make-up workday", place=min(both).isoformat(), code="bad_calendar")

    def is_published(self, day: date) -> bool:
        """Tell whether the holidays around ``day`` are announced."""
        return self.published_through is None or day <= self.published_through

    def is_holiday(self, day: date) -> bool:
        """Tell whether ``day`` is a holiday: announced, or statutory and not yet announced."""
        if day in self.holidays:
            return True
        return not self.is_published(day) and (day.month, day.day) in self.fixed_statutory

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> DayData:
        """Read ``holidays``, ``makeup_workdays`` (ISO dates), ``published_through``, ``fixed_statutory`` ("MM-DD").

        A holiday may also be a pair of first and last day.

        Raises:
            DataError: something is no date, or a day is both holiday and make-up workday.
        """
        through = data.get("published_through")
        return cls(
            holidays=frozenset(_days(data.get("holidays") or (), "holidays")),
            makeup_workdays=frozenset(_days(data.get("makeup_workdays") or (), "makeup_workdays")),
            published_through=None if through is None else iso_date(through, "published_through"),
            fixed_statutory=frozenset(_month_day(text) for text in data.get("fixed_statutory") or ()),
        )

    def to_dict(self) -> dict[str, Any]:
        """Return plain data that :meth:`from_dict` reads back to an equal value."""
        return {
            "holidays": [day.isoformat() for day in sorted(self.holidays)],
            "makeup_workdays": [day.isoformat() for day in sorted(self.makeup_workdays)],
            "published_through": self.published_through.isoformat() if self.published_through else None,
            "fixed_statutory": [f"{month:02d}-{day:02d}" for month, day in sorted(self.fixed_statutory)],
        }


def load_day_data(country: str) -> DayData:
    """Return the announced days of ``country`` that ship with the package ("CN": 2025 and 2026).

    Raises:
        DataError: nothing ships for this country.
    """
    if country not in ANNOUNCED:
        raise DataError(f"there is no day data {country!r}", place="day_data", code="unknown_day_data")
    return DayData.from_dict(ANNOUNCED[country])


def iso_date(value: Any, place: str) -> date:
    """Return the date that ``value`` (a date or ISO text) stands for; DataError names ``place``."""
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise DataError(f"{value!r} is no date", place=place, code="bad_calendar") from None


def seconds_of_day(text: Any, place: str, *, code: str = "bad_calendar") -> int:
    """Return "HH:MM" or "HH:MM:SS" (up to "24:00") as seconds after midnight; DataError names ``place``."""
    parts = text.split(":") if isinstance(text, str) else []
    if len(parts) in (2, 3) and all(part.isascii() and part.isdigit() and len(part) == 2 for part in parts):
        hour, minute, second = (*map(int, parts), 0)[:3]
        total = hour * 3600 + minute * 60 + second
        if minute < 60 and second < 60 and total <= SECONDS_OF_A_DAY:
            return total
    raise DataError(f"{text!r} is no time of day", place=place, code=code)


def clock_text(seconds: int) -> str:
    """Return seconds after midnight as "HH:MM" (with ":SS" only where needed)."""
    minutes, rest = divmod(seconds, 60)
    text = f"{minutes // 60:02d}:{minutes % 60:02d}"
    return f"{text}:{rest:02d}" if rest else text


def hours_from(intervals: Any, place: str) -> Hours:
    """Read a list of [opening, closing] pairs of times of day; DataError names ``place``."""
    if not isinstance(intervals, (list, tuple)):
        raise DataError(f"{intervals!r} is no list of intervals", place=place, code="bad_calendar")
    hours = []
    for interval in intervals:
        if not isinstance(interval, (list, tuple)) or len(interval) != 2:
            raise DataError(f"{interval!r} is no [opening, closing]", place=place, code="bad_calendar")
        opening, closing = (seconds_of_day(text, place) for text in interval)
        if opening == SECONDS_OF_A_DAY:
            raise DataError("24:00 cannot open an interval", place=place, code="bad_calendar")
        hours.append((opening, closing))
    return tuple(sorted(hours))


def hours_text(hours: Hours) -> list[list[str]]:
    """Return intervals as the plain data :func:`hours_from` reads."""
    return [[clock_text(opening), clock_text(closing)] for opening, closing in hours]


def _days(items: Iterable[Any], place: str) -> Iterable[date]:
    for item in items:
        if isinstance(item, (list, tuple)):
            first, last = (iso_date(end, place) for end in item)
            yield from (first + timedelta(days=step) for step in range((last - first).days + 1))
        else:
            yield iso_date(item, place)


def _month_day(text: Any) -> tuple[int, int]:
    day = iso_date(f"2024-{text}", "fixed_statutory")  # a leap year, so that 29 February may be named
    return day.month, day.day
