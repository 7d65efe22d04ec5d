"""Small cells of an anonymous survey: what could point to a person is made coarser until enough people share it.

Every combination of the columns here that a file shows is shown by at least ``fewest`` answers. An answer keeps as
much as its cell allows: first goes the place, then the day becomes a week, language and version go, the day becomes a
month, the channel goes, then the day; then the unit climbs to the unit above, at last the segment goes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Ints: TypeAlias = npt.NDArray[np.int64]
WITHHELD = -1


@dataclass(frozen=True, slots=True)
class Traits:
    """What an observer may know of the people who answered, one whole number each; -1 where it is withheld.

    ``day`` counts days (`date.toordinal`); ``detail`` says what it stands for: 0 the day, 1 its week, 2 its month.
    """

    place: Ints
    day: Ints
    detail: Ints
    language: Ints
    version: Ints
    channel: Ints
    unit: Ints
    segment: Ints

    def rows(self, chosen: npt.NDArray[np.intp]) -> Traits:
        return Traits(*(getattr(self, one.name)[chosen] for one in fields(self)))

    def put(self, chosen: npt.NDArray[np.intp], other: Traits) -> None:
        for one in fields(self):
            getattr(self, one.name)[chosen] = getattr(other, one.name)

    def table(self) -> Ints:
        return np.column_stack([getattr(self, one.name) for one in fields(self)])


def week_of(day: Ints) -> Ints:
    """The Monday on or before each day."""
    return np.where(day == WITHHELD, day, day - (day - 1) % 7)


def month_of(day: Ints) -> Ints:
    """The first of each day's month."""
    days = (day - 719163).astype("datetime64[D]")  # 719163: the ordinal of 1970-01-01
    first = days.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64) + 719163
    return np.where(day == WITHHELD, day, first)


def steps(traits: Traits, above: Mapping[int, int]) -> Iterator[Traits]:
    """The same answers, coarser and coarser, one step in memory at a time.

    ``above`` leads from a unit to the one above, the top to itself.
    """
    none = np.full(len(traits.day), WITHHELD, dtype=np.int64)
    yield traits
    now = replace(traits, place=none)
    yield now
    yield (now := replace(now, day=week_of(traits.day), detail=none + 2))
    yield (now := replace(now, language=none, version=none))
    yield (now := replace(now, day=month_of(traits.day), detail=none + 3))
    yield (now := replace(now, channel=none))
    yield (now := replace(now, day=none, detail=none))
    while True:
        known, place = np.unique(now.unit, return_inverse=True)
        higher = np.array([above.get(int(one), int(one)) for one in known], dtype=np.int64)[place.reshape(-1)]
        if np.array_equal(higher, now.unit):
            break
        yield (now := replace(now, unit=higher))
    yield (now := replace(now, unit=none))
    yield replace(now, segment=none)


def cells_of(traits: Traits) -> tuple[Ints, Ints]:
    """The cell of each row, and how many rows each cell has.

    Column by column into one number a row: sorting rows of eight columns takes several times the memory.
    """
    cell = np.zeros(len(traits.day), dtype=np.int64)
    for one in fields(traits):
        _values, codes = np.unique(getattr(traits, one.name), return_inverse=True)
        width = int(codes.max(initial=0)) + 1
        _cells, numbers = np.unique(cell * width + codes.reshape(-1), return_inverse=True)
        cell = numbers.reshape(-1).astype(np.int64)
    return cell, np.bincount(cell, minlength=1).astype(np.int64)


def coarsened(traits: Traits, above: Mapping[int, int], fewest: int) -> Traits:
    """Return the traits as they may be shown; with fewer than ``fewest`` answers in all, nothing of them."""
    size = len(traits.day)
    shown = Traits(*(np.full(size, WITHHELD, dtype=np.int64) for _ in fields(Traits)))
    left = np.arange(size)
    group, groups = np.full(size, WITHHELD, dtype=np.int64), 0
    for step in steps(traits, above):
        if not len(left):
            break
        here = step.rows(left)
        cell, counts = cells_of(here)
        enough = counts[cell] >= fewest
        shown.put(left[enough], here.rows(np.flatnonzero(enough)))
        group[left[enough]] = cell[enough] + groups
        groups += len(counts)
        left = left[~enough]
    if 0 < len(left) < fewest and len(left) < size:
        # What is left over shares nothing but its smallness: the smallest cell shown keeps it company.
        sizes = np.bincount(group[group != WITHHELD])
        smallest = int(np.argmin(np.where(sizes > 0, sizes, size + 1)))
        left = np.concatenate([left, np.flatnonzero(group == smallest)])
    nothing = np.full(len(left), WITHHELD, dtype=np.int64)
    shown.put(left, Traits(*(nothing for _ in fields(Traits))))
    return shown
