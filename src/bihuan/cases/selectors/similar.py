"""What may be the same matter, and who may have been at the wheel: offered while somebody types."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bihuan.cases import permissions as may
from bihuan.cases.identity import phone_mark
from bihuan.cases.models import Case, RosterShift
from bihuan.foundation.actor import Actor
from bihuan.organisation.models import Asset
from servicequality.text import jaccard

RECENT = timedelta(days=30)
SAME_HOUR = timedelta(hours=1)
ALIKE = 0.35
READ = 300  # newest texts compared; older ones are found by person or vehicle
SHOWN = 6


@dataclass(frozen=True)
class SimilarCase:
    """A case with all reasons why it may be the same matter, the strongest first."""

    case: Case
    reasons: tuple[str | Promise, ...]
    score: float


def similar_cases(
    actor: Actor,
    *,
    text: str = "",
    phone: str = "",
    asset: Asset | None = None,
    line: Asset | None = None,
    happened_at: datetime | None = None,
    now: datetime,
    without: int | None = None,
) -> list[SimilarCase]:
    """Recent cases by the same person, on the same vehicle or line in the same hour, or in nearly the same words."""
    rows = Case.objects.for_permission(actor, may.VIEW).filter(received_at__gte=now - RECENT).select_related("unit")
    if without is not None:
        rows = rows.exclude(pk=without)
    found: dict[int, tuple[Case, list[str | Promise], float]] = {}

    def add(cases: QuerySet[Case], reason: str | Promise, score: float) -> None:
        for case in cases.order_by("-received_at")[:SHOWN]:
            _case, reasons, before = found.setdefault(case.pk, (case, [], 0.0))
            reasons.append(reason)
            found[case.pk] = (case, reasons, before + score)

    mark = phone_mark(phone)
    if mark:
        add(rows.filter(complainant__phone_hash=mark), _("same person"), 1.0)
    if happened_at is not None:
        near = Q(happened_at__gte=happened_at - SAME_HOUR, happened_at__lte=happened_at + SAME_HOUR)
        if asset is not None:
            add(rows.filter(near, asset=asset), _("same vehicle, same hour"), 0.9)
        if line is not None:
            add(rows.filter(near, line=line), _("same line, same hour"), 0.4)
    if len(text.strip()) >= 8:
        newest = list(rows.order_by("-received_at").values_list("pk", "text")[:READ])
        alike = [(pk, jaccard(text, other, size=2)) for pk, other in newest]
        close = dict(sorted((pair for pair in alike if pair[1] >= ALIKE), key=lambda pair: -pair[1])[:SHOWN])
        for case in rows.filter(pk__in=close):
            _case, reasons, before = found.setdefault(case.pk, (case, [], 0.0))
            reasons.append(_("similar words"))
            found[case.pk] = (case, reasons, before + close[case.pk])
    ranked = sorted(found.values(), key=lambda entry: -entry[2])[:SHOWN]
    return [SimilarCase(case, tuple(reasons), score) for case, reasons, score in ranked]


@dataclass(frozen=True)
class RosterProposal:
    """``share`` is 1 where only one shift fits; a person confirms in any case."""

    shift: RosterShift
    share: float


def roster_proposals(
    *, happened_at: datetime | None, asset: Asset | None = None, line: Asset | None = None
) -> list[RosterProposal]:
    """Who was on duty there and then, by the roster. The vehicle decides; the line alone leaves several."""
    if happened_at is None or (asset is None and line is None):
        return []
    rows = RosterShift.objects.filter(starts_at__lte=happened_at, ends_at__gt=happened_at)
    rows = rows.select_related("person__unit", "asset", "line")
    rows = rows.filter(asset=asset) if asset is not None else rows.filter(line=line)
    shifts = list(rows.order_by("starts_at")[:12])
    return [RosterProposal(shift, 1 / len(shifts)) for shift in shifts]
