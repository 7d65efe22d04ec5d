"""The versioned form: sections of items with everything quality analysis needs to know about each."""

from __future__ import annotations

import hashlib
import json
from enum import StrEnum
from functools import cached_property
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from bihuan.foundation.errors import BadInputError


class ItemType(StrEnum):
    RATING = "rating"
    NPS = "nps"
    CHOICE = "choice"
    MULTIPLE = "multiple"
    NUMBER = "number"
    DATE = "date"
    TEXT = "text"


Side = Literal["expectation", "perception", "importance", "performance", "minimum", "functional", "dysfunctional"]


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Choice(Frozen):
    code: str = Field(min_length=1, max_length=60)
    label: str = ""


class Item(Frozen):
    """``scale`` is (lowest, highest, step); ``pair`` joins the two sides of an expectation/perception pair."""

    code: str = Field(min_length=1, max_length=120)
    label: str = ""
    type: ItemType = ItemType.RATING
    scale: tuple[int, int, int] | None = None
    choices: tuple[Choice, ...] = ()
    is_required: bool = False
    allows_na: bool = True
    is_reversed: bool = False
    is_critical: bool = False
    weight: float = Field(default=1.0, ge=0)
    top: int | None = None
    dimension: str = ""
    quality: Literal["", "technical", "functional"] = ""
    side: Side | None = None
    pair: str = ""
    clause: str = ""

    @model_validator(mode="after")
    def complete(self) -> Item:
        if self.type in {ItemType.RATING, ItemType.NPS}:
            if self.scale is None:
                raise ValueError(f"item {self.code}: a rating needs its scale")
            low, high, step = self.scale
            if step < 1 or high <= low or (high - low) % step:
                raise ValueError(f"item {self.code}: {low}..{high} by {step} is no scale")
        if self.type in {ItemType.CHOICE, ItemType.MULTIPLE} and not self.choices:
            raise ValueError(f"item {self.code}: a choice needs its choices")
        return self

    @cached_property
    def levels(self) -> frozenset[int]:
        low, high, step = self.scale or (0, -1, 1)
        return frozenset(range(low, high + 1, step))

    @cached_property
    def codes(self) -> frozenset[str]:
        return frozenset(choice.code for choice in self.choices)


class Section(Frozen):
    code: str = Field(min_length=1, max_length=60)
    title: str = ""
    items: tuple[Item, ...]


class Definition(Frozen):
    """A whole form. Its canonical text is what the content hash of a version stands for."""

    sections: tuple[Section, ...]
    scorecard: dict[str, Any] | None = None

    @model_validator(mode="after")
    def unique_codes(self) -> Definition:
        seen: set[str] = set()
        for item in self.items:
            if item.code in seen:
                raise ValueError(f"item {item.code} occurs twice")
            seen.add(item.code)
        if not seen:
            raise ValueError("a form needs at least one item")
        return self

    @cached_property
    def items(self) -> tuple[Item, ...]:
        return tuple(item for section in self.sections for item in section.items)

    @cached_property
    def by_code(self) -> dict[str, Item]:
        return {item.code: item for item in self.items}

    def canonical(self) -> str:
        return json.dumps(self.model_dump(mode="json"), ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    def content_hash(self) -> str:
        return hashlib.sha256(self.canonical().encode()).hexdigest()


def read_definition(body: Any) -> Definition:
    """Read a definition from plain data; the first thing wrong is named with its place."""
    try:
        return Definition.model_validate(body)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or None
        raise BadInputError(first["msg"].removeprefix("Value error, "), place=place) from error
