"""Earlier answers inside later texts: ``${code}`` stands for what was answered to that item."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bihuan.instruments.definition import PIPE, SCALED, Definition, Item, ItemType

SILENT = frozenset({ItemType.CONSENT, ItemType.FILE, ItemType.NOTE})


def pipes_of(text: str) -> Iterator[str]:
    """Codes of the items a text quotes."""
    return (match[1] for match in PIPE.finditer(text))


def piped(text: str, definition: Definition, values: Mapping[str, Any], language: str) -> str:
    """The text with every pipe filled in; empty where the item is not answered. Plain text, to be escaped as such."""
    if "${" not in text:
        return text
    return PIPE.sub(lambda match: spoken_of(definition, match[1], values, language), text)


def spoken_of(definition: Definition, code: str, values: Mapping[str, Any], language: str) -> str:
    item, value = definition.by_code.get(code), values.get(code)
    return "" if item is None or value is None else spoken(definition, item, value, language)


def spoken(definition: Definition, item: Item, value: Any, language: str) -> str:
    """An answer in words: labels of choices and levels, the number, the text."""
    if item.type in SILENT:
        return ""
    if item.type in SCALED:
        return level_label(definition, item, value, language) or str(value)
    if not item.choices:
        return number_words(value) if isinstance(value, float) else str(value)
    if isinstance(value, dict):
        parts = [f"{choice_label(definition, item, code, language)} {points}" for code, points in value.items()]
    else:
        codes = value if isinstance(value, list) else [value]
        parts = [choice_label(definition, item, code, language) for code in codes]
    return separator(language).join(parts)


def separator(language: str) -> str:
    return "、" if language.startswith("zh") else ", "


def number_words(value: float) -> str:
    return str(int(value)) if value.is_integer() else repr(value)


def choice_label(definition: Definition, item: Item, code: str, language: str) -> str:
    own = next((choice.label for choice in item.choices if choice.code == code), "")
    return definition.text(f"choice.{item.code}.{code}", own, language) or code


def level_label(definition: Definition, item: Item, level: int, language: str) -> str:
    scale = definition.scale_by_code.get(item.scale_code)
    if scale is None:
        return ""
    return definition.text(f"scale.{scale.code}.{level}", scale.labels.get(level, ""), language)
