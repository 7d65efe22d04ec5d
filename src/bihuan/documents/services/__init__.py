"""Say what a document contains; get it as print HTML, DOCX, PDF or XLSX; keep it as issued."""

from bihuan.documents.codes import qr_drawings
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
from bihuan.documents.pdf import pdf_build
from bihuan.documents.services.archive import content_digest, document_issue
from bihuan.documents.sheets import Sheet, SheetColumn, xlsx_build
from bihuan.documents.stickers import SIZES, Sticker, StickerSize, StickerWords, sticker_pictures, sticker_sheet
from bihuan.documents.svg import Bar, svg_chart
from bihuan.documents.typesetting import FontsMissingError, pdf_render, picture_render, set_value
from bihuan.documents.word import docx_build

__all__ = [
    "SIZES",
    "Align",
    "Bar",
    "Block",
    "Bullets",
    "Cell",
    "Chart",
    "Column",
    "Document",
    "Fields",
    "FontsMissingError",
    "Heading",
    "PageBreak",
    "Paragraph",
    "Sheet",
    "SheetColumn",
    "Signature",
    "Signatures",
    "Sticker",
    "StickerSize",
    "StickerWords",
    "Table",
    "content_digest",
    "document_freeze",
    "document_issue",
    "document_thaw",
    "docx_build",
    "html_build",
    "pdf_build",
    "pdf_render",
    "picture_render",
    "qr_drawings",
    "set_value",
    "sticker_pictures",
    "sticker_sheet",
    "svg_chart",
    "xlsx_build",
]
