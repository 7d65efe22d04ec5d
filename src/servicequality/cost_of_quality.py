"""Cost of service and of quality: classes, fixed and variable parts, and what an improvement saves.

Money goes in and comes out as given (Decimal or float sums are the caller's); estimates are floats.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from servicequality.errors import DataError, ParameterError
from servicequality.intervals import t_quantile
from servicequality.results import Estimate, Result

QualityClass = Literal["prevention", "appraisal", "internal_failure", "external_failure"]
Behaviour = Literal["fixed", "variable", "semi_variable"]
QUALITY_CLASSES: tuple[QualityClass, ...] = ("prevention", "appraisal", "internal_failure", "external_failure")


@dataclass(frozen=True)
class CostEntry(Result):
    """One cost: amount, class of quality cost (None = ordinary service cost), behaviour, activity driver.

    ``estimated`` marks intangible losses (customers lost, say): they are kept, labelled and never mixed into the
    booked totals.
    """

    name: str
    amount: Decimal
    quality_class: QualityClass | None = None
    behaviour: Behaviour = "fixed"
    driver: str = ""
    estimated: bool = False


@dataclass(frozen=True)
class QualityCost(Result):
    """Booked cost by class, conformance (prevention + appraisal) against failure, and per unit of activity.

    ``by_class`` booked amounts; ``estimated`` labelled estimates by class, apart; ``per_unit`` booked quality
    cost per unit of activity (None without activity); ``share_of_service_cost`` of all booked cost (None when
    that is 0).
    """

    by_class: dict[str, Decimal]
    conformance: Decimal
    failure: Decimal
    total: Decimal
    estimated: dict[str, Decimal]
    per_unit: float | None
    share_of_service_cost: float | None


def quality_cost(entries: Sequence[CostEntry], *, activity: float | None = None) -> QualityCost:
    """Sum quality costs by class (prevention, appraisal, internal and external failure).

    Args:
        entries: cost entries, amounts >= 0 in one currency; activity: contacts, or 1,000 passenger-km.

    Errors: DataError for a negative amount or an unknown class; ParameterError for activity < 0.

    Source: Feigenbaum 1956, Harvard Business Review 34(6):93-101; GB/T 13339 uses the same four classes.
    """
    if activity is not None and activity < 0:
        raise ParameterError("must not be negative", place="activity")
    booked = {name: Decimal(0) for name in QUALITY_CLASSES}
    estimated = {name: Decimal(0) for name in QUALITY_CLASSES}
    everything = Decimal(0)
    for entry in entries:
        if entry.amount < 0:
            raise DataError("a cost must not be negative", place=entry.name)
        if entry.quality_class is not None and entry.quality_class not in booked:
            raise DataError(f"no such class: {entry.quality_class}", place=entry.name)
        if not entry.estimated:
            everything += entry.amount
        if entry.quality_class is not None:
            (estimated if entry.estimated else booked)[entry.quality_class] += entry.amount
    conformance = booked["prevention"] + booked["appraisal"]
    failure = booked["internal_failure"] + booked["external_failure"]
    total = conformance + failure
    return QualityCost(
        {str(k): v for k, v in booked.items()},
        conformance,
        failure,
        total,
        {str(k): v for k, v in estimated.items()},
        float(total) / activity if activity else None,
        float(total / everything) if everything else None,
    )


@dataclass(frozen=True)
class CostLine(Result):
    """Semi-variable cost split: cost = fixed + per_unit * activity.

    ``fixed`` and ``per_unit`` with intervals (t, OLS; none for high-low, which rests on two points);
    ``r_squared`` None for high-low; ``low``, ``high`` range of activity seen: the line says nothing outside it;
    ``method`` "ols" or "high_low"; ``n`` periods.
    """

    fixed: Estimate
    per_unit: Estimate
    r_squared: float | None
    low: float
    high: float
    method: str
    n: int

    def cost(self, activity: float) -> float:
        """Cost of an activity inside the range seen; ParameterError outside it."""
        if not self.low <= activity <= self.high:
            raise ParameterError(f"the line was seen from {self.low:g} to {self.high:g} only", place="activity")
        return float(self.fixed.value or 0) + float(self.per_unit.value or 0) * activity


def _pairs(activity: ArrayLike, cost: ArrayLike) -> tuple[np.ndarray[tuple[int], np.dtype[np.float64]], ...]:
    x, y = np.asarray(activity, dtype=np.float64), np.asarray(cost, dtype=np.float64)
    if x.ndim != 1 or x.shape != y.shape:
        raise DataError(f"activity {x.shape} and cost {y.shape} must be one value per period", place="activity")
    keep = ~np.isnan(x) & ~np.isnan(y)
    x, y = x[keep], y[keep]
    if x.size < 2 or np.ptp(x) == 0:
        raise DataError("needs at least two periods with different activity", place="activity")
    return x, y


def split_by_high_low(activity: ArrayLike, cost: ArrayLike) -> CostLine:
    """Split a semi-variable cost by the periods of highest and lowest **activity**.

    Args:
        activity, cost: one value per period, shape (periods,), NaN = left out. Ties take the mean cost.

    Returns:
        CostLine: 1,000 units cost 5,200 and 3,000 units 9,200, so 2.00 a unit and 3,200 fixed.

    Errors: DataError for shapes, or activity that does not vary.

    Source: Horngren, Cost Accounting, ch. 10. Quick and coarse; prefer ``split_by_regression``.
    """
    x, y = _pairs(activity, cost)
    low, high = float(x.min()), float(x.max())
    cost_low, cost_high = float(y[x == low].mean()), float(y[x == high].mean())
    slope = (cost_high - cost_low) / (high - low)
    n = int(x.size)
    return CostLine(
        Estimate(cost_low - slope * low, None, None, n, 0.95, "high_low"),
        Estimate(slope, None, None, n, 0.95, "high_low"),
        None,
        low,
        high,
        "high_low",
        n,
    )


def split_by_regression(activity: ArrayLike, cost: ArrayLike, *, level: float = 0.95) -> CostLine:
    """Split a semi-variable cost by least squares.

    Args, Errors: as ``split_by_high_low``; ParameterError for a level outside (0, 1).

    Returns:
        CostLine with t intervals (None with two periods).
    """
    if not 0 < level < 1:
        raise ParameterError(f"must lie in (0, 1), is {level}", place="level")
    x, y = _pairs(activity, cost)
    n = int(x.size)
    fit = stats.linregress(x, y)
    half = t_quantile(level, n - 2) if n > 2 else math.nan

    def estimate(value: float, se: float) -> Estimate:
        if n < 3:
            return Estimate(value, None, None, n, level, "ols")
        return Estimate(value, value - half * se, value + half * se, n, level, "ols")

    return CostLine(
        estimate(float(fit.intercept), float(fit.intercept_stderr)),
        estimate(float(fit.slope), float(fit.stderr)),
        float(fit.rvalue) ** 2 if np.ptp(y) > 0 else None,
        float(x.min()),
        float(x.max()),
        "ols",
        n,
    )


@dataclass(frozen=True)
class BreakEven(Result):
    """When an improvement pays: ``periods`` until savings cover the cost (None = never at this effect),
    ``low`` and ``high`` of it from the interval of the effect (None = never), ``saving_per_period``."""

    periods: float | None
    low: float | None
    high: float | None
    saving_per_period: float


def break_even(
    *, one_off: float, failures_avoided: Estimate, cost_per_failure: float, running: float = 0.0
) -> BreakEven:
    """How long until an improvement has paid for itself.

    Args:
        one_off: cost of the action; running: further cost per period.
        failures_avoided: failures avoided per period, with the interval of the verified effect.
        cost_per_failure: money per failure, same currency.

    Returns:
        BreakEven. The interval of the effect carries over: if its lower end saves nothing, ``high`` is None.

    Errors: DataError without an effect; ParameterError for negative money.
    """
    if min(one_off, running, cost_per_failure) < 0:
        raise ParameterError("costs must not be negative")
    if failures_avoided.value is None:
        raise DataError("there is no effect to count on", place="failures_avoided")

    def until(avoided: float | None) -> float | None:
        saving = (avoided or 0.0) * cost_per_failure - running
        return one_off / saving if saving > 0 else None

    slow, fast = failures_avoided.low, failures_avoided.high
    return BreakEven(
        until(failures_avoided.value),
        None if fast is None else until(fast),
        None if slow is None else until(slow),
        failures_avoided.value * cost_per_failure - running,
    )


def break_even_volume(*, fixed: float, price: float, variable: float) -> float:
    """Activity at which income covers cost: fixed / (price - variable).

    Errors: ParameterError when the price does not exceed the variable cost, or fixed cost is negative.
    """
    if price <= variable or fixed < 0:
        raise ParameterError("the price must exceed the variable cost, and fixed cost must be >= 0")
    return fixed / (price - variable)
