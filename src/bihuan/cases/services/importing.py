"""Cases from a file of another system: all or none, and doing it again adds only what is new."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.cases import permissions as may
from bihuan.cases.arrivals import Arrival
from bihuan.cases.enums import Channel, Kind
from bihuan.cases.identity import code_mark, email_mark, new_code, new_pin, phone_digits, phone_mark, pin_mark
from bihuan.cases.models import Case, Complainant
from bihuan.cases.services.indexing import case_index
from bihuan.cases.services.intake import SERIES, Person, Told, case_take_in, title_of
from bihuan.foundation.activity import activity
from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import BadInputError
from bihuan.organisation.models import OrgUnit
from bihuan.records.services import number_take

BATCH = 500


@dataclass(frozen=True)
class Imported:
    made: int
    there: int


@transaction.atomic
def cases_import(
    *, actor: Actor, desk: OrgUnit, origin: str, arrivals: Sequence[Arrival], at: datetime | None = None
) -> Imported:
    """Open ones run their clocks from the day they were received; closed ones are history and start none."""
    actor.require(may.INTAKE, desk.org_path)
    if not origin.strip():
        raise BadInputError(_("Say where the file comes from."), place="origin")
    at, source = at or timezone.now(), f"file:{origin.strip()}"[:60]
    there = known_numbers(source, [one.number for one in arrivals])
    fresh = [one for one in arrivals if one.number not in there]
    for one in fresh:
        if one.closed_at is None:
            case_take_in(actor=actor, desk=desk, told=told_of(one, source), at=one.received_at)
        else:
            history(one, source, desk, actor, at)
    return Imported(len(fresh), len(arrivals) - len(fresh))


def known_numbers(source: str, numbers: Sequence[str]) -> set[str]:
    found: set[str] = set()
    for start in range(0, len(numbers), BATCH):
        rows = Case._base_manager.filter(origin=source, origin_id__in=numbers[start : start + BATCH])
        found.update(rows.values_list("origin_id", flat=True))
    return found


def told_of(one: Arrival, source: str) -> Told:
    given = one.values
    return Told(
        text=one.text,
        title=given.get("title", ""),
        channel=given.get("channel") or Channel.API,
        kind=given.get("kind") or Kind.COMPLAINT,
        place=given.get("place", ""),
        latitude=given.get("latitude"),
        longitude=given.get("longitude"),
        origin=source,
        origin_id=one.number,
        person=Person(**{name: given.get(name, "") for name in ("name", "phone", "email")}),
    )


def history(one: Arrival, source: str, desk: OrgUnit, actor: Actor, at: datetime) -> Case:
    """A case that ended before it came here: it enters closed, with the instants of the other system."""
    told = told_of(one, source)
    code_hash = code_mark(new_code())
    digits = phone_digits(told.person.phone)
    year = timezone.localtime(one.received_at).year
    unit = one.values.get("unit") or None
    case = Case(
        org_path=unit.org_path if unit else desk.org_path,
        unit=unit,
        state=Case.lifecycle.entry[0],
        number=f"{SERIES}-{year}-{number_take(series=SERIES, year=year):06d}",
        desk=desk,
        title=told.title or title_of(told.text),
        received_at=one.received_at,
        received_by_id=actor.user_id,
        received_by_name=actor.name,
        closed_at=one.closed_at,
        close_note=str(_("closed before it was imported")),
        answer=one.values.get("answer", ""),
        code_hash=code_hash,
        pin_hash=pin_mark(code_hash, digits[-4:] if len(digits) >= 7 else new_pin()),
        **{name: getattr(told, name) for name in KEPT},
    )
    case.save(force_insert=True)
    person = told.person
    Complainant(
        case=case,
        org_path=case.org_path,
        name=person.name,
        phone=person.phone,
        email=person.email,
        phone_hash=phone_mark(person.phone),
        email_hash=email_mark(person.email),
    ).save(force_insert=True)
    activity(case, "import", actor=actor, after={"origin": source}, at=at)
    case_index(case)
    return case


KEPT = ("text", "channel", "kind", "place", "latitude", "longitude", "origin", "origin_id")
