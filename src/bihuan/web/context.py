"""What the shell of every page shows."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from bihuan.foundation import navigation
from bihuan.foundation.actor import NOBODY


def sections(request: HttpRequest) -> list[dict[str, Any]]:
    actor = getattr(request, "actor", NOBODY)
    if actor.kind == "nobody":
        return []
    here = request.path
    found: dict[str, dict[str, Any]] = {}
    for entry in navigation.entries_for(actor):
        label, icon = navigation.SECTIONS[entry.section]
        url = reverse(entry.url_name)
        section = found.setdefault(
            entry.section,
            {"key": entry.section, "label": label, "icon": icon, "url": url, "active": False, "items": []},
        )
        active = here == url or (url != "/" and here.startswith(url))
        section["items"].append({"label": entry.label, "url": url, "active": active})
        section["active"] = section["active"] or active
    return list(found.values())


def shell(request: HttpRequest) -> dict[str, Any]:
    return {"navigation": sections(request)}
