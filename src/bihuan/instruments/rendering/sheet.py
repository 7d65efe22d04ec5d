"""A form page made ready once: fixed text, places that depend on the visitor, and parts that may be left out."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils import translation
from django.utils.html import escape
from django.utils.translation import gettext as _

from bihuan.instruments.conditions import Condition, holds
from bihuan.instruments.definition import Definition, Item, ItemType
from bihuan.instruments.piping import number_words, spoken_of
from bihuan.instruments.walk import NA, AnswerState, Problem


@dataclass(frozen=True, slots=True)
class Slot:
    """A place filled for each visitor; ``kind`` names a method of `Filling`."""

    kind: str
    item: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """A part whose condition reads other pages only: left out where it does not hold, script or not."""

    condition: Condition
    parts: tuple[Part, ...]


Part = str | Slot | Block
Parts = Iterable["Part | Parts"]


def flat(parts: Parts) -> tuple[Part, ...]:
    """One row of parts, neighbouring texts joined."""
    found: list[Part] = []
    for part in leaves(parts):
        if isinstance(part, str) and found and isinstance(found[-1], str):
            found[-1] += part
        else:
            found.append(part)
    return tuple(found)


def leaves(parts: Parts) -> Iterator[Part]:
    for part in parts:
        if isinstance(part, str | Slot | Block):
            yield part
        else:
            yield from leaves(part)


@dataclass(frozen=True)
class Sheet:
    """Compiled once per form version, language, theme, page and order of choices; filled for each visitor."""

    definition: Definition
    language: str
    parts: tuple[Part, ...]
    reads: tuple[str, ...] = ()

    @cached_property
    def blank(self) -> str:
        """As somebody sees it who has answered nothing."""
        return self.filled()

    def filled(
        self,
        values: Mapping[str, Any] | None = None,
        states: Mapping[str, str] | None = None,
        problems: Iterable[Problem] = (),
        file_names: Mapping[str, str] | None = None,
    ) -> str:
        found = {problem.item: problem for problem in reversed(list(problems))}
        filling = Filling(self, values or {}, states or {}, found, file_names or {})
        with translation.override(self.language):
            return "".join(filling.texts(self.parts))


@dataclass(frozen=True, slots=True)
class Filling:
    """The answers of one visitor. Values may be typed or as a form sent them."""

    sheet: Sheet
    values: Mapping[str, Any]
    states: Mapping[str, str]
    problems: Mapping[str, Problem]
    file_names: Mapping[str, str]

    @property
    def definition(self) -> Definition:
        return self.sheet.definition

    @property
    def language(self) -> str:
        return self.sheet.language

    def texts(self, parts: Iterable[Part]) -> Iterator[str]:
        for part in parts:
            if isinstance(part, str):
                yield part
            elif isinstance(part, Slot):
                yield getattr(self, part.kind)(part)
            elif holds(part.condition, self.values):
                yield from self.texts(part.parts)

    def has(self, item: str, option: str) -> bool:
        value = self.values.get(item)
        if option == NA:
            return value in (NA, [NA]) or self.states.get(item) == AnswerState.NOT_APPLICABLE
        if value is None:
            return False
        if isinstance(value, list | tuple):
            return any(text_of(one) == option for one in value)
        return text_of(value) == option

    def checked(self, slot: Slot) -> str:
        return " checked" if self.has(slot.item, slot.value) else ""

    def selected(self, slot: Slot) -> str:
        return " selected" if self.has(slot.item, slot.value) else ""

    def consented(self, slot: Slot) -> str:
        return " checked" if self.values.get(slot.item) in (True, "1", "on", "true", "yes") else ""

    def value(self, slot: Slot) -> str:
        value = self.values.get(slot.item)
        return "" if value is None or isinstance(value, list | dict) else escape(text_of(value))

    def part(self, slot: Slot) -> str:
        """The points of one choice of a split."""
        value = self.values.get(slot.item)
        return escape(text_of(value.get(slot.value, ""))) if isinstance(value, Mapping) else ""

    def ranked(self, slot: Slot) -> str:
        """``value`` is the choice and the rank asked about."""
        choice, _sep, rank = slot.value.rpartition("\x1f")
        value = self.values.get(slot.item)
        if isinstance(value, Mapping):
            given = text_of(value.get(choice, ""))
        elif isinstance(value, list) and choice in value:
            given = str(value.index(choice) + 1)
        else:
            given = ""
        return " selected" if given == rank else ""

    def total(self, slot: Slot) -> str:
        value = self.values.get(slot.item)
        points = [text_of(one) for one in value.values()] if isinstance(value, Mapping) else []
        return str(sum(int(one) for one in points if one.isascii() and one.isdigit() and len(one) < 10))

    def pipe(self, slot: Slot) -> str:
        return escape(spoken_of(self.definition, slot.item, self.values, self.language)) or "…"

    def invalid(self, slot: Slot) -> str:
        """Attributes of a field; ``value`` is what describes it anyhow."""
        is_wrong = slot.item in self.problems
        described = " ".join(one for one in (slot.value, self.error_id(slot.item) if is_wrong else "") if one)
        return (' aria-invalid="true"' if is_wrong else "") + (f' aria-describedby="{described}"' if described else "")

    def described(self, slot: Slot) -> str:
        """The same for a plain group of fields, which cannot itself be invalid."""
        return self.invalid(slot).replace(' aria-invalid="true"', "")

    def error_id(self, item: str) -> str:
        return f"{html_id(self.definition, item)}-error"

    def error(self, slot: Slot) -> str:
        problem = self.problems.get(slot.item)
        if problem is None:
            return ""
        return f'<p class="question-error" id="{self.error_id(slot.item)}">{escape(problem.message)}</p>'

    def files(self, slot: Slot) -> str:
        """Files that have arrived stand as ticked boxes: to take one out is to untick it."""
        value = self.values.get(slot.item)
        kept = value if isinstance(value, list) else []
        if not kept:
            return ""
        usual = _("file %(number)s")
        rows = "".join(
            f'<label class="option"><input type="checkbox" name="{escape(slot.value)}" value="{escape(one)}" checked>'
            f"<span>{escape(self.file_names.get(one) or usual % {'number': number})}</span></label>"
            for number, one in enumerate(kept, 1)
        )
        return f'<div class="files-kept">{rows}</div>'

    def known(self, _slot: Slot) -> str:
        """Answers of other pages that conditions and quotations on this one read, for the script."""
        found = {code: self.values[code] for code in self.sheet.reads if code in self.values}
        return escape(json.dumps(found, ensure_ascii=False)) if found else "{}"

    def summary(self, _slot: Slot) -> str:
        if not self.problems:
            return ""
        rows = "".join(self.summary_row(problem) for problem in self.in_order())
        heading = _("Please look at this again:")
        return (
            '<div class="error-summary" role="alert" tabindex="-1" id="errors" data-error-summary>'
            f"<h2>{escape(heading)}</h2><ul>{rows}</ul></div>"
        )

    def in_order(self) -> list[Problem]:
        order = {item.code: number for number, item in enumerate(self.definition.items)}
        return sorted(self.problems.values(), key=lambda problem: order.get(problem.item, len(order)))

    def summary_row(self, problem: Problem) -> str:
        item = self.definition.by_code.get(problem.item)
        if item is None:
            return f"<li>{escape(problem.message)}</li>"
        label = self.definition.text(f"item.{item.code}.label", item.label, self.language) or item.code
        colon = "：" if self.language.startswith("zh") else ": "
        text = f"{label if len(label) <= 60 else label[:59] + '…'}{colon}{problem.message}"
        return f'<li><a href="#{first_field(self.definition, item)}">{escape(text)}</a></li>'


def text_of(value: Any) -> str:
    return number_words(value) if isinstance(value, float) else str(value)


def html_id(definition: Definition, item: str) -> str:
    """Codes may hold anything, an id may not: items are numbered as they stand in the form."""
    return f"i{position(definition)[item]}"


def position(definition: Definition) -> dict[str, int]:
    found: dict[str, int] | None = definition.compiled.get("rendering.position")
    if found is None:
        found = {item.code: number for number, item in enumerate(definition.items, 1)}
        definition.compiled["rendering.position"] = found
    return found


def first_field(definition: Definition, item: Item) -> str:
    """The id of the field that takes the focus when somebody is led to an item."""
    place = html_id(definition, item.code)
    return place if item.type in {ItemType.NOTE, ItemType.HIDDEN} else f"{place}-1"
