"""The needs register: what is frozen, how the ranking explains itself, who may do what."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.utils import translation

from bihuan.accounts.models import User
from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import ActionNotAllowedError, BadInputError, NotPermittedError
from bihuan.foundation.scope import actor_scope
from bihuan.records.models import Activity
from bihuan.records.selectors import search_find
from bihuan.rectification import permissions as may
from bihuan.rectification import services
from bihuan.rectification.models import Need
from bihuan.rectification.selectors.needs import findings_of, measures, needs_of, rank_of
from tests.db.rectification.house import House, raise_finding
from tests.kit import make_actor

MORNING = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
ALL = (may.NEEDS_VIEW, may.NEEDS_REGISTER, may.NEEDS_MANAGE, may.NEEDS_DECIDE, may.FINDINGS_RAISE, may.FINDINGS_VIEW)


@pytest.fixture
def office(house: House) -> Actor:
    return make_actor("needs-office", unit=house.world.company, permissions=ALL)


@pytest.fixture
def colleague(house: House) -> Actor:
    return make_actor("needs-colleague", unit=house.world.company, permissions=ALL)


def register(house: House, actor: Actor, **values: Any) -> Need:
    given: dict[str, Any] = {
        "actor": actor,
        "unit": house.north,
        "title": "末班车延长到 23 点",
        "description": "夜班工人下班后没有车回家。",
        "source_kind": "survey",
        "at": MORNING,
    }
    return services.need_register(**(given | values))


def rated(house: House, actor: Actor, marks: tuple[int, int, int], **values: Any) -> Need:
    need = register(house, actor, **values)
    urgency, effect, capability = marks
    services.need_rate(actor=actor, need=need, urgency=urgency, effect=effect, capability=capability, at=MORNING)
    need.refresh_from_db()
    return need


def test_need_from_answers_has_its_class_with_the_answers_frozen(house: House, office: Actor) -> None:
    need = register(house, office, kano_counts={"M": 30, "O": 12, "A": 5, "I": 3})

    assert (need.kano_class, need.kano_basis) == ("M", "computed")
    assert need.kano_counts == {"M": 30.0, "O": 12.0, "A": 5.0, "I": 3.0, "R": 0.0, "Q": 0.0}
    assert need.kano_result["fong"]["distinct"] is True
    assert need.kano_result["worse"]["value"] == pytest.approx(-0.84)


def test_table_of_answer_pairs_gives_the_class_counts(house: House, office: Actor) -> None:
    pairs = [[0] * 5 for _ in range(5)]
    pairs[0][4] = 9  # like it with, dislike it without: one-dimensional
    pairs[1][4] = 4  # must be with, dislike without: must-be

    need = register(house, office, kano_counts=pairs)

    assert need.kano_class == "O"
    assert need.kano_counts["O"] == 9
    assert need.kano_counts["M"] == 4
    assert need.kano_counts["pairs"] == pairs


def test_class_without_answers_is_refused(house: House, office: Actor) -> None:
    with pytest.raises(BadInputError):
        register(house, office, kano_counts={"M": 0})
    with pytest.raises(BadInputError):
        register(house, office, kano_counts={"X": 3})


def test_class_set_by_hand_needs_a_reason_and_keeps_the_figures(house: House, office: Actor) -> None:
    need = register(house, office, kano_counts={"M": 30, "O": 12})

    with pytest.raises(BadInputError):
        services.need_classify_by_hand(actor=office, need=need, kano_class="A", reason=" ")
    services.need_classify_by_hand(
        actor=office, need=need, kano_class="O", reason="两类分不开,按期望需求管", at=MORNING
    )

    need.refresh_from_db()
    assert (need.kano_class, need.kano_basis) == ("O", "by_hand")
    assert need.kano_result["category"] == "M"


def test_priority_is_the_product_and_its_anchors_are_frozen(house: House, office: Actor) -> None:
    need = rated(house, office, (4, 5, 3))
    services.need_term_set(
        actor=house.office, kind="factor", key="urgency", text="多急", anchors=["一", "二", "三", "四", "五"]
    )

    need.refresh_from_db()
    assert need.priority == 60
    assert need.rating["factors"]["urgency"]["mark"] == 4
    assert need.rating["factors"]["urgency"]["anchor"] != "四"
    assert measures("factor")["urgency"].anchor(4) == "四"


def test_mark_outside_one_to_five_is_refused(house: House, office: Actor) -> None:
    need = register(house, office)

    with pytest.raises(BadInputError):
        services.need_rate(actor=office, need=need, urgency=0, effect=5, capability=3)


def test_ranking_breaks_ties_by_effect_then_urgency_then_age(house: House, office: Actor) -> None:
    lower_effect = rated(house, office, (5, 3, 4))
    higher_effect = rated(house, office, (3, 5, 4), at=MORNING + timedelta(days=1))
    later = rated(house, office, (3, 5, 4), at=MORNING + timedelta(days=2))
    top = rated(house, office, (5, 5, 5))
    register(house, office)

    with translation.override("en"):
        words = " ".join(rank_of(lower_effect, office).sentences)
        words_of_later = " ".join(rank_of(later, office).sentences)
    places = [rank_of(need, office).place for need in (top, higher_effect, later, lower_effect)]

    assert places == [1, 2, 3, 4]
    assert rank_of(top, office).of == 4
    assert later.number in words
    assert "effect on satisfaction is larger" in words
    assert "registered earlier" in words_of_later


def test_rank_counts_only_needs_the_reader_sees(house: House, office: Actor) -> None:
    rated(house, office, (5, 5, 5), unit=house.world.south)
    mine = rated(house, office, (1, 1, 1))
    local = make_actor("needs-local", unit=house.north, permissions=[may.NEEDS_VIEW])

    with actor_scope(local):
        rank = rank_of(mine, local)

    assert (rank.place, rank.of) == (1, 1)


def test_need_runs_from_registration_to_review(house: House, office: Actor, colleague: Actor) -> None:
    need = register(house, office)
    owner = house.person(house.station)

    with pytest.raises(ActionNotAllowedError):
        services.need_accept(actor=office, need=need, decision="做")
    services.need_study(actor=office, need=need, study="夜班工人约 400 人", at=MORNING)
    with pytest.raises(ActionNotAllowedError):
        services.need_accept(actor=office, need=need, decision="做")
    services.need_rate(actor=office, need=need, urgency=4, effect=4, capability=3, at=MORNING)
    services.need_accept(actor=office, need=need, decision="4 月起试行", due_on=date(2026, 4, 30), at=MORNING)
    with pytest.raises(ActionNotAllowedError):
        services.need_start(actor=office, need=need)
    services.need_assign(actor=office, need=need, owner=owner, due_on=date(2026, 4, 30))
    services.need_start(actor=office, need=need, at=MORNING)
    services.need_meet(actor=office, need=need, met_note="4 月 20 日起末班 23:00", at=MORNING)
    with pytest.raises(ActionNotAllowedError):
        services.need_review(actor=office, need=need, review_note="客流每晚 120 人")
    services.need_review(actor=colleague, need=need, review_note="客流每晚 120 人", at=MORNING)
    services.need_reopen(actor=colleague, need=need, reason="5 月又停了", at=MORNING)

    need.refresh_from_db()
    assert (need.state, need.reviewed_at, need.decision) == ("in_work", None, "4 月起试行")
    lines = Activity.objects.filter(subject_type="rectification.need", subject_id=need.pk)
    assert "meet" in set(lines.values_list("action", flat=True))


def test_declined_need_keeps_its_reason_and_can_come_back(house: House, office: Actor) -> None:
    need = register(house, office)

    services.need_decline(actor=office, need=need, reason="全年只有一人提出", at=MORNING)
    assert (need.state, need.decision) == ("declined", "全年只有一人提出")
    services.need_reopen(actor=office, need=need, reason="又有 30 人提出")

    assert need.state == "studied"


def test_finding_raised_from_a_need_is_seen_from_both_sides(house: House, office: Actor) -> None:
    need = register(house, office)

    raised = services.finding_raise(
        actor=office, unit=house.north, title="夜班缺车", fact="22 点后无车", severity="ordinary", source=need
    )
    linked = raise_finding(house)
    link = services.need_link(actor=office, need=need, finding=linked)
    services.need_link(actor=office, need=need, finding=linked)

    assert set(findings_of(need)) == {raised, linked}
    assert list(needs_of(raised)) == [need]
    assert list(needs_of(linked)) == [need]
    services.need_unlink(actor=office, link=link, reason="不是一回事")
    assert set(findings_of(need)) == {raised}


def test_need_is_found_by_its_words(house: House, office: Actor) -> None:
    need = register(house, office)

    assert [hit.reference for hit in search_find(office, "夜班工人")] == [need.reference]


def test_stranger_can_neither_register_nor_decide(house: House, office: Actor) -> None:
    stranger = make_actor("needs-stranger", unit=house.world.south, permissions=ALL)
    need = register(house, office)

    with pytest.raises(NotPermittedError):
        register(house, stranger)
    with pytest.raises(NotPermittedError):
        services.need_decline(actor=stranger, need=need, reason="x")
    with actor_scope(stranger):
        assert not Need.objects.filter(pk=need.pk).exists()
    assert User.objects.filter(username="needs-stranger").exists()
