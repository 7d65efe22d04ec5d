"""What the API takes and gives about answering standards."""

from __future__ import annotations

from datetime import date, datetime

from ninja import Field, Schema

from bihuan.standards.enums import AnswerKind


class StandardAnswerOut(Schema):
    id: int
    number: str
    kind: str
    topic: str
    question: str
    answer: str
    keywords: list[str]
    basis: str
    unit_id: int
    owner_id: int | None
    state: str
    edition: int
    effective_from: date | None
    review_on: date | None
    is_changed: bool


class EditionOut(Schema):
    """A text in force; ``standard_id`` names the standard it is an edition of."""

    id: int
    standard_id: int
    number: str = Field(alias="standard.number")
    edition: int
    kind: str
    topic: str
    question: str
    answer: str
    keywords: list[str]
    basis: str
    effective_from: date
    effective_to: date | None
    published_at: datetime


class StandardAnswerIn(Schema):
    question: str
    answer: str
    kind: str = AnswerKind.STANDARD.value
    topic: str = ""
    keywords: list[str] = Field(default_factory=list)
    basis: str = ""
    owner_id: int | None = None
    review_on: date | None = None


class AnswerNew(StandardAnswerIn):
    unit_id: int


class AnswerFilter(Schema):
    q: str = ""
    state: list[str] = Field(default_factory=list)


class InForceFilter(Schema):
    q: str = ""
    topic: str = ""
    on: date | None = None


class PublishIn(Schema):
    effective_from: date
    reason: str = ""


class ConfirmIn(Schema):
    review_on: date
    reason: str
