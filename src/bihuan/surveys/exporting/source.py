"""What an export is made from: a campaign or an imported survey, seen alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import pgettext_lazy

from bihuan.foundation.actor import Actor
from bihuan.instruments.definition import Definition
from bihuan.instruments.models import InstrumentVersion, Response
from bihuan.instruments.selectors import responses_of
from bihuan.organisation.models import OrgUnit
from bihuan.surveys.exporting.variables import Words, said
from bihuan.surveys.exporting.wanted import Wanted
from bihuan.surveys.mapping import ColumnUse, Role
from bihuan.surveys.models import Campaign, Door, Segment, SurveyImport
from bihuan.surveys.permissions import EXPORT
from bihuan.surveys.questionnaire import CODE_LENGTH

IMPORTED = "import"
PLACES = ("qr", "kiosk")


@dataclass(frozen=True)
class Place:
    """A unit or an asset as the files name it."""

    number: int
    code: str
    name: str


@dataclass(frozen=True)
class Group:
    """A segment: its weight, and the item whose answer decides who belongs."""

    number: int
    code: str
    name: str
    weight: float
    item: str
    has_share: bool = False


@dataclass(frozen=True)
class Source:
    """Everything about a survey that its files say besides the answers. ``paths`` holds the path of every unit."""

    key: str
    title: str
    unit: Place
    org_path: str
    collection: str
    versions: Mapping[int, tuple[int, Definition]]  # by primary key: number and form
    units: Mapping[int, Place]
    paths: Mapping[int, str]
    segments: tuple[Group, ...]
    is_anonymous: bool
    fewest: int
    campaign: Campaign | None = None
    places: frozenset[str] = frozenset()  # doors that stand somewhere: their answers are a cluster
    uses: Mapping[str, ColumnUse] = field(default_factory=dict)  # of an imported file: by item code
    weight: str = ""  # of an imported file: the item that holds it
    period: tuple[date | None, date | None] = (None, None)

    @property
    def newest(self) -> Definition | None:
        found = max(self.versions.values(), key=lambda pair: pair[0], default=None)
        return found[1] if found else None

    @property
    def languages(self) -> tuple[str, ...]:
        """Languages of the form, the first one first."""
        return self.newest.languages if self.newest else ("zh-hans",)

    @property
    def shares(self) -> dict[int, float]:
        """Weights of the segments by number, where somebody has said that they weigh otherwise than they answered.

        As the results have it: equal weights without a stated share of the sample weigh nothing.
        """
        weights = {one.number: one.weight for one in self.segments}
        stated = len(set(weights.values())) > 1 or any(one.has_share for one in self.segments)
        counting = {number: weight for number, weight in weights.items() if weight > 0}
        return counting if stated and len(counting) > 1 else {}

    def cluster_of(self, context: Mapping[str, Any]) -> str:
        """The bus, counter or interviewer an answer shares with others; a link or a letter is no place."""
        cluster = str(context.get("cluster") or "")
        return cluster if not cluster.startswith("door:") or cluster in self.places else ""

    def above(self) -> dict[int, int]:
        """From a unit to the one above it; the survey's own unit is the top."""
        found = {}
        for number, path in self.paths.items():
            parts = path.strip("/").split("/")
            parent = int(parts[-2]) if len(parts) > 1 else number
            found[number] = parent if parent in self.units and number != self.unit.number else number
        return found


def channels() -> list[tuple[str, Words]]:
    """Every way an answer can come, in words."""
    kinds = [(str(kind.value), said(kind.label)) for kind in Door.Kind]
    return [*kinds, (IMPORTED, said(pgettext_lazy("channel", "import")))]


def versions_of(collection: str, also: int | None = None) -> dict[int, tuple[int, Definition]]:
    """The form versions that were answered, and the one in use."""
    keys = set(
        Response._base_manager.filter(collection=collection).order_by().values_list("version", flat=True).distinct()
    )
    # Whoever may take the answers out may read the form they answer, whatever unit the form belongs to.
    rows = InstrumentVersion._base_manager.filter(pk__in=keys | ({also} if also else set()))
    return {row.pk: (row.number, row.definition) for row in rows}


