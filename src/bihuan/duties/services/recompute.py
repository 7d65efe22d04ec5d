"""When a calendar year is published: open clocks follow, closed ones stay, the differences are kept."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from bihuan.duties.enums import OPEN
from bihuan.duties.models import CalendarVersion, Clock
from bihuan.duties.services.clocks import refold


def recompute_open_clocks(version: CalendarVersion, now: datetime, *, batch: int = 200) -> list[dict[str, Any]]:
    """Move open clocks of older versions to ``version``; returns and stores what changed."""
    differences: list[dict[str, Any]] = list(version.differences)
    last = 0
    while True:
        rows = list(
            Clock.objects.filter(calendar__calendar_id=version.calendar_id, status__in=OPEN, pk__gt=last)
            .exclude(calendar=version)
            .select_related("policy", "calendar")
            .order_by("pk")[:batch]
        )
        if not rows:
            break
        last = rows[-1].pk
        with transaction.atomic():
            for clock in rows:
                before, was_provisional = clock.due_at, clock.is_provisional
                refold(clock, now, calendar=version)
                if clock.due_at != before or clock.is_provisional != was_provisional:
                    differences.append(
                        {
                            "clock": clock.pk,
                            "record": clock.subject_label,
                            "before": before.isoformat() if before else None,
                            "after": clock.due_at.isoformat() if clock.due_at else None,
                            "provisional": clock.is_provisional,
                        }
                    )
            CalendarVersion.objects.filter(pk=version.pk).update(differences=differences)
    return differences
