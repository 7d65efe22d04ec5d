"""Answers of a column as numbers on its scale; the first that does not fit is named with its cell."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from bihuan.foundation.reading import Column, DataFileError, Table
from bihuan.foundation.reading.table import Floats, number_of
from bihuan.surveys.mapping.plan import ColumnUse, Mapping, Role


@dataclass(frozen=True, eq=False)
class Answers:
    """``values`` (rows,), NaN for no answer; how many cells were blank and how many not applicable."""

    values: Floats
    missing: int
    not_applicable: int


def is_among(text: str, number: float, codes: Collection[str]) -> bool:
    """Whether a level is one of the stated codes, as text or as a number ("0" also means 0.0)."""
    return text in codes or (not math.isnan(number) and any(number_of(code) == number for code in codes))


def first_row(column: Column, wrong: list[int]) -> tuple[int, int]:
    """The first row that holds one of the levels, and that level."""
    row = int(np.argmax(np.isin(column.codes, wrong)))
    return row, int(column.codes[row])


def encode(table: Table, use: ColumnUse) -> Answers:
    """Turn an item column into numbers; raises ``DataFileError`` with the place of the first misfit."""
    assert use.scale is not None
    low, high, step = use.scale
    column = table.column(use.name)
    codes = {**use.codes, **{text.casefold(): code for text, code in use.codes.items()}}
    target = np.full(len(column.levels) + 1, np.nan)
    skipped: list[int] = []
    text_levels: list[int] = []
    off_levels: list[int] = []
    for number, (text, value) in enumerate(zip(column.levels, column.level_numbers, strict=True)):
        if is_among(text, value, use.na):
            skipped.append(number)
            continue
        code = codes.get(text, codes.get(text.casefold()))
        if code is None and math.isnan(value):
            text_levels.append(number)
            continue
        answer = float(value if code is None else code)
        if not low <= answer <= high or (answer - low) % step:
            off_levels.append(number)
            continue
        target[number] = low + high - answer if use.reverse else answer
    if text_levels or off_levels:
        row, level = first_row(column, text_levels or off_levels)
        raise DataFileError(
            "text_on_scale" if text_levels else "off_scale",
            where=table.place(row, use.name),
            value=column.levels[level],
            column=use.name,
            low=low,
            high=high,
        )
    counts = column.counts
    return Answers(target[column.codes], column.missing, int(counts[skipped].sum()))


def weights_of(table: Table, use: ColumnUse) -> Floats:
    """A weight column as numbers of 0 or more; an empty cell counts nobody."""
    column = table.column(use.name)
    wrong = [n for n, value in enumerate(column.level_numbers) if math.isnan(value) or value < 0]
    if wrong:
        row, level = first_row(column, wrong)
        raise DataFileError("bad_weight", where=table.place(row, use.name), value=column.levels[level], column=use.name)
    return np.nan_to_num(column.numbers, nan=0.0)


def check(table: Table, mapping: Mapping) -> None:
    """Prove that a mapping fits a table before anything is counted."""
    for use in mapping.columns:
        if use.role is not Role.IGNORE:
            table.column(use.name)
    if not mapping.items:
        raise DataFileError("no_items")
    answered = 0
    for use in mapping.items:
        answered += int((~np.isnan(encode(table, use).values)).sum())
    if not answered:
        raise DataFileError("no_answers")
    for use in mapping.of_role(Role.WEIGHT):
        weights_of(table, use)
