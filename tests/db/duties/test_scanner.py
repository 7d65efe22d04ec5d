from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bihuan.duties import services
from bihuan.duties.events import ClockAlerted, ClockBreached, ClockEscalated, ClockWarned
from bihuan.duties.models import Clock, ClockAlert
from bihuan.foundation import events
from bihuan.foundation.actor import Actor
from tests.db.duties.conftest import local
from tests.kit import World


@pytest.fixture
def heard() -> Iterator[list[ClockAlerted]]:
    found: list[ClockAlerted] = []
    for kind in (ClockWarned, ClockBreached, ClockEscalated):
        events._handlers[kind].append(found.append)
    yield found
    for kind in (ClockWarned, ClockBreached, ClockEscalated):
        events._handlers[kind].remove(found.append)


def start(world: World, office: Actor, at: str = "2026-11-02T10:00") -> Clock:
    return services.clock_start(subject=world.north, policy="department_answer_24h", at=local(at), actor=office)


def levels(heard: list[ClockAlerted]) -> list[str]:
    return [event.level for event in heard]


def test_each_level_speaks_once_in_its_turn(world: World, office: Actor, heard: list[ClockAlerted]) -> None:
    start(world, office)  # due Tuesday 10:00; warned at 80 % = Tuesday 05:12, after the quiet hours 07:00

    moment = local("2026-11-02T10:00")
    while moment < local("2026-11-07T00:00"):
        services.scan(moment)
        services.scan(moment)
        moment += timedelta(minutes=30)

    assert levels(heard) == ["warn", "due", "after_1", "after_3"]


def test_nothing_speaks_during_quiet_hours(world: World, office: Actor, heard: list[ClockAlerted]) -> None:
    start(world, office)

    at_night = services.scan(local("2026-11-03T05:30"))
    in_the_morning = services.scan(local("2026-11-03T07:00"))

    assert (at_night, in_the_morning) == (0, 1)
    assert levels(heard) == ["warn"]


def test_a_clock_is_overdue_at_night_even_if_nobody_is_woken(world: World, office: Actor) -> None:
    clock = start(world, office, at="2026-11-02T23:00")  # due Tuesday 23:00

    services.scan(local("2026-11-03T23:30"))

    clock.refresh_from_db()
    assert clock.status == "overdue"
    assert not ClockAlert.objects.filter(clock=clock, level="due").exists()


def test_at_the_due_instant_itself_a_clock_is_not_overdue(world: World, office: Actor) -> None:
    clock = start(world, office)

    services.scan(local("2026-11-03T10:00"))

    clock.refresh_from_db()
    assert clock.status == "running"


def test_after_a_week_of_downtime_only_the_highest_level_speaks(
    world: World, office: Actor, heard: list[ClockAlerted]
) -> None:
    clock = start(world, office)

    services.scan(local("2026-11-09T10:00"))

    assert levels(heard) == ["after_3"]
    skipped = ClockAlert.objects.filter(clock=clock, is_skipped=True).values_list("level", flat=True)
    assert set(skipped) == {"warn", "due", "after_1"}


def test_a_closed_clock_says_nothing(world: World, office: Actor, heard: list[ClockAlerted]) -> None:
    clock = start(world, office)
    services.clock_close(clock=clock, at=local("2026-11-02T12:00"), actor=office)

    services.scan(local("2026-11-09T10:00"))

    assert heard == []


def test_a_reopened_clock_speaks_again_in_its_new_round(world: World, office: Actor, heard: list[ClockAlerted]) -> None:
    start(world, office)
    services.scan(local("2026-11-03T11:00"))
    services.clock_stop(subject=world.north, at=local("2026-11-03T12:00"), actor=office)
    services.clock_reopen(subject=world.north, at=local("2026-11-04T08:00"), actor=office)

    services.scan(local("2026-11-05T09:00"))

    assert levels(heard) == ["due", "due"]


def test_the_scan_reads_only_what_is_due(world: World, office: Actor) -> None:
    template = start(world, office)
    now: datetime = local("2026-11-02T11:00")
    copies = []
    for number in range(2000):
        values = {f.attname: getattr(template, f.attname) for f in Clock._meta.concrete_fields if f.name != "id"}
        copies.append(Clock(**{**values, "subject_id": 10_000 + number}))
    Clock.objects.bulk_create(copies)

    with CaptureQueriesContext(
        connection,
    ) as queries:
        services.scan(now)

    assert len(queries) <= 3
