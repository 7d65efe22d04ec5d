"""Measures of careless answering, one number a respondent (Johnson 2005; Meade, Craig 2012; Dunn et al. 2018)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy import special

from servicequality.answers import Dimensions, Floats, Ints, column, dimension_columns, item_names, matrix
from servicequality.errors import DataError


def longstring(answers: Any) -> Ints:
    """Return the longest run of identical consecutive answers per respondent (n,); a blank ends a run."""
    return longest_run(answers)[0]


def longest_run(answers: Any) -> tuple[Ints, Ints]:
    """Return the longest run of identical answers per respondent (n,), and the column it ends in (-1: no answer)."""
    x = matrix(answers)
    longest = np.zeros(len(x), dtype=np.int64)
    last = np.full(len(x), -1, dtype=np.int64)
    run = np.zeros(len(x), dtype=np.int64)
    for number in range(x.shape[1]):
        same = x[:, number] == x[:, number - 1] if number else np.zeros(len(x), dtype=bool)
        run = np.where(np.isnan(x[:, number]), 0, np.where(same, run + 1, 1))
        last = np.where(run > longest, number, last)
        longest = np.maximum(longest, run)
    return longest, last


def intra_individual_variability(answers: Any) -> Floats:
    """Return the standard deviation (n - 1) of each respondent's answers (n,) (Dunn et al. 2018).

    NaN with fewer than two answers. Low means much the same everywhere, high means scattered.
    """
    x = matrix(answers)
    n = (~np.isnan(x)).sum(axis=1)
    mean = np.nansum(x, axis=1) / np.maximum(n, 1)
    squares = np.nansum((x - mean[:, None]) ** 2, axis=1)
    return np.where(n > 1, np.sqrt(squares / np.maximum(n - 1, 1)), np.nan)


def _row_correlation(a: Floats, b: Floats) -> Floats:
    """Correlate two matrices row by row over the pairs both present; NaN below three pairs or without spread."""
    present = ~(np.isnan(a) | np.isnan(b))
    n = present.sum(axis=1)
    a, b = np.where(present, a, 0.0), np.where(present, b, 0.0)
    size = np.maximum(n, 1)[:, None]
    a = np.where(present, a - a.sum(axis=1, keepdims=True) / size, 0.0)
    b = np.where(present, b - b.sum(axis=1, keepdims=True) / size, 0.0)
    spread = (a**2).sum(axis=1) * (b**2).sum(axis=1)
    usable = (n > 2) & (spread > 1e-20)
    correlation: Floats = np.where(usable, (a * b).sum(axis=1) / np.sqrt(np.where(usable, spread, 1.0)), np.nan)
    return correlation


def even_odd(answers: Any, dimensions: Dimensions, *, items: Sequence[str] | None = None) -> Floats:
    """Return even-odd consistency per respondent (n,) (Johnson 2005).

    Each dimension is split into its odd and even items; the two halves' means are correlated over dimensions
    within the respondent and stepped up by Spearman-Brown, not below -1. Needs three dimensions of two items or
    more (``DataError``); NaN where a respondent has fewer than three or no spread. Turn reversed items round
    first.
    """
    x = matrix(answers)
    columns = dimension_columns(dimensions, item_names(answers, x.shape[1], items))
    usable = [cols for cols in columns.values() if len(cols) > 1]
    if len(usable) < 3:
        raise DataError("needs three dimensions of two items or more", place="dimensions")
    odd = np.stack([x[:, list(cols[0::2])].mean(axis=1) for cols in usable], axis=1)
    even = np.stack([x[:, list(cols[1::2])].mean(axis=1) for cols in usable], axis=1)
    r = _row_correlation(odd, even)
    stepped = np.where(r > -1, 2 * r / np.where(r > -1, 1 + r, 1.0), -1.0)
    return np.where(np.isnan(r), np.nan, np.maximum(stepped, -1.0))


def mahalanobis(answers: Any) -> tuple[Floats, Floats]:
    """Return the squared distance from the mean (n,) and its chi-square tail probability (n,).

    Mean and covariance from complete respondents, who alone get a value (others NaN). Raises ``DataError`` when
    items are combinations of each other or there are too few complete respondents.
    """
    x = matrix(answers)
    complete = ~np.isnan(x).any(axis=1)
    used, k = x[complete], x.shape[1]
    if len(used) <= k:
        raise DataError(f"{len(used)} complete respondents for {k} items", place="answers")
    centred = used - used.mean(axis=0)
    covariance = np.atleast_2d(np.cov(used, rowvar=False))
    if np.linalg.matrix_rank(covariance) < k:
        raise DataError("an item is constant or a combination of others", place="answers")
    d2 = np.full(len(x), np.nan)
    d2[complete] = np.einsum("ij,ij->i", centred, np.linalg.solve(covariance, centred.T).T)
    return d2, np.where(np.isnan(d2), np.nan, special.chdtrc(k, np.nan_to_num(d2)))


def duplicate_of(answers: Any) -> Ints:
    """Return for each respondent the first row with exactly the same answers (blanks included), -1 for none (n,).

    Rows without any answer are never duplicates.
    """
    x = matrix(answers)
    first: dict[bytes, int] = {}
    twins = np.full(len(x), -1, dtype=np.int64)
    rows = np.where(np.isnan(x), np.inf, x + 0.0)
    answered = [bool(count) for count in (~np.isnan(x)).sum(axis=1)]
    for number, row in enumerate(rows):
        if answered[number]:
            twins[number] = first.setdefault(row.tobytes(), number)
            if twins[number] == number:
                twins[number] = -1
    return twins


def synonym_pairs(answers: Any, *, critical: float = 0.6) -> tuple[tuple[int, int], ...]:
    """Return pairs of columns correlated above ``critical`` (below it when negative: antonyms)."""
    x = matrix(answers)
    r = np.asarray(pd.DataFrame(x).corr().to_numpy(dtype=np.float64))
    first, second = np.triu_indices(x.shape[1], 1)
    values = r[first, second]
    chosen = np.asarray(values >= critical if critical > 0 else values <= critical)
    return tuple((int(a), int(b)) for a, b in zip(first[chosen], second[chosen], strict=True))


def psychometric_synonyms(answers: Any, *, critical: float = 0.6) -> Floats:
    """Return each respondent's correlation over item pairs that mean the same (n,) (Meade, Craig 2012).

    Pairs are those correlated above ``critical`` in the sample; a careful respondent answers them alike. NaN
    where fewer than three pairs are answered or the respondent's answers have no spread.
    """
    x = matrix(answers)
    pairs = synonym_pairs(x, critical=critical)
    if len(pairs) < 3:
        return np.full(len(x), np.nan)
    a, b = (list(side) for side in zip(*pairs, strict=True))
    return _row_correlation(x[:, a], x[:, b])


def relative_speed(seconds: Any) -> Floats:
    """Return each respondent's time as a multiple of the median (n,); NaN without a time or for 0 or less."""
    t = column(seconds, place="seconds")
    t = np.where(t > 0, t, np.nan)
    return t / np.nanmedian(t) if (~np.isnan(t)).any() else t
