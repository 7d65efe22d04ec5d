"""What somebody else decides: more time, disputes, money; who complained; findings that come back."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from bihuan.accounts.models import User
from bihuan.accounts.selectors import actor_of_user
from bihuan.cases import permissions as may
from bihuan.cases import services
from bihuan.cases.models import IdentityReveal, StaffParty
from bihuan.duties.selectors import clocks_of
from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import ActionNotAllowedError, BadInputError, NotPermittedError, OutOfScopeError
from bihuan.organisation.models import Person
from bihuan.rectification.services import finding_close, finding_correct_on_spot
from tests.db.cases.house import DECISION, THURSDAY, House, answered, closed, dispatched, fed_back, take_in
from tests.kit import make_actor


def test_more_time_asked_for_before_the_due_instant_moves_it(house: House) -> None:
    case = dispatched(house)
    request = services.extension_ask(
        actor=house.station,
        case=case,
        policy_key="complaint_general_48h",
        amount=24,
        reason="需调取录像",
        at=THURSDAY + timedelta(hours=40),
    )

    services.extension_approve(actor=house.leader, request=request, at=THURSDAY + timedelta(hours=50))

    closing = next(clock for clock in clocks_of(case) if clock.policy_key == "complaint_general_48h")
    assert closing.due_at == THURSDAY + timedelta(hours=72)
    assert closing.original_due_at == THURSDAY + timedelta(hours=48)


def test_more_time_asked_for_too_late_is_refused(house: House) -> None:
    case = dispatched(house)

    with pytest.raises(ActionNotAllowedError):
        services.extension_ask(
            actor=house.station,
            case=case,
            policy_key="complaint_general_48h",
            amount=24,
            reason="忘了",
            at=THURSDAY + timedelta(hours=49),
        )


def test_nobody_grants_their_own_request(house: House) -> None:
    case = dispatched(house)
    request = services.extension_ask(
        actor=house.desk, case=case, policy_key="formal_reply_7wd", amount=3, reason="等待鉴定", at=THURSDAY
    )

    with pytest.raises(ActionNotAllowedError):
        services.extension_approve(actor=house.desk, request=request)


def accused(house: House) -> StaffParty:
    case = dispatched(house)
    party = services.party_name(actor=house.desk, case=case, person=house.driver, basis="roster")
    services.party_confirm(actor=house.station, party=party)
    services.party_judge(actor=house.station, party=party, attributable=True, note="录像清楚")
    services.case_answer(actor=house.station, case=case, **DECISION)
    return StaffParty.objects.get(pk=party.pk)


def panel(house: House, count: int = 3) -> list[Person]:
    actors = [make_actor(f"panel{number}", unit=house.company, permissions=[may.VIEW]) for number in range(count)]
    return [Person.objects.get(pk=actor.person_id) for actor in actors]


def test_a_named_member_of_staff_is_a_proposal_until_a_person_confirms_and_judges(house: House) -> None:
    case = dispatched(house)
    party = services.party_name(actor=house.desk, case=case, person=house.driver, basis="roster")

    with pytest.raises(ActionNotAllowedError):
        services.party_judge(actor=house.station, party=party, attributable=True, note="录像清楚")
    services.party_confirm(actor=house.station, party=party)
    with pytest.raises(ActionNotAllowedError):
        services.case_answer(actor=house.station, case=case, **DECISION)


def test_a_panel_that_had_no_part_decides_whether_a_complaint_counts(house: House) -> None:
    party = accused(house)
    review = services.review_ask(actor=house.desk, party=party, staff_view="我是按规定提醒")
    members = panel(house)
    services.review_convene(actor=house.desk, review=review, panel=members)
    party.case.refresh_from_db()
    assert party.case.state == "under_review"
    for number, person in enumerate(members):
        actor = make_voter(person)
        services.review_vote(actor=actor, review=review, counts=number == 0, reason="看过录像")

    services.review_decide(actor=house.desk, review=review, decision="属正常提醒，不计入考核")

    party.refresh_from_db()
    assert (review.counts, review.was_attributable, party.attributable) == (False, True, False)
    party.case.refresh_from_db()
    assert (party.case.state, party.case.counts_against_staff) == ("answered", False)


def make_voter(person: Person) -> Actor:
    return actor_of_user(User.objects.get(person=person))


def test_whoever_had_a_part_in_the_case_may_not_sit_on_the_panel(house: House) -> None:
    party = accused(house)
    review = services.review_ask(actor=house.desk, party=party, staff_view="不服")
    desk = Person.objects.get(pk=house.desk.person_id)

    for person in (desk, house.driver, Person.objects.get(pk=house.station.person_id)):
        with pytest.raises(BadInputError):
            services.review_convene(actor=house.desk, review=review, panel=[person])


def test_a_panel_of_two_is_no_panel(house: House) -> None:
    review = services.review_ask(actor=house.desk, party=accused(house), staff_view="不服")

    with pytest.raises(ActionNotAllowedError):
        services.review_convene(actor=house.desk, review=review, panel=panel(house, 2))


def test_a_compensation_names_the_commitment_and_somebody_else_decides(house: House) -> None:
    case = fed_back(house)
    given = {"kind": "compensation", "amount": Decimal(50), "claim": "晚点 40 分钟"}
    with pytest.raises(BadInputError):
        services.proposal_make(actor=house.desk, case=case, **given)
    proposal = services.proposal_make(
        actor=house.desk, case=case, **given, clause="承诺第 3 条", check_note="调度记录属实"
    )

    with pytest.raises(ActionNotAllowedError):
        services.proposal_approve(actor=house.desk, proposal=proposal)
    services.proposal_approve(actor=house.leader, proposal=proposal)

    assert (proposal.state, proposal.amount) == ("approved", Decimal(50))


@pytest.mark.parametrize("amount", [Decimal(19), Decimal(101)])
def test_a_reward_for_a_suggestion_lies_between_20_and_100(house: House, amount: Decimal) -> None:
    case = take_in(house, kind="suggestion", text="建议在站台增加遮阳棚")

    with pytest.raises(BadInputError):
        services.proposal_make(actor=house.desk, case=case, kind="reward", amount=amount, claim="已采纳")


def test_who_complained_is_shown_for_a_reason_that_is_kept(house: House) -> None:
    case = dispatched(house)
    assert case.complainant.masked_name == "王**"
    assert case.complainant.masked_phone.endswith("8000")
    assert "00138" not in case.complainant.masked_phone

    shown = services.identity_reveal(actor=house.station, case=case, reason="电话回访")

    assert shown.phone == "138 0013 8000"
    assert IdentityReveal.objects.get().reason == "电话回访"
    with pytest.raises(NotPermittedError):
        services.identity_reveal(actor=house.reader, case=case, reason="好奇")


def test_whom_the_case_is_about_never_sees_who_complained(house: House) -> None:
    case = dispatched(house)
    me = Person.objects.get(pk=house.station.person_id)
    services.party_name(actor=house.desk, case=case, person=me, basis="named")

    with pytest.raises(ActionNotAllowedError):
        services.identity_reveal(actor=house.station, case=case, reason="看看是谁")


def test_satisfaction_is_asked_once_and_taken_once(house: House) -> None:
    case = fed_back(house)
    asked = services.satisfaction_ask(actor=house.desk, case=case)
    with pytest.raises(ActionNotAllowedError):
        services.satisfaction_ask(actor=house.desk, case=case)

    services.satisfaction_take(ask=asked.ask, level="2")

    with pytest.raises(OutOfScopeError):
        services.satisfaction_take(ask=asked.ask, level="5")
    case.refresh_from_db()
    assert case.satisfaction == "2"


def test_a_case_raises_a_finding_of_its_unit_and_theme(house: House) -> None:
    case = answered(house)

    finding = services.finding_from_cases(actor=house.desk, cases=[case], severity="ordinary")

    assert (finding.unit, finding.dimension, finding.clause) == (house.north, "服务态度", "服务规范 4.2")
    assert finding.source == case.reference
    assert "王小明" not in finding.fact


def test_the_same_complaint_after_a_closed_finding_reopens_it(house: House) -> None:
    case = closed(house)
    finding = services.finding_from_cases(actor=house.desk, cases=[case], severity="ordinary", at=THURSDAY)
    fixer = make_actor("fixer", unit=house.company, permissions=["findings.correct", "findings.close"])
    finding_correct_on_spot(actor=fixer, finding=finding, correction="已约谈", at=THURSDAY + timedelta(days=1))
    finding_close(actor=fixer, finding=finding, reason="已观察两周", at=THURSDAY + timedelta(days=2))

    answered(house, at=THURSDAY + timedelta(days=20))

    finding.refresh_from_db()
    assert finding.state == "open"


def test_a_complaint_that_is_not_found_reopens_nothing(house: House) -> None:
    case = closed(house)
    finding = services.finding_from_cases(actor=house.desk, cases=[case], severity="ordinary", at=THURSDAY)
    fixer = make_actor("fixer", unit=house.company, permissions=["findings.correct", "findings.close"])
    finding_correct_on_spot(actor=fixer, finding=finding, correction="已约谈", at=THURSDAY + timedelta(days=1))
    finding_close(actor=fixer, finding=finding, reason="已观察两周", at=THURSDAY + timedelta(days=2))
    later = dispatched(house, at=THURSDAY + timedelta(days=20))

    services.case_answer(
        actor=house.station, case=later, **(DECISION | {"outcome": "not"}), at=THURSDAY + timedelta(days=21)
    )

    finding.refresh_from_db()
    assert finding.state == "closed"
