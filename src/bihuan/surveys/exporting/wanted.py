"""Which answers were asked for, kept with the names of the day so that the line can be read years later."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from bihuan.surveys.models import Door


@dataclass(frozen=True)
class Wanted:
    """Empty means all. ``unit`` takes in everything below it."""

    unit: int | None = None
    segment: str = ""
    channel: str = ""
    since: date | None = None
    until: date | None = None
    unit_name: str = ""
    segment_name: str = ""

    def to_dict(self) -> dict[str, Any]:
        found = {
            "unit": self.unit,
            "unit_name": self.unit_name,
            "segment": self.segment,
            "segment_name": self.segment_name,
            "channel": self.channel,
            "since": self.since.isoformat() if self.since else None,
            "until": self.until.isoformat() if self.until else None,
        }
        return {name: value for name, value in found.items() if value}

    @classmethod
    def from_dict(cls, kept: Mapping[str, Any]) -> Wanted:
        since, until = (parse_date(kept[name]) if kept.get(name) else None for name in ("since", "until"))
        names = ("segment", "channel", "unit_name", "segment_name")
        return cls(unit=kept.get("unit"), since=since, until=until, **{name: kept.get(name, "") for name in names})

    def __str__(self) -> str:
        """The filter in the reader's language."""
        parts = []
        if self.unit:
            parts.append(_("unit %(name)s and below") % {"name": self.unit_name or self.unit})
        if self.segment:
            parts.append(_("segment %(name)s") % {"name": self.segment_name or self.segment})
        if self.channel:
            label = dict(Door.Kind.choices).get(self.channel, self.channel)
            parts.append(_("channel %(name)s") % {"name": label})
        if self.since:
            parts.append(_("from %(day)s") % {"day": self.since.isoformat()})
        if self.until:
            parts.append(_("until %(day)s") % {"day": self.until.isoformat()})
        return _("; ").join(parts) or _("all answers")
