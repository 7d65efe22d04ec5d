"""Confidence intervals of means, shares and differences.

One shape: every function returns an ``Estimate`` whose ``low``/``high`` are None where no interval can be given.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Literal

import numpy as np
from scipy import special

from servicequality.answers import Floats, Ints, check_level, column
from servicequality.errors import DataError, ParameterError
from servicequality.results import Estimate
from servicequality.tallies.histogram import Tally

ProportionMethod = Literal["wilson", "adjusted_wald", "clopper_pearson"]
BootstrapMethod = Literal["bca", "percentile"]
Statistic = Callable[[Floats, Floats], Floats]


def normal_quantile(level: float) -> float:
    """Return z with ``level`` of a standard normal between -z and z."""
    return float(special.ndtri(0.5 + check_level(level) / 2))


def t_quantile(level: float, df: float) -> float:
    """Return t with ``level`` of Student's t with ``df`` degrees of freedom between -t and t."""
    return float(special.stdtrit(df, 0.5 + check_level(level) / 2))


def two_sided(z: float) -> float:
    """Return the two-sided p of a standard normal statistic."""
    return float(2 * special.ndtr(-abs(z)))


def moment_interval(mean: float | None, variance: float | None, n: int, level: float = 0.95) -> Estimate:
    """Return the t interval of a mean given its sample variance.

    Fewer than two answers, or answers that are all alike, give a value without an interval: no spread was
    seen, which is not the same as no doubt.
    """
    check_level(level)
    if mean is None or n == 0 or math.isnan(mean):
        return Estimate(None, None, None, 0, level, "t")
    if n < 2 or variance is None or not variance > 1e-15 * max(1.0, mean * mean):
        return Estimate(float(mean), None, None, n, level, "t")
    half = t_quantile(level, n - 1) * math.sqrt(variance / n)
    return Estimate(float(mean), float(mean - half), float(mean + half), n, level, "t")


def mean_interval(answers: Any, *, level: float = 0.95) -> Estimate:
    """Return mean and t interval of a column (n,) or ``Tally``; missing answers leave the base.

    On a bounded scale with few answers the limits may pass the ends of the scale; they are not cut.
    """
    if isinstance(answers, Tally):
        return moment_interval(answers.mean, answers.variance, answers.n, level)
    values = column(answers)
    values = values[~np.isnan(values)]
    n = len(values)
    return moment_interval(float(values.mean()) if n else None, float(values.var(ddof=1)) if n > 1 else None, n, level)


def _check_counts(count: float, n: float) -> None:
    if not 0 <= count <= n:
        raise DataError(f"{count} of {n} cannot be", place="count")


def proportion_interval(
    count: float, n: float, *, level: float = 0.95, method: ProportionMethod = "wilson"
) -> Estimate:
    """Return a share with its interval.

    ``wilson``: score interval (Wilson 1927), the default. ``adjusted_wald``: Agresti and Coull 1998, add
    z^2/2 to both sides. ``clopper_pearson``: exact, never below the level, wide. ``value`` is always count/n.
    Limits stay within 0..1. n = 0 gives None. Counts may be weighted, so they need not be whole.

    Raises ``DataError`` for a count outside 0..n, ``ParameterError`` for an unknown method or level.
    """
    _check_counts(count, n)
    z = normal_quantile(level)
    if n == 0:
        return Estimate(None, None, None, 0, level, method)
    share = count / n
    if method == "clopper_pearson":
        alpha = 1 - level
        low = float(special.betaincinv(count, n - count + 1, alpha / 2)) if count else 0.0
        high = float(special.betaincinv(count + 1, n - count, 1 - alpha / 2)) if count < n else 1.0
        return Estimate(share, low, high, round(n), level, method)
    if method not in {"wilson", "adjusted_wald"}:
        raise ParameterError(f"unknown interval {method!r}", place="method")
    centre = (count + z * z / 2) / (n + z * z)
    if method == "wilson":
        half = z / (n + z * z) * math.sqrt(count * (n - count) / n + z * z / 4)
    else:
        half = z * math.sqrt(centre * (1 - centre) / (n + z * z))
    low = 0.0 if count == 0 and method == "wilson" else max(0.0, centre - half)
    high = 1.0 if count == n and method == "wilson" else min(1.0, centre + half)
    return Estimate(share, low, high, round(n), level, method)


def wilson(count: float, n: float, *, level: float = 0.95) -> Estimate:
    """Return the Wilson score interval of a share (Wilson 1927, JASA 22:209-212)."""
    return proportion_interval(count, n, level=level)


def adjusted_wald(count: int, n: int, *, level: float = 0.95) -> Estimate:
    """Return the adjusted Wald interval of a share (Agresti, Coull 1998, Am. Stat. 52:119-126)."""
    return proportion_interval(count, n, level=level, method="adjusted_wald")


