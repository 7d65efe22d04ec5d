"""PDF of a document: the same description that becomes print HTML and DOCX, in the measures of GB/T 9704."""

from __future__ import annotations

from functools import singledispatch
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from bihuan.documents.content import (
    Block,
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
from bihuan.documents.typesetting import pdf_render


@singledispatch
def _plain(block: Any) -> dict[str, Any]:
    raise TypeError(f"no PDF form for {type(block).__name__}")


@_plain.register
def _heading(block: Heading) -> dict[str, Any]:
    return {"text": block.text, "level": block.level}


@_plain.register
def _paragraph(block: Paragraph) -> dict[str, Any]:
    return {"lines": block.lines, "indent": block.indent, "align": block.align, "bold": block.bold}


@_plain.register
def _bullets(block: Bullets) -> dict[str, Any]:
    return {"items": list(block.items), "numbered": block.numbered}


@_plain.register
def _fields(block: Fields) -> dict[str, Any]:
    return {"lines": block.lines, "per_row": block.per_row}


@_plain.register
def _table(block: Table) -> dict[str, Any]:
    return {
        "labels": [column.label for column in block.columns],
        "aligns": [column.align for column in block.columns],
        "widths": [column.width or 1 for column in block.columns],
        "rows": [[text for text, _align in line] for line in block.lines],
        "caption": block.caption,
        "note": block.note,
    }


@_plain.register
def _chart(block: Chart) -> dict[str, Any]:
    return {
        "title": block.title,
        "svg": str(block.svg),
        "labels": [block.subtitle, _("Value"), _("Interval"), "n"],
        "rows": [[bar.label, bar.value_text, bar.interval_text, bar.n_text] for bar in block.bars],
    }


@_plain.register
def _signatures(block: Signatures) -> dict[str, Any]:
    entries = [
        [f"{entry.label}: {entry.name or '＿＿＿＿＿＿'}"]
        + ([_("(seal)")] if entry.seal else [])
        + [entry.day or _("Date: ____________")]
        for entry in block.entries
    ]
    return {"entries": entries}


@_plain.register
def _page_break(_block: PageBreak) -> dict[str, Any]:
    return {}


def _with_kind(block: Block) -> dict[str, Any]:
    return {"kind": block.kind, **_plain(block)}


def pdf_build(document: Document) -> bytes:
    """Return the document as PDF."""
    with override(document.language):
        data = {
            "language": document.language,
            "title": document.title,
            "author": document.signed_by or document.issuer,
            "issuer": document.issuer,
            "number": document.number,
            "addressee": document.addressee,
            "signed_by": document.signed_by,
            "signed_on": document.signed_on,
            "copies_to": _("Copies to") + f": {document.copies_to}" if document.copies_to else "",
            "blocks": [_with_kind(block) for block in document.blocks],
        }
    return pdf_render("documents/paper", data)
