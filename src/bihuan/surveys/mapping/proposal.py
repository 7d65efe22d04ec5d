"""Propose what every column is, and say why; a person has the last word."""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass, field, replace

import numpy as np

from bihuan.foundation.reading import Column, Table
from bihuan.surveys.mapping.codebook import Entry, codebook_entries
from bihuan.surveys.mapping.pairing import with_dimensions, with_sides
from bihuan.surveys.mapping.plan import ColumnUse, Kind, Mapping, Reason, Role, Side, default_top, file_shape
from bihuan.surveys.mapping.vocabulary import (
    AGE,
    ANCHOR_HINT,
    BACKGROUND,
    DATE_VALUE,
    IDENTIFIER,
    KANO_WORDS,
    NOT_APPLICABLE,
    NUMBERED,
    OVERALL,
    RATING_HINT,
    RATING_WORDS,
    RECOMMEND,
    SEVERAL,
    WEIGHT,
    codes_of_words,
    plain_word,
)

Scale = tuple[int, int, int]
SENTINELS = {8, 9, 77, 88, 97, 98, 99, 777, 888, 999, -1, -2, -8, -9, -77, -88, -97, -98, -99, -999}
HIGHS = (4, 5, 6, 7, 9, 10)
MOST_GROUPS = 60
MOST_AGES = 10  # age bands are groups, years of age are not
FULL_SAMPLE = 30  # answers after which an unused half of a scale is no accident
RUN = 3  # neighbours of one scale that make a block of ratings


@dataclass
class Fit:
    """How a column could be read as a scale."""

    column: Column
    scale: Scale | None = None
    na: list[str] = field(default_factory=list)
    codes: dict[str, int] = field(default_factory=dict)
    reasons: list[Reason] = field(default_factory=list)
    reverse: bool = False
    named: bool = False
    nominal: bool = False

    @property
    def values(self) -> list[int]:
        column = self.column
        pairs = zip(column.levels, column.level_numbers, strict=True)
        skipped = set(self.na)
        return sorted({int(number) for text, number in pairs if text not in skipped and not math.isnan(number)})


def smallest_scale(values: list[int]) -> Scale | None:
    """The smallest usual scale that holds the values; None when there is none."""
    if not values or values[0] < 0 or len(values) < 2:
        return None
    low, high = values[0], values[-1]
    if high <= 10:
        if low == 0:
            return (0, 1, 1) if high == 1 else (0, 5, 1) if high <= 5 else (0, 10, 1)
        return (1, next(end for end in (3, *HIGHS) if end >= high), 1)
    step = int(np.gcd.reduce(np.array([*values, 100])))
    return (0, 100, step) if high <= 100 and step >= 5 else None


def shown(values: list[int]) -> str:
    if len(values) > 2 and values == list(range(values[0], values[-1] + 1)):
        return f"{values[0]}–{values[-1]}"
    return ", ".join(map(str, values[:12])) + ("…" if len(values) > 12 else "")


def fit_labelled(fit: Fit) -> None:
    """Value labels (SPSS) settle it: anchors make a scale, names make groups."""
    column = fit.column
    codes = {}
    for code, label in column.value_labels.items():
        if code in column.declared_missing:
            continue
        if plain_word(label) in NOT_APPLICABLE:
            fit.na.append(code)
        elif re.fullmatch(r"-?\d+", code):
            codes[int(code)] = label
    if len(codes) < 2:
        return
    hints = [code for code, label in codes.items() if ANCHOR_HINT.search(label)]
    span = (min(codes), max(codes), 1)
    if not hints:
        fit.nominal = len(codes) > 2 or set(fit.values) <= set(codes)
        return
    if 2 <= span[1] - span[0] <= 10 and set(fit.values) <= set(range(span[0], span[1] + 1)):
        fit.scale, fit.named = span, True
        fit.reasons.append(Reason("labels"))
        lowest = codes_of_words([codes[span[0]]], RATING_WORDS[0]) or codes_of_words([codes[span[0]]], RATING_WORDS[1])
        fit.reverse = bool(lowest) and next(iter((lowest or {}).values())) >= 4
        if fit.reverse:
            fit.reasons.append(Reason("reversed"))


