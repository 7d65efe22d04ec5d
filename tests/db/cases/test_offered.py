"""The office writes down what other systems may send."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from bihuan.cases import permissions as may
from bihuan.cases.models import CaseService
from tests.db.cases.city import City, as_json, get, make_city
from tests.db.cases.house import House
from tests.kit import make_user


@pytest.fixture
def city(house: House) -> City:
    return make_city(house)


@pytest.fixture
def office(house: House) -> Client:
    client = Client()
    client.force_login(make_user("office", unit=house.company, permissions=[may.CRITERIA, may.VIEW]))
    return client


def particular(number: int, **values: str) -> dict[str, str]:
    given = {"description": "", "code": "", "datatype": "string", "use": "", "values": ""} | values
    return {f"p{number}_{name}": value for name, value in given.items()}


def filled(house: House, *rows: dict[str, str], **values: Any) -> dict[str, Any]:
    form: dict[str, Any] = {
        "code": "lost",
        "name": "失物查找",
        "kind": "enquiry",
        "desk": house.company.pk,
        "is_active": "on",
        "rows": len(rows),
    }
    for row in rows:
        form |= row
    return form | values


def test_a_service_with_its_particulars_is_offered_at_once(house: House, office: Client) -> None:
    rows = (
        particular(0, description="什么物品", code="item"),
        particular(1),
        particular(2, description="颜色", code="colour", datatype="singlevaluelist", values="r = 红\nb = 蓝"),
    )

    answer = office.post("/cases/services/add/", filled(house, *rows))

    assert answer.status_code == 302
    asked = as_json(get("services/lost.json"))["attributes"]
    assert [(one["code"], one["order"]) for one in asked] == [("item", 1), ("colour", 2)]
    assert asked[1]["values"] == [{"key": "r", "name": "红"}, {"key": "b", "name": "蓝"}]


@pytest.mark.parametrize(
    "row",
    [
        {"description": "颜色", "code": "colour", "datatype": "singlevaluelist"},
        {"description": "颜色", "code": "颜色"},
        {"description": "", "code": "colour"},
    ],
)
def test_particulars_nobody_could_answer_are_refused(house: House, office: Client, row: dict[str, str]) -> None:
    answer = office.post("/cases/services/add/", filled(house, particular(0, **row)))

    assert answer.status_code == 422
    assert CaseService.objects.count() == 0


def test_a_code_is_given_once_and_stays(city: City, office: Client) -> None:
    taken = office.post("/cases/services/add/", filled(city.house, code="bus"))
    office.post(f"/cases/services/{city.bus.pk}/", filled(city.house, code="other", name="新名称"))

    service = CaseService.objects.get(pk=city.bus.pk)
    assert taken.status_code == 422
    assert (service.code, service.name, service.attributes) == ("bus", "新名称", [])


def test_a_stranger_and_a_reader_change_no_service(city: City) -> None:
    stranger, reader = Client(), Client()
    stranger.force_login(make_user("far", unit=city.house.world.south, permissions=[may.CRITERIA]))
    reader.force_login(make_user("near", unit=city.house.company, permissions=[may.VIEW]))
    address = f"/cases/services/{city.bus.pk}/"

    assert stranger.post(address, filled(city.house)).status_code == 404
    assert reader.post(address, filled(city.house)).status_code == 403
    assert CaseService.objects.get(pk=city.bus.pk).name == "公交服务投诉"


def test_the_list_filters_and_exports_what_it_shows(city: City, office: Client) -> None:
    CaseService.objects.filter(pk=city.plain.pk).update(is_active=False)

    export = b"".join(office.get("/cases/services/?is_active=true&export=csv")).decode()
    found = office.get("/cases/services/?q=意见").content.decode()

    assert ("公交服务投诉" in export, "意见建议" in export) == (True, False)
    assert ("公交服务投诉" in found, "意见建议" in found) == (False, True)
