"""Signs of careless answering. They flag; nothing here drops a respondent.

Indices as in Johnson 2005, Meade and Craig 2012, Dunn et al. 2018. A flag is a reason to look, not a verdict:
a satisfied customer ticks the same box too. The rule set has a version, to be stored with the flags.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import special

from servicequality.answers import Dimensions, Floats, Ints, column, dimension_columns, item_names, matrix
from servicequality.errors import DataError, ParameterError
from servicequality.results import Result

Flags = npt.NDArray[np.bool_]


def longstring(answers: Any) -> Ints:
    """Return the longest run of identical consecutive answers per respondent (n,); a blank ends a run."""
    x = matrix(answers)
    longest = np.zeros(len(x), dtype=np.int64)
    run = np.zeros(len(x), dtype=np.int64)
    for number in range(x.shape[1]):
        same = x[:, number] == x[:, number - 1] if number else np.zeros(len(x), dtype=bool)
        run = np.where(np.isnan(x[:, number]), 0, np.where(same, run + 1, 1))
        longest = np.maximum(longest, run)
    return longest


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


@dataclass(frozen=True)
class QualityRules(Result):
    """Thresholds; change one and the version changes with it. None switches a rule off.

    ``longstring_share``: run as a share of the items, at least. ``variability``: IRV, at most. ``speed``: share
    of the median time, below. ``seconds_per_item``: below. ``mahalanobis_p``: below. ``even_odd`` and
    ``synonyms``: correlation, below. ``blank_share``: share of items left blank, above. ``duplicates``:
    identical answers (over at least ``duplicate_items`` items). ``attention_misses``: at least.
    """

    version: str = "1"
    longstring_share: float | None = 0.8
    variability: float | None = None
    speed: float | None = 0.4
    seconds_per_item: float | None = 1.0
    mahalanobis_p: float | None = 0.001
    even_odd: float | None = 0.0
    synonyms: float | None = 0.0
    synonym_critical: float = 0.6
    blank_share: float | None = 0.5
    duplicates: bool = True
    duplicate_items: int = 10
    attention_misses: int | None = 1


@dataclass(frozen=True, eq=False)
class QualityReport(Result):
    """Flags (rule to bool (n,)) and the measures behind them (rule to (n,)); every respondent is still there.

    ``not_applied`` says why a rule could not be used. ``count`` is the number of flags per respondent.
    """

    version: str
    rules: QualityRules
    n: int
    flags: dict[str, Flags]
    measures: dict[str, Floats]
    not_applied: dict[str, str] = field(default_factory=dict)

    @property
    def count(self) -> Ints:
        """Number of flags per respondent (n,)."""
        total = np.zeros(self.n, dtype=np.int64)
        for flags in self.flags.values():
            total += flags
        return total


@dataclass(frozen=True, eq=False)
class _Asked:
    answers: Floats
    items: tuple[str, ...]
    seconds: Any
    dimensions: Dimensions
    attention: Mapping[str, tuple[Any, Collection[float]]]


Finding = tuple[Floats, Flags]


def _longstring(use: QualityRules, asked: _Asked) -> Finding | None:
    if use.longstring_share is None:
        return None
    k = asked.answers.shape[1]
    if k < 2:
        raise DataError("one item has no run")
    run = longstring(asked.answers)
    return run.astype(np.float64), run >= use.longstring_share * k


def _variability(use: QualityRules, asked: _Asked) -> Finding | None:
    if use.variability is None:
        return None
    spread = intra_individual_variability(asked.answers)
    return spread, spread <= use.variability


def _blank(use: QualityRules, asked: _Asked) -> Finding | None:
    if use.blank_share is None:
        return None
    blank = np.isnan(asked.answers).mean(axis=1)
    return blank, blank > use.blank_share


def _speed(use: QualityRules, asked: _Asked) -> Finding | None:
    if use.speed is None or asked.seconds is None:
        return None
    speed = relative_speed(asked.seconds)
    return speed, speed < use.speed


def _seconds_per_item(use: QualityRules, asked: _Asked) -> Finding | None:
    if use.seconds_per_item is None or asked.seconds is None:
        return None
    pace = column(asked.seconds, place="seconds") / asked.answers.shape[1]
    return pace, pace < use.seconds_per_item


def _mahalanobis(use: QualityRules, asked: _Asked) -> Finding | None:
    if use.mahalanobis_p is None:
        return None
    distance, p = mahalanobis(asked.answers)
    return distance, p < use.mahalanobis_p


def _even_odd(use: QualityRules, asked: _Asked) -> Finding | None:
    if use.even_odd is None:
        return None
    r = even_odd(asked.answers, asked.dimensions, items=asked.items)
    return r, r < use.even_odd


def _synonyms(use: QualityRules, asked: _Asked) -> Finding | None:
    if use.synonyms is None:
        return None
    r = psychometric_synonyms(asked.answers, critical=use.synonym_critical)
    if np.isnan(r).all():
        raise DataError("fewer than three pairs of items that mean the same")
    return r, r < use.synonyms


def _duplicate(use: QualityRules, asked: _Asked) -> Finding | None:
    if not use.duplicates:
        return None
    k = asked.answers.shape[1]
    if k < use.duplicate_items:
        raise DataError(f"{k} items; equal answers to fewer than {use.duplicate_items} prove nothing")
    twin = duplicate_of(asked.answers)
    return twin.astype(np.float64), twin >= 0


def _attention(use: QualityRules, asked: _Asked) -> Finding | None:
    if use.attention_misses is None or not asked.attention:
        return None
    misses = np.zeros(len(asked.answers))
    for name, (given, right) in asked.attention.items():
        answer = column(given, place=f"attention {name}")
        misses += ~np.isnan(answer) & ~np.isin(answer, np.asarray(list(right), dtype=np.float64))
    return misses, misses >= use.attention_misses


RULES: dict[str, Callable[[QualityRules, _Asked], Finding | None]] = {
    "longstring": _longstring,
    "variability": _variability,
    "blank": _blank,
    "speed": _speed,
    "seconds_per_item": _seconds_per_item,
    "mahalanobis": _mahalanobis,
    "even_odd": _even_odd,
    "synonyms": _synonyms,
    "duplicate": _duplicate,
    "attention": _attention,
}


def flag_responses(
    answers: Any,
    *,
    rules: QualityRules | None = None,
    seconds: Any = None,
    dimensions: Dimensions | None = None,
    items: Sequence[str] | None = None,
    attention: Mapping[str, tuple[Any, Collection[float]]] | None = None,
) -> QualityReport:
    """Flag respondents by every rule that the data allow.

    ``answers``: respondents x items (n, k) in the order asked, reversed items *not* turned round (a straight
    line is only straight as answered). ``seconds``: time per respondent. ``dimensions``: for even-odd.
    ``attention``: check to (answers (n,), right answers); a blank is no miss. A rule that cannot be computed is
    listed with the reason; an index that is NaN for a respondent does not flag. Raises ``DataError`` when times
    or checks are not one per respondent.
    """
    use = rules or QualityRules()
    x = matrix(answers)
    n, k = x.shape
    if k == 0:
        raise ParameterError("needs items", place="answers")
    per_person = {"seconds": seconds, **{f"attention {name}": check[0] for name, check in (attention or {}).items()}}
    for place, values in per_person.items():
        if values is not None and len(values) != n:
            raise DataError(f"{len(values)} values for {n} respondents", place=place)
    asked = _Asked(x, item_names(answers, k, items), seconds, dimensions or {}, attention or {})
    flags: dict[str, Flags] = {}
    measures: dict[str, Floats] = {}
    skipped: dict[str, str] = {}
    with np.errstate(invalid="ignore"):
        for name, rule in RULES.items():
            try:
                finding = rule(use, asked)
            except DataError as error:
                skipped[name] = error.message
                continue
            if finding is not None:
                measures[name], flags[name] = np.asarray(finding[0], dtype=np.float64), np.asarray(finding[1])
    return QualityReport(use.version, use, n, flags, measures, skipped)
