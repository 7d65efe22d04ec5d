"""What somebody else decides: judgements of staff, disputes, money. Who complained is never among it."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from ninja import Field, Schema

from bihuan.cases.models import DisputeReview, PanelMember


class HangingFilter(Schema):
    """Of rows that hang on a case."""

    state: list[str] = Field(default_factory=list)
    case_id: int | None = None


class PartyIn(Schema):
    person_id: int
    basis: str
    role: str = Field("", max_length=60)
    note: str = Field("", max_length=200)


class PartyOut(Schema):
    id: int
    case_id: int
    person_id: int
    person: str = Field(alias="person.name")
    role: str
    basis: str
    note: str
    confirmed_at: datetime | None
    attributable: bool | None
    attribution_note: str
    judged_at: datetime | None


class PartyJudgementIn(Schema):
    attributable: bool
    note: str = Field(min_length=1, max_length=2000)


class OwnReviewOut(Schema):
    state: str
    asked_at: datetime
    staff_view: str
    before: bool | None
    counts: bool | None
    decision: str
    decided_at: datetime | None


class JudgementOut(Schema):
    """A complaint about the caller: ``id`` is what a dispute is asked for."""

    id: int = Field(alias="pk")
    number: str
    day: date
    kind: str
    criterion: str
    clause: str
    outcome: str
    facts: str
    counts: bool
    why: str
    judged_at: datetime | None
    may_dispute: bool
    reviews: list[OwnReviewOut]


class DisputeIn(Schema):
    staff_view: str = Field(min_length=1, max_length=8000)


class AskedOut(Schema):
    id: int
    party_id: int
    state: str
    asked_at: datetime


class ReviewOut(Schema):
    id: int
    case_id: int
    party_id: int
    person_id: int = Field(alias="party.person_id")
    person: str = Field(alias="party.person.name")
    state: str
    staff_view: str
    office_view: str
    asked_at: datetime
    asked_by: str = Field(alias="asked_by_name")
    was_attributable: bool | None
    convened_at: datetime | None
    counts: bool | None
    decision: str
    decided_at: datetime | None


class SeatOut(Schema):
    person_id: int
    counts: bool | None
    reason: str
    voted_at: datetime | None


class ReviewWhole(ReviewOut):
    panel: list[SeatOut]

    @staticmethod
    def resolve_panel(review: DisputeReview) -> list[PanelMember]:
        return list(review.panel.all())


class PanelIn(Schema):
    panel: list[int] = Field(min_length=1, description="People, three at least; none of whom had a part in the case.")


class VoteIn(Schema):
    counts: bool
    reason: str = Field(min_length=1, max_length=2000)


class VoteOut(Schema):
    review_id: int
    counts: bool | None
    reason: str
    voted_at: datetime | None


class PanelDecisionIn(Schema):
    decision: str = Field(min_length=1)


class CaseProposalIn(Schema):
    kind: str
    amount: Decimal = Field(max_digits=10, decimal_places=2)
    claim: str = Field(min_length=1)
    clause: str = Field("", max_length=200)
    check_note: str = ""


class CaseProposalOut(Schema):
    id: int
    case_id: int
    kind: str
    state: str
    amount: Decimal
    clause: str
    claim: str
    check_note: str
    proposed_at: datetime
    proposed_by: str = Field(alias="proposed_by_name")
    decided_at: datetime | None
    decision: str


class CaseProposalDecisionIn(Schema):
    """``amount`` only where another one than proposed is granted; a refusal says why."""

    approve: bool
    amount: Decimal | None = Field(None, max_digits=10, decimal_places=2)
    reason: str = ""
