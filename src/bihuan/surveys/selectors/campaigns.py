"""Reads of surveys in the field."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.fields import CharField
from django.db.models.functions import Cast, Coalesce, Concat
from django.utils import timezone

from bihuan.foundation.actor import Actor
from bihuan.instruments.models import InstrumentVersion, Response
from bihuan.surveys.models import Campaign, Door, Invitation, QuotaCell, QuotaExit, Segment
from bihuan.surveys.permissions import VIEW

SOON = timedelta(days=14)


def campaigns_for(actor: Actor, permission: str = VIEW) -> QuerySet[Campaign]:
    rows = Campaign.objects.for_permission(actor, permission)
    return rows.select_related("unit", "version_of_form__instrument").defer("version_of_form__body", "mail_texts")


def with_answers(rows: QuerySet[Campaign]) -> QuerySet[Campaign]:
    """Each campaign with the number of its answers, counted by index; all of them, also those of units unseen."""
    counted = (
        Response._base_manager.filter(collection=OuterRef("collection_name"))
        .order_by()
        .values("collection")
        .annotate(n=Count("pk"))
        .values("n")
    )
    named = Concat(Value("campaign:"), Cast("pk", CharField()), output_field=CharField())
    return rows.annotate(collection_name=named).annotate(
        answers=Coalesce(Subquery(counted, output_field=IntegerField()), 0)
    )


def answers_count(campaign: Campaign) -> int:
    return Response._base_manager.filter(collection=campaign.collection).count()


def answers_today(campaign: Campaign) -> int:
    today = timezone.localdate()
    return Response._base_manager.filter(collection=campaign.collection, business_date=today).count()


def wanted(campaign: Campaign) -> int:
    """How many answers are wanted in all."""
    if campaign.target_basis == Campaign.TargetBasis.SURVEY:
        return campaign.target
    targets = list(campaign.units.values_list("target", flat=True))
    return sum(target or campaign.target for target in targets) or campaign.target


@dataclass(frozen=True)
class UnitProgress:
    """One unit: wanted (None: no number of its own), answered there and below, and what is missing."""

    unit_id: int
    name: str
    target: int | None
    answers: int

    @property
    def missing(self) -> int:
        return max(0, (self.target or 0) - self.answers)

    @property
    def is_met(self) -> bool:
        return self.target is not None and self.answers >= self.target


def unit_progress(campaign: Campaign) -> list[UnitProgress]:
    """Answers of each unit of the survey, by the path they were stored under."""
    rows = list(campaign.units.select_related("unit"))
    if not rows:
        return []
    counts = (
        Response._base_manager.filter(collection=campaign.collection)
        .order_by()
        .values_list("org_path")
        .annotate(n=Count("pk"))
    )
    paths = list(counts)
    per_unit = campaign.target_basis == Campaign.TargetBasis.UNIT
    return [
        UnitProgress(
            row.unit_id,
            row.unit.name,
            row.target or (campaign.target if per_unit else None),
            sum(n for path, n in paths if path.startswith(row.unit.org_path)),
        )
        for row in rows
    ]


@dataclass(frozen=True)
class InvitationCounts:
    """Invited people by what became of their letter, and how many have answered."""

    invited: int
    sent: int
    answered: int
    waiting: int
    failed: int
    left_out: int

    @property
    def response_rate(self) -> float | None:
        return self.answered / self.sent if self.sent else None


def invitation_counts(campaign: Campaign, channel: str = "email") -> InvitationCounts:
    fates = Invitation.Fate
    rows = Invitation.objects.filter(campaign=campaign, door__kind=channel)
    found = rows.aggregate(
        invited=Count("pk"),
        sent=Count("pk", filter=Q(fate=fates.SENT)),
        answered=Count("pk", filter=Q(used__gt=0)),
        waiting=Count("pk", filter=Q(fate=fates.WAITING)),
        failed=Count("pk", filter=Q(fate=fates.FAILED)),
        left_out=Count("pk", filter=Q(fate__in=(fates.QUARANTINED, fates.OPTED_OUT))),
    )
    return InvitationCounts(**found)


def door_counts(campaign: Campaign) -> list[dict[str, object]]:
    """Ways in by channel: how many, how many of them open."""
    rows = Door.objects.filter(campaign=campaign).order_by().values("kind")
    found = {row["kind"]: row for row in rows.annotate(n=Count("pk"), active=Count("pk", filter=Q(is_active=True)))}
    return [{**found[kind], "label": label} for kind, label in Door.Kind.choices if kind in found]


def answers_by_door(campaign: Campaign, doors: Iterable[Door]) -> dict[int, int]:
    """Answers that came through these ways in."""
    ids = [door.pk for door in doors]
    rows = (
        Response._base_manager.filter(collection=campaign.collection, context__door__in=ids)
        .order_by()
        .values_list("context__door")
        .annotate(n=Count("pk"))
    )
    return {int(door): n for door, n in rows}


def turned_away(campaign: Campaign) -> int:
    return QuotaExit.objects.filter(cell__campaign=campaign).count()


def quotas_of(campaign: Campaign) -> QuerySet[QuotaCell]:
    return (
        QuotaCell.objects.filter(campaign=campaign)
        .select_related("unit", "segment")
        .annotate(exits_count=Count("exits"))
        .order_by("unit__org_path", "segment__pk", "pk")
    )


def segments_of(campaign: Campaign) -> list[Segment]:
    return list(Segment.objects.filter(campaign=campaign).order_by("pk"))


def newer_versions(campaign: Campaign) -> list[InstrumentVersion]:
    """Other published versions of the campaign's form, newest first."""
    rows = InstrumentVersion.objects.filter(instrument=campaign.version_of_form.instrument_id)
    return list(rows.exclude(pk=campaign.version_of_form_id).order_by("-number"))


def later_wave_of(campaign: Campaign) -> Campaign | None:
    return Campaign.objects.filter(previous=campaign).order_by("-pk").first()


def closing_soon(rows: QuerySet[Campaign], now: datetime) -> QuerySet[Campaign]:
    return rows.filter(state__in=("open", "paused"), closes_at__gt=now, closes_at__lte=now + SOON)


def below_target(rows: QuerySet[Campaign]) -> QuerySet[Campaign]:
    """Surveys in the field with fewer answers than wanted (of the whole survey)."""
    found = with_answers(rows).filter(state__in=("open", "paused"))
    return found.filter(Q(answers__lt=F("target")))
