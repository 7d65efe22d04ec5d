"""Intraclass correlations: agreement of evaluators on total scores.

Sources: Shrout, Fleiss 1979, Psychological Bulletin 86(2):420-428; McGraw, Wong 1996 (names and intervals).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from scipy import stats

from servicequality.answers import TableLike, check_level, matrix
from servicequality.errors import DataError
from servicequality.results import Estimate, Result

_TINY = 1e-12
_Limits: TypeAlias = tuple[float | None, float | None]


@dataclass(frozen=True)
class IccForm(Result):
    """One form: ``name`` after McGraw-Wong, ``shrout_fleiss`` the other usual name, F test of no agreement."""

    name: str
    shrout_fleiss: str
    icc: Estimate
    f: float
    df1: int
    df2: int
    p_value: float


@dataclass(frozen=True)
class IccResult(Result):
    """All six forms of one table.

    ``one_way``: evaluators differ from unit to unit. ``agreement``: the same evaluators, drawn from many, and
    their level matters (the form for scores). ``consistency``: only their order matters. ``*_k``: of the
    mean of all k evaluators. ``n_missing`` units were left out for a gap.
    """

    one_way: IccForm
    agreement: IccForm
    consistency: IccForm
    one_way_k: IccForm
    agreement_k: IccForm
    consistency_k: IccForm
    n: int
    raters: int
    n_missing: int

    @property
    def forms(self) -> tuple[IccForm, ...]:
        """The six forms in Shrout and Fleiss' order."""
        return (
            self.one_way,
            self.agreement,
            self.consistency,
            self.one_way_k,
            self.agreement_k,
            self.consistency_k,
        )


def icc(ratings: TableLike, *, level: float = 0.95) -> IccResult:
    """Six intraclass correlations from n units × k evaluators by analysis of variance, with F-based intervals.

    Units with a NaN are left out (listwise) and counted. Evaluators who differ by nothing but their level leave no
    error: the values stand, intervals are None. A single limit of None means that it has
    no bound; ICC(A,k) itself is None when the units' estimated total variance is not positive.

    Raises:
        DataError: fewer than two complete units or evaluators, or units that all have the same mean.
        ParameterError: level outside 0..1.
    """
    check_level(level)
    values = matrix(ratings, place="ratings")
    x = values[~np.isnan(values).any(axis=1)]
    n, k = x.shape
    if n < 2 or k < 2:
        raise DataError(f"{n} complete units and {k} evaluators; needs two of each", place="ratings")
    mean = float(x.mean())
    between = k * float(((x.mean(axis=1) - mean) ** 2).sum()) / (n - 1)
    judges = n * float(((x.mean(axis=0) - mean) ** 2).sum()) / (k - 1)
    within = float(((x - x.mean(axis=1, keepdims=True)) ** 2).sum()) / (n * (k - 1))
    residual = x - x.mean(axis=1, keepdims=True) - x.mean(axis=0, keepdims=True) + mean
    error = float((residual**2).sum()) / ((n - 1) * (k - 1))
    if between <= 1e-24 * max(1.0, mean**2):
        raise DataError("all units have the same mean score; there is nothing to tell apart", place="ratings")
    squares = _Squares(between, judges, within, error, n, k)
    upper = 0.5 + level / 2
    own = (n - 1, n * (k - 1), within)
    shared = (n - 1, (n - 1) * (k - 1), error)
    low1, high1 = squares.ratio_limits(own, upper)
    low2, high2 = squares.agreement_limits(upper)
    low3, high3 = squares.ratio_limits(shared, upper)

    def form(
        name: str,
        other: str,
        value: float | None,
        limits: tuple[float | None, float | None],
        base: tuple[int, int, float],
    ) -> IccForm:
        df1, df2, noise = base
        f = between / noise if noise > _TINY * between else math.inf
        estimate = Estimate(value, limits[0], limits[1], n, level, "F")
        return IccForm(name, other, estimate, f, df1, df2, float(stats.f.sf(f, df1, df2)))

    agreement = (between - error) / (between + (k - 1) * error + k * (judges - error) / n)
    total = between + (judges - error) / n
    agreement_k = (between - error) / total if total > 0 else None
    limits_k = (None, None) if agreement_k is None else (_stepped(low2, k), _stepped(high2, k))
    single1, single3 = squares.single(within), squares.single(error)
    return IccResult(
        one_way=form("ICC(1)", "ICC1", single1, (_single(low1, k), _single(high1, k)), own),
        agreement=form("ICC(A,1)", "ICC2", agreement, (low2, high2), shared),
        consistency=form("ICC(C,1)", "ICC3", single3, (_single(low3, k), _single(high3, k)), shared),
        one_way_k=form("ICC(k)", "ICC1k", 1 - within / between, (_mean_of(low1), _mean_of(high1)), own),
        agreement_k=form("ICC(A,k)", "ICC2k", agreement_k, limits_k, shared),
        consistency_k=form("ICC(C,k)", "ICC3k", 1 - error / between, (_mean_of(low3), _mean_of(high3)), shared),
        n=n,
        raters=k,
        n_missing=len(values) - n,
    )


@dataclass(frozen=True)
class _Squares:
    """Mean squares of the n × k table; no interval exists where the error is nil."""

    between: float
    judges: float
    within: float
    error: float
    n: int
    k: int

    def single(self, noise: float) -> float:
        return (self.between - noise) / (self.between + (self.k - 1) * noise)

    def ratio_limits(self, base: tuple[int, int, float], upper: float) -> _Limits:
        df1, df2, noise = base
        if noise <= _TINY * self.between:
            return None, None
        f = self.between / noise
        return f / float(stats.f.ppf(upper, df1, df2)), f * float(stats.f.ppf(upper, df2, df1))

    def agreement_limits(self, upper: float) -> _Limits:
        """Limits of ICC(A,1) with Satterthwaite's degrees of freedom (Shrout, Fleiss 1979, p. 424)."""
        n, k, between, judges, error = self.n, self.k, self.between, self.judges, self.error
        if error <= _TINY * between:
            return None, None
        value = (between - error) / (between + (k - 1) * error + k * (judges - error) / n)
        a = k * value * judges / error
        b = n * (1 + (k - 1) * value) - k * value
        free = (n - 1) * (k - 1) * (a + b) ** 2 / ((n - 1) * a**2 + b**2)
        f_low = float(stats.f.ppf(upper, n - 1, free))
        f_high = float(stats.f.ppf(upper, free, n - 1))
        base = k * judges + (k * n - k - n) * error
        low = n * (between - f_low * error) / (f_low * base + n * between)
        high = n * (f_high * between - error) / (base + n * f_high * between)
        return low, high


def _single(ratio: float | None, k: int) -> float | None:
    return None if ratio is None else (ratio - 1) / (ratio + k - 1)


def _mean_of(ratio: float | None) -> float | None:
    return None if ratio is None else 1 - 1 / ratio


def _stepped(value: float | None, k: int) -> float | None:
    """Spearman-Brown; from -1/(k-1) downwards the mean of k has no bound."""
    return None if value is None or 1 + (k - 1) * value <= 0 else k * value / (1 + (k - 1) * value)
