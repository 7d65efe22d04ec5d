"""From receipt to closing: one service a step. Each moves the state, its clocks, who is told, at the same instant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from bihuan.cases import permissions as may
from bihuan.cases.enums import JUDGED, Grade, Kind, PauseReason
from bihuan.cases.events import CaseAnswered
from bihuan.cases.models import Case, CaseTheme, Criterion
from bihuan.cases.services import clocks
from bihuan.cases.services.indexing import case_index
from bihuan.cases.services.investigation import judged_told
from bihuan.cases.services.placing import all_of
from bihuan.cases.services.returning import findings_reopen
from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import BadInputError
from bihuan.foundation.events import emit
from bihuan.foundation.lifecycle import perform
from bihuan.organisation.models import OrgUnit, Person
from bihuan.records.services import tell
from bihuan.standards.models import AnsweringEdition


def announce(
    case: Case, message: str, *, actor: Actor, holders_of: str = "", people: Sequence[int | None] = ()
) -> None:
    tell(
        subject=case,
        message=message,
        params={"number": case.number, "title": case.title, "unit": case.responsible_name},
        holders_of=holders_of,
        people=people,
        without=actor,
    )


def desk_told(case: Case, message: str, *, actor: Actor, permission: str) -> None:
    """The desk is another unit than the one that answers; whoever took the case in is told by name too."""
    from bihuan.accounts.selectors import users_of_unit_with

    people: list[int | None] = [*users_of_unit_with(permission, case.desk.org_path), case.received_by_id]
    announce(case, message, actor=actor, people=people)


def classification(*, kind: str, grade: str, criterion: Criterion | None, theme: CaseTheme | None) -> dict[str, Any]:
    if kind not in Kind.values:
        raise BadInputError(_("There is no such kind."), place="kind")
    if kind == Kind.COMPLAINT:
        if grade not in Grade.values:
            raise BadInputError(_("A complaint needs its class."), place="grade")
        if criterion is not None and criterion.grade != grade:
            raise BadInputError(_("This criterion belongs to the other class."), place="criterion")
    return {
        "kind": kind,
        "grade": grade if kind == Kind.COMPLAINT else "",
        "criterion_id": criterion.pk if criterion and kind == Kind.COMPLAINT else None,
        "theme_id": theme.pk if theme else None,
    }


@transaction.atomic
def case_classify(
    *,
    actor: Actor,
    case: Case,
    kind: str,
    grade: str = "",
    criterion: Criterion | None = None,
    theme: CaseTheme | None = None,
    reason: str = "",
    at: datetime | None = None,
) -> Case:
    """Decide kind and class; after the first time with a reason. The closing clock is judged by the new class."""
    at = at or timezone.now()
    before = case.grade
    data = {
        **classification(kind=kind, grade=grade, criterion=criterion, theme=theme),
        "class_reason": reason,
        "classified_at": at,
        "classified_by_id": actor.user_id,
        "reason": reason,
    }
    perform(case, "classify" if case.state == "received" else "reclassify", actor=actor, data=data, at=at)
    clocks.follow_class(case, grade_before=before, at=at, actor=actor)
    case_index(case)
    if case.grade == Grade.SERIOUS and before != Grade.SERIOUS:
        announce(case, gettext_noop("Serious complaint %(number)s: %(title)s"), actor=actor, holders_of=may.LEAD)
    return case


@transaction.atomic
def case_answer_at_intake(
    *,
    actor: Actor,
    case: Case,
    answer: str,
    kind: str = Kind.ENQUIRY,
    standard: AnsweringEdition | None = None,
    at: datetime | None = None,
) -> Case:
    """An enquiry answered while the customer is there is closed at once; ``standard`` is what it was answered from."""
    at = at or timezone.now()
    data = {
        "kind": kind,
        "answer": answer.strip(),
        "answered_from_id": standard.pk if standard else None,
        "answered_at": at,
        "answered_by_id": actor.user_id,
        "closed_at": at,
        "closed_by_id": actor.user_id,
    }
    perform(case, "answer_at_intake", actor=actor, data=data, at=at)
    clocks.all_rest(case, at=at, actor=actor)
    case_index(case)
    return case


def place(
    case: Case, action: str, *, unit: OrgUnit, handler: Person | None, reason: str, at: datetime, actor: Actor
) -> None:
    actor.require(may.DISPATCH, unit.org_path)
    data = {
        "unit_id": unit.pk,
        "org_path": unit.org_path,
        "handler_id": handler.pk if handler else None,
        "dispatched_at": at,
        "dispatched_by_id": actor.user_id,
        "reason": reason,
    }
    perform(case, action, actor=actor, data=data, at=at)
    case.unit, case.handler = unit, handler
    all_of(case, unit.org_path)
    clocks.department_runs(case, at=at, actor=actor)
    case_index(case)
    announce(
        case, gettext_noop("%(number)s was dispatched to %(unit)s: %(title)s"), actor=actor, holders_of=may.INVESTIGATE
    )


@transaction.atomic
def case_dispatch(
    *,
    actor: Actor,
    case: Case,
    unit: OrgUnit,
    handler: Person | None = None,
    note: str = "",
    at: datetime | None = None,
) -> Case:
    """Hand the case to the responsible unit; its 24 hours begin."""
    place(case, "dispatch", unit=unit, handler=handler, reason=note, at=at or timezone.now(), actor=actor)
    return case


@transaction.atomic
def case_reassign(
    *, actor: Actor, case: Case, unit: OrgUnit, reason: str, handler: Person | None = None, at: datetime | None = None
) -> Case:
    """Another unit is responsible: its 24 hours begin anew, the customer's clocks run on."""
    at = at or timezone.now()
    clocks.department_rests(case, at=at, actor=actor)
    place(case, "reassign", unit=unit, handler=handler, reason=reason, at=at, actor=actor)
    return case


