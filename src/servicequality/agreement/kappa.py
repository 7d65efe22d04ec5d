"""Agreement on categories: percent agreement, Cohen, Fleiss, Gwet.

Sources: Cohen 1960, 1968; Fleiss, Cohen, Everitt 1969 (errors of kappa); Fleiss 1971; Fleiss, Nee, Landis
1979; Gwet 2008, Brit. J. Math. Stat. Psychol. 61:29-48 (AC1); Randolph 2005 (free marginals).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from servicequality.answers import Floats, TableLike, VectorLike, check_level, column, matrix
from servicequality.errors import DataError, ParameterError
from servicequality.intervals import normal_quantile, percentile_estimate, row_resamples, t_quantile
from servicequality.results import Estimate, Result

Weights = Literal["linear", "quadratic"]


@dataclass(frozen=True)
class CohenKappa(Result):
    """Two evaluators: ``kappa`` with its large-sample interval, ``observed`` and ``expected`` agreement.

    With weights, observed and expected are weighted agreement. ``kappa.value`` is None when agreement by
    chance is complete (both used one category only): there is nothing to correct for.
    """

    kappa: Estimate
    observed: float
    expected: float
    n: float
    n_missing: int
    categories: tuple[float, ...]


@dataclass(frozen=True)
class FleissKappa(Result):
    """Many evaluators, the same number per unit.

    ``kappa`` carries a bootstrap interval over units; ``se0`` and ``z`` test the hypothesis of chance
    agreement only. ``randolph`` is the free-marginal kappa. ``category_kappa`` and ``category_share`` go
    with ``categories``; a category used by all or none has kappa NaN.
    """

    kappa: Estimate
    observed: float
    expected: float
    se0: float
    z: float
    randolph: float
    categories: tuple[float, ...]
    category_share: tuple[float, ...]
    category_kappa: tuple[float, ...]
    raters: int


@dataclass(frozen=True)
class GwetAC1(Result):
    """Gwet's AC1, which stays sensible when nearly all units fall into one category (rare failures)."""

    ac1: Estimate
    observed: float
    expected: float
    n_units: int
    n_single: int
    categories: tuple[float, ...]


def percent_agreement(ratings: TableLike, *, level: float = 0.95, draws: int = 1000, seed: int = 0) -> Estimate:
    """Share of agreeing pairs of evaluators, averaged over units, with a bootstrap interval over units.

    ratings: units × evaluators, NaN = not rated; a unit counts if at least two rated it (n = those units).

    Raises:
        ParameterError: level outside 0..1.
    """
    check_level(level)
    values = matrix(ratings, place="ratings")
    counts, _ = _category_counts(values)
    shares = _pair_agreement(counts)
    n = len(shares)
    if n == 0:
        return Estimate(None, None, None, 0, level, "none")
    boot = row_resamples(n, draws, np.random.default_rng(seed)) @ shares / n
    return percentile_estimate(float(shares.mean()), boot, n, level)


def cohen_kappa(
    first: VectorLike,
    second: VectorLike,
    *,
    weights: Weights | npt.ArrayLike | None = None,
    categories: Sequence[float] | None = None,
    level: float = 0.95,
) -> CohenKappa:
    """Cohen's kappa of two evaluators who rated the same n units (two vectors, NaN = not rated, pair left out).

    ``weights`` None (every disagreement counts the same), "linear" or "quadratic" in the order of
    ``categories``, or a q × q matrix of disagreement (0 on the diagonal). ``categories`` defaults to the
    sorted values that occur; give the whole scale when weights are used and a level might not occur.

    Raises:
        DataError: unequal lengths, no common unit, or a rating outside ``categories``.
        ParameterError: weights of the wrong shape.
    """
    a, b = column(first, place="first"), column(second, place="second")
    if len(a) != len(b):
        raise DataError(f"{len(a)} and {len(b)} ratings", place="cohen_kappa")
    both = ~(np.isnan(a) | np.isnan(b))
    if not both.any():
        raise DataError("no unit was rated by both", place="cohen_kappa")
    if categories is None:
        scale = np.unique(np.concatenate([a[both], b[both]]))
    else:
        scale = np.unique(np.asarray(categories, dtype=np.float64))
    rows, columns = (_positions(v[both], scale) for v in (a, b))
    table = np.zeros((len(scale), len(scale)))
    np.add.at(table, (rows, columns), 1)
    return _cohen(table, weights, tuple(scale.tolist()), int((~both).sum()), level)


def cohen_kappa_table(
    table: npt.ArrayLike,
    *,
    weights: Weights | npt.ArrayLike | None = None,
    n: float | None = None,
    level: float = 0.95,
) -> CohenKappa:
    """Cohen's kappa from the q × q table of two evaluators (rows first, columns second), counts or proportions.

    ``n`` is the number of units when the table holds proportions; without it the table's sum is n.

    Raises:
        DataError: not square, negative, empty, or with gaps.
        ParameterError: weights of the wrong shape.
    """
    counts = matrix(table, place="table")
    if counts.shape[0] != counts.shape[1] or not (counts >= 0).all() or counts.sum() == 0:
        raise DataError("must be square, not negative and not empty", place="table")
    if n is not None:
        counts = counts / counts.sum() * n
    return _cohen(counts, weights, tuple(float(c + 1) for c in range(len(counts))), 0, level)


