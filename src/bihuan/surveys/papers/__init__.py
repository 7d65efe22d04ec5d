"""What a survey puts on paper: questionnaires to hand out."""

from bihuan.surveys.papers.keys import choice_keys, na_key, numbers_of, sheet_number
from bihuan.surveys.papers.questionnaire import PaperWords, paper_pictures, paper_questionnaire

__all__ = [
    "PaperWords",
    "choice_keys",
    "na_key",
    "numbers_of",
    "paper_pictures",
    "paper_questionnaire",
    "sheet_number",
]
