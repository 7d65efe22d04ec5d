"""The spine: findings, notices with answers and checks, actions; and the register of needs beside it."""

from bihuan.rectification.models.action import Action
from bihuan.rectification.models.finding import Finding
from bihuan.rectification.models.need import Need, NeedFinding, NeedTerm
from bihuan.rectification.models.notice import ExtensionRequest, Notice, Reply, Verification
from bihuan.rectification.models.rule import PlanRule

__all__ = [
    "Action",
    "ExtensionRequest",
    "Finding",
    "Need",
    "NeedFinding",
    "NeedTerm",
    "Notice",
    "PlanRule",
    "Reply",
    "Verification",
]
