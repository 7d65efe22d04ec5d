"""Conditions and limits as XPath, in the form `expressions` reads back to the same tree."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from bihuan.instruments.conditions import Condition, Every, No, Some, Test
from bihuan.instruments.definition import ONE_OF, SCALED, ItemType
from bihuan.instruments.xlsform.names import Reference


def number_text(number: float) -> str:
    """Plain digits: an exponent is no number in XPath."""
    if isinstance(number, int):
        return str(number)
    if not math.isfinite(number):
        return json.dumps(number)
    text = format(Decimal(repr(number)), "f")
    return text if "." in text else f"{text}.0"


def limit_text(number: float) -> str:
    """The same for a limit, where 5.0 is 5."""
    text = number_text(number)
    return text.removesuffix(".0") if text != "-0.0" else text


def quoted(text: str) -> str:
    """A literal: XPath knows no escapes, so a text with both kinds of quotation marks is put together."""
    if "'" not in text:
        return f"'{text}'"
    if '"' not in text:
        return f'"{text}"'
    return "concat(" + ', "\'", '.join(f"'{part}'" for part in text.split("'")) + ")"


class Phrases:
    """Writes conditions of one form; ``known`` are its questions by code."""

    def __init__(self, known: Mapping[str, Reference]) -> None:
        self.known = known
        self.choice_names = {
            code: {choice: name for name, choice in one.choices.items()} for code, one in known.items()
        }

    def written(self, condition: Condition, *, inside: bool = False) -> str:
        match condition:
            case Test():
                return self.test(condition, inside=inside)
            case No(no=Test(op="answered") as test):
                return f"{self.ref(test)} = ''"
            case No(no=part):
                return f"not({self.written(part)})"
            case Every(every=parts):
                text = " and ".join(self.written(part, inside=True) for part in parts)
            case Some(some=parts):
                text = " or ".join(self.written(part, inside=True) for part in parts)
        return f"({text})" if inside and len(parts) > 1 else text

    def ref(self, test: Test) -> str:
        return f"${{{self.known[test.item].name}}}"

    def test(self, test: Test, *, inside: bool) -> str:
        ref, many = self.ref(test), test.value if isinstance(test.value, list | tuple) else [test.value]
        match test.op:
            case "answered":
                return f"{ref} != ''"
            case "count>=" | "count<=":
                return f"count-selected({ref}) {test.op.removeprefix('count')} {self.value(test, test.value)}"
            case "has" | "has_any" | "has_all":
                parts = [f"selected({ref}, {self.value(test, one)})" for one in many]
            case "in":
                parts = [f"{ref} = {self.value(test, one)}" for one in many]
            case _:
                return f"{ref} {test.op} {self.value(test, test.value)}"
        text = (" and " if test.op == "has_all" else " or ").join(parts) or "false()"
        return f"({text})" if inside and len(parts) > 1 else text

    def value(self, test: Test, value: Any) -> str:
        known = self.known[test.item]
        if isinstance(value, bool):
            return "'OK'" if value else "''"
        if isinstance(value, int | float):
            return number_text(value)
        if not isinstance(value, str):
            return quoted(json.dumps(value, ensure_ascii=False, sort_keys=True))
        if known.kind is ItemType.DATE:
            return f"date({quoted(value)})"
        is_choice = known.kind in ONE_OF or (known.kind not in SCALED and known.choices)
        return quoted(self.choice_names[test.item].get(value, value) if is_choice else value)


def bounds_text(what: str, lowest: float | None, highest: float | None) -> str:
    asked = {"value": ".", "count": "count-selected(.)", "length": "string-length(.)"}[what]
    parts = [f"{asked} >= {limit_text(lowest)}"] if lowest is not None else []
    parts += [f"{asked} <= {limit_text(highest)}"] if highest is not None else []
    return " and ".join(parts)
