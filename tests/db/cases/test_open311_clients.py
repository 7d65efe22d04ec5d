"""Two clients over real HTTP that know nothing but the reference: a strict one in XML, a lenient one in JSON."""

from __future__ import annotations

import json
import urllib.request
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree

import pytest
from django.utils import timezone

from bihuan.cases.models import Case, CaseService
from tests.db.cases.city import City, make_city
from tests.db.cases.house import House


@pytest.fixture
def city(house: House, live_server: Any) -> City:
    made = make_city(house)
    CaseService.objects.filter(pk=made.plain.pk).update(publishes=True)
    return made


def fetched(url: str, form: dict[str, str] | None = None) -> tuple[str, bytes]:
    body = urlencode(form).encode() if form is not None else None
    with urllib.request.urlopen(url, body, timeout=20) as answer:
        return str(answer.headers["Content-Type"]), answer.read()


def tree(url: str, root: str, form: dict[str, str] | None = None) -> ElementTree.Element:
    kind, body = fetched(url, form)
    assert kind in {"text/xml", "text/xml; charset=utf-8"}
    found = ElementTree.fromstring(body)
    assert found.tag == root
    return found


def texts(row: ElementTree.Element) -> dict[str, str]:
    return {child.tag: (child.text or "") for child in row}


def test_a_strict_client_finds_its_way_from_discovery_to_the_state_of_its_request(city: City, live_server: Any) -> None:
    discovery = tree(f"{live_server.url}/open311/v2/discovery.xml", "discovery")
    assert datetime.fromisoformat(discovery.findtext("changeset") or "") < datetime.now(UTC)
    endpoint = next(one for one in discovery.findall("endpoints/endpoint") if one.findtext("type") == "production")
    base = endpoint.findtext("url") or ""
    assert [one.text for one in endpoint.findall("formats/format")] == ["text/xml", "application/json"]

    service = next(one for one in tree(f"{base}/services.xml", "services") if one.findtext("metadata") == "true")
    code = service.findtext("service_code") or ""
    asked = tree(f"{base}/services/{code}.xml", "service_definition").findall("attributes/attribute")
    answers = {
        "string": "3",
        "number": "2",
        "datetime": "2026-11-20T08:00:00+08:00",
        "text": "words",
        "singlevaluelist": "yes",
        "multivaluelist": "001",
    }
    form = {
        f"attribute[{one.findtext('code')}]": answers[one.findtext("datatype") or ""]
        for one in asked
        if one.findtext("variable") == "true"
    }
    form |= {"api_key": city.key, "service_code": code, "lat": "31.23", "long": "121.47", "description": "车未进站"}
    receipt = texts(tree(f"{base}/requests.xml", "service_requests", form)[0])
    number = receipt["service_request_id"]
    listed = [texts(one) for one in tree(f"{base}/requests.xml?service_code={code}&status=open", "service_requests")]
    row = texts(tree(f"{base}/requests/{number}.xml", "service_requests")[0])

    assert [one["service_request_id"] for one in listed] == [number]
    assert (row["status"], row["service_code"], row["description"]) == ("open", code, "车未进站")
    assert datetime.fromisoformat(row["requested_datetime"]) <= datetime.now(UTC)
    assert set(row) >= {"agency_responsible", "service_notice", "address", "address_id", "zipcode", "media_url"}


def test_a_lenient_client_gets_along_with_empty_parameters_and_unknown_ones(city: City, live_server: Any) -> None:
    base = f"{live_server.url}/open311/v2"
    form = {
        "api_key": city.key,
        "jurisdiction_id": "",
        "service_code": "idea",
        "address_string": "人民广场",
        "lat": "",
        "long": "",
        "email": "",
        "description": "加一块盲文站牌",
        "attribute[easting]": "1",
        "unknown": "x",
    }
    receipt = json.loads(fetched(f"{base}/requests.json", form)[1])
    since = (timezone.localtime() - timedelta(days=1)).isoformat(timespec="seconds")

    # A plus sign that was never encoded, and parameters without a value.
    rows = json.loads(fetched(f"{base}/requests.json?start_date={since}&end_date=&status=&page=")[1])

    assert isinstance(receipt, list)
    assert isinstance(receipt[0]["service_request_id"], str)
    assert [row["service_request_id"] for row in rows] == [receipt[0]["service_request_id"]]
    assert rows[0]["lat"] is None
    assert Case.objects.get().answers == {"easting": "1"}


def test_many_requests_are_read_without_a_query_for_each(
    city: City, django_assert_max_num_queries: Any, client: Any
) -> None:
    for number in range(12):
        form = {"api_key": city.key, "service_code": "idea", "address_string": "x", "description": f"第{number}条"}
        client.post("/open311/v2/requests.json", form)

    with django_assert_max_num_queries(6):
        answer = client.get("/open311/v2/requests.json")

    assert len(answer.json()) == 12
