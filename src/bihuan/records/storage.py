"""Bytes of attached files: checked by content, named by content, kept once."""

from __future__ import annotations

import hashlib
import io
import os
import re
import tempfile
import unicodedata
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

import puremagic
from django.conf import settings
from django.utils.translation import gettext as _

from bihuan.foundation.errors import BadInputError

LIMIT_BYTES = 50 * 1024 * 1024
NAME_LIMIT = 120
CHUNK = 1024 * 1024
RESERVED = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))}
# Controls, and the marks that turn writing direction around (a name that reads gpj.exe).
UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]")
MARKUP = re.compile(
    rb"<\s*(!doctype|html|head|body|script|svg|iframe|object|embed|\?xml|meta|link|style)", re.IGNORECASE
)


class Content(Protocol):
    """What an upload offers: Django's files and open binary files alike."""

    def read(self, size: int = ..., /) -> bytes: ...

    def seek(self, offset: int, whence: int = ..., /) -> object: ...

    def tell(self) -> int: ...


@dataclass(frozen=True)
class FileKind:
    media_type: str
    extensions: tuple[str, ...]


KINDS = {
    "pdf": FileKind("application/pdf", (".pdf",)),
    "png": FileKind("image/png", (".png",)),
    "jpeg": FileKind("image/jpeg", (".jpg", ".jpeg", ".jpe", ".jfif")),
    "webp": FileKind("image/webp", (".webp",)),
    "gif": FileKind("image/gif", (".gif",)),
    "docx": FileKind("application/vnd.openxmlformats-officedocument.wordprocessingml.document", (".docx",)),
    "xlsx": FileKind("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", (".xlsx",)),
    "text": FileKind("text/plain", (".txt", ".csv", ".md", ".log")),
    "mp3": FileKind("audio/mpeg", (".mp3",)),
    "m4a": FileKind("audio/mp4", (".m4a",)),
    "wav": FileKind("audio/wav", (".wav",)),
    "mp4": FileKind("video/mp4", (".mp4", ".m4v")),
}
# What puremagic calls the beginnings we accept; the packages and containers are looked into below.
BY_EXTENSION = {extension: name for name, kind in KINDS.items() for extension in kind.extensions}
OFFICE_PARTS = {"word/document.xml": "docx", "xl/workbook.xml": "xlsx"}
BRANDS = {
    b"M4A ": "m4a", b"M4B ": "m4a", b"mp41": "mp4", b"mp42": "mp4", b"isom": "mp4", b"iso2": "mp4", b"iso4": "mp4",
    b"iso5": "mp4", b"iso6": "mp4", b"avc1": "mp4", b"M4V ": "mp4", b"MSNV": "mp4", b"dash": "mp4", b"3gp4": "mp4",
    b"3gp5": "mp4",
}  # fmt: skip


def _office(head: bytes, content: Content) -> str | None:
    if not head.startswith(b"PK\x03\x04"):
        return None
    content.seek(0)
    try:
        with zipfile.ZipFile(io.BytesIO(content.read())) as package:
            names = set(package.namelist())
    except zipfile.BadZipFile:
        return None
    if "[Content_Types].xml" not in names or any(name.lower().endswith("vbaproject.bin") for name in names):
        return None
    return next((kind for part, kind in OFFICE_PARTS.items() if part in names), None)


def _container(head: bytes, _content: Content) -> str | None:
    if head[4:8] == b"ftyp":
        return BRANDS.get(head[8:12])
    if head[:4] == b"RIFF":
        return {b"WAVE": "wav", b"WEBP": "webp"}.get(head[8:12])
    return None


def _sound(head: bytes, _content: Content) -> str | None:
    # An MPEG audio frame: eleven set bits, then a layer that is not reserved.
    frame = len(head) > 2 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0 and head[1] & 0x06 == 0x02
    return "mp3" if head.startswith(b"ID3") or frame else None


def _signature(head: bytes, _content: Content) -> str | None:
    try:
        found = puremagic.magic_string(head)
    except (puremagic.PureError, ValueError):
        return None
    names = [BY_EXTENSION.get(match.extension) for match in found]
    return next((name for name in names if name in {"pdf", "png", "jpeg", "gif"}), None)


def _text(head: bytes, content: Content) -> str | None:
    content.seek(0)
    whole = content.read()
    if MARKUP.search(whole[:4096]) or re.search(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]", whole):
        return None
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            whole.decode(encoding)
        except UnicodeDecodeError:
            continue
        return "text"
    return None


DETECTORS: tuple[Callable[[bytes, Content], str | None], ...] = (_container, _office, _signature, _sound, _text)


def file_kind(content: Content) -> FileKind:
    """Say what the bytes are; the name is not asked. Raises BadInputError for what is not on the list."""
    content.seek(0)
    head = content.read(4096)
    for detect in DETECTORS:
        found = detect(head, content)
        if found is not None:
            return KINDS[found]
    raise BadInputError(
        _("This kind of file is not accepted. Accepted are PDF, pictures, Word, Excel, text, sound and MP4 video."),
        place="file",
    )


def safe_name(name: str, kind: FileKind) -> str:
    """Return a file name that harms no system and ends with what the content is."""
    text = UNSEEN.sub("", unicodedata.normalize("NFC", name)).replace("\\", "/").rsplit("/", 1)[-1]
    text = re.sub(r'[<>:"|?*]', "_", text).strip(". ")
    stem, dot, extension = text.rpartition(".")
    extension = f".{extension.lower()}"
    if not dot or extension not in kind.extensions:
        # A recognised ending of another kind is a mistake; any other dot belongs to the name.
        stem, extension = (stem if dot and extension in BY_EXTENSION else text), kind.extensions[0]
    stem = stem.strip(". ")[: NAME_LIMIT - len(extension)]
    if not stem or stem.lower().split(".")[0] in RESERVED:
        stem = f"_{stem}" if stem else _("file")
    return stem + extension


def path_for(digest: str) -> Path:
    if not re.fullmatch(r"[0-9a-f]{64}", digest):
        raise ValueError("not a SHA-256 in hexadecimal")
    return Path(settings.HOME) / "files" / digest[:2] / digest[2:4] / digest


def too_large(limit: int) -> BadInputError:
    text = _("The file is larger than %(limit)s MB.") % {"limit": limit // 1024 // 1024}
    return BadInputError(text, place="file")


def store(content: Content) -> tuple[str, int]:
    """Keep the bytes and return (SHA-256, size). A file that is there already is not written again."""
    digest, size = hashlib.sha256(), 0
    root = Path(settings.HOME) / "files"
    root.mkdir(parents=True, exist_ok=True)
    content.seek(0)
    with tempfile.NamedTemporaryFile(dir=root, prefix="incoming-", delete=False) as kept:
        try:
            while piece := content.read(CHUNK):
                size += len(piece)
                if size > LIMIT_BYTES:
                    raise too_large(LIMIT_BYTES)
                digest.update(piece)
                kept.write(piece)
            if not size:
                raise BadInputError(_("The file is empty."), place="file")
            kept.flush()
            os.fsync(kept.fileno())
        except BaseException:
            os.unlink(kept.name)
            raise
    name = digest.hexdigest()
    target = path_for(name)
    if target.exists():
        os.unlink(kept.name)
    else:
        target.parent.mkdir(parents=True, exist_ok=True)
        os.replace(kept.name, target)
    return name, size


def open_stored(digest: str) -> BinaryIO:
    """Open a kept file for reading. Raises FileNotFoundError where it was lost."""
    return path_for(digest).open("rb")
