"""The loop page's figures on a chain small enough to count by hand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from bihuan.foundation.scope import actor_scope, system_scope
from bihuan.loop.permissions import LOOP_VIEW
from bihuan.loop.selectors import LoopQuestion, loop_figures
from bihuan.rectification import services
from bihuan.rectification.models import Finding
from tests.db.rectification.house import ANSWER, House, make_house, raise_finding
from tests.kit import World, make_actor, make_user

NOW = datetime(2025, 10, 30, 2, 0, tzinfo=UTC)


@pytest.fixture
def house(world: World) -> Iterator[House]:
    made = make_house(world)
    with system_scope("setup"):
        yield made


def days_ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


def corrected(house: House, *, raised: float, closed: float | None, unit: str = "north") -> Finding:
    """An ordinary finding corrected on the spot, confirmed ``closed`` days ago or not yet."""
    place = getattr(house.world, unit)
    finding = raise_finding(house, unit=place, severity="ordinary", at=days_ago(raised))
    services.finding_correct_on_spot(actor=house.office, finding=finding, correction="当场改正", at=days_ago(raised))
    if closed is not None:
        services.finding_confirm(actor=house.checker, finding=finding, evidence="看过", at=days_ago(closed))
    return finding


def ask(house: House, **narrow: object) -> LoopQuestion:
    actor = make_actor("leader", unit=house.world.company, permissions=[LOOP_VIEW])
    return LoopQuestion(actor=actor, now=NOW, **narrow)  # type: ignore[arg-type]


def test_closure_rate_counts_what_was_raised_and_leaves_out_what_was_dismissed(house: House) -> None:
    for days in (20, 19, 18):
        corrected(house, raised=days, closed=days - 2)
    corrected(house, raised=10, closed=None)
    dismissed = raise_finding(house, at=days_ago(9))
    services.finding_dismiss(actor=house.office, finding=dismissed, reason="不成立", at=days_ago(8))

    figures = loop_figures(ask(house))

    assert (figures.raised, figures.dismissed, figures.open_now) == (4, 1, 1)
    assert (figures.closure.value, figures.closure.n) == (0.75, 4)
    assert figures.closure.low == pytest.approx(0.3006, abs=1e-4)
    assert figures.closure.high == pytest.approx(0.9544, abs=1e-4)


def test_median_cycle_time_counts_open_findings_as_so_far(house: House) -> None:
    corrected(house, raised=20, closed=18)
    corrected(house, raised=20, closed=15)
    for _ in range(3):
        corrected(house, raised=20, closed=None)

    figures = loop_figures(ask(house))

    # Two of five are closed: the median is not known yet, though the closed ones took 2 and 5 days.
    assert figures.cycle_days.value is None
    assert figures.cycle_days.n == 5


def test_median_cycle_time_in_days(house: House) -> None:
    for took in (2, 3, 4):
        corrected(house, raised=20, closed=20 - took)
    corrected(house, raised=1, closed=None)

    figures = loop_figures(ask(house))

    assert figures.cycle_days.value == 3.0


def test_stages_show_the_middle_wait_and_the_unit_that_waits_longest(house: House) -> None:
    for days in (1, 2, 3):
        raise_finding(house, at=days_ago(days))
    for days in (5, 9, 30):
        raise_finding(house, unit=house.world.south, at=days_ago(days))

    figures = loop_figures(ask(house))

    stage = next(stage for stage in figures.stages if stage.state == "open")
    assert stage.count == 6
    assert stage.median_age == timedelta(days=5)
    assert stage.worst_unit == house.world.south
    assert stage.worst_age == timedelta(days=9)


def test_oldest_open_ends_come_first_with_who_holds_the_ball(house: House) -> None:
    waiting = raise_finding(house, at=days_ago(12))
    sent = raise_finding(house, at=days_ago(40))
    notice = services.notice_draft(actor=house.office, finding=sent, requirement="每站报站", at=days_ago(39))
    services.notice_issue(actor=house.office, notice=notice, at=days_ago(39))
    corrected(house, raised=80, closed=79)

    figures = loop_figures(ask(house))

    assert [row.pk for row in figures.open_ends] == [sent.pk, waiting.pk]
    assert [row.holder.value for row in figures.open_ends] == ["unit", "office"]


def test_effect_rate_asks_only_verdicts_that_say_something(house: House) -> None:
    for verdict in ("effective", "not_effective"):
        finding = raise_finding(house, at=days_ago(20), title=verdict)
        notice = services.notice_draft(actor=house.office, finding=finding, requirement="每站报站", at=days_ago(20))
        services.notice_issue(actor=house.office, notice=notice, at=days_ago(20))
        services.notice_reply(actor=house.station, notice=notice, at=days_ago(15), **ANSWER)
        services.notice_verify(
            actor=house.checker,
            notice=notice,
            verdict="too_early",
            evidence="才两天",
            recheck_on=(NOW - timedelta(days=5)).date(),
            at=days_ago(14),
        )
        services.notice_verify(actor=house.checker, notice=notice, verdict=verdict, evidence="抽查", at=days_ago(5))

    figures = loop_figures(ask(house))

    assert (figures.effect.value, figures.effect.n) == (0.5, 2)


def test_units_that_cannot_be_told_apart_share_a_letter(house: House) -> None:
    for unit, done in (("north", 3), ("south", 2)):
        for number in range(5):
            corrected(house, raised=20, closed=10 if number < done else None, unit=unit)

    figures = loop_figures(ask(house))

    assert figures.different is False
    assert [row.letters for row in figures.units] == [("a",), ("a",)]


def test_units_far_apart_are_told_apart(house: House) -> None:
    for unit, done in (("north", 20), ("south", 1)):
        for number in range(20):
            corrected(house, raised=20, closed=10 if number < done else None, unit=unit)

    figures = loop_figures(ask(house))

    assert figures.different is True
    assert [row.unit for row in figures.units] == [house.world.south, house.world.north]


def test_period_and_unit_narrow_the_rates(house: House) -> None:
    corrected(house, raised=50, closed=40)
    corrected(house, raised=5, closed=None)
    corrected(house, raised=5, closed=4, unit="south")

    figures = loop_figures(ask(house, since=days_ago(30), unit=house.world.north))

    assert (figures.raised, figures.closure.value) == (1, 0.0)


def test_a_station_sees_its_own_loop_only(house: House) -> None:
    corrected(house, raised=5, closed=None)
    corrected(house, raised=5, closed=4, unit="south")
    south = make_actor("south-leader", unit=house.world.south, permissions=[LOOP_VIEW])

    with actor_scope(south):
        figures = loop_figures(LoopQuestion(actor=south, now=NOW))

    assert [row.unit.pk for row in figures.units] == [house.world.south.pk]
    assert figures.open_ends == ()


@pytest.fixture
def leader(house: House, client):  # type: ignore[no-untyped-def]
    client.force_login(make_user("reader-of-loop", unit=house.world.company, permissions=[LOOP_VIEW, "findings.view"]))
    return client


@pytest.mark.parametrize("query", ["", "?period=30", "?period=all", "?since=2025-01-01&until=2025-02-01"])
def test_page_answers_empty_and_full(house: House, leader, query: str) -> None:  # type: ignore[no-untyped-def]
    empty = leader.get(f"/loop/{query}")
    corrected(house, raised=5, closed=4)
    full = leader.get(f"/loop/{query}")

    assert (empty.status_code, full.status_code) == (200, 200)
    assert "loop-flow" in full.content.decode()


def test_page_exports_what_it_shows(house: House, leader) -> None:  # type: ignore[no-untyped-def]
    corrected(house, raised=5, closed=4)

    answer = leader.get("/loop/?export=csv&period=all")

    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert lines[1].startswith("North,1,0,1.0")


def test_api_gives_the_same_figures(house: House, leader) -> None:  # type: ignore[no-untyped-def]
    corrected(house, raised=5, closed=None)

    answer = leader.get("/api/v1/loop/figures").json()

    assert (answer["raised"], answer["open_now"], answer["closure"]["value"]) == (1, 1, 0.0)
    assert answer["cycle_days"]["value"] is None


def test_one_without_the_right_is_refused(house: House, client) -> None:  # type: ignore[no-untyped-def]
    client.force_login(make_user("plain", unit=house.world.company, permissions=["findings.view"]))

    assert client.get("/loop/").status_code == 403
    assert client.get("/api/v1/loop/figures").status_code == 403


def test_trail_shows_the_whole_chain_with_its_open_steps(house: House, leader) -> None:  # type: ignore[no-untyped-def]
    finding = corrected(house, raised=5, closed=4)

    trail = leader.get(f"/api/v1/loop/findings/{finding.pk}/trail").json()

    assert [step["key"] for step in trail] == ["voice", "finding", "notice", "actions", "verification", "standard"]
    assert [step["state"] for step in trail] == ["met", "met", "met", "none", "met", "none"]
