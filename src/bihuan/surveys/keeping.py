"""Survey files on disk: named by their content, kept once, refused above the limit before they are read."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from bihuan.foundation.reading import DEFAULT_LIMITS, DataFileError
from bihuan.foundation.reading.source import size_of

CHUNK = 1024 * 1024


def path_for(digest: str) -> Path:
    if not re.fullmatch(r"[0-9a-f]{64}", digest):
        raise ValueError("not a SHA-256 in hexadecimal")
    return Path(settings.HOME) / "files" / "surveys" / digest[:2] / digest


def too_large(size: int) -> DataFileError:
    limit = DEFAULT_LIMITS.size
    return DataFileError("too_large", size=-(-size // CHUNK), limit=limit // CHUNK)


def measure(content: BinaryIO) -> int:
    """Size of an upload; raises ``DataFileError`` for an empty one and one above the limit."""
    return size_of(content, DEFAULT_LIMITS)


def keep(content: BinaryIO) -> str:
    """Keep the bytes and return their SHA-256; bytes that are there already are not written again."""
    root = Path(settings.HOME) / "files" / "surveys"
    root.mkdir(parents=True, exist_ok=True)
    mark = hashlib.sha256()
    content.seek(0)
    with tempfile.NamedTemporaryFile(dir=root, prefix="incoming-", delete=False) as kept:
        try:
            while piece := content.read(CHUNK):
                mark.update(piece)
                kept.write(piece)
            kept.flush()
            os.fsync(kept.fileno())
        except BaseException:
            os.unlink(kept.name)
            raise
    digest = mark.hexdigest()
    target = path_for(digest)
    if target.exists():
        os.unlink(kept.name)
    else:
        target.parent.mkdir(parents=True, exist_ok=True)
        os.replace(kept.name, target)
    return digest


def open_kept(digest: str) -> BinaryIO:
    """Open a kept file; raises ``DataFileError`` where it was lost."""
    try:
        return path_for(digest).open("rb")
    except FileNotFoundError as error:
        raise DataFileError("not_found", name=digest[:12]) from error


def export_path(digest: str) -> Path:
    """Where a finished export lies: by its content, apart from what people brought in."""
    if not re.fullmatch(r"[0-9a-f]{64}", digest):
        raise ValueError("not a SHA-256 in hexadecimal")
    return Path(settings.HOME) / "files" / "exports" / digest[:2] / digest


def workshop() -> Path:
    """The folder in which exports are made; what a killed worker left there is swept away by `sweep`."""
    folder = Path(settings.HOME) / "files" / "exports" / "making"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def keep_export(made: Path, digest: str) -> None:
    """Move a finished file to its place; it is on the disk before anybody is told."""
    with made.open("rb") as content:
        os.fsync(content.fileno())
    target = export_path(digest)
    target.parent.mkdir(parents=True, exist_ok=True)
    os.replace(made, target)


def drop_export(digest: str) -> None:
    export_path(digest).unlink(missing_ok=True)


def sweep(older_than: float) -> int:
    """Remove what was begun before an instant (seconds since 1970) and never finished."""
    left = [folder for folder in workshop().iterdir() if folder.stat().st_mtime < older_than]
    for folder in left:
        shutil.rmtree(folder, ignore_errors=True)
    return len(left)
