"""What the API takes and gives of surveys."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from ninja import Field, Schema


class SurveyOut(Schema):
    """An import: where it stands, what it is about, and what stopped it if something did."""

    id: int
    title: str
    unit_id: int
    state: str
    period_from: date | None
    period_to: date | None
    file_name: str
    sha256: str
    rows: int | None
    progress: int
    uploaded_at: datetime
    imported_at: datetime | None
    imported_by: str
    headline: str
    problem: str
    already_imported: list[int]


class ProposalOut(Schema):
    """Columns of the file with what they are used for (and why), first rows, and linked groups."""

    survey: SurveyOut
    columns: list[dict[str, Any]]
    mapping: dict[str, Any]
    links: dict[str, Any]
    preview: list[dict[str, Any]]
    is_remembered: bool


class LinksIn(Schema):
    """``values`` maps a group's name to "unit:5" or "asset:7"."""

    column: str = ""
    values: dict[str, str] = {}


class MappingIn(Schema):
    """``columns`` maps a column's name to its use: role, scale, na, codes, dimension, side, pair, reverse, top, label.

    Columns not named stay as they are.
    """

    title: str | None = Field(None, min_length=1, max_length=150)
    unit_id: int | None = None
    period_from: date | None = None
    period_to: date | None = None
    columns: dict[str, dict[str, Any]] = {}
    links: LinksIn | None = None


class WithdrawIn(Schema):
    reason: str = Field(min_length=1, max_length=2000)
    findings_stand: bool = False


class SurveyCommentOut(Schema):
    id: int
    column: str
    group: str
    text: str


class SurveyFilter(Schema):
    state: list[str] = []
    unit_id: int | None = None
