"""A form as its readers in the office see it: every text in every language, every rule in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils import translation
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from bihuan.instruments.conditions import Condition
from bihuan.instruments.definition import PIPE, SCALED, Choice, Definition, Item, ItemType, Section
from bihuan.instruments.rendering.words import html_language, level_words, na_words, offers_na
from bihuan.instruments.vocabulary import KINDS, QUALITIES, SIDES, dimension_label
from bihuan.instruments.wording import condition_words

LANGUAGE_NAMES = {"zh-hans": "中文", "en": "English"}


@dataclass(frozen=True)
class Text:
    """A text in the reader's language, or the form's first, and the same in the other languages of the form."""

    own: str
    language: str
    others: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Fact:
    label: str
    value: str


@dataclass(frozen=True)
class ChoiceView:
    code: str
    text: Text
    condition: str
    is_exclusive: bool


@dataclass(frozen=True)
class ItemView:
    number: int
    code: str
    text: Text
    help: Text
    kind: str
    scale: tuple[Fact, ...]
    choices: tuple[ChoiceView, ...]
    condition: str
    marks: tuple[str, ...]
    facts: tuple[Fact, ...]


@dataclass(frozen=True)
class SectionView:
    code: str
    title: Text
    intro: Text
    condition: str
    marks: tuple[str, ...]
    items: tuple[ItemView, ...]


def sections_of(definition: Definition) -> list[SectionView]:
    """The whole form; items are numbered through, what only rests in the form (notes, hidden values) too."""
    reader = Reader(definition)
    return [reader.section(section) for section in definition.sections]


class Reader:
    """Reads texts of one form for whoever looks at it now."""

    def __init__(self, definition: Definition) -> None:
        self.definition = definition
        spoken = get_language() or ""
        self.language = spoken if spoken in definition.languages else definition.languages[0]
        self.numbers = {item.code: number for number, item in enumerate(definition.items, 1)}

    def text(self, key: str, own: str) -> Text:
        others = tuple(
            (html_language(language), self.readable(said))
            for language in self.definition.languages
            if language != self.language and (said := self.said(key, own, language))
        )
        said = self.said(key, own, self.language)
        return Text(self.readable(said or own), html_language(self.language), others)

    def said(self, key: str, own: str, language: str) -> str:
        """Only what stands in that language; a missing translation is not filled in here."""
        if language == self.definition.languages[0]:
            return own
        return self.definition.translations.get(language, {}).get(key, "")

    def readable(self, text: str) -> str:
        """Quotations by the wording of the item they quote."""
        return PIPE.sub(lambda match: _("[answer to “%(item)s”]") % {"item": self.name(match[1])}, text)

    def name(self, code: str) -> str:
        item = self.definition.by_code.get(code)
        if item is None:
            return code
        label = PIPE.sub("…", self.definition.text(f"item.{code}.label", item.label, self.language)) or code
        return label if len(label) <= 40 else f"{label[:39]}…"

    def condition(self, condition: Condition | None) -> str:
        return condition_words(condition, self.definition, self.language) if condition is not None else ""

    def section(self, section: Section) -> SectionView:
        marks = [_("in one grid")] if section.layout == "battery" else []
        marks += [_("items in random order")] if section.is_shuffled else []
        return SectionView(
            section.code,
            self.text(f"section.{section.code}.title", section.title),
            self.text(f"section.{section.code}.intro", section.intro),
            self.condition(section.visible_if),
            tuple(marks),
            tuple(self.item(item) for item in section.items),
        )

    def item(self, item: Item) -> ItemView:
        return ItemView(
            self.numbers[item.code],
            item.code,
            self.text(f"item.{item.code}.label", item.label),
            self.text(f"item.{item.code}.help", item.help),
            str(KINDS[item.type]),
            tuple(self.scale(item)),
            tuple(self.choice(item, choice) for choice in item.choices),
            self.condition(item.visible_if),
            tuple(marks_of(item)),
            tuple(self.facts(item)),
        )

    def choice(self, item: Item, choice: Choice) -> ChoiceView:
        text = self.text(f"choice.{item.code}.{choice.code}", choice.label)
        return ChoiceView(choice.code, text, self.condition(choice.visible_if), choice.is_exclusive)

    def scale(self, item: Item) -> Iterator[Fact]:
        """Levels with their words; where only some have words, the ends and those."""
        if item.type not in SCALED:
            return
        with translation.override(self.language):
            words = level_words(self.definition, item, self.language)
            na = na_words(self.definition, item, self.language) if offers_na(self.definition, item) else ""
        levels = sorted(item.levels)
        if not words:
            yield Fact(f"{levels[0]}–{levels[-1]}", "")
            levels = []
        shown = [level for level in levels if level in words or level in levels[:: len(levels) - 1]]
        yield from (Fact(str(level), words.get(level, "")) for level in shown)
        if na:
            yield Fact("–", na)

    def facts(self, item: Item) -> Iterator[Fact]:
        if item.dimension:
            yield Fact(_("Dimension"), dimension_label(item.dimension))
        if item.quality:
            yield Fact(_("Kind of quality"), str(QUALITIES[item.quality]))
        if item.side:
            yield Fact(_("Side of the pair"), self.pair(item))
        if limits := limits_of(item):
            yield Fact(_("Limits"), limits)
        if item.top is not None:
            yield Fact(_("Counts as satisfied"), best(item.top))
        if item.expected is not None:
            yield Fact(_("Attention check"), _("the right answer is %(level)d") % {"level": item.expected})
        if item.permits:
            permits = {"quote": _("quoting the comments"), "contact": _("getting in touch")}
            yield Fact(_("Allows"), permits[item.permits])
        if item.weight != 1:
            yield Fact(_("Weight"), f"{item.weight:g}")
        if item.clause:
            yield Fact(_("Clause of the standard"), item.clause)
        if item.touchpoint:
            yield Fact(_("Touchpoint"), item.touchpoint)

    def pair(self, item: Item) -> str:
        side = str(SIDES[item.side]) if item.side else ""
        others = [
            f"{self.numbers[other.code]}. {SIDES[other.side]}"
            for other in self.definition.items
            if item.pair and other.pair == item.pair and other.code != item.code and other.side
        ]
        return _("%(side)s; belongs to %(others)s") % {"side": side, "others": _(", ").join(others)} if others else side


def marks_of(item: Item) -> Iterator[str]:
    if item.is_required:
        yield _("required")
    if item.is_common:
        yield _("common item")
    if item.is_critical:
        yield _("critical")
    if item.is_reversed:
        yield _("reversed")
    if item.is_shuffled:
        yield _("choices in random order")
    if item.is_long:
        yield _("several lines")


def best(top: int | None) -> str:
    """Which levels count as good: of a question worded the other way round the best are its lowest."""
    return "" if top is None else ngettext("the best level", "the %(n)d best levels", top) % {"n": top}


def limits_of(item: Item) -> str:
    """What bounds an answer, in words; empty where nothing does."""
    if item.type is ItemType.SPLIT:
        return _("%(total)d points in all") % {"total": item.total}
    low, high = item.lowest, item.highest
    if low is None and high is None:
        return ""
    if item.type is ItemType.NUMBER:
        number = f"{low:g}" if low is not None else "", f"{high:g}" if high is not None else ""
        return " – ".join(number) if all(number) else "≥ " + number[0] if number[0] else "≤ " + number[1]
    bounds = [_("at least %(n)d") % {"n": low}] if low is not None else []
    bounds += [_("at most %(n)d") % {"n": high}] if high is not None else []
    said = {"bounds": _(", ").join(bounds)}
    if item.type is ItemType.TEXT:
        return _("%(bounds)s characters") % said
    return (_("%(bounds)s files") if item.type is ItemType.FILE else _("%(bounds)s choices")) % said
