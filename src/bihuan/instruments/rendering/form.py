"""A whole form, or one of its pages, as HTML."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils import translation
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from bihuan.instruments.conditions import Some
from bihuan.instruments.definition import SCALED, Definition, Item, ItemType, Section
from bihuan.instruments.logic import logic_json, needed_elsewhere, needs_script
from bihuan.instruments.rendering.items import Scribe, cells, ends, help_of, required_mark, scale_class, written
from bihuan.instruments.rendering.order import shuffled_items
from bihuan.instruments.rendering.sheet import Parts, Sheet, Slot, flat
from bihuan.instruments.rendering.words import html_language, level_words, offers_na
from bihuan.instruments.walk import Problem

THEMES = ("public", "kiosk", "frame", "preview")
# So many compiled pages stay with a definition: every language, page, theme and order of a usual form.
KEPT = 400


def form_html(
    definition: Definition,
    language: str,
    *,
    values: Mapping[str, Any] | None = None,
    states: Mapping[str, str] | None = None,
    problems: Iterable[Problem] = (),
    theme: str = "public",
    section: str = "",
    order: int = 0,
    file_names: Mapping[str, str] | None = None,
) -> SafeString:
    """The inside of a ``<form>``: error summary and questions; the caller adds the tag, its token and its buttons.

    The fields are named by `walk.field_name` and read again by `walk.given_from`. ``values`` may be typed (from a
    walk) or as the form sent them, so that what could not be read stands in its field again. ``section``: its page
    alone, without what earlier answers in ``values`` rule out. ``theme``: "public", "kiosk" (large), "frame" or
    "preview". ``order``: see `order_of`. A form that `takes_files` needs ``enctype="multipart/form-data"``.
    The page needs the style sheet and script `public` or `app`; without script everything is shown and the walk
    drops what was not meant.
    """
    sheet = sheet_for(definition, language, theme=theme, section=section, order=order)
    if not values and not states and not problems:
        return mark_safe(sheet.blank)  # noqa: S308  escaped where it was written
    return mark_safe(sheet.filled(values, states, problems, file_names))  # noqa: S308


def takes_files(definition: Definition, section: str = "") -> bool:
    return any(
        item.type is ItemType.FILE for one in definition.sections if section in ("", one.code) for item in one.items
    )


def sheet_for(
    definition: Definition, language: str, *, theme: str = "public", section: str = "", order: int = 0
) -> Sheet:
    """The compiled page, kept with the definition; an editor's draft is a new definition each time."""
    if language not in definition.languages:
        language = definition.languages[0]
    key = f"rendering:{language}:{theme}:{section}:{order}"
    sheet: Sheet | None = definition.compiled.get(key)
    if sheet is None:
        sheet = compiled(definition, language, theme, section, order)
        if len(definition.compiled) < KEPT:
            definition.compiled[key] = sheet
    return sheet


def compiled(definition: Definition, language: str, theme: str, section: str, order: int) -> Sheet:
    wanted = [one for one in definition.sections if section in ("", one.code)]
    own = frozenset(item.code for one in wanted for item in one.items if item.type is not ItemType.HIDDEN)
    scribe = Scribe(definition, language, own, order)
    with translation.override(language):
        inside = [section_html(scribe, one) for one in wanted]
        opening = f'<div class="survey survey-{theme}" lang="{html_language(language)}" data-survey data-known="'
        parts = flat(
            [Slot("summary"), opening, Slot("known"), '">', logic(definition, language, wanted), inside, "</div>"]
        )
    pages = None if not section else {section}
    return Sheet(definition, language, parts, tuple(sorted(needed_elsewhere(definition, language, pages))))


def logic(definition: Definition, language: str, wanted: list[Section]) -> str:
    """What the script needs to show and hide early; nothing where there is nothing to decide."""
    codes = {section.code for section in wanted}
    if not needs_script(definition, language, codes):
        return ""
    return f'<script type="application/json" data-logic>{logic_json(definition, language, codes)}</script>'


