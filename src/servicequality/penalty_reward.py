"""Penalty-reward contrasts: does an item punish when bad, reward when good, or both?

Overall judgement is regressed on two dummies per item, one for low and one for high ratings; the middle is
the reference. Sources: Brandt 1987; Mittal, Ross, Baldasare 1998, J. Marketing 62(1):33-47; heteroscedasticity-
consistent errors HC3: MacKinnon, White 1985.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

import numpy as np

from servicequality.answers import Floats, TableLike, VectorLike, check_level, column, named_matrix
from servicequality.errors import DataError, ParameterError
from servicequality.intervals import t_quantile
from servicequality.results import Estimate, Result


class FactorKind(StrEnum):
    """What an item is, by its two coefficients and their intervals."""

    BASIC = "basic"
    PERFORMANCE = "performance"
    EXCITEMENT = "excitement"
    NO_EFFECT = "no effect shown"
    CONTRARY = "contrary sign"


@dataclass(frozen=True)
class PenaltyReward(Result):
    """One item: what low ratings cost and high ratings bring, in units of the overall judgement.

    ``penalty`` (normally negative) and ``reward`` (normally positive) are against the reference ratings,
    all other items held. ``asymmetry`` = reward + penalty: negative leans to basic, positive to excitement.
    ``n_low``/``n_high`` count the ratings behind each dummy.
    """

    name: str
    penalty: Estimate
    reward: Estimate
    asymmetry: Estimate
    penalty_se: float
    reward_se: float
    kind: FactorKind
    n_low: int
    n_high: int


@dataclass(frozen=True)
class PenaltyRewardAnalysis(Result):
    """All items of one regression; ``intercept`` is the overall judgement of someone in the middle on every item."""

    items: tuple[PenaltyReward, ...]
    intercept: Estimate
    intercept_se: float
    r2: float
    n: int
    n_missing: int
    errors: Literal["classic", "hc3"]


def penalty_reward(
    ratings: TableLike,
    overall: VectorLike,
    *,
    low_at_most: float,
    high_at_least: float,
    names: Sequence[str] | None = None,
    errors: Literal["classic", "hc3"] = "hc3",
    level: float = 0.95,
) -> PenaltyRewardAnalysis:
    """Regress ``overall`` (n numbers) on a low and a high dummy for each of k rated items (n × k).

    A rating <= ``low_at_most`` is low, >= ``high_at_least`` high, between them the reference. Rows with a NaN
    anywhere are left out. ``errors``: "hc3" holds for a 0/1 judgement and unequal spread, "classic" is
    ordinary least squares. Intervals are t with n - 2k - 1 degrees of freedom.

    Raises:
        ParameterError: low_at_most >= high_at_least, level outside 0..1, wrong number of names.
        DataError: too few complete rows, an item without low or without high ratings (named), or dummies
            that determine one another.
    """
    check_level(level)
    if errors not in ("classic", "hc3"):
        raise ParameterError(f"{errors!r} is neither 'classic' nor 'hc3'", place="errors")
    if not low_at_most < high_at_least:
        raise ParameterError("low_at_most must be below high_at_least", place="penalty_reward")
    x, found = named_matrix(ratings, names=names, place="ratings")
    y = column(overall, place="overall")
    if len(x) != len(y):
        raise DataError(f"{len(x)} rows of ratings, {len(y)} judgements", place="overall")
    complete = ~(np.isnan(x).any(axis=1) | np.isnan(y))
    x, y_used = x[complete], y[complete]
    n, k = x.shape
    free = n - 2 * k - 1
    if free < 1:
        raise DataError(f"{n} complete rows cannot carry {2 * k + 1} coefficients", place="penalty_reward")
    low, high = x <= low_at_most, x >= high_at_least
    for j, name in enumerate(found):
        if not low[:, j].any() or not high[:, j].any():
            raise DataError(f"has {int(low[:, j].sum())} low and {int(high[:, j].sum())} high ratings", place=name)
    design = np.ones((n, 2 * k + 1))
    design[:, 1::2], design[:, 2::2] = low, high
    coefficients, covariance, r2 = _least_squares(design, y_used, free, errors)
    quantile = t_quantile(level, free)

    def estimate(vector: Floats) -> tuple[Estimate, float]:
        value, se = float(vector @ coefficients), math.sqrt(max(0.0, float(vector @ covariance @ vector)))
        return Estimate(value, value - quantile * se, value + quantile * se, n, level, f"t {errors}"), se

    unit = np.eye(2 * k + 1)
    items = []
    for j, name in enumerate(found):
        penalty, penalty_se = estimate(unit[1 + 2 * j])
        reward, reward_se = estimate(unit[2 + 2 * j])
        asymmetry, _ = estimate(unit[1 + 2 * j] + unit[2 + 2 * j])
        items.append(
            PenaltyReward(
                name=name,
                penalty=penalty,
                reward=reward,
                asymmetry=asymmetry,
                penalty_se=penalty_se,
                reward_se=reward_se,
                kind=_kind(penalty, reward, asymmetry),
                n_low=int(low[:, j].sum()),
                n_high=int(high[:, j].sum()),
            )
        )
    intercept, intercept_se = estimate(unit[0])
    return PenaltyRewardAnalysis(tuple(items), intercept, intercept_se, r2, n, len(y) - n, errors)


def _least_squares(design: Floats, y: Floats, free: int, errors: str) -> tuple[Floats, Floats, float]:
    if np.ptp(y) == 0:
        raise DataError("is the same in every complete row", place="overall")
    gram = design.T @ design
    if np.linalg.matrix_rank(gram) < len(gram):
        raise DataError("two items have the same low and high ratings throughout", place="ratings")
    inverse = np.asarray(np.linalg.inv(gram), dtype=np.float64)
    coefficients = np.asarray(np.linalg.solve(gram, design.T @ y), dtype=np.float64)
    residual = y - design @ coefficients
    r2 = 1 - float(residual @ residual) / float(((y - y.mean()) ** 2).sum())
    if errors == "classic":
        return coefficients, inverse * (float(residual @ residual) / free), r2
    leverage = np.einsum("ij,jk,ik->i", design, inverse, design)
    weighted = design * (residual / np.maximum(1 - leverage, 1e-9))[:, None]
    return coefficients, np.asarray(inverse @ (weighted.T @ weighted) @ inverse, dtype=np.float64), r2


def _kind(penalty: Estimate, reward: Estimate, asymmetry: Estimate) -> FactorKind:
    assert penalty.low is not None
    assert penalty.high is not None
    assert reward.low is not None
    assert reward.high is not None
    assert asymmetry.low is not None
    assert asymmetry.high is not None
    if penalty.low > 0 or reward.high < 0:
        return FactorKind.CONTRARY
    punishes, rewards = penalty.high < 0, reward.low > 0
    if not punishes and not rewards:
        return FactorKind.NO_EFFECT
    if punishes and (not rewards or asymmetry.high < 0):
        return FactorKind.BASIC
    if rewards and (not punishes or asymmetry.low > 0):
        return FactorKind.EXCITEMENT
    return FactorKind.PERFORMANCE
