"""Reads of the needs register: its yardsticks, the rank of a need in words, what hangs on it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext_lazy

from bihuan.foundation.actor import Actor
from bihuan.foundation.references import Reference
from bihuan.organisation.models import OrgUnit
from bihuan.rectification import permissions as may
from bihuan.rectification.enums import Factor, KanoClass, ResearchMethod
from bihuan.rectification.lifecycle import NEED_OPEN
from bihuan.rectification.models import Action, Finding, Need, NeedTerm
from bihuan.rectification.models.need import RANKING
from bihuan.rectification.selectors.spine import evidence_token
from bihuan.rectification.yardsticks import SHELVES
from servicequality.intervals import wilson

LEVELS = (1, 2, 3, 4, 5)
KANO_ANSWERS = (
    pgettext_lazy("kano answer", "I like it"),
    pgettext_lazy("kano answer", "It must be so"),
    pgettext_lazy("kano answer", "I do not mind"),
    pgettext_lazy("kano answer", "I can live with it"),
    pgettext_lazy("kano answer", "I dislike it"),
)


@dataclass(frozen=True)
class Measure:
    """A yardstick as this office words it."""

    kind: str
    key: str
    label: str
    text: str
    anchors: tuple[str, ...]
    is_own: bool

    def anchor(self, mark: int | None) -> str:
        return self.anchors[mark - 1] if mark and self.anchors else ""


LABELS: dict[str, Any] = {"factor": Factor, "method": ResearchMethod, "kano": KanoClass}


def measures(kind: str) -> dict[str, Measure]:
    """The yardsticks of a kind: the office's own words where it wrote some, else the shipped ones."""
    own = {row.key: row for row in NeedTerm.objects.filter(kind=kind)}
    found = {}
    for key, shipped in SHELVES[kind].items():
        row = own.get(key)
        text, anchors = (row.text, row.anchors) if row else (shipped.text, shipped.anchors)
        words = tuple(str(anchor) for anchor in (anchors or shipped.anchors))
        found[key] = Measure(kind, key, str(LABELS[kind](key).label), str(text), words, row is not None)
    return found


def open_needs(rows: QuerySet[Need]) -> QuerySet[Need]:
    return rows.filter(state__in=NEED_OPEN)


@dataclass(frozen=True)
class Rank:
    """Where a need stands among the open, rated ones its reader may see, and why, in sentences."""

    place: int | None
    of: int
    sentences: tuple[str, ...]


def _neighbour(other: Need, need: Need, *, above: bool) -> str:
    """Why the next need stands above or below: the first thing in which the two differ."""
    names = {"number": other.number, "title": other.title}
    first, second = (other, need) if above else (need, other)
    if first.priority != second.priority:
        text = (
            _("Above it: %(number)s %(title)s with %(points)s points.")
            if above
            else _("Below it: %(number)s %(title)s with %(points)s points.")
        )
        return text % {**names, "points": other.priority}
    if first.effect != second.effect:
        reason = _("the effect on satisfaction is larger")
    elif first.urgency != second.urgency:
        reason = _("it is more urgent")
    else:
        reason = _("it was registered earlier")
    text = (
        _("Equal in points, %(number)s %(title)s comes first because %(reason)s.")
        if above
        else _("Equal in points with %(number)s %(title)s, this one comes first because %(reason)s.")
    )
    return text % {**names, "reason": reason}


def tie_rule() -> str:
    return _(
        "Of needs with equal points the one with the larger effect on satisfaction comes first, "
        "then the more urgent one, then the one registered earlier."
    )


def rank_of(need: Need, actor: Actor) -> Rank:
    """The rank among open needs, explained by its three marks and its two neighbours."""
    rows = open_needs(Need.objects.for_permission(actor, may.NEEDS_VIEW)).filter(priority__isnull=False)
    total = rows.count()
    if not need.is_rated:
        return Rank(None, total, (_("Not ranked yet: urgency, effect on satisfaction and capability are not rated."),))
    marks = {"urgency": need.urgency, "effect": need.effect, "capability": need.capability, "points": need.priority}
    product = (
        _("Urgency %(urgency)s × effect %(effect)s × capability %(capability)s = %(points)s of 125 points.") % marks
    )
    if need.state not in NEED_OPEN:
        return Rank(None, total, (product, _("It is not ranked any more: %(state)s.") % {"state": need.state_label}))
    higher = Q(priority__gt=need.priority)
    equal = Q(priority=need.priority)
    higher |= equal & Q(effect__gt=need.effect)
    higher |= equal & Q(effect=need.effect, urgency__gt=need.urgency)
    same = equal & Q(effect=need.effect, urgency=need.urgency)
    higher |= same & Q(registered_at__lt=need.registered_at)
    higher |= same & Q(registered_at=need.registered_at, pk__lt=need.pk)
    place = rows.filter(higher).count() + 1
    sentences = [
        ngettext(
            "Rank %(place)s of %(count)s open need that is rated.",
            "Rank %(place)s of %(count)s open needs that are rated.",
            total,
        )
        % {"place": place, "count": total},
        product,
    ]
    around = list(rows.order_by(*RANKING)[max(0, place - 2) : place + 1])
    before = [other for other in around[: 1 if place > 1 else 0] if other.pk != need.pk]
    after = [other for other in around[1 if place > 1 else 0 :] if other.pk != need.pk][:1]
    sentences += [_neighbour(other, need, above=True) for other in before]
    sentences += [_neighbour(other, need, above=False) for other in after]
    return Rank(place, total, tuple(sentences))


