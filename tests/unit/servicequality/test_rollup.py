"""Roll-up by kind, scores, colours and coverage of an indicator tree."""

import math

import pytest

from servicequality.errors import DataError, ParameterError
from servicequality.rollup import (
    Observation,
    ScoreFunction,
    Thresholds,
    band_score,
    check_decomposition,
    check_weights,
    deduction_score,
    linear_score,
    node_score,
    pooled_quantile,
    roll_up,
)


def test_ratios_divide_the_sums_again() -> None:
    found = roll_up(
        [Observation("A", numerator=95, denominator=100), Observation("B", numerator=10, denominator=20)],
        kind="ratio",
    )

    assert found.value == 0.875
    assert found.n == 120
    assert found.interval is not None
    assert (found.interval.low or 0) < 0.875 < (found.interval.high or 0)


def test_counts_add_durations_weigh_by_cases_scores_by_exposure() -> None:
    counts = roll_up([Observation("A", value=3), Observation("B", value=4)], kind="count")
    waits = roll_up([Observation("A", value=60, n=10), Observation("B", value=30, n=30)], kind="duration")
    scores = roll_up([Observation("A", value=90, exposure=1), Observation("B", value=80, exposure=3)], kind="score")

    assert (counts.value, waits.value, scores.value) == (7, 37.5, 82.5)


def test_missing_child_shows_in_the_coverage_and_is_never_zero() -> None:
    children = [Observation(f"line {i}", numerator=9, denominator=10) for i in range(4)]
    children.append(Observation("line 9", status="late"))
    children.append(Observation("depot", status="not_due"))

    found = roll_up(children, kind="ratio")

    assert found.value == pytest.approx(0.9)
    assert found.coverage == "4 of 5 children"
    assert found.absent == ("line 9",)


def test_no_data_and_empty_denominators_give_none() -> None:
    nothing = roll_up([Observation("A", numerator=math.nan, denominator=3)], kind="ratio")
    empty = roll_up([Observation("A", numerator=0, denominator=0)], kind="ratio")

    assert (nothing.value, nothing.coverage) == (None, "0 of 1 children")
    assert (empty.value, empty.coverage) == (None, "1 of 1 children")


def test_child_counted_twice_is_refused() -> None:
    with pytest.raises(DataError, match="A: is counted twice"):
        roll_up([Observation("A", value=1), Observation("A", value=1)], kind="count")
    with pytest.raises(DataError, match="B: denominator"):
        roll_up([Observation("B", numerator=1, denominator=-1)], kind="ratio")


def test_quantile_comes_from_single_values_of_all_children() -> None:
    children = [Observation("A", raw=(1, 2, 3, math.nan)), Observation("B", raw=(10, 20))]

    median = pooled_quantile(children, 0.5)

    assert (median.value, median.n) == (3, 5)
    with pytest.raises(DataError, match="B: a quantile needs the single values"):
        pooled_quantile([Observation("A", raw=(1,)), Observation("B", value=5)], 0.5)


def test_score_is_level_outside_floor_and_target_in_both_directions() -> None:
    more_is_better = linear_score(80, 95)
    less_is_better = linear_score(30, 10)

    assert [more_is_better.score(v) for v in (70, 80, 87.5, 95, 99)] == [0, 0, 50, 100, 100]
    assert [less_is_better.score(v) for v in (40, 30, 20, 10, 5)] == [0, 0, 50, 100, 100]
    assert more_is_better.score(None) is None
    assert more_is_better.score(math.nan) is None


def test_band_target_and_deductions() -> None:
    occupancy = band_score(40, 60, 80, 100)

    assert [occupancy.score(v) for v in (30, 50, 70, 90, 110)] == [0, 50, 100, 50, 0]
    assert deduction_score([5, 10.5]) == (84.5, 84.5)
    assert deduction_score([5], veto=True) == (0, 95)
    assert deduction_score([60, 70]) == (0, 0)
    with pytest.raises(ParameterError, match="rising"):
        ScoreFunction(((1, 0), (1, 5)))


def test_weights_must_sum_to_100() -> None:
    check_weights({"a": 33.3, "b": 33.3, "c": 33.4})
    with pytest.raises(ParameterError, match="weights sum to 99"):
        check_weights({"a": 50, "b": 49})
    with pytest.raises(ParameterError, match="b: a weight must not be negative"):
        check_weights({"a": 110, "b": -10})


WEIGHTS = {"punctual": 50, "clean": 30, "polite": 20}


def test_missing_child_follows_the_policy_of_the_node() -> None:
    scores = {"punctual": 80.0, "clean": 60.0, "polite": None}

    held = node_score(scores, WEIGHTS)
    spread = node_score(scores, WEIGHTS, missing="renormalise")
    failed = node_score(scores, WEIGHTS, missing="fail")
    carried = node_score(scores, WEIGHTS, missing="carry_forward", last_known={"polite": (90, 1)})
    too_old = node_score(scores, WEIGHTS, missing="carry_forward", last_known={"polite": (90, 2)})

    assert (held.score, held.state) == (None, "held")
    assert spread.score == pytest.approx(72.5)
    assert spread.state == "renormalised"
    assert (failed.score, failed.state) == (58, "failed")
    assert (carried.score, carried.state, carried.carried) == (76, "carried", ("polite",))
    assert (too_old.score, too_old.state) == (None, "held")
    assert {item.coverage for item in (held, spread, failed, carried)} == {"2 of 3 children"}


def test_node_without_any_child_has_no_score() -> None:
    for missing in ("renormalise", "hold", "fail"):
        found = node_score({}, WEIGHTS, missing=missing)

        assert (found.score, found.state) == (None, "no_data")


def test_zero_weight_child_is_kept_and_changes_nothing() -> None:
    found = node_score({"a": 50, "b": 0}, {"a": 100, "b": 0})

    assert (found.score, found.parts) == (50, {"a": 50, "b": 0})


def test_value_on_an_edge_belongs_to_the_band_above() -> None:
    colours = Thresholds((80, 90), ("red", "amber", "green"))

    assert [colours.band(v) for v in (79.99, 80, 89.99, 90)] == ["red", "amber", "amber", "green"]
    assert colours.band(None) is None


def test_hysteresis_keeps_a_trembling_figure_from_blinking() -> None:
    colours = Thresholds((80, 90), ("red", "amber", "green"), hysteresis=1)

    colour, seen = "green", []
    for value in (90.5, 89.5, 89.0, 88.9, 90.5, 91.0):
        colour = colours.band(value, previous=colour) or ""
        seen.append(colour)

    assert seen == ["green", "green", "green", "amber", "amber", "green"]
    with pytest.raises(ParameterError, match="half the narrowest band"):
        Thresholds((80, 81), ("a", "b", "c"), hysteresis=1)


def test_targets_of_children_must_reproduce_the_parent() -> None:
    short = check_decomposition(0.95, {"A": 0.96, "B": 0.90}, {"A": 100, "B": 100}, kind="ratio", direction="up")
    enough = check_decomposition(0.95, {"A": 0.96, "B": 0.90}, {"A": 900, "B": 100}, kind="ratio", direction="up")
    complaints = check_decomposition(100, {"A": 60, "B": 50}, {}, kind="count", direction="down")

    assert not short.consistent
    assert short.implied == pytest.approx(0.93)
    assert enough.consistent
    assert (complaints.gap, complaints.consistent) == (10, False)
