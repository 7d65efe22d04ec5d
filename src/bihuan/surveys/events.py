"""What other floors may want to hear of surveys."""

from __future__ import annotations

from dataclasses import dataclass

from bihuan.foundation.events import Event
from bihuan.foundation.references import Reference


@dataclass(frozen=True)
class SurveyImported(Event):
    """A survey's answers and figures are stored."""

    subject: Reference
    org_path: str
    responses: int


@dataclass(frozen=True)
class SurveyWithdrawn(Event):
    """A survey's answers were taken back."""

    subject: Reference
    org_path: str
    reason: str


@dataclass(frozen=True)
class AnswerExcluded(Event):
    """A person took an answer of a campaign out of the figures."""

    campaign: int
    response: int


@dataclass(frozen=True)
class AnswerRestored(Event):
    """An answer that had been taken out counts again."""

    campaign: int
    response: int
