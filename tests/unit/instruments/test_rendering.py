"""Forms as plain HTML: every kind of item, errors where they belong, nothing of a visitor in the kept page."""

from __future__ import annotations

import re
import uuid
from html.parser import HTMLParser
from typing import Any

import pytest
from django.http import QueryDict
from django.utils import translation

from bihuan.instruments.definition import Definition, ItemType, read_definition
from bihuan.instruments.rendering import form_html, order_of, sheet_for, takes_files
from bihuan.instruments.walk import given_from, walk

VOID = {"input", "br", "img", "meta", "link"}
AGREE = {"code": "agree", "low": 1, "high": 5, "labels": {1: "很不同意", 5: "非常同意"}, "na_label": "不适用"}


class Page(HTMLParser):
    """Fields as a browser would send them, ids, labels, and whether every tag is closed."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def having(self, **wanted: str) -> list[dict[str, str | None]]:
        return [attrs for _tag, attrs in self.tags if all(attrs.get(name) == value for name, value in wanted.items())]

    def ids(self) -> list[str]:
        return [str(attrs["id"]) for _tag, attrs in self.tags if "id" in attrs]


def form(*items: dict[str, Any], **more: Any) -> Definition:
    section = {"code": "s", "title": "Your trip", "items": list(items), **more.pop("section", {})}
    return read_definition({"scales": [AGREE], "sections": [section], **more})


CHOICES = [{"code": "a", "label": "Apples"}, {"code": "b", "label": "Pears"}, {"code": "c", "label": "Plums"}]
EVERY: dict[str, dict[str, Any]] = {
    "rating": {"scale_code": "agree"},
    "nps": {},
    "csat": {},
    "ces": {},
    "choice": {"choices": CHOICES},
    "dropdown": {"choices": CHOICES},
    "multiple": {"choices": CHOICES},
    "ranking": {"choices": CHOICES},
    "split": {"choices": CHOICES},
    "number": {"lowest": 0, "highest": 9},
    "date": {},
    "text": {"is_long": True},
    "file": {},
    "consent": {},
    "note": {},
    "hidden": {},
}
SENT: dict[str, str] = {
    "rating": "q.rating=4",
    "nps": "q.nps=10",
    "csat": "q.csat=1",
    "ces": "q.ces=7",
    "choice": "q.choice=b",
    "dropdown": "q.dropdown=c",
    "multiple": "q.multiple=a&q.multiple=c",
    "ranking": "q.ranking/a=2&q.ranking/b=1&q.ranking/c=3",
    "split": "q.split/a=60&q.split/b=40&q.split/c=0",
    "number": "q.number=3",
    "date": "q.date=2026-11-26",
    "text": "q.text=%3Cb%3E",
    "file": "q.file=ref1",
    "consent": "q.consent=1",
}


def every_item() -> Definition:
    assert set(EVERY) == {kind.value for kind in ItemType}
    return form(*({"code": kind, "label": f"Item {kind}", "type": kind, **more} for kind, more in EVERY.items()))


def successful_fields(page: Page) -> dict[str, list[str]]:
    """What a browser would send without a further click (text areas apart)."""
    found: dict[str, list[str]] = {}
    name = ""
    for tag, attrs in page.tags:
        name = str(attrs.get("name") or name)
        kind = attrs.get("type")
        is_ticked = tag == "input" and kind in {"radio", "checkbox"} and "checked" in attrs
        is_written = tag == "input" and kind in {"text", "number", "date"} and attrs.get("value")
        is_chosen = tag == "option" and "selected" in attrs and attrs["value"]
        if is_ticked or is_written or is_chosen:
            found.setdefault(name, []).append(str(attrs["value"]))
    return found


@pytest.mark.parametrize("theme", ["public", "kiosk", "frame", "preview"])
def test_every_kind_of_item_is_well_formed_with_labels_and_unique_ids(theme: str) -> None:
    page = Page(form_html(every_item(), "zh-hans", theme=theme))

    ids = page.ids()
    labelled = {attrs.get("for") for tag, attrs in page.tags if tag == "label"}
    alone = [
        a["id"] for t, a in page.tags if (t in {"select", "textarea"} or a.get("type") in {"text", "date", "file"})
    ]

    assert len(ids) == len(set(ids))
    assert set(alone) <= labelled
    assert not successful_fields(page)


def test_a_filled_page_sends_what_it_was_filled_with() -> None:
    definition = every_item()
    posted = QueryDict("&".join(SENT.values()))
    given = given_from(definition, posted)
    walked = walk(definition, given)
    assert walked.problems == ()

    for values in (given, walked.values):
        again = successful_fields(Page(form_html(definition, "zh-hans", values=values)))
        expected = {name: posted.getlist(name) for name in posted if name != "q.text"}
        assert again == expected


def test_what_a_visitor_wrote_is_text_not_markup() -> None:
    html = form_html(every_item(), "zh-hans", values={"text": "</textarea><script>", "number": '"><b>'})

    assert "<script>" not in html
    assert "<b>" not in html


def test_errors_stand_at_the_field_and_in_a_summary_that_leads_there() -> None:
    definition = form(
        {"code": "nps", "label": "Recommend?", "type": "nps", "is_required": True},
        {"code": "age", "label": "Age", "type": "number", "highest": 120},
    )
    walked = walk(definition, {"age": "200"})

    page = Page(html := form_html(definition, "zh-hans", values={"age": "200"}, problems=walked.problems))

    links = [str(attrs["href"]) for tag, attrs in page.tags if tag == "a"]
    assert links == ["#i1-1", "#i2-1"]
    assert {link[1:] for link in links} <= set(page.ids())
    assert page.having(role="alert", tabindex="-1")
    group, field = page.having(role="radiogroup")[0], page.having(name="q.age")[0]
    assert (group["aria-invalid"], group["aria-describedby"]) == ("true", "i1-error")
    assert (field["aria-invalid"], field["aria-describedby"], field["value"]) == ("true", "i2-error", "200")
    assert html.count("question-error") == 2


def test_a_battery_is_a_fieldset_with_a_named_group_of_radio_buttons_a_row() -> None:
    rows = [{"code": f"q{number}", "label": f"Row {number}", "scale_code": "agree"} for number in (1, 2)]
    definition = form(*rows, {"code": "why", "type": "text"}, section={"layout": "battery"})

    page = Page(form_html(definition, "zh-hans"))

    groups = page.having(role="radiogroup")
    assert [group["aria-labelledby"] for group in groups] == ["i1-label", "i2-label"]
    assert {group["aria-labelledby"] for group in groups} <= set(page.ids())
    assert len(page.having(name="q.q1", type="radio")) == 6  # five levels and "not applicable"
    assert [attrs["class"] for tag, attrs in page.tags if tag == "fieldset"] == ["battery battery-ended"]


def test_not_applicable_stands_outside_the_scale_and_only_where_it_helps() -> None:
    plain = {"type": "rating", "scale": [1, 5, 1]}
    definition = form(
        {"code": "free", **plain},
        {"code": "must", **plain, "is_required": True},
        {"code": "never", **plain, "is_required": True, "allows_na": False},
    )

    page = Page(form_html(definition, "zh-hans"))

    assert [attrs["name"] for attrs in page.having(value="~na")] == ["q.must"]


def test_a_text_that_is_not_translated_says_which_language_it_is_in() -> None:
    definition = form(
        {"code": "a", "label": "整洁吗", "type": "text"},
        {"code": "b", "label": "准时吗", "type": "text"},
        languages=["zh-hans", "en"],
        translations={"en": {"item.a.label": "Clean?"}},
    )

    html = form_html(definition, "en")

    assert '<div class="survey survey-public" lang="en"' in html
    assert "Clean?" in html
    assert '<span lang="zh-Hans">准时吗</span>' in html
    assert '<span lang="zh-Hans">Clean?' not in html


def test_quotations_show_the_earlier_answer_in_words() -> None:
    definition = form(
        {"code": "line", "label": "Line?", "type": "dropdown", "choices": CHOICES},
        {"code": "why", "label": "Why ${line}?", "type": "text"},
    )

    assert '<span data-pipe="line">…</span>?' in form_html(definition, "zh-hans")
    assert '<span data-pipe="line">Pears</span>?' in form_html(definition, "zh-hans", values={"line": "b"})


def test_a_page_leaves_out_what_other_pages_rule_out_and_keeps_the_rest_for_the_script() -> None:
    definition = read_definition(
        {
            "paging": "sections",
            "sections": [
                {"code": "one", "items": [{"code": "used", "type": "choice", "choices": CHOICES}]},
                {
                    "code": "two",
                    "items": [
                        {"code": "pears", "type": "text", "visible_if": {"item": "used", "value": "b"}},
                        {"code": "nps", "type": "nps"},
                        {"code": "why", "type": "text", "visible_if": {"item": "nps", "op": "<=", "value": 6}},
                    ],
                },
            ],
        }
    )

    apples = form_html(definition, "zh-hans", section="two", values={"used": "a"})
    pears = form_html(definition, "zh-hans", section="two", values={"used": "b"})

    assert "q.pears" not in apples
    assert "q.pears" in pears
    assert "q.why" in apples
    assert 'data-known="{&quot;used&quot;: &quot;a&quot;}"' in apples
    assert "q.used" not in apples


def test_choices_are_shuffled_the_same_way_for_the_same_visitor() -> None:
    many = [{"code": f"c{number}"} for number in range(8)] + [{"code": "none", "is_exclusive": True}]
    definition = form({"code": "m", "type": "multiple", "choices": many, "is_shuffled": True})

    def order(client: uuid.UUID) -> list[str]:
        page = Page(form_html(definition, "zh-hans", order=order_of(definition, client)))
        return [str(attrs["value"]) for attrs in page.having(name="q.m")]

    orders = [order(uuid.UUID(int=number)) for number in range(12)]

    assert order(uuid.UUID(int=3)) == orders[3]
    assert len({tuple(one) for one in orders}) > 6
    assert all(one[-1] == "none" and len(one) == 9 for one in orders)


def test_the_kept_page_is_one_object_and_holds_nothing_of_a_visitor() -> None:
    definition = every_item()
    before = sheet_for(definition, "zh-hans").blank

    form_html(definition, "zh-hans", values={"text": "secret"})

    assert sheet_for(definition, "zh-hans") is sheet_for(definition, "zh-hans")
    assert form_html(definition, "zh-hans") == before
    assert "secret" not in before


def test_an_unknown_language_falls_back_to_the_first_of_the_form() -> None:
    with translation.override("en"):
        assert re.search(r'lang="zh-Hans" data-survey', form_html(every_item(), "fr"))


def test_only_forms_with_files_need_the_other_encoding() -> None:
    assert takes_files(every_item())
    assert not takes_files(form({"code": "a", "type": "text"}))
