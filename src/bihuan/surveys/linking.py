"""Values of one group column as units, lines, counters of the organisation: matched by name or code."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from bihuan.foundation.actor import Actor
from bihuan.organisation.models import Asset, OrgUnit
from bihuan.surveys.permissions import IMPORT

PLACES = (Asset.Kind.LINE, Asset.Kind.COUNTER, Asset.Kind.SITE)


def folded(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


@dataclass(frozen=True)
class Targets:
    """What a value may stand for; keys are "unit:5" and "asset:7"."""

    units: Mapping[int, OrgUnit]
    assets: Mapping[int, Asset]

    @property
    def by_name(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for prefix, rows in (("unit", self.units), ("asset", self.assets)):
            for key, row in rows.items():
                for word in (row.name, row.code):
                    found.setdefault(folded(word), f"{prefix}:{key}")
        return found

    def match(self, values: Iterable[str]) -> dict[str, str]:
        names = self.by_name
        return {value: names[folded(value)] for value in values if folded(value) in names}

    def unit_of(self, target: str) -> OrgUnit | None:
        """The unit responsible for what a value stands for."""
        kind, _, number = target.partition(":")
        if not number.isdigit():
            return None
        if kind == "unit":
            return self.units.get(int(number))
        asset = self.assets.get(int(number))
        return asset.unit if asset else None

    def asset_of(self, target: str) -> Asset | None:
        kind, _, number = target.partition(":")
        return self.assets.get(int(number)) if kind == "asset" and number.isdigit() else None


def targets_for(actor: Actor, permission: str = IMPORT) -> Targets:
    """Units and places on which the actor holds ``permission``."""
    units = OrgUnit.objects.for_permission(actor, permission).filter(is_active=True)
    assets = Asset.objects.for_permission(actor, permission).filter(is_active=True, kind__in=PLACES)
    return Targets({unit.pk: unit for unit in units}, {asset.pk: asset for asset in assets.select_related("unit")})


def proposed_links(targets: Targets, columns: Iterable[tuple[str, list[str]]]) -> dict[str, Any]:
    """The group column that names the most units or places, if it names at least half of its values."""
    best: dict[str, Any] = {}
    for name, values in columns:
        matched = targets.match(values)
        if values and 2 * len(matched) >= len(values) and len(matched) > len(best.get("values", {})):
            best = {"column": name, "values": matched}
    return best
