"""What the API gives of exports and progress."""

from __future__ import annotations

from datetime import date, datetime

from ninja import Schema
from pydantic import Field

from bihuan.surveys.models import SurveyExport


class ExportIn(Schema):
    """Which answers, in which file. A package or SAV file is made by the worker; ask again until it is ready."""

    kind: SurveyExport.Kind = SurveyExport.Kind.PACKAGE
    language: str = Field("zh-hans", pattern="^(zh-hans|en)$")
    unit_id: int | None = None
    segment: str = ""
    channel: str = ""
    since: date | None = None
    until: date | None = None


class ExportFileOut(Schema):
    name: str
    size: int
    sha256: str
    rows: int | None


class ExportOut(Schema):
    id: int
    kind: str
    state: str
    progress: int
    rows: int | None
    size: int | None
    sha256: str
    filter: dict[str, str | int]
    asked_at: datetime
    asked_by: str
    kept_until: datetime | None
    files: list[ExportFileOut]
    problem: str


class ResponsesNeededOut(Schema):
    name: str
    answers: int
    wanted: int | None
    short: int


class ProgressDayOut(Schema):
    day: date
    answers: int


class ProgressOut(Schema):
    """Answers that count; ``counted_at`` is when the worker last counted, what came since is in the numbers."""

    answers: int
    wanted: int
    expected_at_the_end: float | None
    counted_at: datetime | None
    is_current: bool
    units: list[ResponsesNeededOut]
    segments: list[ResponsesNeededOut]
    channels: dict[str, int]
    days: list[ProgressDayOut]
