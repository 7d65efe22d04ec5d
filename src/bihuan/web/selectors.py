"""What the Today page gathers from every app."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bihuan.foundation.actor import Actor
from bihuan.foundation.today import Group, TodayItem, providers

SHOWN = 12


@dataclass(frozen=True)
class TodayGroup:
    key: Group
    items: tuple[TodayItem, ...]
    total: int

    @property
    def hidden(self) -> int:
        return max(0, self.total - len(self.items))


def today_for(actor: Actor, now: datetime, last_seen: datetime) -> list[TodayGroup]:
    """Late first, then due by remaining time, then new since the last look."""
    items: list[TodayItem] = []
    totals: dict[Group, int] = {"late": 0, "due": 0, "new": 0}
    for provider in providers():
        share = provider(actor, now, last_seen)
        items += share.items
        for group, count in share.totals.items():
            totals[group] += count
    groups: list[TodayGroup] = []
    for key in ("late", "due", "new"):
        own = [item for item in items if item.group == key]
        own.sort(key=lambda item: item.at, reverse=key == "new")
        groups.append(TodayGroup(key, tuple(own[:SHOWN]), max(totals[key], len(own))))
    return groups
