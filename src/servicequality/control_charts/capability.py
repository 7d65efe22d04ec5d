"""Process capability: does a stable process fit between the limits of the standard?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from servicequality.control_charts.constants import constants
from servicequality.errors import DataError, ParameterError
from servicequality.intervals import normal_quantile
from servicequality.results import Estimate, Result


@dataclass(frozen=True)
class Capability(Result):
    """Capability (within-subgroup sigma) and performance (overall sigma) indices.

    ``cp`` and ``pp`` are None with a one-sided standard. ``cpk`` and ``ppk`` carry approximate intervals
    (Bissell 1990). ``expected_ppm`` values outside per million under a normal distribution with the
    within-subgroup sigma; ``observed_outside`` values outside in the data; ``n`` values used.
    """

    mean: float
    sigma_within: float
    sigma_overall: float
    cp: float | None
    cpk: Estimate
    pp: float | None
    ppk: Estimate
    expected_ppm: float
    observed_outside: int
    n: int


def capability(
    values: ArrayLike, *, lower: float | None = None, upper: float | None = None, level: float = 0.95
) -> Capability:
    """Compare the spread of a process with the limits of its standard.

    Args:
        values: shape (subgroups, size), sigma within = mean range / d2; or (points,), sigma within = mean
            moving range / d2(2). NaN = missing. Judge the control chart first: the indices of an unstable
            process describe nothing.
        lower, upper: limits of the standard in the unit of the values; at least one.
        level: confidence level of the intervals.

    Errors: DataError for fewer than 2 values or no spread; ParameterError for limits that are missing or
        crossed, or a level outside (0, 1).

    Source: Kane 1986, J. Quality Technology 18:41-52; Bissell 1990, Applied Statistics 39(3):331-340.
    """
    data = np.asarray(values, dtype=np.float64)
    if lower is None and upper is None:
        raise ParameterError("a lower or an upper limit is needed", place="lower, upper")
    if lower is not None and upper is not None and lower >= upper:
        raise ParameterError(f"{lower} is not below {upper}", place="lower, upper")
    if not 0 < level < 1:
        raise ParameterError(f"must lie in (0, 1), is {level}", place="level")
    if data.ndim == 1:
        kept = data[~np.isnan(data)]
        ranges, factors = np.abs(np.diff(kept)), np.full(max(kept.size - 1, 0), constants(2).d2)
    elif data.ndim == 2:
        sizes = (~np.isnan(data)).sum(axis=1)
        rows = data[sizes >= 2]
        ranges = np.nanmax(rows, axis=1) - np.nanmin(rows, axis=1) if len(rows) else np.zeros(0)
        factors = np.array([constants(int(n)).d2 for n in sizes[sizes >= 2]])
        kept = data[~np.isnan(data)]
    else:
        raise DataError(f"needs 1 or 2 dimensions, has {data.ndim}", place="values")
    if ranges.size == 0:
        raise DataError("needs at least two values that can be compared", place="values")
    mean, n = float(kept.mean()), int(kept.size)
    within, overall = float((ranges / factors).mean()), float(kept.std(ddof=1))
    if within <= 0 or overall <= 0:
        raise DataError("the values do not vary", place="values")

    def both(sigma: float) -> float | None:
        return None if lower is None or upper is None else (upper - lower) / (6 * sigma)

    def worst(sigma: float, df: int) -> Estimate:
        sides = [(upper - mean) / (3 * sigma)] if upper is not None else []
        sides += [(mean - lower) / (3 * sigma)] if lower is not None else []
        index = min(sides)
        half = normal_quantile(level) * np.sqrt(1 / (9 * n) + index**2 / (2 * df))
        return Estimate(index, index - half, index + half, n, level, "bissell")

    below = 0.0 if lower is None else float(stats.norm.cdf((lower - mean) / within))
    above = 0.0 if upper is None else float(stats.norm.sf((upper - mean) / within))
    outside = (kept < (-np.inf if lower is None else lower)) | (kept > (np.inf if upper is None else upper))
    df_within = max(n - (len(ranges) if data.ndim == 2 else 1), 1)
    return Capability(
        mean,
        within,
        overall,
        both(within),
        worst(within, df_within),
        both(overall),
        worst(overall, n - 1),
        (below + above) * 1e6,
        int(outside.sum()),
        n,
    )
