"""The spine: findings, notices with answers and checks, actions."""

from bihuan.rectification.models.action import Action
from bihuan.rectification.models.finding import Finding
from bihuan.rectification.models.notice import ExtensionRequest, Notice, Reply, Verification
from bihuan.rectification.models.rule import PlanRule

__all__ = ["Action", "ExtensionRequest", "Finding", "Notice", "PlanRule", "Reply", "Verification"]
