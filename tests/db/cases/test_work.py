"""A case from receipt to closing, and the ways aside."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bihuan.cases import services
from bihuan.cases.models import Case
from bihuan.duties.selectors import clocks_of
from bihuan.foundation.errors import (
    ActionNotAllowedError,
    BadInputError,
    NotPermittedError,
    StaleRecordError,
)
from bihuan.records.models import Notification, SearchEntry
from bihuan.records.selectors import activity_of
from tests.db.cases.house import (
    DECISION,
    THURSDAY,
    House,
    answered,
    classified,
    closed,
    dispatched,
    fed_back,
    general,
    take_in,
    told,
)


def due(case: Case) -> dict[str, datetime | None]:
    return {clock.policy_key: clock.due_at for clock in clocks_of(case)}


def status(case: Case) -> dict[str, str]:
    return {clock.policy_key: clock.status for clock in clocks_of(case)}


def test_a_complaint_starts_its_clocks_at_the_receipt(house: House) -> None:
    case = take_in(house)

    assert due(case) == {
        "complaint_general_48h": THURSDAY + timedelta(hours=48),
        # 26, 28 (make-up Sunday), 29, 30 September, 9, 10, 11 (make-up Saturday) October, close of business.
        "formal_reply_7wd": datetime(2025, 10, 11, 9, 30, tzinfo=UTC),
    }
    assert case.due_at == THURSDAY + timedelta(hours=48)


def test_a_serious_complaint_is_closed_within_72_hours_from_the_receipt(house: House) -> None:
    case = take_in(house)

    services.case_classify(
        actor=house.desk, case=case, kind="complaint", grade="serious", at=THURSDAY + timedelta(hours=1)
    )

    assert due(case)["complaint_general_48h"] == THURSDAY + timedelta(hours=72)
    assert case.due_at == THURSDAY + timedelta(hours=72)


def test_an_enquiry_has_no_closing_clock_and_is_answered_at_once(house: House) -> None:
    case = take_in(house, text="请问 3 路末班车几点？", kind="enquiry")

    services.case_answer_at_intake(actor=house.desk, case=case, answer="22:30。", at=THURSDAY)

    assert case.state == "closed"
    assert clocks_of(case) == []


def test_a_complaint_cannot_be_closed_at_intake(house: House) -> None:
    case = take_in(house)

    with pytest.raises(ActionNotAllowedError):
        services.case_answer_at_intake(actor=house.desk, case=case, answer="好的", kind="complaint")


def test_a_complaint_needs_its_class_before_it_is_dispatched(house: House) -> None:
    case = take_in(house)

    with pytest.raises(ActionNotAllowedError):
        services.case_dispatch(actor=house.desk, case=case, unit=house.north)


def test_a_complaint_without_a_class_is_not_classified(house: House) -> None:
    case = take_in(house)

    with pytest.raises(BadInputError) as refused:
        services.case_classify(actor=house.desk, case=case, kind="complaint", grade="")

    assert refused.value.place == "grade"


def test_the_unit_has_24_hours_from_the_dispatch_and_the_case_is_theirs(house: House) -> None:
    case = dispatched(house)

    at = THURSDAY + timedelta(minutes=10)
    assert due(case)["department_answer_24h"] == at + timedelta(hours=24)
    assert case.org_path == house.north.org_path
    assert case.complainant.org_path != case.org_path  # the copy in memory is the old one
    case.complainant.refresh_from_db()
    assert case.complainant.org_path == house.north.org_path
    assert {clock.org_path for clock in clocks_of(case)} == {house.north.org_path}


def test_a_unit_may_return_a_case_twice_and_no_more(house: House) -> None:
    case = dispatched(house)
    for _time in range(2):
        services.case_return(actor=house.station, case=case, reason="不是本站的线路")
        services.case_dispatch(actor=house.desk, case=case, unit=house.north)

    with pytest.raises(ActionNotAllowedError):
        services.case_return(actor=house.station, case=case, reason="还是不归我们")


def test_a_return_stops_the_clock_of_the_unit_and_a_new_dispatch_gives_it_in_full(house: House) -> None:
    case = dispatched(house)
    services.case_return(actor=house.station, case=case, reason="不归我们", at=THURSDAY + timedelta(hours=20))
    again = THURSDAY + timedelta(hours=21)

    services.case_dispatch(actor=house.desk, case=case, unit=house.north, at=again)

    assert due(case)["department_answer_24h"] == again + timedelta(hours=24)
    assert due(case)["complaint_general_48h"] == THURSDAY + timedelta(hours=48)


@pytest.mark.parametrize("lacking", ["outcome", "facts", "clause", "branch"])
def test_a_decision_on_what_was_found_names_all_it_rests_on(house: House, lacking: str) -> None:
    case = dispatched(house)

    with pytest.raises(ActionNotAllowedError):
        services.case_answer(actor=house.station, case=case, **(DECISION | {lacking: ""}))


def test_what_was_not_found_needs_facts_but_no_clause(house: House) -> None:
    case = dispatched(house)

    services.case_answer(
        actor=house.station, case=case, answer="未发现", outcome="not", facts="录像中无此情况", clause="", branch=""
    )

    assert (case.state, case.is_found) == ("answered", False)


def test_the_answer_stops_the_clock_of_the_unit_and_no_other(house: House) -> None:
    case = answered(house)

    assert status(case) == {
        "complaint_general_48h": "running",
        "formal_reply_7wd": "running",
        "department_answer_24h": "met",
    }


def test_an_answer_sent_back_runs_the_clock_of_the_unit_again(house: House) -> None:
    case = answered(house)
    at = THURSDAY + timedelta(hours=5)

    services.case_send_back(actor=house.desk, case=case, reason="没有说明整改", at=at)

    assert case.state == "investigating"
    assert due(case)["department_answer_24h"] == at + timedelta(hours=24)


def test_nobody_is_told_a_result_before_somebody_tried_to_reach_them(house: House) -> None:
    case = answered(house)

    with pytest.raises(ActionNotAllowedError):
        services.case_feed_back(actor=house.desk, case=case, result_told="已处理")


def test_who_left_no_way_to_be_reached_reads_the_reply_when_following_the_case(house: House) -> None:
    case = answered(house, person=services.Person())

    services.case_feed_back(actor=house.desk, case=case, result_told="已处理")
    services.case_close(actor=house.desk, case=case)

    assert case.state == "closed"
    assert [entry.text for entry in case.entries.filter(kind="reply")] == ["已处理"]


def test_a_case_is_not_closed_before_satisfaction_is_known(house: House) -> None:
    case = fed_back(house)

    with pytest.raises(ActionNotAllowedError):
        services.case_close(actor=house.desk, case=case)


def test_three_failed_attempts_to_reach_somebody_let_a_case_be_closed(house: House) -> None:
    case = fed_back(house)
    for _time in range(3):
        services.contact_note(actor=house.desk, case=case, text="无人接听", is_reached=False)

    services.case_close(actor=house.desk, case=case)

    assert case.state == "closed"


def test_closing_stops_every_clock_at_the_same_instant(house: House) -> None:
    case = closed(house)

    assert {clock.closed_at for clock in clocks_of(case)} == {
        THURSDAY + timedelta(hours=3),
        THURSDAY + timedelta(hours=4),
        THURSDAY + timedelta(hours=6),
    }
    assert set(status(case).values()) == {"met"}
    assert case.due_at is None


def test_a_reopened_case_owes_everything_anew_and_keeps_what_was_judged(house: House) -> None:
    case = closed(house)
    at = THURSDAY + timedelta(days=2)

    services.case_reopen(actor=house.desk, case=case, reason="乘客说没有道歉", at=at)

    assert (case.state, case.cycle, case.satisfaction) == ("reopened", 2, "")
    assert due(case)["complaint_general_48h"] == at + timedelta(hours=48)
    closing = next(clock for clock in clocks_of(case) if clock.policy_key == "complaint_general_48h")
    assert [cycle.is_met for cycle in closing.cycles.all()] == [True]


def test_waiting_for_the_customer_pauses_the_clocks_and_a_station_s_own_suspension_does_not(house: House) -> None:
    case = dispatched(house)
    services.case_accept(actor=house.station, case=case, at=THURSDAY + timedelta(hours=1))
    services.case_suspend(
        actor=house.station,
        case=case,
        pause_reason="waiting_for_customer",
        reason="等待乘客提供照片",
        at=THURSDAY + timedelta(hours=2),
    )
    assert set(status(case).values()) == {"paused"}

    services.case_resume(actor=house.station, case=case, at=THURSDAY + timedelta(hours=12))
    services.case_suspend(
        actor=house.station,
        case=case,
        pause_reason="suspended_by_station",
        reason="停职调查",
        at=THURSDAY + timedelta(hours=13),
    )

    assert set(status(case).values()) == {"running"}
    assert due(case)["complaint_general_48h"] == THURSDAY + timedelta(hours=58)


def test_two_agents_close_the_same_case_and_one_is_told(house: House) -> None:
    case = fed_back(house)
    services.satisfaction_take(ask=services.satisfaction_ask(actor=house.desk, case=case).ask, level="5")
    first, second = Case.objects.get(pk=case.pk), Case.objects.get(pk=case.pk)

    services.case_close(actor=house.desk, case=first)

    with pytest.raises(StaleRecordError):
        services.case_close(actor=house.leader, case=second)
    assert activity_of(case).filter(action="close").count() == 1


def test_a_stranger_cannot_touch_a_case_and_a_reader_only_reads(house: House) -> None:
    case = dispatched(house)

    for actor in (house.stranger, house.reader):
        with pytest.raises(NotPermittedError):
            services.case_answer(actor=actor, case=case, **DECISION)


def test_a_duplicate_of_a_duplicate_points_at_the_original(house: House) -> None:
    original, second, third = (take_in(house) for _time in range(3))
    services.case_merge(actor=house.desk, case=second, into=original, reason="同一人同一事")

    services.case_merge(actor=house.desk, case=third, into=second, reason="同一人同一事")

    assert third.duplicate_of == original
    with pytest.raises(ActionNotAllowedError):
        services.case_merge(actor=house.desk, case=original, into=third, reason="绕圈")


def test_a_major_event_is_told_to_the_leader_at_once(house: House) -> None:
    case = take_in(house, text="车内起火，两人受伤送医", is_major=True)

    told_to = set(Notification.objects.filter(subject_id=case.pk, message__startswith="Major").values_list("user_id"))
    assert told_to == {(house.leader.user_id,)}


def test_the_same_number_of_the_same_origin_is_one_case(house: House) -> None:
    said = told(house, origin="city", origin_id="12345-7")
    first = services.case_take_in(actor=house.desk, desk=house.company, told=said)

    again = services.case_take_in(actor=house.desk, desk=house.company, told=said)

    assert (again.case, again.is_new, again.code) == (first.case, False, "")
    assert Case.objects.count() == 1


def test_search_finds_a_case_by_its_words_and_never_by_who_complained(house: House) -> None:
    case = take_in(house)

    entry = SearchEntry._base_manager.get(subject_type="cases.case", subject_id=case.pk)

    assert "拒载" in entry.words
    assert "王小明" not in entry.words + entry.excerpt + entry.title
    assert "13800138000" not in entry.words


def test_the_log_holds_nothing_of_who_complained(house: House) -> None:
    case = closed(house)

    lines = " ".join(f"{line.before} {line.after} {line.reason}" for line in activity_of(case))

    assert "王小明" not in lines
    assert "8000" not in lines


def test_a_class_changed_later_needs_a_reason(house: House) -> None:
    case = classified(house)

    with pytest.raises(BadInputError) as refused:
        services.case_classify(actor=house.desk, case=case, **(general(house) | {"criterion": None}))

    assert refused.value.place == "reason"
