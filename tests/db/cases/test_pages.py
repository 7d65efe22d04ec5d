"""The desk and the page of a case as people use them."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bihuan.accounts.models import User
from bihuan.cases import services
from bihuan.cases.models import Case, Criterion, IdentityReveal, RosterShift
from bihuan.foundation.actor import Actor
from tests.db.cases.house import RUDE, House, answered, dispatched, fed_back, take_in
from tests.kit import make_actor


@pytest.fixture
def signed_in(client: Client, house: House) -> Client:
    return as_user(client, house.desk)


def as_user(client: Client, actor: Actor) -> Client:
    client.force_login(User.objects.get(pk=actor.user_id))
    return client


def typed(**values: Any) -> dict[str, Any]:
    return {"channel": "phone", "kind": "complaint", "text": RUDE, "grade": "", **values}


def test_only_the_text_is_needed_to_take_a_case_in(signed_in: Client) -> None:
    answer = signed_in.post(reverse("cases:intake"), typed())

    case = Case.objects.get()
    assert answer.status_code == 302
    assert answer.headers["Location"] == case.get_absolute_url()
    assert case.state == "received"


def test_the_tracking_code_is_said_once(signed_in: Client) -> None:
    signed_in.post(reverse("cases:intake"), typed(phone="13800138000"))
    case = Case.objects.get()

    first, second = (signed_in.get(case.get_absolute_url()).content.decode() for _time in range(2))

    assert "查询码" in first
    assert "查询码" not in second


def test_the_class_decided_at_the_desk_is_kept_with_its_criterion(signed_in: Client) -> None:
    criterion = Criterion.objects.get(code="S2")

    signed_in.post(reverse("cases:intake"), typed(grade="serious", criterion=criterion.pk))

    case = Case.objects.get()
    assert (case.state, case.grade, case.criterion) == ("classified", "serious", criterion)


def test_an_enquiry_answered_while_the_customer_is_there_is_closed(signed_in: Client) -> None:
    signed_in.post(reverse("cases:intake"), typed(kind="enquiry", text="末班车几点?", answer="22:30。"))

    assert Case.objects.get().state == "closed"


def test_a_vehicle_nobody_knows_is_named_at_its_field_and_nothing_is_saved(signed_in: Client) -> None:
    answer = signed_in.post(reverse("cases:intake"), typed(vehicle_code="B-999"))

    assert answer.status_code == 422
    assert "没有该编号" in answer.content.decode()
    assert Case.objects.count() == 0


def test_a_file_that_is_not_accepted_leaves_no_half_case(signed_in: Client) -> None:
    bad = BytesIO(b"MZ\x90\x00 not a picture")
    bad.name = "photo.jpg"

    answer = signed_in.post(reverse("cases:intake"), typed(uploads=bad))

    assert answer.status_code == 422
    assert Case.objects.count() == 0


def test_beside_the_text_stand_the_class_with_its_words_and_who_was_on_duty(signed_in: Client, house: House) -> None:
    now = timezone.now()
    RosterShift.objects.create(
        person=house.driver,
        asset=house.bus,
        line=house.line,
        role="驾驶员",
        starts_at=now - timedelta(days=2),
        ends_at=now,
        org_path=house.north.org_path,
    )
    yesterday = timezone.localtime(now - timedelta(days=1))
    given = typed(vehicle_code="B-001", happened_on=f"{yesterday:%Y-%m-%d}", happened_time=f"{yesterday:%H:%M}")

    beside = signed_in.post(reverse("cases:beside"), given).content.decode()

    assert "S2" in beside
    assert "辱骂" in beside
    assert house.driver.name in beside


def test_the_same_person_is_offered_before_saving(signed_in: Client, house: House) -> None:
    earlier = take_in(house, at=timezone.now() - timedelta(days=1), happened_at=None)

    beside = signed_in.post(reverse("cases:beside"), typed(text="另一件事", phone="+86 13800138000")).content.decode()

    assert earlier.number in beside
    assert "同一人" in beside


def test_without_javascript_a_button_shows_the_same_beside_the_form(signed_in: Client) -> None:
    page = signed_in.post(reverse("cases:intake"), typed(look="1")).content.decode()

    assert "S2" in page
    assert Case.objects.count() == 0


def test_the_page_shows_who_complained_masked_and_the_search_of_the_page_finds_no_number(
    signed_in: Client, house: House
) -> None:
    case = dispatched(house)

    page = signed_in.get(case.get_absolute_url()).content.decode()

    assert "王**" in page
    assert "13800138000" not in page.replace(" ", "")
    assert "王小明" not in page


def test_who_complained_is_shown_once_and_never_cached(signed_in: Client, house: House) -> None:
    case = dispatched(house)

    answer = signed_in.post(reverse("cases:reveal", kwargs={"pk": case.pk}), {"reason": "回访"})

    assert "王小明" in answer.content.decode()
    assert answer.headers["Cache-Control"] == "no-store"
    assert IdentityReveal.objects.count() == 1


def test_the_handler_does_not_see_the_satisfaction_before_the_case_is_closed(client: Client, house: House) -> None:
    case = fed_back(house)
    services.satisfaction_take(ask=services.satisfaction_ask(actor=house.desk, case=case).ask, level="2")

    handler = as_user(client, house.station).get(case.get_absolute_url()).content.decode()
    desk = as_user(client, house.desk).get(case.get_absolute_url()).content.decode()

    assert "不满意" not in handler
    assert "不满意" in desk


def test_a_customer_not_reached_leaves_the_case_where_it_is(signed_in: Client, house: House) -> None:
    case = answered(house)

    given = {"is_reached": "no", "contact": "无人接听", "result_told": case.answer}
    signed_in.post(reverse("cases:feed-back", kwargs={"pk": case.pk}), given)

    case.refresh_from_db()
    assert case.state == "answered"
    assert case.entries.filter(kind="contact", is_reached=False).count() == 1


def test_the_list_finds_by_words_and_filters_what_is_overdue(signed_in: Client, house: House) -> None:
    late = take_in(house, at=timezone.now() - timedelta(days=5))
    fresh = take_in(house, at=timezone.now(), text="车厢空调不冷,很闷热", happened_at=None)

    by_words = signed_in.get(reverse("cases:cases"), {"q": "空调"}).content.decode()
    overdue = signed_in.get(reverse("cases:cases"), {"overdue": "true"}).content.decode()

    assert fresh.number in by_words
    assert late.number not in by_words
    assert late.number in overdue
    assert fresh.number not in overdue


def test_an_export_holds_what_is_filtered_and_nobody_who_complained(signed_in: Client, house: House) -> None:
    take_in(house)

    answer = signed_in.get(reverse("cases:cases"), {"export": "csv"})

    text = b"".join(answer.streaming_content).decode() if answer.streaming else answer.content.decode()
    assert "TS-2025-000001" in text
    assert "王小明" not in text


def test_today_asks_the_unit_to_answer_and_the_desk_to_tell(client: Client, house: House) -> None:
    dispatched(house, at=timezone.now())
    case = answered(house, at=timezone.now() - timedelta(hours=5))

    at_station = as_user(client, house.station).get("/").content.decode()
    at_desk = as_user(client, house.desk).get("/").content.decode()

    assert "答复工单" in at_station
    assert "反馈客户" in at_desk
    assert case.number in at_desk


def test_a_page_leads_only_where_its_reader_may_go(client: Client, house: House) -> None:
    case = answered(house)
    address, reveal = case.unit.get_absolute_url(), reverse("cases:reveal", kwargs={"pk": case.pk})
    reader = make_actor("reads", unit=house.company, permissions=["cases.view"])
    office = make_actor("opens", unit=house.company, permissions=["cases.view", "cases.identity", "organisation.view"])

    read = as_user(client, reader).get(case.get_absolute_url()).content.decode()
    opened = as_user(client, office).get(case.get_absolute_url()).content.decode()

    assert case.unit.name in read
    assert (f'href="{address}"' in read, reveal in read) == (False, False)
    assert (f'href="{address}"' in opened, reveal in opened) == (True, True)
