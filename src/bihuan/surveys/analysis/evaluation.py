"""From tallies to figures with their uncertainty; its time does not depend on the number of answers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from bihuan.foundation.reading import Table
from bihuan.surveys.analysis import guards
from bihuan.surveys.analysis.counting import ALL_ITEMS, KANO_SIDES, Block, Counts, WeightedSums, dimension_key, scale_of
from bihuan.surveys.analysis.results import (
    FEWEST,
    AlphaResult,
    Analysis,
    DimensionResult,
    GapRow,
    GapsResult,
    GroupResult,
    GroupRow,
    ImportancePoint,
    ImportanceResult,
    ItemResult,
    KanoRow,
    NpsResult,
)
from bihuan.surveys.mapping import ColumnUse, Kind, Mapping, Side
from servicequality.answers import check_level
from servicequality.comparison import compare_groups
from servicequality.errors import DataError
from servicequality.gaps import Gap, gap_analysis
from servicequality.importance import importance_performance
from servicequality.intervals import mean_interval, t_quantile
from servicequality.kano import kano_from_counts
from servicequality.loyalty import net_promoter_score, top_box
from servicequality.reliability import cronbach_alpha
from servicequality.results import Estimate
from servicequality.tallies import Tally


def analyse(table: Table, mapping: Mapping, *, level: float = 0.95) -> Analysis:
    """Count a table under a mapping and evaluate it; raises ``DataFileError`` when they do not fit."""
    from bihuan.surveys.analysis.counting import count

    check_level(level)
    return evaluate(count(table, mapping), level=level)


def evaluate(counts: Counts, *, level: float = 0.95) -> Analysis:
    """Turn stored tallies into every figure of the report."""
    check_level(level)
    items = tuple(item_result(counts, use, level) for use in counts.mapping.items if use.side not in KANO_SIDES)
    dimensions = tuple(
        dimension_result(counts, block, name, level) for block in counts.blocks for name in block.survey.dimensions
    )
    gaps = gaps_result(counts, level)
    analysis = Analysis(
        file=counts.file,
        level=level,
        title=counts.mapping.title,
        headline=guards.headline(items, dimensions, gaps),
        items=items,
        dimensions=dimensions,
        gaps=gaps,
        importance=importance_result(counts, level),
        kano=kano_rows(counts, level),
        groups=group_results(counts, level),
        notes=(),
    )
    return replace(analysis, notes=guards.notes(counts, analysis))


def share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def position_of(mean: float | None, scale: tuple[int, int, int]) -> float | None:
    """Where a mean lies between the ends of its scale, 0 to 100, so that scales can be compared."""
    return None if mean is None else 100 * (mean - scale[0]) / (scale[1] - scale[0])


def item_result(counts: Counts, use: ColumnUse, level: float) -> ItemResult:
    assert use.scale is not None
    scale, tally = scale_of(use), counts.tallies[use.name]
    na, rows = counts.not_applicable[use.name], counts.file.rows
    box = top_box(tally, scale, level=level)
    return ItemResult(
        name=use.name,
        label=use.label,
        kind=use.kind.value,
        side=use.side.value if use.side else None,
        dimension=use.dimension,
        pair=use.pair,
        scale=use.scale,
        reverse=use.reverse,
        n=tally.n,
        missing=tally.missing - na,
        missing_share=share(tally.missing - na, rows),
        na=na,
        na_share=share(na, rows),
        mean=box.mean,
        sd=tally.sd,
        position=position_of(tally.mean, use.scale),
        top_levels=box.top,
        top_share=box.share,
        bottom_share=box.bottom_share,
        counts=tuple(int(n) for n in tally.counts),
        nps=nps_result(tally, level) if use.kind is Kind.RECOMMEND and use.scale == (0, 10, 1) else None,
        weighted=weighted_mean(counts.weighted.get(use.name), level),
    )


def nps_result(tally: Tally, level: float) -> NpsResult:
    nps = net_promoter_score(tally, level=level)
    wald = nps.wald
    value, low, high = (None if part is None else 100 * part for part in (wald.value, wald.low, wald.high))
    return NpsResult(
        nps.promoters, nps.passives, nps.detractors, nps.points, Estimate(value, low, high, wald.n, level, "wald")
    )


def weighted_mean(sums: WeightedSums | None, level: float) -> Estimate | None:
    """Weighted mean with its linearised interval, from sums (as ``servicequality.intervals.weighted_interval``)."""
    if sums is None:
        return None
    if not sums.w > 0:
        return Estimate(None, None, None, sums.n, level, "weighted")
    mean = sums.wy / sums.w
    if sums.n < 2:
        return Estimate(mean, None, None, sums.n, level, "weighted")
    squares = sums.w2yy - 2 * mean * sums.w2y + mean * mean * sums.w2
    variance = sums.n / (sums.n - 1) * squares / sums.w**2
    if variance <= 1e-15 * max(1.0, mean * mean):
        return Estimate(mean, None, None, sums.n, level, "weighted")
    half = t_quantile(level, sums.n - 1) * math.sqrt(variance)
    return Estimate(mean, mean - half, mean + half, sums.n, level, "weighted")


def dimension_result(counts: Counts, block: Block, name: str, level: float) -> DimensionResult:
    survey = block.survey
    scale = (survey.scale.low, survey.scale.high, survey.scale.step)
    tally = survey.dimension(name)
    return DimensionResult(
        name=name,
        side=block.side,
        items=survey.dimensions[name],
        scale=scale,
        n=tally.n,
        mean=mean_interval(tally, level=level),
        sd=tally.sd,
        position=position_of(tally.mean, scale),
        alpha=alpha_result(block, name, level),
        weighted=weighted_mean(counts.weighted.get(dimension_key(block.side, name)), level),
    )


def alpha_result(block: Block, name: str, level: float) -> AlphaResult | None:
    moments = block.alphas.get(name)
    if moments is None:
        return None
    k = len(moments.items)
    try:
        return AlphaResult(cronbach_alpha(moments, level=level).alpha, k)
    except DataError as error:
        return AlphaResult(Estimate(None, None, None, moments.n, level, "feldt"), k, error.message)


def gaps_result(counts: Counts, level: float) -> GapsResult | None:
    if counts.gaps is None:
        return None
    analysis = gap_analysis(counts.gaps, level=level)
    scale = counts.gaps.scale

    def row(gap: Gap, label: str, dimension: str) -> GapRow:
        spread = gap.reliability.reliability if gap.reliability else None
        return GapRow(gap.name, label, dimension, gap.second, gap.first, gap.gap, gap.sd, gap.p, gap.cohen_d, spread)

    uses = {use.name: use for use in counts.mapping.items}
    return GapsResult(
        (scale.low, scale.high, scale.step),
        tuple(row(gap, uses[gap.name].label, uses[gap.name].dimension) for gap in analysis.total.items),
        tuple(row(gap, "", gap.name) for gap in analysis.total.dimensions),
        analysis.total.overall,
    )


def expanded(tallies: Sequence[Tally]) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Answers behind histograms as columns of equal length, NaN below: margins only, rows mean nothing."""
    columns = [np.repeat(tally.levels, tally.counts) for tally in tallies]
    table = np.full((max(map(len, columns)), len(columns)), np.nan)
    for number, column in enumerate(columns):
        table[: len(column), number] = column
    return table


