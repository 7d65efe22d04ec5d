"""Reads for what a survey puts on paper."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from bihuan.organisation.models import OrgUnit
from bihuan.surveys.models import Campaign, Door, PaperPrint


def sticker_doors(campaign: Campaign, *, kind: str = "", unit: OrgUnit | None = None, code: str = "") -> QuerySet[Door]:
    """Active QR codes of a survey in the order in which one walks along a depot: line by line, code by code."""
    rows = Door.objects.filter(campaign=campaign, kind=Door.Kind.QR, is_active=True)
    if kind:
        rows = rows.filter(asset__kind=kind)
    if unit is not None:
        rows = rows.filter(Q(unit__org_path__within=unit.org_path) | Q(asset__unit__org_path__within=unit.org_path))
    if code:
        rows = rows.filter(Q(asset__code__icontains=code) | Q(asset__name__icontains=code) | Q(label__icontains=code))
    return rows.select_related("asset__line", "unit").order_by("asset__kind", "asset__line__code", "asset__code", "pk")


def paper_prints(campaign: Campaign) -> QuerySet[PaperPrint]:
    """Runs of sheets of a survey, the highest numbers first."""
    return PaperPrint.objects.filter(campaign=campaign).select_related("version_of_form").order_by("-last")


def paper_prints_in(campaign: Campaign, *, first: int, last: int) -> QuerySet[PaperPrint]:
    """Runs that hold any of these numbers; with ``first == last`` the run a returned sheet comes from."""
    return paper_prints(campaign).filter(first__lte=last, last__gte=first)


def next_sheet(campaign: Campaign) -> int:
    """The first number that was never printed."""
    latest = paper_prints(campaign).first()
    return latest.last + 1 if latest else 1
