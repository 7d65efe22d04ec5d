"""Reads of calendars, policies and clocks."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from bihuan.duties.enums import OPEN
from bihuan.duties.models import CalendarVersion, Clock, DeadlinePolicy, PolicyVersion, WorkCalendar
from bihuan.duties.permissions import CLOCKS_VIEW
from bihuan.foundation.actor import Actor, paths_above
from bihuan.foundation.errors import BadInputError
from bihuan.foundation.models import ScopedModel
from servicequality.deadlines import ClockEvent, ClockState, evaluate


def calendar_in_force(org_path: str) -> CalendarVersion:
    """The version in force for a unit: its own calendar's or the nearest above it."""
    # What binds a unit may belong to one above it, outside the reader's scope.
    rows = WorkCalendar._base_manager.filter(org_path__in=paths_above(org_path), current__isnull=False)
    # The body is read only where its table was not built yet in this process.
    rows = rows.select_related("current").defer("current__body", "current__differences")
    nearest = max(rows, key=lambda row: len(row.org_path), default=None)
    if nearest is None or nearest.current is None:
        raise BadInputError(_("No working calendar is in force for this unit."))
    return nearest.current


def policy_in_force(key: str, org_path: str) -> PolicyVersion:
    rows = DeadlinePolicy._base_manager.filter(key=key, org_path__in=paths_above(org_path), current__isnull=False)
    nearest = max(rows.select_related("current"), key=lambda row: len(row.org_path), default=None)
    if nearest is None or nearest.current is None:
        raise BadInputError(_("No deadline policy %(key)s is in force for this unit.") % {"key": key})
    return nearest.current


def clocks_of(subject: ScopedModel) -> list[Clock]:
    rows = Clock.objects.filter(subject_type=subject.reference.label, subject_id=subject.pk)
    return list(rows.select_related("policy", "calendar").order_by("started_at", "pk"))


def clock_events(clock: Clock) -> list[ClockEvent]:
    return [ClockEvent.from_dict(entry.body) for entry in clock.entries.all()]


def clock_ledger(clock: Clock, as_of: datetime) -> ClockState:
    """The clock as it stands at ``as_of``, explained day by day."""
    return evaluate(
        clock.started_at,
        clock_events(clock),
        clock.policy.engine_rule,
        clock.calendar.table,
        as_of=as_of,
        explain=True,
    )


def due_clocks(actor: Actor) -> QuerySet[Clock]:
    """Open clocks of the actor's units, the most pressing first."""
    rows = Clock.objects.for_permission(actor, CLOCKS_VIEW).filter(status__in=OPEN)
    return rows.select_related("policy", "calendar").order_by("due_at")
