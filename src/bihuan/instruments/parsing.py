"""What each kind of item takes: from the text of a form or plain JSON to the value that is stored.

Two steps. *Reading* decides whether it is an answer at all (a level of the scale, a choice, a number, a date); what
cannot be read counts as not answered. *Bounds* (how many, how long, what sum) find fault with an answer that was read.
The browser reads by the same rules (``assets/scripts/conditions.ts``).
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bihuan.instruments.definition import ONE_OF, SCALED, Item, ItemType

BLANKS = " \t\r\n\u00a0\u3000"  # one list here and in the browser, whose own ideas of white space differ
WHOLE = re.compile(r"-?[0-9]{1,15}")
NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,15})?")
ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
REFERENCE = re.compile(r"[A-Za-z0-9_.:/-]{1,120}")
YES, NO = frozenset({"on", "true", "yes", "1"}), frozenset({"off", "false", "no", "0"})
MOST_DIGITS = 1e15
HIDDEN_LENGTH = 500
MOST_FILES = 5

MISFITS: dict[str, Promise] = {
    "value": _("“%(value)s” is no answer to item %(item)s."),
    "number": _("“%(value)s” is no number."),
    "date": _("“%(value)s” is no date. Write it as year-month-day, for example 2026-10-09."),
    "exclusive": _("“%(value)s” cannot be chosen together with others."),
    "few": _("Choose at least %(number)s."),
    "many": _("Choose at most %(number)s."),
    "ranks": _("Give every rank once."),
    "unranked": _("Rank %(number)s of them; %(given)s are ranked so far."),
    "sum": _("The points must make %(total)s; they make %(sum)s so far."),
    "below": _("The number must be at least %(number)s."),
    "above": _("The number must be at most %(number)s."),
    "short": _("Write at least %(number)s characters."),
    "long": _("Write at most %(number)s characters; there are %(given)s."),
    "few_files": _("Add at least %(number)s files."),
    "many_files": _("Add at most %(number)s files."),
}


class Misfit(Exception):  # noqa: N818 - it never leaves the walk
    """A value an item does not take; ``kind`` is a key of the walk's messages."""

    def __init__(self, kind: str, **details: Any) -> None:
        super().__init__(kind)
        self.kind, self.details = kind, details


Parser = Callable[[Any], Any]
Bounds = Callable[[Any, frozenset[str], bool], Misfit | None]


def no_answer(value: Any, kind: str = "value") -> Misfit:
    return Misfit(kind, value=clean(str(value))[:60])


def clean(text: str) -> str:
    """As a store can keep it: no NUL, no half of a surrogate pair, one kind of line end, nothing around it."""
    if not text.isascii():
        text = text.encode("utf-8", "replace").decode()
    return text.replace("\x00", "").replace("\r\n", "\n").replace("\r", "\n").strip(BLANKS)


