"""Calendars: create, publish a version, and let open clocks follow."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.duties.models import CalendarVersion, WorkCalendar
from bihuan.duties.permissions import CALENDARS_MANAGE
from bihuan.foundation.activity import activity
from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import BadInputError
from bihuan.foundation.jobs import enqueue
from bihuan.organisation.models import OrgUnit
from servicequality.calendars import Calendar, load_day_data
from servicequality.errors import ServiceQualityError

WORKDAYS = ("mon", "tue", "wed", "thu", "fri")


def shipped_calendar_body() -> dict[str, Any]:
    """China, weekdays 08:30–12:00 and 14:00–17:30, holidays and make-up workdays as announced."""
    hours = [["08:30", "12:00"], ["14:00", "17:30"]]
    return {
        "tz": "Asia/Shanghai",
        "weekly": dict.fromkeys(WORKDAYS, hours),
        "makeup_hours": hours,
        "day_data": load_day_data("CN").to_dict(),
        "overrides": {},
    }


def check_body(body: Mapping[str, Any]) -> Calendar:
    try:
        return Calendar.from_dict(body)
    except ServiceQualityError as error:
        raise BadInputError(str(error), place="body") from error


@transaction.atomic
def calendar_create(*, actor: Actor, unit: OrgUnit, name: str, body: Mapping[str, Any], note: str) -> WorkCalendar:
    actor.require(CALENDARS_MANAGE, unit.org_path)
    if WorkCalendar.objects.filter(unit=unit).exists():
        raise BadInputError(_("The unit has a calendar; publish a new version of it."), place="unit")
    calendar = WorkCalendar.objects.create(unit=unit, name=name, org_path=unit.org_path)
    calendar_publish(calendar=calendar, actor=actor, body=body, note=note)
    return calendar


@transaction.atomic
def calendar_publish(*, calendar: WorkCalendar, actor: Actor, body: Mapping[str, Any], note: str) -> CalendarVersion:
    """Put a new version in force; open clocks are recomputed by a job, closed ones are left alone."""
    actor.require(CALENDARS_MANAGE, calendar.org_path)
    table = check_body(body)
    last = CalendarVersion.objects.filter(calendar=calendar).order_by("-number").first()
    version = CalendarVersion.objects.create(
        calendar=calendar,
        number=last.number + 1 if last else 1,
        body=table.to_dict(),
        published_through=table.day_data.published_through,
        note=note,
        published_at=timezone.now(),
        published_by=actor.name,
        org_path=calendar.org_path,
    )
    calendar.current = version
    calendar.save(update_fields=["current"])
    activity(calendar, "publish", actor=actor, after={"version": version.number}, reason=note)
    if last is not None:
        enqueue("bihuan.duties.tasks.recompute_clocks", version.pk)
    return version
