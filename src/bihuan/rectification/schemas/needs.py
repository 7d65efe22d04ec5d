"""What the API takes and gives about needs."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from ninja import Field, Schema

from bihuan.rectification.enums import NeedSource
from bihuan.rectification.models import Need


class NeedOut(Schema):
    id: int
    number: str
    title: str
    description: str
    unit_id: int
    customers: str
    dimension: str
    clause: str
    source_kind: str
    source_type: str
    source_id: int | None
    source_label: str
    method: str
    evidence: dict[str, Any]
    kano_class: str
    kano_basis: str
    kano_counts: dict[str, Any]
    kano_result: dict[str, Any]
    kano_reason: str
    urgency: int | None
    effect: int | None
    capability: int | None
    priority: int | None
    rating: dict[str, Any]
    state: str
    owner_id: int | None
    due_on: date | None
    review_on: date | None
    registered_at: datetime
    registered_by: str = Field(alias="registered_by_name")
    study: str
    decision: str
    decided_at: datetime | None
    met_note: str
    met_at: datetime | None
    review_note: str
    reviewed_at: datetime | None
    finding_ids: list[int]

    @staticmethod
    def resolve_finding_ids(need: Need) -> list[int]:
        return [link.finding_id for link in need.links.all()]


class NeedFilter(Schema):
    state: list[str] = Field(default_factory=list)
    kano_class: list[str] = Field(default_factory=list)
    source_kind: list[str] = Field(default_factory=list)
    unit_id: int | None = None
    priority_min: int | None = None


class NeedChange(Schema):
    unit_id: int
    title: str = Field(max_length=200)
    description: str
    source_kind: str = NeedSource.SURVEY.value
    source_label: str = Field("", max_length=200)
    method: str = ""
    customers: str = Field("", max_length=150)
    dimension: str = Field("", max_length=100)
    clause: str = Field("", max_length=200)


class NeedIn(NeedChange):
    source: str = Field("", description='Record it was heard in, as "app.model:id".')
    evidence: dict[str, Any] = Field(default_factory=dict)
    kano_counts: dict[str, float] | list[list[float]] | None = Field(
        None, description="Class counts by letter (M, O, A, I, R, Q), or a 5 × 5 table of answer pairs."
    )


class KanoIn(Schema):
    answers: dict[str, float] | list[list[float]]


class KanoByHandIn(Schema):
    kano_class: str
    reason: str


class RateIn(Schema):
    urgency: int
    effect: int
    capability: int
    notes: dict[str, str] = Field(default_factory=dict)


class NeedAssignIn(Schema):
    owner_id: int | None = None
    due_on: date | None = None
    review_on: date | None = None


class StudyIn(Schema):
    study: str


class AcceptIn(Schema):
    decision: str
    owner_id: int | None = None
    due_on: date | None = None


class MeetIn(Schema):
    met_note: str
    review_on: date | None = None


class ReviewIn(Schema):
    review_note: str


class LinkIn(Schema):
    finding_id: int
