"""Internal consistency: Cronbach's alpha with Feldt's interval, and what each item does to it."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from scipy import special

from servicequality.answers import Floats, check_level
from servicequality.errors import DataError, ParameterError
from servicequality.results import Estimate, Result
from servicequality.tallies.moments import Moments, count_moments

MissingPolicy = Literal["listwise", "pairwise"]


def moments_of(answers: Any, items: Sequence[str] | None, na_values: Collection[float] = ()) -> Moments:
    """Return moments as they are, or count those of a matrix (n, k)."""
    if isinstance(answers, Moments):
        return answers if items is None else answers.subset(items)
    return count_moments(answers, items=items, na_values=na_values)


def covariance_of(moments: Moments, missing: MissingPolicy) -> tuple[Floats, int]:
    """Return the covariance and the n it rests on: complete rows, or the *smallest* pair for pairwise.

    Raises ``DataError`` for fewer than two items or a constant item, ``ParameterError`` for an unknown policy.
    """
    if missing not in {"listwise", "pairwise"}:
        raise ParameterError(f"unknown policy {missing!r}", place="missing")
    if len(moments.items) < 2:
        raise DataError("a scale needs two items or more", place="items")
    covariance = moments.covariance(missing)
    n = moments.n if missing == "listwise" else int(moments.pair_n.min())
    constant = [name for name, v in zip(moments.items, np.diag(covariance), strict=True) if v <= 1e-12]
    if constant:
        raise DataError("every respondent gave the same answer", place=f"item {constant[0]}")
    return covariance, n


def alpha_of_covariance(covariance: Floats) -> float:
    """Return k/(k-1) (1 - sum of variances / variance of the sum) of a covariance (k, k).

    NaN when the variance of the sum is 0. Negative values are possible and mean items that contradict each
    other (usually one not reversed).
    """
    k = len(covariance)
    total = float(covariance.sum())
    return k / (k - 1) * (1 - float(np.trace(covariance)) / total) if total > 0 else math.nan


@dataclass(frozen=True)
class AlphaResult(Result):
    """Alpha with Feldt's interval; ``standardised`` is alpha of the correlations."""

    alpha: Estimate
    standardised: float
    mean_correlation: float
    items: tuple[str, ...]
    missing: str


def correlation_of(covariance: Floats) -> Floats:
    """Return the correlations of a covariance (k, k)."""
    sd = np.sqrt(np.diag(covariance))
    correlation: Floats = covariance / np.outer(sd, sd)
    return correlation


def feldt_interval(alpha: float, n: int, k: int, level: float) -> tuple[float, float]:
    """Return Feldt's limits 1 - (1 - alpha) F with n - 1 and (n - 1)(k - 1) degrees of freedom."""
    df1, df2 = n - 1.0, (n - 1.0) * (k - 1)
    tail = (1 - check_level(level)) / 2
    upper, lower = special.fdtri(df1, df2, 1 - tail), special.fdtri(df1, df2, tail)
    return float(1 - (1 - alpha) * upper), float(1 - (1 - alpha) * lower)


def cronbach_alpha(
    answers: Any,
    *,
    items: Sequence[str] | None = None,
    missing: MissingPolicy = "listwise",
    level: float = 0.95,
    na_values: Collection[float] = (),
) -> AlphaResult:
    """Return Cronbach's alpha (Cronbach 1951) with Feldt's interval (Feldt, Woodruff, Salih 1987).

    ``answers``: respondents x items (n, k), DataFrame or ``Moments`` (then time is independent of n);
    reverse-worded items must be turned round before. ``listwise`` uses respondents who answered every item;
    ``pairwise`` each pair's own respondents, with the smallest pair as n of the interval. Raises ``DataError``
    for fewer than two items or rows, or an item without variance.
    """
    moments = moments_of(answers, items, na_values)
    covariance, n = covariance_of(moments, missing)
    k = len(moments.items)
    alpha = alpha_of_covariance(covariance)
    correlation = correlation_of(covariance)
    mean_r = float((correlation.sum() - k) / (k * (k - 1)))
    low, high = feldt_interval(alpha, n, k, level) if math.isfinite(alpha) else (math.nan, math.nan)
    estimate = (
        Estimate(alpha, low, high, n, level, "feldt")
        if math.isfinite(alpha)
        else Estimate(None, None, None, n, level, "feldt")
    )
    return AlphaResult(estimate, alpha_of_covariance(correlation), mean_r, moments.items, missing)


@dataclass(frozen=True)
class ItemStatistics(Result):
    """One item within its scale. Correlations are None, alphas None for a scale of two items left with one."""

    item: str
    mean: float
    sd: float
    item_total: float
    item_rest: float
    alpha_if_deleted: float | None


def item_analysis(
    answers: Any,
    *,
    items: Sequence[str] | None = None,
    missing: MissingPolicy = "listwise",
    na_values: Collection[float] = (),
) -> tuple[ItemStatistics, ...]:
    """Return item-total and corrected item-total (item-rest) correlations and alpha without each item.

    Input, missing policy and errors as in ``cronbach_alpha``.
    """
    moments = moments_of(answers, items, na_values)
    covariance, _ = covariance_of(moments, missing)
    k = len(moments.items)
    total = float(covariance.sum())
    if missing == "listwise":
        means = moments.mean
    else:
        means = moments.origin + np.diag(moments.pair_sums) / np.diag(moments.pair_n)
    rows = []
    for number, name in enumerate(moments.items):
        variance = float(covariance[number, number])
        with_total = float(covariance[number].sum())
        rest = total - 2 * with_total + variance
        others = np.delete(np.delete(covariance, number, 0), number, 1)
        rows.append(
            ItemStatistics(
                name,
                float(means[number]),
                math.sqrt(variance),
                with_total / math.sqrt(variance * total) if total > 0 else math.nan,
                (with_total - variance) / math.sqrt(variance * rest) if rest > 0 else math.nan,
                alpha_of_covariance(others) if k > 2 else None,
            )
        )
    return tuple(rows)