def newcombe_difference(count1: int, n1: int, count2: int, n2: int, *, level: float = 0.95) -> Estimate:
    """Return p1 - p2 with Newcombe's hybrid score interval (1998, Stat. Med. 17:873-890, method 10).

    ``n`` of the estimate is n1 + n2. None when either base is empty.
    """
    first, second = wilson(count1, n1, level=level), wilson(count2, n2, level=level)
    n = n1 + n2
    if first.value is None or second.value is None:
        return Estimate(None, None, None, n, level, "newcombe")
    assert first.low is not None
    assert first.high is not None
    assert second.low is not None
    assert second.high is not None
    d = first.value - second.value
    low = d - math.hypot(first.value - first.low, second.high - second.value)
    high = d + math.hypot(first.high - first.value, second.value - second.low)
    return Estimate(d, max(-1.0, low), min(1.0, high), n, level, "newcombe")


def welch_difference(first: Any, second: Any, *, level: float = 0.95) -> Estimate:
    """Return mean1 - mean2 with Welch's t interval; columns or tallies, missing answers leave the base."""
    summary = [summarise(answers) for answers in (first, second)]
    (n1, m1, v1), (n2, m2, v2) = summary
    check_level(level)
    if not n1 or not n2:
        return Estimate(None, None, None, n1 + n2, level, "welch")
    if n1 < 2 or n2 < 2 or v1 + v2 <= 0:
        return Estimate(m1 - m2, None, None, n1 + n2, level, "welch")
    a, b = v1 / n1, v2 / n2
    df = (a + b) ** 2 / (a * a / (n1 - 1) + b * b / (n2 - 1))
    half = t_quantile(level, df) * math.sqrt(a + b)
    return Estimate(m1 - m2, m1 - m2 - half, m1 - m2 + half, n1 + n2, level, "welch")


def summarise(answers: Any) -> tuple[int, float, float]:
    """Return n, mean and sample variance of a column or tally; NaN where they do not exist."""
    if isinstance(answers, Tally):
        mean, variance = answers.mean, answers.variance
        return answers.n, math.nan if mean is None else mean, math.nan if variance is None else variance
    values = column(answers)
    values = values[~np.isnan(values)]
    n = len(values)
    return n, float(values.mean()) if n else math.nan, float(values.var(ddof=1)) if n > 1 else math.nan


def mean_statistic(counts: Floats, levels: Floats) -> Floats:
    """Means of histograms: counts (draws, levels) to (draws,)."""
    means: Floats = counts @ levels / counts.sum(axis=1)
    return means


def bootstrap_draws(counts: Ints, *, resamples: int, seed: int) -> Ints:
    """Draw resampled histograms (resamples, levels).

    Resampling n answers with replacement *is* one multinomial draw of the counts, so this is the ordinary
    bootstrap, exactly, in time independent of n.

    Raises ``ParameterError`` for fewer than 100 resamples.
    """
    n = int(counts.sum())
    if resamples < 100:
        raise ParameterError("a percentile needs at least 100 resamples", place="resamples")
    return np.random.default_rng(seed).multinomial(n, counts / n, size=resamples).astype(np.int64)


def bootstrap_interval(
    answers: Any,
    *,
    statistic: Statistic = mean_statistic,
    level: float = 0.95,
    method: BootstrapMethod = "bca",
    resamples: int = 10_000,
    seed: int = 20_240_601,
) -> Estimate:
    """Return a bootstrap interval of any statistic of a column (n,) or ``Tally``.

    ``statistic`` maps histograms (draws, levels) and level values (levels,) to (draws,); the mean by default.
    ``bca`` corrects bias and skewness (Efron 1987); the acceleration comes from the exact jackknife, which on
    a histogram has one value per level. Draws that equal the estimate count half in the bias term. The same
    seed gives the same limits. Fewer than two answers, or answers all alike, give no interval.

    Raises ``ParameterError`` for an unknown method or level or fewer than 100 resamples.
    """
    check_level(level)
    if method not in {"bca", "percentile"}:
        raise ParameterError(f"unknown bootstrap {method!r}", place="method")
    levels, counts = Tally.of_any(answers)
    used = counts > 0
    levels, counts = levels[used], counts[used]
    n = int(counts.sum())
    if n == 0:
        return Estimate(None, None, None, 0, level, method)
    value = float(statistic(counts[None, :].astype(np.float64), levels)[0])
    if len(levels) < 2:
        return Estimate(value, None, None, n, level, method)
    draws = statistic(bootstrap_draws(counts, resamples=resamples, seed=seed).astype(np.float64), levels)
    tails = np.array([(1 - level) / 2, (1 + level) / 2])
    if method == "bca":
        left_out = statistic(counts[None, :] - np.eye(len(levels)), levels)
        influence = float(counts @ left_out) / n - left_out
        tails = _bca_tails(draws, value, counts, influence, tails)
    low, high = np.quantile(draws, tails)
    return Estimate(value, float(low), float(high), n, level, method)


