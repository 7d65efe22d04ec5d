"""Key drivers: how much of the explained variance of an overall judgement each part can claim.

LMG/Shapley shares (Lindeman, Merenda, Gold 1980; Groemping 2006, JSS 17(1)) average what a predictor adds
to R2 over all orders of entry; Johnson's (2000, MBR 35:1-19) relative weights go through the orthogonal
predictors nearest to the real ones. Both add up to R2.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from servicequality.answers import Floats, TableLike, VectorLike, check_level, column, matrix, named_matrix
from servicequality.errors import DataError, ParameterError
from servicequality.intervals import percentile_estimate, row_resamples
from servicequality.results import Estimate, Result

EXACT_UP_TO = 15
"""Predictors up to which all orders are computed; beyond, orders are sampled."""

_PIVOT = 1e-12
_CHUNK = 32


@dataclass(frozen=True)
class Driver(Result):
    """One predictor's part.

    ``r`` is its plain correlation with the target, ``beta`` its standardised coefficient. ``lmg`` and
    ``johnson`` are parts of R2 with percentile intervals from resampled rows, ``lmg_share`` and
    ``johnson_share`` the same over R2 (None when R2 is 0). ``rank`` is the LMG rank (1 = strongest),
    ``rank_low``..``rank_high`` its bootstrap range at the given level (None without bootstrap). ``vif`` is the variance
    inflation factor. ``sampling_error`` is the Monte-Carlo standard error of ``lmg`` (0 when exact).
    """

    name: str
    r: float
    beta: float
    lmg: Estimate
    lmg_share: float | None
    johnson: Estimate
    johnson_share: float | None
    rank: int
    rank_low: int | None
    rank_high: int | None
    vif: float
    sampling_error: float


@dataclass(frozen=True)
class DriverAnalysis(Result):
    """All predictors of one target.

    ``n`` complete rows used, ``n_missing`` rows left out; ``exact`` False when orders were sampled;
    ``draws`` bootstrap resamples that could be used.
    """

    n: int
    n_missing: int
    r2: Estimate
    adjusted_r2: float
    drivers: tuple[Driver, ...]
    exact: bool
    draws: int


@dataclass(frozen=True)
class Shapley(Result):
    """Parts of R2 for p predictors, in order; ``sampling_error`` are Monte-Carlo standard errors (0 if exact)."""

    parts: Floats
    r2: float
    exact: bool
    sampling_error: Floats


def key_drivers(
    predictors: TableLike,
    target: VectorLike,
    *,
    names: Sequence[str] | None = None,
    level: float = 0.95,
    draws: int = 1000,
    orders: int = 2000,
    seed: int = 0,
) -> DriverAnalysis:
    """Split R2 of the linear model target ~ predictors among the predictors.

    predictors: rows × p numbers, target: one number per row; any unit, all results are unit-free. Rows with
    a NaN anywhere are left out (listwise). ``draws`` bootstrap resamples of rows give percentile intervals
    (0 = none); ``orders`` is the number of sampled orders of entry when p > 15; ``seed`` makes both
    repeatable. Row order does not matter except through the resampling.

    Raises:
        DataError: fewer complete rows than p + 2, a constant column (named), or predictors that
            determine one another exactly (named).
        ParameterError: level outside 0..1, negative draws, fewer than 2 orders, wrong number of names.

    Source: Groemping 2006 (LMG), Johnson 2000 (relative weights).
    """
    check_level(level)
    if draws < 0 or orders < 2:
        raise ParameterError("draws must be 0 or more, orders 2 or more", place="key_drivers")
    x, found = named_matrix(predictors, names=names, place="predictors")
    y = column(target, place="target")
    if len(x) != len(y):
        raise DataError(f"{len(x)} rows of predictors, {len(y)} of the target", place="key_drivers")
    complete = ~(np.isnan(x).any(axis=1) | np.isnan(y))
    rows = np.column_stack([x[complete], y[complete]])
    n, p = len(rows), len(found)
    if n < p + 2:
        raise DataError(f"{n} complete rows cannot carry {p} predictors", place="key_drivers")
    for j, name in enumerate((*found, "target")):
        if np.ptp(rows[:, j]) == 0:
            raise DataError("all complete rows hold the same value", place=name)
    correlation = np.asarray(np.corrcoef(rows, rowvar=False), dtype=np.float64)
    boot = _bootstrap(rows, draws=draws, orders=orders, seed=seed)
    fit = _fit(correlation, found, orders=orders, seed=seed)
    return _assembled(fit, boot, n=n, n_missing=len(y) - n, level=level)


@dataclass(frozen=True, eq=False)
class _Fit:
    """One model: its correlations (target last) and what was computed from them."""

    correlation: Floats
    names: tuple[str, ...]
    shapley: Shapley
    johnson: Floats
    beta: Floats
    vif: Floats


def _fit(correlation: Floats, names: Sequence[str], *, orders: int, seed: int) -> _Fit:
    p = len(names)
    vif = variance_inflation(correlation[:p, :p], names=names)
    shapley = shapley_r2(correlation, orders=orders, seed=seed)
    beta: Floats = np.linalg.solve(correlation[:p, :p], correlation[:p, p]).astype(np.float64, copy=False)
    return _Fit(correlation, tuple(names), shapley, johnson_weights(correlation), beta, vif)


def _assembled(fit: _Fit, boot: tuple[Floats, Floats], *, n: int, n_missing: int, level: float) -> DriverAnalysis:
    correlation, found, shapley, johnson, beta, vif = (
        fit.correlation,
        fit.names,
        fit.shapley,
        fit.johnson,
        fit.beta,
        fit.vif,
    )
    boot_lmg, boot_johnson = boot
    p = len(found)
    ranks = _ranks(shapley.parts[None, :])[0]
    low_rank, high_rank = _rank_range(boot_lmg, level)
    r2 = shapley.r2
    return DriverAnalysis(
        n=n,
        n_missing=n_missing,
        r2=percentile_estimate(r2, boot_lmg.sum(axis=1), n, level),
        adjusted_r2=1 - (1 - r2) * (n - 1) / (n - p - 1),
        drivers=tuple(
            Driver(
                name=name,
                r=float(correlation[j, p]),
                beta=float(beta[j]),
                lmg=percentile_estimate(float(shapley.parts[j]), boot_lmg[:, j], n, level),
                lmg_share=float(shapley.parts[j] / r2) if r2 > 0 else None,
                johnson=percentile_estimate(float(johnson[j]), boot_johnson[:, j], n, level),
                johnson_share=float(johnson[j] / r2) if r2 > 0 else None,
                rank=int(ranks[j]),
                rank_low=None if low_rank is None else int(low_rank[j]),
                rank_high=None if high_rank is None else int(high_rank[j]),
                vif=float(vif[j]),
                sampling_error=float(shapley.sampling_error[j]),
            )
            for j, name in enumerate(found)
        ),
        exact=shapley.exact,
        draws=len(boot_lmg),
    )


def key_drivers_of_covariance(
    covariance: npt.ArrayLike,
    *,
    n: int,
    names: Sequence[str],
    n_effective: float | None = None,
    n_missing: int = 0,
    level: float = 0.95,
    draws: int = 1000,
    orders: int = 2000,
    seed: int = 0,
) -> DriverAnalysis:
    """Split R2 as ``key_drivers`` does, from the (p+1) × (p+1) covariance of ``n`` complete rows alone, target last.

    There are no rows to resample: covariances are drawn from the Wishart distribution with ``n_effective`` - 1
    degrees of freedom (``n`` where every row counts as one), which takes answers as normal. On five-level scales its
    limits lie within a few hundredths of those of resampled rows. Time does not depend on n.

    Raises:
        DataError: fewer rows than p + 2, a variance that is not positive, predictors that determine one another.
        ParameterError: level outside 0..1, negative draws, fewer than 2 orders, wrong number of names, an effective
            n that is not above 1.
    """
    check_level(level)
    if draws < 0 or orders < 2:
        raise ParameterError("draws must be 0 or more, orders 2 or more", place="key_drivers_of_covariance")
    correlation = _as_correlation(covariance)
    p = len(correlation) - 1
    found = tuple(names)
    if len(found) != p:
        raise ParameterError(f"{len(found)} names for {p} predictors", place="names")
    if n < p + 2:
        raise DataError(f"{n} complete rows cannot carry {p} predictors", place="key_drivers_of_covariance")
    size = float(n) if n_effective is None else n_effective
    if not size > 1:
        raise ParameterError("must be above 1", place="n_effective")
    fit = _fit(correlation, found, orders=orders, seed=seed)
    boot: tuple[Floats, Floats] = (np.empty((0, p)), np.empty((0, p)))
    if draws and size > p + 2:
        rng = np.random.default_rng(seed)
        boot = _boot_parts(wishart_correlations(correlation, size, draws, rng), orders=orders, rng=rng)
    return _assembled(fit, boot, n=n, n_missing=n_missing, level=level)


def wishart_correlations(correlation: Floats, n: float, draws: int, rng: np.random.Generator) -> Floats:
    """Correlation matrices (draws × c × c) of samples of ``n`` normal rows, by Bartlett's decomposition."""
    c = len(correlation)
    root = np.linalg.cholesky(correlation + 1e-12 * np.eye(c))
    lower = np.tril(rng.standard_normal((draws, c, c)), -1)
    diagonal = np.sqrt(rng.chisquare(n - 1 - np.arange(c), size=(draws, c)))
    lower[:, np.arange(c), np.arange(c)] = diagonal
    factor = root @ lower
    drawn = factor @ np.swapaxes(factor, 1, 2)
    spread = np.sqrt(np.diagonal(drawn, axis1=1, axis2=2))
    return np.asarray(drawn / (spread[:, :, None] * spread[:, None, :]), dtype=np.float64)


