"""What an analysis says: frozen, plain data in and out."""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from servicequality.results import Estimate, Result

Scale = tuple[int, int, int]
FEWEST = 5  # a group of fewer answers is neither shown nor compared


@dataclass(frozen=True)
class FileFacts(Result):
    """Which file was counted."""

    name: str
    kind: str
    sha256: str
    rows: int
    encoding: str = ""
    sheet: str = ""


@dataclass(frozen=True)
class NpsResult(Result):
    """Net promoter score in points; ``score`` with the adjusted Wald interval, ``wald`` with the plain one."""

    promoters: int
    passives: int
    detractors: int
    score: Estimate
    wald: Estimate


@dataclass(frozen=True)
class ItemResult(Result):
    """One item. ``n`` answers; ``missing`` blank cells; ``na`` not applicable; ``counts`` per level."""

    name: str
    label: str
    kind: str
    side: str | None
    dimension: str
    pair: str
    scale: Scale
    reverse: bool
    n: int
    missing: int
    missing_share: float | None
    na: int
    na_share: float | None
    mean: Estimate
    sd: float | None
    position: float | None
    top_levels: tuple[int, ...]
    top_share: Estimate
    bottom_share: Estimate
    counts: tuple[int, ...]
    nps: NpsResult | None = None
    weighted: Estimate | None = None
    plain: Estimate | None = None  # the unweighted mean, where the others are weighted
    deff: float | None = None  # variance of the mean over that of answers drawn one by one

    @property
    def title(self) -> str:
        return self.label or self.name


@dataclass(frozen=True)
class AlphaResult(Result):
    """Cronbach's alpha of a dimension with Feldt's interval; ``reason`` says why there is none."""

    alpha: Estimate
    k: int
    reason: str = ""

    @property
    def is_weak(self) -> bool:
        return self.alpha.value is not None and self.alpha.value < 0.7


@dataclass(frozen=True)
class DimensionResult(Result):
    """Mean of the items per respondent, then over respondents who answered all of them. ``name`` "" = all items."""

    name: str
    side: str | None
    items: tuple[str, ...]
    scale: Scale
    n: int
    mean: Estimate
    sd: float | None
    position: float | None
    alpha: AlphaResult | None
    weighted: Estimate | None = None
    plain: Estimate | None = None
    deff: float | None = None
    bootstrap: Estimate | None = None  # exact, from the histogram; only where answers are independent


@dataclass(frozen=True)
class GapRow(Result):
    """Perceived minus expected of one pair or dimension; ``reliability`` of the difference score."""

    name: str
    label: str
    dimension: str
    expected: Estimate
    perceived: Estimate
    gap: Estimate
    sd: float | None
    p: float | None
    cohen_d: float | None
    reliability: float | None = None


@dataclass(frozen=True)
class GapsResult(Result):
    """Gaps of items, dimensions and the whole."""

    scale: Scale
    items: tuple[GapRow, ...]
    dimensions: tuple[GapRow, ...]
    overall: Estimate


@dataclass(frozen=True)
class ImportancePoint(Result):
    """One item on the importance-performance grid; ``verdict`` is "cannot say" where an interval crosses a line."""

    name: str
    label: str
    performance: Estimate
    importance: Estimate
    quadrant: str
    verdict: str


@dataclass(frozen=True)
class ImportanceResult(Result):
    points: tuple[ImportancePoint, ...]
    cross_performance: float
    cross_importance: float


@dataclass(frozen=True)
class KanoRow(Result):
    """One feature: its Kano class by mode; ``distinct`` False when the two leading classes are not."""

    name: str
    label: str
    n: int
    missing: int
    counts: dict[str, int]
    category: str | None
    better: Estimate
    worse: Estimate
    distinct: bool | None


@dataclass(frozen=True)
class GroupRow(Result):
    """One group; groups that share a letter cannot be told apart."""

    group: str
    n: int
    estimate: Estimate
    shrunken: Estimate
    letters: tuple[str, ...]


@dataclass(frozen=True)
class GroupResult(Result):
    """Groups of one column compared on one measure, best first; ``tiers`` are the sets not told apart.

    ``too_small`` names groups of fewer than ``FEWEST`` answers, which are not shown.
    """

    column: str
    label: str
    target: str
    target_label: str
    target_kind: str
    side: str | None
    measure: str
    scale: Scale
    rows: tuple[GroupRow, ...]
    tiers: tuple[tuple[str, ...], ...]
    different_pairs: int
    pairs: int
    between_sd: float | None
    without_group: int
    too_small: tuple[str, ...] = ()

    @property
    def is_one(self) -> bool:
        """Whether no two groups can be told apart."""
        return self.different_pairs == 0


@dataclass(frozen=True)
class Note(Result):
    """Something the reader must know: code and facts; the words come with the reader's language."""

    code: str
    params: dict[str, Any] = field(default_factory=dict)
    is_warning: bool = True

    def __str__(self) -> str:
        from bihuan.surveys.analysis.words import sentence

        return sentence(self.code, self.params)


@dataclass(frozen=True)
class Analysis(Result):
    """All figures of one file under one mapping."""

    file: FileFacts
    level: float
    title: str
    headline: Note
    items: tuple[ItemResult, ...]
    dimensions: tuple[DimensionResult, ...]
    gaps: GapsResult | None
    importance: ImportanceResult | None
    kano: tuple[KanoRow, ...]
    groups: tuple[GroupResult, ...]
    notes: tuple[Note, ...]

    @classmethod
    def from_dict(cls, kept: MappingOf[str, Any]) -> Analysis:
        """Rebuild from ``to_dict``."""
        revived = revive(cls, kept)
        assert isinstance(revived, cls)
        return revived

    def item(self, name: str) -> ItemResult:
        return next(item for item in self.items if item.name == name)


@cache
def hints_of(kind: type) -> dict[str, Any]:
    """Resolving the annotations of a class takes longer than reviving it; a results page revives hundreds."""
    return get_type_hints(kind)


def revive(kind: Any, value: Any) -> Any:
    """Build a value of an annotated type from plain data."""
    origin, inner = get_origin(kind), get_args(kind)
    if value is None or kind is Any:
        return value
    if origin in {Union, types.UnionType}:
        return revive(next(one for one in inner if one is not type(None)), value)
    if origin is tuple:
        kinds = [inner[0]] * len(value) if inner[-1] is Ellipsis else inner
        return tuple(revive(one, part) for one, part in zip(kinds, value, strict=True))
    if origin is dict:
        return {key: revive(inner[1], one) for key, one in value.items()}
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        hints = hints_of(kind)
        value = kind(**{name: revive(hints[name], one) for name, one in value.items() if name in hints})
    return value
