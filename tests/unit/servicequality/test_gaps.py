"""Gaps between what people expect and what they get."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from servicequality.errors import DataError, ParameterError
from servicequality.gaps import GapTally, empty_gap_tally, gap_analysis, importance_weights, tally_gaps
from servicequality.reliability import cronbach_alpha, difference_reliability
from servicequality.scales import LIKERT_5, LIKERT_7

ITEMS = ["clean", "neat", "prompt", "exact", "kind"]
DIMENSIONS = {"tangibles": ["clean", "neat"], "reliability": ["prompt", "exact", "kind"]}


def pairs(n: int = 300, seed: int = 11, blanks: float = 0.08) -> tuple[pd.DataFrame, pd.DataFrame, np.ndarray]:
    rng = np.random.default_rng(seed)
    person = rng.normal(0, 1, (n, 1))
    sides = []
    for level in (5.0, 6.0):
        table = np.clip(np.rint(level + 0.7 * person + rng.normal(0, 1, (n, 5))), 1, 7)
        table[rng.random((n, 5)) < blanks] = np.nan
        sides.append(pd.DataFrame(table, columns=ITEMS))
    return sides[0], sides[1], rng.choice(["metro", "tram"], n)


def test_an_item_gap_is_a_paired_t_test() -> None:
    perceived, expected, _ = pairs()
    both = perceived["prompt"].notna() & expected["prompt"].notna()
    paired = stats.ttest_rel(perceived["prompt"][both], expected["prompt"][both])

    gap = gap_analysis(tally_gaps(perceived, expected)).total.items[2]

    assert gap.gap.n == both.sum()
    assert gap.t == pytest.approx(paired.statistic)
    assert gap.p == pytest.approx(paired.pvalue)
    assert gap.gap.low == pytest.approx(paired.confidence_interval().low)
    assert gap.first.value - gap.second.value == pytest.approx(gap.gap.value)


def test_half_a_pair_counts_on_neither_side() -> None:
    gaps = gap_analysis(tally_gaps([[5.0], [np.nan], [3.0]], [[7.0], [6.0], [np.nan]]))

    item = gaps.total.items[0]
    assert (item.first.value, item.second.value, item.gap.value, item.gap.n) == (5.0, 7.0, -2.0, 1)


def test_a_dimension_gap_is_the_mean_over_people_who_answered_all_its_pairs() -> None:
    perceived, expected, _ = pairs()
    difference = (perceived - expected)[["clean", "neat"]].dropna().mean(axis=1)

    gap = gap_analysis(tally_gaps(perceived, expected, dimensions=DIMENSIONS)).total.dimensions[0]

    assert (gap.name, gap.gap.n) == ("tangibles", len(difference))
    assert gap.gap.value == pytest.approx(difference.mean())
    assert gap.sd == pytest.approx(difference.std())


def test_overall_and_weighted_gaps_are_of_persons() -> None:
    perceived, expected, modes = pairs()
    tram = (perceived - expected)[modes == "tram"].dropna()
    scores = np.stack([tram[members].mean(axis=1) for members in DIMENSIONS.values()], axis=1)
    weights = {"tangibles": 1, "reliability": 3}

    gaps = gap_analysis(tally_gaps(perceived, expected, dimensions=DIMENSIONS, groups=modes), weights=weights)

    weighted = scores @ [0.25, 0.75]
    low, high = stats.t.interval(0.95, len(tram) - 1, weighted.mean(), stats.sem(weighted))
    group = gaps.group("tram")
    assert group.overall.value == pytest.approx(scores.mean())
    assert [group.weighted.value, group.weighted.low, group.weighted.high] == pytest.approx(
        [weighted.mean(), low, high]
    )


def test_the_published_unweighted_and_weighted_servqual_gap() -> None:
    gaps = {"tangibles": -0.65, "reliability": -1.10, "responsiveness": -0.83, "assurance": -0.70, "empathy": -1.01}
    points = {"tangibles": 11, "reliability": 32, "responsiveness": 22, "assurance": 19, "empathy": 16}
    items = list(gaps)
    expected = np.full((100, 5), 7.0)
    perceived = expected.copy()
    for column, gap in enumerate(gaps.values()):
        lost = round(-100 * gap)
        perceived[: lost % 100, column] -= lost // 100 + 1
        perceived[lost % 100 :, column] -= lost // 100

    analysis = gap_analysis(
        tally_gaps(perceived, expected, items=items, dimensions={item: [item] for item in items}), weights=points
    )

    assert analysis.total.overall.value == pytest.approx(-0.858)
    assert analysis.total.weighted.value == pytest.approx(-0.9007)


def test_every_gap_shows_how_reliable_the_difference_is() -> None:
    perceived, expected, _ = pairs(blanks=0.0)
    members = DIMENSIONS["reliability"]
    alpha_p, alpha_e = (cronbach_alpha(side[members]).alpha.value for side in (perceived, expected))
    a, b = perceived[members].sum(axis=1), expected[members].sum(axis=1)
    by_alpha_of_differences = cronbach_alpha(perceived[members] - expected[members]).alpha.value

    shown = gap_analysis(tally_gaps(perceived, expected, dimensions=DIMENSIONS)).total.dimensions[1].reliability

    assert [shown.first, shown.second] == pytest.approx([alpha_p, alpha_e])
    assert shown.correlation == pytest.approx(np.corrcoef(a, b)[0, 1])
    assert shown.reliability == pytest.approx(
        difference_reliability(alpha_p, alpha_e, np.corrcoef(a, b)[0, 1], sd_first=a.std(), sd_second=b.std())
    )
    assert shown.reliability == pytest.approx(by_alpha_of_differences, abs=0.15)


def test_pairs_counted_batch_by_batch_equal_the_whole_and_survive_json() -> None:
    perceived, expected, modes = pairs()
    whole = tally_gaps(perceived, expected, dimensions=DIMENSIONS, groups=modes)

    tally = empty_gap_tally(LIKERT_7, ITEMS, dimensions=DIMENSIONS)
    for start in range(0, 300, 41):
        rows = slice(start, start + 41)
        tally = GapTally.from_dict(json.loads(json.dumps(tally.to_dict())))
        tally = tally.add(perceived[rows], expected[rows], groups=modes[rows])

    assert tally.to_dict() == whole.to_dict()
    assert gap_analysis(tally) == gap_analysis(whole)


def test_sides_of_unlike_shape_are_refused() -> None:
    with pytest.raises(DataError, match="shapes"):
        tally_gaps([[1, 2]], [[1]])


def test_an_expectation_off_the_scale_is_named() -> None:
    with pytest.raises(DataError, match="row 0, item 1: 6 is not on the scale 1 to 5"):
        tally_gaps([[5]], [[6]], scale=LIKERT_5)


@pytest.mark.parametrize(
    "weights", [{"tangibles": 1}, {"tangibles": -1, "reliability": 2}, dict.fromkeys(DIMENSIONS, 0)]
)
def test_weights_that_make_no_sense_are_refused(weights: dict[str, float]) -> None:
    perceived, expected, _ = pairs(20)

    with pytest.raises(ParameterError, match="weight"):
        gap_analysis(tally_gaps(perceived, expected, dimensions=DIMENSIONS), weights=weights)


def test_nobody_has_no_gap() -> None:
    analysis = gap_analysis(
        empty_gap_tally(LIKERT_7, ITEMS, dimensions=DIMENSIONS), weights={"tangibles": 1, "reliability": 1}
    )

    assert analysis.total.overall.value is None
    assert analysis.total.weighted is not None
    assert analysis.total.weighted.value is None
    assert analysis.total.items[0].gap.value is None
    assert analysis.groups == ()


def test_split_points_become_weights_that_add_up_to_one() -> None:
    points = [[60, 40], [20, 80], [np.nan, 100]]

    weights = importance_weights(points, list(DIMENSIONS))

    assert weights == pytest.approx({"tangibles": 0.4, "reliability": 0.6})


@pytest.mark.reference
def test_item_gaps_of_the_kiosk_survey(reference_data: Path) -> None:
    answers = json.loads((reference_data / "reference.json").read_text())["answers"]
    rows = next(entry["value"] for entry in answers if entry["id"] == "servqual/kiosk_item_gaps")
    table = pd.read_csv(reference_data / "survey/kiosk_kservqual_kano_ipa.csv")
    numbers = [f"{number:02d}" for number in range(1, 25)]
    perceived, expected = (table[[f"{side}{number}" for number in numbers]] for side in "PE")

    gaps = gap_analysis(tally_gaps(perceived, expected)).total.items

    for gap, row in zip(gaps, rows, strict=True):
        assert gap.gap.n == row["n"]
        figures = [gap.second.value, gap.first.value, gap.gap.value, gap.sd, gap.t, gap.p, gap.cohen_d]
        names = ["mean_E", "mean_P", "gap", "sd_gap", "t", "p", "cohen_d"]
        assert figures == pytest.approx([row[name] for name in names], rel=1e-6)
        assert [gap.gap.low, gap.gap.high] == pytest.approx(row["ci95"], rel=1e-6)
