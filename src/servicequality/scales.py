"""Answer scales: their levels, anchors, direction and what counts as a top box."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from servicequality.answers import Floats
from servicequality.errors import DataError, ParameterError
from servicequality.results import Result


@dataclass(frozen=True)
class Scale(Result):
    """A bounded scale with equally spaced whole-number levels.

    ``anchors`` holds no label, two (the ends) or one per level, lowest first. ``top`` and ``bottom`` are the
    levels counted as favourable and unfavourable *as answered*; on a scale where low is good
    (``higher_is_better=False``) the top box lies at the low end.
    """

    name: str
    low: int
    high: int
    step: int = 1
    anchors: tuple[str, ...] = ()
    top: tuple[int, ...] = ()
    bottom: tuple[int, ...] = ()
    higher_is_better: bool = True

    def __post_init__(self) -> None:
        place = f"scale {self.name}"
        if self.step < 1 or self.high <= self.low or (self.high - self.low) % self.step:
            raise ParameterError("needs low < high, a whole number of steps apart", place=place)
        if len(self.anchors) not in {0, 2, self.size}:
            raise ParameterError(f"needs 0, 2 or {self.size} anchors", place=place)
        if not set(self.top) | set(self.bottom) <= set(self.levels):
            raise ParameterError("top and bottom boxes must be levels of the scale", place=place)

    @property
    def levels(self) -> tuple[int, ...]:
        """Every level, lowest first."""
        return tuple(range(self.low, self.high + 1, self.step))

    @property
    def size(self) -> int:
        """Number of levels."""
        return (self.high - self.low) // self.step + 1

    @property
    def middle(self) -> float:
        """The middle of the scale, a level or not."""
        return (self.low + self.high) / 2

    def check(self, values: Any, *, place: str = "answers") -> Floats:
        """Return the answers as floats; raise ``DataError`` naming the first one that is off the scale.

        NaN and None pass: they are missing, not wrong.
        """
        answers = np.asarray(values, dtype=np.float64)
        position = (answers - self.low) / self.step
        wrong = ~np.isnan(answers) & ((position != np.rint(position)) | (position < 0) | (position >= self.size))
        if wrong.any():
            where = tuple(int(axis[0]) for axis in np.nonzero(wrong))
            raise DataError(
                f"{answers[where]:g} is not on the scale {self.low} to {self.high}",
                place=f"{place}, position {', '.join(map(str, where))}",
            )
        return answers

    def reverse(self, values: Any) -> Floats:
        """Turn reverse-worded answers round: low + high - value; NaN stays NaN."""
        return self.low + self.high - self.check(values)

    def rescale(self, values: Any, low: float = 0.0, high: float = 100.0) -> Floats:
        """Stretch answers linearly to ``low``..``high`` (0..100 by default), in the direction of better."""
        answers = self.check(values) if self.higher_is_better else self.reverse(values)
        return low + (answers - self.low) / (self.high - self.low) * (high - low)

    def anchor(self, level: int) -> str:
        """Return the label of a level, empty where it has none.

        Raises ``ParameterError`` for a number that is no level.
        """
        if level not in self.levels:
            raise ParameterError(f"{level} is not a level", place=f"scale {self.name}")
        if len(self.anchors) == self.size:
            return self.anchors[(level - self.low) // self.step]
        if self.anchors and level in {self.low, self.high}:
            return self.anchors[0 if level == self.low else 1]
        return ""

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Scale:
        """Rebuild a scale from ``to_dict``."""
        fields = {**data, **{key: tuple(data.get(key, ())) for key in ("anchors", "top", "bottom")}}
        return cls(**fields)


def likert(points: int, *, anchors: Sequence[str] = (), top_boxes: int = 2, name: str = "") -> Scale:
    """Return an agreement or satisfaction scale 1..``points``; the top ``top_boxes`` levels count as favourable.

    Raises ``ParameterError`` for fewer than two points or as many top boxes as points.
    """
    if points < 2 or not 1 <= top_boxes < points:
        raise ParameterError("a scale has two points or more and fewer top boxes than points", place="points")
    return Scale(
        name=name or f"likert{points}",
        low=1,
        high=points,
        anchors=tuple(anchors),
        top=tuple(range(points - top_boxes + 1, points + 1)),
        bottom=tuple(range(1, min(top_boxes, points - top_boxes) + 1)),
    )


def reverse_items(values: Any, reversed_columns: Sequence[int], scale: Scale) -> Floats:
    """Return the matrix (n, k) with the named columns turned round; the others are only checked."""
    answers = scale.check(values).copy()
    columns = list(reversed_columns)
    answers[:, columns] = scale.low + scale.high - answers[:, columns]
    return answers


LIKERT_5 = likert(5)
LIKERT_7 = likert(7)
CSAT_5 = likert(5, name="csat5")
CES_7 = Scale("ces7", 1, 7, top=(5, 6, 7), bottom=(1, 2, 3))
NPS_0_10 = Scale("nps", 0, 10, top=(9, 10), bottom=(0, 1, 2, 3, 4, 5, 6))
TEN_POINT = likert(10)
BINARY = Scale("binary", 0, 1, top=(1,), bottom=(0,))
HUNDRED = Scale("hundred", 0, 100, top=tuple(range(80, 101)), bottom=tuple(range(60)))
