"""One histogram of one bounded scale."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from servicequality.answers import Floats, Ints, column
from servicequality.errors import DataError
from servicequality.results import Result
from servicequality.scales import Scale


@dataclass(frozen=True, eq=False)
class Tally(Result):
    """Counts of answers per level ``low + step * i``, and how many did not answer.

    Immutable: ``add``, ``remove`` and ``merge`` return a new tally. ``counts`` is an int64 array (levels,).
    Everything derived from it takes time independent of the number of answers.
    """

    low: float
    step: float
    counts: Ints
    missing: int = 0

    def __post_init__(self) -> None:
        counts = np.array(self.counts, dtype=np.int64)
        if counts.ndim != 1 or not len(counts) or (counts < 0).any() or self.missing < 0 or self.step <= 0:
            raise DataError("needs one count of 0 or more per level and a positive step", place="tally")
        counts.setflags(write=False)
        object.__setattr__(self, "counts", counts)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Tally):
            return NotImplemented
        return (
            self._shape == other._shape and self.missing == other.missing and np.array_equal(self.counts, other.counts)
        )

    def __hash__(self) -> int:
        return hash((self._shape, self.missing, self.counts.tobytes()))

    @property
    def _shape(self) -> tuple[float, float, int]:
        return (self.low, self.step, len(self.counts))

    @classmethod
    def empty(cls, scale: Scale) -> Tally:
        """Return a tally of no answers on the scale."""
        return cls(scale.low, scale.step, np.zeros(scale.size, dtype=np.int64))

    @classmethod
    def of(cls, values: Any, scale: Scale, *, na_values: Collection[float] = ()) -> Tally:
        """Count a column of answers (n,). NaN, None and ``na_values`` count as missing; off-scale raises."""
        return cls.empty(scale).add(values, na_values=na_values)

    @classmethod
    def of_counts(cls, counts: Any, scale: Scale, *, missing: int = 0) -> Tally:
        """Take counts per level of the scale, lowest level first.

        Raises ``DataError`` when there is not one count per level.
        """
        tally = cls(scale.low, scale.step, np.asarray(counts, dtype=np.int64), missing)
        if len(tally.counts) != scale.size:
            raise DataError(f"{len(tally.counts)} counts for {scale.size} levels", place=f"scale {scale.name}")
        return tally

    @classmethod
    def of_any(cls, values: Any) -> tuple[Floats, Ints]:
        """Return distinct values and their counts of any numeric column (or tally), blanks left out."""
        if isinstance(values, Tally):
            return values.levels, values.counts
        answers = column(values)
        levels, counts = np.unique(answers[~np.isnan(answers)], return_counts=True)
        return levels, counts.astype(np.int64)

    def _count(self, values: Any, na_values: Collection[float]) -> tuple[Ints, int]:
        answers = column(values, na_values=na_values)
        present = answers[~np.isnan(answers)]
        exact = (present - self.low) / self.step
        position = np.rint(exact)
        wrong = (np.abs(exact - position) > 1e-9) | (position < 0) | (position >= len(self.counts))
        if wrong.any():
            high = self.low + self.step * (len(self.counts) - 1)
            raise DataError(
                f"{present[int(np.argmax(wrong))]:g} is not on the scale {self.low:g} to {high:g}", place="answers"
            )
        counts = np.bincount(position.astype(np.intp), minlength=len(self.counts))
        return counts.astype(np.int64), len(answers) - len(present)

    def add(self, values: Any, *, na_values: Collection[float] = ()) -> Tally:
        """Return this tally with another batch of answers counted in."""
        counts, missing = self._count(values, na_values)
        return Tally(self.low, self.step, self.counts + counts, self.missing + missing)

    def remove(self, values: Any, *, na_values: Collection[float] = ()) -> Tally:
        """Return this tally without answers counted before (a withdrawn or corrected answer).

        Raises ``DataError`` when one of them was never counted.
        """
        counts, missing = self._count(values, na_values)
        if (counts > self.counts).any() or missing > self.missing:
            raise DataError("cannot take out an answer that was never counted", place="tally")
        return Tally(self.low, self.step, self.counts - counts, self.missing - missing)

    def merge(self, other: Tally) -> Tally:
        """Return both tallies as one; they must have the same levels.

        Raises ``DataError`` for tallies of different levels.
        """
        if self._shape != other._shape:
            raise DataError("tallies of different scales cannot be merged", place="tally")
        return Tally(self.low, self.step, self.counts + other.counts, self.missing + other.missing)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Tally:
        """Rebuild a tally from ``to_dict``."""
        return cls(data["low"], data["step"], np.asarray(data["counts"], dtype=np.int64), data["missing"])

    @property
    def levels(self) -> Floats:
        """The value of each level (levels,)."""
        return self.low + self.step * np.arange(len(self.counts), dtype=np.float64)

    @property
    def n(self) -> int:
        """Number of answers (non-answers never count)."""
        return int(self.counts.sum())

    @property
    def mean(self) -> float | None:
        """The mean answer; None without answers."""
        n = self.n
        return self.low + self.step * float(self.counts @ np.arange(len(self.counts))) / n if n else None

    @property
    def variance(self) -> float | None:
        """The sample variance (n - 1); None with fewer than two answers."""
        n = self.n
        if n < 2:
            return None
        position = np.arange(len(self.counts), dtype=np.float64)
        centred = position - float(self.counts @ position) / n
        return self.step**2 * float(self.counts @ centred**2) / (n - 1)

    @property
    def sd(self) -> float | None:
        """The sample standard deviation; None with fewer than two answers."""
        variance = self.variance
        return None if variance is None else float(np.sqrt(variance))

    def count(self, levels: Collection[float]) -> int:
        """Number of answers at any of the given levels."""
        return int(self.counts[np.isclose(self.levels[:, None], np.asarray(list(levels))[None, :]).any(axis=1)].sum())

    def share(self, levels: Collection[float]) -> float | None:
        """Share of the answers at any of the given levels; None without answers."""
        return self.count(levels) / self.n if self.n else None

    def quantile(self, q: float) -> float | None:
        """The smallest level that at least a share ``q`` of the answers do not exceed."""
        if not self.n:
            return None
        return float(self.levels[int(np.searchsorted(np.cumsum(self.counts), q * self.n - 1e-9))])
