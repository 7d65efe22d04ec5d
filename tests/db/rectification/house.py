"""A company with an office, a checker, a station that answers, and a stranger."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bihuan.duties.services import calendar_create, policies_ship, shipped_calendar_body
from bihuan.foundation.actor import Actor, system_actor
from bihuan.foundation.scope import system_scope
from bihuan.organisation.models import OrgUnit, Person
from bihuan.rectification import permissions as may
from bihuan.rectification import services
from bihuan.rectification.models import Finding, Notice
from tests.kit import World, make_actor

EVERYTHING = (
    may.FINDINGS_VIEW,
    may.FINDINGS_RAISE,
    may.FINDINGS_CORRECT,
    may.FINDINGS_CLOSE,
    may.FINDINGS_DISMISS,
    may.NOTICES_VIEW,
    may.NOTICES_ISSUE,
    may.NOTICES_REPLY,
    may.NOTICES_VERIFY,
    may.NOTICES_EXTEND,
    may.ACTIONS_MANAGE,
    may.PLAN_RULES,
    may.NEEDS_VIEW,
    may.NEEDS_REGISTER,
    may.NEEDS_MANAGE,
    may.NEEDS_DECIDE,
    "clocks.view",
)
# A Thursday before the National Day 2025: seven working days run over the holiday and two make-up workdays.
THURSDAY = datetime(2025, 9, 25, 2, 0, tzinfo=UTC)
PLAN = {"responsibility": "站长", "measures": "班前会逐条讲解", "time_limit": "10 月 20 日前"}
FIVE = PLAN | {"funds": "800 元", "contingency": "备用车一辆"}
ANSWER: dict[str, Any] = {
    "cause": "班组没有报站考核",
    "category": "management",
    "correction": "当班驾驶员补报站名并向乘客致歉",
    "prevention": "报站纳入班组周考核",
    "whys": ["没有报站", "没有人检查"],
    "plan": FIVE,
}


@dataclass(frozen=True)
class House:
    world: World
    office: Actor
    checker: Actor
    station: Actor
    deputy: Actor
    stranger: Actor
    reader: Actor

    @property
    def north(self) -> OrgUnit:
        return self.world.north

    def person(self, actor: Actor) -> Person:
        return Person.objects.get(pk=actor.person_id)


def make_house(world: World) -> House:
    setup = system_actor("setup")
    with system_scope("setup"):
        body = shipped_calendar_body()
        calendar_create(actor=setup, unit=world.company, name="Calendar", body=body, note="first")
        policies_ship(actor=setup, unit=world.company)
    answers = (
        may.FINDINGS_VIEW,
        may.FINDINGS_CORRECT,
        may.NOTICES_VIEW,
        may.NOTICES_REPLY,
        may.ACTIONS_MANAGE,
        may.NOTICES_VERIFY,
    )
    return House(
        world=world,
        office=make_actor("office", unit=world.company, permissions=EVERYTHING),
        checker=make_actor("checker", unit=world.company, permissions=EVERYTHING),
        station=make_actor("station", unit=world.north, permissions=answers),
        deputy=make_actor("deputy", unit=world.north, permissions=answers),
        stranger=make_actor("stranger", unit=world.south, permissions=EVERYTHING),
        reader=make_actor(
            "reader", unit=world.north, permissions=[may.FINDINGS_VIEW, may.NOTICES_VIEW, may.NEEDS_VIEW]
        ),
    )


def raise_finding(house: House, **values: Any) -> Finding:
    given: dict[str, Any] = {
        "actor": house.office,
        "unit": house.north,
        "title": "3 路不报站",
        "fact": "9 月 25 日 8:15,3 路 1 车连续 4 站没有报站。",
        "severity": "major",
        "dimension": "响应性",
        "clause": "服务规范 4.2",
        "at": THURSDAY,
    }
    return services.finding_raise(**(given | values))


def issue(house: House, *, at: datetime = THURSDAY, **values: Any) -> Notice:
    finding = raise_finding(house, at=at, **values)
    notice = services.notice_draft(actor=house.office, finding=finding, requirement="每站报站,连续两周抽查合格", at=at)
    return services.notice_issue(actor=house.office, notice=notice, at=at)


def answered(house: House, **values: Any) -> Notice:
    notice = issue(house, **values)
    services.notice_reply(actor=house.station, notice=notice, at=datetime(2025, 9, 28, 2, 0, tzinfo=UTC), **ANSWER)
    return notice
