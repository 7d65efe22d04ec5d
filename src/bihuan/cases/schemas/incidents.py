"""What the API takes and gives of incidents."""

from __future__ import annotations

from datetime import datetime

from ninja import Field, Schema

from bihuan.foundation.api import Moment


class IncidentFilter(Schema):
    state: list[str] = Field(default_factory=list)
    unit_id: int | None = None


class IncidentIn(Schema):
    unit_id: int
    title: str = Field(min_length=1, max_length=200)
    fact: str = Field(min_length=1)
    grade: str
    happened_at: Moment
    case_ids: list[int] = Field(default_factory=list)


class IncidentOut(Schema):
    id: int
    number: str
    state: str
    title: str
    fact: str
    grade: str
    unit_id: int
    happened_at: datetime
    reported_at: datetime
    reported_by: str = Field(alias="reported_by_name")
    leader_id: int | None
    cause: str
    responsibility: str
    handling: str
    lessons: str
    closed_at: datetime | None


class LeaderIn(Schema):
    leader_id: int


class HandlingIn(Schema):
    cause: str = Field(min_length=1)
    responsibility: str = Field(min_length=1)
    handling: str = Field(min_length=1)


class LessonsIn(Schema):
    lessons: str = Field(min_length=1)


class IncidentRegradeIn(Schema):
    grade: str


class IncidentLinkIn(Schema):
    incident_id: int
