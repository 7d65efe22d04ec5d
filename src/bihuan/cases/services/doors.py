"""Public forms: opened for the website or for a vehicle, line or counter; shut with a reason."""

from __future__ import annotations

import secrets
from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from bihuan.cases import permissions as may
from bihuan.cases.identity import ALPHABET
from bihuan.cases.models import IntakeDoor
from bihuan.foundation.activity import activity, save_fields
from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import BadInputError
from bihuan.organisation.models import Asset, OrgUnit

LETTERS = 10


def new_door_code() -> str:
    return "".join(secrets.choice(ALPHABET) for _place in range(LETTERS)).lower()


@transaction.atomic
def door_open(*, actor: Actor, desk: OrgUnit, title: str, asset: Asset | None = None) -> IntakeDoor:
    """One form a place: asked for again it is the one there is, open."""
    actor.require(may.CRITERIA, desk.org_path)
    if not title.strip():
        raise BadInputError(_("This is needed for the step."), place="title")
    there = IntakeDoor.objects.filter(desk=desk, asset=asset).first() if asset is not None else None
    if there is not None:
        save_fields(there, {"is_active": True}, actor=actor)
        return there
    door = IntakeDoor.objects.create(
        org_path=desk.org_path, code=new_door_code(), title=title.strip(), desk=desk, asset=asset
    )
    activity(door, "create", actor=actor, after={"title": title, "asset": asset})
    return door


@transaction.atomic
def doors_open(*, actor: Actor, desk: OrgUnit, assets: Iterable[Asset]) -> list[IntakeDoor]:
    return [door_open(actor=actor, desk=desk, title=asset.name, asset=asset) for asset in assets]


def door_set_open(*, actor: Actor, door: IntakeDoor, is_active: bool, reason: str) -> IntakeDoor:
    actor.require(may.CRITERIA, door.org_path)
    if not reason.strip():
        raise BadInputError(_("Say why."), place="reason")
    with transaction.atomic():
        save_fields(door, {"is_active": is_active}, actor=actor, reason=reason)
    return door
