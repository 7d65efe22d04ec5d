"""Load the demo organisation once; a second start finds it and does nothing."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import override

from bihuan.demo.answers import answers_ship
from bihuan.demo.books import comment_books
from bihuan.demo.desk import desk
from bihuan.demo.doors import doors_ship
from bihuan.demo.duty import duty
from bihuan.demo.effects import survey_stories
from bihuan.demo.field import december, scans
from bihuan.demo.history import look, watch, year
from bihuan.demo.hotline import hotline
from bihuan.demo.listening import listening
from bihuan.demo.moment import Moment, at
from bihuan.demo.needs import needs
from bihuan.demo.organisation import GROUP, assets_create, units_create
from bihuan.demo.people import SIGN_INS, people_create
from bihuan.demo.shelves import deadlines_ship, plan_rules_ship
from bihuan.demo.telling import Stage, tell
from bihuan.foundation.actor import system_actor
from bihuan.foundation.scope import system_scope
from bihuan.organisation.models import OrgUnit
from bihuan.records.models import Notification
from bihuan.records.services import notification_read

__all__ = ["SIGN_INS", "demo_load"]

YEAR = timedelta(days=365)
READ_AFTER = timedelta(days=7)


def is_loaded() -> bool:
    return OrgUnit._base_manager.filter(code=GROUP[0]).exists()


def set_up(moment: Moment, now: datetime) -> Stage:
    """The organisation as it stood before the first day of the history."""
    actor = system_actor("demo")
    since = timezone.localdate()
    units = units_create(actor)
    assets_create(units, actor, since)
    deadlines_ship(actor=actor, unit=units.by_code[GROUP[0]])
    plan_rules_ship(actor=actor)
    doors_ship(units, actor=actor)
    cast = people_create(units, actor, since)
    return Stage(units, cast, moment, now, timezone.localdate(now))


def look_back(stage: Stage) -> None:
    """Everybody has read what is older than a week and looked at Today yesterday evening."""
    old = stage.now - READ_AFTER
    for user in stage.cast.users.values():
        rows = Notification.objects.filter(user_id=user.pk, at__lt=old)
        notification_read(user_id=user.pk, ids=rows.values_list("pk", flat=True), at=old)
    # The last look counts from the evening before, whatever the hour of the first start.
    evening = at(stage.today - timedelta(days=1), "17:30")
    for user in stage.cast.users.values():
        user.last_seen_today_at = evening
        user.save(update_fields=["last_seen_today_at"])


def demo_load(out: Callable[[str], None]) -> None:
    """Fill an empty database with the demo organisation and a year of its history up to now."""
    if is_loaded():
        return
    begun = time.monotonic()
    out("  装入演示单位，约半分钟 / loading the demo organisation, about half a minute …")
    now = timezone.now()
    first = timezone.localdate(now) - YEAR
    moment = Moment(at(first - timedelta(days=45)))
    with override("zh-hans"), system_scope("setup"), transaction.atomic():
        with moment.told():
            stage = set_up(moment, now)
            with stage.acting("office") as actor:
                answers_ship(actor=actor, unit=stage.units.company, since=timezone.localdate(), now=stage.today)
            stories = [
                watch(stage, first),
                *survey_stories(stage),
                scans(stage),
                december(stage),
                comment_books(stage),
                *hotline(stage),
                *desk(stage),
                *listening(stage),
                *duty(stage),
                *needs(stage),
                *year(stage, first),
            ]
            tell(stories, moment, now)
        look(now)
        look_back(stage)
    out(f"  {time.monotonic() - begun:.0f} s")
