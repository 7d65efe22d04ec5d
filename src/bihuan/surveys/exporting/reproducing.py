"""Two scripts that work every figure out again from the CSV file, and the small tables they read."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent / "scripts"


def table_text(rows: Iterable[Sequence[Any]]) -> str:
    """A small CSV table; numbers with all their digits, nothing where there is none."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    for row in rows:
        writer.writerow(["" if value is None else repr(value) if isinstance(value, float) else value for value in row])
    return buffer.getvalue()


def python_script() -> str:
    return (HERE / "reproduce.py.txt").read_text(encoding="utf-8")


def r_script() -> str:
    return (HERE / "reproduce.R").read_text(encoding="utf-8")
