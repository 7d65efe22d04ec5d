"""Lists: django-tables2 with our look, a choice of columns, and export of what is filtered."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any

import xlsxwriter
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tables2 import Table

from bihuan.foundation.errors import BadInputError

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


class BaseTable(Table):  # type: ignore[misc]
    class Meta:
        template_name = "partials/table.html"
        attrs = {"class": "table"}
        row_attrs = {
            "data-href": lambda record: record.get_absolute_url() if hasattr(record, "get_absolute_url") else ""
        }

    def choose_columns(self, wanted: list[str]) -> None:
        """Keep only ``wanted`` columns; nothing wanted means all."""
        known = [name for name in wanted if name in self.columns.names()]
        if known:
            for name in self.columns.names():
                if name not in known:
                    self.columns.hide(name)


def safe_cell(value: Any) -> Any:
    """A cell that a spreadsheet would run as a formula is written as text."""
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return "'" + value
    return value


class _Echo:
    def write(self, text: str) -> str:
        return text


def csv_lines(rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield "\ufeff"
    for row in rows:
        yield writer.writerow([safe_cell(cell) for cell in row])


def xlsx_bytes(rows: Iterable[Iterable[Any]], sheet: str) -> bytes:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(
        buffer, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    page = book.add_worksheet("".join(c for c in sheet if c not in "[]:*?/\\")[:31] or "1")
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            page.write(
                number,
                column,
                "" if cell is None else str(cell) if not isinstance(cell, int | float) else cell,
            )
    book.close()
    return buffer.getvalue()


def export_response(table: BaseTable, kind: str, title: str, limit: int) -> HttpResponseBase:
    """All rows behind the filter, never a silent cut: above the limit it refuses and says so."""
    count = len(table.rows)
    if count > limit:
        raise BadInputError(
            _("%(count)s rows are more than one export holds (%(limit)s). Narrow the filter.")
            % {"count": count, "limit": limit}
        )
    name = f"{title or 'export'}-{timezone.localdate():%Y%m%d}.{kind}"
    rows = table.as_values()
    response: HttpResponseBase
    if kind == "csv":
        response = StreamingHttpResponse(csv_lines(rows), content_type="text/csv; charset=utf-8")
    else:
        response = HttpResponse(
            xlsx_bytes(rows, title),
            content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        )
    response["Content-Disposition"] = _disposition(name)
    return response


def _disposition(name: str) -> str:
    from django.utils.http import content_disposition_header

    return content_disposition_header(as_attachment=True, filename=name) or "attachment"
