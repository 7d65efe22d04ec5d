"""Run rules on the published vectors, and the price of each set."""

import numpy as np
import pytest

from servicequality.errors import DataError, ParameterError
from servicequality.run_rules import (
    BEYOND_3_SIGMA,
    DEFAULT_RULES,
    NELSON,
    WESTERN_ELECTRIC,
    Alternating,
    Beyond,
    Hugging,
    Mixture,
    Rule,
    RunOnOneSide,
    Trend,
    ZoneCount,
    average_run_length,
    average_run_length_cusum,
    average_run_length_ewma,
    detect,
    false_alarms,
)


@pytest.mark.parametrize(
    ("rule", "values", "points"),
    [
        (RunOnOneSide(9), [0.5] * 10 + [-0.5] * 10, [9, 10, 19, 20]),
        (Trend(6), [1, 2, 3, 4, 5, 6, 7, 7, 6, 5, 4, 3, 2, 1], [6, 7, 13, 14]),
        (ZoneCount(2, 3, 2.0), [0, 2.3, 0.4, 2.2, -2.4, -0.2, -2.5], [4, 7]),
        (ZoneCount(4, 5, 1.0), [1.2, 1.3, 0.2, 1.4, 1.5, -1.2, -1.3, -0.1, -1.4, -1.5], [5, 10]),
        (Mixture(8, 1.0, both_sides=True), [1.2, -1.3, 1.1, -1.4, 1.5, -1.2, 1.3, -1.1, 0.2], [8]),
        (Alternating(14), [0, 1] * 7 + [0, 0], [14, 15]),
        (Hugging(15), [0.9, -0.9] * 8 + [1.0], [15, 16]),
        (Beyond(3), [3.0, 3.01, -3.0, -3.01], [2, 4]),
    ],
)
def test_rule_flags_the_last_point_of_each_window_of_its_vector(
    rule: Rule, values: list[float], points: list[int]
) -> None:
    found = detect(values, [rule])

    assert found.points() == points


def test_mixture_on_one_side_is_a_signal_only_under_the_either_side_reading() -> None:
    shifted = [1.5] * 8

    either = detect(shifted, [Mixture(8, 1.0)])
    both = detect(shifted, [Mixture(8, 1.0, both_sides=True)])

    assert either.points() == [8]
    assert both.points() == []


def test_point_on_the_centre_line_breaks_a_run_unless_it_is_skipped() -> None:
    values = [0.5] * 4 + [0.0] + [0.5] * 4

    broken = detect(values, [RunOnOneSide(8)])
    skipped = detect(values, [RunOnOneSide(8)], on_centre="skip")

    assert broken.points() == []
    assert skipped.points() == [9]


def test_gap_in_the_data_breaks_a_run_unless_it_is_skipped_and_never_signals() -> None:
    values = [0.5] * 4 + [np.nan] + [0.5] * 4 + [np.nan]

    broken = detect(values, [RunOnOneSide(8)])
    skipped = detect(values, [RunOnOneSide(8)], missing="skip")

    assert broken.points() == []
    assert skipped.points() == [9]


def test_side_tells_above_from_below() -> None:
    found = detect([4.0, 0.1, -4.0], BEYOND_3_SIGMA)

    assert found.side[0].tolist() == [1, 0, -1]


def test_many_series_are_judged_as_each_alone() -> None:
    table = np.random.default_rng(7).standard_normal((40, 60))

    together = detect(table, NELSON)

    for i, row in enumerate(table):
        assert np.array_equal(together.hits[:, i], detect(row, NELSON).hits)


@pytest.mark.parametrize(
    ("rules", "arl", "digits"),
    [(BEYOND_3_SIGMA, 370.4, 1), (DEFAULT_RULES, 152.7, 1), (WESTERN_ELECTRIC, 91.75, 2)],
)
def test_average_run_length_of_the_published_sets(rules: tuple[Rule, ...], arl: float, digits: int) -> None:
    # Champ, Woodall 1987
    found = average_run_length(rules)

    assert round(found, digits) == arl


def test_shewhart_chart_needs_44_points_for_one_sigma() -> None:
    assert round(average_run_length(BEYOND_3_SIGMA, shift=1.0), 1) == 43.9


def test_cusum_and_ewma_run_lengths_equal_the_published_ones() -> None:
    # R spc: CUSUM k .5 h 5, EWMA lambda .1 L 2.814
    assert round(average_run_length_cusum(0.5, 5.0)) == 465
    assert round(average_run_length_cusum(0.5, 5.0, shift=1.0), 1) == 10.4
    assert round(average_run_length_ewma(0.1, 2.814)) == 500
    assert round(average_run_length_ewma(0.1, 2.814, shift=1.0), 1) == 10.3


def test_exact_run_length_agrees_with_simulated_charts() -> None:
    z = np.random.default_rng(3).standard_normal((20000, 24))

    chance = [detect(z, rules).any.any(axis=1).mean() for rules in (DEFAULT_RULES, WESTERN_ELECTRIC)]

    assert chance[0] == pytest.approx(false_alarms(DEFAULT_RULES, points=24).chance, abs=0.01)
    assert chance[1] == pytest.approx(false_alarms(WESTERN_ELECTRIC, points=24).chance, abs=0.01)


def test_wall_of_one_hundred_charts_states_its_false_reds() -> None:
    # Rule 1 on 100 charts: some chart is red by chance in 24 % of periods; 6 % of charts within 24 points.
    one_period = false_alarms(BEYOND_3_SIGMA, points=1, charts=100)
    two_years = false_alarms(BEYOND_3_SIGMA, points=24)

    assert round(1 - (1 - one_period.chance) ** 100, 2) == 0.24
    assert round(two_years.chance, 2) == 0.06


def test_sets_with_a_trend_rule_say_that_they_were_simulated() -> None:
    found = false_alarms((Beyond(), Trend(6)), points=24)

    assert not found.exact
    assert 100 < found.arl < 370


def test_unusable_questions_are_refused() -> None:
    with pytest.raises(ParameterError, match="own code"):
        detect([1.0, 2.0], [])
    with pytest.raises(ParameterError, match="own code"):
        detect([1.0, 2.0], [Beyond(), Beyond(2.0)])
    with pytest.raises(DataError, match="dimensions"):
        detect(np.zeros((2, 2, 2)))
    with pytest.raises(ParameterError, match="length"):
        RunOnOneSide(1)
    with pytest.raises(ParameterError, match="no such rule"):
        detect([1.0]).mask("nelson1")
