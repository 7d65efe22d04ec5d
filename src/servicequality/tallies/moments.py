"""Sums and cross-products of items: what alpha, omega and every covariance need, from one pass."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from servicequality.answers import Floats, item_names, matrix
from servicequality.errors import DataError
from servicequality.results import Result
from servicequality.scales import Scale
from servicequality.tallies.counting import BLOCK, Codes, blocks


@dataclass(frozen=True, eq=False)
class Moments(Result):
    """Counts, sums and cross-products of k items, of complete rows and of pairs of answers.

    ``n``, ``sums`` (k,), ``cross`` (k, k): rows that answered every item (listwise). ``pair_n``, ``pair_sums``,
    ``pair_cross`` (k, k): rows that answered both items; ``pair_sums[i, j]`` is the sum of item i over them.
    All are measured from ``origin`` (k,), which keeps the covariances exact for scales and accurate for floats.
    """

    items: tuple[str, ...]
    origin: Floats
    n: int
    sums: Floats
    cross: Floats
    pair_n: Floats
    pair_sums: Floats
    pair_cross: Floats

    @classmethod
    def empty(cls, items: Sequence[str], origin: Floats) -> Moments:
        """Return the moments of no rows."""
        k = len(items)
        square = np.zeros((k, k))
        return cls(tuple(items), np.asarray(origin, dtype=np.float64), 0, np.zeros(k), square, square, square, square)

    def merge(self, other: Moments) -> Moments:
        """Return the moments of both sets of rows; items and origin must agree.

        Raises ``DataError`` for moments of other items.
        """
        if self.items != other.items or not np.array_equal(self.origin, other.origin):
            raise DataError("moments of different items cannot be merged", place="moments")
        return Moments(
            self.items,
            self.origin,
            self.n + other.n,
            self.sums + other.sums,
            self.cross + other.cross,
            self.pair_n + other.pair_n,
            self.pair_sums + other.pair_sums,
            self.pair_cross + other.pair_cross,
        )

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Moments:
        """Rebuild moments from ``to_dict``."""
        names = ("origin", "sums", "cross", "pair_n", "pair_sums", "pair_cross")
        arrays = {name: np.asarray(data[name], dtype=np.float64) for name in names}
        return cls(items=tuple(data["items"]), n=int(data["n"]), **arrays)

    @property
    def mean(self) -> Floats:
        """Item means over complete rows (k,); NaN without rows."""
        return self.origin + (self.sums / self.n if self.n else np.full(len(self.items), np.nan))

    def covariance(self, missing: str = "listwise") -> Floats:
        """Sample covariance (n - 1), (k, k): of complete rows, or ``"pairwise"`` of each pair's own rows.

        Raises ``DataError`` when a cell rests on fewer than two rows.
        """
        if missing == "listwise":
            if self.n < 2:
                raise DataError(f"{self.n} complete rows; a covariance needs two", place="moments")
            listwise: Floats = (self.cross - np.outer(self.sums, self.sums) / self.n) / (self.n - 1)
            return listwise
        if self.pair_n.min() < 2:
            raise DataError("two items share fewer than two respondents", place="moments")
        pairwise: Floats = (self.pair_cross - self.pair_sums * self.pair_sums.T / self.pair_n) / (self.pair_n - 1)
        return pairwise

    def subset(self, items: Sequence[str]) -> Moments:
        """Return the moments of some items; ``n`` still means rows complete on *all* items counted.

        Raises ``DataError`` naming an unknown item.
        """
        unknown = [item for item in items if item not in self.items]
        if unknown:
            raise DataError(f"no such items: {', '.join(unknown)}", place="moments")
        index = [self.items.index(item) for item in items]
        square = np.ix_(index, index)
        return Moments(
            tuple(items),
            self.origin[index],
            self.n,
            self.sums[index],
            self.cross[square],
            self.pair_n[square],
            self.pair_sums[square],
            self.pair_cross[square],
        )

    @property
    def complete(self) -> bool:
        """Whether no counted row lacks an answer."""
        return bool((self.pair_n == self.n).all())


# A product of k x slab by slab x k numbers below this size is computed by the calling thread. Larger ones are split
# over threads, which wait for each other for seconds when another process holds one of the cores.
SINGLE_THREADED = 1 << 18
LARGEST_SLABBED = 64  # items up to which the products of all slabs of a block fit the cache


def _slab(k: int, rows: int) -> int:
    if k > LARGEST_SLABBED:
        return max(rows, 1)
    return min(1 << max(3, (SINGLE_THREADED // max(k * k, 1)).bit_length() - 1), 1024)


def products(a: npt.NDArray[Any], b: npt.NDArray[Any]) -> Floats:
    """Return a @ b.T of two (items, rows) arrays in double precision, multiplied slab by slab of rows."""
    k, rows = a.shape
    slab = _slab(k, rows)
    end = rows - rows % slab
    total: Floats = (a[:, end:] @ b[:, end:].T).astype(np.float64)
    if end:
        left = np.ascontiguousarray(a[:, :end].reshape(k, -1, slab).transpose(1, 0, 2))
        right = left if b is a else np.ascontiguousarray(b[:, :end].reshape(k, -1, slab).transpose(1, 0, 2))
        total += np.matmul(left, right.transpose(0, 2, 1)).sum(axis=0, dtype=np.float64)
    return total


def block_moments(codes: Codes, size: int) -> tuple[int, Floats, Floats, Floats, Floats, Floats]:
    """Moments of one block of codes (items, rows) in code units, exact.

    Single precision holds whole numbers up to 2**24, so slabs whose sums of squares stay below it are
    multiplied in single precision and lose nothing.
    """
    k, rows = codes.shape
    kind = np.float32 if _slab(k, rows) * (size - 1) ** 2 < 1 << 24 else np.float64
    blank = codes == size
    x: npt.NDArray[Any] = codes.astype(kind)
    if not blank.any():
        cross = products(x, x)
        sums = x.sum(axis=1, dtype=np.float64)
        return rows, sums, cross, np.full((k, k), float(rows)), np.repeat(sums[:, None], k, axis=1), cross
    x[blank] = 0
    present: npt.NDArray[Any] = (~blank).astype(kind)
    whole = x[:, ~blank.any(axis=0)]
    sums = whole.sum(axis=1, dtype=np.float64)
    pair_n, pair_sums, pair_cross = products(present, present), products(x, present), products(x, x)
    return whole.shape[1], sums, products(whole, whole), pair_n, pair_sums, pair_cross


def coded_moments(codes: Codes, size: int, items: Sequence[str], low: float, step: float) -> Moments:
    """Moments of a block of codes in units of the scale, measured from its lowest level."""
    n, sums, cross, pair_n, pair_sums, pair_cross = block_moments(codes, size)
    square = step * step
    origin = np.full(len(items), float(low))
    return Moments(tuple(items), origin, n, sums * step, cross * square, pair_n, pair_sums * step, pair_cross * square)


def count_moments(
    answers: Any, *, scale: Scale | None = None, items: Sequence[str] | None = None, na_values: Collection[float] = ()
) -> Moments:
    """Count the moments of a respondents x items matrix (n, k), both listwise and pairwise, in one pass.

    With a ``scale`` the pass is over small integers and exact; without one any numbers will do (they are
    measured from the item means). NaN, None and ``na_values`` are missing.
    """
    if scale is not None:
        width = np.shape(answers)[1] if len(np.shape(answers)) == 2 else 0
        names = item_names(answers, width, items)
        total: Moments = Moments.empty(names, np.full(width, float(scale.low)))
        for _, codes in blocks(answers, scale, na_values):
            total = total.merge(coded_moments(codes, scale.size, names, scale.low, scale.step))
        return total
    values = matrix(answers, na_values=na_values)
    names = item_names(answers, values.shape[1], items)
    present = ~np.isnan(values)
    answered = present.sum(axis=0)
    origin = np.where(present, values, 0.0).sum(axis=0) / np.maximum(answered, 1)
    total = Moments.empty(names, origin)
    for start in range(0, len(values), BLOCK):
        here = np.ascontiguousarray(present[start : start + BLOCK].T)
        x = np.where(here, values[start : start + BLOCK].T - origin[:, None], 0.0)
        mask = here.astype(np.float64)
        whole = x[:, here.all(axis=0)]
        batch = Moments(
            names,
            origin,
            whole.shape[1],
            whole.sum(axis=1),
            products(whole, whole),
            products(mask, mask),
            products(x, mask),
            products(x, x),
        )
        total = total.merge(batch)
    return total
