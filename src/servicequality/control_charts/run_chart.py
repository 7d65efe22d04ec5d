"""Run chart with Anhøj's rules: shift and crossings around the median, no limits needed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from servicequality.control_charts.chart import Floats, as_table
from servicequality.errors import ParameterError
from servicequality.results import Result


@dataclass(frozen=True)
class RunChart(Result):
    """Run chart of one series or of many; every field has one entry per series (a scalar array for one).

    ``centre`` median of the baseline; ``useful`` points off the median; ``longest_run`` and its upper limit;
    ``crossings`` of the median and their lower limit; ``signal`` True where either limit is passed.
    With fewer than 10 useful points ``signal`` is False and ``enough`` is False.
    """

    centre: Floats
    useful: NDArray[np.int64]
    longest_run: NDArray[np.int64]
    longest_run_limit: NDArray[np.int64]
    crossings: NDArray[np.int64]
    crossings_limit: NDArray[np.int64]
    signal: NDArray[np.bool_]
    enough: NDArray[np.bool_]


def run_chart(values: ArrayLike, *, freeze: int | None = None) -> RunChart:
    """Judge a series by its runs and crossings.

    Args:
        values: shape (points,) or (series, points); missing points and points on the median are passed over.
        freeze: number of leading points whose median is the centre; None = all.

    Returns:
        RunChart. Signal if the longest run > round(log2 n) + 3, or crossings < the 5 % point of
        Binomial(n - 1, .5); n = useful points.

    Errors: DataError for shape; ParameterError for a freeze outside the series.

    Source: Anhøj, Olesen 2014, PLoS ONE 9(11):e113825; Anhøj 2015, PLoS ONE 10(3):e0121349.
    """
    table, single = as_table(values)
    if freeze is not None and not 2 <= freeze <= table.shape[1]:
        raise ParameterError(f"must lie in 2..{table.shape[1]}, is {freeze}", place="freeze")
    start = table[:, :freeze]
    filled = np.where(np.isnan(start), np.inf, start)
    count = (~np.isnan(start)).sum(axis=1)
    ordered = np.sort(filled, axis=1)
    low = np.take_along_axis(ordered, np.maximum((count[:, None] - 1) // 2, 0), axis=1)
    high = np.take_along_axis(ordered, np.minimum(count[:, None] // 2, start.shape[1] - 1), axis=1)
    centre = np.where(count[:, None] > 0, (low + high) / 2, np.nan)
    side = np.where(np.isnan(table), 0.0, np.sign(table - centre))
    side = np.where(np.isnan(side), 0.0, side)
    order = np.argsort(side == 0, axis=1, kind="stable")
    packed = np.take_along_axis(side, order, axis=1)
    n = (packed != 0).sum(axis=1)
    present = packed != 0
    change = np.ones(packed.shape, dtype=bool)
    change[:, 1:] = packed[:, 1:] != packed[:, :-1]
    crossings = (change[:, 1:] & present[:, 1:]).sum(axis=1)
    position = np.arange(packed.shape[1])
    start_of_run = np.maximum.accumulate(np.where(change, position, 0), axis=1)
    longest = np.where(present, position - start_of_run + 1, 0).max(axis=1)
    longest_limit = np.where(n > 0, np.round(np.log2(np.maximum(n, 1))) + 3, 0).astype(np.int64)
    crossings_limit = stats.binom.ppf(0.05, np.maximum(n - 1, 1), 0.5).astype(np.int64)
    enough = n >= 10
    signal = enough & ((longest > longest_limit) | (crossings < crossings_limit))
    pick = 0 if single else slice(None)
    return RunChart(
        np.array(centre[:, 0][pick]),
        np.array(n[pick]),
        np.array(longest[pick]),
        np.array(longest_limit[pick]),
        np.array(crossings[pick]),
        np.array(crossings_limit[pick]),
        np.array(signal[pick]),
        np.array(enough[pick]),
    )
