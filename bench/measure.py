"""Timing and made answers that several benchmarks share."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

Figure = tuple[str, float, str]
Table = npt.NDArray[np.uint8]

ROWS, UNITS = 1_000_000, 50


def seconds(task: Callable[[], Any], repeats: int = 5) -> float:
    """Return the median time of a task."""
    times = []
    for _ in range(repeats):
        begin = time.perf_counter()
        task()
        times.append(time.perf_counter() - begin)
    return statistics.median(times)


def milliseconds(task: Callable[[], Any], repeats: int = 5) -> float:
    """Return the median time of a task in thousandths of a second."""
    return 1000 * seconds(task, repeats)


def survey_answers(rows: int = ROWS, seed: int = 1) -> tuple[Table, Table]:
    """Return 22 correlated items 1..5 (rows, 22), column by column in memory, and units (rows,)."""
    rng = np.random.default_rng(seed)
    common = rng.standard_normal(rows, dtype=np.float32)
    items = np.empty((rows, 22), dtype=np.uint8, order="F")
    for item in range(22):
        latent = 0.5 * common + rng.standard_normal(rows, dtype=np.float32)
        items[:, item] = np.clip(np.rint(3.4 + latent), 1, 5)
    return items, rng.integers(0, UNITS, rows).astype(np.uint8)
