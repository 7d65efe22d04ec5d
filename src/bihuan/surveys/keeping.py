"""Survey files and exports on disk; what is above the limit is refused before it is read."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import BinaryIO

from bihuan.foundation.keeping import Shelf
from bihuan.foundation.reading import DEFAULT_LIMITS, DataFileError
from bihuan.foundation.reading.source import size_of

CHUNK = 1024 * 1024
FILES, EXPORTS = Shelf("surveys"), Shelf("exports")
keep, open_kept, path_for = FILES.keep, FILES.open, FILES.path
export_path, drop_export = EXPORTS.path, EXPORTS.drop


def too_large(size: int) -> DataFileError:
    limit = DEFAULT_LIMITS.size
    return DataFileError("too_large", size=-(-size // CHUNK), limit=limit // CHUNK)


def measure(content: BinaryIO) -> int:
    """Size of an upload; raises ``DataFileError`` for an empty one and one above the limit."""
    return size_of(content, DEFAULT_LIMITS)


def workshop() -> Path:
    """The folder in which exports are made; what a killed worker left there is swept away by `sweep`."""
    folder = EXPORTS.root / "making"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def keep_export(made: Path, digest: str) -> None:
    """Move a finished file to its place; it is on the disk before anybody is told."""
    with made.open("rb") as content:
        os.fsync(content.fileno())
    target = export_path(digest)
    target.parent.mkdir(parents=True, exist_ok=True)
    os.replace(made, target)


def sweep(older_than: float) -> int:
    """Remove what was begun before an instant (seconds since 1970) and never finished."""
    left = [folder for folder in workshop().iterdir() if folder.stat().st_mtime < older_than]
    for folder in left:
        shutil.rmtree(folder, ignore_errors=True)
    return len(left)
