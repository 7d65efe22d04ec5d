"""Key drivers against the published decompositions of two classic data sets, and the refusals."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from servicequality.drivers import johnson_weights, key_drivers, shapley_r2, variance_inflation
from servicequality.errors import DataError, ParameterError

VECTORS = Path(__file__).parents[2] / "vectors"
SWISS = ["agriculture", "examination", "education", "catholic", "infant_mortality"]
CARS = ["cyl", "disp", "hp", "gear"]


def _swiss() -> pd.DataFrame:
    return pd.read_csv(VECTORS / "swiss_1888.csv", comment="#")


def _cars() -> pd.DataFrame:
    return pd.read_csv(VECTORS / "road_tests_1974.csv", comment="#")


def test_swiss_lmg_equals_the_published_decomposition() -> None:
    frame = _swiss()

    analysis = key_drivers(frame[SWISS], frame["fertility"], draws=0)

    assert frame["fertility"].var() == pytest.approx(156.0425, abs=5e-5)
    assert analysis.r2.value == pytest.approx(0.7067350, abs=5e-8)
    assert [driver.lmg.value for driver in analysis.drivers] == pytest.approx(
        [0.05709122, 0.17117303, 0.26013468, 0.10557015, 0.11276592], abs=5e-9
    )


def test_swiss_johnson_weights_equal_the_computed_ones() -> None:
    frame = _swiss()

    analysis = key_drivers(frame[SWISS], frame["fertility"], draws=0)

    assert [driver.johnson.value for driver in analysis.drivers] == pytest.approx(
        [0.0484169, 0.15470825, 0.2719641, 0.11468003, 0.11696572], abs=5e-8
    )


def test_road_test_johnson_weights_equal_the_published_ones() -> None:
    frame = _cars()

    analysis = key_drivers(frame[CARS], frame["mpg"], draws=0)

    assert analysis.r2.value == pytest.approx(0.7791896, abs=5e-8)
    assert [driver.johnson.value for driver in analysis.drivers] == pytest.approx(
        [0.2284797, 0.2221469, 0.2321744, 0.0963886], abs=5e-8
    )
    assert [100 * (driver.johnson_share or 0) for driver in analysis.drivers] == pytest.approx(
        [29.32274, 28.50999, 29.79691, 12.37037], abs=5e-6
    )


def test_road_test_lmg_equals_the_computed_one() -> None:
    frame = _cars()

    analysis = key_drivers(frame[CARS], frame["mpg"], draws=0)

    assert [driver.lmg.value for driver in analysis.drivers] == pytest.approx(
        [0.2470520, 0.2434996, 0.2109129, 0.0777251], abs=5e-8
    )


def test_uncorrelated_predictors_claim_their_squared_correlations() -> None:
    correlation = np.array([[1, 0, 0.6], [0, 1, 0.3], [0.6, 0.3, 1]])

    shapley = shapley_r2(correlation)

    assert shapley.parts == pytest.approx([0.36, 0.09])
    assert johnson_weights(correlation) == pytest.approx([0.36, 0.09])


def test_sampled_orders_sum_to_r2_and_lie_within_their_own_error() -> None:
    covariance = _swiss()[[*SWISS, "fertility"]].cov().to_numpy()
    exact = shapley_r2(covariance)

    sampled = shapley_r2(covariance, exact_up_to=0, orders=2000, seed=3)

    assert sampled.exact is False
    assert sampled.r2 == pytest.approx(exact.r2, abs=1e-12)
    assert (np.abs(sampled.parts - exact.parts) < 5 * sampled.sampling_error).all()


def test_intervals_enclose_the_parts_and_repeat_with_the_seed() -> None:
    frame = _swiss()

    first = key_drivers(frame[SWISS], frame["fertility"], draws=400, seed=1)
    second = key_drivers(frame[SWISS], frame["fertility"], draws=400, seed=1)

    assert first.to_dict() == second.to_dict()
    for driver in first.drivers:
        assert driver.lmg.low is not None
        assert driver.lmg.high is not None
        assert driver.lmg.value is not None
        assert driver.lmg.low < driver.lmg.value < driver.lmg.high
        assert driver.rank_low is not None
        assert driver.rank_high is not None
        assert driver.rank_low <= driver.rank <= driver.rank_high


def test_interval_width_agrees_with_resampling_the_rows_themselves() -> None:
    frame = _cars()
    rows = frame[[*CARS, "mpg"]].to_numpy(dtype=float)
    rng = np.random.default_rng(5)
    plain = [johnson_weights(np.cov(rows[rng.integers(0, len(rows), len(rows))], rowvar=False)) for _ in range(1500)]

    analysis = key_drivers(frame[CARS], frame["mpg"], draws=1500, seed=9)

    for driver, low, high in zip(
        analysis.drivers, np.quantile(plain, 0.025, axis=0), np.quantile(plain, 0.975, axis=0), strict=True
    ):
        assert driver.johnson.low == pytest.approx(low, abs=0.02)
        assert driver.johnson.high == pytest.approx(high, abs=0.02)


def test_rows_with_a_gap_are_left_out_and_counted() -> None:
    frame = _cars().astype({"hp": float})
    frame.loc[[0, 3], "hp"] = np.nan

    analysis = key_drivers(frame[CARS], frame["mpg"], draws=0)

    assert (analysis.n, analysis.n_missing) == (30, 2)


def test_exact_collinearity_is_refused_by_name() -> None:
    frame = _cars()
    frame["twice"] = 2 * frame["hp"]

    with pytest.raises(DataError, match=r"(hp|twice): is determined exactly"):
        key_drivers(frame[[*CARS, "twice"]], frame["mpg"])


def test_column_of_one_value_is_refused_by_name() -> None:
    frame = _cars().assign(wheels=4)

    with pytest.raises(DataError, match=r"^wheels: all complete rows"):
        key_drivers(frame[[*CARS, "wheels"]], frame["mpg"])


def test_too_few_rows_are_refused() -> None:
    frame = _cars().head(5)

    with pytest.raises(DataError, match="5 complete rows cannot carry 4"):
        key_drivers(frame[CARS], frame["mpg"])


def test_level_outside_the_unit_interval_is_refused() -> None:
    frame = _cars()

    with pytest.raises(ParameterError, match="level"):
        key_drivers(frame[CARS], frame["mpg"], level=95)


def test_inflation_of_two_predictors_is_one_over_one_minus_r_squared() -> None:
    vif = variance_inflation([[1, 0.8], [0.8, 1]])

    assert vif == pytest.approx([1 / 0.36, 1 / 0.36])


def _reference_case(reference_data: Path, case: str) -> tuple[pd.DataFrame, pd.Series]:
    if case == "drivers/sq_sat":
        frame = pd.read_csv(reference_data / "survey" / "sq_service_quality.csv")
        spans = {
            "tangibles": (1, 4), "reliability": (5, 9), "responsiveness": (10, 13),
            "assurance": (14, 17), "empathy": (18, 22),
        }  # fmt: skip
        means = {
            name: frame[[f"a{i:02d}" for i in range(low, high + 1)]].mean(axis=1, skipna=False)
            for name, (low, high) in spans.items()
        }
        return pd.DataFrame(means), frame["sat"]
    frame = pd.read_csv(reference_data / "survey" / "airline_sample_20k.csv")
    known = _reference(reference_data, case)
    return frame[list(known["LMG"])].replace(0, np.nan), (frame["Satisfaction"] == "Satisfied").astype(float)


def _reference(reference_data: Path, case: str) -> dict[str, Any]:
    answers = json.loads((reference_data / "reference.json").read_text("utf-8"))["answers"]
    value: dict[str, Any] = next(entry for entry in answers if entry["id"] == case)["value"]
    return value


@pytest.mark.reference
@pytest.mark.parametrize("case", ["drivers/sq_sat", "drivers/airline_5", "drivers/airline_14"])
def test_survey_drivers_equal_the_reference(reference_data: Path, case: str) -> None:
    known = _reference(reference_data, case)
    predictors, target = _reference_case(reference_data, case)

    analysis = key_drivers(predictors, target, draws=0)

    assert analysis.n == known["n"]
    assert analysis.r2.value == pytest.approx(known["R2"], rel=1e-6)
    assert analysis.adjusted_r2 == pytest.approx(known["adj_R2"], rel=1e-6)
    for driver in analysis.drivers:
        assert driver.r == pytest.approx(known["r_zero_order"][driver.name], rel=1e-6)
        assert driver.beta == pytest.approx(known["beta_standardised"][driver.name], rel=1e-6)
        assert driver.lmg.value == pytest.approx(known["LMG"][driver.name], rel=1e-6)
        assert driver.lmg_share == pytest.approx(known["LMG_share"][driver.name], rel=1e-6)
        assert driver.johnson.value == pytest.approx(known["johnson_raw"][driver.name], rel=1e-6)
        assert driver.johnson_share == pytest.approx(known["johnson_share"][driver.name], rel=1e-6)
        assert driver.vif == pytest.approx(known["VIF"][driver.name], rel=1e-6)
