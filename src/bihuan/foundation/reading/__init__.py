"""A survey file becomes a table, or one clear message; never half of either."""

from __future__ import annotations

from pathlib import PurePath

from bihuan.foundation.reading.errors import DataFileError, MappingError, Place
from bihuan.foundation.reading.source import PathOrFile, Progress, no_progress, opened, size_of
from bihuan.foundation.reading.table import DEFAULT_LIMITS, Column, Limits, Table

TEXT = {".csv", ".tsv", ".txt"}
WORKBOOK = {".xlsx"}
SPSS = {".sav", ".zsav"}
OLD = {".xls", ".xlsb", ".xlsm", ".et", ".ods"}


def read_table(
    path_or_file: PathOrFile,
    name: str = "",
    *,
    limits: Limits = DEFAULT_LIMITS,
    encoding: str | None = None,
    sheet: str | None = None,
    progress: Progress = no_progress,
) -> Table:
    """Read a CSV, XLSX or SAV file; ``name`` tells its kind. Raises ``DataFileError``."""
    name = PurePath(name or str(path_or_file)).name
    kind = PurePath(name).suffix.lower()
    if kind in OLD:
        raise DataFileError("old_excel", name=name)
    if kind not in TEXT | WORKBOOK | SPSS:
        raise DataFileError("unknown_kind", name=name)
    with opened(path_or_file, name) as stream:
        size = size_of(stream, limits)
        if kind in WORKBOOK:
            from bihuan.foundation.reading.workbook import read_workbook

            return read_workbook(stream, name, size, limits, progress, sheet=sheet)
        if kind in SPSS:
            from bihuan.foundation.reading.spss import read_spss

            return read_spss(stream, name, size, limits, progress)
        from bihuan.foundation.reading.delimited import read_delimited

        return read_delimited(stream, name, size, limits, progress, encoding=encoding)


__all__ = [
    "DEFAULT_LIMITS",
    "Column",
    "DataFileError",
    "Limits",
    "MappingError",
    "Place",
    "Progress",
    "Table",
    "read_table",
]
