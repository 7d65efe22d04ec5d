"""A whole survey on a phone: by keyboard, with and without script, in both languages, small and free of barriers."""

from __future__ import annotations

import gzip
import re
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from bihuan.surveys.models import Door
from tests.browser.conftest import SIZES, Screen
from tests.db.surveys.at_the_door import make_campaign, make_door, stored
from tests.kit import make_unit

CHOICES = [{"code": "punctual", "label": "准点"}, {"code": "clean", "label": "整洁"}]
FIVE = {"1": "很不满意", "2": "不满意", "3": "一般", "4": "满意", "5": "非常满意"}
ENGLISH = {
    "title": "Passenger survey",
    "section.b.title": "How satisfied are you with",
    "section.r.title": "All in all",
    "item.q0.label": "Punctuality",
    "item.q1.label": "Cleanliness",
    "item.nps.label": "Would you recommend us?",
    "item.why.label": "What disappointed you?",
    "item.line.label": "Which line?",
    "item.many.label": "What matters?",
    "item.rank.label": "Rank them",
    "item.split.label": "Divide 100 points",
    "item.day.label": "Last trip",
    "item.photo.label": "A photo",
    "item.ok.label": "You may quote me",
    **{f"scale.five.{level}": text for level, text in enumerate(("awful", "bad", "fair", "good", "great"), 1)},
    **{f"choice.{item}.punctual": "Punctual" for item in ("line", "many", "rank", "split")},
    **{f"choice.{item}.clean": "Clean" for item in ("line", "many", "rank", "split")},
}
FORM: dict[str, Any] = {
    "title": "乘客调查",
    "languages": ["zh-hans", "en"],
    "translations": {"en": ENGLISH},
    "scales": [{"code": "five", "low": 1, "high": 5, "labels": FIVE, "na_label": "不适用"}],
    "sections": [
        {
            "code": "b",
            "title": "您对以下各项是否满意",
            "layout": "battery",
            "items": [
                {"code": "q0", "label": "准点", "scale_code": "five", "is_required": True},
                {"code": "q1", "label": "整洁", "scale_code": "five"},
            ],
        },
        {
            "code": "r",
            "title": "总体",
            "items": [
                {"code": "nps", "label": "您会推荐我们吗？", "type": "nps", "is_required": True, "allows_na": False},
                {
                    "code": "why",
                    "label": "什么让您失望？",
                    "type": "text",
                    "visible_if": {"item": "nps", "op": "<=", "value": 6},
                },
                {"code": "line", "label": "哪条线路？", "type": "dropdown", "choices": CHOICES},
                {"code": "many", "label": "看重什么？", "type": "multiple", "choices": CHOICES},
                {"code": "rank", "label": "请排序", "type": "ranking", "choices": CHOICES},
                {"code": "split", "label": "请分配", "type": "split", "choices": CHOICES},
                {"code": "day", "label": "最近一次乘车", "type": "date"},
                {"code": "photo", "label": "照片", "type": "file"},
                {"code": "ok", "label": "可以匿名引用", "type": "consent"},
            ],
        },
    ],
}


@pytest.fixture
def door(transactional_db: None) -> Door:
    return make_door(make_campaign(make_unit("Company", "company"), FORM))


@pytest.fixture
def plain(browser: Browser) -> Iterator[Page]:
    """A phone whose browser runs no script."""
    context = browser.new_context(**SIZES["phone"], locale="zh-CN", java_script_enabled=False)
    yield context.new_page()
    context.close()


