"""SAV for SPSS and PSPP: labels, value labels, codes for missing answers, measures. Columns, not rows, are held.

Whole numbers take one or four bytes an answer while they wait: 150,000 answers of 40 items need 6 MB, a frame of
floating point numbers and its copies would need half a gigabyte.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from bihuan.surveys.exporting.files import FileFacts, facts_of
from bihuan.surveys.exporting.variables import FAR, HIGHEST, LOWEST, Variable, cut_bytes

EPOCH = date(1582, 10, 14)  # SPSS counts seconds from this day
LABEL_BYTES, VALUE_LABEL_BYTES, TEXT_BYTES, NOTE_BYTES = 255, 120, 32_000, 80
FORMATS = {"whole": "F8.0", "number": "F12.4", "day": "SDATE10"}
WIDE = FAR + LOWEST


def kind_for(variable: Variable) -> npt.DTypeLike:
    """The smallest kind that certainly holds the column; the wider ones are used where a value asks for it."""
    if variable.type in {"number", "day"} or variable.far:
        return np.float64
    return np.int32 if variable.role == "context" else np.int8


class SavColumn:
    """One numeric column in the making; grows wider when a value does not fit."""

    def __init__(self, variable: Variable, rows: int) -> None:
        self.values: npt.NDArray[Any] = np.zeros(rows, dtype=kind_for(variable))

    def put(self, start: int, values: list[Any]) -> None:
        found = np.array([np.nan if value is None else value for value in values], dtype=np.float64)
        if self.values.dtype != np.float64:
            known = np.iinfo(self.values.dtype)
            if found.min() < known.min or found.max() > known.max:
                wider = np.int32 if abs(found).max() < 2**31 else np.float64
                self.values = self.values.astype(np.promote_types(self.values.dtype, wider))
        self.values[start : start + len(values)] = found


class SavFile:
    """Holds the columns until all rows are there, then writes the file."""

    def __init__(
        self, path: Path, variables: list[Variable], rows: int, *, language: str, title: str, note: list[str]
    ) -> None:
        self.path, self.name, self.rows, self.size = path, path.name, 0, rows
        self.variables, self.language, self.title, self.note = variables, language, title, note
        self.numeric = [None if one.type == "text" else SavColumn(one, rows) for one in variables]
        self.texts: list[list[str] | None] = [[] if one.type == "text" else None for one in variables]

    def write(self, rows: Iterable[list[Any]]) -> None:
        block = list(rows)
        if not block:
            return
        for place, values in enumerate(zip(*block, strict=True)):
            column, texts = self.numeric[place], self.texts[place]
            if column is None:
                assert texts is not None
                texts += [cut_bytes(str(value), TEXT_BYTES) for value in values]
            elif self.variables[place].type == "day":
                column.put(self.rows, [seconds_of(value) for value in values])
            else:
                column.put(self.rows, list(values))
        self.rows += len(block)

    def finish(self) -> FileFacts:
        import pandas as pd  # takes a second to load: only for who makes such a file
        import pyreadstat

        frame = pd.DataFrame(
            {
                variable.name: (texts if column is None else column.values[: self.rows])
                for variable, column, texts in zip(self.variables, self.numeric, self.texts, strict=True)
            },
            copy=False,
        )
        plain = [variable for variable in self.variables if variable.type != "text"]
        pyreadstat.write_sav(
            frame,
            str(self.path),
            file_label=cut_bytes(self.title, 60),
            column_labels=[cut_bytes(one.label(self.language), LABEL_BYTES) for one in self.variables],
            row_compress=True,
            note=note_lines(self.note) or None,
            variable_value_labels={
                one.name: {number: cut_bytes(text, VALUE_LABEL_BYTES) for number, text in labels.items()}
                for one in plain
                if (labels := one.value_labels(self.language))
            },
            missing_ranges={
                one.name: [{"lo": LOWEST + one.far, "hi": HIGHEST + one.far}] for one in plain if one.missing
            },
            variable_measure={one.name: one.measure for one in self.variables},
            variable_format={one.name: FORMATS[one.type] for one in plain},
        )
        return facts_of(self.path, self.name, self.rows)


def note_lines(texts: Iterable[str]) -> list[str]:
    """A note of a SAV file has lines of at most 80 bytes: longer texts go on in the next."""
    lines = []
    for text in texts:
        left = text
        while left:
            line = cut_bytes(left, NOTE_BYTES)
            lines.append(line)
            left = left[len(line) :]
    return lines


def seconds_of(day: date | None) -> int | None:
    return None if day is None else (day - EPOCH).days * 86_400
