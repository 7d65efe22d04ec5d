"""The unit's answer: cause, correction, prevention, plan."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.core.files import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from bihuan.foundation.actor import Actor, system_actor
from bihuan.foundation.errors import BadInputError
from bihuan.foundation.lifecycle import perform
from bihuan.organisation.models import Person
from bihuan.records.services import attachment_add, tell
from bihuan.rectification import permissions as may
from bihuan.rectification.enums import CauseCategory, PlanPart
from bihuan.rectification.models import Notice, Reply
from bihuan.rectification.selectors import plan_required
from bihuan.rectification.services.announcements import index_notice
from bihuan.rectification.services.deadlines import reply_clock_again, verify_clock_run
from bihuan.rectification.services.findings import move

SYSTEM = system_actor("rectification")


def check_plan(plan: Mapping[str, str], required: Iterable[str]) -> dict[str, str]:
    """Keep the known parts that say something; refuse a plan that leaves a required one out."""
    known = {part: str(plan.get(part, "")).strip() for part in PlanPart.values}
    unknown = sorted(set(plan) - set(known))
    if unknown:
        raise BadInputError(_("The plan has no part of this name."), place=f"plan_{unknown[0]}")
    for part in required:
        if not known.get(part):
            raise BadInputError(_("The five-fixed check needs this part of the plan."), place=f"plan_{part}")
    return {part: text for part, text in known.items() if text}


@transaction.atomic
def notice_reply(
    *,
    actor: Actor,
    notice: Notice,
    cause: str,
    category: str,
    correction: str,
    prevention: str,
    whys: Iterable[str] = (),
    plan: Mapping[str, str] | None = None,
    owner: Person | None = None,
    files: Iterable[File[Any]] = (),
    at: datetime | None = None,
) -> Reply:
    """Answer a notice. A notice not yet acknowledged is acknowledged by its answer."""
    at = at or timezone.now()
    for name, value in (("cause", cause), ("correction", correction), ("prevention", prevention)):
        if not value.strip():
            raise BadInputError(_("This is needed for the step."), place=name)
    if category not in CauseCategory.values:
        raise BadInputError(_("There is no such cause category."), place="category")
    required = plan_required(notice.severity)
    checked = check_plan(plan or {}, required)
    data = {"replied_at": at, "replied_by_id": actor.user_id}
    if owner is not None:
        data["owner_id"] = owner.pk
    perform(notice, "reply", actor=actor, data=data, at=at)
    reply = Reply.objects.create(
        org_path=notice.org_path,
        notice=notice,
        cycle=notice.cycle,
        cause=cause.strip(),
        category=category,
        whys=[line.strip() for line in whys if line.strip()],
        correction=correction.strip(),
        prevention=prevention.strip(),
        plan=checked,
        plan_required=required,
        owner=owner or notice.owner,
        replied_at=at,
        replied_by_id=actor.user_id,
        replied_by_name=actor.name,
    )
    for file in files:
        attachment_add(subject=notice, actor=actor, name=file.name or "file", content=file)
    for request in notice.extensions.filter(state="asked"):
        perform(request, "lapse", actor=SYSTEM, data={"reason": str(_("answered meanwhile"))}, at=at)
    move(notice.finding, "answer", actor=actor, at=at, data={"notice": notice.number})
    verify_clock_run(notice, at=at, actor=actor)
    index_notice(notice)
    tell(
        subject=notice,
        message=gettext_noop("%(unit)s answered %(number)s: please verify"),
        params={"unit": notice.unit.name, "number": notice.number},
        holders_of=may.NOTICES_VERIFY,
        people=[notice.issued_by_id],
        without=actor,
    )
    return reply


@transaction.atomic
def notice_retract(*, actor: Actor, notice: Notice, reason: str, at: datetime | None = None) -> Notice:
    """The unit takes its answer back before it is verified; the clock runs on for it."""
    at = at or timezone.now()
    perform(notice, "retract", actor=actor, data={"reason": reason}, at=at)
    Reply.objects.filter(notice=notice, retracted_at__isnull=True, returned_at__isnull=True, cycle=notice.cycle).update(
        retracted_at=at
    )
    move(notice.finding, "retract_answer", actor=actor, at=at, data={"reason": reason})
    reply_clock_again(notice, at=at, actor=actor)
    return notice


@transaction.atomic
def notice_return(*, actor: Actor, notice: Notice, reason: str, at: datetime | None = None) -> Notice:
    """Send an answer back that is not good enough; the unit answers again in the same cycle."""
    at = at or timezone.now()
    perform(notice, "return", actor=actor, data={"reason": reason}, at=at)
    latest = notice.latest_reply
    if latest is not None:
        Reply.objects.filter(pk=latest.pk).update(returned_at=at, returned_by_name=actor.name, return_reason=reason)
    move(notice.finding, "return_answer", actor=actor, at=at, data={"reason": reason})
    reply_clock_again(notice, at=at, actor=actor)
    tell(
        subject=notice,
        message=gettext_noop("The answer to %(number)s was returned: %(reason)s"),
        params={"number": notice.number, "reason": reason},
        holders_of=may.NOTICES_REPLY,
        people=[notice.replied_by_id],
        without=actor,
    )
    return notice
