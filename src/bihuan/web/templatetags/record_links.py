"""Links to records that lead only where the reader may go; elsewhere their words stand alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template
from django.core.exceptions import ImproperlyConfigured
from django.urls import Resolver404, resolve
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString

from bihuan.foundation.actor import NOBODY, Actor
from bihuan.foundation.gate import permission_of
from bihuan.foundation.middleware import actor_of
from bihuan.foundation.permissions import PUBLIC, SIGNED_IN

register = template.Library()


def asked_of(path: str) -> str | None:
    """The right that the page at ``path`` asks for; None where there is none."""
    try:
        match = resolve(path)
        return permission_of(match.func, match)
    except (Resolver404, ImproperlyConfigured):
        return None


def may_open(actor: Actor, record: Any) -> bool:
    """Whether the record's own page is open to the actor: its right, held where the record stands."""
    permission = _right_of(record)
    if permission is None:
        return False
    if permission in {PUBLIC, SIGNED_IN}:
        return True
    field = getattr(type(record), "scope_field", None)
    return actor.can(permission, str(getattr(record, field))) if field else actor.can_somewhere(permission)


_rights: dict[type[Any], str | None] = {}


def _right_of(record: Any) -> str | None:
    """A model has one page; its right is found out once a process, from the first address seen."""
    model = type(record)
    if model not in _rights:
        _rights[model] = asked_of(record.get_absolute_url().partition("#")[0].partition("?")[0])
    return _rights[model]


@register.simple_tag(takes_context=True)
def record_url(context: Mapping[str, Any], record: Any) -> str:
    """The record's address, or nothing where this reader may not open it."""
    request = context.get("request")
    actor = actor_of(request) if request is not None else NOBODY
    return str(record.get_absolute_url()) if record is not None and may_open(actor, record) else ""


@register.simple_tag(takes_context=True)
def record_link(context: Mapping[str, Any], record: Any, words: Any = "") -> SafeString | str:
    """The words, leading to the record where this reader may open it."""
    url = record_url(context, record)
    told = words or record or ""
    return format_html('<a href="{}">{}</a>', url, told) if url else conditional_escape(told)
