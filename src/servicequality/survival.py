"""How long things take when some are not finished yet: Kaplan-Meier curve and median.

Leaving the open ones out makes a slow desk look fast, because the slow cases are the ones still open. They
enter as censored: "at least this long so far".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from servicequality.errors import DataError
from servicequality.intervals import normal_quantile
from servicequality.results import Estimate, Result

Floats = NDArray[np.float64]
TIE = 1e-12


@dataclass(frozen=True, eq=False)
class SurvivalCurve(Result):
    """Kaplan-Meier estimate at each instant where something was finished.

    ``times``, ``at_risk``, ``finished``, ``survival``, ``low``, ``high`` have shape (k,), in the unit of the
    durations. ``survival`` is the share still open after that instant; its limits are NaN where the curve has
    reached 1 or 0, because the log-log interval does not exist there. ``n`` counts all items, ``closed`` the
    finished ones.
    """

    times: Floats
    at_risk: Floats
    finished: Floats
    survival: Floats
    low: Floats
    high: Floats
    n: int
    closed: int
    level: float


def _columns(durations: Any, closed: Any, counts: Any) -> tuple[Floats, NDArray[np.bool_], Floats]:
    length = np.asarray(durations, dtype=np.float64).ravel()
    done = np.asarray(closed, dtype=bool).ravel()
    weight = np.ones(len(length)) if counts is None else np.asarray(counts, dtype=np.float64).ravel()
    if not len(length) == len(done) == len(weight):
        raise DataError("durations, closed and counts must have the same length", place="closed")
    if not np.isfinite(length).all():
        raise DataError("a duration is missing or infinite", place="durations")
    if (length < 0).any():
        raise DataError("a duration is negative", place=f"durations[{int(np.argmax(length < 0))}]")
    if (weight < 0).any() or (weight % 1 != 0).any():
        raise DataError("counts are whole numbers of items", place="counts")
    keep = weight > 0
    return length[keep], done[keep], weight[keep]


def kaplan_meier(durations: Any, closed: Any, *, counts: Any = None, level: float = 0.95) -> SurvivalCurve:
    """Return the Kaplan-Meier curve (Kaplan, Meier 1958, JASA 53:457-481) with log-log limits.

    ``durations``: (m,) lengths >= 0 in any one unit; ``closed``: (m,) True where the item is finished, False
    where it is still open after that length; ``counts``: (m,) how many items each row stands for (None: one).
    An item censored at the instant of a closure counts as at risk there. The variance is Greenwood's; limits
    are built on log(-log S) so that they stay within 0..1 (Kalbfleisch, Prentice 1980).

    Raises:
        DataError: lengths differ, a duration is negative, missing or infinite, a count is not a whole number.
        ParameterError: ``level`` outside 0..1.
    """
    z = normal_quantile(level)
    length, done, weight = _columns(durations, closed, counts)
    times, place = np.unique(length[done], return_inverse=True)
    finished = np.bincount(place, weights=weight[done], minlength=len(times)).astype(np.float64)
    order = np.argsort(length, kind="stable")
    waiting = np.concatenate([[0.0], np.cumsum(weight[order])])
    at_risk = waiting[-1] - waiting[np.searchsorted(length[order], times, side="left")]
    survival = np.cumprod(1 - finished / at_risk) if len(times) else np.empty(0)
    survival = np.where(survival < TIE, 0.0, survival)
    with np.errstate(divide="ignore", invalid="ignore"):
        greenwood = np.cumsum(finished / (at_risk * (at_risk - finished)))
        inner = np.log(-np.log(survival))
        half = z * np.sqrt(greenwood) / np.abs(np.log(survival))
        low, high = np.exp(-np.exp(inner + half)), np.exp(-np.exp(inner - half))
    inside = (survival > 0) & (survival < 1)
    return SurvivalCurve(
        times,
        at_risk,
        finished,
        survival,
        np.where(inside, low, np.nan),
        np.where(inside, high, np.nan),
        int(weight.sum()),
        int(weight[done].sum()),
        level,
    )


def _first(times: Floats, reached: NDArray[np.bool_]) -> float | None:
    return float(times[int(np.argmax(reached))]) if reached.any() else None


def km_median(durations: Any, closed: Any, *, counts: Any = None, level: float = 0.95) -> Estimate:
    """Return the median time to closure with the interval of Brookmeyer and Crowley.

    ``durations``, ``closed``, ``counts`` as in `kaplan_meier`. The median is the first instant at which the
    share still open is 1/2 or less; None where the curve does not come down that far (more than half are still
    open: the median is not known yet, which is not the same as long). The interval (Brookmeyer, Crowley 1982,
    Biometrics 38:29-41, on the log-log scale) holds the times whose share still open cannot be told from 1/2:
    ``low`` is the first time whose lower limit, ``high`` the first whose upper limit is 1/2 or less; an end
    that the data do not reach is None. ``n`` counts closed and open items.

    Raises:
        DataError, ParameterError: as in `kaplan_meier`.
    """
    curve = kaplan_meier(durations, closed, counts=counts, level=level)
    half = 0.5 + TIE
    with np.errstate(invalid="ignore"):
        return Estimate(
            _first(curve.times, curve.survival <= half),
            _first(curve.times, curve.low <= half),
            _first(curve.times, curve.high <= half),
            curve.n,
            level,
            "kaplan-meier",
        )
