"""A city's centre that speaks Open311 with us: its account, its key, services and two plain clients."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

from django.test import Client

from bihuan.accounts.models import User
from bihuan.accounts.services import token_create
from bihuan.cases import permissions as may
from bihuan.cases.models import CaseService, CityCentre
from tests.db.cases.house import House
from tests.kit import make_user

ASKED: list[dict[str, Any]] = [
    {"code": "order_no", "description": "工单编号", "datatype": "string", "use": "number"},
    {"code": "line", "description": "线路", "datatype": "string", "use": "line"},
    {"code": "bus", "description": "车号", "datatype": "string", "use": "vehicle"},
    {"code": "at", "description": "发生时间", "datatype": "datetime", "use": "happened_at"},
    {"code": "people", "description": "在场人数", "datatype": "number"},
    {
        "code": "about",
        "description": "涉及方面",
        "datatype": "multivaluelist",
        "values": [{"key": "001", "name": "态度"}, {"key": "002", "name": "停靠"}],
    },
    {
        "code": "urgent",
        "description": "是否紧急",
        "datatype": "singlevaluelist",
        "values": [{"key": "yes", "name": "是"}, {"key": "no", "name": "否"}],
    },
    {"code": "hint", "description": "不涉及他人隐私", "datatype": "text", "variable": False},
]


@dataclass(frozen=True)
class City:
    house: House
    user: User
    key: str
    centre: CityCentre
    bus: CaseService
    plain: CaseService


def make_city(house: House) -> City:
    user = make_user("city", unit=house.company, permissions=[may.INTAKE])
    _token, key = token_create(user=user, name="city")
    own = {"desk": house.company, "org_path": house.company.org_path}
    centre = CityCentre.objects.create(
        name="市民热线 12345", origin="city", base_url="https://centre.example/open311/v2", account=user, **own
    )
    bus = CaseService.objects.create(
        code="bus",
        name="公交服务投诉",
        description="司乘服务",
        keywords="公交,司机",
        group="公交",
        attributes=ASKED,
        publishes=True,
        **own,
    )
    plain = CaseService.objects.create(code="idea", name="意见建议", kind="suggestion", group="公交", **own)
    return City(house, user, key, centre, bus, plain)


BASE = "/open311/v2"


def get(path: str, **parameters: str) -> Any:
    return Client().get(f"{BASE}/{path}", parameters)


def sent(city: City, form: str = "json", *, base: str = BASE, **given: Any) -> Any:
    """Send a request; names of attributes are written with two underscores: attribute__line="3"."""
    values: dict[str, Any] = {
        "api_key": city.key,
        "service_code": "bus",
        "address_string": "人民广场站",
        "description": "3路公交车司机拒载老人",
    }
    for name, value in given.items():
        code, brackets = name.removeprefix("attribute__"), "[]" if isinstance(value, list) else ""
        values[f"attribute[{code}]{brackets}" if code != name else name] = value
    return Client().post(
        f"{base}/requests.{form}", {name: value for name, value in values.items() if value is not None}
    )


def as_json(response: Any) -> Any:
    assert response["Content-Type"].split(";")[0] == "application/json"
    return json.loads(response.content)


def as_tree(response: Any) -> ElementTree.Element:
    assert response["Content-Type"].split(";")[0] == "text/xml"
    return ElementTree.fromstring(response.content)


def child_texts(row: ElementTree.Element) -> dict[str, str]:
    return {child.tag: child.text or "" for child in row}


def strict(response: Any, root: str, item: str) -> Sequence[Mapping[str, str]]:
    """Reads only what the reference promises: this root, these items, text in each element."""
    tree = as_tree(response)
    assert tree.tag == root
    assert {child.tag for child in tree} <= {item}
    return [child_texts(child) for child in tree]
