from typing import Any

import pytest
from django.http import QueryDict

from bihuan.instruments.definition import Definition, read_definition
from bihuan.instruments.piping import piped
from bihuan.instruments.walk import NA, Walk, field_name, given_from, walk

FORM: dict[str, Any] = {
    "languages": ["en", "zh-hans"],
    "translations": {"zh-hans": {"choice.line.3": "三号线", "scale.five.5": "很好"}},
    "scales": [{"code": "five", "low": 1, "high": 5, "labels": {"1": "very bad", "5": "very good"}}],
    "sections": [
        {
            "code": "ride",
            "items": [
                {"code": "line", "type": "choice", "is_required": True, "choices": [{"code": "3"}, {"code": "none"}]},
                {
                    "code": "wait",
                    "type": "number",
                    "lowest": 0,
                    "highest": 90,
                    "visible_if": {"item": "line", "op": "!=", "value": "none"},
                },
                {
                    "code": "why",
                    "type": "text",
                    "is_required": True,
                    "visible_if": {"item": "wait", "op": ">", "value": 20},
                },
            ],
        },
        {
            "code": "views",
            "visible_if": {"item": "line", "op": "=", "value": "3"},
            "items": [
                {"code": "polite", "scale_code": "five", "is_required": True},
                {"code": "clean", "scale_code": "five", "is_required": True, "allows_na": False},
            ],
        },
        {"code": "end", "items": [{"code": "words", "type": "text"}, {"code": "bye", "type": "note"}]},
    ],
}


@pytest.fixture(scope="module")
def form() -> Definition:
    return read_definition(FORM)


def one(**item: Any) -> Definition:
    return read_definition({"sections": [{"code": "s", "items": [{"code": "q", **item}]}]})


def kinds(walked: Walk) -> list[tuple[str, str]]:
    return [(problem.item, problem.kind) for problem in walked.problems]


def test_texts_of_a_form_become_typed_values(form: Definition) -> None:
    walked = walk(form, {"line": "3", "wait": " 21 ", "why": " late\r\nagain ", "polite": "5", "clean": "4"})

    assert walked.values == {"line": "3", "wait": 21, "why": "late\nagain", "polite": 5, "clean": 4}
    assert walked.states == {"words": "skipped"}
    assert walked.is_sound


def test_what_is_not_shown_is_dropped_and_opens_nothing(form: Definition) -> None:
    walked = walk(form, {"line": "none", "wait": "30", "why": "late", "polite": "5"})

    assert walked.values == {"line": "none"}
    assert walked.dropped == {"wait": "30", "why": "late", "polite": "5"}
    assert walked.states["why"] == "not_shown"
    assert walked.is_sound
    assert (walked.visible_sections, walked.visible_items) == (("ride", "end"), ("line", "words", "bye"))


def test_a_refused_value_counts_as_not_answered_further_on(form: Definition) -> None:
    walked = walk(form, {"line": "9", "wait": "30", "polite": "5"})

    assert kinds(walked) == [("line", "value")]
    assert walked.visible_items == ("line", "words", "bye")


def test_required_items_are_missed_only_where_they_are_shown(form: Definition) -> None:
    shown = walk(form, {"line": "3", "polite": NA})
    draft = walk(form, {"line": "3"}, complete=False)

    assert kinds(shown) == [("clean", "required")]
    assert shown.states["polite"] == "na"
    assert draft.is_sound


def test_not_applicable_is_refused_where_it_is_not_offered(form: Definition) -> None:
    walked = walk(form, {"line": "3", "polite": 4, "clean": NA})

    assert kinds(walked) == [("clean", "na")]


def test_walking_over_what_was_stored_changes_nothing(form: Definition) -> None:
    first = walk(form, {"line": "3", "wait": "5", "why": "dropped", "polite": NA, "clean": "2"})

    again = walk(form, first.values, first.states)

    assert (again.values, again.states, again.problems) == (first.values, first.states, ())
    assert again.dropped == {}


CHOICES = [{"code": "a"}, {"code": "b"}, {"code": "c"}, {"code": "none", "is_exclusive": True}]


