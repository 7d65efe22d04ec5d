"""How each kind of item looks as plain HTML: one function a kind, the same shell around all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.html import escape
from django.utils.translation import gettext as _

from bihuan.instruments.conditions import Condition, items_of
from bihuan.instruments.definition import SCALED, Choice, Definition, Item, ItemType
from bihuan.instruments.rendering.order import shuffled
from bihuan.instruments.rendering.sheet import Block, Part, Parts, Slot, flat, html_id
from bihuan.instruments.rendering.words import bare_words, level_words, na_words, offers_na, words
from bihuan.instruments.walk import NA, field_name

MANY = 7  # more levels than this break into two rows on a phone


@dataclass(frozen=True, slots=True)
class Scribe:
    """What writing a page needs to know; ``own`` are the items on it, ``order`` a variant of the shuffled ones."""

    definition: Definition
    language: str
    own: frozenset[str]
    order: int = 0

    def words(self, key: str, own: str) -> list[Part]:
        return words(self.definition, key, own, self.language)

    def label(self, item: Item) -> list[Part]:
        return self.words(f"item.{item.code}.label", item.label)

    def choice(self, item: Item, choice: Choice) -> Parts:
        return self.words(f"choice.{item.code}.{choice.code}", choice.label or choice.code)

    def id(self, item: Item, field: int = 0) -> str:
        place = html_id(self.definition, item.code)
        return f"{place}-{field}" if field else place

    def when(self, condition: Condition | None, parts: Parts) -> Parts:
        """A part with a condition: left out here where other pages decide, else shown and hidden by the script."""
        if condition is None or not self.own.isdisjoint(items_of(condition)):
            return parts
        return [Block(condition, flat(parts))]


def required_mark(item: Item) -> str:
    if not item.is_required:
        return ""
    words = escape(_("required"))
    return f'<span class="required" aria-hidden="true">*</span><span class="visually-hidden">({words})</span>'


def help_of(scribe: Scribe, item: Item, further: str = "") -> tuple[Parts, str]:
    """The help text and the id it is described by; ``further`` is said by the page itself."""
    own = scribe.words(f"item.{item.code}.help", item.help) if item.help else []
    if not own and not further:
        return [], ""
    place = f"{scribe.id(item)}-help"
    gap = " " if own and further else ""
    return ([f'<p class="question-help" id="{place}">', own, gap, escape(further), "</p>"], place)


def attributes(scribe: Scribe, item: Item) -> str:
    place, kind = scribe.id(item), item.type.value
    return f'class="question question-{kind}" id="{place}" data-item="{escape(item.code)}" data-type="{kind}"'


def group(scribe: Scribe, item: Item, body: Parts, *, role: str = "", further: str = "") -> Parts:
    """Several fields under one question: a fieldset whose legend is the question."""
    help_text, help_id = help_of(scribe, item, further)
    roles = f' role="{role}"' if role else ""
    required = ' aria-required="true"' if item.is_required and role == "radiogroup" else ""

    return scribe.when(
        item.visible_if,
        [
            f"<fieldset {attributes(scribe, item)}{roles}{required}",
            Slot("invalid" if role else "described", item.code, help_id),
            '><legend class="question-label">',
            scribe.label(item),
            required_mark(item),
            "</legend>",
            help_text,
            Slot("error", item.code),
            body,
            "</fieldset>",
        ],
    )


def single(scribe: Scribe, item: Item, before: str, after: Parts, *, further: str = "") -> Parts:
    """One field with its label. ``before`` opens the field's tag, ``after`` goes on behind its attributes."""
    help_text, help_id = help_of(scribe, item, further)
    required = ' aria-required="true"' if item.is_required else ""

    return scribe.when(
        item.visible_if,
        [
            f'<div {attributes(scribe, item)}><label class="question-label" for="{scribe.id(item, 1)}">',
            scribe.label(item),
            required_mark(item),
            "</label>",
            help_text,
            Slot("error", item.code),
            f'{before} id="{scribe.id(item, 1)}" name="{escape(field_name(item.code))}"{required}',
            Slot("invalid", item.code, help_id),
            after,
            "</div>",
        ],
    )


def radio(scribe: Scribe, item: Item, number: int, value: str) -> Parts:
    name, place = escape(field_name(item.code)), scribe.id(item, number)
    return [
        f'<input type="radio" id="{place}" name="{name}" value="{escape(value)}"',
        Slot("checked", item.code, value),
        ">",
    ]


def cell(scribe: Scribe, item: Item, number: int, level: int, texts: dict[int, str]) -> Parts:
    """One level: its number, and its words for those who hear the page."""
    text = texts.get(level, "")
    shown = f'<span class="cell-words">{escape(text)}</span>' if text else ""
    return [
        '<label class="cell">',
        radio(scribe, item, number, str(level)),
        f'<span class="cell-text"><span class="cell-number">{level}</span>{shown}</span></label>',
    ]


