"""Rules with thresholds: which respondents deserve a second look, by which sign."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from servicequality.answers import Dimensions, Floats, Ints, column, item_names, matrix
from servicequality.errors import DataError, ParameterError
from servicequality.response_quality.measures import (
    duplicate_of,
    even_odd,
    intra_individual_variability,
    longstring,
    mahalanobis,
    psychometric_synonyms,
    relative_speed,
)
from servicequality.results import Result

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class QualityRules(Result):
    """Thresholds; change one and the version changes with it. None switches a rule off.

    ``longstring_share``: run as a share of the items, at least. ``variability``: IRV, at most. ``speed``: share
    of the median time, below. ``seconds_per_item``: below. ``mahalanobis_p``: below. ``even_odd`` and
    ``synonyms``: correlation, below. ``blank_share``: share of items left blank, above. ``duplicates``:
    identical answers (over at least ``duplicate_items`` items). ``attention_misses``: at least. ``cluster``:
    how far the answers of one cluster are more alike than chance, in standard deviations, above.
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
    cluster: float | None = None


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

    @property
    def k(self) -> int:
        return int(self.answers.shape[1])


@dataclass(frozen=True)
class _Rule:
    """``measure`` gives a number a respondent, or None where there is nothing to measure; ``raised`` the flags."""

    is_on: Callable[[QualityRules], bool]
    measure: Callable[[QualityRules, _Asked], Floats | None]
    raised: Callable[[QualityRules, Floats, int], Any]


def _longstring(_use: QualityRules, asked: _Asked) -> Floats:
    if asked.k < 2:
        raise DataError("one item has no run")
    return longstring(asked.answers).astype(np.float64)


def _blank(_use: QualityRules, asked: _Asked) -> Floats:
    share: Floats = np.isnan(asked.answers).mean(axis=1)
    return share


def _speed(_use: QualityRules, asked: _Asked) -> Floats | None:
    return None if asked.seconds is None else relative_speed(asked.seconds)


def _seconds_per_item(_use: QualityRules, asked: _Asked) -> Floats | None:
    return None if asked.seconds is None else column(asked.seconds, place="seconds") / asked.k


def _synonyms(use: QualityRules, asked: _Asked) -> Floats:
    r = psychometric_synonyms(asked.answers, critical=use.synonym_critical)
    if np.isnan(r).all():
        raise DataError("fewer than three pairs of items that mean the same")
    return r


def _duplicate(use: QualityRules, asked: _Asked) -> Floats:
    if asked.k < use.duplicate_items:
        raise DataError(f"{asked.k} items; equal answers to fewer than {use.duplicate_items} prove nothing")
    return duplicate_of(asked.answers).astype(np.float64)


def _attention(_use: QualityRules, asked: _Asked) -> Floats | None:
    if not asked.attention:
        return None
    misses = np.zeros(len(asked.answers))
    for name, (given, right) in asked.attention.items():
        answer = column(given, place=f"attention {name}")
        misses += ~np.isnan(answer) & ~np.isin(answer, np.asarray(list(right), dtype=np.float64))
    return misses


def _mahalanobis_flags(use: QualityRules, distance: Floats, k: int) -> Any:
    from scipy import special

    return special.chdtrc(k, np.nan_to_num(distance)) < _number(use.mahalanobis_p)


def _number(threshold: float | None) -> float:
    assert threshold is not None
    return threshold


