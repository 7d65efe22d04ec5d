"""What counting once promises to whoever asks later."""

import json

import numpy as np
import pandas as pd
import pytest

from servicequality.errors import DataError
from servicequality.scales import BINARY, HUNDRED, LIKERT_5, LIKERT_7, NPS_0_10, Scale
from servicequality.tallies import (
    Moments,
    SurveyTally,
    Tally,
    count_moments,
    empty_survey_tally,
    tally_survey,
)

DIMENSIONS = {"reliability": ["a", "b", "c"], "empathy": ["d", "e"]}
ITEMS = ["a", "b", "c", "d", "e"]


def questionnaires(n: int = 400, seed: int = 3, blanks: float = 0.1) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    table = rng.integers(1, 6, (n, 5)).astype(float)
    table[rng.random((n, 5)) < blanks] = np.nan
    return pd.DataFrame(table, columns=ITEMS)


def units(n: int = 400, seed: int = 4) -> np.ndarray:
    return np.random.default_rng(seed).choice(["north", "south", "west"], n)


def test_a_tally_knows_mean_spread_and_shares_of_the_answers() -> None:
    answers = [1, 2, 2, 5, None, float("nan"), 4]

    tally = Tally.of(answers, LIKERT_5)

    present = np.array([1, 2, 2, 5, 4])
    assert (tally.n, tally.missing) == (5, 2)
    assert tally.mean == pytest.approx(present.mean())
    assert tally.variance == pytest.approx(present.var(ddof=1))
    assert tally.share((4, 5)) == 0.4
    assert tally.quantile(0.5) == 2


def test_no_answers_have_no_mean_rather_than_zero() -> None:
    tally = Tally.of([None, None], LIKERT_5)

    figures = (tally.n, tally.mean, tally.variance, tally.share((5,)), tally.quantile(0.5))

    assert figures == (0, None, None, None, None)


def test_codes_for_not_applicable_are_missing() -> None:
    tally = Tally.of([0, 3, 0, 5], LIKERT_5, na_values=(0,))

    assert (tally.n, tally.missing, tally.mean) == (2, 2, 4.0)


def test_batches_add_up_to_the_whole_and_can_be_taken_back() -> None:
    first, second = [1, 5, None], [3, 3]

    tally = Tally.of(first, LIKERT_5).add(second)

    assert tally == Tally.of(first + second, LIKERT_5)
    assert tally == Tally.of(second, LIKERT_5).merge(Tally.of(first, LIKERT_5))
    assert tally.remove(first) == Tally.of(second, LIKERT_5)


def test_an_answer_never_given_cannot_be_taken_back() -> None:
    tally = Tally.of([1, 2], LIKERT_5)

    with pytest.raises(DataError, match="never counted"):
        tally.remove([5])


def test_tallies_of_different_scales_do_not_merge() -> None:
    with pytest.raises(DataError, match="different scales"):
        Tally.of([1], LIKERT_5).merge(Tally.of([1], LIKERT_7))


def test_a_tally_survives_json() -> None:
    tally = Tally.of([0, 10, 7, None], NPS_0_10)

    again = Tally.from_dict(json.loads(json.dumps(tally.to_dict())))

    assert again == tally
    assert hash(again) == hash(tally)


def test_counts_cannot_be_changed_behind_the_tally() -> None:
    tally = Tally.of([1, 2], LIKERT_5)

    with pytest.raises(ValueError, match="read-only"):
        tally.counts[0] = 7


@pytest.mark.parametrize("kind", ["uint8", "int64", "float64", "float32", "object", "frame", "rows"])
def test_every_kind_of_table_is_counted_alike(kind: str) -> None:
    whole = questionnaires(blanks=0.0)
    table = {
        "uint8": np.asfortranarray(whole.to_numpy(dtype=np.uint8)),
        "rows": np.ascontiguousarray(whole.to_numpy(dtype=np.uint8)),
        "int64": whole.to_numpy(dtype=np.int64),
        "float64": whole.to_numpy(),
        "float32": whole.to_numpy(dtype=np.float32),
        "object": whole.to_numpy().astype(object),
        "frame": whole,
    }[kind]

    tally = tally_survey(table, scale=LIKERT_5, items=ITEMS, dimensions=DIMENSIONS, groups=units())

    for item in ITEMS:
        for unit in ("north", "south", "west"):
            counts = [int(((whole[item] == level) & (units() == unit)).sum()) for level in range(1, 6)]
            assert tally.item(item, group=unit).counts.tolist() == counts


def test_dimension_scores_are_means_of_complete_respondents() -> None:
    table = questionnaires()

    tally = tally_survey(table, scale=LIKERT_5, dimensions=DIMENSIONS, groups=units())

    north = table[units() == "north"][["a", "b", "c"]].dropna().mean(axis=1)
    score = tally.dimension("reliability", group="north")
    assert score.n == len(north)
    assert score.missing == int((units() == "north").sum()) - len(north)
    assert score.mean == pytest.approx(north.mean())
    assert score.variance == pytest.approx(north.var(ddof=1))


def test_joint_moments_are_those_of_respondents_complete_on_all_dimensions() -> None:
    table = questionnaires()

    tally = tally_survey(table, scale=LIKERT_5, dimensions=DIMENSIONS, groups=units())

    for group in (None, "south"):
        rows = table.dropna() if group is None else table[units() == group].dropna()
        scores = np.stack([rows[members].mean(axis=1) for members in DIMENSIONS.values()])
        n, mean, covariance = tally.joint(group=group)
        assert n == len(rows)
        np.testing.assert_allclose(mean, scores.mean(axis=1))
        np.testing.assert_allclose(covariance, np.cov(scores))


