"""XLSX files, honest and hostile."""

from __future__ import annotations

import io
import zipfile
from datetime import date

import pytest
from openpyxl import Workbook

from bihuan.foundation.reading import DataFileError, Limits, read_table


def workbook(rows: list[list[object]], title: str = "Sheet1") -> bytes:
    book = Workbook()
    sheet = book.active
    sheet.title = title
    for row in rows:
        sheet.append(row)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def refused(content: bytes, name: str = "survey.xlsx", **more) -> DataFileError:
    with pytest.raises(DataFileError) as caught:
        read_table(io.BytesIO(content), name, **more)
    return caught.value


def test_cells_become_what_they_show() -> None:
    content = workbook([["day", "line", "Q1", "Q2"], [date(2026, 3, 5), 3, 5.0, "满意"], [None, 8, None, "一般"]])

    table = read_table(io.BytesIO(content), "a.xlsx")

    assert table.sheet == "Sheet1"
    assert table.column("day").texts.tolist() == ["2026-03-05", None]
    assert table.column("line").levels == ("3", "8")
    assert table.column("Q1").missing == 1
    assert table.column("Q2").texts.tolist() == ["满意", "一般"]


def test_place_is_the_cell_of_the_sheet_also_after_empty_rows() -> None:
    content = workbook([["id", "Q1"], [1, 5], [], [2, 4]], title="数据")

    table = read_table(io.BytesIO(content), "a.xlsx")

    assert str(table.place(1, "Q1")) == "数据!B4"


def test_formula_is_refused_with_its_cell() -> None:
    content = workbook([["id", "Q1", "Q2"], [1, 5, 4], [2, "=B2+1", 3]])

    error = refused(content)

    assert str(error) == "Sheet1!B3: The cell holds a formula. Paste the values instead (Paste special, Values)."


def test_error_value_is_refused_with_its_cell() -> None:
    assert str(refused(workbook([["id", "Q1"], [1, "#N/A"]]))) == "Sheet1!B2: The cell holds the error #N/A."


def test_text_that_starts_like_a_formula_is_text() -> None:
    book = Workbook()
    book.active.append(["id", "comment"])
    book.active.append([1, "x"])
    book.active["B2"].value = "=not a formula"
    book.active["B2"].data_type = "s"
    target = io.BytesIO()
    book.save(target)

    table = read_table(target, "a.xlsx")

    assert table.column("comment").texts.tolist() == ["=not a formula"]


def test_answer_beside_the_headings_is_refused_with_its_cell() -> None:
    error = refused(workbook([["id", "Q1"], [1, 5, 9]]))

    assert str(error) == "Sheet1!C2: Column C has answers but no heading."


def test_first_sheet_with_answers_is_taken_and_another_can_be_asked_for() -> None:
    book = Workbook()
    book.create_sheet("second").append(["Q1"])
    book["second"].append([5])
    book.create_sheet("third").append(["Q9"])
    book["third"].append([4])
    target = io.BytesIO()
    book.save(target)

    assert read_table(target, "a.xlsx").names == ("Q1",)
    assert read_table(target, "a.xlsx", sheet="third").names == ("Q9",)
    assert refused(target.getvalue(), sheet="fourth").code == "unknown_sheet"


def bomb(size: int, *, members: int = 1) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        for number in range(members):
            archive.writestr(f"xl/worksheets/sheet{number}.xml", b"0" * size)
    return target.getvalue()


def test_bomb_is_refused_by_the_directory_alone() -> None:
    error = refused(bomb(64 * 1024 * 1024), limits=Limits(unpacked=1024**3))

    assert error.code == "bomb"
    assert error.params["ratio"] > 200


def test_workbook_that_unpacks_beyond_the_limit_is_refused() -> None:
    assert refused(bomb(1024 * 1024, members=30), limits=Limits(unpacked=20 * 1024 * 1024)).code == "bomb"


def test_entity_declarations_are_refused() -> None:
    content = workbook([["Q1"], [5]])
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(target, "w") as new:
        for part in old.infolist():
            text = old.read(part)
            if part.filename == "xl/workbook.xml":
                text = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]>' + text.partition(b"?>")[2]
            new.writestr(part.filename, text)

    assert refused(target.getvalue()).code == "unsafe_xml"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"PK\x03\x04 not a zip", "corrupt"),
        (b"id,Q1\n1,5\n", "not_workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 600, "old_excel"),
        (bomb(10), "corrupt"),
    ],
)
def test_files_that_are_no_workbook_say_so(content: bytes, code: str) -> None:
    assert refused(content).code == code


def test_plain_archive_is_no_workbook() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("a.txt", "hello")

    assert refused(target.getvalue()).code == "not_workbook"


def test_truncated_workbook_is_damaged() -> None:
    content = workbook([["id", "Q1"], *([n, n % 5 + 1] for n in range(200))])

    assert refused(content[: len(content) // 2]).code == "corrupt"


@pytest.mark.parametrize(("rows", "code"), [([], "no_sheet"), ([["Q1", "Q2"]], "header_only")])
def test_workbooks_without_answers_say_so(rows: list[list[object]], code: str) -> None:
    assert refused(workbook(rows)).code == code


def test_cell_limit_is_kept() -> None:
    content = workbook([["Q1", "Q2"], *([1, 2] for _ in range(100))])

    assert refused(content, limits=Limits(cells=50)).code == "too_many_cells"
