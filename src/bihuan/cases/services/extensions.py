"""More time on one clock, asked for in time and decided by a named person; the customer is told."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from bihuan.cases import permissions as may
from bihuan.cases.models import Case, CaseExtension
from bihuan.cases.services.clocks import keep_due
from bihuan.cases.services.steps import announce
from bihuan.duties.models import Clock
from bihuan.duties.selectors import clocks_of
from bihuan.duties.services import clock_extend
from bihuan.foundation.activity import activity
from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import ActionNotAllowedError, BadInputError
from bihuan.foundation.lifecycle import perform

MAX_DAYS, MAX_HOURS = 60, 240


def counts_days(clock: Clock) -> bool:
    return clock.policy.rule["clock"] in {"working_days", "calendar_days", "same_day"}


def open_clock(case: Case, policy_key: str) -> Clock:
    for clock in clocks_of(case):
        if clock.policy_key == policy_key and clock.is_open:
            return clock
    raise BadInputError(_("This clock does not run."), place="policy_key")


@transaction.atomic
def extension_ask(
    *, actor: Actor, case: Case, policy_key: str, amount: int, reason: str, at: datetime | None = None
) -> CaseExtension:
    """The instant of asking decides: after the due instant it is too late. ``amount`` is in the clock's own unit."""
    at = at or timezone.now()
    actor.require(may.INVESTIGATE, case.org_path)
    clock = open_clock(case, policy_key)
    most = MAX_DAYS if counts_days(clock) else MAX_HOURS
    if not 1 <= amount <= most:
        raise BadInputError(_("Choose 1 to %(most)s.") % {"most": most}, place="amount")
    if not reason.strip():
        raise BadInputError(_("This is needed for the step."), place="reason")
    if clock.due_at is not None and at > clock.due_at:
        raise ActionNotAllowedError(_("The deadline has passed; more time must be asked for before it."))
    if case.extensions.filter(policy_key=policy_key, state="asked").exists():
        raise ActionNotAllowedError(_("A request is waiting for a decision already."))
    request = CaseExtension.objects.create(
        org_path=case.org_path,
        state=CaseExtension.lifecycle.initial,
        case=case,
        policy_key=policy_key,
        days=amount if counts_days(clock) else None,
        hours=None if counts_days(clock) else amount,
        reason=reason.strip(),
        asked_at=at,
        asked_by_id=actor.user_id,
        asked_by_name=actor.name,
        was_in_time=True,
    )
    activity(case, "extension_ask", actor=actor, after={"amount": amount, "clock": policy_key}, reason=reason, at=at)
    announce(case, gettext_noop("%(unit)s asks for more time on %(number)s"), actor=actor, holders_of=may.EXTEND)
    return request


@transaction.atomic
def extension_approve(
    *, actor: Actor, request: CaseExtension, note: str = "", at: datetime | None = None
) -> CaseExtension:
    at = at or timezone.now()
    data = {"decided_at": at, "decided_by_id": actor.user_id, "decision": note}
    perform(request, "approve", actor=actor, data=data, at=at)
    case = request.case
    clock = open_clock(case, request.policy_key)
    taken = clock_extend(
        clock=clock,
        requested_at=request.asked_at,
        days=request.days,
        hours=request.hours,
        reason=request.reason,
        approver=actor.name,
        actor=actor,
        decided_at=at,
    )
    if not taken:
        raise ActionNotAllowedError(_("The clock cannot take this extension any more."))
    keep_due(case)
    activity(case, "extension_approve", actor=actor, after={"clock": request.policy_key}, at=at)
    announce(
        case,
        gettext_noop("%(number)s: more time was granted; tell the customer"),
        actor=actor,
        holders_of=may.INVESTIGATE,
        people=[request.asked_by_id],
    )
    return request


@transaction.atomic
def extension_refuse(*, actor: Actor, request: CaseExtension, reason: str, at: datetime | None = None) -> CaseExtension:
    at = at or timezone.now()
    data = {"decided_at": at, "decided_by_id": actor.user_id, "decision": reason, "reason": reason}
    perform(request, "refuse", actor=actor, data=data, at=at)
    activity(request.case, "extension_refuse", actor=actor, after={"clock": request.policy_key}, reason=reason, at=at)
    announce(
        request.case,
        gettext_noop("%(number)s: the request for more time was refused"),
        actor=actor,
        holders_of=may.INVESTIGATE,
        people=[request.asked_by_id],
    )
    return request


@transaction.atomic
def extension_take_back(
    *, actor: Actor, request: CaseExtension, reason: str, at: datetime | None = None
) -> CaseExtension:
    return perform(request, "take_back", actor=actor, data={"reason": reason}, at=at)