def place_of(unit: OrgUnit) -> Place:
    return Place(unit.pk, unit.code, unit.name)


def source_of(survey: Campaign | SurveyImport) -> Source:
    """Read what the files of a survey need; inside a scope that sees its unit."""
    units = list(OrgUnit.objects.filter(org_path__within=survey.org_path))
    shared: dict[str, Any] = {
        "title": survey.title,
        "unit": place_of(survey.unit),
        "org_path": survey.org_path,
        "collection": survey.collection,
        "units": {unit.pk: place_of(unit) for unit in units},
        "paths": {unit.pk: unit.org_path for unit in units},
    }
    if isinstance(survey, Campaign):
        segments = Segment.objects.filter(campaign=survey).order_by("pk")
        return Source(
            key=f"campaign-{survey.pk}",
            versions=versions_of(survey.collection, survey.version_of_form_id),
            segments=tuple(
                Group(place, one.code, one.name, float(one.weight), one.item, one.sample_share is not None)
                for place, one in enumerate(segments, 1)
            ),
            is_anonymous=survey.is_anonymous,
            fewest=survey.small_cell,
            campaign=survey,
            places=frozenset(
                f"door:{pk}"
                for pk in Door.objects.filter(campaign=survey, kind__in=PLACES).values_list("pk", flat=True)
            ),
            period=(day_of(survey.opened_at), day_of(survey.closed_at)),
            **shared,
        )
    return Source(
        key=f"survey-{survey.pk}",
        versions=versions_of(survey.collection),
        segments=(),
        is_anonymous=False,
        fewest=1,
        uses=uses_of(survey),
        weight=weight_of(survey),
        period=(survey.period_from, survey.period_to),
        **shared,
    )


def uses_of(survey: SurveyImport) -> dict[str, ColumnUse]:
    """How the columns of an imported file were used, by the code of the item each became."""
    codes = item_codes(survey)
    return {codes[use.name]: use for use in survey.plan.items if use.name in codes}


def item_codes(survey: SurveyImport) -> dict[str, str]:
    """The item code of each column, as the import made it: its heading, or its place where the heading is too long."""
    columns = survey.profile.get("columns", ())
    return {
        one["name"]: one["name"] if len(one["name"]) <= CODE_LENGTH else f"{one['letter']}_{place}"
        for place, one in enumerate(columns, 1)
    }


def weight_of(survey: SurveyImport) -> str:
    """The item that holds the weight of each answer, if the file has one."""
    used = next(iter(survey.plan.of_role(Role.WEIGHT)), None)
    return item_codes(survey).get(used.name, "") if used else ""


def places_of(campaign: Campaign) -> frozenset[str]:
    doors = Door.objects.filter(campaign=campaign, kind__in=PLACES)
    return frozenset(f"door:{pk}" for pk in doors.values_list("pk", flat=True))


def day_of(instant: datetime | None) -> date | None:
    return timezone.localdate(instant) if instant else None


def wanted_rows(source: Source, wanted: Wanted, actor: Actor) -> QuerySet[Response]:
    """The answers somebody may take out, narrowed to what was asked for (segments excepted: see `Snapshot`)."""
    rows = responses_of(source.collection).for_permission(actor, EXPORT)  # type: ignore[attr-defined]
    if wanted.unit:
        rows = rows.filter(org_path__within=source.paths.get(wanted.unit, "/-/"))
    if wanted.channel:
        rows = rows.filter(channel=wanted.channel)
    if wanted.since:
        rows = rows.filter(business_date__gte=wanted.since)
    if wanted.until:
        rows = rows.filter(business_date__lte=wanted.until)
    return rows  # type: ignore[no-any-return]
