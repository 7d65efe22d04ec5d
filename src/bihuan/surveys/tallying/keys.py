"""By which groups answers are counted. Every cell is kept per segment, so that weights can be applied later."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import IntEnum, StrEnum


class Level(IntEnum):
    """How much a cell keeps."""

    CLUSTER = 0  # histograms of items, dimensions and gaps
    LIGHT = 1  # and both sides of gaps, Kano, choices
    FULL = 2  # and the products that reliability, drivers and derived importance need


class Scope(StrEnum):
    """Whose answers a cell holds."""

    ALL = "all"
    TREE = "tree"  # a unit and everything below it
    UNIT = "unit"  # a unit itself
    CLUSTER = "cluster"  # one bus, one interviewer: answers that are alike for a reason


@dataclass(frozen=True, order=True)
class CellKey:
    """One cell. ``place`` is a unit (0: none named); "" of ``channel`` and ``period`` means all of them together."""

    scope: Scope
    place: int = 0
    segment: str = ""
    channel: str = ""
    period: str = ""
    cluster: str = ""

    def __str__(self) -> str:
        return "|".join((self.scope.value, str(self.place), self.segment, self.channel, self.period, self.cluster))

    @property
    def level(self) -> Level:
        if self.scope is Scope.CLUSTER:
            return Level.CLUSTER
        if self.scope is Scope.UNIT or self.period:
            return Level.LIGHT
        return Level.LIGHT if self.scope is Scope.TREE and self.channel else Level.FULL


def day_key(day: date) -> str:
    return day.isoformat()


def week_key(day: date) -> str:
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}"


def month_key(day: date) -> str:
    return f"{day:%Y-%m}"


def period_keys(day: date) -> tuple[str, str, str]:
    """Day, ISO week and month an answer counts in."""
    return day_key(day), week_key(day), month_key(day)


def nodes_of(org_path: str, root: str) -> list[tuple[int, str]]:
    """The units whose answers these are, from the survey's own unit downwards: (unit, path)."""
    found, path = [], "/"
    for part in org_path.strip("/").split("/"):
        path += f"{part}/"
        if path.startswith(root) and part.isdigit():
            found.append((int(part), path))
    return found
