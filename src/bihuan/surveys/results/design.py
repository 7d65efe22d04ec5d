"""Figures as the design of the survey demands: by the weights of the segments, with the spread between clusters."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import special

from bihuan.surveys.analysis.counting import scale_of
from bihuan.surveys.analysis.evaluation import position_of
from bihuan.surveys.analysis.results import (
    AlphaResult,
    Analysis,
    DimensionResult,
    GapRow,
    GapsResult,
    ItemResult,
    KanoRow,
    NpsResult,
)
from bihuan.surveys.results.stock import BySegment, Cluster
from bihuan.surveys.results.unpacking import gap_parts, products_of
from bihuan.surveys.tallying import Construct, Layout, Level, Question
from bihuan.surveys.tallying.layout import gap_dimensions
from servicequality.intervals import bootstrap_interval, proportion_interval, t_quantile
from servicequality.kano import TABLE, kano_from_counts
from servicequality.reliability.consistency import alpha_of_covariance, feldt_interval
from servicequality.results import Estimate
from servicequality.scales import NPS_0_10
from servicequality.survey_design import (
    DesignCounts,
    DesignMean,
    design_mean,
    design_share,
    weighted_products,
)
from servicequality.tallies import Tally

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
RESAMPLES = 2_000


@dataclass(frozen=True, eq=False)
class Design:
    """One group of answers with its segments' weights and its clusters.

    ``base`` is the same group over the whole time: the counts of a period keep no clusters, so its intervals are
    widened by the design effect found there. ``within`` is the whole these answers are a part of, given where no
    cluster reaches beyond the part: weighted by the same segments, its table of clusters holds theirs.
    """

    layout: Layout
    counts: BySegment
    shares: Mapping[str, float] | None
    clusters: Sequence[Cluster] = ()
    base: Design | None = None
    level: float = 0.95
    within: Design | None = None

    @cached_property
    def segments(self) -> list[str]:
        """Segments that count: all, or those with a weight."""
        if self.shares is None:
            return sorted(self.counts)
        return [code for code in self.shares if self.shares[code] > 0]

    @cached_property
    def is_weighted(self) -> bool:
        return self.shares is not None and len(self.segments) > 1

    @cached_property
    def is_clustered(self) -> bool:
        """Whether somebody shares a cluster with somebody else."""
        return bool(self.clusters) or (self.base is not None and self.base.is_clustered)

    @property
    def is_plain(self) -> bool:
        return not (self.is_weighted or self.is_clustered)

    @cached_property
    def left_out(self) -> int:
        """Answers of a weighted survey that name no segment with a weight: they cannot be weighted."""
        if not self.is_weighted:
            return 0
        return sum(int(counts[0]) for code, counts in self.counts.items() if code not in self.segments)

    @cached_property
    def lacking(self) -> list[str]:
        """Segments that have a weight but no answers here."""
        if not self.is_weighted:
            return []
        return [code for code in self.segments if code not in self.counts or not self.counts[code][0]]

    @cached_property
    def share_vector(self) -> Floats | None:
        if not self.is_weighted or self.shares is None:
            return None
        parts: Floats = np.array([self.shares[code] for code in self.segments])
        return np.asarray(parts / parts.sum(), dtype=np.float64)

    @cached_property
    def cluster_table(self) -> Ints:
        """Counts by cluster and segment (C, H, numbers)."""
        if self.within is not None and self.is_weighted and self.within.segments == self.segments:
            return self.within.cluster_table[[self.within.cluster_places[name] for name in self.cluster_names]]
        place = {code: number for number, code in enumerate(self.segments)}
        names = {name: len(place) * number for name, number in self.cluster_places.items()}
        length = min((len(one.counts) for one in self.clusters), default=0)
        table = np.zeros((len(names) * len(place), length), dtype=np.int64)
        for one in self.clusters:
            number = place.get(one.segment)
            if number is not None:
                row = table[names[one.name] + number]
                np.add(row, one.counts[:length], out=row)
        return table.reshape(len(names), len(place), length)

    @cached_property
    def cluster_names(self) -> list[str]:
        return list(dict.fromkeys(one.name for one in self.clusters))

    @cached_property
    def cluster_places(self) -> dict[str, int]:
        return {name: number for number, name in enumerate(self.cluster_names)}

    @property
    def cluster_count(self) -> int:
        return len(self.cluster_names)

    @cached_property
    def strata_table(self) -> Ints:
        """Counts by segment (H, numbers); zeros where a cell keeps less."""
        table = np.zeros((len(self.segments), self.layout.lengths[Level.FULL]), dtype=np.int64)
        for row, code in zip(table, self.segments, strict=True):
            counts = self.counts.get(code)
            if counts is not None:
                row[: len(counts)] = counts
        return table

    def strata(self, part: str, levels: int) -> Ints:
        start = self.layout.places[part].start
        return self.strata_table[:, start : start + levels]

    def of(self, part: str, levels: int) -> DesignCounts:
        """The counts of one histogram: the first ``levels`` numbers of a part.

        Made without the checks of ``design_counts``: a page asks some hundred times, and the counts are our own.
        """
        place = self.layout.places[part]
        table = self.cluster_table
        if place.stop <= table.shape[2]:
            clusters = table[:, :, place.start : place.start + levels]
        else:
            clusters = np.zeros((0, len(self.segments), levels), dtype=np.int64)
        return DesignCounts(self.strata(part, levels), clusters, self.share_vector)

    def widened(self, found: DesignMean, part: str, levels: int, scores: Any) -> DesignMean:
        """The mean of a period, with the design effect of the whole time."""
        if self.base is None or not self.base.clusters or found.se is None:
            return found
        whole = design_mean(self.base.of(part, levels), scores, level=self.level)
        if whole.deff is None or whole.deff <= 1 or whole.df is None:
            return found
        weighting = found.deff if found.deff is not None and self.is_weighted else 1.0
        factor = max(1.0, whole.deff / max(weighting, 1e-9)) ** 0.5
        se, df = found.se * factor, min(whole.df, found.df or whole.df)
        half = t_quantile(self.level, df) * se
        value = found.estimate.value or 0.0
        estimate = Estimate(value, value - half, value + half, found.estimate.n, self.level, "cluster")
        deff = None if found.deff is None else found.deff * factor**2
        return DesignMean(estimate, se, df, deff, None if deff is None else found.estimate.n / deff, found.lacking)

    @cached_property
    def known(self) -> dict[tuple[str, bytes], DesignMean]:
        """Means computed before: a page asks for the same one several times."""
        return {}

    def mean(self, part: str, scores: Any) -> DesignMean:
        values = np.asarray(scores, dtype=np.float64)
        key = (part, values.tobytes())
        if key not in self.known:
            levels = len(values)
            found = design_mean(self.of(part, levels), values, level=self.level)
            self.known[key] = self.widened(found, part, levels, values)
        return self.known[key]

    def share(self, part: str, levels: int, hits: Collection[int]) -> DesignMean:
        if self.base is None:
            return design_share(self.of(part, levels), hits, level=self.level)
        scores = np.zeros(levels)
        scores[list(hits)] = 1.0
        found = self.mean(part, scores)
        if found.value is None or found.n_effective is None:
            return design_share(self.of(part, levels), hits, level=self.level)
        share, n = min(1.0, max(0.0, found.value)), found.n_effective
        interval = proportion_interval(share * n, n, level=self.level)
        estimate = Estimate(share, interval.low, interval.high, found.estimate.n, self.level, "wilson")
        return replace(found, estimate=estimate)

    # one figure each

    def item(self, question: Question) -> DesignMean:
        low, _high, step = question.scale
        return self.mean(f"i:{question.part}", low + step * np.arange(question.size))

    def item_share(self, question: Question, levels: Iterable[int]) -> DesignMean:
        low, _high, step = question.scale
        hits = [(level - low) // step for level in levels]
        return self.share(f"i:{question.part}", question.size, hits)

    def nps(self, question: Question) -> DesignMean:
        """In points, -100 to 100."""
        scores = np.zeros(question.size)
        scores[list(NPS_0_10.bottom)], scores[list(NPS_0_10.top)] = -100.0, 100.0
        return self.mean(f"i:{question.part}", scores)

    def construct(self, construct: Construct) -> DesignMean:
        question = self.layout.questions.by_key[construct.members[0]]
        k = len(construct.members)
        low, _high, step = question.scale
        sums = np.arange(k * (question.size - 1) + 1)
        return self.mean(f"d:{construct.part}", low + step * sums / k)

    def gap_item(self, seen: Question) -> DesignMean:
        step = seen.scale[2]
        return self.mean(f"g:{seen.part}", step * (np.arange(2 * seen.size - 1) - (seen.size - 1)))

    def gap_sum(self, part: str) -> DesignMean:
        """The gap of a dimension or quality by the name of its part."""
        members = self.layout.by_name[part].members
        question = self.layout.questions.by_part[members[0]]
        k = len(members) // 2
        middle = k * (question.size - 1)
        return self.mean(part, question.scale[2] * (np.arange(2 * middle + 1) - middle) / k)

    def gap_side(self, part: str) -> DesignMean:
        """One side of a dimension's pairs ("gd1:", "gd2:", "gq1:", "gq2:")."""
        members = self.layout.by_name[part].members
        question = self.layout.questions.by_part[members[0]]
        k = len(members) // 2
        low, _high, step = question.scale
        return self.mean(part, low + step * np.arange(k * (question.size - 1) + 1) / k)

    def gap_item_side(self, seen: Question, letter: str) -> DesignMean:
        low, _high, step = seen.scale
        return self.mean(f"{letter}:{seen.part}", low + step * np.arange(seen.size))

    # products

    def products(self, part: str) -> tuple[Floats, Floats, int, float] | None:
        """Mean, covariance, n and effective n of complete rows; None below two rows or where they are not kept."""
        kept = [code for code in self.segments if code in self.counts and self.layout.has(self.counts[code], part)]
        rows = [products_of(self.layout.by_name[part], self.layout.part(self.counts[code], part)) for code in kept]
        total = sum(n for n, *_ in rows)
        if total < 2:
            return None
        sizes = np.array([n for n, *_ in rows])
        parts = sizes if self.share_vector is None or self.shares is None else [self.shares[code] for code in kept]
        mean, covariance, effective = weighted_products(
            sizes, [sums for _, sums, _ in rows], [cross for *_, cross in rows], shares=np.asarray(parts, dtype=float)
        )
        return mean, covariance, total, effective

    def alpha(self, construct: Construct) -> AlphaResult | None:
        """Weighted alpha; its interval on the effective number of answers."""
        k = len(construct.members)
        if k < 2 or f"a:{construct.part}" not in self.layout.places:
            return None
        found = self.products(f"a:{construct.part}")
        if found is None:
            return None
        _mean, covariance, n, effective = found
        if (np.diag(covariance) <= 1e-12).any() or effective < 2:
            return AlphaResult(Estimate(None, None, None, n, self.level, "feldt"), k)
        alpha = alpha_of_covariance(covariance)
        low, high = feldt_interval(alpha, max(3, round(effective)), k, self.level)
        return AlphaResult(Estimate(alpha, low, high, n, self.level, "feldt"), k)


