"""A year of daily work: who finds what, when, and what is waiting today."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from bihuan.demo import wording as w
from bihuan.demo.moment import ZONE, at
from bihuan.demo.organisation import LINES
from bihuan.demo.stories import Case, ordinary, written
from bihuan.demo.telling import Chance, Stage, Story, chance_of
from bihuan.demo.wording import Problem
from bihuan.duties.services import scan
from bihuan.foundation.actor import system_actor
from bihuan.foundation.scope import system_scope
from bihuan.organisation.models import Asset, OrgUnit
from bihuan.rectification.services import rechecks_ask

POOLS = {"ordinary": w.ORDINARY, "major": w.MAJOR, "hidden_risk": w.RISKS}
LINE_NAMES = tuple(name for name, _course, _code in LINES)


@dataclass(frozen=True)
class Source:
    """A way problems come in: how likely on a day, by whom, and the shares of the two upper tiers."""

    key: str
    share: float
    reporter: str
    major: float
    risk: float


DAILY = (
    Source("daily", 0.085, "inspector", 0.08, 0.05),
    Source("mystery", 0.04, "supervisor", 0.4, 0.0),
    Source("hotline", 0.045, "hotline", 0.4, 0.0),
    Source("book", 0.03, "hotline", 0.0, 0.0),
)
SPECIAL = {
    4: Source("fourth", 1.0, "inspector", 0.32, 0.15),
    14: Source("fourteenth", 1.0, "inspector2", 0.32, 0.15),
}
HEATING_SHARE = 0.12
AGAIN = 0.05
WINTER = {12, 1, 2}
# Where the work of today stands: how many working days ago it began and where its story stops.
TODAY = (
    ("south", "ignored", 17, "major"),
    ("west", "waiting", 14, "major"),
    ("north", "waiting", 10, "hidden_risk"),
    ("west", "waiting", 7, "major"),
    ("south", "waiting", 6, "major"),
    ("north", "waiting", 5, "hidden_risk"),
    ("south", "asking", 6, "major"),
    ("north", "unchecked", 11, "major"),
    ("west", "unchecked", 15, "major"),
    ("south", "returned", 12, "major"),
    ("north", "drafted", 2, "major"),
    ("west", "raised", 1, "hidden_risk"),
    ("south", "corrected", 1, "ordinary"),
    ("north", "corrected", 2, "ordinary"),
    ("west", "raised", 0, "major"),
)


@dataclass
class Programme:
    """Gives each place its next problem; the same theme comes back in one unit only where that is meant."""

    stage: Stage
    turn: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))

    def problem(self, unit: OrgUnit, tier: str, chance: Chance) -> Problem:
        pool, key = POOLS[tier], (unit.code, tier)
        if self.turn[key] == 0:
            self.turn[key] = 1 + 5 * sum(unit.code.encode()) % len(pool)
        elif chance.random() >= AGAIN:
            self.turn[key] += 1
        return pool[self.turn[key] % len(pool)]

    def place(self, problem: Problem, line: str, chance: Chance) -> Asset | None:
        units = self.stage.units
        if problem.place == "vehicle":
            return units.vehicles[line][int(chance.integers(5))]
        if problem.place == "line":
            return units.lines[line]
        return units.halls[units.station_of(line).code]

    def case(self, source: Source, tier: str, when: datetime, chance: Chance, line: str = "") -> Case:
        line = line or LINE_NAMES[int(chance.integers(len(LINE_NAMES)))]
        unit = self.stage.units.station_of(line)
        problem = self.problem(unit, tier, chance)
        asset = self.place(problem, line, chance)
        if tier == "hidden_risk" and problem.place == "vehicle":
            unit = self.stage.units.by_code["QY-JS"]
        return Case(problem, tier, unit, asset, line, w.SOURCES[source.key], source.reporter, when, chance)


def told(stage: Stage, case: Case) -> Story:
    return ordinary(stage, case) if case.severity == "ordinary" else written(stage, case)


def tier_of(source: Source, chance: Chance) -> str:
    roll = chance.random()
    return "hidden_risk" if roll < source.risk else "major" if roll < source.risk + source.major else "ordinary"


def day_cases(programme: Programme, day: date) -> Iterator[Case]:
    """What comes up on one day; each day draws for itself, so history stays the same as the days go by."""
    chance = chance_of(1, day.toordinal())
    sources = [source for source in DAILY if chance.random() < source.share]
    if day.day in SPECIAL:
        sources += [SPECIAL[day.day]] * int(chance.integers(1, 3))
    for place, source in enumerate(sources):
        own = chance_of(2, day.toordinal(), place)
        when = at(day, "07:20") + timedelta(minutes=int(own.integers(0, 560)))
        yield programme.case(source, tier_of(source, own), when, own)
    if day.month in WINTER and chance.random() < HEATING_SHARE:
        yield heating_case(programme, day)


def heating_case(programme: Programme, day: date) -> Case:
    chance = chance_of(3, day.toordinal())
    line = LINE_NAMES[int(chance.integers(len(LINE_NAMES)))]
    tier = "major" if chance.random() < 0.2 else "ordinary"
    when = at(day, "06:40") + timedelta(minutes=int(chance.integers(0, 90)))
    unit, vehicle = programme.stage.units.station_of(line), programme.stage.units.vehicles[line][0]
    return Case(w.HEATING, tier, unit, vehicle, line, w.SOURCES["hotline"], "hotline", when, chance)


def year(stage: Stage, since: date) -> Iterator[Story]:
    """The stories of every day from ``since`` until today."""
    programme = Programme(stage)
    for number in range((stage.today - since).days + 1):
        for case in day_cases(programme, since + timedelta(days=number)):
            yield told(stage, case)
    lines = {"north": ("1路", "6路"), "south": ("4路", "8路"), "west": ("3路", "7路")}
    for place, (head, ends, back, tier) in enumerate(TODAY):
        chance = chance_of(4, place)
        when = at(stage.workday_before(back), "09:10") + timedelta(minutes=17 * place)
        case = programme.case(SPECIAL[4], tier, when, chance, line=lines[head][place % 2])
        case.source, case.ends = w.SOURCES["daily"], ends
        yield told(stage, case)


def watch(stage: Stage, since: date) -> Story:
    """Every morning the scanner looks at the clocks, as the worker does each minute."""
    day = since
    while True:
        yield datetime.combine(day, time(7, 5), tzinfo=ZONE)
        look(stage.moment.now)
        day += timedelta(days=1)


def look(now: datetime) -> None:
    with system_scope("setup"):
        rechecks_ask(actor=system_actor("rechecks"), today=now.astimezone(ZONE).date(), at=now)
    with system_scope("scanner"):
        scan(now)
