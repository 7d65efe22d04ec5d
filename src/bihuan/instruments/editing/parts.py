"""Finding one's way in a body: sections, items, choices, the texts of each, and who reads whom."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, NoReturn

from django.utils.translation import gettext as _

from bihuan.foundation.errors import BadInputError
from bihuan.instruments.definition import PIPE, Definition, ItemType, read_definition

Body = dict[str, Any]
Part = dict[str, Any]
Words = Mapping[str, str]  # a text by language

SECTION_TEXTS = ("title", "intro")
ITEM_TEXTS = ("label", "help")
LONGEST_NAME = 24


@dataclass(frozen=True)
class Taken:
    """Codes that published versions used: a code keeps its meaning for life, so nothing new may get it."""

    items: frozenset[str] = frozenset()
    choices: Mapping[str, frozenset[str]] = field(default_factory=dict)
    sections: frozenset[str] = frozenset()


NOTHING = Taken()


@dataclass(frozen=True)
class Found:
    section: Part
    index: int
    item: Part


def refuse(text: str, place: str | None = None) -> NoReturn:
    raise BadInputError(text, place=place)


def copied(body: Mapping[str, Any]) -> Body:
    return deepcopy(dict(body))


def languages_of(body: Mapping[str, Any]) -> list[str]:
    return list(body.get("languages") or Definition.model_fields["languages"].default)


def kind_of(item: Mapping[str, Any]) -> ItemType:
    return ItemType(item.get("type", ItemType.RATING))


def section_named(body: Body, code: str) -> Part:
    for section in body["sections"]:
        if section["code"] == code:
            return dict_of(section)
    refuse(_("This section is no longer there. Somebody may have deleted it."))


def dict_of(part: Any) -> Part:
    assert isinstance(part, dict)
    return part


def item_named(body: Body, code: str) -> Found:
    for section in body["sections"]:
        for index, item in enumerate(section["items"]):
            if item["code"] == code:
                return Found(section, index, item)
    refuse(_("This item is no longer there. Somebody may have deleted it."))


def items_in(body: Mapping[str, Any]) -> Iterator[Part]:
    for section in body["sections"]:
        yield from section["items"]


def item_codes(body: Mapping[str, Any]) -> set[str]:
    return {item["code"] for item in items_in(body)}


def fresh(stem: str, taken: Collection[str], *, plain: bool = False) -> str:
    """A code nobody has: the stem itself if ``plain`` and free, else with the next number."""
    if plain and stem not in taken:
        return stem
    joint = "_" if stem[-1:].isdigit() else ""
    number = 2 if plain else 1
    while f"{stem}{joint}{number}" in taken:
        number += 1
    return f"{stem}{joint}{number}"


def name_of(part: Mapping[str, Any]) -> str:
    """An item or section as a message names it: its wording, shortened, or its code."""
    text = str(part.get("label") or part.get("title") or part["code"])
    return text if len(text) <= LONGEST_NAME else f"{text[:LONGEST_NAME]}…"


def tests_of(condition: Any) -> Iterator[Part]:
    """The single tests of a condition's tree."""
    if not isinstance(condition, dict):
        return
    if "item" in condition:
        yield condition
    for part in condition.get("every") or condition.get("some") or ():
        yield from tests_of(part)
    if "no" in condition:
        yield from tests_of(condition["no"])


def conditions_in(body: Mapping[str, Any]) -> Iterator[tuple[Part, Part]]:
    """Every condition with the section or item it stands at (for a choice: its item)."""
    for section in body["sections"]:
        if section.get("visible_if"):
            yield section["visible_if"], section
        for item in section["items"]:
            if item.get("visible_if"):
                yield item["visible_if"], item
            for choice in item.get("choices") or ():
                if choice.get("visible_if"):
                    yield choice["visible_if"], item


def own_texts(body: Mapping[str, Any]) -> Iterator[tuple[str, Part, str]]:
    """(key, part, name in it) of every text of sections, items and choices."""
    for section in body["sections"]:
        for name in SECTION_TEXTS:
            yield f"section.{section['code']}.{name}", section, name
        for item in section["items"]:
            for name in ITEM_TEXTS:
                yield f"item.{item['code']}.{name}", item, name
            for choice in item.get("choices") or ():
                yield f"choice.{item['code']}.{choice['code']}", choice, "label"


def quoters_of(body: Mapping[str, Any], code: str) -> list[Part]:
    """Parts whose texts quote the answer to ``code``, in any language."""
    further = body.get("translations") or {}
    found = []
    for key, part, name in own_texts(body):
        texts = [part.get(name) or "", *(words.get(key) or "" for words in further.values())]
        if any(match == code for text in texts if "${" in text for match in PIPE.findall(text)):
            found.append(part)
    return found


