"""Counts as bytes: as narrow as they allow, and those kept wide are still read."""

from __future__ import annotations

import zlib

import numpy as np
import pytest

from bihuan.surveys.tallying.packing import packed, unpacked


@pytest.mark.parametrize("most", [0, 255, 256, 65_535, 65_536, 2**32 - 1, 2**32, 2**62])
def test_counts_come_back_as_they_were(most: int) -> None:
    counts = np.array([0, 1, most], dtype=np.int64)

    found = unpacked(packed(counts))

    assert found.dtype == np.int64
    assert found.tolist() == counts.tolist()


def test_sums_below_zero_come_back_as_they_were() -> None:
    counts = np.array([-3, 5], dtype=np.int64)

    assert unpacked(memoryview(packed(counts))).tolist() == [-3, 5]


def test_a_cell_packed_eight_bytes_wide_is_still_read() -> None:
    kept = zlib.compress(np.array([7, 0, 9], dtype="<i8").tobytes(), 1)

    assert unpacked(kept).tolist() == [7, 0, 9]


def test_small_counts_take_an_eighth_before_they_are_pressed() -> None:
    counts = np.arange(200, dtype=np.int64)

    assert len(zlib.decompress(packed(counts)[1:])) == 200
