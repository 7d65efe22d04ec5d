"""Scorecards, with the answers published by those who use them."""

import json
from decimal import Decimal

import pytest

from servicequality.errors import DataError, ParameterError
from servicequality.scoring import (
    Criterion,
    Scorecard,
    error_accuracy,
    not_applicable_rates,
    override_score,
    percent,
    quality_score,
    rescored_without_zeroing,
    score_form,
    scorecard_from_dict,
)

HALF = Decimal("0.5")


def five_point(key: str, **fields: object) -> Criterion:
    return Criterion(key, high=Decimal(5), low=Decimal(1), **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(("answer", "score"), [(1, 0), (2, 25), (3, 50), (4, 75), (5, 100)])
def test_five_points_are_quarters(answer: int, score: int) -> None:
    card = Scorecard((five_point("tone"),))

    assert percent(score_form(card, {"tone": answer}).score, 0) == score


def test_the_weighted_mean_of_rated_categories() -> None:
    card = Scorecard((five_point("tone", weight=Decimal(3)), five_point("solution", weight=Decimal(1))))

    score = score_form(card, {"tone": 5, "solution": 1})

    assert score.score == Decimal("0.75")


def test_not_applicable_leaves_both_sums() -> None:
    card = Scorecard((five_point("tone", weight=Decimal(3)), five_point("solution"), five_point("closing")))

    score = score_form(card, {"tone": None, "solution": 4, "closing": 5})

    assert (score.score, score.answered, score.not_applicable) == (Decimal("0.875"), 2, 1)


def test_a_failed_critical_category_zeroes_the_review_and_shows_it_without() -> None:
    card = Scorecard((five_point("tone"), five_point("identity", critical=True, zeroes_below=HALF)))

    failed, passed = (score_form(card, {"tone": 5, "identity": answer}) for answer in (2, 3))

    assert (failed.score, failed.without_zeroing, failed.zeroed_by) == (0, Decimal("0.625"), ("identity",))
    assert (passed.score, passed.zeroed_by) == (Decimal("0.75"), ())
    assert passed.critical == HALF


def test_quality_is_the_plain_mean_of_reviews() -> None:
    reviews = [Decimal(text) / 100 for text in ("100", "9.91", "63.96", "90.99", "0")]

    assert percent(quality_score([*reviews, None])) == Decimal("52.97")
    assert quality_score([None]) is None


def points_card(**fields: object) -> Scorecard:
    lines = {"greeting": 5, "solution": 10, "notes": 15, "privacy": 5}
    return Scorecard(
        tuple(Criterion(key, high=Decimal(high)) for key, high in lines.items()),
        "points",
        **fields,  # type: ignore[arg-type]
    )


def test_points_of_the_total() -> None:
    score = score_form(points_card(), {"greeting": 3, "solution": 5, "notes": 8, "privacy": 5})

    assert (score.earned, score.possible, score.score) == (21, 35, Decimal("0.6"))


def test_points_with_privacy_not_applicable() -> None:
    score = score_form(points_card(), {"greeting": 3, "solution": 5, "notes": 8, "privacy": None})

    assert (score.earned, score.possible) == (16, 30)
    assert percent(score.score, 1) == Decimal("53.3")


@pytest.mark.parametrize(("cap", "expected"), [(None, Decimal("1.2")), (Decimal(1), Decimal(1))])
def test_a_bonus_may_exceed_full_marks_unless_capped(cap: Decimal | None, expected: Decimal) -> None:
    card = Scorecard(
        (Criterion("service", high=Decimal(10)), Criterion("initiative", high=Decimal(2), bonus=True)),
        "points",
        bonus_cap=cap,
    )

    assert score_form(card, {"service": 10, "initiative": 2}).score == expected


def test_anything_but_full_marks_on_an_auto_fail_line_fails_the_form() -> None:
    card = Scorecard(
        (Criterion("service", high=Decimal(10)), Criterion("safety", high=Decimal(2), zeroes_below=Decimal(1))),
        "points",
    )

    failed, passed, absent = (score_form(card, {"service": 9, "safety": answer}) for answer in (1, 2, None))

    assert (failed.score, passed.score) == (0, Decimal(11) / 12)
    assert absent.score == Decimal("0.9")


def test_groups_carry_the_weight_of_their_points() -> None:
    card = Scorecard(
        (
            Criterion("a", high=Decimal(2), group="opening"),
            Criterion("b", high=Decimal(1), group="closing", critical=True),
        ),
        "group_weighted",
        group_weights={"opening": 40, "closing": 20},
    )

    score = score_form(card, {"a": 1, "b": 1})

    assert (score.earned, score.possible, score.score) == (60, 100, Decimal("0.6"))
    assert score.parts == {"opening": HALF, "closing": Decimal(1)}
    assert score.critical == 1


def deduction_card() -> Scorecard:
    return Scorecard(
        (
            Criterion("untidy", high=Decimal(5)),
            Criterion("late", high=Decimal(120)),
            Criterion("insult", zeroes_below=Decimal(1)),
            Criterion("praise", high=Decimal(3), bonus=True),
        ),
        "deduction",
    )


def test_deductions_come_off_a_hundred_and_stop_at_zero() -> None:
    some, many = (
        score_form(deduction_card(), {"untidy": 2, "late": late, "insult": 0, "praise": 0}) for late in (4, 110)
    )

    assert percent(some.score) == 94
    assert many.score == 0
    assert many.zeroed_by == ()


def test_a_veto_zeroes_whatever_else_was_good() -> None:
    score = score_form(deduction_card(), {"untidy": 0, "late": 0, "insult": 1, "praise": 3})

    assert (score.score, score.zeroed_by) == (0, ("insult",))
    assert score.without_zeroing == Decimal("1.02")


@pytest.mark.parametrize("card", [points_card(), deduction_card(), Scorecard((five_point("tone"),))])
def test_nothing_applicable_is_no_score_rather_than_zero_or_full_marks(card: Scorecard) -> None:
    score = score_form(card, {criterion.key: None for criterion in card.criteria})

    assert (score.score, score.without_zeroing, score.critical, score.answered) == (None, None, None, 0)


def test_a_critical_line_that_does_not_apply_does_not_fail() -> None:
    card = Scorecard((five_point("tone"), five_point("identity", critical=True, zeroes_below=HALF)))

    score = score_form(card, {"tone": 4, "identity": None})

    assert (score.score, score.zeroed_by, score.critical) == (Decimal("0.75"), (), None)


def test_a_weight_of_zero_is_kept_and_counts_for_nothing_and_a_negative_one_is_refused() -> None:
    card = Scorecard((five_point("tone"), five_point("trial", weight=Decimal(0))))

    score = score_form(card, {"tone": 3, "trial": 5})

    assert (score.score, score.answered) == (HALF, 2)
    with pytest.raises(ParameterError, match="criterion x: a weight cannot be negative"):
        Criterion("x", weight=Decimal(-1))


def test_only_weightless_lines_rated_is_no_score() -> None:
    card = Scorecard((five_point("tone"), five_point("trial", weight=Decimal(0))))

    assert score_form(card, {"tone": None, "trial": 5}).score is None


def test_a_forgotten_line_is_not_taken_for_not_applicable() -> None:
    card = Scorecard((five_point("tone"), five_point("solution")))

    with pytest.raises(DataError, match="criterion solution: not answered"):
        score_form(card, {"tone": 4})
    with pytest.raises(DataError, match="criterion colour: the scorecard has no such line"):
        score_form(card, {"tone": 4, "solution": 4, "colour": 1})
    with pytest.raises(DataError, match="criterion tone: 6 is not between 1 and 5"):
        score_form(card, {"tone": 6, "solution": 4})


@pytest.mark.parametrize(("fraction", "shown"), [("0.52965", "52.97"), ("0.00005", "0.01"), ("0.528949", "52.89")])
def test_half_is_rounded_up_and_only_for_display(fraction: str, shown: str) -> None:
    assert percent(Decimal(fraction)) == Decimal(shown)
    assert percent(None) is None


def test_thirds_stay_exact_until_shown() -> None:
    card = Scorecard((Criterion("a", high=Decimal(3)),), "points")

    assert score_form(card, {"a": 0.1}).score == Decimal("0.1") / 3


def test_an_override_keeps_the_computed_score_and_its_reason() -> None:
    computed = score_form(Scorecard((five_point("tone"),)), {"tone": 2})

    changed = override_score(computed, "0.5", reason="customer withdrew the complaint")

    assert (changed.score, changed.computed.score) == (HALF, Decimal("0.25"))
    with pytest.raises(ParameterError, match="needs a reason"):
        override_score(computed, 1, reason=" ")


def test_a_score_names_the_card_that_judged() -> None:
    first, second = (Scorecard((five_point("tone", weight=Decimal(weight)),), version="2024-1") for weight in (1, 2))

    score = score_form(first, {"tone": 3})

    assert (score.version, score.fingerprint) == ("2024-1", first.fingerprint)
    assert first.fingerprint != second.fingerprint


@pytest.mark.parametrize("card", [deduction_card(), points_card(bonus_cap=Decimal(1))])
def test_a_card_survives_json_with_its_fingerprint(card: Scorecard) -> None:
    again = scorecard_from_dict(json.loads(json.dumps(card.to_dict())))

    assert again.fingerprint == card.fingerprint


def test_trends_use_the_scores_without_zeroing() -> None:
    card = Scorecard((five_point("tone"), five_point("identity", zeroes_below=HALF)))
    zeroed = score_form(card, {"tone": 5, "identity": 1})

    (restored,) = rescored_without_zeroing([zeroed])

    assert (restored.score, restored.zeroed_by) == (HALF, ())


def test_error_accuracy_is_three_rates_and_never_one() -> None:
    interactions = [
        {"customer": 0, "business": 1, "compliance": None},
        {"customer": 2, "business": 0, "compliance": 0},
        {"customer": False, "business": 0},
        {"customer": 0, "business": 0, "compliance": True},
    ]

    rates = error_accuracy(interactions)

    assert (rates.customer.value, rates.business.value, rates.compliance.value) == (0.75, 0.75, 0.5)
    assert (rates.customer.n, rates.compliance.n) == (4, 2)
    with pytest.raises(DataError, match="interaction 0: unknown kind"):
        error_accuracy([{"colour": 1}])


def test_the_evaluator_who_answers_not_applicable_most_comes_first() -> None:
    card = Scorecard((five_point("tone"), five_point("solution")))
    often = [score_form(card, {"tone": 5, "solution": None})] * 6
    never = [score_form(card, {"tone": 5, "solution": 5})] * 6

    rates = not_applicable_rates({"Li": never, "Wang": often})

    assert [(row.evaluator, row.rate.value, row.rate.n) for row in rates] == [("Wang", 0.5, 12), ("Li", 0.0, 12)]


def test_cards_that_cannot_score_are_refused() -> None:
    with pytest.raises(ParameterError, match="different keys"):
        Scorecard((five_point("a"), five_point("a")))
    with pytest.raises(ParameterError, match="every group"):
        Scorecard((Criterion("a", group="g"),), "group_weighted", group_weights={"h": 1})
    with pytest.raises(ParameterError, match="must exceed"):
        Criterion("a", high=Decimal(0))
    with pytest.raises(ParameterError, match="unknown method"):
        Scorecard((five_point("a"),), "median")  # type: ignore[arg-type]
