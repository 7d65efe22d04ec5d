"""Files of single answers: the same answers in every format, missing ones with their reason, nobody recognised."""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pyreadstat
import pytest

from bihuan.foundation.actor import Actor, system_actor
from bihuan.foundation.scope import system_scope
from bihuan.surveys import keeping
from bihuan.surveys.exporting.variables import MISSING
from bihuan.surveys.exporting.wanted import Wanted
from bihuan.surveys.models import SurveyExport
from bihuan.surveys.results.access import Access
from bihuan.surveys.results.figures import Figures
from bihuan.surveys.results.stock import View
from bihuan.surveys.services import exporting as services
from bihuan.surveys.services import tally_update
from bihuan.surveys.services.answer_quality import answer_exclude
from servicequality.results import Estimate
from tests.db.surveys.answered import Field, make_field, make_version, random_answer, random_form
from tests.kit import World, recorded

pytestmark = pytest.mark.django_db
FORM: dict[str, Any] = {
    "title": "乘客满意度",
    "languages": ["zh-hans", "en"],
    "scales": [{"code": "five", "low": 1, "high": 5, "labels": {"1": "很不满意", "5": "非常满意"}}],
    "translations": {"en": {"item.clean.label": "The bus is clean", "scale.five.5": "very satisfied"}},
    "sections": [
        {
            "code": "main",
            "title": "乘车",
            "items": [
                {"code": "clean", "label": "车厢干净", "scale_code": "five", "dimension": "有形性"},
                {
                    "code": "smell",
                    "label": "车厢有异味",
                    "scale_code": "five",
                    "dimension": "有形性",
                    "is_reversed": True,
                },
                {"code": "nps", "label": "推荐", "type": "nps"},
                {
                    "code": "kind",
                    "label": "您是",
                    "type": "choice",
                    "choices": [{"code": "pass", "label": "月票"}, {"code": "single", "label": "散客"}],
                },
                {
                    "code": "seen",
                    "label": "看到",
                    "type": "multiple",
                    "choices": [{"code": "a", "label": "时刻表"}, {"code": "b", "label": "投诉电话"}],
                },
                {
                    "code": "order",
                    "label": "看重",
                    "type": "ranking",
                    "lowest": 1,
                    "choices": [{"code": "x", "label": "准点"}, {"code": "y", "label": "态度"}],
                },
                {"code": "trips", "label": "每周几次", "type": "number"},
                {"code": "since", "label": "从何时", "type": "date"},
                {
                    "code": "why",
                    "label": "为什么",
                    "type": "text",
                    "visible_if": {"item": "nps", "op": "<=", "value": 6},
                },
            ],
        }
    ],
}
ANSWERS: list[dict[str, Any]] = [
    {
        "clean": 5,
        "smell": 1,
        "nps": 10,
        "kind": "pass",
        "seen": ["a"],
        "order": ["y", "x"],
        "trips": 7,
        "since": "2020-05-01",
    },
    {"clean": "~na", "nps": 3, "kind": "single", "order": ["x"], "trips": -97, "why": "=2+5 车太挤"},
]


@pytest.fixture(autouse=True)
def log() -> Iterator[None]:
    with recorded():
        yield


@pytest.fixture
def in_setup() -> Iterator[None]:
    with system_scope("setup"):
        yield


def field_of(world: World, body: Any = FORM, **given: Any) -> Field:
    return make_field(world.company, [world.north, world.south], body, **{"anonymity": "identified", **given})


def made(field: Field, actor: Actor | None = None, *, kind: str = "package", language: str = "zh-hans", **wanted: Any):
    by = actor or system_actor("test")
    export = services.export_ask(survey=field.campaign, actor=by, kind=kind, language=language, wanted=Wanted(**wanted))
    return services.export_make(export=export, actor=by)


def package(export: SurveyExport) -> zipfile.ZipFile:
    assert export.state == "ready", export.problem
    return zipfile.ZipFile(keeping.export_path(export.digest))


