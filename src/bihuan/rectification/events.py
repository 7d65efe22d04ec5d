"""What other floors may want to know beyond the plain change of state."""

from __future__ import annotations

from dataclasses import dataclass

from bihuan.foundation.events import Event
from bihuan.foundation.references import Reference


@dataclass(frozen=True)
class FindingRaised(Event):
    """``source`` is the survey, case or inspection the finding came from."""

    finding: Reference
    org_path: str
    source: Reference | None


@dataclass(frozen=True)
class NoticeVerified(Event):
    notice: Reference
    finding: Reference
    org_path: str
    verdict: str
