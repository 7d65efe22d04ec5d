"""What cases put on the Today page: every question is indexed and limited, at any size."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.cases import permissions as may
from bihuan.cases.enums import Holder
from bihuan.cases.models import Case, CaseExtension, CaseProposal
from bihuan.cases.selectors.seats import votes_needed
from bihuan.cases.selectors.shifts import on_duty
from bihuan.foundation.actor import Actor
from bihuan.foundation.today import Group, TodayItem, TodayShare

SHOWN = 8
CAP = 1000
# Whoever holds the right is asked to act while the ball is there.
ASKS = (
    (may.INVESTIGATE, Q(waits_for=Holder.UNIT.value), "Answer the case"),
    (may.CLASSIFY, Q(state="received"), "Classify the case"),
    (may.DISPATCH, Q(state__in=("classified", "returned", "reopened")), "Dispatch the case"),
    (may.FEEDBACK, Q(state="answered"), "Tell the customer"),
    (may.CLOSE, Q(state="fed_back"), "Close the case"),
)


def words(what: str) -> str:
    return {
        "Answer the case": _("Answer the case"),
        "Classify the case": _("Classify the case"),
        "Dispatch the case": _("Dispatch the case"),
        "Tell the customer": _("Tell the customer"),
        "Close the case": _("Close the case"),
    }[what]


class Share:
    def __init__(self) -> None:
        self.items: list[TodayItem] = []
        self.totals: dict[Group, int] = {"due": 0, "late": 0, "new": 0}

    def add(self, group: Group, rows: QuerySet[Case], what: str, at: str = "due_at") -> None:
        shown = [
            TodayItem(
                group=group,
                title=str(row),
                what=what,
                url=row.get_absolute_url(),
                unit=row.responsible_name,
                at=getattr(row, at) or row.received_at,
                kind="case",
                provisional=row.due_provisional,
            )
            for row in rows.select_related("unit", "desk")[:SHOWN]
        ]
        self.items += shown
        self.totals[group] += len(shown) if len(shown) < SHOWN else rows.order_by()[:CAP].count()


def _asked(found: Share, actor: Actor, now: datetime) -> None:
    for permission, condition, what in ASKS:
        if not actor.can_somewhere(permission):
            continue
        rows = Case.objects.for_permission(actor, permission).filter(condition)
        found.add("late", rows.filter(due_at__lt=now).order_by("due_at"), words(what))
        found.add("due", rows.filter(Q(due_at__gte=now) | Q(due_at__isnull=True)).order_by("due_at"), words(what))


def _decisions(found: Share, actor: Actor) -> None:
    kinds: tuple[tuple[str, Any, str, str], ...] = (
        (may.EXTEND, CaseExtension, _("Decide on more time"), "asked_at"),
        (may.DECIDE, CaseProposal, _("Decide on the payment"), "proposed_at"),
    )
    for permission, model, what, at in kinds:
        if not actor.can_somewhere(permission):
            continue
        rows = model.objects.for_permission(actor, permission).filter(state=model.lifecycle.initial).order_by(at)
        shown = list(rows.select_related("case__unit", "case__desk")[:SHOWN])
        for row in shown:
            case = row.case
            moment = getattr(row, at)
            found.items.append(
                TodayItem("due", str(case), what, row.get_absolute_url(), case.responsible_name, moment, "request")
            )
        found.totals["due"] += len(shown) if len(shown) < SHOWN else rows.order_by()[:CAP].count()


def _major(found: Share, actor: Actor, last_seen: datetime) -> None:
    if actor.can_somewhere(may.LEAD):
        rows = Case.objects.for_permission(actor, may.LEAD).filter(is_major=True, received_at__gt=last_seen)
        found.add("new", rows.order_by("-received_at"), _("Major event"), at="received_at")


def _votes(found: Share, actor: Actor) -> None:
    """A member of a panel may hold no right on cases: the number alone, and the page of the seat."""
    if actor.person_id is None:
        return
    rows = votes_needed(actor)
    shown = list(rows[:SHOWN])
    for seat in shown:
        at = seat.review.convened_at or seat.review.asked_at
        found.items.append(
            TodayItem("due", seat.review.case.number, _("Your vote is needed"), seat.get_absolute_url(), "", at, "vote")
        )
    found.totals["due"] += len(shown) if len(shown) < SHOWN else rows.order_by()[:CAP].count()


def share(actor: Actor, now: datetime, last_seen: datetime) -> TodayShare:
    found = Share()
    _asked(found, actor, now or timezone.now())
    _decisions(found, actor)
    _votes(found, actor)
    _major(found, actor, last_seen)
    return TodayShare(tuple(sorted(found.items, key=lambda item: item.at)), found.totals)


def desk_line(actor: Actor, now: datetime) -> str:
    """Who can be reached at the desk, at any hour; for whoever sees cases."""
    if not actor.can_somewhere(may.VIEW):
        return ""
    people = [f"{shift.unit.name} {shift.person.name} {shift.phone}".strip() for shift in on_duty(actor, now)]
    return _("At the hotline desk now: %(people)s") % {"people": "; ".join(people)} if people else ""
