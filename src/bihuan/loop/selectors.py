"""The loop in figures: one set of queries over the chain, aggregated in the database."""

from __future__ import annotations

import heapq
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from django.db.models import Case, Count, ExpressionWrapper, F, IntegerField, Q, QuerySet, Value, When, Window
from django.db.models.functions import RowNumber

from bihuan.foundation.actor import Actor
from bihuan.loop.clockwork import EpochSeconds
from bihuan.loop.permissions import LOOP_VIEW
from bihuan.organisation.models import OrgUnit
from bihuan.rectification.enums import Holder, Verdict
from bihuan.rectification.models import Finding, Verification
from bihuan.rectification.selectors import of_few_units
from servicequality.comparison import compare_groups
from servicequality.intervals import wilson
from servicequality.results import Estimate
from servicequality.survival import km_median
from servicequality.tallies.histogram import Tally

# The chain as a flow; "closed" is counted in the period, everything before it as it stands now.
FLOW = ("open", "corrected", "in_rectification", "answered", "reopened", "closed")
HOUR, DAY = 3600, 86400
FINE_HOURS = 240  # below ten days lengths are counted by the hour, above by the day
MIN_FOR_WORST = 3
OPEN_ENDS = 10


@dataclass(frozen=True)
class LoopQuestion:
    """What is asked: the reader, findings raised from ``since`` to ``until``, the unit and all below it."""

    actor: Actor
    now: datetime
    since: datetime | None = None
    until: datetime | None = None
    unit: OrgUnit | None = None

    def findings(self) -> QuerySet[Finding]:
        rows = Finding.objects.for_permission(self.actor, LOOP_VIEW)
        return rows.filter(org_path__within=self.unit.org_path) if self.unit is not None else rows

    def raised_in_period(self) -> QuerySet[Finding]:
        rows = self.findings()
        if self.since is not None:
            rows = rows.filter(raised_at__gte=self.since)
        if self.until is not None:
            rows = rows.filter(raised_at__lt=self.until)
        return rows


@dataclass(frozen=True)
class Stage:
    """``median_age`` is the time spent in this stage so far; ``worst_unit`` where that median is longest."""

    state: str
    count: int
    median_age: timedelta | None
    worst_unit: OrgUnit | None
    worst_age: timedelta | None


@dataclass(frozen=True)
class UnitRow:
    """``group`` letters: units that share one cannot be told apart by their closure rate."""

    unit: OrgUnit
    raised: int
    open: int
    closure: Estimate
    cycle_days: Estimate
    effect: Estimate
    letters: tuple[str, ...]


@dataclass(frozen=True)
class LoopFigures:
    stages: tuple[Stage, ...]
    open_now: int
    open_ends: tuple[Finding, ...]
    raised: int
    dismissed: int
    closure: Estimate
    cycle_days: Estimate
    effect: Estimate
    units: tuple[UnitRow, ...]
    different: bool | None


def _median_start(rows: QuerySet[Finding], by_unit: bool) -> Any:
    """Per state (and unit): how many, and since when the middle one is there (of two, the earlier)."""
    parts = [F("state"), F("unit_id")] if by_unit else [F("state")]
    names = ("state", "unit_id") if by_unit else ("state",)
    return (
        rows.exclude(waits_for="")
        .order_by()
        .annotate(
            place=Window(RowNumber(), partition_by=parts, order_by=F("stage_since").asc()),
            size=Window(Count("pk"), partition_by=parts),
        )
        .filter(place=ExpressionWrapper((F("size") + 1) / 2, output_field=IntegerField()))
        .values(*names, "size", "stage_since")
    )


def _stages(question: LoopQuestion, units: dict[int, OrgUnit]) -> tuple[Stage, ...]:
    rows = question.findings()
    middle = {row["state"]: row for row in _median_start(rows, by_unit=False)}
    worst: dict[str, tuple[datetime, int]] = {}
    for row in _median_start(rows, by_unit=True):
        enough = row["size"] >= MIN_FOR_WORST
        if enough and (row["state"] not in worst or row["stage_since"] < worst[row["state"]][0]):
            worst[row["state"]] = (row["stage_since"], row["unit_id"])
    closed = rows.filter(state="closed")
    if question.since is not None:
        closed = closed.filter(closed_at__gte=question.since)
    if question.until is not None:
        closed = closed.filter(closed_at__lt=question.until)
    found = []
    for state in FLOW:
        at = worst.get(state)
        found_row = middle.get(state)
        found.append(
            Stage(
                state=state,
                count=closed.count() if state == "closed" else found_row["size"] if found_row else 0,
                median_age=question.now - found_row["stage_since"] if found_row else None,
                worst_unit=units.get(at[1]) if at else None,
                worst_age=question.now - at[0] if at else None,
            )
        )
    return tuple(found)


def open_ends(question: LoopQuestion, limit: int = OPEN_ENDS) -> tuple[Finding, ...]:
    """The oldest findings that are not closed, whoever holds the ball; one index walk per holder."""
    paths = (question.unit.org_path,) if question.unit is not None else question.actor.paths(LOOP_VIEW)
    rows = of_few_units(question.findings().select_related("unit").order_by("raised_at"), paths)
    holders = (holder.value for holder in Holder if holder.value)
    candidates = [row for holder in holders for row in rows.filter(waits_for=holder)[:limit]]
    return tuple(heapq.nsmallest(limit, candidates, key=lambda row: (row.raised_at, row.pk)))


