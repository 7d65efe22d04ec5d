"""Reads of the counts of surveys in the field."""

from __future__ import annotations

from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import get_language

from bihuan.foundation.models import within
from bihuan.foundation.scope import system_scope
from bihuan.instruments.models import Response
from bihuan.rectification.models import Need
from bihuan.rectification.selectors import needs_from
from bihuan.surveys.models import Campaign, CampaignRemark, CampaignTally

if TYPE_CHECKING:
    from bihuan.surveys.results.figures import Figures
    from bihuan.surveys.results.stock import View

AFTERWARDS = timedelta(days=7)  # sheets and telephone answers are still keyed in after a survey is closed
MOST_WAITING = 1000
TONES = {"good": 1, "neutral": 0, "bad": -1}


def campaigns_to_count() -> list[Campaign]:
    """Surveys whose answers may have grown: those in the field, and those closed a short while ago."""
    lately = Q(state="closed", closed_at__gte=timezone.now() - AFTERWARDS)
    rows = Campaign.objects.filter(Q(state__in=("open", "paused")) | lately | Q(state="closed", tally__isnull=True))
    return list(rows.order_by("pk"))


def campaigns_to_check() -> list[Campaign]:
    """Surveys whose counts have moved since they were last compared with the answers."""
    rows = Campaign.objects.filter(tally__responses__gt=0)
    moved = Q(tally__checked_at__isnull=True) | Q(tally__counted_at__gt=F("tally__checked_at"))
    return list(rows.filter(moved).order_by("pk"))


def waiting_answers(campaign: Campaign, tally: CampaignTally | None) -> int:
    """Answers that have come since they were counted; more than a thousand are told as a thousand."""
    with system_scope("survey_results"):
        rows = Response.objects.filter(collection=campaign.collection, pk__gt=tally.watermark if tally else 0)
        return len(rows.values_list("pk", flat=True)[:MOST_WAITING])


def needs_from_campaign(campaign: Campaign) -> list[Need]:
    return list(needs_from(campaign.reference).select_related("unit").order_by("-pk")[:20])


@lru_cache(maxsize=1)
def _themes() -> tuple[tuple[str, str, str], ...]:
    from servicequality.text import service_lexicon

    return tuple((one.code, one.zh, one.en) for one in service_lexicon().themes)


def theme_names() -> list[tuple[str, str]]:
    chinese = (get_language() or "").startswith("zh")
    return [(code, zh if chinese else en) for code, zh, en in _themes()]


def remarks_in(campaign: Campaign, view: View, figures: Figures) -> QuerySet[CampaignRemark]:
    """Remarks of a view that may be quoted, without those from units that are too small to show."""
    rows = CampaignRemark.objects.filter(campaign=campaign, may_quote=True)
    if view.unit:
        rows = rows.filter(within("org_path", [figures.paths.get(view.unit, "/0/")]))
    for axis in ("segment", "channel"):
        if getattr(view, axis):
            rows = rows.filter(**{axis: getattr(view, axis)})
    if view.period:
        rows = rows.filter(within_period(view.period))
    hidden = [abs(unit) for unit in figures.hidden_units]
    return rows.exclude(place__in=hidden) if hidden else rows


def within_period(period: str) -> Q:
    """Days of a month ("2026-11"), an ISO week ("2026-W48") or a day."""
    from datetime import date

    if "W" in period:
        year, week = (int(part) for part in period.split("-W"))
        first = date.fromisocalendar(year, week, 1)
        return Q(day__gte=first, day__lt=first + timedelta(days=7))
    if len(period) == 7:
        year, month = (int(part) for part in period.split("-"))
        following = date(year + month // 12, month % 12 + 1, 1)
        return Q(day__gte=date(year, month, 1), day__lt=following)
    return Q(day=date.fromisoformat(period))


def as_quotes(rows: list[CampaignRemark], figures: Figures) -> list[dict[str, Any]]:
    """Quotes with their unit (where it is large enough) and themes; no day, so that nobody is recognised by it."""
    names = dict(theme_names())
    return [
        {
            "text": row.text,
            "unit": figures.unit_names.get(row.place, "") if row.place not in figures.hidden_units else "",
            "tone": row.sentiment,
            "themes": [names[code] for code in row.themes if code in names][:3],
        }
        for row in rows
    ]


def quotes(campaign: Campaign, view: View, figures: Figures, *, most: int) -> list[dict[str, Any]]:
    """A few quotes: the latest bad ones first, then good ones, so that both sides are heard."""
    with system_scope("survey_results"):
        rows = remarks_in(campaign, view, figures).order_by("-response", "item")
        bad = list(rows.filter(sentiment__lt=0)[:most])
        good = list(rows.filter(sentiment__gt=0)[:most])
        plain = list(rows.filter(sentiment=0)[:most])
    half = most // 2
    chosen = bad[: max(half, most - len(good) - len(plain))]
    chosen += good[: most - len(chosen)]
    chosen += plain[: most - len(chosen)]
    return as_quotes(chosen, figures)


class Quotable:
    """A list that pages can cut from: read in its own scope, told as quotes."""

    def __init__(self, rows: QuerySet[CampaignRemark], figures: Figures) -> None:
        self.rows, self.figures = rows, figures

    def count(self) -> int:
        with system_scope("survey_results"):
            return self.rows.count()

    def __len__(self) -> int:
        return self.count()

    def __getitem__(self, part: slice) -> list[dict[str, Any]]:
        with system_scope("survey_results"):
            return as_quotes(list(self.rows[part]), self.figures)


def quotable(
    campaign: Campaign, view: View, figures: Figures, *, words: str = "", theme: str = "", tone: str = ""
) -> Quotable:
    """All quotes of a view, newest first; every word asked for must stand in the text."""
    with system_scope("survey_results"):
        rows = remarks_in(campaign, view, figures).order_by("-response", "item")
    for word in words.split()[:6]:
        rows = rows.filter(text__icontains=word)
    if theme in dict(theme_names()):
        rows = rows.filter(themes__icontains=f'"{theme}"')
    if tone in TONES:
        rows = rows.filter(sentiment=TONES[tone])
    return Quotable(rows, figures)
