"""Charts with a memory, for small lasting shifts: EWMA and CUSUM."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from servicequality.control_charts.chart import (
    LIMITS_ONLY,
    Bools,
    Chart,
    Floats,
    as_table,
    assemble,
    layout_for,
    mean_where,
    moving_range,
)
from servicequality.control_charts.constants import constants
from servicequality.control_charts.phases import ONE_PHASE, Phases
from servicequality.errors import ParameterError
from servicequality.results import Result
from servicequality.run_rules import Beyond


def _target_and_sigma(
    table: Floats, baseline: Bools, target: ArrayLike | None, sigma: ArrayLike | None, size: float
) -> tuple[Floats, Floats]:
    """Column vectors (series, 1) of the target and the standard error of the plotted value."""
    rows = table.shape[0]
    mask = np.broadcast_to(baseline, table.shape)
    if target is None:
        centre = mean_where(table, mask)
    else:
        centre = np.broadcast_to(np.asarray(target, dtype=np.float64).reshape(-1, 1), (rows, 1))
    if sigma is None:
        ranges = moving_range(table, mask)
        error = mean_where(ranges, ~np.isnan(ranges)) / constants(2).d2
    else:
        given = np.asarray(sigma, dtype=np.float64).reshape(-1, 1)
        if (given <= 0).any():
            raise ParameterError("must be positive", place="sigma")
        error = np.broadcast_to(given, (rows, 1)) / np.sqrt(size)
    return centre, error


def ewma_chart(
    values: ArrayLike,
    *,
    lam: float = 0.2,
    L: float = 3.0,
    target: ArrayLike | None = None,
    sigma: ArrayLike | None = None,
    subgroup_size: float = 1.0,
    limits: Literal["exact", "asymptotic"] = "exact",
    phases: Phases = ONE_PHASE,
) -> Chart:
    """EWMA chart: z_t = lam x_t + (1 - lam) z_(t-1), started at the target.

    Args:
        values: shape (points,) or (series, points). A missing value leaves z where it was; the point is NaN.
        lam: weight of the newest value (0, 1]; L: limits in sigma of z.
        target: aim per series or one number; None = baseline mean.
        sigma: standard deviation of one observation; None = mean moving range of the plotted values / d2
            (then ``subgroup_size`` plays no part); subgroup_size: values behind each plotted mean.
        limits: "exact" widen over the first points; "asymptotic" constant.
        phases: freeze and exclude apply to target and sigma; parts are not supported (start a new chart).

    Returns:
        Chart; only limits are judged, since neighbouring EWMA points resemble each other.

    Errors: DataError for shape; ParameterError for lam, L or sigma out of range, or parts.

    Source: Roberts 1959, Technometrics 1(3):239-250; Montgomery ch. 9.2.
    """
    if not 0 < lam <= 1 or L <= 0:
        raise ParameterError(f"0 < lam <= 1 and L > 0 are needed, are {lam} and {L}")
    if phases.parts:
        raise ParameterError("a chart with a memory cannot be rebased; start a new one", place="parts")
    table, single = as_table(values)
    layout = layout_for(phases, table)
    centre, error = _target_and_sigma(table, layout.baseline, target, sigma, subgroup_size)
    seen = np.cumsum(~np.isnan(table), axis=1)
    smooth = np.full(table.shape, np.nan)
    state = np.array(centre[:, 0])
    for t in range(table.shape[1]):
        x = table[:, t]
        state = np.where(np.isnan(x), state, lam * x + (1 - lam) * state)
        smooth[:, t] = np.where(np.isnan(x), np.nan, state)
    share = lam / (2 - lam)
    growth = 1 - (1 - lam) ** (2.0 * seen) if limits == "exact" else np.ones(table.shape)
    spread = error * np.sqrt(share * growth)
    return assemble(
        "ewma",
        value=smooth,
        centre=np.broadcast_to(centre, table.shape),
        sigma=spread,
        lower=centre - L * spread,
        upper=centre + L * spread,
        layout=layout,
        rules=(Beyond(L),),
        single=single,
        allowed=LIMITS_ONLY,
    )


@dataclass(frozen=True)
class CusumChart(Result):
    """Tabular CUSUM in standard errors of the plotted value.

    ``upper`` (C+) and ``lower`` (C-) sums with the shape of the input, both >= 0, NaN where the value is
    missing; ``k``, ``h`` reference value and decision interval; ``target`` and ``sigma`` per series;
    ``signal_upper``, ``signal_lower`` sums above h; ``run_upper``, ``run_lower`` number of points since the
    sum was last 0, which dates the shift.
    """

    upper: Floats
    lower: Floats
    k: float
    h: float
    target: Floats
    sigma: Floats
    signal_upper: Bools
    signal_lower: Bools
    run_upper: np.ndarray[tuple[int, ...], np.dtype[np.int64]]
    run_lower: np.ndarray[tuple[int, ...], np.dtype[np.int64]]


def cusum_chart(
    values: ArrayLike,
    *,
    k: float = 0.5,
    h: float = 5.0,
    target: ArrayLike | None = None,
    sigma: ArrayLike | None = None,
    subgroup_size: float = 1.0,
    head_start: float = 0.0,
    phases: Phases = ONE_PHASE,
) -> CusumChart:
    """Tabular CUSUM: C+ = max(0, C+ + z - k), C- = max(0, C- - z - k); no reset after a signal.

    Args:
        values, target, sigma, subgroup_size, phases: as ``ewma_chart``; a missing value leaves the sums.
        k: reference value (half the shift to find), h: decision interval, in standard errors.
        head_start: first value of both sums (h / 2 for the fast initial response).

    Errors: DataError for shape; ParameterError for k < 0, h <= 0, sigma <= 0, or parts.

    Source: Page 1954, Biometrika 41:100-115; Montgomery ch. 9.1.
    """
    if k < 0 or h <= 0 or head_start < 0:
        raise ParameterError(f"k >= 0, h > 0 and head_start >= 0 are needed, are {k}, {h}, {head_start}")
    if phases.parts:
        raise ParameterError("a chart with a memory cannot be rebased; start a new one", place="parts")
    table, single = as_table(values)
    layout = layout_for(phases, table)
    centre, error = _target_and_sigma(table, layout.baseline, target, sigma, subgroup_size)
    with np.errstate(invalid="ignore", divide="ignore"):
        z = np.where(error > 0, (table - centre) / error, np.nan)
    sums = np.full((2, *table.shape), np.nan)
    runs = np.zeros((2, *table.shape), dtype=np.int64)
    state = np.full((2, table.shape[0]), float(head_start))
    length = np.zeros((2, table.shape[0]), dtype=np.int64)
    sign = np.array([[1.0], [-1.0]])
    for t in range(table.shape[1]):
        gone = np.isnan(z[:, t])
        state = np.where(gone, state, np.maximum(0.0, state + sign * z[:, t] - k))
        length = np.where(gone, length, np.where(state > 0, length + 1, 0))
        sums[:, :, t] = np.where(gone, np.nan, state)
        runs[:, :, t] = length
    pick = 0 if single else slice(None)
    return CusumChart(
        upper=sums[0][pick],
        lower=sums[1][pick],
        k=k,
        h=h,
        target=np.array(centre[:, 0][pick]),
        sigma=np.array(error[:, 0][pick]),
        signal_upper=sums[0][pick] > h,
        signal_lower=sums[1][pick] > h,
        run_upper=runs[0][pick],
        run_lower=runs[1][pick],
    )
