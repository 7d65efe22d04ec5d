"""A form as an XLSForm workbook: it runs in the usual collectors, and read back it is the same form."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from bihuan.instruments.conditions import Condition
from bihuan.instruments.definition import (
    SCALED,
    WITH_CHOICES,
    AnswerScale,
    Choice,
    Definition,
    Item,
    ItemType,
    Section,
)
from bihuan.instruments.xlsform.columns import PREFIX, YES, column, own_cells, to_cell
from bihuan.instruments.xlsform.expressions import Conditions, ExpressionError
from bihuan.instruments.xlsform.languages import headings_for
from bihuan.instruments.xlsform.names import CHOICE_NAME, RESERVED, Names, Reference, renamed
from bihuan.instruments.xlsform.phrases import Phrases, bounds_text
from bihuan.instruments.xlsform.sheets import workbook_of

MOST_LEVELS = 60  # a longer scale is a range of numbers to the collectors
CHUNK = 30_000
TYPES = {
    ItemType.MULTIPLE: "select_multiple",
    ItemType.RANKING: "rank",
    ItemType.CHOICE: "select_one",
    ItemType.DROPDOWN: "select_one",
    ItemType.NUMBER: "decimal",
    ItemType.DATE: "date",
    ItemType.TEXT: "text",
    ItemType.CONSENT: "acknowledge",
    ItemType.NOTE: "note",
    ItemType.HIDDEN: "hidden",
}
# What the limits of an item mean to its kind; for other kinds they stand in columns of their own.
LIMITED = {ItemType.NUMBER: "value", ItemType.TEXT: "length", ItemType.MULTIPLE: "count"}
RANDOMIZED = frozenset({ItemType.CHOICE, ItemType.DROPDOWN, ItemType.MULTIPLE, ItemType.RANKING})
Row = dict[str, str]


def scale_of(definition: Definition, item: Item) -> AnswerScale | None:
    """The scale whose list of levels the item is asked with."""
    scale = definition.scale_by_code.get(item.scale_code)
    if scale is None or item.type not in SCALED or len(range(scale.low, scale.high + 1, scale.step)) > MOST_LEVELS:
        return None
    return scale if item.scale == (scale.low, scale.high, scale.step) else None


class Writer:
    def __init__(self, definition: Definition) -> None:
        self.definition = definition
        self.languages, self.can_be_told = headings_for(definition.languages)
        self.first = definition.languages[0]
        self.placed: set[tuple[str, str]] = set()
        self.survey: list[Row] = []
        self.choices: list[Row] = []
        self.scales: list[Row] = []
        self.texts: list[Row] = []
        names = Names(taken=RESERVED)
        self.item_names = {item.code: names.give(item.code) for item in definition.items}
        self.names = names
        self.lists = Names(pattern=CHOICE_NAME, any_case=True)
        self.list_of_scale = {scale.code: self.lists.give(scale.code) for scale in definition.scales}
        self.list_by_rows: dict[str, str] = {}
        self.choice_names = {item.code: self.names_of_choices(item) for item in definition.items}
        self.known = {item.code: self.reference(item) for item in definition.items}
        self.phrases = Phrases(self.known)
        self.asked: dict[str, Reference] = {}

    def names_of_choices(self, item: Item) -> dict[str, str]:
        names = Names(pattern=CHOICE_NAME, any_case=True)
        return {choice.code: names.give(choice.code) for choice in item.choices}

    def reference(self, item: Item) -> Reference:
        choices = {name: code for code, name in self.choice_names[item.code].items()}
        return Reference(item.code, self.item_names[item.code], item.type, choices, item.levels)

    # Texts

    def put(self, row: Row, heading: str, key: str, own: str, *, needed: str = "", quotes: bool = False) -> None:
        """A text in every language; ``needed`` stands in where the collectors must show something."""

        def shown(text: str) -> str:
            return renamed(text, self.item_names.get) if quotes else text

        for language in self.languages:
            if language.code == self.first:
                text = shown(own)
                if not own and needed:
                    text, row[column("label")] = needed, "no"
            else:
                text = self.definition.translations.get(language.code, {}).get(key, "")
                if text:
                    self.placed.add((language.code, key))
                text = shown(text)
            if text:
                row[f"{heading}::{language.heading}"] = text

    def has_text(self, key: str, own: str) -> bool:
        return bool(own) or any(
            self.definition.translations.get(code, {}).get(key) for code in self.definition.languages[1:]
        )

    def leave_over(self, language: str, key: str, text: str, *, what: str = "translation") -> None:
        self.texts.append({"what": what, "language": language, "key": key, "text": text})

    # Conditions

    def condition(self, row: Row, heading: str, condition: Condition | None) -> None:
        """As XPath; where XPath would be read as another tree, the tree itself beside it."""
        if condition is None:
            return
        row[heading] = self.phrases.written(condition)
        try:
            is_same = Conditions(self.asked).read(row[heading]) == condition
        except ExpressionError:
            is_same = False
        if not is_same:
            row[column("visible_if")] = to_cell(
                Item, "visible_if", condition.model_dump(mode="json", exclude_defaults=True)
            )

    # Lists of choices

    def list_for(self, item: Item) -> str:
        """The name of the list; items with the very same choices share one."""
        rows = [self.choice_row(item, choice) for choice in item.choices]
        key = json.dumps(rows, sort_keys=True)
        name = self.list_by_rows.get(key)
        if name is None:
            name = self.list_by_rows[key] = self.lists.give(self.item_names[item.code])
            self.choices += [{"list_name": name, **row} for row in rows]
        return name

    def choice_row(self, item: Item, choice: Choice) -> Row:
        row: Row = {"name": self.choice_names[item.code][choice.code]}
        if row["name"] != choice.code:
            row[column("code")] = choice.code
        self.put(row, "label", f"choice.{item.code}.{choice.code}", choice.label, needed=choice.code, quotes=True)
        self.condition(row, f"{PREFIX}relevant", choice.visible_if)
        return {**row, **own_cells(Choice, choice)}

    def scale(self, scale: AnswerScale) -> None:
        name = self.list_of_scale[scale.code]
        row: Row = {"list_name": name, "code": scale.code}
        self.scales.append(
            {**row, **{key.removeprefix(PREFIX): text for key, text in own_cells(AnswerScale, scale).items()}}
        )
        levels = list(range(scale.low, scale.high + 1, scale.step)) if scale.step else []
        shown = levels if len(levels) <= MOST_LEVELS else []
        for level in shown:
            row = {"list_name": name, "name": str(level)}
            self.put(row, "label", f"scale.{scale.code}.{level}", scale.labels.get(level, ""), needed=str(level))
            self.choices.append(row)
        if self.has_text(f"scale.{scale.code}.na", scale.na_label):
            row = {"list_name": name, "name": "na", column("allows_na"): YES}
            self.put(row, "label", f"scale.{scale.code}.na", scale.na_label, needed="–")
            self.choices.append(row)
        for level, label in sorted(scale.labels.items()):
            if level not in shown or not label:
                self.leave_over(self.first, f"scale.{scale.code}.{level}", label, what="label")

    # Rows of the survey

    def item(self, item: Item) -> None:
        row: Row = {"name": self.item_names[item.code]}
        if row["name"] != item.code:
            row[column("code")] = item.code
        native = self.asked_as(row, item)
        self.put(row, "label", f"item.{item.code}.label", item.label, needed=item.code, quotes=True)
        self.put(row, "hint", f"item.{item.code}.help", item.help, quotes=True)
        self.condition(row, "relevant", item.visible_if)
        row |= own_cells(Item, item, native=frozenset(native))
        if item.type is ItemType.SPLIT:
            self.split(row, item)
        else:
            if item.is_required:
                row["required"] = YES
            self.survey.append(row)
        self.asked[self.item_names[item.code]] = self.known[item.code]

    def asked_as(self, row: Row, item: Item) -> set[str]:
        """Type, appearance, limits; returns the fields that are said thereby."""
        native = {"is_required"} if item.type is not ItemType.SPLIT else set()
        scale = scale_of(self.definition, item)
        if item.type in SCALED:
            if item.type is not ItemType.RATING:
                row[column("type")] = item.type.value
            if scale is not None:
                row["type"] = f"select_one {self.list_of_scale[scale.code]}"
                native |= {"scale", "scale_code"}
            else:
                low, high, step = item.scale or (0, 0, 0)
                row["type"], row["parameters"] = "range", f"start={low} end={high} step={step}"
                native.add("scale")
                row.setdefault(column("type"), item.type.value)
        elif item.type is ItemType.FILE:
            row["type"] = "image" if item.files == "photo" else "file"
            native.add("files")
        elif item.type is not ItemType.SPLIT:
            row["type"] = TYPES[item.type]
            if item.type in WITH_CHOICES:
                row["type"] += f" {self.list_for(item)}"
        if item.choices and item.type not in WITH_CHOICES:
            row[column("choices")] = self.list_for(item)
        return native | self.looks(row, item)

    def looks(self, row: Row, item: Item) -> set[str]:
        said: set[str] = set()
        if item.type is ItemType.DROPDOWN:
            row["appearance"] = "minimal"
        if item.type is ItemType.TEXT:
            said.add("is_long")
            if item.is_long:
                row["appearance"] = "multiline"
        if item.type in RANDOMIZED:
            said.add("is_shuffled")
            if item.is_shuffled:
                row["parameters"] = "randomize=true"
        if item.type in LIMITED:
            said |= {"lowest", "highest"}
            limits = bounds_text(LIMITED[item.type], item.lowest, item.highest)
            if limits:
                row["constraint"] = limits
        return said

    def split(self, row: Row, item: Item) -> None:
        """A group of whole numbers, one a choice: no collector divides points by itself."""
        row |= {"type": "begin_group", column("type"): item.type.value}
        hints = {heading: row.pop(heading) for heading in list(row) if heading.startswith("hint::")}
        self.survey.append(row)
        if hints:  # a group shows no hint
            name = self.names.give(f"{row['name']}_help")
            labels = {heading.replace("hint", "label", 1): text for heading, text in hints.items()}
            self.survey.append({"type": "note", "name": name, column("type"): "help", **labels})
        for choice in item.choices:
            part: Row = {"type": "integer", **self.choice_row(item, choice), column("type"): "part"}
            part["relevant"] = part.pop(f"{PREFIX}relevant", "")
            part[f"{PREFIX}choice"] = part["name"]
            part["name"] = self.names.give(f"{row['name']}_{part['name']}")
            part["constraint"] = f". >= 0 and . <= {item.total}"
            self.survey.append(part)
        self.survey.append({"type": "end_group"})

    def section(self, section: Section) -> None:
        row: Row = {"type": "begin_group", "name": self.names.give(section.code)}
        if row["name"] != section.code:
            row[column("code")] = section.code
        self.put(row, "label", f"section.{section.code}.title", section.title, quotes=True)
        self.condition(row, "relevant", section.visible_if)
        row |= own_cells(Section, section)
        if section.layout == "battery":
            row["appearance"] = self.grid(section)
        self.survey.append(row)
        intro = f"section.{section.code}.intro"
        if self.has_text(intro, section.intro):
            self.note("intro", self.names.give(f"{row['name']}_intro"), intro, section.intro, quotes=True)
        for item in section.items:
            self.item(item)
        self.survey.append({"type": "end_group"})

    def grid(self, section: Section) -> str:
        """A table, where collectors can draw one: every row on the same list."""
        lists = {scale.code for item in section.items if (scale := scale_of(self.definition, item)) is not None}
        is_even = all(scale_of(self.definition, item) is not None for item in section.items)
        return "table-list" if is_even and len(lists) == 1 else "field-list"

    def note(self, kind: str, name: str, key: str, own: str, *, quotes: bool = False) -> None:
        row: Row = {"type": "note", "name": name, column("type"): kind}
        self.put(row, "label", key, own, needed="–", quotes=quotes)
        self.survey.append(row)

    def settings(self) -> Row:
        """Title, languages, paging; and what only we know of the form as a whole."""
        digest = self.definition.content_hash()
        row: Row = {"form_title": self.definition.title, "form_id": f"form_{digest[:12]}", "version": digest[:12]}
        row["default_language"] = self.languages[0].heading
        if self.definition.paging == "sections":
            row["style"] = "pages"
        if not self.can_be_told:
            row[f"{PREFIX}languages"] = to_cell(Definition, "languages", list(self.definition.languages))
        title: Row = {}
        self.put(title, f"{PREFIX}title", "title", "")
        for heading, text in own_cells(Definition, self.definition).items():
            for number, start in enumerate(range(0, len(text), CHUNK)):
                row[heading if number == 0 else f"{heading}_{number + 1}"] = text[start : start + CHUNK]
        return {**row, **title}

    def remaining_texts(self) -> None:
        """Translations that belong to no visible text, or say nothing: kept, so that nothing changes."""
        for language, texts in sorted(self.definition.translations.items()):
            rest = {key: text for key, text in texts.items() if (language, key) not in self.placed}
            for key, text in sorted(rest.items()):
                self.leave_over(language, key, text)
            if not texts:
                self.leave_over(language, "", "")

    def written(self) -> bytes:
        for scale in self.definition.scales:
            self.scale(scale)
        if self.has_text("intro", self.definition.intro):
            self.note("form_intro", "form_intro", "intro", self.definition.intro)
        for section in self.definition.sections:
            self.section(section)
        if self.has_text("thanks", self.definition.thanks):
            self.note("form_thanks", "form_thanks", "thanks", self.definition.thanks)
        settings = self.settings()
        self.remaining_texts()
        sheets: dict[str, list[Row]] = {"survey": self.survey, "choices": self.choices, "settings": [settings]}
        if self.scales:
            sheets["sqm_scales"] = self.scales
        if self.texts:
            sheets["sqm_texts"] = self.texts
        return workbook_of(sheets, {name: self.headings(name, rows) for name, rows in sheets.items()})

    def headings(self, name: str, rows: Sequence[Row]) -> list[str]:
        """The usual columns first, then every other one in use."""
        texts = [f"{kind}::{one.heading}" for kind in ("label", "hint") for one in self.languages]
        labels = texts[: len(self.languages)]
        usual: dict[str, list[str]] = {
            "survey": ["type", "name", *texts, "required", "relevant", "constraint", "appearance", "parameters"],
            "choices": ["list_name", "name", *labels],
            "settings": ["form_title", "form_id", "version", "default_language", "style"],
            "sqm_scales": ["list_name", "code", "title", "low", "high", "step"],
            "sqm_texts": ["what", "language", "key", "text"],
        }
        return list(dict.fromkeys([*usual[name], *in_use(rows)]))


def in_use(rows: Iterable[Row]) -> list[str]:
    return sorted({heading for row in rows for heading, text in row.items() if text})


def xlsform_write(definition: Definition) -> bytes:
    """The form as XLSX: sheets survey, choices and settings, and what is ours in columns and sheets named sqm_…"""
    return Writer(definition).written()
