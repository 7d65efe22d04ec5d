"""Uploaded files on disk: named by their content, kept once, on a shelf for each purpose."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from bihuan.foundation.reading.errors import DataFileError

CHUNK = 1024 * 1024


class Shelf:
    def __init__(self, name: str) -> None:
        self.name = name

    @property
    def root(self) -> Path:
        return Path(settings.HOME) / "files" / self.name

    def path(self, digest: str) -> Path:
        if not re.fullmatch(r"[0-9a-f]{64}", digest):
            raise ValueError("not a SHA-256 in hexadecimal")
        return self.root / digest[:2] / digest

    def keep(self, content: BinaryIO) -> str:
        """Keep the bytes and return their SHA-256; bytes that are there already are not written again."""
        self.root.mkdir(parents=True, exist_ok=True)
        mark = hashlib.sha256()
        content.seek(0)
        with tempfile.NamedTemporaryFile(dir=self.root, prefix="incoming-", delete=False) as kept:
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
        target = self.path(digest)
        if target.exists():
            os.unlink(kept.name)
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            os.replace(kept.name, target)
        return digest

    def open(self, digest: str) -> BinaryIO:
        """Open a kept file; raises ``DataFileError`` where it was lost."""
        try:
            return self.path(digest).open("rb")
        except FileNotFoundError as error:
            raise DataFileError("not_found", name=digest[:12]) from error

    def drop(self, digest: str) -> None:
        self.path(digest).unlink(missing_ok=True)
