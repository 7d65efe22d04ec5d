"""Many units side by side."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from servicequality.comparison import (
    adjust_p_values,
    compare_groups,
    independence_test,
    kruskal_wallis,
    letter_groups,
    mann_whitney,
    one_way_anova,
    shrink,
    welch_t,
)
from servicequality.errors import DataError, ParameterError
from servicequality.scales import LIKERT_5
from servicequality.tallies import Tally, tally_survey


def test_holm_steps_down() -> None:
    adjusted = adjust_p_values([0.01, 0.04, 0.03, 0.005])

    assert adjusted.tolist() == pytest.approx([0.03, 0.06, 0.06, 0.02])


def test_adjustments_agree_with_statsmodels_and_skip_untested_pairs() -> None:
    from statsmodels.stats.multitest import multipletests

    p = np.random.default_rng(51).random(40) ** 3

    for own, theirs in (("holm", "holm"), ("bonferroni", "bonferroni"), ("fdr", "fdr_bh")):
        adjusted = adjust_p_values([*p, np.nan], own)  # type: ignore[arg-type]
        np.testing.assert_allclose(adjusted[:-1], multipletests(p, method=theirs)[1])
        assert np.isnan(adjusted[-1])


def shares_letter(letters: tuple[tuple[str, ...], ...], i: int, j: int) -> bool:
    return bool(set(letters[i]) & set(letters[j]))


def test_a_bridge_between_two_units_carries_both_letters() -> None:
    different = np.zeros((3, 3), dtype=bool)
    different[0, 2] = different[2, 0] = True

    assert letter_groups(different) == (("a",), ("a", "b"), ("b",))


@pytest.mark.parametrize("k", [1, 2, 5, 9, 30])
def test_units_share_a_letter_exactly_when_not_proved_different(k: int) -> None:
    rng = np.random.default_rng(k)
    for density in (0.0, 0.3, 0.8, 1.0):
        upper = np.triu(rng.random((k, k)) < density, 1)
        different = upper | upper.T

        letters = letter_groups(different)

        for i in range(k):
            for j in range(k):
                assert shares_letter(letters, i, j) != different[i, j]


def test_a_lopsided_table_is_refused() -> None:
    with pytest.raises(DataError, match="symmetric"):
        letter_groups([[False, True], [False, False]])


def test_units_that_differ_get_letters_of_their_own_best_first() -> None:
    rng = np.random.default_rng(52)
    units = {"north": rng.normal(3, 1, 200), "south": rng.normal(4, 1, 200), "west": rng.normal(3.02, 1, 200)}

    compared = compare_groups(units)

    assert compared.rows[0].group == "south"
    assert compared.row("south").letters == ("a",)
    assert compared.row("north").letters == compared.row("west").letters == ("b",)
    assert set(compared.tiers["b"]) == {"north", "west"}


def test_pairs_are_welch_tests_adjusted_by_holm() -> None:
    rng = np.random.default_rng(53)
    units = {name: rng.normal(mean, 1, 40) for name, mean in (("a", 3), ("b", 3.5), ("c", 4))}

    compared = compare_groups(units)

    pairs = {(pair.first, pair.second): pair for pair in compared.pairs}
    raw = [stats.ttest_ind(units[a], units[b], equal_var=False).pvalue for a, b in pairs]
    assert [pair.p for pair in pairs.values()] == pytest.approx(raw)
    assert [pair.p_adjusted for pair in pairs.values()] == pytest.approx(adjust_p_values(raw).tolist())


def test_fewer_false_differences_than_one_in_twenty_among_equal_units() -> None:
    rng = np.random.default_rng(54)
    false = 0
    for _ in range(300):
        units = {number: rng.normal(4, 1, 30) for number in range(8)}
        false += any(pair.different for pair in compare_groups(units).pairs)

    assert false / 300 < 0.08


def test_the_smallest_unit_is_pulled_most() -> None:
    rng = np.random.default_rng(55)
    units = {"huge": rng.normal(3, 1, 5000), "tiny": rng.normal(4.5, 1, 3), "middle": rng.normal(3.6, 1, 100)}

    compared = compare_groups(units)

    pulled = {row.group: abs(row.estimate.value - row.shrunken.value) for row in compared.rows}
    assert pulled["tiny"] > pulled["middle"] > pulled["huge"]
    assert compared.between_sd > 0


def test_units_that_differ_by_noise_only_are_all_moved_to_the_whole() -> None:
    result = shrink([3.0, 3.1, 2.95], [0.2, 0.2, 0.2])

    assert result.between_sd == 0
    assert result.values.tolist() == pytest.approx([result.centre] * 3)


def test_shrinkage_brings_values_closer_to_the_truth() -> None:
    rng = np.random.default_rng(56)
    truth = rng.normal(4, 0.3, 200)
    variances = 1 / rng.integers(5, 60, 200)
    seen = rng.normal(truth, np.sqrt(variances))

    result = shrink(seen, variances)

    assert np.mean((result.values - truth) ** 2) < 0.8 * np.mean((seen - truth) ** 2)
    covered = np.mean((result.low <= truth) & (truth <= result.high))
    assert 0.90 <= covered <= 0.99


def test_shares_and_nps_are_compared_with_their_own_tests() -> None:
    units = {"a": [5] * 80 + [1] * 20, "b": [5] * 60 + [1] * 40}
    promoters = {"a": [10] * 120 + [8] * 50 + [0] * 30, "b": [9] * 90 + [7] * 60 + [6] * 50}

    share = compare_groups(units, measure="share", top=(4, 5))
    nps = compare_groups(promoters, measure="nps")

    pooled = 0.2 / np.sqrt(0.7 * 0.3 * 2 / 100)
    assert share.pairs[0].p == pytest.approx(2 * stats.norm.sf(pooled))
    assert nps.pairs[0].p == pytest.approx(2 * stats.norm.sf(3.217447), rel=1e-5)


def test_tallies_and_answers_compare_alike() -> None:
    rng = np.random.default_rng(57)
    table, units = rng.integers(1, 6, (300, 2)).astype(float), rng.choice(["x", "y", "z"], 300)
    tally = tally_survey(table, scale=LIKERT_5, items=["q", "r"], groups=units)

    counted = compare_groups(tally.by_group("q"))
    direct = compare_groups({unit: table[units == unit, 0] for unit in ("x", "y", "z")})

    assert [row.group for row in counted.rows] == [row.group for row in direct.rows]
    assert [pair.p for pair in counted.pairs] == pytest.approx([pair.p for pair in direct.pairs])


def test_a_unit_nobody_answered_for_is_listed_and_not_ranked() -> None:
    compared = compare_groups({"a": [1, 2, 3], "b": [None, None], "c": [2, 3, 4]})

    assert compared.without_data == ("b",)
    assert {row.group for row in compared.rows} == {"a", "c"}
    with pytest.raises(DataError, match="group b"):
        compared.row("b")


def test_a_unit_of_one_answer_cannot_be_told_apart() -> None:
    compared = compare_groups({"one": [5], "many": [1, 2, 1, 2, 1, 2]})

    assert compared.pairs[0].p is None
    assert compared.pairs[0].different is False
    assert compared.row("one").letters == compared.row("many").letters == ("a",)


def test_where_low_is_good_the_lowest_unit_comes_first() -> None:
    compared = compare_groups({"slow": [9, 8, 9], "quick": [1, 2, 1]}, higher_is_better=False)

    assert [row.group for row in compared.rows] == ["quick", "slow"]


def test_a_share_of_nothing_in_particular_is_refused() -> None:
    with pytest.raises(ParameterError, match="top"):
        compare_groups({"a": [1]}, measure="share")


def test_rank_tests_from_counts_equal_those_from_answers() -> None:
    rng = np.random.default_rng(58)
    groups = {name: rng.integers(1, 6, n) for name, n in (("a", 40), ("b", 55), ("c", 30))}
    tallies = {name: Tally.of(values, LIKERT_5) for name, values in groups.items()}
    h, p = stats.kruskal(*groups.values())
    w, p_w = stats.mannwhitneyu(groups["a"], groups["b"], method="asymptotic")

    kruskal, pair = kruskal_wallis(tallies), mann_whitney(tallies["a"], tallies["b"])

    assert [kruskal.h, kruskal.p] == pytest.approx([h, p])
    assert [pair.w, pair.p] == pytest.approx([w, p_w])
    f, p_f = stats.f_oneway(*groups.values())
    anova = one_way_anova(tallies)
    assert [anova.f, anova.p] == pytest.approx([f, p_f])


@pytest.mark.parametrize("groups", [{"a": [1, 1]}, {"a": [2, 2], "b": [2, 2]}, {"a": [], "b": [1, 2]}])
def test_nothing_to_compare_is_said(groups: dict[str, list[float]]) -> None:
    for test in (one_way_anova, kruskal_wallis):
        with pytest.raises(DataError):
            test(groups)


@pytest.mark.reference
def test_the_airline_survey_compared(reference_data: Path) -> None:
    answers = json.loads((reference_data / "reference.json").read_text())["answers"]
    expected = next(entry["value"] for entry in answers if entry["id"] == "tests/airline")
    table = pd.read_csv(reference_data / "survey/airline_sample_20k.csv")
    boarding = table["Online Boarding"].replace(0, np.nan)
    by_class = {name: Tally.of(boarding[rows], LIKERT_5) for name, rows in table.groupby("Class").groups.items()}
    female, male = (Tally.of(boarding[table["Gender"] == sex], LIKERT_5) for sex in ("Female", "Male"))

    chi = independence_test(pd.crosstab(table["Class"], table["Satisfaction"]))
    anova, kruskal = one_way_anova(by_class), kruskal_wallis(by_class)
    welch, ranks = welch_t(female, male), mann_whitney(female, male)

    found = {
        "chi2": chi.chi2,
        "chi2_df": chi.df,
        "cramers_v": chi.cramers_v,
        "anova_F": anova.f,
        "anova_p": anova.p,
        "eta2": anova.eta_squared,
        "kruskal_H": kruskal.h,
        "kruskal_p": kruskal.p,
        "welch_t": welch.t,
        "welch_df": welch.df,
        "welch_p": welch.p,
        "mean_female": female.mean,
        "mean_male": male.mean,
        "mannwhitney_W": ranks.w,
        "mannwhitney_p": ranks.p,
    }
    assert found == pytest.approx({name: expected[name] for name in found}, rel=1e-6)
    assert [anova.df_between, anova.df_within] == expected["anova_df"]
    satisfied = table["Satisfaction"] == "Satisfied"
    shares = compare_groups(
        {name: satisfied[rows].astype(float) for name, rows in table.groupby("Class").groups.items()},
        measure="share",
        top=(1,),
    )
    assert {row.group: row.estimate.value for row in shares.rows} == pytest.approx(
        expected["satisfied_share_by_class"], rel=1e-6
    )
    for kind, mean in expected["mean_departure_delay_by_satisfaction"].items():
        assert table["Departure Delay"][table["Satisfaction"] == kind].mean() == pytest.approx(mean, rel=1e-6)
