"""Before judging: how many periods are needed, and what chance alone would show."""

from __future__ import annotations

import math
from dataclasses import dataclass

from scipy import integrate, stats

from servicequality.errors import DataError, ParameterError
from servicequality.intervals import newcombe_difference, normal_quantile, wilson
from servicequality.results import Estimate, Result


def periods_needed(
    effect: float,
    sigma: float,
    *,
    baseline: int,
    level: float = 0.95,
    power: float = 0.8,
    autocorrelation: float = 0.0,
) -> float:
    """Number of points after an action until an effect of this size is likely to show.

    Args:
        effect: expected change of the mean, sigma: standard deviation of one point, same unit.
        baseline: points before the action. level: two-sided confidence; power: wanted chance to see it.
        autocorrelation: lag-1 correlation of neighbouring points, in (-1, 1); both periods then count as
            n (1 - r) / (1 + r) independent points.

    Returns:
        Points (a whole number), or infinity when this baseline can never show the effect.

    Errors: ParameterError for an effect of 0, sigma <= 0, a baseline below 2 or parameters out of range.

    Source: two-sample z test; Wilks 1997 for the effective number of points.
    """
    if effect == 0 or sigma <= 0 or baseline < 2:
        raise ParameterError("needs an effect other than 0, sigma > 0 and a baseline of 2 points or more")
    if not (0 < level < 1 and 0 < power < 1 and -1 < autocorrelation < 1):
        raise ParameterError("level and power must lie in (0, 1), autocorrelation in (-1, 1)")
    quantiles = float(normal_quantile(level) + stats.norm.ppf(power))
    independent = (1 - autocorrelation) / (1 + autocorrelation)
    room = (effect / (sigma * quantiles)) ** 2 - 1 / (baseline * independent)
    return math.inf if room <= 0 else float(math.ceil(1 / (room * independent) - 1e-9))


def sample_size_two_proportions(before: float, after: float, *, level: float = 0.95, power: float = 0.8) -> int:
    """Cases needed in each of two periods to tell one share from another.

    Args:
        before, after: expected shares, 0..1 and different.

    Errors: ParameterError for shares outside 0..1 or equal, or level or power outside (0, 1).

    Source: Fleiss, Levin, Paik 2003, Statistical Methods for Rates and Proportions, eq. 4.14 (no continuity
    correction).
    """
    if not (0 <= before <= 1 and 0 <= after <= 1) or before == after:
        raise ParameterError("needs two different shares between 0 and 1")
    if not (0 < level < 1 and 0 < power < 1):
        raise ParameterError("level and power must lie in (0, 1)")
    mean = (before + after) / 2
    a = normal_quantile(level) * math.sqrt(2 * mean * (1 - mean))
    b = stats.norm.ppf(power) * math.sqrt(before * (1 - before) + after * (1 - after))
    return math.ceil(float(a + b) ** 2 / (before - after) ** 2)


def expected_extreme(points: int) -> float:
    """Expected largest of ``points`` independent normal values, in sigma from the true mean.

    Errors: ParameterError for fewer than 1 point. Source: order statistics (Tippett 1925), by integration.
    """
    if points < 1:
        raise ParameterError("needs at least one point", place="points")
    density = lambda x: x * points * stats.norm.pdf(x) * stats.norm.cdf(x) ** (points - 1)  # noqa: E731
    return float(integrate.quad(density, -10, 12, limit=200)[0])


def regression_to_the_mean(points: int) -> float:
    """The "improvement" to expect from nothing, in sigma, when the worst of ``points`` periods led to action.

    It is the expected distance between the worst period and the mean of the others,
    E[max] points / (points - 1): 2.03 for 24 months in control. Compare every before-after
    difference whose baseline holds the triggering period with this number.

    Errors: ParameterError for fewer than 2 points.
    """
    if points < 2:
        raise ParameterError("needs at least two points", place="points")
    return expected_extreme(points) * points / (points - 1)


@dataclass(frozen=True)
class TwoProportions(Result):
    """Shares before and after: ``difference`` = before - after with Newcombe's interval, pooled ``z``,
    two-sided ``p_value``, ``pooled`` share."""

    before: Estimate
    after: Estimate
    difference: Estimate
    pooled: float
    z: float
    p_value: float


def two_proportions(x_before: int, n_before: int, x_after: int, n_after: int, *, level: float = 0.95) -> TwoProportions:
    """Compare the share of cases before and after.

    Args:
        x_before, n_before, x_after, n_after: cases and bases, 0 <= x <= n, n > 0.
        level: confidence level of the intervals.

    Returns:
        TwoProportions; z with the pooled variance (0 when neither share varies), difference by
        Newcombe's method 10. Assumes independent cases: with overdispersed periods use
        ``interrupted_series``.

    Errors: DataError for impossible counts or an empty period.

    Source: Montgomery ch. 7.2 (orange juice, z = 7.10); Newcombe 1998, Statistics in Medicine 17:873-890.
    """
    if n_before <= 0 or n_after <= 0:
        raise DataError("both periods need cases", place="n_before, n_after")
    first, second = wilson(x_before, n_before, level=level), wilson(x_after, n_after, level=level)
    difference = newcombe_difference(x_before, n_before, x_after, n_after, level=level)
    pooled = (x_before + x_after) / (n_before + n_after)
    variance = pooled * (1 - pooled) * (1 / n_before + 1 / n_after)
    z = 0.0 if variance == 0 else (x_before / n_before - x_after / n_after) / math.sqrt(variance)
    return TwoProportions(first, second, difference, pooled, z, float(2 * stats.norm.sf(abs(z))))
