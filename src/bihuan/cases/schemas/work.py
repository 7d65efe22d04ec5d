"""What the API takes and gives. Who complained is never among it."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from ninja import Field, Schema

from bihuan.cases.models import Case
from bihuan.foundation.api import Moment


class CaseOut(Schema):
    id: int
    number: str
    kind: str
    channel: str
    grade: str
    state: str
    waits_for: str
    title: str
    text: str
    is_major: bool
    happened_at: datetime | None
    place: str
    line_id: int | None
    asset_id: int | None
    theme_id: int | None
    criterion_id: int | None
    unit_id: int | None
    desk_id: int
    incident_id: int | None
    duplicate_of_id: int | None
    repeat_of_id: int | None
    received_at: datetime
    dispatched_at: datetime | None
    answered_at: datetime | None
    told_at: datetime | None
    closed_at: datetime | None
    due_at: datetime | None
    due_provisional: bool
    outcome: str
    branch: str
    facts: str
    clause: str
    answer: str
    answered_from_id: int | None
    cycle: int
    origin: str
    origin_id: str

    @staticmethod
    def resolve_waits_for(case: Case) -> str:
        return case.holder.value


class TakenInOut(Schema):
    """``code`` and ``pin`` are told once; empty where the case was there already."""

    case: CaseOut
    code: str
    pin: str
    is_new: bool


class CustomerIn(Schema):
    name: str = Field("", max_length=80)
    organisation: str = Field("", max_length=120)
    phone: str = Field("", max_length=30)
    email: str = Field("", max_length=120)
    address: str = Field("", max_length=200)
    wish: str = Field("", max_length=300)
    insists_on_meeting: bool = False


class CaseIn(Schema):
    desk_id: int
    text: str = Field(max_length=8000)
    channel: str = "api"
    kind: str = "complaint"
    title: str = Field("", max_length=200)
    happened_at: Moment | None = None
    happened_on: date | None = None
    place: str = Field("", max_length=200)
    latitude: Decimal | None = Field(None, ge=-90, le=90)
    longitude: Decimal | None = Field(None, ge=-180, le=180)
    line_id: int | None = None
    asset_id: int | None = None
    staff_said: str = Field("", max_length=120)
    is_major: bool = False
    from_above: str = Field("", max_length=200)
    repeat_of_id: int | None = None
    origin: str = Field("", max_length=60)
    origin_id: str = Field("", max_length=120, description="The same number of the same origin is one case.")
    origin_due_at: Moment | None = None
    is_public: bool = False
    person: CustomerIn | None = None


class CaseFilter(Schema):
    state: list[str] = Field(default_factory=list)
    kind: list[str] = Field(default_factory=list)
    unit_id: int | None = None
    received_from: Moment | None = None
    received_to: Moment | None = None
    overdue: bool = False
    q: str = ""


class ClassIn(Schema):
    kind: str
    grade: str = ""
    criterion_id: int | None = None
    theme_id: int | None = None
    reason: str = ""


class DispatchIn(Schema):
    unit_id: int
    handler_id: int | None = None
    note: str = ""


class CaseReassignIn(Schema):
    unit_id: int
    handler_id: int | None = None
    reason: str = Field(min_length=1, max_length=2000)


class SuspendIn(Schema):
    pause_reason: str
    reason: str = Field(min_length=1, max_length=2000)


class CaseAnswerIn(Schema):
    answer: str
    outcome: str = ""
    facts: str = ""
    clause: str = Field("", max_length=200)
    branch: str = ""
    measures: list[str] = Field(default_factory=list)


class AnswerNowIn(Schema):
    """``standard_id`` is the edition in force it was answered from."""

    answer: str = Field(min_length=1)
    standard_id: int | None = None


class ContactIn(Schema):
    text: str = Field(min_length=1)
    is_reached: bool


class FeedBackIn(Schema):
    result_told: str = Field(min_length=1)


class CaseCloseIn(Schema):
    note: str = ""


class TransferIn(Schema):
    transferred_to: str = Field(min_length=1, max_length=200)
    reason: str = Field(min_length=1, max_length=2000)


class MergeIn(Schema):
    into_id: int
    reason: str = Field(min_length=1, max_length=2000)


class CaseEntryIn(Schema):
    kind: str
    text: str = Field(min_length=1)
    side: str = "office"
    people_present: str = Field("", max_length=200)


class CaseEntryOut(Schema):
    id: int
    kind: str
    side: str
    text: str
    people_present: str
    is_reached: bool | None
    is_public: bool
    at: datetime
    by: str = Field(alias="by_name")


class CaseExtensionIn(Schema):
    policy_key: str
    amount: int = Field(ge=1, le=240, description="In the clock's own unit: hours or days.")
    reason: str = Field(min_length=1, max_length=2000)


class CaseExtensionOut(Schema):
    id: int
    case_id: int
    policy_key: str
    days: int | None
    hours: int | None
    reason: str
    state: str
    asked_at: datetime
    decided_at: datetime | None
    decision: str


class ExtensionDecisionIn(Schema):
    approve: bool
    reason: str = ""


class ReadingOut(Schema):
    """A proposal by the written criteria and the words it rests on; a person decides."""

    kind: str
    kind_words: list[str]
    grade: str | None
    criterion: str | None
    criterion_words: list[str]
    theme: str | None
    theme_words: list[str]
    major_words: list[str]


class ReadingIn(Schema):
    desk_id: int
    text: str = Field(min_length=1, max_length=8000)


def reading_out(reading: Any) -> dict[str, Any]:
    return {
        "kind": reading.kind.value,
        "kind_words": list(reading.kind_words),
        "grade": reading.grade.value if reading.grade else None,
        "criterion": reading.criterion.code if reading.criterion else None,
        "criterion_words": list(reading.criterion_words),
        "theme": reading.theme.name if reading.theme else None,
        "theme_words": list(reading.theme_words),
        "major_words": list(reading.major_words),
    }