@transaction.atomic
def case_return(*, actor: Actor, case: Case, reason: str, at: datetime | None = None) -> Case:
    """The unit says it is not responsible; twice at most. The case stands with the desk again."""
    at = at or timezone.now()
    perform(case, "return", actor=actor, data={"reason": reason, "returns": case.returns + 1, "returned_at": at}, at=at)
    clocks.department_rests(case, at=at, actor=actor)
    desk_told(case, gettext_noop("%(unit)s returned %(number)s"), actor=actor, permission=may.DISPATCH)
    return case


@transaction.atomic
def case_accept(*, actor: Actor, case: Case, at: datetime | None = None) -> Case:
    at = at or timezone.now()
    handler = actor.person_id or case.handler_id
    return perform(case, "accept", actor=actor, data={"handler_id": handler, "accepted_at": at}, at=at)


@transaction.atomic
def case_suspend(*, actor: Actor, case: Case, pause_reason: str, reason: str, at: datetime | None = None) -> Case:
    """Wait for somebody. Clocks pause only where their promise allows the reason."""
    at = at or timezone.now()
    if pause_reason not in PauseReason.values:
        raise BadInputError(_("There is no such reason."), place="pause_reason")
    perform(case, "suspend", actor=actor, data={"pause_reason": pause_reason, "reason": reason}, at=at)
    clocks.pause(case, reason=pause_reason, at=at, actor=actor)
    return case


@transaction.atomic
def case_resume(*, actor: Actor, case: Case, at: datetime | None = None) -> Case:
    at = at or timezone.now()
    perform(case, "resume", actor=actor, data={"pause_reason": ""}, at=at)
    clocks.resume(case, at=at, actor=actor)
    return case


@transaction.atomic
def case_answer(
    *,
    actor: Actor,
    case: Case,
    answer: str,
    outcome: str = "",
    facts: str = "",
    clause: str = "",
    branch: str = "",
    measures: Sequence[str] = (),
    at: datetime | None = None,
) -> Case:
    """The unit's answer with the decision it rests on; its 24 hours stop."""
    at = at or timezone.now()
    data: Mapping[str, Any] = {
        "answer": answer.strip(),
        "outcome": outcome if case.kind in JUDGED else "",
        "facts": facts.strip(),
        "clause": clause.strip(),
        "branch": branch,
        "measures": list(measures),
        "answered_at": at,
        "answered_by_id": actor.user_id,
    }
    perform(case, "answer", actor=actor, data=data, at=at)
    clocks.department_rests(case, at=at, actor=actor)
    case_index(case)
    if case.is_found:
        findings_reopen(case, at=at)
    judged_told(case, actor=actor)
    emit(CaseAnswered(case.reference, case.org_path, case.is_found))
    desk_told(case, gettext_noop("%(unit)s answered %(number)s"), actor=actor, permission=may.FEEDBACK)
    return case


@transaction.atomic
def case_send_back(*, actor: Actor, case: Case, reason: str, at: datetime | None = None) -> Case:
    """The answer does not do: the unit owes a better one, its 24 hours begin anew."""
    at = at or timezone.now()
    perform(case, "send_back", actor=actor, data={"reason": reason, "answered_at": None}, at=at)
    clocks.department_runs(case, at=at, actor=actor)
    announce(
        case,
        gettext_noop("The answer to %(number)s was sent back"),
        actor=actor,
        holders_of=may.INVESTIGATE,
        people=[case.answered_by_id],
    )
    return case


@transaction.atomic
def case_transfer(*, actor: Actor, case: Case, transferred_to: str, reason: str, at: datetime | None = None) -> Case:
    """Not our matter: handed to whoever it concerns, and the customer told so."""
    at = at or timezone.now()
    ending = {"closed_at": at, "closed_by_id": actor.user_id, "close_note": reason}
    perform(
        case,
        "transfer",
        actor=actor,
        data={"transferred_to": transferred_to.strip(), "reason": reason, **ending},
        at=at,
    )
    clocks.all_rest(case, at=at, actor=actor)
    return case