def shapley_r2(
    covariance: npt.ArrayLike, *, exact_up_to: int = EXACT_UP_TO, orders: int = 2000, seed: int = 0
) -> Shapley:
    """LMG parts of R2 from the (p+1) × (p+1) covariance or correlation matrix, target last.

    Up to ``exact_up_to`` predictors all 2**p models are evaluated by one tree of pivots (about 6 * 2**p
    multiplications). Beyond, ``orders`` random orders of entry are drawn in pairs with their reverse; every
    order sums to R2 exactly, so the parts do too. A predictor that others determine adds nothing after them.

    Raises:
        DataError: not a square symmetric matrix with positive diagonal.
        ParameterError: exact_up_to above 22, fewer than 2 orders.
    """
    correlation = _as_correlation(covariance)
    p = len(correlation) - 1
    if exact_up_to > 22 or orders < 2:
        raise ParameterError("exact_up_to is at most 22, orders at least 2", place="shapley_r2")
    if p <= exact_up_to:
        parts = _exact_parts(correlation[None])[0]
        return Shapley(parts, float(parts.sum()), True, np.zeros(p))
    permutations = _antithetic_orders(p, orders, np.random.default_rng(seed))
    samples = _parts_by_order(correlation, permutations)
    parts = samples.mean(axis=0)
    pairs = samples.reshape(-1, 2, p).mean(axis=1)
    error = pairs.std(axis=0, ddof=1) / math.sqrt(len(pairs)) if len(pairs) > 1 else np.full(p, np.nan)
    return Shapley(parts, float(parts.sum()), False, error)


