"""Corrections, corrective and preventive actions."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from bihuan.accounts.models import User
from bihuan.foundation.activity import activity
from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import ActionNotAllowedError, BadInputError
from bihuan.foundation.lifecycle import perform
from bihuan.organisation.models import Person
from bihuan.records.services import tell
from bihuan.rectification import permissions as may
from bihuan.rectification.enums import ActionKind
from bihuan.rectification.models import Action, Finding
from bihuan.rectification.selectors import living_notice


def _user_of(person: Person) -> int | None:
    return User.objects.filter(person=person, is_active=True).values_list("pk", flat=True).first()


@transaction.atomic
def action_plan(
    *,
    actor: Actor,
    finding: Finding,
    kind: str,
    title: str,
    owner: Person,
    due_on: date,
    at: datetime | None = None,
) -> Action:
    """Plan one action with one owner and one date on a finding that is not done with."""
    at = at or timezone.now()
    actor.require(may.ACTIONS_MANAGE, finding.org_path)
    if finding.is_final:
        raise ActionNotAllowedError()
    if kind not in ActionKind.values:
        raise BadInputError(_("There is no such kind of action."), place="kind")
    if not title.strip():
        raise BadInputError(_("This is needed for the step."), place="title")
    action = Action.objects.create(
        org_path=finding.org_path,
        state=Action.lifecycle.initial,
        finding=finding,
        notice=living_notice(finding),
        kind=kind,
        title=title.strip(),
        owner=owner,
        due_on=due_on,
        planned_at=at,
        planned_by_id=actor.user_id,
    )
    activity(
        finding,
        "action_plan",
        actor=actor,
        after={"title": action.title, "owner": owner.name, "due_on": due_on.isoformat()},
        at=at,
    )
    tell(
        subject=action,
        message=gettext_noop("Action for you, due %(day)s: %(title)s"),
        params={"day": due_on.isoformat(), "title": action.title},
        people=[_user_of(owner)],
        without=actor,
    )
    return action


@transaction.atomic
def action_report_done(*, actor: Actor, action: Action, result: str, at: datetime | None = None) -> Action:
    at = at or timezone.now()
    data = {"result": result, "done_at": at, "done_by_id": actor.user_id}
    return perform(action, "report_done", actor=actor, data=data, at=at)


@transaction.atomic
def action_verify(*, actor: Actor, action: Action, at: datetime | None = None) -> Action:
    at = at or timezone.now()
    return perform(action, "verify", actor=actor, data={"verified_at": at, "verified_by_id": actor.user_id}, at=at)


@transaction.atomic
def action_send_back(*, actor: Actor, action: Action, reason: str, at: datetime | None = None) -> Action:
    perform(action, "send_back", actor=actor, data={"reason": reason}, at=at)
    tell(
        subject=action,
        message=gettext_noop("Action sent back: %(title)s"),
        params={"title": action.title},
        people=[_user_of(action.owner), action.done_by_id],
        without=actor,
    )
    return action


@transaction.atomic
def action_cancel(*, actor: Actor, action: Action, reason: str, at: datetime | None = None) -> Action:
    return perform(action, "cancel", actor=actor, data={"reason": reason}, at=at)


@transaction.atomic
def action_revive(*, actor: Actor, action: Action, reason: str, at: datetime | None = None) -> Action:
    return perform(action, "revive", actor=actor, data={"reason": reason}, at=at)


@transaction.atomic
def action_reschedule(
    *, actor: Actor, action: Action, owner: Person, due_on: date, reason: str, at: datetime | None = None
) -> Action:
    data = {"owner_id": owner.pk, "due_on": due_on, "reason": reason}
    return perform(action, "reschedule", actor=actor, data=data, at=at)
