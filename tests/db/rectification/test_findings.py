"""Ordinary problems, recurrence, evidence, reassignment."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bihuan.foundation.errors import ActionNotAllowedError, BadInputError, NotPermittedError, OutOfScopeError
from bihuan.foundation.scope import actor_scope
from bihuan.organisation.models import OrgUnit
from bihuan.rectification import selectors, services
from bihuan.rectification.models import Finding, Notice
from bihuan.rectification.services import rectification_follow_unit
from tests.db.rectification.house import THURSDAY, House, issue, raise_finding


def test_ordinary_problem_is_corrected_on_the_spot_and_confirmed_by_another(house: House) -> None:
    finding = raise_finding(house, severity="ordinary")

    services.finding_correct_on_spot(actor=house.station, finding=finding, correction="当场补报站名")
    services.finding_confirm(actor=house.checker, finding=finding, evidence="下一班已报站")

    assert (finding.state, finding.close_note) == ("closed", "下一班已报站")


def test_one_who_corrected_cannot_confirm_but_may_close_with_a_reason(house: House) -> None:
    finding = raise_finding(house, severity="ordinary")
    services.finding_correct_on_spot(actor=house.office, finding=finding, correction="当场补报站名")

    with pytest.raises(ActionNotAllowedError):
        services.finding_confirm(actor=house.office, finding=finding, evidence="我看过了")
    services.finding_close(actor=house.office, finding=finding, reason="当班只有一人")

    assert (finding.state, finding.close_note) == ("closed", "当班只有一人")


@pytest.mark.parametrize("severity", ["major", "hidden_risk"])
def test_serious_problem_cannot_be_corrected_on_verbal_order(house: House, severity: str) -> None:
    finding = raise_finding(house, severity=severity)

    with pytest.raises(ActionNotAllowedError):
        services.finding_correct_on_spot(actor=house.station, finding=finding, correction="当场改正")


def test_same_unit_and_theme_within_six_months_is_a_recurrence(house: House) -> None:
    first = raise_finding(house, at=THURSDAY - timedelta(days=170))
    raise_finding(house, at=THURSDAY - timedelta(days=200))
    raise_finding(house, unit=house.world.south, at=THURSDAY - timedelta(days=3))
    raise_finding(house, dimension="有形性", clause="卫生标准 2.3", at=THURSDAY - timedelta(days=2))

    again = raise_finding(house)

    assert (again.recurrence_count, again.recurrence_of) == (1, first)
    assert list(selectors.same_before(again)) == [first]


def test_same_clause_counts_as_recurrence_under_another_theme(house: House) -> None:
    first = raise_finding(house, dimension="可靠性", at=THURSDAY - timedelta(days=30))

    again = raise_finding(house, dimension="响应性")

    assert again.recurrence_of == first


def test_dismissed_findings_do_not_count_as_happened_before(house: House) -> None:
    first = raise_finding(house, at=THURSDAY - timedelta(days=30))
    services.finding_dismiss(actor=house.office, finding=first, reason="录像显示已报站")

    again = raise_finding(house)

    assert again.recurrence_count == 0


def test_evidence_stays_as_it_was_seen(house: House) -> None:
    figures = [{"label": "响应性", "value": 3.62, "low": float("nan"), "high": 3.83, "n": 118}]

    finding = raise_finding(house, evidence={"figures": figures})

    stored = Finding.objects.get(pk=finding.pk).evidence
    assert stored == {"figures": [{"label": "响应性", "value": 3.62, "low": None, "high": 3.83, "n": 118}]}


def test_evidence_handed_over_by_another_page_cannot_be_changed_on_the_way(house: House) -> None:
    token = selectors.evidence_token(evidence={"figures": []}, source=house.north.reference, source_label="调查")

    assert selectors.evidence_from_token(token) == ({"figures": []}, house.north.reference, "调查")
    with pytest.raises(BadInputError):
        selectors.evidence_from_token(token[:-3] + "abc")


def test_finding_moves_to_the_unit_that_is_really_responsible(house: House) -> None:
    finding = raise_finding(house)

    services.finding_reassign(actor=house.office, finding=finding, unit=house.world.south, reason="该车属城南")

    assert Finding.objects.get(pk=finding.pk).unit == house.world.south
    with actor_scope(house.station):
        assert not Finding.objects.filter(pk=finding.pk).exists()


def test_finding_cannot_be_pushed_to_a_unit_outside_ones_rights(house: House) -> None:
    finding = raise_finding(house, unit=house.world.south)

    with pytest.raises(NotPermittedError):
        services.finding_reassign(actor=house.stranger, finding=finding, unit=house.north, reason="推出去")


def test_nobody_raises_findings_against_a_unit_outside_their_rights(house: House) -> None:
    with actor_scope(house.stranger), pytest.raises((NotPermittedError, OutOfScopeError)):
        raise_finding(house, actor=house.stranger)


def test_finding_with_a_notice_is_worked_on_through_the_notice(house: House) -> None:
    notice = issue(house)

    with pytest.raises(ActionNotAllowedError):
        services.finding_dismiss(actor=house.office, finding=notice.finding, reason="不成立")


def test_open_work_follows_a_unit_that_moves_and_closed_work_stays(house: House) -> None:
    open_one, closed_one = issue(house), raise_finding(house, severity="ordinary", dimension="x", clause="y")
    services.finding_correct_on_spot(actor=house.station, finding=closed_one, correction="改正")
    services.finding_confirm(actor=house.checker, finding=closed_one, evidence="看过")
    old = house.north.org_path
    new = f"{house.world.south.org_path}{house.north.pk}/"
    OrgUnit.objects.filter(pk=house.north.pk).update(org_path=new)

    rectification_follow_unit(old_path=old, new_path=new)

    assert Notice.objects.get(pk=open_one.pk).org_path == new
    assert Finding.objects.get(pk=open_one.finding_id).org_path == new
    assert Finding.objects.get(pk=closed_one.pk).org_path == old
