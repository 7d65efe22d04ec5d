"""What goes out: page, workbook, figures, in both languages."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

import pytest
from django.utils import translation
from openpyxl import load_workbook

from bihuan.foundation.reading import read_table
from bihuan.surveys.analysis import Analysis, analyse
from bihuan.surveys.mapping import Mapping, from_toml, propose
from bihuan.surveys.report.charts import charts_of, distribution_chart
from bihuan.surveys.report.figures import write_json
from bihuan.surveys.report.page import embedded, write_html
from bihuan.surveys.report.spreadsheet import write_xlsx

HOSTILE = "=cmd|' /C calc'!A1</script><script>alert(1)</script>"


@pytest.fixture(scope="module")
def kiosk() -> tuple[Analysis, Mapping]:
    from tests.unit.surveys.conftest import SAMPLES

    table = read_table(SAMPLES / "kiosk.csv")
    mapping = propose(table, read_table(SAMPLES / "kiosk_codebook.csv"))
    return analyse(table, mapping), mapping


@pytest.fixture(scope="module")
def hostile() -> tuple[Analysis, Mapping]:
    text = f'"{HOSTILE}",Q1\n' + "\n".join(f"{'+A' if n % 2 else '-B'},{n % 5 + 1}" for n in range(20)) + "\n"
    table = read_table(io.BytesIO(text.encode()), "<b>bad</b>.csv")
    quoted = json.dumps(HOSTILE)
    mapping = from_toml(f"[columns.{quoted}]\nrole = 'group'\n[columns.Q1]\nscale = [1, 5]\nlabel = {quoted}\n")
    return analyse(table, mapping), mapping


def test_page_needs_nothing_but_itself(kiosk: tuple[Analysis, Mapping]) -> None:
    page = write_html(*kiosk)

    assert "http://" not in re.sub(r"<script>.*?</script>", "", page, flags=re.S).replace("http-equiv", "")
    assert not re.search(r"<(link|img|iframe)\b|\ssrc=", re.sub(r"<script>.*?</script>", "", page, flags=re.S))
    assert "default-src 'none'" in page


def test_page_says_first_what_is_weakest_and_states_base_and_interval(kiosk: tuple[Analysis, Mapping]) -> None:
    with translation.override("zh-hans"):
        page = write_html(*kiosk)

    assert '<html lang="zh-CN"' in page
    assert "安全性与期望差距最大：期望 6.69，感知 4.72" in page
    assert "共 71 份答卷" in page
    assert "4.72（4.40 至 5.04）" in page
    assert "指标说明" in page


def test_every_chart_stands_beside_its_table(kiosk: tuple[Analysis, Mapping]) -> None:
    charts = charts_of(kiosk[0])

    assert {"gaps", "dimensions", "items", "importance", "group:sex", "group:frequency"} <= set(charts)
    for chart in charts.values():
        assert chart["rows"]
        assert len(chart["columns"]) == len(chart["rows"][0])
        json.dumps(chart["spec"], allow_nan=False)


def test_distribution_chart_counts_every_level(kiosk: tuple[Analysis, Mapping]) -> None:
    spec = distribution_chart(kiosk[0].item("T1_satisfied"))["spec"]

    assert [row["label"] for row in spec["rows"]] == ["1", "2", "3", "4", "5"]
    assert sum(row["value"] for row in spec["rows"]) == 70


def test_hostile_names_stay_text_on_the_page(hostile: tuple[Analysis, Mapping]) -> None:
    page = write_html(*hostile)

    assert "<script>alert(1)" not in page
    assert "<b>bad</b>" not in page


def test_specification_cannot_end_its_element() -> None:
    assert "<" not in embedded({"title": "</script><!--"})


def test_workbook_holds_numbers_as_numbers_and_no_formula(hostile: tuple[Analysis, Mapping]) -> None:
    book = load_workbook(io.BytesIO(write_xlsx(*hostile)))

    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]

    assert all(cell.data_type != "f" for cell in cells)
    assert HOSTILE in {cell.value for cell in cells}
    assert book["Items"]["B2"].value == 20
    assert book["Items"]["E2"].value == 3


def test_workbook_has_a_sheet_for_every_section(kiosk: tuple[Analysis, Mapping]) -> None:
    book = load_workbook(io.BytesIO(write_xlsx(*kiosk)))

    assert {
        "Summary",
        "Overall judgement",
        "Gaps by dimension",
        "Dimensions",
        "Items",
        "Groups",
        "Distributions",
    } <= set(book.sheetnames)
    gaps = {row[0]: row for row in book["Gaps by dimension"].iter_rows(values_only=True)}
    assert gaps["安全性"][8] == pytest.approx(-1.97142857142857)


def test_figures_carry_every_number_and_both_languages(kiosk: tuple[Analysis, Mapping]) -> None:
    content = json.loads(write_json(*kiosk))

    assert content["format"] == "bihuan-survey-results/1"
    assert len(content["items"]) == 24 * 4 + 4
    assert set(content["headline"]["text"]) == {"en", "zh-hans"}
    assert all(set(note["text"]) == {"en", "zh-hans"} for note in content["notes"])
    assert (
        Analysis.from_dict({key: value for key, value in content.items() if key not in {"format", "mapping"}})
        == kiosk[0]
    )


def test_report_without_built_scripts_keeps_its_tables(
    kiosk: tuple[Analysis, Mapping], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("bihuan.surveys.report.page.BUNDLE", tmp_path / "none.js")

    page = write_html(*kiosk)

    assert "data-chart" not in page
    assert "<table>" in page
