"""Scores, weights and colours of an indicator tree."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Literal

import numpy as np

from servicequality.errors import DataError, ParameterError
from servicequality.results import Result

MissingPolicy = Literal["renormalise", "carry_forward", "fail", "hold"]
OnMissing = Literal["complete", "renormalised", "carried", "failed", "held", "no_data"]


@dataclass(frozen=True)
class ScoreFunction(Result):
    """Piecewise linear score with floor and cap: ``points`` are (value, score), values rising.

    Below the first and above the last point the score stays level. A band target is a function that rises,
    stays and falls.
    """

    points: tuple[tuple[float, float], ...]

    def __post_init__(self) -> None:
        values = [value for value, _ in self.points]
        if len(values) < 2 or any(b <= a for a, b in pairwise(values)):
            raise ParameterError("needs at least two points with rising values", place="points")

    def score(self, value: float | None) -> float | None:
        """Score of a value; None stays None."""
        if value is None or math.isnan(value):
            return None
        return float(np.interp(value, [v for v, _ in self.points], [s for _, s in self.points]))


def linear_score(floor: float, target: float, *, low: float = 0.0, high: float = 100.0) -> ScoreFunction:
    """Score from ``low`` at the floor to ``high`` at the target; a floor above the target means less is better.

    Errors: ParameterError if floor and target are equal.
    """
    if floor == target:
        raise ParameterError("floor and target are equal", place="target")
    ends = sorted([(floor, low), (target, high)])
    return ScoreFunction(tuple(ends))


def band_score(outer_low: float, low: float, high: float, outer_high: float) -> ScoreFunction:
    """Score 100 inside [low, high], falling to 0 at the outer limits (a band target, such as occupancy)."""
    return ScoreFunction(((outer_low, 0.0), (low, 100.0), (high, 100.0), (outer_high, 0.0)))


def deduction_score(deductions: Sequence[float], *, start: float = 100.0, veto: bool = False) -> tuple[float, float]:
    """Start minus the deductions, not below 0; ``veto`` sets the first figure to 0.

    Returns:
        (score with veto, score without it): show both, zeroing makes a mean useless for charts.

    Errors: DataError for a negative deduction.
    """
    if any(item < 0 for item in deductions):
        raise DataError("a deduction must not be negative", place="deductions")
    plain = max(0.0, start - math.fsum(deductions))
    return (0.0 if veto else plain), plain


def check_weights(weights: Mapping[str, float | Decimal], *, total: float = 100.0) -> None:
    """Refuse weights that are negative or do not sum to ``total`` (tolerance 1e-9).

    Errors: ParameterError that names the sum or the child.
    """
    for name, weight in weights.items():
        if not float(weight) >= 0:
            raise ParameterError("a weight must not be negative", place=name)
    found = math.fsum(float(weight) for weight in weights.values())
    if abs(found - total) > 1e-9 * max(1.0, total):
        raise ParameterError(f"weights sum to {found:g}, not to {total:g}", place="weights")


@dataclass(frozen=True)
class NodeScore(Result):
    """Score of a parent node.

    ``score`` None when it cannot be given; ``state`` how it came about: "complete", "renormalised", "carried",
    "failed", "held" or "no_data"; ``reported`` of ``expected`` children; ``absent`` and ``carried`` their names;
    ``parts`` weight share times score per child, which add up to the score.
    """

    score: float | None
    state: OnMissing
    reported: int
    expected: int
    absent: tuple[str, ...]
    carried: tuple[str, ...]
    parts: dict[str, float]

    @property
    def coverage(self) -> str:
        """Coverage in words: "4 of 5 children"."""
        return f"{self.reported} of {self.expected} children"


def node_score(
    scores: Mapping[str, float | None],
    weights: Mapping[str, float | Decimal],
    *,
    missing: MissingPolicy = "hold",
    last_known: Mapping[str, tuple[float, int]] | None = None,
    max_age: int = 1,
) -> NodeScore:
    """Weighted mean of the children's scores under a stated policy for missing ones.

    Args:
        scores: child -> score, None or NaN = missing; every weighted child may be absent from the mapping.
        weights: child -> weight, sum 100.
        missing: "hold" no score until all are there; "renormalise" spread the weight over those present;
            "carry_forward" use ``last_known`` (score, age in periods) up to ``max_age``, then hold;
            "fail" a missing child scores 0.

    Returns:
        NodeScore. Coverage counts reported children only, carried ones do not count as reported.

    Errors: ParameterError for weights that do not sum to 100 or another policy; DataError for a score without
        a weight.
    """
    check_weights(weights)
    for name in scores:
        if name not in weights:
            raise DataError("has a score but no weight", place=name)
    if missing not in ("renormalise", "carry_forward", "fail", "hold"):
        raise ParameterError("is 'renormalise', 'carry_forward', 'fail' or 'hold'", place="missing")
    known = {name: float(s) for name, s in scores.items() if s is not None and not math.isnan(s)}
    absent = tuple(name for name in weights if name not in known)
    used = dict(known)
    carried: tuple[str, ...] = ()
    state: OnMissing = "complete"
    if absent and missing == "fail":
        used |= dict.fromkeys(absent, 0.0)
        state = "failed"
    elif absent and missing == "carry_forward":
        old = {n: v[0] for n, v in (last_known or {}).items() if n in absent and v[1] <= max_age}
        used |= old
        carried = tuple(old)
        state = "carried" if len(used) == len(weights) else "held"
    elif absent:
        state = "renormalised" if missing == "renormalise" else "held"
    total = math.fsum(float(weights[name]) for name in used)
    if not known and state != "carried":
        state = "no_data"
    if state in ("held", "no_data") or total == 0:
        return NodeScore(None, state, len(known), len(weights), absent, carried, {})
    parts = {name: float(weights[name]) / total * used[name] for name in weights if name in used}
    score = math.fsum(parts.values())
    return NodeScore(score, state, len(known), len(weights), absent, carried, parts)


@dataclass(frozen=True)
class Thresholds(Result):
    """Half-open bands [edge i, edge i+1), with a name each: one more name than edges, from low to high.

    ``hysteresis``: once in a band, a value must pass the edge by this much to leave it, so that a figure that
    trembles on an edge does not blink.
    """

    edges: tuple[float, ...]
    names: tuple[str, ...]
    hysteresis: float = 0.0

    def __post_init__(self) -> None:
        if len(self.names) != len(self.edges) + 1 or len(set(self.names)) != len(self.names):
            raise ParameterError("one more name than edges is needed, all different", place="names")
        if any(b <= a for a, b in pairwise(self.edges)):
            raise ParameterError("edges must rise", place="edges")
        gaps = [b - a for a, b in pairwise(self.edges)]
        if self.hysteresis < 0 or any(2 * self.hysteresis > gap for gap in gaps):
            raise ParameterError("must be >= 0 and at most half the narrowest band", place="hysteresis")

    def band(self, value: float | None, *, previous: str | None = None) -> str | None:
        """Name of the band of a value; None without data.

        A value on an edge belongs to the band above. With ``previous`` the hysteresis applies: the old band
        holds while the value is less than ``hysteresis`` outside it.

        Errors: ParameterError for an unknown previous band.
        """
        if value is None or math.isnan(value):
            return None
        if previous is not None:
            if previous not in self.names:
                raise ParameterError(f"no such band; there are {', '.join(self.names)}", place=previous)
            i = self.names.index(previous)
            low = self.edges[i - 1] - self.hysteresis if i > 0 else -math.inf
            high = self.edges[i] + self.hysteresis if i < len(self.edges) else math.inf
            if low <= value < high:
                return previous
        return self.names[int(np.searchsorted(self.edges, value, side="right"))]


@dataclass(frozen=True)
class Decomposition(Result):
    """Whether the children's targets reproduce the parent's.

    ``implied`` what the parent reaches if every child meets its target exactly; ``gap`` = implied - target;
    ``consistent`` True within the tolerance or on the better side.
    """

    target: float
    implied: float
    gap: float
    consistent: bool


def check_decomposition(
    target: float,
    child_targets: Mapping[str, float],
    shares: Mapping[str, float],
    *,
    kind: Literal["ratio", "count", "duration", "score"],
    direction: Literal["up", "down"],
    tolerance: float = 1e-9,
) -> Decomposition:
    """Would the parent meet its target if all children met theirs?

    Args:
        target: parent's target. child_targets: child -> target.
        shares: child -> expected denominator, cases or exposure (ignored for "count").
        kind: as ``roll_up``. direction: "up" higher is better, "down" lower.
        tolerance: slack in the unit of the target.

    Errors: DataError for children without a share, or shares that sum to 0.
    """
    if kind == "count":
        implied = math.fsum(child_targets.values())
    else:
        for name in child_targets:
            if name not in shares or not shares[name] >= 0:
                raise DataError("has a target but no share", place=name)
        total = math.fsum(shares[name] for name in child_targets)
        if total <= 0:
            raise DataError("the shares sum to 0", place="shares")
        implied = math.fsum(child_targets[name] * shares[name] for name in child_targets) / total
    gap = implied - target
    fine = gap >= -tolerance if direction == "up" else gap <= tolerance
    return Decomposition(target, implied, gap, fine)
