"""Files that are zip archives in disguise, judged by their directory before anything is unpacked."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from typing import BinaryIO

MEGABYTE = 1024 * 1024
SMALL = 20 * MEGABYTE  # below this even a ratio of a thousand harms nobody


@dataclass(frozen=True)
class ArchiveLimits:
    unpacked: int
    ratio: int
    members: int


@dataclass(frozen=True)
class Unfit:
    """Why an archive is not opened: "bomb", "not_workbook" or "unsafe_xml"."""

    code: str
    size: int = 0  # megabytes it would unpack to
    ratio: int = 0
    part: str = ""


def workbook_unfit(stream: BinaryIO, size: int, limits: ArchiveLimits) -> Unfit | None:
    """Judge an XLSX file: sizes, ratio, number of parts, entity declarations. Broken archives raise as zipfile does."""
    with zipfile.ZipFile(stream) as archive:
        parts = archive.infolist()
        unpacked = sum(part.file_size for part in parts)
        ratio = unpacked // max(1, size)
        hostile = unpacked > SMALL and ratio > limits.ratio
        if unpacked > limits.unpacked or hostile or len(parts) > limits.members:
            return Unfit("bomb", size=-(-unpacked // MEGABYTE), ratio=ratio)
        if "[Content_Types].xml" not in {part.filename for part in parts}:
            return Unfit("not_workbook")
        for part in parts:
            if part.filename.endswith((".xml", ".rels")):
                with archive.open(part) as content:
                    if b"<!" in content.read(2048).replace(b"<!--", b""):
                        return Unfit("unsafe_xml", part=part.filename)
    return None
