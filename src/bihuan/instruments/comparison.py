"""Two versions of a form side by side: what was added, taken out and changed, part by part, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from bihuan.instruments.checking import breaks_of
from bihuan.instruments.conditions import Condition
from bihuan.instruments.definition import AnswerScale, Choice, Definition, Item, Section
from bihuan.instruments.presentation import LANGUAGE_NAMES, Reader, best, limits_of
from bihuan.instruments.vocabulary import KINDS, QUALITIES, SIDES, dimension_label


@dataclass(frozen=True)
class Difference:
    """One property of a part, before and after; empty where there was or is none."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Changed:
    """A part that both versions have. ``warning``: why answers before and after cannot be put side by side."""

    code: str
    name: str
    differences: tuple[Difference, ...]
    warning: str = ""


@dataclass(frozen=True)
class Comparison:
    form: tuple[Difference, ...]
    sections_added: tuple[str, ...]
    sections_removed: tuple[str, ...]
    sections_changed: tuple[Changed, ...]
    items_added: tuple[tuple[str, str, str], ...]
    items_removed: tuple[tuple[str, str, str], ...]
    items_changed: tuple[Changed, ...]
    scales_changed: tuple[Changed, ...]
    unchanged: int

    @property
    def is_empty(self) -> bool:
        found = (self.form, self.sections_added, self.sections_removed, self.sections_changed)
        return not any((*found, self.items_added, self.items_removed, self.items_changed, self.scales_changed))


def comparison_of(before: Definition, after: Definition, number: int = 0) -> Comparison:
    """``number`` is that of the earlier version, for the warnings."""
    return Comparer(before, after, number).comparison()


