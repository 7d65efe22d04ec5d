"""The part of XPath that conditions are written in: read into our tree by a small parser, nothing evaluated.

Known: and, or, not(), = != < <= > >=, selected(), count-selected(), date(), ``${q} = ''`` and ``${q} != ''``.
Limits of a question: ``.`` , string-length(.) and count-selected(.) with numbers. All else is refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from bihuan.instruments.conditions import Condition, Every, No, Some, Test
from bihuan.instruments.definition import ONE_OF, SCALED, ItemType
from bihuan.instruments.xlsform.names import Reference

DEEPEST = 40
LONGEST = 30_000
TOKENS = re.compile(
    r"""\s*(?:
      (?P<ref>\$\{\s*[^{}]+?\s*\})
    | (?P<text>'[^']*'|"[^"]*"|‘[^’]*’|“[^”]*”)
    | (?P<number>\d+(?:\.\d+)?|\.\d+)
    | (?P<sign>!=|<=|>=|=|<|>|\(|\)|,|-|\+|\*|\||/|\.)
    | (?P<word>[^\W\d][\w\-]*(?:\.[\w\-]+)*)
    )""",
    re.VERBOSE,
)
ORDER = ("<", "<=", ">", ">=")
FLIPPED = {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
AGREED = frozenset({"ok", "yes", "true", "1"})


class ExpressionError(Exception):
    """``code`` is one of `problems.MESSAGES`."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code, self.params = code, params


@dataclass(frozen=True)
class Token:
    kind: str
    value: str


@dataclass(frozen=True)
class Asked:
    """A question, or how many of its choices were taken, or how long its text is."""

    name: str  # "." is the question the constraint belongs to
    what: Literal["value", "count", "length"] = "value"


@dataclass(frozen=True)
class Literally:
    value: str | int | float
    is_date: bool = False


def tokens_of(expression: str) -> list[Token]:
    if len(expression) > LONGEST:
        raise ExpressionError("x_long")
    found: list[Token] = []
    place = 0
    text = expression.rstrip()
    while place < len(text):
        match = TOKENS.match(text, place)
        if match is None:
            raise ExpressionError("x_sign", value=text[place : place + 20].strip())
        kind = str(match.lastgroup)
        value = match[kind]
        found.append(Token(kind, value[2:-1].strip() if kind == "ref" else value[1:-1] if kind == "text" else value))
        place = match.end()
    return found


