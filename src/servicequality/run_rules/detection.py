"""Apply rules to standardised values, one series or thousands at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from servicequality.errors import DataError, ParameterError
from servicequality.results import Result
from servicequality.run_rules.rules import (
    DEFAULT_RULES,
    Alternating,
    Beyond,
    Hugging,
    Rule,
    RunOnOneSide,
    Trend,
    ZoneCount,
)

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class RuleSignals(Result):
    """Which points signal, by rule.

    ``codes`` names the rules in order; ``hits`` is boolean with shape (rules, ...points...); ``side`` is an
    integer array of the same shape: +1 the signal lies above the centre (or rises), -1 below (or falls),
    0 no signal or no direction (alternating, hugging, mixture on both sides).
    """

    codes: tuple[str, ...]
    hits: Bools
    side: NDArray[np.int8]

    @property
    def any(self) -> Bools:
        """Boolean array of the points with at least one signal."""
        return np.asarray(self.hits.any(axis=0))

    def mask(self, code: str) -> Bools:
        """Boolean array of the points that signal by one rule; ParameterError for an unknown code."""
        if code not in self.codes:
            raise ParameterError(f"no such rule; the rules are {', '.join(self.codes)}", place=code)
        chosen: Bools = self.hits[self.codes.index(code)]
        return chosen

    def points(self, code: str | None = None) -> list[int]:
        """Numbers (first point = 1) of the signalling points of one series; all rules if ``code`` is None.

        Raises ``ParameterError`` for many series or an unknown rule.
        """
        mask = self.any if code is None else self.mask(code)
        if mask.ndim != 1:
            raise ParameterError("point numbers exist for one series only; use mask() for many")
        return [int(i) + 1 for i in np.flatnonzero(mask)]


def _window_count(flags: Bools, width: int) -> NDArray[np.int64]:
    """How many of the last ``width`` points are true; windows that start before the series count 0s."""
    total = np.cumsum(flags, axis=-1, dtype=np.int64)
    shifted = np.zeros_like(total)
    shifted[:, width:] = total[:, :-width] if width < total.shape[1] else total[:, :0]
    return total - shifted


def _all_of_last(flags: Bools, width: int) -> Bools:
    full: Bools = _window_count(flags, width) == width
    return full


def _signed(up: Bools, down: Bools) -> tuple[Bools, NDArray[np.int8]]:
    return up | down, up.astype(np.int8) - down.astype(np.int8)


def _steps(values: Floats) -> tuple[Bools, Bools]:
    rise = np.zeros(values.shape, dtype=bool)
    fall = np.zeros(values.shape, dtype=bool)
    rise[:, 1:] = values[:, 1:] > values[:, :-1]
    fall[:, 1:] = values[:, 1:] < values[:, :-1]
    return rise, fall


def _apply(  # noqa: PLR0911 - one branch for each published rule
    rule: Rule, z: Floats, raw: Floats, sides: Floats
) -> tuple[Bools, NDArray[np.int8]]:
    if isinstance(rule, Beyond):
        return _signed(z > rule.limit, z < -rule.limit)
    if isinstance(rule, RunOnOneSide):
        return _signed(_all_of_last(sides > 0, rule.length), _all_of_last(sides < 0, rule.length))
    if isinstance(rule, Trend):
        rise, fall = _steps(raw)
        return _signed(_all_of_last(rise, rule.length - 1), _all_of_last(fall, rule.length - 1))
    if isinstance(rule, Alternating):
        rise, fall = _steps(raw)
        turn = np.zeros(raw.shape, dtype=bool)
        turn[:, 1:] = (rise[:, 1:] & fall[:, :-1]) | (fall[:, 1:] & rise[:, :-1])
        hit = _all_of_last(turn, rule.length - 2)
        return hit, np.zeros(hit.shape, dtype=np.int8)
    if isinstance(rule, ZoneCount):
        above, below = z > rule.limit, z < -rule.limit
        return _signed(
            above & (_window_count(above, rule.window) >= rule.count),
            below & (_window_count(below, rule.window) >= rule.count),
        )
    if isinstance(rule, Hugging):
        hit = _all_of_last(np.abs(z) < rule.limit, rule.length)
        return hit, np.zeros(hit.shape, dtype=np.int8)
    above, below = z > rule.limit, z < -rule.limit
    hit = _all_of_last(above | below, rule.length)
    ups, downs = _window_count(above, rule.length), _window_count(below, rule.length)
    if rule.both_sides:
        hit &= (ups > 0) & (downs > 0)
    side = np.where(hit & (downs == 0), 1, np.where(hit & (ups == 0), -1, 0)).astype(np.int8)
    return hit, side


def _without(
    absent: Bools, arrays: Sequence[Floats], judge: Callable[..., tuple[Bools, NDArray[np.int8]]]
) -> tuple[Bools, NDArray[np.int8]]:
    """Judge each series with its absent points taken out, and put the answers back in place."""
    order = np.argsort(absent, axis=1, kind="stable")
    packed = [np.take_along_axis(a, order, axis=1) for a in arrays]
    gone = np.take_along_axis(absent, order, axis=1)
    for item in packed:
        item[gone] = np.nan
    hit_packed, side_packed = judge(*packed)
    hit = np.zeros(absent.shape, dtype=bool)
    side = np.zeros(absent.shape, dtype=np.int8)
    np.put_along_axis(hit, order, hit_packed & ~gone, axis=1)
    np.put_along_axis(side, order, np.where(gone, 0, side_packed).astype(np.int8), axis=1)
    return hit, side


def detect(
    z: ArrayLike,
    rules: Sequence[Rule] = DEFAULT_RULES,
    *,
    values: ArrayLike | None = None,
    sides: ArrayLike | None = None,
    on_centre: Literal["break", "skip"] = "break",
    missing: Literal["break", "skip"] = "break",
) -> RuleSignals:
    """Find the points that signal.

    Args:
        z: standardised values (value - centre) / sigma, shape (points,) or (series, points); NaN = missing.
        rules: the rules; codes must differ.
        values: the plotted values for ``Trend`` and ``Alternating`` where z is not a monotone image of them
            (limits that vary from point to point); same shape, default ``z``.
        sides: what counts as above (> 0) and below (< 0) the centre for ``RunOnOneSide``; default ``z``
            (a skewed statistic takes its median instead of its mean).
        on_centre: "break" a point on the centre line ends a run (R qcc); "skip" runs pass over it
            (R qicharts2). Applies to ``RunOnOneSide`` only.
        missing: "break" a missing point ends runs and windows; "skip" the points beside the gap are
            neighbours.

    Returns:
        RuleSignals, hits of shape (rules, points) or (rules, series, points).

    Errors: DataError for another shape; ParameterError for no rules or repeated codes.

    Source: Western Electric 1956; Nelson 1984, J. Quality Technology 16(4):237-239.
    """
    array = np.asarray(z, dtype=np.float64)
    if array.ndim not in (1, 2):
        raise DataError(f"values must have 1 or 2 dimensions, have {array.ndim}")
    codes = tuple(rule.code for rule in rules)
    if not codes or len(set(codes)) != len(codes):
        raise ParameterError("rules must be given, each with its own code", place="rules")
    table = np.atleast_2d(array)
    raw = table if values is None else np.atleast_2d(np.asarray(values, dtype=np.float64))
    lean = table if sides is None else np.atleast_2d(np.asarray(sides, dtype=np.float64))
    if raw.shape != table.shape or lean.shape != table.shape:
        raise DataError("values and sides must have the shape of z")
    hits = np.zeros((len(codes), *table.shape), dtype=bool)
    side = np.zeros(hits.shape, dtype=np.int8)
    gaps = np.isnan(table)
    for i, rule in enumerate(rules):
        absent = gaps.copy() if missing == "skip" else np.zeros_like(gaps)
        if on_centre == "skip" and isinstance(rule, RunOnOneSide):
            absent |= lean == 0
        if absent.any():
            hits[i], side[i] = _without(absent, (table, raw, lean), lambda a, b, c, rule=rule: _apply(rule, a, b, c))
        else:
            hits[i], side[i] = _apply(rule, table, raw, lean)
    if array.ndim == 1:
        return RuleSignals(codes, hits[:, 0], side[:, 0])
    return RuleSignals(codes, hits, side)
