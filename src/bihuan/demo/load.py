"""Load the demo organisation once; a second start finds it and does nothing."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import override

from bihuan.demo.moment import Moment, at
from bihuan.demo.organisation import GROUP, Units, assets_create, units_create
from bihuan.demo.people import SIGN_INS, Cast, people_create
from bihuan.demo.shelves import deadlines_ship, plan_rules_ship
from bihuan.foundation.actor import system_actor
from bihuan.foundation.scope import system_scope
from bihuan.organisation.models import OrgUnit

__all__ = ["SIGN_INS", "demo_load"]

YEAR = timedelta(days=365)


@dataclass
class Stage:
    """Everything the history plays with."""

    units: Units
    cast: Cast
    moment: Moment
    today: date
    now: datetime


def is_loaded() -> bool:
    return OrgUnit._base_manager.filter(code=GROUP[0]).exists()


def set_up(moment: Moment, today: date, now: datetime) -> Stage:
    actor = system_actor("demo")
    since = timezone.localdate()
    units = units_create(actor)
    assets_create(units, actor, since)
    deadlines_ship(actor=actor, unit=units.by_code[GROUP[0]])
    plan_rules_ship(actor=actor)
    cast = people_create(units, actor, since)
    return Stage(units, cast, moment, today, now)


def demo_load(out: Callable[[str], None]) -> None:
    """Fill an empty database with the demo organisation and a year of its history up to now."""
    if is_loaded():
        return
    begun = time.monotonic()
    out("  装入演示单位，约半分钟 / loading the demo organisation, about half a minute …")
    now = timezone.now()
    today = timezone.localdate(now)
    moment = Moment(at(today - YEAR - timedelta(days=45)))
    with override("zh-hans"), system_scope("setup"), moment.told(), transaction.atomic():
        set_up(moment, today, now)
    out(f"  {time.monotonic() - begun:.0f} s")
