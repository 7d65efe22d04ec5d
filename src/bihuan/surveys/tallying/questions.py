"""What a survey asks, over all versions of its form: joined item by item, kept apart where the measure changed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from bihuan.instruments.definition import ONE_OF, SCALED, Definition, Item, ItemType
from bihuan.surveys.mapping import ColumnUse, Kind, Mapping, Role, Side
from bihuan.surveys.mapping.plan import default_top

KINDS = {ItemType.RATING: Kind.RATING, ItemType.NPS: Kind.RECOMMEND}  # CSAT and CES judge the whole
CES_TOP = 3  # 5 to 7 of "made it easy" (Dixon 2010)
QUALITIES = ("technical", "functional", "image")
GOOD_SIDES = (None, Side.PERCEPTION, Side.PERFORMANCE)
NPS_SCALE = (0, 10, 1)


@dataclass(frozen=True)
class Version:
    """One frozen version of the form with the number people know it by."""

    pk: int
    number: int
    definition: Definition


def measure_of(item: Item) -> tuple[object, ...]:
    """What must be equal for two versions of an item to be one measure; wording and order may change."""
    kind = ItemType.CHOICE if item.type in ONE_OF else item.type
    parts = tuple(sorted(item.codes)) if item.type in {ItemType.SPLIT, ItemType.RANKING} else ()
    return (kind.value, item.scale, item.is_reversed, item.side, item.pair, parts)


def mark(content: object) -> str:
    """A short name that stays the same for the same content."""
    return hashlib.sha256(repr(content).encode()).hexdigest()[:10]


@dataclass(frozen=True)
class Question:
    """One item as it is counted. ``key`` names it to readers, ``part`` names its counts for ever."""

    key: str
    part: str
    item: Item
    versions: tuple[int, ...]
    choices: tuple[str, ...] = ()

    @property
    def code(self) -> str:
        return self.item.code

    @property
    def is_scaled(self) -> bool:
        return self.item.type in SCALED

    @property
    def scale(self) -> tuple[int, int, int]:
        assert self.item.scale is not None
        return self.item.scale

    @property
    def size(self) -> int:
        """Levels of the scale."""
        low, high, step = self.scale
        return (high - low) // step + 1

    @property
    def side(self) -> Side | None:
        return Side(self.item.side) if self.item.side else None

    @property
    def kind(self) -> Kind:
        if self.side is not None:
            return Kind.RATING
        return KINDS.get(self.item.type, Kind.OVERALL)

    @property
    def use(self) -> ColumnUse:
        """The question as the analysis of files knows a column."""
        item = self.item
        usual = CES_TOP if item.type is ItemType.CES and self.scale == (1, 7, 1) else default_top(self.scale)
        return ColumnUse(
            name=self.key,
            role=Role.ITEM,
            label=item.label,
            kind=Kind.OVERALL if self.kind is Kind.RECOMMEND and self.scale != NPS_SCALE else self.kind,
            scale=self.scale,
            reverse=item.is_reversed,
            top=item.top or usual,
            dimension=item.dimension,
            side=self.side,
            pair=item.pair,
        )

    @property
    def block(self) -> str:
        """Questions of one block share side, kind and scale."""
        return f"{self.item.side or ''}:{self.use.kind.value}:{'-'.join(map(str, self.scale))}"


@dataclass(frozen=True)
class Construct:
    """Items of one block scored together: a dimension, all items (name ""), or a quality (technical, functional)."""

    name: str
    part: str
    block: str
    members: tuple[str, ...]
    versions: tuple[int, ...]
    is_quality: bool = False


@dataclass(frozen=True)
class Changed:
    """A code or dimension that was measured in another way in some versions, and under which name it is kept apart."""

    code: str
    key: str
    number: int
    is_dimension: bool = False


@dataclass(frozen=True)
class Questions:
    """All questions of a survey. The names of the last version are plain; what it replaced carries its number."""

    versions: tuple[Version, ...]
    questions: tuple[Question, ...]
    constructs: tuple[Construct, ...]
    changed: tuple[Changed, ...]

    @cached_property
    def by_key(self) -> dict[str, Question]:
        return {one.key: one for one in self.questions}

    @cached_property
    def by_part(self) -> dict[str, Question]:
        return {one.part: one for one in self.questions}

    @cached_property
    def scaled(self) -> tuple[Question, ...]:
        return tuple(one for one in self.questions if one.is_scaled)

    @cached_property
    def blocks(self) -> dict[str, tuple[Question, ...]]:
        """Rated questions that are counted together; the sides of Kano pairs stand alone."""
        found: dict[str, list[Question]] = {}
        for one in self.scaled:
            if one.side not in {Side.FUNCTIONAL, Side.DYSFUNCTIONAL}:
                found.setdefault(one.block, []).append(one)
        return {name: tuple(members) for name, members in found.items()}

    def of_version(self, pk: int) -> list[Question]:
        return [one for one in self.questions if pk in one.versions]

    def pairs(self, first: Side, second: Side) -> list[tuple[Question, Question]]:
        """Complete pairs that some version asks together."""
        own = [one for one in self.scaled if one.item.pair and not is_apart(one)]
        partners = {one.item.pair: one for one in own if one.side is second}
        found = [(one, partners[one.item.pair]) for one in own if one.side is first and one.item.pair in partners]
        return [(one, other) for one, other in found if set(one.versions) & set(other.versions)]

    @cached_property
    def gap_pairs(self) -> list[tuple[Question, Question]]:
        """Perceived and expected of every pair on the commonest scale."""
        pairs = [(a, b) for a, b in self.pairs(Side.PERCEPTION, Side.EXPECTATION) if a.scale == b.scale]
        scales = [one.scale for one, _ in pairs]
        usual = max(scales, key=scales.count) if scales else None
        return [pair for pair in pairs if pair[0].scale == usual]

    @cached_property
    def kano_pairs(self) -> list[tuple[Question, Question]]:
        pairs = self.pairs(Side.FUNCTIONAL, Side.DYSFUNCTIONAL)
        return [(a, b) for a, b in pairs if a.scale == b.scale == (1, 5, 1)]

    @cached_property
    def targets(self) -> list[Question]:
        """Judgements of the whole that drivers explain: satisfaction first, then recommending, then effort."""
        order = {ItemType.CSAT: 0, ItemType.NPS: 1, ItemType.CES: 2}
        found = [one for one in self.scaled if one.item.type in order and one.side is None and not is_apart(one)]
        return sorted(found, key=lambda one: order[one.item.type])[:2]

    @cached_property
    def service_items(self) -> list[Question]:
        """Rated items that say how good the service is, of the side the results speak of first."""
        good = [one for one in self.scaled if one.kind is Kind.RATING and one.side in GOOD_SIDES and not is_apart(one)]
        sides = {one.side for one in good}
        side = next((one for one in (Side.PERCEPTION, Side.PERFORMANCE) if one in sides), None)
        return [one for one in good if one.side is side]

    @cached_property
    def mapping(self) -> Mapping:
        """The questions as the columns of a file, so that one analysis serves both."""
        return Mapping(tuple(one.use for one in self.scaled), self.versions[-1].definition.title)


def is_apart(question: Question) -> bool:
    """Whether a question is the earlier measure of a code that the last version measures otherwise."""
    return question.key != question.code


def questions_of(versions: Sequence[Version]) -> Questions:
    """Join the versions of a form, oldest first."""
    found: dict[tuple[str, str], list[tuple[Version, Item]]] = {}
    for version in versions:
        for item in version.definition.items:
            if item.type is not ItemType.NOTE:
                found.setdefault((item.code, mark(measure_of(item))), []).append((version, item))
    current = {item.code: mark(measure_of(item)) for version in versions for item in version.definition.items}
    questions, changed = [], []
    keys: dict[tuple[str, str], str] = {}
    for (code, sign), uses in found.items():
        number = uses[-1][0].number
        key = code if current[code] == sign else f"{code} (v{number})"
        if key != code:
            changed.append(Changed(code, key, number))
        keys[code, sign] = key
        choices = tuple(dict.fromkeys(choice.code for _, item in uses for choice in item.choices))
        questions.append(
            Question(key, f"{code}#{sign}", uses[-1][1], tuple(version.pk for version, _ in uses), choices)
        )
    by_key = {one.key: one for one in questions}
    constructs, more = constructs_of(versions, keys, by_key)
    return Questions(tuple(versions), tuple(questions), tuple(constructs), (*changed, *more))


def members_of(version: Version, keys: dict[tuple[str, str], str]) -> Iterator[tuple[str, Item]]:
    """Rated items of one version that can be scored together, with their keys."""
    for item in version.definition.items:
        if item.type in SCALED and item.side not in {"functional", "dysfunctional"}:
            yield keys[item.code, mark(measure_of(item))], item


Group = tuple[str, str, bool]  # block, name, whether it is a quality


def groups_in(
    version: Version, keys: dict[tuple[str, str], str], by_key: dict[str, Question]
) -> dict[Group, list[str]]:
    """What one version scores together."""
    found: dict[Group, list[str]] = {}
    for key, item in members_of(version, keys):
        question = by_key[key]
        if item.dimension:
            found.setdefault((question.block, item.dimension, False), []).append(key)
        if question.kind is Kind.RATING:
            found.setdefault((question.block, "", False), []).append(key)
            if item.quality:
                found.setdefault((question.block, item.quality, True), []).append(key)
    named_first = sorted(found.items(), key=lambda entry: not entry[0][1])
    return {group: members for group, members in named_first if group[1] or len(members) > 1}


def constructs_of(
    versions: Sequence[Version], keys: dict[tuple[str, str], str], by_key: dict[str, Question]
) -> tuple[list[Construct], list[Changed]]:
    """Dimensions, qualities and "all items" of every version; equal sets of items are one construct."""
    found: dict[tuple[Group, tuple[str, ...]], list[Version]] = {}
    newest: dict[tuple[str, str, bool], Version] = {}
    order = {key: number for number, key in enumerate(by_key)}
    for version in versions:
        for group, listed in groups_in(version, keys, by_key).items():
            found.setdefault((group, tuple(sorted(listed, key=order.__getitem__))), []).append(version)
            newest[named(group)] = version
    constructs: list[Construct] = []
    changed: list[Changed] = []
    for (group, members), uses in found.items():
        block, name, is_quality = group
        parts = tuple(by_key[key].part for key in members)
        shown = name
        if newest[named(group)] not in uses:
            shown = f"{name or '*'} (v{uses[-1].number})"
            if not is_quality:
                changed.append(Changed(name, shown, uses[-1].number, is_dimension=True))
        part = f"{block}/{'q:' if is_quality else ''}{name}#{mark(parts)}"
        pks = tuple(version.pk for version in uses)
        constructs.append(Construct(shown, part, block, members, pks, is_quality))
    return constructs, changed


def named(group: Group) -> tuple[str, str, bool]:
    """A group without its scale: the side it belongs to, its name, whether it is a quality."""
    block, name, is_quality = group
    return block.split(":", 1)[0], name, is_quality
