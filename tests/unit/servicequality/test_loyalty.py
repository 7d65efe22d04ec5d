"""NPS, CSAT, CES and their like."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from servicequality.errors import DataError, ParameterError
from servicequality.loyalty import (
    customer_effort,
    customer_satisfaction,
    net_promoter_counts,
    net_promoter_score,
    nps_difference,
    satisfaction_index,
    share_difference,
    top_box,
)
from servicequality.scales import BINARY, LIKERT_5, NPS_0_10
from servicequality.tallies import Tally


def test_nps_of_fifty_thirty_twenty() -> None:
    nps = net_promoter_counts(50, 30, 20)

    figures = [nps.score.value, nps.se, nps.wald.low, nps.wald.high, nps.score.low, nps.score.high]
    assert figures == pytest.approx([0.30, 0.078102, 0.146922, 0.453078, 0.140511, 0.442013], abs=5e-7)
    assert nps.points.value == pytest.approx(30)


def test_nps_of_a_small_sample() -> None:
    nps = net_promoter_counts(19, 9, 8)

    assert [nps.score.value, nps.se] == pytest.approx([0.305556, 0.135055], abs=5e-7)
    assert [nps.score.low, nps.score.high] == pytest.approx([0.028784, 0.535318], abs=5e-7)
    assert (nps.score.low + nps.score.high) / 2 == pytest.approx(0.282051, abs=5e-7)


def test_difference_of_two_nps() -> None:
    first, second = net_promoter_counts(120, 50, 30), net_promoter_counts(90, 60, 50)

    compared = nps_difference(first, second)

    assert compared.difference.value == pytest.approx(0.25)
    assert compared.z == pytest.approx(3.217447, abs=5e-7)


def test_dismissals_never_enter_the_base() -> None:
    answers = [10] * 50 + [7] * 30 + [3] * 20 + [None] * 25

    nps = net_promoter_score(answers)

    assert nps.points.value == pytest.approx(30)
    assert (nps.n, nps.missing) == (100, 25)


def test_nine_promotes_eight_does_not_six_detracts() -> None:
    nps = net_promoter_score([9, 8, 7, 6])

    assert (nps.promoters, nps.passives, nps.detractors) == (1, 2, 1)


def test_all_promoters_still_leave_doubt_in_the_adjusted_interval() -> None:
    nps = net_promoter_counts(5, 0, 0)

    assert (nps.wald.low, nps.wald.high) == (None, None)
    assert nps.score.low is not None
    assert nps.score.low < 0.9


def test_nobody_answered_has_no_nps() -> None:
    nps = net_promoter_score([None, None])

    assert (nps.score.value, nps.se, nps.n, nps.missing) == (None, None, 0, 2)
    assert nps_difference(nps, net_promoter_counts(1, 1, 1)).z is None


def test_an_eleven_and_negative_counts_are_refused() -> None:
    with pytest.raises(DataError, match="11 is not on the scale"):
        net_promoter_score([9, 11])
    with pytest.raises(DataError):
        net_promoter_counts(-1, 0, 0)


def test_csat_counts_the_two_best_boxes_of_those_who_answered() -> None:
    counts = Tally.of_counts([4, 6, 12, 80, 98], LIKERT_5, missing=40)

    csat = customer_satisfaction(counts)

    assert (csat.count, csat.n, csat.missing) == (178, 200, 40)
    assert [csat.share.low, csat.share.high] == pytest.approx([0.8391, 0.9262], abs=5e-5)
    assert csat.bottom_share.value == pytest.approx(10 / 200)
    assert csat.mean.value == pytest.approx((4 + 12 + 36 + 320 + 490) / 200)


def test_ces_counts_five_to_seven() -> None:
    ces = customer_effort([7, 5, 4, 1, None])

    assert (ces.share.value, ces.top) == (0.5, (5, 6, 7))


def test_another_top_box_may_be_asked_for_but_must_be_on_the_scale() -> None:
    assert top_box([5, 4, 4], LIKERT_5, top=[5]).share.value == pytest.approx(1 / 3)
    with pytest.raises(ParameterError, match="levels of the scale"):
        top_box([5], LIKERT_5, top=[6])


def test_a_tally_of_another_scale_is_refused() -> None:
    with pytest.raises(DataError, match="another scale"):
        top_box(Tally.of([5], LIKERT_5), NPS_0_10)


def test_shares_before_and_after_differ_with_z_of_seven() -> None:
    before = top_box(Tally.of_counts([1099, 301], BINARY), BINARY)
    after = top_box(Tally.of_counts([1067, 133], BINARY), BINARY)

    compared = share_difference(before, after)

    assert compared.z == pytest.approx(7.10, abs=0.005)
    assert [compared.difference.low, compared.difference.high] == pytest.approx([0.0760, 0.1319], abs=5e-5)


def test_the_satisfaction_index_is_the_stretched_weighted_mean() -> None:
    answers = pd.DataFrame({"overall": [10, 8, 6], "expected": [9, 7, 5], "ideal": [8, 6, 4]})
    weights = {"overall": 0.5, "expected": 0.3, "ideal": 0.2}

    index = satisfaction_index(answers, weights)

    means = {name: answers[name].mean() for name in answers}
    expected = 100 * (sum(weights[name] * means[name] for name in weights) - 1) / 9
    assert index.value == pytest.approx(expected)
    assert index.n == 3


def test_equal_weights_are_the_index_of_the_plain_mean() -> None:
    answers = np.array([[10, 10, 10], [1, 1, 1], [np.nan, 3, 3]])

    index = satisfaction_index(answers)

    assert (index.value, index.n) == (pytest.approx(50), 2)


def test_index_weights_must_fit() -> None:
    answers = pd.DataFrame({"a": [1, 2]})

    for weights in ({"b": 1.0}, {"a": 0.0}, {"a": -1.0}):
        with pytest.raises(ParameterError):
            satisfaction_index(answers, weights)
    with pytest.raises(DataError, match="between 1 and 10"):
        satisfaction_index([[0, 11]])


@pytest.mark.reference
def test_nps_of_the_service_quality_survey(reference_data: Path) -> None:
    answers = json.loads((reference_data / "reference.json").read_text())["answers"]
    expected = next(entry["value"] for entry in answers if entry["id"] == "nps/sq_sat")
    satisfaction = pd.read_csv(reference_data / "survey/sq_service_quality.csv")["sat"] / 10

    nps = net_promoter_score(satisfaction)

    assert (nps.n, nps.promoters, nps.passives, nps.detractors) == (411, 115, 226, 70)
    assert nps.points.value == pytest.approx(expected["nps"], rel=1e-6)
    assert 100 * nps.se == pytest.approx(expected["se"], rel=1e-6)
    assert [100 * nps.wald.low, 100 * nps.wald.high] == pytest.approx(expected["wald95"], rel=1e-6)
    assert [nps.points.low, nps.points.high] == pytest.approx(expected["adjusted_wald95"], rel=1e-6)
