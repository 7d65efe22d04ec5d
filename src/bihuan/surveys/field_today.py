"""What surveys in the field put on the Today page; every question is indexed and limited."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.foundation.actor import Actor
from bihuan.foundation.today import Group, TodayItem, TodayShare
from bihuan.surveys.models import CallTask, Campaign, Mailing, PaperSheet
from bihuan.surveys.permissions import CONTACTS, FIELD, MANAGE
from bihuan.surveys.selectors.campaigns import answers_count, wanted

SHOWN = 8
CAP = 1000
SOON = timedelta(days=7)


class Share:
    def __init__(self) -> None:
        self.items: list[TodayItem] = []
        self.totals: dict[Group, int] = {}

    def add(self, group: Group, item: TodayItem) -> None:
        self.items.append(item)
        self.totals[group] = self.totals.get(group, 0) + 1

    def campaigns(
        self,
        group: Group,
        rows: QuerySet[Campaign],
        what: Callable[[Campaign], str],
        at: Callable[[Campaign], datetime | None],
    ) -> None:
        """The first few of ``rows``; one that asks for nothing (empty ``what``) is left out."""
        for campaign in rows.select_related("unit")[:SHOWN]:
            words = what(campaign)
            if words:
                moment = at(campaign) or campaign.created_at
                item = TodayItem(
                    group, campaign.title, words, campaign.get_absolute_url(), campaign.unit.name, moment, "campaign"
                )
                self.add(group, item)


def short_of_target(campaign: Campaign) -> str:
    missing = wanted(campaign) - answers_count(campaign)
    return _("Closes soon, %(count)s answers are missing") % {"count": missing} if missing > 0 else ""


def managed(found: Share, actor: Actor, now: datetime) -> None:
    rows = Campaign.objects.for_permission(actor, MANAGE)
    stuck = rows.filter(state="draft", opens_itself=True, opens_at__lte=now).order_by("opens_at")
    found.campaigns(
        "late", stuck, lambda _one: _("Could not open by itself: see what is missing"), lambda one: one.opens_at
    )
    ending = rows.filter(state__in=("open", "paused"), closes_at__gt=now, closes_at__lte=now + SOON)
    found.campaigns("due", ending.order_by("closes_at"), short_of_target, lambda one: one.closes_at)
    unread = rows.filter(state="closed", results_read_at=None, closed_at__gt=now - timedelta(days=90))
    found.campaigns("due", unread.order_by("closed_at"), lambda _one: _("Read the results"), lambda one: one.closed_at)


def letters(found: Share, actor: Actor, now: datetime) -> None:
    """Rounds of letters of which some could not be sent."""
    rows = Mailing.objects.for_permission(actor, CONTACTS).filter(
        messages__state="failed", campaign__state="open", due_at__gt=now - timedelta(days=30)
    )
    for mailing in rows.distinct().select_related("campaign__unit").order_by("due_at")[:SHOWN]:
        found.add(
            "due",
            TodayItem(
                "due",
                mailing.campaign.title,
                _("Some letters could not be sent"),
                mailing.get_absolute_url(),
                mailing.campaign.unit.name,
                mailing.due_at,
                "mailing",
            ),
        )


def entry(found: Share, actor: Actor, now: datetime) -> None:
    """Sheets to settle or to key again, and calls agreed for now."""
    mine = PaperSheet.objects.for_permission(actor, FIELD).filter(campaign__state__in=("open", "paused"))
    again = Q(state="differs") | (Q(state="keyed") & ~Q(first_by_id=actor.user_id))
    seen: set[int] = set()
    for sheet in mine.filter(again).select_related("batch__unit", "campaign").order_by("keyed_on", "pk")[:CAP]:
        if sheet.batch_id in seen or len(seen) >= SHOWN:
            continue
        seen.add(sheet.batch_id)
        what = _("Settle sheets keyed differently") if sheet.state == "differs" else _("Key sheets a second time")
        at = timezone.make_aware(datetime.combine(sheet.keyed_on, datetime.min.time()))
        title = f"{sheet.campaign.title} · {sheet.batch.number}"
        unit = sheet.batch.unit.name
        found.add("due", TodayItem("due", title, what, sheet.batch.get_absolute_url(), unit, at, "paper"))
    calls = CallTask.objects.for_permission(actor, FIELD).filter(
        campaign__state="open", is_done=False, outcome="call_back", next_at__lte=now
    )
    for call in calls.select_related("campaign", "invitation__unit").order_by("next_at")[:SHOWN]:
        unit = call.invitation.unit.name if call.invitation.unit else ""
        moment = call.next_at or now
        found.add(
            "late",
            TodayItem(
                "late", call.campaign.title, _("Call back as agreed"), call.get_absolute_url(), unit, moment, "call"
            ),
        )


def share(actor: Actor, now: datetime, _last_seen: datetime) -> TodayShare:
    found = Share()
    if actor.can_somewhere(MANAGE):
        managed(found, actor, now)
    if actor.can_somewhere(CONTACTS):
        letters(found, actor, now)
    if actor.can_somewhere(FIELD):
        entry(found, actor, now)
    return TodayShare(tuple(sorted(found.items, key=lambda item: item.at)), found.totals)
