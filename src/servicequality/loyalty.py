"""Loyalty and satisfaction figures: NPS, CSAT, CES, top boxes, satisfaction index, and their differences.

Non-answers (NaN, None, dismissed) never enter a base.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from servicequality.answers import Floats, column, item_names, matrix
from servicequality.errors import DataError, ParameterError
from servicequality.intervals import (
    ProportionMethod,
    mean_interval,
    moment_interval,
    newcombe_difference,
    normal_quantile,
    proportion_interval,
    two_sided,
)
from servicequality.results import Estimate, Result
from servicequality.scales import CES_7, CSAT_5, NPS_0_10, Scale
from servicequality.tallies.histogram import Tally


@dataclass(frozen=True)
class NetPromoterScore(Result):
    """NPS as a fraction -1..1: ``score`` with the adjusted Wald interval, ``wald`` with the plain one.

    ``se`` is the plain standard error sqrt((p + d - (p - d)^2)/n); None without answers. ``missing`` are the
    people asked who gave no answer: shown, never counted.
    """

    promoters: int
    passives: int
    detractors: int
    missing: int
    n: int
    score: Estimate
    wald: Estimate
    se: float | None

    @property
    def points(self) -> Estimate:
        """The score in points, -100..100, as usually shown."""
        s = self.score
        low, high = (None if limit is None else 100 * limit for limit in (s.low, s.high))
        return Estimate(None if s.value is None else 100 * s.value, low, high, s.n, s.level, s.method)


def net_promoter_counts(
    promoters: int, passives: int, detractors: int, *, missing: int = 0, level: float = 0.95
) -> NetPromoterScore:
    """Return the NPS from counts (Reichheld 2003; adjusted Wald: add 3/4 to promoters and detractors, 3 to n;
    Rocks 2016, Am. Stat. 70(4):365-372).

    Limits are cut at -1 and 1. Raises ``DataError`` for negative counts.
    """
    if min(promoters, passives, detractors, missing) < 0:
        raise DataError("counts cannot be negative", place="promoters, passives, detractors")
    n = promoters + passives + detractors
    z = normal_quantile(level)
    if n == 0:
        none, plain = (Estimate(None, None, None, 0, level, name) for name in ("adjusted_wald", "wald"))
        return NetPromoterScore(promoters, passives, detractors, missing, 0, none, plain, None)

    def part(p: float, d: float, base: float) -> tuple[float, float]:
        centre = (p - d) / base
        return centre, math.sqrt(max(0.0, (p + d) / base - centre**2) / base)

    value, se = part(promoters, detractors, n)
    centre, adjusted_se = part(promoters + 0.75, detractors + 0.75, n + 3)
    adjusted = Estimate(
        value, max(-1.0, centre - z * adjusted_se), min(1.0, centre + z * adjusted_se), n, level, "adjusted_wald"
    )
    known = se > 0
    wald = Estimate(value, value - z * se if known else None, value + z * se if known else None, n, level, "wald")
    return NetPromoterScore(promoters, passives, detractors, missing, n, adjusted, wald, se)


def net_promoter_score(answers: Any, *, na_values: Collection[float] = (), level: float = 0.95) -> NetPromoterScore:
    """Return the NPS of answers 0..10, a column (n,) or ``Tally``: share of 9-10 minus share of 0-6."""
    tally = _tally(answers, NPS_0_10, na_values)
    promoters = tally.count(NPS_0_10.top)
    detractors = tally.count(NPS_0_10.bottom)
    return net_promoter_counts(
        promoters, tally.n - promoters - detractors, detractors, missing=tally.missing, level=level
    )


def _tally(answers: Any, scale: Scale, na_values: Collection[float] = ()) -> Tally:
    if isinstance(answers, Tally):
        if (answers.low, answers.step, len(answers.counts)) != (scale.low, scale.step, scale.size):
            raise DataError("the tally was counted on another scale", place=f"scale {scale.name}")
        return answers
    return Tally.of(answers, scale, na_values=na_values)


@dataclass(frozen=True)
class Difference(Result):
    """A difference first - second with its interval, test statistic and two-sided p (None without data)."""

    difference: Estimate
    z: float | None
    p: float | None


def nps_difference(first: NetPromoterScore, second: NetPromoterScore, *, level: float = 0.95) -> Difference:
    """Compare two NPS of different people: z = d / sqrt(V1/n1 + V2/n2), V = p + d - (p - d)^2."""
    n = first.n + second.n
    z = normal_quantile(level)
    if first.score.value is None or second.score.value is None or first.se is None or second.se is None:
        return Difference(Estimate(None, None, None, n, level, "wald"), None, None)
    d = first.score.value - second.score.value
    se = math.hypot(first.se, second.se)
    if se == 0:
        return Difference(Estimate(d, None, None, n, level, "wald"), None, None)
    statistic = d / se
    interval = Estimate(d, max(-2.0, d - z * se), min(2.0, d + z * se), n, level, "wald")
    return Difference(interval, statistic, two_sided(statistic))


@dataclass(frozen=True)
class BoxScore(Result):
    """Share of answers in the top box, its mirror at the bottom, and the mean of the same answers."""

    top: tuple[int, ...]
    count: int
    n: int
    missing: int
    share: Estimate
    bottom_share: Estimate
    mean: Estimate


def top_box(
    answers: Any,
    scale: Scale,
    *,
    top: Collection[int] | None = None,
    na_values: Collection[float] = (),
    level: float = 0.95,
    method: ProportionMethod = "wilson",
) -> BoxScore:
    """Return the top-box share of a column (n,) or ``Tally``; ``top`` overrides the scale's own definition.

    The share has a Wilson interval unless another is asked for, the mean a t interval.

    Raises ``ParameterError`` when ``top`` is empty or off the scale, ``DataError`` for an answer off the scale.
    """
    boxes = tuple(sorted(scale.top if top is None else top))
    if not boxes or not set(boxes) <= set(scale.levels):
        raise ParameterError("top boxes must be levels of the scale", place="top")
    tally = _tally(answers, scale, na_values)
    count = tally.count(boxes)
    return BoxScore(
        boxes,
        count,
        tally.n,
        tally.missing,
        proportion_interval(count, tally.n, level=level, method=method),
        proportion_interval(tally.count(scale.bottom), tally.n, level=level, method=method),
        mean_interval(tally, level=level),
    )


def customer_satisfaction(
    answers: Any,
    scale: Scale = CSAT_5,
    *,
    na_values: Collection[float] = (),
    level: float = 0.95,
    method: ProportionMethod = "wilson",
) -> BoxScore:
    """Return CSAT: the share satisfied (top two boxes unless the scale says otherwise) and the mean."""
    return top_box(answers, scale, na_values=na_values, level=level, method=method)


def customer_effort(answers: Any, *, na_values: Collection[float] = (), level: float = 0.95) -> BoxScore:
    """Return CES 2.0: the share of 5-7 on the 7-point "made it easy" agreement scale (Dixon 2010)."""
    return top_box(answers, CES_7, na_values=na_values, level=level)


def share_difference(first: BoxScore, second: BoxScore, *, level: float = 0.95) -> Difference:
    """Compare two shares of different people: Newcombe interval, pooled z test."""
    interval = newcombe_difference(first.count, first.n, second.count, second.n, level=level)
    n = first.n + second.n
    pooled = (first.count + second.count) / n if n else 0.0
    if interval.value is None or pooled in {0.0, 1.0}:
        return Difference(interval, None, None)
    z = interval.value / math.sqrt(pooled * (1 - pooled) * (1 / first.n + 1 / second.n))
    return Difference(interval, z, two_sided(z))


def satisfaction_index(
    answers: Any,
    weights: Mapping[str, float] | None = None,
    *,
    scale_low: float = 1,
    scale_high: float = 10,
    level: float = 0.95,
) -> Estimate:
    """Return a satisfaction index 0..100 of the ACSI kind (Fornell et al. 1996, J. Marketing 60(4)).

    Index = 100 (sum w_i mean_i - low sum w_i) / ((high - low) sum w_i), which is the mean over respondents of
    their weighted item mean, stretched. ``answers``: DataFrame of items, or a matrix (n, k) with equal
    weights. ``weights``: item name to weight of 0 or more, from the model or equal (None) - say which when
    you publish. Respondents who left an item out are left out (listwise); t interval. An index with estimated
    weights has more doubt than the interval shows.

    Raises ``DataError`` for an answer off the scale, ``ParameterError`` for weights that do not fit the items.
    """
    values = matrix(answers)
    if np.nanmin(values, initial=scale_low) < scale_low or np.nanmax(values, initial=scale_high) > scale_high:
        raise DataError(f"answers must lie between {scale_low:g} and {scale_high:g}", place="answers")
    names = item_names(answers, values.shape[1])
    w: Floats = np.ones(len(names))
    if weights is not None:
        if set(weights) != set(names):
            raise ParameterError("needs one weight for every item", place="weights")
        w = column([weights[name] for name in names], place="weights")
    if (w < 0).any() or not w.sum() > 0:
        raise ParameterError("weights are 0 or more and not all 0", place="weights")
    complete = values[~np.isnan(values).any(axis=1)]
    scores = 100 * (complete @ w / w.sum() - scale_low) / (scale_high - scale_low)
    n = len(scores)
    return moment_interval(float(scores.mean()) if n else None, float(scores.var(ddof=1)) if n > 1 else None, n, level)
