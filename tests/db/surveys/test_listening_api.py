"""Comment books, on-site studies and the voice of staff by REST: the same rules as on screen."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.test import Client

from bihuan.accounts.models import User
from bihuan.foundation.actor import Actor
from bihuan.foundation.scope import system_scope
from bihuan.records.models import Activity
from bihuan.surveys import permissions as may
from bihuan.surveys.models import BookEntry, StaffVoice, StudyVisit
from bihuan.surveys.services import staff, studies
from bihuan.surveys.services.books import book_retire
from tests.db.surveys.books import Shop, at, make_shop
from tests.kit import World, make_actor, recorded

DAY = at("2026-03-02")
STUDY = (may.STUDIES_VIEW, may.STUDIES_CARRY_OUT)


@pytest.fixture
def shop(world: World) -> Shop:
    with recorded():
        return make_shop(world)


def signed_in(actor: Actor) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(User.objects.get(pk=actor.user_id))
    return client


def post(client: Client, path: str, **body: Any) -> Any:
    return client.post(f"/api/v1/surveys{path}", body, content_type="application/json")


def get(client: Client, path: str) -> Any:
    return client.get(f"/api/v1/surveys{path}")


def test_a_page_keyed_by_a_program_is_one_entry_however_often_it_is_sent(shop: Shop) -> None:
    client = signed_in(shop.office)
    body = {"book_id": shop.book.pk, "kind": "question", "text": "末班车几点？", "client_uuid": str(uuid.uuid4())}

    first, again = post(client, "/books/entries", **body), post(client, "/books/entries", **body)
    other = post(client, "/books/entries", **(body | {"text": "首班车几点？"}))

    assert first.status_code == 201
    assert again.json()["id"] == first.json()["id"]
    assert (other.status_code, other.json()["code"]) == (409, "action_not_allowed")
    assert BookEntry._base_manager.count() == 1


def test_an_entry_is_answered_and_handed_over(shop: Shop) -> None:
    client = signed_in(shop.office)
    with system_scope("setup"), recorded():
        entry = shop.entry()

    answered = post(client, f"/books/entries/{entry.pk}/answer", reply="已教育驾驶员，向您道歉。")
    handed = post(client, f"/books/entries/{entry.pk}/deliver", delivery="贴入意见簿")
    refused = post(client, f"/books/entries/{entry.pk}/answer", reply="再答一次")

    assert (answered.json()["state"], handed.json()["state"]) == ("answered", "delivered")
    assert answered.json()["answered_by"] == shop.office.name
    assert (refused.status_code, refused.json()["code"]) == (409, "action_not_allowed")


def test_who_wrote_stays_hidden_from_whoever_may_not_see_contacts(shop: Shop) -> None:
    with system_scope("setup"), recorded():
        entry = shop.entry()

    seen = get(signed_in(shop.reader), f"/books/entries/{entry.pk}").json()
    known = get(signed_in(shop.office), f"/books/entries/{entry.pk}").json()

    assert (seen["writer_masked"], known["writer_masked"]) == (True, False)
    assert known["writer_name"] == "王小明"
    for told in ("王小明", "13812345678"):
        assert told not in str(seen)
    assert get(signed_in(shop.stranger), f"/books/entries/{entry.pk}").status_code == 404


def test_a_number_in_a_text_cannot_be_found_by_trying_its_digits(shop: Shop) -> None:
    with system_scope("setup"), recorded():
        entry = shop.entry()

    for words, who, found in (
        ("138123", shop.reader, False),
        ("末班车没有等人", shop.reader, True),
        ("138123", shop.office, True),
    ):
        page = signed_in(who).get("/surveys/books/entries/", {"q": words}).content.decode()
        assert (entry.number in page) is found


def test_a_moment_without_a_zone_is_the_time_of_the_house(shop: Shop) -> None:
    client = signed_in(shop.office)
    body = {"book_id": shop.book.pk, "kind": "question", "text": "末班车几点？"}

    keyed = post(client, "/books/entries", **body, received_at="2026-03-02T09:30:00")
    ahead = post(client, "/books/entries", **body, received_at="2100-03-02T09:30:00")

    assert BookEntry._base_manager.get().received_at == at("2026-03-02", "09:30")
    assert keyed.status_code == 201
    assert (ahead.status_code, ahead.json()["place"]) == (422, "received_at")


def test_a_book_out_of_use_takes_nothing_more(shop: Shop) -> None:
    with system_scope("setup"), recorded():
        book_retire(actor=shop.office, book=shop.book, reason="换车")

    refused = post(signed_in(shop.office), "/books/entries", book_id=shop.book.pk, kind="question", text="几点？")

    assert (refused.status_code, refused.json()["place"]) == (422, "book")


def test_a_book_without_an_entry_is_recorded_and_away_asks_why(shop: Shop) -> None:
    client = signed_in(shop.office)

    away = post(client, f"/books/{shop.book.pk}/days", outcome="away")
    none = post(client, f"/books/{shop.book.pk}/days", outcome="none")

    assert (away.status_code, away.json()["place"]) == (422, "note")
    assert (none.status_code, none.json()["outcome"]) == (200, "none")
    listed = get(client, "/books").json()
    assert [row["name"] for row in listed["items"]] == [shop.book.name]


def visit_of(world: World) -> StudyVisit:
    office = make_actor("planner", unit=world.company, permissions=(may.STUDIES_PLAN, *STUDY))
    with system_scope("setup"), recorded():
        plan = studies.study_plan_create(actor=office, unit=world.company, year=2026, at=DAY)
        return studies.study_plan_add_unit(actor=office, plan=plan, unit=world.north, reason="投诉最多", at=DAY)


def test_a_study_is_carried_out_by_rest(world: World) -> None:
    visit = visit_of(world)
    client = signed_in(make_actor("team", unit=world.company, permissions=STUDY))

    post(client, f"/studies/{visit.pk}/arrange", planned_on="2026-03-02", team="两人")
    begun = post(client, f"/studies/{visit.pk}/begin")
    early = post(client, f"/studies/{visit.pk}/report", conclusion="不够方便")
    talk = post(client, f"/studies/{visit.pk}/talks", kind="interview", who="通勤乘客", held_on="2026-03-02")
    post(client, f"/studies/{visit.pk}/talks", kind="forum", who="居民", held_on="2026-03-02", participants=8)
    note = post(client, f"/studies/{visit.pk}/notes", kind="wish", text="加车", talk_id=talk.json()["id"])
    lost = post(client, f"/studies/{visit.pk}/notes", kind="wish", text="加车", talk_id=0)
    done = post(client, f"/studies/{visit.pk}/report", conclusion="不够方便")

    assert begun.json()["state"] == "under_way"
    assert (early.status_code, early.json()["code"]) == (409, "action_not_allowed")
    assert (talk.status_code, note.status_code) == (201, 201)
    assert (lost.status_code, lost.json()["place"]) == (422, "talk_id")
    assert (done.json()["state"], done.json()["year"]) == ("reported", 2026)
    whole = get(client, f"/studies/{visit.pk}").json()
    assert ([row["kind"] for row in whole["talks"]], len(whole["notes"])) == (["forum", "interview"], 1)
    assert post(client, f"/studies/{visit.pk}/close", close_note="列入需求").status_code == 403


def test_arranging_anew_leaves_what_is_not_named(world: World) -> None:
    visit = visit_of(world)
    client = signed_in(make_actor("team", unit=world.company, permissions=STUDY))

    post(client, f"/studies/{visit.pk}/arrange", planned_on="2026-03-02", team="两人", purpose="候车")
    moved = post(client, f"/studies/{visit.pk}/arrange", planned_on="2026-03-09").json()

    assert (moved["planned_on"], moved["team"], moved["purpose"]) == ("2026-03-09", "两人", "候车")


def test_a_step_reported_by_a_person_names_no_field_of_the_store(world: World) -> None:
    visit = visit_of(world)
    client = signed_in(make_actor("team", unit=world.company, permissions=STUDY))
    post(client, f"/studies/{visit.pk}/begin")
    for kind, many in (("interview", 1), ("forum", 5)):
        post(client, f"/studies/{visit.pk}/talks", kind=kind, who="居民", held_on="2026-03-02", participants=many)
    post(client, f"/studies/{visit.pk}/report", conclusion="不够方便")

    page = client.get(visit.get_absolute_url()).content.decode()
    assert Activity._base_manager.filter(subject_id=visit.pk, action="report").exists()
    assert "by_id" not in page


def test_a_voice_without_a_name_names_nobody(world: World) -> None:
    speaker = make_actor("speaker", unit=world.north, permissions=(may.STAFF_SPEAK,))
    office = make_actor("office", unit=world.company, permissions=(may.STAFF_SPEAK, may.STAFF_VIEW, may.STAFF_ANSWER))
    body = {"unit_id": world.north.pk, "kind": "feedback", "title": "报修无答复", "text": "不知何时能修。"}

    given = post(signed_in(speaker), "/staff-voices", **body, is_unnamed=True)
    seen = get(signed_in(office), f"/staff-voices/{given.json()['id']}")
    answered = post(
        signed_in(office), f"/staff-voices/{given.json()['id']}/answer", verdict="taken_up", answer="三日内答复。"
    )

    assert given.status_code == 201
    assert seen.json()["handed_in_by"] == ""
    assert given.json()["handed_in_at"].endswith("00:00:00+08:00") or "T16:00:00" in given.json()["handed_in_at"]
    assert StaffVoice._base_manager.get().speaker_id is None
    assert speaker.name not in str(list(Activity._base_manager.values_list("actor_name", flat=True)))
    assert answered.json()["verdict"] == "taken_up"


def test_nobody_names_a_voice_as_source_that_they_may_not_read(world: World) -> None:
    speaker = make_actor("speaker", unit=world.north, permissions=(may.STAFF_SPEAK,))
    head = make_actor("head", unit=world.north, permissions=("findings.raise", "findings.view"))
    with system_scope("setup"), recorded():
        voice = staff.staff_voice_hand_in(actor=speaker, unit=world.north, kind="feedback", title="班次", text="太密")
    body = {"unit_id": world.north.pk, "title": "x", "fact": "y", "severity": "minor", "source": str(voice.reference)}

    refused = signed_in(head).post("/api/v1/rectification/findings", body, content_type="application/json")

    assert (refused.status_code, refused.json()["place"]) == (422, "source")


def test_a_named_voice_is_seen_by_its_speaker_and_the_office_alone(world: World) -> None:
    speaker = make_actor("speaker", unit=world.north, permissions=(may.STAFF_SPEAK,))
    mate = make_actor("mate", unit=world.north, permissions=(may.STAFF_SPEAK,))
    with system_scope("setup"), recorded():
        voice = staff.staff_voice_hand_in(actor=speaker, unit=world.north, kind="feedback", title="班次", text="太密")

    assert get(signed_in(speaker), f"/staff-voices/{voice.pk}").status_code == 200
    assert get(signed_in(mate), f"/staff-voices/{voice.pk}").status_code == 404
    assert get(signed_in(mate), "/staff-voices").json()["count"] == 0
    assert post(signed_in(mate), f"/staff-voices/{voice.pk}/take-back", reason="x").status_code == 404
    assert post(signed_in(speaker), f"/staff-voices/{voice.pk}/take-back", reason="x").json()["state"] == "taken_back"
