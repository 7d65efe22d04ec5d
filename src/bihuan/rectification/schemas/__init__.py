"""What the API takes and gives."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from ninja import Field, Schema

from bihuan.foundation.api import Moment, ReasonIn
from bihuan.rectification.models import ExtensionRequest, Finding, Notice


class FindingOut(Schema):
    id: int
    number: str
    title: str
    fact: str
    unit_id: int
    asset_id: int | None
    severity: str
    state: str
    waits_for: str
    clause: str
    dimension: str
    source_type: str
    source_id: int | None
    source_label: str
    evidence: dict[str, Any]
    raised_at: datetime
    raised_by: str = Field(alias="raised_by_name")
    recurrence_of_id: int | None
    recurrence_count: int
    correction: str
    close_note: str
    closed_at: datetime | None
    notice_id: int | None = None

    @staticmethod
    def resolve_notice_id(finding: Finding) -> int | None:
        return finding.notices.exclude(state="withdrawn").values_list("pk", flat=True).first()

    @staticmethod
    def resolve_waits_for(finding: Finding) -> str:
        return finding.holder.value


class FindingIn(Schema):
    unit_id: int
    title: str = Field(max_length=200)
    fact: str
    severity: str
    clause: str = Field("", max_length=200)
    dimension: str = Field("", max_length=100)
    asset_id: int | None = None
    source: str = Field("", description='Record it came from, as "app.model:id".')
    source_label: str = Field("", max_length=200)
    evidence: dict[str, Any] = Field(default_factory=dict)


class FindingFilter(Schema):
    state: list[str] = Field(default_factory=list)
    severity: list[str] = Field(default_factory=list)
    unit_id: int | None = None
    overdue: bool = False
    raised_from: Moment | None = None
    raised_to: Moment | None = None


class CorrectionIn(Schema):
    correction: str


class EvidenceIn(Schema):
    evidence: str


class RegradeIn(ReasonIn):
    severity: str


class ReassignIn(ReasonIn):
    unit_id: int


class ReplyOut(Schema):
    id: int
    cycle: int
    cause: str
    category: str
    whys: list[str]
    correction: str
    prevention: str
    plan: dict[str, str]
    plan_required: list[str]
    owner_id: int | None
    replied_at: datetime
    replied_by: str = Field(alias="replied_by_name")
    returned_at: datetime | None
    return_reason: str
    retracted_at: datetime | None


class VerificationOut(Schema):
    id: int
    cycle: int
    reply_id: int
    verdict: str
    evidence: str
    figures: dict[str, Any]
    recheck_on: date | None
    verified_at: datetime
    verified_by: str = Field(alias="verified_by_name")


class ExtensionOut(Schema):
    id: int
    notice_id: int
    days: int
    reason: str
    state: str
    asked_at: datetime
    asked_by: str = Field(alias="asked_by_name")
    decided_at: datetime | None
    decision: str


class NoticeOut(Schema):
    id: int
    number: str
    title: str
    fact: str
    clause: str
    severity: str
    requirement: str
    finding_id: int
    unit_id: int
    issuing_unit_id: int
    owner_id: int | None
    state: str
    waits_for: str
    cycle: int
    reply_policy: str
    issued_at: datetime | None
    reply_due_at: datetime | None
    due_at: datetime | None
    due_provisional: bool
    is_overdue: bool
    recheck_on: date | None
    closed_at: datetime | None
    replies: list[ReplyOut]
    verifications: list[VerificationOut]
    extensions: list[ExtensionOut]

    @staticmethod
    def resolve_waits_for(notice: Notice) -> str:
        return notice.holder.value

    @staticmethod
    def resolve_extensions(notice: Notice) -> list[ExtensionRequest]:
        return list(notice.extensions.all())


class NoticeFilter(Schema):
    state: list[str] = Field(default_factory=list)
    unit_id: int | None = None
    overdue: bool = False


class NoticeChange(Schema):
    requirement: str
    title: str = Field("", max_length=200)
    reply_policy: str = "notice_reply"
    issuing_unit_id: int | None = None
    owner_id: int | None = None


class ReplyIn(Schema):
    cause: str
    category: str
    correction: str
    prevention: str
    whys: list[str] = Field(default_factory=list)
    plan: dict[str, str] = Field(default_factory=dict)
    owner_id: int | None = None


class VerifyIn(Schema):
    verdict: str
    evidence: str
    recheck_on: date | None = None
    figures: dict[str, Any] = Field(default_factory=dict)


class ExtensionIn(Schema):
    days: int
    reason: str


class ApproveIn(Schema):
    note: str = ""


class ActionOut(Schema):
    id: int
    finding_id: int
    notice_id: int | None
    kind: str
    title: str
    owner_id: int
    due_on: date
    state: str
    result: str


class ActionIn(Schema):
    kind: str
    title: str = Field(max_length=200)
    owner_id: int
    due_on: date


class ResultIn(Schema):
    result: str


class RescheduleIn(ReasonIn):
    owner_id: int
    due_on: date


class PlanRuleOut(Schema):
    severity: str
    required: list[str]


class PlanRuleIn(Schema):
    required: list[str]
