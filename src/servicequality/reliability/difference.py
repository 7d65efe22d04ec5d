"""Reliability of a difference between two scores: to be shown beside every gap."""

from __future__ import annotations

import math
from dataclasses import dataclass

from servicequality.errors import ParameterError
from servicequality.results import Result


@dataclass(frozen=True)
class DifferenceReliability(Result):
    """Reliability of first - second with its three ingredients; None where it cannot be computed."""

    reliability: float | None
    first: float | None
    second: float | None
    correlation: float | None
    n: int = 0


def difference_reliability(
    first: float, second: float, correlation: float, *, sd_first: float = 1.0, sd_second: float = 1.0
) -> float:
    """Return r_D = (s1^2 r1 + s2^2 r2 - 2 r12 s1 s2) / (s1^2 + s2^2 - 2 r12 s1 s2).

    With equal spreads (the default) it is ((r1 + r2)/2 - r12)/(1 - r12) (Peter, Churchill, Brown 1993). A gap
    between two reliable but correlated scores can be hardly reliable: .8, .8, .6 give .5. Raises
    ``ParameterError`` when the difference has no variance.
    """
    cross = 2 * correlation * sd_first * sd_second
    variance = sd_first**2 + sd_second**2 - cross
    if variance <= 0 or not math.isfinite(variance):
        raise ParameterError("the difference has no variance", place="correlation")
    return (sd_first**2 * first + sd_second**2 * second - cross) / variance
