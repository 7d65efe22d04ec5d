"""What the reader must be told: the first sentence, and where a method stands on thin ice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from bihuan.surveys.analysis.counting import ALL_ITEMS, Counts
from bihuan.surveys.analysis.results import (
    FEWEST,
    Analysis,
    DimensionResult,
    GapRow,
    GapsResult,
    GroupResult,
    ItemResult,
    Note,
)
from bihuan.surveys.mapping import Kind, Role, Side
from servicequality.results import Estimate

SMALL = 30  # below this NPS and normal approximations say little
FEW = 10  # a group below this is hardly evidence
WEAK = 0.7  # usual floor of reliability (Nunnally 1978)
MUCH = 0.2  # share of gaps from which a mean is no longer everybody's


def facts(name: str, label: str, estimate: Estimate, **more: Any) -> dict[str, Any]:
    return {
        "name": name,
        "label": label or name,
        "value": estimate.value,
        "low": estimate.low,
        "high": estimate.high,
        "n": estimate.n,
        "level": estimate.level,
        **more,
    }


def overlaps(first: Estimate, second: Estimate) -> bool:
    if first.low is None or first.high is None or second.low is None or second.high is None:
        return True
    return first.low <= second.high and second.low <= first.high


def headline(items: Sequence[ItemResult], dimensions: Sequence[DimensionResult], gaps: GapsResult | None) -> Note:
    """One sentence computed from the figures: where the service is weakest, and whether that is sure."""
    if gaps is not None:
        named = [row for row in gaps.dimensions if row.name != ALL_ITEMS]
        found = gap_headline(named if len(named) > 1 else list(gaps.items))
        if found:
            return found
    main = [one for one in dimensions if one.side in {None, "perception", "performance"} and one.name != ALL_ITEMS]
    first_side = next((one.side for one in main if one.side == "perception"), main[0].side if main else None)
    rated: list[DimensionResult | ItemResult] = [
        one for one in main if one.side == first_side and one.position is not None
    ]
    if len(rated) < 2:
        rated = [
            one
            for one in items
            if one.side in {None, "perception", "performance"}
            and one.kind == Kind.RATING.value
            and one.position is not None
        ]
    if len(rated) < 2:
        rated = [one for one in items if one.position is not None]
    if not rated:
        return Note("no_figures", {}, is_warning=False)
    rated.sort(key=lambda one: one.position or 0.0)
    weakest = rated[0]
    label = weakest.label if isinstance(weakest, ItemResult) else ""
    told = facts(weakest.name, label, weakest.mean, low_end=weakest.scale[0], high_end=weakest.scale[1])
    if len(rated) == 1:
        return Note("only_one", told, is_warning=False)
    second = rated[1]
    if second.scale == weakest.scale and overlaps(weakest.mean, second.mean):
        other = second.label if isinstance(second, ItemResult) else ""
        return Note("weakest_with", {**told, "other": other or second.name}, is_warning=False)
    return Note("weakest", told, is_warning=False)


def gap_headline(rows: list[GapRow]) -> Note | None:
    rows = sorted((row for row in rows if row.gap.value is not None), key=lambda row: row.gap.value or 0.0)
    if not rows:
        return None
    widest = rows[0]
    told = facts(
        widest.name, widest.label, widest.gap, expected=widest.expected.value, perceived=widest.perceived.value
    )
    if widest.gap.high is None or widest.gap.high >= 0:
        return Note("no_gap", told, is_warning=False)
    if len(rows) > 1 and overlaps(widest.gap, rows[1].gap):
        return Note("widest_gap_with", {**told, "other": rows[1].label or rows[1].name}, is_warning=False)
    return Note("widest_gap", told, is_warning=False)


def notes(counts: Counts, analysis: Analysis) -> tuple[Note, ...]:
    """Everything a careful analyst would say beside the figures, warnings first."""
    found = [
        *mapping_notes(counts),
        *item_notes(counts, analysis.items),
        *dimension_notes(counts, analysis.dimensions),
        *gap_notes(analysis.gaps),
        *(
            Note("kano_questionable", {"name": row.label or row.name, "share": row.counts["Q"] / row.n})
            for row in analysis.kano
            if row.n and row.counts["Q"] > 0.1 * row.n
        ),
        *group_notes(counts, analysis.groups),
    ]
    return tuple(sorted(found, key=lambda note: not note.is_warning))


def mapping_notes(counts: Counts) -> Iterator[Note]:
    uses = counts.mapping.columns
    if any(reason.code == "servqual22" for use in uses for reason in use.reasons):
        yield Note("assumed_order")
    zero = [use.name for use in counts.mapping.items if use.scale and use.scale[:2] == (0, 5)]
    if zero:
        yield Note("zero_on_scale", {"names": ", ".join(zero[:5]), "count": len(zero)})
    if counts.file.rows < SMALL:
        yield Note("few_rows", {"n": counts.file.rows})
    weight = counts.mapping.of_role(Role.WEIGHT)
    if weight:
        yield Note("weighted", {"name": weight[0].title}, is_warning=False)
    lone = [use.name for use in counts.mapping.items if use.side and not has_partner(counts, use.side, use.pair)]
    if lone:
        yield Note("half_pairs", {"names": ", ".join(lone[:5]), "count": len(lone)})


def has_partner(counts: Counts, side: Side, pair: str) -> bool:
    partner = {
        Side.EXPECTATION: Side.PERCEPTION,
        Side.PERCEPTION: Side.EXPECTATION,
        Side.IMPORTANCE: Side.PERFORMANCE,
        Side.PERFORMANCE: Side.IMPORTANCE,
        Side.FUNCTIONAL: Side.DYSFUNCTIONAL,
        Side.DYSFUNCTIONAL: Side.FUNCTIONAL,
    }[side]
    return any(use.side is partner and use.pair == pair for use in counts.mapping.items)


def item_notes(counts: Counts, items: Sequence[ItemResult]) -> Iterator[Note]:
    for item in items:
        if item.n == 0:
            yield Note("item_empty", {"name": item.title})
        elif item.missing + item.na > MUCH * counts.file.rows:
            yield Note("item_gaps", {"name": item.title, "share": (item.missing + item.na) / counts.file.rows})
        if item.nps is not None and item.n < SMALL:
            yield Note("nps_small", {"name": item.title, "n": item.n})


def dimension_notes(counts: Counts, dimensions: Sequence[DimensionResult]) -> Iterator[Note]:
    for side in dict.fromkeys(one.side for one in dimensions):
        mine = [one for one in dimensions if one.side == side]
        alphas = [(one.name, one.alpha) for one in mine if one.alpha is not None]
        for name, alpha in alphas:
            if alpha.alpha.value is not None and alpha.alpha.value < 0:
                yield Note("alpha_negative", {"name": name, "side": side or "", "value": alpha.alpha.value})
        weak = {name: alpha.alpha.value for name, alpha in alphas if alpha.is_weak and (alpha.alpha.value or 0) >= 0}
        if weak:
            told = {"side": side or "", "values": weak}
            yield Note("alpha_weak", told, is_warning=side not in {"expectation", "importance"})
        two = [name for name, alpha in alphas if alpha.k == 2]
        if two:
            yield Note("alpha_two_items", {"side": side or "", "names": two}, is_warning=False)
        for one in mine:
            if one.name != ALL_ITEMS and one.n < (1 - MUCH) * counts.file.rows:
                short = {"name": one.name, "side": side or "", "n": one.n, "rows": counts.file.rows}
                yield Note("dimension_gaps", short)


def gap_notes(gaps: GapsResult | None) -> Iterator[Note]:
    rows = gaps.dimensions if gaps is not None else ()
    weak = {row.name: row.reliability for row in rows if row.reliability is not None and row.reliability < WEAK}
    if weak:
        yield Note("gap_unreliable", {"values": weak})


def group_notes(counts: Counts, groups: Sequence[GroupResult]) -> Iterator[Note]:
    for name, size in counts.crowded.items():
        yield Note("too_many_groups", {"name": counts.mapping.use(name).title, "count": size})
    for column in counts.without_group:
        mine = [group for group in groups if group.column == column]
        title = counts.mapping.use(column).title
        hidden = sorted({group for one in mine for group in one.too_small})
        if not mine:
            yield Note("groups_too_small", {"name": title, "few": FEWEST})
        elif hidden:
            yield Note("groups_hidden", {"name": title, "names": hidden[:8], "few": FEWEST})
        small = sorted({row.group for one in mine for row in one.rows if row.n < FEW})
        if small:
            yield Note("small_groups", {"name": title, "names": small[:8], "few": FEW})
        if counts.without_group[column]:
            yield Note("no_group", {"name": title, "n": counts.without_group[column]}, is_warning=False)
