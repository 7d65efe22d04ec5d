"""The script of a form page, alone in a browser: what it shows, hides, clears, adds up and quotes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from django.http import QueryDict
from playwright.sync_api import Browser, Page

from bihuan.instruments.definition import Definition, read_definition
from bihuan.instruments.rendering.form import form_html
from bihuan.instruments.walk import given_from, walk

SCRIPT = Path(__file__).parents[2] / "src" / "bihuan" / "web" / "static" / "bihuan" / "public.js"
FORM: dict[str, Any] = {
    "languages": ["en"],
    "scales": [{"code": "five", "low": 1, "high": 5, "labels": {"1": "very bad"}, "na_label": "never tried"}],
    "sections": [
        {
            "code": "ride",
            "items": [
                {"code": "source", "type": "hidden"},
                {"code": "line", "type": "dropdown", "choices": [{"code": "3", "label": "Line 3"}, {"code": "none"}]},
                {
                    "code": "when",
                    "type": "multiple",
                    "choices": [
                        {"code": "day"},
                        {"code": "night", "visible_if": {"item": "line", "op": "=", "value": "3"}},
                        {"code": "never", "is_exclusive": True},
                    ],
                },
                {
                    "code": "points",
                    "type": "split",
                    "choices": [{"code": "speed"}, {"code": "price"}],
                    "visible_if": {"item": "when", "op": "has", "value": "night"},
                },
                {"code": "why", "label": "Why ${line}?", "type": "text", "is_required": True},
            ],
        },
        {
            "code": "views",
            "layout": "battery",
            "items": [
                {"code": code, "scale_code": "five", "visible_if": {"item": "line", "op": "=", "value": "3"}}
                for code in ("clean", "kind")
            ],
        },
        {
            "code": "end",
            "visible_if": {"item": "source", "op": "=", "value": "sticker"},
            "items": [{"code": "words", "type": "text"}],
        },
    ],
}


@pytest.fixture(scope="module")
def definition() -> Definition:
    return read_definition(FORM)


@pytest.fixture
def page(browser: Browser, definition: Definition) -> Iterator[Page]:
    with browser.new_context() as context:
        page = context.new_page()
        html = form_html(definition, "en", values={"source": "sticker"})
        page.set_content(f'<form><meta charset="utf-8">{html}</form>')
        page.add_script_tag(path=str(SCRIPT))
        yield page


def sent(page: Page) -> dict[str, list[str]]:
    text = page.evaluate("new URLSearchParams(new FormData(document.querySelector('form'))).toString()")
    return parse_qs(text)


def shown(page: Page) -> set[str]:
    return set(
        page.eval_on_selector_all("[data-item]", "all => all.filter(x => x.checkVisibility()).map(x => x.dataset.item)")
    )


def test_what_depends_on_an_answer_comes_and_goes_with_it(page: Page) -> None:
    assert shown(page) == {"line", "when", "why", "words"}
    assert not page.is_visible("[data-battery]")
    assert not page.is_visible("[data-choice=night]")

    page.select_option("select[name='q.line']", "3")
    assert shown(page) == {"line", "when", "why", "words", "clean", "kind"}
    page.check("[data-choice=night] input")
    assert "points" in shown(page)

    page.select_option("select[name='q.line']", "none")
    assert shown(page) == {"line", "when", "why", "words"}


def test_what_is_hidden_is_not_sent_and_comes_back_as_it_was(page: Page) -> None:
    page.select_option("select[name='q.line']", "3")
    page.check("[data-choice=night] input")
    page.fill("input[name='q.points/speed']", "70")
    page.check("[data-item=clean] input[value='4']")
    before = sent(page)
    assert (before["q.when"], before["q.points/speed"], before["q.clean"]) == (["night"], ["70"], ["4"])

    page.select_option("select[name='q.line']", "none")
    assert sent(page) == {"q.line": ["none"]}

    page.select_option("select[name='q.line']", "3")
    assert sent(page) == before


def test_a_choice_that_stands_alone_clears_the_others_and_is_cleared_by_them(page: Page) -> None:
    page.check("[data-choice=day] input")
    page.check("[data-choice=never] input")
    assert sent(page)["q.when"] == ["never"]

    page.check("[data-choice=day] input")
    assert sent(page)["q.when"] == ["day"]


def test_points_are_added_up_and_earlier_answers_quoted(page: Page) -> None:
    assert page.inner_text("[data-pipe=line]") == "…"
    page.select_option("select[name='q.line']", "3")
    page.check("[data-choice=night] input")
    page.fill("input[name='q.points/speed']", "70")
    page.fill("input[name='q.points/price']", "30")

    assert page.inner_text("[data-total]") == "100"
    assert page.locator("[data-total].is-met").count() == 1
    assert page.inner_text("[data-pipe=line]") == "Line 3"


def test_the_server_agrees_with_what_the_page_shows(page: Page, definition: Definition) -> None:
    page.select_option("select[name='q.line']", "3")
    page.check("[data-choice=night] input")

    posted = QueryDict(mutable=True)
    for name, values in sent(page).items():
        posted.setlist(name, values)
    walked = walk(definition, {"source": "sticker", **given_from(definition, posted)})

    assert shown(page) == set(walked.visible_items) - {"source"}
    assert walked.dropped == {}