def _bca_tails(draws: Floats, value: float, counts: Ints, influence: Floats, tails: Floats) -> Floats:
    ties = np.isclose(draws, value, rtol=1e-12, atol=1e-12)
    below = float((draws[~ties] < value).sum() + 0.5 * ties.sum()) / len(draws)
    below = min(max(below, 0.5 / len(draws)), 1 - 0.5 / len(draws))
    spread = float(counts @ influence**2)
    acceleration = float(counts @ influence**3) / (6 * spread**1.5) if spread > 0 else 0.0
    bias = float(special.ndtri(below))
    z = bias + special.ndtri(tails)
    adjusted: Floats = special.ndtr(bias + z / (1 - acceleration * z))
    return adjusted


def row_resamples(n: int, draws: int, rng: np.random.Generator) -> Floats:
    """Return how often each of n rows is drawn in each of ``draws`` resamples: (draws, n)."""
    counts = np.empty((draws, n))
    for draw in range(draws):
        counts[draw] = np.bincount(rng.integers(0, n, n), minlength=n)
    return counts


def percentile_estimate(value: float, draws: Floats, n: int, level: float = 0.95) -> Estimate:
    """Return ``value`` with the percentile limits of its bootstrap draws; NaN draws are left out.

    A NaN value gives None; fewer than two usable draws give no interval.
    """
    usable = draws[~np.isnan(draws)]
    if math.isnan(value):
        return Estimate(None, None, None, n, level, "bootstrap percentile")
    if len(usable) < 2:
        return Estimate(value, None, None, n, level, "none")
    low, high = np.quantile(usable, [0.5 - level / 2, 0.5 + level / 2])
    return Estimate(value, float(low), float(high), n, level, "bootstrap percentile")


def cluster_interval(answers: Any, clusters: Any, *, level: float = 0.95) -> Estimate:
    """Return a mean with the interval that respects clusters (passengers of one bus, callers of one agent).

    Linearised variance of the ratio mean with the factor G/(G - 1), t with G - 1 degrees of freedom, G the
    number of clusters (the CR1 sandwich of an intercept-only regression; Cameron, Miller 2015). ``answers``
    and ``clusters`` (n,); missing answers leave the base. Fewer than two clusters give no interval. With few
    clusters (below 20 or so) even this interval is too narrow.

    Raises ``DataError`` when an answer has no cluster or lengths differ.
    """
    import pandas as pd

    check_level(level)
    values = column(answers)
    codes, _ = pd.factorize(pd.Series(clusters), sort=False)
    if len(codes) != len(values):
        raise DataError(f"{len(codes)} cluster labels for {len(values)} answers", place="clusters")
    present = ~np.isnan(values)
    values, codes = values[present], codes[present]
    if len(codes) and codes.min() < 0:
        raise DataError("an answer has no cluster", place="clusters")
    n = len(values)
    if n == 0:
        return Estimate(None, None, None, 0, level, "cluster")
    mean = float(values.mean())
    totals = np.bincount(codes, weights=values - mean)
    totals = totals[np.unique(codes)]
    g = len(totals)
    if g < 2:
        return Estimate(mean, None, None, n, level, "cluster")
    variance = g / (g - 1) * float(totals @ totals) / n**2
    if variance <= 0:
        return Estimate(mean, None, None, n, level, "cluster")
    half = t_quantile(level, g - 1) * math.sqrt(variance)
    return Estimate(mean, mean - half, mean + half, n, level, "cluster")


def weighted_interval(answers: Any, weights: Any, *, level: float = 0.95) -> Estimate:
    """Return a weighted mean with its linearised interval (weights taken as given, with replacement design).

    Variance n/(n - 1) sum w^2 (y - mean)^2 / (sum w)^2 and t with n - 1 degrees of freedom: with equal weights
    exactly the t interval. ``answers`` and ``weights`` (n,); a missing answer leaves with its weight, a weight
    of 0 counts nobody.

    Raises ``DataError`` when lengths differ or a weight is missing or negative.
    """
    check_level(level)
    values, w = column(answers), column(weights, place="weights")
    if len(w) != len(values):
        raise DataError(f"{len(w)} weights for {len(values)} answers", place="weights")
    if np.isnan(w).any() or (w < 0).any():
        raise DataError("weights are numbers of 0 or more", place="weights")
    present = ~np.isnan(values) & (w > 0)
    values, w = values[present], w[present]
    n = len(values)
    if n == 0:
        return Estimate(None, None, None, 0, level, "weighted")
    total = float(w.sum())
    mean = float(w @ values) / total
    if n < 2:
        return Estimate(mean, None, None, n, level, "weighted")
    variance = n / (n - 1) * float(((w * (values - mean)) ** 2).sum()) / total**2
    if variance <= 1e-15 * max(1.0, mean * mean):
        return Estimate(mean, None, None, n, level, "weighted")
    half = t_quantile(level, n - 1) * math.sqrt(variance)
    return Estimate(mean, mean - half, mean + half, n, level, "weighted")
