"""Forms from spreadsheets: every problem with its cell, nothing hostile run, and back again without a change."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from random import Random
from typing import Any

import openpyxl
import pytest
from django.utils.translation import override
from pyxform.xls2xform import convert

from bihuan.instruments import shelf
from bihuan.instruments.definition import Definition, ItemType, read_definition
from bihuan.instruments.xlsform import Imported, XlsformError, xlsform_read, xlsform_write
from bihuan.instruments.xlsform.problems import MESSAGES
from tests.property.random_forms import random_form

Rows = Sequence[Sequence[Any]]
HEAD = ("type", "name", "label", "required", "relevant", "constraint", "calculation", "parameters", "appearance")
CHOICES: Rows = (
    ("list_name", "name", "label"),
    ("yn", "y", "Yes"),
    ("yn", "n", "No"),
    ("lines", "3", "Line 3"),
    ("lines", "5", "Line 5"),
    ("lines", "8", "Line 8"),
)


def workbook(survey: Rows, choices: Rows = CHOICES, settings: Rows = (), **more: Rows) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in {"survey": survey, "choices": choices, "settings": settings, **more}.items():
        page = book.create_sheet(name)
        for row in rows:
            page.append(list(row))
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def form(*rows: Sequence[Any], head: Sequence[str] = HEAD, **more: Any) -> Imported:
    return xlsform_read(workbook([head, *rows], **more))


def problems(*rows: Sequence[Any], head: Sequence[str] = HEAD, **more: Any) -> list[tuple[str, str]]:
    with pytest.raises(XlsformError) as refused:
        form(*rows, head=head, **more)
    return [(problem.code, problem.cell) for problem in refused.value.problems]


def relevant(expression: str) -> Any:
    """The condition that an expression becomes."""
    found = form(
        ("select_one yn", "one", "One"),
        ("select_multiple lines", "many", "Many"),
        ("decimal", "age", "Age"),
        ("date", "day", "Day"),
        ("text", "word", "Word"),
        ("acknowledge", "agree", "Agree"),
        ("range", "stars", "Stars", "", "", "", "", "start=1 end=5 step=1"),
        ("text", "last", "Last", "", expression),
    )
    return found.body["sections"][0]["items"][-1]["visible_if"]


# Reading


def test_a_plain_form_of_a_collector_is_read() -> None:
    found = form(
        ("start", "start", ""),
        ("begin_group", "ride", "Your ride"),
        ("select_one yn", "late", "Was it late?", "yes"),
        ("integer", "minutes", "How long?", "", "${late} = 'y'", ". > 0 and . <= 120"),
        ("end group", "", ""),
        ("text", "other", "Anything else?"),
        settings=[("form_title",), ("Ride",)],
    )

    sections = found.body["sections"]
    assert found.title == "Ride"
    assert [(one["code"], one.get("title"), len(one["items"])) for one in sections] == [
        ("ride", "Your ride", 2),
        ("s1", None, 1),
    ]
    assert sections[0]["items"][1] == {
        "code": "minutes",
        "label": "How long?",
        "type": "number",
        "visible_if": {"item": "late", "value": "y"},
        "lowest": 1.0,
        "highest": 120.0,
    }
    assert [note.code for note in found.notes] == ["note_meta", "note_integer"]


def test_languages_come_from_the_headings() -> None:
    found = form(
        ("text", "q", "Why?", "为什么？"),
        head=("type", "name", "label::English (en)", "label::Chinese (zh)"),
        settings=[("default_language",), ("Chinese (zh)",)],
    )

    assert found.definition.languages == ("zh-hans", "en")
    assert found.definition.by_code["q"].label == "为什么？"
    assert found.definition.translations == {"en": {"item.q.label": "Why?"}}


def test_groups_in_groups_are_shown_where_all_of_them_are() -> None:
    found = form(
        ("select_one yn", "a", "A"),
        ("begin_group", "outer", "Outer", "", "${a} = 'y'"),
        ("begin_group", "inner", "Inner", "", "${a} != 'n'"),
        ("text", "t", "T"),
        ("end_group",),
        ("end_group",),
    )

    assert [section["code"] for section in found.body["sections"]] == ["s1", "inner"]
    assert len(found.body["sections"][1]["visible_if"]["every"]) == 2
    assert [(note.code, note.cell) for note in found.notes] == [("note_group", "survey!B3")]


def test_a_list_drawn_as_likert_becomes_a_scale() -> None:
    found = form(
        ("select_one five", "clean", "Clean", "", "", "", "", "", "likert"),
        choices=[("list_name", "name", "label"), *(("five", number, f"level {number}") for number in range(1, 6))],
    )

    item = found.definition.by_code["clean"]
    assert (item.type, item.scale, item.scale_code) == (ItemType.RATING, (1, 5, 1), "five")
    assert found.definition.scale_by_code["five"].labels[5] == "level 5"


@pytest.mark.parametrize(
    ("expression", "condition"),
    [
        ("${one} = 'y'", {"item": "one", "value": "y"}),
        ("'y' = ${one}", {"item": "one", "value": "y"}),
        ("selected(${one}, 'y')", {"item": "one", "value": "y"}),
        ("selected(${many}, '3')", {"item": "many", "op": "has", "value": "3"}),
        ("${one} = 'y' or ${one} = 'n'", {"item": "one", "op": "in", "value": ["y", "n"]}),
        ("selected(${many},'3') or selected(${many},'5')", {"item": "many", "op": "has_any", "value": ["3", "5"]}),
        ("selected(${many},'3') and selected(${many},'5')", {"item": "many", "op": "has_all", "value": ["3", "5"]}),
        ("count-selected(${many}) >= 2", {"item": "many", "op": "count>=", "value": 2}),
        ("count-selected(${many}) > 2", {"item": "many", "op": "count>=", "value": 3}),
        ("2 > count-selected(${many})", {"item": "many", "op": "count<=", "value": 1}),
        ("${word} != ''", {"item": "word", "op": "answered"}),
        ("${word} = ''", {"no": {"item": "word", "op": "answered"}}),
        ("not(${age} >= 18)", {"no": {"item": "age", "op": ">=", "value": 18}}),
        ("18 <= ${age}", {"item": "age", "op": ">=", "value": 18}),
        ("${age} < -1.5", {"item": "age", "op": "<", "value": -1.5}),
        ("${day} < date('2026-12-31')", {"item": "day", "op": "<", "value": "2026-12-31"}),
        ("${agree} = 'OK'", {"item": "agree", "value": True}),
        ("${stars} <= 2", {"item": "stars", "op": "<=", "value": 2}),
        ("${word} = “yes”", {"item": "word", "value": "yes"}),
        (
            "(${one} = 'y' or ${age} > 3) and ${stars} = 5",
            {
                "every": [
                    {"some": [{"item": "one", "value": "y"}, {"item": "age", "op": ">", "value": 3}]},
                    {"item": "stars", "value": 5},
                ]
            },
        ),
        (
            "${one} = 'y' or ${age} > 3 and ${stars} = 5",
            {
                "some": [
                    {"item": "one", "value": "y"},
                    {"every": [{"item": "age", "op": ">", "value": 3}, {"item": "stars", "value": 5}]},
                ]
            },
        ),
    ],
)
def test_expressions_become_conditions(expression: str, condition: Any) -> None:
    assert relevant(expression) == condition


@pytest.mark.parametrize(
    ("expression", "code"),
    [
        ("${nobody} = 1", "x_unknown"),
        ("${last} = 'a'", "reads_later"),
        ("${one} = 'maybe'", "x_choice"),
        ("selected(${age}, 'a')", "x_not_choices"),
        ("${many} = '3'", "x_several"),
        ("${one} > 'y'", "x_order"),
        ("${stars} = 9", "x_level"),
        ("${age} = 'old'", "x_number"),
        ("${day} > date('tomorrow')", "x_date"),
        ("${agree} = 'maybe'", "x_consent"),
        ("${age} + 1 > 2", "x_operator"),
        ("${one}", "x_end"),
        ("${age} = ${stars}", "x_sides"),
        ("today() > ${day}", "x_function"),
        ("regex(${word}, 'a')", "x_function"),
        ("${one} = 'y' and", "x_end"),
        ("(${one} = 'y'", "x_end"),
        ("${one} = 'y')", "x_sign"),
        ("/data/one = 'y'", "x_operator"),
        ("${one} = 'y", "x_sign"),
        ("(" * 200 + "${one} = 'y'" + ")" * 200, "x_deep"),
        ("${one} = 'y' or " * 2500 + "${one} = 'n'", "x_long"),
    ],
)
def test_other_expressions_are_refused_by_their_cell(expression: str, code: str) -> None:
    with pytest.raises(XlsformError) as refused:
        relevant(expression)

    assert [(problem.code, problem.cell) for problem in refused.value.problems] == [(code, "survey!E9")]


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (("calculate", "sum", "", "", "", "", "1 + 1"), ("calculation", "survey!A2")),
        (("text", "sum", "Sum", "", "", "", "1 + 1"), ("calculation", "survey!G2")),
        (("begin_repeat", "trips", "Trips"), ("repeat", "survey!A2")),
        (("geopoint", "where", "Where"), ("refused_type", "survey!A2")),
        (("select_one_from_file lines.csv", "l", "Line"), ("refused_type", "survey!A2")),
        (("telepathy", "t", "T"), ("unknown_type", "survey!A2")),
        (("", "t", "T"), ("no_type", "survey!A2")),
        (("text", "", "T"), ("no_name", "survey!B2")),
        (("text", "1 a", "T"), ("bad_name", "survey!B2")),
        (("text", "t", "T", "sometimes"), ("bad_required", "survey!D2")),
        (("select_one", "t", "T"), ("no_list", "survey!A2")),
        (("select_one nowhere", "t", "T"), ("unknown_list", "survey!A2")),
        (("select_one yn or_other", "t", "T"), ("or_other", "survey!A2")),
        (("decimal", "t", "T", "", "", ". > 0"), ("x_constraint", "survey!F2")),
        (("text", "t", "T", "", "", "regex(., 'a')"), ("x_constraint", "survey!F2")),
        (("range", "t", "T", "", "", "", "", "start=5 end=1"), ("bad_range", "survey!H2")),
        (("end_group", "", ""), ("no_begin", "survey!A2")),
        (("begin_group", "g", "G"), ("no_end", "survey!A2")),
        (("text", "t", "${nobody}"), ("x_unknown", "survey!C2")),
    ],
)
def test_a_row_that_cannot_be_asked_is_named_by_its_cell(row: tuple[str, ...], expected: tuple[str, str]) -> None:
    assert problems(row, ("text", "fine", "Fine")) == [expected]


def test_all_problems_are_listed_in_the_order_of_the_workbook() -> None:
    found = problems(
        ("calculate", "c", ""),
        ("select_one nowhere", "q", "Q", "perhaps"),
        ("text", "q", "Again"),
        choices=[*CHOICES, ("yn", "y", "Yes again"), ("", "z", "no list"), ("yn", "a b", "spaced")],
    )

    assert found == [
        ("calculation", "survey!A2"),
        ("unknown_list", "survey!A3"),
        ("bad_required", "survey!D3"),
        ("twice_name", "survey!B4"),
        ("twice_choice", "choices!B7"),
        ("no_list_name", "choices!A8"),
        ("blank_choice", "choices!B9"),
    ]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_problem_can_be_said_in_both_languages(language: str) -> None:
    with override(language):
        said = {code: str(text) for code, text in MESSAGES.items()}

    is_chinese = [any("\u4e00" <= sign <= "\u9fff" for sign in text) for text in said.values()]
    assert all(is_chinese) if language == "zh-hans" else not any(is_chinese)


def test_columns_that_nothing_reads_are_said() -> None:
    found = form(("text", "q", "Q", "hello"), head=("type", "name", "label", "default"))

    assert [(note.code, note.cell) for note in found.notes] == [("note_column", "survey!D1")]


def test_what_does_not_hold_together_is_named_by_its_row() -> None:
    long = "x" * 130

    assert problems(("text", "fine", "Fine"), ("text", long, "Too long a code")) == [("unsound", "survey!A3")]


# Hostile files


def changed(content: bytes, name: str, text: bytes) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            if part.filename != name:
                new.writestr(part.filename, old.read(part.filename))
        new.writestr(name, text)
    return kept.getvalue()


GOOD = workbook([HEAD, ("text", "q", "Q")])


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_file"),
        (b"type,name,label", "not_workbook"),
        (b"\xd0\xcf\x11\xe0" + b"0" * 99, "old_excel"),
        (b"PK" + b"0" * 99, "corrupt"),
        (GOOD[: len(GOOD) // 2], "corrupt"),
        (b"PK" + b"0" * (5 * 1024 * 1024), "too_large"),
        (changed(GOOD, "xl/bomb.xml", b" " * (101 * 1024 * 1024)), "bomb"),
        (changed(GOOD, "xl/worksheets/sheet1.xml", b'<!DOCTYPE x [<!ENTITY a "b">]><x/>'), "unsafe_xml"),
        (changed(GOOD, "xl/worksheets/sheet1.xml", b"<worksheet"), "corrupt"),
        (workbook([HEAD]), "no_rows"),
        (workbook([("type", "label"), ("text", "Q")]), "no_column"),
    ],
    ids=["empty", "csv", "old", "junk", "cut", "large", "bomb", "entity", "broken", "blank", "nameless"],
)
def test_hostile_and_broken_files_are_refused(content: bytes, code: str) -> None:
    with pytest.raises(XlsformError) as refused:
        xlsform_read(content)

    assert refused.value.problems[0].code == code


def test_formulas_are_never_read_and_named_by_their_cell() -> None:
    assert problems(("text", "q", "=1+1"), ("text", "r", '=HYPERLINK("x")')) == [
        ("formula", "survey!C2"),
        ("formula", "survey!C3"),
    ]


def test_a_sheet_without_end_is_refused() -> None:
    assert problems(*(("note", f"n{number}", "N") for number in range(5_001))) == [("too_many_rows", "survey!A5001")]


def test_hostile_words_are_shown_short_and_harmless() -> None:
    with pytest.raises(XlsformError) as refused:
        form(("<script>alert(1)</script>\u202e" + "x" * 500, "q", "Q"))

    message = refused.value.problems[0].message
    assert len(message) < 150
    assert "\u202e" not in message


def test_a_deep_tree_beside_an_expression_is_refused() -> None:
    tree = '{"no":' * 500 + '{"item":"a"}' + "}" * 500

    found = problems(
        ("text", "a", "A", "", ""),
        ("text", "b", "B", "x", tree),
        head=("type", "name", "label", "relevant", "sqm_condition"),
    )

    assert found == [("x_deep", "survey!E3")]


# Writing and back


@pytest.mark.parametrize("key", shelf.KEYS)
def test_every_form_of_the_shelf_comes_back_unchanged_and_runs_in_collectors(key: str) -> None:
    definition = read_definition(shelf.template_body(key))

    content = xlsform_write(definition)

    back = xlsform_read(content)
    assert back.definition.content_hash() == definition.content_hash()
    assert back.notes == ()
    assert convert(io.BytesIO(content), file_type=".xlsx").warnings == []


@pytest.mark.parametrize("seed", range(12))
def test_random_forms_run_in_collectors_too(seed: int) -> None:
    definition = read_definition(random_form(Random(seed)))

    content = xlsform_write(definition)

    assert xlsform_read(content).definition.content_hash() == definition.content_hash()
    assert convert(io.BytesIO(content), file_type=".xlsx").xform.startswith("<?xml")


def odd() -> Definition:
    """Codes and conditions that XLSForm cannot say by itself."""
    return read_definition(
        {
            "languages": ["zh-hans"],
            "sections": [
                {
                    "code": "第 1 部分",
                    "items": [
                        {"code": "1 a", "type": "choice", "choices": [{"code": "很 好", "label": "好"}, {"code": "x"}]},
                        {
                            "code": "b",
                            "type": "text",
                            "label": "=SUM(A1)",
                            "visible_if": {"item": "1 a", "value": "很 好"},
                        },
                        {"code": "c", "type": "text", "visible_if": {"every": [{"item": "b", "value": 5}]}},
                    ],
                }
            ],
        }
    )


def test_codes_that_are_no_names_keep_themselves_beside() -> None:
    content = xlsform_write(odd())
    page = openpyxl.load_workbook(io.BytesIO(content))["survey"]
    rows = [dict(zip([cell.value for cell in page[1]], [cell.value for cell in row], strict=True)) for row in page]

    assert (rows[2]["name"], rows[2]["sqm_code"]) == ("q_1_a", "1 a")
    assert rows[3]["relevant"] == "${q_1_a} = '很_好'"
    assert xlsform_read(content).definition == odd()


def test_text_that_looks_like_a_formula_is_written_as_text() -> None:
    page = openpyxl.load_workbook(io.BytesIO(xlsform_write(odd())))["survey"]

    cells = [cell for row in page for cell in row if cell.value == "=SUM(A1)"]
    assert [cell.data_type for cell in cells] == ["s"]


def test_changing_one_of_two_cells_that_belong_together_is_noticed() -> None:
    book = openpyxl.load_workbook(io.BytesIO(xlsform_write(odd())))
    page = book["survey"]
    heading = {cell.value: cell.column for cell in page[1]}
    row = next(row for row in range(2, page.max_row + 1) if page.cell(row, heading["name"]).value == "c")
    page.cell(row, heading["relevant"]).value = "${b} = 'six'"
    kept = io.BytesIO()
    book.save(kept)

    with pytest.raises(XlsformError) as refused:
        xlsform_read(kept.getvalue())

    assert [problem.code for problem in refused.value.problems] == ["changed_one"]


def test_a_text_no_cell_can_hold_is_refused_and_not_cut() -> None:
    definition = read_definition(
        {"sections": [{"code": "a", "items": [{"code": "q", "type": "text", "label": "长" * 32_768}]}]}
    )

    with pytest.raises(XlsformError) as refused:
        xlsform_write(definition)

    assert refused.value.problems[0].code == "too_long_cell"
