"""Perceived quality (Grönroos 1984): what is received, how it is received, and the image between."""

from __future__ import annotations

from dataclasses import dataclass

from bihuan.surveys.mapping import Side
from bihuan.surveys.results.design import Design
from bihuan.surveys.results.unpacking import gap_parts
from bihuan.surveys.tallying.questions import QUALITIES, Construct
from servicequality.results import Estimate, Result


@dataclass(frozen=True)
class QualityRow(Result):
    """One part of perceived quality. ``gap`` = experienced − expected; None where expectations were not asked.

    ``name`` is "technical" (what), "functional" (how) or "image", which stands beside and is not part of a total.
    """

    name: str
    items: int
    experienced: Estimate | None
    expected: Estimate | None
    gap: Estimate | None
    scale: tuple[int, int, int]


@dataclass(frozen=True)
class QualityItem(Result):
    """An item with its part, so that a part can be traced to what people judged."""

    name: str
    label: str
    quality: str
    dimension: str
    experienced: Estimate
    expected: Estimate | None
    gap: Estimate | None


def constructs_by_quality(design: Design) -> dict[str, Construct]:
    """The experienced side of each quality, as the last version asks it."""
    questions = design.layout.questions
    last = questions.versions[-1].pk
    found: dict[str, Construct] = {}
    for one in questions.constructs:
        side = questions.by_key[one.members[0]].side
        if one.is_quality and last in one.versions and side in {None, Side.PERCEPTION, Side.PERFORMANCE}:
            found.setdefault(one.name, one)
    return found


def quality_rows(design: Design) -> list[QualityRow]:
    """Technical, functional and image, as far as the form tells them apart."""
    experienced = constructs_by_quality(design)
    gaps, seen, expected = (gap_parts(design.layout, letter) for letter in ("gq", "gq1", "gq2"))
    found = []
    for name in QUALITIES:
        construct = experienced.get(name)
        if name not in gaps and construct is None:
            continue
        if name in gaps:
            members = design.layout.by_name[gaps[name]].members
            question = design.layout.questions.by_part[members[0]]
            found.append(
                QualityRow(
                    name,
                    len(members) // 2,
                    design.gap_side(seen[name]).estimate,
                    design.gap_side(expected[name]).estimate,
                    design.gap_sum(gaps[name]).estimate,
                    question.scale,
                )
            )
        elif construct is not None:
            question = design.layout.questions.by_key[construct.members[0]]
            mean = design.construct(construct).estimate
            found.append(QualityRow(name, len(construct.members), mean, None, None, question.scale))
    return [row for row in found if row.experienced is not None and row.experienced.value is not None]


def quality_items(design: Design) -> list[QualityItem]:
    """Every item that is told technical or functional, or image."""
    paired = {seen.part: expected for seen, expected in design.layout.questions.gap_pairs}
    found = []
    for item in design.layout.questions.service_items:
        if not item.item.quality:
            continue
        mean = design.item(item).estimate
        if item.part in paired:
            found.append(
                QualityItem(
                    item.key,
                    item.item.label,
                    item.item.quality,
                    item.item.dimension,
                    design.gap_item_side(item, "g1").estimate,
                    design.gap_item_side(item, "g2").estimate,
                    design.gap_item(item).estimate,
                )
            )
        elif mean.value is not None:
            found.append(
                QualityItem(item.key, item.item.label, item.item.quality, item.item.dimension, mean, None, None)
            )
    return found
