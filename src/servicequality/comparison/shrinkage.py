"""Empirical-Bayes shrinkage: pull each unit towards the whole by as much as its own noise deserves."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import optimize

from servicequality.answers import Floats
from servicequality.errors import DataError
from servicequality.intervals import normal_quantile
from servicequality.results import Result


@dataclass(frozen=True, eq=False)
class Shrinkage(Result):
    """Shrunken values (k,) with intervals; ``between_sd`` is the spread of true values, ``pull`` (k,) 0..1.

    ``pull`` is how far a unit was moved towards ``centre``: 0 not at all, 1 all the way.
    """

    values: Floats
    low: Floats
    high: Floats
    pull: Floats
    centre: float
    between_sd: float
    level: float


def between_variance(values: Floats, variances: Floats) -> float:
    """Return the Paule-Mandel estimate of the variance of true values given known error variances (k,)."""
    k = len(values)

    def excess(tau2: float) -> float:
        w = 1 / (variances + tau2)
        centre = float(w @ values) / float(w.sum())
        return float(w @ (values - centre) ** 2) - (k - 1)

    if k < 2 or excess(0.0) <= 0:
        return 0.0
    upper = float(np.var(values, ddof=1)) + float(variances.max())
    while excess(upper) > 0:
        upper *= 2
    return float(optimize.brentq(excess, 0.0, upper, xtol=1e-14))


def shrink(values: Any, variances: Any, *, level: float = 0.95) -> Shrinkage:
    """Shrink unit means (k,) with error variances (k,), all above 0.

    Normal model with Paule-Mandel between-unit variance (Paule, Mandel 1982); intervals include the doubt
    about the centre but take the between-unit variance as known, so with few units (below 5 or so) they are
    somewhat narrow. When units differ no more than their noise, all are moved to the common mean.

    Raises ``DataError`` when lengths differ, a value is not finite or a variance not above 0.
    """
    x, v = np.asarray(values, dtype=np.float64), np.asarray(variances, dtype=np.float64)
    if x.shape != v.shape or x.ndim != 1 or not len(x):
        raise DataError("needs one variance for every value", place="variances")
    if not (np.isfinite(x).all() and np.isfinite(v).all() and (v > 0).all()):
        raise DataError("values must be finite and variances above 0", place="values, variances")
    z = normal_quantile(level)
    tau2 = between_variance(x, v)
    w = 1 / (v + tau2)
    centre = float(w @ x) / float(w.sum())
    pull = v / (v + tau2)
    shrunk = pull * centre + (1 - pull) * x
    spread = np.sqrt((1 - pull) * v + pull**2 / float(w.sum()))
    return Shrinkage(shrunk, shrunk - z * spread, shrunk + z * spread, pull, centre, math.sqrt(tau2), level)
