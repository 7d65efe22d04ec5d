"""XLSX: tables one can work with at once, and no cell that a spreadsheet would run."""

from __future__ import annotations

import io
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

import xlsxwriter
from django.utils import timezone

Value = str | int | float | Decimal | bool | date | datetime | None
Form = Literal["text", "number", "percent", "date", "datetime"]
FORMATS: dict[Form, str] = {
    "text": "@", "number": "#,##0.##", "percent": "0.0%", "date": "yyyy-mm-dd", "datetime": "yyyy-mm-dd hh:mm",
}  # fmt: skip
CELL_LIMIT = 32_767
ROW_LIMIT = 1_048_576


@dataclass(frozen=True)
class SheetColumn:
    label: str
    form: Form = "text"
    width: int = 16  # characters


@dataclass(frozen=True)
class Sheet:
    """One page: ``title`` and ``note`` stand above the table where given."""

    name: str
    columns: Sequence[SheetColumn]
    rows: Iterable[Sequence[Value]]
    title: str = ""
    note: str = ""


def sheet_names(names: Iterable[str]) -> list[str]:
    """Return names a workbook accepts: 31 characters, none of []:*?/\\, no apostrophe at the ends, each once."""
    taken: set[str] = set()
    found = []
    for number, name in enumerate(names, 1):
        clean = "".join(c for c in name if c not in "[]:*?/\\" and c.isprintable())[:31].strip("' ") or str(number)
        tail = 1
        unique = clean
        while unique.lower() in taken:
            tail += 1
            unique = f"{clean[: 30 - len(str(tail))]} {tail}"
        taken.add(unique.lower())
        found.append(unique)
    return found


def _put(page: Any, row: int, column: int, value: Value, form: Any) -> None:
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        page.write_blank(row, column, None, form)
    elif isinstance(value, bool):
        page.write_boolean(row, column, value, form)
    elif isinstance(value, int | float | Decimal):
        page.write_number(row, column, float(value), form)
    elif isinstance(value, datetime):
        local = timezone.localtime(value) if timezone.is_aware(value) else value
        page.write_datetime(row, column, local.replace(tzinfo=None), form)
    elif isinstance(value, date):
        page.write_datetime(row, column, datetime(value.year, value.month, value.day), form)  # noqa: DTZ001
    else:
        # Always as text: "=HYPERLINK(…)" typed by a stranger stays what it is.
        page.write_string(row, column, value[:CELL_LIMIT], form)


def xlsx_build(sheets: Sequence[Sheet]) -> bytes:
    """Return a workbook. Raises ValueError for no sheet and for more rows than a sheet holds."""
    if not sheets:
        raise ValueError("a workbook needs at least one sheet")
    kept = io.BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(kept, options)
    bold = book.add_format({"bold": True, "font_size": 14})
    quiet = book.add_format({"font_color": "#5b6670"})
    header = book.add_format({"bold": True, "bg_color": "#e8edf3", "bottom": 1, "text_wrap": True, "valign": "top"})
    forms = {name: book.add_format({"num_format": code}) for name, code in FORMATS.items()}
    for sheet, name in zip(sheets, sheet_names(sheet.name for sheet in sheets), strict=True):
        page = book.add_worksheet(name)
        row = 0
        for text, form in ((sheet.title, bold), (sheet.note, quiet)):
            if text:
                page.write_string(row, 0, text, form)
                row += 1
        for number, column in enumerate(sheet.columns):
            page.set_column(number, number, column.width)
            page.write_string(row, number, column.label, header)
        top = row
        page.freeze_panes(top + 1, 0)
        for values in sheet.rows:
            row += 1
            if row >= ROW_LIMIT:
                raise ValueError(f"sheet {name!r} has more rows than a spreadsheet holds")
            for number, (value, column) in enumerate(zip(values, sheet.columns, strict=True)):
                _put(page, row, number, value, forms[column.form])
        if sheet.columns:
            page.autofilter(top, 0, max(row, top), len(sheet.columns) - 1)
    book.close()
    return kept.getvalue()
