"""A file of answers as columns of codes: each distinct cell text once, each cell a small integer."""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from bihuan.foundation.reading.errors import DataFileError, Place

if TYPE_CHECKING:
    import pandas as pd

MEGABYTE = 1024 * 1024
Codes = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Limits:
    """What a file may cost; checked before the cost is paid where the format allows it."""

    size: int = 100 * MEGABYTE
    unpacked: int = 500 * MEGABYTE
    ratio: int = 200
    members: int = 2_000
    cells: int = 40_000_000
    rows: int = 2_000_000
    columns: int = 2_000


DEFAULT_LIMITS = Limits()


def number_of(text: str, *, decimal_comma: bool = False) -> float:
    """The number a cell shows, NaN for anything else (also for the words "nan" and "inf")."""
    try:
        value = float(text.replace(",", ".") if decimal_comma else text)
    except ValueError:
        return math.nan
    return value if math.isfinite(value) and "_" not in text else math.nan


def text_of(value: float) -> str:
    """A number as a cell shows it: 7, not 7.0."""
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)


def letters(position: int) -> str:
    """The letters of a spreadsheet column; 1 is A."""
    name = ""
    while position:
        position, rest = divmod(position - 1, 26)
        name = chr(65 + rest) + name
    return name


@dataclass(frozen=True, eq=False)
class Column:
    """One column: ``codes`` (rows,) index ``levels``, -1 where the cell is empty or declared missing.

    ``level_numbers`` holds NaN for levels that are text. ``value_labels`` maps a level to its label
    (SPSS), ``declared_missing`` a code the file itself calls missing to how often it occurs.
    """

    name: str
    position: int
    codes: Codes
    levels: tuple[str, ...]
    level_numbers: Floats
    label: str = ""
    value_labels: Mapping[str, str] = field(default_factory=dict)
    declared_missing: Mapping[str, int] = field(default_factory=dict)

    @cached_property
    def counts(self) -> npt.NDArray[np.int64]:
        """Answers per level (levels,)."""
        return np.bincount(self.codes[self.codes >= 0], minlength=len(self.levels)).astype(np.int64)

    @property
    def answered(self) -> int:
        return int(self.counts.sum())

    @property
    def missing(self) -> int:
        return len(self.codes) - self.answered

    @property
    def is_numeric(self) -> bool:
        return bool(len(self.levels)) and not bool(np.isnan(self.level_numbers).any())

    @cached_property
    def numbers(self) -> Floats:
        """The column as floats; empty cells and text are NaN."""
        return np.append(self.level_numbers, np.nan)[self.codes]

    @cached_property
    def texts(self) -> npt.NDArray[np.object_]:
        """The column as text; empty cells are None."""
        return np.array([*self.levels, None], dtype=object)[self.codes]

    @property
    def letter(self) -> str:
        return letters(self.position)


@dataclass(frozen=True, eq=False)
class Table:
    """A whole file, read to its end. ``row_numbers`` are lines of text, sheet rows or cases."""

    name: str
    kind: str
    columns: tuple[Column, ...]
    row_numbers: npt.NDArray[np.int64]
    sha256: str
    size: int
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    title: str = ""

    @property
    def n_rows(self) -> int:
        return len(self.row_numbers)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    @cached_property
    def _by_name(self) -> dict[str, Column]:
        return {column.name: column for column in self.columns}

    def __contains__(self, name: object) -> bool:
        return name in self._by_name

    def column(self, name: str) -> Column:
        if name not in self._by_name:
            raise DataFileError("unknown_column", column=name)
        return self._by_name[name]

    def place(self, row: int, column: str) -> Place:
        """Say where a cell (row counted from 0) stands in the source."""
        number = int(self.row_numbers[row])
        if self.kind == "xlsx":
            return Place(cell=f"{self.sheet}!{self.column(column).letter}{number}")
        if self.kind == "sav":
            return Place(case=number, column=column)
        return Place(line=number, column=column)

    def frame(self) -> pd.DataFrame:
        """The table for pandas and Parquet: numbers as floats, text as categories."""
        import pandas as pd

        return pd.DataFrame(
            {
                column.name: column.numbers
                if column.is_numeric
                else pd.Categorical.from_codes(column.codes, categories=pd.Index(list(column.levels)))
                for column in self.columns
            }
        )


class Builder:
    """Collects rows block by block; a block of columns costs one dictionary look-up a cell."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = list(names)
        self.known: list[dict[str, int]] = [{"": 0} for _ in names]
        self.codes = [array("i") for _ in names]
        self.rows = array("q")

    def add(self, rows: Sequence[Sequence[str]], numbers: Iterable[int]) -> None:
        """Take rows as wide as the headings; "" is an empty cell."""
        self.rows.extend(numbers)
        for known, codes, cells in zip(self.known, self.codes, zip(*rows, strict=True), strict=True):
            find = known.setdefault
            codes.extend([find(cell, len(known)) for cell in cells])

    def columns(self, *, decimal_comma: bool = False) -> tuple[Column, ...]:
        """Tidy the levels (outer spaces off, equal ones joined) and close the columns."""
        return tuple(
            finished(name, position, np.frombuffer(codes, dtype=np.int32), list(known), decimal_comma=decimal_comma)
            for position, (name, known, codes) in enumerate(zip(self.names, self.known, self.codes, strict=True), 1)
        )


def finished(
    name: str, position: int, raw: Codes, texts: Sequence[str], *, decimal_comma: bool = False, **more: Any
) -> Column:
    """Turn raw codes and the texts they stand for into a column."""
    levels: dict[str, int] = {}
    place = np.empty(len(texts), dtype=np.int32)
    for number, text in enumerate(texts):
        tidy = text.strip()
        place[number] = levels.setdefault(tidy, len(levels)) if tidy else -1
    return Column(
        name=name,
        position=position,
        codes=place[raw] if len(raw) else np.empty(0, dtype=np.int32),
        levels=tuple(levels),
        level_numbers=np.array([number_of(text, decimal_comma=decimal_comma) for text in levels], dtype=np.float64),
        **more,
    )


def checked_headings(cells: Sequence[str], limits: Limits) -> list[str]:
    """Headings without outer spaces; a repeated one is refused, empty ones are judged when the cells are known."""
    if len(cells) > limits.columns:
        raise DataFileError("too_many_columns", count=len(cells), limit=limits.columns)
    names = [cell.strip().lstrip("\N{ZERO WIDTH NO-BREAK SPACE}") for cell in cells]
    first: dict[str, int] = {}
    for position, name in enumerate(names, 1):
        if name and name in first:
            raise DataFileError(
                "duplicate_heading",
                first=f"{first[name]} ({letters(first[name])})",
                second=f"{position} ({letters(position)})",
                heading=name,
            )
        first[name] = position
    return names


def without_blank_columns(columns: Iterable[Column]) -> tuple[Column, ...]:
    """Drop columns that have neither heading nor answers; answers without a heading are refused."""
    kept = []
    for column in columns:
        if column.name:
            kept.append(column)
        elif column.answered:
            raise DataFileError("no_heading", column=f"{column.position} ({column.letter})")
    return tuple(kept)
