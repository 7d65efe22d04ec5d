"""One pass over a file under a mapping: whole-number tallies that can be stored and evaluated again."""

from __future__ import annotations

from collections.abc import Mapping as MappingOf
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from bihuan.foundation.reading import Table
from bihuan.foundation.reading.table import Floats
from bihuan.surveys.analysis.results import FileFacts
from bihuan.surveys.mapping import Answers, ColumnUse, Kind, Mapping, Role, Side, check, encode, weights_of
from bihuan.surveys.mapping.encoding import is_among
from servicequality.gaps import GapTally, tally_gaps
from servicequality.kano import kano_counts
from servicequality.results import plain
from servicequality.scales import Scale
from servicequality.tallies import Moments, SurveyTally, Tally, count_moments, tally_survey

ALL_ITEMS = ""  # the dimension of all items of a block
MOST_GROUPS = 200
KANO_SIDES = (Side.FUNCTIONAL, Side.DYSFUNCTIONAL)


def scale_of(use: ColumnUse) -> Scale:
    """The scale of an item with its favourable levels at the upper end (answers are turned round before)."""
    assert use.scale is not None
    low, high, step = use.scale
    levels = tuple(range(low, high + 1, step))
    top = use.top or 1
    if (low, high, step) == (0, 10, 1) and use.kind is Kind.RECOMMEND:
        return Scale("nps", 0, 10, top=(9, 10), bottom=tuple(range(7)))
    return Scale(
        f"{low}-{high}", low, high, step, top=levels[-top:], bottom=levels[: min(top, max(1, len(levels) - top))]
    )


@dataclass(frozen=True)
class WeightedSums:
    """Sums of w, w², and their products with y and y²; enough for a weighted mean with its interval."""

    n: int
    w: float
    wy: float
    w2: float
    w2y: float
    w2yy: float


def weighted_sums(values: Floats, weights: Floats) -> WeightedSums:
    present = ~np.isnan(values) & (weights > 0)
    y, w = values[present], weights[present]
    square = w * w
    return WeightedSums(
        len(y), float(w.sum()), float(w @ y), float(square.sum()), float(square @ y), float(square @ (y * y))
    )


@dataclass(frozen=True, eq=False)
class Block:
    """Items of one side on one scale: counted for everybody, and again by each group column."""

    side: str | None
    kind: str
    survey: SurveyTally
    alphas: MappingOf[str, Moments]
    by_group: MappingOf[str, SurveyTally]


@dataclass(frozen=True, eq=False)
class Counts:
    """All that the analysis needs of a file; ``to_dict``/``from_dict`` go to plain JSON and back."""

    file: FileFacts
    mapping: Mapping
    tallies: MappingOf[str, Tally]
    not_applicable: MappingOf[str, int]
    blocks: tuple[Block, ...]
    gaps: GapTally | None
    kano: MappingOf[str, MappingOf[str, int]]
    weighted: MappingOf[str, WeightedSums]
    without_group: MappingOf[str, int]
    crowded: MappingOf[str, int]

    def to_dict(self) -> dict[str, Any]:
        return {
            "file": self.file.to_dict(),
            "mapping": self.mapping.to_dict(),
            "tallies": plain(self.tallies),
            "not_applicable": dict(self.not_applicable),
            "blocks": [plain(block) for block in self.blocks],
            "gaps": self.gaps.to_dict() if self.gaps else None,
            "kano": plain(self.kano),
            "weighted": plain(self.weighted),
            "without_group": dict(self.without_group),
            "crowded": dict(self.crowded),
        }

    @classmethod
    def from_dict(cls, kept: MappingOf[str, Any]) -> Counts:
        return cls(
            file=FileFacts(**kept["file"]),
            mapping=Mapping.from_dict(kept["mapping"]),
            tallies={name: Tally.from_dict(one) for name, one in kept["tallies"].items()},
            not_applicable=kept["not_applicable"],
            blocks=tuple(
                Block(
                    one["side"],
                    one["kind"],
                    SurveyTally.from_dict(one["survey"]),
                    {name: Moments.from_dict(moments) for name, moments in one["alphas"].items()},
                    {name: SurveyTally.from_dict(tally) for name, tally in one["by_group"].items()},
                )
                for one in kept["blocks"]
            ),
            gaps=GapTally.from_dict(kept["gaps"]) if kept["gaps"] else None,
            kano=kept["kano"],
            weighted={name: WeightedSums(**one) for name, one in kept["weighted"].items()},
            without_group=kept["without_group"],
            crowded=kept["crowded"],
        )


@dataclass(frozen=True, eq=False)
class Grouping:
    """The group of each respondent; rows without one are left out."""

    labels: npt.NDArray[np.object_]
    rows: npt.NDArray[np.bool_]


def grouping_of(table: Table, use: ColumnUse) -> Grouping:
    column = table.column(use.name)
    names: list[str | None] = []
    for text, number in zip(column.levels, column.level_numbers, strict=True):
        skipped = is_among(text, number, use.na)
        names.append(None if skipped else column.value_labels.get(text, text))
    labels = np.array([*names, None], dtype=object)[column.codes]
    return Grouping(labels, np.array([label is not None for label in labels], dtype=bool))


