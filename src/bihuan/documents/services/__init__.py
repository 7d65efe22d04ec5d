"""Say what a document contains; get it as print HTML, DOCX or XLSX; keep it as issued."""

from bihuan.documents.content import (
    Align,
    Block,
    Bullets,
    Cell,
    Chart,
    Column,
    Document,
    Fields,
    Heading,
    PageBreak,
    Paragraph,
    Signature,
    Signatures,
    Table,
    document_freeze,
    document_thaw,
)
from bihuan.documents.paper import html_build
from bihuan.documents.services.archive import content_digest, document_issue
from bihuan.documents.sheets import Sheet, SheetColumn, xlsx_build
from bihuan.documents.svg import Bar, svg_chart
from bihuan.documents.word import docx_build

__all__ = [
    "Align",
    "Bar",
    "Block",
    "Bullets",
    "Cell",
    "Chart",
    "Column",
    "Document",
    "Fields",
    "Heading",
    "PageBreak",
    "Paragraph",
    "Sheet",
    "SheetColumn",
    "Signature",
    "Signatures",
    "Table",
    "content_digest",
    "document_freeze",
    "document_issue",
    "document_thaw",
    "docx_build",
    "html_build",
    "svg_chart",
    "xlsx_build",
]
