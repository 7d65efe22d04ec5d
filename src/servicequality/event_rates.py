"""Rates of events: complaints per million passengers, per 10,000 calls. Counts are small, so the methods are exact.

A count of rare, unlinked events is Poisson. What is divided by (the exposure) is taken as known.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from scipy import special

from servicequality.answers import check_level
from servicequality.errors import DataError
from servicequality.results import Estimate, Result


def _check(count: int, exposure: float) -> None:
    if count < 0 or count != int(count):
        raise DataError(f"{count} is no count of events", place="count")
    if exposure < 0 or math.isnan(exposure):
        raise DataError(f"{exposure} cannot be an exposure", place="exposure")


def rate_interval(count: int, exposure: float, *, per: float = 1.0, level: float = 0.95) -> Estimate:
    """Return events per ``per`` units of exposure with the exact Poisson interval.

    Args:
        count: events, >= 0. exposure: what they are divided by (passengers, calls), >= 0, in single units.
        per: the base of the rate (1e6 for "per million"). level: confidence level.

    Returns:
        Estimate with ``n`` = count. The interval is the central exact one (Garwood 1936, Biometrika 28:437-442):
        chi-square quantiles with 2 count and 2 count + 2 degrees of freedom, halved; no events give a lower limit
        of 0 and an upper one above it. Exposure 0 gives None: nothing was at risk, which is not a rate of 0.

    Errors: DataError for a negative or broken count, a negative exposure; ParameterError for a bad level.
    """
    alpha = 1 - check_level(level)
    _check(count, exposure)
    if exposure == 0:
        return Estimate(None, None, None, count, level, "poisson")
    low = float(special.chdtri(2 * count, 1 - alpha / 2)) / 2 if count else 0.0
    high = float(special.chdtri(2 * count + 2, alpha / 2)) / 2
    scale = per / exposure
    return Estimate(count * scale, low * scale, high * scale, count, level, "poisson")


@dataclass(frozen=True)
class RateComparison(Result):
    """First rate over second, its interval, the exact p, and whether they can be told apart at ``level``.

    ``ratio`` is None where the second count is 0; ``p`` is None where either exposure is 0.
    """

    ratio: float | None
    low: float | None
    high: float | None
    p: float | None
    different: bool | None
    level: float


def compare_rates(
    count1: int, exposure1: float, count2: int, exposure2: float, *, level: float = 0.95
) -> RateComparison:
    """Compare two rates exactly.

    Given the sum of the counts, the first is binomial with the share of the exposures (Przyborowski, Wilenski 1940,
    Biometrika 31:313-323). The p doubles the smaller tail and is at most 1; the interval of the ratio comes from the
    Clopper-Pearson limits of the share, so that interval and test agree.

    Args:
        count1, count2: events. exposure1, exposure2: in the same unit.

    Errors: as ``rate_interval``.
    """
    alpha = 1 - check_level(level)
    _check(count1, exposure1)
    _check(count2, exposure2)
    if exposure1 == 0 or exposure2 == 0:
        return RateComparison(None, None, None, None, None, level)
    total = count1 + count2
    share = exposure1 / (exposure1 + exposure2)
    if total == 0:
        return RateComparison(None, None, None, 1.0, False, level)
    lower = float(special.bdtr(count1, total, share))
    upper = 1.0 if count1 == 0 else float(special.bdtrc(count1 - 1, total, share))
    p = min(1.0, 2 * min(lower, upper))
    odds = exposure2 / exposure1
    low_share = 0.0 if count1 == 0 else float(special.betaincinv(count1, count2 + 1, alpha / 2))
    high_share = 1.0 if count2 == 0 else float(special.betaincinv(count1 + 1, count2, 1 - alpha / 2))
    ratio = (count1 / exposure1) / (count2 / exposure2) if count2 else None
    high = high_share / (1 - high_share) * odds if high_share < 1 else None
    return RateComparison(ratio, low_share / (1 - low_share) * odds, high, p, p < alpha, level)
