"""Sheets of stickers: one QR code for each vehicle, line, counter or site."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from bihuan.documents.codes import qr_drawings
from bihuan.documents.typesetting import pdf_render, picture_render


@dataclass(frozen=True)
class StickerSize:
    """Millimetres, and how many stand side by side and one above the other on A4."""

    width: int
    height: int
    columns: int
    rows: int

    @property
    def per_page(self) -> int:
        return self.columns * self.rows


SIZES: dict[str, StickerSize] = {
    "50x70": StickerSize(50, 70, 4, 4),
    "70x99": StickerSize(70, 99, 3, 3),
    "99x139": StickerSize(99, 139, 2, 2),
}


@dataclass(frozen=True)
class StickerWords:
    """What every sticker of a sheet says."""

    organisation: str
    call: str
    call_english: str


@dataclass(frozen=True)
class Sticker:
    """One way in: ``address`` goes into the code, ``code`` is the vehicle or line in large type."""

    address: str
    code: str
    name: str = ""

    @property
    def short_address(self) -> str:
        """What a person types who cannot scan."""
        return self.address.removeprefix("https://").removeprefix("http://")


def sheet_data(stickers: Sequence[Sticker], *, words: StickerWords, size: StickerSize) -> dict[str, Any]:
    drawings = qr_drawings([one.address for one in stickers])
    return {
        "title": words.call,
        "words": asdict(words),
        **asdict(size),
        "stickers": [
            {**asdict(one), "short_address": one.short_address, "qr": drawing}
            for one, drawing in zip(stickers, drawings, strict=True)
        ],
    }


def sticker_sheet(stickers: Sequence[Sticker], *, words: StickerWords, size: StickerSize) -> bytes:
    """Return A4 pages of stickers with cut marks as PDF."""
    return pdf_render("documents/stickers", sheet_data(stickers, words=words, size=size), is_tagged=False)


def sticker_pictures(stickers: Sequence[Sticker], *, words: StickerWords, size: StickerSize) -> list[bytes]:
    """Return the same pages as PNG."""
    return picture_render("documents/stickers", sheet_data(stickers, words=words, size=size), dots=72)
