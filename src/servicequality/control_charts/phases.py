"""Phases of a chart: what the limits are calculated from, and who said so."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from servicequality.errors import ParameterError
from servicequality.results import Result


@dataclass(frozen=True)
class Part(Result):
    """New limits from point ``start`` (0-based) on. Never automatic: somebody gives reason and evidence."""

    start: int
    reason: str
    evidence: str
    approver: str

    def __post_init__(self) -> None:
        for name in ("reason", "evidence", "approver"):
            if not getattr(self, name).strip():
                raise ParameterError("a rebase needs a reason, evidence and an approver", place=name)


@dataclass(frozen=True)
class Exclusion(Result):
    """Point ``index`` (0-based) stays on the chart but out of the limits, for an assignable cause."""

    index: int
    cause: str

    def __post_init__(self) -> None:
        if not self.cause.strip():
            raise ParameterError("an excluded point needs its assignable cause", place="cause")


@dataclass(frozen=True)
class Phases(Result):
    """Which points the limits rest on.

    ``freeze``: the first ``freeze`` points are the baseline of the first part (None: all its points);
    ``parts``: rebases in time order; ``exclude``: points left out of every calculation of limits.
    Signals are judged at all points, excluded ones included, and no run crosses the start of a part.
    """

    freeze: int | None = None
    parts: tuple[Part, ...] = ()
    exclude: tuple[Exclusion, ...] = ()

    def layout(self, points: int) -> Layout:
        """Lay the phases out over ``points`` points; ParameterError for an index outside the chart."""
        starts = [0, *(part.start for part in self.parts)]
        if starts != sorted(set(starts)) or starts[-1] >= max(points, 1):
            raise ParameterError(f"parts must start in time order inside 1..{points - 1}", place="parts")
        if self.freeze is not None and not 2 <= self.freeze <= points:
            raise ParameterError(f"must lie in 2..{points}, is {self.freeze}", place="freeze")
        part = np.zeros(points, dtype=np.int64)
        for number, start in enumerate(starts):
            part[start:] = number
        baseline = np.ones(points, dtype=bool)
        if self.freeze is not None:
            baseline[self.freeze : starts[1] if len(starts) > 1 else points] = False
        for exclusion in self.exclude:
            if not 0 <= exclusion.index < points:
                raise ParameterError(f"no point {exclusion.index} among {points}", place="exclude")
            baseline[exclusion.index] = False
        bounds = tuple(zip(starts, [*starts[1:], points], strict=True))
        return Layout(part, baseline, bounds)


@dataclass(frozen=True)
class Layout:
    """Phases laid over the points of a chart: part number and baseline flag per point, bounds per part."""

    part: NDArray[np.int64]
    baseline: NDArray[np.bool_]
    bounds: tuple[tuple[int, int], ...]


ONE_PHASE = Phases()
