"""Pages of surveys."""

from bihuan.surveys.views.downloads import AnswersCsv, Report
from bihuan.surveys.views.imports import Discard, SurveyList, TakeBack, Upload, Withdraw
from bihuan.surveys.views.mapping import MappingPage
from bihuan.surveys.views.papers import CampaignPaper, CampaignStickers, PaperPreview, PaperPrintFile, StickersFile
from bihuan.surveys.views.results import CommentsPage, RaiseFromRow, SurveyPage

__all__ = [
    "AnswersCsv",
    "CampaignPaper",
    "CampaignStickers",
    "CommentsPage",
    "Discard",
    "MappingPage",
    "PaperPreview",
    "PaperPrintFile",
    "RaiseFromRow",
    "Report",
    "StickersFile",
    "SurveyList",
    "SurveyPage",
    "TakeBack",
    "Upload",
    "Withdraw",
]
