"""Histograms of a whole questionnaire: per group, item and dimension, with the moments of the items."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from servicequality.answers import Dimensions, Floats, Group, Ints, dimension_columns, group_codes, item_names
from servicequality.errors import DataError
from servicequality.results import Result
from servicequality.scales import Scale
from servicequality.tallies.counting import Codes, Sums, blocks, count_items, count_sums, dimension_sums
from servicequality.tallies.histogram import Tally
from servicequality.tallies.moments import Moments, coded_moments, products

ALL: tuple[Group, ...] = ("",)


@dataclass(frozen=True, eq=False)
class SurveyTally(Result):
    """Counts of a questionnaire whose items share one scale. Immutable: ``add`` and ``merge`` return a new one.

    ``item_counts`` (groups, items, levels + 1) and ``sum_counts`` (per dimension: groups, sums + 1) keep the
    missing in their last bin. A dimension sum exists for respondents who answered every item of the
    dimension. ``joint_n`` (groups,), ``joint_sums`` (groups, dims) and ``joint_cross`` (groups, dims, dims)
    hold dimension sums, in steps above the lowest level, of respondents complete on all dimensions: what the
    interval of a (weighted) overall score needs. ``moments`` are over all groups. Without groups there is one
    group named "".
    """

    scale: Scale
    items: tuple[str, ...]
    dimensions: dict[str, tuple[str, ...]]
    groups: tuple[Group, ...]
    item_counts: Ints
    sum_counts: tuple[Ints, ...]
    joint_n: Ints
    joint_sums: Ints
    joint_cross: Ints
    moments: Moments

    def add(self, answers: Any, *, groups: Any = None, na_values: Collection[float] = ()) -> SurveyTally:
        """Return this tally with another batch (n, items) counted in; groups stay sorted.

        Columns are taken in the order of ``items``. NaN, None and ``na_values`` are missing; an answer off
        the scale raises ``DataError`` naming row and item, and nothing is counted.
        """
        return self.merge(
            tally_survey(
                answers,
                scale=self.scale,
                items=self.items,
                dimensions=self.dimensions,
                groups=groups,
                na_values=na_values,
            )
        )

    def merge(self, other: SurveyTally) -> SurveyTally:
        """Return both tallies as one; scale, items and dimensions must agree, groups may differ.

        Raises ``DataError`` for a tally of another questionnaire.
        """
        if (self.scale, self.items, self.dimensions) != (other.scale, other.items, other.dimensions):
            raise DataError("tallies of different questionnaires cannot be merged", place="tally")
        mine = self.groups if self.n_rows else ()
        theirs = other.groups if other.n_rows else ()
        groups = tuple(sorted({*mine, *theirs}, key=lambda group: (isinstance(group, str), group))) or self.groups
        return SurveyTally(
            self.scale,
            self.items,
            self.dimensions,
            groups,
            self._spread(self.item_counts, groups) + other._spread(other.item_counts, groups),
            tuple(
                self._spread(a, groups) + other._spread(b, groups)
                for a, b in zip(self.sum_counts, other.sum_counts, strict=True)
            ),
            self._spread(self.joint_n, groups) + other._spread(other.joint_n, groups),
            self._spread(self.joint_sums, groups) + other._spread(other.joint_sums, groups),
            self._spread(self.joint_cross, groups) + other._spread(other.joint_cross, groups),
            self.moments.merge(other.moments),
        )

    def _spread(self, table: npt.NDArray[Any], groups: Sequence[Group]) -> npt.NDArray[Any]:
        spread = np.zeros((len(groups), *table.shape[1:]), dtype=table.dtype)
        place = {group: number for number, group in enumerate(groups)}
        for row, group in enumerate(self.groups):
            if group in place:
                spread[place[group]] += table[row]
        return spread

    @property
    def n_rows(self) -> int:
        """Number of respondents counted, answers or not."""
        return int(self.item_counts[:, 0].sum()) if self.items else 0

    def _rows(self, group: Group | None) -> slice:
        if group is None:
            return slice(None)
        if group not in self.groups:
            raise DataError("no such group", place=f"group {group}")
        number = self.groups.index(group)
        return slice(number, number + 1)

    def item(self, name: str, *, group: Group | None = None) -> Tally:
        """Return the histogram of an item, of one group or of all.

        Raises ``DataError`` for an unknown item or group.
        """
        if name not in self.items:
            raise DataError("no such item", place=f"item {name}")
        counts = self.item_counts[self._rows(group), self.items.index(name)].sum(axis=0)
        return Tally(self.scale.low, self.scale.step, counts[:-1], int(counts[-1]))

    def dimension(self, name: str, *, group: Group | None = None) -> Tally:
        """Return the histogram of a dimension score (mean of its items) of respondents who answered them all.

        Raises ``DataError`` for an unknown dimension or group.
        """
        if name not in self.dimensions:
            raise DataError("no such dimension", place=f"dimension {name}")
        counts = self.sum_counts[list(self.dimensions).index(name)][self._rows(group)].sum(axis=0)
        step = self.scale.step / len(self.dimensions[name])
        return Tally(self.scale.low, step, counts[:-1], int(counts[-1]))

    def by_group(self, name: str) -> dict[Group, Tally]:
        """Return the histograms of an item or dimension, one per group."""
        take = self.item if name in self.items else self.dimension
        return {group: take(name, group=group) for group in self.groups}

    def joint(self, *, group: Group | None = None) -> tuple[int, Floats, Floats]:
        """Return n, means (dims,) and sample covariance (dims, dims) of the dimension scores.

        Respondents complete on all dimensions only; means are NaN with no such respondent, the covariance
        with fewer than two.
        """
        rows = self._rows(group)
        n = int(self.joint_n[rows].sum())
        unit = np.array([self.scale.step / len(items) for items in self.dimensions.values()])
        sums = self.joint_sums[rows].sum(axis=0) * unit
        cross = self.joint_cross[rows].sum(axis=0) * np.outer(unit, unit)
        if n == 0:
            return 0, np.full_like(sums, np.nan), np.full_like(cross, np.nan)
        mean = self.scale.low + sums / n
        covariance = (cross - np.outer(sums, sums) / n) / (n - 1) if n > 1 else np.full_like(cross, np.nan)
        return n, mean, covariance

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> SurveyTally:
        """Rebuild a tally from ``to_dict``."""

        def whole(name: str) -> Ints:
            return np.asarray(data[name], dtype=np.int64)

        return cls(
            scale=Scale.from_dict(data["scale"]),
            items=tuple(data["items"]),
            dimensions={name: tuple(items) for name, items in data["dimensions"].items()},
            groups=tuple(data["groups"]),
            item_counts=whole("item_counts"),
            sum_counts=tuple(np.asarray(table, dtype=np.int64) for table in data["sum_counts"]),
            joint_n=whole("joint_n"),
            joint_sums=whole("joint_sums"),
            joint_cross=whole("joint_cross"),
            moments=Moments.from_dict(data["moments"]),
        )


class Counter:
    """Mutable accumulators behind one pass; ``result`` freezes them."""

    def __init__(
        self,
        scale: Scale,
        items: tuple[str, ...],
        dimensions: Dimensions,
        groups: tuple[Group, ...],
        *,
        moments: bool,
        joint: bool = True,
    ) -> None:
        self.scale, self.items, self.groups = scale, items, groups
        self.columns = dimension_columns(dimensions, items)
        self.dimensions = {name: tuple(items[c] for c in cols) for name, cols in self.columns.items()}
        g, d = len(groups), len(self.columns)
        self.largest = [len(cols) * (scale.size - 1) for cols in self.columns.values()]
        self.item_counts = np.zeros((g, len(items), scale.size + 1), dtype=np.int64)
        self.sum_counts = [np.zeros((g, largest + 2), dtype=np.int64) for largest in self.largest]
        self.joint_n = np.zeros(g, dtype=np.int64)
        self.joint_sums = np.zeros((g, d), dtype=np.int64)
        self.joint_cross = np.zeros((g, d, d), dtype=np.int64)
        self.moments = Moments.empty(items, np.full(len(items), float(scale.low)))
        self.with_moments, self.with_joint = moments, joint

    def count(self, codes: Codes, groups: npt.NDArray[np.intp] | None) -> None:
        """Count one block of codes (items, rows)."""
        scale, g = self.scale, len(self.groups)
        self.item_counts += count_items(codes, scale.size, groups, g)
        if self.with_moments:
            self.moments = self.moments.merge(coded_moments(codes, scale.size, self.items, scale.low, scale.step))
        if not self.columns:
            return
        complete = not (codes == scale.size).any()
        sums = [dimension_sums(codes, cols, scale.size, complete=complete) for cols in self.columns.values()]
        for number, one in enumerate(sums):
            self.sum_counts[number] += count_sums(one, self.largest[number], groups, g)
        if self.with_joint:
            self._count_joint(sums, groups)

    def _count_joint(self, sums: list[Sums], groups: npt.NDArray[np.intp] | None) -> None:
        """Cross-products of the dimension means, per group, of respondents complete on all of them."""
        missing = [one > largest for one, largest in zip(sums, self.largest, strict=True)]
        complete = ~np.logical_or.reduce(missing)
        if not complete.all():
            sums = [one[complete] for one in sums]
            groups = None if groups is None else groups[complete]
        if groups is None:
            table = np.stack(sums).astype(np.float64)
            self.joint_n[0] += table.shape[1]
            self.joint_sums[0] += table.sum(axis=1).astype(np.int64)
            self.joint_cross[0] += np.rint(products(table, table)).astype(np.int64)
            return
        # Numbers of 16 bits are sorted by radix, several times faster than wider ones.
        narrow = groups.astype(np.uint16) if len(self.groups) <= 1 << 16 else groups
        order = np.argsort(narrow, kind="stable")
        sizes = np.bincount(narrow, minlength=len(self.groups))
        present = np.flatnonzero(sizes)
        if not len(present):
            return
        starts = (np.cumsum(sizes) - sizes)[present]
        # Whole numbers far below 2**53: double precision loses nothing, and sums without a change of type.
        table = np.stack([one[order] for one in sums]).astype(np.float64)
        self.joint_n += sizes
        self.joint_sums[present] += np.add.reduceat(table, starts, axis=1).T.astype(np.int64)
        for i in range(len(table)):
            for j in range(i, len(table)):
                cross = np.add.reduceat(table[i] * table[j], starts).astype(np.int64)
                self.joint_cross[present, i, j] += cross
                if i != j:
                    self.joint_cross[present, j, i] += cross

    def result(self) -> SurveyTally:
        """Return what was counted."""
        return SurveyTally(
            self.scale,
            self.items,
            self.dimensions,
            self.groups,
            self.item_counts,
            tuple(self.sum_counts),
            self.joint_n,
            self.joint_sums,
            self.joint_cross,
            self.moments,
        )


def number_groups(groups: Any, n: int) -> tuple[npt.NDArray[np.intp] | None, tuple[Group, ...]]:
    """Return group codes (n,) and labels; None and one group "" when there are no groups."""
    if groups is None:
        return None, ALL
    codes, labels = group_codes(groups, n)
    return codes.astype(np.intp), labels or ALL


def tally_survey(
    answers: Any,
    *,
    scale: Scale,
    items: Sequence[str] | None = None,
    dimensions: Dimensions | None = None,
    groups: Any = None,
    na_values: Collection[float] = (),
) -> SurveyTally:
    """Count a questionnaire in one pass.

    ``answers``: respondents x items (n, k), array or DataFrame (column names become item names); uint8 is
    fastest, float64 with NaN works. ``dimensions``: name to item names. ``groups``: one label per respondent.
    NaN, None and ``na_values`` are missing. Raises ``DataError`` naming row and item for an answer off the
    scale, and for a respondent without a group.
    """
    shape = np.shape(answers)
    if len(shape) != 2:
        raise DataError(f"expected respondents x items, got shape {shape}", place="answers")
    names = item_names(answers, shape[1], items)
    codes, labels = number_groups(groups, shape[0])
    counter = Counter(scale, names, dimensions or {}, labels, moments=True)
    for rows, block in blocks(answers, scale, na_values):
        counter.count(block, None if codes is None else codes[rows])
    return counter.result()


def empty_survey_tally(scale: Scale, items: Sequence[str], *, dimensions: Dimensions | None = None) -> SurveyTally:
    """Return a tally of nobody, to which batches are added."""
    return Counter(scale, tuple(items), dimensions or {}, ALL, moments=True).result()