def blocks_of(mapping: Mapping) -> list[tuple[str | None, str, list[ColumnUse]]]:
    """Items that are counted together: same side, same kind, same scale."""
    found: dict[tuple[str | None, str, object], list[ColumnUse]] = {}
    for use in mapping.items:
        if use.side not in KANO_SIDES:
            kind = Kind.RATING if use.side else use.kind
            found.setdefault((use.side.value if use.side else None, kind.value, use.scale), []).append(use)
    return [(side, kind, uses) for (side, kind, _scale), uses in found.items()]


def dimensions_of(uses: list[ColumnUse]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for use in uses:
        if use.dimension:
            found.setdefault(use.dimension, []).append(use.name)
    return found


def count(table: Table, mapping: Mapping) -> Counts:
    """Count a table; raises ``DataFileError`` before anything is counted when the mapping does not fit."""
    check(table, mapping)
    answers = {use.name: encode(table, use) for use in mapping.items}
    weight = next(iter(mapping.of_role(Role.WEIGHT)), None)
    weights = weights_of(table, weight) if weight else None
    groupings: dict[str, Grouping] = {}
    crowded: dict[str, int] = {}
    for use in mapping.of_role(Role.GROUP):
        grouping = grouping_of(table, use)
        size = len({label for label in grouping.labels if label is not None})
        if size > MOST_GROUPS:
            crowded[use.name] = size
        elif size > 1:
            groupings[use.name] = grouping
    weighted: dict[str, WeightedSums] = {}
    blocks = []
    for side, kind, uses in blocks_of(mapping):
        blocks.append(block_of(side, kind, uses, answers, groupings))
        if weights is not None:
            weighted |= weighted_of(side, uses, answers, weights)
    return Counts(
        file=FileFacts(table.name, table.kind, table.sha256, table.n_rows, table.encoding, table.sheet),
        mapping=mapping,
        tallies={use.name: Tally.of(answers[use.name].values, scale_of(use)) for use in mapping.items},
        not_applicable={use.name: answers[use.name].not_applicable for use in mapping.items},
        blocks=tuple(blocks),
        gaps=gaps_of(mapping, answers),
        kano=kano_of(mapping, answers),
        weighted=weighted,
        without_group={name: int((~grouping.rows).sum()) for name, grouping in groupings.items()},
        crowded=crowded,
    )


def matrix_of(uses: list[ColumnUse], answers: MappingOf[str, Answers]) -> Floats:
    return np.column_stack([answers[use.name].values for use in uses])


def block_of(
    side: str | None,
    kind: str,
    uses: list[ColumnUse],
    answers: MappingOf[str, Answers],
    groupings: MappingOf[str, Grouping],
) -> Block:
    names = [use.name for use in uses]
    scale = scale_of(uses[0])
    values = matrix_of(uses, answers)
    dimensions = dimensions_of(uses)
    if kind == Kind.RATING.value and len(names) > 1:
        dimensions[ALL_ITEMS] = names

    def tallied(rows: Any, labels: Any) -> SurveyTally:
        return tally_survey(values[rows], scale=scale, items=names, dimensions=dimensions, groups=labels)

    place = {name: number for number, name in enumerate(names)}
    return Block(
        side,
        kind,
        tallied(slice(None), None),
        {
            dimension: count_moments(values[:, [place[name] for name in members]], scale=scale, items=members)
            for dimension, members in dimensions.items()
            if len(members) > 1
        },
        {
            name: tallied(grouping.rows, grouping.labels[grouping.rows].astype(str))
            for name, grouping in groupings.items()
        },
    )


def weighted_of(
    side: str | None, uses: list[ColumnUse], answers: MappingOf[str, Answers], weights: Floats
) -> dict[str, WeightedSums]:
    """Weighted sums of items (by column) and dimensions (by side and name)."""
    found = {use.name: weighted_sums(answers[use.name].values, weights) for use in uses}
    for dimension, members in dimensions_of(uses).items():
        scores = np.mean([answers[name].values for name in members], axis=0)
        found[dimension_key(side, dimension)] = weighted_sums(scores, weights)
    return found


def dimension_key(side: str | None, dimension: str) -> str:
    return f"{side or ''}/{dimension}"


def gaps_of(mapping: Mapping, answers: MappingOf[str, Answers]) -> GapTally | None:
    """Perceived minus expected of every complete pair on the commonest scale."""
    pairs = mapping.pairs(Side.PERCEPTION, Side.EXPECTATION)
    if not pairs:
        return None
    scales = [use.scale for use, _ in pairs]
    usual = max(scales, key=scales.count)
    kept = [(seen, expected) for seen, expected in pairs if seen.scale == usual]
    seen = [one for one, _ in kept]
    return tally_gaps(
        matrix_of(seen, answers),
        matrix_of([other for _, other in kept], answers),
        scale=scale_of(seen[0]),
        items=[use.name for use in seen],
        dimensions=dimensions_of(seen) or {ALL_ITEMS: [use.name for use in seen]},
    )


def kano_of(mapping: Mapping, answers: MappingOf[str, Answers]) -> dict[str, dict[str, int]]:
    """Class counts of every feature, by its functional column; "missing" beside them."""
    found = {}
    for with_it, without_it in mapping.pairs(*KANO_SIDES):
        functional, dysfunctional = answers[with_it.name].values, answers[without_it.name].values
        both = ~(np.isnan(functional) | np.isnan(dysfunctional))
        counts = kano_counts(functional[both], dysfunctional[both])
        found[with_it.name] = {**{letter: int(n) for letter, n in counts.items()}, "missing": int((~both).sum())}
    return found
