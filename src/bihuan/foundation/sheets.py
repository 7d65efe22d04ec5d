"""XLSX as a stream: sheets written row by row into a zip that leaves while it grows. Memory stays the same.

Every cell is a number or a text; nothing is ever a formula. Sheets that grow past what Excel reads go on in the next.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any
from xml.sax.saxutils import escape

from django.utils.translation import gettext as _

MOST_ROWS = 1_048_576
MOST_BYTES = (
    1_500_000_000  # a part of a zip without 64-bit extension, which Excel does not read in a stream, ends at 2 GiB
)
MOST_TEXT = 32_767
PIECE = 256 * 1024
# What XML 1.0 cannot hold; line ends and tabs may stay.
UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
STYLES = (
    f'{HEAD}<styleSheet xmlns="{MAIN}"><fonts count="2"><font><sz val="11"/></font><font><b/><sz val="11"/></font>'
    '</fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/>'
    "</fill></fills>"
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="2"><xf/><xf fontId="1" applyFont="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)


@dataclass(frozen=True)
class Sheet:
    """``rows`` may be any length; the first one is the heading and is repeated where a sheet goes on."""

    title: str
    rows: Iterable[Sequence[Any]]
    heading: Sequence[Any] | None = None


def sheet_titles(wanted: Iterable[str]) -> list[str]:
    """Names Excel takes: at most 31 characters, none of []:*?/\\, each once."""
    found: list[str] = []
    for title in wanted:
        name = re.sub(r"[\[\]:*?/\\]", " ", title).strip("' ")[:28] or "-"
        chosen, number = name, 2
        while chosen.casefold() in {one.casefold() for one in found}:
            chosen, number = f"{name[:26]} {number}", number + 1
        found.append(chosen)
    return found


def text_cell(text: str, style: str = "") -> str:
    text = UNFIT.sub("\ufffd", text)
    if len(text) > MOST_TEXT:  # said in the cell itself: no silent cut
        said = _("… (cut; the whole text is in the CSV file)")
        text = text[: MOST_TEXT - len(said)] + said
    return f'<c t="inlineStr"{style}><is><t xml:space="preserve">{escape(text)}</t></is></c>'


def row_xml(cells: Sequence[Any], style: str = "") -> str:
    """One row; an empty cell keeps its place."""
    parts = ["<row>"]
    for value in cells:
        if value is None or value == "":
            parts.append("<c/>")
        elif isinstance(value, bool):
            parts.append(text_cell(str(value), style))
        elif isinstance(value, int | float):
            parts.append(f"<c><v>{value!r}</v></c>")
        else:
            parts.append(text_cell(str(value), style))
    parts.append("</row>")
    return "".join(parts)


class _Outlet:
    """What the zip is written to: bytes wait here until they are taken."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []
        self.waiting = 0

    def write(self, piece: bytes) -> int:
        self.parts.append(bytes(piece))
        self.waiting += len(piece)
        return len(piece)

    def flush(self) -> None:
        return None

    def taken(self) -> bytes:
        found = b"".join(self.parts)
        self.parts.clear()
        self.waiting = 0
        return found


SHEET_START = (
    f'{HEAD}<worksheet xmlns="{MAIN}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" '
    'activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetData>'
)
SHEET_END = "</sheetData></worksheet>"


def xlsx_pieces(sheets: Iterable[Sheet]) -> Iterator[bytes]:
    """The workbook in pieces; sheets are asked for their rows one after the other."""
    outlet = _Outlet()
    titles: list[str] = []
    with zipfile.ZipFile(outlet, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as book:  # type: ignore[call-overload]
        for sheet in sheets:
            rows = iter(sheet.rows)
            while True:
                titles.append(sheet.title)
                ended = False
                with book.open(f"xl/worksheets/sheet{len(titles)}.xml", "w") as part:
                    start = SHEET_START + (row_xml(sheet.heading, ' s="1"') if sheet.heading is not None else "")
                    size = part.write(start.encode())
                    room = MOST_ROWS - (sheet.heading is not None)
                    while room and size < MOST_BYTES:
                        piece, count = next_piece(rows, room)
                        size += part.write(piece)
                        room -= count
                        if not count:
                            ended = True
                            break
                        if outlet.waiting >= PIECE:
                            yield outlet.taken()
                    part.write(SHEET_END.encode())
                if outlet.waiting:
                    yield outlet.taken()
                if ended:
                    break
        for name, content in frame(sheet_titles(titles)):
            book.writestr(name, content)
    yield outlet.taken()


def next_piece(rows: Iterator[Sequence[Any]], room: int) -> tuple[bytes, int]:
    """A stretch of rows as bytes, and how many they are; 0 at the end."""
    kept: list[str] = []
    held = 0
    for row in islice(rows, room):
        kept.append(row_xml(row))
        held += len(kept[-1])
        if held >= PIECE:
            break
    return "".join(kept).encode(), len(kept)


def frame(titles: list[str]) -> Iterator[tuple[str, str]]:
    """The small parts that make sheets a workbook."""
    numbers = range(1, len(titles) + 1)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    overrides = "".join(
        f'<Override PartName="/xl/worksheets/sheet{number}.xml" ContentType="{kind}.worksheet+xml"/>'
        for number in numbers
    )
    yield (
        "[Content_Types].xml",
        f'{HEAD}<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" '
        f'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" '
        f'ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{kind}.styles+xml"/>{overrides}</Types>',
    )
    yield (
        "_rels/.rels",
        f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    )
    listed = "".join(
        f'<sheet name="{escape(title, {chr(34): "&quot;"})}" sheetId="{number}" r:id="rId{number}"/>'
        for number, title in zip(numbers, titles, strict=True)
    )
    yield (
        "xl/workbook.xml",
        f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets>{listed}</sheets></workbook>',
    )
    relations = "".join(
        f'<Relationship Id="rId{number}" Type="{RELATIONS}/worksheet" Target="worksheets/sheet{number}.xml"/>'
        for number in numbers
    )
    yield (
        "xl/_rels/workbook.xml.rels",
        f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">{relations}<Relationship Id="rId{len(titles) + 1}" '
        f'Type="{RELATIONS}/styles" Target="styles.xml"/></Relationships>',
    )
    yield "xl/styles.xml", STYLES
