from bihuan.cases.models.batch import CaseImport
from bihuan.cases.models.case import FAILED_CONTACTS, HOLDERS, MAX_RETURNS, Case
from bihuan.cases.models.complainant import Complainant, IdentityReveal
from bihuan.cases.models.criterion import CaseTheme, Criterion
from bihuan.cases.models.decision import PANEL, CaseExtension, CaseProposal, DisputeReview, PanelMember
from bihuan.cases.models.entry import CaseEntry, Custody, SatisfactionAsk, StaffParty
from bihuan.cases.models.hotline import CentreCheck, CityCentre, CityPush, DeskShift, Exemption
from bihuan.cases.models.incident import Incident
from bihuan.cases.models.intake import CaseService, InboundMail, IntakeDoor
from bihuan.cases.models.report import CaseReport, Exposure, MapLayer
from bihuan.cases.models.roster import RosterShift

__all__ = [
    "FAILED_CONTACTS",
    "HOLDERS",
    "MAX_RETURNS",
    "PANEL",
    "Case",
    "CaseEntry",
    "CaseExtension",
    "CaseImport",
    "CaseProposal",
    "CaseReport",
    "CaseService",
    "CaseTheme",
    "CentreCheck",
    "CityCentre",
    "CityPush",
    "Complainant",
    "Criterion",
    "Custody",
    "DeskShift",
    "DisputeReview",
    "Exemption",
    "Exposure",
    "IdentityReveal",
    "InboundMail",
    "Incident",
    "IntakeDoor",
    "MapLayer",
    "PanelMember",
    "RosterShift",
    "SatisfactionAsk",
    "StaffParty",
]
