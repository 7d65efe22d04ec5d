"""Confirmatory factor analysis of scales in which each item belongs to one factor."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from servicequality.answers import Floats, TableLike, check_level, matrix, named_matrix
from servicequality.errors import DataError, ParameterError
from servicequality.factor.fit_indices import FitIndices, fit_indices
from servicequality.factor.likelihood import FactorModel, information, minimise
from servicequality.factor.validity import htmt
from servicequality.intervals import normal_quantile
from servicequality.results import Estimate, Result


@dataclass(frozen=True)
class FactorLoading(Result):
    """One item on its factor: ``standardised`` with a normal interval by the delta method, and unstandardised.

    ``unstandardised`` has the factor's first item fixed at 1 (its standard error is 0).
    """

    factor: str
    item: str
    standardised: Estimate
    standardised_se: float
    unstandardised: float
    unstandardised_se: float


@dataclass(frozen=True)
class FactorScale(Result):
    """How well one factor's items hold together.

    ``ave`` = mean squared standardised loading, ``composite_reliability`` = (sum l)^2 / ((sum l)^2 + sum(1 - l^2)).
    ``ave_unstandardised`` and ``omega`` weigh the items by their variances instead (the ratio of true to
    total variance of the raw items, and of their sum), as other programs print them.
    ``fornell_larcker`` is True when ``ave`` exceeds every squared correlation with another factor.
    """

    factor: str
    ave: float
    composite_reliability: float
    ave_unstandardised: float
    omega: float
    fornell_larcker: bool


@dataclass(frozen=True)
class FactorPair(Result):
    """Two factors: their correlation with a normal interval, and HTMT with signed and with absolute correlations."""

    first: str
    second: str
    correlation: Estimate
    correlation_se: float
    htmt: float | None
    htmt_absolute: float | None


@dataclass(frozen=True)
class CfaResult(Result):
    """A fitted model. ``improper`` is True with a negative residual variance or factor correlations that cannot be."""

    fit: FitIndices
    loadings: tuple[FactorLoading, ...]
    scales: tuple[FactorScale, ...]
    pairs: tuple[FactorPair, ...]
    improper: bool
    n: int
    n_missing: int
    iterations: int


def cfa(table: TableLike, model: Mapping[str, Sequence[str]], *, level: float = 0.95) -> CfaResult:
    """Fit a factor model by maximum likelihood to persons × items data.

    ``model`` maps each factor to the names of its items (at least two; three if it is the only factor);
    other columns of ``table`` are ignored, columns of a plain array are named "0", "1", ... All factors
    correlate. Rows with a NaN in an item of the model are left out (listwise) and counted. The likelihood
    is the normal one with divisor n. Units do not matter except for the unstandardised values.

    Raises:
        DataError: a column is missing, constant, or the covariance matrix is singular.
        ParameterError: an item on two factors, a factor with one item, more parameters than moments.
        NotConvergedError: no minimum was found.

    Source: Joreskog 1969.
    """
    items = _items(model)
    frame = table if isinstance(table, pd.DataFrame) else pd.DataFrame(matrix(table, place="table"))
    frame = frame.rename(columns=str)
    missing = [item for item in items if item not in frame.columns]
    if missing:
        raise DataError("is not a column of the table", place=missing[0])
    chosen = matrix(frame[items], place="table")
    complete = chosen[~np.isnan(chosen).any(axis=1)]
    if len(complete) <= len(items):
        raise DataError(f"{len(complete)} complete rows cannot carry {len(items)} items", place="table")
    covariance = np.cov(complete, rowvar=False, ddof=0)
    return _fit(
        np.asarray(covariance, dtype=np.float64), model, items, (len(complete), len(chosen) - len(complete)), level
    )


def cfa_from_covariance(
    covariance: npt.ArrayLike | pd.DataFrame,
    model: Mapping[str, Sequence[str]],
    *,
    n: int,
    names: Sequence[str] | None = None,
    level: float = 0.95,
) -> CfaResult:
    """Fit as ``cfa`` does, from a covariance (or correlation) matrix of n rows.

    Divide sums of squares by n, not n - 1, if the log-likelihood, AIC and BIC are to be those of the data; the rest
    does not depend on it. ``names`` are needed unless the matrix is a DataFrame.

    Raises:
        DataError, ParameterError, NotConvergedError: as ``cfa``; DataError also for a matrix that is not square.
    """
    given, found = named_matrix(covariance, names=names, place="covariance")
    if given.shape[0] != given.shape[1] or np.isnan(given).any() or not np.allclose(given, given.T):
        raise DataError("must be square, symmetric and complete", place="covariance")
    items = _items(model)
    missing = [item for item in items if item not in found]
    if missing:
        raise DataError("is not in the covariance matrix", place=missing[0])
    if n <= len(items):
        raise DataError(f"{n} rows cannot carry {len(items)} items", place="n")
    index = [found.index(item) for item in items]
    return _fit(given[np.ix_(index, index)], model, items, (n, 0), level)


def _items(model: Mapping[str, Sequence[str]]) -> list[str]:
    items = [item for members in model.values() for item in members]
    if not model:
        raise ParameterError("names no factor", place="model")
    for factor, members in model.items():
        if len(members) < 2:
            raise ParameterError("needs at least two items", place=factor)
    if len(set(items)) != len(items):
        raise ParameterError("an item belongs to two factors", place="model")
    p, k = len(items), len(model)
    if p * (p + 1) // 2 < 2 * p + k * (k - 1) // 2:
        raise ParameterError("has more parameters than the data have moments", place="model")
    return items


def _fit(
    covariance: Floats,
    model: Mapping[str, Sequence[str]],
    items: list[str],
    rows: tuple[int, int],
    level: float,
) -> CfaResult:
    check_level(level)
    n, n_missing = rows
    variances = np.diag(covariance)
    if (variances <= 0).any():
        raise DataError("has no spread", place=items[int(np.argmin(variances))])
    scale = np.sqrt(variances)
    correlation = covariance / np.outer(scale, scale)
    if np.linalg.eigvalsh(correlation)[0] < 1e-10:
        raise DataError("the items determine one another exactly", place="covariance")
    factors = list(model)
    factor_of = np.array([f for f, members in enumerate(model.values()) for _ in members], dtype=np.int64)
    structure = FactorModel(factor_of, len(factors))
    fitted = minimise(structure, correlation)
    parameters = _upright(structure, fitted.parameters)
    covariance_of_parameters = _inverse(information(structure, parameters)) * 2 / n
    _, between, residuals = structure.unpack(parameters)
    standardised = parameters[: len(items)] / np.sqrt(parameters[: len(items)] ** 2 + residuals)
    return CfaResult(
        fit=fit_indices(
            observed=correlation,
            implied=fitted.implied,
            n=n,
            n_parameters=structure.n_parameters,
            log_scale=float(np.log(scale).sum()),
        ),
        loadings=_loadings(structure, (factors, items), parameters, covariance_of_parameters, (scale, n, level)),
        scales=tuple(
            _scale(name, f, factor_of == f, parameters[: len(items)], (standardised, residuals, scale, between))
            for f, name in enumerate(factors)
        ),
        pairs=_pairs(structure, factors, parameters, covariance_of_parameters, (correlation, n, level)),
        improper=bool((residuals < 0).any() or np.linalg.eigvalsh(between)[0] < 0),
        n=n,
        n_missing=n_missing,
        iterations=fitted.iterations,
    )


def _inverse(given: Floats) -> Floats:
    if np.linalg.cond(given) > 1e14:
        raise DataError("the model is not identified by these data", place="model")
    return np.asarray(np.linalg.inv(given), dtype=np.float64)


def _upright(structure: FactorModel, parameters: Floats) -> Floats:
    """Turn factors so that their loadings sum to a positive number; the fit is the same."""
    p = structure.n_items
    sign = np.array(
        [1.0 if parameters[:p][structure.factor_of == f].sum() >= 0 else -1.0 for f in range(structure.n_factors)]
    )
    rows, columns = structure.pairs
    return np.concatenate(
        [parameters[:p] * sign[structure.factor_of], parameters[p:-p] * sign[rows] * sign[columns], parameters[-p:]]
    )


def _loadings(
    structure: FactorModel,
    labels: tuple[list[str], list[str]],
    parameters: Floats,
    covariance: Floats,
    base: tuple[Floats, int, float],
) -> tuple[FactorLoading, ...]:
    factors, items = labels
    scale, n, level = base
    p = structure.n_items
    quantile = normal_quantile(level)
    result = []
    for i, item in enumerate(items):
        loading, residual = float(parameters[i]), float(parameters[-p + i])
        total = loading**2 + residual
        value = loading / math.sqrt(total)
        slope = np.zeros(len(parameters))
        slope[i], slope[len(parameters) - p + i] = residual / total**1.5, -loading / (2 * total**1.5)
        se = math.sqrt(float(slope @ covariance @ slope))
        first = int(np.flatnonzero(structure.factor_of == structure.factor_of[i])[0])
        marker = float(parameters[first])
        ratio = float(scale[i] / scale[first])
        raw_slope = np.zeros(len(parameters))
        if i != first:
            raw_slope[i], raw_slope[first] = ratio / marker, -ratio * loading / marker**2
        result.append(
            FactorLoading(
                factor=factors[structure.factor_of[i]],
                item=item,
                standardised=Estimate(value, value - quantile * se, value + quantile * se, n, level, "delta"),
                standardised_se=se,
                unstandardised=ratio * loading / marker,
                unstandardised_se=math.sqrt(float(raw_slope @ covariance @ raw_slope)),
            )
        )
    return tuple(result)


def _scale(
    name: str,
    factor: int,
    own: npt.NDArray[np.bool_],
    loadings: Floats,
    parts: tuple[Floats, Floats, Floats, Floats],
) -> FactorScale:
    standardised, residuals, scale, between = parts
    std = standardised[own]
    true, error = loadings[own] * scale[own], residuals[own] * scale[own] ** 2
    ave = float((std**2).mean())
    others = np.delete(between[factor] ** 2, factor)
    return FactorScale(
        factor=name,
        ave=ave,
        composite_reliability=float(std.sum() ** 2 / (std.sum() ** 2 + (1 - std**2).sum())),
        ave_unstandardised=float((true**2).sum() / ((true**2).sum() + error.sum())),
        omega=float(true.sum() ** 2 / (true.sum() ** 2 + error.sum())),
        fornell_larcker=bool((ave > others).all()),
    )


def _pairs(
    structure: FactorModel,
    factors: list[str],
    parameters: Floats,
    covariance: Floats,
    base: tuple[Floats, int, float],
) -> tuple[FactorPair, ...]:
    correlation, n, level = base
    p = structure.n_items
    quantile = normal_quantile(level)
    rows, columns = structure.pairs
    place = {(int(b), int(a)): p + pair for pair, (a, b) in enumerate(zip(rows, columns, strict=True))}
    result = []
    for a, b in itertools.combinations(range(len(factors)), 2):
        index = place[(a, b)]
        value, se = float(parameters[index]), math.sqrt(float(covariance[index, index]))
        first, second = (np.flatnonzero(structure.factor_of == f).tolist() for f in (a, b))
        result.append(
            FactorPair(
                first=factors[a],
                second=factors[b],
                correlation=Estimate(value, value - quantile * se, value + quantile * se, n, level, "normal"),
                correlation_se=se,
                htmt=htmt(correlation, first, second),
                htmt_absolute=htmt(correlation, first, second, absolute=True),
            )
        )
    return tuple(result)
