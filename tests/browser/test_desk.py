"""A call at the desk by keyboard: the proposal taken over, a name ticked, one case however often it is saved."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from bihuan.cases.models import Case, RosterShift, StaffParty
from bihuan.config.founding import found
from bihuan.foundation.scope import system_scope
from bihuan.organisation.models import Asset, OrgUnit, Person
from tests.browser.conftest import PASSWORD, Screen
from tests.kit import recorded

RUDE = "3路公交车司机态度恶劣，还辱骂乘客。"


@pytest.fixture
def bus(transactional_db: None) -> Asset:
    found(name="清源公交", username="admin", password=PASSWORD)
    with system_scope("setup"), recorded():
        company = OrgUnit.objects.get()
        own = {"unit": company, "org_path": company.org_path}
        line = Asset.objects.create(kind="line", code="3", name="3路", **own)
        made = Asset.objects.create(kind="vehicle", code="B-001", name="清A·0001", line=line, **own)
        driver = Person.objects.create(name="赵师傅", staff_number="D-1", **own)
        begin = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
        RosterShift.objects.create(
            person=driver, asset=made, line=line, role="驾驶员", shift="全天", org_path=company.org_path,
            starts_at=begin, ends_at=begin + timedelta(days=1),
        )  # fmt: skip
    return made


def test_a_call_is_taken_in_by_keyboard_and_saved_once(bus: Asset, screen: Callable[..., Screen]) -> None:
    here = screen("admin")
    page = here.open("/cases/intake/")

    page.keyboard.type(RUDE)
    page.locator("#id_vehicle_code").fill("B-001")
    page.locator("#id_happened_time").fill("00:01")
    page.locator("#beside", has_text="赵师傅").wait_for()
    page.locator("#beside button[data-fill]").first.press("Enter")
    page.locator("#beside label", has_text="赵师傅").click()
    page.locator("#id_phone").fill("13800138000")  # what is beside is read once more, and the tick stays
    page.wait_for_timeout(1200)
    assert page.locator("#beside input[name=party]").is_checked()
    page.locator("#id_text").press("Control+Enter")
    page.wait_for_url("**/cases/*/")

    case = Case._base_manager.get()
    assert (case.text, case.grade, case.state) == (RUDE, "serious", "classified")
    assert case.criterion is not None
    assert case.asset == bus
    assert [party.person.name for party in StaffParty._base_manager.all()] == ["赵师傅"]
    assert here.problems == []


def test_the_same_sheet_sent_again_is_the_same_case(bus: Asset, screen: Callable[..., Screen]) -> None:
    here = screen("admin")
    page = here.open("/cases/intake/")
    page.keyboard.type(RUDE)
    page.evaluate("fetch('', {method: 'post', body: new FormData(document.querySelector('#intake'))})")
    page.wait_for_timeout(1500)
    page.locator("#id_text").press("Control+Enter")
    page.wait_for_url("**/cases/*/")
    told = page.locator("body").inner_text()

    page.go_back()
    page.locator("#id_text").fill(RUDE + "另有一名乘客作证。")
    page.locator("#id_text").press("Control+Enter")
    page.wait_for_url("**/cases/*/")

    texts = sorted(Case._base_manager.values_list("text", flat=True))
    assert texts == [RUDE, RUDE + "另有一名乘客作证。"]
    assert "查询码" in told
