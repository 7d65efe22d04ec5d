"""Importance-performance analysis: where effort is missing, where it is wasted, and where nobody can say.

Sources: Martilla, James 1977, Journal of Marketing 41(1):77-79 (grid); Fisher 1921 (interval of r).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

import numpy as np

from servicequality.answers import Floats, TableLike, VectorLike, check_level, column, matrix, named_matrix
from servicequality.errors import DataError, ParameterError
from servicequality.intervals import mean_interval, normal_quantile
from servicequality.results import Estimate, Result


class Quadrant(StrEnum):
    """The four fields of the grid, and the answer when an interval lies across a line."""

    CONCENTRATE = "concentrate here"
    KEEP_UP = "keep up"
    LOW_PRIORITY = "low priority"
    OVERKILL = "possible overkill"
    CANNOT_SAY = "cannot say"


CrossHair = Literal["grand_mean", "scale_mid"]


@dataclass(frozen=True)
class ImportanceItem(Result):
    """One item on the grid.

    ``performance`` and ``importance`` carry their intervals (the box to draw, not a point). ``quadrant`` is
    where the point lies; ``verdict`` is the same, or "cannot say" when either interval crosses its line or
    is unknown. ``other_quadrant`` is where the point lies under the other cross-hair convention (None if
    that one does not exist), so that nobody mistakes the choice of lines for a finding.
    """

    name: str
    performance: Estimate
    importance: Estimate
    quadrant: Quadrant
    verdict: Quadrant
    other_quadrant: Quadrant | None


@dataclass(frozen=True)
class ImportanceGrid(Result):
    """The whole grid: its lines, where they come from, and its items in the order given.

    ``importance_kind`` is "stated" (asked) or "derived" (correlation with the overall judgement).
    """

    items: tuple[ImportanceItem, ...]
    cross_performance: float
    cross_importance: float
    cross_hair: CrossHair
    importance_kind: Literal["stated", "derived"]


def quadrant_of(
    performance: float, importance: float, *, cross_performance: float, cross_importance: float
) -> Quadrant:
    """Return the field of a point; a point on a line counts as high (>=)."""
    if importance >= cross_importance:
        return Quadrant.KEEP_UP if performance >= cross_performance else Quadrant.CONCENTRATE
    return Quadrant.OVERKILL if performance >= cross_performance else Quadrant.LOW_PRIORITY


def quadrants_of_means(
    performance: VectorLike, importance: VectorLike
) -> tuple[tuple[Quadrant, ...], tuple[float, float]]:
    """Place items by their published means: (field per item, (cross performance, cross importance)).

    The lines are the grand means. Both vectors have one mean per item, no gaps.

    Raises:
        DataError: unequal lengths, no item, or a gap.
    """
    x, y = column(performance, place="performance"), column(importance, place="importance")
    if len(x) != len(y) or len(x) == 0 or np.isnan(x).any() or np.isnan(y).any():
        raise DataError("needs one performance and one importance mean per item", place="item means")
    lines = (float(x.mean()), float(y.mean()))
    fields = tuple(
        quadrant_of(float(a), float(b), cross_performance=lines[0], cross_importance=lines[1])
        for a, b in zip(x, y, strict=True)
    )
    return fields, lines


def importance_performance(
    performance: TableLike,
    *,
    importance: TableLike | None = None,
    overall: VectorLike | None = None,
    cross_hair: CrossHair = "grand_mean",
    scale: tuple[float, float] | None = None,
    names: Sequence[str] | None = None,
    level: float = 0.95,
) -> ImportanceGrid:
    """Place k items on the grid from persons × k performance ratings.

    Give exactly one of ``importance`` (persons × k stated ratings, t intervals) or ``overall`` (one overall
    judgement per person: importance is then Pearson's r of item and overall, with Fisher's z interval).
    NaN = not answered or not applicable; every item uses the persons who answered it (pairwise for r).
    ``cross_hair`` puts the lines at the means of the item values or at the middle of ``scale`` (low, high);
    a correlation has no scale middle, so "scale_mid" needs stated importance. The lines count as fixed when
    the intervals are held against them.

    Raises:
        DataError: shapes differ, or an item has no usable answer (named).
        ParameterError: both or neither kind of importance, scale_mid without scale or with derived importance.
    """
    check_level(level)
    if (importance is None) == (overall is None):
        raise ParameterError("give stated importance or an overall judgement, one of the two", place="importance")
    if cross_hair == "scale_mid" and (scale is None or importance is None):
        raise ParameterError("needs the scale and stated importance", place="cross_hair")
    if scale is not None and not scale[0] < scale[1]:
        raise ParameterError(f"runs from {scale[0]:g} to {scale[1]:g}", place="scale")
    x, found = named_matrix(performance, names=names, place="performance")
    across = [mean_interval(x[:, j], level=level) for j in range(len(found))]
    if importance is not None:
        stated = matrix(importance, place="importance")
        if stated.shape != x.shape:
            raise DataError(f"importance is {stated.shape}, performance {x.shape}", place="importance")
        up = [mean_interval(stated[:, j], level=level) for j in range(len(found))]
    else:
        assert overall is not None
        judgement = column(overall, place="overall")
        if len(judgement) != len(x):
            raise DataError(f"{len(judgement)} judgements for {len(x)} persons", place="overall")
        up = [correlation_estimate(x[:, j], judgement, level) for j in range(len(found))]
    middle = None if scale is None or importance is None else ((scale[0] + scale[1]) / 2,) * 2
    return _grid(
        found, across, up, cross_hair=cross_hair, middle=middle, kind="stated" if importance is not None else "derived"
    )


def importance_grid(
    names: Sequence[str],
    performance: Sequence[Estimate],
    importance: Sequence[Estimate],
    *,
    kind: Literal["stated", "derived"] = "stated",
) -> ImportanceGrid:
    """Return the grid of items already measured, one estimate each; lines at the means of the items.

    For weighted and clustered surveys, whose intervals are not those of plain answers.

    Raises:
        DataError: lengths differ, no item, or an item without a value.
    """
    if not names or not len(names) == len(performance) == len(importance):
        raise DataError("needs one performance and one importance for every item", place="importance_grid")
    return _grid(names, performance, importance, cross_hair="grand_mean", middle=None, kind=kind)


def _grid(
    found: Sequence[str],
    across: Sequence[Estimate],
    up: Sequence[Estimate],
    *,
    cross_hair: CrossHair,
    middle: tuple[float, float] | None,
    kind: Literal["stated", "derived"],
) -> ImportanceGrid:
    points = [_point(a, b, name) for a, b, name in zip(across, up, found, strict=True)]
    grand = (float(np.mean([a for a, _ in points])), float(np.mean([b for _, b in points])))
    if cross_hair == "scale_mid":
        assert middle is not None
        lines = middle
        others: tuple[float, float] | None = grand
    else:
        lines, others = grand, middle
    items = tuple(
        ImportanceItem(
            name=name,
            performance=a,
            importance=b,
            quadrant=_field(point, lines),
            verdict=_verdict(a, b, lines),
            other_quadrant=None if others is None else _field(point, others),
        )
        for name, a, b, point in zip(found, across, up, points, strict=True)
    )
    return ImportanceGrid(items, *lines, cross_hair, kind)


def correlation_estimate(first: Floats, second: Floats, level: float = 0.95) -> Estimate:
    """Pearson's r of two vectors over the rows where both are present, with Fisher's z interval.

    None when fewer than 3 pairs or one vector is constant; the interval needs 4 pairs.
    """
    both = ~(np.isnan(first) | np.isnan(second))
    n = int(both.sum())
    a, b = first[both], second[both]
    if n < 3 or np.ptp(a) == 0 or np.ptp(b) == 0:
        return Estimate(None, None, None, n, level, "fisher z")
    r = float(np.clip(np.corrcoef(a, b)[0, 1], -1, 1))
    if n < 4 or abs(r) == 1:
        return Estimate(r, None, None, n, level, "fisher z")
    half = normal_quantile(level) / math.sqrt(n - 3)
    z = math.atanh(r)
    return Estimate(r, math.tanh(z - half), math.tanh(z + half), n, level, "fisher z")


def importance_weighted_index(performance: TableLike, importance: TableLike, *, scale_max: float) -> Estimate:
    """Performance weighted by stated importance, per cent of the scale.

    100 sum(w_i mean_i) / scale_max with w_i = mean importance over their sum.

    Persons × k tables in the same order; persons with a gap in either table are left out (listwise). The
    index runs to 100 at ``scale_max`` but not down to 0, unlike ``loyalty.satisfaction_index``, which stretches
    the scale and gives an interval; none is given here, because the weights are estimated too.

    Raises:
        DataError: shapes differ.
        ParameterError: scale_max not positive.
    """
    x = matrix(performance, place="performance")
    w = matrix(importance, place="importance")
    if x.shape != w.shape:
        raise DataError(f"importance is {w.shape}, performance {x.shape}", place="importance")
    if not scale_max > 0:
        raise ParameterError("must be positive", place="scale_max")
    complete = ~(np.isnan(x).any(axis=1) | np.isnan(w).any(axis=1))
    n = int(complete.sum())
    if n == 0:
        return Estimate(None, None, None, 0, method="none")
    weights = w[complete].mean(axis=0)
    index = float(100 * (weights / weights.sum()) @ x[complete].mean(axis=0) / scale_max)
    return Estimate(index, None, None, n, method="none")


def _point(performance: Estimate, importance: Estimate, name: str) -> tuple[float, float]:
    if performance.value is None or importance.value is None:
        raise DataError("has no usable answers or no spread", place=name)
    return performance.value, importance.value


def _field(point: tuple[float, float], lines: tuple[float, float]) -> Quadrant:
    return quadrant_of(point[0], point[1], cross_performance=lines[0], cross_importance=lines[1])


def _verdict(performance: Estimate, importance: Estimate, lines: tuple[float, float]) -> Quadrant:
    corners = set()
    for a in (performance.low, performance.high):
        for b in (importance.low, importance.high):
            if a is None or b is None:
                return Quadrant.CANNOT_SAY
            corners.add(_field((a, b), lines))
    return corners.pop() if len(corners) == 1 else Quadrant.CANNOT_SAY
