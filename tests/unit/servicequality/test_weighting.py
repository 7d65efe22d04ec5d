"""Weighting a sample to its population."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from servicequality.errors import DataError, NotConvergedError, ParameterError
from servicequality.intervals import t_quantile
from servicequality.weighting import cell_weights, design_effect, effective_size, rake, rake_table, raked_interval

ROWS = np.repeat(["a", "a", "b", "b"], [30, 20, 10, 40])
COLUMNS = np.repeat(["x", "y", "x", "y"], [30, 20, 10, 40])


def test_raking_a_two_by_two_table() -> None:
    fitted = rake_table([[30, 20], [10, 40]], [[50, 50], [60, 40]])

    assert fitted.ravel().tolist() == pytest.approx([40, 10, 20, 30])


def test_raking_people_gives_the_same_cells_and_its_price() -> None:
    weights = rake({"row": ROWS, "column": COLUMNS}, {"row": {"a": 50, "b": 50}, "column": {"x": 60, "y": 40}})

    first = [weights.weights[(row == ROWS) & (column == COLUMNS)][0] for row, column in ("ax", "ay", "bx", "by")]
    assert first == pytest.approx([4 / 3, 0.5, 2, 0.75])
    assert weights.deff == pytest.approx(1.208333, abs=5e-7)
    assert weights.n_effective == pytest.approx(82.7586, abs=5e-5)
    assert weights.largest_miss < 1e-10


def test_the_usual_four_by_four_example() -> None:
    table = [[40, 30, 20, 10], [35, 50, 100, 75], [30, 80, 70, 120], [20, 30, 40, 50]]

    fitted = rake_table(table, [[150, 300, 400, 150], [200, 300, 400, 100]])

    assert np.round(fitted[0], 4).tolist() == [64.5585, 46.2325, 35.3843, 3.8247]
    assert np.round(fitted[3], 4).tolist() == [28.7516, 41.1800, 63.0347, 17.0337]


@pytest.mark.parametrize(("weights", "deff"), [((0, 1, 2, 3), 1.5555556), ((1, 1, 1000), 2.9880419)])
def test_kishs_price_of_unequal_weights(weights: tuple[int, ...], deff: float) -> None:
    assert design_effect(weights) == pytest.approx(deff, abs=5e-8)
    assert effective_size(weights) == pytest.approx(len(weights) / deff, rel=1e-6)


def test_equal_weights_cost_nothing() -> None:
    assert design_effect([7.5] * 20) == pytest.approx(1)


def test_cells_get_their_totals() -> None:
    weights = cell_weights(["m", "m", "f", "m"], {"m": 0.5, "f": 0.5})

    assert weights.weights.tolist() == pytest.approx([1 / 6, 1 / 6, 0.5, 1 / 6])


def test_trimmed_weights_stay_in_bounds_and_still_meet_the_margins() -> None:
    rng = np.random.default_rng(41)
    age, line = rng.choice(["y", "m", "o"], 500, p=[0.6, 0.3, 0.1]), rng.choice(["1", "2"], 500, p=[0.8, 0.2])
    targets = {"age": {"y": 0.4, "m": 0.4, "o": 0.2}, "line": {"1": 0.6, "2": 0.4}}

    free = rake({"age": age, "line": line}, targets)
    weights = rake({"age": age, "line": line}, targets, bounds=(0.3, 2.6))

    mean = weights.weights.mean()
    assert free.weights.max() > 2.6 * mean
    assert weights.weights.max() <= 2.6 * mean + 1e-12
    assert weights.trimmed > 0
    assert weights.largest_miss <= 1e-10
    assert weights.weights[age == "o"].sum() == pytest.approx(0.2)


def test_bounds_that_cannot_hold_are_said_loudly() -> None:
    groups = np.repeat(["a", "b"], [90, 10])

    with pytest.raises(NotConvergedError, match="within the bounds"):
        rake({"g": groups}, {"g": {"a": 50, "b": 50}}, bounds=(0.5, 2), max_iterations=50)


def test_margins_that_contradict_empty_cells_do_not_converge() -> None:
    with pytest.raises(NotConvergedError, match="did not reach the margins"):
        rake_table([[10, 0], [0, 10]], [[15, 5], [5, 15]], max_iterations=200)
    with pytest.raises(NotConvergedError, match="did not reach the targets"):
        rake(
            {"r": ["a", "b"], "c": ["x", "y"]},
            {"r": {"a": 3, "b": 1}, "c": {"x": 1, "y": 3}},
            max_iterations=200,
        )


def test_margins_of_different_totals_are_refused() -> None:
    with pytest.raises(ParameterError, match="targets of column: adds up to 90, row to 100"):
        rake({"row": ROWS, "column": COLUMNS}, {"row": {"a": 50, "b": 50}, "column": {"x": 50, "y": 40}})


def test_categories_without_target_or_people_are_named() -> None:
    with pytest.raises(DataError, match="no target for category 'b'"):
        rake({"row": ["a", "b"]}, {"row": {"a": 1}})
    with pytest.raises(DataError, match="nobody in category 'b'"):
        rake({"row": ["a", "a"]}, {"row": {"a": 1, "b": 1}})
    with pytest.raises(DataError, match="margin row, row 1: a respondent has no category"):
        rake({"row": ["a", None]}, {"row": {"a": 1}})


def test_what_the_margins_explain_leaves_the_interval() -> None:
    rng = np.random.default_rng(42)
    group = rng.choice(["a", "b"], 300)
    explained = np.where(group == "a", 1.0, 9.0) + rng.normal(0, 0.1, 300)
    weights = rake({"g": group}, {"g": {"a": 0.5, "b": 0.5}})

    interval = raked_interval(explained, weights, {"g": group})

    assert interval.high - interval.low < 0.03


@pytest.mark.reference
def test_schools_of_california_raked_to_two_margins(reference_data: Path) -> None:
    answers = json.loads((reference_data / "reference.json").read_text())["answers"]
    expected = next(entry["value"] for entry in answers if entry["id"] == "raking/apiclus1")
    schools = pd.read_csv(reference_data / "raking/apiclus1.csv")
    types, wide = (
        pd.read_csv(reference_data / f"raking/population_{name}.csv").to_numpy() for name in ("stype", "schwide")
    )
    margins = {"stype": schools["stype"], "wide": schools["sch.wide"]}

    weights = rake(margins, {"stype": dict(types), "wide": dict(wide)}, start=schools["pw"])

    for cell in expected["cells"]:
        rows = (schools["stype"] == cell["stype"]) & (schools["sch.wide"] == cell["sch.wide"])
        assert weights.weights[rows.to_numpy()][0] == pytest.approx(cell["weight"], rel=1e-6)
    assert weights.n_effective == pytest.approx(expected["kish_neff"], rel=1e-6)
    assert round(float(weights.weights @ schools["enroll"])) == 3_647_280
    for name in ("api00", "enroll"):
        interval = raked_interval(
            schools[name], weights, margins, start=schools["pw"], clusters=schools["dnum"], population_clusters=757
        )
        se = (interval.high - interval.value) / t_quantile(0.95, schools["dnum"].nunique() - 1)
        assert interval.value == pytest.approx(expected[f"mean_{name}"], rel=1e-6)
        assert se == pytest.approx(expected[f"se_{name}"], rel=1e-6)
