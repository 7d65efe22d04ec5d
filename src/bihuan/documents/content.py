"""What a document says, free of any format: one description becomes print HTML and DOCX alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, ClassVar, Literal

from bihuan.documents.svg import Bar, cell_text, svg_chart

Cell = str | int | Decimal | None
Align = Literal["left", "center", "right"]


@dataclass(frozen=True)
class Heading:
    kind: ClassVar[str] = "heading"
    text: str
    level: Literal[1, 2, 3] = 1


@dataclass(frozen=True)
class Paragraph:
    kind: ClassVar[str] = "paragraph"
    text: str
    indent: bool = True
    align: Align = "left"
    bold: bool = False

    @property
    def lines(self) -> list[str]:
        return self.text.splitlines() or [""]


@dataclass(frozen=True)
class Bullets:
    kind: ClassVar[str] = "bullets"
    items: tuple[str, ...]
    numbered: bool = False


@dataclass(frozen=True)
class Fields:
    """Labelled rows: number, unit, clause, deadline. ``per_row`` pairs stand side by side."""

    kind: ClassVar[str] = "fields"
    rows: tuple[tuple[str, Cell], ...]
    per_row: Literal[1, 2] = 1

    @property
    def lines(self) -> list[list[tuple[str, str]]]:
        texts = [(label, cell_text(value)) for label, value in self.rows]
        return [texts[start : start + self.per_row] for start in range(0, len(texts), self.per_row)]

    @property
    def columns(self) -> int:
        return 2 * self.per_row


@dataclass(frozen=True)
class Column:
    label: str
    align: Align = "left"
    width: float | None = None  # share of the table, any unit; None is an equal share


@dataclass(frozen=True)
class Table:
    kind: ClassVar[str] = "table"
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    caption: str = ""
    note: str = ""

    @property
    def lines(self) -> list[list[tuple[str, Align]]]:
        return [
            [(cell_text(cell), column.align) for cell, column in zip(row, self.columns, strict=True)]
            for row in self.rows
        ]


@dataclass(frozen=True)
class Chart:
    """Bars with intervals and their table. ``title`` is the finding, ``subtitle`` what is drawn."""

    kind: ClassVar[str] = "chart"
    title: str
    bars: tuple[Bar, ...]
    subtitle: str = ""
    target: float | None = None
    minimum: float | None = None
    maximum: float | None = None

    @property
    def svg(self) -> str:
        return svg_chart(
            bars=self.bars, title=self.title, target=self.target, minimum=self.minimum, maximum=self.maximum
        )


@dataclass(frozen=True)
class Signature:
    label: str
    name: str = ""
    day: str = ""
    seal: bool = False


@dataclass(frozen=True)
class Signatures:
    """Places to sign or seal, side by side; an empty name leaves the line to be written on."""

    kind: ClassVar[str] = "signatures"
    entries: tuple[Signature, ...]


@dataclass(frozen=True)
class PageBreak:
    kind: ClassVar[str] = "page_break"


Block = Heading | Paragraph | Bullets | Fields | Table | Chart | Signatures | PageBreak
BLOCKS: dict[str, type[Any]] = {
    block.kind: block for block in (Heading, Paragraph, Bullets, Fields, Table, Chart, Signatures, PageBreak)
}
PARTS: dict[tuple[str, str], type[Any]] = {
    ("table", "columns"): Column,
    ("chart", "bars"): Bar,
    ("signatures", "entries"): Signature,
}


@dataclass(frozen=True)
class Document:
    """A4 paper in the order of GB/T 9704: red head, number, title, addressee, body, signing unit and day, copies.

    ``issuer`` is the red head (名称 of the issuing unit); empty makes a plain paper without one.
    """

    title: str
    blocks: tuple[Block, ...] = field(default_factory=tuple)
    issuer: str = ""
    number: str = ""
    addressee: str = ""
    signed_by: str = ""
    signed_on: str = ""
    copies_to: str = ""
    language: str = "zh-hans"


def _frozen(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, tuple | list):
        return [_frozen(item) for item in value]
    if hasattr(value, "__dataclass_fields__"):
        return {name: _frozen(getattr(value, name)) for name in value.__dataclass_fields__}
    return value


def _thawed(value: Any) -> Any:
    return tuple(_thawed(item) for item in value) if isinstance(value, list) else value


def document_freeze(document: Document) -> dict[str, Any]:
    """Return the document as plain JSON values: what is stored when it is issued."""
    frozen: dict[str, Any] = _frozen(document)
    for block, plain in zip(document.blocks, frozen["blocks"], strict=True):
        plain["kind"] = block.kind
    return frozen


def _block(plain: Mapping[str, Any]) -> Block:
    kind = plain["kind"]
    values = {}
    for name, value in plain.items():
        part = PARTS.get((kind, name))
        if name != "kind":
            values[name] = tuple(part(**item) for item in value) if part else _thawed(value)
    block: Block = BLOCKS[kind](**values)
    return block


def document_thaw(plain: Mapping[str, Any]) -> Document:
    """Return the document that `document_freeze` stored."""
    blocks: Sequence[Mapping[str, Any]] = plain["blocks"]
    return Document(**{**plain, "blocks": tuple(_block(block) for block in blocks)})
