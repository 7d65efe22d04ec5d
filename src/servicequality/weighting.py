"""Survey weights: cells, raking with trimming, and what weighting costs."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from servicequality.answers import Floats, check_level, column
from servicequality.errors import DataError, NotConvergedError, ParameterError
from servicequality.intervals import t_quantile
from servicequality.results import Estimate, Result

Margin = tuple[npt.NDArray[np.intp], Floats]


@dataclass(frozen=True, eq=False)
class Weights(Result):
    """Weights (n,) that add up to the targets, with their price.

    ``deff`` = n sum w^2 / (sum w)^2 (Kish 1965); ``n_effective`` = n / deff. ``trimmed`` counts respondents at a
    bound. ``margins`` names what was fitted; ``largest_miss`` is the largest relative distance to a target.
    """

    weights: Floats
    deff: float
    n_effective: float
    iterations: int
    trimmed: int
    largest_miss: float
    margins: tuple[str, ...]


def design_effect(weights: Any) -> float:
    """Return Kish's design effect of weighting, n sum w^2 / (sum w)^2; zeros count in n.

    Raises ``DataError`` for negative or missing weights, or none above 0.
    """
    w = column(weights, place="weights")
    if not len(w) or np.isnan(w).any() or (w < 0).any() or not w.sum() > 0:
        raise DataError("weights are numbers of 0 or more, not all 0", place="weights")
    # Measured against the largest, so that the squares neither overflow nor vanish.
    share = w / w.max()
    return float(len(w) * (share @ share) / share.sum() ** 2)


def effective_size(weights: Any) -> float:
    """Return how many equally weighted answers carry as much information: n / deff."""
    return len(column(weights, place="weights")) / design_effect(weights)


def rake_table(table: Any, targets: Sequence[Any], *, tolerance: float = 1e-10, max_iterations: int = 10_000) -> Floats:
    """Fit a table of any dimension to one margin per axis (Deming, Stephan 1940).

    ``targets[axis]`` are totals (size of the axis,); all axes must add up to the same. Cells of 0 stay 0.
    Raises ``NotConvergedError`` when zeros make the margins impossible, with nothing returned.
    """
    fitted = np.array(table, dtype=np.float64)
    if (fitted < 0).any() or not np.isfinite(fitted).all() or fitted.ndim != len(targets):
        raise DataError("needs a table of counts of 0 or more and one margin per axis", place="table")
    margins = [np.asarray(target, dtype=np.float64) for target in targets]
    _check_totals([float(margin.sum()) for margin in margins], [f"axis {axis}" for axis in range(len(margins))])
    for axis, margin in enumerate(margins):
        if margin.shape != (fitted.shape[axis],) or (margin < 0).any():
            raise DataError("needs one total of 0 or more per category", place=f"targets, axis {axis}")
    for _ in range(max_iterations):
        for axis, margin in enumerate(margins):
            others = tuple(other for other in range(fitted.ndim) if other != axis)
            current = fitted.sum(axis=others)
            factor = np.divide(margin, current, out=np.zeros_like(margin), where=current > 0)
            fitted *= np.expand_dims(factor, others)
        misses = [
            np.abs(fitted.sum(axis=tuple(other for other in range(fitted.ndim) if other != axis)) - margin).max()
            for axis, margin in enumerate(margins)
        ]
        if max(misses) <= tolerance * max(1.0, float(margins[0].sum())):
            return fitted
    raise NotConvergedError(
        f"raking did not reach the margins in {max_iterations} rounds (off by {max(misses):.3g})", place="targets"
    )


def _check_totals(totals: Sequence[float], names: Sequence[str]) -> None:
    for total, name in zip(totals, names, strict=True):
        if not math.isclose(total, totals[0], rel_tol=1e-9):
            raise ParameterError(f"adds up to {total:g}, {names[0]} to {totals[0]:g}", place=f"targets of {name}")


def _margin(labels: Any, target: Mapping[Hashable, float], name: str, n: int) -> Margin:
    codes, found = pd.factorize(pd.Series(labels), sort=False)
    if len(codes) != n:
        raise DataError(f"{len(codes)} labels for {n} respondents", place=f"margin {name}")
    if n and codes.min() < 0:
        raise DataError("a respondent has no category", place=f"margin {name}, row {int(np.argmax(codes < 0))}")
    categories = list(found)
    extra, absent = set(categories) - set(target), set(target) - set(categories)
    if extra:
        raise DataError(f"no target for category {sorted(map(str, extra))[0]!r}", place=f"margin {name}")
    wanted = [key for key in absent if target[key] > 0]
    if wanted:
        raise DataError(f"nobody in category {sorted(map(str, wanted))[0]!r}: merge it", place=f"margin {name}")
    totals = np.array([float(target[category]) for category in categories])
    if not np.isfinite(totals).all() or (totals < 0).any():
        raise ParameterError("targets are numbers of 0 or more", place=f"margin {name}")
    return codes, totals


def _start(start: Any, n: int) -> Floats:
    w = np.ones(n) if start is None else column(start, place="start").copy()
    if len(w) != n or np.isnan(w).any() or (w < 0).any():
        raise DataError("needs one starting weight of 0 or more per respondent", place="start")
    return w


def _result(w: Floats, margins: Mapping[str, Margin], iterations: int, trimmed: int) -> Weights:
    deff = design_effect(w)
    return Weights(w, deff, len(w) / deff, iterations, trimmed, _miss(w, margins.values()), tuple(margins))


def _miss(w: Floats, margins: Any) -> float:
    return max(
        float((np.abs(np.bincount(codes, weights=w, minlength=len(t)) - t) / np.maximum(t, 1e-12 * t.sum())).max())
        for codes, t in margins
    )


def cell_weights(cells: Any, targets: Mapping[Hashable, float], *, start: Any = None) -> Weights:
    """Weight respondents so that each cell has its target total (post-stratification).

    ``cells``: one label per respondent (n,) (combine several variables into one label); ``targets``: label to
    total or share. Raises ``DataError`` for a cell without target or a target without respondents.
    """
    labels = list(pd.Series(cells))
    w = _start(start, len(labels))
    codes, totals = _margin(labels, targets, "cells", len(labels))
    current = np.bincount(codes, weights=w, minlength=len(totals))
    if (current <= 0).any():
        raise DataError("a cell has no starting weight", place="start")
    return _result(w * (totals / current)[codes], {"cells": (codes, totals)}, 1, 0)


def rake(
    margins: Mapping[str, Any],
    targets: Mapping[str, Mapping[Hashable, float]],
    *,
    start: Any = None,
    bounds: tuple[float, float] | None = None,
    tolerance: float = 1e-10,
    max_iterations: int = 1_000,
) -> Weights:
    """Weight respondents so that every margin has its target totals (raking; Deming, Stephan 1940).

    ``margins``: name to one label per respondent (n,); ``targets``: name to label to total (or share; all
    margins must add up to the same). ``start``: design weights, 1 by default. ``bounds``: trim weights to
    between low and high times the mean weight, and rake again until both hold. ``tolerance`` is the largest
    relative miss of any target. Raises ``NotConvergedError`` - never returns what it reached - when the
    targets cannot be met; ``DataError`` for a category without target or without respondents.
    """
    if not margins or set(margins) != set(targets):
        raise ParameterError("margins and targets must have the same names", place="targets")
    n = len(pd.Series(next(iter(margins.values()))))
    fitted = {name: _margin(labels, targets[name], name, n) for name, labels in margins.items()}
    _check_totals([float(totals.sum()) for _, totals in fitted.values()], list(fitted))
    total = float(next(iter(fitted.values()))[1].sum())
    if bounds is not None and not 0 <= bounds[0] < 1 < bounds[1]:
        raise ParameterError("bounds lie around 1, as multiples of the mean weight", place="bounds")
    w = _start(start, n)
    trimmed = 0
    for iteration in range(1, max_iterations + 1):
        for codes, totals in fitted.values():
            current = np.bincount(codes, weights=w, minlength=len(totals))
            if ((current <= 0) & (totals > 0)).any():
                raise DataError("a category has no starting weight", place="start")
            w *= np.divide(totals, current, out=np.zeros_like(totals), where=current > 0)[codes]
        if bounds is not None:
            low, high = bounds[0] * total / n, bounds[1] * total / n
            trimmed = int(((w <= low) | (w >= high)).sum())
            w = np.clip(w, low, high)
        if _miss(w, fitted.values()) <= tolerance:
            return _result(w, fitted, iteration, trimmed)
    miss = _miss(w, fitted.values())
    why = "within the bounds " if bounds else ""
    raise NotConvergedError(
        f"raking did not reach the targets {why}in {max_iterations} rounds (off by {miss:.2%})", place="targets"
    )


def raked_interval(
    answers: Any,
    weights: Weights,
    margins: Mapping[str, Any],
    *,
    start: Any = None,
    clusters: Any = None,
    population_clusters: int | None = None,
    level: float = 0.95,
) -> Estimate:
    """Return the raked mean with an interval that knows raking took away what the margins explain.

    Linearised variance of the residuals from the margins (Deville, Sarndal 1992), regression weighted by the
    ``start`` weights; between clusters where given, with the finite-population correction 1 - g/G for
    ``population_clusters`` G. t with g - 1 degrees of freedom (respondents count as clusters without labels).
    All answers must be present: rake the respondents of the question.

    Raises ``DataError`` when an answer is missing or lengths differ.
    """
    check_level(level)
    y = column(answers)
    if len(y) != len(weights.weights) or np.isnan(y).any():
        raise DataError("needs an answer for every weight", place="answers")
    w, d = weights.weights, _start(start, len(y))
    mean = float(w @ y / w.sum())
    dummies = [np.eye(codes.max() + 1)[codes] for codes in (pd.factorize(pd.Series(m))[0] for m in margins.values())]
    x = np.hstack(dummies)
    root = np.sqrt(d)
    beta = np.linalg.lstsq(x * root[:, None], (y - mean) * root, rcond=None)[0]
    residual = w * (y - mean - x @ beta) / w.sum()
    codes = np.arange(len(y)) if clusters is None else pd.factorize(pd.Series(clusters))[0]
    totals = np.bincount(codes, weights=residual)
    g = len(totals)
    if g < 2:
        return Estimate(mean, None, None, len(y), level, "raked")
    correction = 1.0 if population_clusters is None else 1 - g / population_clusters
    variance = correction * g / (g - 1) * float(((totals - totals.mean()) ** 2).sum())
    half = t_quantile(level, g - 1) * math.sqrt(variance)
    return Estimate(mean, mean - half, mean + half, len(y), level, "raked")
