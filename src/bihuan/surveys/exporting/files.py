"""Files that know their own size, rows and hash while they are written."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

from bihuan.surveys.exporting.variables import Variable

CHUNK = 1024 * 1024


@dataclass(frozen=True)
class FileFacts:
    """One finished file. ``rows`` is None where a file holds no answers."""

    name: str
    size: int
    sha256: str
    rows: int | None = None

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


class Sink(Protocol):
    """Takes the rows of an export, block by block, and makes one file of them."""

    name: str

    def write(self, rows: Iterable[list[Any]]) -> None: ...

    def finish(self) -> FileFacts: ...


def facts_of(path: Path, name: str, rows: int | None = None) -> FileFacts:
    """Read a finished file once more: what is stated is what lies on the disk."""
    mark, size = hashlib.sha256(), 0
    with path.open("rb") as content:
        while piece := content.read(CHUNK):
            mark.update(piece)
            size += len(piece)
    return FileFacts(name, size, mark.hexdigest(), rows)


class Counted:
    """Hashes and counts what passes through."""

    def __init__(self) -> None:
        self.mark, self.size = hashlib.sha256(), 0

    def __call__(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        for piece in pieces:
            self.mark.update(piece)
            self.size += len(piece)
            yield piece


def in_words(variables: list[Variable], language: str) -> list[dict[int, str] | None]:
    """For each variable its words by number, None where the value speaks for itself."""
    return [variable.value_labels(language) or None for variable in variables]
