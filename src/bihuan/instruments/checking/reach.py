"""Can a condition ever be true? Tried out over the answers that matter, with what is hidden unanswered."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import chain, combinations, islice, product
from typing import Any

from bihuan.instruments.conditions import Condition, Every, No, Some, Test, evaluate, holds
from bihuan.instruments.definition import ONE_OF, SCALED, Definition, Item, ItemType

MOST_TRIES = 40_000
MANY_CHOICES = 6


def tests_in(condition: Condition | None) -> Iterator[Test]:
    match condition:
        case Test():
            yield condition
        case Every():
            for part in condition.every:
                yield from tests_in(part)
        case Some():
            for part in condition.some:
                yield from tests_in(part)
        case No():
            yield from tests_in(condition.no)


def listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]


def picks(codes: list[str]) -> list[list[str]]:
    """Every way to choose at least one."""
    sizes = range(1, len(codes) + 1)
    return [list(one) for one in chain.from_iterable(combinations(codes, size) for size in sizes)]


def subsets(codes: list[str], sizes: list[int]) -> list[list[str]]:
    """All of a few choices; of many, those the tests name with others beside them to reach the counts asked for."""
    if len(codes) <= MANY_CHOICES:
        return [
            list(one) for one in chain.from_iterable(combinations(codes, size) for size in range(1, len(codes) + 1))
        ]
    return [codes[: max(1, size)] for size in sizes]


def domain(item: Item, tests: list[Test]) -> list[Any]:
    """Answers that tell every test of the item apart; None is no answer."""
    values = [value for test in tests for value in listed(test.value) if value is not None]
    if item.type in SCALED:
        return [None, *sorted(item.levels)]
    if item.type in ONE_OF:
        return [None, *(choice.code for choice in item.choices)]
    if item.type is ItemType.MULTIPLE:
        return [None, *several(item, values)]
    if item.type is ItemType.NUMBER:
        return [None, *numbers_near(item, values)]
    if item.type is ItemType.CONSENT:
        return [None, True, False]
    days = [day for value in values for day in days_near(value)] if item.type is ItemType.DATE else []
    return [None, "…", *days, *(value for value in values if isinstance(value, str))]


def several(item: Item, values: list[Any]) -> list[list[str]]:
    """What may be ticked: the choices the tests name in every mixture, alone and beside the others, and the counts."""
    codes = [choice.code for choice in item.choices]
    alone = [[choice.code] for choice in item.choices if choice.is_exclusive]
    others = [code for code in codes if code not in values]
    named = picks([code for code in codes if code in values][:4])
    sizes = [int(value) + shift for value in values if isinstance(value, int) for shift in (-1, 0, 1)]
    tried = [*subsets(codes, [1, *sizes, len(codes)]), *named, *([*one, *others] for one in named), *alone]
    return [one for one in tried if not is_torn(item, one)]


def numbers_near(item: Item, values: list[Any]) -> list[float]:
    named = {float(value) for value in values if isinstance(value, int | float)}
    near = {number + shift for number in named for shift in (-0.5, 0.0, 0.5)}
    ends = {end for end in (item.lowest, item.highest) if end is not None}
    return [one for one in sorted(near | ends | {0.0}) if in_bounds(item, one)]


def is_torn(item: Item, codes: list[str]) -> bool:
    """More choices than are taken, fewer than wanted, or "none of these" beside another."""
    exclusive = {choice.code for choice in item.choices if choice.is_exclusive}
    fits = (item.lowest or 0) <= len(codes) <= (item.highest or len(item.choices))
    return not fits or (len(codes) > 1 and bool(exclusive & set(codes)))


def in_bounds(item: Item, number: float) -> bool:
    return (item.lowest is None or number >= item.lowest) and (item.highest is None or number <= item.highest)


def days_near(value: Any) -> Iterator[str]:
    try:
        day = date.fromisoformat(str(value))
    except ValueError:
        return
    for shift in (-1, 0, 1):
        yield (day + timedelta(days=shift)).isoformat()


class Reach:
    """The form's items in their order with everything that decides whether they are shown."""

    def __init__(self, definition: Definition) -> None:
        self.items = definition.by_code
        self.order = [item.code for item in definition.items]
        self.gates: dict[str, list[Condition]] = {}
        for section in definition.sections:
            for item in section.items:
                gates = [gate for gate in (section.visible_if, item.visible_if) if gate is not None]
                self.gates[item.code] = gates

    def needed(self, conditions: list[Condition]) -> list[str]:
        """Every item whose answer may matter, also through the conditions of those read; in the form's order."""
        found: set[str] = set()
        waiting = [test.item for condition in conditions for test in tests_in(condition)]
        while waiting:
            code = waiting.pop()
            if code in found or code not in self.items:
                continue
            found.add(code)
            waiting += [test.item for gate in self.gates[code] for test in tests_in(gate)]
        return [code for code in self.order if code in found]

    def can_hold(self, conditions: list[Condition]) -> bool | None:
        """True where some answers make all of ``conditions`` true; None where there are too many to try."""
        codes = self.needed(conditions)
        involved = [*conditions, *(gate for code in codes for gate in self.gates[code])]
        tests = [test for condition in involved for test in tests_in(condition)]
        domains = [domain(self.items[code], [test for test in tests if test.item == code]) for code in codes]
        size = 1
        for one in domains:
            size *= len(one)
        for answers in islice(product(*domains), MOST_TRIES):
            given: dict[str, Any] = {}
            for code, value in zip(codes, answers, strict=True):
                if value is not None and all(holds(gate, given) for gate in self.gates[code]):
                    given[code] = value
            if all(evaluate(condition, given) is True for condition in conditions):
                return True
        return None if size > MOST_TRIES else False
