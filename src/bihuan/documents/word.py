"""DOCX in the measures of GB/T 9704-2012 (party and government office papers)."""

from __future__ import annotations

import io
from functools import singledispatch
from typing import Any

import docx
from django.utils.translation import gettext as _
from django.utils.translation import override
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from bihuan.documents.content import (
    Align,
    Bullets,
    Chart,
    Document,
    Fields,
    Heading,
    PageBreak,
    Paragraph,
    Signatures,
    Table,
)
from bihuan.documents.svg import axis, bar_png

# GB/T 9704-2012: margins, 22 lines of 28 characters, size 3 (16 pt), title size 2 (22 pt), page number size 4.
MARGINS = {"top_margin": 37, "bottom_margin": 35, "left_margin": 28, "right_margin": 26}
TYPE_AREA_MM = 156
BODY, TITLE, SMALL, CELL = Pt(16), Pt(22), Pt(14), Pt(10.5)
LINE = Pt(28.95)
LINE_PITCH = 579
RED = RGBColor(0xE6, 0x00, 0x12)
FANGSONG, XIAOBIAOSONG, HEITI, KAITI, SONGTI = "仿宋_GB2312", "方正小标宋简体", "黑体", "楷体_GB2312", "宋体"
LATIN = "Times New Roman"
HEADING_FONTS = {1: HEITI, 2: KAITI, 3: FANGSONG}
ALIGN = {"left": WD_ALIGN_PARAGRAPH.LEFT, "center": WD_ALIGN_PARAGRAPH.CENTER, "right": WD_ALIGN_PARAGRAPH.RIGHT}
AFTER_BORDERS = ("w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc", "w:outlineLvl", "w:rPr")
UNWRITABLE = dict.fromkeys([*range(9), 11, 12, *range(14, 32)])


def red_head_size(text: str) -> float:
    """Return the size in points at which the red head fills one line and never wraps (at most 44)."""
    return min(44.0, TYPE_AREA_MM / 25.4 * 72 / max(len(text), 1) - 1)


def _font(run: Any, name: str, size: Any, *, bold: bool = False, colour: RGBColor | None = None) -> None:
    run.font.name, run.font.size, run.font.bold = LATIN, size, bold
    fonts = run._element.get_or_add_rPr().get_or_add_rFonts()
    fonts.set(qn("w:eastAsia"), name)
    if colour is not None:
        run.font.color.rgb = colour


def _write(
    paragraph: Any,
    text: str,
    name: str = FANGSONG,
    size: Any = BODY,
    *,
    bold: bool = False,
    colour: RGBColor | None = None,
) -> Any:
    """Write into a paragraph; control characters that XML cannot hold are left out."""
    for number, line in enumerate(text.translate(UNWRITABLE).splitlines() or [""]):
        run = paragraph.add_run()
        if number:
            run.add_break(WD_BREAK.LINE)
        run.add_text(line)
        _font(run, name, size, bold=bold, colour=colour)
    return paragraph


def _lines(paragraph: Any, *, align: Align | None = None, exact: bool = True, indent: bool = False) -> Any:
    form = paragraph.paragraph_format
    form.space_before = form.space_after = Pt(0)
    if exact:
        form.line_spacing = LINE
    if align is not None:
        paragraph.alignment = ALIGN[align]
    if indent:
        place = paragraph._element.get_or_add_pPr().get_or_add_ind()
        place.set(qn("w:firstLineChars"), "200")
        place.set(qn("w:firstLine"), str(int(BODY.pt * 2 * 20)))
    return paragraph


def _element(parent: Any, tag: str, **attributes: str) -> Any:
    child = OxmlElement(tag)
    for name, value in attributes.items():
        child.set(qn(f"w:{name}"), value)
    parent.append(child)
    return child


def _rule(paragraph: Any, colour: str, eighths: int) -> None:
    borders = OxmlElement("w:pBdr")
    # Word refuses a file whose paragraph properties stand out of order.
    paragraph._element.get_or_add_pPr().insert_element_before(borders, *AFTER_BORDERS)
    _element(borders, "w:bottom", val="single", sz=str(eighths), space="1", color=colour)