def readers_of(body: Mapping[str, Any], code: str, *, value: str | None = None) -> list[Part]:
    """Parts whose conditions read ``code`` (with ``value``: that answer to it)."""
    found: list[Part] = []
    for condition, part in conditions_in(body):
        for test in tests_of(condition):
            if test["item"] != code or (value is not None and value not in as_list(test.get("value"))):
                continue
            if not any(part is one for one in found):
                found.append(part)
    return found


def as_list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]


def named(parts: Iterable[Part]) -> str:
    return _(", ").join(_("“%(name)s”") % {"name": name_of(part)} for part in parts)


def put_words(body: Body, key: str, words: Words) -> str:
    """Note the further languages of a text; returns it in the first (or in whatever language there is)."""
    first, *others = languages_of(body)
    for language in others:
        if words.get(language):
            body.setdefault("translations", {}).setdefault(language, {})[key] = words[language]
    return words.get(first) or next(iter(words.values()), "")


def drop_words(body: Body, prefixes: Collection[str]) -> None:
    """Forget the translations under these keys (whole keys, or with a full stop at the end everything below)."""
    for texts in (body.get("translations") or {}).values():
        for key in [
            key for key in texts if any(key == one or (one[-1] == "." and key.startswith(one)) for one in prefixes)
        ]:
            del texts[key]


def rename_words(body: Body, old: str, new: str) -> None:
    for texts in (body.get("translations") or {}).values():
        for key in [key for key in texts if key == old or key.startswith(f"{old}.")]:
            texts[new + key[len(old) :]] = texts.pop(key)


def copy_words(body: Body, old: str, new: str) -> None:
    for texts in (body.get("translations") or {}).values():
        for key in [key for key in texts if key == old or key.startswith(f"{old}.")]:
            texts[new + key[len(old) :]] = texts[key]


def check_order(body: Mapping[str, Any]) -> None:
    """Conditions and quotations look back only; said here in the words of whoever writes the form."""
    seen: set[str] = set()
    every = item_codes(body)
    further = (body.get("translations") or {}).values()

    def check(part: Part, condition: Any, keys: Iterable[tuple[str, str]]) -> None:
        for test in tests_of(condition):
            if test["item"] not in seen:
                late(part, test["item"])
        for key, text in keys:
            for one in (text, *(words.get(key) or "" for words in further)):
                for code in PIPE.findall(one) if "${" in one else ():
                    if code not in seen:
                        late(part, code)

    def late(part: Part, code: str) -> NoReturn:
        if code not in every:
            refuse(
                _("“%(part)s” refers to an item “%(code)s” that the form does not have.")
                % {"part": name_of(part), "code": code},
                place=part["code"],
            )
        other = next(item for item in items_in(body) if item["code"] == code)
        refuse(
            _("“%(part)s” depends on the answer to “%(item)s”, which must come before it.")
            % {"part": name_of(part), "item": name_of(other)},
            place=part["code"],
        )

    for section in body["sections"]:
        texts = [(f"section.{section['code']}.{name}", section.get(name) or "") for name in SECTION_TEXTS]
        check(section, section.get("visible_if"), texts)
        for item in section["items"]:
            texts = [(f"item.{item['code']}.{name}", item.get(name) or "") for name in ITEM_TEXTS]
            check(item, item.get("visible_if"), texts)
            for choice in item.get("choices") or ():
                check(
                    item,
                    choice.get("visible_if"),
                    [(f"choice.{item['code']}.{choice['code']}", choice.get("label") or "")],
                )
            seen.add(item["code"])


def settled(given: Mapping[str, Any]) -> Body:
    """The body as a draft keeps it: sound but for being empty, tidy, defaults left out. Refuses what is not sound."""
    body = copied(given)
    check_order(body)
    used = {item.get("scale_code") for item in items_in(body)}
    body["scales"] = [scale for scale in body.get("scales") or () if scale["code"] in used]
    is_empty = not any(section["items"] for section in body["sections"])
    if is_empty:
        body["sections"] = [{**body["sections"][0], "items": [PLACEHOLDER]}, *body["sections"][1:]]
    definition = read_definition(body)
    languages = definition.languages[1:]
    keys = {key for key, text in definition.texts() if text}
    result = definition.model_dump(mode="json", exclude_defaults=True)
    result["languages"] = list(definition.languages)
    result["translations"] = {
        language: {
            key: text for key, text in definition.translations.get(language, {}).items() if key in keys and text.strip()
        }
        for language in languages
    }
    if is_empty:
        result["sections"][0]["items"] = []
    return result


PLACEHOLDER: Part = {"code": "-", "type": "note"}


def lenient(body: Mapping[str, Any]) -> Definition:
    """A draft as a definition even while it has no item: for its preview and its checks."""
    if any(section["items"] for section in body["sections"]):
        return read_definition(body)
    first = {**body["sections"][0], "items": [PLACEHOLDER]}
    return read_definition({**body, "sections": [first, *body["sections"][1:]]})
