"""Many units side by side: intervals, adjusted pairwise tests, shrinkage and letters."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from scipy import special

from servicequality.answers import Floats, Group, check_level
from servicequality.comparison.letters import letter_groups
from servicequality.comparison.multiplicity import Adjustment, adjust_p_values
from servicequality.comparison.shrinkage import shrink
from servicequality.errors import DataError, ParameterError
from servicequality.intervals import moment_interval, wilson
from servicequality.loyalty import net_promoter_counts
from servicequality.results import Estimate, Result
from servicequality.scales import NPS_0_10
from servicequality.tallies.histogram import Tally

Measure = Literal["mean", "share", "nps"]


@dataclass(frozen=True)
class GroupRow(Result):
    """One unit: what was measured, what is left after shrinkage (None without data), and its letters."""

    group: Group
    n: int
    estimate: Estimate
    shrunken: Estimate
    letters: tuple[str, ...]


@dataclass(frozen=True)
class PairRow(Result):
    """Two units compared; ``p`` and ``p_adjusted`` are None where no test is possible (then not different)."""

    first: Group
    second: Group
    difference: float | None
    p: float | None
    p_adjusted: float | None
    different: bool


@dataclass(frozen=True)
class GroupComparison(Result):
    """Units from best to worst; units that share a letter cannot be told apart.

    ``tiers`` lists, per letter, the units that carry it. ``centre`` and ``between_sd`` describe the units as a
    whole: a ``between_sd`` of 0 means that the spread seen is no more than noise.
    """

    measure: str
    rows: tuple[GroupRow, ...]
    pairs: tuple[PairRow, ...]
    tiers: dict[str, tuple[Group, ...]]
    adjustment: str
    level: float
    centre: float | None
    between_sd: float | None
    without_data: tuple[Group, ...]

    def row(self, group: Group) -> GroupRow:
        """Return the row of one unit.

        Raises ``DataError`` for a unit that is not there or has no answers.
        """
        for row in self.rows:
            if row.group == group:
                return row
        raise DataError("no such unit, or no answers", place=f"group {group}")


@dataclass(frozen=True, eq=False)
class _Summary:
    n: Floats
    value: Floats
    variance: Floats  # of one answer, within the unit
    estimates: list[Estimate]
    df: Floats | None = None  # of units measured elsewhere


def _summaries(groups: Mapping[Group, Any], measure: Measure, top: Collection[float] | None, level: float) -> _Summary:
    n, value, variance, estimates = [], [], [], []
    for answers in groups.values():
        levels, counts = Tally.of_any(answers)
        total = int(counts.sum())
        if measure == "mean":
            scores = levels
        elif measure == "share":
            if top is None:
                raise ParameterError("a share needs the answers it counts", place="top")
            scores = np.isin(levels, np.asarray(list(top), dtype=np.float64)).astype(np.float64)
        elif measure == "nps":
            if len(levels) and not set(levels.tolist()) <= set(map(float, NPS_0_10.levels)):
                raise DataError("NPS answers are whole numbers 0 to 10", place="groups")
            scores = (levels >= 9).astype(np.float64) - (levels <= 6)
        else:
            raise ParameterError(f"unknown measure {measure!r}", place="measure")
        mean = float(counts @ scores) / total if total else math.nan
        squares = float(counts @ (scores - mean) ** 2) if total else math.nan
        n.append(float(total))
        value.append(mean)
        if measure == "mean":
            sample = squares / (total - 1) if total > 1 else math.nan
            variance.append(sample)
            estimates.append(moment_interval(mean if total else None, sample, total, level))
        elif measure == "share":
            variance.append(squares / total if total else math.nan)
            estimates.append(wilson(int(counts @ scores), total, level=level))
        else:
            variance.append(squares / total if total else math.nan)
            plus, minus = int(counts[scores > 0].sum()), int(counts[scores < 0].sum())
            estimates.append(net_promoter_counts(plus, total - plus - minus, minus, level=level).score)
    return _Summary(np.array(n), np.array(value), np.array(variance), estimates)


def _pair_tests(s: _Summary, measure: Measure, i: Any, j: Any) -> tuple[Floats, Floats]:
    """Differences and p-values of pairs: Welch t for means, pooled z for shares, unpooled z for NPS."""
    d = s.value[i] - s.value[j]
    with np.errstate(divide="ignore", invalid="ignore"):
        if s.df is not None:
            a, b = s.variance[i] / s.n[i], s.variance[j] / s.n[j]
            se = np.sqrt(a + b)
            df = (a + b) ** 2 / (a * a / s.df[i] + b * b / s.df[j])
            p = 2 * special.stdtr(df, -np.abs(d / se))
        elif measure == "share":
            pooled = (s.n[i] * s.value[i] + s.n[j] * s.value[j]) / (s.n[i] + s.n[j])
            se = np.sqrt(pooled * (1 - pooled) * (1 / s.n[i] + 1 / s.n[j]))
            p = 2 * special.ndtr(-np.abs(d / se))
        elif measure == "nps":
            se = np.sqrt(s.variance[i] / s.n[i] + s.variance[j] / s.n[j])
            p = 2 * special.ndtr(-np.abs(d / se))
        else:
            a, b = s.variance[i] / s.n[i], s.variance[j] / s.n[j]
            se = np.sqrt(a + b)
            df = (a + b) ** 2 / (a * a / (s.n[i] - 1) + b * b / (s.n[j] - 1))
            p = 2 * special.stdtr(df, -np.abs(d / se))
    return d, np.where(se > 0, p, np.nan)


def compare_groups(
    groups: Mapping[Group, Any],
    *,
    measure: Measure = "mean",
    top: Collection[float] | None = None,
    adjustment: Adjustment = "holm",
    level: float = 0.95,
    higher_is_better: bool = True,
) -> GroupComparison:
    """Compare units by mean, share of ``top`` answers, or NPS; never a bare ranking.

    ``groups``: unit to a column of answers (n,) or ``Tally`` (``SurveyTally.by_group`` gives them). Every pair
    is tested (Welch t for means, pooled z for shares, z for NPS) and adjusted for their number (Holm unless
    asked otherwise) at 1 - ``level``. Units are shrunk towards the whole (empirical Bayes on the pooled
    within-unit variance, so that a unit of two answers is moved most). Missing answers leave the base; units
    without answers are listed in ``without_data`` and compared with nobody. Answers are taken as independent:
    with clustered answers test fewer, larger units or use ``cluster_interval``.
    """
    check_level(level)
    summary = _summaries(groups, measure, top, level)
    return _compared(summary, list(groups), measure, adjustment, level, higher_is_better=higher_is_better)


@dataclass(frozen=True)
class Measured(Result):
    """One unit measured elsewhere: its estimate, standard error and degrees of freedom (None: no spread known)."""

    estimate: Estimate
    se: float | None
    df: float | None


def compare_estimates(
    groups: Mapping[Group, Measured],
    *,
    measure: Measure = "mean",
    adjustment: Adjustment = "holm",
    level: float = 0.95,
    higher_is_better: bool = True,
) -> GroupComparison:
    """Compare units whose means come with standard errors of their own (weighted or clustered answers).

    As ``compare_groups``, but every pair is tested by Welch's t on the given standard errors and degrees of freedom.
    """
    check_level(level)
    n = np.array([float(one.estimate.n) for one in groups.values()])
    value = np.array([math.nan if one.estimate.value is None else one.estimate.value for one in groups.values()])
    error = np.array([math.nan if one.se is None else one.se for one in groups.values()])
    df = np.array([math.nan if one.df is None else one.df for one in groups.values()])
    n[np.isnan(value)] = 0
    summary = _Summary(n, value, error**2 * n, [one.estimate for one in groups.values()], df)
    return _compared(summary, list(groups), measure, adjustment, level, higher_is_better=higher_is_better)


def _compared(
    summary: _Summary,
    names: list[Group],
    measure: Measure,
    adjustment: Adjustment,
    level: float,
    *,
    higher_is_better: bool,
) -> GroupComparison:
    empty = tuple(name for name, n in zip(names, summary.n, strict=True) if n == 0)
    answered = [number for number in range(len(names)) if summary.n[number] > 0]
    sign = -1.0 if higher_is_better else 1.0
    order = sorted(answered, key=lambda number: (sign * summary.value[number], str(names[number])))
    k = len(order)
    first, second = np.triu_indices(k, 1)
    rank = np.array(order, dtype=np.intp)
    d, p = _pair_tests(summary, measure, rank[first], rank[second])
    adjusted = adjust_p_values(p, adjustment)
    proved = adjusted < 1 - level
    apart = np.zeros((k, k), dtype=bool)
    apart[first, second] = proved
    letters = letter_groups(apart | apart.T)
    shrunken, centre, between = _shrunken(summary, order, level)
    rows = tuple(
        GroupRow(names[number], int(summary.n[number]), summary.estimates[number], shrunken[place], letters[place])
        for place, number in enumerate(order)
    )
    columns = (first, second, d, p, adjusted, proved)
    pairs = tuple(
        PairRow(
            rows[a].group,
            rows[b].group,
            difference,
            None if math.isnan(plain) else plain,
            None if math.isnan(plain) else held,
            different,
        )
        for a, b, difference, plain, held, different in zip(*(one.tolist() for one in columns), strict=True)
    )
    carried = sorted({letter for row in rows for letter in row.letters}, key=lambda name: (len(name), name))
    tiers = {letter: tuple(row.group for row in rows if letter in row.letters) for letter in carried}
    return GroupComparison(measure, rows, pairs, tiers, adjustment, level, centre, between, empty)


def _shrunken(s: _Summary, order: list[int], level: float) -> tuple[list[Estimate], float | None, float | None]:
    n, value = s.n[order], s.value[order]
    none = [Estimate(float(v), None, None, int(size), level, "shrunken") for v, size in zip(value, n, strict=True)]
    freedom = np.where(np.isnan(s.variance[order]), 0.0, np.maximum(n - 1, 0))
    within = float(np.nansum(freedom * s.variance[order]) / freedom.sum()) if freedom.sum() > 0 else 0.0
    if len(order) < 2 or within <= 0:
        return none, None, None
    result = shrink(value, within / n, level=level)
    estimates = [
        Estimate(float(v), float(low), float(high), int(size), level, "shrunken")
        for v, low, high, size in zip(result.values, result.low, result.high, n, strict=True)
    ]
    return estimates, result.centre, result.between_sd
