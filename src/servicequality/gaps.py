"""Gaps between two answers of the same person: expected and perceived, minimum and perceived, and so on."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np
from scipy import special

from servicequality.answers import Dimensions, Floats, Group, item_names, matrix
from servicequality.errors import DataError, ParameterError
from servicequality.intervals import bootstrap_interval, mean_interval, moment_interval
from servicequality.reliability.consistency import alpha_of_covariance
from servicequality.reliability.difference import DifferenceReliability, difference_reliability
from servicequality.results import Estimate, Result
from servicequality.scales import LIKERT_7, Scale
from servicequality.tallies.counting import LARGEST_SCALE, blocks
from servicequality.tallies.histogram import Tally
from servicequality.tallies.moments import Moments, coded_moments
from servicequality.tallies.survey import Counter, SurveyTally, number_groups

GapInterval = Literal["t", "bca", "percentile"]


def gap_scale(scale: Scale) -> Scale:
    """Return the scale of differences between two answers on ``scale``."""
    width = scale.high - scale.low
    return Scale(f"{scale.name} gap", -width, width, scale.step)


@dataclass(frozen=True, eq=False)
class GapTally(Result):
    """Histograms of both sides and of their difference, counted on pairs that are both answered.

    Immutable; ``add`` and ``merge`` return a new one, ``to_dict``/``from_dict`` go to plain JSON and back.
    ``joint`` are the moments of all items of both sides, named "item|first" and "item|second".
    """

    first: SurveyTally
    second: SurveyTally
    gap: SurveyTally
    joint: Moments

    @property
    def scale(self) -> Scale:
        """The scale both sides were answered on."""
        return self.first.scale

    @property
    def groups(self) -> tuple[Group, ...]:
        """The groups counted."""
        return self.gap.groups

    def add(self, first: Any, second: Any, *, groups: Any = None, na_values: Collection[float] = ()) -> GapTally:
        """Return this tally with another batch of pairs (n, items) counted in."""
        batch = tally_gaps(
            first,
            second,
            scale=self.scale,
            items=self.gap.items,
            dimensions=self.gap.dimensions,
            groups=groups,
            na_values=na_values,
        )
        return self.merge(batch)

    def merge(self, other: GapTally) -> GapTally:
        """Return both tallies as one; scale, items and dimensions must agree, groups may differ."""
        return GapTally(
            self.first.merge(other.first),
            self.second.merge(other.second),
            self.gap.merge(other.gap),
            self.joint.merge(other.joint),
        )

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> GapTally:
        """Rebuild a tally from ``to_dict``."""
        first, second, gap = (SurveyTally.from_dict(data[name]) for name in ("first", "second", "gap"))
        return cls(first, second, gap, Moments.from_dict(data["joint"]))


def tally_gaps(
    first: Any,
    second: Any,
    *,
    scale: Scale = LIKERT_7,
    items: Sequence[str] | None = None,
    dimensions: Dimensions | None = None,
    groups: Any = None,
    na_values: Collection[float] = (),
) -> GapTally:
    """Count pairs of answers: the gap is first - second (perceived - expected), per item and person.

    ``first`` and ``second``: respondents x items (n, k) in the same order. A pair counts only when both are
    answered; NaN, None and ``na_values`` are missing. Raises ``DataError`` for unlike shapes or an answer off
    the scale.
    """
    shape = np.shape(first)
    if len(shape) != 2 or shape != np.shape(second):
        raise DataError(f"the two sides have shapes {shape} and {np.shape(second)}", place="answers")
    names = item_names(first, shape[1], items)
    numbers, labels = number_groups(groups, shape[0])
    wide = gap_scale(scale)
    if wide.size > LARGEST_SCALE:
        raise ParameterError(f"gaps of a scale of {scale.size} levels have no tally", place=f"scale {scale.name}")
    sides = [Counter(scale, names, dimensions or {}, labels, moments=False, joint=False) for _ in range(2)]
    gap = Counter(wide, names, dimensions or {}, labels, moments=False)
    both = (*(f"{name}|first" for name in names), *(f"{name}|second" for name in names))
    joint = Moments.empty(both, np.full(len(both), float(scale.low)))
    for (rows, a), (_, b) in zip(blocks(first, scale, na_values), blocks(second, scale, na_values), strict=True):
        here = None if numbers is None else numbers[rows]
        blank = (a == scale.size) | (b == scale.size)
        difference = (a.astype(np.int16) - b + (scale.size - 1)).astype(np.uint8)
        if blank.any():
            a, b = np.where(blank, np.uint8(scale.size), a), np.where(blank, np.uint8(scale.size), b)  # noqa: PLW2901
            difference[blank] = wide.size
        sides[0].count(a, here)
        sides[1].count(b, here)
        gap.count(difference, here)
        joint = joint.merge(coded_moments(np.concatenate([a, b]), scale.size, both, scale.low, scale.step))
    return GapTally(sides[0].result(), sides[1].result(), gap.result(), joint)


def empty_gap_tally(scale: Scale, items: Sequence[str], *, dimensions: Dimensions | None = None) -> GapTally:
    """Return a tally of nobody, to which batches are added."""
    nobody = np.empty((0, len(items)))
    return tally_gaps(nobody, nobody, scale=scale, items=items, dimensions=dimensions)


@dataclass(frozen=True)
class Gap(Result):
    """One gap with both sides. ``t``, ``p`` (two-sided, mean gap 0), ``sd`` and ``cohen_d`` are None without spread."""

    name: str
    first: Estimate
    second: Estimate
    gap: Estimate
    sd: float | None
    t: float | None
    p: float | None
    cohen_d: float | None
    reliability: DifferenceReliability | None = None


@dataclass(frozen=True)
class GroupGaps(Result):
    """The gaps of one group (``group`` None: everybody). ``weighted`` is None without weights."""

    group: Group | None
    items: tuple[Gap, ...]
    dimensions: tuple[Gap, ...]
    overall: Estimate
    weighted: Estimate | None


@dataclass(frozen=True)
class GapAnalysis(Result):
    """Gaps of everybody and of each group, with the definitions that produced them."""

    total: GroupGaps
    groups: tuple[GroupGaps, ...]
    weights: dict[str, float] | None
    interval: str
    n_rows: int
    policy: str = field(
        default="item: both answered; dimension: all its pairs answered; overall: all dimensions answered"
    )

    def group(self, name: Group) -> GroupGaps:
        """Return the gaps of one group.

        Raises ``DataError`` for a group that was not counted.
        """
        for gaps in self.groups:
            if gaps.group == name:
                return gaps
        raise DataError("no such group", place=f"group {name}")


def normalised_weights(weights: Mapping[str, float], dimensions: Sequence[str]) -> dict[str, float]:
    """Return weights that add up to 1, in the order of the dimensions.

    Raises ``ParameterError`` unless there is one weight of 0 or more per dimension and not all are 0.
    """
    if set(weights) != set(dimensions):
        raise ParameterError("needs one weight for every dimension", place="weights")
    total = math.fsum(weights.values())
    if any(not weight >= 0 for weight in weights.values()) or not 0 < total < math.inf:
        raise ParameterError("weights are 0 or more and not all 0", place="weights")
    return {name: float(weights[name]) / total for name in dimensions}


def importance_weights(points: Any, dimensions: Sequence[str]) -> dict[str, float]:
    """Return dimension weights from people's splits of 100 points (n, dims): mean points, adding up to 1.

    A person who left a part out is left out; splits need not add to exactly 100 but must not be negative.

    Raises ``DataError`` for another number of columns or no complete split without negative points.
    """
    split = matrix(points, place="points")
    if split.shape[1] != len(dimensions):
        raise DataError(f"{split.shape[1]} columns for {len(dimensions)} dimensions", place="points")
    complete = split[~np.isnan(split).any(axis=1)]
    if not len(complete) or (complete < 0).any():
        raise DataError("needs at least one complete split without negative points", place="points")
    means = complete.mean(axis=0)
    return normalised_weights(
        dict(zip(map(str, dimensions), map(float, means), strict=True)), list(map(str, dimensions))
    )


def _estimate(tally: Tally, interval: GapInterval, level: float, resamples: int, seed: int) -> Estimate:
    if interval == "t":
        return mean_interval(tally, level=level)
    if interval not in {"bca", "percentile"}:
        raise ParameterError(f"unknown interval {interval!r}", place="interval")
    return bootstrap_interval(tally, level=level, method=interval, resamples=resamples, seed=seed)


def gap_row(
    name: str,
    first: Tally,
    second: Tally,
    gap: Tally,
    estimate: Estimate,
) -> Gap:
    """Return one gap with its test: t of a mean gap of 0 on n - 1 degrees of freedom."""
    n, mean, sd = gap.n, gap.mean, gap.sd
    t = p = d = None
    if mean is not None and sd is not None and sd > 1e-12:
        d = mean / sd
        t = d * math.sqrt(n)
        p = float(2 * special.stdtr(n - 1, -abs(t)))
    level = estimate.level
    return Gap(name, mean_interval(first, level=level), mean_interval(second, level=level), estimate, sd, t, p, d)


def dimension_reliability(tally: GapTally, name: str) -> DifferenceReliability:
    """Reliability of a dimension's gap: alphas of both sides and the correlation of both scores.

    From respondents with every pair of the *questionnaire* answered when some are incomplete. None for a
    dimension of one item, or without variance.
    """
    items = tally.gap.dimensions[name]
    n = tally.joint.n
    if len(items) < 2 or n < 3:
        return DifferenceReliability(None, None, None, None, n)
    both = tally.joint.subset([*(f"{i}|first" for i in items), *(f"{i}|second" for i in items)]).covariance()
    k = len(items)
    a, b, ab = both[:k, :k], both[k:, k:], float(both[:k, k:].sum())
    va, vb = float(a.sum()), float(b.sum())
    if va <= 1e-12 or vb <= 1e-12 or va + vb - 2 * ab <= 1e-12:
        return DifferenceReliability(None, None, None, None, n)
    alpha_a, alpha_b, r = alpha_of_covariance(a), alpha_of_covariance(b), ab / math.sqrt(va * vb)
    spread = difference_reliability(alpha_a, alpha_b, r, sd_first=math.sqrt(va), sd_second=math.sqrt(vb))
    return DifferenceReliability(spread, alpha_a, alpha_b, r, n)


def weighted_of_joint(n: int, mean: Floats, covariance: Floats, weights: Floats, level: float) -> Estimate:
    """Return the t interval of a weighted sum of dimension scores from their moments."""
    if n == 0:
        return moment_interval(None, None, 0, level)
    variance = float(weights @ covariance @ weights) if n > 1 else None
    return moment_interval(float(weights @ mean), variance, n, level)


def gap_analysis(
    tally: GapTally,
    *,
    weights: Mapping[str, float] | None = None,
    interval: GapInterval = "t",
    level: float = 0.95,
    resamples: int = 10_000,
    seed: int = 20_240_601,
) -> GapAnalysis:
    """Return item, dimension, overall and weighted gaps with intervals, of everybody and by group.

    Works on counts alone, so its time does not depend on the number of answers. ``interval`` applies to items
    and dimensions: "t", "bca" or "percentile" (exact histogram bootstrap). The overall gap (plain mean of the
    dimensions) and the weighted gap (weights of dimensions, made to add up to 1, taken as known) rest on
    respondents complete on all dimensions and have t intervals.
    """
    names = list(tally.gap.dimensions)
    shares = normalised_weights(weights, names) if weights is not None else None
    vector = np.array(list(shares.values())) if shares else None
    reliabilities = {name: dimension_reliability(tally, name) for name in names}

    def of_group(group: Group | None) -> GroupGaps:
        def estimate(counts: Tally) -> Estimate:
            return _estimate(counts, interval, level, resamples, seed)

        def item(name: str) -> Gap:
            first, second, gap = (side.item(name, group=group) for side in (tally.first, tally.second, tally.gap))
            return gap_row(name, first, second, gap, estimate(gap))

        def dimension(name: str) -> Gap:
            first, second, gap = (side.dimension(name, group=group) for side in (tally.first, tally.second, tally.gap))
            row = gap_row(name, first, second, gap, estimate(gap))
            return replace(row, reliability=reliabilities[name]) if group is None else row

        n, mean, covariance = tally.gap.joint(group=group)
        equal = np.full(len(names), 1 / len(names)) if names else np.zeros(0)
        none = moment_interval(None, None, 0, level)
        return GroupGaps(
            group,
            tuple(item(name) for name in tally.gap.items),
            tuple(dimension(name) for name in names),
            weighted_of_joint(n, mean, covariance, equal, level) if names else none,
            weighted_of_joint(n, mean, covariance, vector, level) if vector is not None else None,
        )

    grouped = tally.groups if tally.groups != ("",) else ()
    return GapAnalysis(of_group(None), tuple(of_group(group) for group in grouped), shares, interval, tally.gap.n_rows)