def section_html(scribe: Scribe, section: Section) -> Parts:
    return scribe.when(
        section.visible_if,
        [
            f'<section class="survey-section" data-section="{escape(section.code)}">',
            heading(scribe, section),
            battery(scribe, section) if section.layout == "battery" else listed(scribe, section),
            "</section>",
        ],
    )


def heading(scribe: Scribe, section: Section) -> Parts:
    parts: list[Any] = []
    if section.title:
        parts += ["<h2>", scribe.words(f"section.{section.code}.title", section.title), "</h2>"]
    if section.intro:
        parts += ['<p class="survey-intro">', scribe.words(f"section.{section.code}.intro", section.intro), "</p>"]
    return parts


def listed(scribe: Scribe, section: Section) -> Parts:
    return [written(scribe, item) for item in shuffled_items(section, scribe.order)]


def battery(scribe: Scribe, section: Section) -> Parts:
    """Neighbouring items on the same scale stand as one grid; anything else between them stands as it always does."""
    parts: list[Parts] = []
    rows: list[Item] = []
    for item in shuffled_items(section, scribe.order):
        if rows and not stands_with(scribe.definition, rows[-1], item):
            parts.append(grid(scribe, section, rows))
            rows = []
        if item.type in SCALED:
            rows.append(item)
        else:
            parts.append(written(scribe, item))
    if rows:
        parts.append(grid(scribe, section, rows))
    return parts


def stands_with(definition: Definition, above: Item, item: Item) -> bool:
    same = (item.type, item.scale, item.scale_code) == (above.type, above.scale, above.scale_code)
    return item.type in SCALED and same and offers_na(definition, item) == offers_na(definition, above)


def grid(scribe: Scribe, section: Section, rows: list[Item]) -> Parts:
    """A fieldset with a group of radio buttons a row; the head repeats the levels for the eye only."""
    texts = level_words(scribe.definition, rows[0], scribe.language)
    name = scribe.words(f"section.{section.code}.title", section.title) if section.title else scribe.label(rows[0])
    conditions = tuple(item.visible_if for item in rows if item.visible_if is not None)
    is_always_shown = len(conditions) < len(rows)
    parts = [
        f'<fieldset data-battery class="{scale_class(rows[0], texts).replace("scale", "battery")}">',
        '<legend class="visually-hidden">',
        name,
        "</legend>",
        head(rows[0], texts, offers_na(scribe.definition, rows[0])),
        [row(scribe, item) for item in rows],
        "</fieldset>",
    ]
    return parts if is_always_shown else scribe.when(Some(some=conditions), parts)


def head(item: Item, texts: dict[int, str], has_na: bool) -> Parts:
    worded = len(texts) == len(item.levels)
    levels = [f'<span class="cell">{escape(texts[level]) if worded else level}</span>' for level in sorted(item.levels)]
    na = ['<span class="cell cell-na"></span>'] if has_na else []
    return [
        '<div class="battery-head" aria-hidden="true"><span class="battery-label">',
        ends(item, texts),
        '</span><span class="battery-cells">',
        levels,
        na,
        "</span></div>",
    ]


def row(scribe: Scribe, item: Item) -> Parts:
    help_text, help_id = help_of(scribe, item)
    place = scribe.id(item)
    required = ' aria-required="true"' if item.is_required else ""

    return scribe.when(
        item.visible_if,
        [
            f'<div class="battery-row" role="radiogroup" id="{place}" aria-labelledby="{place}-label"{required}',
            f' data-item="{escape(item.code)}" data-type="{item.type.value}"',
            Slot("invalid", item.code, help_id),
            f'><div class="battery-label"><span id="{place}-label">',
            scribe.label(item),
            required_mark(item),
            "</span>",
            help_text,
            Slot("error", item.code),
            '</div><div class="battery-cells">',
            cells(scribe, item),
            "</div></div>",
        ],
    )
