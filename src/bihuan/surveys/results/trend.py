"""The course of one measure over days, weeks or months, with the limits within which it varies anyway."""

from __future__ import annotations

import re
from dataclasses import dataclass
from statistics import median

import numpy as np

from bihuan.surveys.results.design import Design
from bihuan.surveys.results.groups import Target, estimate_in
from bihuan.surveys.results.suppression import hidden_of
from servicequality.control_charts import i_prime_chart
from servicequality.results import Estimate, Result

MOST_POINTS = 45
ENOUGH_FOR_LIMITS = 12
GRAINS = ("day", "week", "month")
SHAPES = {
    "day": re.compile(r"^\d{4}-\d\d-\d\d$"),
    "week": re.compile(r"^\d{4}-W\d\d$"),
    "month": re.compile(r"^\d{4}-\d\d$"),
}


@dataclass(frozen=True)
class TrendPoint(Result):
    period: str
    estimate: Estimate


@dataclass(frozen=True)
class Trend(Result):
    """Points in order; limits and signals where there are enough of them. ``hidden`` periods were too small."""

    grain: str
    target: str
    label: str
    points: tuple[TrendPoint, ...]
    centre: float | None
    lower: tuple[float | None, ...]
    upper: tuple[float | None, ...]
    signals: tuple[tuple[int, str], ...]
    hidden: tuple[str, ...]

    @property
    def has_limits(self) -> bool:
        return self.centre is not None


def grain_of(period: str) -> str:
    return next((grain for grain, shape in SHAPES.items() if shape.match(period)), "")


def best_grain(sizes: dict[str, int], fewest: int) -> str:
    """The finest grain with not too many points, most of them large enough."""
    for grain in GRAINS:
        mine = [n for period, n in sizes.items() if grain_of(period) == grain]
        if mine and len(mine) <= MOST_POINTS and median(mine) >= fewest:
            return grain
    return "month"


def trend_of(designs: dict[str, Design], target: Target, *, grain: str, fewest: int) -> Trend | None:
    """One point a period; periods too small, and what would give them away, are left out."""
    sizes = {period: sum(int(counts[0]) for counts in design.counts.values()) for period, design in designs.items()}
    hidden = hidden_of(sizes, fewest)
    points = []
    for period in sorted(designs):
        estimate = estimate_in(designs[period], target)
        if period not in hidden and estimate.value is not None and estimate.n >= fewest:
            points.append(TrendPoint(period, estimate))
    if len(points) < 2:
        return None
    label = target.question.item.label if target.question else ""
    nothing: tuple[float | None, ...] = (None,) * len(points)
    trend = Trend(grain, target.name, label, tuple(points), None, nothing, nothing, (), tuple(sorted(hidden)))
    return with_limits(trend) if len(points) >= ENOUGH_FOR_LIMITS else trend


def with_limits(trend: Trend) -> Trend:
    """Limits of an I' chart: each period weighs by its answers, spread taken from neighbour to neighbour."""
    base = np.array([point.estimate.n for point in trend.points], dtype=np.float64)
    value = np.array([point.estimate.value for point in trend.points], dtype=np.float64)
    chart = i_prime_chart(value * base, base)
    if not np.isfinite(chart.centre).all():
        return trend
    signals = tuple(
        (int(point), code)
        for number, code in enumerate(chart.signals.codes)
        for point in np.flatnonzero(chart.signals.hits[number])
    )
    return Trend(
        trend.grain,
        trend.target,
        trend.label,
        trend.points,
        float(chart.centre[0]),
        tuple(float(one) for one in chart.lower),
        tuple(float(one) for one in chart.upper),
        signals,
        trend.hidden,
    )
