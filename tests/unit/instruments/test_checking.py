"""The remarks before publication, the length, and comparisons with earlier versions."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import translation

from bihuan.instruments.checking import Level, breaks_of, changes_of, minutes_of, remarks_on
from bihuan.instruments.definition import Definition, read_definition
from bihuan.instruments.shelf import KEYS, template_body

DAY = "2026-05-01"
WORDS = {"code": "five", "low": 1, "high": 5, "labels": {1: "差", 5: "好"}}


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


def form(*items: dict[str, Any], **more: Any) -> Definition:
    body = {"title": "调查", "scales": [WORDS], "sections": [{"code": "s", "items": list(items)}], **more}
    return read_definition(body)


def rated(code: str, **more: Any) -> dict[str, Any]:
    return {"code": code, "label": f"题 {code}", "scale_code": "five", **more}


def choice(code: str, *choices: str, **more: Any) -> dict[str, Any]:
    return {
        "code": code,
        "label": code,
        "type": "choice",
        "choices": [{"code": c, "label": c} for c in choices],
        **more,
    }


def told(definition: Definition, **more: Any) -> list[tuple[str, str]]:
    return [(remark.level.value, remark.text) for remark in remarks_on(definition, **more)]


@pytest.mark.parametrize("key", KEYS)
def test_the_forms_of_the_shelf_leave_nothing_to_mend(key: str) -> None:
    remarks = remarks_on(read_definition(template_body(key)))

    expected = {"quality_questionnaire": [Level.KNOW]}
    assert [remark.level for remark in remarks] == expected.get(key, [])


@pytest.mark.parametrize(
    ("key", "least", "most"), [("pulse", 0.2, 1), ("nps", 0.3, 1.5), ("servperf", 2, 5), ("servqual", 5, 10)]
)
def test_the_minutes_of_a_form_are_about_what_it_takes(key: str, least: float, most: float) -> None:
    assert least < minutes_of(read_definition(template_body(key))) < most


def test_a_form_that_goes_on_and_on_is_said_to_be_long() -> None:
    items = [
        {"code": f"q{n}", "label": "请详细说明您的看法和建议" * 3, "type": "text", "is_long": True} for n in range(40)
    ]

    assert any("many give up" in text for _level, text in told(form(*items)))


def test_items_and_choices_without_wording_stop_a_publication() -> None:
    nameless = choice("b", "x")
    nameless["choices"].append({"code": "y"})

    remarks = told(form(rated("a", label=""), nameless))

    assert ("stop", "Item a has no wording.") in remarks
    assert ("stop", "“b” has a choice without a wording.") in remarks


def test_the_same_wording_twice_stops_a_publication() -> None:
    body = choice("a", "x", "y")
    body["choices"][1]["label"] = "x"

    assert ("stop", "“a” offers the same wording twice.") in told(form(body))


class TestConditionsThatCanNeverBeTrue:
    @pytest.mark.parametrize(
        "condition",
        [
            {"item": "r", "op": ">", "value": 5},
            {"item": "r", "op": "=", "value": 9},
            {"every": [{"item": "r", "op": "<=", "value": 2}, {"item": "r", "op": ">=", "value": 4}]},
            {"item": "c", "op": "=", "value": "z"},
            {"every": [{"item": "c", "op": "=", "value": "x"}, {"item": "r", "op": "=", "value": 1}]},
            {"every": [{"item": "r", "op": "=", "value": 3}, {"no": {"item": "r", "op": "answered"}}]},
            {"item": "m", "op": "count>=", "value": 4},
            {"every": [{"item": "m", "op": "has", "value": "none"}, {"item": "m", "op": "has", "value": "a"}]},
            {"every": [{"item": "n", "op": ">", "value": 10}, {"item": "n", "op": "<", "value": 10}]},
            {
                "every": [
                    {"item": "d", "op": ">", "value": "2026-05-01"},
                    {"item": "d", "op": "<", "value": "2026-05-01"},
                ]
            },
            {"item": "n", "op": ">", "value": 100},
        ],
    )
    def test_is_seen(self, condition: dict[str, Any]) -> None:
        remarks = told(self.asked(condition))

        assert ("stop", "The condition of “q” can never be true: nobody will be asked.") in remarks

    @pytest.mark.parametrize(
        "condition",
        [
            {"item": "r", "op": "<", "value": 2},
            {"item": "r", "op": ">=", "value": 5},
            {"item": "c", "op": "in", "value": ["z", "y"]},
            {"every": [{"item": "c", "op": "=", "value": "x"}, {"item": "r", "op": "=", "value": 4}]},
            {"some": [{"item": "r", "op": "=", "value": 9}, {"item": "r", "op": "=", "value": 1}]},
            {"no": {"item": "r", "op": "=", "value": 9}},
            {"no": {"item": "r", "op": "answered"}},
            {"item": "m", "op": "count>=", "value": 3},
            {"item": "m", "op": "has_all", "value": ["a", "b"]},
            {"every": [{"item": "n", "op": ">", "value": 10}, {"item": "n", "op": "<", "value": 11}]},
            {"item": "t", "op": "answered"},
            {"item": "k", "op": "=", "value": False},
        ],
    )
    def test_the_others_are_left_alone(self, condition: dict[str, Any]) -> None:
        assert not any("never" in text for _level, text in told(self.asked(condition)))

    def asked(self, condition: dict[str, Any]) -> Definition:
        """``c`` is asked only of those who gave 3 or more."""
        multiple = {**choice("m", "a", "b", "c"), "type": "multiple"}
        multiple["choices"].append({"code": "none", "label": "none", "is_exclusive": True})
        return form(
            rated("r"),
            choice("c", "x", "y", visible_if={"item": "r", "op": ">=", "value": 3}),
            multiple,
            {"code": "n", "label": "n", "type": "number", "lowest": 0, "highest": 100},
            {"code": "d", "label": "d", "type": "date"},
            {"code": "t", "label": "t", "type": "text"},
            {"code": "k", "label": "k", "type": "consent"},
            {"code": "q", "label": "q", "type": "text", "visible_if": condition},
        )

    def test_a_section_and_its_items_are_tried_together(self) -> None:
        definition = form(
            sections=[
                {"code": "a", "items": [rated("r")]},
                {
                    "code": "b",
                    "title": "不满意的",
                    "visible_if": {"item": "r", "op": "<=", "value": 2},
                    "items": [rated("q", visible_if={"item": "r", "op": "=", "value": 5}), rated("p")],
                },
            ]
        )

        stops = [text for level, text in told(definition) if level == "stop"]
        assert stops == ["The condition of “题 q” can never be true: nobody will be asked."]


class TestPairs:
    def test_a_side_without_the_other_is_named(self) -> None:
        remarks = told(form(rated("E1", side="expectation", pair="01")))

        assert ("warn", "“题 E1” is one side of the pair 01; its other side is missing.") in remarks

    def test_sides_on_different_scales_have_no_gap(self) -> None:
        other = {"code": "P1", "label": "p", "scale": [1, 7, 1], "side": "perception", "pair": "01"}

        remarks = told(form(rated("E1", side="expectation", pair="01"), other))

        assert ("stop", "The sides of the pair 01 have different scales: there is no gap between them.") in remarks

    def test_a_dimension_of_two_items_is_thin(self) -> None:
        remarks = told(form(rated("a", dimension="empathy"), rated("b", dimension="empathy")))

        expected = "The dimension “Empathy” has 2 items; its reliability is only told with three or more."
        assert ("warn", expected) in remarks


def test_missing_translations_are_counted_by_language() -> None:
    remarks = remarks_on(form(rated("a"), languages=["zh-hans", "en"]))

    found = next(remark for remark in remarks if remark.language == "en")
    assert found.text == "English: 4 texts are not translated and will be shown in the first language."


def test_bare_numbers_are_mentioned() -> None:
    remarks = told(form({"code": "a", "label": "a", "scale": [1, 5, 1]}))

    assert [text for _level, text in remarks if "bare numbers" in text] != []


class TestEarlierVersions:
    def test_another_scale_breaks_the_series_of_an_item(self) -> None:
        before = form(rated("a"))
        now = form({"code": "a", "label": "题 a", "scale": [1, 7, 1]})

        found = breaks_of(now, [(2, before)])

        assert [(one.item, one.version) for one in found] == [("a", 2)]
        assert "its scale went from 1 to 5" in found[0].text

    def test_a_new_wording_alone_breaks_nothing(self) -> None:
        assert breaks_of(form(rated("a", label="更清楚")), [(1, form(rated("a")))]) == []

    def test_the_newest_version_that_has_the_item_counts(self) -> None:
        seven = {"code": "a", "label": "题 a", "scale": [1, 7, 1]}
        versions = [(3, form(rated("b"))), (2, form(seven)), (1, form(rated("a")))]

        assert breaks_of(form(seven), versions) == []

    def test_a_choice_taken_away_is_named(self) -> None:
        found = breaks_of(form(choice("a", "x")), [(1, form(choice("a", "x", "y")))])

        assert "it offered “y”" in found[0].text

    def test_a_list_that_opens_is_the_same_question(self) -> None:
        assert breaks_of(form({**choice("a", "x"), "type": "dropdown"}), [(1, form(choice("a", "x")))]) == []

    def test_changes_are_told_item_by_item(self) -> None:
        changes = changes_of(form(rated("a"), rated("b")), form(rated("b", label="新"), rated("c")))

        assert [item.code for item in changes.added] == ["c"]
        assert [item.code for item in changes.removed] == ["a"]
        assert [(old.label, new.label) for old, new in changes.reworded] == [("题 b", "新")]


def test_new_words_in_the_library_are_offered() -> None:
    remarks = told(form(rated("a")), library={"five": {"labels": {"1": "很差", "5": "好"}, "na": ""}})

    assert ("know", "The library has other words for the scale “five” now; the form keeps its own.") in remarks
