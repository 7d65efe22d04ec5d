"""What watching surveys puts on the Today page: closed with too few answers, answers too much alike."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.foundation.actor import Actor
from bihuan.foundation.today import Group, TodayItem, TodayShare
from bihuan.surveys.models import Campaign, QualityCheck
from bihuan.surveys.permissions import MANAGE
from bihuan.surveys.selectors.progress import target_of

AFTER, SHOWN, LOOKED_AT = timedelta(days=14), 8, 50


def line(campaign: Campaign, what: str, at: datetime, *, group: Group, page: str) -> TodayItem:
    url = reverse(f"surveys:{page}", kwargs={"pk": campaign.pk})
    return TodayItem(group, campaign.title, what, url, campaign.unit.name, at, "survey")


def share(actor: Actor, now: datetime, last_seen: datetime) -> TodayShare:
    """Cheap at any size: a few surveys, and counts that the worker keeps."""
    if not actor.can_somewhere(MANAGE):
        return TodayShare((), {})
    late: list[TodayItem] = []
    new: list[TodayItem] = []
    closed = Campaign.objects.for_permission(actor, MANAGE).filter(
        state="closed", closed_at__gt=now - AFTER, results_read_at__isnull=True
    )
    for campaign in closed.select_related("unit", "tally").order_by("-closed_at")[:LOOKED_AT]:
        tally = getattr(campaign, "tally", None)
        answers, target = (tally.responses if tally else 0), target_of(campaign)
        if answers < target and campaign.closed_at is not None:
            what = _("Closed with %(n)s answers, %(target)s were wanted") % {"n": answers, "target": target}
            late.append(line(campaign, what, campaign.closed_at, group="late", page="campaign-progress"))
    checks = QualityCheck.objects.for_permission(actor, MANAGE).filter(checked_at__gt=last_seen)
    for check in checks.select_related("campaign__unit").order_by("-checked_at")[:LOOKED_AT]:
        alike = len(check.found.get("clusters", ()))
        if alike:
            what = _("Answers of %(n)s places or interviewers are unusually alike") % {"n": alike}
            new.append(line(check.campaign, what, check.checked_at, group="new", page="campaign-quality"))
    return TodayShare((*late[:SHOWN], *new[:SHOWN]), {"late": len(late), "new": len(new)})
