"""Importance-performance: the original grid, both kinds of importance, both kinds of lines."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from servicequality.errors import DataError, ParameterError
from servicequality.importance import (
    Quadrant,
    correlation_estimate,
    importance_performance,
    importance_weighted_index,
    quadrants_of_means,
)

# Martilla, James 1977: 14 attributes of car dealers' service, 4-point scales
IMPORTANCE = [3.83, 3.63, 3.60, 3.56, 3.41, 3.41, 3.38, 3.37, 3.29, 3.27, 2.52, 2.43, 2.37, 2.05]
PERFORMANCE = [2.63, 2.73, 3.15, 3.00, 3.05, 3.29, 3.03, 3.11, 2.00, 3.02, 2.25, 2.49, 2.35, 3.33]


def test_martilla_james_grid_has_the_published_fields() -> None:
    fields, lines = quadrants_of_means(PERFORMANCE, IMPORTANCE)

    found = {field: {i + 1 for i, f in enumerate(fields) if f is field} for field in set(fields)}
    assert lines == pytest.approx((2.816429, 3.151429), abs=5e-7)
    assert found == {
        Quadrant.CONCENTRATE: {1, 2, 9},
        Quadrant.OVERKILL: {14},
        Quadrant.LOW_PRIORITY: {11, 12, 13},
        Quadrant.KEEP_UP: {3, 4, 5, 6, 7, 8, 10},
    }


def _ratings(mean: float, n: int = 40) -> list[float]:
    return [mean - 1, mean + 1] * (n // 2)


def test_item_whose_interval_crosses_a_line_gets_no_verdict() -> None:
    performance = pd.DataFrame({"clean": _ratings(2), "punctual": _ratings(6), "seats": _ratings(4.1)})
    importance = pd.DataFrame({"clean": _ratings(6), "punctual": _ratings(6), "seats": _ratings(2)})

    grid = importance_performance(performance, importance=importance)

    assert [item.verdict for item in grid.items] == [
        Quadrant.CONCENTRATE,
        Quadrant.KEEP_UP,
        Quadrant.CANNOT_SAY,
    ]
    assert grid.items[2].quadrant is Quadrant.OVERKILL


def test_other_cross_hair_is_shown_beside_the_chosen_one() -> None:
    performance = pd.DataFrame({"clean": _ratings(5), "punctual": _ratings(6)})
    importance = pd.DataFrame({"clean": _ratings(6), "punctual": _ratings(5)})

    by_means = importance_performance(performance, importance=importance, scale=(1, 7))
    by_scale = importance_performance(performance, importance=importance, scale=(1, 7), cross_hair="scale_mid")

    assert (by_means.cross_performance, by_scale.cross_performance) == (5.5, 4.0)
    assert by_means.items[0].quadrant is Quadrant.CONCENTRATE
    assert by_means.items[0].other_quadrant is Quadrant.KEEP_UP
    assert by_scale.items[0].quadrant is Quadrant.KEEP_UP
    assert by_scale.items[0].other_quadrant is Quadrant.CONCENTRATE


def test_not_applicable_answers_leave_only_their_own_item() -> None:
    performance = np.array([[1, 5], [np.nan, 7], [3, np.nan]])
    importance = [[4, 4], [5, 5], [6, 6]]

    grid = importance_performance(performance, importance=importance)

    assert [(item.performance.value, item.performance.n) for item in grid.items] == [(2.0, 2), (6.0, 2)]


def test_single_answer_gives_a_point_without_verdict() -> None:
    grid = importance_performance([[4.0]], importance=[[5.0]])

    assert grid.items[0].performance.low is None
    assert grid.items[0].verdict is Quadrant.CANNOT_SAY


def test_derived_importance_has_the_fisher_interval() -> None:
    a = np.array([1.0, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    b = np.array([2.0, 1, 4, 3, 6, 5, 8, 7, 10, 9])

    estimate = correlation_estimate(a, b)

    assert estimate.value == pytest.approx(155 / 165)
    assert estimate.low == pytest.approx(np.tanh(np.arctanh(155 / 165) - 1.959963985 / np.sqrt(7)))
    assert estimate.high == pytest.approx(np.tanh(np.arctanh(155 / 165) + 1.959963985 / np.sqrt(7)))


def test_derived_importance_has_no_scale_middle() -> None:
    with pytest.raises(ParameterError, match="cross_hair"):
        importance_performance([[1], [2], [3]], overall=[1, 2, 3], cross_hair="scale_mid", scale=(1, 7))


@pytest.mark.parametrize("both", [True, False])
def test_exactly_one_kind_of_importance_is_needed(both: bool) -> None:
    stated = [[1], [2], [3]] if both else None
    overall = [1, 2, 3] if both else None

    with pytest.raises(ParameterError, match="importance"):
        importance_performance([[1], [2], [3]], importance=stated, overall=overall)


def test_item_nobody_answered_is_refused_by_name() -> None:
    with pytest.raises(DataError, match=r"^lift: has no usable"):
        importance_performance(pd.DataFrame({"lift": [np.nan, np.nan]}), importance=[[1], [2]])


def _known(reference_data: Path, case: str) -> dict[str, Any]:
    answers = json.loads((reference_data / "reference.json").read_text("utf-8"))["answers"]
    value: dict[str, Any] = next(entry for entry in answers if entry["id"] == case)["value"]
    return value


@pytest.mark.reference
def test_kiosk_grid_equals_the_reference(reference_data: Path) -> None:
    known = _known(reference_data, "ipa/kiosk")
    frame = pd.read_csv(reference_data / "survey" / "kiosk_kservqual_kano_ipa.csv")
    performance, importance = frame[list(known["performance"])], frame[list(known["importance"])]

    grid = importance_performance(performance, importance=importance)
    index = importance_weighted_index(performance, importance, scale_max=7)

    assert grid.cross_importance == pytest.approx(known["cross_importance"], rel=1e-6)
    assert grid.cross_performance == pytest.approx(known["cross_performance"], rel=1e-6)
    assert [i.performance.value for i in grid.items] == pytest.approx(list(known["performance"].values()))
    assert [i.importance.value for i in grid.items] == pytest.approx(list(known["importance"].values()))
    assert [item.quadrant for item in grid.items] == list(known["quadrant"].values())
    assert index.value == pytest.approx(known["CSI"], rel=1e-6)
    assert index.n == known["n_csi"]


@pytest.mark.reference
def test_airline_grid_with_derived_importance_equals_the_reference(reference_data: Path) -> None:
    known = _known(reference_data, "ipa/airline_derived")
    frame = pd.read_csv(reference_data / "survey" / "airline_sample_20k.csv")
    performance = frame[list(known["performance"])].replace(0, np.nan)

    grid = importance_performance(performance, overall=(frame["Satisfaction"] == "Satisfied").astype(float))

    assert grid.cross_importance == pytest.approx(known["cross_importance"], rel=1e-6)
    assert [i.importance.value for i in grid.items] == pytest.approx(list(known["importance"].values()))
    assert [item.quadrant for item in grid.items] == list(known["quadrant"].values())
