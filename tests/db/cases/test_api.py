"""Cases by REST: the same rules, the same refusals."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from bihuan.accounts.models import User
from bihuan.cases.models import Case
from tests.db.cases.house import DECISION, RUDE, House, dispatched, take_in


@pytest.fixture
def api(client: Client, house: House) -> Client:
    client.force_login(User.objects.get(pk=house.desk.user_id))
    return client


def post(client: Client, path: str, body: dict[str, Any] | None = None) -> Any:
    return client.post(f"/api/v1/cases{path}", body or {}, content_type="application/json")


def test_another_system_takes_a_case_in_once(api: Client, house: House) -> None:
    body = {
        "desk_id": house.company.pk,
        "text": RUDE,
        "origin": "crm",
        "origin_id": "7",
        "person": {"phone": "13800138000"},
    }

    first, again = post(api, "/", body), post(api, "/", body)

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["case"]["number"] == again.json()["case"]["number"]
    assert len(first.json()["code"]) == 26
    assert again.json()["code"] == ""
    assert "13800138000" not in first.content.decode()


def test_the_way_of_a_case_by_rest(api: Client, house: House) -> None:
    case = take_in(house)

    steps = [
        post(api, f"/{case.pk}/classify", {"kind": "complaint", "grade": "general"}),
        post(api, f"/{case.pk}/dispatch", {"unit_id": house.north.pk}),
        post(api, f"/{case.pk}/accept"),
        post(api, f"/{case.pk}/answer", DECISION),
        post(api, f"/{case.pk}/contacts", {"text": "电话", "is_reached": True}),
        post(api, f"/{case.pk}/feed-back", {"result_told": "已处理"}),
    ]

    assert [step.status_code for step in steps] == [200, 200, 200, 200, 201, 200]
    refused = post(api, f"/{case.pk}/close")
    assert (refused.status_code, refused.json()["code"]) == (409, "action_not_allowed")


def test_a_refusal_names_the_place(api: Client, house: House) -> None:
    case = take_in(house)

    refused = post(api, f"/{case.pk}/classify", {"kind": "complaint"})

    assert (refused.status_code, refused.json()["place"]) == (422, "grade")


def test_a_stranger_finds_nothing(client: Client, house: House) -> None:
    case = dispatched(house)
    client.force_login(User.objects.get(pk=house.stranger.user_id))

    assert client.get(f"/api/v1/cases/{case.pk}").status_code == 404
    assert client.get("/api/v1/cases/").json()["count"] == 0


def test_what_another_system_reads_holds_nobody_who_complained(api: Client, house: House) -> None:
    take_in(house)

    text = api.get("/api/v1/cases/").content.decode()

    assert "王小明" not in text
    assert "0013" not in text
    assert Case.objects.get().number in text
