"""Whether a record's own page is open to somebody, so that nothing leads to a shut door."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.urls import Resolver404, resolve

from bihuan.foundation.actor import Actor
from bihuan.foundation.gate import permission_of
from bihuan.foundation.permissions import PUBLIC, SIGNED_IN

_rights: dict[type[Any], str | None] = {}


def may_open(actor: Actor, record: Any) -> bool:
    """The page's right has to be held where the record stands; a record without a page opens for nobody."""
    permission = _right_of(record)
    if permission is None:
        return False
    if permission in {PUBLIC, SIGNED_IN}:
        return True
    field = getattr(type(record), "scope_field", None)
    return actor.can(permission, str(getattr(record, field))) if field else actor.can_somewhere(permission)


def _right_of(record: Any) -> str | None:
    """A model has one page; its right is found out once a process, from the first address seen."""
    model = type(record)
    if model not in _rights:
        _rights[model] = _asked_at(record.get_absolute_url()) if hasattr(record, "get_absolute_url") else None
    return _rights[model]


def _asked_at(address: str) -> str | None:
    try:
        match = resolve(address.partition("#")[0].partition("?")[0])
        return permission_of(match.func, match)
    except (Resolver404, ImproperlyConfigured):
        return None