def fit_words(fit: Fit, *, kano: bool) -> None:
    """Text answers that are the words of a scale, or numbers with words ("5 分")."""
    column = fit.column
    texts = [text for text in column.levels if text not in fit.na]
    if kano:
        codes = codes_of_words(texts, KANO_WORDS)
        if codes:
            fit.codes, fit.scale, fit.named = codes, (1, 5, 1), True
            fit.reasons.append(Reason("anchors"))
        return
    for anchors in RATING_WORDS:
        codes = codes_of_words(texts, anchors)
        if codes and len(set(codes.values())) > 1:
            two = len(anchors) == 2
            fit.codes = {text: code - 1 for text, code in codes.items()} if two else codes
            fit.scale, fit.named = (0, 1, 1) if two else (1, len(anchors), 1), True
            fit.reasons.append(Reason("anchors"))
            return
    found = {text: NUMBERED.match(text) for text in texts}
    if texts and all(found.values()):
        numbers = {text: int(match[1]) for text, match in found.items() if match}
        scale = smallest_scale(sorted(set(numbers.values())))
        if scale:
            fit.codes, fit.scale, fit.named = numbers, scale, True
            fit.reasons.append(Reason("values", {"values": shown(sorted(set(numbers.values())))}))


def fit_of(column: Column, *, kano: bool = False) -> Fit:
    fit = Fit(column)
    fit.na = [text for text in column.levels if plain_word(text) in NOT_APPLICABLE]
    if column.value_labels:
        fit_labelled(fit)
    skipped = set(fit.na)
    rest = [text for text in column.levels if text not in skipped]
    numbers = [n for text, n in zip(column.levels, column.level_numbers, strict=True) if text not in skipped]
    if fit.na and rest and fit.scale is None:
        fit.reasons.append(Reason("na_words", {"codes": ", ".join(fit.na)}))
    if not rest or fit.scale is not None or fit.nominal:
        return fit
    if any(math.isnan(number) for number in numbers):
        if len(rest) <= 24:
            fit_words(fit, kano=kano)
        return fit
    if any(number != int(number) for number in numbers):
        return fit
    outside = sentinels(fit.values)
    if outside:
        fit.na += [t for t, n in zip(column.levels, column.level_numbers, strict=True) if n in outside]
        fit.reasons.append(Reason("na_codes", {"codes": ", ".join(map(str, sorted(outside)))}))
    fit.scale = smallest_scale(fit.values)
    if fit.scale:
        fit.reasons.append(Reason("values", {"values": shown(fit.values)}))
    elif outside:
        fit.na, fit.reasons = [text for text in fit.na if plain_word(text) in NOT_APPLICABLE], []
    return fit


def sentinels(values: list[int]) -> set[int]:
    """Codes such as 9, 99 or -1 that stand apart from the rest."""
    rest = [value for value in values if value not in SENTINELS]
    if len(rest) < 2:
        return set()
    low, high = rest[0], rest[-1]
    outside = {value for value in values if value in SENTINELS and (value < 0 or value > high + 1)}
    inner = [value for value in values if value not in outside]
    return outside if outside and smallest_scale(inner) and (high <= 7 or max(outside) > 10) and low >= 0 else set()


def family_of(name: str) -> str:
    """Headings of one series: E01, E02 … or 1、 2、 …; "" when it belongs to none."""
    if re.match(r"^\d+\s*[、.．]", name):
        return "№"
    match = re.match(r"^(\D+?)[_ .-]*\d+", name)
    return match[1].casefold() if match else ""


def may_widen(fit: Fit, high: int, family: str) -> bool:
    """Whether the top of a longer scale may just not have been chosen.

    Not of an overall question, which often has a scale of its own, nor, beside unnumbered neighbours, of a
    scale twice as long whose upper half nobody in a full sample chose.
    """
    assert fit.scale is not None
    if not family.startswith("run "):
        return True
    label = f"{fit.column.name} {fit.column.label}"
    return not OVERALL.search(label) and (high - fit.scale[1] <= 2 or fit.column.answered < FULL_SAMPLE)


