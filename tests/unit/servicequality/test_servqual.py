"""The service-quality instruments."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from servicequality.errors import DataError
from servicequality.intervals import cluster_interval, mean_interval
from servicequality.scales import LIKERT_5, LIKERT_7
from servicequality.servqual import (
    SERVQUAL_DIMENSIONS,
    perceived_quality,
    servperf,
    servqual,
    zone_of_tolerance,
)
from servicequality.tallies import tally_survey


def sheets(n: int = 120, k: int = 22, seed: int = 21) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    expected = np.clip(np.rint(rng.normal(6, 1, (n, k))), 1, 7)
    perceived = np.clip(np.rint(rng.normal(5, 1.2, (n, k))), 1, 7)
    return expected, perceived


def test_twenty_two_items_fall_into_the_classic_five_dimensions() -> None:
    expected, perceived = sheets()

    total = servqual(expected, perceived).total

    assert [gap.name for gap in total.dimensions] == list(SERVQUAL_DIMENSIONS)
    assert [len(items) for items in SERVQUAL_DIMENSIONS.values()] == [4, 5, 4, 4, 5]
    difference = perceived - expected
    parts = [difference[:, a:b].mean() for a, b in ((0, 4), (4, 9), (9, 13), (13, 17), (17, 22))]
    assert [gap.gap.value for gap in total.dimensions] == pytest.approx(parts)
    assert total.overall.value == pytest.approx(np.mean(parts))


def test_columns_with_names_keep_them_in_the_classic_order() -> None:
    expected, perceived = sheets()
    names = [f"q{number}" for number in range(22)]

    total = servqual(pd.DataFrame(expected, columns=names), pd.DataFrame(perceived, columns=names)).total

    assert total.items[5].name == "q5"
    assert total.dimensions[1].gap.value == pytest.approx((perceived - expected)[:, 4:9].mean())


def test_each_persons_own_weights_weigh_their_own_gaps() -> None:
    expected, perceived = sheets(3)
    points = np.array([[20, 20, 20, 20, 20], [100, 0, 0, 0, 0], [0, 50, 0, 0, 50]])
    difference = perceived - expected
    scores = np.stack(
        [difference[:, a:b].mean(axis=1) for a, b in ((0, 4), (4, 9), (9, 13), (13, 17), (17, 22))], axis=1
    )

    weighted = servqual(expected, perceived, weights=points).total.weighted

    assert weighted.value == pytest.approx((scores * points / 100).sum(axis=1).mean())


def test_equal_weights_change_nothing() -> None:
    expected, perceived = sheets()

    total = servqual(expected, perceived, weights=dict.fromkeys(SERVQUAL_DIMENSIONS, 20)).total

    assert total.weighted.value == pytest.approx(total.overall.value)
    assert total.weighted.low == pytest.approx(total.overall.low)


def test_clustered_answers_get_the_cluster_interval_everywhere() -> None:
    expected, perceived = sheets()
    buses = np.arange(120) // 10
    lines = np.where(buses < 6, "7", "9")

    analysis = servqual(expected, perceived, clusters=buses, interval="cluster", groups=lines)

    difference = perceived - expected
    assert analysis.total.items[3].gap == cluster_interval(difference[:, 3], buses)
    line = lines == "9"
    assert analysis.group("9").dimensions[0].gap == cluster_interval(difference[line, :4].mean(axis=1), buses[line])
    assert analysis.total.overall.method == "cluster"
    assert analysis.total.items[3].p > servqual(expected, perceived).total.items[3].p


def test_the_test_of_a_clustered_gap_agrees_with_its_interval() -> None:
    rng = np.random.default_rng(22)
    buses = np.arange(120) // 10
    expected = np.full((120, 1), 5.0)
    perceived = np.clip(np.rint(5 + rng.normal(0, 1, 12)[buses] + rng.normal(0, 1, 120)), 1, 7)[:, None]

    gap = servqual(expected, perceived, clusters=buses, interval="cluster", level=0.9).total.items[0]
    edge = servqual(expected, perceived, clusters=buses, interval="cluster", level=1 - gap.p).total.items[0].gap

    assert min(abs(edge.low), abs(edge.high)) == pytest.approx(0, abs=1e-9)


def test_clusters_without_the_cluster_interval_are_refused() -> None:
    expected, perceived = sheets(10)

    with pytest.raises(DataError, match="belong together"):
        servqual(expected, perceived, clusters=range(10))
    with pytest.raises(DataError, match="belong together"):
        servqual(expected, perceived, interval="cluster")


def test_servperf_is_perception_alone_from_answers_and_from_a_tally() -> None:
    _, perceived = sheets()
    units = np.repeat(["a", "b"], 60)

    everybody, first, _ = servperf(perceived, groups=units)

    assert everybody.overall.value == pytest.approx(
        np.mean([perceived[:, a:b].mean() for a, b in ((0, 4), (4, 9), (9, 13), (13, 17), (17, 22))])
    )
    assert first.items["item1"].value == pytest.approx(perceived[:60, 0].mean())
    names = [f"item{number}" for number in range(1, 23)]
    counted = tally_survey(perceived, scale=LIKERT_7, items=names, dimensions=SERVQUAL_DIMENSIONS, groups=units)
    assert servperf(counted) == servperf(perceived, groups=units)


def test_perception_between_minimum_and_desired_is_inside_the_zone() -> None:
    minimum, desired, perceived = [[3], [3], [4], [3]], [[6], [6], [7], [7]], [[5], [4], [6], [5]]

    (zone,) = zone_of_tolerance(minimum, desired, perceived)

    assert (zone.adequacy.value, zone.superiority.value) == (1.75, -1.5)
    assert zone.inside is True
    assert zone.certain is True
    assert zone.shares == {"below": 0.0, "inside": 1.0, "above": 0.0, "inverted": 0.0}


def test_a_zone_upside_down_is_counted_apart_and_below_is_below() -> None:
    minimum, desired, perceived = [[5], [7], [5]], [[7], [2], [7]], [[2], [4], [3]]

    (zone,) = zone_of_tolerance(minimum, desired, perceived)

    assert zone.inside is False
    assert zone.shares == pytest.approx({"below": 2 / 3, "inside": 0, "above": 0, "inverted": 1 / 3})


def test_nobody_answered_all_three_leaves_the_zone_open() -> None:
    (zone,) = zone_of_tolerance([[np.nan]], [[6]], [[5]])

    assert (zone.inside, zone.certain, zone.shares["inside"]) == (None, False, None)


def test_technical_and_functional_quality_are_told_apart() -> None:
    expected = pd.DataFrame({"on time": [6, 7, 6], "friendly": [5, 5, 6], "clear": [5, 6, 6]})
    experienced = pd.DataFrame({"on time": [4, 4, 5], "friendly": [6, 5, 6], "clear": [6, 6, 5]})

    quality = perceived_quality(
        expected, experienced, technical=["on time"], functional=["friendly", "clear"], image=[5, 6, None]
    )

    assert quality.technical.gap.value == pytest.approx(-2)
    assert quality.functional.gap.value == pytest.approx(1 / 6)
    assert quality.total.value == pytest.approx((-2 + 1 / 6) / 2)
    assert quality.image.n == 2


def test_quality_may_be_functional_only_but_not_nothing() -> None:
    table = pd.DataFrame({"friendly": [5, 6]})

    assert perceived_quality(table, table, technical=[], functional=["friendly"]).technical is None
    with pytest.raises(DataError, match="technical or functional"):
        perceived_quality(table, table, technical=[], functional=[])


def test_a_five_point_survey_without_dimensions_is_one_quality() -> None:
    total = servqual([[5, 4]], [[3, 4]], scale=LIKERT_5).total

    assert [gap.name for gap in total.dimensions] == ["quality"]
    assert total.overall.value == -1.0


def test_bootstrap_and_t_agree_where_the_sample_is_large() -> None:
    expected, perceived = sheets(2000)

    t, bca = (servqual(expected, perceived, interval=kind).total.overall for kind in ("t", "bca"))

    assert bca.method == "bca"
    assert [bca.low, bca.high] == pytest.approx([t.low, t.high], abs=0.003)
    parts = [(perceived - expected)[:, a:b].mean(axis=1) for a, b in ((0, 4), (4, 9), (9, 13), (13, 17), (17, 22))]
    person = mean_interval(np.mean(parts, axis=0))
    assert [t.value, t.low, t.high] == pytest.approx([person.value, person.low, person.high])


@pytest.mark.reference
def test_dimension_gaps_of_the_kiosk_survey(reference_data: Path) -> None:
    answers = json.loads((reference_data / "reference.json").read_text())["answers"]
    expected = next(entry["value"] for entry in answers if entry["id"] == "servqual/kiosk_dimension_gaps")
    table = pd.read_csv(reference_data / "survey/kiosk_kservqual_kano_ipa.csv")
    numbers = [f"{number:02d}" for number in range(1, 25)]
    expectations, perceptions = (table[[f"{side}{number}" for number in numbers]] for side in "EP")
    names = [row["dimension"] for row in expected["dimensions"]]
    dimensions = {name: numbers[3 * place : 3 * place + 3] for place, name in enumerate(names)}
    rated = [table[[f"I{number}" for number in dimensions[name]]].mean(axis=1).mean() for name in names]
    weights = dict(zip(names, rated, strict=True))

    t, percentile, bca = (
        servqual(
            expectations,
            perceptions,
            items=numbers,
            dimensions=dimensions,
            weights=weights,
            interval=kind,
            resamples=20_000,
        )
        for kind in ("t", "percentile", "bca")
    )

    assert list(t.weights.values()) == pytest.approx([row["weight"] for row in expected["dimensions"]], rel=1e-6)
    rows = [*expected["dimensions"], expected["overall_unweighted"]]
    for number, row in enumerate(rows):
        one, two, three = (
            [*(gap.gap for gap in analysis.total.dimensions), analysis.total.overall][number]
            for analysis in (t, percentile, bca)
        )
        assert one.value == pytest.approx(row["gap"], rel=1e-6)
        assert [one.low, one.high] == pytest.approx(row["t_ci95"], rel=1e-6)
        assert [two.low, two.high] == pytest.approx(row["percentile95"], abs=0.02)
        assert [three.low, three.high] == pytest.approx(row["bca95"], abs=0.02)
    assert t.total.weighted.value == pytest.approx(expected["overall_weighted"], rel=1e-6)