def fleiss_kappa(ratings: TableLike, *, level: float = 0.95, draws: int = 1000, seed: int = 0) -> FleissKappa:
    """Fleiss' kappa from units × evaluators; every unit needs all evaluators (else use Krippendorff's alpha).

    Raises:
        DataError: a missing rating, fewer than two units or evaluators.
    """
    values = matrix(ratings, place="ratings")
    if np.isnan(values).any():
        row = int(np.flatnonzero(np.isnan(values).any(axis=1))[0])
        raise DataError("has a missing rating; Krippendorff's alpha can take it", place=f"unit {row + 1}")
    counts, categories = _category_counts(values)
    return _fleiss(counts, categories, level, draws, seed)


def fleiss_kappa_counts(counts: TableLike, *, level: float = 0.95, draws: int = 1000, seed: int = 0) -> FleissKappa:
    """Fleiss' kappa from units × categories: how many evaluators put the unit there. Rows have one sum.

    Raises:
        DataError: rows of different sums, negative counts, fewer than two units or evaluators.
    """
    values = matrix(counts, place="counts")
    if np.isnan(values).any() or (values < 0).any() or np.ptp(values.sum(axis=1)) > 0:
        raise DataError("every unit needs the same number of ratings", place="counts")
    return _fleiss(values, tuple(float(c + 1) for c in range(values.shape[1])), level, draws, seed)


def gwet_ac1(ratings: TableLike, *, categories: Sequence[float] | None = None, level: float = 0.95) -> GwetAC1:
    """Gwet's AC1 from units × evaluators, NaN = not rated; two or more evaluators, gaps allowed.

    Chance agreement is sum pi_k (1 - pi_k) / (q - 1) with pi_k the mean share of category k over units and q
    the number of ``categories`` (default: those that occur). Units rated once count in pi but not in the
    observed agreement. t interval from Gwet's linearised variance, infinite population of units.

    Raises:
        DataError: no unit rated twice, a rating outside ``categories``.
        ParameterError: fewer than two categories given.
    """
    check_level(level)
    values = matrix(ratings, place="ratings")
    if categories is not None and len(set(categories)) < 2:
        raise ParameterError("needs at least two", place="categories")
    counts, scale = _category_counts(values, categories)
    per_unit = counts.sum(axis=1)
    counts, per_unit = counts[per_unit > 0], per_unit[per_unit > 0]
    paired = per_unit >= 2
    n, n_paired = len(counts), int(paired.sum())
    if n_paired == 0:
        raise DataError("no unit was rated twice", place="ratings")
    q = len(scale)
    agreement = np.zeros(n)
    agreement[paired] = _pair_agreement(counts)
    observed = float(agreement.sum() / n_paired)
    share = (counts / per_unit[:, None]).mean(axis=0)
    expected = float((share * (1 - share)).sum() / (q - 1)) if q > 1 else 0.0
    value = (observed - expected) / (1 - expected)
    method = "linearised t"
    if n < 2:
        return GwetAC1(Estimate(value, None, None, n_paired, level, method), observed, expected, n_paired, 0, scale)
    by_unit = np.where(paired, n / n_paired * (agreement - expected) / (1 - expected), 0.0)
    chance = (counts / per_unit[:, None]) @ (1 - share) / (q - 1) if q > 1 else np.zeros(n)
    linear = by_unit - 2 * (1 - value) * (chance - expected) / (1 - expected)
    se = math.sqrt(float(((linear - value) ** 2).sum()) / (n * (n - 1)))
    half = t_quantile(level, n - 1) * se
    estimate = Estimate(value, max(-1.0, value - half), min(1.0, value + half), n_paired, level, method)
    return GwetAC1(estimate, observed, expected, n_paired, n - n_paired, scale)


def applicability_agreement(ratings: TableLike, *, absent: npt.ArrayLike | None = None, level: float = 0.95) -> GwetAC1:
    """Agreement on whether an item applied at all: NaN counts as "not applicable", any number as "applicable".

    ratings: units × evaluators. ``absent`` (same shape, True) marks cells where the evaluator did not take part;
    they are missing. Without it every NaN is a judgement.

    Raises:
        DataError: ``absent`` has another shape, or no unit was judged twice.
    """
    values = matrix(ratings, place="ratings")
    applied = (~np.isnan(values)).astype(np.float64)
    if absent is not None:
        away = np.asarray(absent, dtype=bool)
        if away.shape != applied.shape:
            raise DataError(f"is {away.shape}, the ratings are {applied.shape}", place="absent")
        applied[away] = np.nan
    return gwet_ac1(applied, categories=(0, 1), level=level)


