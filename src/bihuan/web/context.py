"""What the shell of every page shows."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from bihuan.foundation import navigation
from bihuan.foundation.actor import NOBODY, Actor
from bihuan.records.selectors import unread_count


def sections(actor: Actor, here: str) -> list[dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    best: tuple[int, dict[str, Any], dict[str, Any]] | None = None
    for entry in navigation.entries_for(actor):
        label, icon = navigation.SECTIONS[entry.section]
        url = reverse(entry.url_name)
        section = found.setdefault(
            entry.section,
            {"key": entry.section, "label": label, "icon": icon, "url": url, "active": False, "items": []},
        )
        item = {"label": entry.label, "url": url, "active": False}
        section["items"].append(item)
        # The longest address that the page lies under is the entry one is in.
        matches = here == url or (url != "/" and here.startswith(url))
        if matches and (best is None or len(url) > best[0]):
            best = (len(url), section, item)
    if best is not None:
        best[1]["active"] = best[2]["active"] = True
    return list(found.values())


def shell(request: HttpRequest) -> dict[str, Any]:
    actor: Actor = getattr(request, "actor", NOBODY)
    if actor.kind == "nobody" or actor.user_id is None:
        return {"navigation": []}
    return {
        "navigation": sections(actor, request.path),
        "unread_count": unread_count(actor.user_id),
        "profile_url": reverse("accounts:profile"),
        "notifications_url": reverse("records:notifications"),
        "search_url": reverse("records:search"),
    }
