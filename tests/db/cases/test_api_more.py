"""Disputes, members of staff, incidents and payments by REST: the same rules as on the pages."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from bihuan.accounts.models import User
from bihuan.cases import services
from bihuan.cases.models import Case, DisputeReview, Incident, StaffParty
from bihuan.foundation.actor import Actor
from bihuan.organisation.models import Person
from tests.db.cases.house import DECISION, House, dispatched, fed_back, take_in
from tests.kit import make_user


def signed_in(actor: Actor) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=actor.user_id))
    return client


def post(client: Client, path: str, body: dict[str, Any] | None = None) -> Any:
    return client.post(f"/api/v1/cases{path}", body or {}, content_type="application/json")


def get(client: Client, path: str) -> Any:
    return client.get(f"/api/v1/cases{path}")


@pytest.fixture
def desk(house: House) -> Client:
    return signed_in(house.desk)


@pytest.fixture
def station(house: House) -> Client:
    return signed_in(house.station)


@pytest.fixture
def stranger(house: House) -> Client:
    return signed_in(house.stranger)


def judged(house: House) -> StaffParty:
    case = dispatched(house)
    party = services.party_name(actor=house.desk, case=case, person=house.driver, basis="roster")
    services.party_confirm(actor=house.station, party=party)
    services.party_judge(actor=house.station, party=party, attributable=True, note="录像清楚")
    services.case_answer(actor=house.station, case=case, **DECISION)
    return StaffParty.objects.get(pk=party.pk)


def driver_of(house: House) -> Client:
    client = Client()
    client.force_login(User.objects.create_user("driver", password="long enough 1", person=house.driver))
    return client


def panel(house: House) -> list[User]:
    return [make_user(f"panel{number}", unit=house.company) for number in range(3)]


def test_a_member_of_staff_is_named_confirmed_judged_or_dropped(
    station: Client, stranger: Client, house: House
) -> None:
    case = dispatched(house)
    other = Person.objects.create(name="李静", staff_number="D-2", unit=house.north, org_path=house.north.org_path)

    named = post(station, f"/{case.pk}/parties", {"person_id": house.driver.pk, "basis": "roster"})
    wrong = post(station, f"/{case.pk}/parties", {"person_id": other.pk, "basis": "named"}).json()["id"]
    party = named.json()["id"]
    too_early = post(station, f"/parties/{party}/judge", {"attributable": True, "note": "录像清楚"})
    confirmed = post(station, f"/parties/{party}/confirm")
    done = post(station, f"/parties/{party}/judge", {"attributable": True, "note": "录像清楚"})
    dropped = post(station, f"/parties/{wrong}/drop", {"reason": "当天不当班"})

    assert (named.status_code, named.json()["person"]) == (201, house.driver.name)
    assert (too_early.status_code, confirmed.status_code, dropped.status_code) == (409, 200, 204)
    assert done.json()["attributable"] is True
    assert get(station, f"/{case.pk}/parties").json()["count"] == 1
    assert get(stranger, f"/{case.pk}/parties").status_code == 404
    assert post(stranger, f"/parties/{party}/confirm").status_code == 404


def test_a_dispute_from_asking_to_the_decision(desk: Client, house: House) -> None:
    party = judged(house)
    driver, users = driver_of(house), panel(house)

    asked = post(driver, f"/parties/{party.pk}/dispute", {"staff_view": "按规定提醒"})
    review = asked.json()["id"]
    convened = post(desk, f"/reviews/{review}/convene", {"panel": [user.person_id for user in users]})
    votes = []
    for number, user in enumerate(users):
        member = Client()
        member.force_login(user)
        votes.append(post(member, f"/reviews/{review}/vote", {"counts": number == 0, "reason": "看过录像"}))
    decided = post(desk, f"/reviews/{review}/decide", {"decision": "属正常提醒"})

    assert (asked.status_code, convened.json()["state"]) == (201, "sitting")
    assert [vote.status_code for vote in votes] == [200, 200, 200]
    assert (decided.json()["was_attributable"], decided.json()["counts"]) == (True, False)
    assert [seat["counts"] for seat in decided.json()["panel"]] == [True, False, False]
    assert get(driver, "/about-me").json()[0]["reviews"][0]["decision"] == "属正常提醒"


def test_whoever_is_not_on_the_panel_does_not_vote_and_others_do_not_dispute(
    desk: Client, stranger: Client, house: House
) -> None:
    party = judged(house)
    body = {"staff_view": "不服"}

    assert post(stranger, f"/parties/{party.pk}/dispute", body).status_code == 404
    review = post(desk, f"/parties/{party.pk}/dispute", body).json()["id"]
    users = panel(house)
    post(desk, f"/reviews/{review}/convene", {"panel": [user.person_id for user in users]})

    for client in (desk, stranger):
        assert post(client, f"/reviews/{review}/vote", {"counts": True, "reason": "x"}).status_code == 404
    assert get(stranger, f"/reviews/{review}").status_code == 404
    assert get(stranger, "/reviews").json()["count"] == 0
    assert get(stranger, "/about-me").json() == []


def test_whoever_had_a_part_is_recused_by_rest_too(desk: Client, house: House) -> None:
    review = services.review_ask(actor=house.desk, party=judged(house), staff_view="不服")
    users = panel(house)
    people = [users[0].person_id, users[1].person_id]

    recused = post(desk, f"/reviews/{review.pk}/convene", {"panel": [*people, house.driver.pk]})
    unknown = post(desk, f"/reviews/{review.pk}/convene", {"panel": [*people, 10**6]})

    assert (recused.status_code, recused.json()["place"]) == (422, "panel")
    assert (unknown.status_code, unknown.json()["place"]) == (422, "panel")
    assert DisputeReview.objects.get().panel.count() == 0


def test_a_review_is_listed_by_its_state_and_taken_back(desk: Client, house: House) -> None:
    review = services.review_ask(actor=house.desk, party=judged(house), staff_view="不服")

    waiting = get(desk, f"/reviews?state=asked&case_id={review.case_id}").json()["count"]
    taken = post(desk, f"/reviews/{review.pk}/take-back", {"reason": "本人撤回"})

    assert (waiting, taken.json()["state"]) == (1, "taken_back")
    assert get(desk, "/reviews?state=asked").json()["count"] == 0


def report(client: Client, house: House, cases: list[Case]) -> Any:
    body = {
        "unit_id": house.north.pk,
        "title": "3 路大面积晚点",
        "fact": "信号故障",
        "grade": "large",
        "happened_at": (timezone.now() - timedelta(hours=2)).isoformat(),
        "case_ids": [case.pk for case in cases],
    }
    return post(client, "/incidents", body)


def test_an_incident_from_the_report_to_the_lessons(desk: Client, house: House) -> None:
    first, second = dispatched(house), take_in(house)

    reported = report(desk, house, [first])
    pk = reported.json()["id"]
    linked = post(desk, f"/{second.pk}/incident", {"incident_id": pk})
    unlinked = post(desk, f"/{second.pk}/incident-off", {"reason": "另有原因"})
    cause = {"cause": "信号", "responsibility": "机务", "handling": "疏散"}
    steps = [
        post(desk, f"/incidents/{pk}/regrade", {"grade": "grave"}),
        post(desk, f"/incidents/{pk}/handle", cause),
        post(desk, f"/incidents/{pk}/close", {"lessons": "备用信号"}),
        post(desk, f"/incidents/{pk}/reopen", {"reason": "又发生"}),
    ]

    assert reported.status_code == 201
    assert linked.json()["incident_id"] == pk
    assert unlinked.json()["incident_id"] is None
    assert [step.json()["state"] for step in steps] == ["investigating", "handled", "closed", "investigating"]
    assert [case.pk for case in Incident.objects.get().cases.all()] == [first.pk]
    assert get(desk, "/incidents?state=investigating").json()["count"] == 1


def test_an_incident_is_led_by_somebody_or_dismissed(desk: Client, house: House) -> None:
    led, dismissed = (report(desk, house, []).json()["id"] for _time in range(2))

    begun = post(desk, f"/incidents/{led}/investigate", {"leader_id": house.driver.pk})
    ended = post(desk, f"/incidents/{dismissed}/dismiss", {"reason": "不构成事件"})

    assert (begun.json()["state"], begun.json()["leader_id"]) == ("investigating", house.driver.pk)
    assert ended.json()["state"] == "dismissed"


def test_a_stranger_finds_no_incident_and_links_nothing(desk: Client, stranger: Client, house: House) -> None:
    case = dispatched(house)
    pk = report(desk, house, [case]).json()["id"]

    assert get(stranger, f"/incidents/{pk}").status_code == 404
    assert get(stranger, "/incidents").json()["count"] == 0
    assert post(stranger, f"/{case.pk}/incident", {"incident_id": pk}).status_code == 404
    assert report(stranger, house, []).json()["place"] == "unit_id"


def test_money_is_proposed_by_one_and_decided_by_another(desk: Client, stranger: Client, house: House) -> None:
    case = fed_back(house)
    body = {"kind": "compensation", "amount": "50", "claim": "晚点", "clause": "承诺三", "check_note": "属实"}

    made = post(desk, f"/{case.pk}/proposals", body)
    pk = made.json()["id"]
    own = post(desk, f"/proposals/{pk}/decide", {"approve": True})
    other = post(signed_in(house.leader), f"/proposals/{pk}/decide", {"approve": True, "amount": "30"})

    assert (made.status_code, own.status_code, other.status_code) == (201, 409, 200)
    assert (other.json()["state"], Decimal(other.json()["amount"])) == ("approved", Decimal(30))
    assert get(desk, f"/proposals?case_id={case.pk}").json()["count"] == 1
    assert get(stranger, f"/proposals/{pk}").status_code == 404
    assert post(stranger, f"/{case.pk}/proposals", body).status_code == 404


def test_a_refused_proposal_says_why(desk: Client, house: House) -> None:
    case = fed_back(house)
    body = {"kind": "compensation", "amount": "50", "claim": "晚点", "clause": "承诺三", "check_note": "属实"}
    pk = post(desk, f"/{case.pk}/proposals", body).json()["id"]
    leader = signed_in(house.leader)

    without = post(leader, f"/proposals/{pk}/decide", {"approve": False})
    refused = post(leader, f"/proposals/{pk}/decide", {"approve": False, "reason": "不符合承诺"})

    assert (without.status_code, without.json()["place"]) == (422, "reason")
    assert (refused.json()["state"], refused.json()["decision"]) == ("refused", "不符合承诺")


def test_nothing_of_it_holds_who_complained(desk: Client, house: House) -> None:
    party = judged(house)
    services.review_ask(actor=house.desk, party=party, staff_view="不服")
    driver = driver_of(house)

    answers = [get(desk, "/reviews"), get(desk, f"/{party.case_id}/parties"), get(driver, "/about-me")]

    for answer in answers:
        assert answer.status_code == 200
        assert "王小明" not in answer.content.decode()
        assert "8000" not in answer.content.decode()
