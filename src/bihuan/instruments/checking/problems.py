"""The remarks of the checks panel: what stops a publication, and what its writer should know before it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bihuan.instruments.checking.comparing import breaks_of
from bihuan.instruments.checking.length import TOO_LONG, minutes_of
from bihuan.instruments.checking.reach import Reach
from bihuan.instruments.conditions import Condition
from bihuan.instruments.definition import SCALED, WITH_CHOICES, Definition, Item, ItemType
from bihuan.instruments.editing.languages import missing_count
from bihuan.instruments.vocabulary import dimension_label, language_label

FEWEST_ITEMS = 3
PARTNERS = {
    "expectation": ("perception", "minimum"),
    "perception": ("expectation", "minimum", "importance"),
    "minimum": ("expectation", "perception"),
    "importance": ("performance", "perception"),
    "performance": ("importance",),
    "functional": ("dysfunctional",),
    "dysfunctional": ("functional",),
}


class Level(StrEnum):
    STOP = "stop"  # cannot be published like this
    WARN = "warn"  # can, but somebody will be sorry
    KNOW = "know"  # good to know


@dataclass(frozen=True)
class Remark:
    """``item`` or ``section`` is where to mend it; ``language`` opens the translations, ``scale`` takes words over."""

    level: Level
    text: str
    item: str = ""
    section: str = ""
    language: str = ""
    scale: str = ""


def remarks_on(
    definition: Definition,
    earlier: Iterable[tuple[int, Definition]] = (),
    library: Mapping[str, Mapping[str, object]] | None = None,
) -> list[Remark]:
    """Everything there is to say, the worst first. ``earlier``: published versions, newest first."""
    found = [
        *wordless(definition),
        *choices_off(definition),
        *unreachable(definition),
        *attention_checks(definition),
        *pairs_off(definition),
        *thin_dimensions(definition),
        *wordless_scales(definition),
        *untranslated(definition),
        *broken_series(definition, earlier),
        *stale_scales(definition, library or {}),
        *lengthy(definition),
        *personal(definition),
    ]
    order = list(Level)
    return sorted(found, key=lambda remark: order.index(remark.level))


def named(item: Item) -> str:
    text = item.label or item.code
    return text if len(text) <= 30 else f"{text[:30]}…"


def wordless(definition: Definition) -> Iterator[Remark]:
    real = [item for item in definition.items if item.code != "-"]
    if not real:
        yield Remark(Level.STOP, _("The form has no question yet."))
    if not definition.title.strip():
        yield Remark(Level.WARN, _("The form has no title for those who answer it."))
    for item in real:
        if not item.label.strip() and item.type is not ItemType.HIDDEN:
            yield Remark(Level.STOP, _("Item %(code)s has no wording.") % {"code": item.code}, item=item.code)
    for section in definition.sections:
        if not section.items and real:
            text = _("The section “%(section)s” has no question.") % {"section": section.title or section.code}
            yield Remark(Level.WARN, text, section=section.code)


def choices_off(definition: Definition) -> Iterator[Remark]:
    for item in definition.items:
        if item.type not in WITH_CHOICES:
            continue
        labels = Counter(choice.label.strip() for choice in item.choices)
        values = {"item": named(item)}
        if "" in labels:
            yield Remark(Level.STOP, _("“%(item)s” has a choice without a wording.") % values, item=item.code)
        if any(label and count > 1 for label, count in labels.items()):
            yield Remark(Level.STOP, _("“%(item)s” offers the same wording twice.") % values, item=item.code)
        if len(item.choices) < 2:
            yield Remark(Level.WARN, _("“%(item)s” has one choice only.") % values, item=item.code)


def unreachable(definition: Definition) -> Iterator[Remark]:
    reach = Reach(definition)
    for section in definition.sections:
        outer: list[Condition] = [section.visible_if] if section.visible_if else []
        if outer and reach.can_hold(outer) is False:
            text = _("The condition of the section “%(section)s” can never be true: nobody will see it.")
            yield Remark(Level.STOP, text % {"section": section.title or section.code}, section=section.code)
            continue
        for item in section.items:
            inner = [*outer, item.visible_if] if item.visible_if else []
            if inner and reach.can_hold(inner) is False:
                text = _("The condition of “%(item)s” can never be true: nobody will be asked.")
                yield Remark(Level.STOP, text % {"item": named(item)}, item=item.code)
                continue
            for choice in item.choices:
                gates = [*(inner or outer), choice.visible_if] if choice.visible_if else []
                if gates and reach.can_hold(gates) is False:
                    text = _("The choice “%(choice)s” of “%(item)s” can never be offered.")
                    values = {"choice": choice.label or choice.code, "item": named(item)}
                    yield Remark(Level.STOP, text % values, item=item.code)


def attention_checks(definition: Definition) -> Iterator[Remark]:
    for item in definition.items:
        if item.expected is not None and item.type in SCALED and item.expected not in item.levels:
            text = _("The right answer of the attention check “%(item)s” is not on its scale.")
            yield Remark(Level.STOP, text % {"item": named(item)}, item=item.code)


def pairs_off(definition: Definition) -> Iterator[Remark]:
    pairs: dict[str, list[Item]] = {}
    for item in definition.items:
        if item.pair and item.side:
            pairs.setdefault(item.pair, []).append(item)
    for pair, items in pairs.items():
        sides = Counter(item.side for item in items)
        first = items[0]
        if any(count > 1 for count in sides.values()):
            text = _("The pair %(pair)s has two items on one side.") % {"pair": pair}
            yield Remark(Level.STOP, text, item=first.code)
        for item in items:
            partners = PARTNERS[str(item.side)]
            if not any(side in sides for side in partners):
                text = _("“%(item)s” is one side of the pair %(pair)s; its other side is missing.")
                yield Remark(Level.WARN, text % {"item": named(item), "pair": pair}, item=item.code)
        compared = [item for item in items if item.side in {"expectation", "perception", "minimum"}]
        if len({item.scale for item in compared}) > 1:
            text = _("The sides of the pair %(pair)s have different scales: there is no gap between them.")
            yield Remark(Level.STOP, text % {"pair": pair}, item=compared[0].code)
        if len({item.dimension for item in compared}) > 1:
            text = _("The sides of the pair %(pair)s count for different dimensions.") % {"pair": pair}
            yield Remark(Level.WARN, text, item=compared[0].code)
    for item in definition.items:
        if item.side in {"expectation", "functional", "dysfunctional"} and not item.pair:
            text = _("“%(item)s” has a side but no pair.") % {"item": named(item)}
            yield Remark(Level.WARN, text, item=item.code)


def thin_dimensions(definition: Definition) -> Iterator[Remark]:
    counts = Counter((item.dimension, item.side) for item in definition.items if item.dimension and item.type in SCALED)
    smallest: dict[str, int] = {}
    for (dimension, _side), count in counts.items():
        smallest[dimension] = min(count, smallest.get(dimension, count))
    for dimension, count in smallest.items():
        if count < FEWEST_ITEMS:
            first = next(item for item in definition.items if item.dimension == dimension)
            text = ngettext(
                "The dimension “%(dimension)s” has one item; its reliability is only told with three or more.",
                "The dimension “%(dimension)s” has %(count)s items; its reliability is only told with three or more.",
                count,
            )
            yield Remark(Level.WARN, text % {"dimension": dimension_label(dimension), "count": count}, item=first.code)


def wordless_scales(definition: Definition) -> Iterator[Remark]:
    for item in definition.items:
        scale = definition.scale_by_code.get(item.scale_code)
        bare = item.type is ItemType.RATING and scale is None
        if bare or (scale is not None and not scale.labels):
            text = _("“%(item)s” is answered on bare numbers: nobody is told which end is the good one.")
            yield Remark(Level.WARN, text % {"item": named(item)}, item=item.code)


def untranslated(definition: Definition) -> Iterator[Remark]:
    for language in definition.languages[1:]:
        count = missing_count(definition, language)
        if count:
            text = ngettext(
                "%(language)s: one text is not translated and will be shown in the first language.",
                "%(language)s: %(count)s texts are not translated and will be shown in the first language.",
                count,
            )
            values = {"language": language_label(language), "count": count}
            yield Remark(Level.WARN, text % values, language=language)


def broken_series(definition: Definition, earlier: Iterable[tuple[int, Definition]]) -> Iterator[Remark]:
    for found in breaks_of(definition, earlier):
        item = definition.by_code[found.item]
        yield Remark(Level.WARN, _("“%(item)s”: %(why)s") % {"item": named(item), "why": found.text}, item=item.code)


def stale_scales(definition: Definition, library: Mapping[str, Mapping[str, object]]) -> Iterator[Remark]:
    """``library``: words of the first language by scale code, as the library has them now."""
    for scale in definition.scales:
        now = library.get(scale.code)
        if now is None:
            continue
        labels = {str(level): text for level, text in scale.labels.items()}
        if (now.get("labels") or {}) != labels or (now.get("na") or "") != scale.na_label:
            text = _("The library has other words for the scale “%(scale)s” now; the form keeps its own.")
            yield Remark(Level.KNOW, text % {"scale": scale.title or scale.code}, scale=scale.code)


def lengthy(definition: Definition) -> Iterator[Remark]:
    minutes = minutes_of(definition)
    if minutes > TOO_LONG:
        text = _("It takes about %(minutes)s minutes; beyond ten, many give up on the way.")
        yield Remark(Level.WARN, text % {"minutes": round(minutes)})


def personal(definition: Definition) -> Iterator[Remark]:
    items = [item for item in definition.items if item.is_personal]
    if items:
        text = _("It asks for personal data (%(items)s): fit for identified surveys only.")
        listed = _(", ").join(named(item) for item in items)
        yield Remark(Level.KNOW, text % {"items": listed}, item=items[0].code)
