"""Figures of a survey with their uncertainty: count once, evaluate as often as asked."""

from bihuan.surveys.analysis.counting import ALL_ITEMS, Counts, count
from bihuan.surveys.analysis.evaluation import analyse, evaluate
from bihuan.surveys.analysis.results import (
    Analysis,
    DimensionResult,
    GapRow,
    GapsResult,
    GroupResult,
    ImportanceResult,
    ItemResult,
    KanoRow,
    Note,
)

__all__ = [
    "ALL_ITEMS",
    "Analysis",
    "Counts",
    "DimensionResult",
    "GapRow",
    "GapsResult",
    "GroupResult",
    "ImportanceResult",
    "ItemResult",
    "KanoRow",
    "Note",
    "analyse",
    "count",
    "evaluate",
]