RULES: dict[str, _Rule] = {
    "longstring": _Rule(
        lambda use: use.longstring_share is not None,
        _longstring,
        lambda use, run, k: run >= _number(use.longstring_share) * k,
    ),
    "variability": _Rule(
        lambda use: use.variability is not None,
        lambda _use, asked: intra_individual_variability(asked.answers),
        lambda use, spread, _k: spread <= _number(use.variability),
    ),
    "blank": _Rule(
        lambda use: use.blank_share is not None, _blank, lambda use, share, _k: share > _number(use.blank_share)
    ),
    "speed": _Rule(lambda use: use.speed is not None, _speed, lambda use, times, _k: times < _number(use.speed)),
    "seconds_per_item": _Rule(
        lambda use: use.seconds_per_item is not None,
        _seconds_per_item,
        lambda use, pace, _k: pace < _number(use.seconds_per_item),
    ),
    "mahalanobis": _Rule(
        lambda use: use.mahalanobis_p is not None,
        lambda _use, asked: mahalanobis(asked.answers)[0],
        _mahalanobis_flags,
    ),
    "even_odd": _Rule(
        lambda use: use.even_odd is not None,
        lambda _use, asked: even_odd(asked.answers, asked.dimensions, items=asked.items),
        lambda use, r, _k: r < _number(use.even_odd),
    ),
    "synonyms": _Rule(lambda use: use.synonyms is not None, _synonyms, lambda use, r, _k: r < _number(use.synonyms)),
    "duplicate": _Rule(lambda use: use.duplicates, _duplicate, lambda _use, twin, _k: twin >= 0),
    "attention": _Rule(
        lambda use: use.attention_misses is not None,
        _attention,
        lambda use, misses, _k: misses >= _number(use.attention_misses),
    ),
    "cluster": _Rule(
        lambda use: use.cluster is not None,
        lambda _use, _asked: None,
        lambda use, distance, _k: distance > _number(use.cluster),
    ),
}


def flag_responses(
    answers: Any,
    *,
    rules: QualityRules | None = None,
    seconds: Any = None,
    dimensions: Dimensions | None = None,
    items: Sequence[str] | None = None,
    attention: Mapping[str, tuple[Any, Collection[float]]] | None = None,
    measured: Mapping[str, Any] | None = None,
) -> QualityReport:
    """Flag respondents by every rule that the data allow.

    ``answers``: respondents x items (n, k) in the order asked, reversed items *not* turned round (a straight
    line is only straight as answered). ``seconds``: time per respondent. ``dimensions``: for even-odd.
    ``attention``: check to (answers (n,), right answers); a blank is no miss. ``measured``: rule to its measure
    (n,), for what one batch cannot know (the median of all, twins in another batch, ``cluster``) or knows less
    well (blanks that were not shown, reversed items turned round for even-odd); the threshold stays that of the
    rules. A rule that cannot be computed is listed with the reason; an index that is NaN for a respondent does not
    flag. Raises ``DataError`` when times, checks or measures are not one per respondent, ``ParameterError`` for the
    measure of a rule that does not exist.
    """
    use = rules or QualityRules()
    x = matrix(answers)
    n, k = x.shape
    if k == 0:
        raise ParameterError("needs items", place="answers")
    known = {name: column(values, place=name) for name, values in (measured or {}).items()}
    unknown = sorted(set(known) - set(RULES))
    if unknown:
        raise ParameterError(f"no such rule: {', '.join(unknown)}", place="measured")
    per_person = {
        "seconds": seconds,
        **{f"attention {name}": check[0] for name, check in (attention or {}).items()},
        **known,
    }
    for place, values in per_person.items():
        if values is not None and len(values) != n:
            raise DataError(f"{len(values)} values for {n} respondents", place=place)
    asked = _Asked(x, item_names(answers, k, items), seconds, dimensions or {}, attention or {})
    flags: dict[str, Flags] = {}
    measures: dict[str, Floats] = {}
    skipped: dict[str, str] = {}
    with np.errstate(invalid="ignore"):
        for name, rule in RULES.items():
            if not rule.is_on(use):
                continue
            try:
                found = known[name] if name in known else rule.measure(use, asked)
            except DataError as error:
                skipped[name] = error.message
                continue
            if found is not None:
                measures[name] = np.asarray(found, dtype=np.float64)
                raised = np.asarray(rule.raised(use, measures[name], k), dtype=bool)
                flags[name] = raised & ~np.isnan(measures[name])
    return QualityReport(use.version, use, n, flags, measures, skipped)
