"""CSV as every program reads it: UTF-8 with its mark, one heading row, nothing a spreadsheet would run."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from bihuan.foundation.tables import safe_cell
from bihuan.surveys.exporting.files import FileFacts, facts_of, in_words
from bihuan.surveys.exporting.variables import Variable

MARK = "\ufeff"


def cell(value: Any) -> Any:
    """Numbers and days as they are; a text that a spreadsheet would run as a formula is marked as text."""
    if isinstance(value, str):
        return safe_cell(value)
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, date) else value


def labelled(row: list[Any], words: list[dict[int, str] | None]) -> list[Any]:
    """A row in words: what has no word stays a number."""
    return [
        value if known is None or isinstance(value, str) else known.get(value, value)
        for value, known in zip(row, words, strict=True)
    ]


def csv_pieces(
    variables: list[Variable], blocks: Iterable[list[list[Any]]], *, language: str | None = None
) -> Iterator[bytes]:
    """The file in pieces, a block of rows at a time; with ``language`` in words, else in codes."""
    words = in_words(variables, language) if language else None
    buffer = io.StringIO()
    writer = csv.writer(buffer)

    def taken() -> bytes:
        piece = buffer.getvalue().encode()
        buffer.seek(0)
        buffer.truncate()
        return piece

    buffer.write(MARK)
    writer.writerow([variable.name for variable in variables])
    yield taken()
    for rows in blocks:
        for row in rows:
            writer.writerow([cell(value) for value in (labelled(row, words) if words else row)])
        yield taken()


class CsvFile:
    """A CSV file on disk, written block by block."""

    def __init__(self, path: Path, variables: list[Variable], *, language: str | None = None) -> None:
        self.path, self.name, self.rows = path, path.name, 0
        self.words = in_words(variables, language) if language else None
        self.handle = path.open("w", encoding="utf-8", newline="")
        self.handle.write(MARK)
        self.writer = csv.writer(self.handle)
        self.writer.writerow([variable.name for variable in variables])

    def write(self, rows: Iterable[list[Any]]) -> None:
        for row in rows:
            self.writer.writerow([cell(value) for value in (labelled(row, self.words) if self.words else row)])
            self.rows += 1

    def finish(self) -> FileFacts:
        self.handle.close()
        return facts_of(self.path, self.name, self.rows)
