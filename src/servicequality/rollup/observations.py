"""Observations of one indicator, and how they join."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from servicequality.errors import DataError, ParameterError
from servicequality.intervals import wilson
from servicequality.results import Estimate, Result

Kind = Literal["ratio", "count", "duration", "score"]
Status = Literal["ok", "missing", "late", "not_due", "excluded"]


@dataclass(frozen=True)
class Observation(Result):
    """One child's figure for one period.

    ``numerator`` and ``denominator`` for "ratio"; ``value`` with ``n`` (cases) for "duration", with ``exposure``
    (riders, calls) for "score", alone for "count". ``raw`` single durations where they are at hand.
    ``status`` "late" counts as missing until it arrives, "not_due" is not expected, "excluded" is left out with
    a reason kept elsewhere.
    """

    unit: str
    value: float | None = None
    numerator: float | None = None
    denominator: float | None = None
    n: float | None = None
    exposure: float | None = None
    raw: tuple[float, ...] | None = None
    status: Status = "ok"


@dataclass(frozen=True)
class RolledUp(Result):
    """The joined figure.

    ``value`` None without data; ``numerator``, ``denominator`` of a ratio; ``n`` cases or exposure behind it;
    ``interval`` Wilson's for a ratio of counted cases, else None; ``reported`` of ``expected`` children;
    ``absent`` their names.
    """

    value: float | None
    numerator: float | None
    denominator: float | None
    n: float
    interval: Estimate | None
    reported: int
    expected: int
    absent: tuple[str, ...]

    @property
    def coverage(self) -> str:
        """Coverage in words: "4 of 5 children"."""
        return f"{self.reported} of {self.expected} children"


def _number(value: float | None) -> float | None:
    return None if value is None or math.isnan(value) else float(value)


def _usable(item: Observation, needs: Sequence[str]) -> bool:
    if item.status != "ok":
        return False
    return all(_number(getattr(item, field)) is not None for field in needs)


def _total(items: Sequence[Observation], field: str) -> float:
    return math.fsum(float(getattr(item, field)) for item in items)


def _check(items: Sequence[Observation], field: str) -> None:
    for item in items:
        if float(getattr(item, field)) < 0:
            raise DataError(f"{field} must not be negative", place=item.unit)


@dataclass(frozen=True)
class _Joined:
    value: float | None
    numerator: float | None
    denominator: float | None
    n: float


def _ratio(items: Sequence[Observation]) -> _Joined:
    _check(items, "denominator")
    top, bottom = _total(items, "numerator"), _total(items, "denominator")
    return _Joined(top / bottom if bottom > 0 else None, top, bottom, bottom)


def _count(items: Sequence[Observation]) -> _Joined:
    return _Joined(_total(items, "value"), None, None, float(len(items)))


def _weighted(items: Sequence[Observation], weight: str) -> _Joined:
    _check(items, weight)
    total = _total(items, weight)
    top = math.fsum(float(item.value or 0) * float(getattr(item, weight)) for item in items)
    return _Joined(top / total if total > 0 else None, None, None, total)


_JOIN: dict[str, tuple[tuple[str, ...], Callable[[Sequence[Observation]], _Joined]]] = {
    "ratio": (("numerator", "denominator"), _ratio),
    "count": (("value",), _count),
    "duration": (("value", "n"), lambda items: _weighted(items, "n")),
    "score": (("value", "exposure"), lambda items: _weighted(items, "exposure")),
}


def roll_up(observations: Sequence[Observation], *, kind: Kind) -> RolledUp:
    """Join the children's figures of one indicator by its kind; percentages are never averaged.

    Args:
        observations: one per child; units must differ.
        kind: "ratio" re-divides the sums (95/100 and 10/20 give .875, not .725); "count" adds; "duration" is
            the mean weighted by cases; "score" the mean weighted by exposure.

    Returns:
        RolledUp; children that are missing or late show in the coverage, those "not_due" or "excluded" leave
        the expectation. A denominator (weight) of 0 in total gives None, never 0.

    Errors: DataError for repeated units or negative weights; ParameterError for another kind.
    """
    if kind not in _JOIN:
        raise ParameterError(f"no such kind; there are {', '.join(_JOIN)}", place="kind")
    names = [item.unit for item in observations]
    if len(set(names)) != len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise DataError("is counted twice", place=twice)
    needs, join = _JOIN[kind]
    due = [item for item in observations if item.status not in ("not_due", "excluded")]
    there = [item for item in due if _usable(item, needs)]
    absent = tuple(item.unit for item in due if not _usable(item, needs))
    if not there:
        return RolledUp(None, None, None, 0.0, None, 0, len(due), absent)
    joined = join(there)
    return RolledUp(
        joined.value,
        joined.numerator,
        joined.denominator,
        joined.n,
        _interval(joined) if kind == "ratio" else None,
        len(there),
        len(due),
        absent,
    )


def _interval(joined: _Joined) -> Estimate | None:
    top, bottom = joined.numerator, joined.denominator
    if top is None or bottom is None or bottom <= 0 or not 0 <= top <= bottom:
        return None
    if top != int(top) or bottom != int(bottom):
        return None
    return wilson(int(top), int(bottom))


def pooled_quantile(observations: Sequence[Observation], quantile: float) -> RolledUp:
    """Quantile of durations from the raw values of all children; medians of medians are refused.

    Args:
        observations: children with ``raw`` (any unit of time, NaN = missing); quantile: 0..1.

    Returns:
        RolledUp, linear interpolation (type 7), n = single values.

    Errors: ParameterError for a quantile outside 0..1; DataError for a child that has only its own summary.
    """
    if not 0 <= quantile <= 1:
        raise ParameterError(f"must lie in 0..1, is {quantile}", place="quantile")
    due = [item for item in observations if item.status not in ("not_due", "excluded")]
    for item in due:
        if item.status == "ok" and item.raw is None and item.value is not None:
            raise DataError("a quantile needs the single values, not a summary", place=item.unit)
    there = [item for item in due if item.status == "ok" and item.raw]
    values = np.array([value for item in there for value in item.raw or ()], dtype=np.float64)
    values = values[~np.isnan(values)]
    absent = tuple(item.unit for item in due if item not in there)
    value = float(np.quantile(values, quantile)) if values.size else None
    return RolledUp(value, None, None, float(values.size), None, len(there), len(due), absent)
