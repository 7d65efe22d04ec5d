"""One common factor behind the items: omega, and whether a factor is worth looking for at all."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import optimize, special

from servicequality.answers import Floats
from servicequality.errors import DataError, NotConvergedError
from servicequality.reliability.consistency import MissingPolicy, correlation_of, covariance_of, moments_of
from servicequality.results import Result

SMALLEST_UNIQUENESS = 1e-4


@dataclass(frozen=True)
class OmegaResult(Result):
    """Omega total of a one-factor model in covariance metric.

    ``loadings`` are standardised. ``composite_reliability`` and ``average_variance_extracted`` are of the
    standardised solution (Fornell, Larcker 1981). ``heywood`` warns that an item's error variance ran to 0:
    the model does not fit and omega should not be quoted.
    """

    omega: float
    composite_reliability: float
    average_variance_extracted: float
    loadings: dict[str, float]
    heywood: bool
    n: int
    missing: str


def one_factor_ml(correlation: Floats) -> tuple[Floats, Floats]:
    """Return loadings (k,) and uniquenesses (k,) of the one-factor maximum-likelihood solution.

    Joreskog's profile likelihood (Psychometrika 1967): for given uniquenesses the loadings follow from the
    first eigenvector, so only k numbers are searched. Needs three items or more; raises ``NotConvergedError``
    when the search fails and ``DataError`` for a singular matrix.
    """
    k = len(correlation)
    if k < 3:
        raise DataError("one factor needs three items or more", place="items")
    if np.linalg.eigvalsh(correlation)[0] < 1e-10:
        raise DataError("an item is a combination of others", place="items")

    def solve(log_psi: Floats) -> tuple[Floats, Floats, Floats]:
        psi = np.exp(log_psi)
        root = np.sqrt(psi)
        values, vectors = np.linalg.eigh(correlation / np.outer(root, root))
        loading: Floats = root * vectors[:, -1] * math.sqrt(max(float(values[-1]) - 1, 0.0))
        return psi, values, loading

    def objective(log_psi: Floats) -> tuple[float, Floats]:
        psi, values, loading = solve(log_psi)
        rest = values[:-1]
        fitted = np.outer(loading, loading) + np.diag(psi)
        gradient = np.diag(fitted - correlation) / psi
        return float((rest - np.log(rest) - 1).sum()), gradient

    inverse = np.linalg.inv(correlation)
    start = np.log(np.clip(0.5 / np.diag(inverse) * 1.5, 0.01, 0.99))
    found = optimize.minimize(
        objective,
        start,
        jac=True,
        method="L-BFGS-B",
        bounds=[(math.log(SMALLEST_UNIQUENESS), 0.0)] * k,
        options={"maxiter": 2000, "maxcor": 20, "ftol": 1e-16, "gtol": 1e-10},
    )
    psi, _, loading = solve(np.asarray(found.x, dtype=np.float64))
    inside = psi > SMALLEST_UNIQUENESS * 1.01
    gap = np.abs(loading**2 + psi - 1)[inside]
    if gap.size and gap.max() > 1e-5:
        raise NotConvergedError("the one-factor model did not converge", place="items")
    return loading if loading.sum() >= 0 else -loading, psi


def omega_total(
    answers: Any,
    *,
    items: Sequence[str] | None = None,
    missing: MissingPolicy = "listwise",
    na_values: Collection[float] = (),
) -> OmegaResult:
    """Return McDonald's omega total, (sum l)^2 / ((sum l)^2 + sum theta), one-factor ML (McDonald 1999).

    ``answers``: respondents x items (n, k), DataFrame or ``Moments``; three items or more. Missing policy and
    errors as in ``cronbach_alpha``. On items that do not share one factor omega total of one factor is as
    wrong as alpha: look at the loadings.
    """
    moments = moments_of(answers, items, na_values)
    covariance, n = covariance_of(moments, missing)
    loading, psi = one_factor_ml(correlation_of(covariance))
    sd = np.sqrt(np.diag(covariance))
    raw, error = float((sd * loading).sum()) ** 2, float((sd**2 * psi).sum())
    common = float(loading.sum()) ** 2
    return OmegaResult(
        raw / (raw + error),
        common / (common + float((1 - loading**2).sum())),
        float((loading**2).mean()),
        dict(zip(moments.items, map(float, loading), strict=True)),
        bool((psi < SMALLEST_UNIQUENESS * 1.01).any()),
        n,
        missing,
    )


@dataclass(frozen=True)
class Factorability(Result):
    """Whether the items share enough to be summarised: KMO, Bartlett's sphericity, eigenvalues (largest first).

    KMO below .5 says no, above .8 is good (Kaiser 1974). Bartlett's test rejects for almost any large n.
    """

    kmo: float
    kmo_items: dict[str, float]
    chi2: float
    df: int
    p: float
    eigenvalues: tuple[float, ...]
    n: int


def factorability(
    answers: Any,
    *,
    items: Sequence[str] | None = None,
    missing: MissingPolicy = "listwise",
    na_values: Collection[float] = (),
) -> Factorability:
    """Return KMO (Kaiser 1974), Bartlett's test (1951) and the eigenvalues of the correlations.

    KMO = sum r^2 / (sum r^2 + sum partial^2); chi2 = -(n - 1 - (2k + 5)/6) ln det R. Input, missing policy and
    errors as in ``cronbach_alpha``; a singular correlation matrix raises ``DataError``.
    """
    moments = moments_of(answers, items, na_values)
    covariance, n = covariance_of(moments, missing)
    r = correlation_of(covariance)
    k = len(r)
    eigenvalues = np.linalg.eigvalsh(r)[::-1]
    if eigenvalues[-1] < 1e-10:
        raise DataError("an item is a combination of others", place="items")
    inverse = np.linalg.inv(r)
    scale = np.sqrt(np.diag(inverse))
    partial = -inverse / np.outer(scale, scale)
    r2, p2 = r**2, partial**2
    np.fill_diagonal(r2, 0)
    np.fill_diagonal(p2, 0)
    chi2 = -(n - 1 - (2 * k + 5) / 6) * float(np.log(eigenvalues).sum())
    df = k * (k - 1) // 2
    own = r2.sum(axis=0) / (r2.sum(axis=0) + p2.sum(axis=0))
    return Factorability(
        float(r2.sum() / (r2.sum() + p2.sum())),
        dict(zip(moments.items, map(float, own), strict=True)),
        chi2,
        df,
        float(special.chdtrc(df, chi2)),
        tuple(map(float, eigenvalues)),
        n,
    )
