"""A calendar laid out on the line of time, so that questions are answered by bisection instead of a walk.

Instants here are whole microseconds since 1970 UTC, days are proleptic ordinals (``date.toordinal``).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Final

from servicequality.calendars.days import SECONDS_OF_A_DAY, Hours

SECOND: Final = 1_000_000
DAY: Final = SECONDS_OF_A_DAY * SECOND
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
EPOCH_ORDINAL: Final = date(1970, 1, 1).toordinal()


def microseconds(instant: datetime) -> int:
    """Return an aware instant as whole microseconds since 1970 UTC."""
    since = instant - _EPOCH
    return (since.days * SECONDS_OF_A_DAY + since.seconds) * SECOND + since.microseconds


def instant_at(when: int, zone: tzinfo) -> datetime:
    """Return microseconds since 1970 UTC as an aware instant of ``zone``."""
    return (_EPOCH + timedelta(microseconds=when)).astimezone(zone)


def local_instant(ordinal: int, seconds: int, zone: tzinfo) -> int:
    """Return when the local clock shows ``seconds`` after midnight of the day ``ordinal``.

    A time that the clock skips is the instant of the change; a time it shows twice is the first of the two.
    """
    wall = datetime.fromordinal(ordinal) + timedelta(seconds=seconds)
    early = microseconds(wall.replace(tzinfo=zone, fold=0))
    late = microseconds(wall.replace(tzinfo=zone, fold=1))
    if early <= late:
        return early
    before, after = late // SECOND, early // SECOND  # skipped: the change lies between the two readings
    old = _offset(before, zone)
    while after - before > 1:
        middle = (before + after) // 2
        if _offset(middle, zone) == old:
            before = middle
        else:
            after = middle
    return after * SECOND


def _offset(seconds: int, zone: tzinfo) -> timedelta | None:
    return (_EPOCH + timedelta(seconds=seconds)).astimezone(zone).utcoffset()


class Table:
    """The days ``first``..``last`` of a calendar: midnights, disjoint intervals, working days, running totals.

    ``day_starts`` has one midnight more than there are days. ``opens``/``closes`` are the disjoint intervals,
    ``owners`` the days they open on, ``totals`` the working time before each of them, counted from a fixed
    origin so that totals of a longer table of the same calendar agree. ``worked`` are the working days,
    ``worked_closes`` their close of business, ``day_closes`` that of every day (24:00 where nothing is worked).
    """

    __slots__ = (
        "closes", "day_closes", "day_midnights", "day_starts", "first", "last", "opens", "owners", "totals",
        "worked", "worked_closes", "worked_midnights",
    )  # fmt: skip

    def __init__(
        self, first: int, last: int, zone: tzinfo, hours_of: Callable[[date], Hours], origin: int | None
    ) -> None:
        self.first, self.last = first, last
        self.day_starts = [local_instant(ordinal, 0, zone) for ordinal in range(first, last + 2)]
        self.opens: list[int] = []
        self.closes: list[int] = []
        self.owners: list[int] = []
        self.worked: list[int] = []
        self.worked_closes: list[int] = []
        self.day_closes: list[int] = []
        latest = 0  # no day closes before the one that precedes it
        # the day before the first is laid out too: its last interval may reach into the table
        for ordinal in range(first - 1, last + 1):
            stretches = self._stretches(ordinal, hours_of(date.fromordinal(ordinal)), zone)
            for opening, closing in stretches:
                self._append(ordinal, opening, closing)
            if stretches:
                latest = max(latest, *(closing for _, closing in stretches))
            if ordinal < first:
                continue
            if stretches:
                self.worked.append(ordinal)
                self.worked_closes.append(latest)
            else:
                latest = max(latest, self.day_starts[ordinal - first + 1])
            self.day_closes.append(latest)
        self.day_midnights = self.day_starts[1:]
        self.worked_midnights = [self.day_midnights[ordinal - first] for ordinal in self.worked]
        running = 0
        self.totals: list[int] = []
        for opening, closing in zip(self.opens, self.closes, strict=True):
            self.totals.append(running)
            running += closing - opening
        shift = self._total(origin if origin is not None else self.day_starts[0])
        self.totals = [total - shift for total in self.totals]

    def _stretches(self, ordinal: int, hours: Hours, zone: tzinfo) -> list[tuple[int, int]]:
        stretches = []
        for opening, closing in hours:
            end = closing if closing > opening else closing + SECONDS_OF_A_DAY
            begin = self._moment(ordinal, opening, zone)
            finish = self._moment(ordinal, end, zone)
            if finish > begin:  # a change of the clock may swallow a short interval
                stretches.append((begin, finish))
        return stretches

    def _moment(self, ordinal: int, seconds: int, zone: tzinfo) -> int:
        place = ordinal - self.first
        if 0 <= place < len(self.day_starts) - 1 and seconds <= SECONDS_OF_A_DAY:
            midnight = self.day_starts[place]
            if self.day_starts[place + 1] - midnight == DAY:
                return midnight + seconds * SECOND
        return local_instant(ordinal, seconds, zone)

    def _append(self, ordinal: int, opening: int, closing: int) -> None:
        if self.closes:
            opening = max(opening, self.closes[-1])  # overlapping hours count once
        if closing <= opening:
            return
        self.opens.append(opening)
        self.closes.append(closing)
        self.owners.append(ordinal)

    def _total(self, when: int) -> int:
        place = bisect_right(self.opens, when) - 1
        if place < 0:
            return self.totals[0] if self.totals else 0
        return self.totals[place] + min(when, self.closes[place]) - self.opens[place]

    def day_of(self, when: int) -> int:
        """Return the ordinal of the local day that contains ``when``."""
        return self.first + bisect_right(self.day_starts, when) - 1

    def working_time(self, when: int) -> int:
        """Return the working time from the origin to ``when``."""
        return self._total(when)

    def reached(self, total: int) -> tuple[int, int] | None:
        """Return the first instant at which the working time is ``total`` and the day it is worked on.

        None when the table ends before that.
        """
        place = bisect_left(self.totals, total) - 1
        if place < 0:
            return None
        when = self.opens[place] + total - self.totals[place]
        return (when, self.owners[place]) if when <= self.closes[place] else None

    def next_open(self, when: int) -> tuple[int, int] | None:
        """Return the first working instant not before ``when`` and the day it is worked on."""
        place = bisect_right(self.closes, when)
        if place == len(self.closes):
            return None
        return max(when, self.opens[place]), self.owners[place]
