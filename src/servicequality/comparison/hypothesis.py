"""Classical tests between groups, all computed from histograms where the scale allows."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import special

from servicequality.answers import Floats, Group
from servicequality.errors import DataError
from servicequality.intervals import summarise, welch_difference
from servicequality.results import Estimate, Result
from servicequality.tallies.histogram import Tally


@dataclass(frozen=True)
class ContingencyResult(Result):
    """Pearson's chi-square of a table, without continuity correction, with Cramer's V.

    ``smallest_expected`` below 5 warns that the chi-square approximation is rough.
    """

    chi2: float
    df: int
    p: float
    cramers_v: float
    smallest_expected: float
    n: int


def independence_test(table: Any) -> ContingencyResult:
    """Test whether rows and columns of a table of counts (r, c) are independent.

    Empty rows and columns are left out. Raises ``DataError`` unless two of each remain.
    """
    counts = np.asarray(table, dtype=np.float64)
    if counts.ndim != 2 or (counts < 0).any() or np.isnan(counts).any():
        raise DataError("needs a table of counts", place="table")
    counts = counts[counts.sum(axis=1) > 0][:, counts.sum(axis=0) > 0]
    if min(counts.shape) < 2:
        raise DataError("needs two rows and two columns with counts", place="table")
    n = float(counts.sum())
    expected = np.outer(counts.sum(axis=1), counts.sum(axis=0)) / n
    chi2 = float(((counts - expected) ** 2 / expected).sum())
    df = (counts.shape[0] - 1) * (counts.shape[1] - 1)
    v = math.sqrt(chi2 / (n * (min(counts.shape) - 1)))
    return ContingencyResult(chi2, df, float(special.chdtrc(df, chi2)), v, float(expected.min()), int(n))


@dataclass(frozen=True)
class AnovaResult(Result):
    """One-way analysis of variance with eta squared, the share of the variance that lies between groups."""

    f: float
    df_between: int
    df_within: int
    p: float
    eta_squared: float
    n: int


def one_way_anova(groups: Mapping[Group, Any]) -> AnovaResult:
    """Test whether the means of groups (columns or tallies) are equal, assuming one variance.

    Missing answers leave the base, empty groups are left out. Raises ``DataError`` below two groups or
    without spread within them.
    """
    parts = [part for part in map(summarise, groups.values()) if part[0] > 0]
    k, n = len(parts), sum(part[0] for part in parts)
    if k < 2 or n <= k:
        raise DataError("needs two groups with answers and more answers than groups", place="groups")
    grand = sum(size * mean for size, mean, _ in parts) / n
    between = sum(size * (mean - grand) ** 2 for size, mean, _ in parts)
    within = sum((size - 1) * variance for size, _, variance in parts if size > 1)
    if within <= 0:
        raise DataError("no spread within any group", place="groups")
    f = between / (k - 1) / (within / (n - k))
    return AnovaResult(f, k - 1, n - k, float(special.fdtrc(k - 1, n - k, f)), between / (between + within), n)


def _pooled(groups: list[Any]) -> tuple[Floats, Floats]:
    """Counts (groups, distinct values) and the mid-rank of every value."""
    parts = [Tally.of_any(answers) for answers in groups]
    levels = np.unique(np.concatenate([values for values, _ in parts]))
    counts = np.zeros((len(parts), len(levels)))
    for row, (values, number) in enumerate(parts):
        counts[row, np.searchsorted(levels, values)] += number
    total = counts.sum(axis=0)
    return counts, np.cumsum(total) - (total - 1) / 2


@dataclass(frozen=True)
class KruskalResult(Result):
    """Kruskal-Wallis H, corrected for ties, with its chi-square p."""

    h: float
    df: int
    p: float
    n: int


def kruskal_wallis(groups: Mapping[Group, Any]) -> KruskalResult:
    """Test whether groups (columns or tallies) come from one distribution, by ranks with ties.

    Raises ``DataError`` below two groups with answers or when all answers are alike.
    """
    counts, rank = _pooled(list(groups.values()))
    counts = counts[counts.sum(axis=1) > 0]
    n, total = counts.sum(), counts.sum(axis=0)
    ties = 1 - float((total**3 - total).sum()) / (n**3 - n) if n > 1 else 0.0
    if len(counts) < 2 or ties <= 0:
        raise DataError("needs two groups with answers that are not all alike", place="groups")
    sums = counts @ rank
    h = float(12 / (n * (n + 1)) * (sums**2 / counts.sum(axis=1)).sum() - 3 * (n + 1)) / ties
    return KruskalResult(float(h), len(counts) - 1, float(special.chdtrc(len(counts) - 1, h)), int(n))


@dataclass(frozen=True)
class MannWhitneyResult(Result):
    """Mann-Whitney W of the first group; ``superiority`` is the chance that a random first answer is higher.

    Ties count half. p from the normal approximation with tie and continuity correction.
    """

    w: float
    p: float
    superiority: float
    n: int


def mann_whitney(first: Any, second: Any) -> MannWhitneyResult:
    """Compare two groups (columns or tallies) by ranks. Raises ``DataError`` when one is empty or all are alike."""
    counts, rank = _pooled([first, second])
    n1, n2 = counts.sum(axis=1)
    if n1 == 0 or n2 == 0:
        raise DataError("both groups need answers", place="groups")
    n, total = n1 + n2, counts.sum(axis=0)
    w = float(counts[0] @ rank) - n1 * (n1 + 1) / 2
    variance = n1 * n2 / 12 * (n + 1 - float((total**3 - total).sum()) / (n * (n - 1)))
    if variance <= 0:
        raise DataError("all answers are alike", place="groups")
    off = w - n1 * n2 / 2
    z = max(0.0, abs(off) - 0.5) / math.sqrt(variance)
    return MannWhitneyResult(float(w), float(2 * special.ndtr(-z)), float(w / (n1 * n2)), int(n))


@dataclass(frozen=True)
class WelchResult(Result):
    """Welch's t of two means with its degrees of freedom and the interval of the difference."""

    t: float
    df: float
    p: float
    difference: Estimate


def welch_t(first: Any, second: Any, *, level: float = 0.95) -> WelchResult:
    """Compare two means (columns or tallies) without assuming equal variances.

    Raises ``DataError`` unless both have two answers and one of them some spread.
    """
    (n1, m1, v1), (n2, m2, v2) = summarise(first), summarise(second)
    if n1 < 2 or n2 < 2 or not v1 + v2 > 0:
        raise DataError("both groups need two answers, and some spread", place="groups")
    a, b = v1 / n1, v2 / n2
    df = (a + b) ** 2 / (a * a / (n1 - 1) + b * b / (n2 - 1))
    t = (m1 - m2) / math.sqrt(a + b)
    return WelchResult(t, df, float(2 * special.stdtr(df, -abs(t))), welch_difference(first, second, level=level))