def table(zipped: zipfile.ZipFile, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(zipped.read(name).decode("utf-8-sig"))))


def test_every_kind_of_answer_stands_in_the_csv(world: World, in_setup: None) -> None:
    field = field_of(world)
    field.put(ANSWERS, np.random.default_rng(1))

    first, second = table(package(made(field)), "answers-codes.csv")

    wanted = (
        "clean",
        "smell",
        "nps",
        "kind",
        "seen_1",
        "seen_2",
        "order_1",
        "order_2",
        "trips",
        "since",
        "why",
        "why_state",
    )
    assert [first[name] for name in wanted] == [
        "5",
        "1",
        "10",
        "1",
        "1",
        "0",
        "2",
        "1",
        "7",
        "2020-05-01",
        "",
        str(MISSING["not_shown"]),
    ]
    assert [second[name] for name in wanted] == [
        str(MISSING["na"]),
        str(MISSING["skipped"]),
        "3",
        "2",
        str(MISSING["skipped"]),
        str(MISSING["skipped"]),
        "1",
        str(MISSING["not_ranked"]),
        "-97",
        "",
        "'=2+5 车太挤",
        "0",
    ]


def test_the_second_csv_says_the_same_in_words(world: World, in_setup: None) -> None:
    field = field_of(world)
    field.put(ANSWERS, np.random.default_rng(1))

    first, second = table(package(made(field)), "answers-labels.csv")

    assert (first["clean"], first["smell"], first["kind"], first["seen_1"]) == ("非常满意", "很不满意", "月票", "是")
    assert (second["clean"], second["smell"], second["unit"]) == ("不适用", "未答", second["unit"])
    assert second["unit"] in {"North", "South"}


def test_sav_holds_labels_and_each_reason_for_no_answer(world: World, in_setup: None, tmp_path: Path) -> None:
    field = field_of(world)
    field.put(ANSWERS, np.random.default_rng(1))

    package(made(field)).extract("answers.sav", tmp_path)
    frame, meta = pyreadstat.read_sav(str(tmp_path / "answers.sav"), user_missing=True)
    plain, _meta = pyreadstat.read_sav(str(tmp_path / "answers.sav"))

    assert frame["clean"].tolist() == [5, MISSING["na"]]
    assert plain["clean"].tolist()[0] == 5
    assert np.isnan(plain["clean"].tolist()[1])
    assert meta.column_names_to_labels["clean"] == "车厢干净"
    assert meta.variable_value_labels["clean"][5] == "非常满意"
    assert meta.variable_value_labels["clean"][MISSING["na"]] == "不适用"
    assert meta.missing_ranges["clean"] == [{"lo": -99.0, "hi": -92.0}]
    assert meta.variable_measure["clean"] == "ordinal"
    assert plain["trips"].tolist() == [7, -97]
    assert plain["since"].tolist()[0] == date(2020, 5, 1)
    assert frame["why"].tolist() == ["", "=2+5 车太挤"]


def test_xlsx_holds_words_codes_and_the_codebook_and_no_formula(world: World, in_setup: None) -> None:
    field = field_of(world)
    field.put(ANSWERS, np.random.default_rng(1))

    book = openpyxl.load_workbook(io.BytesIO(package(made(field)).read("answers.xlsx")))

    words, codes, codebook, values = book.worksheets
    heading = [cell.value for cell in words[1]]
    assert words.cell(2, heading.index("clean") + 1).value == "非常满意"
    assert codes.cell(2, heading.index("clean") + 1).value == 5
    assert codes.cell(3, heading.index("why") + 1).value == "=2+5 车太挤"
    assert codes.cell(3, heading.index("why") + 1).data_type == "s"
    assert "The bus is clean" in [cell.value for cell in codebook["C"]]
    assert ["clean", 5, "5", "非常满意", "very satisfied"] in [[cell.value for cell in row] for row in values.rows]


