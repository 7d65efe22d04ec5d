"""More time, asked for in time and decided by a named person."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from bihuan.duties.services import clock_extend
from bihuan.foundation.activity import activity
from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import ActionNotAllowedError, BadInputError
from bihuan.foundation.lifecycle import perform
from bihuan.records.services import tell
from bihuan.rectification import permissions as may
from bihuan.rectification.models import ExtensionRequest, Notice
from bihuan.rectification.services.deadlines import notice_move_due, running_clock

MAX_DAYS = 60


@transaction.atomic
def extension_ask(
    *, actor: Actor, notice: Notice, days: int, reason: str, at: datetime | None = None
) -> ExtensionRequest:
    """The instant of asking decides: after the due instant it is too late."""
    at = at or timezone.now()
    actor.require(may.NOTICES_REPLY, notice.org_path)
    if not notice.awaits_unit:
        raise ActionNotAllowedError()
    if not 1 <= days <= MAX_DAYS:
        raise BadInputError(_("Choose 1 to %(most)s working days.") % {"most": MAX_DAYS}, place="days")
    if not reason.strip():
        raise BadInputError(_("This is needed for the step."), place="reason")
    if notice.due_at is not None and at > notice.due_at:
        raise ActionNotAllowedError(_("The deadline has passed; an extension must be asked for before it."))
    if notice.extensions.filter(state="asked").exists():
        raise ActionNotAllowedError(_("A request is waiting for a decision already."))
    request = ExtensionRequest.objects.create(
        org_path=notice.org_path,
        state=ExtensionRequest.lifecycle.initial,
        notice=notice,
        days=days,
        reason=reason.strip(),
        asked_at=at,
        asked_by_id=actor.user_id,
        asked_by_name=actor.name,
    )
    activity(notice, "extension_ask", actor=actor, after={"days": days}, reason=reason, at=at)
    tell(
        subject=notice,
        message=gettext_noop("%(unit)s asks for %(days)s more working days on %(number)s"),
        params={"unit": notice.unit.name, "days": str(days), "number": notice.number},
        holders_of=may.NOTICES_EXTEND,
        without=actor,
    )
    return request


def _decided(request: ExtensionRequest, message: str, actor: Actor) -> None:
    notice = request.notice
    tell(
        subject=notice,
        message=message,
        params={"number": notice.number, "days": str(request.days)},
        holders_of=may.NOTICES_REPLY,
        people=[request.asked_by_id],
        without=actor,
    )


@transaction.atomic
def extension_approve(
    *, actor: Actor, request: ExtensionRequest, note: str = "", at: datetime | None = None
) -> ExtensionRequest:
    at = at or timezone.now()
    data = {"decided_at": at, "decided_by_id": actor.user_id, "decision": note, "days": request.days}
    perform(request, "approve", actor=actor, data=data, at=at)
    notice = request.notice
    clock = running_clock(notice, notice.reply_policy)
    taken = clock is not None and clock_extend(
        clock=clock,
        requested_at=request.asked_at,
        days=request.days,
        reason=request.reason,
        approver=actor.name,
        actor=actor,
        decided_at=at,
    )
    if clock is None or not taken:
        raise ActionNotAllowedError(_("The clock cannot take this extension any more."))
    notice_move_due(notice=notice, due_at=clock.due_at, is_provisional=clock.is_provisional, at=at)
    activity(notice, "extension_approve", actor=actor, after={"days": request.days}, at=at)
    _decided(request, gettext_noop("%(number)s: %(days)s more working days were granted"), actor)
    return request


@transaction.atomic
def extension_refuse(
    *, actor: Actor, request: ExtensionRequest, reason: str, at: datetime | None = None
) -> ExtensionRequest:
    at = at or timezone.now()
    data = {"decided_at": at, "decided_by_id": actor.user_id, "decision": reason, "reason": reason}
    perform(request, "refuse", actor=actor, data=data, at=at)
    activity(request.notice, "extension_refuse", actor=actor, after={"days": request.days}, reason=reason, at=at)
    _decided(request, gettext_noop("%(number)s: the request for more time was refused"), actor)
    return request


@transaction.atomic
def extension_take_back(
    *, actor: Actor, request: ExtensionRequest, reason: str, at: datetime | None = None
) -> ExtensionRequest:
    return perform(request, "take_back", actor=actor, data={"reason": reason}, at=at)
