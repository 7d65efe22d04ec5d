"""The columns of an export: one item of a form makes one or several, over all versions it was asked in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override, pgettext_lazy

from bihuan.instruments.definition import ONE_OF, SCALED, Definition, Item, ItemType
from bihuan.surveys.tallying.questions import measure_of

Type = Literal["whole", "number", "text", "day"]
Role = Literal["context", "answer", "quality"]
Measure = Literal["nominal", "ordinal", "scale"]
Words = Mapping[str, str]  # a text by language

# Why there is no answer: one code each in every file, declared as user-missing in SAV.
MISSING: dict[str, int] = {
    "refused": -99,
    "skipped": -98,
    "na": -97,
    "not_shown": -96,
    "not_ranked": -95,
    "withheld": -94,
    "not_asked": -93,
    "unchecked": -92,
}
MISSING_LABELS: dict[str, Promise] = {
    "refused": pgettext_lazy("missing", "refused"),
    "skipped": pgettext_lazy("missing", "left out"),
    "na": pgettext_lazy("missing", "not applicable"),
    "not_shown": pgettext_lazy("missing", "not shown"),
    "not_ranked": pgettext_lazy("missing", "not ranked"),
    "withheld": pgettext_lazy("missing", "withheld, too few people"),
    "not_asked": pgettext_lazy("missing", "not asked in this version"),
    "unchecked": pgettext_lazy("missing", "not checked yet"),
}
LOWEST, HIGHEST = min(MISSING.values()), max(MISSING.values())
# A number without a lower bound may itself be -97; no stored number reaches 10 to the 15th.
FAR = -(10**15)
BOTH = ("zh-hans", "en")
RESERVED = {"all", "and", "by", "eq", "ge", "gt", "le", "lt", "ne", "not", "or", "to", "with"}
NAME_BYTES = 60
WHOLE_CODE = re.compile(r"-?[0-9]{1,4}")
ANSWERED = pgettext_lazy("state of an answer", "answered")
YES, NO = pgettext_lazy("answer", "yes"), pgettext_lazy("answer", "no")


@dataclass(frozen=True, slots=True)
class Level:
    """One value of a coded variable: its number in the files, the code in the form, its words."""

    number: int
    code: str
    words: Words


@dataclass(frozen=True, slots=True)
class Wording:
    """How an item was asked in one version of the form."""

    version: int
    words: Words


@dataclass(frozen=True, slots=True)
class Variable:
    """One column. ``far`` shifts its codes for missing answers out of the way of real numbers."""

    name: str
    role: Role
    type: Type
    measure: Measure
    words: Words
    levels: tuple[Level, ...] = ()
    missing: tuple[str, ...] = ()
    far: int = 0
    item: str = ""
    choice: str = ""
    section: Words = field(default_factory=dict)
    kind: str = ""
    scale: tuple[int, int, int] | None = None
    is_reversed: bool = False
    top: int | None = None
    dimension: str = ""
    quality: str = ""
    side: str = ""
    pair: str = ""
    clause: str = ""
    versions: tuple[int, ...] = ()
    history: tuple[Wording, ...] = ()
    note: Words = field(default_factory=dict)

    def label(self, language: str) -> str:
        return in_language(self.words, language) or self.name

    def missing_code(self, state: str) -> int:
        return MISSING[state] + self.far

    def value_labels(self, language: str) -> dict[int, str]:
        """Every number that has words, the codes for missing answers included."""
        found = {level.number: in_language(level.words, language) or level.code for level in self.levels}
        with override(language):
            return found | {self.missing_code(state): str(MISSING_LABELS[state]) for state in self.missing}


def in_language(words: Words, language: str) -> str:
    """The text in ``language``, else in the first language that has one."""
    return words.get(language) or next((text for text in words.values() if text), "")


def said(text: str | Promise) -> Words:
    """A text of ours in both languages."""
    found = {}
    for language in BOTH:
        with override(language):
            found[language] = str(text)
    return found


class Names:
    """Names that every program takes: a letter first, letters, digits and _ only, each once, at most 60 bytes."""

    def __init__(self) -> None:
        self.taken: set[str] = set()

    def take(self, wanted: str) -> str:
        text = re.sub(r"\W+", "_", wanted).strip("_")
        if not text or not text[0].isalpha() or text.casefold() in RESERVED:
            text = f"v_{text}".rstrip("_")
        text = cut_bytes(text, NAME_BYTES)
        chosen, number = text, 2
        while chosen.casefold() in self.taken:
            chosen, number = f"{cut_bytes(text, NAME_BYTES - 4)}_{number}", number + 1
        self.taken.add(chosen.casefold())
        return chosen


def cut_bytes(text: str, most: int) -> str:
    return text.encode()[:most].decode(errors="ignore")


# What a reader finds in a row: values by item code, states by item code, and the number of the form version.
Answers = Mapping[str, Any]
Reader = Callable[[Answers, Mapping[str, str], int], Any]


@dataclass(frozen=True, slots=True)
class Column:
    """A variable and how it is read from a stored answer."""

    variable: Variable
    read: Reader


@dataclass(frozen=True)
class Asked:
    """One item as the versions asked it that agree on its kind and scale."""

    item: Item
    section: Words
    versions: tuple[int, ...]
    wordings: tuple[Wording, ...]
    choices: tuple[Level, ...]
    offered: Mapping[str, frozenset[int]]
    scale_words: Mapping[int, Words]


def words_of(definition: Definition, key: str, own: str) -> Words:
    return {language: definition.text(key, own, language) for language in definition.languages}


def asked_items(versions: Iterable[tuple[int, Definition]]) -> list[Asked]:
    """All items of all versions in the order of the newest; what older ones asked besides follows its neighbour.

    Versions of an item share a column where the results count them as one measure.
    """
    ordered = sorted(versions, key=lambda pair: pair[0])
    order: list[tuple[str, tuple[object, ...]]] = []
    found: dict[tuple[str, tuple[object, ...]], list[tuple[int, Definition, str, Item]]] = {}
    for number, definition in reversed(ordered):
        place = 0
        for section in definition.sections:
            for item in section.items:
                if not item.takes_answer:
                    continue
                key = (item.code, measure_of(item))
                if key in found:
                    place = order.index(key) + 1
                else:
                    order.insert(place, key)
                    place += 1
                found.setdefault(key, []).append((number, definition, section.code, item))
    return [asked_of(found[key]) for key in order]


def asked_of(uses: list[tuple[int, Definition, str, Item]]) -> Asked:
    """``uses`` newest first. Choices are numbered by their first appearance, so that a number never changes."""
    _number, definition, section_code, item = uses[0]
    section = next(one for one in definition.sections if one.code == section_code)
    wordings: list[Wording] = []
    for number, older, _section, one in reversed(uses):
        words = words_of(older, f"item.{one.code}.label", one.label)
        if not wordings or wordings[-1].words != words:
            wordings.append(Wording(number, words))
    codes: dict[str, Words] = {}
    offered: dict[str, set[int]] = {}
    for number, older, _section, one in reversed(uses):
        for choice in one.choices:
            offered.setdefault(choice.code, set()).add(number)
            codes[choice.code] = words_of(older, f"choice.{one.code}.{choice.code}", choice.label or choice.code)
    scale = definition.scale_by_code.get(item.scale_code)
    scale_words = (
        {level: words_of(definition, f"scale.{scale.code}.{level}", text) for level, text in scale.labels.items()}
        if scale
        else {}
    )
    return Asked(
        item,
        words_of(definition, f"section.{section.code}.title", section.title),
        tuple(sorted(number for number, *_rest in uses)),
        tuple(wordings),
        tuple(numbered(codes)),
        {code: frozenset(numbers) for code, numbers in offered.items()},
        scale_words,
    )


def numbered(codes: Mapping[str, Words]) -> list[Level]:
    """Codes that are small whole numbers keep them; others are counted from 1."""
    own = all(WHOLE_CODE.fullmatch(code) and int(code) > HIGHEST for code in codes) and len(
        {int(code) for code in codes}
    ) == len(codes)
    return [Level(int(code) if own else place, code, words) for place, (code, words) in enumerate(codes.items(), 1)]


def absent(code: str, versions: frozenset[int], far: int = 0) -> Callable[[Mapping[str, str], int], int]:
    """The code for a missing answer of an item."""
    not_asked, skipped = MISSING["not_asked"] + far, MISSING["skipped"] + far
    by_state = {state: number + far for state, number in MISSING.items()}

    def found(states: Mapping[str, str], version: int) -> int:
        if version not in versions:
            return not_asked
        return by_state.get(states.get(code, ""), skipped)

    return found


STATES = ("refused", "skipped", "na", "not_shown", "not_asked")


def item_columns(asked: Asked, names: Names, *, is_withheld: bool = False) -> list[Column]:
    """The columns of one item. ``is_withheld``: some rows will hide it (it tells the segment)."""
    item = asked.item
    shared: dict[str, Any] = {
        "role": "answer",
        "item": item.code,
        "section": asked.section,
        "kind": item.type.value,
        "scale": item.scale if item.type in SCALED else None,
        "is_reversed": item.is_reversed,
        "top": item.top,
        "dimension": item.dimension,
        "quality": item.quality,
        "side": item.side or "",
        "pair": item.pair,
        "clause": item.clause,
        "versions": asked.versions,
        "history": asked.wordings,
        "missing": (*STATES, "withheld") if is_withheld else STATES,
    }
    words = asked.wordings[-1].words
    return MAKERS[item.type](asked, names, words, shared)


def scaled(asked: Asked, names: Names, words: Words, shared: dict[str, Any]) -> list[Column]:
    code, scale = asked.item.code, asked.item.scale
    far = FAR if scale and scale[0] <= HIGHEST else 0
    missing = absent(code, frozenset(asked.versions), far)
    levels = tuple(Level(level, str(level), text) for level, text in sorted(asked.scale_words.items()))
    variable = Variable(
        names.take(code), type="whole", measure="ordinal", words=words, levels=levels, far=far, **shared
    )

    def read(answers: Answers, states: Mapping[str, str], version: int) -> int:
        value = answers.get(code)
        return missing(states, version) if type(value) is not int else value

    return [Column(variable, read)]


def one_of(asked: Asked, names: Names, words: Words, shared: dict[str, Any]) -> list[Column]:
    code, missing = asked.item.code, absent(asked.item.code, frozenset(asked.versions))
    numbers = {level.code: level.number for level in asked.choices}
    variable = Variable(names.take(code), type="whole", measure="nominal", words=words, levels=asked.choices, **shared)

    def read(answers: Answers, states: Mapping[str, str], version: int) -> int:
        value = answers.get(code)
        number = numbers.get(value) if isinstance(value, str) else None
        return missing(states, version) if number is None else number

    return [Column(variable, read)]


def choice_words(words: Words, level: Level) -> Words:
    return {
        language: f"{in_language(words, language)}: {in_language(level.words, language)}"
        for language in dict.fromkeys((*words, *level.words))
    }


def multiple(asked: Asked, names: Names, words: Words, shared: dict[str, Any]) -> list[Column]:
    """One column a choice, 1 chosen and 0 not; a choice that a version did not offer was not asked."""
    levels = (Level(0, "0", said(NO)), Level(1, "1", said(YES)))

    def column(level: Level) -> Column:
        code, choice, offered = asked.item.code, level.code, asked.offered[level.code]
        missing = absent(code, offered)
        variable = Variable(
            names.take(f"{code}_{level.number}"),
            type="whole",
            measure="nominal",
            words=choice_words(words, level),
            levels=levels,
            choice=choice,
            **shared,
        )

        def read(answers: Answers, states: Mapping[str, str], version: int) -> int:
            value = answers.get(code)
            if not isinstance(value, list) or version not in offered:
                return missing(states, version)
            return int(choice in value)

        return Column(variable, read)

    return [column(level) for level in asked.choices]


def ranking(asked: Asked, names: Names, words: Words, shared: dict[str, Any]) -> list[Column]:
    """One column a choice: the rank it was given."""

    def column(level: Level) -> Column:
        code, choice, missing = asked.item.code, level.code, absent(asked.item.code, frozenset(asked.versions))
        variable = Variable(
            names.take(f"{code}_{level.number}"),
            type="whole",
            measure="ordinal",
            words=choice_words(words, level),
            choice=choice,
            **{**shared, "missing": (*shared["missing"], "not_ranked")},
        )

        def read(answers: Answers, states: Mapping[str, str], version: int) -> int:
            value = answers.get(code)
            if not isinstance(value, list):
                return missing(states, version)
            return value.index(choice) + 1 if choice in value else MISSING["not_ranked"]

        return Column(variable, read)

    return [column(level) for level in asked.choices]


def split(asked: Asked, names: Names, words: Words, shared: dict[str, Any]) -> list[Column]:
    """One column a choice: the points it was given."""

    def column(level: Level) -> Column:
        code, choice, missing = asked.item.code, level.code, absent(asked.item.code, frozenset(asked.versions))
        variable = Variable(
            names.take(f"{code}_{level.number}"),
            type="whole",
            measure="scale",
            words=choice_words(words, level),
            choice=choice,
            **shared,
        )

        def read(answers: Answers, states: Mapping[str, str], version: int) -> int:
            value = answers.get(code)
            if not isinstance(value, dict):
                return missing(states, version)
            return int(value.get(choice, 0))

        return Column(variable, read)

    return [column(level) for level in asked.choices]


def number(asked: Asked, names: Names, words: Words, shared: dict[str, Any]) -> list[Column]:
    item = asked.item
    far = 0 if item.lowest is not None and item.lowest > HIGHEST else FAR
    missing = absent(item.code, frozenset(asked.versions), far)
    variable = Variable(names.take(item.code), type="number", measure="scale", words=words, far=far, **shared)

    def read(answers: Answers, states: Mapping[str, str], version: int) -> float:
        value = answers.get(item.code)
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        return value if is_number else missing(states, version)  # type: ignore[return-value]

    return [Column(variable, read)]


def consent(asked: Asked, names: Names, words: Words, shared: dict[str, Any]) -> list[Column]:
    code, missing = asked.item.code, absent(asked.item.code, frozenset(asked.versions))
    levels = (Level(0, "0", said(NO)), Level(1, "1", said(YES)))
    variable = Variable(names.take(code), type="whole", measure="nominal", words=words, levels=levels, **shared)

    def read(answers: Answers, states: Mapping[str, str], version: int) -> int:
        value = answers.get(code)
        return int(value) if isinstance(value, bool) else missing(states, version)

    return [Column(variable, read)]


def with_state(asked: Asked, names: Names, variable: Variable, read: Reader) -> list[Column]:
    """Texts and days cannot carry a code for a missing answer; a second column says why there is none."""
    code, missing = asked.item.code, absent(asked.item.code, frozenset(asked.versions))
    state = replace(
        variable,
        name=names.take(f"{variable.name}_state"),
        type="whole",
        measure="nominal",
        words={
            language: f"{in_language(variable.words, language)} ({text})"
            for language, text in said(_("why there is no answer")).items()
        },
        levels=(Level(0, "0", said(ANSWERED)),),
        kind="state",
    )

    def read_state(answers: Answers, states: Mapping[str, str], version: int) -> int:
        return missing(states, version) if answers.get(code) is None else 0

    return [Column(replace(variable, missing=()), read), Column(state, read_state)]


def text(asked: Asked, names: Names, words: Words, shared: dict[str, Any]) -> list[Column]:
    code = asked.item.code
    variable = Variable(names.take(code), type="text", measure="nominal", words=words, **shared)

    def read(answers: Answers, _states: Mapping[str, str], _version: int) -> str:
        value = answers.get(code)
        return "" if value is None else str(value)

    return with_state(asked, names, variable, read)


def day(asked: Asked, names: Names, words: Words, shared: dict[str, Any]) -> list[Column]:
    code = asked.item.code
    variable = Variable(names.take(code), type="day", measure="scale", words=words, **shared)

    def read(answers: Answers, _states: Mapping[str, str], _version: int) -> date | None:
        value = answers.get(code)
        return date.fromisoformat(value) if isinstance(value, str) else None

    return with_state(asked, names, variable, read)


def files(asked: Asked, names: Names, words: Words, shared: dict[str, Any]) -> list[Column]:
    """How many files came; the files themselves stay where they are."""
    code, missing = asked.item.code, absent(asked.item.code, frozenset(asked.versions))
    variable = Variable(names.take(code), type="whole", measure="scale", words=words, **shared)

    def read(answers: Answers, states: Mapping[str, str], version: int) -> int:
        value = answers.get(code)
        return len(value) if isinstance(value, list) else missing(states, version)

    return [Column(variable, read)]


MAKERS: dict[ItemType, Callable[[Asked, Names, Words, dict[str, Any]], list[Column]]] = {
    **dict.fromkeys(SCALED, scaled),
    **dict.fromkeys(ONE_OF, one_of),
    ItemType.MULTIPLE: multiple,
    ItemType.RANKING: ranking,
    ItemType.SPLIT: split,
    ItemType.NUMBER: number,
    ItemType.DATE: day,
    ItemType.TEXT: text,
    ItemType.HIDDEN: text,
    ItemType.FILE: files,
    ItemType.CONSENT: consent,
}
