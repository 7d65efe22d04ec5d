"""Outcome rates against the formulas worked out by hand."""

import pytest

from servicequality.errors import ParameterError
from servicequality.response_rates import Dispositions, eligibility, outcome_rates
from servicequality.sampling_plans import apportion


def test_rates_of_a_worked_example() -> None:
    outcomes = Dispositions(
        complete=400, partial=50, refused=200, non_contact=150, other=25, unknown=100, not_eligible=75
    )

    rates = outcome_rates(outcomes)

    e = 825 / 900
    assert eligibility(outcomes) == pytest.approx(e)
    assert rates.rr1 == pytest.approx(400 / 925)
    assert rates.rr2 == pytest.approx(450 / 925)
    assert rates.rr3 == pytest.approx(400 / (825 + e * 100))
    assert rates.rr4 == pytest.approx(450 / (825 + e * 100))
    assert rates.cooperation == pytest.approx(400 / 675)
    assert rates.refusal == pytest.approx(200 / 925)
    assert rates.contact == pytest.approx(675 / 925)


def test_nobody_called_gives_no_rate() -> None:
    rates = outcome_rates(Dispositions())

    assert set(vars(rates).values()) == {None}


def test_only_unknown_ones_count_whole() -> None:
    assert outcome_rates(Dispositions(unknown=4)).rr3 == 0


def test_negative_counts_are_refused() -> None:
    with pytest.raises(ParameterError):
        Dispositions(refused=-1)


@pytest.mark.parametrize(
    ("n", "shares", "wanted"),
    [
        (33, {"a": 0.7, "b": 0.3}, {"a": 23, "b": 10}),
        (10, {"a": 1 / 3, "b": 1 / 3, "c": 1 / 3}, {"a": 4, "b": 3, "c": 3}),
        (10, {"a": 0.5}, {"a": 5}),
        (0, {"a": 1.0}, {"a": 0}),
    ],
)
def test_parts_are_whole_and_add_up(n: int, shares: dict[str, float], wanted: dict[str, int]) -> None:
    assert apportion(n, shares) == wanted


def test_shares_above_the_whole_are_refused() -> None:
    with pytest.raises(ParameterError):
        apportion(10, {"a": 0.6, "b": 0.5})
