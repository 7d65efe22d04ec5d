"""Indicators of public data, rolled up from parts to the whole (reference.json)."""

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from servicequality.rollup import Observation, pooled_quantile, roll_up

pytestmark = pytest.mark.reference


def answer(folder: Path, name: str) -> Any:
    entries = json.loads((folder / "reference.json").read_text())["answers"]
    return next(entry["value"] for entry in entries if entry["id"] == name)


def test_call_centre_days_join_to_the_published_fortnight(reference_data: Path) -> None:
    expected = answer(reference_data, "callcentre/anonymous_bank")
    whole = expected["overall"]
    calls = pd.read_csv(reference_data / "callcentre/anonymous_bank_1999-02-01_to_14.csv")
    calls = calls[calls["outcome"] != "PHANTOM"]
    abandoned, waits, handling, level, single = [], [], [], [], []
    for day, block in calls.groupby("date"):
        name, answered = str(day), block[block["outcome"] == "AGENT"]
        lost = int((block["outcome"] == "HANG").sum())
        abandoned.append(Observation(name, numerator=lost, denominator=len(block)))
        waits.append(Observation(name, value=float(answered["q_time"].mean()), n=len(answered)))
        handling.append(Observation(name, value=float(answered["ser_time"].mean()), n=len(answered)))
        quick = int((answered["q_time"] <= 20).sum())
        level.append(Observation(name, numerator=quick, denominator=len(block)))
        single.append(Observation(name, raw=tuple(answered["ser_time"].astype(float))))

    assert roll_up(abandoned, kind="ratio").value == pytest.approx(whole["abandon_rate"], rel=1e-6)
    assert roll_up(waits, kind="duration").value == pytest.approx(whole["asa_s"], rel=1e-6)
    assert roll_up(handling, kind="duration").value == pytest.approx(whole["aht_s"], rel=1e-6)
    assert roll_up(level, kind="ratio").value == pytest.approx(whole["service_level_20s"], rel=1e-6)
    assert pooled_quantile(single, 0.5).value == whole["median_handle_s"]
    assert pooled_quantile(single, 0.9).value == whole["p90_handle_s"]
    for row, found in zip(expected["by_day"], abandoned, strict=True):
        assert roll_up([found], kind="ratio").value == pytest.approx(row["abandon_rate"], rel=1e-6)


def test_city_departments_join_to_the_share_on_time(reference_data: Path) -> None:
    expected = answer(reference_data, "complaints/baltimore_311")["overall"]
    table = pd.read_csv(reference_data / "complaints/baltimore_311_10k.csv", low_memory=False)
    stamp = {
        name: pd.to_datetime(table[name], format="%m/%d/%Y %I:%M:%S %p")
        for name in ("CreatedDate", "DueDate", "CloseDate")
    }
    both = stamp["DueDate"].notna() & stamp["CloseDate"].notna()
    hours = (stamp["CloseDate"] - stamp["CreatedDate"]).dt.total_seconds() / 3600
    agency = table["Agency"].fillna("none")
    on_time, single = [], []
    for name in sorted(agency.unique()):
        mine = agency == name
        kept = int((stamp["CloseDate"] <= stamp["DueDate"])[both & mine].sum())
        on_time.append(Observation(name, numerator=kept, denominator=int((both & mine).sum())))
        single.append(Observation(name, raw=tuple(hours[mine].dropna())))

    share = roll_up(on_time, kind="ratio")

    assert (share.numerator, share.denominator) == (expected["on_time"], expected["closed_with_due"])
    assert pooled_quantile(single, 0.5).value == pytest.approx(expected["median_h"], rel=1e-6)
    assert pooled_quantile(single, 0.9).value == pytest.approx(expected["p90_h"], rel=1e-6)


def test_ticket_groups_join_to_the_median_case_duration(reference_data: Path) -> None:
    expected = answer(reference_data, "eventlog/helpdesk")
    log = pd.read_csv(reference_data / "eventlog/helpdesk.csv", low_memory=False)
    log["at"] = pd.to_datetime(log["Complete Timestamp"], format="%Y/%m/%d %H:%M:%S.%f")
    cases = log.groupby("Case ID").agg(first=("at", "min"), last=("at", "max"), product=("product", "first"))
    cases["seconds"] = (cases["last"] - cases["first"]).dt.total_seconds()
    groups = [
        Observation(str(name), value=float(block.mean()), n=len(block), raw=tuple(block))
        for name, block in cases.groupby("product")["seconds"]
    ]

    mean = roll_up(groups, kind="duration")
    wanted = expected["case_duration"]

    assert mean.n == wanted["n"]
    assert mean.value == pytest.approx(wanted["mean"], rel=1e-6)
    assert pooled_quantile(groups, 0.5).value == pytest.approx(wanted["median"], rel=1e-6)
    assert pooled_quantile(groups, 0.9).value == pytest.approx(wanted["p90"], rel=1e-6)


def test_bus_routes_join_to_the_mean_delay(reference_data: Path) -> None:
    expected = answer(reference_data, "transport/ttc")["delay"]
    table = pd.read_csv(reference_data / "transport/ttc_bus_delay_2022.csv", dtype={"Route": str})
    routes = [
        Observation(str(name), value=float(block.mean()), n=len(block), raw=tuple(block.astype(float)))
        for name, block in table["Min Delay"].groupby(table["Route"].fillna("none"))
    ]

    mean = roll_up(routes, kind="duration")

    assert mean.n == expected["n"]
    assert mean.value == pytest.approx(expected["mean"], rel=1e-6)
    assert pooled_quantile(routes, 0.5).value == expected["median"]
    assert pooled_quantile(routes, 0.9).value == expected["p90"]


def test_inspection_months_join_to_the_mean_score(reference_data: Path) -> None:
    expected = answer(reference_data, "inspection/austin")
    months = [Observation(row["month"], value=row["mean"], exposure=row["n"]) for row in expected["monthly"]]

    found = roll_up(months, kind="score")

    assert found.n == expected["scored"]
    assert found.value == pytest.approx(expected["mean"], rel=1e-6)