def _cohen(
    table: Floats,
    weights: Weights | npt.ArrayLike | None,
    categories: tuple[float, ...],
    n_missing: int,
    level: float,
) -> CohenKappa:
    check_level(level)
    n = float(table.sum())
    p = table / n
    agree = _agreement_weights(weights, len(table))
    rows, columns = p.sum(axis=1), p.sum(axis=0)
    observed = float((agree * p).sum())
    expected = float((agree * np.outer(rows, columns)).sum())
    if math.isclose(expected, 1.0):
        empty = Estimate(None, None, None, round(n), level, "none")
        return CohenKappa(empty, observed, expected, n, n_missing, categories)
    kappa = (observed - expected) / (1 - expected)
    by_row, by_column = agree @ columns, rows @ agree
    spread = float((p * (agree - (by_row[:, None] + by_column[None, :]) * (1 - kappa)) ** 2).sum())
    variance = (spread - (kappa - expected * (1 - kappa)) ** 2) / (n * (1 - expected) ** 2)
    half = normal_quantile(level) * math.sqrt(max(variance, 0.0))
    estimate = Estimate(kappa, kappa - half, kappa + half, round(n), level, "normal, large sample")
    return CohenKappa(estimate, observed, expected, n, n_missing, categories)


def _agreement_weights(weights: Weights | npt.ArrayLike | None, q: int) -> Floats:
    if weights is None:
        return np.eye(q)
    distance = np.abs(np.subtract.outer(np.arange(q), np.arange(q))).astype(np.float64)
    if isinstance(weights, str):
        if weights not in ("linear", "quadratic"):
            raise ParameterError(f"{weights!r} is neither 'linear' nor 'quadratic'", place="weights")
        if q == 1:
            return np.ones((1, 1))
        return 1 - (distance / (q - 1)) ** (1 if weights == "linear" else 2)
    penalty = matrix(np.asarray(weights, dtype=np.float64), place="weights")
    if penalty.shape != (q, q) or (penalty < 0).any() or np.diag(penalty).any() or penalty.max() == 0:
        raise ParameterError(f"must be {q} × {q}, not negative, with zeros on the diagonal", place="weights")
    return np.asarray(1 - penalty / penalty.max(), dtype=np.float64)


def _fleiss(counts: Floats, categories: tuple[float, ...], level: float, draws: int, seed: int) -> FleissKappa:
    check_level(level)
    n, raters = len(counts), int(counts[0].sum()) if len(counts) else 0
    if n < 2 or raters < 2:
        raise DataError("needs two units and two evaluators", place="ratings")
    agreement = _pair_agreement(counts)
    share = counts.sum(axis=0) / (n * raters)
    observed, expected = float(agreement.mean()), float((share**2).sum())
    kappa = (observed - expected) / (1 - expected) if expected < 1 else math.nan
    drawn = row_resamples(n, draws, np.random.default_rng(seed))
    boot_expected = ((drawn @ counts / (n * raters)) ** 2).sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        boot = (drawn @ agreement / n - boot_expected) / (1 - boot_expected)
        boot[~np.isfinite(boot)] = np.nan
        other = share * (1 - share)
        disagreement = (counts * (raters - counts)).sum(axis=0) / (n * raters * (raters - 1))
        by_category = np.where(other > 0, 1 - disagreement / np.where(other > 0, other, 1), np.nan)
    total = float(other.sum())
    inner = total**2 - float((other * (1 - 2 * share)).sum())
    se0 = math.sqrt(2 * inner / (n * raters * (raters - 1))) / total if total > 0 else math.nan
    q = len(categories)
    return FleissKappa(
        kappa=percentile_estimate(kappa, boot, n, level),
        observed=observed,
        expected=expected,
        se0=se0,
        z=kappa / se0 if se0 else math.nan,
        randolph=(observed - 1 / q) / (1 - 1 / q) if q > 1 else math.nan,
        categories=categories,
        category_share=tuple(share.tolist()),
        category_kappa=tuple(np.asarray(by_category).tolist()),
        raters=raters,
    )


def _category_counts(values: Floats, categories: Sequence[float] | None = None) -> tuple[Floats, tuple[float, ...]]:
    """Units × categories: how many evaluators chose the category."""
    present = ~np.isnan(values)
    scale = np.unique(values[present] if categories is None else np.asarray(categories, dtype=np.float64))
    counts = np.zeros((len(values), len(scale)))
    if len(scale):
        np.add.at(counts, (np.nonzero(present)[0], _positions(values[present], scale)), 1)
    return counts, tuple(scale.tolist())


def _positions(values: Floats, scale: Floats) -> npt.NDArray[np.int64]:
    positions = np.minimum(np.searchsorted(scale, values), len(scale) - 1)
    wrong = scale[positions] != values
    if wrong.any():
        raise DataError(f"{values[wrong][0]:g} is not one of the categories", place="ratings")
    return positions.astype(np.int64)


def _pair_agreement(counts: Floats) -> Floats:
    """Share of agreeing pairs for each unit rated at least twice."""
    per_unit = counts.sum(axis=1)
    paired = counts[per_unit >= 2]
    m = paired.sum(axis=1)
    return np.asarray((paired * (paired - 1)).sum(axis=1) / (m * (m - 1)), dtype=np.float64)
