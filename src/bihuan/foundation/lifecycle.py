"""`perform`: the only way to change a state."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import ActionNotAllowedError, BadInputError, StaleRecordError
from bihuan.foundation.events import StateChanged, emit
from bihuan.foundation.models import StatefulModel
from bihuan.foundation.ports import ActivityEntry, ports
from servicequality.lifecycle import ActionNotPossibleError, Transition, UnknownActionError

S = TypeVar("S", bound=StatefulModel)


def as_plain(value: Any) -> Any:
    """What a field value looks like in the activity log."""
    if isinstance(value, models.Model):
        return value.pk
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    return value


def refusal(record: StatefulModel, transition: Transition, actor: Actor, data: Mapping[str, Any]) -> str | None:
    """Return why a guard refuses, or None."""
    for name in transition.guards:
        answer = record.guards[name](record, actor, data)
        if answer is not None:
            return str(answer)
    return None


def available_actions(record: StatefulModel, actor: Actor) -> list[Transition]:
    """Transitions the actor may start now; guards that need data are asked again by `perform`."""
    return [step for step in record.lifecycle.available(record.state) if actor.can(step.permission, record.org_path)]


@transaction.atomic
def perform(
    record: S, action: str, *, actor: Actor, data: Mapping[str, Any] | None = None, at: datetime | None = None
) -> S:
    """Move ``record`` by ``action``: right, guard, compare-and-swap, activity, event, in one transaction.

    Keys of ``data`` that the transition lists under ``sets`` become fields; all of it is kept in the log.
    Raises NotPermittedError, ActionNotAllowedError, BadInputError or StaleRecordError; then nothing changed.
    """
    given = dict(data or {})
    try:
        step = record.lifecycle.find(action, record.state)
    except (ActionNotPossibleError, UnknownActionError) as error:
        raise ActionNotAllowedError() from error
    actor.require(step.permission, record.org_path)
    for key in step.missing(given):
        raise BadInputError(_("This is needed for the step."), place=key)
    refused = refusal(record, step, actor, given)
    if refused is not None:
        raise ActionNotAllowedError(refused)

    changes = {name: given[name] for name in step.sets if name in given}
    source, version = record.state, record.version
    before = {"state": source} | {name: as_plain(getattr(record, name)) for name in changes}
    swapped = (
        type(record)
        ._base_manager.filter(pk=record.pk, state=source, version=version)
        .update(state=step.target, version=version + 1, **changes)
    )
    if not swapped:
        raise StaleRecordError()
    record.state, record.version = step.target, version + 1
    for name, value in changes.items():
        setattr(record, name, value)

    reason = str(given.get("reason", ""))
    after = {"state": step.target} | {name: as_plain(value) for name, value in given.items() if name != "reason"}
    ports.write_activity(
        ActivityEntry(
            subject=record.reference,
            org_path=record.org_path,
            actor=actor,
            action=action,
            at=at or timezone.now(),
            before=before,
            after=after,
            reason=reason,
        )
    )
    emit(StateChanged(record.reference, record.org_path, action, source, step.target, actor, given))
    return record
