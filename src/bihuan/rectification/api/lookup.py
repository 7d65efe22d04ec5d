"""Find what an address or a body points at, as the caller may see it."""

from __future__ import annotations

from typing import Any

from bihuan.foundation.api import find, named
from bihuan.organisation.models import Asset, OrgUnit, Person

__all__ = ["asset_named", "find", "named", "person_named", "unit_named"]


def unit_named(pk: int | None, place: str = "unit_id") -> Any:
    return named(OrgUnit, pk, place)


def person_named(pk: int | None, place: str = "owner_id") -> Any:
    return named(Person, pk, place)


def asset_named(pk: int | None) -> Any:
    return named(Asset, pk, "asset_id")
