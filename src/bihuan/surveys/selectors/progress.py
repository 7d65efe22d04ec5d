"""How far a survey in the field is: counts kept by the worker, and what has come in since by index.

No query here walks through the answers: cells of the tally are few whatever the number of answers, and the answers
above its watermark are those of the last half minute.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import Count, Q, QuerySet, Sum
from django.utils import timezone
from django.utils.dateparse import parse_date

from bihuan.foundation.models import within
from bihuan.foundation.scope import system_scope
from bihuan.instruments.models import Response
from bihuan.organisation.models import OrgUnit
from bihuan.surveys.models import (
    CallTask,
    Campaign,
    CampaignTally,
    CampaignUnit,
    Door,
    Invitation,
    PaperBatch,
    PaperSheet,
    QuotaExit,
    SavedAnswers,
    Segment,
    TallyCell,
)
from bihuan.surveys.tallying import Scope

MOST_FRESH = 5000  # more above the watermark than this is no tail but a worker that stands still
PLACES = ("qr", "kiosk")
Part = tuple[str, ...] | None  # paths of the units somebody sees; None for the whole survey
ASKED = ("reached", "unreached", "answered", "left_out", "waiting")


@dataclass
class Answered:
    """Answers that count, by what they can be counted by. ``is_current`` is False where the worker is far behind."""

    total: int = 0
    by_path: Counter[str] = field(default_factory=Counter)
    by_segment: Counter[str] = field(default_factory=Counter)
    by_channel: Counter[str] = field(default_factory=Counter)
    by_day: Counter[date] = field(default_factory=Counter)
    by_cluster: Counter[str] = field(default_factory=Counter)
    counted_at: datetime | None = None
    is_current: bool = True


def answered(campaign: Campaign, part: Part = None) -> Answered:
    """Cells up to the watermark, then the few answers above it one by one."""
    if part is not None:
        with system_scope("survey_results"):
            return answered_in(campaign, part)
    found = Answered()
    tally = CampaignTally.objects.filter(campaign=campaign).first()
    watermark = 0
    if tally is not None:
        watermark, found.counted_at = tally.watermark, tally.counted_at
        rows = TallyCell.objects.filter(tally=tally)
        for path, segment, n in rows.filter(scope=Scope.UNIT.value, channel="", period="").values_list(
            "org_path", "segment", "n"
        ):
            found.by_path[path] += n
            found.by_segment[segment] += n
            found.total += n
        everybody = rows.filter(scope=Scope.ALL.value)
        for channel, n in everybody.filter(period="").exclude(channel="").values_list("channel", "n"):
            found.by_channel[channel] += n
        for period, n in everybody.filter(channel="").exclude(period="").values_list("period", "n"):
            day = parse_date(period) if len(period) == 10 else None
            if day is not None:
                found.by_day[day] += n
        for cluster, n in rows.filter(scope=Scope.CLUSTER.value).values_list("cluster", "n"):
            found.by_cluster[cluster] += n
    add_fresh(found, campaign, watermark)
    return found


def answered_in(campaign: Campaign, part: tuple[str, ...]) -> Answered:
    """The same of some units and what is below them; ``part`` holds no path below another."""
    found = Answered()
    tally = CampaignTally.objects.filter(campaign=campaign).first()
    watermark = 0
    if tally is not None:
        watermark, found.counted_at = tally.watermark, tally.counted_at
        rows = TallyCell.objects.filter(tally=tally).filter(within("org_path", part))
        own = rows.filter(scope=Scope.UNIT.value, channel="", period="")
        for path, segment, n in own.values_list("org_path", "segment", "n"):
            found.by_path[path] += n
            found.by_segment[segment] += n
            found.total += n
        tops = rows.filter(scope=Scope.TREE.value, org_path__in=part)
        for channel, n in tops.filter(period="").exclude(channel="").values_list("channel", "n"):
            found.by_channel[channel] += n
        for period, n in tops.filter(channel="").exclude(period="").values_list("period", "n"):
            day = parse_date(period) if len(period) == 10 else None
            if day is not None:
                found.by_day[day] += n
        for cluster, n in rows.filter(scope=Scope.CLUSTER.value).values_list("cluster", "n"):
            found.by_cluster[cluster] += n
    add_fresh(found, campaign, watermark, part)
    return found


def add_fresh(found: Answered, campaign: Campaign, watermark: int, part: Part = None) -> None:
    rows = Response.objects.filter(collection=campaign.collection, pk__gt=watermark).order_by("pk")
    if part is not None:
        rows = rows.filter(within("org_path", part))
    fresh = list(rows.values_list("org_path", "channel", "business_date", "context")[: MOST_FRESH + 1])
    if len(fresh) > MOST_FRESH:
        found.is_current = False
        return
    for path, channel, day, context in fresh:
        found.total += 1
        found.by_path[path] += 1
        found.by_segment[str(context.get("segment") or "")] += 1
        found.by_channel[channel] += 1
        found.by_day[day] += 1
        found.by_cluster[str(context.get("cluster") or "")] += 1


@dataclass(frozen=True)
class Need:
    """A unit or segment with what is wanted of it (None: no number of its own) and what has come."""

    name: str
    answers: int
    target: int | None

    @property
    def short(self) -> int:
        return max(0, (self.target or 0) - self.answers)

    @property
    def percent(self) -> int:
        return min(100, round(100 * self.answers / self.target)) if self.target else 0

    @property
    def look(self) -> str:
        """Enough, short, or nothing yet; a unit without a number of its own is neither."""
        if self.target is None:
            return "none"
        if not self.answers:
            return "late"
        return "met" if self.answers >= self.target else "soon"


def units_of(campaign: Campaign, part: Part) -> QuerySet[CampaignUnit]:
    """Units that take part, as far as they are shown."""
    rows = CampaignUnit.objects.filter(campaign=campaign)
    return rows if part is None else rows.filter(within("org_path", part))


def unit_needs(campaign: Campaign, found: Answered, part: Part = None) -> list[Need]:
    """Units of the survey, furthest behind first."""
    per_unit = campaign.target_basis == Campaign.TargetBasis.UNIT
    rows = [
        Need(
            row.unit.name,
            sum(n for path, n in found.by_path.items() if path.startswith(row.unit.org_path)),
            row.target or (campaign.target if per_unit else None),
        )
        for row in units_of(campaign, part).select_related("unit")
    ]
    if not rows:
        names = dict(OrgUnit.objects.filter(org_path__in=list(found.by_path)).values_list("org_path", "name"))
        rows = [Need(names.get(path, path), n, None) for path, n in found.by_path.items()]
    return sorted(rows, key=lambda row: (row.target is None, row.percent, row.name))


def segment_needs(campaign: Campaign, found: Answered, target: int) -> list[Need]:
    """Segments with their share of the sample; answers that name none stand last."""
    rows = []
    for one in Segment.objects.filter(campaign=campaign).order_by("pk"):
        wanted = round(float(one.sample_share) * target) if one.sample_share is not None else None
        rows.append(Need(one.name, found.by_segment.get(one.code, 0), wanted))
    return rows


def target_of(campaign: Campaign, part: Part = None) -> int:
    """Answers wanted; of a part only what is asked of its units by name."""
    targets = list(units_of(campaign, part).values_list("target", flat=True))
    if campaign.target_basis == Campaign.TargetBasis.SURVEY:
        return campaign.target if part is None else sum(target or 0 for target in targets)
    wanted = sum(target or campaign.target for target in targets)
    return wanted if part is not None else wanted or campaign.target


@dataclass(frozen=True)
class Asked:
    """People asked through one channel: reached, not reached, answered; those left out were not asked."""

    channel: str
    reached: int
    unreached: int
    answered: int
    left_out: int
    waiting: int


def asked_of(campaign: Campaign) -> list[Asked]:
    """Channels with invitations; others are open to anybody and have no response rate."""
    fates = Invitation.Fate
    rows = (
        Invitation.objects.filter(campaign=campaign)
        .order_by()
        .values("door__kind")
        .annotate(
            reached=Count("pk", filter=Q(fate=fates.SENT)),
            unreached=Count("pk", filter=Q(fate=fates.FAILED)),
            answered=Count("pk", filter=Q(used__gt=0)),
            left_out=Count("pk", filter=Q(fate__in=(fates.QUARANTINED, fates.OPTED_OUT))),
            waiting=Count("pk", filter=Q(fate=fates.WAITING)),
        )
    )
    found = []
    for row in rows:
        facts: dict[str, int] = {name: row[name] for name in ASKED}  # type: ignore[literal-required]
        kind = row["door__kind"]
        if kind == Door.Kind.PHONE:  # nobody is written to: whoever was called is reached
            called = CallTask.objects.filter(campaign=campaign, attempts__gt=0).count()
            facts |= {"reached": max(called, facts["answered"]), "waiting": max(0, facts["waiting"] - called)}
        found.append(Asked(kind, **facts))
    return found


def papers_of(campaign: Campaign) -> dict[str, int]:
    """Questionnaires handed out, returned and valid, counted apart."""
    counts = PaperBatch.objects.filter(campaign=campaign).aggregate(issued=Sum("issued"), returned=Sum("returned"))
    valid = PaperSheet.objects.filter(campaign=campaign, state="submitted").count()
    return {"issued": counts["issued"] or 0, "returned": counts["returned"] or 0, "valid": valid}


def begun_by_section(campaign: Campaign) -> list[tuple[str, int]]:
    """Answers begun and not sent, by the page they stand on; in the order of the form."""
    rows = SavedAnswers.objects.filter(door__campaign=campaign).order_by().values_list("section")
    counts = dict(rows.annotate(n=Count("pk")))
    sections = campaign.version_of_form.definition.sections
    named = [(one.title or one.code, counts.pop(one.code, 0)) for one in sections]
    return [*named, *((code, n) for code, n in counts.items() if n and code)]


def turned_away(campaign: Campaign) -> int:
    return QuotaExit.objects.filter(cell__campaign=campaign).count()


def silent_doors(campaign: Campaign, found: Answered, part: Part = None) -> list[Door]:
    """Codes and kiosks that stand somewhere and brought no answer yet: perhaps nobody can see them."""
    rows = Door.objects.filter(campaign=campaign, kind__in=PLACES, is_active=True).select_related("asset", "unit")
    if part is not None:
        rows = rows.filter(within("org_path", part))

    def is_silent(door: Door) -> bool:
        name = f"asset:{door.asset_id}" if door.asset_id else f"door:{door.pk}"
        return not found.by_cluster.get(name)

    return [door for door in rows if is_silent(door)]


def may_remind(campaign: Campaign, now: datetime | None = None) -> int:
    """Invited people who were written to a few days ago, have not answered and were not reminded since."""
    limit = (now or timezone.now()) - timedelta(days=4)
    rows = Invitation.objects.filter(campaign=campaign, fate=Invitation.Fate.SENT, used=0, sent_at__lt=limit)
    return rows.filter(Q(reminded_at__isnull=True) | Q(reminded_at__lt=limit), reminders__lt=2).count()