def johnson_weights(covariance: npt.ArrayLike) -> Floats:
    """Johnson's relative weights (parts of R2, length p) from the covariance matrix, target last.

    With R = correlation of the predictors, L = R^(1/2) and b = L^-1 r: weight_j = sum_k L_jk^2 b_k^2.

    Raises:
        DataError: not square, not symmetric, or predictors that determine one another.
    """
    correlation = _as_correlation(covariance)
    weights: Floats = _johnson(correlation[None])[0]
    if np.isnan(weights).any():
        raise DataError("the predictors determine one another exactly", place="johnson_weights")
    return weights


def variance_inflation(correlation: npt.ArrayLike, *, names: Sequence[str] | None = None) -> Floats:
    """Variance inflation factors: diagonal of the inverse of the predictors' p × p correlation matrix.

    Raises:
        DataError: a predictor is determined by the others (the message names it).
    """
    given = _as_correlation(correlation)
    values, vectors = np.linalg.eigh(given)
    if values[0] < 1e-10:
        j = int(np.argmax(np.abs(vectors[:, 0])))
        place = names[j] if names is not None else f"predictor {j + 1}"
        raise DataError("is determined exactly by the other predictors; leave one of them out", place=place)
    return np.asarray(np.diag(np.linalg.inv(given)), dtype=np.float64)


