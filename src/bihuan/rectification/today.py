"""What rectification puts on the Today page: every question is indexed and limited, at any size."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.foundation.actor import Actor
from bihuan.foundation.today import Group, TodayItem, TodayShare
from bihuan.rectification import permissions as may
from bihuan.rectification.enums import Holder
from bihuan.rectification.models import Action, ExtensionRequest, Finding, Need, Notice
from bihuan.rectification.selectors import of_few_units

SHOWN = 8
CAP = 1000  # nobody reads further; counting on would cost time that grows with the table


class Share:
    def __init__(self) -> None:
        self.items: list[TodayItem] = []
        self.totals: dict[Group, int] = {"due": 0, "late": 0, "new": 0}

    def add(self, group: Group, rows: QuerySet[Any], items: Iterable[TodayItem]) -> None:
        shown = list(items)
        self.items += shown
        self.totals[group] += len(shown) if len(shown) < SHOWN else rows.order_by()[:CAP].count()


def _notice_items(group: Group, what: str, rows: QuerySet[Notice]) -> list[TodayItem]:
    return [
        TodayItem(
            group=group,
            title=f"{row.number} {row.title}",
            what=what,
            url=row.get_absolute_url(),
            unit=row.unit.name,
            at=row.due_at or row.replied_at or row.drafted_at,
            kind="notice",
            provisional=row.due_provisional,
        )
        for row in rows.select_related("unit")[:SHOWN]
    ]


def _notices(found: Share, actor: Actor, now: datetime) -> None:
    asks = (
        (may.NOTICES_REPLY, Holder.UNIT, _("Answer the notice"), Q()),
        (
            may.NOTICES_VERIFY,
            Holder.CHECKER,
            _("Verify the answer"),
            ~Q(replied_by_id=actor.user_id) if actor.user_id else Q(),
        ),
    )
    for permission, holder, what, also in asks:
        if not actor.can_somewhere(permission):
            continue
        mine = Notice.objects.for_permission(actor, permission).filter(also, waits_for=holder.value)
        rows = of_few_units(mine, actor.paths(permission))
        late = rows.filter(due_at__lt=now).order_by("due_at")
        found.add("late", late, _notice_items("late", what, late))
        due = rows.filter(due_at__gte=now).order_by("due_at")
        found.add("due", due, _notice_items("due", what, due))


def _extensions(found: Share, actor: Actor) -> None:
    if not actor.can_somewhere(may.NOTICES_EXTEND):
        return
    rows = ExtensionRequest.objects.for_permission(actor, may.NOTICES_EXTEND).filter(state="asked")
    rows = rows.order_by("asked_at")
    items = [
        TodayItem(
            group="due",
            title=f"{row.notice.number} {row.notice.title}",
            what=_("Decide on more time"),
            url=row.get_absolute_url(),
            unit=row.notice.unit.name,
            at=row.notice.due_at or row.asked_at,
            kind="extension",
        )
        for row in rows.select_related("notice__unit")[:SHOWN]
    ]
    found.add("due", rows, items)


def _confirmations(found: Share, actor: Actor) -> None:
    if not actor.can_somewhere(may.FINDINGS_CLOSE):
        return
    rows = Finding.objects.for_permission(actor, may.FINDINGS_CLOSE).filter(state="corrected")
    if actor.user_id:
        rows = rows.exclude(corrected_by_id=actor.user_id)
    rows = rows.order_by("stage_since")
    items = [_finding_item("due", _("Confirm the correction"), row, row.stage_since) for row in _few(rows)]
    found.add("due", rows, items)


def _few(rows: QuerySet[Finding]) -> QuerySet[Finding]:
    return rows.select_related("unit")[:SHOWN]


def _finding_item(group: Group, what: str, row: Finding, at: datetime) -> TodayItem:
    title = f"{row.number} {row.title}"
    return TodayItem(group, title, what, row.get_absolute_url(), row.unit.name, at, "finding")


def _actions(found: Share, actor: Actor, now: datetime) -> None:
    if actor.person_id is None:
        return
    rows = Action.objects.filter(owner_id=actor.person_id, state="planned").order_by("due_on")
    today = timezone.localdate(now)
    for group, part in (("late", rows.filter(due_on__lt=today)), ("due", rows.filter(due_on__gte=today))):
        items = [
            TodayItem(
                group=group,  # type: ignore[arg-type]
                title=row.title,
                what=_("Do what was planned"),
                url=row.get_absolute_url(),
                unit=row.finding.unit.name,
                at=timezone.make_aware(datetime.combine(row.due_on, time(23, 59))),
                kind="action",
            )
            for row in part.select_related("finding__unit")[:SHOWN]
        ]
        found.add(group, part, items)  # type: ignore[arg-type]


def _need_items(group: Group, what: str, rows: QuerySet[Need], at: str) -> list[TodayItem]:
    return [
        TodayItem(group, str(row), what, row.get_absolute_url(), row.unit.name, _instant(getattr(row, at)), "need")
        for row in rows.select_related("unit")[:SHOWN]
    ]


def _instant(at: date | datetime) -> datetime:
    """A day is over at its end."""
    return at if isinstance(at, datetime) else timezone.make_aware(datetime.combine(at, time(23, 59)))


def _needs(found: Share, actor: Actor, now: datetime, last_seen: datetime) -> None:
    today = timezone.localdate(now)
    if actor.person_id is not None:
        mine = Need.objects.filter(owner_id=actor.person_id, state__in=("accepted", "in_work"), due_on__isnull=False)
        mine = mine.order_by("due_on")
        late, due = mine.filter(due_on__lt=today), mine.filter(due_on__gte=today)
        found.add("late", late, _need_items("late", _("Meet the need"), late, "due_on"))
        found.add("due", due, _need_items("due", _("Meet the need"), due, "due_on"))
    if actor.can_somewhere(may.NEEDS_DECIDE):
        rows = Need.objects.for_permission(actor, may.NEEDS_DECIDE)
        studied = rows.filter(state="studied").order_by("studied_at")
        found.add("due", studied, _need_items("due", _("Decide on the need"), studied, "studied_at"))
        met = rows.filter(state="met").order_by("met_at")
        if actor.user_id:
            met = met.exclude(met_by_id=actor.user_id)
        waiting = met.filter(Q(review_on__isnull=True) | Q(review_on__lte=today))
        found.add("due", waiting, _need_items("due", _("Review whether it is met"), waiting, "met_at"))
    if actor.can_somewhere(may.NEEDS_MANAGE):
        new = Need.objects.for_permission(actor, may.NEEDS_MANAGE).filter(registered_at__gt=last_seen)
        if actor.user_id:
            new = new.exclude(registered_by_id=actor.user_id)
        new = new.order_by("-registered_at")
        found.add("new", new, _need_items("new", _("New customer need"), new, "registered_at"))


def _new(found: Share, actor: Actor, last_seen: datetime) -> None:
    if not actor.can_somewhere(may.FINDINGS_VIEW):
        return
    rows = Finding.objects.for_permission(actor, may.FINDINGS_VIEW).filter(raised_at__gt=last_seen)
    if actor.user_id:
        rows = rows.exclude(raised_by_id=actor.user_id)
    rows = rows.order_by("-raised_at")
    items = [_finding_item("new", _("New finding"), row, row.raised_at) for row in _few(rows)]
    found.add("new", rows, items)


def share(actor: Actor, now: datetime, last_seen: datetime) -> TodayShare:
    found = Share()
    _notices(found, actor, now)
    _extensions(found, actor)
    _confirmations(found, actor)
    _actions(found, actor, now)
    _needs(found, actor, now, last_seen)
    _new(found, actor, last_seen)
    return TodayShare(tuple(sorted(found.items, key=lambda item: item.at)), found.totals)
