"""What answer scales promise."""

import numpy as np
import pytest

from servicequality.errors import DataError, ParameterError
from servicequality.scales import (
    BINARY,
    CES_7,
    HUNDRED,
    LIKERT_5,
    LIKERT_7,
    NPS_0_10,
    Scale,
    likert,
    reverse_items,
)


def test_five_levels_stretch_to_quarters_of_a_hundred() -> None:
    answers = [1, 2, 3, 4, 5]

    stretched = LIKERT_5.rescale(answers)

    assert stretched.tolist() == [0, 25, 50, 75, 100]


def test_stretching_a_scale_where_low_is_good_turns_it_round() -> None:
    effort = Scale("effort", 1, 5, top=(1, 2), higher_is_better=False)

    stretched = effort.rescale([1, 3, 5])

    assert stretched.tolist() == [100, 50, 0]


def test_reversing_keeps_blanks_blank_and_undoes_itself() -> None:
    answers = np.array([1.0, 7.0, np.nan, 4.0])

    turned = LIKERT_7.reverse(answers)

    assert turned[[0, 1, 3]].tolist() == [7, 1, 4]
    assert np.isnan(turned[2])
    np.testing.assert_array_equal(LIKERT_7.reverse(turned), answers)


def test_only_the_named_items_are_reversed() -> None:
    answers = [[1, 1], [5, 4]]

    turned = reverse_items(answers, [1], LIKERT_5)

    assert turned.tolist() == [[1, 5], [5, 2]]


@pytest.mark.parametrize("wrong", [0, 6, 2.5, np.inf])
def test_an_answer_off_the_scale_is_named_with_its_position(wrong: float) -> None:
    with pytest.raises(DataError, match=r"position 1: .*not on the scale 1 to 5"):
        LIKERT_5.check([3, wrong, 4])


def test_the_usual_top_boxes() -> None:
    scales = [LIKERT_5, LIKERT_7, CES_7, NPS_0_10, BINARY]

    boxes = [scale.top for scale in scales]

    assert boxes == [(4, 5), (6, 7), (5, 6, 7), (9, 10), (1,)]
    assert HUNDRED.size == 101


def test_anchors_at_the_ends_or_on_every_level() -> None:
    ends = likert(7, anchors=("strongly disagree", "strongly agree"))
    every = likert(3, anchors=("poor", "fair", "good"), top_boxes=1)

    labels = [ends.anchor(1), ends.anchor(4), ends.anchor(7), every.anchor(2)]

    assert labels == ["strongly disagree", "", "strongly agree", "fair"]


@pytest.mark.parametrize(
    "fields",
    [{"low": 5, "high": 1}, {"low": 1, "high": 4, "step": 2}, {"low": 1, "high": 5, "anchors": ("a", "b", "c")}],
)
def test_an_impossible_scale_is_refused(fields: dict[str, int]) -> None:
    with pytest.raises(ParameterError):
        Scale("broken", **fields)


def test_a_top_box_off_the_scale_is_refused() -> None:
    with pytest.raises(ParameterError, match="must be levels"):
        Scale("broken", 1, 5, top=(6,))


def test_a_scale_survives_the_trip_through_plain_data() -> None:
    scale = likert(5, anchors=("no", "yes"))

    again = Scale.from_dict(scale.to_dict())

    assert again == scale
