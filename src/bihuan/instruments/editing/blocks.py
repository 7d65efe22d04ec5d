"""Blocks put in by one click: a battery, pairs of sides, Kano pairs, and questions whose wording is well tried."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from bihuan.instruments.definition import ItemType
from bihuan.instruments.editing.items import item_add, scale_use
from bihuan.instruments.editing.parts import (
    NOTHING,
    Body,
    Taken,
    Words,
    copied,
    item_codes,
    items_in,
    languages_of,
    put_words,
    refuse,
    section_named,
)
from bihuan.instruments.editing.sections import section_add
from bihuan.instruments.shelf import block_shelf, library_entry, raw_items

MOST_STATEMENTS = 60
# Which sides a block asks, in the order they stand in the form.
SIDES: dict[str, tuple[str, ...]] = {
    "battery": ("battery",),
    "pairs": ("expectation", "perception"),
    "pairs_importance": ("expectation", "perception", "importance"),
    "ipa": ("importance", "performance"),
}
# Single questions taken from the shelf: (template, items).
READY: dict[str, tuple[str, tuple[str, ...]]] = {
    "nps": ("nps", ("recommend", "recommend_reason")),
    "csat": ("csat", ("overall",)),
    "ces": ("ces", ("effort",)),
    "common": ("common", ("common_timeliness", "common_convenience", "common_competence", "common_value")),
    "comment": ("common", ("comment", "quote")),
}
BLOCKS = (*SIDES, "kano", *READY)


@dataclass(frozen=True)
class Outcome:
    """The body and what to show next."""

    body: Body
    item: str


def block_add(
    given: Body, block: str, *, section: str, after: str = "", statements: Sequence[str] = (), taken: Taken = NOTHING
) -> Outcome:
    """Insert a block behind the item or section; ``statements`` are its rows in the form's first language."""
    lines = [line.strip() for line in statements if line.strip()]
    if len(lines) > MOST_STATEMENTS:
        refuse(_("At most %(count)s statements at once.") % {"count": MOST_STATEMENTS}, place="statements")
    if block in READY:
        return ready_add(given, block, section=section, after=after, taken=taken)
    if block == "kano":
        return kano_add(given, lines, section=section, taken=taken)
    if block not in SIDES:
        refuse(_("There is no such block."))
    return sides_add(given, SIDES[block], lines, section=section, taken=taken)


def in_form(texts: Sequence[str]) -> dict[str, str]:
    """A text of the shelf by language."""
    return dict(zip(block_shelf()["languages"], texts, strict=True))


def statement_words(body: Body, line: str, number: int) -> dict[str, str]:
    if line:
        return {languages_of(body)[0]: line}
    return {language: text.format(n=number) for language, text in in_form(block_shelf()["statement"]["text"]).items()}


def fresh_numbers(body: Body, letters: Iterable[str], count: int, taken: Taken) -> list[str]:
    """Pair numbers whose codes are free on every side: "01", "02"…"""
    used = item_codes(body) | taken.items
    pairs = {item.get("pair") for item in items_in(body)}
    found: list[str] = []
    number = 0
    while len(found) < count:
        number += 1
        name = f"{number:02d}"
        if name not in pairs and not any(f"{letter}{name}" in used for letter in letters):
            found.append(name)
    return found


def sides_add(given: Body, sides: Sequence[str], lines: Sequence[str], *, section: str, taken: Taken) -> Outcome:
    body = copied(given)
    shelf = block_shelf()
    rows = list(lines) or ["", "", ""]
    letters = [shelf[side].get("letter", "Q") for side in sides]
    numbers = fresh_numbers(body, letters, len(rows), taken)
    behind, first = section, ""
    for side, letter in zip(sides, letters, strict=True):
        frame = shelf[side]
        body, code = section_add(
            body, after=behind, title=in_form(frame["section"]["title"]), layout="battery", taken=taken
        )
        home = section_named(body, code)
        home["intro"] = put_section_words(body, code, "intro", frame["section"]["intro"])
        behind = code
        for number, (pair, line) in enumerate(zip(numbers, rows, strict=True), 1):
            values: dict[str, Any] = {"scale": [1, 5, 1]}
            if "side" in frame:
                values |= {"side": frame["side"], "pair": pair}
            body, item = item_add(
                body,
                ItemType.RATING,
                section=code,
                values=values,
                words={"label": statement_words(body, line, number)},
                code=f"{letter}{pair}",
                taken=taken,
            )
            body = scale_use(body, [item], library_entry(frame["scale"]))
            first = first or item
    return Outcome(body, first)


