from copy import deepcopy
from typing import Any

import pytest
from django.utils import translation

from bihuan.instruments.comparison import Comparison, comparison_of
from bihuan.instruments.definition import read_definition

BODY: dict[str, Any] = {
    "languages": ["en", "zh-hans"],
    "translations": {"zh-hans": {"item.line.label": "哪条线路？"}},
    "scales": [{"code": "five", "low": 1, "high": 5, "labels": {"1": "bad", "5": "good"}}],
    "sections": [
        {
            "code": "ride",
            "title": "Your ride",
            "items": [
                {
                    "code": "line",
                    "label": "Which line?",
                    "type": "choice",
                    "choices": [{"code": "3", "label": "Line 3"}, {"code": "5", "label": "Line 5"}],
                },
                {"code": "wait", "label": "How long?", "type": "number", "highest": 90},
                {"code": "clean", "label": "Clean", "scale_code": "five", "dimension": "tangibles"},
            ],
        },
        {"code": "end", "title": "End", "items": [{"code": "words", "label": "Comment", "type": "text"}]},
    ],
}


def compared(change: Any) -> Comparison:
    after = deepcopy(BODY)
    change(after, after["sections"][0]["items"])
    with translation.override("en"):
        return comparison_of(read_definition(BODY), read_definition(after), 1)


def test_the_same_form_has_no_differences() -> None:
    found = compared(lambda _body, _items: None)

    assert found.is_empty
    assert found.unchanged == 4


def test_items_and_sections_that_come_and_go_are_named() -> None:
    def change(body: dict[str, Any], items: list[dict[str, Any]]) -> None:
        items.append({"code": "seat", "label": "Seats", "type": "csat"})
        body["sections"][1] = {"code": "new", "title": "New", "items": [{"code": "photo", "type": "file"}]}

    found = compared(change)

    assert found.items_added == (("seat", "Seats", "Satisfaction (CSAT)"), ("photo", "photo", "Photo or file"))
    assert found.items_removed == (("words", "Comment", "Text"),)
    assert (found.sections_added, found.sections_removed) == (("New",), ("End",))
    assert found.unchanged == 3


@pytest.mark.parametrize(
    ("code", "changes", "expected"),
    [
        ("line", {"label": "Your line?"}, [("Wording", "Which line?", "Your line?")]),
        ("wait", {"highest": 60, "is_required": True}, [("Required", "no", "yes"), ("Limits", "≤ 90", "≤ 60")]),
        (
            "wait",
            {"visible_if": {"item": "line", "op": "=", "value": "3"}},
            [("Shown", "always", "“Which line?” is “Line 3”")],
        ),
        (
            "line",
            {"choices": [{"code": "8", "label": "Line 8"}, {"code": "3", "label": "Line three", "is_exclusive": True}]},
            [
                ("Choice taken out", "Line 5", ""),
                ("Choice added", "", "Line 8"),
                ("Choice “Line three”", "Line 3", "Line three"),
                ("Choice “Line three”", "", "stands alone"),
            ],
        ),
        ("clean", {"dimension": "", "weight": 2}, [("Dimension", "Tangibles", ""), ("Weight", "1", "2")]),
        ("clean", {"scale_code": "", "scale": [1, 7, 1]}, [("Scale", "1–5 (five)", "1–7")]),
    ],
)
def test_what_changed_of_an_item_stands_before_and_after(
    code: str, changes: dict[str, Any], expected: list[tuple[str, str, str]]
) -> None:
    found = compared(lambda _body, items: next(one for one in items if one["code"] == code).update(changes))

    [changed] = found.items_changed
    assert changed.code == code
    assert [(one.label, one.before, one.after) for one in changed.differences] == expected


def test_a_translation_and_a_word_of_a_scale_are_changes_too() -> None:
    def change(body: dict[str, Any], _items: list[dict[str, Any]]) -> None:
        body["translations"]["zh-hans"]["item.line.label"] = "您坐哪条线路？"
        body["scales"][0]["labels"]["5"] = "very good"

    found = compared(change)

    [item] = found.items_changed
    assert [(one.label, one.before, one.after) for one in item.differences] == [
        ("Wording (中文)", "哪条线路？", "您坐哪条线路？")
    ]
    [scale] = found.scales_changed
    assert [(one.label, one.before, one.after) for one in scale.differences] == [("5", "good", "very good")]


def test_answers_that_cannot_be_put_side_by_side_are_pointed_out() -> None:
    found = compared(lambda _body, items: items[2].update({"scale_code": "", "scale": [1, 7, 1]}))

    assert "cannot be compared" in found.items_changed[0].warning


def test_another_order_and_another_section_are_changes() -> None:
    def change(body: dict[str, Any], items: list[dict[str, Any]]) -> None:
        body["sections"][1]["items"].append(items.pop(0))

    found = compared(change)

    assert [(one.label, one.before, one.after) for one in found.form] == [
        ("Order of the items", "line, wait, clean, words", "wait, clean, words, line")
    ]
    assert [(one.label, one.before, one.after) for one in found.items_changed[0].differences] == [
        ("Section", "Your ride", "End")
    ]
