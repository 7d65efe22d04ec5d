"""The versioned form: sections of items with everything quality analysis needs to know about each."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from enum import StrEnum
from functools import cached_property
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from bihuan.foundation.errors import BadInputError
from bihuan.instruments.conditions import Condition, items_of


class ItemType(StrEnum):
    RATING = "rating"
    NPS = "nps"
    CSAT = "csat"
    CES = "ces"
    CHOICE = "choice"
    DROPDOWN = "dropdown"
    MULTIPLE = "multiple"
    RANKING = "ranking"
    SPLIT = "split"
    NUMBER = "number"
    DATE = "date"
    TEXT = "text"
    FILE = "file"
    CONSENT = "consent"
    NOTE = "note"
    HIDDEN = "hidden"


SCALED = frozenset({ItemType.RATING, ItemType.NPS, ItemType.CSAT, ItemType.CES})
ONE_OF = frozenset({ItemType.CHOICE, ItemType.DROPDOWN})
WITH_CHOICES = ONE_OF | {ItemType.MULTIPLE, ItemType.RANKING, ItemType.SPLIT}
USUAL_SCALES: dict[ItemType, tuple[int, int, int]] = {
    ItemType.NPS: (0, 10, 1),
    ItemType.CSAT: (1, 5, 1),
    ItemType.CES: (1, 7, 1),
}
Side = Literal["expectation", "perception", "importance", "performance", "minimum", "functional", "dysfunctional"]
PIPE = re.compile(r"\$\{([^{}\s]+)\}")


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class AnswerScale(Frozen):
    """A scale kept once and used by many items; ``labels`` are the words of its levels, ends only or all."""

    code: str = Field(min_length=1, max_length=60)
    title: str = ""
    low: int
    high: int
    step: int = Field(default=1, ge=1)
    labels: dict[int, str] = {}
    na_label: str = ""

    @model_validator(mode="after")
    def complete(self) -> AnswerScale:
        check_scale(self.code, (self.low, self.high, self.step))
        return self


class Choice(Frozen):
    """``is_exclusive``: chosen alone ("none of these"); a fixed one keeps its place when the others are shuffled."""

    code: str = Field(min_length=1, max_length=60)
    label: str = ""
    visible_if: Condition | None = None
    is_exclusive: bool = False


class Item(Frozen):
    """``scale`` is (lowest, highest, step); ``pair`` joins the two sides of an expectation/perception pair.

    ``lowest`` and ``highest`` bound a number, the length of a text, or how many choices, ranks or files are taken.
    ``expected`` is the one right answer of an attention check; ``permits`` what a consent allows. A personal item
    (name, telephone) leads to who answered: no anonymous survey may ask it.
    """

    code: str = Field(min_length=1, max_length=120)
    label: str = ""
    help: str = ""
    type: ItemType = ItemType.RATING
    scale_code: str = ""
    scale: tuple[int, int, int] | None = None
    choices: tuple[Choice, ...] = ()
    visible_if: Condition | None = None
    is_required: bool = False
    allows_na: bool = True
    is_reversed: bool = False
    is_critical: bool = False
    is_common: bool = False
    is_long: bool = False
    is_personal: bool = False
    is_shuffled: bool = False
    lowest: float | None = None
    highest: float | None = None
    total: int = Field(default=100, ge=1)
    files: Literal["photo", "any"] = "photo"
    permits: Literal["", "quote", "contact"] = ""
    expected: int | None = None
    weight: float = Field(default=1.0, ge=0)
    top: int | None = None
    dimension: str = ""
    quality: Literal["", "technical", "functional", "image"] = ""
    side: Side | None = None
    pair: str = ""
    clause: str = ""
    touchpoint: str = ""

    @model_validator(mode="after")
    def complete(self) -> Item:
        if self.type in SCALED:
            if self.scale is None:
                raise ValueError(f"item {self.code}: a rating needs its scale")
            check_scale(f"item {self.code}", self.scale)
        if self.type in WITH_CHOICES and not self.choices:
            raise ValueError(f"item {self.code}: a choice needs its choices")
        if len(self.codes) != len(self.choices):
            raise ValueError(f"item {self.code}: a choice occurs twice")
        if self.lowest is not None and self.highest is not None and self.lowest > self.highest:
            raise ValueError(f"item {self.code}: the lowest is above the highest")
        return self

    @cached_property
    def levels(self) -> frozenset[int]:
        low, high, step = self.scale or (0, -1, 1)
        return frozenset(range(low, high + 1, step))

    @cached_property
    def codes(self) -> frozenset[str]:
        return frozenset(choice.code for choice in self.choices)

    @property
    def takes_answer(self) -> bool:
        return self.type is not ItemType.NOTE


class Section(Frozen):
    """``battery``: its rated items stand as one grid, a group of radio buttons a row."""

    code: str = Field(min_length=1, max_length=60)
    title: str = ""
    intro: str = ""
    layout: Literal["list", "battery"] = "list"
    is_shuffled: bool = False
    visible_if: Condition | None = None
    items: tuple[Item, ...]


class Definition(Frozen):
    """A whole form. Its canonical text is what the content hash of a version stands for.

    The texts in the objects are in the first of ``languages``; ``translations`` maps a further language to texts by
    key (see `texts`). ``paging``: everything on one page, or a page a section.
    """

    title: str = ""
    intro: str = ""
    thanks: str = ""
    languages: tuple[str, ...] = ("zh-hans",)
    translations: dict[str, dict[str, str]] = {}
    scales: tuple[AnswerScale, ...] = ()
    paging: Literal["single", "sections"] = "single"
    sections: tuple[Section, ...]
    scorecard: dict[str, Any] | None = None

    @model_validator(mode="before")
    @classmethod
    def scales_filled_in(cls, body: Any) -> Any:
        """An item that names a scale, or whose kind has a usual one, need not repeat its ends."""
        if not isinstance(body, dict):
            return body
        known = {
            one["code"]: [one["low"], one["high"], one.get("step", 1)]
            for one in body.get("scales") or ()
            if isinstance(one, dict) and {"code", "low", "high"} <= one.keys()
        }
        usual = {kind.value: list(scale) for kind, scale in USUAL_SCALES.items()}

        def filled(item: Any) -> Any:
            if not isinstance(item, dict):
                return item
            if item.get("scale_code"):
                return {**item, "scale": known.get(item["scale_code"], item.get("scale"))}
            if item.get("scale") is None and item.get("type") in usual:
                return {**item, "scale": usual[item["type"]]}
            return item

        sections = [
            {**one, "items": [filled(item) for item in one["items"]]}
            if isinstance(one, dict) and isinstance(one.get("items"), list | tuple)
            else one
            for one in body.get("sections") or ()
        ]
        return {**body, "sections": sections}

    @model_validator(mode="after")
    def sound(self) -> Definition:
        seen: set[str] = set()
        sections: set[str] = set()
        scales = {scale.code for scale in self.scales}
        if len(scales) != len(self.scales):
            raise ValueError("a scale occurs twice")
        for section in self.sections:
            if section.code in sections:
                raise ValueError(f"section {section.code} occurs twice")
            sections.add(section.code)
            check_reads(f"section {section.code}", section.visible_if, seen)
            texts = ((".title", section.title), (".intro", section.intro))
            self.check_quotes(f"section {section.code}", f"section.{section.code}", texts, seen)
            for item in section.items:
                if item.code in seen:
                    raise ValueError(f"item {item.code} occurs twice")
                if item.scale_code and item.scale_code not in scales:
                    raise ValueError(f"item {item.code}: there is no scale {item.scale_code}")
                check_reads(f"item {item.code}", item.visible_if, seen)
                texts = ((".label", item.label), (".help", item.help))
                self.check_quotes(f"item {item.code}", f"item.{item.code}", texts, seen)
                for choice in item.choices:
                    place = f"item {item.code}, choice {choice.code}"
                    check_reads(place, choice.visible_if, seen)
                    self.check_quotes(place, f"choice.{item.code}.{choice.code}", (("", choice.label),), seen)
                seen.add(item.code)
        self.check_quotes("the beginning", "", (("title", self.title), ("intro", self.intro)), set())
        self.check_quotes("the end", "", (("thanks", self.thanks),), seen)
        if not seen:
            raise ValueError("a form needs at least one item")
        if not self.languages or len(set(self.languages)) != len(self.languages):
            raise ValueError("a form needs its languages, each once")
        return self

    def check_quotes(self, place: str, key: str, own: tuple[tuple[str, str], ...], seen: set[str]) -> None:
        """``${code}`` quotes an earlier answer, in every language; ``own`` are (rest of the key, text)."""
        for rest, text in own:
            every = [text, *(texts[key + rest] for texts in self.translations.values() if key + rest in texts)]
            for match in PIPE.finditer(" ".join(every)):
                if match[1] not in seen:
                    raise ValueError(f"{place}: its text quotes {match[1]}, which is not asked before it")

    @cached_property
    def items(self) -> tuple[Item, ...]:
        return tuple(item for section in self.sections for item in section.items)

    @cached_property
    def by_code(self) -> dict[str, Item]:
        return {item.code: item for item in self.items}

    @cached_property
    def compiled(self) -> dict[str, Any]:
        """Room for what the walk and the pages prepare once from a frozen form."""
        return {}

    @cached_property
    def scale_by_code(self) -> dict[str, AnswerScale]:
        return {scale.code: scale for scale in self.scales}

    @cached_property
    def has_conditions(self) -> bool:
        parts: list[Section | Item | Choice] = [
            *self.sections,
            *self.items,
            *(choice for item in self.items for choice in item.choices),
        ]
        return any(part.visible_if is not None for part in parts)

    def texts(self) -> Iterator[tuple[str, str]]:
        """Every text people read, by its key, in the first language: what there is to translate."""
        for name in ("title", "intro", "thanks"):
            yield name, getattr(self, name)
        for scale in self.scales:
            for level, label in sorted(scale.labels.items()):
                yield f"scale.{scale.code}.{level}", label
            yield f"scale.{scale.code}.na", scale.na_label
        for section in self.sections:
            yield f"section.{section.code}.title", section.title
            yield f"section.{section.code}.intro", section.intro
            for item in section.items:
                yield f"item.{item.code}.label", item.label
                yield f"item.{item.code}.help", item.help
                for choice in item.choices:
                    yield f"choice.{item.code}.{choice.code}", choice.label

    def text(self, key: str, own: str, language: str) -> str:
        """A text in ``language``; where it is not translated, as it stands in the first language."""
        if language == self.languages[0]:
            return own
        return self.translations.get(language, {}).get(key) or own

    def canonical(self) -> str:
        body = unsigned_zeros(self.model_dump(mode="json", exclude_defaults=True))
        return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    def content_hash(self) -> str:
        return hashlib.sha256(self.canonical().encode()).hexdigest()


def unsigned_zeros(body: Any) -> Any:
    """Zero has one spelling: a workbook keeps no sign of it, and -0.0 asks what 0.0 asks."""
    if isinstance(body, dict):
        return {name: unsigned_zeros(value) for name, value in body.items()}
    if isinstance(body, list):
        return [unsigned_zeros(value) for value in body]
    return body + 0.0 if isinstance(body, float) else body


def check_scale(place: str, scale: tuple[int, int, int]) -> None:
    low, high, step = scale
    if step < 1 or high <= low or (high - low) % step:
        raise ValueError(f"{place}: {low}..{high} by {step} is no scale")


def check_reads(place: str, condition: Condition | None, seen: set[str]) -> None:
    """A condition looks back only: what was asked earlier decides what is asked later."""
    for code in items_of(condition) if condition is not None else ():
        if code not in seen:
            raise ValueError(f"{place}: its condition reads {code}, which is not asked before it")


def read_definition(body: Any) -> Definition:
    """Read a definition from plain data; the first thing wrong is named with its place."""
    try:
        return Definition.model_validate(body)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or None
        raise BadInputError(first["msg"].removeprefix("Value error, "), place=place) from error
