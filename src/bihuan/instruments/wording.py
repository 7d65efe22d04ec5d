"""Conditions in words, for whoever writes or reviews a form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from bihuan.instruments.conditions import Condition, Every, No, Operator, Some, Test, numeric
from bihuan.instruments.definition import SCALED, Definition, Item, ItemType
from bihuan.instruments.piping import choice_label, level_label, number_words

LONGEST = 40
OPPOSITE: dict[str, Operator] = {"=": "!=", "!=": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
TESTS: dict[str, Promise] = {
    "=": gettext_lazy("“%(item)s” is %(value)s"),
    "!=": gettext_lazy("“%(item)s” is not %(value)s"),
    "<": gettext_lazy("“%(item)s” is less than %(value)s"),
    "<=": gettext_lazy("“%(item)s” is at most %(value)s"),
    ">": gettext_lazy("“%(item)s” is more than %(value)s"),
    ">=": gettext_lazy("“%(item)s” is at least %(value)s"),
    "in": gettext_lazy("“%(item)s” is one of %(value)s"),
    "has": gettext_lazy("“%(item)s” includes %(value)s"),
    "has_any": gettext_lazy("“%(item)s” includes one of %(value)s"),
    "has_all": gettext_lazy("“%(item)s” includes all of %(value)s"),
    "answered": gettext_lazy("“%(item)s” is answered"),
}
DAYS: dict[str, Promise] = {
    "<": gettext_lazy("“%(item)s” is before %(value)s"),
    "<=": gettext_lazy("“%(item)s” is on %(value)s or before"),
    ">": gettext_lazy("“%(item)s” is after %(value)s"),
    ">=": gettext_lazy("“%(item)s” is on %(value)s or after"),
}
NEGATED: dict[str, Promise] = {
    "in": gettext_lazy("“%(item)s” is none of %(value)s"),
    "has": gettext_lazy("“%(item)s” does not include %(value)s"),
    "has_any": gettext_lazy("“%(item)s” includes none of %(value)s"),
    "has_all": gettext_lazy("“%(item)s” does not include all of %(value)s"),
    "answered": gettext_lazy("“%(item)s” is not answered"),
}
CONSENT: dict[bool, Promise] = {
    True: gettext_lazy("“%(item)s” is agreed to"),
    False: gettext_lazy("“%(item)s” is not agreed to"),
}
COUNTS: dict[str, Any] = {
    "count>=": ngettext_lazy(
        "“%(item)s” has at least %(number)d choice", "“%(item)s” has at least %(number)d choices", "number"
    ),
    "count<=": ngettext_lazy(
        "“%(item)s” has at most %(number)d choice", "“%(item)s” has at most %(number)d choices", "number"
    ),
}


def condition_words(condition: Condition, definition: Definition, language: str = "") -> str:
    """A condition as a clause ("“Line” is “Line 3” and …") in the reader's language; ``language`` is that of the form's
    own texts in it, else the reader's where the form has it.
    """
    own = language or translation.get_language() or ""
    own = own if own in definition.languages else definition.languages[0]
    return said(condition, lambda test, negated: test_words(test, negated, definition, own))


def said(condition: Condition, tell: Callable[[Test, bool], str], *, inside: bool = False) -> str:
    match condition:
        case Test():
            return tell(condition, False)
        case No(no=Test() as test):
            return tell(test, True)
        case No(no=No(no=part)):
            return said(part, tell, inside=inside)
        case No(no=part):
            return _("not (%(condition)s)") % {"condition": said(part, tell)}
        case Every(every=parts):
            joined = _(" and ").join(said(part, tell, inside=len(parts) > 1) for part in parts)
        case Some(some=parts):
            joined = _(" or ").join(said(part, tell, inside=len(parts) > 1) for part in parts)
    return _("(%(condition)s)") % {"condition": joined} if inside and len(parts) > 1 else joined


def test_words(test: Test, negated: bool, definition: Definition, language: str) -> str:
    item = definition.by_code.get(test.item)
    name = shortened(
        definition.text(f"item.{item.code}.label", item.label, language) or item.code if item else test.item
    )
    operator: str = OPPOSITE.get(test.op, test.op) if negated else test.op
    is_negated = negated and test.op not in OPPOSITE
    if operator in COUNTS:
        number = numeric(test.value)
        told = str(COUNTS[operator] % {"item": name, "number": 0 if number is None else int(number)})
        return _("not (%(condition)s)") % {"condition": told} if is_negated else told
    if operator in {"=", "!="} and isinstance(test.value, bool):
        return str(CONSENT[test.value is (operator == "=")]) % {"item": name}
    words = DAYS if item is not None and item.type is ItemType.DATE and operator in DAYS else TESTS
    if is_negated:
        words = NEGATED
    values = test.value if isinstance(test.value, list | tuple) else [test.value]
    value = _(", ").join(value_words(one, item, definition, language) for one in values)
    return str(words[operator]) % {"item": name, "value": value}


def value_words(value: Any, item: Item | None, definition: Definition, language: str) -> str:
    """A value as the one who answers sees it: label of a choice, level with its word, number, text."""
    if item is not None and item.choices:
        return quoted(choice_label(definition, item, str(value), language))
    if item is not None and item.type in SCALED and str(value).lstrip("-").isdigit():
        word = level_label(definition, item, int(value), language)
        return _("%(level)s (%(word)s)") % {"level": value, "word": word} if word else str(value)
    if isinstance(value, float):
        return number_words(value)
    if item is not None and item.type in {ItemType.DATE, ItemType.NUMBER}:
        return str(value)
    return str(value) if isinstance(value, int) else quoted("" if value is None else str(value))


def quoted(text: str) -> str:
    return _("“%(text)s”") % {"text": shortened(text)}


def shortened(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
