"""Links to records that lead only where the reader may go; elsewhere their words stand alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString

from bihuan.foundation.actor import NOBODY
from bihuan.foundation.middleware import actor_of
from bihuan.foundation.openings import may_open

register = template.Library()


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
