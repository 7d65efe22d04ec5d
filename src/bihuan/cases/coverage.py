"""Who sits at the desk over a span of time: where nobody does, and where two do at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise


@dataclass(frozen=True)
class Stretch:
    begin: datetime
    end: datetime

    @property
    def minutes(self) -> int:
        return round((self.end - self.begin).total_seconds() / 60)


@dataclass(frozen=True)
class Coverage:
    gaps: tuple[Stretch, ...]
    overlaps: tuple[Stretch, ...]

    @property
    def is_whole(self) -> bool:
        return not self.gaps


def coverage(shifts: Iterable[Stretch], begin: datetime, end: datetime) -> Coverage:
    """Shifts are half open: one that begins as another ends leaves no gap and makes no overlap."""
    edges: dict[datetime, int] = {begin: 0, end: 0}
    for shift in shifts:
        first, last = max(shift.begin, begin), min(shift.end, end)
        if first < last:
            edges[first] = edges.get(first, 0) + 1
            edges[last] = edges.get(last, 0) - 1
    gaps: list[Stretch] = []
    overlaps: list[Stretch] = []
    at_desk = 0
    moments = sorted(edges)
    for moment, following in pairwise(moments):
        at_desk += edges[moment]
        if at_desk == 0:
            joined(gaps, moment, following)
        elif at_desk > 1:
            joined(overlaps, moment, following)
    return Coverage(tuple(gaps), tuple(overlaps))


def joined(found: list[Stretch], begin: datetime, end: datetime) -> None:
    if found and found[-1].end == begin:
        found[-1] = Stretch(found[-1].begin, end)
    else:
        found.append(Stretch(begin, end))
