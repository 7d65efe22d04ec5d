"""One score taken apart (Grönroos 1984): what was received and how, what was expected, and the image between."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from bihuan.surveys.analysis.words import dimension_title, interval_words, number
from bihuan.surveys.results.design import Design
from bihuan.surveys.results.figures import Figures
from bihuan.surveys.results.groups import Target, estimate_in, targets_of
from bihuan.surveys.results.quality import QualityItem, QualityRow
from bihuan.surveys.results.sections import quality_title
from servicequality.results import Estimate


@dataclass(frozen=True)
class Part:
    """One part of a score with its items; ``row`` is None where a score has no such part."""

    name: str
    title: str
    row: QualityRow | None
    items: tuple[QualityItem, ...]


@dataclass(frozen=True)
class Explanation:
    """``sentence`` says in words which part holds the score up or down; ``parts`` what, how and image."""

    score: str
    title: str
    estimate: Estimate
    scale: tuple[int, int, int] | None
    sentence: str
    parts: tuple[Part, ...]
    choices: tuple[tuple[str, str, bool], ...]
    has_expectations: bool


def score_name(target: Target) -> str:
    return f"d:{target.name}" if target.construct else f"i:{target.name}"


def score_title(target: Target) -> str:
    if target.construct is not None:
        return dimension_title(target.construct.name)
    return target.question.item.label or target.name if target.question else ""


def explanation_of(figures: Figures, score: str) -> Explanation | None:
    """The score asked for, or the first: the whole, then judgements, dimensions."""
    targets = [one for one in targets_of(figures.layout) if one.construct or one.question]
    scores = [one for one in targets if one.construct is not None or not one.question or one.question.side is None]
    if not scores:
        return None
    chosen = next((one for one in scores if score_name(one) == score), scores[0])
    items = items_of(figures, chosen)
    parts = tuple(part_of(figures, chosen, name, items) for name in ("technical", "functional", "image"))
    first = chosen.question or figures.layout.questions.by_key[chosen.construct.members[0]]  # type: ignore[union-attr]
    return Explanation(
        score_name(chosen),
        score_title(chosen),
        estimate_in(figures.design, chosen),
        first.scale,
        sentence_of(parts),
        tuple(part for part in parts if part.row is not None or part.items),
        tuple((score_name(one), score_title(one), one == chosen) for one in scores[:40]),
        any(one.gap is not None for one in items),
    )


def items_of(figures: Figures, target: Target) -> list[QualityItem]:
    """Items that make up a score: those of the dimension, or all for a judgement of the whole."""
    construct = target.construct
    members = set(construct.members) if construct is not None and construct.name else None
    return [one for one in figures.quality_items if members is None or one.name in members or one.quality == "image"]


def part_of(figures: Figures, target: Target, name: str, items: list[QualityItem]) -> Part:
    mine = tuple(one for one in items if one.quality == name)
    whole = target.construct is None or not target.construct.name
    row = next((one for one in figures.quality if one.name == name), None) if whole or name == "image" else None
    if row is None and mine:
        row = mean_row(figures.design, name, mine)
    return Part(name, quality_title(name), row, mine)


def mean_row(design: Design, name: str, items: tuple[QualityItem, ...]) -> QualityRow:
    """The plain mean of a few items, without an interval: nobody counted them together."""

    def mean(of: list[Estimate | None]) -> Estimate | None:
        known = [one for one in of if one is not None and one.value is not None]
        if not known:
            return None
        if len(known) == 1:
            return known[0]
        value = sum(one.value or 0.0 for one in known) / len(known)
        return Estimate(value, None, None, min(one.n for one in known), design.level, "mean of means")

    scale = design.layout.questions.by_key[items[0].name].scale
    return QualityRow(
        name,
        len(items),
        mean([one.experienced for one in items]),
        mean([one.expected for one in items]),
        mean([one.gap for one in items]),
        scale,
    )


def sentence_of(parts: tuple[Part, ...]) -> str:
    """What holds the score down: what is received, how, or neither more than the other."""
    technical, functional = (
        next((one.row for one in parts if one.name == name), None) for name in ("technical", "functional")
    )
    if technical is None or functional is None:
        return _("The form tells no technical from functional items here, so the score cannot be taken apart further.")
    first, second = (row.gap or row.experienced for row in (technical, functional))
    if first is None or second is None or first.value is None or second.value is None:
        return _("There are too few answers to take the score apart.")
    words = {"what": number(first.value), "how": number(second.value)}
    if technical.gap is not None:
        told = _("What is received falls %(what)s against expectation, how it is received %(how)s.") % words
    else:
        told = _("What is received is rated %(what)s, how it is received %(how)s.") % words
    if overlaps(first, second):
        return told + " " + _("The two cannot be told apart.")
    weaker = _("what is received") if first.value < second.value else _("how it is received")
    return told + " " + _("The weaker part is %(part)s.") % {"part": weaker}


def overlaps(first: Estimate, second: Estimate) -> bool:
    if first.low is None or first.high is None or second.low is None or second.high is None:
        return True
    return first.low <= second.high and second.low <= first.high


def with_interval(estimate: Estimate | None) -> str:
    if estimate is None or estimate.value is None:
        return "–"
    return f"{number(estimate.value)} ({interval_words(estimate.low, estimate.high, estimate.level)}, n = {estimate.n})"
