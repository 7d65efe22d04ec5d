"""This wave beside the last one, item by item where the measure is the same; "not different" is an answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bihuan.surveys.results.design import Design
from bihuan.surveys.results.groups import Target, estimate_in, is_nps, measured, targets_of
from bihuan.surveys.tallying import Layout
from servicequality.comparison import adjust_p_values
from servicequality.results import Estimate, Result
from servicequality.survey_design import design_difference


@dataclass(frozen=True)
class WaveRow(Result):
    """One measure in both waves. ``p`` is adjusted for the number of rows; None where no test is possible."""

    kind: str
    name: str
    label: str
    before: Estimate
    now: Estimate
    difference: Estimate
    p: float | None
    verdict: str


@dataclass(frozen=True)
class WaveComparison(Result):
    """Both waves. ``apart``: asked in both but measured otherwise; ``fresh`` and ``gone``: asked in one only."""

    title: str
    rows: tuple[WaveRow, ...]
    apart: tuple[str, ...]
    fresh: tuple[str, ...]
    gone: tuple[str, ...]

    @property
    def changed(self) -> int:
        return sum(row.verdict in {"higher", "lower"} for row in self.rows)


def part_of(layout: Layout, target: Target) -> str:
    """What a measure is stored under; equal in two surveys where code, scale and items are."""
    if target.construct is not None:
        return f"d:{target.construct.part}"
    assert target.question is not None
    return f"i:{target.question.part}"


def wave_comparison(now: Design, before: Design, *, title: str, level: float, fewest: int) -> WaveComparison:
    old = {part_of(before.layout, target): target for target in targets_of(before.layout)}
    found: list[tuple[Target, Estimate, Estimate, Estimate, float | None]] = []
    for target in targets_of(now.layout):
        earlier = old.get(part_of(now.layout, target))
        if earlier is None:
            continue
        first, second = estimate_in(now, target), estimate_in(before, earlier)
        if first.n < fewest or second.n < fewest:
            continue
        difference, p = design_difference(measured(now, target), measured(before, earlier), level=level)
        if target.question is not None and is_nps(target.question):
            difference = in_points(difference)
        found.append((target, second, first, difference, p))
    adjusted: Any = adjust_p_values([float("nan") if p is None else p for *_, p in found]) if found else []
    rows = tuple(
        WaveRow(
            "dimension" if target.construct else "item",
            target.name,
            target.question.item.label if target.question else "",
            earlier,
            later,
            difference,
            None if p is None else float(value),
            verdict_of(difference, None if p is None else float(value), level),
        )
        for (target, earlier, later, difference, p), value in zip(found, adjusted, strict=True)
    )
    mine, theirs = now.layout.questions, before.layout.questions
    parts = {one.part for one in theirs.scaled}
    codes, their_codes = {one.code for one in mine.scaled}, {one.code for one in theirs.scaled}
    current = [one for one in mine.scaled if one.key == one.code]
    return WaveComparison(
        title,
        rows,
        tuple(one.item.label or one.code for one in current if one.code in their_codes and one.part not in parts),
        tuple(one.item.label or one.code for one in current if one.code not in their_codes),
        tuple(one.item.label or one.code for one in theirs.scaled if one.key == one.code and one.code not in codes),
    )


def in_points(estimate: Estimate) -> Estimate:
    value, low, high = (None if one is None else 100 * one for one in (estimate.value, estimate.low, estimate.high))
    return Estimate(value, low, high, estimate.n, estimate.level, estimate.method)


def verdict_of(difference: Estimate, p: float | None, level: float) -> str:
    """ "higher", "lower", "not different", or "cannot say" where there is no spread to judge by."""
    if p is None or difference.value is None:
        return "cannot say"
    if p >= 1 - level:
        return "not different"
    return "higher" if difference.value > 0 else "lower"
