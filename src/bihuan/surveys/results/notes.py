"""What a careful reader of a survey in the field must be told beside the figures."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from bihuan.surveys.analysis import Note
from bihuan.surveys.models import Campaign
from bihuan.surveys.results.counted import Counted
from bihuan.surveys.tallying import Level
from servicequality import guards
from servicequality.guards.warning import Warning as Reservation

NAMED = 6


def notes_of(figures: Counted) -> tuple[Note, ...]:
    """Warnings first."""
    found = [
        *sample_notes(figures),
        *version_notes(figures),
        *design_notes(figures),
        *hidden_notes(figures),
        *method_notes(figures),
    ]
    return tuple(sorted(found, key=lambda note: not note.is_warning))


def reserved(warning: Reservation) -> Note:
    return Note("guard", {"of": warning.code, "en": warning.message_en, "zh": warning.message_zh})


def sample_notes(figures: Counted) -> Iterator[Note]:
    campaign = figures.campaign
    if figures.view.is_whole and campaign.target_basis == Campaign.TargetBasis.SURVEY and campaign.target:
        for one in guards.sample(n=figures.n, needed=campaign.target):
            yield reserved(one)
    short = figures.short_units
    if short:
        named = [f"{name} {n}/{need}" for name, n, need in short[:NAMED]]
        yield Note("units_short", {"count": len(short), "names": ", ".join(named)})
    taken_out = len(figures.stock.tally.excluded) if figures.stock.tally else 0
    if taken_out and figures.view.is_whole:
        yield Note("taken_out", {"n": taken_out}, is_warning=False)
    unreadable = int(figures.total[1]) if figures.design.counts else 0
    if unreadable:
        yield Note("unreadable", {"n": unreadable})


def version_notes(figures: Counted) -> Iterator[Note]:
    questions = figures.layout.questions
    if len(questions.versions) > 1:
        numbers = ", ".join(f"v{one.number}" for one in questions.versions)
        yield Note("versions_joined", {"names": numbers, "count": len(questions.versions)}, is_warning=False)
    items = [one.code for one in questions.changed if not one.is_dimension]
    if items:
        yield Note("items_apart", {"names": ", ".join(items[:NAMED]), "count": len(items)})
    dimensions = [one.key for one in questions.changed if one.is_dimension]
    if dimensions:
        yield Note("dimensions_apart", {"names": dimensions[:NAMED]})


def design_notes(figures: Counted) -> Iterator[Note]:
    design = figures.design
    if design.is_weighted:
        total = sum(figures.stock.shares.values()) if figures.stock.shares else 0.0
        shares = {figures.segment_names.get(code, code): design.shares[code] / total for code in design.segments}  # type: ignore[index]
        named = ", ".join(f"{name} {share:.0%}" for name, share in shares.items())
        yield Note("weighted_by_segment", {"names": named}, is_warning=False)
        if design.left_out:
            yield Note("no_segment", {"n": design.left_out})
        if design.lacking:
            lacking = ", ".join(figures.segment_names.get(code, code) for code in design.lacking)
            yield Note("segment_empty", {"names": lacking})
    elif figures.stock.segments and figures.shares is None and not figures.view.segment:
        yield Note("equal_weights", {}, is_warning=False)
    deffs = [one.deff for one in figures_items(design) if one.deff is not None]
    if design.is_clustered and deffs:
        base = design.base or design
        told: dict[str, Any] = {"n": base.cluster_count, "deff": f"{np.median(deffs):.1f}", "most": f"{max(deffs):.1f}"}
        yield Note("clustered_period" if design.base else "clustered", told, is_warning=base.cluster_count < 20)
    elif design.is_weighted and deffs:
        yield Note("design_effect", {"deff": f"{np.median(deffs):.1f}"}, is_warning=False)


def figures_items(design: Any) -> list[Any]:
    return [design.item(one) for one in design.layout.questions.service_items[:30]]


def hidden_notes(figures: Counted) -> Iterator[Note]:
    hidden = {one for one in figures.hidden_units if one > 0 and figures.access.covers(figures.paths.get(one, ""))}
    if figures.below:
        hidden = {one for one in hidden if figures.paths.get(one, "").startswith(figures.below)}
    if hidden:
        yield Note("units_hidden", {"count": len(hidden), "few": figures.fewest}, is_warning=False)
    for axis in ("segment", "channel"):
        values = figures.hidden_values(axis) if not getattr(figures.view, axis) else set()
        if values:
            code = "segments_hidden" if axis == "segment" else "channels_hidden"
            yield Note(code, {"count": len(values), "few": figures.fewest}, is_warning=False)


def method_notes(figures: Counted) -> Iterator[Note]:
    if figures.view.level is not Level.FULL:
        yield Note("not_by_group", {}, is_warning=False)
    for item in figures.layout.questions.scaled:
        if item.item.type.value == "nps" and item.side is None:
            estimate = figures.design.nps(item).estimate
            if estimate.n >= 30 and estimate.low is not None and estimate.high is not None:
                for one in guards.nps(n=estimate.n, half_width=(estimate.high - estimate.low) / 200):
                    yield reserved(one)
    for table in figures.drivers:
        for warning in table.warnings:
            yield Note("guard", {"of": warning["code"], "en": warning["en"], "zh": warning["zh"]})
