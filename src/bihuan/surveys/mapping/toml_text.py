"""A mapping as a small TOML file that a person can read, change and keep."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping as MappingOf
from collections.abc import Sequence
from enum import StrEnum
from typing import Any, TypeVar

from bihuan.foundation.reading import MappingError, Place
from bihuan.surveys.mapping.plan import ColumnUse, Kind, Mapping, Reason, Role, Side, default_top

KNOWN = {"role", "label", "kind", "scale", "na", "codes", "reverse", "top", "dimension", "side", "pair", "why"}
Word = TypeVar("Word", bound=StrEnum)


def to_toml(mapping: Mapping) -> str:
    """Write a mapping; what is at its default is left out."""
    import tomli_w

    columns: dict[str, dict[str, Any]] = {}
    for use in mapping.columns:
        entry: dict[str, Any] = {"role": use.role.value}
        if use.label:
            entry["label"] = use.label
        if use.role is Role.ITEM and use.scale:
            low, high, step = use.scale
            entry["scale"] = [low, high] if step == 1 else [low, high, step]
            entry |= {"kind": use.kind.value} if use.kind is not Kind.RATING else {}
            entry |= {"na": [number_or_text(code) for code in use.na]} if use.na else {}
            entry |= {"codes": dict(use.codes)} if use.codes else {}
            entry |= {"reverse": True} if use.reverse else {}
            entry |= {"top": use.top} if use.top is not None and use.top != default_top(use.scale) else {}
            entry |= {"dimension": use.dimension} if use.dimension else {}
            entry |= {"side": use.side.value, "pair": use.pair} if use.side else {}
        if use.reasons:
            entry["why"] = use.why
        columns[use.name] = entry
    content: dict[str, Any] = {"title": mapping.title} if mapping.title else {}
    text = tomli_w.dumps({**content, "columns": columns})
    # Short lists read better on one line; strings hold no raw line break, so nothing else can match.
    return re.sub(r"\[\n((?: +[^\n\[\]]+,\n)+)\]", on_one_line, text)


def on_one_line(match: re.Match[str]) -> str:
    return "[" + " ".join(line.strip(" ") for line in match[1].split("\n"))[:-2] + "]"


def number_or_text(code: str) -> int | str:
    return int(code) if code.lstrip("-").isdigit() and str(int(code)) == code else code


def from_toml(text: str | bytes) -> Mapping:
    """Read a mapping; raises ``MappingError`` naming the entry."""
    try:
        content = tomllib.loads(text.decode("utf-8-sig") if isinstance(text, bytes) else text.removeprefix("\ufeff"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise MappingError("map_not_toml", reason=str(error)) from error
    for key in content:
        if key not in {"title", "columns"}:
            raise MappingError("map_unknown_key", key=key)
    columns = content.get("columns")
    if not isinstance(columns, dict) or not columns:
        raise MappingError("map_no_columns")
    uses = []
    for name, entry in columns.items():
        if not isinstance(entry, dict):
            raise MappingError("map_value", where=Place(entry=f"[columns.{name}]"), key=name, value=str(entry))
        uses.append(use_from(name, entry))
    title = content.get("title", "")
    if not isinstance(title, str):
        raise MappingError("map_value", key="title", value=str(title))
    mapping = Mapping(tuple(uses), title=title)
    check_pairs(mapping)
    return mapping


def word(kind: type[Word], entry: MappingOf[str, Any], key: str, code: str, where: Place) -> Word | None:
    given = entry.get(key)
    if given is None:
        return None
    if not isinstance(given, str) or given not in set(kind):
        raise MappingError(code, where=where, key=key, value=str(given), roles=", ".join(kind))
    return kind(given)


def use_from(name: str, entry: MappingOf[str, Any]) -> ColumnUse:
    where = Place(entry=f"[columns.{name}]")
    for key in entry:
        if key not in KNOWN:
            raise MappingError("map_unknown_key", where=where, key=key)
    for key, kind in (("label", str), ("dimension", str), ("pair", str | int), ("reverse", bool), ("why", str)):
        if key in entry and not isinstance(entry[key], kind):
            raise MappingError("map_value", where=where, key=key, value=str(entry[key]))
    role = word(Role, entry, "role", "map_role", where) or Role.ITEM
    scale = scale_from(entry.get("scale"), where)
    if role is Role.ITEM and scale is None:
        raise MappingError("map_scale_needed", where=where)
    side = word(Side, entry, "side", "map_pair_role", where)
    if side in {Side.FUNCTIONAL, Side.DYSFUNCTIONAL} and scale != (1, 5, 1):
        raise MappingError("map_kano_scale", where=where)
    return ColumnUse(
        name,
        role,
        label=entry.get("label", ""),
        kind=word(Kind, entry, "kind", "map_value", where) or Kind.RATING,
        scale=scale,
        na=na_from(entry.get("na", []), where),
        codes=codes_from(entry.get("codes", {}), scale, where),
        reverse=entry.get("reverse", False),
        top=top_from(entry.get("top"), scale, where),
        dimension=entry.get("dimension", ""),
        side=side,
        pair=str(entry.get("pair", "")),
        reasons=(Reason("stated", {"text": entry["why"]}),) if entry.get("why") else (),
    )


def whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def scale_from(given: object, where: Place) -> tuple[int, int, int] | None:
    if given is None:
        return None
    if not isinstance(given, Sequence) or len(given) not in {2, 3} or not all(whole(part) for part in given):
        raise MappingError("map_scale", where=where)
    low, high, step = (*given, 1)[:3]
    if high <= low or step < 1 or (high - low) % step or (high - low) // step > 250:
        raise MappingError("map_scale", where=where)
    return (low, high, step)


def na_from(given: object, where: Place) -> tuple[str, ...]:
    if not isinstance(given, list) or not all(whole(code) or isinstance(code, str | float) for code in given):
        raise MappingError("map_value", where=where, key="na", value=str(given))
    return tuple(str(code) for code in given)


def codes_from(given: object, scale: tuple[int, int, int] | None, where: Place) -> dict[str, int]:
    if not isinstance(given, dict) or not all(whole(code) for code in given.values()):
        raise MappingError("map_value", where=where, key="codes", value=str(given))
    for text, code in given.items():
        if scale and not (scale[0] <= code <= scale[1] and (code - scale[0]) % scale[2] == 0):
            raise MappingError("map_code_off_scale", where=where, text=text, value=code, low=scale[0], high=scale[1])
    return dict(given)


def top_from(given: object, scale: tuple[int, int, int] | None, where: Place) -> int | None:
    if scale is None:
        return None
    if given is None:
        return default_top(scale)
    if not isinstance(given, int) or isinstance(given, bool) or not 1 <= given <= (scale[1] - scale[0]) // scale[2]:
        raise MappingError("map_value", where=where, key="top", value=str(given))
    return given


def check_pairs(mapping: Mapping) -> None:
    """A side occurs once a pair, and both sides are on one scale."""
    seen: dict[tuple[Side, str], ColumnUse] = {}
    for use in mapping.items:
        if use.side is None:
            continue
        key = (use.side, use.pair)
        if key in seen:
            raise MappingError(
                "map_pair_twice", first=seen[key].name, second=use.name, side=use.side.value, pair=use.pair
            )
        seen[key] = use
    for first, second in (
        (Side.EXPECTATION, Side.PERCEPTION),
        (Side.IMPORTANCE, Side.PERFORMANCE),
        (Side.FUNCTIONAL, Side.DYSFUNCTIONAL),
    ):
        for one, other in mapping.pairs(first, second):
            if one.scale != other.scale and first is not Side.IMPORTANCE:
                raise MappingError("map_pair_scales", pair=one.pair, first=one.name, second=other.name)
