"""The figures of exactly the answers in an export, counted while they are written: what the scripts must arrive at.

They follow the results pages: the same scales, favourable levels and dimensions, weighted by segment, with the spread
between buses and interviewers where the file tells them. What a person took out of the figures does not count here
either.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from bihuan.surveys.analysis.counting import ALL_ITEMS, KANO_SIDES, WeightedSums, scale_of, weighted_sums
from bihuan.surveys.analysis.counting import blocks_of as blocks_of_mapping
from bihuan.surveys.analysis.evaluation import weighted_mean
from bihuan.surveys.exporting.source import Source
from bihuan.surveys.exporting.variables import HIGHEST, Variable
from bihuan.surveys.mapping import ColumnUse, Kind, Side
from bihuan.surveys.mapping import Mapping as Uses
from bihuan.surveys.tallying.questions import Version, questions_of
from servicequality.errors import DataError
from servicequality.kano import kano_counts
from servicequality.loyalty import net_promoter_score
from servicequality.reliability.consistency import alpha_of_covariance, feldt_interval
from servicequality.results import Estimate
from servicequality.scales import NPS_0_10, Scale
from servicequality.survey_design import DesignCounts, design_counts, design_mean, design_share, weighted_products
from servicequality.tallies import Tally

Floats = npt.NDArray[np.float64]
HEADING = ("measure", "name", "side", "n", "value", "low", "high")
PLAN = ("kind", "name", "side", "columns", "low", "high", "step", "turned", "top", "bottom", "versions")
NPS = (0, 10, 1)
TINY = 1e-12


@dataclass(frozen=True)
class Rated:
    """One rated column."""

    column: str
    use: ColumnUse
    scale: Scale
    is_far: bool

    @property
    def side(self) -> str:
        return self.use.side.value if self.use.side else ""

    @property
    def is_nps(self) -> bool:
        return self.use.kind is Kind.RECOMMEND and self.use.scale == NPS

    @property
    def is_kano(self) -> bool:
        return self.use.side in KANO_SIDES


@dataclass(frozen=True)
class Score:
    """Columns that are scored together; only answers to ``versions`` count (empty: all)."""

    name: str
    columns: tuple[str, ...]
    versions: tuple[int, ...] = ()


@dataclass(frozen=True)
class Pair:
    name: str
    first: str
    second: str


@dataclass(frozen=True)
class Plan:
    """What is worked out, from which columns."""

    rated: tuple[Rated, ...]
    scores: tuple[Score, ...]
    gaps: tuple[Pair, ...]
    kano: tuple[Pair, ...]

    def rows(self) -> Iterator[Sequence[Any]]:
        yield PLAN
        for one in self.rated:
            if not one.is_kano:
                yield self.row("nps" if one.is_nps else "item", one.column, (one.column,), one)
        for score in self.scores:
            first = self.of(score.columns[0])
            yield self.row("score", score.name, score.columns, first, score.versions)
        for kind, pairs in (("gap", self.gaps), ("kano", self.kano)):
            for pair in pairs:
                yield self.row(kind, pair.name, (pair.first, pair.second), self.of(pair.first))

    def row(
        self, kind: str, name: str, columns: Sequence[str], first: Rated, versions: Sequence[int] = ()
    ) -> Sequence[Any]:
        turned = [str(int(self.of(column).use.reverse)) for column in columns]
        scale = first.scale
        return (
            kind,
            name,
            first.side,
            ";".join(columns),
            scale.low,
            scale.high,
            scale.step,
            ";".join(turned),
            ";".join(map(str, scale.top)),
            ";".join(map(str, scale.bottom)),
            ";".join(map(str, versions)),
        )

    def of(self, column: str) -> Rated:
        return next(one for one in self.rated if one.column == column)


def rated_of(variable: Variable, use: ColumnUse) -> Rated:
    return Rated(variable.name, use, scale_of(use), bool(variable.far))


def scaled_columns(variables: Sequence[Variable]) -> list[Variable]:
    return [one for one in variables if one.role == "answer" and one.scale is not None]


def plan_of(source: Source, variables: Sequence[Variable]) -> Plan:
    return plan_of_file(source, variables) if source.uses else plan_of_form(source, variables)


def plan_of_form(source: Source, variables: Sequence[Variable]) -> Plan:
    """As the results of a campaign are worked out: questions joined over versions, constructs version by version."""
    if not source.versions:
        return Plan((), (), (), ())
    versions = sorted(
        (Version(pk, number, form) for pk, (number, form) in source.versions.items()), key=lambda one: one.number
    )
    questions = questions_of(versions)
    numbers = {one.pk: one.number for one in versions}
    columns = {(one.item, one.versions): one for one in scaled_columns(variables)}
    found: dict[str, Rated] = {}
    for question in questions.scaled:
        asked = tuple(sorted(numbers[pk] for pk in question.versions))
        found[question.key] = rated_of(columns[question.code, asked], question.use)
    every = len(versions)
    scores = tuple(
        Score(
            one.name,
            tuple(found[key].column for key in one.members),
            tuple(sorted(numbers[pk] for pk in one.versions)) if len(one.versions) < every else (),
        )
        for one in questions.constructs
        if not one.is_quality
    )

    def pairs(given: Any) -> tuple[Pair, ...]:
        return tuple(Pair(a.key, found[a.key].column, found[b.key].column) for a, b in given)

    return Plan(tuple(found.values()), scores, pairs(questions.gap_pairs), pairs(questions.kano_pairs))


def plan_of_file(source: Source, variables: Sequence[Variable]) -> Plan:
    """As the results of an imported file are worked out: by its mapping."""
    columns = {one.item: one for one in scaled_columns(variables)}
    found = {use.name: rated_of(columns[code], use) for code, use in source.uses.items() if code in columns}
    mapping = Uses(tuple(one.use for one in found.values()))
    scores: list[Score] = []
    for _side, kind, uses in blocks_of_mapping(mapping):
        groups: dict[str, list[str]] = {}
        for use in uses:
            if use.dimension:
                groups.setdefault(use.dimension, []).append(found[use.name].column)
        if kind == Kind.RATING.value and len(uses) > 1:
            groups[ALL_ITEMS] = [found[use.name].column for use in uses]
        scores += [Score(name, tuple(members)) for name, members in groups.items()]

    def pairs(first: Side, second: Side) -> tuple[Pair, ...]:
        given = mapping.pairs(first, second)
        return tuple(Pair(a.name, found[a.name].column, found[b.name].column) for a, b in given if a.scale == b.scale)

    return Plan(
        tuple(found.values()),
        tuple(scores),
        pairs(Side.PERCEPTION, Side.EXPECTATION),
        pairs(Side.FUNCTIONAL, Side.DYSFUNCTIONAL),
    )


@dataclass(frozen=True, eq=False)
class Batch:
    """Answers as columns: values by rated column (favourable end up), and what the design needs of each person."""

    values: Mapping[str, Floats]
    versions: Floats
    strata: npt.NDArray[np.int64]  # place of the segment among those with a weight; -1 for none
    clusters: Sequence[str]
    weights: Floats | None = None

    def rows(self, chosen: npt.NDArray[np.bool_]) -> Batch:
        return Batch(
            {name: column[chosen] for name, column in self.values.items()},
            self.versions[chosen],
            self.strata[chosen],
            [one for one, kept in zip(self.clusters, chosen, strict=True) if kept],
            None if self.weights is None else self.weights[chosen],
        )


class Counts:
    """One histogram by stratum, and by cluster and stratum; whole numbers that add up."""

    def __init__(self, low: float, step: float, levels: int, strata: int) -> None:
        self.low, self.step = low, step
        self.strata = np.zeros((strata, levels), dtype=np.int64)
        self.clusters: dict[str, npt.NDArray[np.int64]] = {}

    def add(self, values: Floats, batch: Batch) -> None:
        present = ~np.isnan(values)
        codes = np.rint((values[present] - self.low) / self.step).astype(np.int64)
        strata = batch.strata[present]
        inside = strata >= 0
        np.add.at(self.strata, (strata[inside], codes[inside]), 1)
        if any(batch.clusters):
            names = [name for name, kept in zip(batch.clusters, present, strict=True) if kept]
            for name, stratum, code in zip(names, strata.tolist(), codes.tolist(), strict=True):
                if name and stratum >= 0:
                    table = self.clusters.get(name)
                    if table is None:
                        table = self.clusters[name] = np.zeros_like(self.strata)
                    table[stratum, code] += 1

    def counts(self, shares: Floats | None, *, is_clustered: bool) -> DesignCounts:
        grouped = np.array(list(self.clusters.values()), dtype=np.int64).reshape(-1, *self.strata.shape)
        if is_clustered and not len(grouped):
            grouped = np.zeros((1, *self.strata.shape), dtype=np.int64)
        return design_counts(self.strata, shares=shares, clusters=grouped)

    @property
    def scores(self) -> Floats:
        found: Floats = self.low + self.step * np.arange(self.strata.shape[1], dtype=np.float64)
        return found

    @property
    def n(self) -> int:
        return int(self.strata.sum())


class Products:
    """n, sums and cross-products of complete rows by stratum: what alpha needs."""

    def __init__(self, k: int, strata: int) -> None:
        self.n = np.zeros(strata)
        self.sums = np.zeros((strata, k))
        self.cross = np.zeros((strata, k, k))

    def add(self, table: Floats, batch: Batch) -> None:
        whole = ~np.isnan(table).any(axis=1) & (batch.strata >= 0)
        for stratum in np.unique(batch.strata[whole]):
            rows = table[whole & (batch.strata == stratum)]
            self.n[stratum] += len(rows)
            self.sums[stratum] += rows.sum(axis=0)
            self.cross[stratum] += rows.T @ rows


class Figures:
    """Counts block by block; `rows` gives the figures. Needs the same memory for any number of answers."""

    def __init__(self, source: Source, variables: Sequence[Variable], *, level: float = 0.95) -> None:
        self.variables, self.level = list(variables), level
        self.plan = plan_of(source, self.variables)
        self.place = {one.name: place for place, one in enumerate(self.variables)}
        self.weight = next((one.name for one in self.variables if one.item and one.item == source.weight), "")
        self.shares = source.shares
        self.strata = max(1, len(self.shares))
        self.is_clustered = False
        self.cluster = "cluster" if "cluster" in self.place else ""
        self.histograms: dict[tuple[str, str], Counts] = {}
        self.products: dict[Score, Products] = {}
        self.sums: dict[tuple[str, str], WeightedSums] = {}
        self.kano: dict[str, dict[str, int]] = {}

    def add(self, rows: Sequence[Sequence[Any]]) -> None:
        """Count one block of rows as they stand in the files."""
        excluded = self.place.get("excluded")
        kept = [row for row in rows if not row[excluded]] if excluded is not None else rows
        if not kept:
            return
        strata = np.zeros(len(kept), dtype=np.int64)
        if self.shares:
            numbers = {number: place for place, number in enumerate(self.shares)}
            at = self.place["segment"]
            strata = np.array([numbers.get(row[at], -1) for row in kept], dtype=np.int64)
        clusters = [row[self.place[self.cluster]] for row in kept] if self.cluster else [""] * len(kept)
        weights = np.maximum(self.numbers(self.weight, kept), 0.0) if self.weight else None
        values = {one.column: self.answers(one, kept) for one in self.plan.rated}
        self.count(Batch(values, self.numbers("form_version", kept), strata, clusters, weights))

    def count(self, batch: Batch) -> None:
        """Count answers given as columns."""
        self.is_clustered = self.is_clustered or any(batch.clusters)
        for one in self.plan.rated:
            low, high, step = one.scale.low, one.scale.high, one.scale.step
            self.histogram("item", one.column, low, step, (high - low) // step + 1).add(batch.values[one.column], batch)
            self.weigh("item", one.column, batch.values[one.column], batch)
        for score in self.plan.scores:
            chosen = np.isin(batch.versions, score.versions) if score.versions else None
            self.add_score(score, batch if chosen is None else batch.rows(chosen))
        for pair in self.plan.gaps:
            scale = self.plan.of(pair.first).scale
            width = scale.high - scale.low
            counts = self.histogram("gap", pair.name, -width, scale.step, 2 * width // scale.step + 1)
            counts.add(batch.values[pair.first] - batch.values[pair.second], batch)
        for pair in self.plan.kano:
            self.add_kano(pair, batch.values)

    def numbers(self, name: str, rows: Sequence[Sequence[Any]]) -> Floats:
        place = self.place[name]
        return np.array([row[place] for row in rows], dtype=np.float64)

    def answers(self, one: Rated, rows: Sequence[Sequence[Any]]) -> Floats:
        """Answers with the favourable end up, NaN where there is none."""
        found = self.numbers(one.column, rows)
        low, high = one.scale.low, one.scale.high
        found[(found < low) | (found > high) if one.is_far else found <= HIGHEST] = np.nan
        return low + high - found if one.use.reverse else found

    def histogram(self, kind: str, name: str, low: float, step: float, levels: int) -> Counts:
        found = self.histograms.get((kind, name))
        if found is None:
            found = self.histograms[kind, name] = Counts(low, step, levels, self.strata)
        return found

    def weigh(self, kind: str, name: str, values: Floats, batch: Batch) -> None:
        """Weights that an imported file brought with it."""
        if batch.weights is None:
            return
        more, known = weighted_sums(values, batch.weights), self.sums.get((kind, name))
        if known is not None:
            parts = ("n", "w", "wy", "w2", "w2y", "w2yy")
            more = WeightedSums(*(getattr(known, part) + getattr(more, part) for part in parts))
        self.sums[kind, name] = more

    def add_score(self, score: Score, batch: Batch) -> None:
        table = np.column_stack([batch.values[column] for column in score.columns])
        scale, k = self.plan.of(score.columns[0]).scale, len(score.columns)
        sums = table.sum(axis=1)  # NaN where an item is missing
        levels = k * (scale.size - 1) + 1
        self.histogram("score", self.key(score), scale.low, scale.step / k, levels).add(sums / k, batch)
        self.weigh("score", self.key(score), sums / k, batch)
        if k > 1:
            if score not in self.products:
                self.products[score] = Products(k, self.strata)
            self.products[score].add(table, batch)

    @staticmethod
    def key(score: Score) -> str:
        return "|".join((score.name, *score.columns, *map(str, score.versions)))

    def add_kano(self, pair: Pair, values: Mapping[str, Floats]) -> None:
        first, second = values[pair.first], values[pair.second]
        both = ~(np.isnan(first) | np.isnan(second))
        known = self.kano.setdefault(pair.name, {})
        for letter, count in kano_counts(first[both], second[both]).items():
            known[letter] = known.get(letter, 0) + int(count)

    # what comes of it

    @property
    def share_vector(self) -> Floats | None:
        return np.array(list(self.shares.values())) if self.shares else None

    def plan_rows(self) -> Iterator[Sequence[Any]]:
        """The plan as a table that a script reads: with the segments' shares, the clusters, a file's own weights."""
        blank = [""] * (len(PLAN) - 4)
        yield from self.plan.rows()
        for number, share in self.shares.items():
            yield ("segment", number, "", share, *blank)
        if self.cluster:
            yield ("cluster", self.cluster, "", self.cluster, *blank)
        if self.weight:
            yield ("weight", self.weight, "", self.weight, *blank)

    def mean_of(self, counts: Counts, scores: Floats | None = None) -> Estimate:
        found = counts.counts(self.share_vector, is_clustered=self.is_clustered)
        return design_mean(found, counts.scores if scores is None else scores, level=self.level).estimate

    def share_of(self, counts: Counts, levels: Sequence[int]) -> Estimate:
        hits = [round((level - counts.low) / counts.step) for level in levels]
        found = counts.counts(self.share_vector, is_clustered=self.is_clustered)
        return design_share(found, hits, level=self.level).estimate

    def nps_of(self, counts: Counts) -> Estimate:
        """Adjusted Wald where everybody counts alike and alone, else by the design."""
        if not self.shares and not self.is_clustered:
            tally = Tally(counts.low, counts.step, counts.strata.sum(axis=0))
            return net_promoter_score(tally, level=self.level).points
        scores = np.zeros(counts.strata.shape[1])
        scores[list(NPS_0_10.bottom)], scores[list(NPS_0_10.top)] = -100.0, 100.0
        found = self.mean_of(counts, scores)
        low = None if found.low is None else max(-100.0, found.low)
        high = None if found.high is None else min(100.0, found.high)
        return Estimate(found.value, low, high, found.n, found.level, found.method)

    def alpha_of(self, products: Products) -> Estimate:
        """Cronbach's alpha with Feldt's interval, weighted on the effective number of answers."""
        n, k = int(products.n.sum()), products.sums.shape[1]
        nothing = Estimate(None, None, None, n, self.level, "feldt")
        if n < 2:
            return nothing
        shares = products.n if self.share_vector is None else self.share_vector
        try:
            _mean, covariance, effective = weighted_products(products.n, products.sums, products.cross, shares=shares)
        except DataError:
            return nothing
        if (np.diag(covariance) <= TINY).any() or covariance.sum() <= TINY or effective < 2:
            return nothing
        alpha = alpha_of_covariance(covariance)
        size = max(3, round(effective)) if self.shares else n
        low, high = feldt_interval(alpha, size, k, self.level)
        return Estimate(alpha, low, high, n, self.level, "feldt")

    def rows(self) -> Iterator[Sequence[Any]]:
        yield HEADING
        for one in self.plan.rated:
            counts = self.histograms.get(("item", one.column))
            if one.is_kano or counts is None:
                continue
            yield figure("mean", one.column, one.side, self.mean_of(counts))
            yield figure("top_share", one.column, one.side, self.share_of(counts, one.scale.top))
            yield figure("bottom_share", one.column, one.side, self.share_of(counts, one.scale.bottom))
            if one.is_nps:
                yield figure("nps", one.column, one.side, self.nps_of(counts))
            yield from self.weighted_rows("item", one.column, one.column, one.side)
        for score in self.plan.scores:
            yield from self.score_rows(score)
        for pair in self.plan.gaps:
            counts = self.histograms.get(("gap", pair.name))
            if counts is not None:
                yield figure("gap", pair.name, "", self.mean_of(counts))
        for pair in self.plan.kano:
            letters = self.kano.get(pair.name, {})
            for letter in "MOAIRQ":
                yield ("kano", f"{pair.name}:{letter}", "", sum(letters.values()), letters.get(letter, 0), None, None)

    def score_rows(self, score: Score) -> Iterator[Sequence[Any]]:
        counts, side = self.histograms.get(("score", self.key(score))), self.plan.of(score.columns[0]).side
        if counts is None:
            return
        yield figure("score", score.name, side, self.mean_of(counts))
        if score in self.products:
            yield figure("alpha", score.name, side, self.alpha_of(self.products[score]))
        yield from self.weighted_rows("score", self.key(score), score.name, side)

    def weighted_rows(self, kind: str, key: str, name: str, side: str) -> Iterator[Sequence[Any]]:
        found = weighted_mean(self.sums.get((kind, key)), self.level)
        if found is not None:
            yield figure(f"weighted_{'mean' if kind == 'item' else 'score'}", name, side, found)


def figure(measure: str, name: str, side: str, estimate: Estimate) -> Sequence[Any]:
    return (measure, name, side, estimate.n, estimate.value, estimate.low, estimate.high)