def designed(analysis: Analysis, design: Design) -> Analysis:
    """The figures of an analysis replaced by those of the design; the plain means stay beside weighted ones."""
    if design.is_plain:
        return replace(analysis, dimensions=tuple(with_bootstrap(one, design) for one in analysis.dimensions))
    items = tuple(designed_item(one, design) for one in analysis.items)
    dimensions = tuple(designed_dimension(one, design) for one in analysis.dimensions)
    gaps = None if analysis.gaps is None else designed_gaps(analysis.gaps, design)
    kano = tuple(designed_kano(row, design) for row in analysis.kano)
    return replace(analysis, items=items, dimensions=dimensions, gaps=gaps, kano=kano)


def construct_named(design: Design, one: DimensionResult) -> Construct | None:
    side = one.side or ""
    return next(
        (
            construct
            for construct in design.layout.questions.constructs
            if not construct.is_quality
            and construct.name == one.name
            and construct.members == one.items
            and construct.block.split(":", 1)[0] == side
        ),
        None,
    )


def with_bootstrap(one: DimensionResult, design: Design) -> DimensionResult:
    """The exact bootstrap of a dimension: resampling its answers is one multinomial draw of its histogram."""
    construct = construct_named(design, one)
    if construct is None or not one.n:
        return one
    question = design.layout.questions.by_key[construct.members[0]]
    k = len(construct.members)
    low, _high, step = question.scale
    counts = sum(design.strata(f"d:{construct.part}", k * (question.size - 1) + 1))
    tally = Tally(low, step / k, np.asarray(counts, dtype=np.int64))
    return replace(one, bootstrap=bootstrap_interval(tally, level=design.level, resamples=RESAMPLES))


