"""What is said to whoever runs a survey: short of its target before the end, closed under its minimum."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from bihuan.accounts.selectors import users_with
from bihuan.records.services import notification_send
from bihuan.surveys.models import Campaign
from bihuan.surveys.permissions import MANAGE
from bihuan.surveys.selectors import progress as reads

BEFORE = timedelta(days=3)
A_DAY = timedelta(days=1)
SHORT = gettext_noop("Survey “%(title)s” closes on %(day)s and is short: %(units)s.")
UNDER = gettext_noop("Survey “%(title)s” has closed with %(answers)s answers; %(target)s were wanted.")
MOST_UNITS = 5


def short_of(campaign: Campaign) -> list[str]:
    """Units that lack answers, with how many, furthest behind first; the survey itself where no unit has a number."""
    found = reads.answered(campaign)
    lacking = [f"{one.name} {one.answers}/{one.target}" for one in reads.unit_needs(campaign, found) if one.short]
    if not lacking and found.total < reads.target_of(campaign):
        lacking = [f"{found.total}/{reads.target_of(campaign)}"]
    return lacking


@transaction.atomic
def tell(campaign: Campaign, message: str, params: dict[str, str]) -> None:
    recipients = users_with(MANAGE, campaign.org_path)
    notification_send(recipients=recipients, subject=campaign, message=message, params=params)


def field_notices(*, now: datetime) -> int:
    """Run once a day: each survey falls into each window on one day only, so nobody is told twice."""
    count = 0
    soon = Campaign.objects.filter(state="open", closes_at__gt=now + BEFORE - A_DAY, closes_at__lte=now + BEFORE)
    for campaign in soon.select_related("unit"):
        lacking = short_of(campaign)
        if lacking:
            units = "、".join(lacking[:MOST_UNITS]) + ("…" if len(lacking) > MOST_UNITS else "")
            day = timezone.localdate(campaign.closes_at).isoformat()
            tell(campaign, SHORT, {"title": campaign.title, "day": day, "units": units})
            count += 1
    for campaign in Campaign.objects.filter(state="closed", closed_at__gt=now - A_DAY, closed_at__lte=now):
        total, target = reads.answered(campaign).total, reads.target_of(campaign)
        if total < target:
            params = {"title": campaign.title, "answers": str(total), "target": str(target)}
            tell(campaign, UNDER, params)
            count += 1
    return count
