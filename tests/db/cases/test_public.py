"""What customers see and do without signing in."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bihuan.accounts.models import User
from bihuan.cases import services
from bihuan.cases.models import Case, IntakeDoor, SatisfactionAsk
from bihuan.cases.services.doors import door_open, door_set_open
from bihuan.cases.views.public import pages
from bihuan.records.models import Attachment, Notification
from tests.db.cases.house import House, closed, fed_back, told

TEXT = "今天早上3路车没进站就开走了。"


@pytest.fixture(autouse=True)
def fresh_limits() -> None:
    for limiter in (pages.SENDS, pages.LOOKS, pages.TRIES):
        limiter.clear()


@pytest.fixture
def door(house: House) -> IntakeDoor:
    return door_open(actor=house.desk, desk=house.company, title="3 路", asset=house.line)


def opened(client: Client, door: IntakeDoor) -> str:
    page = client.get(reverse("publiccases:form", kwargs={"code": door.code})).content.decode()
    found = re.search(r'name="page" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def send(client: Client, door: IntakeDoor, **values: Any) -> Any:
    given = {"page": opened(client, door), "kind": "complaint", "text": TEXT}
    return client.post(reverse("publiccases:form", kwargs={"code": door.code}), given | values)


def test_a_passenger_sends_a_case_that_knows_its_line(client: Client, door: IntakeDoor, house: House) -> None:
    answer = send(client, door)

    case = Case.objects.get()
    assert answer.status_code == 302
    assert (case.text, case.channel, case.line, case.desk) == (TEXT, "qr", house.line, house.company)
    assert case.due_at == case.received_at + timedelta(hours=48)


def test_code_and_pin_are_shown_to_the_sender_only(client: Client, door: IntakeDoor) -> None:
    send(client, door)

    mine = client.get(reverse("publiccases:done")).content.decode()
    others = Client().get(reverse("publiccases:done")).content.decode()

    assert Case.objects.get().number in mine
    assert re.search(r"(?:[2-9A-Z]{4}-){6}[2-9A-Z]{2}", mine)
    assert Case.objects.get().number not in others


def test_the_same_page_sent_twice_is_one_case(client: Client, door: IntakeDoor) -> None:
    token = opened(client, door)

    first, second = (send(client, door, page=token) for _time in range(2))

    assert (first.status_code, second.status_code) == (302, 302)
    assert Case.objects.count() == 1


def test_whoever_never_saw_the_answer_sends_again_and_gets_the_same_code_and_pin(
    client: Client, door: IntakeDoor
) -> None:
    token = opened(client, door)
    words = r"(?:[2-9A-Z]{4}-){6}[2-9A-Z]{2}|<b>[0-9]{4}</b>"
    told = []
    for _time in range(2):
        client.cookies.pop("bihuan_receipt", None)
        send(client, door, page=token, phone="")
        told.append(re.findall(words, client.get(reverse("publiccases:done")).content.decode()))

    assert told[0] == told[1]
    assert len(told[0]) >= 2
    assert Case.objects.count() == 1


def test_the_page_speaks_the_language_asked_for_and_remembers_it(client: Client, door: IntakeDoor) -> None:
    address = reverse("publiccases:form", kwargs={"code": door.code})
    english = client.get(f"{address}?lang=en").content.decode()
    later = client.get(address).content.decode()
    chinese = Client().get(address, headers={"accept-language": "zh-CN,zh;q=0.9"}).content.decode()

    assert '<html lang="en">' in english
    assert '<html lang="en">' in later
    assert '<html lang="zh-hans">' in chinese


def test_no_two_visitors_get_the_same_page(client: Client, door: IntakeDoor) -> None:
    pages = {opened(Client(), door) for _visitor in range(3)}

    assert len(pages) == 3


def test_other_words_on_a_page_already_sent_are_not_lost(client: Client, door: IntakeDoor) -> None:
    token = opened(client, door)
    send(client, door, page=token)

    answer = send(client, door, page=token, text="另一件事：空调不冷。")

    assert answer.status_code == 409
    assert "空调不冷" in answer.content.decode()
    assert Case.objects.count() == 1


def test_a_page_that_is_not_ours_takes_nothing_and_keeps_the_words(client: Client, door: IntakeDoor) -> None:
    answer = send(client, door, page="made-up")

    assert answer.status_code == 409
    assert TEXT in answer.content.decode()
    assert Case.objects.count() == 0


def test_one_browser_that_sends_without_end_is_slowed_and_another_is_not(client: Client, door: IntakeDoor) -> None:
    answers = [send(client, door).status_code for _time in range(10)]

    assert answers.count(302) == 8
    assert answers[-1] == 429
    assert send(Client(), door).status_code == 302


def test_a_program_that_fills_the_hidden_field_leaves_nothing(client: Client, door: IntakeDoor) -> None:
    answer = send(client, door, website="http://x")

    assert answer.status_code == 302
    assert Case.objects.count() == 0


def test_a_photo_comes_with_the_case_and_a_bad_file_leaves_none(client: Client, door: IntakeDoor) -> None:
    bad = BytesIO(b"MZ\x90\x00")
    bad.name = "a.jpg"
    refused = send(client, door, uploads=bad)
    assert (refused.status_code, Case.objects.count()) == (422, 0)
    note = BytesIO("站台照片说明".encode())
    note.name = "note.txt"

    send(client, door, uploads=note)

    assert Attachment._base_manager.filter(subject_id=Case.objects.get().pk).count() == 1


def test_a_shut_form_takes_nothing(client: Client, door: IntakeDoor, house: House) -> None:
    token = opened(client, door)
    door_set_open(actor=house.desk, door=door, is_active=False, reason="换新贴纸")

    answer = client.post(
        reverse("publiccases:form", kwargs={"code": door.code}), {"page": token, "kind": "complaint", "text": TEXT}
    )

    assert answer.status_code == 404


def follow(client: Client, code: str, pin: str, **more: str) -> Any:
    return client.post(reverse("publiccases:follow"), {"code": code, "pin": pin, **more})


def test_a_customer_follows_the_case_with_the_phone_s_last_digits(client: Client, house: House) -> None:
    taken = services.case_take_in(actor=house.desk, desk=house.company, told=told(house))

    page = follow(client, taken.code.lower(), "8000").content.decode()

    assert taken.case.number in page
    assert "受理" in page


def test_unknown_code_wrong_pin_and_too_many_tries_look_alike(client: Client, house: House) -> None:
    taken = services.case_take_in(actor=house.desk, desk=house.company, told=told(house))

    def answer(code: str, pin: str) -> str:
        page = follow(Client(), code, pin).content.decode()
        return re.sub(r'value="[^"]*"', "", page)

    unknown, wrong = answer("2" * 26, "8000"), answer(taken.code, "1111")
    for _time in range(12):
        late = answer(taken.code, "8000")

    assert unknown == wrong == late


def test_the_customer_reads_our_reply_and_nothing_of_the_inside(client: Client, house: House) -> None:
    taken = services.case_take_in(actor=house.desk, desk=house.company, told=told(house, text="司机没停车,我叫王小明"))
    case = taken.case
    services.case_classify(actor=house.desk, case=case, kind="complaint", grade="general")
    services.case_dispatch(actor=house.desk, case=case, unit=house.north)
    services.entry_add(actor=house.station, case=case, kind="note", text="内部备注")
    services.party_name(actor=house.desk, case=case, person=house.driver, basis="roster")
    services.case_answer(
        actor=house.station, case=case, answer="内部答复", outcome="not", facts="未发现", clause="", branch=""
    )
    services.contact_note(actor=house.desk, case=case, text="电话", is_reached=True)
    services.case_feed_back(actor=house.desk, case=case, result_told="已向您说明情况")

    page = follow(client, taken.code, "8000").content.decode()

    assert "已向您说明情况" in page
    for hidden in ("内部备注", "内部答复", house.driver.name, "王小明", "P desk", "P station"):
        assert hidden not in page


def test_not_solved_tells_the_desk_and_opens_nothing_by_itself(client: Client, house: House) -> None:
    taken = services.case_take_in(actor=house.desk, desk=house.company, told=told(house))
    case = Case.objects.get(pk=taken.case.pk)

    for _time in range(4):
        pages.LOOKS.clear()
        follow(client, taken.code, "8000", again="1", text="还是没有道歉")

    case.refresh_from_db()
    assert case.state == "received"
    assert case.entries.filter(kind="message").count() == 3
    assert Notification.objects.filter(message__startswith="The customer of").exists()


def test_satisfaction_is_given_once_by_the_link_and_looking_changes_nothing(client: Client, house: House) -> None:
    asked = services.satisfaction_ask(actor=house.desk, case=fed_back(house))
    address = reverse("publiccases:satisfaction", kwargs={"token": asked.token})
    client.get(address)
    assert SatisfactionAsk.objects.get().answered_at is None

    client.post(address, {"level": "4", "comment": "可以"})
    again = client.post(address, {"level": "1"}).content.decode()
    unknown = client.get(reverse("publiccases:satisfaction", kwargs={"token": "x" * 22})).content.decode()

    ask = SatisfactionAsk.objects.get()
    assert (ask.level, ask.comment) == ("4", "可以")
    assert "已使用或已过期" in again
    assert "已使用或已过期" in unknown


def test_a_link_ends_some_day(client: Client, house: House) -> None:
    long_ago = timezone.now() - timedelta(days=8)
    asked = services.satisfaction_ask(actor=house.desk, case=closed_unasked(house), at=long_ago)

    page = client.get(reverse("publiccases:satisfaction", kwargs={"token": asked.token})).content.decode()

    assert "已使用或已过期" in page


def closed_unasked(house: House) -> Case:
    case = closed(house)
    SatisfactionAsk.objects.filter(case=case).delete()
    return case


def test_pages_for_everybody_stay_small(client: Client, door: IntakeDoor) -> None:
    page = client.get(reverse("publiccases:form", kwargs={"code": door.code}))

    assert len(page.content) < 60_000
    assert "sessionid" not in page.cookies


def test_forms_are_opened_for_many_lines_once_each_and_get_stickers(client: Client, house: House) -> None:
    client.force_login(User.objects.get(pk=house.desk.user_id))
    given = {"desk": house.company.pk, "kind": "line"}

    for _time in range(2):
        client.post(reverse("cases:doors-open"), given)
    sheet = client.get(reverse("cases:door-stickers"))

    assert IntakeDoor.objects.count() == 1
    assert sheet.content.startswith(b"%PDF")


def test_a_stranger_opens_no_form_of_another_unit(client: Client, house: House, door: IntakeDoor) -> None:
    client.force_login(User.objects.get(pk=house.stranger.user_id))

    assert client.get(reverse("cases:door-switch", args=[door.pk])).status_code == 404


def test_a_case_sent_by_a_customer_is_worked_like_any_other(client: Client, door: IntakeDoor, house: House) -> None:
    send(client, door)
    case = Case.objects.get()

    services.case_classify(actor=house.desk, case=case, kind="complaint", grade="general")
    services.case_dispatch(actor=house.desk, case=case, unit=house.north)

    assert case.state == "dispatched"
