"""The form that a mapped file answers, and its rows as answers to that form."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from bihuan.foundation.reading import Column, Table
from bihuan.instruments.services import Answered
from bihuan.organisation.models import Asset
from bihuan.surveys.linking import Targets
from bihuan.surveys.mapping import ColumnUse, Kind, Mapping, Role, encode
from bihuan.surveys.mapping.encoding import is_among
from bihuan.surveys.profile import group_value

CODE_LENGTH, CHOICE_LENGTH, MOST_CHOICES = 120, 60, 200
BLOCK = 2000
DAY = re.compile(r"^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})")
SECTIONS = {Role.ITEM: "items", Role.GROUP: "background", Role.TEXT: "comments"}
NOT_APPLICABLE = "na"  # the state of an answer, instruments' word


def code_of(column: Column) -> str:
    """The item code of a column: its heading, or its place where the heading is too long."""
    return column.name if len(column.name) <= CODE_LENGTH else f"{column.letter}_{column.position}"


def day_of(text: str) -> date | None:
    match = DAY.match(text)
    if not match:
        return None
    try:
        return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None


def is_choice(column: Column) -> bool:
    return 0 < len(column.levels) <= MOST_CHOICES and all(len(level) <= CHOICE_LENGTH for level in column.levels)


def unquoted(text: str) -> str:
    """Words of a file quote no answer, whatever signs they use."""
    return text.replace("${", "$ {")


def item_body(column: Column, use: ColumnUse) -> dict[str, Any]:
    """One column as an item of the form."""
    body: dict[str, Any] = {"code": code_of(column), "label": unquoted(use.label)}
    if use.role is Role.ITEM:
        assert use.scale is not None
        is_nps = use.kind is Kind.RECOMMEND and use.scale == (0, 10, 1)
        return {
            **body,
            "type": "nps" if is_nps else "rating",
            "scale": list(use.scale),
            "is_reversed": use.reverse,
            "top": use.top,
            "dimension": use.dimension,
            "side": use.side.value if use.side else None,
            "pair": use.pair,
        }
    if use.role is Role.GROUP and is_choice(column):
        choices = [{"code": level, "label": unquoted(group_value(column, level))} for level in sorted(column.levels)]
        return {**body, "type": "choice", "choices": choices}
    return {**body, "type": "number" if use.role is Role.WEIGHT else "text"}


def form_body(table: Table, mapping: Mapping) -> dict[str, Any]:
    """The whole form: rated items, background, comments and the rest, in the order of the file."""
    sections: dict[str, list[dict[str, Any]]] = {}
    for use in used(mapping):
        sections.setdefault(SECTIONS.get(use.role, "record"), []).append(item_body(table.column(use.name), use))
    return {"sections": [{"code": code, "title": "", "items": items} for code, items in sections.items()]}


def used(mapping: Mapping) -> list[ColumnUse]:
    return [use for use in mapping.columns if use.role is not Role.IGNORE]


@dataclass(frozen=True, eq=False)
class Reader:
    """One column ready to be handed out: the stored value of each level, and which levels are "not applicable"."""

    code: str
    codes: np.ndarray[tuple[int, ...], np.dtype[np.int32]]
    values: list[Any]

    def block(self, start: int) -> list[int]:
        return [int(place) for place in self.codes[start : start + BLOCK]]


class _NotApplicable:
    """Marks a level that means "not applicable"."""


NA = _NotApplicable()


def reader_of(table: Table, use: ColumnUse) -> Reader:
    """Values as stored: an item as it was answered (not turned round), everything else as it stands in the file."""
    column = table.column(use.name)
    values: list[Any] = [None if use.role is Role.ITEM else level for level in column.levels]
    if use.role is Role.ITEM:
        assert use.scale is not None
        encoded = encode(table, use).values
        first = np.full(len(column.levels), -1, dtype=np.int64)
        present = np.flatnonzero(column.codes >= 0)
        first[column.codes[present]] = present
        for level, row in enumerate(first):
            if row >= 0 and not np.isnan(encoded[row]):
                answer = int(encoded[row])
                values[level] = use.scale[0] + use.scale[1] - answer if use.reverse else answer
    elif use.role is Role.WEIGHT:
        values = [float(number) for number in column.level_numbers]
    for level, (text, number) in enumerate(zip(column.levels, column.level_numbers, strict=True)):
        if use.role in {Role.ITEM, Role.GROUP} and is_among(text, float(number), use.na):
            values[level] = NA
    return Reader(code_of(column), column.codes, [*values, None])


@dataclass(frozen=True)
class Where:
    """Which unit's path an answer belongs to."""

    org_path: str
    asset: Asset | None = None


