"""Reads at the door: as few and as narrow as they can be, for every visitor pays for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Exists, Model, OuterRef

from bihuan.foundation.prepared import PreparedRow
from bihuan.foundation.secrets import secret_hash
from bihuan.instruments.definition import Definition
from bihuan.instruments.models import InstrumentVersion
from bihuan.instruments.selectors import frozen_form
from bihuan.organisation.models import Asset, OrgUnit
from bihuan.surveys.answering.opening import Opening, opening
from bihuan.surveys.models import Campaign, Door, Invitation, QuotaCell, SavedAnswers, Segment

M = TypeVar("M", bound=Model)


@dataclass(frozen=True, slots=True)
class DoorCard:
    """What a page of a survey shows and decides by. The order of the fields is the order of `COLUMNS`."""

    pk: int
    code: str
    kind: str
    is_active: bool
    org_path: str
    campaign_id: int
    state: str
    opens_at: datetime | None
    closes_at: datetime | None
    title: str
    anonymity: str
    entry: str
    resume_days: int
    kiosk_seconds: int
    frame_ancestors: list[str]
    campaign_path: str
    host: str
    version_id: int
    content_hash: str
    published_at: datetime
    version_path: str
    unit_id: int | None
    unit_path: str | None
    asset_id: int | None
    asset_kind: str | None
    asset_name: str | None
    line_name: str | None
    asset_unit_id: int | None
    asset_unit_path: str | None
    has_quotas: bool

    @property
    def definition(self) -> Definition:
        return frozen_form(self.version_id, self.content_hash, self.published_at)

    def opening(self, now: datetime) -> Opening:
        return opening(
            is_active=self.is_active, state=self.state, opens_at=self.opens_at, closes_at=self.closes_at, now=now
        )

    @property
    def is_anonymous(self) -> bool:
        return self.anonymity == Campaign.Anonymity.ANONYMOUS

    @property
    def is_kiosk(self) -> bool:
        return self.kind == Door.Kind.KIOSK

    @property
    def is_frame(self) -> bool:
        return self.kind == Door.Kind.FRAME

    @property
    def is_remembered(self) -> bool:
        """Whether a browser keeps that it answered: one that many people share must not, a foreign frame cannot."""
        return self.entry == Campaign.Entry.DISCOURAGE and not self.is_kiosk and not self.is_frame

    def door(self) -> Door:
        """The door as a record, with all that storing an answer reads of it; anything else is fetched when asked."""
        version = partly(
            InstrumentVersion,
            id=self.version_id,
            content_hash=self.content_hash,
            published_at=self.published_at,
            org_path=self.version_path,
        )
        campaign = partly(
            Campaign,
            id=self.campaign_id,
            org_path=self.campaign_path,
            anonymity=self.anonymity,
            entry=self.entry,
            resume_days=self.resume_days,
            version_of_form_id=self.version_id,
        )
        campaign.version_of_form = version
        door = partly(
            Door,
            id=self.pk,
            code=self.code,
            kind=self.kind,
            org_path=self.org_path,
            campaign_id=self.campaign_id,
            unit_id=self.unit_id,
            asset_id=self.asset_id,
        )
        door.campaign = campaign
        if self.unit_id is not None:
            door.unit = partly(OrgUnit, id=self.unit_id, org_path=self.unit_path)
        if self.asset_id is not None:
            door.asset = partly(Asset, id=self.asset_id, unit_id=self.asset_unit_id)
            door.asset.unit = partly(OrgUnit, id=self.asset_unit_id, org_path=self.asset_unit_path)
        return door


def partly(model: type[M], **values: Any) -> M:
    """A record of which only these fields are read yet."""
    # Django hands the values out in the order of the model's columns, whatever order they are named in.
    names = [field.attname for field in model._meta.concrete_fields if field.attname in values]
    if len(names) < len(values):
        raise FieldDoesNotExist(f"{model._meta.label} lacks one of {sorted(values)}")
    return model.from_db("default", names, [values[name] for name in names])


COLUMNS = (
    "pk",
    "code",
    "kind",
    "is_active",
    "org_path",
    "campaign_id",
    "campaign__state",
    "campaign__opens_at",
    "campaign__closes_at",
    "campaign__title",
    "campaign__anonymity",
    "campaign__entry",
    "campaign__resume_days",
    "campaign__kiosk_seconds",
    "campaign__frame_ancestors",
    "campaign__org_path",
    "campaign__unit__name",
    "campaign__version_of_form_id",
    "campaign__version_of_form__content_hash",
    "campaign__version_of_form__published_at",
    "campaign__version_of_form__org_path",
    "unit_id",
    "unit__org_path",
    "asset_id",
    "asset__kind",
    "asset__name",
    "asset__line__name",
    "asset__unit_id",
    "asset__unit__org_path",
)
# Ways in that are no pages: answers come by the office or by a program.
NO_PAGE = (Door.Kind.PAPER, Door.Kind.PHONE, Door.Kind.API)
READ = ("surveys.door", "surveys.campaign", "surveys.quotacell", "surveys.segment", "organisation.orgunit")
MARKER = "\ue0f2"
NO_ROW = -987_654_321


def exists(model: type[QuotaCell] | type[Segment]) -> Exists:
    return Exists(model.objects.filter(campaign=OuterRef("campaign")))


_card = PreparedRow(
    lambda: (
        Door.objects.filter(code=MARKER)
        .exclude(kind__in=NO_PAGE)
        .annotate(has_quotas=exists(QuotaCell))
        .values_list(*COLUMNS, "has_quotas")
    ),
    marker=MARKER,
    models=READ,
)


def door_card(code: str) -> DoorCard | None:
    """The door with this code, as far as it is a page; one statement."""
    row = _card(code)
    return DoorCard(*row) if row is not None else None


@dataclass(frozen=True, slots=True)
class Standing:
    """What decides at the door, read in the same transaction that stores the answers."""

    is_active: bool
    state: str
    opens_at: datetime | None
    closes_at: datetime | None
    has_quotas: bool
    has_segments: bool


_standing = PreparedRow(
    lambda: (
        Door.objects.filter(pk=NO_ROW)
        .annotate(has_quotas=exists(QuotaCell), has_segments=exists(Segment))
        .values_list(
            "is_active",
            "campaign__state",
            "campaign__opens_at",
            "campaign__closes_at",
            "has_quotas",
            "has_segments",
        )
    ),
    marker=NO_ROW,
    models=READ,
)


def standing_of(door: Door) -> Standing:
    row = _standing(door.pk)
    if row is None:
        raise Door.DoesNotExist
    return Standing(*row)


def door_for_answers(pk: int) -> Door:
    """The door with all that storing an answer reads of it."""
    rows = Door.objects.select_related("campaign__version_of_form", "campaign__unit", "unit", "asset__unit")
    return rows.defer("campaign__version_of_form__body").get(pk=pk)


def saved_by(*, door_id: int, secret: str) -> SavedAnswers | None:
    """What belongs to a resume secret, ended or not."""
    rows = SavedAnswers.objects.select_related("door__campaign", "version_of_form")
    return rows.filter(door_id=door_id, secret_hash=secret_hash(secret)).first()


def invitation_by(*, campaign_id: int, token_hash: str) -> Invitation | None:
    rows = Invitation.objects.select_related("unit", "segment")
    return rows.filter(campaign_id=campaign_id, token_hash=token_hash).first()
