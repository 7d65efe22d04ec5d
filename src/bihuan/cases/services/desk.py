"""The duty roster of the desk: shifts, a pattern of them, handing over and taking over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bihuan.accounts.models import User
from bihuan.cases import permissions as may
from bihuan.cases.models import DeskShift
from bihuan.cases.selectors.shifts import open_cases
from bihuan.foundation.activity import activity
from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import ActionNotAllowedError, BadInputError, StaleRecordError
from bihuan.organisation.models import OrgUnit, Person
from bihuan.records.services import tell

SHIFTS_A_DAY = 3
LONGEST = timedelta(hours=24)
MOST_WEEKS = 12


@transaction.atomic
def shift_write(
    *, actor: Actor, unit: OrgUnit, person: Person, starts_at: datetime, ends_at: datetime, phone: str = ""
) -> DeskShift:
    """One person at the desk. Nobody sits there twice at once."""
    actor.require(may.ROSTER, unit.org_path)
    if ends_at <= starts_at:
        raise BadInputError(_("The shift ends before it begins."), place="ends_at")
    if ends_at - starts_at > LONGEST:
        raise BadInputError(_("A shift has at most 24 hours."), place="ends_at")
    busy = DeskShift.objects.filter(person=person, starts_at__lt=ends_at, ends_at__gt=starts_at).first()
    if busy is not None:
        raise BadInputError(
            _("%(person)s is on duty already from %(from)s.")
            % {"person": person.name, "from": f"{timezone.localtime(busy.starts_at):%Y-%m-%d %H:%M}"},
            place="person",
        )
    shift = DeskShift(
        org_path=unit.org_path, unit=unit, person=person, starts_at=starts_at, ends_at=ends_at, phone=phone.strip()
    )
    shift.save(force_insert=True)
    activity(shift, "create", actor=actor, after={"person": person, "starts_at": starts_at, "ends_at": ends_at})
    return shift


def instant(day: date, begins: time, shift: int) -> datetime:
    """Begin of a day's shift in local time: over a change of clocks eight o'clock stays eight o'clock."""
    naive = datetime.combine(day, begins) + timedelta(hours=24 // SHIFTS_A_DAY * shift)
    return timezone.make_aware(naive)


@transaction.atomic
def shifts_write(
    *,
    actor: Actor,
    unit: OrgUnit,
    people: Sequence[Person],
    first_day: date,
    weeks: int,
    begins: time,
    rotates: bool = False,
    phone: str = "",
) -> int:
    """Three shifts a day for ``weeks``: all of them or, where one cannot be, none. Returns how many."""
    if len(people) != SHIFTS_A_DAY or len({person.pk for person in people}) < SHIFTS_A_DAY:
        raise BadInputError(_("Three shifts need three people."), place="late")
    if not 1 <= weeks <= MOST_WEEKS:
        raise BadInputError(_("Choose 1 to %(most)s.") % {"most": MOST_WEEKS}, place="weeks")
    for number in range(weeks * 7):
        day = first_day + timedelta(days=number)
        turn = number // 7 if rotates else 0
        for shift in range(SHIFTS_A_DAY):
            shift_write(
                actor=actor,
                unit=unit,
                person=people[(shift - turn) % SHIFTS_A_DAY],
                starts_at=instant(day, begins, shift),
                ends_at=instant(day, begins, shift + 1),
                phone=phone,
            )
    return weeks * 7 * SHIFTS_A_DAY


@transaction.atomic
def shift_drop(*, actor: Actor, shift: DeskShift, reason: str) -> None:
    """Take a shift off the roster; what was handed over stays on record."""
    actor.require(may.ROSTER, shift.org_path)
    if shift.handed_over_at is not None:
        raise ActionNotAllowedError(_("It was handed over already."))
    activity(shift, "drop", actor=actor, before={"person": shift.person, "starts_at": shift.starts_at}, reason=reason)
    DeskShift.objects.filter(pk=shift.pk, handed_over_at=None).delete()


@transaction.atomic
def shift_hand_over(
    *, actor: Actor, shift: DeskShift, note: str, handed_to: Person, at: datetime | None = None
) -> DeskShift:
    """Close the shift: what the next one has to know, and how many cases are open at this instant."""
    actor.require(may.ROSTER, shift.org_path)
    at = at or timezone.now()
    if handed_to.pk == shift.person_id:
        raise BadInputError(_("Hand over to somebody else."), place="handed_to")
    if at < shift.starts_at:
        raise ActionNotAllowedError(_("The shift has not begun yet."))
    if not note.strip():
        raise BadInputError(_("Say what the next shift has to know; “nothing special” is an answer too."), place="note")
    values = {
        "handed_over_at": at,
        "handed_to": handed_to,
        "handover": note.strip(),
        "open_cases": open_cases(shift.unit),
    }
    if not DeskShift.objects.filter(pk=shift.pk, handed_over_at=None).update(**values):
        raise StaleRecordError()
    for name, value in values.items():
        setattr(shift, name, value)
    after = {"handed_to": handed_to, "open_cases": shift.open_cases}
    activity(shift, "hand_over", actor=actor, after=after, at=at)
    users = User.objects.filter(person=handed_to, is_active=True).values_list("pk", flat=True)
    tell(
        subject=shift,
        message=gettext_noop("%(person)s hands the desk over to you: %(count)s open cases"),
        params={"person": shift.person.name, "count": str(shift.open_cases)},
        people=list(users),
        without=actor,
    )
    return shift


@transaction.atomic
def shift_take_over(*, actor: Actor, shift: DeskShift, at: datetime | None = None) -> DeskShift:
    """Only the person it was handed to says that they have it."""
    at = at or timezone.now()
    if shift.handed_to_id is None or actor.person_id != shift.handed_to_id:
        raise ActionNotAllowedError(_("Only the person it was handed to can take it over."))
    if not DeskShift.objects.filter(pk=shift.pk, taken_over_at=None).update(taken_over_at=at):
        raise StaleRecordError()
    shift.taken_over_at = at
    activity(shift, "take_over", actor=actor, at=at)
    return shift