def test_questionnaires_counted_batch_by_batch_equal_the_whole() -> None:
    table, names = questionnaires(), units()
    whole = tally_survey(table, scale=LIKERT_5, dimensions=DIMENSIONS, groups=names)

    tally = empty_survey_tally(LIKERT_5, ITEMS, dimensions=DIMENSIONS)
    for start in range(0, 400, 37):
        tally = tally.add(table[start : start + 37], groups=names[start : start + 37])

    assert tally.to_dict() == whole.to_dict()


def test_a_survey_tally_survives_json_and_goes_on_counting() -> None:
    table, names = questionnaires(), units()
    half = tally_survey(table[:200], scale=LIKERT_5, dimensions=DIMENSIONS, groups=names[:200])

    again = SurveyTally.from_dict(json.loads(json.dumps(half.to_dict()))).add(table[200:], groups=names[200:])

    assert again.to_dict() == tally_survey(table, scale=LIKERT_5, dimensions=DIMENSIONS, groups=names).to_dict()


def test_blocks_do_not_show_in_the_result() -> None:
    rng = np.random.default_rng(5)
    table = rng.integers(1, 8, (150_000, 3)).astype(np.uint8)

    tally = tally_survey(table, scale=LIKERT_7, items=["a", "b", "c"], dimensions={"all": ["a", "b", "c"]})

    assert tally.item("b").counts.tolist() == np.bincount(table[:, 1], minlength=8)[1:].tolist()
    np.testing.assert_allclose(tally.moments.covariance(), np.cov(table.T.astype(float)), rtol=1e-10)
    assert tally.dimension("all").mean == pytest.approx(table.mean())


def test_wide_scales_keep_exact_moments() -> None:
    table = np.random.default_rng(6).integers(0, 101, (70_000, 4)).astype(np.uint8)

    moments = count_moments(table, scale=HUNDRED)

    exact = table.astype(np.int64)
    np.testing.assert_array_equal(moments.cross, exact.T @ exact)


def test_an_answer_off_the_scale_is_named_by_row_and_item_in_every_kind_of_table() -> None:
    table = np.full((70_000, 3), 3, dtype=np.uint8)
    table[69_999, 2] = 9

    for wrong in (table, table.astype(float)):
        with pytest.raises(DataError, match="row 69999, item 3: 9 is not on the scale 1 to 5"):
            tally_survey(wrong, scale=LIKERT_5)


def test_the_number_after_the_last_level_is_wrong_and_not_missing() -> None:
    with pytest.raises(DataError, match="2 is not on the scale"):
        tally_survey([[0.0, 2.0]], scale=BINARY)


def test_small_integers_may_carry_a_code_for_not_applicable() -> None:
    table = np.array([[0, 3], [5, 0], [4, 4]], dtype=np.uint8)

    tally = tally_survey(table, scale=LIKERT_5, na_values=(0,))

    assert [tally.item(name).missing for name in tally.items] == [1, 1]
    assert tally.item("item1").mean == 4.5


def test_a_respondent_without_a_unit_is_refused() -> None:
    with pytest.raises(DataError, match="groups, row 1: a respondent has no group"):
        tally_survey([[1], [2]], scale=LIKERT_5, groups=["north", None])


def test_long_dimensions_of_wide_scales_do_not_overflow() -> None:
    table = np.full((10, 700), 100, dtype=np.uint8)
    table[0] = 0
    items = [f"i{number}" for number in range(700)]

    tally = tally_survey(table, scale=HUNDRED, items=items, dimensions={"all": items}, groups=["a"] * 10)

    n, mean, covariance = tally.joint(group="a")
    assert (n, mean[0]) == (10, pytest.approx(90))
    assert covariance[0, 0] == pytest.approx(1000)
    assert tally.dimension("all").mean == pytest.approx(90)


def test_a_number_and_a_text_that_look_alike_are_not_mixed_up_silently() -> None:
    with pytest.raises(DataError, match="same name"):
        tally_survey([[1], [2]], scale=LIKERT_5, groups=["True", True])


def test_pairwise_moments_use_each_pairs_own_respondents() -> None:
    table = questionnaires()

    moments = count_moments(table)

    np.testing.assert_allclose(moments.covariance("pairwise"), table.cov().to_numpy())
    np.testing.assert_allclose(moments.covariance(), table.dropna().cov().to_numpy())
    np.testing.assert_allclose(count_moments(table, scale=LIKERT_5).covariance("pairwise"), table.cov().to_numpy())


def test_moments_survive_json_and_subsets() -> None:
    moments = count_moments(questionnaires(), scale=LIKERT_5)

    again = Moments.from_dict(json.loads(json.dumps(moments.to_dict()))).subset(["d", "a"])

    np.testing.assert_allclose(again.covariance(), moments.covariance()[np.ix_([3, 0], [3, 0])])


def test_stepped_scales_are_counted_by_level() -> None:
    twenty = Scale("six levels", 0, 100, step=20)

    tally = tally_survey(np.array([[0.0], [80.0], [80.0]]), scale=twenty)

    assert tally.item("item1").counts.tolist() == [1, 0, 0, 0, 2, 0]
    assert tally.item("item1").mean == pytest.approx(160 / 3)


def test_unknown_names_are_said() -> None:
    tally = tally_survey([[1]], scale=LIKERT_5, items=["a"], dimensions={"d": ["a"]})

    for ask, place in (
        (lambda: tally.item("z"), "item z"),
        (lambda: tally.dimension("z"), "dimension z"),
        (lambda: tally.item("a", group="z"), "group z"),
    ):
        with pytest.raises(DataError, match=place):
            ask()
    with pytest.raises(DataError, match="no such items: z"):
        tally_survey([[1]], scale=LIKERT_5, items=["a"], dimensions={"d": ["z"]})