def number_text(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip(BLANKS)


def read_whole(value: Any, kind: str = "value") -> int:
    if type(value) is int and abs(value) < MOST_DIGITS:
        return value
    if isinstance(value, float) and value.is_integer() and abs(value) < MOST_DIGITS:
        return int(value)
    if isinstance(value, str) and WHOLE.fullmatch(text := number_text(value)):
        return int(text)
    raise no_answer(value, kind)


def read_number(value: Any) -> int | float:
    if isinstance(value, str):
        text = number_text(value)
        if not NUMBER.fullmatch(text):
            raise no_answer(value, "number")
        number = float(text)
    elif isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise no_answer(value, "number")
    else:
        number = value
    if abs(number) >= MOST_DIGITS:
        raise no_answer(value, "number")
    return int(number) if number == int(number) else number


def read_day(value: Any) -> str:
    text = value.isoformat() if type(value) is date else number_text(str(value))
    if ISO_DAY.fullmatch(text):
        try:
            return date.fromisoformat(text).isoformat()
        except ValueError:
            pass
    raise no_answer(value, "date")


def read_text(value: Any) -> str | None:
    if isinstance(value, list | dict):
        raise no_answer(value)
    return clean(value if isinstance(value, str) else str(value)) or None


def read_hidden(value: Any) -> str | None:
    text = read_text(value)
    if text is not None and len(text) > HIDDEN_LENGTH:
        raise no_answer(value)
    return text


def read_consent(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    text = value.strip(BLANKS).lower() if isinstance(value, str) else ""
    if text in YES:
        return True
    if text in NO:
        return False
    raise no_answer(value)


def read_files(value: Any) -> list[str]:
    found = value if isinstance(value, list) else [value]
    for one in found:
        if not isinstance(one, str) or not REFERENCE.fullmatch(one):
            raise no_answer(one)
    return list(dict.fromkeys(found))


def level_parser(item: Item) -> Parser:
    levels = item.levels
    as_sent = {str(level): level for level in levels}

    def read(value: Any) -> int:
        if type(value) is str and value in as_sent:
            return as_sent[value]
        number = value if type(value) is int else read_whole(value)
        if number not in levels:
            raise no_answer(value)
        return number

    return read


def choice_parser(item: Item) -> Parser:
    codes = item.codes

    def read(value: Any) -> str:
        if not isinstance(value, str) or value not in codes:
            raise no_answer(value)
        return value

    return read


def chosen_codes(value: Any, codes: frozenset[str]) -> list[str]:
    found = value if isinstance(value, list) else [value]
    for one in found:
        if not isinstance(one, str) or one not in codes:
            raise no_answer(one)
    return found


def multiple_parser(item: Item) -> Parser:
    codes = item.codes

    def read(value: Any) -> list[str]:
        found = set(chosen_codes(value, codes))
        return [choice.code for choice in item.choices if choice.code in found]

    return read


def ranking_parser(item: Item) -> Parser:
    """Stored best first. A form sends a rank a choice; the ranks given must be 1, 2, 3 … without gap or tie."""
    codes = item.codes

    def read(value: Any) -> list[str] | None:
        if isinstance(value, dict):
            chosen_codes(list(value), codes)
            ranks = {code: read_whole(rank) for code, rank in value.items() if rank not in (None, "")}
            if sorted(ranks.values()) != list(range(1, len(ranks) + 1)):
                raise Misfit("ranks")
            return sorted(ranks, key=lambda code: ranks[code]) or None
        found = chosen_codes(value, codes)
        if len(set(found)) != len(found):
            raise Misfit("ranks")
        return list(found)

    return read


def split_parser(item: Item) -> Parser:
    """Points by choice, in the order of the choices; a field left empty is no points."""

    def read(value: Any) -> dict[str, int] | None:
        if not isinstance(value, Mapping):
            raise no_answer(value)
        chosen_codes(list(value), item.codes)
        points = {code: read_whole(one, "number") for code, one in value.items() if one not in (None, "")}
        if not points:
            return None
        if min(points.values()) < 0:
            raise no_answer(min(points.values()))
        return {choice.code: points.get(choice.code, 0) for choice in item.choices}

    return read


def read_nothing(value: Any) -> Any:
    raise no_answer(value)


MADE: dict[ItemType, Callable[[Item], Parser]] = {
    **dict.fromkeys(SCALED, level_parser),
    **dict.fromkeys(ONE_OF, choice_parser),
    ItemType.MULTIPLE: multiple_parser,
    ItemType.RANKING: ranking_parser,
    ItemType.SPLIT: split_parser,
}
FIXED: dict[ItemType, Parser] = {
    ItemType.NUMBER: read_number,
    ItemType.DATE: read_day,
    ItemType.TEXT: read_text,
    ItemType.FILE: read_files,
    ItemType.CONSENT: read_consent,
    ItemType.HIDDEN: read_hidden,
    ItemType.NOTE: read_nothing,
}


def parser_of(item: Item) -> Parser:
    return MADE[item.type](item) if item.type in MADE else FIXED[item.type]


def taken(value: Any) -> Iterator[str]:
    """The choices an answer takes; of a split those that were given points."""
    if isinstance(value, dict):
        yield from (code for code, points in value.items() if points)
    elif isinstance(value, list):
        yield from value
    else:
        yield value


def plain(number: float) -> str:
    return f"{number:g}" if abs(number) < 1e6 else f"{number:.0f}"


def multiple_bounds(item: Item) -> Bounds:
    exclusive = {choice.code: choice.label or choice.code for choice in item.choices if choice.is_exclusive}

    def check(value: list[str], hidden: frozenset[str], complete: bool) -> Misfit | None:
        alone = next((code for code in value if code in exclusive), None)
        if alone is not None:
            return Misfit("exclusive", value=exclusive[alone]) if len(value) > 1 else None
        offered = len(item.choices) - len(hidden)
        if complete and item.lowest is not None and len(value) < min(item.lowest, offered):
            return Misfit("few", number=plain(min(item.lowest, offered)))
        if item.highest is not None and len(value) > item.highest:
            return Misfit("many", number=plain(item.highest))
        return None

    return check


def ranking_bounds(item: Item) -> Bounds:
    """All that are offered; with ``lowest`` at least so many, with ``highest`` (alone) just so many."""

    def check(value: list[str], hidden: frozenset[str], complete: bool) -> Misfit | None:
        offered = len(item.choices) - len(hidden)
        most = offered if item.highest is None else min(int(item.highest), offered)
        least = most if item.lowest is None else min(int(item.lowest), offered)
        if len(value) > most or (complete and len(value) < least):
            return Misfit("unranked", number=least if len(value) < least else most, given=len(value))
        return None

    return check


def split_bounds(item: Item) -> Bounds:
    def check(value: dict[str, int], _hidden: frozenset[str], complete: bool) -> Misfit | None:
        points = sum(value.values())
        if points > item.total or (complete and points != item.total):
            return Misfit("sum", total=item.total, sum=points)
        return None

    return check


def number_bounds(item: Item) -> Bounds | None:
    if item.lowest is None and item.highest is None:
        return None

    def check(value: float, _hidden: frozenset[str], _complete: bool) -> Misfit | None:
        if item.lowest is not None and value < item.lowest:
            return Misfit("below", number=plain(item.lowest))
        if item.highest is not None and value > item.highest:
            return Misfit("above", number=plain(item.highest))
        return None

    return check


def text_bounds(item: Item) -> Bounds | None:
    if item.lowest is None and item.highest is None:
        return None

    def check(value: str, _hidden: frozenset[str], complete: bool) -> Misfit | None:
        if complete and item.lowest is not None and len(value) < item.lowest:
            return Misfit("short", number=plain(item.lowest))
        if item.highest is not None and len(value) > item.highest:
            return Misfit("long", number=plain(item.highest), given=len(value))
        return None

    return check


def file_bounds(item: Item) -> Bounds:
    most = MOST_FILES if item.highest is None else item.highest

    def check(value: list[str], _hidden: frozenset[str], complete: bool) -> Misfit | None:
        if complete and item.lowest is not None and len(value) < item.lowest:
            return Misfit("few_files", number=plain(item.lowest))
        return Misfit("many_files", number=plain(most)) if len(value) > most else None

    return check


BOUNDED: dict[ItemType, Callable[[Item], Bounds | None]] = {
    ItemType.MULTIPLE: multiple_bounds,
    ItemType.RANKING: ranking_bounds,
    ItemType.SPLIT: split_bounds,
    ItemType.NUMBER: number_bounds,
    ItemType.TEXT: text_bounds,
    ItemType.FILE: file_bounds,
}


def bounds_of(item: Item) -> Bounds | None:
    return BOUNDED[item.type](item) if item.type in BOUNDED else None