def designed_item(item: ItemResult, design: Design) -> ItemResult:
    question = design.layout.questions.by_key[item.name]
    scale = scale_of(question.use)
    found = design.item(question)
    nps = item.nps
    if nps is not None:
        score = design.nps(question).estimate
        low = None if score.low is None else max(-100.0, score.low)
        high = None if score.high is None else min(100.0, score.high)
        score = Estimate(score.value, low, high, score.n, score.level, score.method)
        nps = NpsResult(nps.promoters, nps.passives, nps.detractors, score, score)
    return replace(
        item,
        mean=found.estimate,
        position=position_of(found.value, item.scale),
        top_share=design.item_share(question, item.top_levels).estimate,
        bottom_share=design.item_share(question, scale.bottom).estimate,
        nps=nps,
        plain=item.mean if design.is_weighted else None,
        deff=found.deff,
    )


def designed_dimension(one: DimensionResult, design: Design) -> DimensionResult:
    construct = construct_named(design, one)
    if construct is None:
        return one
    found = design.construct(construct)
    return replace(
        one,
        mean=found.estimate,
        position=position_of(found.value, one.scale),
        alpha=design.alpha(construct) or one.alpha if design.is_weighted else one.alpha,
        plain=one.mean if design.is_weighted else None,
        deff=found.deff,
    )


