from bihuan.surveys.models.answer_file import AnswerFile
from bihuan.surveys.models.answer_quality import ExcludedAnswer, QualityCheck, QualityRuleSet, ResponseFlag
from bihuan.surveys.models.book import BookDay, BookEntry, BookPhoto, CommentBook
from bihuan.surveys.models.campaign import Campaign, CampaignUnit, Segment
from bihuan.surveys.models.contact import Contact, IdentifiedAnswer, Invitation
from bihuan.surveys.models.door import Door, SavedAnswers
from bihuan.surveys.models.export import SurveyExport
from bihuan.surveys.models.imports import LIVE, MappingMemory, SurveyComment, SurveyImport, SurveyResult
from bihuan.surveys.models.mailing import Mailing, Message
from bihuan.surveys.models.paper import PaperBatch, PaperSheet
from bihuan.surveys.models.paper_print import PaperPrint
from bihuan.surveys.models.phone import FINAL, CallAttempt, CallTask, Outcome
from bihuan.surveys.models.quota import QuotaCell, QuotaExit, QuotaLease
from bihuan.surveys.models.sampling import SampleDraw
from bihuan.surveys.models.staff import StaffVoice
from bihuan.surveys.models.study import StudyNote, StudyPlan, StudyTalk, StudyVisit
from bihuan.surveys.models.tally import CampaignRemark, CampaignTally, TallyCell

__all__ = [
    "FINAL",
    "LIVE",
    "AnswerFile",
    "BookDay",
    "BookEntry",
    "BookPhoto",
    "CallAttempt",
    "CallTask",
    "Campaign",
    "CampaignRemark",
    "CampaignTally",
    "CampaignUnit",
    "CommentBook",
    "Contact",
    "Door",
    "ExcludedAnswer",
    "IdentifiedAnswer",
    "Invitation",
    "Mailing",
    "MappingMemory",
    "Message",
    "Outcome",
    "PaperBatch",
    "PaperPrint",
    "PaperSheet",
    "QualityCheck",
    "QualityRuleSet",
    "QuotaCell",
    "QuotaExit",
    "QuotaLease",
    "ResponseFlag",
    "SampleDraw",
    "SavedAnswers",
    "Segment",
    "StaffVoice",
    "StudyNote",
    "StudyPlan",
    "StudyTalk",
    "StudyVisit",
    "SurveyComment",
    "SurveyExport",
    "SurveyImport",
    "SurveyResult",
    "TallyCell",
]
