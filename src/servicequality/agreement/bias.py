"""Lenient or severe: how far an evaluator is from the benchmark, or from colleagues on the same units."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from scipy import stats

from servicequality.answers import Floats, TableLike, VectorLike, check_level, column, named_matrix
from servicequality.comparison.multiplicity import adjust_p_values
from servicequality.errors import DataError
from servicequality.intervals import mean_interval
from servicequality.results import Estimate, Result


class BiasVerdict(StrEnum):
    """What can be said of one evaluator after allowing for the number of evaluators looked at."""

    LENIENT = "lenient"
    SEVERE = "severe"
    NOT_DIFFERENT = "not different"
    NOT_ENOUGH = "not enough data"


@dataclass(frozen=True)
class EvaluatorBias(Result):
    """One evaluator.

    ``bias`` = mean of (own score - benchmark), in score points, t interval; positive is lenient. ``p_value``
    is two-sided (t; the sign test when all differences are equal), ``p_adjusted`` by Holm over all
    evaluators, and decides ``verdict``. ``mean_absolute`` and ``exact_share`` say how far off single scores are.
    """

    evaluator: str
    bias: Estimate
    mean_absolute: float | None
    exact_share: float | None
    p_value: float | None
    p_adjusted: float | None
    verdict: BiasVerdict


@dataclass(frozen=True)
class Alignment(Result):
    """One scorecard against the benchmark: per-criterion shares (None = not applicable) and their weighted total.

    ``contribution`` and ``possible`` are per cent of the whole card, so a criterion can be read as
    "contributes 15.00 of 18.75".
    """

    shares: tuple[float | None, ...]
    contribution: tuple[float | None, ...]
    possible: tuple[float | None, ...]
    total: float | None


def evaluator_bias(
    ratings: TableLike,
    *,
    benchmark: VectorLike | None = None,
    names: Sequence[str] | None = None,
    level: float = 0.95,
) -> tuple[EvaluatorBias, ...]:
    """Signed bias of each evaluator from units × evaluators, NaN = not rated.

    ``benchmark`` is one agreed score per unit (NaN = none). Without it each evaluator is held against the
    mean of the others on the same unit; then biases are relative and the group's common bias is invisible.

    Raises:
        DataError: the benchmark's length differs.
        ParameterError: level outside 0..1, wrong number of names.
    """
    check_level(level)
    values, found = named_matrix(ratings, names=names, place="ratings")
    if benchmark is not None:
        gold = column(benchmark, place="benchmark")
        if len(gold) != len(values):
            raise DataError(f"{len(gold)} benchmarks for {len(values)} units", place="benchmark")
        differences = values - gold[:, None]
    else:
        present = ~np.isnan(values)
        others = present.sum(axis=1, keepdims=True) - present
        total = np.nansum(values, axis=1, keepdims=True) - np.where(present, values, 0)
        differences = values - np.where(others > 0, total / np.maximum(others, 1), np.nan)
    biases = [mean_interval(differences[:, j], level=level) for j in range(len(found))]
    p_values = [_p_value(differences[:, j]) for j in range(len(found))]
    tested = adjust_p_values(np.array(p_values, dtype=np.float64))
    adjusted = [None if np.isnan(p) else float(p) for p in tested]
    result = []
    for j, name in enumerate(found):
        own = differences[~np.isnan(differences[:, j]), j]
        result.append(
            EvaluatorBias(
                evaluator=name,
                bias=biases[j],
                mean_absolute=float(np.abs(own).mean()) if len(own) else None,
                exact_share=float((np.abs(own) < 1e-9).mean()) if len(own) else None,
                p_value=p_values[j],
                p_adjusted=adjusted[j],
                verdict=_verdict(biases[j].value, adjusted[j], 1 - level),
            )
        )
    return tuple(result)


def alignment(scores: VectorLike, benchmark: VectorLike, possible: VectorLike) -> Alignment:
    """Closeness of one scorecard to the benchmark: per criterion 1 - abs(score - benchmark) / possible points.

    Three vectors over the criteria; a criterion with NaN in score or benchmark is left out of the total,
    the others are weighted by their possible points. Source: Maestro help page 4364995.

    Raises:
        DataError: unequal lengths, points that are not positive, or a score outside 0..possible.
    """
    a, b, top = column(scores), column(benchmark), column(possible)
    if not len(a) == len(b) == len(top) or not (top > 0).all():
        raise DataError("needs a score, a benchmark and positive points per criterion", place="alignment")
    for given in (a, b):
        outside = ~np.isnan(given) & ((given < 0) | (given > top))
        if outside.any():
            raise DataError("lies outside 0 .. possible", place=f"criterion {int(np.flatnonzero(outside)[0]) + 1}")
    used = ~(np.isnan(a) | np.isnan(b))
    share = 1 - np.abs(a - b) / top
    whole = float(top[used].sum())
    return Alignment(
        shares=tuple(float(s) if u else None for s, u in zip(share, used, strict=True)),
        contribution=tuple(float(100 * s * t / whole) if u else None for s, t, u in zip(share, top, used, strict=True)),
        possible=tuple(float(100 * t / whole) if u else None for t, u in zip(top, used, strict=True)),
        total=float((share[used] * top[used]).sum() / whole) if used.any() else None,
    )


def _p_value(differences: Floats) -> float | None:
    own = differences[~np.isnan(differences)]
    if len(own) < 2:
        return None
    if np.ptp(own) == 0:
        return 1.0 if abs(float(own[0])) < 1e-9 else min(1.0, 2 * 0.5 ** len(own))
    return float(stats.ttest_1samp(own, 0.0).pvalue)


def _verdict(bias: float | None, p_adjusted: float | None, alpha: float) -> BiasVerdict:
    if bias is None or p_adjusted is None:
        return BiasVerdict.NOT_ENOUGH
    if p_adjusted >= alpha:
        return BiasVerdict.NOT_DIFFERENT
    return BiasVerdict.LENIENT if bias > 0 else BiasVerdict.SEVERE
