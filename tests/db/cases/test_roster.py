"""Rosters: all rows or none, and a case that then knows who was on duty."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse

from bihuan.accounts.models import User
from bihuan.cases.models import RosterShift
from bihuan.cases.selectors import roster_proposals
from tests.db.cases.house import House

GOOD = "工号,车号,线路,岗位,班次,上班时间,下班时间\nD-1,B-001,3,驾驶员,早班,2025-09-24 05:30,2025/09/24 13:30\n"


@pytest.fixture
def signed_in(client: Client, house: House) -> Client:
    client.force_login(User.objects.get(pk=house.desk.user_id))
    return client


def upload(client: Client, text: str, name: str = "roster.csv") -> str:
    file = BytesIO(text.encode("utf-8-sig"))
    file.name = name
    return client.post(reverse("cases:roster-upload"), {"file": file}, follow=True).content.decode()


def test_a_roster_lets_a_case_name_driver_and_shift(signed_in: Client, house: House) -> None:
    upload(signed_in, GOOD)

    found = roster_proposals(happened_at=datetime(2025, 9, 24, 0, 0, tzinfo=UTC), asset=house.bus)

    assert [(one.shift.person, one.shift.line, one.share) for one in found] == [(house.driver, house.line, 1.0)]


def test_the_same_file_again_adds_nothing(signed_in: Client) -> None:
    for _time in range(2):
        page = upload(signed_in, GOOD)

    assert RosterShift.objects.count() == 1
    assert "1 班原已存在" in page


@pytest.mark.parametrize(
    ("row", "place", "words"),
    [
        ("X-9,B-001,3,,,2025-09-24 05:30,2025-09-24 13:30", "工号", "X-9"),
        ("D-1,B-777,3,,,2025-09-24 05:30,2025-09-24 13:30", "车号", "B-777"),
        ("D-1,B-001,3,,,昨天早上,2025-09-24 13:30", "上班时间", "昨天早上"),
        ("D-1,B-001,3,,,2025-09-24 13:30,2025-09-24 05:30", "下班时间", ""),
    ],
)
def test_a_wrong_row_names_its_place_and_nothing_is_kept(signed_in: Client, row: str, place: str, words: str) -> None:
    page = upload(signed_in, GOOD + row + "\n")

    assert place in page
    assert words in page
    assert "3" in page
    assert RosterShift.objects.count() == 0


def test_a_file_without_a_needed_column_names_it(signed_in: Client) -> None:
    page = upload(signed_in, "车号,上班时间\nB-001,2025-09-24 05:30\n")

    assert "工号" in page


def test_a_stranger_puts_nobody_of_another_unit_on_the_roster(client: Client, house: House) -> None:
    client.force_login(User.objects.get(pk=house.stranger.user_id))

    page = upload(client, GOOD)

    assert "D-1" in page
    assert RosterShift.objects.count() == 0


def test_a_shift_is_taken_off_with_a_reason(signed_in: Client) -> None:
    upload(signed_in, GOOD)
    shift = RosterShift.objects.get()
    address = reverse("cases:roster-remove", args=[shift.pk])

    assert signed_in.post(address, {"reason": ""}).status_code == 422
    signed_in.post(address, {"reason": "换班"})

    assert RosterShift.objects.count() == 0


def test_a_broken_workbook_is_refused_in_words(signed_in: Client) -> None:
    assert "field-error" in upload(signed_in, "PK not a workbook", "roster.xlsx")
