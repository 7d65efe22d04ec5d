"""Kano: the published examples and the rules at the edges."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from servicequality.errors import DataError, ParameterError
from servicequality.kano import (
    Category,
    better_worse,
    fong_test,
    kano_analysis,
    kano_category,
    kano_counts,
    kano_from_counts,
    kano_item,
    kano_mode,
)

# Sauerwein, Bailom, Matzler, Hinterhuber 1996: ski example, per cent
EDGE_GRIP = {"A": 7.0, "O": 32.3, "M": 49.3, "I": 9.5}
EASE_OF_TURN = {"A": 10.4, "O": 45.1, "M": 30.5, "I": 11.5}
SERVICE = {"A": 63.8, "O": 21.6, "M": 2.9, "I": 8.5}


@pytest.mark.parametrize(
    ("functional", "dysfunctional", "letter"),
    [
        (1, 1, "Q"), (1, 2, "A"), (1, 4, "A"), (1, 5, "O"),
        (2, 1, "R"), (2, 3, "I"), (3, 5, "M"), (4, 4, "I"), (4, 5, "M"),
        (5, 1, "R"), (5, 4, "R"), (5, 5, "Q"),
    ],
)  # fmt: skip
def test_pair_falls_into_the_class_of_the_evaluation_table(functional: int, dysfunctional: int, letter: str) -> None:
    category = kano_category(functional, dysfunctional)

    assert category == letter


def test_unanswered_half_of_a_pair_gives_no_class() -> None:
    categories = [kano_category(None, 1), kano_category(1, float("nan"))]

    assert categories == [None, None]


@pytest.mark.parametrize(
    ("counts", "category", "better", "worse"),
    [
        (EDGE_GRIP, "M", 0.4006, -0.8318),
        (EASE_OF_TURN, "O", 0.5692, -0.7754),
        (SERVICE, "A", 0.8822, -0.2531),
    ],
)
def test_ski_example_gives_the_published_classes_and_coefficients(
    counts: dict[str, float], category: str, better: float, worse: float
) -> None:
    item = kano_from_counts(counts)

    assert item.category == category
    assert item.better.value == pytest.approx(better, abs=5e-5)
    assert item.worse.value == pytest.approx(worse, abs=5e-5)


def test_fong_finds_45_against_35_of_100_not_different() -> None:
    test = fong_test({"M": 45, "O": 35, "A": 20})

    assert test.difference == 10
    assert test.threshold == pytest.approx(11.4315, abs=5e-5)
    assert test.distinct is False


def test_fong_finds_a_clear_lead_distinct() -> None:
    test = fong_test({"M": 60, "O": 20, "A": 20})

    assert (test.first, test.distinct) == (Category.MUST_BE, True)


@pytest.mark.parametrize(
    ("counts", "first"),
    [
        ({"A": 5, "I": 5}, "A"),
        ({"O": 5, "A": 5, "I": 5}, "O"),
        ({"M": 5, "O": 5}, "M"),
        ({"I": 4, "R": 4}, "I"),
    ],
)
def test_tie_goes_to_the_class_that_costs_more_when_neglected(counts: dict[str, float], first: str) -> None:
    category, tied = kano_mode(counts)

    assert category == first
    assert set(tied) == set(counts)


def test_missing_pairs_leave_the_base_and_are_counted() -> None:
    functional = [1, 1, 2, np.nan, 1]
    dysfunctional = [5, 5, 5, 5, np.nan]

    item = kano_item(functional, dysfunctional, name="real-time arrival")

    assert (item.n, item.n_missing) == (3, 2)
    assert item.counts == {"M": 1, "O": 2, "A": 0, "I": 0, "R": 0, "Q": 0}


def test_questionable_and_reverse_answers_stay_out_of_better_and_worse() -> None:
    better, worse = better_worse({"A": 1, "O": 1, "M": 1, "I": 1, "R": 50, "Q": 46})

    assert (better.value, better.n) == (0.5, 4)
    assert worse.value == -0.5


def test_coefficient_intervals_enclose_their_value() -> None:
    better, worse = better_worse({"A": 20, "O": 30, "M": 40, "I": 10})

    assert better.low is not None
    assert better.high is not None
    assert better.low < 0.5 < better.high
    assert worse.low is not None
    assert worse.high is not None
    assert worse.low < -0.7 < worse.high


def test_no_answers_give_no_class_and_no_number() -> None:
    item = kano_item([np.nan], [1.0])

    assert item.category is None
    assert item.better.value is None
    assert item.questionable_share is None
    assert item.fong.distinct is None


def test_only_questionable_answers_leave_the_coefficients_empty() -> None:
    item = kano_item([1, 5], [1, 5])

    assert item.category is Category.QUESTIONABLE
    assert item.better.value is None
    assert item.questionable_share == 1.0


def test_answer_off_the_scale_is_named_by_row() -> None:
    with pytest.raises(DataError, match=r"wifi: dysfunctional answer 6 in row 2"):
        kano_item([1, 2], [1, 6], name="wifi")


def test_tables_of_unequal_shape_are_refused() -> None:
    with pytest.raises(DataError, match="functional is"):
        kano_analysis([[1, 2]], [[1], [2]])


def test_tie_order_must_name_each_class() -> None:
    with pytest.raises(ParameterError, match="tie_order"):
        kano_mode({"A": 1}, tie_order=(Category.MUST_BE,))


def test_unknown_class_in_counts_is_refused() -> None:
    with pytest.raises(DataError, match="no Kano class"):
        kano_from_counts({"X": 3})


@pytest.mark.reference
def test_kiosk_survey_equals_the_reference(reference_data: Path) -> None:
    scale = {
        "마음에 든다.": 1,
        "당연하다.": 2,
        "아무런 느낌이 없다.": 3,
        "하는 수 없다.": 4,
        "마음에 안 든다.": 5,
    }
    frame = pd.read_csv(reference_data / "survey" / "kiosk_kservqual_kano_ipa.csv")
    answers = json.loads((reference_data / "reference.json").read_text("utf-8"))["answers"]
    expected = next(entry for entry in answers if entry["id"] == "kano/kiosk")["value"]
    functional = pd.DataFrame({f"K{f['feature']:02d}": frame[f"K{f['feature']:02d}F"].map(scale) for f in expected})
    dysfunctional = pd.DataFrame({f"K{f['feature']:02d}": frame[f"K{f['feature']:02d}D"].map(scale) for f in expected})

    items = kano_analysis(functional, dysfunctional)

    assert len(items) == 29
    for item, known in zip(items, expected, strict=True):
        assert item.counts == known["counts"]
        assert item.n == known["n"]
        assert {c.value for c in item.tied} == set(known["category_by_mode"].split("/"))
        assert item.better.value == pytest.approx(known["better"], rel=1e-6)
        assert item.worse.value == pytest.approx(known["worse"], rel=1e-6)
        assert item.category_strength == pytest.approx(known["category_strength"], rel=1e-6)
        assert item.total_strength == pytest.approx(known["total_strength"], rel=1e-6)
        assert item.fong.threshold == pytest.approx(known["fong_threshold"], rel=1e-6)
        assert item.fong.distinct == known["fong_distinct"]
        assert item.functional_mean == pytest.approx(known["continuous_functional_mean"], rel=1e-6)
        assert item.dysfunctional_mean == pytest.approx(known["continuous_dysfunctional_mean"], rel=1e-6)


def test_counts_of_a_vector_are_whole_numbers() -> None:
    counts = kano_counts([1, 1, 3], [5, 2, 3])

    assert counts == {"M": 0, "O": 1, "A": 1, "I": 1, "R": 0, "Q": 0}
