"""Interrupted time series: level and trend before and after an action, with honest errors."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from servicequality.effects.verdict import Direction, Verdict, from_interval, reason
from servicequality.errors import DataError, NotConvergedError, ParameterError
from servicequality.intervals import normal_quantile
from servicequality.results import Estimate, Result

Floats = NDArray[np.float64]
Family = Literal["gaussian", "poisson"]
Errors = Literal["ols", "hac", "ar1"]


@dataclass(frozen=True)
class Coefficient(Result):
    """One row of the model: estimate, standard error, z or t statistic, two-sided p-value."""

    name: str
    value: float
    se: float
    statistic: float
    p_value: float


@dataclass(frozen=True)
class InterruptedSeries(Result):
    """What changed at the action.

    ``level`` jump at the first point after it: a difference (gaussian) or a rate ratio (Poisson);
    ``slope_change`` per period, same scale, None when not modelled; ``slope_p`` F test of the slope change;
    ``average`` effect averaged over the points after the action (what the verdict rests on);
    ``dispersion`` Pearson X2 / df of a Poisson model, residual variance of a gaussian one;
    ``autocorrelation`` lag-1 correlation of the residuals; ``durbin_watson`` of the residuals;
    ``fitted`` and ``counterfactual`` (as if nothing had been done), shape (points,), NaN at missing points;
    ``r_squared`` for gaussian models, else None.
    """

    level: Estimate
    slope_change: Estimate | None
    slope_p: float | None
    average: Estimate
    coefficients: tuple[Coefficient, ...]
    dispersion: float
    autocorrelation: float
    durbin_watson: float
    r_squared: float | None
    fitted: Floats
    counterfactual: Floats
    verdict: Verdict
    n: int

    def coefficient(self, name: str) -> Coefficient:
        """The row of that name; ParameterError if there is none."""
        for row in self.coefficients:
            if row.name == name:
                return row
        raise ParameterError(f"there are {', '.join(row.name for row in self.coefficients)}", place=name)


def _design(
    points: int,
    action_at: int,
    *,
    slope_change: bool,
    harmonics: int,
    season: bool,
    period: int,
    covariates: Mapping[str, ArrayLike] | None,
) -> tuple[list[str], Floats]:
    time = np.arange(1, points + 1, dtype=np.float64)
    after = (np.arange(points) >= action_at).astype(np.float64)
    columns: dict[str, Floats] = {"intercept": np.ones(points), "time": time, "level": after}
    if slope_change:
        columns["time_after"] = after * (np.arange(points) - action_at)
    for k in range(1, harmonics + 1):
        angle = 2 * np.pi * k * time / period
        columns[f"sin{k}"] = np.sin(angle)
        if 2 * k != period:
            columns[f"cos{k}"] = np.cos(angle)
    if season:
        for j in range(1, period):
            columns[f"season{j + 1}"] = (np.arange(points) % period == j).astype(np.float64)
    for name, given in (covariates or {}).items():
        column = np.asarray(given, dtype=np.float64)
        if column.shape != (points,):
            raise DataError(f"has shape {column.shape}, the series has {points} points", place=name)
        columns[name] = column
    return list(columns), np.column_stack(list(columns.values()))


@dataclass(frozen=True)
class _Fit:
    params: Floats
    covariance: Floats
    linear: Floats
    residuals: Floats
    dispersion: float
    deviance: float
    df: int
    r_squared: float | None
    use_t: bool


def _fit_poisson(y: Floats, X: Floats, exposure: Floats | None, overdispersion: bool) -> _Fit:
    import statsmodels.api as sm

    offset = None if exposure is None else np.log(exposure)
    with warnings.catch_warnings():
        warnings.simplefilter("error", sm.tools.sm_exceptions.ConvergenceWarning)
        try:
            model = sm.GLM(y, X, family=sm.families.Poisson(), offset=offset).fit(scale="X2" if overdispersion else 1.0)
        except (sm.tools.sm_exceptions.PerfectSeparationError, sm.tools.sm_exceptions.ConvergenceWarning) as error:
            raise NotConvergedError("the Poisson model found no answer", place="values") from error
    residuals = np.asarray(model.resid_pearson, dtype=np.float64)
    df = int(model.df_resid)
    return _Fit(
        np.asarray(model.params),
        np.asarray(model.cov_params()),
        X @ np.asarray(model.params),
        residuals,
        float((residuals**2).sum() / df),
        float(model.deviance),
        df,
        None,
        False,
    )


def _fit_gaussian(y: Floats, X: Floats, errors: Errors, lags: int) -> _Fit:
    import statsmodels.api as sm

    if errors == "ar1":
        model = sm.GLSAR(y, X, rho=1).iterative_fit(maxiter=50)
    elif errors == "hac":
        model = sm.OLS(y, X).fit(cov_type="HAC", cov_kwds={"maxlags": lags, "use_correction": True})
    else:
        model = sm.OLS(y, X).fit()
    params = np.asarray(model.params, dtype=np.float64)
    residuals = y - X @ params
    df = y.size - X.shape[1]
    squares = float((residuals**2).sum())
    r_squared = 1 - squares / float(((y - y.mean()) ** 2).sum()) if np.ptp(y) > 0 else None
    covariance = np.asarray(model.cov_params(), dtype=np.float64)
    return _Fit(params, covariance, X @ params, residuals, squares / df, squares, df, r_squared, True)


def interrupted_series(
    values: ArrayLike,
    *,
    action_at: int,
    direction: Direction,
    family: Family = "gaussian",
    exposure: ArrayLike | None = None,
    overdispersion: bool = True,
    slope_change: bool = False,
    harmonics: int = 0,
    season: bool = False,
    period: int = 12,
    covariates: Mapping[str, ArrayLike] | None = None,
    errors: Errors = "hac",
    lags: int | None = None,
    level: float = 0.95,
    expected_effect: float | None = None,
    min_before: int = 12,
    min_after: int = 6,
) -> InterruptedSeries:
    """Segmented regression of one series with a known action date.

    Args:
        values: outcome per period, shape (points,), time order; counts for "poisson". NaN = missing: the
            period is left out, time keeps running.
        action_at: index (0-based) of the first period after the action.
        direction: which way is better, for the verdict.
        family: "gaussian" for measured values and scores, "poisson" for counts (log link).
        exposure: people, trips or calls at risk per period (> 0), Poisson only.
        overdispersion: True = quasi-Poisson, errors scaled by Pearson X2 / df. Leave it on: without it the
            interval of a real series is too narrow, often by half.
        slope_change: also let the trend change at the action.
        harmonics: pairs of sine and cosine of the yearly cycle; season: dummies per period of the cycle
            instead; period: points per cycle.
        covariates: further columns by name, each of shape (points,). No gaps where values are present.
        errors: gaussian only. "hac" Newey-West (Bartlett, factor n/(n-k)), "ar1" feasible GLS with one
            autoregressive term, "ols".
        lags: Newey-West lags; None = floor(4 (n/100)^(2/9)).
        level: confidence level. expected_effect: hoped-for average effect (difference, or ratio for Poisson);
            decides between "no sign" and "too early".
        min_before, min_after: fewer periods are "too early".

    Returns:
        InterruptedSeries.

    Errors: DataError for shapes, gaps in covariates, negative counts or exposure <= 0, too few points for
        the model, or columns that repeat each other; ParameterError for an action outside the series;
        NotConvergedError.

    Source: Lopez Bernal, Cummins, Gasparrini 2017, Int. J. Epidemiology 46(1):348-355; Newey, West 1987.
    """
    y_all = np.asarray(values, dtype=np.float64)
    if y_all.ndim != 1:
        raise DataError(f"takes one series, has shape {y_all.shape}", place="values")
    points = y_all.size
    if not 1 <= action_at < points:
        raise ParameterError(f"must lie in 1..{points - 1}, is {action_at}", place="action_at")
    if not 0 < level < 1:
        raise ParameterError(f"must lie in (0, 1), is {level}", place="level")
    if season and harmonics:
        raise ParameterError("choose dummies or harmonics, not both", place="season, harmonics")
    names, X_all = _design(
        points,
        action_at,
        slope_change=slope_change,
        harmonics=harmonics,
        season=season,
        period=period,
        covariates=covariates,
    )
    keep = ~np.isnan(y_all)
    at_risk = _exposure(exposure, y_all, family)
    _check_design(names, X_all, keep)
    y, X = y_all[keep], X_all[keep]
    if lags is None:
        lags = int(4 * (y.size / 100) ** (2 / 9))

    def solve(columns: list[int]) -> _Fit:
        if family == "poisson":
            risk = None if at_risk is None else at_risk[keep]
            return _fit_poisson(y, X[:, columns], risk, overdispersion)
        return _fit_gaussian(y, X[:, columns], errors, lags)

    fit = solve(list(range(X.shape[1])))
    slope_p = None
    if slope_change:
        smaller = solve([i for i, name in enumerate(names) if name != "time_after"])
        f = (smaller.deviance - fit.deviance) / fit.dispersion
        slope_p = float(stats.f.sf(max(f, 0.0), 1, fit.df))
    effect = _Effect(names, fit, family, level, int(y.size))
    later = np.flatnonzero(keep & (np.arange(points) >= action_at))
    weights = np.zeros(len(names))
    weights[names.index("level")] = 1.0
    if slope_change and later.size:
        weights[names.index("time_after")] = float(X_all[later, names.index("time_after")].mean())
    average = effect.of(weights)
    one_level = effect.of(np.array([float(name == "level") for name in names]))
    slope = effect.of(np.array([float(name == "time_after") for name in names])) if slope_change else None
    fitted, without = _curves(names, X_all, fit, at_risk, family)
    fitted[~keep] = np.nan
    without[~keep] = np.nan
    before = int(keep[:action_at].sum())
    verdict = _judge(
        average,
        family=family,
        direction=direction,
        level=level,
        before=before,
        after=int(later.size),
        expected=expected_effect,
        min_before=min_before,
        min_after=min_after,
    )
    if family == "poisson" and overdispersion and fit.dispersion > 1.5:
        note = reason("overdispersion", ratio=f"{fit.dispersion:.2f}")
        verdict = Verdict(verdict.verdict, (*verdict.reasons, note))
    r = fit.residuals
    squares = float((r**2).sum())
    return InterruptedSeries(
        level=one_level,
        slope_change=slope,
        slope_p=slope_p,
        average=average,
        coefficients=effect.rows(),
        dispersion=fit.dispersion,
        autocorrelation=float((r[1:] * r[:-1]).sum() / squares) if squares > 0 else 0.0,
        durbin_watson=float((np.diff(r) ** 2).sum() / squares) if squares > 0 else 2.0,
        r_squared=fit.r_squared,
        fitted=fitted,
        counterfactual=without,
        verdict=verdict,
        n=int(y.size),
    )


def _check_design(names: list[str], X_all: Floats, keep: NDArray[np.bool_]) -> None:
    if np.isnan(X_all[keep]).any():
        row, column = (int(i) for i in np.argwhere(np.isnan(X_all) & keep[:, None])[0])
        raise DataError(f"{names[column]} is missing", place=f"point {row + 1}")
    X = X_all[keep]
    if X.shape[0] <= X.shape[1] + 1:
        raise DataError(f"{X.shape[0]} points cannot carry {X.shape[1]} coefficients", place="values")
    if np.linalg.matrix_rank(X) < X.shape[1]:
        raise DataError("columns of the model repeat each other; drop a covariate or the season", place="covariates")


def _exposure(exposure: ArrayLike | None, y: Floats, family: Family) -> Floats | None:
    if family == "gaussian":
        if exposure is not None:
            raise ParameterError("only counts have an exposure", place="exposure")
        return None
    if family != "poisson":
        raise ParameterError("is 'gaussian' or 'poisson'", place="family")
    if (y < 0).any():
        raise DataError("counts must not be negative", place=f"point {int(np.flatnonzero(y < 0)[0]) + 1}")
    if exposure is None:
        return None
    at_risk = np.asarray(exposure, dtype=np.float64)
    bad = ~np.isnan(y) & ~(at_risk > 0) if at_risk.shape == y.shape else np.ones(1, dtype=bool)
    if bad.any():
        raise DataError("exposure must be positive, one per period", place=f"point {int(np.flatnonzero(bad)[0]) + 1}")
    return at_risk


class _Effect:
    """Linear combinations of the coefficients, on the scale people read."""

    def __init__(self, names: list[str], fit: _Fit, family: Family, level: float, n: int) -> None:
        self.names, self.fit, self.family, self.level, self.n = names, fit, family, level, n

    def of(self, weights: Floats) -> Estimate:
        value = float(weights @ self.fit.params)
        se = float(np.sqrt(weights @ self.fit.covariance @ weights))
        upper = (1 + self.level) / 2
        half = se * float(stats.t.ppf(upper, self.fit.df) if self.fit.use_t else stats.norm.ppf(upper))
        if self.family == "poisson":
            triple = np.exp([value, value - half, value + half])
            return Estimate(float(triple[0]), float(triple[1]), float(triple[2]), self.n, self.level, "rate ratio")
        return Estimate(value, value - half, value + half, self.n, self.level, "difference")

    def rows(self) -> tuple[Coefficient, ...]:
        errors = np.sqrt(np.diag(self.fit.covariance))
        answers = []
        for name, value, se in zip(self.names, self.fit.params, errors, strict=True):
            statistic = float(value / se)
            tail = stats.t.sf(abs(statistic), self.fit.df) if self.fit.use_t else stats.norm.sf(abs(statistic))
            answers.append(Coefficient(name, float(value), float(se), statistic, float(2 * tail)))
        return tuple(answers)


def _curves(names: list[str], X: Floats, fit: _Fit, at_risk: Floats | None, family: Family) -> tuple[Floats, Floats]:
    nothing_done = X.copy()
    for name in ("level", "time_after"):
        if name in names:
            nothing_done[:, names.index(name)] = 0.0
    with_action, without = X @ fit.params, nothing_done @ fit.params
    if family == "gaussian":
        return with_action, without
    scale = 1.0 if at_risk is None else at_risk
    return np.exp(with_action) * scale, np.exp(without) * scale


def _judge(
    average: Estimate,
    *,
    family: Family,
    direction: Direction,
    level: float,
    before: int,
    after: int,
    expected: float | None,
    min_before: int,
    min_after: int,
) -> Verdict:
    if direction not in ("up", "down"):
        raise ParameterError("is 'up' or 'down'", place="direction")
    assert average.low is not None
    assert average.high is not None
    null = 1.0 if family == "poisson" else 0.0
    needed = None
    if expected is not None:
        if family == "poisson" and expected <= 0:
            raise ParameterError("a ratio is positive", place="expected_effect")
        goal = float(np.log(expected)) if family == "poisson" else expected
        low, high = (np.log(average.low), np.log(average.high)) if family == "poisson" else (average.low, average.high)
        se = float(high - low) / 2 / normal_quantile(level)
        wanted = abs(goal) / float(normal_quantile(level) + stats.norm.ppf(0.8))
        # Error of the mean after the action falls with its length; the share owed to the baseline stays.
        variance_after = se**2 / (1 + after / before) if before else np.inf
        room = wanted**2 - (se**2 - variance_after)
        needed = float("inf") if room <= 0 else float(np.ceil(after * variance_after / room - 1e-9))
    return from_interval(
        average.low,
        average.high,
        null=null,
        direction=direction,
        level=level,
        before=before,
        after=after,
        min_before=min_before,
        min_after=min_after,
        needed=needed,
    )
