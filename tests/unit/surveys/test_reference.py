"""The survey files that may not be republished, against figures computed with R and second tools."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bihuan.foundation.reading import read_table
from bihuan.surveys.analysis import Analysis, analyse
from bihuan.surveys.mapping import Kind, Mapping, Role, propose

pytestmark = pytest.mark.reference
CLOSE = {"rel": 1e-6}
SIDES = {"E": "expectation", "P": "perception"}


@pytest.fixture(scope="module")
def answers(reference_data: Path) -> dict[str, Any]:
    content = json.loads((reference_data / "reference.json").read_text(encoding="utf-8"))
    return {one["id"]: one["value"] for one in content["answers"]}


def analysed(
    folder: Path, name: str, codebook: str = "", change: Callable[[Mapping], Mapping] | None = None
) -> Analysis:
    table = read_table(folder / "survey" / name)
    mapping = propose(table, read_table(folder / "survey" / codebook) if codebook else None)
    return analyse(table, change(mapping) if change else mapping)


@pytest.fixture(scope="module")
def kiosk(reference_data: Path) -> Analysis:
    return analysed(reference_data, "kiosk_kservqual_kano_ipa.csv", "kiosk_codebook.csv")


def test_kiosk_item_gaps(kiosk: Analysis, answers: dict[str, Any]) -> None:
    assert kiosk.gaps is not None
    found = {int(row.name[1:]): row for row in kiosk.gaps.items}

    for known in answers["servqual/kiosk_item_gaps"]:
        row = found[known["item"]]
        assert row.gap.n == known["n"]
        assert (row.expected.value, row.perceived.value, row.gap.value, row.sd, row.p, row.cohen_d) == pytest.approx(
            (known["mean_E"], known["mean_P"], known["gap"], known["sd_gap"], known["p"], known["cohen_d"]), **CLOSE
        )
        assert [row.gap.low, row.gap.high] == pytest.approx(known["ci95"], **CLOSE)


def test_kiosk_dimension_gaps(kiosk: Analysis, answers: dict[str, Any]) -> None:
    assert kiosk.gaps is not None
    found = {row.name.partition("/")[0]: row for row in kiosk.gaps.dimensions}

    for known in answers["servqual/kiosk_dimension_gaps"]["dimensions"]:
        row = found[known["dimension"]]
        assert (row.expected.value, row.perceived.value, row.gap.value, row.sd) == pytest.approx(
            (known["mean_E"], known["mean_P"], known["gap"], known["sd"]), **CLOSE
        )
        assert [row.gap.low, row.gap.high] == pytest.approx(known["t_ci95"], **CLOSE)


@pytest.mark.parametrize("name", ["T1_satisfied", "T2_excellent", "T3_reuse", "T4_recommend"])
def test_kiosk_satisfaction(kiosk: Analysis, answers: dict[str, Any], name: str) -> None:
    known = answers[f"csat/kiosk_{name}"]

    assert_satisfaction(kiosk, name, known)


def assert_satisfaction(analysis: Analysis, name: str, known: dict[str, Any]) -> None:
    item = analysis.item(name)
    assert item.n == known["n"]
    assert item.top_share.value == pytest.approx(known["share"], **CLOSE)
    assert [item.top_share.low, item.top_share.high] == pytest.approx(known["wilson95"], **CLOSE)
    assert (item.mean.value, item.sd) == pytest.approx((known["mean"], known["sd"]), **CLOSE)
    assert [item.mean.low, item.mean.high] == pytest.approx(known["mean_ci95_t"], **CLOSE)


def test_univer_satisfaction(reference_data: Path, answers: dict[str, Any]) -> None:
    analysis = analysed(reference_data, "univer_orientation_2002.csv")

    assert_satisfaction(analysis, "global", answers["csat/univer_global"])


def assert_alpha(analysis: Analysis, name: str, side: str | None, known: dict[str, Any]) -> None:
    one = next(one for one in analysis.dimensions if one.side == side and one.name.partition("/")[0] == name)
    assert one.alpha is not None
    alpha = one.alpha.alpha
    assert (alpha.n, one.alpha.k) == (known["n_complete"], known["k"])
    assert (alpha.value, alpha.low, alpha.high) == pytest.approx(
        (known["alpha_raw"], known["alpha_feldt_ci95"]["lower"], known["alpha_feldt_ci95"]["upper"]), **CLOSE
    )


@pytest.mark.parametrize(
    ("key", "name", "side"),
    [
        ("E_all24", "", "E"),
        ("P_all24", "", "P"),
        *((f"P_{name}", name, "P") for name in ("control", "convenience", "economy", "enjoyment")),
        *((f"P_{name}", name, "P") for name in ("personalisation", "security", "tangibles", "usefulness")),
    ],
)
def test_kiosk_reliability(kiosk: Analysis, answers: dict[str, Any], key: str, name: str, side: str) -> None:
    assert_alpha(kiosk, name, SIDES[side], answers[f"reliability/kiosk_{key}"])


def test_sq_reliability_in_the_assumed_order(reference_data: Path, answers: dict[str, Any]) -> None:
    analysis = analysed(reference_data, "sq_service_quality.csv")

    for name in ("tangibles", "reliability", "responsiveness", "assurance", "empathy"):
        assert_alpha(analysis, name, None, answers[f"reliability/sq_{name}"])
    assert_alpha(analysis, "", None, answers["reliability/sq_all22"])
    assert "assumed_order" in {note.code for note in analysis.notes}


def test_univer_reliability_of_five_ratings(reference_data: Path, answers: dict[str, Any]) -> None:
    def as_rating(mapping: Mapping) -> Mapping:
        return mapping.with_use(replace(mapping.use("global"), kind=Kind.RATING))

    analysis = analysed(reference_data, "univer_orientation_2002.csv", change=as_rating)

    assert_alpha(analysis, "", None, answers["reliability/univer_5ratings"])


def test_sq_net_promoter_score_of_satisfaction_in_tenths(reference_data: Path, answers: dict[str, Any]) -> None:
    def as_nps(mapping: Mapping) -> Mapping:
        codes = {str(value): value // 10 for value in range(0, 101, 20)}
        use = replace(mapping.use("sat"), kind=Kind.RECOMMEND, scale=(0, 10, 1), codes=codes)
        return mapping.with_use(use)

    known = answers["nps/sq_sat"]

    nps = analysed(reference_data, "sq_service_quality.csv", change=as_nps).item("sat").nps

    assert nps is not None
    assert (nps.promoters, nps.passives, nps.detractors) == (
        known["promoters"],
        known["passives"],
        known["detractors"],
    )
    assert nps.score.value == pytest.approx(known["nps"], **CLOSE)
    assert [nps.wald.low, nps.wald.high] == pytest.approx(known["wald95"], **CLOSE)
    assert [nps.score.low, nps.score.high] == pytest.approx(known["adjusted_wald95"], **CLOSE)


def test_kiosk_importance_and_kano(kiosk: Analysis, answers: dict[str, Any]) -> None:
    known = answers["ipa/kiosk"]

    assert kiosk.importance is not None
    for point in kiosk.importance.points:
        assert point.performance.value == pytest.approx(known["performance"][point.name], **CLOSE)
        assert point.quadrant == known["quadrant"][str(int(point.name[1:]))]
    kano = {int(row.name[1:3]): row for row in kiosk.kano}
    for feature in answers["kano/kiosk"]:
        row = kano[feature["feature"]]
        assert row.counts == feature["counts"]
        assert (row.better.value, row.worse.value) == pytest.approx((feature["better"], feature["worse"]), **CLOSE)
        assert row.distinct == feature["fong_distinct"]


def test_airline_ratings_take_zero_as_not_applicable(reference_data: Path, answers: dict[str, Any]) -> None:
    known = answers["ipa/airline_derived"]["performance"]

    analysis = analysed(reference_data, "airline_sample_20k.csv")

    assert len(known) == 14
    for name, mean in known.items():
        assert analysis.item(name).mean.value == pytest.approx(mean, **CLOSE)
    shares = answers["tests/airline"]["satisfied_share_by_class"]
    compared = next(one for one in analysis.groups if one.column == "Class" and one.target == "Satisfaction")
    assert {row.group: row.estimate.value for row in compared.rows} == pytest.approx(shares, **CLOSE)


@pytest.mark.parametrize("file", ["airline_sample_20k.csv", "univer_orientation_2002.csv", "sq_service_quality.csv"])
def test_import_agrees_with_the_counts_of_the_file(reference_data: Path, answers: dict[str, Any], file: str) -> None:
    known = answers[f"descriptives/survey/{file}"]

    table = read_table(reference_data / "survey" / file)

    assert (table.n_rows, len(table.columns)) == (known["rows"], known["columns"])
    for one in known["stats"]:
        column = table.column(one["column"])
        assert (column.missing, len(column.levels)) == (one["missing"], one["distinct"])


def test_every_respondent_of_the_kiosk_file_is_identified(reference_data: Path) -> None:
    table = read_table(reference_data / "survey" / "kiosk_kservqual_kano_ipa.csv")

    assert propose(table).use("resp_id").role is Role.ID
