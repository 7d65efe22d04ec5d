"""Reading respondents × items tables: names, numbers, gaps; and the two intervals nearly every method needs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from servicequality.errors import DataError, ParameterError
from servicequality.results import Estimate

FloatArray: TypeAlias = npt.NDArray[np.float64]
IntArray: TypeAlias = npt.NDArray[np.int64]
TableLike: TypeAlias = pd.DataFrame | npt.ArrayLike
VectorLike: TypeAlias = pd.Series | npt.ArrayLike


def as_matrix(
    table: TableLike, *, names: Sequence[str] | None = None, place: str = "table"
) -> tuple[FloatArray, tuple[str, ...]]:
    """Return (rows × columns float array, column names); None, NA and NaN all become NaN.

    Raises:
        DataError: not two-dimensional, not numeric, infinite, or no column.
        ParameterError: the number of names differs from the number of columns.
    """
    if isinstance(table, pd.DataFrame):
        found = tuple(str(column) for column in table.columns)
        columns = [as_vector(table.iloc[:, j], place=f"{place}.{found[j]}") for j in range(table.shape[1])]
        values = np.column_stack(columns) if columns else np.empty((len(table), 0))
    else:
        values = _floats(table, place)
        if values.ndim != 2:
            raise DataError(f"needs rows and columns, got {values.ndim} dimension(s)", place=place)
        found = tuple(f"item{j + 1}" for j in range(values.shape[1]))
    if values.shape[1] == 0:
        raise DataError("has no columns", place=place)
    if names is not None:
        if len(names) != values.shape[1]:
            raise ParameterError(f"{len(names)} names for {values.shape[1]} columns", place=place)
        found = tuple(names)
    if len(set(found)) != len(found):
        raise ParameterError("a column name occurs twice", place=place)
    return values, found


def as_vector(values: VectorLike, *, place: str = "vector") -> FloatArray:
    """Return a one-dimensional float array; None, NA and NaN all become NaN.

    Raises:
        DataError: not one-dimensional, not numeric, or infinite.
    """
    if isinstance(values, pd.Series):
        try:
            array = np.asarray(values.to_numpy(dtype=np.float64, na_value=np.nan), dtype=np.float64)
        except (TypeError, ValueError) as error:
            raise DataError("holds something that is not a number", place=place) from error
        if np.isinf(array).any():
            raise DataError("holds an infinite value", place=place)
        return array
    array = _floats(values, place)
    if array.ndim != 1:
        raise DataError(f"needs one dimension, got {array.ndim}", place=place)
    return array


def check_level(level: float) -> None:
    """Refuse a confidence level outside 0..1.

    Raises:
        ParameterError: level is not strictly between 0 and 1.
    """
    if not 0 < level < 1:
        raise ParameterError(f"must lie between 0 and 1, got {level}", place="level")


def mean_estimate(values: FloatArray, level: float) -> Estimate:
    """Mean of the values that are present, with its t interval; no interval for fewer than two values."""
    present = values[~np.isnan(values)]
    n = len(present)
    if n == 0:
        return Estimate(None, None, None, 0, level, "t")
    mean = float(present.mean())
    if n == 1:
        return Estimate(mean, None, None, 1, level, "t")
    half = float(stats.t.ppf(0.5 + level / 2, n - 1)) * float(present.std(ddof=1)) / math.sqrt(n)
    return Estimate(mean, mean - half, mean + half, n, level, "t")


def share_estimate(count: float, n: float, level: float) -> Estimate:
    """``count / n`` with the Wilson (1927) score interval; None for an empty base."""
    if n <= 0:
        return Estimate(None, None, None, 0, level, "wilson")
    z = float(stats.norm.ppf(0.5 + level / 2))
    share = count / n
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    low = 0.0 if count <= 0 else max(0.0, centre - half)
    high = 1.0 if count >= n else min(1.0, centre + half)
    return Estimate(share, low, high, round(n), level, "wilson")


def percentile_estimate(value: float, draws: FloatArray, n: int, level: float) -> Estimate:
    """``value`` with the percentile limits of its bootstrap draws; NaN draws are left out."""
    usable = draws[~np.isnan(draws)]
    if math.isnan(value):
        return Estimate(None, None, None, n, level, "bootstrap percentile")
    if len(usable) < 2:
        return Estimate(value, None, None, n, level, "none")
    low, high = np.quantile(usable, [0.5 - level / 2, 0.5 + level / 2])
    return Estimate(value, float(low), float(high), n, level, "bootstrap percentile")


def bootstrap_counts(n: int, draws: int, rng: np.random.Generator) -> FloatArray:
    """How often each of n rows is drawn in each of ``draws`` resamples: draws × n."""
    counts = np.empty((draws, n))
    for draw in range(draws):
        counts[draw] = np.bincount(rng.integers(0, n, n), minlength=n)
    return counts


def _floats(values: npt.ArrayLike, place: str) -> FloatArray:
    try:
        array = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise DataError("holds something that is not a number, or rows of unequal length", place=place) from error
    if np.isinf(array).any():
        raise DataError("holds an infinite value", place=place)
    return array
