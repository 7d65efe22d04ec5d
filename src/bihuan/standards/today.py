"""What standards put on the Today page: answers whose review is due."""

from __future__ import annotations

from datetime import datetime, time

from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.foundation.actor import Actor
from bihuan.foundation.today import TodayItem, TodayShare
from bihuan.standards import permissions as may
from bihuan.standards.models import AnsweringStandard

SHOWN = 5
CAP = 1000


def share(actor: Actor, now: datetime, _last_seen: datetime) -> TodayShare:
    if not actor.can_somewhere(may.PUBLISH):
        return TodayShare((), {})
    rows = AnsweringStandard.objects.for_permission(actor, may.PUBLISH)
    due = rows.filter(state="in_force", review_on__lte=timezone.localtime(now).date()).order_by("review_on")
    items = tuple(
        TodayItem(
            group="due",
            title=str(row),
            what=_("Review the answer"),
            url=row.get_absolute_url(),
            unit=row.unit.name,
            at=timezone.make_aware(datetime.combine(row.review_on or now.date(), time())),
            kind="answer",
        )
        for row in due.select_related("unit")[:SHOWN]
    )
    total = len(items) if len(items) < SHOWN else due.order_by()[:CAP].count()
    return TodayShare(items, {"due": total})
