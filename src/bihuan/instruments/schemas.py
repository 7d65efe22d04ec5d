"""What forms and responses look like through the API."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from ninja import Schema

from bihuan.foundation.api import Moment
from bihuan.instruments.models import Instrument


class InstrumentOut(Schema):
    id: int
    title: str
    kind: str
    unit_id: int
    version_number: int | None


class InstrumentIn(Schema):
    unit_id: int
    title: str
    kind: Instrument.Kind = Instrument.Kind.QUESTIONNAIRE
    body: dict[str, Any]
    note: str


class VersionIn(Schema):
    body: dict[str, Any]
    note: str


class VersionOut(Schema):
    id: int
    instrument_id: int
    number: int
    content_hash: str
    body: dict[str, Any]
    published_at: datetime


class ResponseIn(Schema):
    client_uuid: UUID
    answers: dict[str, Any]
    states: dict[str, str] = {}
    answered_at: Moment | None = None


class ResponseOut(Schema):
    id: int
    client_uuid: UUID
    business_date: date
    answers: dict[str, Any]
    states: dict[str, str]
    score: dict[str, Any] | None = None


class XlsformProblem(Schema):
    """One problem, or one thing left out, with the cell it stands in."""

    code: str
    cell: str
    message: str


class XlsformOut(Schema):
    """The form that was made; it is a draft until somebody publishes it."""

    instrument_id: int
    title: str
    notes: list[XlsformProblem]


class XlsformRefused(Schema):
    code: str
    message: str
    place: str | None = None
    problems: list[XlsformProblem] = []
