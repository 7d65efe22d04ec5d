"""Reads of batches and sheets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from bihuan.foundation.actor import Actor
from bihuan.surveys.models import Campaign, PaperBatch, PaperSheet
from bihuan.surveys.permissions import FIELD


def with_counts(rows: QuerySet[PaperBatch]) -> QuerySet[PaperBatch]:
    """Each batch with its sheets by state: valid ones, set aside, waiting for somebody."""
    return rows.annotate(
        n_submitted=Count("sheets", filter=Q(sheets__state="submitted")),
        n_void=Count("sheets", filter=Q(sheets__state="void")),
        n_waiting=Count("sheets", filter=Q(sheets__state__in=("keyed", "differs"))),
    )


def batches_for(actor: Actor) -> QuerySet[PaperBatch]:
    rows = PaperBatch.objects.for_permission(actor, FIELD).exclude(campaign__state="discarded")
    return with_counts(rows.select_related("campaign", "unit"))


def batches_of(campaign: Campaign) -> QuerySet[PaperBatch]:
    return with_counts(PaperBatch.objects.filter(campaign=campaign).select_related("campaign", "unit", "door"))


@dataclass(frozen=True)
class PaperCounts:
    """Issued, returned and valid are counted apart."""

    issued: int
    returned: int
    valid: int
    void: int
    waiting: int

    @property
    def return_rate(self) -> float | None:
        return self.returned / self.issued if self.issued else None

    @property
    def unkeyed(self) -> int:
        return max(0, self.returned - self.valid - self.void - self.waiting)


def paper_counts(campaign: Campaign) -> PaperCounts:
    sums = PaperBatch.objects.filter(campaign=campaign).aggregate(issued=Sum("issued"), returned=Sum("returned"))
    states: dict[str, int] = dict(
        PaperSheet.objects.filter(campaign=campaign).order_by().values_list("state").annotate(n=Count("pk"))
    )
    return PaperCounts(
        sums["issued"] or 0,
        sums["returned"] or 0,
        states.get("submitted", 0),
        states.get("void", 0),
        states.get("keyed", 0) + states.get("differs", 0),
    )


def sheets_to_check(batch: PaperBatch, actor: Actor) -> QuerySet[PaperSheet]:
    """Sheets that chance chose for a second keying and that this person did not key first."""
    rows = PaperSheet.objects.filter(batch=batch, state="keyed").order_by("pk")
    return rows.exclude(first_by_id=actor.user_id) if actor.user_id else rows


def sheets_of(batch: PaperBatch) -> QuerySet[Any]:
    return PaperSheet.objects.filter(batch=batch).defer("first", "second")