def test_row_counts_and_hashes_are_those_of_the_files(world: World, in_setup: None) -> None:
    import hashlib

    field = field_of(world)
    field.put(ANSWERS * 5, np.random.default_rng(1))

    export = made(field)
    zipped = package(export)
    manifest = json.loads(zipped.read("manifest.json"))

    assert export.rows == manifest["rows"] == 10
    for facts in manifest["files"]:
        assert hashlib.sha256(zipped.read(facts["name"])).hexdigest() == facts["sha256"]
    assert {one["name"] for one in export.files} == set(zipped.namelist())
    assert hashlib.sha256(keeping.export_path(export.digest).read_bytes()).hexdigest() == export.digest


@pytest.mark.parametrize("seed", range(4))
def test_the_scripts_arrive_at_the_stated_figures(world: World, in_setup: None, tmp_path: Path, seed: int) -> None:
    rng = np.random.default_rng(seed)
    body = random_form(rng)
    field = field_of(world, body, weights={"a": 3.0, "b": 1.0})
    field.put([random_answer(field.version.body, rng) for _ in range(80)], rng, segments=["a", "b"])
    kept = [item for item in body["sections"][0]["items"] if item["code"] != "p1"]
    changed = {**body, "sections": [{"code": "s", "items": kept}]}
    second = make_version(world.company, changed, field.version.instrument)
    field.put([random_answer(second.body, rng) for _ in range(40)], rng, segments=["a", "b"], version=second)

    package(made(field)).extractall(tmp_path)
    python = subprocess.run([sys.executable, "reproduce.py"], cwd=tmp_path, capture_output=True, text=True, check=False)

    assert python.returncode == 0, python.stdout + python.stderr
    assert int(python.stdout.split()[0]) > 20
    if shutil.which("Rscript"):  # base R is not part of the test environment everywhere
        r = subprocess.run(["Rscript", "reproduce.R"], cwd=tmp_path, capture_output=True, text=True, check=False)
        assert r.returncode == 0, r.stdout + r.stderr
        assert r.stdout.split()[-12:] == python.stdout.splitlines()[0].split()


@pytest.mark.parametrize("seed", range(3))
def test_the_stated_figures_are_those_of_the_results_page(world: World, in_setup: None, seed: int) -> None:
    rng = np.random.default_rng(seed)
    field = field_of(world, random_form(rng), weights={"a": 3.0, "b": 1.0} if seed else None)
    field.put([random_answer(field.version.body, rng) for _ in range(150)], rng, segments=["a", "b"])
    taken_out = field.rows[3]
    answer_exclude(campaign=field.campaign, response=taken_out, actor=system_actor("test"), reason="test")
    tally_update(campaign=field.campaign)

    figures = {(row["measure"], row["name"], row["side"]): row for row in table(package(made(field)), "figures.csv")}
    page = Figures(field.campaign, Access(is_whole=True), View()).analysis

    for item in page.items:
        stated = figures["mean", item.name, item.side or ""]
        assert [float(stated[part] or "nan") for part in ("n", "value", "low", "high")] == pytest.approx(
            numbers(item.mean), nan_ok=True
        )
        assert float(figures["top_share", item.name, item.side or ""]["low"]) == pytest.approx(item.top_share.low)
        if item.nps is not None:
            assert [float(figures["nps", item.name, ""][part]) for part in ("value", "low", "high")] == pytest.approx(
                numbers(item.nps.score)[1:]
            )
    for one in page.dimensions:
        stated = figures["score", one.name, one.side or ""]
        assert [float(stated[part] or "nan") for part in ("n", "value", "low", "high")] == pytest.approx(
            numbers(one.mean), nan_ok=True
        )
        if one.alpha is not None and one.alpha.alpha.value is not None:
            alpha = figures["alpha", one.name, one.side or ""]
            assert float(alpha["high"]) == pytest.approx(one.alpha.alpha.high)


def numbers(estimate: Estimate) -> list[float]:
    return [
        float("nan") if one is None else float(one) for one in (estimate.n, estimate.value, estimate.low, estimate.high)
    ]
