"""Kano classes from pairs of answers: what customers take for granted, pay for, and are delighted by.

Sources: Kano et al. 1984; Berger et al. 1993, CQM Journal 2(4) (table, better/worse after Timko);
Fong 1996 (test of the two leading classes); DuMouchel 1993 (continuous scores).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from servicequality.answers import Floats, Ints, TableLike, VectorLike, check_level, column, matrix, named_matrix
from servicequality.errors import DataError, ParameterError
from servicequality.intervals import wilson
from servicequality.results import Estimate, Result


class Category(StrEnum):
    """The six Kano classes by their usual letters."""

    MUST_BE = "M"
    ONE_DIMENSIONAL = "O"
    ATTRACTIVE = "A"
    INDIFFERENT = "I"
    REVERSE = "R"
    QUESTIONABLE = "Q"


TABLE = ("QAAAO", "RIIIM", "RIIIM", "RIIIM", "RRRRQ")
"""Row = answer to the functional question, column = to the dysfunctional one, both from 1 (like) to 5 (dislike)."""

TIE_ORDER = (
    Category.MUST_BE,
    Category.ONE_DIMENSIONAL,
    Category.ATTRACTIVE,
    Category.INDIFFERENT,
    Category.REVERSE,
    Category.QUESTIONABLE,
)
"""M > O > A > I: of two classes equally often named, the one that costs more when neglected."""

_COLUMNS = tuple(Category)
_CODES = np.array([[_COLUMNS.index(Category(letter)) for letter in row] for row in TABLE])
_FUNCTIONAL_SCORES = np.array([4.0, 2.0, 0.0, -1.0, -2.0])
_DYSFUNCTIONAL_SCORES = np.array([-2.0, -1.0, 0.0, 2.0, 4.0])
_FONG_Z = 1.65


@dataclass(frozen=True)
class FongTest(Result):
    """Whether the leading class really leads: ``difference`` of the two largest counts against ``threshold``.

    ``distinct`` is False when difference < threshold, None when there are no answers.
    """

    first: Category | None
    second: Category | None
    difference: float
    threshold: float
    distinct: bool | None


@dataclass(frozen=True)
class KanoItem(Result):
    """Everything the Kano pair of one feature says.

    ``n`` pairs with both answers, ``n_missing`` pairs with one or none. ``category`` is the mode, ``tied``
    all classes that share the largest count (one entry when there is no tie). ``better`` and ``worse`` are
    Timko's coefficients with Wilson intervals, base A + O + M + I; ``worse`` is negative or zero.
    ``category_strength`` = share of the first minus share of the second class, ``total_strength`` = share
    of A + O + M. ``functional_mean`` (-2..4) and ``dysfunctional_mean`` (-2..4) are DuMouchel's scores.
    Shares are of n; None without answers (the means also when only counts are known).
    """

    name: str
    n: float
    n_missing: int
    counts: Mapping[str, float]
    category: Category | None
    tied: tuple[Category, ...]
    better: Estimate
    worse: Estimate
    category_strength: float | None
    total_strength: float | None
    questionable_share: float | None
    reverse_share: float | None
    fong: FongTest
    functional_mean: float | None
    dysfunctional_mean: float | None


def kano_category(functional: float | None, dysfunctional: float | None) -> Category | None:
    """Return the class of one pair of answers, each 1 (like), 2 (must be), 3 (neutral), 4 (can live with), 5 (dislike).

    None or NaN in either answer gives None.

    Raises:
        DataError: an answer off the 1..5 scale.
    """
    codes = _codes(
        np.array([np.nan if functional is None else functional]),
        np.array([np.nan if dysfunctional is None else dysfunctional]),
        "pair",
    )[0]
    return None if codes[0] < 0 else _COLUMNS[codes[0]]


def kano_counts(functional: VectorLike, dysfunctional: VectorLike) -> dict[str, int]:
    """Count the classes of n pairs of answers (two vectors of length n, values 1..5, NaN = missing pair left out).

    Raises:
        DataError: unequal lengths or an answer off the scale.
    """
    codes, _, _ = _codes(column(functional), column(dysfunctional), "pair")
    found = np.bincount(codes[codes >= 0], minlength=len(_COLUMNS))
    return {category.value: int(found[k]) for k, category in enumerate(_COLUMNS)}


def kano_mode(
    counts: Mapping[str, float], *, tie_order: Sequence[Category] = TIE_ORDER
) -> tuple[Category | None, tuple[Category, ...]]:
    """Return (most frequent class, all classes with that count); ties go by ``tie_order``, no answers give (None, ()).

    Raises:
        DataError: an unknown letter or a negative count.
        ParameterError: ``tie_order`` does not name each class once.
    """
    if sorted(tie_order) != sorted(Category):
        raise ParameterError("must name each of the six classes once", place="tie_order")
    full = _complete(counts)
    largest = max(full.values())
    if largest == 0:
        return None, ()
    tied = tuple(category for category in tie_order if full[category.value] == largest)
    return tied[0], tied


def better_worse(counts: Mapping[str, float], *, level: float = 0.95) -> tuple[Estimate, Estimate]:
    """Timko's coefficients: better = (A+O)/(A+O+M+I), worse = -(O+M)/(A+O+M+I), each with a Wilson interval.

    ``better`` near 1: having it satisfies; ``worse`` near -1: lacking it dissatisfies. R and Q stay out of
    the base. Source: Berger et al. 1993.

    Raises:
        DataError: an unknown letter or a negative count.
        ParameterError: level outside 0..1.
    """
    check_level(level)
    full = _complete(counts)
    base = full["A"] + full["O"] + full["M"] + full["I"]
    better = wilson(full["A"] + full["O"], base, level=level)
    lacking = wilson(full["O"] + full["M"], base, level=level)
    if lacking.value is None or lacking.low is None or lacking.high is None:
        return better, lacking
    worse = Estimate(-lacking.value, -lacking.high, -lacking.low, lacking.n, level, "wilson")
    return better, worse


def fong_test(counts: Mapping[str, float]) -> FongTest:
    """Compare the two largest counts a, b: equal at the 10 % level if abs(a-b) < 1.65 sqrt((a+b)(2n-a-b)/(2n)).

    n counts all six classes. Source: Fong 1996, CQM Journal.

    Raises:
        DataError: an unknown letter or a negative count.
    """
    full = _complete(counts)
    n = sum(full.values())
    if n == 0:
        return FongTest(None, None, math.nan, math.nan, None)
    order = sorted(TIE_ORDER, key=lambda category: -full[category.value])
    a, b = full[order[0].value], full[order[1].value]
    threshold = _FONG_Z * math.sqrt((a + b) * (2 * n - a - b) / (2 * n))
    return FongTest(order[0], order[1], a - b, threshold, a - b >= threshold)


def kano_from_counts(
    counts: Mapping[str, float], *, name: str = "", level: float = 0.95, tie_order: Sequence[Category] = TIE_ORDER
) -> KanoItem:
    """Evaluate one feature from its class counts (or percentages of a published table).

    Raises:
        DataError: an unknown letter or a negative count.
        ParameterError: level outside 0..1 or a bad tie order.
    """
    return _item(name, _complete(counts), n_missing=0, means=(None, None), level=level, tie_order=tie_order)


def kano_item(
    functional: VectorLike,
    dysfunctional: VectorLike,
    *,
    name: str = "",
    level: float = 0.95,
    tie_order: Sequence[Category] = TIE_ORDER,
) -> KanoItem:
    """Evaluate one feature from the answers of n persons (two vectors of length n, 1 like .. 5 dislike).

    A pair with NaN in either answer is left out and counted in ``n_missing``.

    Raises:
        DataError: unequal lengths or an answer off the scale.
        ParameterError: level outside 0..1 or a bad tie order.
    """
    codes = _codes(column(functional), column(dysfunctional), name or "pair")
    return _evaluate(name, codes, level=level, tie_order=tie_order)


def kano_analysis(
    functional: TableLike,
    dysfunctional: TableLike,
    *,
    names: Sequence[str] | None = None,
    level: float = 0.95,
    tie_order: Sequence[Category] = TIE_ORDER,
) -> tuple[KanoItem, ...]:
    """Evaluate k features from two persons × k tables of answers (1 like .. 5 dislike, NaN = not answered).

    Columns pair by position; the names are those of ``functional`` unless given.

    Raises:
        DataError: unequal shapes or an answer off the scale (the message names the column).
        ParameterError: level outside 0..1, a bad tie order, a wrong number of names.
    """
    f, found = named_matrix(functional, names=names, place="functional")
    d = matrix(dysfunctional, place="dysfunctional")
    if f.shape != d.shape:
        raise DataError(f"functional is {f.shape}, dysfunctional {d.shape}", place="kano")
    return tuple(
        _evaluate(name, _codes(f[:, j], d[:, j], name), level=level, tie_order=tie_order)
        for j, name in enumerate(found)
    )


def _evaluate(name: str, coded: tuple[Ints, Ints, Ints], *, level: float, tie_order: Sequence[Category]) -> KanoItem:
    codes, functional, dysfunctional = coded
    paired = codes >= 0
    found = np.bincount(codes[paired], minlength=len(_COLUMNS))
    counts = {category.value: float(found[k]) for k, category in enumerate(_COLUMNS)}
    if not paired.any():
        means: tuple[float | None, float | None] = (None, None)
    else:
        means = (
            float(_FUNCTIONAL_SCORES[functional[paired]].mean()),
            float(_DYSFUNCTIONAL_SCORES[dysfunctional[paired]].mean()),
        )
    return _item(name, counts, n_missing=int((~paired).sum()), means=means, level=level, tie_order=tie_order)


def _item(
    name: str,
    counts: dict[str, float],
    *,
    n_missing: int,
    means: tuple[float | None, float | None],
    level: float,
    tie_order: Sequence[Category],
) -> KanoItem:
    n = sum(counts.values())
    category, tied = kano_mode(counts, tie_order=tie_order)
    better, worse = better_worse(counts, level=level)
    fong = fong_test(counts)
    empty = n == 0
    return KanoItem(
        name=name,
        n=n,
        n_missing=n_missing,
        counts=counts,
        category=category,
        tied=tied,
        better=better,
        worse=worse,
        category_strength=None if empty else fong.difference / n,
        total_strength=None if empty else (counts["A"] + counts["O"] + counts["M"]) / n,
        questionable_share=None if empty else counts["Q"] / n,
        reverse_share=None if empty else counts["R"] / n,
        fong=fong,
        functional_mean=means[0],
        dysfunctional_mean=means[1],
    )


def _codes(functional: Floats, dysfunctional: Floats, place: str) -> tuple[Ints, Ints, Ints]:
    if functional.shape != dysfunctional.shape:
        raise DataError(f"{len(functional)} functional but {len(dysfunctional)} dysfunctional answers", place=place)
    missing = np.isnan(functional) | np.isnan(dysfunctional)
    for question, answers in (("functional", functional), ("dysfunctional", dysfunctional)):
        wrong = ~np.isnan(answers) & ~np.isin(answers, (1, 2, 3, 4, 5))
        if wrong.any():
            row = int(np.flatnonzero(wrong)[0])
            raise DataError(f"{question} answer {answers[row]:g} in row {row + 1} is not 1, 2, 3, 4 or 5", place=place)
    f = np.where(missing, 1, functional).astype(np.int64) - 1
    d = np.where(missing, 1, dysfunctional).astype(np.int64) - 1
    return np.where(missing, -1, _CODES[f, d]).astype(np.int64), f, d


def _complete(counts: Mapping[str, float]) -> dict[str, float]:
    letters = {category.value for category in Category}
    for letter, count in counts.items():
        if str(letter) not in letters:
            raise DataError(f"{letter!r} is no Kano class", place="counts")
        if not count >= 0:
            raise DataError(f"the count of {letter} is {count}", place="counts")
    return {category.value: float(counts.get(category.value, 0)) for category in Category}
