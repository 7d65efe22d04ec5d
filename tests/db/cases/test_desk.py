"""The duty roster of the desk."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from bihuan.cases import permissions as may
from bihuan.cases import services
from bihuan.cases.models import DeskShift
from bihuan.cases.selectors.shifts import midnight, on_duty, shifts_seen, week_of
from bihuan.foundation.errors import ActionNotAllowedError, BadInputError, NotPermittedError, StaleRecordError
from bihuan.organisation.models import Person
from bihuan.records.models import Notification
from tests.db.cases.house import House, closed, take_in
from tests.kit import make_actor, make_user

MONDAY = date(2026, 11, 23)


def people(house: House, count: int = 3) -> list[Person]:
    own = {"unit": house.company, "org_path": house.company.org_path}
    return [
        Person.objects.create(name=f"坐席{number}", staff_number=f"Z-{number}", **own) for number in range(1, count + 1)
    ]


def pattern(house: House, **values: Any) -> int:
    given: dict[str, Any] = {
        "first_day": MONDAY,
        "weeks": 1,
        "begins": time(8),
        "phone": "12345-1",
        "people": None,
    } | values
    given["people"] = given["people"] or people(house)
    return services.shifts_write(actor=house.desk, unit=house.company, **given)


def shift(house: House, person: Person, begins: datetime, hours: int = 8) -> DeskShift:
    return services.shift_write(
        actor=house.desk, unit=house.company, person=person, starts_at=begins, ends_at=begins + timedelta(hours=hours)
    )


def test_a_pattern_of_three_shifts_a_day_mans_the_desk_day_and_night(house: House) -> None:
    count = pattern(house, weeks=2)

    week = week_of(DeskShift.objects.all(), MONDAY, timezone.now())
    assert count == 42
    assert [len(day.cells) for day in week.days] == [2, 3, 3, 3, 3, 3, 3]
    # Before the first early shift nobody sits there: the night belongs to the week before.
    assert [(gap.begin, gap.end) for gap in week.cover.gaps] == [
        (midnight(MONDAY), midnight(MONDAY) + timedelta(hours=8))
    ]
    assert week.cover.overlaps == ()


def test_a_rotating_pattern_moves_each_person_on_by_one_shift_a_week(house: House) -> None:
    first, second, third = people(house)
    pattern(house, weeks=2, rotates=True, people=[first, second, third])

    def hours(day: date) -> dict[str, int]:
        rows = DeskShift.objects.filter(starts_at__gte=midnight(day), starts_at__lt=midnight(day) + timedelta(days=1))
        return {row.person.name: timezone.localtime(row.starts_at).hour for row in rows}

    assert hours(MONDAY) == {"坐席1": 8, "坐席2": 16}
    following = hours(MONDAY + timedelta(days=8))
    assert (following["坐席3"], following["坐席1"]) == (8, 16)


def test_nobody_sits_at_the_desk_twice_at_once(house: House) -> None:
    person = people(house, 1)[0]
    shift(house, person, datetime(2026, 11, 23, 0, tzinfo=UTC))

    with pytest.raises(BadInputError) as refused:
        shift(house, person, datetime(2026, 11, 23, 7, tzinfo=UTC))

    assert refused.value.place == "person"
    shift(house, person, datetime(2026, 11, 23, 8, tzinfo=UTC))


def test_a_pattern_that_hits_one_shift_enters_none(house: House) -> None:
    crew = people(house)
    shift(house, crew[1], datetime(2026, 11, 26, 9, tzinfo=UTC))

    with pytest.raises(BadInputError):
        pattern(house, people=crew)

    assert DeskShift.objects.count() == 1


def test_gaps_and_overlaps_are_shown_in_words_and_hours(house: House) -> None:
    one, two = people(house, 2)
    shift(house, one, midnight(MONDAY), 10)
    shift(house, two, midnight(MONDAY) + timedelta(hours=8), 4)
    client = Client()
    client.force_login(make_user("agent", unit=house.company, permissions=[may.VIEW]))

    page = client.get(f"/cases/desk/?week={MONDAY}", headers={"accept-language": "en"}).content.decode()

    assert "two at once" in page
    assert "8:00–10:00" in page
    assert "12:00–24:00" in page


def test_who_can_be_reached_now_is_shown_to_everybody_who_sees_cases(house: House) -> None:
    person = people(house, 1)[0]
    services.shift_write(
        actor=house.desk,
        unit=house.company,
        person=person,
        starts_at=timezone.now() - timedelta(hours=1),
        ends_at=timezone.now() + timedelta(hours=1),
        phone="12345-8",
    )
    station = Client()
    station.force_login(make_user("north", unit=house.north, permissions=[may.VIEW]))

    page = station.get("/cases/desk/").content.decode()
    today = station.get("/").content.decode()

    assert "坐席1" in page
    assert "12345-8" in page
    assert "12345-8" in today


def test_a_desk_of_a_sister_unit_is_seen_by_nobody_else(house: House) -> None:
    own = {"unit": house.north, "org_path": house.north.org_path}
    person = Person.objects.create(name="北站坐席", staff_number="B-1", **own)
    services.shift_write(
        actor=house.desk,
        unit=house.north,
        person=person,
        starts_at=timezone.now() - timedelta(hours=1),
        ends_at=timezone.now() + timedelta(hours=1),
    )

    assert list(shifts_seen(house.stranger)) == []
    assert [row.person for row in on_duty(house.reader, timezone.now())] == [person]


def test_a_handover_keeps_the_note_and_the_open_cases_of_that_instant(house: House) -> None:
    one, two = people(house, 2)
    running = shift(house, one, timezone.now() - timedelta(hours=8), 8)
    take_in(house)
    take_in(house)
    closed(house)

    services.shift_hand_over(actor=house.desk, shift=running, note="GD-7 待回电", handed_to=two)

    running.refresh_from_db()
    assert (running.open_cases, running.handover, running.handed_to) == (2, "GD-7 待回电", two)
    take_in(house)
    running.refresh_from_db()
    assert running.open_cases == 2


def test_only_the_person_it_was_handed_to_takes_it_over_and_once(house: House) -> None:
    one = people(house, 1)[0]
    agent = make_actor("agent", unit=house.company, permissions=[may.VIEW])
    taker = Person.objects.get(pk=agent.person_id or 0)
    running = shift(house, one, timezone.now() - timedelta(hours=8), 8)
    services.shift_hand_over(actor=house.desk, shift=running, note="无特别事项", handed_to=taker)

    with pytest.raises(ActionNotAllowedError):
        services.shift_take_over(actor=house.desk, shift=running)
    services.shift_take_over(actor=agent, shift=running)

    with pytest.raises(StaleRecordError):
        services.shift_take_over(actor=agent, shift=running)
    assert Notification.objects.filter(user_id=agent.user_id or 0, message__contains="hands the desk over").count() == 1


def test_a_handover_needs_a_note_another_person_and_a_shift_that_began(house: House) -> None:
    one, two = people(house, 2)
    running = shift(house, one, timezone.now() - timedelta(hours=1))
    later = shift(house, two, timezone.now() + timedelta(days=2))

    for note, person in ((" ", two), ("好", one)):
        with pytest.raises(BadInputError):
            services.shift_hand_over(actor=house.desk, shift=running, note=note, handed_to=person)
    with pytest.raises(ActionNotAllowedError):
        services.shift_hand_over(actor=house.desk, shift=later, note="好", handed_to=one)


def test_a_stranger_and_a_reader_keep_no_roster(house: House) -> None:
    one, two = people(house, 2)
    running = shift(house, one, timezone.now() - timedelta(hours=1))

    for actor in (house.stranger, house.reader):
        with pytest.raises(NotPermittedError):
            services.shift_hand_over(actor=actor, shift=running, note="好", handed_to=two)
        with pytest.raises(NotPermittedError):
            services.shift_write(
                actor=actor,
                unit=house.company,
                person=two,
                starts_at=timezone.now(),
                ends_at=timezone.now() + timedelta(hours=8),
            )


def test_the_week_prints(house: House) -> None:
    pattern(house)
    client = Client()
    client.force_login(make_user("agent", unit=house.company, permissions=[may.VIEW]))

    page = client.get(f"/cases/desk/print/?week={MONDAY}").content.decode()

    assert page.count("坐席2") == 7
