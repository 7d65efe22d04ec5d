"""What others' events mean here: a clock that warns or breaks, a unit that moved."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from bihuan.duties.enums import Level
from bihuan.duties.events import ClockAlerted, ClockBreached, ClockEscalated, ClockWarned
from bihuan.foundation.events import subscribe
from bihuan.organisation.events import UnitMoved
from bihuan.records.services import tell
from bihuan.rectification import permissions as may
from bihuan.rectification.models import Notice
from bihuan.rectification.services import (
    notice_mark_overdue,
    notice_mark_warned,
    rectification_follow_unit,
)

LABEL = Notice._meta.label_lower
WARNED = {
    True: gettext_noop("%(number)s: the answer is due soon"),
    False: gettext_noop("%(number)s: the verification is due soon"),
}
LATE = {
    True: gettext_noop("%(number)s: %(unit)s has not answered in time"),
    False: gettext_noop("%(number)s: the answer was not verified in time"),
}
STILL_LATE = {
    True: gettext_noop("%(number)s: %(unit)s still has not answered, %(days)s working days late"),
    False: gettext_noop("%(number)s: still not verified, %(days)s working days late"),
}
DAYS = {Level.AFTER_1.value: "1", Level.AFTER_3.value: "3"}


def _notice_of(event: ClockAlerted) -> Notice | None:
    """The notice, if the ball is still where the clock believes it to be."""
    if event.subject.label != LABEL:
        return None
    notice: Notice | None = event.subject.load()
    if notice is None or notice.is_final:
        return None
    return notice


def _announce(notice: Notice, message: str, event: ClockAlerted, *, everyone: bool) -> None:
    awaits_unit = notice.awaits_unit
    tell(
        subject=notice,
        message=message,
        params={"number": notice.number, "unit": notice.unit.name, "days": DAYS.get(event.level, "")},
        holders_of=may.NOTICES_REPLY if awaits_unit else may.NOTICES_VERIFY,
        people=[notice.issued_by_id] if everyone or not awaits_unit else [],
    )


def warned(event: ClockWarned) -> None:
    notice = _notice_of(event)
    if notice is not None:
        notice_mark_warned(notice=notice, at=event.at)
        _announce(notice, WARNED[notice.awaits_unit], event, everyone=False)


def breached(event: ClockBreached) -> None:
    notice = _notice_of(event)
    if notice is not None:
        notice_mark_overdue(notice=notice, at=notice.due_at or event.at, level=event.level)
        _announce(notice, LATE[notice.awaits_unit], event, everyone=True)


def escalated(event: ClockEscalated) -> None:
    notice = _notice_of(event)
    if notice is not None:
        notice_mark_overdue(notice=notice, at=notice.due_at or event.at, level=event.level)
        _announce(notice, STILL_LATE[notice.awaits_unit], event, everyone=True)
        tell(
            subject=notice,
            message=STILL_LATE[notice.awaits_unit],
            params={"number": notice.number, "unit": notice.unit.name, "days": DAYS.get(event.level, "")},
            holders_of=may.NOTICES_EXTEND,
        )


def unit_moved(event: UnitMoved) -> None:
    rectification_follow_unit(old_path=event.old_path, new_path=event.new_path)


def connect() -> None:
    subscribe(ClockWarned)(warned)
    subscribe(ClockBreached)(breached)
    subscribe(ClockEscalated)(escalated)
    subscribe(UnitMoved)(unit_moved)
