"""From a finding to a closed notice, and the ways back."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from bihuan.duties.selectors import clocks_of
from bihuan.foundation.errors import ActionNotAllowedError, BadInputError, StaleRecordError
from bihuan.foundation.scope import actor_scope
from bihuan.records.models import Notification
from bihuan.records.selectors import search_find
from bihuan.rectification import services
from bihuan.rectification.models import Finding, Notice, Reply
from tests.db.rectification.house import ANSWER, FIVE, THURSDAY, House, answered, issue, raise_finding


def told(actor_user: int | None) -> list[str]:
    return [row.message % row.params for row in Notification.objects.filter(user_id=actor_user).order_by("pk")]


def test_issue_numbers_the_notice_and_starts_seven_working_days(house: House) -> None:
    finding = raise_finding(house)
    notice = services.notice_draft(actor=house.office, finding=finding, requirement="每站报站", at=THURSDAY)
    assert notice.number == ""

    services.notice_issue(actor=house.office, notice=notice, at=THURSDAY)

    # Holiday 1 to 8 October; Sunday 28 September and Saturday 11 October are make-up workdays.
    assert notice.number == "ZG-2025-0001"
    assert (notice.state, finding.state) == ("issued", "in_rectification")
    clock = clocks_of(notice)[0]
    assert clock.due_at == notice.due_at == notice.reply_due_at
    assert clock.policy_key == "notice_reply"
    assert notice.due_at == datetime(2025, 10, 11, 16, 0, tzinfo=UTC)


def test_numbers_have_no_gap_after_a_refused_issue(house: House) -> None:
    notice = issue(house)
    with pytest.raises(ActionNotAllowedError):
        services.notice_issue(actor=house.office, notice=notice, at=THURSDAY)

    following = issue(house, title="另一件")

    assert following.number == "ZG-2025-0002"


def test_the_unit_is_told_and_the_issuer_is_not(house: House) -> None:
    issue(house)

    assert any("ZG-2025-0001" in line for line in told(house.station.user_id))
    assert told(house.office.user_id) == []


def test_effective_verification_closes_notice_and_finding(house: House) -> None:
    notice = answered(house)
    at = datetime(2025, 9, 30, 2, 0, tzinfo=UTC)

    services.notice_verify(
        actor=house.checker, notice=notice, verdict="effective", evidence="抽查 12 班,全部报站", at=at
    )

    finding = Finding.objects.get(pk=notice.finding_id)
    assert (notice.state, finding.state) == ("closed", "closed")
    assert finding.closed_at == at
    assert finding.closed_by_id == house.checker.user_id
    assert [clock.is_open for clock in clocks_of(notice)] == [False, False]


def test_one_who_answered_cannot_verify(house: House) -> None:
    notice = answered(house)

    with pytest.raises(ActionNotAllowedError):
        services.notice_verify(actor=house.station, notice=notice, verdict="effective", evidence="已整改")

    assert Notice.objects.get(pk=notice.pk).state == "replied"


def test_owner_of_the_rectification_cannot_verify_either(house: House) -> None:
    notice = issue(house)
    owner = house.person(house.deputy)
    services.notice_reply(actor=house.station, notice=notice, owner=owner, **ANSWER)

    with pytest.raises(ActionNotAllowedError):
        services.notice_verify(actor=house.deputy, notice=notice, verdict="effective", evidence="已整改")


def test_not_effective_opens_a_second_cycle_with_its_own_clock(house: House) -> None:
    notice = answered(house)
    at = datetime(2025, 10, 12, 2, 0, tzinfo=UTC)

    services.notice_verify(
        actor=house.checker, notice=notice, verdict="not_effective", evidence="抽查 10 班,3 班未报站", at=at
    )

    finding = Finding.objects.get(pk=notice.finding_id)
    assert (notice.state, notice.cycle, finding.state) == ("reopened", 2, "reopened")
    reply_clock = next(clock for clock in clocks_of(notice) if clock.policy_key == "notice_reply")
    assert (reply_clock.is_open, reply_clock.cycle) == (True, 2)
    assert notice.due_at is not None
    assert notice.due_at > at


def test_a_second_answer_can_be_verified_and_closed(house: House) -> None:
    notice = answered(house)
    services.notice_verify(actor=house.checker, notice=notice, verdict="not_effective", evidence="仍未报站")

    services.notice_reply(actor=house.deputy, notice=notice, **ANSWER)
    services.notice_verify(actor=house.checker, notice=notice, verdict="effective", evidence="全部报站")

    assert [reply.cycle for reply in Reply.objects.filter(notice=notice)] == [1, 2]
    assert notice.state == "closed"


def test_too_early_waits_until_the_named_day_and_asks_once(house: House) -> None:
    notice = answered(house)
    at = datetime(2025, 9, 30, 2, 0, tzinfo=UTC)
    services.notice_verify(
        actor=house.checker,
        notice=notice,
        verdict="too_early",
        evidence="只过了两天",
        recheck_on=date(2025, 10, 20),
        at=at,
    )
    assert (notice.state, notice.due_at) == ("replied", None)

    day = datetime(2025, 10, 20, 1, 0, tzinfo=UTC)
    before = services.rechecks_ask(actor=house.office, today=date(2025, 10, 19), at=day)
    first = services.rechecks_ask(actor=house.office, today=date(2025, 10, 20), at=day)
    again = services.rechecks_ask(actor=house.office, today=date(2025, 10, 20), at=day)

    assert (before, first, again) == (0, 1, 0)
    assert Notice.objects.get(pk=notice.pk).due_at is not None


def test_too_early_needs_a_later_day(house: House) -> None:
    notice = answered(house)

    with pytest.raises(BadInputError) as refused:
        services.notice_verify(actor=house.checker, notice=notice, verdict="too_early", evidence="才两天")

    assert refused.value.place == "recheck_on"


def test_returned_answer_goes_back_with_its_reason(house: House) -> None:
    notice = answered(house)

    services.notice_return(actor=house.checker, notice=notice, reason="原因只写了现象")

    reply = Reply.objects.get(notice=notice)
    assert (notice.state, notice.cycle, reply.return_reason) == ("returned", 1, "原因只写了现象")
    assert Finding.objects.get(pk=notice.finding_id).state == "in_rectification"


def test_withdrawn_notice_frees_the_finding_and_keeps_its_number(house: House) -> None:
    notice = issue(house)

    services.notice_withdraw(actor=house.office, notice=notice, reason="责任单位写错")
    finding = Finding.objects.get(pk=notice.finding_id)
    replacement = services.notice_draft(actor=house.office, finding=finding, requirement="每站报站")
    services.notice_issue(actor=house.office, notice=replacement, at=THURSDAY)

    assert notice.state == "withdrawn"
    assert (notice.number, replacement.number) == ("ZG-2025-0001", "ZG-2025-0002")
    assert not any(clock.is_open for clock in clocks_of(notice))


def test_a_finding_has_one_living_notice(house: House) -> None:
    finding = raise_finding(house)
    services.notice_draft(actor=house.office, finding=finding, requirement="每站报站")

    with pytest.raises(ActionNotAllowedError):
        services.notice_draft(actor=house.office, finding=finding, requirement="再来一份")


def test_plan_of_a_hidden_risk_must_fix_all_five(house: House) -> None:
    notice = issue(house, severity="hidden_risk")
    plan = {part: text for part, text in FIVE.items() if part != "funds"}

    with pytest.raises(BadInputError) as refused:
        services.notice_reply(actor=house.station, notice=notice, **(ANSWER | {"plan": plan}))

    assert refused.value.place == "plan_funds"
    assert Notice.objects.get(pk=notice.pk).state == "issued"


def test_administrator_changes_what_the_plan_must_fix(house: House) -> None:
    services.plan_rule_set(actor=house.office, severity="major", required=["contingency"])
    notice = issue(house)

    with pytest.raises(BadInputError) as refused:
        services.notice_reply(actor=house.station, notice=notice, **(ANSWER | {"plan": {}}))

    assert refused.value.place == "plan_contingency"


def test_second_click_on_a_stale_page_changes_nothing(house: House) -> None:
    notice = answered(house)
    stale = Notice.objects.get(pk=notice.pk)
    services.notice_return(actor=house.checker, notice=notice, reason="原因不清")

    with pytest.raises(StaleRecordError):
        services.notice_verify(actor=house.checker, notice=stale, verdict="effective", evidence="好")

    assert Notice.objects.get(pk=notice.pk).state == "returned"
    assert Finding.objects.get(pk=notice.finding_id).state == "in_rectification"


def test_closed_notice_can_be_reopened_by_a_later_look(house: House) -> None:
    notice = answered(house)
    services.notice_verify(actor=house.checker, notice=notice, verdict="effective", evidence="好")

    services.notice_reopen(actor=house.checker, notice=notice, reason="回头看:又不报站")

    finding = Finding.objects.get(pk=notice.finding_id)
    assert (notice.state, finding.state, finding.closed_at) == ("reopened", "reopened", None)


def test_search_finds_finding_and_notice_by_number_and_words(house: House) -> None:
    notice = issue(house)

    with actor_scope(house.office):
        by_number = [hit.number for hit in search_find(house.office, "ZG-2025-0001", 5)]
        by_words = {hit.number for hit in search_find(house.office, "报站", 5)}
    with actor_scope(house.stranger):
        by_stranger = search_find(house.stranger, "报站", 5)

    assert by_number == ["ZG-2025-0001"]
    assert by_words == {notice.number, notice.finding.number}
    assert by_stranger == []
