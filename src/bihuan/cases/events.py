"""What cases tell the floors above and their siblings."""

from dataclasses import dataclass

from bihuan.foundation.events import Event
from bihuan.foundation.references import Reference


@dataclass(frozen=True)
class CaseReceived(Event):
    subject: Reference
    org_path: str
    is_major: bool


@dataclass(frozen=True)
class CaseAnswered(Event):
    """The unit's answer is in; ``is_found`` where something was found wrong."""

    subject: Reference
    org_path: str
    is_found: bool


@dataclass(frozen=True)
class DisputeDecided(Event):
    """A panel decided whether a complaint counts against a member of staff: the score and the standard follow."""

    subject: Reference
    org_path: str
    person_id: int
    counts: bool
