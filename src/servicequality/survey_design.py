"""Means and shares of weighted and clustered surveys from counts alone; time does not depend on the answers.

Answers are counted per stratum (a segment of customers with a known weight) and, where people share a bus or an
interviewer, per cluster. Sources: Cochran 1977, ch. 5 (stratified mean); Kish 1965 (design effect); Cameron, Miller
2015 (clusters); Korn, Graubard 1998 (interval of a share from the effective number of answers).
"""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import special

from servicequality.answers import Floats, Ints, check_level
from servicequality.errors import DataError, ParameterError
from servicequality.intervals import proportion_interval, t_quantile
from servicequality.results import Estimate, Result

TINY = 1e-15


@dataclass(frozen=True, eq=False)
class DesignCounts:
    """Counts of one measure: ``strata`` (H, L) by stratum and level, ``clusters`` (C, H, L) of those who share one.

    ``shares`` (H,) are the strata's shares of the population, adding up to 1, or None: then everybody counts alike
    and the strata do not matter. Who is in ``strata`` but in no cluster answered alone. Build by ``design_counts``.
    """

    strata: Ints
    clusters: Ints
    shares: Floats | None

    @property
    def n(self) -> int:
        """Answers counted; strata of weight 0 do not count."""
        used = self.strata if self.shares is None else self.strata[self.shares > 0]
        return int(used.sum())

    @property
    def units(self) -> int:
        """Independent units: clusters with an answer, and people who answered alone."""
        together = self.clusters.sum(axis=(1, 2)) > 0
        return int(together.sum()) + int(self.strata.sum() - self.clusters.sum())


@dataclass(frozen=True)
class DesignMean(Result):
    """A mean under the design.

    ``se`` and ``df`` give its interval; ``deff`` is the variance over that of as many answers drawn one by one,
    ``n_effective`` = n / deff. All three are None where no spread can be known; ``lacking`` counts strata that have a
    weight but no answers (the others carry their weight).
    """

    estimate: Estimate
    se: float | None
    df: float | None
    deff: float | None
    n_effective: float | None
    lacking: int = 0

    @property
    def value(self) -> float | None:
        """The mean; None without answers."""
        return self.estimate.value


def design_counts(strata: Any, *, shares: Any = None, clusters: Any = None) -> DesignCounts:
    """Check and freeze counts: strata (H, L), shares (H,) of 0 or more or None, clusters (C, H, L) or None.

    Shares need not add up to 1. Raises ``DataError`` for shapes that do not fit or clusters that hold more answers
    than their stratum, ``ParameterError`` for negative shares or none above 0.
    """
    table = np.atleast_2d(np.asarray(strata, dtype=np.int64))
    h, levels = table.shape
    grouped = np.zeros((0, h, levels), dtype=np.int64) if clusters is None else np.asarray(clusters, dtype=np.int64)
    if grouped.ndim != 3 or grouped.shape[1:] != (h, levels):
        raise DataError(f"clusters are {grouped.shape}, strata {table.shape}", place="clusters")
    if (grouped.sum(axis=0) > table).any():
        raise DataError("hold more answers than their stratum", place="clusters")
    if shares is None:
        return DesignCounts(table, grouped, None)
    part = np.asarray(shares, dtype=np.float64)
    if part.shape != (h,):
        raise DataError(f"{len(part)} shares for {h} strata", place="shares")
    if (part < 0).any() or not np.isfinite(part).all() or not part.sum() > 0:
        raise ParameterError("shares are 0 or more and not all 0", place="shares")
    return DesignCounts(table, grouped, part / part.sum())


def design_mean(counts: DesignCounts, scores: Any, *, level: float = 0.95) -> DesignMean:
    """Mean of ``scores`` (L,), the number each level stands for, under the design.

    Weighted: the strata's means by their shares, variance sum W_h^2 s_h^2 / n_h, t with Satterthwaite's degrees of
    freedom; a stratum of one answer takes the pooled spread. Clustered: linearised variance of the residuals between
    clusters with the factor G/(G - 1), t with G - 1 degrees of freedom, people who answered alone being clusters of
    one; equal to ``intervals.cluster_interval`` and, with shares, to ``weighting.raked_interval`` over the same
    strata. Neither: the plain t interval.

    Raises ``DataError`` unless there is one score per level.
    """
    check_level(level)
    score = np.asarray(scores, dtype=np.float64)
    if score.shape != (counts.strata.shape[1],):
        raise DataError(f"{len(score)} scores for {counts.strata.shape[1]} levels", place="scores")
    method = "cluster" if len(counts.clusters) else "t" if counts.shares is None else "stratified"
    strata, clusters, part, lacking = _used(counts)
    sizes = strata.sum(axis=1)
    n = int(sizes.sum())
    if n == 0:
        return DesignMean(Estimate(None, None, None, 0, level, method), None, None, None, None, lacking)
    means = strata @ score / sizes
    mean = float(part @ means)
    squares = np.array([row @ (score - own) ** 2 for row, own in zip(strata, means, strict=True)])
    if len(counts.clusters):
        variance, df = _between_clusters(strata, clusters, score, part / sizes, means)
    else:
        variance, df = _within_strata(squares, sizes, part)
    if variance is None or not variance > TINY * max(1.0, mean * mean):
        return DesignMean(Estimate(mean, None, None, n, level, method), None, None, None, None, lacking)
    spread = float(part @ (squares / sizes + (means - mean) ** 2)) * n / max(1, n - 1)
    deff = variance * n / spread if spread > 0 else None
    se = math.sqrt(variance)
    half = t_quantile(level, df) * se
    estimate = Estimate(mean, mean - half, mean + half, n, level, method)
    return DesignMean(estimate, se, df, deff, None if deff is None else n / deff, lacking)


