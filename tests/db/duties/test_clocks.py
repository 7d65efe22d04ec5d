import pytest

from bihuan.duties import selectors, services
from bihuan.duties.models import CalendarVersion, Clock, ClockCycle, DeadlinePolicy, WorkCalendar
from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import ActionNotAllowedError, BadInputError, StaleRecordError
from tests.db.duties.conftest import local
from tests.kit import World


def test_seven_working_days_over_national_day_count_the_make_up_saturday(world: World, office: Actor) -> None:
    clock = services.clock_start(subject=world.north, policy="notice_reply", at=local("2026-09-29T10:00"), actor=office)

    # 30 Sep, then 8, 9, 10 (make-up Saturday), 12, 13, 14 Oct; the day ends at 24:00.
    assert clock.due_at == local("2026-10-15T00:00")
    assert not clock.is_provisional


def test_a_deadline_beyond_the_announced_year_is_provisional(world: World, office: Actor) -> None:
    clock = services.clock_start(subject=world.north, policy="notice_reply", at=local("2026-12-29T10:00"), actor=office)

    assert clock.is_provisional


def test_starting_the_same_promise_twice_gives_the_one_clock(world: World, office: Actor) -> None:
    at = local("2026-11-02T10:00")
    first = services.clock_start(subject=world.north, policy="notice_reply", at=at, actor=office)

    again = services.clock_start(subject=world.north, policy="notice_reply", at=at, actor=office)

    assert again.pk == first.pk


def test_a_pause_moves_the_due_instant_by_its_length(world: World, office: Actor) -> None:
    clock = services.clock_start(
        subject=world.north, policy="complaint_general_48h", at=local("2026-11-02T10:00"), actor=office
    )

    services.clock_pause(clock=clock, at=local("2026-11-02T12:00"), actor=office, reason="waiting_for_customer")
    paused_due = clock.due_at
    services.clock_resume(clock=clock, at=local("2026-11-03T12:00"), actor=office)

    assert paused_due is None
    assert clock.due_at == local("2026-11-05T10:00")


def test_a_reason_that_is_not_on_the_list_does_not_pause(world: World, office: Actor) -> None:
    clock = services.clock_start(
        subject=world.north, policy="complaint_general_48h", at=local("2026-11-02T10:00"), actor=office
    )

    with pytest.raises(BadInputError):
        services.clock_pause(clock=clock, at=local("2026-11-02T12:00"), actor=office, reason="too busy")


def test_an_extension_asked_for_after_the_due_instant_is_refused(world: World, office: Actor) -> None:
    clock = services.clock_start(
        subject=world.north, policy="department_answer_24h", at=local("2026-11-02T10:00"), actor=office
    )

    accepted = services.clock_extend(
        clock=clock,
        requested_at=local("2026-11-03T10:01"),
        reason="parts missing",
        approver="Director",
        actor=office,
        decided_at=local("2026-11-03T11:00"),
        hours=24,
    )

    assert not accepted
    assert clock.due_at == local("2026-11-03T10:00")


def test_an_extension_asked_for_in_time_counts_even_when_approved_late(world: World, office: Actor) -> None:
    clock = services.clock_start(
        subject=world.north, policy="department_answer_24h", at=local("2026-11-02T10:00"), actor=office
    )

    accepted = services.clock_extend(
        clock=clock,
        requested_at=local("2026-11-03T09:59"),
        reason="parts missing",
        approver="Director",
        actor=office,
        decided_at=local("2026-11-03T14:00"),
        hours=12,
    )
    services.clock_close(clock=clock, at=local("2026-11-03T20:00"), actor=office)

    assert accepted
    assert (clock.status, clock.outcome) == ("met", "kept_with_extension")


def test_reopening_gives_the_full_time_again_and_keeps_the_first_round(world: World, office: Actor) -> None:
    clock = services.clock_start(
        subject=world.north, policy="department_answer_24h", at=local("2026-11-02T10:00"), actor=office
    )
    services.clock_stop(subject=world.north, at=local("2026-11-03T12:00"), actor=office)

    services.clock_reopen(subject=world.north, at=local("2026-11-05T08:00"), actor=office)

    clock.refresh_from_db()
    first = ClockCycle.objects.get(clock=clock)
    assert (first.is_met, first.outcome) == (False, "broken")
    assert clock.status == "running"
    assert clock.due_at == local("2026-11-06T08:00")


