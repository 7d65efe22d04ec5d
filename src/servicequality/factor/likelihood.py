"""The ML discrepancy of a simple-structure factor model, its gradient and expected information."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from servicequality.answers import Floats, Ints
from servicequality.errors import NotConvergedError

_GRADIENT = 1e-7


@dataclass(frozen=True)
class FactorModel:
    """p items, each on one of k factors of variance 1; all factors correlate.

    Parameters in order: p loadings, k(k-1)/2 factor correlations (row-wise lower triangle), p residual variances.
    """

    factor_of: Ints
    n_factors: int

    @property
    def n_items(self) -> int:
        """Number of items p."""
        return len(self.factor_of)

    @property
    def pairs(self) -> tuple[Ints, Ints]:
        """The pairs of factors, as rows and columns below the diagonal."""
        rows, columns = np.tril_indices(self.n_factors, -1)
        return rows, columns

    @property
    def n_parameters(self) -> int:
        """Loadings, residual variances and factor correlations that are free."""
        return 2 * self.n_items + self.n_factors * (self.n_factors - 1) // 2

    def unpack(self, parameters: Floats) -> tuple[Floats, Floats, Floats]:
        """Return (loadings p × k, factor correlations k × k, residual variances p)."""
        p = self.n_items
        loadings = np.zeros((p, self.n_factors))
        loadings[np.arange(p), self.factor_of] = parameters[:p]
        correlations = np.eye(self.n_factors)
        rows, columns = self.pairs
        correlations[rows, columns] = correlations[columns, rows] = parameters[p:-p]
        return loadings, correlations, parameters[-p:]

    def implied(self, parameters: Floats) -> Floats:
        """Return the covariance p × p that the parameters imply."""
        loadings, correlations, residuals = self.unpack(parameters)
        return np.asarray(loadings @ correlations @ loadings.T + np.diag(residuals), dtype=np.float64)

    def derivatives(self, parameters: Floats) -> Floats:
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

    def start(self, correlation: Floats) -> Floats:
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

    parameters: Floats
    implied: Floats
    iterations: int


def discrepancy(model: FactorModel, correlation: Floats, parameters: Floats) -> float:
    """F = ln det Sigma + tr(S Sigma^-1) - ln det S - p; infinite where Sigma is not positive definite."""
    implied = model.implied(parameters)
    try:
        root = np.linalg.cholesky(implied)
    except np.linalg.LinAlgError:
        return float("inf")
    log_det = 2 * float(np.log(np.diag(root)).sum())
    trace = float(np.trace(np.linalg.solve(implied, correlation)))
    return log_det + trace - float(np.linalg.slogdet(correlation)[1]) - len(correlation)


def gradient(model: FactorModel, correlation: Floats, parameters: Floats) -> Floats:
    """Analytic gradient of the discrepancy: tr(W dSigma) with W = Sigma^-1 (Sigma - S) Sigma^-1."""
    implied = model.implied(parameters)
    inverse = np.linalg.inv(implied)
    weight = inverse @ (implied - correlation) @ inverse
    loadings, correlations, _ = model.unpack(parameters)
    by_loading = 2 * (weight @ loadings @ correlations)[np.arange(model.n_items), model.factor_of]
    between = loadings.T @ weight @ loadings
    rows, columns = model.pairs
    return np.concatenate([by_loading, 2 * between[rows, columns], np.diag(weight)])


def information(model: FactorModel, parameters: Floats) -> Floats:
    """Expected second derivatives of the discrepancy: tr(Sigma^-1 dSigma_a Sigma^-1 dSigma_b)."""
    inverse = np.linalg.inv(model.implied(parameters))
    steps = inverse @ model.derivatives(parameters)
    flat = steps.reshape(len(steps), -1)
    turned = np.swapaxes(steps, 1, 2).reshape(len(steps), -1)
    return np.asarray(flat @ turned.T, dtype=np.float64)


def minimise(model: FactorModel, correlation: Floats, *, max_iterations: int = 500) -> Fitted:
    """Find the ML parameters by damped scoring: analytic gradient, expected information.

    A step that does not lower F is taken back and repeated with more damping, so F falls all the way and
    Sigma stays positive definite. Source: Levenberg 1944, Marquardt 1963.

    Raises:
        NotConvergedError: the gradient does not vanish within ``max_iterations``.
    """
    parameters = _feasible_start(model, correlation)
    value = discrepancy(model, correlation, parameters)
    slope = gradient(model, correlation, parameters)
    damping, iterations = 1e-2, 0
    while np.abs(slope).max() > _GRADIENT / 1000 and iterations < max_iterations and damping < 1e12:
        iterations += 1
        curvature = information(model, parameters)
        scale = np.maximum(np.diag(curvature), 1e-8)
        step = np.linalg.lstsq(curvature + damping * np.diag(scale), -slope, rcond=None)[0]
        candidate = parameters + step
        new_value = discrepancy(model, correlation, candidate)
        if not new_value <= value + 1e-14:
            damping *= 10
            continue
        new_slope = gradient(model, correlation, candidate)
        settled = value - new_value < 1e-13 and np.abs(new_slope).max() >= np.abs(slope).max()
        if settled and np.abs(slope).max() < _GRADIENT:
            break
        damping = max(damping / 10, 1e-14)
        parameters, value, slope = candidate, new_value, new_slope
    steepest = float(np.abs(slope).max())
    if not steepest < _GRADIENT:
        raise NotConvergedError(
            f"the factor model found no minimum: slope {steepest:.1e} after {iterations} steps", place="cfa"
        )
    return Fitted(parameters, model.implied(parameters), iterations)


def _feasible_start(model: FactorModel, correlation: Floats) -> Floats:
    """The start values, with factor correlations shrunk until Sigma is positive definite."""
    parameters = model.start(correlation)
    p = model.n_items
    for _ in range(60):
        if np.isfinite(discrepancy(model, correlation, parameters)):
            return parameters
        parameters[p:-p] *= 0.8
    return parameters
