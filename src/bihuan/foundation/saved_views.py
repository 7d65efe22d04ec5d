"""Ready-made views of a list, one click each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.utils.functional import Promise

Query = list[tuple[str, str]]


def marked_views(request: HttpRequest, views: Sequence[tuple[str | Promise, Query]]) -> list[dict[str, Any]]:
    """The view whose filter is in force is marked; sorting and paging do not change which one it is."""
    apart = {"sort", "page", "columns", "export"}
    now = sorted(
        (name, value) for name, values in request.GET.lists() for value in values if name not in apart and value
    )
    return [
        {"label": label, "url": f"{request.path}?{urlencode(query)}", "active": now == sorted(query)}
        for label, query in views
    ]
