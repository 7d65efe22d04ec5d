"""Public forms of the demo: the website's and one a line."""

from __future__ import annotations

from bihuan.cases.services.doors import door_open, doors_open
from bihuan.demo.organisation import Units
from bihuan.foundation.actor import Actor


def doors_ship(units: Units, *, actor: Actor) -> None:
    door_open(actor=actor, desk=units.company, title="网站意见投诉")
    doors_open(actor=actor, desk=units.company, assets=units.lines.values())
