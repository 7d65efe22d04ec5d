"""Notifications: one person's own, in their language."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils.translation import override

from bihuan.accounts.models import User
from bihuan.foundation.scope import system_scope
from bihuan.records.models import Notification
from bihuan.records.selectors import message_of, notifications_for, unread_count
from bihuan.records.services import notification_send
from tests.kit import World, make_user

VIEW = "organisation.view"


def send(world: World, *users: User, message: str = "%(name)s is due", **params: str) -> None:
    with system_scope("setup"):
        notification_send(
            recipients=[user.pk for user in users], subject=world.north, message=message, params=params or {"name": "A"}
        )


def test_everyone_named_gets_one_line_once(world: World) -> None:
    wang, li = make_user("wang", unit=world.north), make_user("li", unit=world.north)

    send(world, wang, li, wang)

    assert unread_count(wang.pk) == unread_count(li.pk) == 1


def test_message_is_put_into_words_for_its_reader(world: World) -> None:
    wang = make_user("wang", unit=world.north)
    send(world, wang, message="No notifications")

    row = notifications_for(wang.pk)[0]

    with override("en"):
        assert message_of(row) == "No notifications"
    with override("zh-hans"):
        assert message_of(row) == "没有通知"


def test_message_that_lacks_a_place_is_refused_when_sent(world: World) -> None:
    with pytest.raises(KeyError):
        send(world, make_user("wang", unit=world.north), message="%(what)s", name="A")


def test_unread_count_is_one_query(world: World, django_assert_num_queries: Callable[..., object]) -> None:
    wang = make_user("wang", unit=world.north)
    send(world, wang)

    with django_assert_num_queries(1):
        count = unread_count(wang.pk)

    assert count == 1


def test_opening_marks_it_read_and_leads_to_the_record(world: World) -> None:
    wang = make_user("wang", unit=world.north, permissions=[VIEW])
    send(world, wang)
    send(world, wang)
    client = Client()
    client.force_login(wang)

    answer = client.post(f"/records/notifications/{notifications_for(wang.pk)[0].pk}/open/")

    assert answer["Location"] == world.north.get_absolute_url()
    assert unread_count(wang.pk) == 1


def test_nobody_opens_or_reads_the_lines_of_others(world: World) -> None:
    wang, li = make_user("wang", unit=world.north), make_user("li", unit=world.north, permissions=[VIEW])
    send(world, wang)
    client = Client()
    client.force_login(li)

    stolen = client.post(f"/records/notifications/{Notification.objects.get().pk}/open/")
    client.post("/records/notifications/read/")
    page = client.get("/records/notifications/").content.decode()

    assert stolen.status_code == 404
    assert unread_count(wang.pk) == 1
    assert "A is due" not in page


def test_page_shows_them_and_marks_all_as_read(world: World) -> None:
    wang = make_user("wang", unit=world.north, permissions=[VIEW])
    for number in range(35):
        send(world, wang, name=f"record {number}")
    client = Client()
    client.force_login(wang)

    page = client.get("/records/notifications/").content.decode()
    client.post("/records/notifications/read/")

    assert "record 34 is due" in page
    assert "record 4 is due" not in page
    assert unread_count(wang.pk) == 0
