"""Clocks of a notice: warnings, being late, more time."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from bihuan.duties.models import Clock
from bihuan.duties.selectors import clocks_of
from bihuan.duties.services import policy_create, scan
from bihuan.foundation.actor import system_actor
from bihuan.foundation.errors import ActionNotAllowedError, BadInputError
from bihuan.foundation.scope import system_scope
from bihuan.rectification import selectors, services
from bihuan.rectification.models import Finding, Notice
from bihuan.rectification.services import notices_follow_clocks
from bihuan.rectification.today import share
from tests.db.rectification.house import THURSDAY, House, answered, issue, raise_finding
from tests.db.rectification.test_main_job import told

LATER = datetime(2025, 10, 20, 2, 0, tzinfo=UTC)


def look(now: datetime) -> None:
    with system_scope("scanner"):
        scan(now)


def test_scanner_warns_the_unit_before_the_deadline(house: House) -> None:
    notice = issue(house)
    clock = clocks_of(notice)[0]
    assert clock.warn_at is not None

    look(clock.warn_at.replace(hour=4) + timedelta(days=1))

    stored = Notice.objects.get(pk=notice.pk)
    assert stored.warned_at is not None
    assert stored.overdue_since is None
    assert any("due soon" in line for line in told(house.station.user_id))


def test_scanner_marks_a_late_notice_and_tells_unit_and_issuer(house: House) -> None:
    notice = issue(house)
    assert notice.due_at is not None

    look(notice.due_at + timedelta(hours=10))

    stored = Notice.objects.get(pk=notice.pk)
    assert stored.overdue_since == notice.due_at
    assert any("not answered in time" in line for line in told(house.station.user_id))
    assert any("not answered in time" in line for line in told(house.office.user_id))


def test_scanner_escalates_to_those_who_decide_on_time(house: House) -> None:
    notice = issue(house)
    assert notice.due_at is not None

    look(notice.due_at + timedelta(days=10, hours=10))

    assert Notice.objects.get(pk=notice.pk).escalation_level == "after_3"
    assert any("3 working days late" in line for line in told(house.checker.user_id))


def test_an_answered_notice_is_no_longer_chased(house: House) -> None:
    notice = answered(house)
    assert notice.reply_due_at is not None

    look(notice.reply_due_at - timedelta(hours=1))

    assert not any("not answered" in line for line in told(house.station.user_id))


def test_extension_asked_in_time_moves_the_deadline_after_approval(house: House) -> None:
    notice = issue(house)
    before = notice.due_at
    assert before is not None

    asked = services.extension_ask(
        actor=house.station, notice=notice, days=3, reason="备件未到", at=THURSDAY + timedelta(days=1)
    )
    services.extension_approve(actor=house.office, request=asked, at=THURSDAY + timedelta(days=2))

    moved = Notice.objects.get(pk=notice.pk)
    assert moved.due_at is not None
    assert moved.due_at > before
    assert moved.due_at == clocks_of(notice)[0].due_at == moved.reply_due_at
    assert clocks_of(notice)[0].original_due_at == before


def test_extension_asked_after_the_deadline_is_too_late(house: House) -> None:
    notice = issue(house)
    assert notice.due_at is not None

    with pytest.raises(ActionNotAllowedError):
        services.extension_ask(
            actor=house.station, notice=notice, days=3, reason="忘了", at=notice.due_at + timedelta(seconds=1)
        )


def test_extension_asked_at_the_due_instant_is_in_time(house: House) -> None:
    notice = issue(house)
    assert notice.due_at is not None

    asked = services.extension_ask(actor=house.station, notice=notice, days=1, reason="缺备件", at=notice.due_at)

    assert asked.state == "asked"


def test_one_who_asked_cannot_grant_it(house: House) -> None:
    notice = issue(house)
    asked = services.extension_ask(actor=house.office, notice=notice, days=3, reason="缺备件", at=THURSDAY)

    with pytest.raises(ActionNotAllowedError):
        services.extension_approve(actor=house.office, request=asked)


def test_refused_extension_leaves_the_deadline(house: House) -> None:
    notice = issue(house)
    asked = services.extension_ask(actor=house.station, notice=notice, days=3, reason="缺备件", at=THURSDAY)

    services.extension_refuse(actor=house.office, request=asked, reason="备件库存充足", at=THURSDAY)

    assert asked.state == "refused"
    assert Notice.objects.get(pk=notice.pk).due_at == notice.due_at


def test_a_second_request_waits_for_the_first_decision(house: House) -> None:
    notice = issue(house)
    services.extension_ask(actor=house.station, notice=notice, days=3, reason="缺备件", at=THURSDAY)

    with pytest.raises(ActionNotAllowedError):
        services.extension_ask(actor=house.station, notice=notice, days=5, reason="再要几天", at=THURSDAY)


def test_withdrawing_the_notice_lapses_the_open_request(house: House) -> None:
    notice = issue(house)
    asked = services.extension_ask(actor=house.station, notice=notice, days=3, reason="缺备件", at=THURSDAY)

    services.notice_withdraw(actor=house.office, notice=notice, reason="责任单位写错")

    asked.refresh_from_db()
    assert asked.state == "lapsed"


def test_issuer_chooses_among_the_deadlines_of_the_house(house: House) -> None:
    policy_create(
        actor=system_actor("setup"),
        unit=house.world.company,
        key="notice_reply_3wd",
        name="三个工作日答复",
        rule={"clock": "working_days", "days": 3, "day_end": "24:00"},
        note="急件",
    )
    offered = [key for key, _name in selectors.reply_policies(house.north.org_path)]
    quick = services.notice_draft(
        actor=house.office, finding=raise_finding(house), requirement="每站报站", reply_policy="notice_reply_3wd"
    )

    services.notice_issue(actor=house.office, notice=quick, at=THURSDAY)
    usual = issue(house, title="另一件")

    assert offered == ["notice_reply", "notice_reply_3wd"]
    assert quick.due_at is not None
    assert usual.due_at is not None
    assert quick.due_at < usual.due_at


def test_a_deadline_nobody_published_is_refused(house: House) -> None:
    with pytest.raises(BadInputError) as refused:
        services.notice_draft(
            actor=house.office,
            finding=raise_finding(house),
            requirement="每站报站",
            reply_policy="complaint_general_48h",
        )

    assert refused.value.place == "reply_policy"


def test_lists_follow_a_clock_that_a_new_calendar_moved(house: House) -> None:
    notice = issue(house)
    moved = LATER + timedelta(days=3)
    Clock.objects.filter(subject_id=notice.pk).update(due_at=moved, is_provisional=True)

    count = notices_follow_clocks(at=LATER)

    stored = Notice.objects.get(pk=notice.pk)
    assert (count, stored.due_at, stored.reply_due_at, stored.due_provisional) == (1, moved, moved, True)
    assert notices_follow_clocks(at=LATER) == 0


def test_midnight_is_written_as_the_end_of_the_day_before(house: House) -> None:
    notice = issue(house)

    assert (notice.reply_due_day, notice.reply_due_time) == (date(2025, 10, 11), "24:00")


def test_today_shows_each_person_their_own_next_step(house: House) -> None:
    waiting = issue(house)
    replied = answered(house, title="另一件", dimension="x", clause="y")
    fixed = raise_finding(house, severity="ordinary", dimension="a", clause="b")
    services.finding_correct_on_spot(actor=house.station, finding=fixed, correction="改正", at=THURSDAY)
    now = THURSDAY + timedelta(days=1)

    unit = share(house.station, now, now)
    checker = share(house.checker, now, now)
    stranger = share(house.stranger, now, now)

    assert [item.url for item in unit.items] == [waiting.get_absolute_url()]
    assert unit.totals == {"due": 1, "late": 0, "new": 0}
    assert {item.url for item in checker.items} >= {replied.get_absolute_url(), fixed.get_absolute_url()}
    assert stranger.items == ()


def test_today_moves_a_notice_from_due_to_late(house: House) -> None:
    notice = issue(house)
    assert notice.due_at is not None

    late = share(house.station, notice.due_at + timedelta(seconds=1), LATER)

    assert [(item.group, item.url) for item in late.items] == [("late", notice.get_absolute_url())]


def test_today_shows_findings_raised_since_the_last_look(house: House) -> None:
    seen = THURSDAY + timedelta(hours=1)
    raise_finding(house, at=THURSDAY)
    fresh = raise_finding(house, at=THURSDAY + timedelta(hours=2), dimension="x", clause="y")

    found = share(house.station, LATER, seen)

    assert [item.url for item in found.items if item.group == "new"] == [fresh.get_absolute_url()]
    assert Finding.objects.count() == 2
