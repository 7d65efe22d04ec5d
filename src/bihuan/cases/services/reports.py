"""Weekly and monthly tables: drafted from the data, commented by a person, frozen when published."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from bihuan.cases import permissions as may
from bihuan.cases.models import CaseReport, Exposure, MapLayer
from bihuan.cases.selectors.tables import report_tables
from bihuan.foundation.activity import activity
from bihuan.foundation.actor import Actor, system_actor
from bihuan.foundation.errors import BadInputError
from bihuan.foundation.lifecycle import perform
from bihuan.organisation.models import OrgUnit
from bihuan.records.services import number_take, tell

SERIES = {CaseReport.Rhythm.WEEK.value: "ZB", CaseReport.Rhythm.MONTH.value: "YB"}
MAP_POINTS = 20_000
SYSTEM = system_actor("case reports")
# After a long silence a year of weeks is drafted, not more.
MOST_MISSED = 52
# How deep the points lie in the coordinates of each shape.
DEPTHS = {"LineString": 0, "Polygon": 1, "MultiLineString": 1, "MultiPolygon": 2}


def span(rhythm: str, day: date) -> tuple[date, date]:
    """The week or month that ``day`` lies in."""
    if rhythm == CaseReport.Rhythm.WEEK:
        begin = day - timedelta(days=day.weekday())
        return begin, begin + timedelta(days=6)
    begin = day.replace(day=1)
    return begin, (begin + timedelta(days=32)).replace(day=1) - timedelta(days=1)


@transaction.atomic
def report_draft(*, actor: Actor, unit: OrgUnit, rhythm: str, day: date, at: datetime | None = None) -> CaseReport:
    """Draft the report of the week or month of ``day``; a draft of the same period is given again."""
    actor.require(may.REPORT, unit.org_path)
    at = at or timezone.now()
    if rhythm not in CaseReport.Rhythm.values:
        raise BadInputError(_("There is no such report."), place="rhythm")
    since, until = span(rhythm, day)
    if since > timezone.localdate(at):
        raise BadInputError(_("This period has not begun."), place="day")
    there = CaseReport.objects.filter(unit=unit, rhythm=rhythm, since=since).exclude(state="withdrawn").first()
    if there is not None:
        return there
    report = CaseReport.objects.create(
        org_path=unit.org_path,
        state=CaseReport.lifecycle.initial,
        rhythm=rhythm,
        unit=unit,
        since=since,
        until=until,
        cut_off_at=at,
        figures=report_tables(actor, unit=unit, since=since, until=until),
        drafted_by_name=actor.name,
    )
    activity(report, "draft", actor=actor, after={"rhythm": rhythm, "since": since}, at=at)
    return report


def reports_draft_due(*, at: datetime | None = None) -> int:
    """Draft what has ended since the last report of every unit that publishes them; returns how many are new."""
    at = at or timezone.now()
    today, made = timezone.localdate(at), 0
    published = CaseReport.objects.filter(state="published").order_by("unit", "rhythm", "-since")
    latest = {(report.unit_id, report.rhythm): report for report in reversed(published.select_related("unit"))}
    for report in latest.values():
        day = report.until + timedelta(days=1)
        for _period in range(MOST_MISSED):
            since, until = span(report.rhythm, day)
            if until >= today:
                break
            made += drafted_unless_there(report.unit, report.rhythm, since, at)
            day = until + timedelta(days=1)
    return made


@transaction.atomic
def drafted_unless_there(unit: OrgUnit, rhythm: str, since: date, at: datetime) -> bool:
    # A draft that somebody withdrew is not wanted again.
    if CaseReport.objects.filter(unit=unit, rhythm=rhythm, since=since).exists():
        return False
    report = report_draft(actor=SYSTEM, unit=unit, rhythm=rhythm, day=since, at=at)
    message = gettext_noop("A case report is drafted: write the analysis and publish it")
    tell(subject=report, message=message, holders_of=may.REPORT)
    return True


@transaction.atomic
def report_refresh(*, actor: Actor, report: CaseReport, at: datetime | None = None) -> CaseReport:
    at = at or timezone.now()
    figures = report_tables(actor, unit=report.unit, since=report.since, until=report.until)
    return perform(report, "refresh", actor=actor, data={"figures": figures, "cut_off_at": at}, at=at)


@transaction.atomic
def report_comment(*, actor: Actor, report: CaseReport, comment: str, at: datetime | None = None) -> CaseReport:
    return perform(report, "comment", actor=actor, data={"comment": comment.strip()}, at=at)


@transaction.atomic
def report_publish(*, actor: Actor, report: CaseReport, at: datetime | None = None) -> CaseReport:
    """Give it its number; from now on its figures are those it holds, whatever becomes of the cases."""
    at = at or timezone.now()
    series = SERIES[report.rhythm]
    number = number_take(series=series, year=report.since.year)
    data = {
        "number": f"{series}-{report.since.year}-{number:03d}",
        "published_at": at,
        "published_by_name": actor.name,
    }
    perform(report, "publish", actor=actor, data=data, at=at)
    tell(
        subject=report,
        message=gettext_noop("Case report %(number)s was published"),
        params={"number": report.number},
        holders_of=may.LEAD if report.rhythm == CaseReport.Rhythm.WEEK else may.VIEW,
        without=actor,
    )
    return report


@transaction.atomic
def report_withdraw(*, actor: Actor, report: CaseReport, reason: str, at: datetime | None = None) -> CaseReport:
    return perform(report, "withdraw", actor=actor, data={"reason": reason}, at=at)


@transaction.atomic
def exposure_enter(
    *, actor: Actor, unit: OrgUnit, measure: str, since: date, until: date, number: int, source: str
) -> Exposure:
    """Passengers, calls or customers of a period; a day counts once, so periods of a unit do not overlap."""
    actor.require(may.REPORT, unit.org_path)
    if measure not in Exposure.Measure.values:
        raise BadInputError(_("There is no such measure."), place="measure")
    if until < since:
        raise BadInputError(_("The end lies before the beginning."), place="until")
    if number < 0:
        raise BadInputError(_("The number cannot be negative."), place="number")
    if not source.strip():
        raise BadInputError(_("Name the source."), place="source")
    rows = Exposure.objects.filter(unit=unit, measure=measure, since__lte=until, until__gte=since)
    if rows.exists():
        raise BadInputError(_("A number for part of this period is there already."), place="since")
    exposure = Exposure.objects.create(
        org_path=unit.org_path,
        unit=unit,
        measure=measure,
        since=since,
        until=until,
        number=number,
        source=source.strip(),
    )
    activity(exposure, "create", actor=actor, after={"measure": measure, "number": number, "since": since})
    return exposure


@transaction.atomic
def exposure_remove(*, actor: Actor, exposure: Exposure, reason: str) -> None:
    actor.require(may.REPORT, exposure.org_path)
    if not reason.strip():
        raise BadInputError(_("Say why."), place="reason")
    before = {"measure": exposure.measure, "number": exposure.number, "since": exposure.since}
    activity(exposure, "delete", actor=actor, before=before, reason=reason)
    exposure.delete()


@transaction.atomic
def map_layer_upload(*, actor: Actor, unit: OrgUnit, name: str, origin: str, body: Any) -> MapLayer:
    """Keep the outlines of a GeoJSON: only lines and rings, rounded; nothing it says about itself is fetched."""
    actor.require(may.CRITERIA, unit.org_path)
    if not origin.strip():
        raise BadInputError(_("Name origin and licence."), place="origin")
    rings = rings_of(body)
    layer = MapLayer.objects.create(
        org_path=unit.org_path,
        name=name.strip(),
        unit=unit,
        shapes={"rings": rings},
        origin=origin.strip(),
        uploaded_at=timezone.now(),
    )
    activity(layer, "create", actor=actor, after={"name": name})
    return layer


def rings_of(body: Any) -> list[list[list[float]]]:
    """Every ring and line of a GeoJSON as [[longitude, latitude], …]; at most 20,000 points are kept."""
    found: list[list[list[float]]] = []

    def walk(shape: Any) -> None:
        kind = shape.get("type") if isinstance(shape, dict) else None
        if kind == "FeatureCollection":
            for feature in shape.get("features") or ():
                walk(feature)
        elif kind == "Feature":
            walk(shape.get("geometry") or {})
        elif kind == "GeometryCollection":
            for part in shape.get("geometries") or ():
                walk(part)
        elif kind in {"LineString", "Polygon", "MultiLineString", "MultiPolygon"}:
            lines(
                shape.get("coordinates"), {"LineString": 0, "Polygon": 1, "MultiLineString": 1, "MultiPolygon": 2}[kind]
            )

    def lines(part: Any, depth: int) -> None:
        if depth:
            for inner in part or ():
                lines(inner, depth - 1)
        else:
            found.append([[float(point[0]), float(point[1])] for point in part or ()])

    try:
        walk(body)
    except (TypeError, ValueError, IndexError, KeyError, RecursionError) as error:
        raise BadInputError(_("This is no GeoJSON that can be read."), place="file") from error
    points = sum(len(ring) for ring in found)
    if not points:
        raise BadInputError(_("There is no outline in this file."), place="file")
    if any(not (-180 <= x <= 180 and -90 <= y <= 90) for ring in found for x, y in ring):
        raise BadInputError(_("Positions have to be longitude and latitude."), place="file")
    step = -(-points // MAP_POINTS)
    return [[[round(x, 5), round(y, 5)] for x, y in [*ring[::step], ring[-1]]] for ring in found if len(ring) > 1]
