"""Workbooks of an XLSForm: rows by heading, read with limits and written so that nothing in a cell is ever run."""

from __future__ import annotations

import io
import re
import struct
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from bihuan.foundation.archives import ArchiveLimits, workbook_unfit
from bihuan.instruments.xlsform.problems import Problem, XlsformError, refused

MEGABYTE = 1024 * 1024
LARGEST = 5 * MEGABYTE
ARCHIVE = ArchiveLimits(unpacked=100 * MEGABYTE, ratio=200, members=500)
ROWS, COLUMNS, CELLS = 5_000, 200, 400_000
CELL_LIMIT = 32_767
OLD_EXCEL = b"\xd0\xcf\x11\xe0"
ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
# Signs XML cannot hold or changes, and a low line that would begin an escape.
UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}[_\x00-\x08\x0b-\x1f\ufffe\uffff])")
# What the parsers of other people raise on a broken or hostile file.
FAILURES = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    MemoryError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    EOFError,
    struct.error,
    zipfile.BadZipFile,
    zlib.error,
)


def letters(position: int) -> str:
    """The letters of a column; 0 is A."""
    name, number = "", position + 1
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(65 + rest) + name
    return name


@dataclass
class Row:
    """One row by the headings of its sheet."""

    sheet: Sheet
    number: int
    cells: dict[str, str]

    def get(self, heading: str) -> str:
        """A word or an expression, without the blanks people leave around it."""
        return self.cells.get(heading, "").strip()

    def text(self, heading: str) -> str:
        """Wording, exactly as it stands."""
        return self.cells.get(heading, "")

    def cell(self, heading: str) -> str:
        place = self.sheet.headings.get(heading)
        return f"{self.sheet.name}!{letters(place)}{self.number}" if place is not None else self.place

    @property
    def place(self) -> str:
        return f"{self.sheet.name}!A{self.number}"


@dataclass
class Sheet:
    name: str
    headings: dict[str, int] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)

    def heading_cell(self, heading: str) -> str:
        return f"{self.name}!{letters(self.headings[heading])}1"


HEADINGS = {"list name": "list_name", "relevance": "relevant", "calculate": "calculation"}


def heading_of(text: str) -> str:
    """Headings as we look them up: ``Label :: English (en)`` is ``label::English (en)``."""
    base, separator, language = text.strip().partition("::")
    if not separator and text.strip().lower().startswith(("label:", "hint:")):
        base, separator, language = text.strip().partition(":")
    base = base.strip().lower()
    base = HEADINGS.get(base, base)
    return f"{base}::{language.strip()}" if separator else base


