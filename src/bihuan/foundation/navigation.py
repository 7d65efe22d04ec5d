"""The left navigation: apps register entries, the shell shows those the actor may open."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bihuan.foundation.actor import Actor
from bihuan.foundation.permissions import PUBLIC, SIGNED_IN

SECTIONS: dict[str, tuple[str | Promise, str]] = {
    "today": (_("Today"), "home"),
    "voice": (_("Voice"), "message-dots"),
    "supervision": (_("Supervision"), "clipboard-check"),
    "findings": (_("Findings"), "refresh"),
    "indicators": (_("Indicators"), "chart-line"),
    "standards": (_("Standards"), "book"),
    "people": (_("People"), "users"),
    "reports": (_("Reports"), "report"),
    "administration": (_("Administration"), "settings"),
}


@dataclass(frozen=True)
class Entry:
    """``shown_to`` asks more than the right: whether this reader has anything there. It is asked on every page."""

    section: str
    label: str | Promise
    url_name: str
    permission: str
    order: int = 50
    shown_to: Callable[[Actor], bool] | None = None

    def is_for(self, actor: Actor) -> bool:
        allowed = self.permission in {PUBLIC, SIGNED_IN} or actor.can_somewhere(self.permission)
        return allowed and (self.shown_to is None or self.shown_to(actor))


_entries: list[Entry] = []


def register(*entries: Entry) -> None:
    """Add entries; call in AppConfig.ready."""
    for entry in entries:
        if entry.section not in SECTIONS:
            raise LookupError(f"no navigation section {entry.section!r}")
        if entry not in _entries:
            _entries.append(entry)


def entries_for(actor: Actor) -> list[Entry]:
    order = list(SECTIONS)
    allowed = [entry for entry in _entries if entry.is_for(actor)]
    return sorted(allowed, key=lambda entry: (order.index(entry.section), entry.order, str(entry.url_name)))
