"""Figures of cases for a period: counted by the database, each with its base and interval."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

import numpy as np
from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import TruncWeek
from django.utils import timezone

from bihuan.cases import permissions as may
from bihuan.cases.enums import DEPARTMENT, FOUND, GENERAL, JUDGED, REPLY, SERIOUS, Kind
from bihuan.cases.models import Case, Exposure, SatisfactionAsk
from bihuan.duties.enums import OPEN
from bihuan.duties.models import Clock, ClockCycle
from bihuan.foundation.actor import Actor
from bihuan.foundation.models import within
from bihuan.organisation.models import OrgUnit
from servicequality.comparison import compare_groups
from servicequality.event_rates import RateComparison, compare_rates, rate_interval
from servicequality.intervals import newcombe_difference, wilson
from servicequality.results import Estimate
from servicequality.tallies.histogram import Tally

LABEL = Case._meta.label_lower
PROMISES = {"closing": (GENERAL, SERIOUS), "reply": (REPLY,), "department": (DEPARTMENT,)}
BASES = {Exposure.Measure.PASSENGERS: 1_000_000, Exposure.Measure.CALLS: 10_000, Exposure.Measure.CUSTOMERS: 10_000}
SATISFIED = ("4", "5")
PARETO = 12


def begin_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


@dataclass(frozen=True)
class CaseQuestion:
    """Whose cases, from ``since`` to ``until`` (days, both included), of which unit and all below it, of which kind."""

    actor: Actor
    since: date
    until: date
    unit: OrgUnit | None = None
    kind: str = ""

    @property
    def begin(self) -> datetime:
        return begin_of(self.since)

    @property
    def end(self) -> datetime:
        return begin_of(self.until + timedelta(days=1))

    @property
    def before(self) -> CaseQuestion:
        """The period of the same length just before."""
        days = (self.until - self.since).days + 1
        return replace(self, since=self.since - timedelta(days=days), until=self.since - timedelta(days=1))

    def cases(self) -> QuerySet[Case]:
        rows = Case.objects.for_permission(self.actor, may.VIEW).order_by()
        if self.unit is not None:
            rows = rows.filter(org_path__within=self.unit.org_path)
        return rows.filter(kind=self.kind) if self.kind else rows

    def received(self) -> QuerySet[Case]:
        return self.cases().filter(received_at__gte=self.begin, received_at__lt=self.end).exclude(state="duplicate")

    def closed(self) -> QuerySet[Case]:
        return self.cases().filter(closed_at__gte=self.begin, closed_at__lt=self.end)

    def paths(self) -> tuple[str, ...]:
        if self.unit is not None:
            return (self.unit.org_path,)
        return () if self.actor.is_system else self.actor.paths(may.VIEW)

    def in_units(self, field: str = "org_path") -> Q:
        paths = self.paths()
        return within(field, paths) if paths else Q()


@dataclass(frozen=True)
class Promise:
    """Cycles judged in the period, three classes apart, and those overdue and still open at its end."""

    key: str
    kept: int
    extended: int
    broken: int
    late_now: int

    @property
    def judged(self) -> int:
        return self.kept + self.extended + self.broken

    @property
    def in_time(self) -> Estimate:
        """Kept without an extension among all judged, and among all that are late and open too."""
        return wilson(self.kept, self.judged + self.late_now)

    @property
    def with_extension(self) -> Estimate:
        return wilson(self.extended, self.judged + self.late_now)


@dataclass(frozen=True)
class Rate:
    """Complaints per base of what was carried or answered; ``covered`` is the share of days the base is known for."""

    measure: str
    base: int
    exposure: float
    estimate: Estimate
    covered: float
    change: RateComparison | None


@dataclass(frozen=True)
class CaseFigures:
    question: CaseQuestion
    received: int
    received_before: int
    closed: int
    open_at_end: int
    by_kind: tuple[tuple[str, int], ...]
    promises: tuple[Promise, ...]
    substantiated: Estimate
    substantiated_change: Estimate
    repeat: Estimate
    attributable: Estimate
    asked: int
    satisfied: Estimate
    rates: tuple[Rate, ...]


def promise_of(question: CaseQuestion, key: str, policies: tuple[str, ...]) -> Promise:
    cycles = ClockCycle.objects.filter(
        question.in_units(),
        clock__subject_type=LABEL,
        clock__policy_key__in=policies,
        closed_at__gte=question.begin,
        closed_at__lt=question.end,
    )
    if question.kind:
        cycles = cycles.filter(clock__subject_id__in=question.cases().values("pk"))
    counts = dict(cycles.order_by().values_list("outcome").annotate(n=Count("pk")))
    late = Clock.objects.filter(
        question.in_units(),
        subject_type=LABEL,
        policy_key__in=policies,
        status__in=OPEN,
        due_at__lt=min(question.end, timezone.now()),
        started_at__lt=question.end,
    )
    if question.kind:
        late = late.filter(subject_id__in=question.cases().values("pk"))
    return Promise(
        key, counts.get("kept", 0), counts.get("kept_with_extension", 0), counts.get("broken", 0), late.count()
    )


@dataclass(frozen=True)
class Exposed:
    """What was carried on the days it was entered for, how many cases came on those days, and what share they are."""

    total: float
    cases: int
    covered: float


def exposed(question: CaseQuestion, measure: str) -> Exposed:
    """Entered numbers shared out by day; cases of days without a number are left out, or the rate would be too high."""
    unit = question.unit
    rows = Exposure._base_manager.filter(measure=measure, since__lte=question.until, until__gte=question.since)
    if unit is not None:
        rows = rows.filter(unit=unit)
    else:
        top = min(question.paths(), key=len, default="/")
        rows = rows.filter(unit__org_path=top)
    total, days, cases = 0.0, 0, 0
    for row in rows:
        part = replace(question, since=max(row.since, question.since), until=min(row.until, question.until))
        share = (part.until - part.since).days + 1
        total += row.number * share / ((row.until - row.since).days + 1)
        days += share
        cases += part.received().count()
    return Exposed(total, cases, min(1.0, days / ((question.until - question.since).days + 1)))


def rates_of(question: CaseQuestion) -> tuple[Rate, ...]:
    complaints = replace(question, kind=question.kind or Kind.COMPLAINT)
    found = []
    for measure, base in BASES.items():
        now = exposed(complaints, measure)
        if not now.total:
            continue
        before = exposed(complaints.before, measure)
        change = compare_rates(now.cases, now.total, before.cases, before.total) if before.total else None
        rate = rate_interval(now.cases, now.total, per=base)
        found.append(Rate(measure, base, now.total, rate, now.covered, change))
    return tuple(found)


def judged_counts(question: CaseQuestion) -> tuple[int, int, int, int]:
    """Judged, found, with staff judged, attributable: of the cases answered in the period."""
    rows = question.cases().filter(answered_at__gte=question.begin, answered_at__lt=question.end, kind__in=JUDGED)
    counts = rows.aggregate(
        judged=Count("pk", filter=~Q(outcome="")),
        found=Count("pk", filter=Q(outcome__in=FOUND)),
        staff=Count("pk", filter=Q(counts_against_staff__isnull=False)),
        against=Count("pk", filter=Q(counts_against_staff=True)),
    )
    return counts["judged"], counts["found"], counts["staff"], counts["against"]


def case_figures(question: CaseQuestion) -> CaseFigures:
    received = question.received()
    counts = received.aggregate(n=Count("pk"), repeats=Count("pk", filter=Q(repeat_of__isnull=False)))
    judged, found, staff, against = judged_counts(question)
    judged_before, found_before, _staff, _against = judged_counts(question.before)
    asks = SatisfactionAsk.objects.filter(question.in_units(), asked_at__gte=question.begin, asked_at__lt=question.end)
    if question.kind:
        asks = asks.filter(case__kind=question.kind)
    asked = asks.aggregate(
        n=Count("pk"),
        answered=Count("pk", filter=Q(answered_at__isnull=False)),
        good=Count("pk", filter=Q(level__in=SATISFIED)),
    )
    before_end = question.cases().filter(received_at__lt=question.end)
    # Two questions that an index answers, where one with "or" would read every case.
    open_at_end = before_end.filter(closed_at__isnull=True).count()
    open_at_end += before_end.filter(closed_at__gte=question.end).count()
    kinds = dict(received.values_list("kind").annotate(n=Count("pk")))
    return CaseFigures(
        question=question,
        received=counts["n"],
        received_before=question.before.received().count(),
        closed=question.closed().count(),
        open_at_end=open_at_end,
        by_kind=tuple((str(kind.label), kinds[kind.value]) for kind in Kind if kind.value in kinds),
        promises=tuple(promise_of(question, key, policies) for key, policies in PROMISES.items()),
        substantiated=wilson(found, judged),
        substantiated_change=newcombe_difference(found, judged, found_before, judged_before),
        repeat=wilson(counts["repeats"], counts["n"]),
        attributable=wilson(against, staff),
        asked=asked["n"],
        satisfied=wilson(asked["good"], asked["answered"]),
        rates=rates_of(question),
    )


@dataclass(frozen=True)
class ParetoRow:
    """``share`` is of all received, ``running`` the share of this row and those above it."""

    id: int | None
    label: str
    count: int
    share: float
    running: float


def pareto(question: CaseQuestion, field: str, name: str) -> list[ParetoRow]:
    """What most cases are about, the greatest first; what nobody said stays apart at the end."""
    rows = list(
        question.received().values_list(field, f"{field}__{name}").annotate(n=Count("pk")).order_by("-n", field)
    )
    total = sum(row[2] for row in rows)
    known = [row for row in rows if row[0] is not None]
    found: list[ParetoRow] = []
    running = 0
    for number, label, count in known[:PARETO]:
        running += count
        found.append(ParetoRow(number, str(label), count, count / total, running / total))
    rest = sum(row[2] for row in known[PARETO:])
    unknown = total - sum(row[2] for row in known)
    for label, count in (("…", rest), ("", unknown)):
        if count:
            running += count
            found.append(ParetoRow(None, label, count, count / total, running / total))
    return found


def weeks(question: CaseQuestion) -> list[tuple[date, int]]:
    """Received by week, weeks without any among them."""
    counts = dict(
        question.received().annotate(week=TruncWeek("received_at")).values_list("week").annotate(n=Count("pk"))
    )
    by_day = {timezone.localdate(week): n for week, n in counts.items()}
    day = question.since - timedelta(days=question.since.weekday())
    found = []
    while day <= question.until:
        found.append((day, by_day.get(day, 0)))
        day += timedelta(days=7)
    return found


@dataclass(frozen=True)
class UnitRow:
    unit: OrgUnit
    received: int
    judged: int
    substantiated: Estimate
    late: int
    letters: tuple[str, ...]


def units(question: CaseQuestion) -> tuple[list[UnitRow], bool | None]:
    """Units with what they were sent; those that share a letter cannot be told apart by what was found true."""
    now = timezone.now()
    rows = question.received().filter(unit__isnull=False).values("unit")
    counted = rows.annotate(
        n=Count("pk"),
        judged=Count("pk", filter=~Q(outcome="") & Q(kind__in=JUDGED)),
        found=Count("pk", filter=Q(outcome__in=FOUND) & Q(kind__in=JUDGED)),
        late=Count("pk", filter=Q(due_at__lt=min(now, question.end)) & ~Q(waits_for="")),
    ).order_by("-n")
    found = list(counted)
    names = OrgUnit._base_manager.in_bulk([row["unit"] for row in found])
    groups: dict[str | int, Tally] = {
        row["unit"]: Tally(0.0, 1.0, np.array([row["judged"] - row["found"], row["found"]]))
        for row in found
        if row["judged"]
    }
    letters: dict[Any, tuple[str, ...]] = {}
    different: bool | None = None
    if len(groups) > 1:
        comparison = compare_groups(groups, measure="share", top=[1.0])
        letters = {row.group: row.letters for row in comparison.rows}
        different = any(pair.different for pair in comparison.pairs)
    return [
        UnitRow(
            names[row["unit"]],
            row["n"],
            row["judged"],
            wilson(row["found"], row["judged"]),
            row["late"],
            letters.get(row["unit"], ()),
        )
        for row in found
    ], different


def points(question: CaseQuestion, *, decimals: int = 3) -> list[tuple[float, float, int]]:
    """Where cases happened, rounded, with how many at the same place; nothing of what was said."""
    rows = question.received().filter(latitude__isnull=False, longitude__isnull=False)
    counts: dict[tuple[float, float], int] = {}
    for latitude, longitude in rows.annotate(a=F("latitude"), b=F("longitude")).values_list("a", "b")[:20_000]:
        place = (round(float(longitude), decimals), round(float(latitude), decimals))
        counts[place] = counts.get(place, 0) + 1
    return [(x, y, n) for (x, y), n in sorted(counts.items())]


def places(question: CaseQuestion, limit: int = 20) -> list[tuple[str, int]]:
    """The places named most, in the words of whoever took the case in."""
    rows = question.received().exclude(place="").values_list("place").annotate(n=Count("pk"))
    return list(rows.order_by("-n", "place")[:limit])