def _as_correlation(covariance: npt.ArrayLike) -> Floats:
    given = matrix(covariance, place="covariance")
    if given.shape[0] != given.shape[1] or np.isnan(given).any():
        raise DataError("must be square and complete", place="covariance")
    if not np.allclose(given, given.T, rtol=1e-8, atol=1e-12 * float(np.abs(given).max())):
        raise DataError("must be symmetric", place="covariance")
    scale = np.diag(given)
    if (scale <= 0).any():
        raise DataError("has a variance that is not positive", place="covariance")
    root = np.sqrt(scale)
    return np.asarray(given / np.outer(root, root), dtype=np.float64)


def _subset_r2(correlations: Floats) -> Floats:
    """R2 of every subset of predictors: batch × 2**p; bit p-1-j of the index says whether predictor j is in.

    The tree pivots one predictor at a time: each state is the covariance of what is left given what is in.
    """
    batch, size, _ = correlations.shape
    state = correlations[:, None, :, :]
    for _ in range(size - 1):
        pivot = state[:, :, 0, 0]
        alive = pivot > _PIVOT
        column = state[:, :, 1:, 0]
        rest = state[:, :, 1:, 1:]
        scaled = column * np.where(alive, 1 / np.where(alive, pivot, 1.0), 0.0)[..., None]
        entered = rest - scaled[..., :, None] * column[..., None, :]
        state = np.stack([rest, entered], axis=2).reshape(batch, -1, rest.shape[2], rest.shape[3])
    return np.asarray(1 - state[:, :, 0, 0], dtype=np.float64)


def _shapley_coefficients(p: int) -> Floats:
    """Coefficients (2**p × p) such that R2-of-subsets @ coefficients = LMG parts."""
    subsets = np.arange(1 << p)
    member = ((subsets[:, None] >> np.arange(p - 1, -1, -1)) & 1).astype(bool)
    size = member.sum(axis=1)
    weight = np.array([1 / (p * math.comb(p - 1, s)) for s in range(p)])
    entering = weight[np.maximum(size - 1, 0)][:, None]
    staying = -weight[np.minimum(size, p - 1)][:, None]
    return np.asarray(np.where(member, entering, staying), dtype=np.float64)


def _exact_parts(correlations: Floats) -> Floats:
    coefficients = _shapley_coefficients(correlations.shape[1] - 1)
    chunks = [
        _subset_r2(correlations[start : start + _CHUNK]) @ coefficients for start in range(0, len(correlations), _CHUNK)
    ]
    return np.concatenate(chunks)