def importance_result(counts: Counts, level: float) -> ImportanceResult | None:
    pairs = [
        (weight, seen)
        for weight, seen in counts.mapping.pairs(Side.IMPORTANCE, Side.PERFORMANCE)
        if counts.tallies[weight.name].n and counts.tallies[seen.name].n
    ]
    if not pairs:
        return None
    both = expanded([counts.tallies[use.name] for pair in pairs for use in pair])
    grid = importance_performance(
        both[:, 1::2], importance=both[:, 0::2], names=[seen.name for _, seen in pairs], level=level
    )
    return ImportanceResult(
        tuple(
            ImportancePoint(
                item.name, seen.label, item.performance, item.importance, item.quadrant.value, item.verdict.value
            )
            for item, (_, seen) in zip(grid.items, pairs, strict=True)
        ),
        grid.cross_performance,
        grid.cross_importance,
    )


def kano_rows(counts: Counts, level: float) -> tuple[KanoRow, ...]:
    rows = []
    for name, found in counts.kano.items():
        letters = {letter: n for letter, n in found.items() if letter != "missing"}
        kano = kano_from_counts(letters, name=name, level=level)
        rows.append(
            KanoRow(
                name,
                counts.mapping.use(name).label,
                int(kano.n),
                found["missing"],
                {letter: int(letters.get(letter, 0)) for letter in "MOAIRQ"},
                kano.category.value if kano.category else None,
                kano.better,
                kano.worse,
                kano.fong.distinct,
            )
        )
    return tuple(rows)


def main_blocks(counts: Counts) -> list[Block]:
    """The blocks that say how good the service is: perceived or performed, overall; not expected or important."""
    return [block for block in counts.blocks if block.side in {None, Side.PERCEPTION.value, Side.PERFORMANCE.value}]


def group_results(counts: Counts, level: float) -> tuple[GroupResult, ...]:
    results = []
    for column in counts.without_group:
        for block in main_blocks(counts):
            survey = block.by_group[column]
            targets = [*((name, "dimension") for name in survey.dimensions), *((name, "item") for name in survey.items)]
            compared = (group_result(counts, block, column, target, level=level) for target in targets)
            results += [result for result in compared if result is not None]
    return tuple(results)


def group_result(
    counts: Counts, block: Block, column: str, measured: tuple[str, str], *, level: float
) -> GroupResult | None:
    """Compare the groups of a column on one dimension or item (``measured``: its name and which of both).

    Groups of fewer than ``FEWEST`` answers are named but neither shown nor tested: a t test on two answers proves
    nothing, and so few people could be recognised. None when fewer than two groups are left.
    """
    target, kind = measured
    survey = block.by_group[column]
    use = counts.mapping.use(target) if kind == "item" else None
    nps = use is not None and use.kind is Kind.RECOMMEND and use.scale == (0, 10, 1)
    taken = survey.item if kind == "item" else survey.dimension
    tallies = {str(group): taken(target, group=group) for group in survey.groups}
    enough: dict[str | int, Tally] = {group: tally for group, tally in tallies.items() if tally.n >= FEWEST}
    if len(enough) < 2:
        return None
    scale = survey.scale
    share = scale.size == 2 and kind == "item"
    compared = compare_groups(
        enough, measure="nps" if nps else "share" if share else "mean", top=scale.top if share else None, level=level
    )
    return GroupResult(
        column=column,
        label=counts.mapping.use(column).label,
        target=target,
        target_label=use.label if use else "",
        target_kind=block.kind if kind == "item" and block.kind != Kind.RATING.value else kind,
        side=block.side,
        measure=compared.measure,
        scale=(scale.low, scale.high, scale.step),
        rows=tuple(GroupRow(str(row.group), row.n, row.estimate, row.shrunken, row.letters) for row in compared.rows),
        tiers=tuple(tuple(str(group) for group in groups) for groups in compared.tiers.values()),
        different_pairs=sum(pair.different for pair in compared.pairs),
        pairs=len(compared.pairs),
        between_sd=compared.between_sd,
        without_group=counts.without_group[column],
        too_small=tuple(group for group in tallies if group not in enough),
    )


__all__ = ["ALL_ITEMS", "analyse", "evaluate"]
