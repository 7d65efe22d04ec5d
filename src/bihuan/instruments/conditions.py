"""Conditions as a typed tree: total, no loops, nothing evaluated as code.

Three-valued: a test of an item without an answer is neither true nor false, except `answered`. Something is shown
only where its condition is true. The browser evaluates the same tree on the same vectors.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Operator = Literal["=", "!=", "<", "<=", ">", ">=", "in", "has", "has_any", "has_all", "count>=", "count<=", "answered"]
NUMERIC = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,15})?")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Node(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Test(Node):
    """One item against one value. `has…` and `count…` read several choices; the order signs read numbers and dates."""

    item: str = Field(min_length=1, max_length=120)
    op: Operator = "="
    value: Any = None


class Every(Node):
    every: tuple[Condition, ...] = Field(min_length=1)


class Some(Node):
    some: tuple[Condition, ...] = Field(min_length=1)


class No(Node):
    no: Condition


Condition = Test | Every | Some | No
for _node in (Every, Some, No):
    _node.model_rebuild()


def items_of(condition: Condition) -> Iterator[str]:
    """Codes of the items a condition reads."""
    match condition:
        case Test():
            yield condition.item
        case Every():
            for part in condition.every:
                yield from items_of(part)
        case Some():
            for part in condition.some:
                yield from items_of(part)
        case No():
            yield from items_of(condition.no)


Answers = Mapping[str, Any]
Decider = Callable[[Answers], bool | None]
COUNTABLE = (int, float, bool)


def evaluate(condition: Condition, answers: Answers) -> bool | None:
    """True, False, or None where it depends on an item that is not answered."""
    return decider(condition)(answers)


def holds(condition: Condition | None, answers: Answers) -> bool:
    """What is shown: no condition, or one that is true."""
    return condition is None or evaluate(condition, answers) is True


def decider(condition: Condition) -> Decider:
    """The condition made ready to be decided many times."""
    match condition:
        case Test():
            return test_decider(condition)
        case Every():
            return joint_decider(condition.every, decided_by=False)
        case Some():
            return joint_decider(condition.some, decided_by=True)
        case No():
            inner = decider(condition.no)

            def opposite(answers: Answers) -> bool | None:
                result = inner(answers)
                return None if result is None else not result

            return opposite


def joint_decider(conditions: tuple[Condition, ...], *, decided_by: bool) -> Decider:
    """One part decides alone; else what is unknown leaves the whole unknown."""
    deciders = tuple(decider(part) for part in conditions)

    def decide(answers: Answers) -> bool | None:
        result: bool | None = not decided_by
        for part in deciders:
            found = part(answers)
            if found is decided_by:
                return decided_by
            if found is None:
                result = None
        return result

    return decide


def is_blank(value: Any) -> bool:
    """No answer: nothing, an empty text, list or split. 0 and false are answers."""
    return not value and not isinstance(value, COUNTABLE)


def test_decider(test: Test) -> Decider:
    item = test.item
    if test.op == "answered":
        return lambda answers: not is_blank(answers.get(item))
    tell = TELLERS[test.op](test.op, test.value)

    def decide(answers: Answers) -> bool | None:
        given = answers.get(item)
        return None if is_blank(given) else tell(given)

    return decide


Teller = Callable[[Any], bool | None]


def like(_op: str, value: Any) -> Teller:
    return lambda given: same(given, value)


def unlike(_op: str, value: Any) -> Teller:
    return lambda given: not same(given, value)


def among(_op: str, value: Any) -> Teller:
    values = listed(value)
    return lambda given: any(same(given, one) for one in values)


def having(_op: str, value: Any) -> Teller:
    return lambda given: any(same(one, value) for one in parts(given))


def having_any(_op: str, value: Any) -> Teller:
    values = listed(value)
    return lambda given: any(same(one, other) for one in parts(given) for other in values)


def having_all(_op: str, value: Any) -> Teller:
    values = listed(value)
    return lambda given: all(any(same(one, other) for one in parts(given)) for other in values)


def counting(op: str, value: Any) -> Teller:
    sign = op.removeprefix("count")
    return lambda given: ordered(sign, len(parts(given)), value)


def ordering(op: str, value: Any) -> Teller:
    return lambda given: ordered(op, given, value)


TELLERS: dict[str, Callable[[str, Any], Teller]] = {
    "=": like,
    "!=": unlike,
    **dict.fromkeys(("<", "<=", ">", ">="), ordering),
    "in": among,
    "has": having,
    "has_any": having_any,
    "has_all": having_all,
    **dict.fromkeys(("count>=", "count<="), counting),
}


def listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]


def parts(given: Any) -> list[Any]:
    """The choices an answer consists of; of a split those that were given points."""
    if isinstance(given, Mapping):
        return [code for code, points in given.items() if points]
    return listed(given)


def numeric(value: Any) -> int | float | None:
    """A number, or a text that is one: code "3" and level 3 are the same answer."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return value
    return float(value) if isinstance(value, str) and NUMERIC.fullmatch(value) else None


PLAIN = frozenset({int, float, str, bool})


def same(given: Any, value: Any) -> bool:
    """Equal as texts, or as numbers where one of them is a number. Several choices: the same ones, in any order."""
    if type(given) is type(value) and type(given) in PLAIN:
        return bool(given == value)
    if isinstance(given, list | Mapping) or isinstance(value, list | tuple):
        many, others = parts(given), listed(value)
        return len(many) == len(others) and all(any(same(one, other) for other in others) for one in many)
    if isinstance(given, bool) or isinstance(value, bool):
        return given is value
    if isinstance(given, str) and isinstance(value, str):
        return given == value
    number, other_number = numeric(given), numeric(value)
    return number is not None and number == other_number


def ordered(op: str, given: Any, value: Any) -> bool | None:
    """Numbers with numbers, ISO days with ISO days; anything else cannot be ordered and is unknown."""
    one = given if type(given) is int else numeric(given)
    other = value if type(value) is int else numeric(value)
    if one is None or other is None:
        if not (is_day(given) and is_day(value)):
            return None
        one, other = int(given.replace("-", "")), int(value.replace("-", ""))
    if op == "<":
        return one < other
    if op == "<=":
        return one <= other
    return one > other if op == ">" else one >= other


def is_day(value: Any) -> bool:
    return isinstance(value, str) and DAY.fullmatch(value) is not None
