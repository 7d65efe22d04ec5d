"""SAV and ZSAV: labels, value labels, and missing values as the file declares them."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from bihuan.foundation.reading.errors import PARSER_FAILURES, DataFileError
from bihuan.foundation.reading.source import Progress, digest
from bihuan.foundation.reading.table import Column, Limits, Table, checked_headings, number_of, text_of
from bihuan.foundation.reading.workbook import cell_text

SIGNATURES = (b"$FL2", b"$FL3", "$FL2".encode("cp037"))


def level_text(value: Any) -> str:
    return text_of(float(value)) if isinstance(value, int | float | np.number) else cell_text(value)


def is_declared(level: str, number: float, ranges: Sequence[Mapping[str, Any]]) -> bool:
    for one in ranges:
        low, high = one["lo"], one["hi"]
        if isinstance(low, str) or isinstance(high, str):
            if str(low).strip() == level:
                return True
        elif not np.isnan(number) and low <= number <= high:
            return True
    return False


def column_of(name: str, position: int, values: Sequence[Any], meta: Any) -> Column:
    """Count one variable; user-missing codes become missing and are kept as declared."""
    known: dict[str, int] = {}
    codes = np.empty(len(values), dtype=np.int32)
    for row, value in enumerate(values):
        blank = value is None or (isinstance(value, float) and np.isnan(value))
        text = "" if blank else level_text(value).strip()
        codes[row] = known.setdefault(text, len(known)) if text else -1
    levels = list(known)
    numbers = np.array([number_of(level) for level in levels], dtype=np.float64)
    ranges = meta.missing_ranges.get(name, [])
    declared = np.array([is_declared(lv, nr, ranges) for lv, nr in zip(levels, numbers, strict=True)], dtype=bool)
    counts = np.bincount(codes[codes >= 0], minlength=len(levels))
    kept = np.flatnonzero(~declared)
    place = np.full(len(levels) + 1, -1, dtype=np.int32)
    place[kept] = np.arange(len(kept), dtype=np.int32)
    labels = meta.variable_value_labels.get(name, {})
    return Column(
        name=name,
        position=position,
        codes=place[codes],
        levels=tuple(levels[number] for number in kept),
        level_numbers=numbers[kept],
        label=str(meta.column_names_to_labels.get(name) or "").strip(),
        value_labels={level_text(value): str(label) for value, label in labels.items()},
        declared_missing={levels[n]: int(counts[n]) for n in np.flatnonzero(declared)},
    )


def read_spss(stream: BinaryIO, name: str, size: int, limits: Limits, progress: Progress) -> Table:
    """Read an SPSS file; the parser needs a path, so the bytes go through a temporary file."""
    if stream.read(4) not in SIGNATURES:
        raise DataFileError("not_spss")
    mark = digest(stream)
    import pyreadstat

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "survey.sav"
        with path.open("wb") as copy:
            shutil.copyfileobj(stream, copy)
        try:
            _, head = pyreadstat.read_sav(str(path), metadataonly=True, output_format="dict")
            width = len(head.column_names)
            rows = head.number_rows or 0
            if rows > limits.rows:
                raise DataFileError("too_many_rows", limit=limits.rows)
            if rows * width > limits.cells:
                raise DataFileError("too_many_cells", limit=limits.cells)
            names = checked_headings(head.column_names, limits)
            progress(size // 4, size)
            values, meta = pyreadstat.read_sav(
                str(path), user_missing=True, output_format="dict", row_limit=limits.cells // max(1, width)
            )
        except (*PARSER_FAILURES, pyreadstat.ReadstatError, pyreadstat.PyreadstatError) as error:
            raise DataFileError("corrupt") from error
    columns = tuple(column_of(one, position, values[one], meta) for position, one in enumerate(names, 1))
    n = len(columns[0].codes) if columns else 0
    if not n or not any(column.answered for column in columns):
        raise DataFileError("header_only")
    progress(size, size)
    return Table(
        name=name,
        kind="sav",
        columns=columns,
        row_numbers=np.arange(1, n + 1, dtype=np.int64),
        sha256=mark,
        size=size,
        encoding=str(meta.file_encoding or ""),
        title=str(meta.file_label or "").strip(),
    )
