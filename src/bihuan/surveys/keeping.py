"""Survey files on disk: named by their content, kept once, refused above the limit before they are read."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from bihuan.surveys.reading import DEFAULT_LIMITS, DataFileError
from bihuan.surveys.reading.source import size_of

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
