"""Single files sent while they are read: constant memory, whatever the number of answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext

from bihuan.foundation.sheets import Sheet, xlsx_pieces
from bihuan.surveys.exporting.files import in_words
from bihuan.surveys.exporting.package import codebook_sheets
from bihuan.surveys.exporting.rows import Export
from bihuan.surveys.exporting.text_files import csv_pieces, labelled


def csv_stream(export: Export, language: str | None) -> Iterator[bytes]:
    """In words with ``language``, else in codes."""
    return csv_pieces(export.variables, export.blocks(), language=language)


def xlsx_stream(export: Export, language: str | None) -> Iterator[bytes]:
    """The answers on the first sheet, the codebook behind them."""
    variables = export.variables
    words = in_words(variables, language) if language else None

    def rows() -> Iterator[list[Any]]:
        for block in export.blocks():
            for row in block:
                yield labelled(row, words) if words else row

    title = gettext("Answers in words") if words else gettext("Answers as codes")
    heading = [variable.name for variable in variables]
    return xlsx_pieces([Sheet(title, rows(), heading), *codebook_sheets(variables)])
