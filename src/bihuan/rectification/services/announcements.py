"""Who is told, and what search finds."""

from __future__ import annotations

from collections.abc import Iterable

from bihuan.accounts.selectors import users_of_unit_with
from bihuan.foundation.actor import Actor
from bihuan.records.services import notification_send, search_index
from bihuan.rectification.models import Action, Finding, Notice
from bihuan.rectification.permissions import FINDINGS_VIEW, NOTICES_VIEW


def tell(
    *,
    subject: Finding | Notice | Action,
    message: str,
    holders_of: str = "",
    people: Iterable[int | None] = (),
    without: Actor | None = None,
    params: dict[str, str] | None = None,
) -> None:
    """Notify everyone who holds a right in the subject's unit, and named users; never the actor."""
    told = {user for user in people if user is not None}
    if holders_of:
        told |= set(users_of_unit_with(holders_of, subject.org_path))
    if without is not None and without.user_id is not None:
        told.discard(without.user_id)
    if told:
        notification_send(recipients=sorted(told), subject=subject, message=message, params=params or {})


def index_finding(finding: Finding) -> None:
    text = " ".join(
        (finding.fact, finding.clause, finding.dimension, finding.source_label, finding.unit.name, finding.correction)
    )
    search_index(record=finding, number=finding.number, title=finding.title, text=text, permission=FINDINGS_VIEW)


def index_notice(notice: Notice) -> None:
    answers = " ".join(f"{r.cause} {r.correction} {r.prevention}" for r in notice.replies.all())
    text = " ".join((notice.fact or notice.finding.fact, notice.requirement, notice.clause, notice.unit.name, answers))
    search_index(record=notice, number=notice.number, title=notice.title, text=text, permission=NOTICES_VIEW)