def _lengths(question: LoopQuestion) -> Any:
    """Per unit, closed or open, and length: how many findings of the period."""
    end = Case(
        When(state="closed", then=EpochSeconds("closed_at")),
        default=Value(int(question.now.timestamp())),
        output_field=IntegerField(),
    )
    hours = ExpressionWrapper((F("ended") - EpochSeconds("raised_at")) / HOUR, output_field=IntegerField())
    coarse = ExpressionWrapper((F("hours") / 24) * 24, output_field=IntegerField())
    return (
        question.raised_in_period()
        .exclude(state="dismissed")
        .order_by()
        .annotate(ended=end)
        .annotate(hours=hours)
        .annotate(
            length=Case(When(hours__lt=FINE_HOURS, then=F("hours")), default=coarse, output_field=IntegerField()),
            is_closed=Case(When(state="closed", then=Value(1)), default=Value(0), output_field=IntegerField()),
        )
        .values("unit_id", "is_closed", "length")
        .annotate(many=Count("pk"))
    )


@dataclass
class _Heap:
    """Lengths of one unit (or of all): hours, closed or not, how many of each."""

    hours: list[float]
    closed: list[bool]
    many: list[int]

    def add(self, row: dict[str, Any]) -> None:
        self.hours.append(max(0.0, float(row["length"])))
        self.closed.append(bool(row["is_closed"]))
        self.many.append(int(row["many"]))

    @property
    def raised(self) -> int:
        return sum(self.many)

    @property
    def done(self) -> int:
        return sum(many for many, closed in zip(self.many, self.closed, strict=True) if closed)

    def cycle_days(self) -> Estimate:
        found = km_median(self.hours, self.closed, counts=self.many)
        value, low, high = (None if hours is None else hours / 24 for hours in (found.value, found.low, found.high))
        return Estimate(value, low, high, found.n, found.level, found.method)


def _effects(question: LoopQuestion) -> dict[int, tuple[int, int]]:
    """Per unit: effective verdicts and all that say effective or not; "too early" says nothing yet."""
    rows = Verification.objects.for_permission(question.actor, LOOP_VIEW)
    if question.unit is not None:
        rows = rows.filter(org_path__within=question.unit.org_path)
    if question.since is not None:
        rows = rows.filter(verified_at__gte=question.since)
    if question.until is not None:
        rows = rows.filter(verified_at__lt=question.until)
    told = rows.filter(verdict__in=(Verdict.EFFECTIVE, Verdict.NOT_EFFECTIVE)).order_by()
    counted = told.values("notice__unit_id").annotate(
        effective=Count("pk", filter=Q(verdict=Verdict.EFFECTIVE)), told=Count("pk")
    )
    return {row["notice__unit_id"]: (row["effective"], row["told"]) for row in counted}


def loop_figures(question: LoopQuestion) -> LoopFigures:
    """Everything the loop page shows, in a fixed number of queries."""
    whole = _Heap([], [], [])
    heaps: dict[int, _Heap] = defaultdict(lambda: _Heap([], [], []))
    for row in _lengths(question):
        heaps[row["unit_id"]].add(row)
        whole.add(row)
    effects = _effects(question)
    # Names on records the reader may see anyway: a unit may lie outside the scope after a move.
    units = {unit.pk: unit for unit in OrgUnit._base_manager.all()}
    letters: dict[Any, tuple[str, ...]] = {}
    different: bool | None = None
    if len(heaps) > 1:
        tallies: dict[str | int, Tally] = {
            pk: Tally(0.0, 1.0, np.array([heap.raised - heap.done, heap.done])) for pk, heap in heaps.items()
        }
        compared = compare_groups(tallies, measure="share", top=[1.0])
        letters = {row.group: row.letters for row in compared.rows}
        different = any(pair.different for pair in compared.pairs)
    rows = [
        UnitRow(
            unit=units[pk],
            raised=heap.raised,
            open=heap.raised - heap.done,
            closure=wilson(heap.done, heap.raised),
            cycle_days=heap.cycle_days(),
            effect=wilson(*effects.get(pk, (0, 0))),
            letters=letters.get(pk, ()),
        )
        for pk, heap in heaps.items()
    ]
    stages = _stages(question, units)
    return LoopFigures(
        stages=stages,
        open_now=sum(stage.count for stage in stages if stage.state != "closed"),
        open_ends=open_ends(question),
        raised=whole.raised,
        dismissed=question.raised_in_period().filter(state="dismissed").count(),
        closure=wilson(whole.done, whole.raised),
        cycle_days=whole.cycle_days(),
        effect=wilson(sum(good for good, _all in effects.values()), sum(told for _good, told in effects.values())),
        units=tuple(sorted(rows, key=lambda row: (row.closure.value or 0.0, -row.open, row.unit.org_path))),
        different=different,
    )
