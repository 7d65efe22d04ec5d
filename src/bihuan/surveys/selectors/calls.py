"""Reads of telephone interviews."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from bihuan.foundation.actor import Actor
from bihuan.surveys.models import CallAttempt, CallTask, Campaign, Outcome
from bihuan.surveys.permissions import FIELD
from servicequality.response_rates import Dispositions, OutcomeRates, outcome_rates

REFUSED = (Outcome.REFUSED, Outcome.BROKEN_OFF)
NOT_CONTACTED = (Outcome.CALL_BACK, Outcome.MACHINE)
UNKNOWN = (Outcome.NO_ANSWER, Outcome.BUSY)
NOT_ELIGIBLE = (Outcome.NOT_ELIGIBLE, Outcome.WRONG_NUMBER)


def calls_for(actor: Actor) -> QuerySet[CallTask]:
    """Calls this person may make, of surveys in the field."""
    rows = CallTask.objects.for_permission(actor, FIELD).filter(campaign__state="open", is_done=False)
    return rows.select_related("campaign", "invitation__segment", "invitation__unit")


@dataclass(frozen=True)
class CallCounts:
    """Persons by how far their call is; ``due`` may be called now, ``agreed`` waits for a time."""

    total: int
    untouched: int
    due: int
    agreed: int
    done: int
    completed: int
    rates: OutcomeRates
    outcomes: list[tuple[str, int]]


def call_counts(campaign: Campaign, now: datetime | None = None) -> CallCounts:
    """Outcome rates rest on persons who were called at least once; each counts with the last outcome."""
    now = now or timezone.now()
    rows = CallTask.objects.filter(campaign=campaign)
    sums = rows.aggregate(
        total=Count("pk"),
        untouched=Count("pk", filter=Q(attempts=0, is_done=False)),
        due=Count("pk", filter=Q(is_done=False) & (Q(next_at=None) | Q(next_at__lte=now))),
        agreed=Count("pk", filter=Q(is_done=False, next_at__gt=now)),
        done=Count("pk", filter=Q(is_done=True)),
    )
    by_outcome: dict[str, int] = dict(
        rows.exclude(outcome="").order_by().values_list("outcome").annotate(n=Count("pk"))
    )

    def of(*outcomes: str) -> int:
        return sum(by_outcome.get(outcome, 0) for outcome in outcomes)

    dispositions = Dispositions(
        complete=of(Outcome.COMPLETED),
        partial=of(Outcome.PARTIAL),
        refused=of(*REFUSED),
        non_contact=of(*NOT_CONTACTED),
        other=of(Outcome.UNABLE),
        unknown=of(*UNKNOWN),
        not_eligible=of(*NOT_ELIGIBLE),
    )
    words = [(str(label), by_outcome[value]) for value, label in Outcome.choices if value in by_outcome]
    return CallCounts(**sums, completed=of(Outcome.COMPLETED), rates=outcome_rates(dispositions), outcomes=words)


def interviewers_of(campaign: Campaign) -> list[dict[str, object]]:
    """Calls and completed interviews of each interviewer."""
    rows = CallAttempt.objects.filter(task__campaign=campaign).order_by().values("interviewer_name")
    found = rows.annotate(
        calls=Count("pk"),
        completed=Count("pk", filter=Q(outcome=Outcome.COMPLETED)),
        refused=Count("pk", filter=Q(outcome__in=REFUSED)),
    )
    return [dict(row) for row in found.order_by("interviewer_name")]


def attempts_of(task: CallTask) -> QuerySet[CallAttempt]:
    return CallAttempt.objects.filter(task=task).order_by("-pk")