def _page(file: Any) -> None:
    section = file.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    for name, width in MARGINS.items():
        setattr(section, name, Mm(width))
    section.footer_distance = Mm(28)  # the number stands 7 mm below the text
    for grid in section._sectPr.findall(qn("w:docGrid")):
        section._sectPr.remove(grid)
    _element(section._sectPr, "w:docGrid", type="lines", linePitch=str(LINE_PITCH))
    file.settings.odd_and_even_pages_header_footer = True
    for footer, align in ((section.footer, "right"), (section.even_page_footer, "left")):
        footer.is_linked_to_previous = False
        _page_number(footer.paragraphs[0], "right" if align == "right" else "left")


def _page_number(paragraph: Any, align: Align) -> None:
    paragraph.alignment = ALIGN[align]
    # One character in from the edge of the text on the outer side.
    place = paragraph._element.get_or_add_pPr().get_or_add_ind()
    place.set(qn(f"w:{align}Chars"), "100")
    place.set(qn(f"w:{align}"), str(int(SMALL.pt * 20)))
    _write(paragraph, "— ", SONGTI, SMALL)
    run = paragraph.add_run()
    _font(run, SONGTI, SMALL)
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        if kind:
            _element(run._element, "w:fldChar", fldCharType=kind)
        else:
            _element(run._element, "w:instrText").text = text
    _write(paragraph, " —", SONGTI, SMALL)


def _head(file: Any, document: Document) -> None:
    if document.issuer:
        head = _lines(file.add_paragraph(), align="center", exact=False)
        _write(head, document.issuer, XIAOBIAOSONG, Pt(red_head_size(document.issuer)), colour=RED)
        number = _lines(file.add_paragraph(), align="center")
        _write(number, document.number)
        _rule(number, "E60012", 12)  # 1.5 pt in eighths
        _lines(file.add_paragraph())
    title = _lines(file.add_paragraph(), align="center", exact=False)
    title.paragraph_format.space_after = Pt(14)
    _write(title, document.title, XIAOBIAOSONG, TITLE)
    if document.number and not document.issuer:
        _write(_lines(file.add_paragraph(), align="center"), document.number)
    if document.addressee:
        _write(_lines(file.add_paragraph()), document.addressee)


def _tail(file: Any, document: Document) -> None:
    if document.signed_by or document.signed_on:
        _lines(file.add_paragraph())
    for text in (document.signed_by, document.signed_on):
        if text:
            line = _lines(file.add_paragraph(), align="right")
            line.paragraph_format.right_indent = Pt(BODY.pt * 2)
            line.paragraph_format.keep_together = True
            _write(line, text)
    if document.copies_to:
        copies = _lines(file.add_paragraph())
        copies.paragraph_format.space_before = Pt(28)
        _rule(copies, "000000", 6)
        _write(copies, _("Copies to") + f": {document.copies_to}", FANGSONG, SMALL)


def _grid(file: Any, rows: int, shares: list[float]) -> Any:
    table = file.add_table(rows=rows, cols=len(shares))
    table.style = "Table Grid"
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    widths = [Mm(TYPE_AREA_MM * share / sum(shares)) for share in shares]
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    for row in table.rows:
        _element(row._tr.get_or_add_trPr(), "w:cantSplit")
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = width
    return table


def _cell(cell: Any, text: str, *, name: str = FANGSONG, align: Align = "left", size: Any = CELL) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.alignment = ALIGN[align]
    paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(2)
    _write(paragraph, text, name, size)


def _header(table: Any, labels: list[tuple[str, Align]]) -> None:
    _element(table.rows[0]._tr.get_or_add_trPr(), "w:tblHeader")
    for cell, (label, align) in zip(table.rows[0].cells, labels, strict=True):
        _cell(cell, label, name=HEITI, align=align)
        _element(cell._tc.get_or_add_tcPr(), "w:shd", val="clear", color="auto", fill="EDEFF2")


def _caption(file: Any, text: str, *, note: bool = False) -> None:
    if text:
        paragraph = _lines(file.add_paragraph(), exact=False, align="left" if note else "center")
        paragraph.paragraph_format.keep_with_next = not note
        _write(paragraph, text, FANGSONG if note else HEITI, CELL if note else Pt(12))


@singledispatch
def _add(block: Any, file: Any) -> None:
    raise TypeError(f"no DOCX form for {type(block).__name__}")


@_add.register
def _heading(block: Heading, file: Any) -> None:
    paragraph = _lines(file.add_paragraph(style=f"Heading {block.level}"), indent=True)
    paragraph.paragraph_format.keep_with_next = True
    black = RGBColor(0, 0, 0)
    _write(paragraph, block.text, HEADING_FONTS[block.level], BODY, bold=block.level == 3, colour=black)


