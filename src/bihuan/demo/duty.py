"""Who drove what, how many were carried, where the stops are, and the reports the office wrote from it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from bihuan.cases import services
from bihuan.cases.models import Case
from bihuan.cases.selectors import roster_proposals
from bihuan.cases.services.rosters import RosterRow, roster_import
from bihuan.demo.hotline import TOLD_FOR
from bihuan.demo.moment import at
from bihuan.demo.people import HEADS
from bihuan.demo.telling import Stage, Story, chance_of
from bihuan.organisation.models import Asset, Person

SHIFTS = (("早班", time(6), time(13, 30)), ("中班", time(13, 30), time(21)))
AHEAD = 7  # days for which the roster is out
PASSENGERS_A_DAY, CALLS_A_DAY = 31_000, 58
WEEKS_REPORTED = 4
# The made-up county lies in the open sea: no real place is meant.
OUTLINE = (
    (125.02, 30.03),
    (125.09, 30.00),
    (125.17, 30.02),
    (125.25, 30.05),
    (125.29, 30.11),
    (125.26, 30.18),
    (125.19, 30.22),
    (125.10, 30.21),
    (125.03, 30.16),
    (125.00, 30.09),
    (125.02, 30.03),
)
RIVER = ((125.01, 30.12), (125.08, 30.13), (125.14, 30.11), (125.20, 30.12), (125.28, 30.10))


def crews(stage: Stage) -> Iterator[tuple[Asset, list[Person]]]:
    """The first vehicles of each line, as far as a station's drivers go, each with one driver a shift."""
    for station in stage.units.stations:
        drivers = [one for team in ("-1", "-2") for one in stage.cast.people[f"{station.code}{team}"][1:]]
        lines = [stage.units.vehicles[line] for line in stage.units.lines_of(station)]
        ranks = zip(*lines, strict=True)
        vehicles = [vehicle for rank in ranks for vehicle in rank]
        for place in range(len(drivers) // 2):
            yield vehicles[place], drivers[2 * place : 2 * place + 2]


def roster(stage: Stage) -> Story:
    first = stage.today - timedelta(days=TOLD_FOR + 2)
    yield at(first, "08:05")
    rows: list[RosterRow] = []
    for vehicle, drivers in crews(stage):
        for number in range(TOLD_FOR + 3 + AHEAD):
            day = first + timedelta(days=number)
            for driver, (name, begin, end) in zip(drivers, SHIFTS, strict=True):
                span = [timezone.make_aware(datetime.combine(day, moment)) for moment in (begin, end)]
                rows.append(RosterRow(driver, span[0], span[1], vehicle, vehicle.line, "驾驶员", name))
    with stage.acting("office") as actor:
        roster_import(actor=actor, rows=rows)


def named(stage: Stage) -> list[Story]:
    """Each evening the desk names who was at the wheel by the roster; the head of the station confirms."""

    def evening(day: date) -> Story:
        yield at(day, "20:40")
        rows = Case.objects.filter(state__in=("dispatched", "investigating"), kind="complaint", asset__isnull=False)
        for case in rows.filter(happened_at__isnull=False, parties__isnull=True, unit__isnull=False):
            found = roster_proposals(happened_at=case.happened_at, asset=case.asset, line=case.line)
            if len(found) != 1 or case.unit is None:
                continue
            with stage.acting("hotline") as actor:
                party = services.party_name(
                    actor=actor, case=case, person=found[0].shift.person, basis="roster", role="驾驶员"
                )
            with stage.acting(HEADS[case.unit.code]) as actor:
                services.party_confirm(actor=actor, party=party)

    return [evening(stage.today - timedelta(days=back)) for back in range(TOLD_FOR, -1, -1)]


def carried(stage: Stage) -> list[Story]:
    """Passengers and calls: of each month on the first of the next, of the running one up to two days ago."""

    def month(begin: date, end: date) -> Story:
        yield at(end + timedelta(days=1), "09:20")
        chance = chance_of(51, begin.toordinal())
        days = (end - begin).days + 1
        with stage.acting("office") as actor:
            for measure, daily, source in (
                ("passengers", PASSENGERS_A_DAY, "车载计数与刷卡、扫码记录合计"),
                ("calls", CALLS_A_DAY, "热线话务系统接通数"),
            ):
                services.exposure_enter(
                    actor=actor,
                    unit=stage.units.company,
                    measure=measure,
                    since=begin,
                    until=end,
                    number=int(days * daily * (0.96 + 0.08 * chance.random())),
                    source=source,
                )

    stories = []
    begin = (stage.today - timedelta(days=TOLD_FOR)).replace(day=1)
    while begin <= stage.today:
        following = (begin + timedelta(days=32)).replace(day=1)
        end = (following if following <= stage.today else stage.today - timedelta(days=1)) - timedelta(days=1)
        if end >= begin:
            stories.append(month(begin, end))
        begin = following
    return stories


def outline(stage: Stage) -> Story:
    yield at(stage.today - timedelta(days=TOLD_FOR), "10:00")
    shape = {
        "type": "GeometryCollection",
        "geometries": [
            {"type": "Polygon", "coordinates": [OUTLINE]},
            {"type": "LineString", "coordinates": RIVER},
        ],
    }
    with stage.acting("office") as actor:
        services.map_layer_upload(
            actor=actor, unit=stage.units.company, name="清源县", origin="虚构轮廓，仅供演示", body=shape
        )


def reports(stage: Stage) -> list[Story]:
    """The weekly reports of the last weeks and the monthly one, drafted, commented and published by the office."""

    def report(rhythm: str, day: date, when: datetime, comment: str) -> Story:
        yield when
        with stage.acting("office") as actor:
            draft = services.report_draft(actor=actor, unit=stage.units.company, rhythm=rhythm, day=day)
            services.report_comment(actor=actor, report=draft, comment=comment)
            services.report_publish(actor=actor, report=draft)

    monday = stage.today - timedelta(days=stage.today.weekday())
    stories = [
        report(
            "week",
            monday - timedelta(days=7 * back),
            at(monday - timedelta(days=7 * (back - 1)), "09:10"),
            "本周投诉集中在服务态度和准点，已请有关车站在周五讲评。",
        )
        for back in range(WEEKS_REPORTED, 0, -1)
    ]
    last = stage.today.replace(day=1) - timedelta(days=1)
    words = "投诉量与上月无明显差别；重点盯住超时未答复的两个单位。"
    stories.append(report("month", last, at(last + timedelta(days=1), "16:30"), words))
    return stories


def duty(stage: Stage) -> list[Story]:
    return [roster(stage), outline(stage), *named(stage), *carried(stage), *reports(stage)]