@pytest.mark.parametrize(
    ("item", "given", "stored"),
    [
        ({"type": "nps"}, "10", 10),
        ({"type": "ces"}, 7.0, 7),
        ({"type": "dropdown", "choices": CHOICES}, "b", "b"),
        ({"type": "multiple", "choices": CHOICES}, ["c", "a"], ["a", "c"]),
        ({"type": "multiple", "choices": CHOICES}, "c", ["c"]),
        ({"type": "ranking", "choices": CHOICES[:3]}, {"a": "2", "b": "1", "c": "3"}, ["b", "a", "c"]),
        ({"type": "ranking", "choices": CHOICES, "highest": 2}, {"a": "2", "b": "1", "c": ""}, ["b", "a"]),
        ({"type": "split", "choices": CHOICES[:3]}, {"a": "60", "c": "40"}, {"a": 60, "b": 0, "c": 40}),
        ({"type": "number"}, "4.50", 4.5),
        ({"type": "number"}, 4.0, 4),
        ({"type": "date"}, "2026-10-09", "2026-10-09"),
        ({"type": "consent", "is_required": True}, "on", True),
        ({"type": "consent"}, "0", False),
        ({"type": "file", "highest": 2}, ["ab-1", "ab-1"], ["ab-1"]),
        ({"type": "hidden"}, 42, "42"),
        ({"type": "text"}, "a\x00b\ud800", "ab?"),
    ],
)
def test_an_answer_is_stored_in_its_own_kind(item: dict[str, Any], given: Any, stored: Any) -> None:
    walked = walk(one(**item), {"q": given})

    assert walked.problems == ()
    assert walked.values == {"q": stored}
    assert type(walked.values["q"]) is type(stored)


@pytest.mark.parametrize(
    ("item", "given", "kind"),
    [
        ({"type": "nps"}, "11", "value"),
        ({"type": "nps"}, True, "value"),
        ({"type": "csat"}, "3.5", "value"),
        ({"type": "choice", "choices": CHOICES}, ["a"], "value"),
        ({"type": "multiple", "choices": CHOICES}, ["a", "x"], "value"),
        ({"type": "multiple", "choices": CHOICES}, ["a", "none"], "exclusive"),
        ({"type": "multiple", "choices": CHOICES, "lowest": 2}, ["a"], "few"),
        ({"type": "multiple", "choices": CHOICES, "highest": 1}, ["a", "b"], "many"),
        ({"type": "ranking", "choices": CHOICES[:3]}, {"a": "1", "b": "1", "c": "2"}, "ranks"),
        ({"type": "ranking", "choices": CHOICES[:3]}, {"a": "1", "b": "3"}, "ranks"),
        ({"type": "ranking", "choices": CHOICES[:3]}, ["a", "b"], "unranked"),
        ({"type": "ranking", "choices": CHOICES, "highest": 1}, ["a", "b"], "unranked"),
        ({"type": "split", "choices": CHOICES[:3]}, {"a": "60", "c": "30"}, "sum"),
        ({"type": "split", "choices": CHOICES[:3]}, {"a": "130", "c": "-30"}, "value"),
        ({"type": "split", "choices": CHOICES[:3]}, {"a": "half"}, "number"),
        ({"type": "number"}, "many", "number"),
        ({"type": "number"}, float("nan"), "number"),
        ({"type": "number", "lowest": 1}, "0", "below"),
        ({"type": "number", "highest": 3}, "3.5", "above"),
        ({"type": "date"}, "2026-02-30", "date"),
        ({"type": "date"}, "9 October", "date"),
        ({"type": "text", "lowest": 5}, "bad", "short"),
        ({"type": "text", "highest": 2}, "bad", "long"),
        ({"type": "consent"}, "perhaps", "value"),
        ({"type": "consent", "is_required": True}, "0", "consent"),
        ({"type": "file"}, ["../a b"], "value"),
        ({"type": "file", "highest": 1}, ["a", "b"], "many_files"),
        ({"type": "hidden"}, "x" * 501, "value"),
    ],
)
def test_what_is_no_answer_says_why(item: dict[str, Any], given: Any, kind: str) -> None:
    walked = walk(one(**item), {"q": given})

    assert kinds(walked) == [("q", kind)]
    assert "%(" not in walked.problems[0].message


