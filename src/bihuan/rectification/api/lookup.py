"""Find what an address or a body points at, as the caller may see it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from bihuan.foundation.api import visible_or_404
from bihuan.foundation.errors import BadInputError
from bihuan.foundation.middleware import actor_of
from bihuan.foundation.models import ScopedModel
from bihuan.organisation.models import Asset, OrgUnit, Person


def find(request: HttpRequest, model: type[ScopedModel], pk: int, permission: str) -> Any:
    return visible_or_404(model.objects.all(), pk, actor_of(request), permission)


def named(model: type[ScopedModel], pk: int | None, place: str) -> Any:
    """A record of the body that the caller must be able to see; None stays None."""
    if pk is None:
        return None
    found = model.objects.filter(pk=pk).first()
    if found is None:
        raise BadInputError(_("There is no such record."), place=place)
    return found


def unit_named(pk: int | None, place: str = "unit_id") -> Any:
    return named(OrgUnit, pk, place)


def person_named(pk: int | None, place: str = "owner_id") -> Any:
    return named(Person, pk, place)


def asset_named(pk: int | None) -> Any:
    return named(Asset, pk, "asset_id")