def findings_of(need: Need) -> QuerySet[Finding]:
    """Findings raised from the need and those linked to it, as the scope sees them."""
    own = Q(source_type=Need._meta.label_lower, source_id=need.pk)
    return Finding.objects.filter(own | Q(need_links__need=need)).select_related("unit").distinct()


def actions_for(findings: Iterable[Finding]) -> QuerySet[Action]:
    return Action.objects.filter(finding__in=[finding.pk for finding in findings]).select_related("owner", "finding")


def needs_of(finding: Finding) -> QuerySet[Need]:
    """Needs a finding belongs to: those it is linked to, the one it was raised from, those heard in it."""
    reference = finding.reference
    condition = Q(links__finding=finding) | Q(source_type=reference.label, source_id=reference.id)
    if finding.source_type == Need._meta.label_lower:
        condition |= Q(pk=finding.source_id)
    return Need.objects.filter(condition).distinct()


def needs_from(source: Reference) -> QuerySet[Need]:
    """Needs registered from a record: a survey, an entry of a comment book, a note of a study."""
    return Need.objects.filter(source_type=source.label, source_id=source.id)


@dataclass(frozen=True)
class ClassShare:
    letter: str
    label: str
    count: float
    share: float | None
    low: float | None
    high: float | None


def class_shares(counts: Mapping[str, float]) -> list[ClassShare]:
    """The six classes with their share of all pairs and its interval."""
    total = sum(counts.values())
    rows = []
    for kano in KanoClass:
        found = wilson(counts.get(kano.value, 0), total)
        rows.append(
            ClassShare(kano.value, str(kano.label), counts.get(kano.value, 0), found.value, found.low, found.high)
        )
    return rows


@dataclass(frozen=True)
class MatrixCell:
    label: str
    count: int
    needs: tuple[Need, ...]
    url: str


BANDS = ((61, 125), (28, 60), (1, 27))
"""Priority high, middle, low: 27 = 3 × 3 × 3 is the last of the low ones, 60 = 3 × 4 × 5 the last of the middle."""
SHOWN_IN_CELL = 4


def matrix(rows: QuerySet[Need], address: str, also: str) -> list[dict[str, Any]]:
    """Priority band × Kano class of the needs in ``rows``; needs without either stand in their own row or column.

    ``also`` is the rest of the query by which a cell opens the list.
    """
    classes = [*KanoClass.values, ""]
    names = {**{one.value: str(one.label) for one in KanoClass}, "": _("not classified")}
    cells: dict[tuple[int, str], list[Need]] = {}
    for need in rows.order_by(*RANKING):
        band = next((place for place, (low, _high) in enumerate(BANDS) if (need.priority or 0) >= low), len(BANDS))
        cells.setdefault((band, need.kano_class), []).append(need)
    lines = []
    for place in range(len(BANDS) + 1):
        low, high = BANDS[place] if place < len(BANDS) else (None, None)
        row = []
        for letter in classes:
            found = cells.get((place, letter), [])
            query: dict[str, Any] = {"kano": letter or "none"}
            query |= {"priority_min": low, "priority_max": high} if low else {"priority": "none"}
            row.append(
                MatrixCell(
                    names[letter], len(found), tuple(found[:SHOWN_IN_CELL]), f"{address}?{urlencode(query)}&{also}"
                )
            )
        lines.append({"low": low, "high": high, "cells": row})
    return lines


def need_url(
    *,
    title: str,
    description: str,
    unit: OrgUnit | None = None,
    source_kind: str = "",
    method: str = "",
    customers: str = "",
    dimension: str = "",
    evidence: Mapping[str, Any] | None = None,
    kano_counts: Mapping[str, float] | None = None,
    source: Reference | None = None,
    source_label: str = "",
) -> str:
    """Address of the form that registers a need, filled in: other pages link to it."""
    query = {
        "title": title,
        "description": description,
        "source_kind": source_kind,
        "method": method,
        "customers": customers,
        "dimension": dimension,
    }
    if unit is not None:
        query["unit"] = str(unit.pk)
    if evidence or source or kano_counts:
        body = {**(evidence or {}), **({"kano": dict(kano_counts)} if kano_counts else {})}
        query["evidence"] = evidence_token(evidence=body, source=source, source_label=source_label)
    filled = {key: value for key, value in query.items() if value}
    return f"{reverse('rectification:need-register')}?{urlencode(filled)}"
