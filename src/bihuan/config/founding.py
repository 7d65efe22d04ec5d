"""The first day of an office: its top unit, somebody who may do everything, a calendar, the shipped promises."""

from __future__ import annotations

import secrets

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from bihuan.accounts.models import User
from bihuan.accounts.services import first_administrator
from bihuan.cases.services import case_shelf_ship
from bihuan.duties.services import calendar_create, policies_ship, shipped_calendar_body
from bihuan.foundation.actor import system_actor
from bihuan.foundation.errors import ActionNotAllowedError
from bihuan.foundation.scope import system_scope
from bihuan.instruments.services import scales_ship
from bihuan.organisation.models import OrgUnit
from bihuan.organisation.services import unit_create


@transaction.atomic
def found(*, name: str, username: str, language: str = "zh-hans", password: str | None = None) -> str:
    """Set an empty installation up; returns the administrator's password. Refused where a unit exists already."""
    actor = system_actor("setup")
    password = password or secrets.token_urlsafe(12)
    with system_scope("setup"), translation.override(language):
        if OrgUnit.objects.exists() or User.objects.exists():
            raise ActionNotAllowedError(_("This installation is set up already."))
        unit = unit_create(actor=actor, name=name, code="ROOT", kind="company", parent=None)
        calendar_create(
            actor=actor, unit=unit, name=_("Working calendar"), body=shipped_calendar_body(), note=_("shipped default")
        )
        policies_ship(actor=actor, unit=unit)
        scales_ship(actor=actor, unit=unit)
        case_shelf_ship(actor=actor, unit=unit)
        first_administrator(username=username, password=password, unit=unit, actor=actor)
    return password
