"""Answers as whole numbers that add up: what is counted, by which groups, and one batch counted."""

from bihuan.surveys.tallying.counting import count_batch
from bihuan.surveys.tallying.keys import CellKey, Level, Scope
from bihuan.surveys.tallying.layout import Layout, Part, layout_of
from bihuan.surveys.tallying.questions import Construct, Question, Questions, questions_of
from bihuan.surveys.tallying.reading import Given

__all__ = [
    "CellKey",
    "Construct",
    "Given",
    "Layout",
    "Level",
    "Part",
    "Question",
    "Questions",
    "Scope",
    "count_batch",
    "layout_of",
    "questions_of",
]
