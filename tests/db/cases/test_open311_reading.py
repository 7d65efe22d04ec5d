"""Open311 GeoReport v2: discovery, services, what everybody may read and what nobody may."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from bihuan.cases import permissions as may
from bihuan.cases import services
from bihuan.cases.models import Case
from bihuan.foundation.errors import NotPermittedError
from bihuan.foundation.scope import system_scope
from tests.db.cases.city import City, as_json, as_tree, get, make_city, sent, strict
from tests.db.cases.house import House, answered, closed, take_in
from tests.kit import make_user


@pytest.fixture
def city(house: House) -> City:
    return make_city(house)


NOW = timezone.now().replace(microsecond=0)


def public(house: House, **values: Any) -> Case:
    values.setdefault("at", NOW - timedelta(days=2))
    return take_in(house, is_public=True, happened_at=None, **values)


def numbers(response: Any) -> list[str]:
    return [row["service_request_id"] for row in as_json(response)]


def test_the_discovery_document_names_two_endpoints_with_both_formats(city: City) -> None:
    tree = as_tree(get("discovery.xml"))
    plain = as_json(get("discovery.json"))

    endpoints = tree.findall("endpoints/endpoint")
    assert [one.findtext("type") for one in endpoints] == ["production", "test"]
    assert [[each.text for each in one.findall("formats/format")] for one in endpoints] == [
        ["text/xml", "application/json"],
        ["text/xml", "application/json"],
    ]
    assert {one.findtext("specification") for one in endpoints} == {"http://wiki.open311.org/GeoReport_v2"}
    assert [one["url"] for one in plain["endpoints"]] == [one.findtext("url") for one in endpoints]
    assert plain["endpoints"][0]["formats"] == ["text/xml", "application/json"]
    assert all(plain[name] for name in ("contact", "key_service"))


def test_the_changeset_is_an_instant_of_the_past(city: City) -> None:
    changeset = datetime.fromisoformat(as_tree(get("discovery.xml")).findtext("changeset") or "")

    assert changeset.tzinfo is not None
    assert changeset < datetime.now(UTC)


def test_an_endpoint_s_address_is_the_base_of_every_call(city: City) -> None:
    for endpoint in as_json(get("discovery.json"))["endpoints"]:
        address = endpoint["url"].removeprefix("http://testserver")
        assert Client().get(f"{address}/services.xml").status_code == 200


@pytest.mark.parametrize("call", ["discovery", "services", "services/bus", "requests"])
def test_content_types_are_exactly_those_of_the_reference(city: City, call: str) -> None:
    assert get(f"{call}.xml")["Content-Type"] == "text/xml; charset=utf-8"
    assert get(f"{call}.json")["Content-Type"] == "application/json; charset=utf-8"


def test_services_that_are_not_offered_are_not_listed(city: City) -> None:
    with system_scope("setup"):
        type(city.plain).objects.filter(pk=city.plain.pk).update(is_active=False)

    listed = strict(get("services.xml"), "services", "service")

    assert listed == [
        {
            "service_code": "bus",
            "service_name": "公交服务投诉",
            "description": "司乘服务",
            "metadata": "true",
            "type": "realtime",
            "keywords": "公交,司机",
            "group": "公交",
        }
    ]
    assert get("services/idea.json").status_code == 404


def test_empty_text_is_null_in_json_and_an_empty_element_in_xml(city: City) -> None:
    plain = next(row for row in as_json(get("services.json")) if row["service_code"] == "idea")
    tree = next(row for row in as_tree(get("services.xml")) if row.findtext("service_code") == "idea")

    assert (plain["description"], plain["metadata"]) == (None, False)
    assert tree.find("description") is not None
    assert tree.findtext("metadata") == "false"


def test_a_definition_keeps_the_order_and_the_keys_as_text(city: City) -> None:
    tree = as_tree(get("services/bus.xml"))
    plain = as_json(get("services/bus.json"))

    attributes = tree.findall("attributes/attribute")
    assert [one.findtext("order") for one in attributes] == [str(count) for count in range(1, 9)]
    assert [one["code"] for one in plain["attributes"]] == [one.findtext("code") for one in attributes]
    choices = attributes[5]
    assert [(one.findtext("key"), one.findtext("name")) for one in choices.findall("values/value")] == [
        ("001", "态度"),
        ("002", "停靠"),
    ]
    assert plain["attributes"][5]["values"][0] == {"key": "001", "name": "态度"}
    assert (plain["attributes"][7]["variable"], attributes[7].findtext("variable")) == (False, "false")


def test_only_freed_cases_are_read_without_a_key(city: City) -> None:
    shown, hidden = public(city.house), take_in(city.house, at=NOW)

    assert numbers(get("requests.json")) == [shown.number]
    assert get(f"requests/{hidden.number}.json").status_code == 404
    assert numbers(get("requests.json", service_request_id=f"{shown.number},{hidden.number}")) == [shown.number]


def test_nothing_read_names_a_person_a_telephone_or_a_staff_number(city: City) -> None:
    case = public(
        city.house,
        text="我是王小明,电话13800138000。司机赵师傅,工号D-1024,车牌沪A12345,骂了我。",
        place="中山路12号3单元501室",
        staff_said="D-1024 高个子",
        latitude="31.230416",
        longitude="121.473701",
    )
    services.party_name(actor=city.house.desk, case=case, person=city.house.driver, basis="named")

    both = get(f"requests/{case.number}.xml").content.decode() + get(f"requests/{case.number}.json").content.decode()

    for secret in ("王小明", "13800138000", "赵师傅", "1024", "12345", "501", "31.2304", "P city"):
        assert secret not in both
    row = as_json(get(f"requests/{case.number}.json"))[0]
    assert (row["lat"], row["long"], row["address"]) == (31.23, 121.474, "中山路")
    assert "骂了我" in row["description"]


def test_states_are_open_and_closed_with_the_state_in_words(city: City) -> None:
    with system_scope("setup"):
        working = answered(city.house, at=NOW - timedelta(days=1), is_public=True, happened_at=None)
        done = closed(city.house, at=NOW - timedelta(days=1), is_public=True, happened_at=None)

    rows = {row["service_request_id"]: row for row in as_json(get("requests.json"))}

    assert (rows[working.number]["status"], rows[done.number]["status"]) == ("open", "closed")
    assert rows[working.number]["status_notes"]
    assert datetime.fromisoformat(rows[done.number]["updated_datetime"]) == done.closed_at
    assert rows[done.number]["expected_datetime"] is None
    assert datetime.fromisoformat(rows[working.number]["expected_datetime"]) == working.due_at
    assert rows[working.number]["agency_responsible"] == "North"
    assert numbers(get("requests.json", status="closed")) == [done.number]
    assert set(numbers(get("requests.json", status="open,closed"))) == {working.number, done.number}


def test_dates_narrow_by_the_receipt_and_the_last_ninety_days_are_the_rule(city: City) -> None:
    old = public(city.house, at=NOW - timedelta(days=100))
    new = public(city.house, at=NOW - timedelta(days=10))
    start = (NOW - timedelta(days=101)).isoformat().replace("+00:00", "Z")

    assert numbers(get("requests.json")) == [new.number]
    assert numbers(get("requests.json", start_date=start, end_date=(NOW - timedelta(days=99)).isoformat())) == [
        old.number
    ]
    assert numbers(get("requests.json", end_date=(NOW - timedelta(days=50)).isoformat())) == [old.number]


def test_a_span_above_ninety_days_and_dates_that_are_none_are_refused(city: City) -> None:
    for wrong in (
        {"start_date": "2026-01-01T00:00:00Z", "end_date": "2026-06-01T00:00:00Z"},
        {"start_date": "2026-02-02T00:00:00Z", "end_date": "2026-02-01T00:00:00Z"},
        {"start_date": "yesterday"},
        {"start_date": "2026-02-31T00:00:00Z"},
        {"status": "waiting"},
        {"page": "0"},
    ):
        answer = get("requests.json", **wrong)
        assert answer.status_code == 400
        assert as_json(answer)[0]["code"] == "400"


def test_pages_hold_what_was_asked_for_newest_first(city: City) -> None:
    made = [public(city.house, at=NOW - timedelta(hours=count)).number for count in range(1, 6)]

    assert numbers(get("requests.json", page_size="2", page="1")) == made[:2]
    assert numbers(get("requests.json", page_size="2", page="3")) == made[4:]
    assert numbers(get("requests.json", page_size="2", page="9")) == []


def test_a_number_overrides_every_other_filter(city: City) -> None:
    case = public(city.house, at=NOW - timedelta(days=200))

    assert numbers(get("requests.json", service_request_id=case.number, status="closed", start_date="nonsense")) == [
        case.number
    ]


def test_the_sender_reads_its_own_requests_and_no_others_with_its_key(city: City) -> None:
    hidden = take_in(city.house, at=NOW)
    mine = as_json(sent(city, service_code="idea"))[0]["service_request_id"]

    assert numbers(get("requests.json", api_key=city.key)) == [mine]
    assert numbers(get("requests.json")) == []
    assert get(f"requests/{hidden.number}.json", api_key=city.key).status_code == 404
    assert numbers(get("requests.json", api_key="wrong")) == []


@pytest.mark.parametrize("form", ["xml", "json"])
@pytest.mark.parametrize(
    ("call", "parameters", "status"),
    [
        ("services/none", {}, 404),
        ("services", {"jurisdiction_id": "elsewhere.gov"}, 404),
        ("requests", {"jurisdiction_id": "elsewhere.gov"}, 404),
        ("requests", {"service_code": "none"}, 404),
        ("requests/TS-1999-000001", {}, 404),
        ("tokens/none", {}, 404),
        ("nothing/here", {}, 404),
    ],
)
def test_what_is_not_known_is_a_404_with_its_document(
    city: City, form: str, call: str, parameters: dict[str, str], status: int
) -> None:
    answer = get(f"{call}.{form}", **parameters)

    assert answer.status_code == status
    if form == "xml":
        assert [set(row) for row in strict(answer, "errors", "error")] == [{"code", "description"}]
    else:
        assert [row["code"] for row in as_json(answer)] == ["404"]


def test_our_jurisdiction_is_taken_and_an_unknown_format_is_not(city: City) -> None:
    assert get("services.xml", jurisdiction_id="testserver").status_code == 200
    assert get("services.xml", jurisdiction_id="").status_code == 200
    assert get("services.yaml").status_code == 404


def test_an_address_that_only_reads_takes_no_post_and_nothing_takes_a_delete(city: City) -> None:
    assert Client().post("/open311/v2/services.xml").status_code == 405
    assert Client().delete("/open311/v2/requests.json").status_code == 405


def test_a_case_is_freed_by_hand_with_a_reason_after_seeing_what_is_shown(city: City) -> None:
    case = take_in(city.house, at=NOW, text="我叫李四的,手机13912345678,司机没停站", happened_at=None)
    office = Client()
    office.force_login(make_user("office", unit=city.house.company, permissions=[may.CLASSIFY, may.VIEW]))

    page = office.get(f"/cases/{case.pk}/publish/").content.decode()
    office.post(f"/cases/{case.pk}/publish/", {"is_public": "on", "reason": "典型问题,回应关切"})

    assert "13912345678" not in page
    assert "司机没停站" in page
    assert numbers(get("requests.json")) == [case.number]


def test_a_stranger_frees_no_case(city: City) -> None:
    case = take_in(city.house, at=NOW)

    for actor in (city.house.stranger, city.house.reader):
        with pytest.raises(NotPermittedError):
            services.case_publish(actor=actor, case=case, is_public=True, reason="公开")