def cells(scribe: Scribe, item: Item) -> Parts:
    """The levels of a scale from low to high, and outside it "not applicable"."""
    levels = sorted(item.levels)
    texts = level_words(scribe.definition, item, scribe.language)
    row: list[Part | Parts] = [cell(scribe, item, at, level, texts) for at, level in enumerate(levels, 1)]
    if offers_na(scribe.definition, item):
        label = escape(na_words(scribe.definition, item, scribe.language))
        row.append('<label class="cell cell-na">')
        row.append(radio(scribe, item, len(levels) + 1, NA))
        row.append(f'<span class="cell-text"><span class="cell-words">{label}</span></span></label>')
    return row


def scale_class(item: Item, texts: dict[int, str]) -> str:
    """Words at the ends only stand below the scale; words at every level stand in the cells."""
    found = "scale" + (" scale-many" if len(item.levels) > MANY else "")
    return found + (" scale-worded" if len(texts) == len(item.levels) else " scale-ended" if texts else "")


def ends(item: Item, texts: dict[int, str]) -> str:
    """What the lowest and the highest level mean, for the eye; the cells say it to the ear."""
    levels = sorted(item.levels)
    if not texts or len(texts) == len(levels):
        return ""
    sides = [f"<span>{level} {escape(texts[level])}</span>" for level in (levels[0], levels[-1]) if level in texts]
    return f'<div class="scale-ends" aria-hidden="true">{"".join(sides)}</div>'


def rating(scribe: Scribe, item: Item) -> Parts:
    texts = level_words(scribe.definition, item, scribe.language)
    body = [f'<div class="{scale_class(item, texts)}">', cells(scribe, item), "</div>", ends(item, texts)]
    return group(scribe, item, body, role="radiogroup")


def options(scribe: Scribe, item: Item, kind: str) -> Parts:
    """Choices as a list of radio buttons or boxes, each a target as wide as the page."""
    name = escape(field_name(item.code))

    def one(number: int, choice: Choice) -> Parts:
        place = f'id="{scribe.id(item, number)}" name="{name}" value="{escape(choice.code)}"'
        return scribe.when(
            choice.visible_if,
            [
                f'<label class="option" data-choice="{escape(choice.code)}"><input type="{kind}" {place}',
                Slot("checked", item.code, choice.code),
                "><span>",
                scribe.choice(item, choice),
                "</span></label>",
            ],
        )

    return [one(number, choice) for number, choice in enumerate(shuffled(item, scribe.order), 1)]


def choice_group(scribe: Scribe, item: Item) -> Parts:
    return group(scribe, item, ['<div class="options">', options(scribe, item, "radio"), "</div>"], role="radiogroup")


def multiple(scribe: Scribe, item: Item) -> Parts:
    most, least = item.highest, item.lowest
    further = _("Several answers are possible.")
    if most is not None and least is not None:
        further = _("Choose %(least)d to %(most)d.") % {"least": least, "most": most}
    elif most is not None:
        further = _("Choose at most %(most)d.") % {"most": most}
    elif least is not None:
        further = _("Choose at least %(least)d.") % {"least": least}
    body = ['<div class="options">', options(scribe, item, "checkbox"), "</div>"]
    return group(scribe, item, body, further=further)


def dropdown(scribe: Scribe, item: Item) -> Parts:
    def one(choice: Choice) -> Parts:
        parts: list[Part | Parts] = [
            f'<option data-choice="{escape(choice.code)}" value="{escape(choice.code)}"',
            Slot("selected", item.code, choice.code),
            ">",
            bare_words(scribe.definition, f"choice.{item.code}.{choice.code}", choice.label, scribe.language)
            if choice.label
            else escape(choice.code),
            "</option>",
        ]
        return scribe.when(choice.visible_if, parts)

    listed = [one(choice) for choice in shuffled(item, scribe.order)]
    prompt = escape(_("Please choose"))
    blank = f'><option value="">{prompt}</option>'
    return single(scribe, item, '<select class="control"', [blank, listed, "</select>"])


def ranking(scribe: Scribe, item: Item) -> Parts:
    """A rank for each choice; the script adds buttons that do the same."""
    most = len(item.choices) if item.highest is None else min(int(item.highest), len(item.choices))

    def one(number: int, choice: Choice) -> Parts:
        place, name = scribe.id(item, number), escape(field_name(item.code, choice.code))
        ranks: list[Parts] = [
            [f'<option value="{rank}"', Slot("ranked", item.code, f"{choice.code}\x1f{rank}"), f">{rank}</option>"]
            for rank in range(1, most + 1)
        ]
        return scribe.when(
            choice.visible_if,
            [
                f'<div class="rank" data-choice="{escape(choice.code)}"><label for="{place}">',
                scribe.choice(item, choice),
                f'</label><select class="control" id="{place}" name="{name}"><option value="">–</option>',
                ranks,
                "</select></div>",
            ],
        )

    listed = [one(number, choice) for number, choice in enumerate(shuffled(item, scribe.order), 1)]
    further = _("1 is the most important; give each rank once.")
    return group(scribe, item, ['<div class="ranks">', listed, "</div>"], further=further)


