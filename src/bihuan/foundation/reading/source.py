"""The bytes of a file: opened once, measured before they are read, hashed as they pass."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from bihuan.foundation.reading.errors import DataFileError
from bihuan.foundation.reading.table import MEGABYTE, Limits

Progress = Callable[[int, int], None]  # bytes done, bytes in all
PathOrFile = str | os.PathLike[str] | BinaryIO


def no_progress(done: int, total: int) -> None:
    """Say nothing."""


@contextmanager
def opened(path_or_file: PathOrFile, name: str) -> Iterator[BinaryIO]:
    """Give a seekable binary file; one that was handed in stays open."""
    if not isinstance(path_or_file, str | os.PathLike):
        path_or_file.seek(0)
        yield path_or_file
        return
    path = Path(path_or_file)
    try:
        stream = path.open("rb")
    except FileNotFoundError as error:
        raise DataFileError("not_found", name=name) from error
    except OSError as error:
        raise DataFileError("unreadable", name=name, reason=error.strerror or "?") from error
    with stream:
        yield stream


def size_of(stream: BinaryIO, limits: Limits) -> int:
    """Measure without reading; refuse what is empty or above the limit."""
    size = stream.seek(0, os.SEEK_END)
    stream.seek(0)
    if size == 0:
        raise DataFileError("empty_file")
    if size > limits.size:
        raise DataFileError("too_large", size=-(-size // MEGABYTE), limit=limits.size // MEGABYTE)
    return size


def digest(stream: BinaryIO) -> str:
    """SHA-256 of the whole content."""
    stream.seek(0)
    mark = hashlib.sha256()
    while block := stream.read(MEGABYTE):
        mark.update(block)
    stream.seek(0)
    return mark.hexdigest()
