"""A company with a hotline desk, a station that investigates, a leader, a panel and a stranger."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from bihuan.cases import permissions as may
from bihuan.cases import services
from bihuan.cases.enums import Channel
from bihuan.cases.models import Case, CaseTheme, Criterion
from bihuan.duties.services import calendar_create, policies_ship, shipped_calendar_body
from bihuan.foundation.actor import Actor, system_actor
from bihuan.foundation.scope import system_scope
from bihuan.organisation.models import Asset, OrgUnit, Person
from bihuan.rectification import permissions as rectification
from tests.kit import World, make_actor

EVERYTHING = tuple(value for name, value in vars(may).items() if name.isupper() and isinstance(value, str))
# A Thursday before the National Day 2025: seven working days run over the holiday and two make-up workdays.
THURSDAY = datetime(2025, 9, 25, 2, 0, tzinfo=UTC)
RUDE = "9月24日早上8点，3路公交车司机态度恶劣，拒载老人，还辱骂乘客。"
DECISION: dict[str, Any] = {
    "answer": "经核实，司机确有言语不当，已批评教育并向您道歉。",
    "outcome": "substantiated",
    "facts": "车载录像显示司机对老人高声催促。",
    "clause": "服务规范 4.2",
    "branch": "education",
    "measures": ["apology"],
}


@dataclass(frozen=True)
class House:
    world: World
    desk: Actor
    station: Actor
    leader: Actor
    reader: Actor
    stranger: Actor
    line: Asset
    bus: Asset
    driver: Person

    @property
    def company(self) -> OrgUnit:
        return self.world.company

    @property
    def north(self) -> OrgUnit:
        return self.world.north


def make_house(world: World) -> House:
    setup = system_actor("setup")
    with system_scope("setup"):
        calendar_create(actor=setup, unit=world.company, name="Calendar", body=shipped_calendar_body(), note="first")
        policies_ship(actor=setup, unit=world.company)
        services.case_shelf_ship(actor=setup, unit=world.company)
        own = {"unit": world.north, "org_path": world.north.org_path}
        line = Asset.objects.create(kind="line", code="3", name="3 路", **own)
        bus = Asset.objects.create(kind="vehicle", code="B-001", name="B-001", line=line, **own)
        driver = Person.objects.create(name="赵师傅", staff_number="D-1", **own)
    investigates = (may.VIEW, may.INVESTIGATE, may.FEEDBACK, may.IDENTITY)
    rights = (*EVERYTHING, rectification.FINDINGS_VIEW, rectification.FINDINGS_RAISE, "clocks.view")
    return House(
        world=world,
        desk=make_actor("desk", unit=world.company, permissions=rights),
        station=make_actor("station", unit=world.north, permissions=investigates),
        leader=make_actor("leader", unit=world.company, permissions=[*rights]),
        reader=make_actor("reader", unit=world.north, permissions=[may.VIEW]),
        stranger=make_actor("stranger", unit=world.south, permissions=EVERYTHING),
        line=line,
        bus=bus,
        driver=driver,
    )


def told(house: House, **values: Any) -> services.Told:
    given: dict[str, Any] = {
        "text": RUDE,
        "channel": Channel.PHONE,
        "happened_at": THURSDAY - timedelta(days=1),
        "asset": house.bus,
        "person": services.Person(name="王小明", phone="138 0013 8000"),
    }
    return services.Told(**(given | values))


def take_in(house: House, *, at: datetime = THURSDAY, **values: Any) -> Case:
    return services.case_take_in(actor=house.desk, desk=house.company, told=told(house, **values), at=at).case


def general(house: House) -> dict[str, Any]:
    return {
        "kind": "complaint",
        "grade": "general",
        "criterion": Criterion.objects.get(code="G3"),
        "theme": CaseTheme.objects.get(name="服务态度"),
    }


def classified(house: House, *, at: datetime = THURSDAY, **values: Any) -> Case:
    case = take_in(house, at=at, **values)
    return services.case_classify(actor=house.desk, case=case, at=at + timedelta(minutes=5), **general(house))


def dispatched(house: House, *, at: datetime = THURSDAY, **values: Any) -> Case:
    case = classified(house, at=at, **values)
    return services.case_dispatch(actor=house.desk, case=case, unit=house.north, at=at + timedelta(minutes=10))


def answered(house: House, *, at: datetime = THURSDAY, **values: Any) -> Case:
    case = dispatched(house, at=at, **values)
    services.case_accept(actor=house.station, case=case, at=at + timedelta(hours=1))
    return services.case_answer(actor=house.station, case=case, at=at + timedelta(hours=3), **DECISION)


def fed_back(house: House, *, at: datetime = THURSDAY, **values: Any) -> Case:
    case = answered(house, at=at, **values)
    services.contact_note(actor=house.desk, case=case, text="电话告知", is_reached=True, at=at + timedelta(hours=4))
    words = "司机已受到批评教育，公司向您道歉。"
    return services.case_feed_back(actor=house.desk, case=case, result_told=words, at=at + timedelta(hours=4))


def closed(house: House, *, at: datetime = THURSDAY, **values: Any) -> Case:
    case = fed_back(house, at=at, **values)
    asked = services.satisfaction_ask(actor=house.desk, case=case, at=at + timedelta(hours=4))
    services.satisfaction_take(ask=asked.ask, level="4", at=at + timedelta(hours=5))
    case.refresh_from_db()
    return services.case_close(actor=house.desk, case=case, at=at + timedelta(hours=6))
