"""A cell's numbers as bytes: most are small or zero, so they pack to a tenth."""

from __future__ import annotations

import zlib

import numpy as np

from bihuan.surveys.tallying.layout import Ints

WIDTHS = {b"1": "<u1", b"2": "<u2", b"4": "<u4"}  # by the first byte; without one of these a cell is eight bytes wide


def packed(counts: Ints) -> bytes:
    """The narrowest width that holds every count: a page unpacks some thousand cells of buses and interviewers."""
    low, high = (int(counts.min()), int(counts.max())) if len(counts) else (0, 0)
    for sign, width in WIDTHS.items():
        if low >= 0 and high <= np.iinfo(width).max:
            return sign + zlib.compress(counts.astype(width).tobytes(), 1)
    return zlib.compress(counts.astype("<i8").tobytes(), 1)


def unpacked(content: bytes | memoryview) -> Ints:
    kept = bytes(content)
    width = WIDTHS.get(kept[:1])
    if width is None:
        return np.frombuffer(zlib.decompress(kept), dtype="<i8").astype(np.int64)
    return np.frombuffer(zlib.decompress(kept[1:]), dtype=width).astype(np.int64)
