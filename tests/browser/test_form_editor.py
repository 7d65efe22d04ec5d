"""A service manager writes a form in the browser: questions, a condition, publication; two writers; a broken line."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from bihuan.config.founding import found
from bihuan.foundation.actor import system_actor
from bihuan.foundation.scope import system_scope
from bihuan.instruments import services
from bihuan.instruments.definition import ItemType
from bihuan.instruments.models import FormDraft, InstrumentVersion
from bihuan.organisation.models import OrgUnit
from tests.browser.conftest import PASSWORD, Screen


@pytest.fixture
def office(transactional_db: None) -> OrgUnit:
    found(name="清源公交", username="admin", password=PASSWORD)
    with system_scope("setup"):
        return OrgUnit.objects.get()


@pytest.fixture
def draft(office: OrgUnit) -> FormDraft:
    with system_scope("setup"):
        return services.draft_from_template(actor=system_actor("setup"), unit=office, key="pulse", title="车上快评")


def is_saved(page: Page) -> None:
    expect(page.locator("#editor-status")).to_have_attribute("data-state", "met")


def body_of(draft: FormDraft) -> dict[str, object]:
    with system_scope("setup"):
        return dict(FormDraft.objects.get(pk=draft.pk).body)


def items_of(draft: FormDraft) -> dict[str, dict[str, object]]:
    body = body_of(draft)
    return {item["code"]: item for section in body["sections"] for item in section["items"]}  # type: ignore[attr-defined]


def add(page: Page, kind: ItemType) -> None:
    page.locator(".editor-add summary").first.click()
    page.locator(f"button[name=kind][value={kind.value}]").click()
    expect(page.locator("#editor-panel .editor-heading")).to_be_visible()
    expect(page.locator("#id_kind")).to_have_value(kind.value)


def test_a_small_form_with_a_condition_is_written_and_published(office: OrgUnit, screen: Callable[..., Screen]) -> None:
    here = screen("admin", language="en-GB")
    page = here.open("/instruments/new/empty/")
    page.fill("#id_title", "Bus 3")
    page.select_option("#id_language", "en")
    page.click("main form button.btn-primary")
    page.fill("#id_title", "How was line 3?")

    add(page, ItemType.RATING)
    page.fill("#id_label", "Clean")
    page.check("#id_is_required")
    is_saved(page)
    add(page, ItemType.MULTIPLE)
    page.fill("#id_label", "What was not clean?")
    for number, text in enumerate(("Floor", "Seats", "Windows"), 1):
        page.fill(f"#choice-c{number}", text)
    is_saved(page)
    page.locator("[data-keep=condition] > summary").click()
    page.locator("[data-focus-mark=condition]").click()
    expect(page.locator(".condition-sentence")).to_contain_text("Shown if “Clean” is at most")
    page.select_option(".clause-test select[name=value]", "2")
    expect(page.locator(".condition-sentence")).to_contain_text("at most 2 (Dissatisfied)")
    expect(page.frame_locator("[data-preview-frame]").get_by_text("What was not clean?")).to_be_visible()
    is_saved(page)

    page.locator(".title-actions .primary-action a").click()
    page.fill("#id_note", "first version")
    page.click("main form button.btn-primary")

    expect(page.locator(".notice-success")).to_be_visible()
    with system_scope("setup"):
        form = InstrumentVersion.objects.get().definition
    assert (form.title, form.languages) == ("How was line 3?", ("en",))
    assert [item.label for item in form.items] == ["Clean", "What was not clean?"]
    assert form.items[0].is_required
    assert form.items[1].visible_if is not None
    assert form.items[1].visible_if.model_dump() == {"item": "q1", "op": "<=", "value": 2}
    assert [choice.label for choice in form.items[1].choices] == ["Floor", "Seats", "Windows"]
    assert here.problems == []


def test_undo_and_redo_take_a_wording_back_and_forth(draft: FormDraft, screen: Callable[..., Screen]) -> None:
    here = screen("admin", language="en-GB")
    page = here.open(f"/instruments/{draft.instrument_id}/edit/?item=attitude")
    page.fill("#id_label", "司机态度")
    is_saved(page)

    page.click("[data-editor-undo]")
    expect(page.locator("#id_label")).to_have_value("服务态度")
    page.click("[data-editor-redo]")
    expect(page.locator("#id_label")).to_have_value("司机态度")

    assert items_of(draft)["attitude"]["label"] == "司机态度"


def test_keys_move_the_open_item(draft: FormDraft, screen: Callable[..., Screen]) -> None:
    here = screen("admin", language="en-GB")
    page = here.open(f"/instruments/{draft.instrument_id}/edit/?item=attitude")

    page.keyboard.press("Alt+ArrowUp")
    expect(page.locator("[data-outline] li[data-item]").nth(1)).to_have_attribute("data-item", "attitude")
    is_saved(page)

    assert list(items_of(draft)) == ["overall", "attitude", "common_timeliness", "comment"]


def test_an_item_is_dragged_to_its_place(draft: FormDraft, screen: Callable[..., Screen]) -> None:
    here = screen("admin", language="en-GB")
    page = here.open(f"/instruments/{draft.instrument_id}/edit/")

    page.drag_and_drop("[data-drag-item=comment]", "[data-drag-item=overall]", target_position={"x": 60, "y": 3})
    expect(page.locator("[data-outline] li[data-item]").first).to_have_attribute("data-item", "comment")
    is_saved(page)

    assert next(iter(items_of(draft))) == "comment"


def test_what_a_broken_line_keeps_back_is_told_and_sent_later(draft: FormDraft, screen: Callable[..., Screen]) -> None:
    here = screen("admin", language="en-GB")
    page = here.open(f"/instruments/{draft.instrument_id}/edit/?item=attitude")
    page.route("**/edit/act/", lambda route: route.abort())

    page.fill("#id_label", "司机态度")
    expect(page.locator("#editor-status")).to_contain_text("No connection: 1 changes are not saved yet")
    assert items_of(draft)["attitude"]["label"] == "服务态度"

    page.unroute("**/edit/act/")
    page.keyboard.press("Control+s")
    is_saved(page)
    assert items_of(draft)["attitude"]["label"] == "司机态度"


def test_a_page_closed_on_a_broken_line_sends_its_changes_when_it_is_opened_again(
    draft: FormDraft, screen: Callable[..., Screen]
) -> None:
    here = screen("admin", language="en-GB")
    address = f"/instruments/{draft.instrument_id}/edit/?item=attitude"
    page = here.open(address)
    page.route("**/edit/act/", lambda route: route.abort())
    page.fill("#id_label", "司机态度")
    expect(page.locator("#editor-status")).to_contain_text("No connection: 1 changes are not saved yet")
    page.close(run_before_unload=False)

    here.page = here.context.new_page()
    page = here.open(address)
    is_saved(page)

    assert items_of(draft)["attitude"]["label"] == "司机态度"


def test_an_answer_lost_on_the_way_does_not_do_the_act_twice(draft: FormDraft, screen: Callable[..., Screen]) -> None:
    here = screen("admin", language="en-GB")
    page = here.open(f"/instruments/{draft.instrument_id}/edit/?item=attitude")
    lost = []

    def lose_once(route) -> None:  # type: ignore[no-untyped-def]
        if lost:
            route.continue_()
            return
        lost.append(route.fetch().status)
        route.abort()

    page.route("**/edit/act/", lose_once)
    page.locator("form[data-act=item_duplicate] button").click()
    expect(page.locator("[data-outline] li[data-item]")).to_have_count(5)
    is_saved(page)

    assert lost == [200]
    assert len(items_of(draft)) == 5


def test_the_second_of_two_writers_is_told(draft: FormDraft, screen: Callable[..., Screen]) -> None:
    here = screen("admin", language="en-GB")
    page = here.open(f"/instruments/{draft.instrument_id}/edit/?item=attitude")
    with system_scope("setup"):
        other = FormDraft.objects.get(pk=draft.pk)
        services.draft_save(
            draft=other, actor=system_actor("mei"), revision=1, body={**other.body, "title": "别人改了"}
        )

    page.fill("#id_label", "司机态度")
    expect(page.locator("#editor-status")).to_contain_text("Somebody else changed this form")
    assert items_of(draft)["attitude"]["label"] == "服务态度"

    page.reload()
    expect(page.locator("#messages .notice")).to_contain_text("司机态度")


def test_a_refused_change_is_told_at_its_field(draft: FormDraft, screen: Callable[..., Screen]) -> None:
    here = screen("admin", language="en-GB")
    page = here.open(f"/instruments/{draft.instrument_id}/edit/?item=comment")

    page.fill("#id_lowest", "500")
    expect(page.locator("#editor-status")).to_contain_text("Not saved")
    expect(page.locator("#id_highest")).to_have_attribute("aria-invalid", "true")

    page.fill("#id_lowest", "5")
    is_saved(page)
    assert items_of(draft)["comment"]["lowest"] == 5


@pytest.mark.parametrize("size", ["desktop", "phone"])
@pytest.mark.parametrize(
    "query", ["", "?section=pulse", "?item=attitude", "?item=comment", "?add=pairs", "?show=checks"]
)
def test_every_part_of_the_editor_is_accessible(
    draft: FormDraft, screen: Callable[..., Screen], size: str, query: str
) -> None:
    here = screen("admin", size=size)
    here.open(f"/instruments/{draft.instrument_id}/edit/{query}")

    assert (here.overflow(), here.axe(), here.problems) == (0, [], [])
