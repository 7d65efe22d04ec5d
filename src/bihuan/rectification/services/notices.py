"""Drafting, issuing and withdrawing the written notice."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from bihuan.documents.services import document_issue
from bihuan.foundation.activity import activity
from bihuan.foundation.actor import Actor, system_actor
from bihuan.foundation.errors import ActionNotAllowedError, BadInputError
from bihuan.foundation.lifecycle import perform
from bihuan.organisation.models import OrgUnit, Person
from bihuan.records.services import number_take, tell
from bihuan.rectification import permissions as may
from bihuan.rectification.models import Finding, Notice
from bihuan.rectification.models.notice import REPLY_POLICY
from bihuan.rectification.paper import paper_of
from bihuan.rectification.selectors import living_notice, reply_policies
from bihuan.rectification.services.announcements import index_notice
from bihuan.rectification.services.deadlines import all_clocks_stop, reply_clock_start
from bihuan.rectification.services.findings import move

SERIES = "ZG"
SYSTEM = system_actor("rectification")


def issuing_unit_of(actor: Actor, finding: Finding) -> OrgUnit:
    """The actor's own unit, or the highest one they may issue for."""
    own = OrgUnit.objects.filter(people__pk=actor.person_id).first() if actor.person_id else None
    if own is not None:
        return own
    paths = [path for path in actor.paths(may.NOTICES_ISSUE) if finding.org_path.startswith(path)]
    if not paths:
        return finding.unit
    return OrgUnit.objects.get(org_path=min(paths, key=len))


def check_reply_policy(policy: str, org_path: str) -> str:
    if policy not in dict(reply_policies(org_path)):
        raise BadInputError(_("No such deadline is in force for the unit."), place="reply_policy")
    return policy


@transaction.atomic
def notice_draft(
    *,
    actor: Actor,
    finding: Finding,
    requirement: str,
    title: str = "",
    reply_policy: str = REPLY_POLICY,
    issuing_unit: OrgUnit | None = None,
    owner: Person | None = None,
    at: datetime | None = None,
) -> Notice:
    """Prepare the notice for a finding; nobody outside the office is told before it is issued."""
    actor.require(may.NOTICES_ISSUE, finding.org_path)
    if finding.state != "open":
        raise ActionNotAllowedError()
    if living_notice(finding) is not None:
        raise ActionNotAllowedError(_("A notice for this finding exists already."))
    if not requirement.strip():
        raise BadInputError(_("This is needed for the step."), place="requirement")
    at = at or timezone.now()
    notice = Notice.objects.create(
        org_path=finding.org_path,
        state=Notice.lifecycle.initial,
        finding=finding,
        title=title.strip() or finding.title,
        fact=finding.fact,
        clause=finding.clause,
        severity=finding.severity,
        requirement=requirement.strip(),
        reply_policy=check_reply_policy(reply_policy, finding.org_path),
        unit=finding.unit,
        issuing_unit=issuing_unit or issuing_unit_of(actor, finding),
        owner=owner,
        drafted_at=at,
        drafted_by_id=actor.user_id,
    )
    activity(notice, "draft", actor=actor, after={"finding": finding.number}, at=at)
    index_notice(notice)
    return notice


@transaction.atomic
def notice_edit(
    *,
    actor: Actor,
    notice: Notice,
    title: str,
    requirement: str,
    reply_policy: str = REPLY_POLICY,
    issuing_unit: OrgUnit | None = None,
    owner: Person | None = None,
    at: datetime | None = None,
) -> Notice:
    data = {
        "title": title.strip() or notice.finding.title,
        "requirement": requirement.strip(),
        "reply_policy": check_reply_policy(reply_policy, notice.org_path),
        "owner_id": owner.pk if owner else None,
    }
    if issuing_unit is not None:
        data["issuing_unit_id"] = issuing_unit.pk
    perform(notice, "edit", actor=actor, data=data, at=at)
    index_notice(notice)
    return notice


@transaction.atomic
def notice_issue(*, actor: Actor, notice: Notice, at: datetime | None = None) -> Notice:
    """Give the notice its number and send it: the facts are frozen, the answer clock starts."""
    at = at or timezone.now()
    year = timezone.localtime(at).year
    finding = notice.finding
    data = {
        "number": f"{SERIES}-{year}-{number_take(series=SERIES, year=year):04d}",
        "issued_at": at,
        "issued_by_id": actor.user_id,
        "fact": finding.fact,
        "clause": finding.clause,
        "severity": finding.severity,
    }
    perform(notice, "issue", actor=actor, data=data, at=at)
    move(finding, "send_notice", actor=actor, at=at, data={"notice": notice.number})
    reply_clock_start(notice, at=at, actor=actor)
    document_issue(subject=notice, actor=actor, document=paper_of(notice), kind="notice")
    index_notice(notice)
    tell(
        subject=notice,
        message=gettext_noop("Rectification notice %(number)s for %(unit)s: %(title)s"),
        params={"number": notice.number, "unit": notice.unit.name, "title": notice.title},
        holders_of=may.NOTICES_REPLY,
        without=actor,
    )
    return notice


@transaction.atomic
def notice_acknowledge(*, actor: Actor, notice: Notice, at: datetime | None = None) -> Notice:
    at = at or timezone.now()
    data = {"acknowledged_at": at, "acknowledged_by_id": actor.user_id}
    return perform(notice, "acknowledge", actor=actor, data=data, at=at)


@transaction.atomic
def notice_withdraw(*, actor: Actor, notice: Notice, reason: str, at: datetime | None = None) -> Notice:
    """Take a notice back; its number stays used, the finding is open again."""
    at = at or timezone.now()
    was_draft = notice.state == "draft"
    perform(notice, "withdraw", actor=actor, data={"reason": reason, "withdrawn_at": at}, at=at)
    if was_draft:
        return notice
    all_clocks_stop(notice, at=at, actor=actor)
    for request in notice.extensions.filter(state="asked"):
        perform(request, "lapse", actor=SYSTEM, data={"reason": reason}, at=at)
    move(notice.finding, "withdraw_notice", actor=actor, at=at, data={"reason": reason})
    tell(
        subject=notice,
        message=gettext_noop("Rectification notice %(number)s was withdrawn: %(reason)s"),
        params={"number": notice.number, "reason": reason},
        holders_of=may.NOTICES_REPLY,
        without=actor,
    )
    return notice
