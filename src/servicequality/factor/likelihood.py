"""The ML discrepancy of a simple-structure factor model, its gradient and expected information."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import optimize

from servicequality._matrix import FloatArray, IntArray
from servicequality.errors import NotConvergedError

_GRADIENT = 1e-7


@dataclass(frozen=True)
class FactorModel:
    """p items, each on one of k factors of variance 1; all factors correlate.

    Parameters in order: p loadings, k(k-1)/2 factor correlations (row-wise lower triangle), p residual variances.
    """

    factor_of: IntArray
    n_factors: int

    @property
    def n_items(self) -> int:
        return len(self.factor_of)

    @property
    def pairs(self) -> tuple[IntArray, IntArray]:
        rows, columns = np.tril_indices(self.n_factors, -1)
        return rows, columns

    @property
    def n_parameters(self) -> int:
        return 2 * self.n_items + self.n_factors * (self.n_factors - 1) // 2

    def unpack(self, parameters: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return (loadings p × k, factor correlations k × k, residual variances p)."""
        p = self.n_items
        loadings = np.zeros((p, self.n_factors))
        loadings[np.arange(p), self.factor_of] = parameters[:p]
        correlations = np.eye(self.n_factors)
        rows, columns = self.pairs
        correlations[rows, columns] = correlations[columns, rows] = parameters[p:-p]
        return loadings, correlations, parameters[-p:]

    def implied(self, parameters: FloatArray) -> FloatArray:
        loadings, correlations, residuals = self.unpack(parameters)
        return np.asarray(loadings @ correlations @ loadings.T + np.diag(residuals), dtype=np.float64)

    def derivatives(self, parameters: FloatArray) -> FloatArray:
        """Derivative of the implied matrix by each parameter: parameters × p × p."""
        loadings, correlations, _ = self.unpack(parameters)
        p = self.n_items
        index = np.arange(p)
        rows, columns = self.pairs
        result = np.zeros((self.n_parameters, p, p))
        along = loadings @ correlations
        result[index, index, :] += along[:, self.factor_of].T
        result[index, :, index] += along[:, self.factor_of].T
        for pair, (a, b) in enumerate(zip(rows, columns, strict=True)):
            outer = np.outer(loadings[:, a], loadings[:, b])
            result[p + pair] = outer + outer.T
        result[self.n_parameters - p + index, index, index] = 1.0
        return result

    def start(self, correlation: FloatArray) -> FloatArray:
        """Loadings from each factor's first principal axis, factor correlations from the block means."""
        p, k = self.n_items, self.n_factors
        loadings = np.empty(p)
        for factor in range(k):
            inside = np.flatnonzero(self.factor_of == factor)
            values, vectors = np.linalg.eigh(correlation[np.ix_(inside, inside)])
            axis = vectors[:, -1] * np.sqrt(max(values[-1] - 1, 0.05) / max(values[-1], 1.0) * values[-1])
            loadings[inside] = axis if axis.sum() >= 0 else -axis
        loadings = np.clip(loadings, -0.9, 0.9)
        loadings[np.abs(loadings) < 0.1] = 0.1
        rows, columns = self.pairs
        between = np.empty(len(rows))
        for pair, (a, b) in enumerate(zip(rows, columns, strict=True)):
            block = correlation[np.ix_(self.factor_of == a, self.factor_of == b)]
            scale = np.outer(loadings[self.factor_of == a], loadings[self.factor_of == b])
            between[pair] = np.clip((block * scale).sum() / (scale**2).sum(), -0.8, 0.8)
        return np.concatenate([loadings, between, 1 - loadings**2])


@dataclass(frozen=True)
class Fitted:
    """Parameters at the minimum, the implied matrix, and how many steps it took."""

    parameters: FloatArray
    implied: FloatArray
    iterations: int


def discrepancy(model: FactorModel, correlation: FloatArray, parameters: FloatArray) -> float:
    """F = ln det Sigma + tr(S Sigma^-1) - ln det S - p; infinite where Sigma is not positive definite."""
    implied = model.implied(parameters)
    try:
        root = np.linalg.cholesky(implied)
    except np.linalg.LinAlgError:
        return float("inf")
    log_det = 2 * float(np.log(np.diag(root)).sum())
    trace = float(np.trace(np.linalg.solve(implied, correlation)))
    return log_det + trace - float(np.linalg.slogdet(correlation)[1]) - len(correlation)


def gradient(model: FactorModel, correlation: FloatArray, parameters: FloatArray) -> FloatArray:
    """Analytic gradient of the discrepancy: tr(W dSigma) with W = Sigma^-1 (Sigma - S) Sigma^-1."""
    implied = model.implied(parameters)
    inverse = np.linalg.inv(implied)
    weight = inverse @ (implied - correlation) @ inverse
    loadings, correlations, _ = model.unpack(parameters)
    by_loading = 2 * (weight @ loadings @ correlations)[np.arange(model.n_items), model.factor_of]
    between = loadings.T @ weight @ loadings
    rows, columns = model.pairs
    return np.concatenate([by_loading, 2 * between[rows, columns], np.diag(weight)])


def information(model: FactorModel, parameters: FloatArray) -> FloatArray:
    """Expected second derivatives of the discrepancy: tr(Sigma^-1 dSigma_a Sigma^-1 dSigma_b)."""
    inverse = np.linalg.inv(model.implied(parameters))
    steps = inverse @ model.derivatives(parameters)
    flat = steps.reshape(len(steps), -1)
    turned = np.swapaxes(steps, 1, 2).reshape(len(steps), -1)
    return np.asarray(flat @ turned.T, dtype=np.float64)


def minimise(model: FactorModel, correlation: FloatArray, *, max_iterations: int = 500) -> Fitted:
    """Find the ML parameters by a trust region on the analytic gradient and expected information.

    Raises:
        NotConvergedError: the gradient does not vanish within ``max_iterations``.
    """
    options: Any = {"gtol": _GRADIENT / 10, "maxiter": max_iterations, "initial_trust_radius": 0.5}

    def value(parameters: FloatArray) -> float:
        return discrepancy(model, correlation, parameters)

    def slope_at(parameters: FloatArray) -> FloatArray:
        return gradient(model, correlation, parameters)

    def curvature(parameters: FloatArray) -> FloatArray:
        return information(model, parameters)

    with np.errstate(invalid="ignore", over="ignore"):
        found = optimize.minimize(
            value, model.start(correlation), method="trust-exact", jac=slope_at, hess=curvature, options=options
        )
    parameters = np.asarray(found.x, dtype=np.float64)
    parameters = _polish(model, correlation, parameters)
    slope = float(np.abs(gradient(model, correlation, parameters)).max())
    if not slope < _GRADIENT:
        raise NotConvergedError(
            f"the factor model does not fit itself: slope {slope:.1e} after {found.nit} steps", place="cfa"
        )
    return Fitted(parameters, model.implied(parameters), int(found.nit))


def _polish(model: FactorModel, correlation: FloatArray, parameters: FloatArray) -> FloatArray:
    """A few scoring steps: the trust region stops where F no longer changes, the gradient still can."""
    slope = gradient(model, correlation, parameters)
    for _ in range(20):
        if np.abs(slope).max() < 1e-11:
            break
        try:
            candidate = parameters - np.linalg.solve(information(model, parameters), slope)
            np.linalg.cholesky(model.implied(candidate))
        except np.linalg.LinAlgError:
            break
        new_slope = gradient(model, correlation, candidate)
        if not np.abs(new_slope).max() < np.abs(slope).max():
            break
        parameters, slope = candidate, new_slope
    return parameters
