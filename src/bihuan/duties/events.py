"""What a clock tells the apps it watches for. Each comes once per clock cycle and level."""

from dataclasses import dataclass
from datetime import datetime

from bihuan.foundation.events import Event
from bihuan.foundation.references import Reference


@dataclass(frozen=True)
class ClockAlerted(Event):
    """Base: ``subject`` is the record the clock runs for, ``at`` the instant the level stands for."""

    subject: Reference
    clock_id: int
    policy: str
    level: str
    at: datetime
    org_path: str


@dataclass(frozen=True)
class ClockWarned(ClockAlerted):
    """The early-warning share of the budget is used up."""


@dataclass(frozen=True)
class ClockBreached(ClockAlerted):
    """The due instant has passed."""


@dataclass(frozen=True)
class ClockEscalated(ClockAlerted):
    """Still open one or three working days after the due instant."""
