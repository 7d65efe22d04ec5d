"""What the API takes and gives of on-site studies."""

from __future__ import annotations

from datetime import date, datetime

from ninja import Field, Schema


class StudyFilter(Schema):
    state: list[str] = Field(default_factory=list)
    year: int | None = None
    unit_id: int | None = None


class StudyOut(Schema):
    id: int
    number: str
    state: str
    plan_id: int
    year: int = Field(alias="plan.year")
    unit_id: int
    choice: str
    why_chosen: str
    planned_on: date | None
    lead_id: int | None
    team: str
    purpose: str
    begun_at: datetime | None
    conclusion: str
    proposals: str
    reported_at: datetime | None
    reported_by: str = Field(alias="reported_by_name")
    closed_at: datetime | None
    close_note: str


class StudyArrangeIn(Schema):
    """What is left out stays as it is."""

    planned_on: date | None = None
    lead_id: int | None = None
    team: str = Field("", max_length=200)
    purpose: str = ""


class StudyTalkIn(Schema):
    """``who`` is a role or segment, never a name."""

    kind: str
    who: str = Field(max_length=150)
    held_on: date
    participants: int = 1
    topics: str = ""
    place: str = Field("", max_length=100)


class StudyTalkOut(Schema):
    id: int
    kind: str
    position: int
    who: str
    participants: int
    topics: str
    held_on: date
    place: str
    held_by: str = Field(alias="held_by_name")


class StudyNoteIn(Schema):
    kind: str
    text: str
    theme: str = Field("", max_length=100)
    talk_id: int | None = None


class StudyNoteOut(Schema):
    id: int
    kind: str
    text: str
    theme: str
    talk_id: int | None
    at: datetime
    by: str = Field(alias="by_name")


class StudyDetail(StudyOut):
    talks: list[StudyTalkOut]
    notes: list[StudyNoteOut]


class StudyReportIn(Schema):
    conclusion: str
    proposals: str = ""


class StudyCloseIn(Schema):
    close_note: str
