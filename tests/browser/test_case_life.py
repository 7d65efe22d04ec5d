"""A complaint from the passenger's phone to the closing, in a browser: three people, one case, no step out of reach."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bihuan.cases.models import Case, IntakeDoor
from bihuan.cases.services.doors import door_open
from bihuan.config.founding import found
from bihuan.foundation.actor import system_actor
from bihuan.foundation.scope import system_scope
from bihuan.organisation.models import OrgUnit
from tests.browser.conftest import PASSWORD, Screen, person_with, send
from tests.kit import make_unit, recorded

ANSWER = "经查看车内录像，驾驶员未按站停车，已批评教育，向您道歉。"


@pytest.fixture
def door(transactional_db: None) -> IntakeDoor:
    found(name="清源公交", username="admin", password=PASSWORD)
    with system_scope("setup"):
        company = OrgUnit.objects.get()
    station = make_unit("城北站", parent=company)
    person_with("head", station, ["cases.view", "cases.investigate"])
    with system_scope("setup"), recorded():
        return door_open(actor=system_actor("setup"), desk=company, title="网站")


def test_from_a_passengers_phone_to_the_closing(door: IntakeDoor, screen: Callable[..., Screen]) -> None:
    passenger, desk, head = screen(size="phone"), screen("admin"), screen("head", size="phone")

    page = passenger.open(f"/c/{door.code}")
    send(page, text="3路车到站不停，我追了半条街。", phone="13800138000", name="王小明")
    code = page.locator(".address").inner_text()
    number = Case._base_manager.get().number

    page = desk.open("/cases/?state=received")
    page.get_by_role("link", name=number).click()
    page.locator(".primary-action .btn-primary").click()
    send(page, kind="complaint", grade="general")
    page.locator(".primary-action .btn-primary").click()
    send(page, unit=str(OrgUnit._base_manager.get(name="城北站").pk))

    page = head.open("/")
    page.get_by_role("link", name=number).first.click()
    assert "13800138000" not in page.content()
    page.locator("[data-primary-slot] .btn-primary, .primary-action .btn-primary").first.click()
    page.locator("[data-primary-slot] .btn-primary, .primary-action .btn-primary").first.click()
    found_out = {"outcome": "substantiated", "facts": "录像显示越站。", "clause": "服务规范 3.1", "branch": "education"}
    send(page, **found_out, answer=ANSWER)

    page = desk.open(Case._base_manager.get().get_absolute_url())
    page.locator(".primary-action .btn-primary").click()
    send(page, is_reached="yes", contact="电话，上午")
    page.get_by_role("link", name="回访登记满意度").or_(page.locator("a[href$='/satisfied/']")).first.click()
    send(page, level="4")
    page.locator(".primary-action .btn-primary").click()
    send(page, note="")

    case = Case._base_manager.get()
    assert (case.state, case.satisfaction, case.result_told) == ("closed", "4", ANSWER)
    page = passenger.open("/c/t/")
    send(page, code=code, pin="8000")
    assert ANSWER in page.locator("main").inner_text()
    assert passenger.problems + desk.problems + head.problems == []
