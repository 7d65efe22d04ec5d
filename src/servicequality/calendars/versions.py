"""One version of a working calendar: zone, weekly hours, dated overrides, and what is announced about days."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from threading import Lock
from typing import Any, Final
from zoneinfo import ZoneInfo

from servicequality.calendars.days import (
    DayData,
    DayKind,
    Hours,
    NoWorkingTimeError,
    hours_from,
    hours_text,
    iso_date,
    load_day_data,
)
from servicequality.calendars.table import DAY, EPOCH_ORDINAL, Table, instant_at
from servicequality.errors import DataError

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_HORIZON_YEARS: Final = 100
_LAYING_OUT: Final = Lock()
_NO_HOURS: Final[tuple[Hours, ...]] = ((),) * 7


@dataclass(frozen=True)
class Calendar:
    """A working calendar version; never changed once something was judged by it.

    ``weekly`` holds the intervals of Monday to Sunday in seconds after local midnight; an end not later than its
    start is on the next local day. A dated override beats everything (no hours: closed), then a make-up workday,
    which is worked with ``makeup_hours`` whatever its weekday, then a holiday, then the weekday. Without
    ``makeup_hours`` the hours of the first weekday that is worked stand in. Overlapping hours count once.

    Raises:
        NoWorkingTimeError: no day of this calendar has hours.
        DataError: the zone is unknown, or the week has not seven days.
    """

    tz: str
    weekly: tuple[Hours, ...] = _NO_HOURS
    day_data: DayData = field(default_factory=DayData)
    makeup_hours: Hours = ()
    overrides: tuple[tuple[date, Hours], ...] = ()
    _tables: dict[str, Table] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if len(self.weekly) != len(WEEKDAYS):
            raise DataError("a week has seven days", place="weekly", code="bad_calendar")
        try:
            ZoneInfo(self.tz)
        except (KeyError, ValueError, OSError):
            raise DataError(f"{self.tz!r} is no time zone", place="tz", code="bad_calendar") from None
        if not any(self.weekly) and not self._worked_by_date:
            raise NoWorkingTimeError("the calendar has no working time", place="calendar")

    @cached_property
    def zone(self) -> ZoneInfo:
        """The time zone of the calendar."""
        return ZoneInfo(self.tz)

    @cached_property
    def full_day(self) -> Hours:
        """The hours of a full working day: those of a make-up workday."""
        return self.makeup_hours or next((hours for hours in self.weekly if hours), ())

    @cached_property
    def _override_hours(self) -> dict[date, Hours]:
        return dict(self.overrides)

    @property
    def _worked_by_date(self) -> list[date]:
        made_up = self.day_data.makeup_workdays if self.full_day else ()
        return [day for day, hours in self.overrides if hours] + list(made_up)

    def kind_of(self, day: date) -> DayKind:
        """Tell why the local day is worked or not."""
        override = self._override_hours.get(day)
        if override is not None:
            return DayKind.SPECIAL if override else DayKind.CLOSED
        if day in self.day_data.makeup_workdays:
            return DayKind.MAKEUP if self.full_day else DayKind.OUTSIDE
        if self.day_data.is_holiday(day):
            return DayKind.HOLIDAY
        if self.weekly[day.weekday()]:
            return DayKind.WORKING
        return DayKind.WEEKEND if day.weekday() >= 5 else DayKind.OUTSIDE

    def hours_of(self, day: date) -> Hours:
        """Return the intervals that open on the local day, in seconds after its midnight; () on a day off."""
        override = self._override_hours.get(day)
        if override is not None:
            return override
        if day in self.day_data.makeup_workdays:
            return self.full_day
        if self.day_data.is_holiday(day):
            return ()
        return self.weekly[day.weekday()]

    def is_provisional(self, day: date) -> bool:
        """Tell whether what this calendar says about the day rests on holidays not yet announced."""
        return not self.day_data.is_published(day)

    def close_of(self, day: date) -> datetime | None:
        """Return the close of business of the day as an instant of the calendar's zone, None on a day off."""
        ordinal = day.toordinal()
        table = self.table(ordinal, ordinal)
        place = bisect_left(table.worked, ordinal)
        if place == len(table.worked) or table.worked[place] != ordinal:
            return None
        return instant_at(table.worked_closes[place], self.zone)

    def table(self, first: int, last: int) -> Table:
        """Return the calendar laid out over at least the days ``first``..``last`` (ordinals).

        Raises:
            NoWorkingTimeError: the days lie outside the years a calendar can show.
        """
        known = self._tables.get("widest")
        if known is not None and known.first <= first and last <= known.last:
            return known
        with _LAYING_OUT:  # totals of all tables must count from the first one's origin
            return self._laid_out(first, last)

    def _laid_out(self, first: int, last: int) -> Table:
        known = self._tables.get("widest")
        low, high = (first, last) if known is None else (min(first, known.first), max(last, known.last))
        try:
            begin = date(date.fromordinal(low).year, 1, 1).toordinal()
            end = date(date.fromordinal(high).year, 12, 31).toordinal()
            date.fromordinal(begin - 2), date.fromordinal(end + 3)
        except ValueError:
            raise NoWorkingTimeError("the walk leaves the years of the calendar", place="calendar") from None
        origin = self._tables["origin"].day_starts[0] if "origin" in self._tables else None
        table = Table(begin, end, self.zone, self.hours_of, origin)
        self._tables.setdefault("origin", table)
        self._tables["widest"] = table
        return table

    def table_over(self, begin: int, end: int) -> Table:
        """Return the calendar laid out over the local days of two instants (microseconds since 1970 UTC)."""
        return self.table(begin // DAY + EPOCH_ORDINAL - 1, end // DAY + EPOCH_ORDINAL + 1)

    def longer(self, table: Table, since: int) -> Table:
        """Return a table that reaches further than ``table``, for a walk that began on the day ``since``.

        Raises:
            NoWorkingTimeError: nothing more can come: the walk is bounded by the last dated working day, or
                by a hundred years where there are weekly hours.
        """
        bound = since + 366 * _HORIZON_YEARS
        if not any(self.weekly):
            bound = max(day.toordinal() for day in self._worked_by_date)
        if table.last >= bound:
            raise NoWorkingTimeError("no working time is left within reach", place="calendar")
        return self.table(table.first, min(table.last + max(366, table.last - since), bound))

    @classmethod
    def from_dict(
        cls, data: Mapping[str, Any], *, day_data: Mapping[str, DayData | Mapping[str, Any]] | None = None
    ) -> Calendar:
        """Read a calendar from plain data.

        Keys: ``tz``; ``weekly`` ("mon".."sun" to [[opening, closing], ...]); ``makeup_hours``; ``day_data``
        (a name looked up in the argument of that name and then among the shipped countries, or the data
        itself); ``overrides`` (ISO date to "closed", null, a list of intervals, or an object with ``closed``
        or ``hours``; or a list of such objects with ``date``). Other keys are left alone.

        Raises:
            DataError: something cannot be read; ``place`` names it.
            NoWorkingTimeError: no day has hours.
        """
        weekly = data.get("weekly") or {}
        if not isinstance(weekly, Mapping):
            raise DataError(f"{weekly!r} is no week", place="weekly", code="bad_calendar")
        unknown = set(weekly) - set(WEEKDAYS)
        if unknown:
            raise DataError(f"{min(unknown)!r} is no weekday", place="weekly", code="bad_calendar")
        tz = data.get("tz")
        if not isinstance(tz, str):
            raise DataError(f"{tz!r} is no time zone", place="tz", code="bad_calendar")
        return cls(
            tz=tz,
            weekly=tuple(hours_from(weekly.get(name) or (), f"weekly.{name}") for name in WEEKDAYS),
            day_data=_day_data(data.get("day_data"), day_data or {}),
            makeup_hours=hours_from(data.get("makeup_hours") or (), "makeup_hours"),
            overrides=_overrides(data.get("overrides") or {}),
        )

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, the day data included, that :meth:`from_dict` reads back to an equal calendar."""
        return {
            "tz": self.tz,
            "weekly": {name: hours_text(hours) for name, hours in zip(WEEKDAYS, self.weekly, strict=True) if hours},
            "makeup_hours": hours_text(self.makeup_hours),
            "day_data": self.day_data.to_dict(),
            "overrides": {day.isoformat(): hours_text(hours) if hours else "closed" for day, hours in self.overrides},
        }


def is_working_day(day: date, calendar: Calendar) -> bool:
    """Tell whether the calendar has hours on the local day."""
    return bool(calendar.hours_of(day))


def add_working_days(day: date, days: int, calendar: Calendar) -> date:
    """Return the ``days``-th working day after ``day`` (before it when negative); ``day`` itself never counts.

    With 0 the answer is ``day`` itself or, where it is no working day, the next one.

    Raises:
        NoWorkingTimeError: the calendar has not that many working days within reach.
    """
    ordinal = day.toordinal()
    table = calendar.table(ordinal, ordinal)
    if days < 0:
        while (place := bisect_left(table.worked, ordinal) + days) < 0:
            if table.first < ordinal - 366 * _HORIZON_YEARS:
                raise NoWorkingTimeError("there are not that many working days", place="calendar")
            table = calendar.table(table.first - 366 - (ordinal - table.first), table.last)
        return date.fromordinal(table.worked[place])
    find, steps = (bisect_right, days - 1) if days else (bisect_left, 0)
    while (place := find(table.worked, ordinal) + steps) >= len(table.worked):
        table = calendar.longer(table, ordinal)
    return date.fromordinal(table.worked[place])


def next_working_day(day: date, calendar: Calendar) -> date:
    """Return the first working day after ``day``."""
    return add_working_days(day, 1, calendar)


def previous_working_day(day: date, calendar: Calendar) -> date:
    """Return the last working day before ``day``."""
    return add_working_days(day, -1, calendar)


def _day_data(value: Any, named: Mapping[str, DayData | Mapping[str, Any]]) -> DayData:
    if isinstance(value, str):
        value = named[value] if value in named else load_day_data(value)
    if value is None:
        return DayData()
    if isinstance(value, DayData):
        return value
    if not isinstance(value, Mapping):
        raise DataError(f"{value!r} is no day data", place="day_data", code="bad_calendar")
    return DayData.from_dict(value)


def _overrides(value: Any) -> tuple[tuple[date, Hours], ...]:
    if isinstance(value, Mapping):
        pairs = list(value.items())
    elif isinstance(value, (list, tuple)) and all(isinstance(row, Mapping) for row in value):
        pairs = [(row.get("date"), row) for row in value]
    else:
        raise DataError(f"{value!r} is no set of dated overrides", place="overrides", code="bad_calendar")
    found: dict[date, Hours] = {}
    for key, hours in pairs:
        day = iso_date(key, "overrides")
        if day in found:
            raise DataError("is overridden twice", place=day.isoformat(), code="bad_calendar")
        found[day] = _override(hours, f"overrides.{day}")
    return tuple(sorted(found.items()))


def _override(value: Any, place: str) -> Hours:
    if isinstance(value, Mapping):
        if value.get("closed") is True or value.get("open") is False:
            return ()
        value = next((value[key] for key in ("hours", "open", "intervals") if key in value), None)
        if value is None:
            return ()
    if value is None or value == "closed":
        return ()
    return hours_from(value, place)
