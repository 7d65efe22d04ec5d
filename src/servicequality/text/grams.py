"""Character n-grams as integers: three code points fit into 63 bits, so texts become sorted numbers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from servicequality.errors import ParameterError

_BITS = 21


def character_grams(texts: Sequence[str], *, low: int, high: int) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """All n-grams of ``low`` to ``high`` (at most 3) characters.

    Returns:
        (keys, rows): one entry per occurrence; a key holds its length too, since no character is 0.

    Errors: ParameterError for lengths outside 1..3.
    """
    if not 1 <= low <= high <= 3:
        raise ParameterError(f"lengths lie in 1..3, are {low} to {high}", place="grams")
    lengths = np.array([len(text) for text in texts], dtype=np.int64)
    points = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(np.uint64)
    rows = np.repeat(np.arange(len(texts), dtype=np.int64), lengths)
    keys_all, rows_all = [], []
    for n in range(low, high + 1):
        if points.size < n:
            continue
        key = points[: points.size - n + 1].copy()
        for k in range(1, n):
            key = (key << np.uint64(_BITS)) | points[k : points.size - n + 1 + k]
        whole = rows[: rows.size - n + 1] == rows[n - 1 :]
        keys_all.append(key[whole])
        rows_all.append(rows[: rows.size - n + 1][whole])
    if not keys_all:
        return np.zeros(0, dtype=np.uint64), np.zeros(0, dtype=np.int64)
    return np.concatenate(keys_all), np.concatenate(rows_all)