@dataclass
class Comparer:
    before: Definition
    after: Definition
    number: int
    old: Reader = field(init=False)
    new: Reader = field(init=False)

    def __post_init__(self) -> None:
        self.old, self.new = Reader(self.before), Reader(self.after)

    def comparison(self) -> Comparison:
        old_sections = {section.code: section for section in self.before.sections}
        new_sections = {section.code: section for section in self.after.sections}
        old_items, new_items = self.before.by_code, self.after.by_code
        warnings = {one.item: one.text for one in breaks_of(self.after, [(self.number, self.before)])}
        changed = [
            Changed(code, self.new.name(code), found, warnings.get(code, ""))
            for code, item in new_items.items()
            if code in old_items and ((found := tuple(self.item(old_items[code], item))) or code in warnings)
        ]
        both = len(old_items.keys() & new_items.keys())
        return Comparison(
            form=tuple(self.form()),
            sections_added=tuple(named(one) for code, one in new_sections.items() if code not in old_sections),
            sections_removed=tuple(named(one) for code, one in old_sections.items() if code not in new_sections),
            sections_changed=tuple(
                Changed(code, named(section), found)
                for code, section in new_sections.items()
                if code in old_sections and (found := tuple(self.section(old_sections[code], section)))
            ),
            items_added=tuple(listed(self.new, item) for code, item in new_items.items() if code not in old_items),
            items_removed=tuple(listed(self.old, item) for code, item in old_items.items() if code not in new_items),
            items_changed=tuple(changed),
            scales_changed=tuple(self.scales()),
            unchanged=both - len(changed),
        )

    def form(self) -> Iterator[Difference]:
        for name, label in (("title", _("Title")), ("intro", _("Introduction")), ("thanks", _("Thanks"))):
            yield from self.texts(label, name, getattr(self.before, name), getattr(self.after, name))
        pages = {"single": _("everything on one page"), "sections": _("a page a section")}
        yield from different(_("Pages"), pages[self.before.paging], pages[self.after.paging])
        yield from different(_("Languages"), languages_of(self.before.languages), languages_of(self.after.languages))
        if self.before.scorecard != self.after.scorecard:
            told = {False: _("none"), True: _("as frozen in the version")}
            yield Difference(_("Scorecard"), told[self.before.scorecard is not None], _("changed"))
        kept = [code for code in self.before.by_code if code in self.after.by_code]
        now = [code for code in self.after.by_code if code in self.before.by_code]
        if kept != now:
            yield Difference(_("Order of the items"), order_of(kept, now), order_of(now, kept))

    def section(self, old: Section, new: Section) -> Iterator[Difference]:
        key = f"section.{new.code}"
        yield from self.texts(_("Title"), f"{key}.title", old.title, new.title)
        yield from self.texts(_("Introduction"), f"{key}.intro", old.intro, new.intro)
        yield from self.conditions(old.visible_if, new.visible_if)
        layouts = {"list": _("one below the other"), "battery": _("in one grid")}
        yield from different(_("Layout"), layouts[old.layout], layouts[new.layout])
        yield from different(_("Items in random order"), yes(old.is_shuffled), yes(new.is_shuffled))

    def item(self, old: Item, new: Item) -> Iterator[Difference]:
        yield from self.texts(_("Wording"), f"item.{new.code}.label", old.label, new.label)
        yield from self.texts(_("Help"), f"item.{new.code}.help", old.help, new.help)
        yield from different(_("Kind"), str(KINDS[old.type]), str(KINDS[new.type]))
        yield from different(_("Scale"), self.scale(old, self.before), self.scale(new, self.after))
        yield from self.choices(old, new)
        yield from self.conditions(old.visible_if, new.visible_if)
        home = {item.code: section for section in self.before.sections for item in section.items}
        now = {item.code: section for section in self.after.sections for item in section.items}
        if home[old.code].code != now[new.code].code:
            yield Difference(_("Section"), named(home[old.code]), named(now[new.code]))
        flags = {
            "is_required": _("Required"),
            "allows_na": _("“Not applicable” allowed"),
            "is_reversed": _("Reversed"),
            "is_critical": _("Critical"),
            "is_common": _("Common item"),
            "is_long": _("Several lines"),
            "is_shuffled": _("Choices in random order"),
        }
        for name, label in flags.items():
            yield from different(label, yes(getattr(old, name)), yes(getattr(new, name)))
        yield from different(_("Limits"), limits_of(old), limits_of(new))
        yield from different(_("Dimension"), dimension_label(old.dimension), dimension_label(new.dimension))
        yield from different(_("Kind of quality"), in_words(QUALITIES, old.quality), in_words(QUALITIES, new.quality))
        yield from different(_("Side of the pair"), side_of(old), side_of(new))
        yield from different(_("Counts as satisfied"), best(old.top), best(new.top))
        plain = {
            "weight": _("Weight"),
            "expected": _("Attention check"),
            "clause": _("Clause of the standard"),
            "touchpoint": _("Touchpoint"),
            "permits": _("Allows"),
            "files": _("Kind of files"),
        }
        for name, label in plain.items():
            yield from different(label, plainly(getattr(old, name)), plainly(getattr(new, name)))

    def scale(self, item: Item, definition: Definition) -> str:
        if item.scale is None:
            return ""
        low, high, step = item.scale
        ends = f"{low}–{high}" + (f" / {step}" if step != 1 else "")
        kept = definition.scale_by_code.get(item.scale_code)
        return f"{ends} ({kept.title or kept.code})" if kept else ends

    def choices(self, old: Item, new: Item) -> Iterator[Difference]:
        before = {choice.code: choice for choice in old.choices}
        after = {choice.code: choice for choice in new.choices}
        for code, choice in before.items():
            if code not in after:
                yield Difference(_("Choice taken out"), choice.label or code, "")
        for code, choice in after.items():
            if code not in before:
                yield Difference(_("Choice added"), "", choice.label or code)
            else:
                yield from self.choice(new, before[code], choice)
        kept = [code for code in before if code in after]
        now = [code for code in after if code in before]
        if kept != now:
            yield Difference(_("Order of the choices"), order_of(kept, now), order_of(now, kept))

    def choice(self, item: Item, old: Choice, new: Choice) -> Iterator[Difference]:
        label = _("Choice “%(choice)s”") % {"choice": new.label or new.code}
        yield from self.texts(label, f"choice.{item.code}.{new.code}", old.label, new.label)
        for found in self.conditions(old.visible_if, new.visible_if):
            yield Difference(f"{label}: {found.label}", found.before, found.after)
        alone = _("stands alone")
        yield from different(label, alone if old.is_exclusive else "", alone if new.is_exclusive else "")

    def conditions(self, old: Condition | None, new: Condition | None) -> Iterator[Difference]:
        if old != new:
            always = _("always")
            yield Difference(
                pgettext("item", "Shown"), self.old.condition(old) or always, self.new.condition(new) or always
            )

    def texts(self, label: str, key: str, old: str, new: str) -> Iterator[Difference]:
        """The text in every language either version has."""
        for language in dict.fromkeys((*self.after.languages, *self.before.languages)):
            is_first = language == self.after.languages[0]
            name = label if is_first else f"{label} ({LANGUAGE_NAMES.get(language, language)})"
            before = self.old.readable(self.old.said(key, old, language)) if language in self.before.languages else ""
            after = self.new.readable(self.new.said(key, new, language)) if language in self.after.languages else ""
            yield from different(name, before, after)

    def scales(self) -> Iterator[Changed]:
        for code, scale in self.after.scale_by_code.items():
            earlier = self.before.scale_by_code.get(code)
            if earlier is not None and (found := tuple(self.levels(earlier, scale))):
                yield Changed(code, scale.title or code, found)

    def levels(self, old: AnswerScale, new: AnswerScale) -> Iterator[Difference]:
        yield from different(_("Levels"), f"{old.low}–{old.high} / {old.step}", f"{new.low}–{new.high} / {new.step}")
        for level in sorted({*old.labels, *new.labels}):
            key = f"scale.{new.code}.{level}"
            yield from self.texts(str(level), key, old.labels.get(level, ""), new.labels.get(level, ""))
        yield from self.texts(_("“Not applicable”"), f"scale.{new.code}.na", old.na_label, new.na_label)


def different(label: str, before: str, after: str) -> Iterator[Difference]:
    if before != after:
        yield Difference(label, before, after)


def named(section: Section) -> str:
    return section.title or section.code


def listed(reader: Reader, item: Item) -> tuple[str, str, str]:
    return item.code, reader.name(item.code), str(KINDS[item.type])


def yes(value: bool) -> str:
    return _("yes") if value else _("no")


def plainly(value: Any) -> str:
    return "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


def in_words(words: Mapping[str, Any], key: str) -> str:
    return str(words[key]) if key else ""


def side_of(item: Item) -> str:
    side = str(SIDES[item.side]) if item.side else ""
    return f"{side} {item.pair}".strip()


def languages_of(codes: tuple[str, ...]) -> str:
    return _(", ").join(LANGUAGE_NAMES.get(code, code) for code in codes)


def order_of(codes: list[str], others: list[str]) -> str:
    """The stretch in which two orders differ: what stands before and behind it is left out."""
    first = next(place for place, (one, other) in enumerate(zip(codes, others, strict=True)) if one != other)
    last = len(codes) - next(
        place for place, (one, other) in enumerate(zip(codes[::-1], others[::-1], strict=True)) if one != other
    )
    return _(", ").join(codes[first:last])
