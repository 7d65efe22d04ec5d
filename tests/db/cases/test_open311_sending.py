"""Open311 GeoReport v2: sending requests in, every refusal, and the same request twice."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from bihuan.accounts.services import token_create, token_revoke
from bihuan.cases import permissions as may
from bihuan.cases.models import Case, CaseEntry, CaseService
from bihuan.cases.open311 import views
from bihuan.foundation.limits import Limiter
from bihuan.records.models import Attachment
from tests.db.cases.city import BASE, City, as_json, get, make_city, sent, strict
from tests.db.cases.house import House
from tests.kit import make_user

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360000002000001"
    "e221bc330000000049454e44ae426082"
)


@pytest.fixture
def city(house: House) -> City:
    return make_city(house)


def refusals(answer: Any, status: int) -> str:
    assert answer.status_code == status
    rows = as_json(answer)
    assert {row["code"] for row in rows} == {str(status)}
    return " ".join(row["description"] for row in rows)


def test_a_request_in_xml_is_a_case_at_the_desk_of_the_service(city: City) -> None:
    answer = sent(
        city,
        "xml",
        attribute__order_no="GD-1",
        attribute__line="3路",
        attribute__bus="B-001",
        attribute__at="2026-11-20T08:00:00+08:00",
        attribute__people="4",
        attribute__urgent="yes",
        first_name="小明",
        last_name="王",
        phone="13800138000",
        email="ming@example.com",
    )

    rows = strict(answer, "service_requests", "request")
    case = Case.objects.get()
    assert answer.status_code == 201
    assert [row["service_request_id"] for row in rows] == [case.number]
    assert "token" not in rows[0]
    assert (case.desk, case.line, case.asset) == (city.house.company, city.house.line, city.house.bus)
    assert case.happened_at == datetime(2026, 11, 20, tzinfo=UTC)
    assert (case.channel, case.kind, case.service_code, case.state) == ("hotline", "complaint", "bus", "received")
    assert (case.origin, case.origin_id) == ("city", "GD-1")
    assert (case.complainant.name, case.complainant.phone) == ("王小明", "13800138000")
    assert case.answers["people"] == "4"


def test_choices_of_several_come_in_brackets_repeated(city: City) -> None:
    answer = sent(city, attribute__about=["001", "002"])

    assert answer.status_code == 201
    assert Case.objects.get().answers["about"] == ["001", "002"]


def test_attributes_nobody_asked_for_are_kept_and_not_lost(city: City) -> None:
    sent(city, attribute__fixmystreet_id="77", media_url="https://example.com/a.jpg")

    assert Case.objects.get().answers == {"fixmystreet_id": "77", "media_url": "https://example.com/a.jpg"}


@pytest.mark.parametrize(
    "place",
    [
        {"address_string": "人民广场站"},
        {"address_string": None, "lat": "31.230416", "long": "121.473701"},
        {"address_string": None, "address_id": "310101-77"},
    ],
)
def test_any_of_the_three_ways_to_name_a_place_is_enough(city: City, place: dict[str, Any]) -> None:
    assert sent(city, **place).status_code == 201


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"service_code": None}, "service_code"),
        ({"address_string": ""}, "address_string"),
        ({"address_string": None, "lat": "31.2"}, "lat"),
        ({"lat": "91", "long": "121"}, "lat"),
        ({"lat": "north", "long": "121"}, "lat"),
        ({"description": "字" * 4001}, "description"),
        ({"description": "see <b>this</b>"}, "HTML"),
        ({"email": "nobody"}, "email"),
        ({"media_url": "file:///etc/passwd"}, "media_url"),
        ({"phone": "1" * 31}, "phone"),
        ({"attribute__people": "many"}, "attribute[people]"),
        ({"attribute__urgent": "perhaps"}, "attribute[urgent]"),
        ({"attribute__at": "2026-13-01"}, "attribute[at]"),
        ({"attribute__about": ["001", "009"]}, "attribute[about]"),
        ({"attribute__line": "3" * 256}, "attribute[line]"),
    ],
)
def test_what_cannot_be_used_is_a_400_that_names_it(city: City, given: dict[str, Any], words: str) -> None:
    assert words in refusals(sent(city, **given), 400)
    assert Case.objects.count() == 0


def test_every_fault_is_told_at_once(city: City) -> None:
    answer = sent(city, "xml", address_string=None, email="nobody", attribute__people="x")

    assert len(strict(answer, "errors", "error")) == 3


def test_a_required_particular_is_missed_by_name(city: City) -> None:
    CaseService.objects.filter(pk=city.bus.pk).update(
        attributes=[{"code": "line", "description": "线路", "datatype": "string", "required": True}]
    )

    assert "attribute[line]" in refusals(sent(city, attribute__line="  "), 400)


def test_angle_brackets_that_are_no_markup_pass_and_four_thousand_characters_do(city: City) -> None:
    assert sent(city, description="等车 <5 分钟, 结果 >40 分钟").status_code == 201
    assert sent(city, description="字" * 4000).status_code == 201


def test_a_request_without_words_is_told_by_its_particulars(city: City) -> None:
    sent(city, description=None, attribute__line="3", attribute__about=["002"])

    assert "停靠" in Case.objects.get().text


def test_a_service_nobody_offers_and_a_foreign_jurisdiction_are_404(city: City) -> None:
    refusals(sent(city, service_code="none"), 404)
    refusals(sent(city, jurisdiction_id="elsewhere.gov"), 404)


@pytest.mark.parametrize("form", ["xml", "json"])
def test_without_a_key_and_with_a_wrong_one_nothing_is_taken(city: City, form: str) -> None:
    for key in (None, "", "wrong"):
        answer = sent(city, form, api_key=key)
        assert answer.status_code == 403
        if form == "xml":
            assert strict(answer, "errors", "error")[0]["code"] == "403"
    assert Case.objects.count() == 0


def test_a_key_that_was_revoked_or_may_not_take_in_cases_is_refused(city: City) -> None:
    reader = make_user("reading", unit=city.house.company, permissions=[may.VIEW])
    _token, readers = token_create(user=reader, name="r")
    elsewhere = make_user("south", unit=city.house.world.south, permissions=[may.INTAKE])
    _token, souths = token_create(user=elsewhere, name="s")
    gone, revoked = token_create(user=city.user, name="g")
    token_revoke(token=gone)

    for key in (readers, souths, revoked):
        refusals(sent(city, api_key=key), 403)
    assert Case.objects.count() == 0


def test_the_same_number_of_the_centre_is_one_case(city: City) -> None:
    first = sent(city, attribute__order_no="GD-7")
    again = sent(city, attribute__order_no="GD-7", description="又发了一次")

    assert (first.status_code, again.status_code) == (201, 200)
    assert as_json(first) == as_json(again)
    assert Case.objects.count() == 1


def test_the_same_words_from_the_same_device_are_one_case_and_others_are_not(city: City) -> None:
    answers = [
        sent(city, device_id="phone-1"),
        sent(city, device_id="phone-1"),
        sent(city, device_id="phone-2"),
        sent(city, device_id="phone-1", description="另一件事"),
        sent(city),
        sent(city),
    ]

    assert [answer.status_code for answer in answers] == [201, 200, 201, 201, 201, 201]
    assert Case.objects.count() == 5


def test_the_same_number_of_another_account_is_another_case(city: City) -> None:
    other = make_user("other", unit=city.house.company, permissions=[may.INTAKE])
    _token, key = token_create(user=other, name="o")

    sent(city, attribute__order_no="1")
    answer = sent(city, api_key=key, attribute__order_no="1")

    assert answer.status_code == 201
    assert Case.objects.get(origin="open311:other").channel == "api"


def test_the_account_comes_back_and_is_published_nowhere(city: City) -> None:
    row = as_json(sent(city, account_id="A-99"))[0]

    assert row["account_id"] == "A-99"
    assert "A-99" not in get(f"requests/{row['service_request_id']}.json").content.decode()


def test_a_batch_service_answers_with_a_token_that_gives_the_number(city: City) -> None:
    CaseService.objects.filter(pk=city.bus.pk).update(is_batch=True)

    row = as_json(sent(city))[0]
    answer = as_json(get(f"tokens/{row['token']}.json"))
    tree = strict(get(f"tokens/{row['token']}.xml"), "service_requests", "request")

    number = Case.objects.get().number
    assert "service_request_id" not in row
    assert answer == [{"service_request_id": number, "token": row["token"]}]
    assert tree[0]["service_request_id"] == number


def test_pictures_sent_along_hang_on_the_case(city: City) -> None:
    picture = io.BytesIO(PNG)
    picture.name = "车内.png"

    answer = sent(city, media=picture)

    assert answer.status_code == 201
    assert Attachment.objects.get().subject_id == Case.objects.get().pk


def test_a_file_of_a_kind_not_taken_refuses_the_whole_request(city: City) -> None:
    program = io.BytesIO(b"MZ\x90\x00 no picture")
    program.name = "a.exe"

    refusals(sent(city, media=program), 400)
    assert Case.objects.count() == 0


def test_the_test_endpoint_checks_everything_and_keeps_nothing(city: City) -> None:
    good = sent(city, base="/open311/test/v2")
    bad = sent(city, base="/open311/test/v2", email="nobody")

    assert (good.status_code, bad.status_code) == (200, 400)
    assert as_json(good)[0]["service_notice"]
    assert Case.objects.count() == 0


def test_a_key_that_calls_without_end_is_told_to_wait(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "SENDING", Limiter(per_minute=60, burst=2))

    answers = [sent(city) for _time in range(3)]

    assert [answer.status_code for answer in answers] == [201, 201, 429]
    assert int(answers[2]["Retry-After"]) >= 1


def test_made_up_keys_open_no_way_around_the_limit_of_readers(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "READING", Limiter(per_minute=60, burst=2))

    statuses = [get("services.json", api_key=f"made-up-{number}").status_code for number in range(3)]
    known = get("services.json", api_key=city.key).status_code

    assert statuses == [200, 200, 429]
    assert known == 200


def test_guessing_keys_ends_in_waiting(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "GUESSING", Limiter(per_minute=60, burst=2))

    statuses = [sent(city, api_key=f"guess-{number}").status_code for number in range(3)]

    assert statuses == [403, 403, 429]
    assert sent(city).status_code == 201


def test_the_sender_adds_to_its_own_request_once_per_update(city: City) -> None:
    number = as_json(sent(city))[0]["service_request_id"]
    more = {"api_key": city.key, "service_request_id": number, "description": "补充:车牌看不清", "update_id": "u1"}

    first = Client().post(f"{BASE}/servicerequestupdates.xml", more)
    again = Client().post(f"{BASE}/servicerequestupdates.json", more)
    unknown = Client().post(f"{BASE}/servicerequestupdates.json", more | {"service_request_id": "TS-1"})

    assert strict(first, "service_request_updates", "request_update")[0]["update_id"]
    assert again.status_code == 200
    assert unknown.status_code == 404
    assert [entry.text for entry in CaseEntry.objects.all()] == ["补充:车牌看不清"]


def test_nobody_adds_to_the_request_of_another_account(city: City) -> None:
    other = make_user("other", unit=city.house.company, permissions=[may.INTAKE])
    _token, key = token_create(user=other, name="o")
    number = as_json(sent(city))[0]["service_request_id"]

    answer = Client().post(
        f"{BASE}/servicerequestupdates.json",
        {"api_key": key, "service_request_id": number, "description": "我来补充"},
    )

    assert answer.status_code == 404
    assert CaseEntry.objects.count() == 0


def test_a_future_moment_is_not_believed_and_a_lenient_client_may_send_a_day(city: City) -> None:
    later = (timezone.now() + timedelta(days=2)).isoformat()

    sent(city, attribute__order_no="1", attribute__at=later)
    sent(city, attribute__order_no="2", attribute__at="2026-11-20")

    cases = list(Case.objects.order_by("pk"))
    assert cases[0].happened_at is None
    assert f"{cases[1].happened_on}" == "2026-11-20"
