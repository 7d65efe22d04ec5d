"""report.xlsx: one sheet a section, numbers as numbers, text never as a formula."""

from __future__ import annotations

import re
from collections.abc import Sequence
from io import BytesIO
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from bihuan.surveys.analysis.results import Analysis
from bihuan.surveys.mapping import Mapping
from bihuan.surveys.report.cells import Heading, Section
from bihuan.surveys.report.groups import group_columns, target_title
from bihuan.surveys.report.sections import definitions, rated_items, sections
from servicequality.results import Estimate

FORMATS = {
    "count": "0",
    "number": "0.00",
    "estimate": "0.00",
    "percent": "0.0%",
    "share": "0.0%",
    "p": "0.0000",
}


def widened(section: Section) -> tuple[list[Heading], list[list[Any]]]:
    """Split estimates into value and limits, each a number of its own."""
    headings: list[Heading] = []
    for heading in section.headings:
        headings.append(heading)
        if heading.kind in {"estimate", "share"}:
            headings += [
                Heading(_("%(title)s, lower limit") % {"title": heading.title}, heading.kind, heading.decimals),
                Heading(_("%(title)s, upper limit") % {"title": heading.title}, heading.kind, heading.decimals),
            ]
    rows = []
    for row in section.rows:
        cells: list[Any] = []
        for value, heading in zip(row, section.headings, strict=True):
            if heading.kind not in {"estimate", "share"}:
                cells.append(value)
            elif isinstance(value, Estimate):
                cells += [value.value, value.low, value.high]
            else:
                cells += [None, None, None]
        rows.append(cells)
    return headings, rows


class Book:
    """Sheets of one workbook, with names Excel accepts."""

    def __init__(self, target: BytesIO) -> None:
        self.book = xlsxwriter.Workbook(
            target,
            {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "nan_inf_to_errors": True},
        )
        self.bold = self.book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        self.wrap = self.book.add_format({"text_wrap": True, "valign": "top"})
        self.formats = {kind: self.book.add_format({"num_format": text}) for kind, text in FORMATS.items()}
        self.names: set[str] = set()

    def sheet_name(self, title: str) -> str:
        name = re.sub(r"[\[\]:*?/\\]", " ", title).strip("' ")[:28] or "-"
        number = 2
        chosen = name
        while chosen.casefold() in self.names:
            chosen, number = f"{name} {number}", number + 1
        self.names.add(chosen.casefold())
        return chosen

    def sheet(self, title: str, headings: list[Heading], rows: list[list[Any]]) -> None:
        sheet = self.book.add_worksheet(self.sheet_name(title))
        for column, heading in enumerate(headings):
            sheet.write_string(0, column, heading.title, self.bold)
            sheet.set_column(column, column, 34 if column == 0 else 12)
        for number, row in enumerate(rows, 1):
            for column, (value, heading) in enumerate(zip(row, headings, strict=True)):
                if value is None or value == "":
                    continue
                if isinstance(value, str):
                    sheet.write_string(number, column, value)
                else:
                    sheet.write_number(number, column, value, self.formats.get(heading.kind))
        sheet.freeze_panes(1, 1)
        if rows:
            sheet.autofilter(0, 0, len(rows), len(headings) - 1)

    def lines(self, title: str, lines: list[tuple[str, str]]) -> None:
        sheet = self.book.add_worksheet(self.sheet_name(title))
        sheet.set_column(0, 0, 24)
        sheet.set_column(1, 1, 100)
        for number, (name, text) in enumerate(lines):
            sheet.write_string(number, 0, name, self.bold)
            sheet.write_string(number, 1, text, self.wrap)


def group_rows(analysis: Analysis) -> list[list[Any]]:
    """Every comparison, one row a group and measure: fit for a pivot table."""
    return [
        [
            result.label or column,
            target_title(result),
            row.group,
            row.n,
            row.estimate.value,
            row.estimate.low,
            row.estimate.high,
            row.shrunken.value,
            " ".join(row.letters),
        ]
        for column in group_columns(analysis)
        for result in analysis.groups
        if result.column == column
        for row in result.rows
    ]


def distribution_rows(analysis: Analysis) -> list[list[Any]]:
    return [
        [item.name, item.label, level, count, count / item.n if item.n else None]
        for item in [*rated_items(analysis), *(one for one in analysis.items if one not in rated_items(analysis))]
        for level, count in zip(range(item.scale[0], item.scale[1] + 1, item.scale[2]), item.counts, strict=True)
    ]


def write_xlsx(
    analysis: Analysis,
    mapping: Mapping,
    *,
    tables: Sequence[Section] | None = None,
    facts_more: Sequence[tuple[str, str]] = (),
) -> bytes:
    """Return the workbook in the active language; ``tables`` where a survey has more than a file has."""
    target = BytesIO()
    book = Book(target)
    facts = [
        (_("Result"), str(analysis.headline)),
        (_("File"), analysis.file.name),
        (_("Respondents"), str(analysis.file.rows)),
        *((_("Note"), str(note)) for note in analysis.notes),
        *definitions(analysis),
        *facts_more,
        *([("SHA-256", analysis.file.sha256)] if analysis.file.sha256 else []),
    ]
    book.lines(_("Summary"), facts)
    for section in sections(analysis, mapping) if tables is None else tables:
        if not section.key.startswith(("group:", "groups-")):
            book.sheet(section.title, *widened(section))
    if analysis.groups:
        titles = (
            _("Column"),
            _("Measure"),
            _("Group"),
            "n",
            _("Value"),
            _("Lower limit"),
            _("Upper limit"),
            _("Shrunken"),
            _("Letters"),
        )
        kinds = ("text", "text", "text", "count", "number", "number", "number", "number", "text")
        headings = [Heading(title, kind) for title, kind in zip(titles, kinds, strict=True)]  # type: ignore[arg-type]
        book.sheet(_("Groups"), headings, group_rows(analysis))
    book.sheet(
        _("Distributions"),
        [
            Heading(_("Column")),
            Heading(_("Label")),
            Heading(_("Answer"), "count"),
            Heading(_("Count"), "count"),
            Heading(_("Share"), "percent"),
        ],
        distribution_rows(analysis),
    )
    book.book.close()
    return target.getvalue()
