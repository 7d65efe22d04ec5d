"""What an acceptance plan lets through: operating characteristics of single plans, zero-failure plans.

A plan protects against bad lots; it does not estimate a rate. Source: Dodge, Romig 1959; ISO 2859-1.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from scipy import optimize, stats

from servicequality.answers import check_level
from servicequality.errors import ParameterError
from servicequality.results import Result


@dataclass(frozen=True)
class SinglePlan(Result):
    """Look at ``n`` items, accept with up to ``ac`` nonconforming ones, reject from ``re`` = ac + 1."""

    n: int
    ac: int

    def __post_init__(self) -> None:
        if self.n < 1 or self.ac < 0 or self.ac >= self.n:
            raise ParameterError(f"n = {self.n}, Ac = {self.ac} is no plan", place="plan")

    @property
    def re(self) -> int:
        """Rejection number."""
        return self.ac + 1


@dataclass(frozen=True)
class OcPoint(Result):
    """One point of the curve: true ``share`` nonconforming and the probability to ``accept`` such a lot."""

    share: float
    accept: float


def acceptance_probability(plan: SinglePlan, share: float, *, lot_size: int | None = None) -> float:
    """Probability that a lot with this share of nonconforming items is accepted.

    Binomial for a long series; hypergeometric when ``lot_size`` is given (share * lot_size is rounded to
    whole items).

    Raises:
        ParameterError: share outside 0..1, plan larger than the lot.
    """
    if not 0 <= share <= 1:
        raise ParameterError(f"must lie in 0 .. 1, got {share}", place="share")
    if lot_size is None:
        return float(stats.binom.cdf(plan.ac, plan.n, share))
    if plan.n > lot_size:
        raise ParameterError(f"{plan.n} items from a lot of {lot_size}", place="lot_size")
    return float(stats.hypergeom.cdf(plan.ac, lot_size, round(share * lot_size), plan.n))


def oc_curve(plan: SinglePlan, shares: Sequence[float], *, lot_size: int | None = None) -> tuple[OcPoint, ...]:
    """Acceptance probability at each share.

    Raises:
        ParameterError: as ``acceptance_probability``.
    """
    return tuple(OcPoint(float(share), acceptance_probability(plan, share, lot_size=lot_size)) for share in shares)


def limiting_quality(plan: SinglePlan, *, accept: float = 0.10) -> float:
    """Share nonconforming that is accepted with probability ``accept`` (binomial): what the plan still lets through.

    Raises:
        ParameterError: accept outside 0..1.
    """
    if not 0 < accept < 1:
        raise ParameterError(f"must lie between 0 and 1, got {accept}", place="accept")
    return float(stats.beta.ppf(1 - accept, plan.ac + 1, plan.n - plan.ac))


def zero_failure_sample_size(share: float, *, level: float = 0.95, lot_size: int | None = None) -> int:
    """Items to look at, all faultless, to be ``level`` sure that fewer than ``share`` are nonconforming.

    n = ceil(ln(1 - level) / ln(1 - share)); with ``lot_size`` N the smallest n whose hypergeometric chance to
    miss all ceil(share * N) nonconforming items is at most 1 - level.

    Raises:
        ParameterError: share or level outside 0..1, lot_size below 1.
    """
    check_level(level)
    if not 0 < share < 1:
        raise ParameterError(f"must lie between 0 and 1, got {share}", place="share")
    endless = math.ceil(math.log(1 - level) / math.log1p(-share) - 1e-12)
    if lot_size is None:
        return endless
    if lot_size < 1:
        raise ParameterError(f"must be at least 1, got {lot_size}", place="lot_size")
    bad = math.ceil(share * lot_size - 1e-9)
    low, high = 1, lot_size - bad + 1
    while low < high:
        middle = (low + high) // 2
        if float(stats.hypergeom.pmf(0, lot_size, bad, middle)) <= 1 - level:
            high = middle
        else:
            low = middle + 1
    return low


def zero_failure_bound(n: int, *, level: float = 0.95, failures: int = 0) -> float | None:
    """Largest share nonconforming that n items with ``failures`` failures leave possible (Clopper-Pearson, one-sided).

    1 - (1 - level)^(1/n) for no failure; None for n = 0.

    Raises:
        ParameterError: more failures than items, level outside 0..1.
    """
    check_level(level)
    if n < 0 or not 0 <= failures <= n:
        raise ParameterError(f"{failures} failures of {n}", place="failures")
    if n == 0:
        return None
    if failures == n:
        return 1.0
    return float(optimize.brentq(lambda p: float(stats.binom.cdf(failures, n, p)) - (1 - level), 0.0, 1.0, xtol=1e-14))