def settle_block(members: list[Fit], scaled: list[Fit], usual: Scale, name: str) -> None:
    """Widen shorter scales to the usual one where that may be, and take a block of ratings for one."""
    low, high, _step = usual
    kept = []  # shorter scales that stay what they are, yet belong to the block of ratings
    for fit in scaled:
        assert fit.scale is not None
        if fit.named or not (low <= fit.scale[0] and fit.scale[1] < high):
            continue
        if may_widen(fit, high, name):
            fit.scale = usual
            fit.reasons.append(Reason("family", {"low": low, "high": high}))
        else:
            kept.append(fit)
    same = Counter(fit.scale for fit in members)
    needed = RUN if name.startswith("run ") else 2  # a numbered series is a stronger sign than a run
    for fit in members:
        in_block = fit.scale == usual or fit in kept
        neighbours = same[usual] + len(kept) if in_block else same[fit.scale]
        fit.named = fit.named or (fit.scale is not None and fit.scale[1] > 3 and neighbours >= needed)


def harmonise(fits: list[Fit]) -> None:
    """Within a series or a run of neighbours the usual scale holds for those that fit into it."""
    blocks: dict[str, list[Fit]] = {}
    run = 0
    for fit in fits:
        family = family_of(fit.column.name)
        if not family and (fit.scale is None or fit.scale == (0, 1, 1) or fit.codes or fit.nominal):
            run += 1
        blocks.setdefault(family or f"run {run}", []).append(fit)
    for name, members in blocks.items():
        scaled = [
            fit for fit in members if fit.scale and fit.scale[2] == 1 and fit.scale != (0, 1, 1) and not fit.codes
        ]
        ones = [fit for fit in scaled if fit.scale == (1, 5, 1)]
        for fit in scaled:
            if fit.scale == (0, 5, 1) and ones:
                fit.na += [t for t, n in zip(fit.column.levels, fit.column.level_numbers, strict=True) if n == 0]
                fit.scale = (1, 5, 1)
                fit.reasons = [Reason("values", {"values": shown(fit.values)}), Reason("na_zero")]
        usual = Counter(fit.scale for fit in scaled if fit.scale)
        if not usual:
            continue
        low, high, _step = max(usual, key=lambda scale: (usual[scale], scale[1] - scale[0]))
        for fit in members:
            alike = fit.scale is None and fit.column.is_numeric and len(fit.column.levels) == 1 and not fit.nominal
            if alike and not name.startswith("run ") and inside(fit.values, (low, high, 1)):
                fit.scale = (low, high, 1)
                fit.reasons.append(Reason("family", {"low": low, "high": high}))
        settle_block(members, scaled, (low, high, 1), name)


def propose(table: Table, codebook: Table | None = None) -> Mapping:
    """Propose a mapping from values, headings, labels and an optional codebook."""
    entries = codebook_entries(codebook, table) if codebook is not None else {}
    sides = with_sides(table.names, entries)
    kano = {Side.FUNCTIONAL, Side.DYSFUNCTIONAL}
    fits = []
    for column in table.columns:
        side = sides.get(column.name)
        fits.append(fit_of(column, kano=side is not None and side[0] in kano))
    harmonise(fits)
    uses = []
    for fit in fits:
        entry = entries.get(fit.column.name)
        use = use_of(fit, entry, sides.get(fit.column.name), table.n_rows)
        label = (entry.label if entry else "") or fit.column.label
        uses.append(replace(use, label=label, dimension=entry.dimension if entry and use.role is Role.ITEM else ""))
    return Mapping(with_dimensions(tuple(uses)), title=table.title, shape=file_shape(table))


def use_of(fit: Fit, entry: Entry | None, side: tuple[Side, str, str] | None, rows: int) -> ColumnUse:
    """Decide one column; the surest signs come first."""
    column = fit.column
    name = column.name
    if not column.answered:
        return ColumnUse(name, Role.IGNORE, reasons=(Reason("empty"),))
    stated = entry.scale if entry else None
    if stated and fit.scale and not fit.codes and inside(fit.values, stated):
        fit.scale = stated
    if side is not None and fit.scale is not None:
        by = Reason("codebook") if entry and entry.side else Reason("pair", {"other": side[2]})
        return replace(item_of(fit), side=side[0], pair=side[1], reasons=(by, *fit.reasons))
    if entry and entry.is_overall and fit.scale is not None:
        return replace(item_of(fit), kind=kind_of(fit, entry), reasons=(Reason("codebook"), *fit.reasons))
    plain = plain_use(fit, entry)
    if plain is not None:
        return plain
    heading = f"{name} {column.label}"
    hinted = fit.named or bool(RATING_HINT.search(name) or OVERALL.search(name) or RECOMMEND.search(heading))
    if fit.scale is not None and hinted and not (BACKGROUND.search(name) and not fit.codes):
        return replace(item_of(fit), kind=kind_of(fit, entry))
    return other_use(fit)


