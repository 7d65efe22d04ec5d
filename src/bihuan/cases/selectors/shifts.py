"""The desk's roster: a week as a grid with its gaps, and who can be reached this moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from bihuan.cases import permissions as may
from bihuan.cases.coverage import Coverage, Stretch, coverage
from bihuan.cases.models import Case, DeskShift
from bihuan.foundation.actor import Actor, paths_above
from bihuan.foundation.models import within
from bihuan.organisation.models import OrgUnit


def shifts_seen(actor: Actor) -> QuerySet[DeskShift]:
    """Desks of one's units and of those above: a station rings the company's desk."""
    # The desk above stands outside the reader's scope, and its roster is meant for them.
    rows = DeskShift._base_manager.select_related("unit", "person", "handed_to")
    if actor.is_system:
        return rows
    paths = actor.paths(may.VIEW)
    above = {path for held in paths for path in paths_above(held)}
    return rows.filter(Q(org_path__in=above) | within("org_path", paths))


def on_duty(actor: Actor, now: datetime) -> list[DeskShift]:
    rows = shifts_seen(actor).filter(starts_at__lte=now, ends_at__gt=now, handed_over_at=None)
    return list(rows.order_by("unit__org_path", "starts_at"))


def next_on_duty(actor: Actor, now: datetime) -> DeskShift | None:
    return shifts_seen(actor).filter(starts_at__gt=now).order_by("starts_at").first()


def open_cases(unit: OrgUnit) -> int:
    """Everything taken in at the desk that is not finished, wherever it stands now."""
    return Case._base_manager.filter(desk=unit).exclude(waits_for="").count()


def desks_seen(actor: Actor) -> list[OrgUnit]:
    """Desks that keep a roster, the one with the latest shift first."""
    keys = shifts_seen(actor).order_by().values("unit")
    return list(OrgUnit._base_manager.filter(pk__in=keys).order_by("org_path"))


def midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def hours(begin: datetime, end: datetime) -> str:
    """8:00–16:00 as clocks say it here; a stretch up to midnight ends at 24:00."""
    first, last = timezone.localtime(begin), timezone.localtime(end)
    until = "24:00" if (last.hour, last.minute) == (0, 0) else f"{last.hour}:{last:%M}"
    return f"{first.hour}:{first:%M}–{until}"


@dataclass(frozen=True)
class Cell:
    """The part of a shift that lies on one day."""

    shift: DeskShift
    is_now: bool
    begins_before: bool
    begin: datetime
    end: datetime

    @property
    def hours(self) -> str:
        return hours(self.begin, self.end)

    @property
    def whole(self) -> str:
        return hours(self.shift.starts_at, self.shift.ends_at)


@dataclass(frozen=True)
class Line:
    begin: datetime
    kind: str
    hours: str
    cell: Cell | None = None


@dataclass(frozen=True)
class Day:
    day: date
    is_today: bool
    cells: list[Cell]
    cover: Coverage

    @property
    def lines(self) -> list[Line]:
        """Shifts, gaps and overlaps in the order of the day."""
        found = [
            *(Line(cell.begin, "shift", cell.hours, cell) for cell in self.cells),
            *(Line(gap.begin, "gap", hours(gap.begin, gap.end)) for gap in self.cover.gaps),
            *(Line(one.begin, "overlap", hours(one.begin, one.end)) for one in self.cover.overlaps),
        ]
        return sorted(found, key=lambda line: line.begin)


@dataclass(frozen=True)
class Week:
    monday: date
    days: list[Day]
    cover: Coverage

    @property
    def sunday(self) -> date:
        return self.monday + timedelta(days=6)

    @property
    def earlier(self) -> date:
        return self.monday - timedelta(days=7)

    @property
    def later(self) -> date:
        return self.monday + timedelta(days=7)


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def week_of(rows: QuerySet[DeskShift], monday: date, now: datetime) -> Week:
    """Seven days; a shift over midnight stands on both of its days."""
    begin, end = midnight(monday), midnight(monday + timedelta(days=7))
    shifts = list(rows.filter(starts_at__lt=end, ends_at__gt=begin).order_by("starts_at", "pk"))
    spans = [Stretch(shift.starts_at, shift.ends_at) for shift in shifts]
    days = []
    for number in range(7):
        day = monday + timedelta(days=number)
        first, last = midnight(day), midnight(day + timedelta(days=1))
        cells = [
            Cell(
                shift,
                shift.starts_at <= now < shift.ends_at,
                shift.starts_at < first,
                max(shift.starts_at, first),
                min(shift.ends_at, last),
            )
            for shift in shifts
            if shift.starts_at < last and shift.ends_at > first
        ]
        days.append(Day(day, day == timezone.localdate(now), cells, coverage(spans, first, last)))
    return Week(monday, days, coverage(spans, begin, end))
