"""What the browser needs to show and hide early: as little of the form as its conditions and quotations need.

The page carries it as JSON; `assets/scripts/form-walk.ts` walks over it by the rules of `walk`.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from typing import Any

from bihuan.instruments.conditions import Condition, Every, No, Some, Test, items_of
from bihuan.instruments.definition import ONE_OF, SCALED, Choice, Definition, Item, ItemType, Section
from bihuan.instruments.piping import SILENT, choice_label, level_label, pipes_of, separator

READ_AS: dict[ItemType, str] = {
    **dict.fromkeys(SCALED, "level"),
    **dict.fromkeys(ONE_OF, "one"),
    ItemType.MULTIPLE: "many",
    ItemType.RANKING: "rank",
    ItemType.SPLIT: "split",
    ItemType.NUMBER: "number",
    ItemType.DATE: "date",
    ItemType.TEXT: "text",
    ItemType.FILE: "file",
    ItemType.CONSENT: "consent",
    ItemType.HIDDEN: "hidden",
    ItemType.NOTE: "note",
}


def compact(condition: Condition) -> list[Any]:
    """``["&", …]`` every, ``["|", …]`` some, ``["!", one]`` no, ``[operator, item, value]`` a test."""
    match condition:
        case Test():
            return [condition.op, condition.item, condition.value]
        case Every():
            return ["&", *(compact(part) for part in condition.every)]
        case Some():
            return ["|", *(compact(part) for part in condition.some)]
        case No():
            return ["!", compact(condition.no)]


def logic_json(definition: Definition, language: str, sections: Collection[str] | None = None) -> str:
    """The logic of a page with these sections (all of them: None). Fit for a ``<script>``: no ``<`` in it."""
    text = json.dumps(logic_of(definition, language, sections), ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c")


def logic_of(definition: Definition, language: str, sections: Collection[str] | None = None) -> dict[str, Any]:
    on_page = [one for one in definition.sections if sections is None or one.code in sections]
    read = set(reads(on_page))
    quoted = {code for code in quotes(definition, on_page, language) if definition.by_code[code].type not in SILENT}
    told = {"sections": [section_logic(section, read | quoted) for section in on_page]}
    if not quoted:
        return told
    words = {code: words_of(definition, definition.by_code[code], language) for code in sorted(quoted)}
    return {**told, "words": words, "and": separator(language)}


def needed_elsewhere(definition: Definition, language: str, sections: Collection[str] | None = None) -> frozenset[str]:
    """Items whose answers a page with these sections reads or quotes though it has no field for them."""
    on_page = [one for one in definition.sections if sections is None or one.code in sections]
    own = {item.code for section in on_page for item in section.items if item.type is not ItemType.HIDDEN}
    return frozenset({*reads(on_page), *quotes(definition, on_page, language)}) - own


def needs_script(definition: Definition, language: str, sections: Collection[str] | None = None) -> bool:
    """Whether anything on these pages changes while somebody answers."""
    logic = logic_of(definition, language, sections)
    return "words" in logic or any("if" in one or one["items"] for one in logic["sections"])


def conditions_of(section: Section) -> Iterator[Condition]:
    parts: list[Section | Item | Choice] = [
        section,
        *section.items,
        *(choice for item in section.items for choice in item.choices),
    ]
    yield from (part.visible_if for part in parts if part.visible_if is not None)


def reads(sections: list[Section]) -> Iterator[str]:
    for section in sections:
        for condition in conditions_of(section):
            yield from items_of(condition)


def quotes(definition: Definition, sections: list[Section], language: str) -> Iterator[str]:
    own = {f"section.{section.code}." for section in sections}
    own |= {f"{kind}.{item.code}." for section in sections for item in section.items for kind in ("item", "choice")}
    for key, text in definition.texts():
        if key.startswith(tuple(own)):
            yield from pipes_of(definition.text(key, text, language))


def section_logic(section: Section, wanted: set[str]) -> dict[str, Any]:
    """``plain``: it also has items that are always shown with it, which need no entry of their own."""
    told = [item for item in section.items if matters(item, wanted)]
    found: dict[str, Any] = {"code": section.code, "items": [item_logic(item, wanted) for item in told]}
    if section.visible_if is not None:
        found["if"] = compact(section.visible_if)
    if any(item.type is not ItemType.HIDDEN and not matters(item, wanted) for item in section.items):
        found["plain"] = 1
    return found


def matters(item: Item, wanted: set[str]) -> bool:
    return (
        item.code in wanted
        or item.visible_if is not None
        or item.type is ItemType.SPLIT
        or any(choice.visible_if is not None or choice.is_exclusive for choice in item.choices)
    )


def item_logic(item: Item, wanted: set[str]) -> dict[str, Any]:
    found: dict[str, Any] = {"code": item.code, "as": READ_AS[item.type]}
    if item.visible_if is not None:
        found["if"] = compact(item.visible_if)
    if item.type in SCALED and item.code in wanted:
        found["scale"] = item.scale
    if item.choices:
        found["codes"] = [choice.code for choice in item.choices]
    if conditional := {one.code: compact(one.visible_if) for one in item.choices if one.visible_if is not None}:
        found["some"] = conditional
    if exclusive := [choice.code for choice in item.choices if choice.is_exclusive]:
        found["alone"] = exclusive
    if item.type is ItemType.SPLIT:
        found["total"] = item.total
    return found


def words_of(definition: Definition, item: Item, language: str) -> list[list[str]]:
    """Labels a quotation puts in place of codes and levels, in the order of the form."""
    if item.type in SCALED:
        told = [[str(level), level_label(definition, item, level, language)] for level in sorted(item.levels)]
        return [pair for pair in told if pair[1]]
    return [[choice.code, choice_label(definition, item, choice.code, language)] for choice in item.choices]