def inside(values: list[int], scale: Scale) -> bool:
    return bool(values) and scale[0] <= values[0] and values[-1] <= scale[1]


def item_of(fit: Fit) -> ColumnUse:
    assert fit.scale is not None
    return ColumnUse(
        fit.column.name,
        Role.ITEM,
        kind=kind_of(fit, None),
        scale=fit.scale,
        na=tuple(dict.fromkeys(fit.na)),
        codes=dict(fit.codes),
        reverse=fit.reverse,
        top=default_top(fit.scale),
        reasons=tuple(fit.reasons),
    )


def kind_of(fit: Fit, entry: Entry | None) -> Kind:
    heading = f"{fit.column.name} {fit.column.label}"
    if RECOMMEND.search(heading) and fit.scale == (0, 10, 1):
        return Kind.RECOMMEND
    if (
        (entry and entry.is_overall)
        or OVERALL.search(fit.column.name)
        or re.search(r"总体|整体|overall", heading, re.I)
    ):
        return Kind.OVERALL
    return Kind.OVERALL if fit.scale == (0, 1, 1) and fit.codes else Kind.RATING


def plain_use(fit: Fit, entry: Entry | None) -> ColumnUse | None:
    """Identifiers, weights, dates and stated backgrounds: no scale however small their numbers are."""
    column = fit.column
    name, distinct = column.name, len(column.levels)
    unique = distinct == column.answered
    if IDENTIFIER.search(name) and distinct >= 0.95 * column.answered:
        return ColumnUse(name, Role.ID, reasons=(Reason("name"), Reason("unique")))
    if WEIGHT.search(name) and column.is_numeric and float(column.level_numbers.min()) >= 0:
        return ColumnUse(name, Role.WEIGHT, reasons=(Reason("name"),))
    dates = sum(bool(DATE_VALUE.match(text)) for text in column.levels)
    if dates >= 0.9 * distinct:
        return ColumnUse(name, Role.DATE, reasons=(Reason("dates"),))
    if unique and distinct >= 20 and column.is_numeric and bool((np.diff(column.numbers) > 0).all()):
        return ColumnUse(name, Role.ID, reasons=(Reason("unique"),))
    background = (entry is not None and entry.is_background) or fit.nominal
    if background and distinct <= MOST_GROUPS and not has_parts(column):
        by = Reason("labels") if fit.nominal else Reason("codebook")
        return ColumnUse(name, Role.GROUP, reasons=(by, Reason("few_values", {"count": distinct})))
    return None


def has_parts(column: Column) -> bool:
    """Whether many cells are made of parts: lists of choices, or sentences."""
    listed = sum(bool(SEVERAL.search(text)) for text in column.levels)
    return not column.is_numeric and listed > 0.3 * len(column.levels)


def parts_recur(column: Column) -> bool:
    """The parts of listed choices come again from cell to cell, those of comments do not."""
    parts = [part.strip() for text in column.levels for part in SEVERAL.split(text) if part.strip()]
    return len(set(parts)) <= 0.5 * len(parts)


def other_use(fit: Fit) -> ColumnUse:
    """Groups, comments, and numbers no scale fits."""
    column = fit.column
    name, distinct = column.name, len(column.levels)
    few = Reason("few_values", {"count": distinct})
    if column.is_numeric:
        small = fit.scale is not None or bool(BACKGROUND.search(name))
        if small and 2 <= distinct <= (MOST_AGES if AGE.search(name) else MOST_GROUPS):
            return ColumnUse(name, Role.GROUP, reasons=(few,))
        return ColumnUse(name, Role.IGNORE, reasons=(Reason("many_values", {"count": distinct}),))
    if has_parts(column):
        return ColumnUse(name, Role.TEXT, reasons=(Reason("several" if parts_recur(column) else "free_text"),))
    length = sum(map(len, column.levels)) / distinct
    if 2 <= distinct <= MOST_GROUPS and column.answered >= 3 * distinct and length <= 30:
        return ColumnUse(name, Role.GROUP, reasons=(few,))
    return ColumnUse(name, Role.TEXT, reasons=(Reason("free_text"),))
