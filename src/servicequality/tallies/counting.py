"""The pass over the answers: encode to small integers, pack several items into one key, count."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from servicequality.answers import Ints, matrix
from servicequality.errors import DataError, ParameterError
from servicequality.scales import Scale

BLOCK = 1 << 16  # rows a block: the codes of 22 items then stay in the second-level cache
LARGEST_KEY = 1 << 14  # bins a packed histogram may have and still stay in the first-level cache
LARGEST_SCALE = 254  # levels that fit a byte beside the code for missing

Codes = npt.NDArray[np.uint8]
Sums = npt.NDArray[np.unsignedinteger[Any]]


def _raw(values: Any, na_values: Collection[float]) -> npt.NDArray[Any]:
    """Answers as a plain array: whole numbers stay as they are, all else becomes float."""
    if isinstance(values, pd.DataFrame) and all(
        isinstance(dtype, np.dtype) and dtype.kind in "iu" for dtype in values.dtypes
    ):
        values = values.to_numpy()
    if (
        isinstance(values, np.ndarray)
        and values.ndim == 2
        and (values.dtype.kind in "iu" or values.dtype in (np.float64, np.float32))
    ):
        return values
    return matrix(values, na_values=na_values)


def off_scale(block: npt.NDArray[Any], scale: Scale, first_row: int) -> DataError:
    """Say which answer is off the scale."""
    answers = np.asarray(block, dtype=np.float64)
    position = (answers - scale.low) / scale.step
    wrong = ~np.isnan(answers) & ((position != np.rint(position)) | (position < 0) | (position >= scale.size))
    row, col = (int(axis[0]) for axis in np.nonzero(wrong))
    return DataError(
        f"{answers[row, col]:g} is not on the scale {scale.low} to {scale.high}",
        place=f"row {first_row + row}, item {col + 1}",
    )


def _encode(block: npt.NDArray[Any], scale: Scale, na_values: Collection[float], first_row: int) -> Codes:
    """Return codes (items, rows): 0 for the lowest level, ``scale.size`` for missing."""
    size = scale.size
    if block.dtype.kind in "iu" and block.dtype != np.uint8 and scale.step == 1 and not na_values:
        if block.size and (block.min() < scale.low or block.max() > scale.high):
            raise off_scale(block, scale, first_row)
        # Arithmetic of bytes wraps round, so the low byte of the difference is right whatever the sign.
        return np.array(block.T, dtype=np.uint8, order="C") - np.uint8(scale.low % 256)
    if block.dtype == np.uint8 and scale.step == 1 and scale.low >= 0 and scale.high < 256:
        raw = np.ascontiguousarray(block.T)
        codes: Codes = raw - np.uint8(scale.low) if scale.low else raw.copy() if na_values else raw
        if na_values:
            blank = np.isin(raw, np.asarray(list(na_values), dtype=np.float64).astype(np.int64))
            if codes[~blank].size and codes[~blank].max() >= size:
                raise off_scale(np.where(blank.T, np.nan, block), scale, first_row)
            codes[blank] = size
        elif codes.size and codes.max() >= size:
            raise off_scale(block, scale, first_row)
        return codes
    floats = np.array(block.T, dtype=np.float64, order="C")
    if na_values:
        floats[np.isin(floats, np.asarray(list(na_values), dtype=np.float64))] = np.nan
    answers = floats.T
    position = floats - scale.low
    if scale.step != 1:
        position /= scale.step
    blank = np.isnan(position)
    position[blank] = 0
    if position.size and (position.min() < 0 or position.max() >= size):
        raise off_scale(answers, scale, first_row)
    codes = position.astype(np.uint8)
    if not np.array_equal(codes, position):
        raise off_scale(answers, scale, first_row)
    codes[blank] = size
    return codes


def blocks(values: Any, scale: Scale, na_values: Collection[float] = ()) -> Iterator[tuple[slice, Codes]]:
    """Yield rows and their codes (items, rows), block by block. Scales have at most 254 levels.

    Raises ``DataError`` naming row and item of an answer off the scale, ``ParameterError`` for a longer scale.
    """
    if scale.size > LARGEST_SCALE:
        raise ParameterError(f"a tally holds scales of up to {LARGEST_SCALE} levels", place=f"scale {scale.name}")
    raw = _raw(values, na_values)
    for start in range(0, len(raw), BLOCK):
        rows = slice(start, min(start + BLOCK, len(raw)))
        yield rows, _encode(raw[rows], scale, na_values, start)


def count_items(codes: Codes, size: int, groups: npt.NDArray[np.intp] | None, n_groups: int) -> Ints:
    """Count codes (items, rows) per group: int64 (groups, items, size + 1), the last bin for missing.

    Several items share one pass: their codes are packed into one number and the joint histogram is summed
    back to the margins, which is exact and two to four times faster than a pass per item.
    """
    n_items, n_rows = codes.shape
    base = size + 1
    pack = 1
    while pack < 4 and n_groups * base ** (pack + 1) <= LARGEST_KEY:
        pack += 1
    counts = np.zeros((n_groups, n_items, base), dtype=np.int64)
    offsets: dict[int, npt.NDArray[np.intp]] = {}
    buffer = np.empty(n_rows, dtype=np.intp)
    for first in range(0, n_items, pack):
        members = codes[first : first + pack]
        width = base ** len(members)
        small = np.uint8 if width <= 256 else np.uint16 if width <= 65536 else np.uint32
        key: npt.NDArray[Any] = members[0].astype(small)
        for member in members[1:]:
            key *= small(base)
            key += member
        if groups is None:
            joint = np.bincount(key, minlength=width)
        else:
            if width not in offsets:
                offsets[width] = groups * width
            np.add(offsets[width], key, out=buffer)
            joint = np.bincount(buffer, minlength=n_groups * width)
        cells = joint.reshape((n_groups, *([base] * len(members))))
        for number in range(len(members)):
            others = tuple(axis + 1 for axis in range(len(members)) if axis != number)
            counts[:, first + number] += cells.sum(axis=others)
    return counts


def dimension_sums(codes: Codes, columns: tuple[int, ...], size: int, *, complete: bool = False) -> Sums:
    """Sum the codes of a dimension per row; rows with a missing item get the number after the largest sum.

    ``complete`` tells that no code of the block is missing, which spares the search.
    """
    largest = len(columns) * (size - 1)
    narrow = np.uint8 if len(columns) * size <= 255 else np.uint16 if len(columns) * size < 1 << 16 else np.uint32
    sums: Sums = codes[columns[0]].astype(narrow)
    for column in columns[1:]:
        np.add(sums, codes[column], out=sums)
    if not complete:
        sums[(codes[list(columns)] == size).any(axis=0)] = largest + 1
    return sums


def count_sums(sums: Sums, largest: int, groups: npt.NDArray[np.intp] | None, n_groups: int) -> Ints:
    """Count dimension sums per group: int64 (groups, largest + 2), the last bin for incomplete rows."""
    width = largest + 2
    if groups is None:
        return np.bincount(sums, minlength=width).astype(np.int64).reshape(1, width)
    cells = n_groups * width
    key: npt.NDArray[Any] = groups.astype(np.uint16 if cells < 1 << 16 else np.intp) * width
    key += sums.astype(key.dtype, copy=False)
    return np.bincount(key, minlength=cells).astype(np.int64).reshape(n_groups, width)