def test_the_whole_survey_by_keyboard_without_script(door: Door, plain: Page, live_server: Any) -> None:
    plain.goto(f"{live_server.url}/s/{door.code}")
    press = plain.keyboard.press

    plain.locator("#i1-1").focus()
    press("Space")
    press("ArrowRight")
    press("Tab")  # from one group of radio buttons to the next
    press("Tab")
    press("Space")
    plain.locator("#i4-1").fill("晚点")
    plain.locator("#i6-1").focus()
    press("Space")
    for choice, points in (("punctual", "70"), ("clean", "30")):
        plain.locator(f"[name='q.split/{choice}']").fill(points)
    plain.locator("#i4-1").focus()
    press("Enter")  # sends the form, and does not change the language

    expect(plain.locator("h1")).to_have_text("谢谢，您的回答已收到。")
    (row,) = stored(door.campaign)
    assert row.answers["q0"] == 2
    assert row.answers["nps"] in range(11)
    assert row.answers["many"] == ["punctual"]
    assert row.answers["split"] == {"punctual": 70, "clean": 30}


def test_what_is_missing_is_found_by_its_link(door: Door, screen: Callable[..., Screen]) -> None:
    visitor = screen(size="phone")
    page = visitor.open(f"/s/{door.code}")
    page.get_by_role("button", name="提交").click()

    summary = page.locator("[data-error-summary]")
    expect(summary).to_be_focused()
    summary.get_by_role("link").first.click()

    expect(page.locator("#i1-1")).to_be_focused()
    assert visitor.axe() == []
    assert visitor.problems == []


def test_the_script_asks_only_what_applies(door: Door, screen: Callable[..., Screen]) -> None:
    page = screen(size="phone").open(f"/s/{door.code}")
    why = page.locator("[data-item=why]")

    expect(why).to_be_hidden()
    page.locator("[name='q.nps'][value='3']").check()
    expect(why).to_be_visible()
    page.locator("[name='q.nps'][value='9']").check()
    expect(why).to_be_hidden()


@pytest.mark.parametrize("language", ["zh-CN", "en-GB"])
@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_free_of_barriers_and_of_sideways_scrolling(
    door: Door, screen: Callable[..., Screen], size: str, language: str
) -> None:
    visitor = screen(size=size, language=language)
    page = visitor.open(f"/s/{door.code}")

    group = "Punctuality" if language == "en-GB" else "准点"
    assert page.get_by_role("radiogroup", name=re.compile(group)).first.is_visible()
    assert visitor.axe() == []
    assert visitor.overflow() == 0
    assert visitor.problems == []


def test_targets_are_large_enough_for_a_thumb(door: Door, screen: Callable[..., Screen]) -> None:
    page = screen(size="phone").open(f"/s/{door.code}")

    small = page.evaluate(
        """() => [...document.querySelectorAll('.cell, .option, .control, .survey-actions .btn')]
            .filter((one) => one.offsetParent !== null)
            .map((one) => [one.className, one.getBoundingClientRect()])
            .filter(([, box]) => box.height < 44 || box.width < 44)
            .map(([name, box]) => `${name} ${box.width}x${box.height}`)"""
    )

    assert small == []


def test_the_first_page_is_small(door: Door, live_server: Any) -> None:
    page = urllib.request.urlopen(f"{live_server.url}/s/{door.code}").read()
    linked = re.findall(r'(?:href|src)="(/static/[^"]+)"', page.decode())
    files = [urllib.request.urlopen(live_server.url + one).read() for one in linked]

    assert len(files) == 3  # picture of the tab, style sheet, script
    assert sum(len(gzip.compress(each)) for each in (page, *files)) <= 60_000


def test_a_kiosk_returns_to_a_blank_page_by_itself(door: Door, screen: Callable[..., Screen]) -> None:
    kiosk = make_door(make_campaign(door.campaign.unit, FORM, kiosk_seconds=2), "kiosk")
    page = screen(size="desktop").open(f"/s/{kiosk.code}")
    page.locator("[name='q.q0'][value='5']").check()
    page.locator("[name='q.nps'][value='9']").check()
    page.get_by_role("button", name="提交").click()
    expect(page.locator("h1")).to_have_text("谢谢，您的回答已收到。")

    expect(page.locator("form#survey")).to_be_visible(timeout=15_000)

    assert page.locator("input:checked").count() == 0
    page.go_back()
    assert page.locator("input:checked").count() == 0
