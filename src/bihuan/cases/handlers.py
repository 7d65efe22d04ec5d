"""What others' events mean here: a clock that warns or breaks, a unit that moved."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from bihuan.accounts.selectors import users_of_unit_with
from bihuan.cases import permissions as may
from bihuan.cases.enums import Holder
from bihuan.cases.models import Case
from bihuan.cases.services import case_mark_overdue, cases_follow_unit, push_note
from bihuan.cases.services.clocks import CLOSING, DEPARTMENT, REPLY
from bihuan.duties.enums import Level
from bihuan.duties.events import ClockAlerted, ClockBreached, ClockEscalated, ClockWarned
from bihuan.foundation.events import StateChanged, subscribe
from bihuan.foundation.scope import system_scope
from bihuan.organisation.events import UnitMoved
from bihuan.records.services import tell

LABEL = Case._meta.label_lower
DUE_SOON = {
    DEPARTMENT: gettext_noop("%(number)s: the unit's answer is due soon"),
    REPLY: gettext_noop("%(number)s: the formal reply is due soon"),
}
LATE = {
    DEPARTMENT: gettext_noop("%(number)s: %(unit)s did not answer within its time"),
    REPLY: gettext_noop("%(number)s: the formal reply is overdue"),
}
STILL_LATE = {
    DEPARTMENT: gettext_noop("%(number)s: %(unit)s still has not answered, %(days)s working days late"),
    REPLY: gettext_noop("%(number)s: still no formal reply, %(days)s working days late"),
}
CLOSE_SOON = gettext_noop("%(number)s: to be closed soon")
CLOSE_LATE = gettext_noop("%(number)s: not closed in time")
CLOSE_STILL_LATE = gettext_noop("%(number)s: still not closed, %(days)s working days late")
DAYS = {Level.AFTER_1.value: "1", Level.AFTER_3.value: "3"}
AT_DESK = {Holder.DESK, Holder.PANEL, Holder.OUTSIDE}


def _case_of(event: ClockAlerted) -> Case | None:
    """The case, if it still owes what the clock reminds of."""
    if event.subject.label != LABEL:
        return None
    case: Case | None = event.subject.load()
    return None if case is None or case.is_final else case


def _announce(case: Case, message: str, event: ClockAlerted, *, leaders: bool) -> None:
    """Whoever holds the ball; from the breach on the desk too, from a day later on the leaders."""
    people: list[int | None] = []
    if case.holder in AT_DESK or event.level != Level.WARN:
        people += users_of_unit_with(may.DISPATCH, case.desk.org_path)
    if leaders:
        people += users_of_unit_with(may.LEAD, case.org_path)
    tell(
        subject=case,
        message=message,
        params={"number": case.number, "unit": case.responsible_name, "days": DAYS.get(event.level, "")},
        holders_of=may.INVESTIGATE if case.holder == Holder.UNIT else "",
        people=people,
    )


def warned(event: ClockWarned) -> None:
    case = _case_of(event)
    if case is not None:
        _announce(case, DUE_SOON.get(event.policy, CLOSE_SOON), event, leaders=False)


def breached(event: ClockBreached) -> None:
    case = _case_of(event)
    if case is not None:
        case_mark_overdue(case=case, at=event.at, level=event.level)
        _announce(case, LATE.get(event.policy, CLOSE_LATE), event, leaders=event.policy in CLOSING.values())


def escalated(event: ClockEscalated) -> None:
    case = _case_of(event)
    if case is not None:
        case_mark_overdue(case=case, at=event.at, level=event.level)
        _announce(case, STILL_LATE.get(event.policy, CLOSE_STILL_LATE), event, leaders=True)


def unit_moved(event: UnitMoved) -> None:
    cases_follow_unit(old_path=event.old_path, new_path=event.new_path)


def step_taken(event: StateChanged) -> None:
    """What the city's centre sent us it hears the end of."""
    if event.subject.label == LABEL:
        with system_scope("cases.pushes"):
            case = event.subject.load()
            if case is not None:
                push_note(case=case, action=event.action)


def connect() -> None:
    subscribe(StateChanged)(step_taken)
    subscribe(ClockWarned)(warned)
    subscribe(ClockBreached)(breached)
    subscribe(ClockEscalated)(escalated)
    subscribe(UnitMoved)(unit_moved)
