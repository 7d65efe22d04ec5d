"""What surveys put on the Today page: a file whose columns wait for a person, one that could not be used."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from bihuan.foundation.actor import Actor
from bihuan.foundation.today import TodayItem, TodayShare
from bihuan.surveys.permissions import IMPORT
from bihuan.surveys.selectors import surveys_for

SHOWN = 8
CAP = 1000


def share(actor: Actor, _now: datetime, _last_seen: datetime) -> TodayShare:
    """The reader's own uploads that did not get through."""
    if not actor.can_somewhere(IMPORT) or actor.user_id is None:
        return TodayShare((), {})
    stuck = Q(state="proposed") | Q(state="refused", uploaded_at__gt=_last_seen)
    rows = surveys_for(actor, IMPORT).filter(stuck, uploaded_by_id=actor.user_id).order_by("-uploaded_at")
    items = tuple(
        TodayItem(
            group="new",
            title=row.title,
            what=_("Confirm the columns") if row.state == "proposed" else _("The file cannot be used"),
            url=row.get_absolute_url(),
            unit=row.unit.name,
            at=row.uploaded_at,
            kind="survey",
        )
        for row in rows[:SHOWN]
    )
    total = len(items) if len(items) < SHOWN else rows.order_by()[:CAP].count()
    return TodayShare(items, {"new": total})
