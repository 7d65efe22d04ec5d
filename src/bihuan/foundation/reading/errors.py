"""What can be wrong with a file, each in one sentence that names the place."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bihuan.foundation.errors import BadInputError

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

# What the parsers of other people raise on a broken or hostile file; their words mean nothing to our user.
PARSER_FAILURES = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    BufferError,
    EOFError,
    LookupError,
    MemoryError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    struct.error,
    zipfile.BadZipFile,
    zlib.error,
)

MESSAGES: dict[str, StrPromise] = {
    # the file as a whole
    "not_found": _("There is no file {name}."),
    "unreadable": _("The file {name} cannot be opened: {reason}."),
    "unwritable": _("{name} cannot be written: {reason}."),
    "unknown_kind": _("{name} is not a kind of file that can be read here: CSV, TSV, XLSX or SAV."),
    "old_excel": _("{name} is an old or password-protected Excel file. Save it as .xlsx without a password."),
    "too_large": _("The file has {size} MB; the limit is {limit} MB. It was not read."),
    "empty_file": _("The file is empty."),
    "header_only": _("The file has headings but no answers."),
    "not_text": _("This is not a text file (it contains a zero byte at position {offset})."),
    "not_workbook": _("This is not an XLSX file, although its name says so."),
    "not_spss": _("This is not an SPSS file (SAV), although its name says so."),
    "corrupt": _("The file is damaged and cannot be read to its end."),
    "no_sheet": _("The workbook has no sheet with answers."),
    "unknown_sheet": _("The workbook has no sheet {sheet}."),
    "bomb": _(
        "The workbook would unpack to {size} MB ({ratio} times its size); the limit is {limit} MB. It was not read."
    ),
    "unsafe_xml": _("The workbook contains declarations that no spreadsheet program writes ({part}). It was not read."),
    "too_many_cells": _("The file has more than {limit} cells."),
    "too_many_rows": _("The file has more than {limit} rows."),
    "too_many_columns": _("The file has {count} columns; the limit is {limit}."),
    # the text
    "wrong_encoding": _(
        "The text is neither UTF-8 nor GB18030: byte {offset} (hexadecimal {value}) cannot be read. "
        "Save the file as UTF-8."
    ),
    "wrong_stated_encoding": _("The text is not {encoding}: byte {offset} (hexadecimal {value}) cannot be read."),
    "unknown_encoding": _("There is no encoding called {encoding}."),
    "bad_quotes": _("A quotation mark is missing or misplaced here."),
    "long_field": _("A cell of more than 131,072 characters starts here; a quotation mark may be missing."),
    "ragged": _("This row has {actual} fields; the headings have {expected}."),
    # headings
    "duplicate_heading": _("Columns {first} and {second} have the same heading “{heading}”."),
    "no_heading": _("Column {column} has answers but no heading."),
    # cells
    "formula": _("The cell holds a formula. Paste the values instead (Paste special, Values)."),
    "cell_error": _("The cell holds the error {value}."),
    # the columns as they are to be used
    "unknown_column": _("The mapping names a column “{column}” that the file does not have."),
    "text_on_scale": _(
        "“{value}” is text, but column “{column}” is to be a scale from {low} to {high}. "
        "Map the column to something else, or state the value as “not applicable” or give it a number."
    ),
    "off_scale": _("{value} is not on the scale {low} to {high} of column “{column}”."),
    "bad_weight": _("“{value}” is not a weight (a number of 0 or more) in column “{column}”."),
    "no_items": _("No column is mapped to an item, so there is nothing to count."),
    "no_answers": _("No item has a single answer."),
    # the mapping
    "map_not_toml": _("The mapping is not valid TOML: {reason}."),
    "map_unknown_key": _("The mapping does not know the entry “{key}”."),
    "map_no_columns": _("The mapping names no columns."),
    "map_role": _("“{value}” is not a role. Roles are: {roles}."),
    "map_scale": _("The scale must be two or three whole numbers: lowest, highest, and the step if it is not 1."),
    "map_scale_needed": _("An item needs a scale."),
    "map_value": _("“{key}” has a value that does not fit: {value}."),
    "map_code_off_scale": _("The number {value} given to “{text}” is not on the scale {low} to {high}."),
    "map_pair_role": _("“{value}” is not a side of a pair. Sides are: {roles}."),
    "map_pair_twice": _("Columns “{first}” and “{second}” are both the {side} side of pair “{pair}”."),
    "map_pair_scales": _("Both sides of pair “{pair}” need the same scale: {first}, {second}."),
    "map_kano_scale": _("A Kano question needs the scale 1 to 5 (1 = like, 5 = dislike)."),
    # the codebook
    "codebook_columns": _("The codebook needs a column “code” or “column” that names the columns of the file."),
    "codebook_unknown": _("The codebook names none of the columns of the file."),
}


@dataclass(frozen=True)
class Place:
    """Where in the source: a spreadsheet cell, a line of text, a case, an entry of a mapping."""

    line: int | None = None
    column: str = ""
    cell: str = ""
    case: int | None = None
    entry: str = ""

    def __str__(self) -> str:
        if self.cell or self.entry:
            return self.cell or self.entry
        parts = []
        if self.case is not None:
            parts.append(gettext("case %(case)d") % {"case": self.case})
        if self.line is not None:
            parts.append(gettext("line %(line)d") % {"line": self.line})
        if self.column:
            parts.append(gettext("column “%(column)s”") % {"column": self.column})
        return gettext(", ").join(parts)

    def to_dict(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if value not in {None, ""}}


def _printable(value: object) -> object:
    """Text of a file may be hostile or endless: shorten it and show control characters as what they are."""
    if not isinstance(value, str):
        return value
    short = value if len(value) <= 80 else value[:79] + "…"
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in short)


class DataFileError(BadInputError):
    """A file or mapping that cannot be used: ``code``, message (zh/en), ``where``; nothing of it is kept."""

    code: str  # type: ignore[misc]

    def __init__(self, code: str, *, where: Place | None = None, **params: object) -> None:
        self.code = code
        self.params = {name: _printable(value) for name, value in params.items()}
        self.where = where
        message = format_lazy(MESSAGES[code], **self.params)
        super().__init__(message, place=str(where) if where and str(where) else None)

    def __str__(self) -> str:
        place = str(self.where) if self.where else ""
        return f"{_printable(place)}: {self.message}" if place else str(self.message)

    def to_dict(self) -> dict[str, Any]:
        """Keep what is needed to say it again in another language."""
        params = {name: value if isinstance(value, int | float) else str(value) for name, value in self.params.items()}
        return {"code": self.code, "params": params, "where": self.where.to_dict() if self.where else None}

    @classmethod
    def from_dict(cls, kept: Mapping[str, Any]) -> DataFileError:
        where = kept.get("where")
        return cls(kept["code"], where=Place(**where) if where else None, **kept["params"])


class MappingError(DataFileError):
    """The mapping itself is wrong, whatever the data."""
