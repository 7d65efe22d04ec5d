"""Rates of events against published and recomputed values."""

from __future__ import annotations

import math

import pytest
from scipy import stats

from servicequality.errors import DataError
from servicequality.event_rates import compare_rates, rate_interval


@pytest.mark.parametrize(
    ("count", "low", "high"),
    [
        # Garwood's limits as printed in tables of the exact Poisson interval, 95 %.
        (0, 0.0, 3.689),
        (1, 0.0253, 5.572),
        (10, 4.795, 18.390),
        (50, 37.111, 65.919),
    ],
)
def test_exact_limits_of_a_count(count: int, low: float, high: float) -> None:
    found = rate_interval(count, 1)

    assert found.low == pytest.approx(low, abs=5e-4)
    assert found.high == pytest.approx(high, abs=1e-3)


def test_a_rate_is_given_per_million() -> None:
    found = rate_interval(10, 2_000_000, per=1e6)

    assert (found.value, found.n) == (5.0, 10)
    assert found.low == pytest.approx(4.795 / 2, abs=1e-3)


def test_no_exposure_is_no_rate() -> None:
    assert rate_interval(3, 0).value is None


@pytest.mark.parametrize(("count", "exposure"), [(-1, 10), (2, -1), (1.5, 10), (1, math.nan)])
def test_what_cannot_be_is_refused(count: float, exposure: float) -> None:
    with pytest.raises(DataError):
        rate_interval(count, exposure)  # type: ignore[arg-type]


def test_the_limits_hold_at_least_the_level_for_every_mean() -> None:
    for mean in (0.5, 1.0, 3.0, 7.5, 20.0):
        covered = 0.0
        for count in range(80):
            found = rate_interval(count, 1)
            assert found.low is not None
            assert found.high is not None
            if found.low <= mean <= found.high:
                covered += stats.poisson.pmf(count, mean)
        assert covered >= 0.95


def test_two_rates_are_compared_by_the_binomial_of_their_sum() -> None:
    found = compare_rates(20, 1000, 10, 1000)

    expected = 2 * min(stats.binom.cdf(20, 30, 0.5), stats.binom.sf(19, 30, 0.5))
    assert found.p == pytest.approx(expected)
    assert found.ratio == 2.0
    assert found.different is False
    interval = stats.binomtest(20, 30).proportion_ci(method="exact")
    assert found.low == pytest.approx(interval.low / (1 - interval.low))
    assert found.high == pytest.approx(interval.high / (1 - interval.high))


def test_rates_far_apart_are_told_apart_both_ways_round() -> None:
    assert compare_rates(60, 1000, 20, 1000).different is True
    assert compare_rates(20, 1000, 60, 1000).different is True


def test_nothing_happened_in_either_is_not_different() -> None:
    found = compare_rates(0, 100, 0, 50)

    assert (found.different, found.p, found.ratio) == (False, 1.0, None)


def test_no_events_in_the_second_leave_the_ratio_open_above() -> None:
    found = compare_rates(8, 100, 0, 100)

    assert (found.ratio, found.high, found.different) == (None, None, True)


def test_no_exposure_compares_nothing() -> None:
    assert compare_rates(1, 0, 2, 10).different is None
