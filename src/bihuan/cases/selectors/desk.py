"""What the page of one case shows beside its own fields."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from bihuan.cases import permissions as may
from bihuan.cases.models import Case, CaseExtension, Incident
from bihuan.duties.models import Clock
from bihuan.duties.permissions import CLOCKS_VIEW
from bihuan.duties.selectors import clocks_of
from bihuan.foundation.actor import Actor
from bihuan.rectification.models import Finding
from bihuan.rectification.permissions import FINDINGS_VIEW

JOURNEY = ("received", "classified", "dispatched", "investigating", "answered", "fed_back", "closed")

BESIDE = {"suspended": "investigating", "returned": "classified", "reopened": "received", "under_review": "answered"}


@dataclass(frozen=True)
class Stage:
    """One step of the way: passed, the present one, or still to come."""

    state: str
    label: str
    look: str
    at: datetime | None
    who: str


def journey(case: Case) -> list[Stage]:
    """The seven steps with who held the ball when; a way aside stands at the place where it left the road."""
    holders = {
        "received": (case.received_at, case.received_by_name),
        "classified": (case.classified_at, case.desk.name),
        "dispatched": (case.dispatched_at, case.responsible_name),
        "investigating": (case.accepted_at, case.handler.name if case.handler else ""),
        "answered": (case.answered_at, case.responsible_name),
        "fed_back": (case.told_at, case.desk.name),
        "closed": (case.closed_at, ""),
    }
    here = JOURNEY.index(case.state) if case.state in JOURNEY else last_passed(case)
    return [
        Stage(
            state,
            str(Case.state_labels[state]),
            "now" if place == here and not case.is_final else "passed" if place <= here else "ahead",
            holders[state][0] if place <= here else None,
            holders[state][1] if place <= here else "",
        )
        for place, state in enumerate(JOURNEY)
    ]


def last_passed(case: Case) -> int:
    beside = {
        "suspended": "investigating",
        "returned": "classified",
        "reopened": "received",
        "under_review": "answered",
    }
    return JOURNEY.index(beside.get(case.state, "received"))


def case_clocks(case: Case, actor: Actor) -> list[Clock]:
    """The clocks, open ones first by what is due; the ledger opens for whoever may see clocks."""
    clocks = clocks_of(case)
    for clock in clocks:
        clock.ledger_url = clock.get_absolute_url() if actor.can(CLOCKS_VIEW, clock.org_path) else ""  # type: ignore[attr-defined]
    return sorted(clocks, key=lambda clock: (not clock.is_open, clock.due_at or clock.started_at))


def findings_of(case: Case, actor: Actor) -> QuerySet[Finding]:
    rows = Finding.objects.for_permission(actor, FINDINGS_VIEW)
    return rows.filter(source_type=case._meta.label_lower, source_id=case.pk)


def requests_waiting(actor: Actor) -> QuerySet[CaseExtension]:
    rows = CaseExtension.objects.for_permission(actor, may.EXTEND).filter(state="asked")
    return rows.select_related("case__unit").order_by("asked_at")


def incidents_for(actor: Actor) -> QuerySet[Incident]:
    return Incident.objects.for_permission(actor, may.VIEW).select_related("unit")