def designed_gaps(gaps: GapsResult, design: Design) -> GapsResult:
    questions = design.layout.questions
    by_key = questions.by_key
    differences, seen, expected = (gap_parts(design.layout, letter) for letter in ("gd", "gd1", "gd2"))
    items = tuple(
        designed_gap(
            row,
            design.gap_item(by_key[row.name]),
            design.gap_item_side(by_key[row.name], "g1"),
            design.gap_item_side(by_key[row.name], "g2"),
        )
        for row in gaps.items
    )
    dimensions = tuple(
        designed_gap(
            row,
            design.gap_sum(differences[row.name]),
            design.gap_side(seen[row.name]),
            design.gap_side(expected[row.name]),
        )
        for row in gaps.dimensions
    )
    return replace(gaps, items=items, dimensions=dimensions, overall=designed_overall(gaps, design))


def designed_gap(row: GapRow, gap: DesignMean, perceived: DesignMean, expected: DesignMean) -> GapRow:
    p = None
    if gap.se and gap.df and gap.value is not None:
        p = float(2 * special.stdtr(gap.df, -abs(gap.value) / gap.se))
    return replace(row, gap=gap.estimate, perceived=perceived.estimate, expected=expected.estimate, p=p)


def designed_overall(gaps: GapsResult, design: Design) -> Estimate:
    """Mean of the dimensions' gaps of people complete on all pairs; widened by the mean design effect of the items."""
    part = next(one for one in design.layout.parts if one.kind == "gap_joint")
    found = design.products(part.name)
    if found is None:
        return gaps.overall
    mean, covariance, n, effective = found
    sizes = np.array([len(names) for names in sizes_of(design)], dtype=np.float64)
    weights = gaps.scale[2] / sizes / len(sizes)
    value, variance = float(weights @ mean), float(weights @ covariance @ weights)
    deffs = [design.gap_sum(name).deff for name in gap_parts(design.layout).values()]
    known = [one for one in deffs if one is not None]
    deff = max(1.0, float(np.mean(known))) if known else n / effective
    df = max(1, design.cluster_count - 1) if design.clusters else max(1, n - 1)
    if variance <= 1e-15:
        return Estimate(value, None, None, n, design.level, "stratified")
    half = t_quantile(design.level, df) * float(np.sqrt(variance / n * deff))
    return Estimate(value, value - half, value + half, n, design.level, "cluster" if design.clusters else "stratified")


def sizes_of(design: Design) -> list[tuple[str, ...]]:
    return list(gap_dimensions(design.layout.questions).values())


def designed_kano(row: KanoRow, design: Design) -> KanoRow:
    """Weighted shares of the classes on the effective number of answers; the counts shown stay those of people."""
    functional = design.layout.questions.by_key[row.name]
    part = f"k:{functional.part}"
    strata = design.strata(part, 25)
    sizes = strata.sum(axis=1)
    if not sizes.sum():
        return row
    shares = design.share_vector
    if shares is None:
        strata, sizes, shares = strata.sum(axis=0, keepdims=True), np.array([sizes.sum()]), np.ones(1)
    present = (sizes > 0) & (shares > 0)
    if not present.any():
        return row
    weight = shares[present] / shares[present].sum()
    cells = (weight / sizes[present]) @ strata[present]
    effective = float(1 / (weight**2 / sizes[present]).sum())
    letters = dict.fromkeys("MOAIRQ", 0.0)
    for letter, share in zip("".join(TABLE), cells, strict=True):
        letters[letter] += float(share) * effective
    kano = kano_from_counts(letters, name=row.name, level=design.level)
    return replace(
        row,
        category=kano.category.value if kano.category else None,
        better=kano.better,
        worse=kano.worse,
        distinct=kano.fong.distinct,
    )
