"""Results go back to the city's centre, its tickets come in, both sides are laid together: over real HTTP."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from bihuan.cases import permissions as may
from bihuan.cases import services
from bihuan.cases.models import Case, CaseEntry, CentreCheck, CityCentre, CityPush
from bihuan.cases.open311 import client
from bihuan.cases.open311.client import CentreError, Reply
from bihuan.cases.selectors.reconciling import sides_of
from bihuan.cases.services import pushing
from bihuan.foundation.errors import ActionNotAllowedError, NotPermittedError
from bihuan.foundation.jobs import resolve
from bihuan.records.models import Activity, Notification
from tests.db.cases.city import City, make_city, sent
from tests.db.cases.house import DECISION, House, general, take_in
from tests.kit import make_user

NOW = timezone.now().replace(microsecond=0)


@pytest.fixture
def city(house: House) -> City:
    return make_city(house)


@pytest.fixture
def loop(city: City, live_server: Any, settings: Any) -> City:
    """The centre is our own server at 127.0.0.1: what we send it arrives as a call from outside."""
    settings.PRIVATE_CENTRES = True
    CityCentre.objects.filter(pk=city.centre.pk).update(base_url=f"{live_server.url}/open311/v2/", api_key=city.key)
    city.centre.refresh_from_db()
    return city


def from_city(city: City, number: str, **values: Any) -> Case:
    return take_in(city.house, at=NOW, happened_at=None, origin="city", origin_id=number, **values)


def answered(city: City, number: str) -> Case:
    house, case = city.house, from_city(city, number)
    services.case_classify(actor=house.desk, case=case, **general(house))
    services.case_dispatch(actor=house.desk, case=case, unit=house.north)
    services.case_answer(actor=house.station, case=case, **DECISION)
    return case


def fed_back(city: City, number: str) -> Case:
    case = answered(city, number)
    services.contact_note(actor=city.house.desk, case=case, text="电话告知", is_reached=True)
    return services.case_feed_back(actor=city.house.desk, case=case, result_told="司机已受批评,公司致歉。")


def fates(case: Case) -> list[tuple[str, str]]:
    rows = CityPush.objects.filter(case=case).order_by("pk")
    return [(push.key.rpartition("-")[2], push.fate) for push in rows]


def answers(monkeypatch: pytest.MonkeyPatch, *replies: Reply | CentreError) -> list[dict[str, str]]:
    """Let the centre answer so, one after the other; what it was told is collected."""
    told: list[dict[str, str]] = []
    left = list(replies)

    def call(_method: str, _url: str, fields: dict[str, str]) -> Reply:
        told.append(dict(fields))
        reply = left.pop(0)
        if isinstance(reply, CentreError):
            raise reply
        return reply

    monkeypatch.setattr(pushing, "call", call)
    return told


TAKEN = Reply(200, b'[{"update_id": "R-1"}]')


def test_every_result_of_a_ticket_is_noted_with_the_step(city: City) -> None:
    case = fed_back(city, "GD-1")

    assert fates(case) == [("answer", "waiting"), ("feed_back", "waiting")]
    last = CityPush.objects.get(key__endswith="feed_back")
    assert last.body["service_request_id"] == "GD-1"
    assert last.body["status"] == "OPEN"
    assert last.body["description"].endswith("司机已受批评,公司致歉。")


def test_a_step_that_fails_notes_no_result(city: City) -> None:
    case = answered(city, "GD-1")

    with pytest.raises(ActionNotAllowedError):
        services.case_feed_back(actor=city.house.desk, case=case, result_told="未联系就告知")

    assert fates(case) == [("answer", "waiting")]


def test_cases_of_other_origins_are_told_to_nobody(city: City) -> None:
    house = city.house
    case = take_in(house, at=NOW, happened_at=None)
    services.case_invalidate(actor=house.desk, case=case, reason="无效")

    assert CityPush.objects.count() == 0


def test_the_unit_s_words_stay_in_the_house_until_the_office_told_the_customer(city: City) -> None:
    case = answered(city, "GD-1")

    assert DECISION["answer"] not in CityPush.objects.get(case=case).body["description"]


def test_a_result_arrives_at_the_centre_over_http(loop: City) -> None:
    theirs = sent(loop, attribute__order_no="there").json()[0]["service_request_id"]
    case = fed_back(loop, theirs)

    resolve("bihuan.cases.tasks.send_pushes").call()
    resolve("bihuan.cases.tasks.send_pushes").call()

    assert fates(case) == [("answer", "taken"), ("feed_back", "taken")]
    arrived = CaseEntry.objects.filter(case__number=theirs)
    assert [entry.text.splitlines()[-1] for entry in arrived][-1] == "司机已受批评,公司致歉。"
    assert arrived.count() == 2
    assert all(push.receipt for push in CityPush.objects.all())


def test_a_result_sent_twice_arrives_once(loop: City) -> None:
    theirs = sent(loop, attribute__order_no="there").json()[0]["service_request_id"]
    case = answered(loop, theirs)
    services.pushes_send()
    # The answer was lost on the way: the same result goes again under the same key.
    CityPush.objects.filter(case=case).update(sent_at=None, next_at=NOW)

    services.pushes_send()

    assert CaseEntry.objects.filter(case__number=theirs).count() == 1


def test_two_workers_never_send_the_same_result(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    answered(city, "GD-1")
    told = answers(monkeypatch, TAKEN)
    mine = CityPush.objects.get()

    assert pushing.claimed(CityPush.objects.get(), timezone.now())
    assert not pushing.claimed(mine, timezone.now())
    assert services.pushes_send() == 0
    assert told == []


def test_a_centre_that_is_down_is_tried_again_at_growing_distances(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    case = answered(city, "GD-1")
    answers(monkeypatch, CentreError("down"), Reply(503, b"busy"), TAKEN)
    start = timezone.now()
    waits = []

    for _time in range(2):
        now = CityPush.objects.get().next_at or start
        services.pushes_send(now=max(now, start))
        waits.append(round((CityPush.objects.get().next_at - max(now, start)).total_seconds() / 60))  # type: ignore[operator]
    services.pushes_send(now=start + timedelta(minutes=1))
    early = fates(case)
    services.pushes_send(now=start + timedelta(hours=1))

    assert waits == [1, 5]
    assert early == [("answer", "waiting")]
    assert fates(case) == [("answer", "taken")]


def test_after_eight_attempts_it_gives_up_and_the_desk_is_told(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    case = answered(city, "GD-1")
    answers(monkeypatch, *[CentreError("down")] * 9)
    now = timezone.now()
    for _time in range(9):
        services.pushes_send(now=now)
        now += timedelta(days=2)

    push = CityPush.objects.get(case=case)
    assert (push.fate, push.attempts, push.error) == ("given_up", 8, "down")
    assert Notification.objects.filter(subject_id=case.pk, message__contains="could not be sent").exists()


def test_a_number_the_centre_does_not_know_is_given_up_at_once_and_can_be_sent_again(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = answered(city, "GD-1")
    answers(monkeypatch, Reply(404, b"unknown"), TAKEN)
    services.pushes_send()
    assert fates(case) == [("answer", "given_up")]

    services.push_retry(actor=city.house.desk, push=CityPush.objects.get())
    services.pushes_send()

    assert fates(case) == [("answer", "taken")]
    with pytest.raises(ActionNotAllowedError):
        services.push_retry(actor=city.house.desk, push=CityPush.objects.get())


def test_a_stranger_sends_nothing_again(city: City) -> None:
    answered(city, "GD-1")

    for actor in (city.house.stranger, city.house.reader):
        with pytest.raises(NotPermittedError):
            services.push_retry(actor=actor, push=CityPush.objects.get())


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:1/open311/v2",
        "http://localhost:1/x",
        "http://[::1]:1/",
        "http://10.1.2.3/",
        "http://192.168.1.1/",
        "http://169.254.169.254/latest/meta-data",
        "http://[::ffff:127.0.0.1]/",
        "http://0.0.0.0/",
        "file:///etc/passwd",
        "gopher://example.com/",
    ],
)
def test_addresses_inside_the_house_are_not_reached(url: str) -> None:
    with pytest.raises(CentreError):
        client.call("GET", url, {})


def test_a_redirect_is_not_followed(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    answered(city, "GD-1")
    answers(monkeypatch, Reply(302, b""))

    services.pushes_send()

    assert CityPush.objects.get().error.startswith("HTTP 302")


def test_new_tickets_come_in_once(loop: City) -> None:
    CityCentre.objects.filter(pk=loop.centre.pk).update(pulls=True)
    theirs = sent(loop, attribute__order_no="there", description="车内空调不制冷", lat="31.2304", long="121.4737")
    number = theirs.json()[0]["service_request_id"]

    first = resolve("bihuan.cases.tasks.pull_tickets").call()
    again = resolve("bihuan.cases.tasks.pull_tickets").call()

    case = Case.objects.get(origin="city", origin_id=number)
    assert (first, again) == (1, 0)
    assert (case.text, case.channel, case.desk) == ("车内空调不制冷", "hotline", loop.house.company)
    assert (case.service_code, case.kind) == ("bus", "complaint")
    loop.centre.refresh_from_db()
    assert loop.centre.pulled_until is not None
    assert loop.centre.pull_error == ""


def test_a_centre_that_cannot_be_reached_is_fetched_from_the_same_point_later(city: City, settings: Any) -> None:
    CityCentre.objects.filter(pk=city.centre.pk).update(pulls=True, base_url="http://127.0.0.1:1/v2")

    assert services.centres_pull() == 0

    city.centre.refresh_from_db()
    assert city.centre.pulled_until is None
    assert city.centre.pull_error


def test_a_ticket_that_cannot_be_taken_does_not_stop_the_others(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = b'[{"service_request_id": 1, "description": "", "lat": "x"}, {"description": "no number"},'
    rows += b'{"service_request_id": "2", "description": "\\u0000", "status": "open"},'
    rows += b'{"service_request_id": "3", "status": "closed"}]'
    monkeypatch.setattr("bihuan.cases.services.centres.call", lambda *_given: Reply(200, rows))

    count = services.centre_pull(centre=city.centre)

    assert count == 1
    assert set(Case.objects.values_list("origin_id", flat=True)) == {"1"}
    city.centre.refresh_from_db()
    assert city.centre.pull_error.startswith("2:")


def test_both_sides_of_a_period_are_laid_together(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    from_city(city, "both")
    from_city(city, "ours")
    answered(city, "waiting")
    sent(city, device_id="d")  # came without a number of the centre
    theirs = b'[{"service_request_id": "both", "status": "open"}, {"service_request_id": "theirs", "status": "open"},'
    theirs += b'{"service_request_id": "waiting", "status": "closed"}]'
    monkeypatch.setattr("bihuan.cases.services.centres.call", lambda *_given: Reply(200, theirs))
    today = timezone.localdate()
    check = services.check_ask(actor=city.house.desk, centre=city.centre, since=today, until=today)

    resolve("bihuan.cases.tasks.make_check").call(check.pk)

    check.refresh_from_db()
    sides = sides_of(check)
    assert (sides.ours, sides.theirs, sides.theirs_closed, sides.waiting) == (4, 3, 1, 1)
    assert {(row.kind, row.number) for row in sides.rows} == {
        ("lacking_here", "theirs"),
        ("lacking_there", "ours"),
        ("no_number", ""),
        ("state", "waiting"),
        ("not_taken", "waiting"),
    }


def test_the_reconciliation_page_shows_and_exports_what_differs(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    from_city(city, "ours")
    monkeypatch.setattr("bihuan.cases.services.centres.call", lambda *_given: Reply(200, b"[]"))
    today = timezone.localdate()
    check = services.check_ask(actor=city.house.desk, centre=city.centre, since=today, until=today)
    services.check_make(check=check)
    office = Client()
    office.force_login(make_user("office", unit=city.house.company, permissions=[may.REPORT, may.VIEW]))

    page = office.get(f"/cases/centres/checks/{check.pk}/").content.decode()
    export = b"".join(office.get(f"/cases/centres/checks/{check.pk}/?export=csv&kind=lacking_there"))
    none = b"".join(office.get(f"/cases/centres/checks/{check.pk}/?export=csv&kind=state"))

    assert "ours" in page
    assert "ours" in export.decode()
    assert "ours" not in none.decode()


def test_a_period_is_at_most_three_months_and_a_stranger_asks_nothing(city: City) -> None:
    with pytest.raises(NotPermittedError):
        services.check_ask(
            actor=city.house.stranger, centre=city.centre, since=date(2026, 1, 1), until=date(2026, 1, 2)
        )
    assert CentreCheck.objects.count() == 0


def test_the_key_of_a_centre_is_shown_to_nobody_and_written_into_no_log(city: City) -> None:
    services.centre_write(
        actor=city.house.desk,
        desk=city.house.company,
        values={"name": "市民热线"},
        api_key="very-secret-key-9876",
        centre=city.centre,
    )
    office = Client()
    office.force_login(make_user("office", unit=city.house.company, permissions=[may.DISPATCH, may.CRITERIA, may.VIEW]))

    pages = [office.get(path).content.decode() for path in ("/cases/centres/", f"/cases/centres/{city.centre.pk}/")]
    pages.append(office.get(f"/cases/centres/{city.centre.pk}/edit/").content.decode())

    assert CityCentre.objects.get().api_key == "very-secret-key-9876"
    assert all("very-secret" not in page for page in pages)
    assert "9876" in pages[1]
    assert "very-secret" not in " ".join(f"{line.before} {line.after}" for line in Activity.objects.all())


def test_an_empty_key_in_the_form_leaves_the_one_there_is(city: City) -> None:
    CityCentre.objects.filter(pk=city.centre.pk).update(api_key="stays-here-1234")
    office = Client()
    office.force_login(make_user("office", unit=city.house.company, permissions=[may.CRITERIA, may.DISPATCH]))

    answer = office.post(
        f"/cases/centres/{city.centre.pk}/edit/",
        {"name": "新名称", "base_url": "https://c.example/v2", "api_key": "", "desk": city.house.company.pk},
    )

    centre = CityCentre.objects.get()
    assert answer.status_code == 302
    assert (centre.name, centre.api_key, centre.origin, centre.is_active) == (
        "新名称",
        "stays-here-1234",
        "city",
        False,
    )
