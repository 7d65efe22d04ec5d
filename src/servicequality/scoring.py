"""Scorecards of inspections and interaction reviews.

Scores are exact ``Decimal`` fractions (1 = full marks) and are rounded only for display, half up. N/A (None)
leaves both sums; a form on which everything is N/A has no score, which is neither 0 nor 100 %. Whatever sets a
form to zero, the score without it stays beside it: zeroing makes a mean bimodal and useless for trends.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any, Literal, TypeAlias

from servicequality.errors import DataError, ParameterError
from servicequality.intervals import wilson
from servicequality.results import Estimate, Result, plain

Number: TypeAlias = Decimal | int | float | str
Method = Literal["weighted_mean", "points", "group_weighted", "deduction"]
ErrorKind = Literal["customer", "business", "compliance"]
ZERO, ONE = Decimal(0), Decimal(1)


def exact(value: Number, place: str) -> Decimal:
    """Return a number as Decimal (floats by their shortest text, so 0.1 is 0.1); raise ``DataError`` otherwise."""
    try:
        number = Decimal(str(value)) if not isinstance(value, bool) else Decimal(int(value))
    except InvalidOperation as error:
        raise DataError(f"{value!r} is not a number", place=place) from error
    if not number.is_finite():
        raise DataError(f"{value!r} is not a number", place=place)
    return number


@dataclass(frozen=True)
class Criterion(Result):
    """One line of a scorecard, answered with a number from ``low`` to ``high``.

    ``weight`` counts in "weighted_mean" (0 is allowed: shown, not counted). ``group`` carries the weight in
    "group_weighted". ``bonus`` adds to the points earned, not to those possible. ``zeroes_below``: a fraction
    of the line below which the whole form scores 0 (veto, fatal, auto-fail: 1 means anything but full marks;
    None: never); N/A never zeroes. ``critical`` lines make up the separate critical score.
    In "deduction" the answer is the number of points taken off.
    """

    key: str
    high: Decimal = ONE
    low: Decimal = ZERO
    weight: Decimal = ONE
    group: str = ""
    bonus: bool = False
    critical: bool = False
    zeroes_below: Decimal | None = None

    def __post_init__(self) -> None:
        place = f"criterion {self.key}"
        for name in ("high", "low", "weight"):
            object.__setattr__(self, name, exact(getattr(self, name), place))
        if self.zeroes_below is not None:
            object.__setattr__(self, "zeroes_below", exact(self.zeroes_below, place))
        if self.high <= self.low:
            raise ParameterError("the highest answer must exceed the lowest", place=place)
        if self.weight < 0:
            raise ParameterError("a weight cannot be negative", place=place)

    def fraction(self, answer: Decimal) -> Decimal:
        """Return where an answer lies between low (0) and high (1)."""
        return (answer - self.low) / (self.high - self.low)


@dataclass(frozen=True)
class Scorecard(Result):
    """A versioned set of criteria and the rule that turns answers into a score.

    ``full`` is the starting score of "deduction"; ``bonus_cap``, a fraction, limits the score where bonus lines
    could carry it above (None: may exceed 100 %). ``group_weights`` are those of "group_weighted".
    """

    criteria: tuple[Criterion, ...]
    method: Method = "weighted_mean"
    version: str = ""
    group_weights: Mapping[str, Number] | None = None
    full: Decimal = Decimal(100)
    bonus_cap: Decimal | None = None

    def __post_init__(self) -> None:
        keys = [criterion.key for criterion in self.criteria]
        if not keys or len(set(keys)) != len(keys):
            raise ParameterError("needs criteria with different keys", place="criteria")
        if self.method not in METHODS:
            raise ParameterError(f"unknown method {self.method!r}", place="method")
        if self.method == "group_weighted":
            weights = {name: exact(weight, f"group {name}") for name, weight in (self.group_weights or {}).items()}
            if {criterion.group for criterion in self.criteria} - set(weights):
                raise ParameterError("every group of criteria needs a weight", place="group_weights")
            if any(weight < 0 for weight in weights.values()):
                raise ParameterError("a weight cannot be negative", place="group_weights")
            object.__setattr__(self, "group_weights", weights)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of everything that influences a score: the same card has the same fingerprint."""
        text = json.dumps(plain(self), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class Score(Result):
    """What a form scored. All scores are fractions; None means that nothing was applicable.

    ``score`` is 0 when ``zeroed_by`` names lines; ``without_zeroing`` is what it would be else. ``earned`` and
    ``possible`` are the two sums. ``critical`` is the score of the critical lines alone. ``parts`` are scores
    per group. ``version`` and ``fingerprint`` freeze the card that judged.
    """

    score: Decimal | None
    without_zeroing: Decimal | None
    earned: Decimal
    possible: Decimal
    critical: Decimal | None
    parts: dict[str, Decimal | None]
    zeroed_by: tuple[str, ...]
    answered: int
    not_applicable: int
    version: str
    fingerprint: str


Answered: TypeAlias = Sequence[tuple[Criterion, Decimal]]


def _weighted_mean(card: Scorecard, answered: Answered) -> tuple[Decimal, Decimal]:
    earned = sum((c.weight * c.fraction(x) for c, x in answered), ZERO)
    return earned, sum((c.weight for c, _ in answered if not c.bonus), ZERO)


def _points(card: Scorecard, answered: Answered) -> tuple[Decimal, Decimal]:
    return sum((x for _, x in answered), ZERO), sum((c.high for c, _ in answered if not c.bonus), ZERO)


def _group_weighted(card: Scorecard, answered: Answered) -> tuple[Decimal, Decimal]:
    weights = {name: exact(weight, name) for name, weight in (card.group_weights or {}).items()}
    earned = sum((x * weights[c.group] for c, x in answered), ZERO)
    return earned, sum((c.high * weights[c.group] for c, _ in answered if not c.bonus), ZERO)


def _deduction(card: Scorecard, answered: Answered) -> tuple[Decimal, Decimal]:
    lost = sum((x for c, x in answered if not c.bonus), ZERO)
    gained = sum((x for c, x in answered if c.bonus), ZERO)
    return max(ZERO, card.full - lost) + gained, card.full if answered else ZERO


METHODS: dict[str, Callable[[Scorecard, Answered], tuple[Decimal, Decimal]]] = {
    "weighted_mean": _weighted_mean,
    "points": _points,
    "group_weighted": _group_weighted,
    "deduction": _deduction,
}


def _ratio(earned: Decimal, possible: Decimal) -> Decimal | None:
    return earned / possible if possible > 0 else None


def _fails(card: Scorecard, criterion: Criterion, answer: Decimal) -> bool:
    if criterion.zeroes_below is None:
        return False
    fraction = criterion.fraction(answer)
    if card.method == "deduction" and not criterion.bonus:
        fraction = ONE - fraction
    return fraction < criterion.zeroes_below


def score_form(card: Scorecard, answers: Mapping[str, Number | None]) -> Score:
    """Score one form.

    ``answers``: criterion key to number, or None for N/A; every criterion must be there, so that a forgotten
    line is not taken for N/A. Raises ``DataError`` for a missing or unknown key or an answer out of range.

    - weighted_mean: sum w s / sum w, s the fraction of each line.
    - points: points earned / points possible.
    - group_weighted: sum (points w) / sum (possible w), w of the line's group.
    - deduction: (full - points taken off, not below 0) / full.
    """
    known = {criterion.key for criterion in card.criteria}
    unknown, forgotten = sorted(set(answers) - known), sorted(known - set(answers))
    if unknown:
        raise DataError("the scorecard has no such line", place=f"criterion {unknown[0]}")
    if forgotten:
        raise DataError("not answered (N/A must be said)", place=f"criterion {forgotten[0]}")
    answered: list[tuple[Criterion, Decimal]] = []
    for criterion in card.criteria:
        answer = answers[criterion.key]
        if answer is None or (isinstance(answer, float) and math.isnan(answer)):
            continue
        number = exact(answer, f"criterion {criterion.key}")
        if not criterion.low <= number <= criterion.high:
            raise DataError(
                f"{number} is not between {criterion.low} and {criterion.high}", place=f"criterion {criterion.key}"
            )
        answered.append((criterion, number))
    method = METHODS[card.method]
    earned, possible = method(card, answered)
    value = _ratio(earned, possible)
    if value is not None and card.bonus_cap is not None:
        value = min(value, exact(card.bonus_cap, "bonus_cap"))
    zeroed = tuple(c.key for c, x in answered if _fails(card, c, x))
    return Score(
        score=ZERO if zeroed else value,
        without_zeroing=value,
        earned=earned,
        possible=possible,
        critical=_ratio(*method(card, [(c, x) for c, x in answered if c.critical])),
        parts={
            group: _ratio(*method(card, [(c, x) for c, x in answered if c.group == group]))
            for group in dict.fromkeys(c.group for c in card.criteria)
            if group
        },
        zeroed_by=zeroed,
        answered=len(answered),
        not_applicable=len(card.criteria) - len(answered),
        version=card.version,
        fingerprint=card.fingerprint,
    )


@dataclass(frozen=True)
class OverriddenScore(Result):
    """A score set by hand; the computed one stays beside it."""

    computed: Score
    score: Decimal
    reason: str


def override_score(computed: Score, value: Number, *, reason: str) -> OverriddenScore:
    """Set a score by hand, as a fraction; a reason is required.

    Raises ``ParameterError`` without a reason, ``DataError`` for a value that is no number.
    """
    if not reason.strip():
        raise ParameterError("an override needs a reason", place="reason")
    return OverriddenScore(computed, exact(value, "score"), reason)


def quality_score(scores: Iterable[Score | Decimal | None]) -> Decimal | None:
    """Return the plain mean of the scores of several reviews; reviews without a score are left out."""
    values = [value.score if isinstance(value, Score) else value for value in scores]
    present = [value for value in values if value is not None]
    return sum(present, ZERO) / len(present) if present else None


def rescored_without_zeroing(scores: Iterable[Score]) -> tuple[Score, ...]:
    """Return the same scores as if nothing had zeroed them: for trends and control charts."""
    return tuple(replace(score, score=score.without_zeroing, zeroed_by=()) for score in scores)


def percent(value: Decimal | None, places: int = 2) -> Decimal | None:
    """Return a fraction in percent, rounded half up: for display only."""
    if value is None:
        return None
    return (value * 100).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


@dataclass(frozen=True)
class ErrorAccuracy(Result):
    """Share of interactions without any error of a kind, each kind on its own; never blended into one score."""

    customer: Estimate
    business: Estimate
    compliance: Estimate


def error_accuracy(interactions: Iterable[Mapping[str, int | bool | None]], *, level: float = 0.95) -> ErrorAccuracy:
    """Return the three critical-error accuracies (the way of COPC) with Wilson intervals.

    Each interaction maps "customer", "business" and "compliance" to its number of critical errors (or whether
    there was one); None or absent means that the kind was not checked and leaves that base.

    Raises ``DataError`` naming the interaction with an unknown kind or a negative number of errors.
    """
    right = {"customer": 0, "business": 0, "compliance": 0}
    base = dict(right)
    for number, interaction in enumerate(interactions):
        for kind, errors in interaction.items():
            if kind not in right:
                raise DataError(f"unknown kind of error {kind!r}", place=f"interaction {number}")
            if errors is None:
                continue
            if errors < 0:
                raise DataError("a number of errors cannot be negative", place=f"interaction {number}")
            base[kind] += 1
            right[kind] += errors == 0
    rates = {kind: wilson(right[kind], base[kind], level=level) for kind in right}
    return ErrorAccuracy(**rates)


@dataclass(frozen=True)
class NotApplicableRate(Result):
    """How often an evaluator answers N/A: the usual way to game a score whose N/A leaves both sums."""

    evaluator: str
    rate: Estimate


def not_applicable_rates(
    scores: Mapping[str, Iterable[Score]], *, level: float = 0.95
) -> tuple[NotApplicableRate, ...]:
    """Return the share of N/A among all lines per evaluator, highest first, with Wilson intervals."""
    rates = []
    for evaluator, forms in scores.items():
        lines = [(form.not_applicable, form.answered + form.not_applicable) for form in forms]
        count, n = sum(skipped for skipped, _ in lines), sum(total for _, total in lines)
        rates.append(NotApplicableRate(evaluator, wilson(count, n, level=level)))
    return tuple(sorted(rates, key=lambda row: (-(row.rate.value or 0.0), row.evaluator)))


def scorecard_from_dict(data: Mapping[str, Any]) -> Scorecard:
    """Rebuild a scorecard from ``to_dict``; numbers come back as the Decimals they were."""
    criteria = tuple(Criterion(**criterion) for criterion in data["criteria"])
    cap = data.get("bonus_cap")
    return Scorecard(
        criteria,
        data["method"],
        data["version"],
        data.get("group_weights"),
        exact(data["full"], "full"),
        None if cap is None else exact(cap, "bonus_cap"),
    )
