"""Controls: difference in differences, and change points as a check of the date."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy import optimize, stats

from servicequality.effects.verdict import Direction, Verdict, from_interval, reason
from servicequality.errors import DataError, ParameterError
from servicequality.intervals import t_quantile
from servicequality.results import Estimate, Result


@dataclass(frozen=True)
class DifferenceInDifferences(Result):
    """Change of the treated units beyond the change of the controls.

    ``effect`` with its interval; ``naive`` before-after change of the treated alone; ``control_change`` of the
    controls; ``trend_difference`` per period between the groups before the action, ``trend_p`` its p-value
    (None with fewer than 3 periods before); ``errors`` "cluster" or "hc1"; ``units`` (treated, control).
    """

    effect: Estimate
    naive: float
    control_change: float
    trend_difference: float | None
    trend_p: float | None
    errors: str
    units: tuple[int, int]
    verdict: Verdict


def difference_in_differences(
    values: ArrayLike,
    *,
    treated: ArrayLike,
    action_at: int,
    direction: Direction,
    level: float = 0.95,
    min_before: int = 6,
    min_after: int = 3,
) -> DifferenceInDifferences:
    """Compare units with the action to units without it.

    Args:
        values: table of shape (units, periods) in time order; NaN = missing cell.
        treated: booleans, shape (units,): who got the action.
        action_at: index of the first period after the action, the same for all.
        direction: which way is better. level: confidence level.
        min_before, min_after: fewer periods are "too early".

    Returns:
        DifferenceInDifferences. Regression with a mean per unit and per period (two-way fixed effects).
        Errors are clustered by unit from 4 units on (t with units - 1 df); below that HC1, which takes
        neighbouring periods for independent. A pre-trend difference with p < .05 is added to the reasons
        and turns "worked" into "no sign": the comparison is not fair.

    Errors: DataError for shapes, or a group without data before or after; ParameterError for the date.

    Source: Angrist, Pischke 2009, Mostly Harmless Econometrics, ch. 5; Bertrand, Duflo, Mullainathan 2004.
    """
    import statsmodels.api as sm

    table = np.asarray(values, dtype=np.float64)
    group = np.asarray(treated, dtype=bool)
    if table.ndim != 2 or group.shape != (table.shape[0],):
        raise DataError(f"needs (units, periods) and one flag per unit, has {table.shape}, {group.shape}")
    units, periods = table.shape
    if not 1 <= action_at < periods:
        raise ParameterError(f"must lie in 1..{periods - 1}, is {action_at}", place="action_at")
    post = np.arange(periods) >= action_at
    means = {}
    for is_treated in (True, False):
        for is_post in (True, False):
            cells = table[np.ix_(group == is_treated, post == is_post)]
            if cells.size == 0 or np.isnan(cells).all():
                who = "treated units" if is_treated else "controls"
                raise DataError(f"{who} have no data {'after' if is_post else 'before'} the action", place="values")
            means[is_treated, is_post] = float(np.nanmean(cells))
    unit, period = _row_and_column(table.shape)
    keep = ~np.isnan(table)
    y = table[keep]
    interaction = (group[:, None] & post[None, :]).astype(np.float64)[keep]
    columns = [interaction]
    columns += [(unit[keep] == i).astype(np.float64) for i in range(units)]
    columns += [(period[keep] == t).astype(np.float64) for t in range(1, periods)]
    X = np.column_stack(columns)
    clustered = units >= 4
    if clustered:
        model = sm.OLS(y, X).fit(cov_type="cluster", cov_kwds={"groups": unit[keep]}, use_t=True)
        df = units - 1
    else:
        model = sm.OLS(y, X).fit(cov_type="HC1", use_t=True)
        df = max(int(y.size - np.linalg.matrix_rank(X)), 1)
    value, se = float(model.params[0]), float(model.bse[0])
    half = se * t_quantile(level, df)
    effect = Estimate(value, value - half, value + half, int(y.size), level, "cluster" if clustered else "hc1")
    trend, trend_p = _pre_trend(table, group, action_at, clustered)
    verdict = from_interval(
        value - half,
        value + half,
        null=0.0,
        direction=direction,
        level=level,
        before=action_at,
        after=periods - action_at,
        min_before=min_before,
        min_after=min_after,
    )
    if trend_p is not None and trend_p < 0.05:
        name = "no_sign" if verdict.verdict == "worked" else verdict.verdict
        verdict = Verdict(name, (reason("trends_differ", p=f"{trend_p:.3g}"), *verdict.reasons))
    return DifferenceInDifferences(
        effect,
        means[True, True] - means[True, False],
        means[False, True] - means[False, False],
        trend,
        trend_p,
        "cluster" if clustered else "hc1",
        (int(group.sum()), int((~group).sum())),
        verdict,
    )


def _row_and_column(
    shape: tuple[int, ...],
) -> tuple[np.ndarray[tuple[int, ...], np.dtype[np.int64]], np.ndarray[tuple[int, ...], np.dtype[np.int64]]]:
    both = np.indices(shape, dtype=np.int64)
    return np.asarray(both[0]), np.asarray(both[1])


def _pre_trend(
    table: np.ndarray[tuple[int, ...], np.dtype[np.float64]],
    group: np.ndarray[tuple[int, ...], np.dtype[np.bool_]],
    action_at: int,
    clustered: bool,
) -> tuple[float | None, float | None]:
    if action_at < 3:
        return None, None
    import statsmodels.api as sm

    start = table[:, :action_at]
    unit, period = _row_and_column(start.shape)
    keep = ~np.isnan(start)
    t, g = period[keep].astype(np.float64), group[unit[keep]].astype(np.float64)
    columns = [t * g, t, *((unit[keep] == i).astype(np.float64) for i in range(table.shape[0]))]
    X = np.column_stack(columns)
    y = start[keep]
    if y.size <= X.shape[1]:
        return None, None
    options = {"cov_type": "cluster", "cov_kwds": {"groups": unit[keep]}} if clustered else {"cov_type": "HC1"}
    model = sm.OLS(y, X).fit(use_t=True, **options)
    se = float(model.bse[0])
    if not se > 0:
        return float(model.params[0]), None
    df = table.shape[0] - 1 if clustered else max(int(y.size - X.shape[1]), 1)
    return float(model.params[0]), float(2 * stats.t.sf(abs(float(model.params[0]) / se), df))


@dataclass(frozen=True)
class ChangePoint(Result):
    """A break in the mean: ``last_before`` number (first = 1) of the last point of the old level, with
    its interval ``low``..``high``; ``mean_before`` and ``mean_after``."""

    last_before: int
    low: int
    high: int
    mean_before: float
    mean_after: float


def _argmax_cdf(x: float) -> float:
    """Distribution of the place of the maximum of a two-sided Brownian motion with drift -|v|/2 (x >= 0)."""
    root = np.sqrt(x)
    tail = np.exp(x + stats.norm.logcdf(-1.5 * root))
    return float(1 + np.sqrt(x / (2 * np.pi)) * np.exp(-x / 8) - 0.5 * (x + 5) * stats.norm.cdf(-root / 2) + 1.5 * tail)


def change_points(
    values: ArrayLike, *, count: int = 1, min_size: int = 3, level: float = 0.95
) -> tuple[ChangePoint, ...]:
    """Find the dates at which the mean changed, without being told the date of the action.

    Args:
        values: one series without gaps, shape (points,).
        count: number of breaks to place (exact dynamic programming; every point is a candidate).
        min_size: fewest points between breaks. level: confidence of the intervals.

    Returns:
        ChangePoints in time order. Interval of Bai 1997 for independent errors with the variance of each side.
        That a break is placed does not prove that there is one: use it to check whether the known date of the
        action is plausible.

    Errors: DataError for gaps or too few points; ParameterError for count < 1.

    Source: Bai, Perron 2003, J. Applied Econometrics 18:1-22; Bai 1997, Review of Economics and Statistics
    79(4):551-563; search by ruptures (jump = 1: its default of 5 would only see every fifth point).
    """
    import ruptures

    series = np.asarray(values, dtype=np.float64)
    if series.ndim != 1 or np.isnan(series).any():
        raise DataError("needs one series without gaps", place="values")
    if count < 1 or min_size < 2 or not 0 < level < 1:
        raise ParameterError("count >= 1, min_size >= 2 and 0 < level < 1 are needed")
    if series.size < (count + 1) * min_size:
        raise DataError(f"{series.size} points cannot hold {count} breaks", place="values")
    search = ruptures.Dynp(model="l2", min_size=min_size, jump=1).fit(series)
    ends = [int(i) for i in search.predict(n_bkps=count)]
    starts = [0, *ends[:-1]]
    spans = list(zip(starts, ends, strict=True))
    quantile = float(optimize.brentq(lambda x: _argmax_cdf(x) - (1 + level) / 2, 1e-6, 200.0))
    answers = []
    for (a, b), (c, d) in pairwise(spans):
        left, right = series[a:b], series[c:d]
        step = float(right.mean() - left.mean())
        low, high = b, b
        if step != 0:
            # An estimate that is too late borrowed points of the right side: the lower limit carries its variance.
            low = int(np.floor(b - quantile * float(right.var()) / step**2))
            high = int(np.ceil(b + quantile * float(left.var()) / step**2))
        answers.append(ChangePoint(b, max(low, a + 1), min(high, d - 1), float(left.mean()), float(right.mean())))
    return tuple(answers)


@dataclass(frozen=True)
class DateCheck(Result):
    """Whether the most likely break agrees with the date of the action.

    ``agrees`` True if the last point before the action lies inside the interval of the break.
    """

    change: ChangePoint
    action_at: int
    agrees: bool
    relation: Literal["before", "at", "after"]


def check_action_date(values: ArrayLike, *, action_at: int, level: float = 0.95) -> DateCheck:
    """Ask the series where it broke, and compare with the date of the action.

    Args:
        values: as ``change_points``; action_at: index (0-based) of the first point after the action.

    Returns:
        DateCheck; ``relation`` says whether the break lies before, at or after the action. A break before the
        action cannot be its effect.

    Errors: as ``change_points``; ParameterError for an action outside the series.
    """
    series = np.asarray(values, dtype=np.float64)
    if not 1 <= action_at < series.size:
        raise ParameterError(f"must lie in 1..{series.size - 1}, is {action_at}", place="action_at")
    change = change_points(series, level=level)[0]
    agrees = change.low <= action_at <= change.high
    relation: Literal["before", "at", "after"] = (
        "at" if agrees else "before" if change.last_before < action_at else "after"
    )
    return DateCheck(change, action_at, agrees, relation)
