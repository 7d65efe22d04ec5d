"""Reads of the spine."""

from bihuan.rectification.selectors.needs import need_url, needs_from, needs_of
from bihuan.rectification.selectors.spine import (
    ACTIVE,
    RECURRENCE_MONTHS,
    earlier_findings,
    evidence_from_token,
    evidence_token,
    living_notice,
    of_few_units,
    only_overdue,
    plan_required,
    raise_url,
    reply_policies,
    same_before,
    with_notice_columns,
)
from bihuan.rectification.selectors.trail import TrailStep, trail_of

__all__ = [
    "ACTIVE",
    "RECURRENCE_MONTHS",
    "TrailStep",
    "earlier_findings",
    "evidence_from_token",
    "evidence_token",
    "living_notice",
    "need_url",
    "needs_from",
    "needs_of",
    "of_few_units",
    "only_overdue",
    "plan_required",
    "raise_url",
    "reply_policies",
    "same_before",
    "trail_of",
    "with_notice_columns",
]
