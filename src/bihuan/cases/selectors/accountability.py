"""Who did not answer within the 24 hours, by how much, and whether they were excused."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bihuan.cases import permissions as may
from bihuan.cases.enums import DEPARTMENT_PROMISE as DEPARTMENT
from bihuan.cases.models import Case, Exemption
from bihuan.duties.enums import OPEN
from bihuan.duties.models import Clock, ClockCycle
from bihuan.foundation.actor import Actor
from bihuan.foundation.models import within
from bihuan.organisation.models import OrgUnit
from bihuan.records.models import Activity

PLACED = ("dispatch", "reassign")
LABEL = Case._meta.label_lower


@dataclass(frozen=True)
class Miss:
    """One time a unit let its 24 hours pass. ``answered_at`` is None while it still does."""

    case: Case
    unit: OrgUnit | None
    due_at: datetime
    answered_at: datetime | None
    minutes: int
    exemption: Exemption | None

    @property
    def is_excused(self) -> bool:
        return self.exemption is not None and self.exemption.state == "granted"

    def get_absolute_url(self) -> str:
        return self.case.get_absolute_url()


def missed_between(actor: Actor, since: datetime, until: datetime, now: datetime) -> list[tuple[int, Any, Any, Any]]:
    """(case, began, due, ended or None) of everything due in the span, ended or still open."""
    place = within("org_path", actor.paths(may.VIEW))
    cycles = ClockCycle.objects.filter(
        place,
        clock__subject_type=LABEL,
        clock__policy_key=DEPARTMENT,
        is_met=False,
        due_at__gte=since,
        due_at__lt=until,
    ).values_list("clock__subject_id", "started_at", "due_at", "closed_at")
    running = Clock.objects.filter(
        place,
        subject_type=LABEL,
        policy_key=DEPARTMENT,
        status__in=OPEN,
        due_at__gte=since,
        due_at__lt=min(until, now),
    ).values_list("subject_id", "due_at")
    return [*cycles, *((case, None, due, None) for case, due in running)]


def placements(cases: Iterable[int]) -> dict[int, list[tuple[datetime, int]]]:
    """When each case went to which unit: what is missed later is laid to whoever had it then."""
    found: dict[int, list[tuple[datetime, int]]] = defaultdict(list)
    rows = Activity.objects.filter(subject_type=LABEL, subject_id__in=list(cases), action__in=PLACED)
    for case, at, after in rows.order_by("at", "pk").values_list("subject_id", "at", "after"):
        if after.get("unit_id"):
            found[case].append((at, int(after["unit_id"])))
    return found


def unit_then(history: list[tuple[datetime, int]], due_at: datetime) -> int | None:
    """The last unit the case went to before the due instant."""
    before = [unit for at, unit in history if at <= due_at]
    return before[-1] if before else None


def misses(actor: Actor, since: datetime, until: datetime, now: datetime) -> list[Miss]:
    """The worst first."""
    found = missed_between(actor, since, until, now)
    numbers = {row[0] for row in found}
    cases = {case.pk: case for case in Case.objects.filter(pk__in=numbers).select_related("unit")}
    asked = {one.case_id: one for one in Exemption.objects.filter(case__in=numbers).exclude(state="taken_back")}
    history = placements(numbers)
    units = OrgUnit._base_manager.in_bulk({unit for rows in history.values() for _at, unit in rows})
    rows = []
    for number, _began, due_at, ended in found:
        case = cases.get(number)
        if case is None:
            continue
        then = unit_then(history.get(number, []), due_at)
        unit = units.get(then) if then is not None else case.unit
        exemption = asked.get(number)
        excused = exemption if exemption is not None and unit is not None and exemption.unit_id == unit.pk else None
        minutes = int(((ended or now) - due_at).total_seconds() // 60)
        rows.append(Miss(case, unit, due_at, ended, minutes, excused))
    return sorted(rows, key=lambda row: -row.minutes)


def tally(rows: Iterable[Miss]) -> list[dict[str, Any]]:
    """A line a unit: how often, how much at worst; what was excused apart."""
    found: dict[int, dict[str, Any]] = {}
    for row in rows:
        if row.unit is None:
            continue
        line = found.setdefault(row.unit.pk, {"unit": row.unit, "count": 0, "excused": 0, "open": 0, "worst": 0})
        if row.is_excused:
            line["excused"] += 1
            continue
        line["count"] += 1
        line["open"] += row.answered_at is None
        line["worst"] = max(line["worst"], row.minutes)
    return sorted(found.values(), key=lambda line: (-line["count"], -line["worst"]))
