"""What the API takes and gives of surveys in the field, office side."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from ninja import Field, Schema

from bihuan.foundation.api import Moment
from bihuan.organisation.models import Asset
from bihuan.surveys.models import Campaign, Door, Mailing, SampleDraw


class CampaignOut(Schema):
    """``answers`` counts what has come in, ``wanted`` what is needed in all."""

    id: int
    title: str
    unit_id: int
    state: str
    form_version_id: int
    form: str
    opens_at: datetime | None
    closes_at: datetime | None
    anonymity: str
    entry: str
    target: int
    target_basis: str
    answers: int
    wanted: int
    previous_id: int | None


class CampaignIn(Schema):
    """On a published form version, or on a template of the shelf."""

    title: str = Field(min_length=1, max_length=150)
    unit_id: int
    form_version_id: int | None = None
    template: str = ""
    opens_at: Moment | None = None
    opens_itself: bool = False
    closes_at: Moment | None = None
    anonymity: Campaign.Anonymity = Campaign.Anonymity.ANONYMOUS
    entry: Campaign.Entry = Campaign.Entry.DISCOURAGE
    target: int = Field(50, ge=1)
    target_basis: Campaign.TargetBasis = Campaign.TargetBasis.SURVEY
    small_cell: int = Field(5, ge=1, le=100)
    quarantine_days: int = Field(90, ge=0, le=1000)
    previous_id: int | None = None


class ActIn(Schema):
    """``reason`` for pausing and opening again; ``closes_at`` for opening again."""

    reason: str = Field("", max_length=2000)
    closes_at: Moment | None = None


Act = Literal["open", "pause", "resume", "close", "reopen", "discard"]


class DoorOut(Schema):
    id: int
    kind: str
    code: str
    label: str
    path: str
    unit_id: int | None
    asset_id: int | None
    is_active: bool


class DoorIn(Schema):
    kind: Door.Kind
    label: str = Field("", max_length=100)
    unit_id: int | None = None
    asset_id: int | None = None
    ancestors: list[str] | None = None


class FleetIn(Schema):
    """A code for each asset of these kinds; of units (and below) or lines, of neither: of the whole survey."""

    kinds: list[Asset.Kind] = Field(min_length=1)
    unit_ids: list[int] = []
    line_ids: list[int] = []


class FleetOut(Schema):
    made: int
    there: int
    woken: int


class ContactImportOut(Schema):
    added: int
    updated: int
    same: int
    repeated: list[str]


class DrawIn(Schema):
    """Without ``n`` everybody who may be asked; ``unit_ids`` and ``segment_codes`` narrow."""

    channel: SampleDraw.Channel = SampleDraw.Channel.EMAIL
    n: int | None = Field(None, ge=1)
    seed: str = Field("", max_length=80)
    unit_ids: list[int] = []
    segment_codes: list[str] = []


class DrawOut(Schema):
    id: int
    channel: str
    seed: str
    frame_hash: str
    frame_size: int
    drawn: int
    wanted: dict[str, int]
    left_out: dict[str, int]


class MailingIn(Schema):
    kind: Mailing.Kind = Mailing.Kind.INVITATION
    due_at: Moment | None = None


class MailingOut(Schema):
    id: int
    kind: str
    state: str
    due_at: datetime


class CampaignFilter(Schema):
    state: list[str] = []
    unit_id: int | None = None