def put_section_words(body: Body, code: str, name: str, texts: Sequence[str]) -> str:
    return put_words(body, f"section.{code}.{name}", in_form(texts))


def kano_add(given: Body, lines: Sequence[str], *, section: str, taken: Taken) -> Outcome:
    shelf = block_shelf()
    body, code = section_add(given, after=section, title=in_form(shelf["kano"]["section"]["title"]), taken=taken)
    section_named(body, code)["intro"] = put_section_words(body, code, "intro", shelf["kano"]["section"]["intro"])
    rows = list(lines) or ["", ""]
    used = item_codes(body) | taken.items
    first = ""
    for number, line in enumerate(rows, 1):
        pair = fresh_pair(used, {item.get("pair") for item in items_in(body)})
        for side, mark in (("functional", "f"), ("dysfunctional", "d")):
            statement = statement_words(body, line, number)
            words = {
                language: text.format(statement=statement.get(language) or next(iter(statement.values())))
                for language, text in in_form(shelf[side]["text"]).items()
                if language in statement or language == languages_of(body)[0]
            }
            body, item = item_add(
                body,
                ItemType.RATING,
                section=code,
                values={"scale": [1, 5, 1], "side": side, "pair": pair, "allows_na": False},
                words={"label": words},
                code=f"{pair}_{mark}",
                taken=taken,
            )
            used.add(item)
            body = scale_use(body, [item], library_entry("kano_5"))
            first = first or item
    return Outcome(body, first)


def fresh_pair(used: set[str], pairs: set[str | None]) -> str:
    number = 1
    while f"K{number:02d}" in pairs or any(f"K{number:02d}_{mark}" in used for mark in "fd"):
        number += 1
    return f"K{number:02d}"


def ready_add(given: Body, block: str, *, section: str, after: str, taken: Taken) -> Outcome:
    """Questions of the shelf in the form's languages; one that the form has already is not put in twice."""
    body = copied(given)
    key, wanted = READY[block]
    first = ""
    codes: dict[str, str] = {}
    for raw in raw_items(key, wanted):
        if raw["code"] in item_codes(body) and block == "common":
            continue
        texts: tuple[str, ...] = ("label", "help")
        words: dict[str, Words] = {name: in_form(raw[name]) for name in texts if name in raw}
        skipped = {"code", "label", "help", "scale_code", "type", "visible_if"}
        values = {name: value for name, value in raw.items() if name not in skipped}
        kind = ItemType(raw.get("type", ItemType.RATING))
        # A common item is joined over all forms by its code, so it takes its old one back.
        free = NOTHING if block == "common" else taken
        body, item = item_add(
            body, kind, section=section, after=after, values=values, words=words, code=raw["code"], taken=free
        )
        if raw.get("scale_code"):
            body = scale_use(body, [item], library_entry(raw["scale_code"]))
        condition = own_condition(raw.get("visible_if"), codes)
        if condition:
            next(one for one in items_in(body) if one["code"] == item)["visible_if"] = condition
        codes[raw["code"]] = item
        after, first = item, first or item
    if not first:
        refuse(_("The form has these items already."))
    return Outcome(body, first)


def own_condition(condition: Mapping[str, Any] | None, codes: Mapping[str, str]) -> dict[str, Any] | None:
    """A single test of the shelf under the codes the items got here; None where what it reads is not here."""
    if condition is None:
        return None
    tests = condition.get("some") or condition.get("every") or [condition]
    here = [{**test, "item": codes[test["item"]]} for test in tests if test.get("item") in codes]
    return dict(here[0]) if here else None
