"""Which columns belong together: the sides of a pair, the items of a dimension."""

from __future__ import annotations

import re
from collections.abc import Mapping as MappingOf
from collections.abc import Sequence
from dataclasses import replace

from bihuan.surveys.mapping.codebook import Entry
from bihuan.surveys.mapping.plan import ColumnUse, Kind, Reason, Role, Side
from bihuan.surveys.mapping.vocabulary import (
    DONE,
    DYSFUNCTIONAL,
    EXPECTED,
    FUNCTIONAL,
    IMPORTANT,
    SEEN,
    side_patterns,
)

Sides = dict[str, tuple[Side, str, str]]  # column: its side, the key of its pair, its partner
COUPLES = (
    (Side.EXPECTATION, Side.PERCEPTION, side_patterns(EXPECTED), side_patterns(SEEN)),
    (Side.IMPORTANCE, Side.PERFORMANCE, side_patterns(IMPORTANT), side_patterns(DONE)),
    (Side.IMPORTANCE, Side.PERFORMANCE, side_patterns(IMPORTANT), side_patterns(SEEN)),
    (Side.FUNCTIONAL, Side.DYSFUNCTIONAL, FUNCTIONAL, DYSFUNCTIONAL),
)
PARTNER = {
    Side.EXPECTATION: Side.PERCEPTION,
    Side.IMPORTANCE: Side.PERFORMANCE,
    Side.FUNCTIONAL: Side.DYSFUNCTIONAL,
}
# Parasuraman, Zeithaml, Berry 1988: the 22 items in their printed order.
SERVQUAL_ORDER = (
    ("tangibles", 4),
    ("reliability", 5),
    ("responsiveness", 4),
    ("assurance", 4),
    ("empathy", 5),
)


def keys_of(names: Sequence[str], patterns: Sequence[re.Pattern[str]]) -> dict[str, str]:
    """Key of the pair to column, for headings that show a side."""
    found: dict[str, str] = {}
    for name in names:
        match = next((match for pattern in patterns if (match := pattern.match(name))), None)
        if match:
            found.setdefault(match[1].casefold(), name)
    return found


def with_sides(names: Sequence[str], entries: MappingOf[str, Entry]) -> Sides:
    """Find pairs: the codebook first, then headings; a side alone is no pair."""
    sides: Sides = {}
    by_side: dict[Side, dict[str, str]] = {}
    for name, entry in entries.items():
        if entry.side and entry.pair:
            by_side.setdefault(entry.side, {}).setdefault(entry.pair, name)
    for first, second in PARTNER.items():
        note(sides, first, second, by_side.get(first, {}), by_side.get(second, {}), least=1)
    for first, second, first_patterns, second_patterns in COUPLES:
        free = [name for name in names if name not in sides]
        note(sides, first, second, keys_of(free, first_patterns), keys_of(free, second_patterns), least=2)
    return sides


def note(
    sides: Sides, first: Side, second: Side, ones: MappingOf[str, str], others: MappingOf[str, str], *, least: int
) -> None:
    common = [key for key in ones if key in others]
    if len(common) < least:
        return
    for key in common:
        sides[ones[key]] = (first, key, others[key])
        sides[others[key]] = (second, key, ones[key])


def with_dimensions(uses: tuple[ColumnUse, ...]) -> tuple[ColumnUse, ...]:
    """Give dimensions where none are stated: by a word in the headings, or the classic 22."""
    ratings = [use for use in uses if use.role is Role.ITEM and use.kind is Kind.RATING]
    if any(use.dimension for use in ratings):
        return shared_by_pairs(uses)
    words: dict[str, list[str]] = {}
    for use in ratings:
        match = re.match(r"^([^\W\d_]{2,}?)[_ .-]*\d+$", use.name)
        if match and (len(match[1]) > 2 or not match[1].isascii()):
            words.setdefault(match[1], []).append(use.name)
    if len(words) >= 2 and all(len(members) >= 2 for members in words.values()):
        of = {name: word for word, members in words.items() for name in members}
        return tuple(dimension_given(use, of.get(use.name, ""), "prefix") for use in uses)
    for side in (Side.PERCEPTION, None):
        block = [use for use in ratings if use.side is side and (side or numbered(use.name))]
        if len(block) == 22 and len({use.scale for use in block}) == 1:
            order = [name for name, size in SERVQUAL_ORDER for _ in range(size)]
            of = {use.name: word for use, word in zip(block, order, strict=True)}
            return shared_by_pairs(tuple(dimension_given(use, of.get(use.name, ""), "servqual22") for use in uses))
    return uses


def numbered(name: str) -> bool:
    return bool(re.search(r"\d", name))


def dimension_given(use: ColumnUse, dimension: str, why: str) -> ColumnUse:
    return replace(use, dimension=dimension, reasons=(*use.reasons, Reason(why))) if dimension else use


def shared_by_pairs(uses: tuple[ColumnUse, ...]) -> tuple[ColumnUse, ...]:
    """Both sides of a pair belong to one dimension."""
    couples = {**PARTNER, **{second: first for first, second in PARTNER.items()}}
    known = {(use.side, use.pair): use.dimension for use in uses if use.side and use.dimension}
    return tuple(
        use if not use.side or use.dimension else replace(use, dimension=known.get((couples[use.side], use.pair), ""))
        for use in uses
    )