def test_two_acts_on_one_clock_do_not_lose_one(world: World, office: Actor) -> None:
    clock = services.clock_start(
        subject=world.north, policy="complaint_general_48h", at=local("2026-11-02T10:00"), actor=office
    )
    stale = Clock.objects.get(pk=clock.pk)
    services.clock_pause(clock=clock, at=local("2026-11-02T12:00"), actor=office, reason="waiting_for_customer")

    with pytest.raises(StaleRecordError):
        services.clock_close(clock=stale, at=local("2026-11-02T13:00"), actor=office)


def test_a_closed_clock_cannot_be_paused(world: World, office: Actor) -> None:
    clock = services.clock_start(
        subject=world.north, policy="complaint_general_48h", at=local("2026-11-02T10:00"), actor=office
    )
    services.clock_close(clock=clock, at=local("2026-11-02T11:00"), actor=office)

    with pytest.raises(ActionNotAllowedError):
        services.clock_pause(clock=clock, at=local("2026-11-02T12:00"), actor=office, reason="waiting_for_customer")


def test_the_ledger_counts_up_to_the_budget(world: World, office: Actor) -> None:
    clock = services.clock_start(subject=world.north, policy="notice_reply", at=local("2026-09-29T10:00"), actor=office)

    state = selectors.clock_ledger(clock, local("2026-09-29T10:00"))

    assert state.ledger is not None
    assert state.ledger[-1].total == 7
    assert sum(row.counted for row in state.ledger) == 7


def test_a_unit_goes_by_the_nearest_calendar_and_policy_above(world: World, office: Actor) -> None:
    own = services.policy_create(
        actor=office,
        unit=world.north,
        key="notice_reply",
        name="Own",
        rule={"clock": "working_days", "days": 3},
        note="stricter",
    )

    here = selectors.policy_in_force("notice_reply", world.north.org_path)
    there = selectors.policy_in_force("notice_reply", world.south.org_path)

    assert here.policy_id == own.pk
    assert there.policy.unit_id == world.company.pk


def test_publishing_the_holidays_moves_open_clocks_and_leaves_closed_ones(world: World, office: Actor) -> None:
    open_clock = services.clock_start(
        subject=world.north, policy="notice_reply", at=local("2026-12-29T10:00"), actor=office
    )
    closed = services.clock_start(
        subject=world.south, policy="notice_reply", at=local("2026-12-29T10:00"), actor=office
    )
    services.clock_close(clock=closed, at=local("2026-12-30T10:00"), actor=office)
    due_before = open_clock.due_at
    calendar = WorkCalendar.objects.get()
    assert calendar.current is not None
    body = {**calendar.current.body}
    body["day_data"] = {
        **body["day_data"],
        "holidays": [*body["day_data"]["holidays"], "2027-01-01", "2027-01-04"],
        "published_through": "2027-12-31",
    }

    version = services.calendar_publish(calendar=calendar, actor=office, body=body, note="2027 announced")
    differences = services.recompute_open_clocks(version, local("2026-12-30T12:00"))

    open_clock.refresh_from_db()
    closed.refresh_from_db()
    assert open_clock.calendar_id == version.pk
    assert open_clock.due_at is not None
    assert due_before is not None
    assert open_clock.due_at > due_before
    assert not open_clock.is_provisional
    assert closed.calendar_id != version.pk
    assert [entry["clock"] for entry in differences] == [open_clock.pk]
    assert CalendarVersion.objects.get(pk=version.pk).differences == differences


def test_a_new_policy_version_leaves_running_clocks_alone(world: World, office: Actor) -> None:
    clock = services.clock_start(subject=world.north, policy="notice_reply", at=local("2026-11-02T10:00"), actor=office)
    due = clock.due_at
    policy = DeadlinePolicy.objects.get(key="notice_reply")

    services.policy_publish(
        policy=policy, actor=office, rule={"clock": "working_days", "days": 3}, note="three days from now on"
    )

    clock.refresh_from_db()
    assert clock.due_at == due
    assert clock.policy.number == 1


def test_a_calendar_without_working_time_is_refused_when_saved(world: World, office: Actor) -> None:
    body = {**services.shipped_calendar_body(), "weekly": {}, "makeup_hours": []}

    with pytest.raises(BadInputError):
        services.calendar_create(actor=office, unit=world.north, name="none", body=body, note="x")