def text_of(value: Any) -> str:
    """What a cell shows: 7 for 7.0, ISO for days; the escapes of the format undone."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime) and value.time() == time(0):
        return value.date().isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    return ESCAPED.sub(lambda found: chr(int(found[1], 16)), str(value))


class Reader:
    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.cells = 0

    def sheet(self, page: Any) -> Sheet:
        page.reset_dimensions()  # the stated extent may be a lie in either direction
        found = Sheet(str(page.title).strip().lower())
        for number, cells in enumerate(page.iter_rows(), 1):
            self.cells += len(cells) + 1
            if self.cells > CELLS:
                raise refused("too_many_cells", limit=CELLS)
            if number > ROWS:
                raise refused("too_many_rows", f"{found.name}!A{ROWS + 1}", limit=ROWS)
            texts = list(self.texts(found, number, cells))
            if number == 1:
                self.headings(found, texts)
            elif any(text.strip() for text in texts):
                named = {heading: texts[place] for heading, place in found.headings.items() if place < len(texts)}
                found.rows.append(Row(found, number, {heading: text for heading, text in named.items() if text}))
        return found

    def texts(self, sheet: Sheet, number: int, cells: Sequence[Any]) -> Iterator[str]:
        for place, cell in enumerate(cells):
            if cell.value is None:
                yield ""
                continue
            where = f"{sheet.name}!{letters(place)}{number}"
            if place >= COLUMNS:
                raise refused("too_many_columns", where, limit=COLUMNS)
            if cell.data_type == "f":
                self.problems.append(Problem("formula", where))
                yield ""
            elif cell.data_type == "e":
                self.problems.append(Problem("cell_error", where, {"value": str(cell.value)}))
                yield ""
            else:
                yield text_of(cell.value)

    def headings(self, sheet: Sheet, texts: Sequence[str]) -> None:
        for place, text in enumerate(texts):
            heading = heading_of(text)
            if not heading:
                continue
            if heading in sheet.headings:
                where = f"{sheet.name}!{letters(place)}1"
                params = {"heading": text, "first": sheet.heading_cell(heading)}
                self.problems.append(Problem("twice_heading", where, params))
            else:
                sheet.headings[heading] = place


def sheets_of(content: bytes) -> tuple[dict[str, Sheet], list[Problem]]:
    """The sheets of a workbook by name in small letters, and what is wrong with single cells."""
    if not content:
        raise refused("empty_file")
    if len(content) > LARGEST:
        raise refused("too_large", limit=LARGEST // MEGABYTE)
    if content.startswith(OLD_EXCEL):
        raise refused("old_excel")
    if not content.startswith(b"PK"):
        raise refused("not_workbook")
    reader = Reader()
    found: dict[str, Sheet] = {}
    try:
        unfit = workbook_unfit(io.BytesIO(content), len(content), ARCHIVE)
        if unfit is not None:
            raise refused(unfit.code, size=unfit.size, part=unfit.part)
        from openpyxl import load_workbook

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
            try:
                for page in book.worksheets:
                    name = str(page.title).strip().lower()
                    if name in KNOWN and name not in found:
                        found[name] = reader.sheet(page)
            finally:
                book.close()
    except XlsformError:
        raise
    except FAILURES as error:
        raise refused("corrupt") from error
    return found, reader.problems


KNOWN = frozenset({"survey", "choices", "settings", "sqm_scales", "sqm_texts"})


def escaped(text: str) -> str:
    """As the format writes what XML cannot hold, and what only looks like such an escape."""
    return UNWRITABLE.sub(lambda found: f"_x{ord(found[0]):04X}_", text)


def refuse_long(name: str, rows: Sequence[Mapping[str, str]], headings: Sequence[str]) -> None:
    for number, row in enumerate(rows, 2):
        for place, heading in enumerate(headings):
            if len(escaped(row.get(heading, ""))) > CELL_LIMIT:
                where = f"{name}!{letters(place)}{number}"
                raise refused("too_long_cell", where, place=heading, limit=CELL_LIMIT)


def workbook_of(sheets: Mapping[str, Sequence[Mapping[str, str]]], headings: Mapping[str, Sequence[str]]) -> bytes:
    """Write rows as text cells: "=HYPERLINK(…)" stays what it is."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font, PatternFill

    book = Workbook(write_only=True)
    bold, ground = Font(bold=True), PatternFill("solid", fgColor="E8EDF3")
    wrapped = Alignment(wrap_text=True, vertical="top")

    def cell(page: Any, text: str) -> Any:
        found = WriteOnlyCell(page, escaped(text))
        found.data_type = "s"  # text, whatever it looks like
        return found

    for name, rows in sheets.items():
        refuse_long(name, rows, headings[name])
    for name, rows in sheets.items():
        page = book.create_sheet(name)
        page.freeze_panes = "A2"
        columns = list(headings[name])
        for place, heading in enumerate(columns):
            widest = max((len(row.get(heading, "")) for row in rows), default=0)
            page.column_dimensions[letters(place)].width = min(60, max(len(heading), widest) + 2)
        first = [cell(page, heading) for heading in columns]
        for one in first:
            one.font, one.fill = bold, ground
        page.append(first)
        for row in rows:
            line = []
            for heading in columns:
                text = row.get(heading, "")
                made = cell(page, text) if text else None
                if made is not None:
                    made.alignment = wrapped
                line.append(made)
            page.append(line)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()
