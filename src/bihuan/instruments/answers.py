"""Typed answers: what each item accepts, checked against the frozen version."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _

from bihuan.foundation.errors import BadInputError
from bihuan.instruments.definition import Definition, Item, ItemType


class AnswerState(StrEnum):
    """Why an item has no value; an answered item has no entry."""

    SKIPPED = "skipped"
    NOT_APPLICABLE = "na"
    NOT_SHOWN = "not_shown"
    REFUSED = "refused"


def check_answer(item: Item, value: Any) -> Any:
    """Return the value as stored, or raise BadInputError that names the item."""
    kind = item.type
    if kind in {ItemType.RATING, ItemType.NPS}:
        if isinstance(value, bool) or not isinstance(value, int | float) or value != int(value):
            raise off_scale(item, value)
        if int(value) not in item.levels:
            raise off_scale(item, value)
        return int(value)
    if kind == ItemType.CHOICE:
        if value not in item.codes:
            raise off_scale(item, value)
        return value
    if kind == ItemType.MULTIPLE:
        if not isinstance(value, list) or not set(value) <= item.codes:
            raise off_scale(item, value)
        return sorted(set(value))
    if kind == ItemType.NUMBER:
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise off_scale(item, value)
        return value
    if kind == ItemType.DATE:
        try:
            return date.fromisoformat(str(value)).isoformat()
        except ValueError as error:
            raise off_scale(item, value) from error
    return str(value)


def off_scale(item: Item, value: Any) -> BadInputError:
    text = _("“%(value)s” is no answer to item %(item)s.") % {"value": value, "item": item.label or item.code}
    return BadInputError(text, place=item.code)


def check_answers(
    definition: Definition, answers: Mapping[str, Any], states: Mapping[str, str]
) -> tuple[dict[str, Any], dict[str, str]]:
    """Split into values and states; every item of the form has one or the other.

    Raises BadInputError for an unknown item, a value off the scale, or a required item left out.
    """
    unknown = set(answers) - set(definition.by_code)
    if unknown:
        raise BadInputError(_("The form has no item %(item)s.") % {"item": min(unknown)}, place=min(unknown))
    values: dict[str, Any] = {}
    missing: dict[str, str] = {}
    for item in definition.items:
        given = answers.get(item.code)
        if given is not None and given != "":
            values[item.code] = check_answer(item, given)
            continue
        state = AnswerState(states.get(item.code, AnswerState.SKIPPED))
        if item.is_required and state == AnswerState.SKIPPED:
            raise BadInputError(_("Please answer this."), place=item.code)
        if state == AnswerState.NOT_APPLICABLE and not item.allows_na:
            raise off_scale(item, state.value)
        missing[item.code] = state.value
    return values, missing


def answers_hash(values: Mapping[str, Any], missing: Mapping[str, str]) -> str:
    text = json.dumps([values, missing], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
