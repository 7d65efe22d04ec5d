"""Where each count stands in the vector of a cell. Shorter levels are the beginning of longer ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from math import prod

import numpy as np
import numpy.typing as npt

from bihuan.instruments.definition import ItemType
from bihuan.surveys.tallying.keys import Level
from bihuan.surveys.tallying.questions import Construct, Question, Questions, mark

Ints = npt.NDArray[np.int64]
STATES = ("skipped", "na", "not_shown", "refused")
MOST_PREDICTORS = 22
ROWS = "rows"  # responses, and values that could not be read


@dataclass(frozen=True)
class Part:
    """Counts of one kind. ``members`` are the part names of the questions they are made from."""

    name: str
    kind: str
    shape: tuple[int, ...]
    level: Level
    members: tuple[str, ...] = ()

    @property
    def size(self) -> int:
        return prod(self.shape)


def upper(k: int) -> int:
    """Numbers in the upper triangle of a k x k table."""
    return k * (k + 1) // 2


def products(name: str, members: tuple[str, ...], level: Level = Level.FULL) -> Part:
    """n, sums and cross-products of rows that answered every member."""
    k = len(members)
    return Part(name, "products", (1 + k + upper(k),), level, members)


def item_part(question: Question) -> Part:
    return Part(f"i:{question.part}", "item", (question.size + len(STATES),), Level.CLUSTER, (question.part,))


def sum_part(construct: Construct, questions: Questions) -> Part:
    members = [questions.by_key[key] for key in construct.members]
    largest = len(members) * (members[0].size - 1)
    return Part(f"d:{construct.part}", "sum", (largest + 2,), Level.CLUSTER, tuple(one.part for one in members))


# How the counts of a question that is no rating begin, by its kind; the states follow. ``m`` is its number of choices.
OTHER_KINDS: dict[ItemType, tuple[str, str, Callable[[int], int]]] = {
    ItemType.CHOICE: ("c", "one_of", lambda m: m),
    ItemType.DROPDOWN: ("c", "one_of", lambda m: m),
    ItemType.MULTIPLE: ("m", "many", lambda m: m + 1),
    ItemType.SPLIT: ("s", "split", lambda m: 1 + 2 * m),
    ItemType.RANKING: ("r", "ranking", lambda m: m * m + 1),
    ItemType.NUMBER: ("n", "number", lambda _m: 2),
    ItemType.CONSENT: ("y", "consent", lambda _m: 2),
}
TEXT_KIND = ("t", "text", lambda _m: 1)


def other_part(question: Question) -> Part:
    """Counts of a question that is no rating."""
    letter, kind, own = OTHER_KINDS.get(question.item.type, TEXT_KIND)
    shape = (own(len(question.choices)) + len(STATES),)
    return Part(f"{letter}:{question.part}", kind, shape, Level.LIGHT, (question.part,))


def gap_parts(questions: Questions) -> Iterator[Part]:
    pairs = questions.gap_pairs
    if not pairs:
        return
    size = pairs[0][0].size
    both: tuple[str, ...]
    for seen, expected in pairs:
        both = (seen.part, expected.part)
        yield Part(f"g:{seen.part}", "gap", (2 * size,), Level.CLUSTER, both)
        yield Part(f"g1:{seen.part}", "gap_first", (size + 1,), Level.LIGHT, both)
        yield Part(f"g2:{seen.part}", "gap_second", (size + 1,), Level.LIGHT, both)
    dimensions = gap_dimensions(questions)
    partner = {seen.part: expected.part for seen, expected in pairs}
    for name, members in dimensions.items():
        k = len(members)
        both = (*members, *(partner[one] for one in members))
        tag = f"{name}#{mark(members)}"
        yield Part(f"gd:{tag}", "gap_sum", (2 * k * (size - 1) + 2,), Level.CLUSTER, both)
        yield Part(f"gd1:{tag}", "gap_sum_first", (k * (size - 1) + 2,), Level.LIGHT, both)
        yield Part(f"gd2:{tag}", "gap_sum_second", (k * (size - 1) + 2,), Level.LIGHT, both)
    firsts = tuple(seen.part for seen, _ in pairs)
    seconds = tuple(expected.part for _, expected in pairs)
    yield products(f"gm:{mark((firsts, seconds))}", (*firsts, *seconds))
    sizes = [len(members) for members in dimensions.values()]
    tag = mark(tuple(dimensions.items()))
    inside = tuple(one for members in dimensions.values() for one in members)
    both = (*inside, *(partner[one] for one in inside))
    yield Part(f"gj:{tag}", "gap_joint", (1 + len(sizes) + upper(len(sizes)),), Level.CLUSTER, both)


def gap_dimensions(questions: Questions, *, quality: bool = False) -> dict[str, tuple[str, ...]]:
    """Dimensions of the paired items (part names of the perceived side); all pairs together where there are none."""
    found: dict[str, list[str]] = {}
    for seen, _expected in questions.gap_pairs:
        name = seen.item.quality if quality else seen.item.dimension
        if name:
            found.setdefault(name, []).append(seen.part)
    if not found and not quality:
        found[""] = [seen.part for seen, _ in questions.gap_pairs]
    return {name: tuple(members) for name, members in found.items()}


def quality_gap_parts(questions: Questions) -> Iterator[Part]:
    """Technical, functional and image: experience against expectation (Grönroos 1984)."""
    partner = {seen.part: expected.part for seen, expected in questions.gap_pairs}
    size = questions.gap_pairs[0][0].size if partner else 0
    for name, members in gap_dimensions(questions, quality=True).items():
        k = len(members)
        both = (*members, *(partner[one] for one in members))
        tag = f"{name}#{mark(members)}"
        yield Part(f"gq:{tag}", "gap_sum", (2 * k * (size - 1) + 2,), Level.CLUSTER, both)
        yield Part(f"gq1:{tag}", "gap_sum_first", (k * (size - 1) + 2,), Level.LIGHT, both)
        yield Part(f"gq2:{tag}", "gap_sum_second", (k * (size - 1) + 2,), Level.LIGHT, both)


def predictors(questions: Questions) -> tuple[str, list[tuple[str, tuple[str, ...]]]]:
    """What explains a judgement of the whole: dimensions (part, item parts) where there are two, else the items."""
    served = {one.key for one in questions.service_items}
    last = questions.versions[-1].pk
    dimensions = [
        (one.name, tuple(questions.by_key[key].part for key in one.members))
        for one in questions.constructs
        if one.name and not one.is_quality and last in one.versions and set(one.members) <= served
    ]
    if len(dimensions) > 1:
        return "dimension", dimensions[:MOST_PREDICTORS]
    items = [one for one in questions.service_items if last in one.versions]
    return "item", [(one.key, (one.part,)) for one in items[:MOST_PREDICTORS]]


def theme_parts(questions: Questions) -> Iterator[Part]:
    """Themes of all free texts: mentions that are bad, neutral and good, then remarks by tone, then remarks."""
    texts = tuple(one.part for one in questions.questions if one.item.type is ItemType.TEXT)
    if texts:
        from servicequality.text import service_lexicon

        lexicon = service_lexicon()
        size = 3 * len(lexicon.themes) + 4
        yield Part(f"w:{lexicon.version}/{len(lexicon.themes)}", "themes", (size,), Level.LIGHT, texts)


def parts_of(questions: Questions) -> Iterator[Part]:
    yield Part(ROWS, "rows", (2,), Level.CLUSTER)
    for question in questions.questions:
        yield item_part(question) if question.is_scaled else other_part(question)
    for construct in questions.constructs:
        yield sum_part(construct, questions)
    yield from gap_parts(questions)
    yield from quality_gap_parts(questions)
    yield from theme_parts(questions)
    for functional, dysfunctional in questions.kano_pairs:
        yield Part(f"k:{functional.part}", "kano", (26,), Level.LIGHT, (functional.part, dysfunctional.part))
    for construct in questions.constructs:
        if len(construct.members) > 1 and not construct.is_quality:
            members = tuple(questions.by_key[key].part for key in construct.members)
            yield products(f"a:{construct.part}", members)
    _kind, explaining = predictors(questions)
    for target in questions.targets:
        if len(explaining) > 1:
            p = len(explaining)
            members = (*(part for _, parts in explaining for part in parts), target.part)
            name = f"v:{target.part}@{mark(tuple(explaining))}"
            yield Part(name, "drivers", (1 + p + 1 + upper(p + 1),), Level.FULL, members)
        for item in questions.service_items:
            shape = (item.size * target.size,)
            yield Part(f"x:{item.part}@{target.part}", "cross", shape, Level.FULL, (item.part, target.part))


@dataclass(frozen=True, eq=False)
class Layout:
    """The parts of a cell in their order: first what clusters keep, then what small groups keep, then the rest."""

    questions: Questions
    parts: tuple[Part, ...]

    @cached_property
    def places(self) -> dict[str, slice]:
        found, start = {}, 0
        for part in self.parts:
            found[part.name] = slice(start, start + part.size)
            start += part.size
        return found

    @cached_property
    def by_name(self) -> dict[str, Part]:
        return {part.name: part for part in self.parts}

    @cached_property
    def lengths(self) -> dict[Level, int]:
        """How many numbers a cell of each level holds."""
        return {level: sum(part.size for part in self.parts if part.level <= level) for level in Level}

    @cached_property
    def mark(self) -> str:
        """Changes with what the program counts and where it puts it: cells of another mark cannot be read."""
        return mark([(part.name, part.size, int(part.level)) for part in self.parts])

    def of_level(self, level: Level) -> list[Part]:
        return [part for part in self.parts if part.level <= level]

    def part(self, vector: Ints, name: str) -> Ints:
        """The counts of one part; zeros where the cell does not keep it."""
        place = self.places[name]
        if place.stop > len(vector):
            return np.zeros(place.stop - place.start, dtype=np.int64)
        return vector[place]

    def has(self, vector: Ints, name: str) -> bool:
        return name in self.places and self.places[name].stop <= len(vector)

    def moved(self, vector: Ints, level: Level, old: Layout) -> Ints:
        """A cell written under an earlier layout, in this one: what did not exist then counts nobody."""
        if old is self:
            return vector
        fresh = np.zeros(self.lengths[level], dtype=np.int64)
        for part in old.of_level(level):
            place = self.places.get(part.name)
            if place is None:
                continue
            counts = vector[old.places[part.name]]
            if part.kind in {"one_of", "many"}:
                name = part.members[0]
                before, after = (one.questions.by_part[name].choices for one in (old, self))
                counts = with_choices(counts, before, after)
            fresh[place] = counts
        return fresh


def with_choices(counts: Ints, before: tuple[str, ...], after: tuple[str, ...]) -> Ints:
    """Counts of a choice question whose choices have become more since; what follows the choices stays behind them."""
    rest = counts[len(before) :]
    found = np.zeros(len(after) + len(rest), dtype=np.int64)
    place = {code: number for number, code in enumerate(after)}
    for code, count in zip(before, counts, strict=False):
        found[place[code]] = count
    found[len(after) :] = rest
    return found


def layout_of(questions: Questions) -> Layout:
    parts = sorted(dict.fromkeys(parts_of(questions)), key=lambda part: part.level)
    return Layout(questions, tuple(parts))
