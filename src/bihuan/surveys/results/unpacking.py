"""Counts of a cell as the analysis of files knows them."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from bihuan.surveys.analysis.counting import Block, Counts, scale_of
from bihuan.surveys.analysis.results import FileFacts
from bihuan.surveys.tallying import Construct, Layout, Part, Question
from bihuan.surveys.tallying.layout import STATES, gap_dimensions
from servicequality.gaps import GapTally, gap_scale
from servicequality.kano import TABLE
from servicequality.scales import Scale
from servicequality.tallies import Moments, SurveyTally, Tally

Ints = npt.NDArray[np.int64]
MISSING = tuple(place for place, state in enumerate(STATES) if state != "not_shown")


def added(vectors: Iterable[Ints]) -> Ints:
    """Everybody's counts from those by segment."""
    found = list(vectors)
    length = min(len(one) for one in found)
    total: Ints = np.sum([one[:length] for one in found], axis=0)
    return total


def levels_and_missing(layout: Layout, vector: Ints, question: Question) -> tuple[Ints, int, int]:
    """Answers per level, how many were put the question and gave none, how many of these found it not applicable."""
    counts = layout.part(vector, f"i:{question.part}")
    states = counts[question.size :]
    return counts[: question.size], int(states[list(MISSING)].sum()), int(states[STATES.index("na")])


def square(k: int, flat: Ints) -> npt.NDArray[np.float64]:
    """A symmetric table from its upper triangle."""
    table = np.zeros((k, k))
    first, second = np.triu_indices(k)
    table[first, second] = flat
    table[second, first] = flat
    return table


