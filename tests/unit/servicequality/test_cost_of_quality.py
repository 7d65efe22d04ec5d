"""Cost classes, fixed and variable parts, and what an improvement saves."""

from decimal import Decimal

import numpy as np
import pytest

from servicequality.cost_of_quality import (
    CostEntry,
    break_even,
    break_even_volume,
    quality_cost,
    split_by_high_low,
    split_by_regression,
)
from servicequality.errors import DataError, ParameterError
from servicequality.results import Estimate


def test_high_low_splits_the_textbook_cost() -> None:
    line = split_by_high_low([1000, 2000, 3000], [5200, 9999, 9200])

    assert (line.per_unit.value, line.fixed.value) == (2.0, 3200.0)
    assert line.per_unit.low is None


def test_regression_agrees_where_the_cost_is_a_line_and_gives_intervals() -> None:
    exact = split_by_regression([1000, 2000, 3000, np.nan], [5200, 7200, 9200, 1])
    random = np.random.default_rng(1)
    activity = np.linspace(100, 1000, 24)
    noisy = split_by_regression(activity, 500 + 3 * activity + random.normal(0, 50, 24))

    assert exact.per_unit.value == pytest.approx(2)
    assert exact.fixed.value == pytest.approx(3200)
    assert exact.n == 3
    assert (noisy.per_unit.low or 0) < 3 < (noisy.per_unit.high or 0)
    assert exact.cost(1500) == pytest.approx(6200)


def test_line_says_nothing_outside_the_activity_seen() -> None:
    line = split_by_high_low([1000, 3000], [5200, 9200])

    with pytest.raises(ParameterError, match="1000 to 3000"):
        line.cost(5000)
    with pytest.raises(DataError, match="different activity"):
        split_by_regression([5, 5, 5], [1, 2, 3])


def test_quality_costs_are_summed_by_class_with_estimates_apart() -> None:
    entries = [
        CostEntry("training", Decimal(300), "prevention"),
        CostEntry("inspection", Decimal(200), "appraisal"),
        CostEntry("repeat calls", Decimal(400), "internal_failure", "variable", "calls"),
        CostEntry("compensation", Decimal(100), "external_failure"),
        CostEntry("riders lost", Decimal(5000), "external_failure", estimated=True),
        CostEntry("fuel", Decimal(9000)),
    ]

    found = quality_cost(entries, activity=1000)

    assert (found.conformance, found.failure, found.total) == (Decimal(500), Decimal(500), Decimal(1000))
    assert found.estimated["external_failure"] == 5000
    assert found.per_unit == 1.0
    assert found.share_of_service_cost == 0.1
    assert quality_cost([]).per_unit is None


def test_negative_cost_is_refused_by_name() -> None:
    with pytest.raises(DataError, match="refund"):
        quality_cost([CostEntry("refund", Decimal(-1), "external_failure")])


def test_break_even_carries_the_interval_of_the_effect() -> None:
    sure = break_even(one_off=6000, failures_avoided=Estimate(10, 5, 20, 30), cost_per_failure=100, running=100)
    unsure = break_even(one_off=6000, failures_avoided=Estimate(10, -2, 20, 30), cost_per_failure=100)

    assert sure.low == pytest.approx(6000 / 1900)
    assert sure.high == 15
    assert sure.periods == pytest.approx(6000 / 900)
    assert (unsure.periods, unsure.high) == (6, None)
    assert break_even_volume(fixed=1000, price=5, variable=3) == 500
    with pytest.raises(DataError, match="no effect"):
        break_even(one_off=1, failures_avoided=Estimate(None, None, None, 0), cost_per_failure=1)