def _antithetic_orders(p: int, orders: int, rng: np.random.Generator) -> npt.NDArray[np.int64]:
    half = rng.permuted(np.tile(np.arange(p), ((orders + 1) // 2, 1)), axis=1)
    return np.stack([half, half[:, ::-1]], axis=1).reshape(-1, p)


def _parts_by_order(correlation: Floats, permutations: npt.NDArray[np.int64]) -> Floats:
    """What each predictor adds in each order of entry: orders × p, from one batched elimination."""
    p = correlation.shape[0] - 1
    index = np.column_stack([permutations, np.full(len(permutations), p)])
    state = correlation[index[:, :, None], index[:, None, :]]
    added = np.empty((len(permutations), p))
    for step in range(p):
        pivot = state[:, 0, 0]
        alive = pivot > _PIVOT
        column = state[:, 1:, 0]
        scaled = column * np.where(alive, 1 / np.where(alive, pivot, 1.0), 0.0)[:, None]
        added[:, step] = scaled[:, -1] * column[:, -1]
        state = state[:, 1:, 1:] - scaled[:, :, None] * column[:, None, :]
    parts = np.empty_like(added)
    np.put_along_axis(parts, permutations, added, axis=1)
    return parts


def _johnson(correlations: Floats) -> Floats:
    p = correlations.shape[1] - 1
    values, vectors = np.linalg.eigh(correlations[:, :p, :p])
    singular = values[:, 0] < 1e-10
    values = np.where(singular[:, None], 1.0, values)
    root = (vectors * np.sqrt(values)[:, None, :]) @ np.swapaxes(vectors, 1, 2)
    inverse = (vectors / np.sqrt(values)[:, None, :]) @ np.swapaxes(vectors, 1, 2)
    b = (inverse @ correlations[:, :p, p:])[:, :, 0]
    weights = ((root**2) @ (b**2)[:, :, None])[:, :, 0]
    weights[singular] = np.nan
    return np.asarray(weights, dtype=np.float64)


def _bootstrap(rows: Floats, *, draws: int, orders: int, seed: int) -> tuple[Floats, Floats]:
    """LMG and Johnson parts of ``draws`` resamples (draws × p each); resamples with a constant column drop out."""
    p = rows.shape[1] - 1
    if draws == 0:
        return np.empty((0, p)), np.empty((0, p))
    rng = np.random.default_rng(seed)
    return _boot_parts(resampled_correlations(rows, draws, rng), orders=orders, rng=rng)


def _boot_parts(correlations: Floats, *, orders: int, rng: np.random.Generator) -> tuple[Floats, Floats]:
    p = correlations.shape[1] - 1
    if p <= EXACT_UP_TO:
        lmg = _exact_parts(correlations)
    else:
        permutations = _antithetic_orders(p, min(orders, 64), rng)
        lmg = np.array([_parts_by_order(c, permutations).mean(axis=0) for c in correlations]).reshape(-1, p)
    return lmg, _johnson(correlations)


def resampled_correlations(rows: Floats, draws: int, rng: np.random.Generator) -> Floats:
    """Correlation matrices (draws × c × c) of resampled rows (n × c, complete), by products and counts.

    Resamples in which a column is constant are left out.
    """
    z = (rows - rows.mean(axis=0)) / rows.std(axis=0)
    n, c = z.shape
    upper = np.triu_indices(c)
    products = z[:, upper[0]] * z[:, upper[1]]
    result = np.empty((draws, c, c))
    for start in range(0, draws, _CHUNK):
        counts = row_resamples(n, min(_CHUNK, draws - start), rng)
        means = counts @ z / n
        seconds = counts @ products / n
        block = np.empty((len(counts), c, c))
        block[:, upper[0], upper[1]] = seconds
        block[:, upper[1], upper[0]] = seconds
        result[start : start + len(counts)] = block - means[:, :, None] * means[:, None, :]
    variance = np.diagonal(result, axis1=1, axis2=2)
    usable = (variance > 1e-10).all(axis=1)
    root = np.sqrt(variance[usable])
    return np.asarray(result[usable] / (root[:, :, None] * root[:, None, :]), dtype=np.float64)


def _ranks(parts: Floats) -> npt.NDArray[np.int64]:
    return np.asarray(np.argsort(np.argsort(-parts, axis=1, kind="stable"), axis=1) + 1, dtype=np.int64)


def _rank_range(boot: Floats, level: float) -> tuple[Floats | None, Floats | None]:
    if len(boot) < 2:
        return None, None
    ranks = _ranks(boot)
    low = np.quantile(ranks, 0.5 - level / 2, axis=0, method="lower")
    high = np.quantile(ranks, 0.5 + level / 2, axis=0, method="higher")
    return np.asarray(low, dtype=np.float64), np.asarray(high, dtype=np.float64)
