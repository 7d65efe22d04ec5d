"""Reads of surveys."""

from bihuan.surveys.selectors.imports import (
    HEAVY,
    comment_columns,
    comment_groups,
    comments_for,
    findings_by_row,
    findings_count,
    memory_for,
    paths_to,
    raised_from,
    same_file,
    surveys_for,
)
from bihuan.surveys.selectors.papers import next_sheet, paper_prints, paper_prints_in, sticker_doors
from bihuan.surveys.selectors.tallies import campaigns_to_check, campaigns_to_count

__all__ = [
    "HEAVY",
    "campaigns_to_check",
    "campaigns_to_count",
    "comment_columns",
    "comment_groups",
    "comments_for",
    "findings_by_row",
    "findings_count",
    "memory_for",
    "next_sheet",
    "paper_prints",
    "paper_prints_in",
    "paths_to",
    "raised_from",
    "same_file",
    "sticker_doors",
    "surveys_for",
]