def placing(table: Table, links: dict[str, Any], targets: Targets, default: str) -> Callable[[int], Where]:
    """From the row to the unit and place its linked group names; ``default`` is the importing unit's path."""
    fallback = Where(default)
    name = links.get("column", "")
    if not name or name not in table:
        return lambda _row: fallback
    column = table.column(name)
    found: list[Where] = []
    for level in column.levels:
        target = links.get("values", {}).get(group_value(column, level), "")
        unit = targets.unit_of(target)
        found.append(Where(unit.org_path, targets.asset_of(target)) if unit else fallback)
    found.append(fallback)
    codes = column.codes
    return lambda row: found[codes[row]]


def answered_rows(
    table: Table, mapping: Mapping, *, namespace: uuid.UUID, where: Callable[[int], Where], day: date
) -> Iterator[Answered]:
    """Every respondent in the order of the file; blocks keep the memory bounded whatever the number of rows."""
    readers = [reader_of(table, use) for use in used(mapping)]
    days = days_of(table, mapping)
    for start in range(0, table.n_rows, BLOCK):
        blocks = [(reader.code, reader.values, reader.block(start)) for reader in readers]
        for offset in range(min(BLOCK, table.n_rows - start)):
            row = start + offset
            answers: dict[str, Any] = {}
            states: dict[str, str] = {}
            for code, values, places in blocks:
                value = values[places[offset]]
                if value is NA:
                    states[code] = NOT_APPLICABLE
                elif value is not None:
                    answers[code] = value
            place = where(row)
            yield Answered(
                answers,
                states,
                client_uuid=uuid.uuid5(namespace, str(row)),
                business_date=days(row) or day,
                org_path=place.org_path,
                asset=place.asset,
            )


def days_of(table: Table, mapping: Mapping) -> Callable[[int], date | None]:
    """The day of each answer where the file has a date column."""
    dated = mapping.of_role(Role.DATE)
    if not dated:
        return lambda _row: None
    column = table.column(dated[0].name)
    days = [*(day_of(level) for level in column.levels), None]
    codes = column.codes
    return lambda row: days[codes[row]]


def period_of(table: Table, mapping: Mapping) -> tuple[date | None, date | None]:
    """First and last day of the answers, where the file tells."""
    dated = mapping.of_role(Role.DATE)
    if not dated or dated[0].name not in table:
        return None, None
    days = [day for level in table.column(dated[0].name).levels if (day := day_of(level))]
    return (min(days), max(days)) if days else (None, None)


def comment_columns(mapping: Mapping) -> list[ColumnUse]:
    """Columns of free text; several choices in one cell are no comment."""
    return [use for use in mapping.of_role(Role.TEXT) if not any(reason.code == "several" for reason in use.reasons)]


@dataclass(frozen=True)
class Said:
    """One comment with the row it stands in."""

    row: int
    column: str
    text: str


def said_rows(table: Table, mapping: Mapping) -> Iterator[Said]:
    """Every comment, row by row; a level of text is one wording, so long columns cost only their codes."""
    columns = [table.column(use.name) for use in comment_columns(mapping)]
    for row in range(table.n_rows if columns else 0):
        for column in columns:
            place = int(column.codes[row])
            if place >= 0 and len(column.levels[place].strip()) > 1:
                yield Said(row, column.name, column.levels[place].replace("\x00", ""))
