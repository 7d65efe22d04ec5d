"""Files that are kept without a person who adds them: the bytes checked and stored, the row left to the caller."""

from __future__ import annotations

from dataclasses import dataclass
from typing import BinaryIO

from bihuan.records import storage
from bihuan.records.pictures import traceless

TAKEN_BY_CAMERA = frozenset({"image/jpeg", "image/png", "image/webp"})


@dataclass(frozen=True)
class StoredFile:
    name: str
    media_type: str
    size: int
    digest: str


def file_store(
    *, name: str, content: storage.Content, limit: int = storage.LIMIT_BYTES, leaves_no_trace: bool = False
) -> StoredFile:
    """Keep a file by its content. Raises BadInputError for a kind not accepted, an empty one, one above ``limit``.

    ``leaves_no_trace`` keeps of a picture only what is to be seen on it.
    """
    content.seek(0, 2)
    if content.tell() > limit:
        raise storage.too_large(limit)
    kind = storage.file_kind(content)
    if leaves_no_trace and kind.media_type in TAKEN_BY_CAMERA:
        content = traceless(content)
    digest, size = storage.store(content)
    return StoredFile(storage.safe_name(name, kind), kind.media_type, size, digest)


def file_open(*, digest: str) -> BinaryIO:
    """Raises FileNotFoundError where it was lost."""
    return storage.open_stored(digest)
