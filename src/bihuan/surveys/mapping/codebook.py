"""An optional second file that says what the columns of the first mean."""

from __future__ import annotations

from dataclasses import dataclass

from bihuan.foundation.reading import DataFileError, Table
from bihuan.surveys.mapping.plan import Side
from bihuan.surveys.mapping.vocabulary import CODEBOOK_COLUMNS, CODEBOOK_SIDES, OVERALL, SCALE_IN_WORDS


@dataclass(frozen=True)
class Entry:
    """What a codebook tells about one column."""

    label: str
    dimension: str
    side: Side | None
    pair: str
    scale: tuple[int, int, int] | None
    is_overall: bool
    is_background: bool


def entry_of(block: str, label: str, dimension: str, item: str) -> Entry:
    side = next((Side(name) for name, pattern in CODEBOOK_SIDES if pattern.search(block)), None)
    found = SCALE_IN_WORDS.search(block)
    scale = (int(found[1]), int(found[2]), 1) if found and int(found[1]) < int(found[2]) else None
    overall = bool(OVERALL.search(block))
    background = (not side and not overall and "background" in block.casefold()) or "背景" in block
    return Entry(label, dimension, side, item if side else "", scale, overall and side is None, background)


def codebook_entries(book: Table, table: Table) -> dict[str, Entry]:
    """Read a codebook: one row a column of the file; at least a column of names is needed."""
    folded = {name.casefold(): name for name in book.names}

    def texts(part: str) -> list[str]:
        wanted = CODEBOOK_COLUMNS[part]
        name = next((folded[word] for word in wanted if word in folded), None)
        if name is None and part == "label":
            name = next((heading for heading in book.names if "header" in heading.casefold()), None)
        if name is None:
            return [""] * book.n_rows
        return ["" if text is None else str(text) for text in book.column(name).texts]

    if not any(word in folded for word in CODEBOOK_COLUMNS["code"]):
        raise DataFileError("codebook_columns")
    entries = {
        code: entry_of(block, label, dimension, item)
        for code, block, label, dimension, item in zip(
            texts("code"), texts("block"), texts("label"), texts("dimension"), texts("item"), strict=True
        )
        if code in table
    }
    if not entries:
        raise DataFileError("codebook_unknown")
    return entries
