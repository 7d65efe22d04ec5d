"""Texts of a form in the reader's language, with quotations of earlier answers and the usual words of scales."""

from __future__ import annotations

from typing import Any

from django.utils.html import escape
from django.utils.translation import gettext_lazy as _

from bihuan.instruments.definition import PIPE, USUAL_SCALES, Definition, Item, ItemType
from bihuan.instruments.piping import level_label
from bihuan.instruments.rendering.sheet import Part, Slot

# What the usual scales say where the form names no scale of its own.
USUAL_WORDS: dict[ItemType, dict[int, Any]] = {
    ItemType.NPS: {0: _("not at all likely"), 10: _("extremely likely")},
    ItemType.CSAT: {
        1: _("very dissatisfied"),
        2: _("dissatisfied"),
        3: _("neither nor"),
        4: _("satisfied"),
        5: _("very satisfied"),
    },
    ItemType.CES: {1: _("strongly disagree"), 7: _("strongly agree")},
}


def html_language(language: str) -> str:
    """As the ``lang`` attribute writes it: zh-hans is zh-Hans."""
    first, *rest = language.split("-")
    return "-".join([first, *(one.title() if len(one) == 4 else one.upper() for one in rest)])


def words(definition: Definition, key: str, own: str, language: str) -> list[Part]:
    """A text as parts: escaped, quotations as places, marked with its language where it is not translated."""
    text = definition.text(key, own, language)
    parts: list[Part] = []
    for place, piece in enumerate(PIPE.split(text)):
        if place % 2:
            parts += [f'<span data-pipe="{escape(piece)}">', Slot("pipe", piece), "</span>"]
        else:
            parts.append(escape(piece))
    if not text or is_translated(definition, key, language):
        return parts
    return [f'<span lang="{html_language(definition.languages[0])}">', *parts, "</span>"]


def bare_words(definition: Definition, key: str, own: str, language: str) -> list[Part]:
    """The same without tags: browsers drop a tag inside ``<option>``."""
    pieces = enumerate(PIPE.split(definition.text(key, own, language)))
    return [Slot("pipe", piece) if place % 2 else escape(piece) for place, piece in pieces]


def is_translated(definition: Definition, key: str, language: str) -> bool:
    return language == definition.languages[0] or bool(definition.translations.get(language, {}).get(key))


def level_words(definition: Definition, item: Item, language: str) -> dict[int, str]:
    """The words of a scale's levels in the active language, as far as there are any: all, or the ends only."""
    if item.scale_code:
        found = {level: level_label(definition, item, level, language) for level in sorted(item.levels)}
        return {level: text for level, text in found.items() if text}
    if item.scale == USUAL_SCALES.get(item.type):
        return {level: str(text) for level, text in USUAL_WORDS[item.type].items()}
    return {}


def offers_na(definition: Definition, item: Item) -> bool:
    """Whether "not applicable" stands beside the scale: where the scale has a word for it, or where one must answer."""
    scale = definition.scale_by_code.get(item.scale_code)
    return item.scale is not None and item.allows_na and (item.is_required or bool(scale and scale.na_label))


def na_words(definition: Definition, item: Item, language: str) -> str:
    scale = definition.scale_by_code.get(item.scale_code)
    own = scale.na_label if scale else ""
    return definition.text(f"scale.{item.scale_code}.na", own, language) or str(_("not applicable"))
