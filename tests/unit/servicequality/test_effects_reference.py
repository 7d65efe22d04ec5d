"""Interrupted series against R lm and sandwich on the UK seat-belt law (reference.json)."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from servicequality.effects import InterruptedSeries, interrupted_series

pytestmark = pytest.mark.reference

NAMES = {"(Intercept)": "intercept", "law": "level"}


def answer(folder: Path, name: str) -> Any:
    entries = json.loads((folder / "reference.json").read_text())["answers"]
    return next(entry["value"] for entry in entries if entry["id"] == name)


def ours(name: str) -> str:
    return NAMES.get(name, name.replace("month", "season"))


def check(found: InterruptedSeries, expected: dict[str, dict[str, float]], field: str, key: str) -> None:
    for name, value in expected[key].items():
        assert getattr(found.coefficient(ours(name)), field) == pytest.approx(value, rel=1e-6), name


@pytest.mark.parametrize(("name", "season"), [("its/seatbelts_drivers", False), ("its/seatbelts_drivers_month", True)])
def test_seat_belt_law_with_newey_west_errors(reference_data: Path, name: str, season: bool) -> None:
    expected = answer(reference_data, name)
    drivers = pd.read_csv(reference_data / "its/seatbelts.csv")["drivers"].to_numpy()
    model: dict[str, Any] = {"action_at": 169, "direction": "down", "slope_change": True, "season": season}

    plain = interrupted_series(drivers, errors="ols", **model)
    robust = interrupted_series(drivers, errors="hac", lags=12, **model)

    check(plain, expected, "value", "coef")
    check(plain, expected, "se", "se_ols")
    check(plain, expected, "statistic", "t_ols")
    check(plain, expected, "p_value", "p_ols")
    check(robust, expected, "se", "se_newey_west")
    assert plain.n == expected["n"]
    assert plain.r_squared == pytest.approx(expected["R2"], rel=1e-6)
    assert plain.dispersion**0.5 == pytest.approx(expected["sigma"], rel=1e-6)
    assert plain.durbin_watson == pytest.approx(expected["durbin_watson"], rel=1e-6)


def test_seat_belt_law_saved_13_percent_of_drivers(reference_data: Path) -> None:
    # log(drivers) ~ law + log(petrol) + time + month in R: law -.1452 (se .0219)
    table = pd.read_csv(reference_data / "its/seatbelts.csv")

    found = interrupted_series(
        np.log(table["drivers"]),
        action_at=169,
        direction="down",
        season=True,
        covariates={"petrol": np.log(table["PetrolPrice"])},
        errors="ols",
    )

    assert round(found.coefficient("level").value, 4) == -0.1452
    assert round(found.coefficient("level").se, 4) == 0.0219
    assert round(100 * (np.exp(found.coefficient("level").value) - 1), 1) == -13.5
    assert found.verdict.verdict == "worked"
