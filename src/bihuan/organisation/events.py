"""What the organisation tells the floors above."""

from dataclasses import dataclass

from bihuan.foundation.events import Event


@dataclass(frozen=True)
class UnitMoved(Event):
    """A unit has a new place; rows that describe the present follow it, history keeps its path."""

    unit_id: int
    old_path: str
    new_path: str