class Parser:
    """Recursive descent; what a comparison means is left to ``compare`` and ``choose``."""

    def __init__(
        self,
        expression: str,
        compare: Callable[[Asked, str, Literally], Condition],
        choose: Callable[[str, Literally], Condition],
    ) -> None:
        self.tokens, self.place, self.depth = tokens_of(expression), 0, 0
        self.compare, self.choose = compare, choose

    def next(self) -> Token | None:
        return self.tokens[self.place] if self.place < len(self.tokens) else None

    def take(self) -> Token:
        token = self.next()
        if token is None:
            raise ExpressionError("x_end")
        self.place += 1
        return token

    def expect(self, sign: str) -> None:
        token = self.take()
        if token.kind != "sign" or token.value != sign:
            raise ExpressionError("x_sign", value=token.value)

    def is_word(self, word: str) -> bool:
        token = self.next()
        return token is not None and token.kind == "word" and token.value.lower() == word

    def is_sign(self, *signs: str) -> bool:
        token = self.next()
        return token is not None and token.kind == "sign" and token.value in signs

    def whole(self) -> Condition:
        found = self.either()
        token = self.next()
        if token is not None:
            is_sum = token.value in {"+", "-", "*", "|", "/", "div", "mod"}
            raise ExpressionError("x_operator" if is_sum else "x_sign", value=token.value)
        return found

    def either(self) -> Condition:
        parts = [self.both()]
        while self.is_word("or"):
            self.take()
            parts.append(self.both())
        return joined(parts, "or")

    def both(self) -> Condition:
        parts = [self.single()]
        while self.is_word("and"):
            self.take()
            parts.append(self.single())
        return joined(parts, "and")

    def single(self) -> Condition:
        self.depth += 1
        if self.depth > DEEPEST:
            raise ExpressionError("x_deep")
        try:
            if self.is_sign("("):
                self.take()
                found = self.either()
                self.expect(")")
                return found
            if self.is_word("not"):
                self.take()
                self.expect("(")
                found = self.either()
                self.expect(")")
                return No(no=found)
            if self.is_word("selected"):
                return self.selected()
            return self.comparison()
        finally:
            self.depth -= 1

    def selected(self) -> Condition:
        self.take()
        self.expect("(")
        asked = self.operand()
        self.expect(",")
        value = self.operand()
        self.expect(")")
        if not isinstance(asked, Asked) or asked.what != "value" or not isinstance(value, Literally):
            raise ExpressionError("x_sides")
        return self.choose(asked.name, value)

    def comparison(self) -> Condition:
        left = self.operand()
        token = self.next()
        if token is None:
            raise ExpressionError("x_end")
        if token.kind != "sign" or token.value not in FLIPPED:
            raise ExpressionError("x_operator", value=token.value)
        sign = self.take().value
        right = self.operand()
        if isinstance(left, Asked) and isinstance(right, Literally):
            return self.compare(left, sign, right)
        if isinstance(right, Asked) and isinstance(left, Literally):
            return self.compare(right, FLIPPED[sign], left)
        raise ExpressionError("x_sides")

    def operand(self) -> Asked | Literally:
        token = self.take()
        match token.kind:
            case "ref":
                return Asked(token.value)
            case "text":
                return Literally(token.value)
            case "number":
                return Literally(number_of(token.value))
            case "word":
                return self.function(token.value)
        if token.value == ".":
            return Asked(".")
        if token.value == "-":
            digits = self.take()
            if digits.kind == "number":
                return Literally(number_of("-" + digits.value))
            raise ExpressionError("x_sign", value=digits.value)
        raise ExpressionError("x_operator" if token.value in "+*|/" else "x_sign", value=token.value)

    def function(self, name: str) -> Asked | Literally:
        if not self.is_sign("("):
            raise ExpressionError("x_sign", value=name)
        if name not in {"count-selected", "string-length", "date", "concat"}:
            raise ExpressionError("x_function", value=name)
        self.take()
        given = [self.operand()]
        while self.is_sign(","):
            self.take()
            given.append(self.operand())
        self.expect(")")
        if name == "concat" and all(isinstance(one, Literally) for one in given):
            return Literally("".join(str(one.value) for one in given if isinstance(one, Literally)))
        first = given[0]
        if len(given) == 1 and name == "date" and isinstance(first, Literally):
            return Literally(day_of(str(first.value)), is_date=True)
        if len(given) == 1 and name != "date" and isinstance(first, Asked) and first.what == "value":
            return Asked(first.name, "count" if name == "count-selected" else "length")
        raise ExpressionError("x_function", value=name)


def number_of(text: str) -> int | float:
    return float(text) if "." in text else int(text) if len(text) < 400 else float("inf")


def day_of(text: str) -> str:
    try:
        return date.fromisoformat(text.strip()).isoformat()
    except ValueError as error:
        raise ExpressionError("x_date", value=text) from error


def joined(parts: list[Condition], word: Literal["and", "or"]) -> Condition:
    """One tree of a chain; tests of one question against several values become the one test that says so."""
    if len(parts) == 1:
        return parts[0]
    tests = [part for part in parts if isinstance(part, Test)]
    if len(tests) == len(parts) and len({(test.item, test.op) for test in tests}) == 1:
        together = {("or", "="): "in", ("or", "has"): "has_any", ("and", "has"): "has_all"}
        operator: Any = together.get((word, tests[0].op))
        if operator is not None:
            return Test(item=tests[0].item, op=operator, value=[test.value for test in tests])
    return Every(every=tuple(parts)) if word == "and" else Some(some=tuple(parts))


