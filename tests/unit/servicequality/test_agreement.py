"""Agreement of evaluators: published answers, gaps, paradoxes, bias."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from servicequality.agreement import (
    BiasVerdict,
    ReliabilityUse,
    alignment,
    applicability_agreement,
    cohen_kappa,
    cohen_kappa_table,
    evaluator_bias,
    fleiss_kappa,
    fleiss_kappa_counts,
    gwet_ac1,
    icc,
    items_by_disagreement,
    krippendorff_alpha,
    percent_agreement,
    reliability_use,
)
from servicequality.agreement.alpha import Metric
from servicequality.errors import DataError, ParameterError

NAN = float("nan")


def _units(text: str) -> np.ndarray[Any, Any]:
    """Rows separated by /, gaps as . or *."""
    rows = [row.split() for row in text.split("/")]
    return np.array([[NAN if cell in ".*" else float(cell) for cell in row] for row in rows])


# Krippendorff 2011: 12 units, observers A B C D
CANONICAL = _units("1 1 . 1/2 2 3 2/3 3 3 3/3 3 3 3/2 2 2 2/1 2 3 4/4 4 4 4/1 1 2 1/2 2 2 2/. 5 5 5/. . 1 1/. . 3 .")
# 3 coders × 15 units with many gaps
SPARSE = _units("* * * * * 3 4 1 2 1 1 3 3 * 3/1 * 2 1 3 3 4 3 * * * * * * */* * 2 1 3 4 4 * 2 1 1 3 3 * 4").T
# Shrout, Fleiss 1979: 6 targets × 4 judges
SHROUT_FLEISS = _units("9 2 5 8/6 1 3 2/8 4 6 8/7 1 2 6/10 5 6 9/6 2 4 7")
# 10 subjects × 5 categories, 14 raters
FLEISS_COUNTS = _units(
    "0 0 0 0 14/0 2 6 4 2/0 0 3 5 6/0 3 9 2 0/2 2 8 1 1/7 7 0 0 0/3 2 6 3 0/2 5 3 2 2/6 5 2 1 0/0 2 2 3 7"
)
# Fleiss 1971, table 1: 30 patients × 5 diagnoses, 6 psychiatrists
DIAGNOSES = _units(
    "0 0 0 6 0/0 3 0 0 3/0 1 4 0 1/0 0 0 0 6/0 3 0 3 0/2 0 4 0 0/0 0 4 0 2/2 0 3 1 0/2 0 0 4 0/0 0 0 0 6/"
    "1 0 0 5 0/1 1 0 4 0/0 3 3 0 0/1 0 0 5 0/0 2 0 3 1/0 0 5 0 1/3 0 0 1 2/5 1 0 0 0/0 2 0 4 0/1 0 2 0 3/"
    "0 0 0 0 6/0 1 0 5 0/0 2 0 1 3/2 0 0 4 0/1 0 0 4 1/0 5 0 1 0/4 0 0 0 2/0 2 0 4 0/1 0 5 0 0/0 0 0 0 6"
)


def _pairs(table: list[list[int]]) -> tuple[list[float], list[float]]:
    cells = [(i, j) for i, row in enumerate(table) for j, count in enumerate(row) for _ in range(count)]
    return [float(i) for i, _ in cells], [float(j) for _, j in cells]


@pytest.mark.parametrize(
    ("metric", "alpha"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849), ("ratio", 0.797)]
)
def test_alpha_of_krippendorffs_own_example(metric: Metric, alpha: float) -> None:
    result = krippendorff_alpha(CANONICAL, metric=metric, draws=0)

    assert result.alpha.value == pytest.approx(alpha, abs=5e-4)
    assert (result.n_units, result.n_ratings, result.n_unpaired) == (11, 40, 1)


@pytest.mark.parametrize(
    ("metric", "alpha", "digits"),
    [("nominal", 0.691358, 6), ("ordinal", 0.8067, 4), ("interval", 0.810845, 6), ("ratio", 0.8089, 4)],
)
def test_alpha_with_most_ratings_missing(metric: Metric, alpha: float, digits: int) -> None:
    result = krippendorff_alpha(SPARSE, metric=metric, draws=0)

    assert result.alpha.value == pytest.approx(alpha, abs=0.5 * 10**-digits)


def test_alpha_interval_encloses_it_and_repeats_with_the_seed() -> None:
    first = krippendorff_alpha(CANONICAL, metric="interval", seed=3)
    second = krippendorff_alpha(CANONICAL, metric="interval", seed=3)

    assert first == second
    assert first.alpha.low is not None
    assert first.alpha.high is not None
    assert first.alpha.low < 0.849 < first.alpha.high <= 1


def test_alpha_without_variation_is_unknown_not_perfect() -> None:
    result = krippendorff_alpha([[1, 1], [1, 1], [1, 1]])

    assert result.alpha.value is None
    assert result.use is ReliabilityUse.UNKNOWN


def test_alpha_needs_a_unit_rated_twice() -> None:
    with pytest.raises(DataError, match="no unit has two ratings"):
        krippendorff_alpha([[1, NAN], [NAN, 2]])


def test_ratio_metric_refuses_negative_values() -> None:
    with pytest.raises(DataError, match="ratio metric"):
        krippendorff_alpha([[-1, 1], [2, 2]], metric="ratio")


def test_unknown_metric_is_refused() -> None:
    with pytest.raises(ParameterError, match="metric"):
        krippendorff_alpha(CANONICAL, metric="cardinal")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("alpha", "use"),
    [
        (0.6669, ReliabilityUse.NOT_FOR_PAY),
        (0.667, ReliabilityUse.TENTATIVE),
        (0.7999, ReliabilityUse.TENTATIVE),
        (0.8, ReliabilityUse.GOOD),
        (None, ReliabilityUse.UNKNOWN),
    ],
)
def test_gate_opens_at_krippendorffs_cut_offs(alpha: float | None, use: ReliabilityUse) -> None:
    found = reliability_use(alpha)

    assert found is use


def test_items_in_need_of_rewriting_come_first() -> None:
    items = {
        "greeting": [[1, 1], [2, 2], [1, 1]],
        "empathy": [[1, 2], [2, 1], [1, 1]],
        "all fine": [[1, 1], [1, 1]],
    }

    ranking = items_by_disagreement(items, metric="nominal", draws=0)

    assert [name for name, _ in ranking] == ["empathy", "greeting", "all fine"]


def test_cohen_kappa_of_the_textbook_table() -> None:
    first, second = _pairs([[20, 5], [10, 15]])

    result = cohen_kappa(first, second)

    assert result.observed == pytest.approx(0.70)
    assert result.expected == pytest.approx(0.50)
    assert result.kappa.value == pytest.approx(0.40)


@pytest.mark.parametrize(
    ("table", "kappa", "ac1"), [([[40, 9], [6, 45]], 0.6995, 0.7007), ([[80, 10], [5, 5]], 0.3182, 0.8080)]
)
def test_rare_category_lowers_kappa_but_not_ac1(table: list[list[int]], kappa: float, ac1: float) -> None:
    first, second = _pairs(table)

    cohen = cohen_kappa(first, second)
    gwet = gwet_ac1(np.column_stack([first, second]))

    assert cohen.observed == pytest.approx(0.85)
    assert cohen.kappa.value == pytest.approx(kappa, abs=5e-5)
    assert gwet.observed == pytest.approx(0.85)
    assert gwet.ac1.value == pytest.approx(ac1, abs=5e-5)


def test_weighted_kappa_of_cohens_1968_example() -> None:
    p = [[0.44, 0.07, 0.09], [0.05, 0.20, 0.05], [0.01, 0.03, 0.06]]
    penalty = [[0, 1, 3], [1, 0, 6], [3, 6, 0]]

    plain = cohen_kappa_table(p, n=200)
    weighted = cohen_kappa_table(p, weights=penalty, n=200)

    assert plain.kappa.value == pytest.approx(0.492, abs=5e-4)
    assert weighted.kappa.value == pytest.approx(0.348, abs=5e-4)


def test_pairs_with_a_gap_leave_cohens_base() -> None:
    result = cohen_kappa([1, 2, NAN, 1], [1, 2, 2, NAN])

    assert (result.n, result.n_missing, result.kappa.value) == (2, 2, 1.0)


def test_kappa_is_unknown_when_both_use_one_category() -> None:
    result = cohen_kappa([1, 1, 1], [1, 1, 1])

    assert result.kappa.value is None
    assert result.observed == 1.0


def test_level_of_the_scale_that_nobody_used_changes_weighted_kappa_only_through_the_scale() -> None:
    first, second = [1, 2, 3, 2], [1, 3, 3, 2]

    unused = cohen_kappa(first, second, weights="linear", categories=[1, 2, 3, 4, 5])
    used = cohen_kappa(first, second, weights="linear")

    assert unused.kappa.value == pytest.approx(used.kappa.value)
    assert unused.observed > used.observed


def test_rating_off_the_scale_is_refused() -> None:
    with pytest.raises(DataError, match="7 is not one of the categories"):
        cohen_kappa([1, 7], [1, 2], categories=[1, 2, 3])


def test_penalties_need_zeros_on_the_diagonal() -> None:
    with pytest.raises(ParameterError, match="zeros on the diagonal"):
        cohen_kappa_table([[1, 2], [3, 4]], weights=[[1, 0], [0, 1]])


def test_fleiss_kappa_of_fourteen_raters() -> None:
    result = fleiss_kappa_counts(FLEISS_COUNTS, draws=0)

    assert result.observed == pytest.approx(0.3780, abs=5e-5)
    assert result.expected == pytest.approx(0.2128, abs=5e-5)
    assert result.kappa.value == pytest.approx(0.2099, abs=5e-5)


def test_fleiss_kappa_of_the_1971_diagnoses() -> None:
    result = fleiss_kappa_counts(DIAGNOSES, draws=0)

    assert DIAGNOSES.sum(axis=0).tolist() == [26, 26, 30, 55, 43]
    assert result.kappa.value == pytest.approx(0.430, abs=5e-4)


def test_fleiss_kappa_points_to_alpha_when_a_rating_is_missing() -> None:
    with pytest.raises(DataError, match=r"unit 1: .*Krippendorff"):
        fleiss_kappa(CANONICAL)


def test_fleiss_bootstrap_interval_encloses_the_value() -> None:
    result = fleiss_kappa_counts(DIAGNOSES)

    assert result.kappa.low is not None
    assert result.kappa.high is not None
    assert result.kappa.low < 0.430 < result.kappa.high


def test_unequal_numbers_of_ratings_are_refused() -> None:
    with pytest.raises(DataError, match="same number"):
        fleiss_kappa_counts([[1, 2], [2, 2]])


def test_percent_agreement_averages_pairs_over_units_rated_twice() -> None:
    estimate = percent_agreement(_units("1 1 2/3 3 3/1 . ."), draws=0)

    assert estimate.value == pytest.approx((1 / 3 + 1) / 2)
    assert estimate.n == 2


def test_ac1_keeps_units_rated_once_in_the_shares_only() -> None:
    result = gwet_ac1(_units("1 1/2 2/1 ."))

    assert (result.n_units, result.n_single, result.observed) == (2, 1, 1.0)
    assert result.expected == pytest.approx(2 * (2 / 3) * (1 / 3))


def test_ac1_of_four_raters_with_gaps_has_the_interval_gwets_own_program_prints() -> None:
    result = gwet_ac1(CANONICAL)

    assert result.ac1.value == pytest.approx(0.77544, abs=5e-6)
    assert result.ac1.low == pytest.approx(0.4608, abs=5e-5)
    assert result.ac1.high == 1


def test_applicability_is_judged_apart_from_the_score() -> None:
    ratings = np.array([[5, NAN], [3, 4], [NAN, NAN], [1, 2]])

    result = applicability_agreement(ratings)

    assert result.observed == pytest.approx(0.75)


def test_evaluator_who_was_away_did_not_say_not_applicable() -> None:
    ratings = np.array([[5, NAN], [3, 4]])

    result = applicability_agreement(ratings, absent=[[False, True], [False, False]])

    assert (result.n_units, result.observed) == (1, 1.0)


def test_six_intraclass_correlations_of_shrout_and_fleiss() -> None:
    result = icc(SHROUT_FLEISS)

    values = [form.icc.value for form in result.forms]
    assert [form.shrout_fleiss for form in result.forms] == ["ICC1", "ICC2", "ICC3", "ICC1k", "ICC2k", "ICC3k"]
    assert values == pytest.approx([0.166, 0.290, 0.715, 0.443, 0.620, 0.909], abs=5e-4)
    assert [round(value or 0, 2) for value in values] == [0.17, 0.29, 0.71, 0.44, 0.62, 0.91]


def test_units_with_a_gap_leave_the_intraclass_correlation() -> None:
    with_gap = np.vstack([SHROUT_FLEISS, [5, NAN, 5, 5]])

    result = icc(with_gap)

    assert (result.n, result.n_missing) == (6, 1)
    assert result.agreement == icc(SHROUT_FLEISS).agreement


def test_evaluator_who_is_always_one_point_higher_is_consistent_but_does_not_agree() -> None:
    ratings = [[1, 2], [2, 3], [3, 4], [5, 6]]

    result = icc(ratings)

    assert result.consistency.icc.value == pytest.approx(1)
    assert result.consistency.icc.low is None
    assert result.agreement.icc.value is not None
    assert result.agreement.icc.value < 0.95


def test_units_that_do_not_differ_have_no_intraclass_correlation() -> None:
    with pytest.raises(DataError, match="nothing to tell apart"):
        icc([[1, 2], [2, 1], [1, 2]])


def test_lenient_and_severe_evaluators_are_told_from_the_benchmark() -> None:
    benchmark = [70.0, 80, 90, 60, 75, 85, 95, 65]
    offsets: dict[str, list[float]] = {
        "kind": [6, 5, 7, 6, 5, 6, 7, 5],
        "fair": [1, -1, 0, 1, -1, 0, 1, -1],
        "strict": [-8, -7, -9, -8, -7, -8, -9, -8],
        "new": [3] + [NAN] * 7,
    }
    ratings = pd.DataFrame({name: np.add(benchmark, offset) for name, offset in offsets.items()})

    found = evaluator_bias(ratings, benchmark=benchmark)

    assert [row.verdict for row in found] == [
        BiasVerdict.LENIENT,
        BiasVerdict.NOT_DIFFERENT,
        BiasVerdict.SEVERE,
        BiasVerdict.NOT_ENOUGH,
    ]
    assert [row.bias.n for row in found] == [8, 8, 8, 1]
    assert found[2].bias.value == pytest.approx(-8)
    assert found[1].exact_share == pytest.approx(0.25)


def test_without_benchmark_colleagues_on_the_same_unit_are_the_measure() -> None:
    ratings = np.array([[4, 2, 3], [5, 3, 4], [NAN, 3, 3], [2, NAN, NAN]])

    found = evaluator_bias(ratings, names=["a", "b", "c"])

    assert found[0].bias.value == pytest.approx(1.5)
    assert found[0].bias.n == 2
    assert found[1].bias.value == pytest.approx(np.mean([-1.5, -1.5, 0]))


def test_two_equal_differences_do_not_make_a_verdict() -> None:
    found = evaluator_bias([[3.0], [4.0]], benchmark=[2, 3])

    assert found[0].verdict is BiasVerdict.NOT_DIFFERENT


def test_alignment_of_one_criterion_with_its_share_of_the_card() -> None:
    result = alignment([10, 65], [7, 65], [15, 65])

    assert result.shares[0] == pytest.approx(0.80)
    assert result.contribution[0] == pytest.approx(15.00)
    assert result.possible[0] == pytest.approx(18.75)
    assert result.total == pytest.approx(0.9625)


def test_alignment_leaves_out_what_was_not_applicable() -> None:
    result = alignment([10, NAN], [10, 5], [15, 65])

    assert result.shares == (1.0, None)
    assert result.total == 1.0


def _known(reference_data: Path, case: str) -> dict[str, Any]:
    answers = json.loads((reference_data / "reference.json").read_text("utf-8"))["answers"]
    value: dict[str, Any] = next(entry for entry in answers if entry["id"] == case)["value"]
    return value


def _video(reference_data: Path) -> pd.DataFrame:
    return pd.read_csv(reference_data / "raters" / "video.csv").drop(columns="subject")


@pytest.mark.reference
@pytest.mark.parametrize(("case", "second"), [("r2_r3", "rater3"), ("r2_r4", "rater4")])
def test_cohen_kappa_of_two_video_raters_equals_the_reference(reference_data: Path, case: str, second: str) -> None:
    known = _known(reference_data, f"cohen_kappa/video_{case}")
    ratings = _video(reference_data)
    scale = [1, 2, 3, 4, 5]

    plain = cohen_kappa(ratings["rater2"], ratings[second])
    linear = cohen_kappa(ratings["rater2"], ratings[second], weights="linear", categories=scale)
    quadratic = cohen_kappa(ratings["rater2"], ratings[second], weights="quadratic", categories=scale)

    assert plain.n == known["n"]
    assert plain.observed == pytest.approx(known["observed_agreement"], rel=1e-6)
    assert plain.kappa.value == pytest.approx(known["kappa"], rel=1e-6)
    assert plain.kappa.low == pytest.approx(known["kappa_ci95"]["lower"], rel=1e-6)
    assert plain.kappa.high == pytest.approx(known["kappa_ci95"]["upper"], rel=1e-6)
    assert linear.kappa.value == pytest.approx(known["kappa_linear"], rel=1e-6)
    assert quadratic.kappa.value == pytest.approx(known["kappa_quadratic"], rel=1e-6)


@pytest.mark.reference
def test_fleiss_kappa_of_the_videos_equals_the_reference(reference_data: Path) -> None:
    known = _known(reference_data, "fleiss_kappa/video")

    result = fleiss_kappa(_video(reference_data), draws=0)

    assert result.kappa.value == pytest.approx(known["kappa"], rel=1e-6)
    assert result.se0 == pytest.approx(known["se0"], rel=1e-6)
    assert result.z == pytest.approx(known["z"], rel=1e-6)
    assert result.randolph == pytest.approx(known["randolph_free_marginal"], rel=1e-6)
    assert list(result.category_share) == pytest.approx(known["category_share"], rel=1e-6)
    assert list(result.category_kappa) == pytest.approx(known["category_kappa"], rel=1e-6)


@pytest.mark.reference
def test_intraclass_correlations_of_the_videos_equal_the_reference(reference_data: Path) -> None:
    known = _known(reference_data, "icc/video")

    result = icc(_video(reference_data))

    for form in result.forms:
        expected = known[form.shrout_fleiss]
        assert form.icc.value == pytest.approx(expected["ICC"], rel=1e-6)
        assert form.f == pytest.approx(expected["F"], rel=1e-6)
        assert (form.df1, form.df2) == (expected["df1"], expected["df2"])
        assert form.p_value == pytest.approx(expected["p"], rel=1e-6)
        assert form.icc.low == pytest.approx(expected["lower95"], rel=1e-6)
        assert form.icc.high == pytest.approx(expected["upper95"], rel=1e-6)


@pytest.mark.reference
@pytest.mark.parametrize(("case", "index"), [("krippendorff_canonical", "unit"), ("video", "subject")])
def test_alpha_equals_the_reference(reference_data: Path, case: str, index: str) -> None:
    known = _known(reference_data, f"krippendorff_alpha/{case}")
    ratings = pd.read_csv(reference_data / "raters" / f"{case}.csv").drop(columns=index)

    found = {
        metric: krippendorff_alpha(ratings, metric=metric, draws=0).alpha.value for metric in METRICS[: len(known)]
    }

    assert found == pytest.approx(known, rel=1e-6)


METRICS: tuple[Metric, ...] = ("nominal", "ordinal", "interval", "ratio")