@pytest.mark.parametrize(
    ("item", "given"),
    [
        ({"type": "multiple", "choices": CHOICES, "lowest": 2}, ["a"]),
        ({"type": "ranking", "choices": CHOICES[:3]}, ["a"]),
        ({"type": "split", "choices": CHOICES[:3]}, {"a": 20}),
        ({"type": "text", "lowest": 5}, "bad"),
        ({"type": "consent", "is_required": True}, False),
    ],
)
def test_a_draft_is_not_blamed_for_what_may_still_come(item: dict[str, Any], given: Any) -> None:
    assert walk(one(**item), {"q": given}, complete=False).problems == ()


@pytest.mark.parametrize("blank", [None, "", [], {}, "  \u3000", {"a": ""}])
def test_nothing_said_is_skipped(blank: Any) -> None:
    kind = {"type": "ranking", "choices": CHOICES} if isinstance(blank, dict) else {"type": "text"}

    assert walk(one(**kind), {"q": blank}).states == {"q": "skipped"}


def test_a_choice_that_is_not_offered_cannot_be_chosen() -> None:
    late = {"code": "late", "label": "late bus", "visible_if": {"item": "q", "op": ">=", "value": 3}}
    items = [
        {"code": "q", "type": "csat"},
        {"code": "r", "type": "split", "choices": [late, {"code": "dirt"}, {"code": "noise"}]},
    ]
    form = read_definition({"sections": [{"code": "s", "items": items}]})

    refused = walk(form, {"q": 1, "r": {"late": 50, "dirt": 50}})
    accepted = walk(form, {"q": 1, "r": {"late": 0, "dirt": 50, "noise": "50"}})

    assert kinds(refused) == [("r", "not_offered")]
    assert refused.hidden_choices == {"r": frozenset({"late"})}
    assert accepted.values == {"q": 1, "r": {"dirt": 50, "noise": 50}}


def test_an_item_of_another_form_and_a_made_up_reason_are_refused(form: Definition) -> None:
    walked = walk(form, {"line": "none", "P99": 1}, {"words": "lazy"})

    assert kinds(walked) == [("words", "state"), ("P99", "unknown")]


def test_a_posted_page_is_read_by_field_names() -> None:
    items = [
        {"code": "n", "type": "nps"},
        {"code": "m", "type": "multiple", "choices": CHOICES},
        {"code": "r", "type": "ranking", "choices": CHOICES[:2]},
        {"code": "c", "type": "consent"},
        {"code": "d", "type": "number"},
    ]
    form = read_definition({"sections": [{"code": "s", "items": items}]})
    posted = QueryDict(mutable=True)
    posted.setlist(field_name("n"), ["7"])
    posted.setlist(field_name("m"), ["a", "c"])
    posted.setlist(field_name("r", "a"), ["2"])
    posted.setlist(field_name("r", "b"), ["1"])
    posted.setlist(field_name("c"), ["0", "1"])
    posted.setlist(field_name("d"), ["3", NA])

    given = given_from(form, posted)

    assert given == {"n": "7", "m": ["a", "c"], "r": {"a": "2", "b": "1"}, "c": "1", "d": NA}


def test_texts_quote_earlier_answers_in_the_readers_language(form: Definition) -> None:
    values = {"line": "3", "polite": 5, "wait": 12}

    english = piped("${line}, ${wait} min: ${polite}${words}", form, values, "en")
    chinese = piped("${line}等了${wait}分钟:${polite}${clean}", form, values, "zh-hans")

    assert english == "3, 12 min: very good"
    assert chinese == "三号线等了12分钟:很好"


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_text_must_not_quote_what_is_asked_later(language: str) -> None:
    items = [{"code": "a", "label": "${b}" if language == "en" else "A"}, {"code": "b"}]
    body = {
        "languages": ["en", "zh-hans"],
        "translations": {"zh-hans": {"item.a.label": "${b}" if language != "en" else "甲"}},
        "sections": [{"code": "s", "items": [{**item, "scale": [1, 5, 1]} for item in items]}],
    }

    with pytest.raises(Exception, match="quotes b"):
        read_definition(body)