class Conditions:
    """Reads conditions; ``asked`` are the questions asked so far, ``later`` the names of those that follow."""

    def __init__(self, asked: Mapping[str, Reference], later: frozenset[str] = frozenset()) -> None:
        self.asked, self.later = asked, later

    def read(self, expression: str) -> Condition:
        return Parser(expression, self.compare, self.choose).whole()

    def reference(self, name: str) -> Reference:
        found = self.asked.get(name)
        if found is None:
            raise ExpressionError("reads_later" if name in self.later else "x_unknown", value=name)
        return found

    def choose(self, name: str, literal: Literally) -> Condition:
        known = self.reference(name)
        if known.kind in SCALED:
            return Test(item=known.code, value=level_of(known, literal))
        if not known.choices:
            raise ExpressionError("x_not_choices", name=name)
        return Test(item=known.code, op="=" if known.kind in ONE_OF else "has", value=choice_of(known, literal))

    def compare(self, asked: Asked, sign: str, literal: Literally) -> Condition:
        if asked.name == "." or asked.what == "length":
            raise ExpressionError("x_function", value="string-length" if asked.what == "length" else ".")
        known = self.reference(asked.name)
        if asked.what == "count":
            return self.counted(known, sign, literal)
        if literal.value == "" and sign in {"=", "!="}:
            answered = Test(item=known.code, op="answered")
            return answered if sign == "!=" else No(no=answered)
        operator: Any = sign
        return Test(item=known.code, op=operator, value=value_of(known, sign, literal))

    def counted(self, known: Reference, sign: str, literal: Literally) -> Condition:
        if not known.choices:
            raise ExpressionError("x_not_choices", name=known.name)
        number = literal.value
        if not isinstance(number, int):
            raise ExpressionError("x_number", name=known.name, value=number)
        least, most = (
            Test(item=known.code, op="count>=", value=number),
            Test(item=known.code, op="count<=", value=number),
        )
        match sign:
            case ">=":
                return least
            case "<=":
                return most
            case ">":
                return Test(item=known.code, op="count>=", value=number + 1)
            case "<":
                return Test(item=known.code, op="count<=", value=number - 1)
            case "=":
                return Every(every=(least, most))
        return No(no=Every(every=(least, most)))


def choice_of(known: Reference, literal: Literally) -> str:
    found = known.choices.get(str(literal.value))
    if found is None:
        raise ExpressionError("x_choice", name=known.name, value=literal.value)
    return found


def level_of(known: Reference, literal: Literally) -> int:
    text = str(literal.value).strip()
    if not re.fullmatch(r"-?\d{1,15}", text) or int(text) not in known.levels:
        raise ExpressionError("x_level", name=known.name, value=literal.value)
    return int(text)


def value_of(known: Reference, sign: str, literal: Literally) -> Any:
    if known.kind in SCALED:
        return literal.value if sign in ORDER and isinstance(literal.value, int | float) else level_of(known, literal)
    if known.kind is ItemType.NUMBER:
        return number_for(known, literal)
    if known.kind is ItemType.DATE:
        return literal.value if literal.is_date else day_of(str(literal.value))
    if sign in ORDER:
        raise ExpressionError("x_order", name=known.name)
    if known.kind is ItemType.CONSENT:
        if str(literal.value).lower() not in AGREED:
            raise ExpressionError("x_consent", name=known.name)
        return True
    if known.kind in ONE_OF:
        return choice_of(known, literal)
    if known.choices:
        raise ExpressionError("x_several", name=known.name)
    return str(literal.value)


def number_for(known: Reference, literal: Literally) -> int | float:
    if isinstance(literal.value, int | float):
        return literal.value
    if re.fullmatch(r"-?\d{1,15}(\.\d{1,15})?", literal.value.strip()):
        return number_of(literal.value.strip())
    raise ExpressionError("x_number", name=known.name, value=literal.value)


@dataclass
class Bounds:
    lowest: float | None = None
    highest: float | None = None


def bounds_in(expression: str, what: Literal["value", "count", "length"], *, is_whole: bool = False) -> Bounds:
    """Read a constraint that states limits; anything else is refused. Of whole numbers, above 3 is 4 and more."""
    found = Bounds()

    def compare(asked: Asked, sign: str, literal: Literally) -> Condition:
        if asked != Asked(".", what) or isinstance(literal.value, str):
            raise ExpressionError("x_constraint")
        number = float(literal.value)
        if (is_whole or what != "value") and number.is_integer():
            number += {">": 1, "<": -1}.get(sign, 0)
            sign = {">": ">=", "<": "<="}.get(sign, sign)
        if sign in {">=", "="} and found.lowest is None:
            found.lowest = number
        elif sign not in {"<=", "="}:
            raise ExpressionError("x_constraint")
        if sign in {"<=", "="}:
            if found.highest is not None:
                raise ExpressionError("x_constraint")
            found.highest = number
        return Test(item=".", op="answered")  # only whether they are joined by "and" matters

    def choose(_name: str, _literal: Literally) -> Condition:
        raise ExpressionError("x_constraint")

    read = Parser(expression, compare, choose).whole()
    parts = read.every if isinstance(read, Every) else (read,)
    if any(not isinstance(part, Test) for part in parts):
        raise ExpressionError("x_constraint")
    return found
