"""What the collectors do not know of a form stands in columns named sqm_…; every field of the form has its place."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from bihuan.instruments.definition import AnswerScale, Choice, Definition, Item, Section

PREFIX = "sqm_"
# Short names for people; a field that is not listed is sqm_ and its own name.
SHORT = {
    "scale_code": "scale",
    "scale": "levels",
    "type": "kind",
    "allows_na": "na",
    "visible_if": "condition",
}
YES, NO = "yes", "no"
YES_WORDS, NO_WORDS = (
    frozenset({"yes", "true", "true()", "1", "是"}),
    frozenset({"no", "false", "false()", "0", "否", ""}),
)
LEVELS = re.compile(r"(-?\d{1,9})\.\.(-?\d{1,9})(?:/(\d{1,9}))?")


def column(field: str) -> str:
    return PREFIX + SHORT.get(field, field.removeprefix("is_"))


def fields_of(model: type[BaseModel]) -> dict[str, FieldInfo]:
    return dict(model.model_fields)


def fields_by_column(model: type[BaseModel]) -> dict[str, str]:
    return {column(field): field for field in fields_of(model)}


# Fields that stand in columns every collector knows, or in rows of their own; the rest go into sqm_ columns.
NATIVE: dict[type[BaseModel], frozenset[str]] = {
    Item: frozenset({"code", "label", "help", "type", "choices", "visible_if"}),
    Choice: frozenset({"code", "label", "visible_if"}),
    Section: frozenset({"code", "title", "intro", "visible_if", "items"}),
    AnswerScale: frozenset({"code", "labels", "na_label"}),
    Definition: frozenset({"title", "intro", "thanks", "languages", "translations", "scales", "paging", "sections"}),
}


class CellError(Exception):
    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code, self.params = code, params


def default_of(info: FieldInfo) -> Any:
    return info.get_default(call_default_factory=True)


def to_cell(model: type[BaseModel], field: str, value: Any) -> str:
    """A value as the text of a cell."""
    if (model, field) == (Item, "scale"):
        low, high, step = value
        return f"{low}..{high}" + (f"/{step}" if step != 1 else "")
    if isinstance(value, bool):
        return YES if value else NO
    if isinstance(value, str):
        return value
    if isinstance(value, float):
        return repr(int(value)) if value.is_integer() and abs(value) < 1e15 and str(value) != "-0.0" else repr(value)
    if isinstance(value, int):
        return str(value)
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def from_cell(model: type[BaseModel], field: str, text: str) -> Any:
    """The value a cell stands for; raises CellError."""
    if (model, field) == (Item, "scale"):
        return levels(text)
    annotation = kind_of(fields_of(model)[field].annotation)
    if annotation is str:
        return text
    if get_origin(annotation) is Literal:
        return word(text, [one for one in get_args(annotation) if one != ""])
    read: Callable[[str], Any] = {bool: yes_or_no, int: whole, float: number}.get(annotation, plain_json)
    return read(text)


def levels(text: str) -> list[int]:
    match = LEVELS.fullmatch(text.strip())
    if match is None:
        raise CellError("bad_levels", value=text)
    return [int(match[1]), int(match[2]), int(match[3] or 1)]


def whole(text: str) -> int:
    if not re.fullmatch(r"\s*-?\d{1,15}\s*", text):
        raise CellError("bad_whole", value=text)
    return int(text)


def kind_of(annotation: Any) -> Any:
    """The type a field has when it has a value at all."""
    parts = [one for one in get_args(annotation) if one is not type(None)]
    return parts[0] if type(None) in get_args(annotation) and len(parts) == 1 else annotation


def yes_or_no(text: str) -> bool:
    lowered = text.strip().lower()
    if lowered in YES_WORDS:
        return True
    if lowered in NO_WORDS:
        return False
    raise CellError("bad_yes", value=text)


def number(text: str) -> float:
    if not re.fullmatch(r"\s*-?(\d{1,400}(\.\d{0,400})?|\.\d{1,400})([eE][+-]?\d{1,3})?\s*", text):
        raise CellError("bad_number", value=text)
    return float(text)


def word(text: str, words: list[str]) -> str:
    found = text.strip().lower()
    if found not in words:
        raise CellError("bad_word", value=text, words=", ".join(words))
    return found


def plain_json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise CellError("bad_json", value=text) from error


def own_cells(model: type[BaseModel], thing: BaseModel, *, native: frozenset[str] = frozenset()) -> dict[str, str]:
    """The sqm_ columns of one part of a form: what differs from the default and is not written elsewhere."""
    found: dict[str, str] = {}
    for field, info in fields_of(model).items():
        if field in NATIVE[model] or field in native:
            continue
        value = getattr(thing, field)
        if info.is_required() or value != default_of(info):
            found[column(field)] = to_cell(model, field, plain(value))
    return found


def plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", exclude_defaults=True)
    if isinstance(value, tuple | list):
        return [plain(one) for one in value]
    if isinstance(value, Mapping):
        return {key: plain(one) for key, one in value.items()}
    return value
