"""Cycle times with open items: Kaplan-Meier and its median."""

from __future__ import annotations

import numpy as np
import pytest
from statsmodels.duration.survfunc import SurvfuncRight

from servicequality.errors import DataError
from servicequality.survival import kaplan_meier, km_median

# Remission of acute leukaemia in weeks, 6-MP and placebo (Freireich et al. 1963, Blood 21:699-716).
SIX_MP = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
SIX_MP_ENDED = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]
PLACEBO = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]


def test_median_of_the_treated_counts_those_still_in_remission() -> None:
    closed = SIX_MP_ENDED

    median = km_median(SIX_MP, closed)

    assert (median.value, median.low, median.high, median.n) == (23.0, 13.0, None, 21)


def test_median_of_the_untreated_has_both_limits() -> None:
    closed = [True] * len(PLACEBO)

    median = km_median(PLACEBO, closed)

    assert (median.value, median.low, median.high) == (8.0, 4.0, 11.0)


def test_curve_reproduces_the_published_shares() -> None:
    published = [0.8571, 0.8067, 0.7529, 0.6902, 0.6275, 0.5378, 0.4482]

    curve = kaplan_meier(SIX_MP, SIX_MP_ENDED)

    assert curve.times.tolist() == [6, 7, 10, 13, 16, 22, 23]
    assert curve.survival == pytest.approx(published, abs=5e-5)


def test_curve_and_median_agree_with_another_implementation() -> None:
    draw = np.random.default_rng(20261121)
    lengths, until = draw.exponential(12, 400).round(1), draw.uniform(0, 30, 400).round(1)
    seen, closed = np.minimum(lengths, until), lengths <= until

    curve, median = kaplan_meier(seen, closed), km_median(seen, closed)

    other = SurvfuncRight(seen, closed.astype(int))
    assert curve.survival == pytest.approx(other.surv_prob)
    assert median.value == other.quantile(0.5)
    low, _ = other.quantile_ci(0.5, method="cloglog")
    assert median.low == pytest.approx(low)


def test_leaving_out_the_open_ones_would_make_the_desk_look_faster() -> None:
    durations, closed = [1, 2, 3, 40, 40, 40, 40], [True, True, True, False, True, False, True]

    with_open = km_median(durations, closed)
    without = km_median([d for d, c in zip(durations, closed, strict=True) if c], [True] * 5)

    assert without.value == 3.0
    assert with_open.value == 40.0


def test_median_is_not_known_while_more_than_half_are_open() -> None:
    median = km_median([1, 5, 6, 7], [True, False, False, False])

    assert median.value is None
    assert median.n == 4


def test_no_items_have_no_median() -> None:
    median = km_median([], [])

    assert (median.value, median.low, median.high, median.n) == (None, None, None, 0)


def test_counts_stand_for_repeated_rows() -> None:
    grouped = km_median([2, 4, 4, 9], [True, True, False, True], counts=[3, 5, 2, 4])

    spelled = km_median([2] * 3 + [4] * 5 + [4] * 2 + [9] * 4, [True] * 3 + [True] * 5 + [False] * 2 + [True] * 4)

    assert grouped == spelled


def test_limits_stay_between_none_and_all_open() -> None:
    curve = kaplan_meier([1, 2, 3], [True, True, True])

    inside = ~np.isnan(curve.low)

    assert inside.tolist() == [True, True, False]
    assert ((curve.low[inside] >= 0) & (curve.high[inside] <= 1)).all()


@pytest.mark.parametrize(
    ("durations", "closed", "place"),
    [
        ([1, -1], [True, True], "durations[1]"),
        ([1, float("nan")], [True, True], "durations"),
        ([1], [True, False], "closed"),
    ],
)
def test_bad_durations_are_named(durations: list[float], closed: list[bool], place: str) -> None:
    with pytest.raises(DataError) as refused:
        km_median(durations, closed)

    assert refused.value.place == place