def _used(counts: DesignCounts) -> tuple[Ints, Ints, Floats, int]:
    """Strata that count, with their shares made to add up to 1; without shares all are one."""
    if counts.shares is None:
        one = counts.strata.sum(axis=0, keepdims=True)
        return one, counts.clusters.sum(axis=1, keepdims=True), np.ones(1), 0
    wanted = counts.shares > 0
    present = wanted & (counts.strata.sum(axis=1) > 0)
    if present.all():
        return counts.strata, counts.clusters, counts.shares, 0
    part = counts.shares[present]
    total = float(part.sum())
    lacking = int((wanted & ~present).sum())
    return counts.strata[present], counts.clusters[:, present], part / total if total else part, lacking


def _within_strata(squares: Floats, sizes: Ints, part: Floats) -> tuple[float | None, float]:
    """Variance of a stratified mean and Satterthwaite's degrees of freedom."""
    free = sizes - 1
    if not free.sum():
        return None, 0.0
    pooled = float(squares.sum() / free.sum())
    own = np.where(free > 0, squares / np.maximum(free, 1), pooled)
    terms = part**2 * own / sizes
    total = float(terms.sum())
    spread = float((terms[free > 0] ** 2 / free[free > 0]).sum())
    return total, total * total / spread if spread > 0 else float(free.sum())


def _between_clusters(
    strata: Ints, clusters: Ints, score: Floats, factor: Floats, means: Floats
) -> tuple[float | None, float]:
    """Linearised variance between clusters; ``factor`` is what one answer of each stratum weighs."""
    residual = factor[:, None] * (score[None, :] - means[:, None])
    totals = np.einsum("chl,hl->c", clusters, residual)
    together = clusters.sum(axis=(1, 2)) > 0
    alone = strata - clusters.sum(axis=0)
    g = int(together.sum()) + int(alone.sum())
    if g < 2:
        return None, 0.0
    spread = float(totals @ totals) + float((alone * residual**2).sum())
    return g / (g - 1) * spread, g - 1.0


def design_share(counts: DesignCounts, hits: Collection[int], *, level: float = 0.95) -> DesignMean:
    """Share of answers at the levels numbered ``hits`` (0 = lowest), with Wilson's interval on the effective n.

    Where everybody or nobody is counted the effective n is that of the weights alone.
    """
    score = np.zeros(counts.strata.shape[1])
    score[list(hits)] = 1.0
    found = design_mean(counts, score, level=level)
    if found.value is None:
        return found
    n = found.n_effective if found.n_effective is not None else _kish(counts)
    share = min(1.0, max(0.0, found.value))
    interval = proportion_interval(share * n, n, level=level)
    estimate = Estimate(share, interval.low, interval.high, found.estimate.n, level, "wilson")
    return DesignMean(estimate, found.se, found.df, found.deff, found.n_effective, found.lacking)


def _kish(counts: DesignCounts) -> float:
    """Answers that would carry as much if all weighed the same."""
    strata, _, part, _ = _used(counts)
    return float(1 / (part**2 / strata.sum(axis=1)).sum())


def design_difference(first: DesignMean, second: DesignMean, *, level: float = 0.95) -> tuple[Estimate, float | None]:
    """First - second of different people, with its Welch interval and two-sided p (None without spread)."""
    check_level(level)
    n = first.estimate.n + second.estimate.n
    if first.value is None or second.value is None:
        return Estimate(None, None, None, n, level, "welch"), None
    d = first.value - second.value
    if first.se is None or second.se is None or first.df is None or second.df is None:
        return Estimate(d, None, None, n, level, "welch"), None
    a, b = first.se**2, second.se**2
    df = (a + b) ** 2 / (a * a / first.df + b * b / second.df)
    se = math.sqrt(a + b)
    half = t_quantile(level, df) * se
    return Estimate(d, d - half, d + half, n, level, "welch"), float(2 * special.stdtr(df, -abs(d) / se))


def weighted_products(n: Any, sums: Any, cross: Any, *, shares: Any) -> tuple[Floats, Floats, float]:
    """Weighted mean (k,), covariance (k, k) and effective n from products by stratum.

    ``n`` (H,), ``sums`` (H, k), ``cross`` (H, k, k) are counts, sums and cross-products of complete rows; ``shares``
    (H,) the strata's shares. Strata without rows give their share to the others.

    Raises ``DataError`` for fewer than two rows in all.
    """
    sizes = np.asarray(n, dtype=np.float64)
    part = np.asarray(shares, dtype=np.float64)
    present = (sizes > 0) & (part > 0)
    if sizes[present].sum() < 2:
        raise DataError("fewer than two complete rows", place="products")
    part = part[present] / part[present].sum()
    per_row = part / sizes[present]
    mean = np.einsum("h,hi->i", per_row, np.asarray(sums, dtype=np.float64)[present])
    second = np.einsum("h,hij->ij", per_row, np.asarray(cross, dtype=np.float64)[present])
    effective = float(1 / (part**2 / sizes[present]).sum())
    total = float(sizes[present].sum())
    covariance: Floats = (second - np.outer(mean, mean)) * total / (total - 1)
    return mean, covariance, effective
