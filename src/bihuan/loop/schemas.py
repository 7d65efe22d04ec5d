"""What the loop API gives."""

from __future__ import annotations

from datetime import date, datetime

from ninja import Schema

from bihuan.loop.selectors import LoopFigures
from bihuan.rectification.selectors import TrailStep
from servicequality.results import Estimate


class EstimateOut(Schema):
    """A figure with its interval; null where there is no data."""

    value: float | None
    low: float | None
    high: float | None
    n: int
    level: float
    method: str


class LoopFilter(Schema):
    since: date | None = None
    until: date | None = None
    unit_id: int | None = None


class StageOut(Schema):
    state: str
    count: int
    median_age_seconds: float | None
    worst_unit_id: int | None
    worst_age_seconds: float | None


class OpenEndOut(Schema):
    id: int
    number: str
    title: str
    unit_id: int
    state: str
    waits_for: str
    raised_at: datetime


class LoopUnitOut(Schema):
    unit_id: int
    unit: str
    raised: int
    open: int
    closure: EstimateOut
    cycle_days: EstimateOut
    effect: EstimateOut
    letters: list[str]


class LoopOut(Schema):
    as_of: datetime
    since: datetime | None
    until: datetime | None
    open_now: int
    raised: int
    dismissed: int
    closure: EstimateOut
    cycle_days: EstimateOut
    effect: EstimateOut
    different: bool | None
    stages: list[StageOut]
    open_ends: list[OpenEndOut]
    units: list[LoopUnitOut]


class TrailOut(Schema):
    key: str
    stage: str
    label: str
    url: str
    state: str
    note: str


def estimate_out(found: Estimate) -> dict[str, object]:
    return found.to_dict()


def figures_out(
    figures: LoopFigures, as_of: datetime, since: datetime | None, until: datetime | None
) -> dict[str, object]:
    return {
        "as_of": as_of,
        "since": since,
        "until": until,
        "open_now": figures.open_now,
        "raised": figures.raised,
        "dismissed": figures.dismissed,
        "closure": estimate_out(figures.closure),
        "cycle_days": estimate_out(figures.cycle_days),
        "effect": estimate_out(figures.effect),
        "different": figures.different,
        "stages": [
            {
                "state": stage.state,
                "count": stage.count,
                "median_age_seconds": stage.median_age.total_seconds() if stage.median_age is not None else None,
                "worst_unit_id": stage.worst_unit.pk if stage.worst_unit else None,
                "worst_age_seconds": stage.worst_age.total_seconds() if stage.worst_age is not None else None,
            }
            for stage in figures.stages
        ],
        "open_ends": [
            {
                "id": row.pk,
                "number": row.number,
                "title": row.title,
                "unit_id": row.unit_id,
                "state": row.state,
                "waits_for": row.holder.value,
                "raised_at": row.raised_at,
            }
            for row in figures.open_ends
        ],
        "units": [
            {
                "unit_id": row.unit.pk,
                "unit": row.unit.name,
                "raised": row.raised,
                "open": row.open,
                "closure": estimate_out(row.closure),
                "cycle_days": estimate_out(row.cycle_days),
                "effect": estimate_out(row.effect),
                "letters": list(row.letters),
            }
            for row in figures.units
        ],
    }


def trail_out(steps: list[TrailStep]) -> list[dict[str, object]]:
    return [{name: value for name, value in vars(step).items() if name != "current"} for step in steps]
