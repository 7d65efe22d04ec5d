"""Pages of surveys."""

from bihuan.surveys.views.downloads import AnswersCsv, Report
from bihuan.surveys.views.imports import Discard, SurveyList, TakeBack, Upload, Withdraw
from bihuan.surveys.views.mapping import MappingPage
from bihuan.surveys.views.results import CommentsPage, RaiseFromRow, SurveyPage

__all__ = [
    "AnswersCsv",
    "CommentsPage",
    "Discard",
    "MappingPage",
    "RaiseFromRow",
    "Report",
    "SurveyList",
    "SurveyPage",
    "TakeBack",
    "Upload",
    "Withdraw",
]
