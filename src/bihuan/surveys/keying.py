"""Keying a returned sheet: the digits that stand beside its boxes become answers, item by item.

The digits are those the paper prints (papers.keys). What cannot be read is handed on as it stands, so that the walk
refuses it and names the item.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from bihuan.instruments.definition import ONE_OF, SCALED, Definition, Item, ItemType
from bihuan.instruments.rendering import level_words, offers_na
from bihuan.instruments.walk import NA
from bihuan.surveys.papers import choice_keys, na_key, numbers_of

SEVERAL = re.compile(r"[\s,，、.;；/-]+")
FEW = 9  # up to here every choice is one digit, and "134" means three of them
COMPACT_DAY = re.compile(r"(?:(\d{4})|(\d{2}))?(\d{2})(\d{2})")


KINDS = {
    **dict.fromkeys(SCALED, "level"),
    **dict.fromkeys(ONE_OF, "one"),
    ItemType.MULTIPLE: "many",
    ItemType.RANKING: "rank",
    ItemType.SPLIT: "split",
    ItemType.NUMBER: "number",
    ItemType.DATE: "day",
    ItemType.CONSENT: "consent",
}


@dataclass(frozen=True)
class KeyField:
    """One question of the sheet as the keyer meets it; ``codes`` says what each key stands for in the form."""

    code: str
    number: int
    label: str
    kind: str
    keys: tuple[tuple[str, str], ...]
    codes: Mapping[str, str]
    na: str
    hint: str
    is_long: bool
    is_required: bool

    @property
    def name(self) -> str:
        return f"k.{self.code}"

    @property
    def is_digits(self) -> bool:
        return self.kind != "text"

    @property
    def words_json(self) -> str:
        return json.dumps(dict(self.keys), ensure_ascii=False)

    @property
    def codes_json(self) -> str:
        return json.dumps(dict(self.codes), ensure_ascii=False)


def key_fields(definition: Definition, language: str) -> list[KeyField]:
    """The questions in the order of the paper."""
    numbers = numbers_of(definition)
    return [
        field_of(definition, item, numbers[item.code], language) for item in definition.items if item.code in numbers
    ]


def field_of(definition: Definition, item: Item, number: int, language: str) -> KeyField:
    keys = keys_of(definition, item, language)
    takes_na = item.type is not ItemType.CONSENT and bool(keys) and offers_na(definition, item)
    return KeyField(
        code=item.code,
        number=number,
        label=definition.text(f"item.{item.code}.label", item.label, language) or item.code,
        kind=KINDS.get(item.type, "text"),
        keys=tuple(keys),
        codes={key: choice.code for key, choice in choice_keys(item)},
        na=na_key(item) if takes_na else "",
        hint=hint_of(item),
        is_long=item.is_long,
        is_required=item.is_required,
    )


def keys_of(definition: Definition, item: Item, language: str) -> list[tuple[str, str]]:
    keys: list[tuple[str, str]] = []
    if item.type in SCALED:
        words = level_words(definition, item, language)
        keys = [(str(level), words.get(level, "")) for level in sorted(item.levels)]
    elif item.choices:
        keys = [
            (key, definition.text(f"choice.{item.code}.{choice.code}", choice.label or choice.code, language))
            for key, choice in choice_keys(item)
        ]
    elif item.type is ItemType.CONSENT:
        keys = [("1", _("ticked")), ("0", _("not ticked"))]
    if keys and item.type is not ItemType.CONSENT and offers_na(definition, item):
        keys.append((na_key(item), _("not applicable")))
    return keys


def hint_of(item: Item) -> str:
    match item.type:
        case ItemType.MULTIPLE:
            return _("all ticked ones, like 1 3") if len(item.choices) > FEW else _("all ticked ones, like 13")
        case ItemType.RANKING:
            return _("the ranks in the order of the list, like 2 1 3")
        case ItemType.SPLIT:
            return _("the points in the order of the list, like 40 30 30")
        case ItemType.DATE:
            return _("like 20261126 or 1126")
    return ""


def parts(text: str) -> list[str]:
    return [part for part in SEVERAL.split(text.strip()) if part]


def read_key(item: Item, text: str, year: int) -> Any:
    """What was keyed for one item, as the walk takes it; "" is nothing."""
    text = text.strip()
    if not text:
        return ""
    if (item.type in SCALED or item.choices) and item.allows_na and text == na_key(item):
        return NA
    if item.choices:
        return read_choices(item, text)
    if item.type is ItemType.DATE:
        return read_day(text, year)
    return text


def read_choices(item: Item, text: str) -> Any:
    codes = {key: choice.code for key, choice in choice_keys(item)}
    if item.type in ONE_OF:
        return codes.get(text, text)
    if item.type is ItemType.MULTIPLE:
        given = list(text) if len(item.choices) <= FEW and text.isdigit() else parts(text)
        return [codes.get(one, one) for one in given]
    given = list(text) if item.type is ItemType.RANKING and len(text) == len(codes) <= FEW else parts(text)
    order = list(codes.values())
    if len(given) > len(order):
        return text
    return {code: value for code, value in zip(order, given, strict=False) if value not in {"0", "x"}}


def read_day(text: str, year: int) -> str:
    found = COMPACT_DAY.fullmatch(text)
    if found is None:
        return text.replace("/", "-").replace(".", "-")
    whole, short, month, day = found.groups()
    full = int(whole) if whole else 2000 + int(short) if short else year
    return f"{full:04d}-{month}-{day}"


def keyed(definition: Definition, posted: Mapping[str, str], year: int) -> dict[str, Any]:
    """All that was keyed for a sheet, item by item; empty fields are left out."""
    found = {}
    for item in definition.items:
        value = read_key(item, str(posted.get(f"k.{item.code}", "")), year)
        if value not in ("", [], {}):
            found[item.code] = value
    return found


def answer_in_words(definition: Definition, item: Item, value: Any, state: str = "") -> str:
    """A stored value as a person reads it, with its key; for settling differences."""
    if value is None:
        return {"na": _("not applicable"), "not_shown": _("not asked")}.get(state, _("nothing"))
    labels = {choice.code: choice.label or choice.code for choice in item.choices}
    if isinstance(value, list):
        return ", ".join(labels.get(str(one), str(one)) for one in value)
    if isinstance(value, dict):
        return ", ".join(f"{labels.get(str(code), str(code))}: {number}" for code, number in value.items())
    if isinstance(value, bool):
        return _("ticked") if value else _("not ticked")
    if item.type in SCALED:
        words = level_words(definition, item, definition.languages[0]).get(int(value), "")
        return f"{value} {words}".strip()
    return labels.get(str(value), str(value))
