"""REST: the Today page."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema

from bihuan.foundation.api import Requires, answers
from bihuan.foundation.middleware import actor_of
from bihuan.foundation.permissions import SIGNED_IN
from bihuan.web.selectors import today_for

router = Router(tags=["today"])


class TodayLine(Schema):
    title: str
    what: str
    url: str
    unit: str
    at: datetime
    kind: str
    provisional: bool


class TodayGroupOut(Schema):
    key: str
    total: int
    items: list[TodayLine]


@router.get("/today", auth=Requires(SIGNED_IN), response=answers(list[TodayGroupOut]))
def today(request: HttpRequest, since: datetime | None = None) -> Any:
    """What is late, due and new (since a given instant, else the last 7 days) for the caller."""
    now = timezone.now()
    groups = today_for(actor_of(request), now, since or now - timedelta(days=7))
    return [{"key": group.key, "total": group.total, "items": group.items} for group in groups]