def products_of(part: Part, counts: Ints) -> tuple[int, npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """n, sums (k,) and cross-products (k, k)."""
    k = int((np.sqrt(8 * part.size + 1) - 3) / 2)
    return int(counts[0]), counts[1 : 1 + k].astype(np.float64), square(k, counts[1 + k :])


def moments_of(names: tuple[str, ...], low: int, step: int, part: Part, counts: Ints) -> Moments:
    n, sums, cross = products_of(part, counts)
    k = len(names)
    sums, cross = sums * step, cross * step * step
    return Moments(
        names,
        np.full(k, float(low)),
        n,
        sums,
        cross,
        np.full((k, k), float(n)),
        np.broadcast_to(sums[:, None], (k, k)).copy(),
        cross,
    )


def survey_tally(
    scale: Scale, items: tuple[str, ...], item_counts: Ints, dimensions: dict[str, tuple[str, ...]], sums: list[Ints]
) -> SurveyTally:
    d = len(dimensions)
    return SurveyTally(
        scale,
        items,
        dimensions,
        ("",),
        item_counts[None],
        tuple(one[None] for one in sums),
        np.zeros(1, dtype=np.int64),
        np.zeros((1, d), dtype=np.int64),
        np.zeros((1, d, d), dtype=np.int64),
        Moments.empty(items, np.full(len(items), float(scale.low))),
    )


def constructs_in(layout: Layout, block: str) -> list[Construct]:
    return [one for one in layout.questions.constructs if one.block == block and not one.is_quality]


def block_of(layout: Layout, vector: Ints, name: str, members: tuple[Question, ...]) -> Block:
    scale = scale_of(members[0].use)
    rows = []
    for one in members:
        levels, missing, _ = levels_and_missing(layout, vector, one)
        rows.append(np.append(levels, missing))
    constructs = constructs_in(layout, name)
    alphas = {}
    for construct in constructs:
        part = layout.by_name.get(f"a:{construct.part}")
        if part is not None and layout.has(vector, part.name):
            counts = layout.part(vector, part.name)
            alphas[construct.name] = moments_of(construct.members, scale.low, scale.step, part, counts)
    sums = [layout.part(vector, f"d:{one.part}") for one in constructs]
    survey = survey_tally(
        scale,
        tuple(one.key for one in members),
        np.array(rows, dtype=np.int64),
        {one.name: one.members for one in constructs},
        sums,
    )
    first = members[0]
    return Block(first.side.value if first.side else None, first.use.kind.value, survey, alphas, {})


def gap_parts(layout: Layout, letter: str = "gd") -> dict[str, str]:
    """Part names of the gaps by dimension."""
    found = {}
    for part in layout.parts:
        head, _, rest = part.name.partition(":")
        if head == letter:
            found[rest.rpartition("#")[0]] = part.name
    return found


def gaps_of(layout: Layout, vector: Ints) -> GapTally | None:
    """Perceived minus expected, from the counts of pairs that were both answered."""
    pairs = layout.questions.gap_pairs
    if not pairs:
        return None
    scale = scale_of(pairs[0][0].use)
    wide = gap_scale(scale)
    names = tuple(seen.key for seen, _ in pairs)
    by_part = layout.questions.by_part
    dimensions = {
        name: tuple(by_part[one].key for one in members) for name, members in gap_dimensions(layout.questions).items()
    }

    def side(kind: str, of: Scale) -> SurveyTally:
        items = np.array([layout.part(vector, f"g{kind}:{seen.part}") for seen, _ in pairs], dtype=np.int64)
        sums = [layout.part(vector, name) for name in gap_parts(layout, f"gd{kind}").values()]
        return survey_tally(of, names, items, dimensions, sums)

    gap = side("", wide)
    joint_part = next(part for part in layout.parts if part.kind == "gap_joint")
    n, sums, cross = products_of(joint_part, layout.part(vector, joint_part.name))
    gap = SurveyTally(
        wide,
        names,
        dimensions,
        ("",),
        gap.item_counts,
        gap.sum_counts,
        np.array([n]),
        # measured from the lowest level of each dimension's sum, as a survey tally does
        np.array([shifted_sums(n, sums, dimensions, scale.size)]),
        np.array([shifted_cross(n, sums, cross, dimensions, scale.size)]),
        gap.moments,
    )
    both = (*(f"{name}|first" for name in names), *(f"{name}|second" for name in names))
    part = next(one for one in layout.parts if one.name.startswith("gm:"))
    joint = moments_of(both, scale.low, scale.step, part, layout.part(vector, part.name))
    return GapTally(side("1", scale), side("2", scale), gap, joint)


def shifts(dimensions: dict[str, tuple[str, ...]], size: int) -> npt.NDArray[np.float64]:
    """What must be added to a sum of differences so that the lowest possible one is 0."""
    return np.array([len(members) * (size - 1) for members in dimensions.values()], dtype=np.float64)


def shifted_sums(
    n: int, sums: npt.NDArray[np.float64], dimensions: dict[str, tuple[str, ...]], size: int
) -> npt.NDArray[np.int64]:
    return (sums + n * shifts(dimensions, size)).astype(np.int64)


def shifted_cross(
    n: int,
    sums: npt.NDArray[np.float64],
    cross: npt.NDArray[np.float64],
    dimensions: dict[str, tuple[str, ...]],
    size: int,
) -> npt.NDArray[np.int64]:
    shift = shifts(dimensions, size)
    moved = cross + np.outer(sums, shift) + np.outer(shift, sums) + n * np.outer(shift, shift)
    return np.rint(moved).astype(np.int64)


def kano_of(layout: Layout, vector: Ints) -> dict[str, dict[str, int]]:
    """Class counts of every feature by its functional question."""
    found = {}
    letters = "".join(TABLE)
    for functional, _dysfunctional in layout.questions.kano_pairs:
        counts = layout.part(vector, f"k:{functional.part}")
        mine = dict.fromkeys("MOAIRQ", 0)
        for letter, count in zip(letters, counts[:25], strict=True):
            mine[letter] += int(count)
        found[functional.key] = {**mine, "missing": int(counts[25])}
    return found


def counts_of(layout: Layout, vector: Ints, *, title: str) -> Counts:
    """Everything the analysis needs of one group of answers."""
    questions = layout.questions
    tallies, na = {}, {}
    for one in questions.scaled:
        levels, missing, not_applicable = levels_and_missing(layout, vector, one)
        tallies[one.key] = Tally.of_counts(levels, scale_of(one.use), missing=missing)
        na[one.key] = not_applicable
    return Counts(
        file=FileFacts(title, "campaign", "", int(vector[0])),
        mapping=questions.mapping,
        tallies=tallies,
        not_applicable=na,
        blocks=tuple(block_of(layout, vector, name, members) for name, members in questions.blocks.items()),
        gaps=gaps_of(layout, vector),
        kano=kano_of(layout, vector),
        weighted={},
        without_group={},
        crowded={},
    )