@_add.register
def _paragraph(block: Paragraph, file: Any) -> None:
    for line in block.lines:
        paragraph = _lines(file.add_paragraph(), indent=block.indent and block.align == "left", align=block.align)
        _write(paragraph, line, bold=block.bold)


@_add.register
def _bullets(block: Bullets, file: Any) -> None:
    for number, item in enumerate(block.items, 1):
        _write(_lines(file.add_paragraph(), indent=True), f"{number}. {item}" if block.numbered else f"· {item}")


@_add.register
def _fields(block: Fields, file: Any) -> None:
    table = _grid(file, len(block.lines), [1, 3.4] if block.per_row == 1 else [1, 1.7, 1, 1.7])
    for row, pairs in zip(table.rows, block.lines, strict=True):
        for number, (label, value) in enumerate(pairs):
            _cell(row.cells[2 * number], label, name=HEITI, size=Pt(12))
            _cell(row.cells[2 * number + 1], value, size=Pt(12))
        if len(pairs) < block.per_row:
            row.cells[1].merge(row.cells[-1])
    _lines(file.add_paragraph())


@_add.register
def _table(block: Table, file: Any) -> None:
    _caption(file, block.caption)
    table = _grid(file, len(block.rows) + 1, [column.width or 1 for column in block.columns])
    _header(table, [(column.label, column.align) for column in block.columns])
    for row, line in zip(table.rows[1:], block.lines, strict=True):
        for cell, (text, align) in zip(row.cells, line, strict=True):
            _cell(cell, text, align=align)
    _caption(file, block.note, note=True)
    _lines(file.add_paragraph())


@_add.register
def _chart(block: Chart, file: Any) -> None:
    _caption(file, block.title)
    table = _grid(file, len(block.bars) + 1, [2.2, 4, 1.1, 1.7, 0.8])
    labels: list[tuple[str, Align]] = [
        (block.subtitle, "left"), ("", "left"), (_("Value"), "right"), (_("Interval"), "right"), ("n", "right"),
    ]  # fmt: skip
    _header(table, labels)
    low, high = axis(block.bars, block.target, block.minimum, block.maximum)
    for row, bar in zip(table.rows[1:], block.bars, strict=True):
        _cell(row.cells[0], bar.label)
        picture = io.BytesIO(bar_png(bar, low, high, block.target))
        row.cells[1].paragraphs[0].add_run().add_picture(picture, width=Mm(58))
        for cell, text in zip(row.cells[2:], (bar.value_text, bar.interval_text, bar.n_text), strict=True):
            _cell(cell, text, align="right")
    scale = _("Bars from %(low)s to %(high)s.") % {"low": f"{low:g}", "high": f"{high:g}"}
    if block.target is not None:
        scale += " " + _("Red line: target %(value)s.") % {"value": f"{block.target:g}"}
    _caption(file, scale, note=True)
    _lines(file.add_paragraph())


@_add.register
def _signatures(block: Signatures, file: Any) -> None:
    _lines(file.add_paragraph())
    table = file.add_table(rows=1, cols=len(block.entries))
    table.autofit = False
    for cell, entry in zip(table.rows[0].cells, block.entries, strict=True):
        _cell(cell, f"{entry.label}: {entry.name or '＿＿＿＿＿＿'}", size=Pt(12))
        for text in ([_("(seal)")] if entry.seal else []) + [entry.day or _("Date: ____________")]:
            _write(cell.add_paragraph(), text, FANGSONG, Pt(12))


@_add.register
def _page_break(_block: PageBreak, file: Any) -> None:
    file.add_page_break()


def docx_build(document: Document) -> bytes:
    """Return the document as a Word file."""
    file = docx.Document()
    normal = file.styles["Normal"]
    normal.font.name, normal.font.size = LATIN, BODY
    normal.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), FANGSONG)
    _page(file)
    file.core_properties.title = document.title.translate(UNWRITABLE)[:255]
    file.core_properties.author = (document.signed_by or document.issuer).translate(UNWRITABLE)[:255]
    file.core_properties.comments = ""
    with override(document.language):
        _head(file, document)
        for block in document.blocks:
            _add(block, file)
        _tail(file, document)
    kept = io.BytesIO()
    file.save(kept)
    return kept.getvalue()
