"""Krippendorff's alpha: agreement of any number of evaluators, any level of measurement, with gaps.

Source: Krippendorff 2011, Computing Krippendorff's Alpha-Reliability; cut-offs Krippendorff 2004, p. 241.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

import numpy as np

from servicequality.answers import Floats, TableLike, check_level, matrix
from servicequality.errors import DataError, ParameterError
from servicequality.intervals import percentile_estimate, row_resamples
from servicequality.results import Estimate, Result

Metric = Literal["nominal", "ordinal", "interval", "ratio"]
_METRICS = ("nominal", "ordinal", "interval", "ratio")
_DRAWS_AT_ONCE = 256


class ReliabilityUse(StrEnum):
    """What ratings of a given reliability may be used for (Krippendorff's cut-offs)."""

    GOOD = "good"
    TENTATIVE = "tentative conclusions"
    NOT_FOR_PAY = "do not use for pay"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class CategoryUse(Result):
    """One value: how many pairable ratings gave it."""

    value: float
    n: int


@dataclass(frozen=True)
class KrippendorffResult(Result):
    """``alpha`` with its bootstrap interval over units.

    ``n_units`` units with at least two ratings, ``n_ratings`` ratings in them, ``n_unpaired`` ratings that
    stood alone and dropped out. ``observed``/``expected`` are the disagreements. Alpha is None when all
    pairable ratings are equal: there is no variation to be reliable about.
    """

    alpha: Estimate
    use: ReliabilityUse
    observed: float
    expected: float
    metric: Metric
    n_units: int
    n_ratings: int
    n_unpaired: int
    categories: tuple[CategoryUse, ...]


def krippendorff_alpha(
    ratings: TableLike, *, metric: Metric = "ordinal", level: float = 0.95, draws: int = 1000, seed: int = 0
) -> KrippendorffResult:
    """Krippendorff's alpha from units × evaluators, NaN = not rated or not applicable.

    ``metric``: "nominal" (names), "ordinal" (ranks), "interval" (differences count), "ratio" (zero is real,
    values not negative). The interval resamples units (``draws`` times, 0 = none), the usual way for a sample of units.

    Raises:
        DataError: no unit has two ratings; negative values with the ratio metric.
        ParameterError: unknown metric, level outside 0..1.
    """
    check_level(level)
    if metric not in _METRICS:
        raise ParameterError(f"{metric!r} is not one of {', '.join(_METRICS)}", place="metric")
    values = matrix(ratings, place="ratings")
    present = ~np.isnan(values)
    paired = present.sum(axis=1) >= 2
    if not paired.any():
        raise DataError("no unit has two ratings", place="ratings")
    scale = np.unique(values[paired][present[paired]])
    if metric == "ratio" and scale[0] < 0:
        raise DataError("the ratio metric needs values that are not negative", place="ratings")
    counts = np.stack([(values[paired] == value).sum(axis=1) for value in scale], axis=1).astype(np.float64)
    per_unit = counts.sum(axis=1)
    coincidences = (counts[:, :, None] * counts[:, None, :] - counts[:, :, None] * np.eye(len(scale))) / (per_unit - 1)[
        :, None, None
    ]
    whole = coincidences.sum(axis=0)
    observed, expected = _disagreement(whole[None], scale, metric)
    value = 1 - float(observed[0] / expected[0]) if expected[0] > 0 else math.nan
    boot = _bootstrap(coincidences, scale, metric, draws, seed)
    estimate = percentile_estimate(value, boot, len(counts), level)
    return KrippendorffResult(
        alpha=estimate,
        use=reliability_use(estimate.value),
        observed=float(observed[0]),
        expected=float(expected[0]),
        metric=metric,
        n_units=len(counts),
        n_ratings=int(per_unit.sum()),
        n_unpaired=int(present.sum() - per_unit.sum()),
        categories=tuple(CategoryUse(float(v), int(c)) for v, c in zip(scale, counts.sum(axis=0), strict=True)),
    )


def reliability_use(alpha: float | None) -> ReliabilityUse:
    """Krippendorff's cut-offs: below .667 not for pay, .667 to below .80 tentative, from .80 good, None unknown."""
    if alpha is None:
        return ReliabilityUse.UNKNOWN
    if alpha < 0.667:
        return ReliabilityUse.NOT_FOR_PAY
    return ReliabilityUse.TENTATIVE if alpha < 0.8 else ReliabilityUse.GOOD


def items_by_disagreement(
    ratings: Mapping[str, TableLike], *, metric: Metric = "ordinal", level: float = 0.95, draws: int = 1000
) -> tuple[tuple[str, KrippendorffResult], ...]:
    """Return items (name → units × evaluators) from least to most agreement: the first ones need rewriting.

    Items without variation (alpha None) come last.

    Raises:
        DataError: an item has no unit with two ratings.
    """
    results = [
        (name, krippendorff_alpha(table, metric=metric, level=level, draws=draws)) for name, table in ratings.items()
    ]
    return tuple(sorted(results, key=lambda pair: math.inf if pair[1].alpha.value is None else pair[1].alpha.value))


def _bootstrap(coincidences: Floats, scale: Floats, metric: Metric, draws: int, seed: int) -> Floats:
    rng = np.random.default_rng(seed)
    n, q = len(coincidences), len(scale)
    flat = coincidences.reshape(n, -1)
    parts = [np.empty(0)]
    for start in range(0, draws, _DRAWS_AT_ONCE):
        drawn = row_resamples(n, min(_DRAWS_AT_ONCE, draws - start), rng)
        observed, expected = _disagreement((drawn @ flat).reshape(-1, q, q), scale, metric)
        usable = expected > 0
        parts.append(np.where(usable, 1 - observed / np.where(usable, expected, 1), np.nan))
    return np.concatenate(parts)


def _disagreement(coincidences: Floats, scale: Floats, metric: Metric) -> tuple[Floats, Floats]:
    """Observed and expected disagreement of each coincidence matrix (batch × q × q)."""
    margins = coincidences.sum(axis=2)
    total = margins.sum(axis=1)
    distance = _distance(margins, scale, metric)
    observed = (coincidences * distance).sum(axis=(1, 2)) / total
    expected = (margins[:, :, None] * margins[:, None, :] * distance).sum(axis=(1, 2)) / (total * (total - 1))
    return observed, expected


def _distance(margins: Floats, scale: Floats, metric: Metric) -> Floats:
    """Squared distance of each pair of values; only the ordinal one depends on how often values occur."""
    if metric == "nominal":
        return (1 - np.eye(len(scale)))[None]
    if metric == "ordinal":
        middle = np.cumsum(margins, axis=1) - margins / 2
        return np.asarray((middle[:, :, None] - middle[:, None, :]) ** 2, dtype=np.float64)
    difference = scale[:, None] - scale[None, :]
    if metric == "interval":
        return np.asarray(difference**2, dtype=np.float64)[None]
    total = scale[:, None] + scale[None, :]
    return np.asarray((difference / np.where(total > 0, total, 1)) ** 2, dtype=np.float64)[None]