def split(scribe: Scribe, item: Item) -> Parts:
    def one(number: int, choice: Choice) -> Parts:
        place, name = scribe.id(item, number), escape(field_name(item.code, choice.code))
        return scribe.when(
            choice.visible_if,
            [
                f'<div class="share" data-choice="{escape(choice.code)}"><label for="{place}">',
                scribe.choice(item, choice),
                f'</label><input class="control" type="number" inputmode="numeric" min="0" max="{item.total}" step="1"',
                f' id="{place}" name="{name}" value="',
                Slot("part", item.code, choice.code),
                '"></div>',
            ],
        )

    listed = [one(number, choice) for number, choice in enumerate(shuffled(item, scribe.order), 1)]
    so_far = escape(_("Given out so far:"))
    of_all = escape(_("of %(total)d") % {"total": item.total})
    total: list[Part | Parts] = [
        f'<p class="split-total" role="status">{so_far} <output data-total="{item.total}">',
        Slot("total", item.code),
        f"</output> {of_all}</p>",
    ]
    further = _("Divide %(total)d points; more points mean more important.") % {"total": item.total}
    return group(scribe, item, ['<div class="shares">', listed, "</div>", total], further=further)


def number(scribe: Scribe, item: Item) -> Parts:
    low = f' min="{item.lowest:g}"' if item.lowest is not None else ""
    high = f' max="{item.highest:g}"' if item.highest is not None else ""
    opening = f'<input class="control control-short" type="number" step="any" inputmode="decimal"{low}{high}'
    return single(scribe, item, opening, [' value="', Slot("value", item.code), '">'])


def day(scribe: Scribe, item: Item) -> Parts:
    opening = '<input class="control control-short" type="date" placeholder="2026-12-31"'
    return single(scribe, item, opening, [' value="', Slot("value", item.code), '">'])


def text(scribe: Scribe, item: Item) -> Parts:
    limit = f' maxlength="{item.highest:.0f}"' if item.highest is not None else ""
    if item.is_long:
        opening = f'<textarea class="control" rows="4"{limit}'
        return single(scribe, item, opening, [">", Slot("value", item.code), "</textarea>"])
    return single(
        scribe, item, f'<input class="control" type="text"{limit}', [' value="', Slot("value", item.code), '">']
    )


def file(scribe: Scribe, item: Item) -> Parts:
    """Chosen from the phone or, for a photo, taken with its camera."""
    many = " multiple" if item.highest is None or item.highest > 1 else ""
    kind = ' accept="image/*" capture="environment"' if item.files == "photo" else ""
    opening = f'<input class="control control-file" type="file"{kind}{many}'
    name = field_name(item.code)
    return single(scribe, item, opening, [">", Slot("files", item.code, name)])


def consent(scribe: Scribe, item: Item) -> Parts:
    help_text, help_id = help_of(scribe, item)
    required = ' aria-required="true"' if item.is_required else ""
    name, place = escape(field_name(item.code)), scribe.id(item, 1)

    return scribe.when(
        item.visible_if,
        [
            f"<div {attributes(scribe, item)}>",
            Slot("error", item.code),
            f'<label class="option"><input type="checkbox" id="{place}" name="{name}" value="1"{required}',
            Slot("invalid", item.code, help_id),
            Slot("consented", item.code),
            "><span>",
            scribe.label(item),
            required_mark(item),
            "</span></label>",
            help_text,
            "</div>",
        ],
    )


def note(scribe: Scribe, item: Item) -> Parts:
    help_text, _help_id = help_of(scribe, item)
    parts = [f'<div {attributes(scribe, item)}><p class="note">', scribe.label(item), "</p>", help_text, "</div>"]
    return scribe.when(item.visible_if, parts)


def nothing(_scribe: Scribe, _item: Item) -> Parts:
    return []


WRITERS: dict[ItemType, Callable[[Scribe, Item], Parts]] = {
    **dict.fromkeys(SCALED, rating),
    ItemType.CHOICE: choice_group,
    ItemType.DROPDOWN: dropdown,
    ItemType.MULTIPLE: multiple,
    ItemType.RANKING: ranking,
    ItemType.SPLIT: split,
    ItemType.NUMBER: number,
    ItemType.DATE: day,
    ItemType.TEXT: text,
    ItemType.FILE: file,
    ItemType.CONSENT: consent,
    ItemType.NOTE: note,
    ItemType.HIDDEN: nothing,
}


def written(scribe: Scribe, item: Item) -> Parts:
    return WRITERS[item.type](scribe, item)
