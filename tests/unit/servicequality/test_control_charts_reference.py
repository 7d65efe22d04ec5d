"""Control charts against R's answers on public data (reference.json, relative tolerance 1e-6)."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from servicequality.control_charts import (
    Chart,
    Phases,
    c_chart,
    capability,
    constants,
    cusum_chart,
    ewma_chart,
    individuals_chart,
    laney_p_chart,
    laney_u_chart,
    p_chart,
    run_chart,
    u_chart,
    xbar_r_chart,
    xbar_s_chart,
)
from servicequality.run_rules import NELSON, detect

pytestmark = pytest.mark.reference

TOLERANCE = 1e-6
RULES = {
    "rule1_beyond_3s": "nelson1",
    "rule2_9_same_side": "nelson2",
    "rule3_6_trend": "nelson3",
    "rule4_14_alternating": "nelson4",
    "rule5_2of3_beyond_2s": "nelson5",
    "rule6_4of5_beyond_1s": "nelson6",
    "rule7_15_within_1s": "nelson7",
    "rule8_8_beyond_1s": "nelson8",
}


def answer(folder: Path, name: str) -> Any:
    entries = json.loads((folder / "reference.json").read_text())["answers"]
    return next(entry["value"] for entry in entries if entry["id"] == name)


def rings(folder: Path) -> Any:
    return pd.read_csv(folder / "spc/pistonrings.csv")["diameter"].to_numpy().reshape(40, 5)


def assert_lines(chart: Chart, expected: dict[str, Any]) -> None:
    assert chart.centre == pytest.approx(np.full(len(chart.centre), expected["centre"]), rel=TOLERANCE)
    for line, key in ((chart.lower, "LCL"), (chart.upper, "UCL")):
        wanted = np.broadcast_to(np.asarray(expected[key], dtype=float), line.shape)
        assert line == pytest.approx(wanted, rel=TOLERANCE)


def assert_nelson(chart: Chart, expected: dict[str, list[int]]) -> None:
    found = detect(chart.z, NELSON)
    assert {name: found.points(code) for name, code in RULES.items()} == expected


def test_constants_for_subgroups_of_2_to_25(reference_data: Path) -> None:
    for row in answer(reference_data, "spc/constants"):
        found = constants(row["n"])

        for key, value in {
            "d2": found.d2,
            "d3": found.d3,
            "c4": found.c4,
            "A2": found.a2,
            "A3": found.a3,
            "B3": found.b3_lower,
            "B4": found.b4_upper,
            "D3": found.d3_lower,
            "D4": found.d4_upper,
        }.items():
            assert value == pytest.approx(row[key], rel=TOLERANCE, abs=1e-12), (row["n"], key)


def test_individuals_and_run_chart_of_viscosity(reference_data: Path) -> None:
    expected = answer(reference_data, "spc/imr_viscosity")
    values = pd.read_csv(reference_data / "spc/viscosity.csv")["viscosity"].to_numpy()

    pair = individuals_chart(values, phases=Phases(freeze=20), rules=NELSON)
    runs = run_chart(values)

    assert_lines(pair.location, expected)
    assert_nelson(pair.location, expected["nelson"])
    assert pair.location.sigma[0] == pytest.approx(expected["sigma"], rel=TOLERANCE)
    assert pair.location.beyond_points() == expected["beyond_limits"]
    assert pair.spread.centre[0] == pytest.approx(expected["MR_centre"], rel=TOLERANCE)
    assert pair.spread.upper[0] == pytest.approx(expected["MR_UCL"], rel=TOLERANCE)
    assert pair.spread.beyond_points() == expected["MR_beyond_UCL"]
    wanted = expected["run_chart"]
    assert float(runs.centre) == pytest.approx(wanted["centre"])
    assert int(runs.useful) == wanted["n_useful"]
    assert int(runs.longest_run) == wanted["longest_run"]
    assert int(runs.longest_run_limit) == wanted["longest_run_limit"]
    assert int(runs.crossings) == wanted["crossings"]
    assert int(runs.crossings_limit) == wanted["crossings_lower_limit"]
    assert bool(runs.signal) is wanted["signal"]


def test_means_with_ranges_of_piston_rings(reference_data: Path) -> None:
    expected = answer(reference_data, "spc/xbar_R_pistonrings")

    pair = xbar_r_chart(rings(reference_data), phases=Phases(freeze=25))

    keys = {"centre": expected["centre"], "LCL": expected["Xbar_LCL"], "UCL": expected["Xbar_UCL"]}
    assert_lines(pair.location, keys)
    assert_nelson(pair.location, expected["nelson"])
    assert_lines(pair.spread, {"centre": expected["Rbar"], "LCL": expected["R_LCL"], "UCL": expected["R_UCL"]})
    assert pair.location.beyond_points() == expected["xbar_beyond"]
    assert pair.spread.beyond_points() == expected["R_beyond"]


def test_means_with_standard_deviations_of_piston_rings(reference_data: Path) -> None:
    expected = answer(reference_data, "spc/xbar_S_pistonrings")

    pair = xbar_s_chart(rings(reference_data), phases=Phases(freeze=25))

    keys = {"centre": expected["centre"], "LCL": expected["Xbar_LCL"], "UCL": expected["Xbar_UCL"]}
    assert_lines(pair.location, keys)
    assert_lines(pair.spread, {"centre": expected["Sbar"], "LCL": expected["S_LCL"], "UCL": expected["S_UCL"]})
    assert pair.location.beyond_points() == expected["xbar_beyond"]


def test_cusum_and_ewma_of_piston_rings(reference_data: Path) -> None:
    cusum = answer(reference_data, "spc/cusum_pistonrings")
    ewma = answer(reference_data, "spc/ewma_pistonrings")
    means = rings(reference_data).mean(axis=1)
    sigma, target = 0.00978533760741318, 74.001176

    sums = cusum_chart(means, sigma=sigma, target=target, subgroup_size=5)
    smooth = ewma_chart(means, lam=0.2, L=3, sigma=sigma, target=target, subgroup_size=5)

    assert sums.upper == pytest.approx(np.array(cusum["C_plus"]), rel=TOLERANCE, abs=1e-9)
    assert sums.lower == pytest.approx(np.array(cusum["C_minus"]), rel=TOLERANCE, abs=1e-9)
    assert (np.flatnonzero(sums.signal_upper) + 1).tolist() == cusum["signal_plus"]
    assert (np.flatnonzero(sums.signal_lower) + 1).tolist() == cusum["signal_minus"]
    assert smooth.value == pytest.approx(np.array(ewma["z"]), rel=TOLERANCE)
    assert smooth.lower == pytest.approx(np.array(ewma["LCL"]), rel=TOLERANCE)
    assert smooth.upper == pytest.approx(np.array(ewma["UCL"]), rel=TOLERANCE)
    assert smooth.beyond_points() == ewma["beyond"]


def test_infections_count_chart(reference_data: Path) -> None:
    expected = answer(reference_data, "spc/c_cdi_count")
    counts = pd.read_csv(reference_data / "spc/cdi.csv")["n"]

    chart = c_chart(counts, phases=Phases(freeze=24))

    assert_lines(chart, expected)
    assert_nelson(chart, expected["nelson_on_z"])
    assert chart.beyond_points() == expected["beyond"]


@pytest.mark.parametrize(
    ("name", "columns", "scale", "freeze"),
    [
        ("spc/u_cdi_rate", ("spc/cdi.csv", "n", "days"), 10000, 24),
        ("spc/u_dyedcloth", ("spc/dyedcloth.csv", "x", "size"), 1, None),
    ],
)
def test_rate_charts_plain_and_laney(
    reference_data: Path, name: str, columns: tuple[str, str, str], scale: float, freeze: int | None
) -> None:
    expected = answer(reference_data, name)
    file, x, n = columns
    table = pd.read_csv(reference_data / file)

    plain = u_chart(table[x], table[n] / scale, phases=Phases(freeze=freeze))
    prime = laney_u_chart(table[x], table[n] / scale, phases=Phases(freeze=freeze), sigma_z_from="all")

    assert_lines(plain, expected)
    assert_nelson(plain, expected["nelson_on_z"])
    assert plain.beyond_points() == expected["beyond"]
    assert float(prime.sigma_z or 0) == pytest.approx(expected["laney_sigma_z"], rel=TOLERANCE)
    laney = {"centre": expected["centre"], "LCL": expected["laney_LCL"], "UCL": expected["laney_UCL"]}
    assert_lines(prime, laney)
    assert prime.beyond_points() == expected["laney_beyond"]


def test_capability_of_piston_rings(reference_data: Path) -> None:
    expected = answer(reference_data, "spc/capability_pistonrings_first25")

    found = capability(rings(reference_data)[:25], lower=73.95, upper=74.05)

    assert found.mean == pytest.approx(expected["mean"], rel=TOLERANCE)
    assert found.sigma_within == pytest.approx(expected["sigma_within"], rel=TOLERANCE)
    assert found.sigma_overall == pytest.approx(expected["sigma_overall"], rel=TOLERANCE)
    assert found.cp == pytest.approx(expected["Cp"], rel=TOLERANCE)
    assert found.cpk.value == pytest.approx(expected["Cpk"], rel=TOLERANCE)
    assert found.pp == pytest.approx(expected["Pp"], rel=TOLERANCE)
    assert found.ppk.value == pytest.approx(expected["Ppk"], rel=TOLERANCE)
    assert found.expected_ppm == pytest.approx(expected["expected_ppm_outside_within"], rel=TOLERANCE)
    assert found.observed_outside == expected["observed_outside"]


def test_daily_abandonment_of_a_call_centre(reference_data: Path) -> None:
    expected = answer(reference_data, "callcentre/anonymous_bank")["p_chart"]
    calls = pd.read_csv(reference_data / "callcentre/anonymous_bank_1999-02-01_to_14.csv")
    offered = calls[calls["outcome"].isin(["AGENT", "HANG"])]
    days = (offered["outcome"] == "HANG").groupby(offered["date"]).agg(["sum", "size"])

    plain = p_chart(days["sum"], days["size"])
    prime = laney_p_chart(days["sum"], days["size"])

    assert_lines(plain, {"centre": expected["pbar"], "LCL": expected["LCL"], "UCL": expected["UCL"]})
    assert days.index[plain.beyond].tolist() == expected["beyond"]
    assert float(prime.sigma_z or 0) == pytest.approx(expected["laney_sigma_z"], rel=TOLERANCE)
    assert days.index[prime.beyond].tolist() == expected["laney_beyond"]


def test_monthly_share_of_failed_inspections(reference_data: Path) -> None:
    expected = answer(reference_data, "inspection/austin")
    visits = pd.read_csv(reference_data / "inspection/austin_food_inspections_a.csv").dropna(subset=["score"])
    failed = visits["score"] < 70
    months = failed.groupby(visits["inspection_date"].str[:7]).agg(["sum", "size"])

    chart = p_chart(months["sum"], months["size"])

    assert chart.centre[0] == pytest.approx(expected["fail_rate"], rel=TOLERANCE)
    assert months["sum"].tolist() == [row["fails"] for row in expected["monthly"]]
    assert months.index[chart.beyond].tolist() == expected["p_chart_beyond"]


def test_daily_incidents_of_a_bus_network(reference_data: Path) -> None:
    expected = answer(reference_data, "transport/ttc")["imr_daily"]
    days = pd.read_csv(reference_data / "transport/ttc_bus_delay_2022.csv").groupby("Date").size()

    chart = individuals_chart(days.to_numpy()).location

    assert len(days) == expected["days"]
    assert_lines(chart, expected)
    assert days.index[chart.beyond].tolist() == expected["beyond"]
