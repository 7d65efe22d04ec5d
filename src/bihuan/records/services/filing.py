"""Files that are kept without a person who adds them: the bytes checked and stored, the row left to the caller."""

from __future__ import annotations

from dataclasses import dataclass
from typing import BinaryIO

from bihuan.records import storage


@dataclass(frozen=True)
class StoredFile:
    name: str
    media_type: str
    size: int
    digest: str


def file_store(*, name: str, content: storage.Content, limit: int = storage.LIMIT_BYTES) -> StoredFile:
    """Keep a file by its content. Raises BadInputError for a kind not accepted, an empty one, one above ``limit``."""
    content.seek(0, 2)
    if content.tell() > limit:
        raise storage.too_large(limit)
    kind = storage.file_kind(content)
    digest, size = storage.store(content)
    return StoredFile(storage.safe_name(name, kind), kind.media_type, size, digest)


def file_open(*, digest: str) -> BinaryIO:
    """Raises FileNotFoundError where it was lost."""
    return storage.open_stored(digest)
