"""How well a covariance model fits: chi-square and the indices built on it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy import optimize, stats

from servicequality.answers import Floats
from servicequality.results import Estimate, Result


@dataclass(frozen=True)
class FitIndices(Result):
    """Fit of a model to a covariance matrix of n rows (divisor n throughout, as lavaan's "normal" likelihood).

    ``cfi``, ``tli``, ``nfi`` compare with the model of no correlation (``baseline_chi2``, ``baseline_df``).
    ``rmsea`` carries its 90 % interval, ``rmsea_p_close`` is the p-value of RMSEA <= .05. ``srmr`` is the
    root mean square of the residual correlations. Values that need degrees of freedom are None when df = 0.
    """

    chi2: float
    df: int
    p_value: float | None
    baseline_chi2: float
    baseline_df: int
    cfi: float
    tli: float | None
    nfi: float
    rmsea: Estimate
    rmsea_p_close: float | None
    srmr: float
    gfi: float
    agfi: float | None
    aic: float
    bic: float
    log_likelihood: float
    n_parameters: int


def rmsea_estimate(chi2: float, df: int, n: int, *, level: float = 0.90) -> Estimate:
    """Root mean square error of approximation sqrt(max(chi2 - df, 0) / (df n)) with its noncentral chi-square interval.

    Source: Steiger, Lind 1980; Browne, Cudeck 1993. None for df = 0. Programs that divide by n - 1 give
    the value times sqrt(n / (n - 1)).
    """
    if df == 0:
        return Estimate(None, None, None, n, level, "noncentral chi2")
    value = math.sqrt(max(chi2 - df, 0) / (df * n))
    low = math.sqrt(_noncentrality(chi2, df, 0.5 + level / 2) / (df * n))
    high = math.sqrt(_noncentrality(chi2, df, 0.5 - level / 2) / (df * n))
    return Estimate(value, low, high, n, level, "noncentral chi2")


def _noncentrality(chi2: float, df: int, probability: float) -> float:
    """Noncentrality at which ``chi2`` is the given quantile; 0 if even the central distribution exceeds it."""

    def excess(noncentrality: float) -> float:
        return float(stats.ncx2.cdf(chi2, df, noncentrality)) - probability

    if float(stats.chi2.cdf(chi2, df)) <= probability:
        return 0.0
    high = max(chi2, 1.0)
    while excess(high) > 0:
        high *= 2
    return float(optimize.brentq(excess, 1e-12, high, xtol=1e-10, rtol=1e-12))


def fit_indices(*, observed: Floats, implied: Floats, n: int, n_parameters: int, log_scale: float) -> FitIndices:
    """Compute every index from the observed and implied correlation matrices (p × p).

    ``log_scale`` is the sum of the logs of the variables' standard deviations (divisor n), which the
    likelihood of the raw data needs.
    """
    p = len(observed)
    ratio = np.linalg.solve(implied, observed)
    log_det_observed = float(np.linalg.slogdet(observed)[1])
    log_det_implied = float(np.linalg.slogdet(implied)[1])
    trace = float(np.trace(ratio))
    chi2 = n * max(0.0, log_det_implied + trace - log_det_observed - p)
    df = p * (p + 1) // 2 - n_parameters
    baseline_chi2, baseline_df = -n * log_det_observed, p * (p - 1) // 2
    over, baseline_over = max(chi2 - df, 0.0), max(baseline_chi2 - baseline_df, chi2 - df, 0.0)
    log_likelihood = -n / 2 * (p * math.log(2 * math.pi) + log_det_implied + 2 * log_scale + trace)
    lower = np.tril_indices(p)
    residual = (observed - implied)[lower]
    difference = ratio - np.eye(p)
    gfi = 1 - float(np.trace(difference @ difference)) / float(np.trace(ratio @ ratio))
    baseline_ratio = baseline_chi2 / baseline_df if baseline_df else math.nan
    return FitIndices(
        chi2=chi2,
        df=df,
        p_value=float(stats.chi2.sf(chi2, df)) if df else None,
        baseline_chi2=baseline_chi2,
        baseline_df=baseline_df,
        cfi=1.0 if baseline_over == 0 else 1 - over / baseline_over,
        tli=(baseline_ratio - chi2 / df) / (baseline_ratio - 1) if df and baseline_ratio > 1 else None,
        nfi=1 - chi2 / baseline_chi2,
        rmsea=rmsea_estimate(chi2, df, n),
        rmsea_p_close=float(stats.ncx2.sf(chi2, df, n * df * 0.05**2)) if df else None,
        srmr=math.sqrt(float((residual**2).mean())),
        gfi=gfi,
        agfi=1 - p * (p + 1) / 2 / df * (1 - gfi) if df else None,
        aic=-2 * log_likelihood + 2 * n_parameters,
        bic=-2 * log_likelihood + n_parameters * math.log(n),
        log_likelihood=log_likelihood,
        n_parameters=n_parameters,
    )
