"""Being excused from a missed deadline: the unit asks with a reason, the leading group decides."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bihuan.cases import permissions as may
from bihuan.cases.models import Case, Exemption
from bihuan.cases.services.clocks import DEPARTMENT
from bihuan.cases.services.steps import announce
from bihuan.duties.selectors import clocks_of
from bihuan.foundation.activity import activity
from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import ActionNotAllowedError, BadInputError
from bihuan.foundation.lifecycle import perform


def was_missed(case: Case, now: datetime) -> bool:
    for clock in clocks_of(case):
        if clock.policy_key == DEPARTMENT:
            is_late = clock.is_open and clock.due_at is not None and clock.due_at < now
            if is_late or clock.cycles.filter(is_met=False).exists():
                return True
    return False


@transaction.atomic
def exemption_ask(*, actor: Actor, case: Case, reason: str, at: datetime | None = None) -> Exemption:
    """Ask once for a case, only where the 24 hours were missed."""
    actor.require(may.INVESTIGATE, case.org_path)
    at = at or timezone.now()
    if not reason.strip():
        raise BadInputError(_("This is needed for the step."), place="reason")
    if case.unit is None or not was_missed(case, at):
        raise ActionNotAllowedError(_("The 24 hours of this case were not missed."))
    try:
        with transaction.atomic():
            request = Exemption.objects.create(
                org_path=case.org_path,
                state=Exemption.lifecycle.initial,
                case=case,
                unit=case.unit,
                policy_key=DEPARTMENT,
                reason=reason.strip(),
                asked_at=at,
                asked_by_id=actor.user_id,
                asked_by_name=actor.name,
            )
    except IntegrityError as error:
        raise ActionNotAllowedError(_("An exemption was asked for already.")) from error
    activity(case, "exemption_ask", actor=actor, reason=reason, at=at)
    announce(case, gettext_noop("%(unit)s asks to be excused on %(number)s"), actor=actor, holders_of=may.LEAD)
    return request


@transaction.atomic
def exemption_decide(
    *, actor: Actor, request: Exemption, grant: bool, reason: str, at: datetime | None = None
) -> Exemption:
    """Grant or refuse, with the reason on record; never by the one who asked."""
    at = at or timezone.now()
    decided = {"decided_at": at, "decided_by_id": actor.user_id, "decision": reason.strip(), "reason": reason.strip()}
    perform(request, "grant" if grant else "refuse", actor=actor, data=decided, at=at)
    announce(
        request.case,
        gettext_noop("%(number)s: the exemption was decided"),
        actor=actor,
        holders_of=may.INVESTIGATE,
        people=[request.asked_by_id],
    )
    return request


@transaction.atomic
def exemption_take_back(*, actor: Actor, request: Exemption, reason: str, at: datetime | None = None) -> Exemption:
    return perform(request, "take_back", actor=actor, data={"reason": reason}, at=at)
