"""What a person needs to see of a file to say what its columns are; kept, so that no page reads the file again."""

from __future__ import annotations

from typing import Any

import numpy as np

from bihuan.foundation.reading import Column, Table

PREVIEW_ROWS = 8
SHOWN_LEVELS = 12
LINKABLE_LEVELS = 60
CELL = 60


def cut(text: str) -> str:
    shown = "".join(letter if letter.isprintable() else " " for letter in text[: CELL + 1])
    return shown if len(shown) <= CELL else shown[: CELL - 1] + "…"


def column_profile(column: Column) -> dict[str, Any]:
    """Name, place, base and commonest answers of one column."""
    order = np.argsort(-column.counts, kind="stable")[:SHOWN_LEVELS]
    if column.is_numeric and len(column.levels) <= SHOWN_LEVELS:
        order = np.argsort(column.level_numbers, kind="stable")
    levels = [[cut(column.levels[place]), int(column.counts[place])] for place in order]
    distinct = len(column.levels)
    return {
        "name": column.name,
        "letter": column.letter,
        "answered": column.answered,
        "missing": column.missing,
        "distinct": distinct,
        "levels": levels,
        "labels": {str(code): cut(label) for code, label in list(column.value_labels.items())[:SHOWN_LEVELS]},
        "declared": dict(column.declared_missing),
        "has_text": bool(distinct <= SHOWN_LEVELS * 2 and distinct and not column.is_numeric),
        "values": sorted(group_value(column, level) for level in column.levels) if distinct <= LINKABLE_LEVELS else [],
    }


def group_value(column: Column, level: str) -> str:
    """A group as the analysis names it: by its label where the file has one."""
    return str(column.value_labels.get(level, level))


def profile_of(table: Table) -> dict[str, Any]:
    """Columns and first rows of a file as plain data."""
    shown = min(PREVIEW_ROWS, table.n_rows)
    texts = [column.texts[:shown] for column in table.columns]
    return {
        "kind": table.kind,
        "encoding": table.encoding,
        "sheet": table.sheet,
        "rows": table.n_rows,
        "columns": [column_profile(column) for column in table.columns],
        "preview": [
            {
                "number": int(table.row_numbers[row]),
                "cells": ["" if text[row] is None else cut(str(text[row])) for text in texts],
            }
            for row in range(shown)
        ],
    }
