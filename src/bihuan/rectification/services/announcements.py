"""What search finds."""

from __future__ import annotations

from bihuan.records.services import search_index
from bihuan.rectification.models import Finding, Need, Notice
from bihuan.rectification.permissions import FINDINGS_VIEW, NEEDS_VIEW, NOTICES_VIEW


def index_finding(finding: Finding) -> None:
    text = " ".join(
        (finding.fact, finding.clause, finding.dimension, finding.source_label, finding.unit.name, finding.correction)
    )
    search_index(record=finding, number=finding.number, title=finding.title, text=text, permission=FINDINGS_VIEW)


def index_notice(notice: Notice) -> None:
    answers = " ".join(f"{r.cause} {r.correction} {r.prevention}" for r in notice.replies.all())
    text = " ".join((notice.fact or notice.finding.fact, notice.requirement, notice.clause, notice.unit.name, answers))
    search_index(record=notice, number=notice.number, title=notice.title, text=text, permission=NOTICES_VIEW)


def index_need(need: Need) -> None:
    text = " ".join(
        (need.description, need.customers, need.dimension, need.clause, need.source_label, need.unit.name, need.study)
    )
    search_index(record=need, number=need.number, title=need.title, text=text, permission=NEEDS_VIEW)
