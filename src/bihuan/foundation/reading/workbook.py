"""XLSX: the zip directory is judged before anything is unpacked, then cells stream by."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, BinaryIO

import numpy as np

from bihuan.foundation.archives import ArchiveLimits, workbook_unfit
from bihuan.foundation.reading.errors import PARSER_FAILURES, DataFileError, Place
from bihuan.foundation.reading.source import Progress, digest
from bihuan.foundation.reading.table import (
    MEGABYTE,
    Builder,
    Limits,
    Table,
    checked_headings,
    letters,
    text_of,
    without_blank_columns,
)

OLD_EXCEL = b"\xd0\xcf\x11\xe0"
BLOCK = 2_000


def refuse_bomb(stream: BinaryIO, size: int, limits: Limits) -> None:
    """Refuse by the directory alone, before anything is unpacked."""
    try:
        unfit = workbook_unfit(stream, size, ArchiveLimits(limits.unpacked, limits.ratio, limits.members))
    except PARSER_FAILURES as error:
        raise DataFileError("corrupt") from error
    if unfit is not None and unfit.code == "bomb":
        raise DataFileError("bomb", size=unfit.size, ratio=unfit.ratio, limit=limits.unpacked // MEGABYTE)
    if unfit is not None:
        parts: dict[str, Any] = {"part": unfit.part} if unfit.part else {}
        raise DataFileError(unfit.code, **parts)


def cell_text(value: Any) -> str:
    """What the cell shows, as plain text: 7 for 7.0, ISO for dates."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float):
        return text_of(value) if np.isfinite(value) else ""
    if isinstance(value, datetime) and value.time() == time(0):
        return value.date().isoformat()
    if isinstance(value, timedelta):
        return text_of(value.total_seconds())
    return value.isoformat() if isinstance(value, date | time) else str(value)


def row_texts(sheet: str, number: int, cells: Sequence[Any]) -> list[str]:
    texts = []
    for position, cell in enumerate(cells, 1):
        if cell.data_type == "f":
            raise DataFileError("formula", where=Place(cell=f"{sheet}!{letters(position)}{number}"))
        if cell.data_type == "e":
            raise DataFileError(
                "cell_error", where=Place(cell=f"{sheet}!{letters(position)}{number}"), value=cell.value
            )
        texts.append(cell_text(cell.value))
    while texts and not texts[-1].strip():
        texts.pop()
    return texts


def rows_of(sheet: Any, limits: Limits) -> Iterator[tuple[int, list[str]]]:
    """Yield sheet row and cell texts of rows that hold something."""
    sheet.reset_dimensions()  # the stated extent may be a lie in either direction
    cells = 0
    for number, row in enumerate(sheet.iter_rows(), 1):
        cells += len(row) + 1
        if number > limits.rows:
            raise DataFileError("too_many_rows", limit=limits.rows)
        if cells > limits.cells:
            raise DataFileError("too_many_cells", limit=limits.cells)
        texts = row_texts(sheet.title, number, row)
        if texts:
            yield number, texts


def chosen_sheet(book: Any, wanted: str | None) -> Any:
    """The sheet asked for, else the first visible one that holds anything."""
    if wanted is not None:
        if wanted not in book.sheetnames:
            raise DataFileError("unknown_sheet", sheet=wanted)
        return book[wanted]
    for sheet in book.worksheets:
        if sheet.sheet_state != "visible":
            continue
        sheet.reset_dimensions()
        for number, row in enumerate(sheet.iter_rows(values_only=True)):
            if any(value is not None for value in row):
                return sheet
            if number > 1000:
                break
    raise DataFileError("no_sheet")


def read_sheet(sheet: Any, limits: Limits, progress: Progress, size: int) -> Builder:
    rows = rows_of(sheet, limits)
    number, headings = next(rows, (0, []))
    if not headings:
        raise DataFileError("no_sheet")
    names = checked_headings(headings, limits)
    width = len(names)
    builder = Builder(names)
    block: list[list[str]] = []
    numbers: list[int] = []
    for number, texts in rows:
        if len(texts) > width:
            where = Place(cell=f"{sheet.title}!{letters(len(texts))}{number}")
            raise DataFileError("no_heading", where=where, column=letters(len(texts)))
        texts.extend([""] * (width - len(texts)))
        block.append(texts)
        numbers.append(number)
        if len(block) == BLOCK:
            builder.add(block, numbers)
            block, numbers = [], []
            progress(min(size - 1, size * len(builder.rows) // max(1, len(builder.rows) + BLOCK)), size)
    if block:
        builder.add(block, numbers)
    return builder


def read_workbook(
    stream: BinaryIO, name: str, size: int, limits: Limits, progress: Progress, *, sheet: str | None = None
) -> Table:
    """Read one sheet of an XLSX file."""
    start = stream.read(4)
    if start == OLD_EXCEL:
        raise DataFileError("old_excel", name=name)
    if not start.startswith(b"PK"):
        raise DataFileError("not_workbook")
    refuse_bomb(stream, size, limits)
    mark = digest(stream)
    from openpyxl import load_workbook

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = load_workbook(stream, read_only=True, data_only=False, keep_links=False)
            try:
                chosen = chosen_sheet(book, sheet)
                builder = read_sheet(chosen, limits, progress, size)
                title = str(chosen.title)
            finally:
                book.close()
    except PARSER_FAILURES as error:
        raise DataFileError("corrupt") from error
    columns = without_blank_columns(builder.columns())
    if not len(builder.rows) or not any(column.answered for column in columns):
        raise DataFileError("header_only")
    progress(size, size)
    return Table(
        name=name,
        kind="xlsx",
        columns=columns,
        row_numbers=np.frombuffer(builder.rows, dtype=np.int64).copy(),
        sha256=mark,
        size=size,
        sheet=title,
    )
