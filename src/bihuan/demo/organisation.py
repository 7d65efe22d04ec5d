"""The made-up county bus company: units, lines, vehicles."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

from bihuan.foundation.actor import Actor
from bihuan.organisation.models import Asset, OrgUnit
from bihuan.organisation.services import asset_create, unit_create

GROUP = ("QY", "清源公共交通集团", "group")
# code, name, kind, code of the unit above
UNITS = (
    ("QY-GS", "清源县公共交通有限公司", "company", "QY"),
    ("QY-FZB", "服务质量办公室", "department", "QY-GS"),
    ("QY-RX", "热线班", "team", "QY-FZB"),
    ("QY-JS", "安全技术部", "department", "QY-GS"),
    ("QY-RL", "人力资源部", "department", "QY-GS"),
    ("QY-CB", "城北站", "station", "QY-GS"),
    ("QY-CB-1", "城北一班", "team", "QY-CB"),
    ("QY-CB-2", "城北二班", "team", "QY-CB"),
    ("QY-CN", "城南站", "station", "QY-GS"),
    ("QY-CN-1", "城南一班", "team", "QY-CN"),
    ("QY-CN-2", "城南二班", "team", "QY-CN"),
    ("QY-XH", "西河站", "station", "QY-GS"),
    ("QY-XH-1", "西河一班", "team", "QY-XH"),
    ("QY-XH-2", "西河二班", "team", "QY-XH"),
    ("QY-JD", "社会监督组", "panel", "QY-GS"),
)
STATIONS = ("QY-CB", "QY-CN", "QY-XH")
# line, from – to, station
LINES = (
    ("1路", "客运中心—县人民医院", "QY-CB"),
    ("2路", "客运中心—桃园小区", "QY-CB"),
    ("3路", "西河桥—高铁北站", "QY-XH"),
    ("4路", "南门广场—职教园区", "QY-CN"),
    ("5路", "西河桥—农贸市场", "QY-XH"),
    ("6路", "客运中心—柳林镇", "QY-CB"),
    ("7路", "西河桥—双塘工业园", "QY-XH"),
    ("8路", "南门广场—青石景区", "QY-CN"),
)
VEHICLES_A_LINE = 5


@dataclass
class Units:
    by_code: dict[str, OrgUnit] = field(default_factory=dict)
    lines: dict[str, Asset] = field(default_factory=dict)
    vehicles: dict[str, list[Asset]] = field(default_factory=dict)
    halls: dict[str, Asset] = field(default_factory=dict)

    @property
    def company(self) -> OrgUnit:
        return self.by_code["QY-GS"]

    @property
    def office(self) -> OrgUnit:
        return self.by_code["QY-FZB"]

    @property
    def stations(self) -> tuple[OrgUnit, ...]:
        return tuple(self.by_code[code] for code in STATIONS)

    def station_of(self, line: str) -> OrgUnit:
        return self.lines[line].unit

    def lines_of(self, station: OrgUnit) -> list[str]:
        return [name for name, asset in self.lines.items() if asset.unit_id == station.pk]


def units_create(actor: Actor) -> Units:
    units = Units()
    code, name, kind = GROUP
    units.by_code[code] = unit_create(actor=actor, name=name, code=code, kind=kind, parent=None)
    for code, name, kind, above in UNITS:
        parent = units.by_code[above]
        units.by_code[code] = unit_create(actor=actor, name=name, code=code, kind=kind, parent=parent)
    return units


def assets_create(units: Units, actor: Actor, since: date) -> None:
    """Lines with their vehicles (plates of a province that does not exist), the hotline and station halls."""
    plate = 0
    for name, course, code in LINES:
        station = units.by_code[code]
        line = asset_create(
            actor=actor, kind="line", code=name, name=f"{name} {course}", unit=station, in_service_since=since
        )
        units.lines[name], units.vehicles[name] = line, []
        for place in range(VEHICLES_A_LINE):
            plate += 1
            number = f"清A·D{plate:04d}"
            vehicle = asset_create(
                actor=actor,
                kind="vehicle",
                code=number,
                name=f"{number}（{name}）",
                unit=station,
                line=line,
                in_service_since=since - timedelta(days=200 * place + 37 * plate),
            )
            units.vehicles[name].append(vehicle)
    for station in units.stations:
        units.halls[station.code] = asset_create(
            actor=actor, kind="site", code=f"{station.code}-HC", name=f"{station.name}候车厅", unit=station
        )
    desk = units.by_code["QY-RX"]
    asset_create(actor=actor, kind="counter", code="RX-12319", name="服务热线台席", unit=desk)
