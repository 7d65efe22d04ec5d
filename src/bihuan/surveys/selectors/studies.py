"""Reads of on-site studies: what may be drawn, what is covered, what a note became."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Max, QuerySet

from bihuan.organisation.models import OrgUnit
from bihuan.rectification.models import Finding, Need
from bihuan.surveys.models import StudyNote, StudyPlan, StudyVisit
from servicequality.sampling_plans import draw_random, frame_hash

DONE = ("reported", "closed")
COUNTS = ("planned", "under_way", *DONE)


def frame_of(plan: StudyPlan, kinds: Sequence[str], *, leave_out_last_year: bool) -> list[OrgUnit]:
    """Active units that may be drawn: of these kinds, not in the plan yet, perhaps not studied last year."""
    rows = OrgUnit.objects.filter(org_path__within=plan.unit.org_path, kind__in=list(kinds), is_active=True)
    rows = rows.exclude(pk__in=plan.visits.values("unit"))
    if leave_out_last_year:
        last = StudyVisit.objects.filter(plan__year=plan.year - 1, state__in=DONE)
        rows = rows.exclude(pk__in=last.values("unit"))
    return list(rows.order_by("pk"))


def draw_holds(plan: StudyPlan) -> bool | None:
    """Draw again from the kept frame and seed and tell whether the same units come out; None before any draw."""
    if not plan.seed:
        return None
    frame = list(plan.frame)
    again = draw_random(frame, len(plan.drawn), seed=plan.seed)
    return frame_hash(frame) == plan.frame_hash and list(again.selected) == plan.drawn


@dataclass(frozen=True)
class Coverage:
    """How many of the wanted units are studied; a cancelled study covers nothing."""

    wanted: int
    planned: int
    done: int

    @property
    def missing(self) -> int:
        return max(0, self.wanted - self.planned)

    @property
    def is_met(self) -> bool:
        return self.done >= self.wanted


def coverage(plan: StudyPlan) -> Coverage:
    states = list(plan.visits.values_list("state", flat=True))
    return Coverage(plan.wanted, sum(s in COUNTS for s in states), sum(s in DONE for s in states))


def last_studied(units: Iterable[OrgUnit]) -> dict[int, int]:
    """The last year in which a unit's study was reported."""
    rows = StudyVisit.objects.filter(unit__in=[unit.pk for unit in units], state__in=DONE)
    return dict(rows.order_by().values_list("unit").annotate(Max("plan__year")))


def units_of(plan: StudyPlan) -> QuerySet[OrgUnit]:
    kinds = (OrgUnit.Kind.STATION, OrgUnit.Kind.DEPARTMENT, OrgUnit.Kind.TEAM)
    return OrgUnit.objects.filter(org_path__within=plan.unit.org_path, is_active=True, kind__in=kinds)


@dataclass(frozen=True)
class Became:
    findings: list[Finding]
    needs: list[Need]


def became(notes: Iterable[StudyNote]) -> dict[int, Became]:
    """Findings and needs by the note they came from, as the scope sees them."""
    ids = [note.pk for note in notes]
    label = StudyNote._meta.label_lower
    findings: dict[int, list[Finding]] = defaultdict(list)
    needs: dict[int, list[Need]] = defaultdict(list)
    for finding in Finding.objects.filter(source_type=label, source_id__in=ids):
        findings[finding.source_id or 0].append(finding)
    for need in Need.objects.filter(source_type=label, source_id__in=ids):
        needs[need.source_id or 0].append(need)
    return {pk: Became(findings[pk], needs[pk]) for pk in ids}
