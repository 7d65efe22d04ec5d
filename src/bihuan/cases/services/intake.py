"""Taking a case in: everything about it in one transaction, its clocks running from the very instant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from bihuan.cases import permissions as may
from bihuan.cases.enums import Channel, Kind
from bihuan.cases.events import CaseReceived
from bihuan.cases.identity import (
    code_mark,
    code_of,
    email_mark,
    new_code,
    new_pin,
    phone_digits,
    phone_mark,
    pin_mark,
    pin_of,
)
from bihuan.cases.models import Case, Complainant, Incident
from bihuan.cases.services.clocks import run_from_receipt
from bihuan.cases.services.indexing import case_index
from bihuan.foundation.activity import activity
from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import BadInputError
from bihuan.foundation.events import emit
from bihuan.organisation.models import Asset, OrgUnit
from bihuan.records.services import number_take, tell

SERIES = "TS"
TEXT_LIMIT = 8000
TITLE_LENGTH = 40


@dataclass(frozen=True)
class Person:
    """Who complained, as given. Nothing is required: anonymous matters are handled too."""

    name: str = ""
    organisation: str = ""
    phone: str = ""
    email: str = ""
    address: str = ""
    wish: str = ""
    insists_on_meeting: bool = False


@dataclass(frozen=True)
class Told:
    """What was told to us. ``origin`` and ``origin_id`` name it in the system it came from, once."""

    text: str
    channel: str
    kind: str = Kind.COMPLAINT
    title: str = ""
    happened_at: datetime | None = None
    happened_on: Any = None
    place: str = ""
    latitude: Any = None
    longitude: Any = None
    line: Asset | None = None
    asset: Asset | None = None
    staff_said: str = ""
    answers: Mapping[str, Any] = field(default_factory=dict)
    is_major: bool = False
    from_above: str = ""
    repeat_of: Case | None = None
    incident: Incident | None = None
    origin: str = ""
    origin_id: str = ""
    origin_due_at: datetime | None = None
    service_code: str = ""
    is_public: bool = False
    person: Person = field(default_factory=Person)


@dataclass(frozen=True)
class TakenIn:
    """``code`` and ``pin`` are told once and kept only as hashes; empty where the case was there already."""

    case: Case
    code: str
    pin: str
    is_new: bool


def title_of(text: str) -> str:
    first = " ".join(text.split())
    return first if len(first) <= TITLE_LENGTH else first[: TITLE_LENGTH - 1] + "…"


def checked(told: Told, at: datetime) -> Told:
    text = told.text.replace("\x00", "").strip()
    if not text:
        raise BadInputError(_("Say what happened."), place="text")
    if len(text) > TEXT_LIMIT:
        raise BadInputError(_("At most %(limit)s characters.") % {"limit": TEXT_LIMIT}, place="text")
    if told.kind not in Kind.values:
        raise BadInputError(_("There is no such kind."), place="kind")
    if told.channel not in Channel.values:
        raise BadInputError(_("There is no such channel."), place="channel")
    if told.happened_at is not None and told.happened_at > at:
        raise BadInputError(_("It cannot have happened in the future."), place="happened_at")
    line = told.line or (told.asset.line if told.asset is not None else None)
    return replace(told, text=text, title=told.title.strip()[:200] or title_of(text), line=line)


def case_take_in(*, actor: Actor, desk: OrgUnit, told: Told, page: str = "", at: datetime | None = None) -> TakenIn:
    """Register a case at ``desk``. The same number of the same origin twice gives the case there is.

    ``page`` names the page somebody sent: code and PIN follow from it, so they can be told again.
    """
    at = at or timezone.now()
    actor.require(may.INTAKE, desk.org_path)
    told = checked(told, at)
    earlier = case_of_origin(told)
    if earlier is not None:
        return told_again(earlier, page)
    try:
        return registered(actor, desk, told, page, at)
    except IntegrityError:
        earlier = case_of_origin(told)  # somebody delivered it this very moment
        if earlier is None:
            raise
        return told_again(earlier, page)


def told_again(case: Case, page: str) -> TakenIn:
    """Code and PIN once more, to the page that brought the case; the PIN only if it is not the phone's digits."""
    if not page:
        return TakenIn(case, "", "", False)
    code, pin = code_of(page), pin_of(page)
    if not constant_time_compare(case.code_hash, code_mark(code)):
        return TakenIn(case, "", "", False)
    is_pin = constant_time_compare(case.pin_hash, pin_mark(case.code_hash, pin))
    return TakenIn(case, code, pin if is_pin else "", False)


def case_of_origin(told: Told) -> Case | None:
    if not told.origin_id:
        return None
    return Case.objects.filter(origin=told.origin, origin_id=told.origin_id).first()


@transaction.atomic
def registered(actor: Actor, desk: OrgUnit, told: Told, page: str, at: datetime) -> TakenIn:
    code = code_of(page) if page else new_code()
    digits = phone_digits(told.person.phone)
    pin = digits[-4:] if len(digits) >= 7 else pin_of(page) if page else new_pin()
    code_hash = code_mark(code)
    values = {name: getattr(told, name) for name in COPIED}
    case = Case(
        org_path=desk.org_path,
        state=Case.lifecycle.initial,
        desk=desk,
        received_at=at,
        received_by_id=actor.user_id,
        received_by_name="" if actor.is_system else actor.name,
        code_hash=code_hash,
        pin_hash=pin_mark(code_hash, pin),
        **values,
    )
    year = timezone.localtime(at).year
    case.number = f"{SERIES}-{year}-{number_take(series=SERIES, year=year):06d}"
    case.save(force_insert=True)
    person = told.person
    Complainant(
        case=case,
        org_path=case.org_path,
        name=person.name.strip(),
        organisation=person.organisation.strip(),
        phone=person.phone.strip(),
        email=person.email.strip(),
        address=person.address.strip(),
        wish=person.wish.strip(),
        insists_on_meeting=person.insists_on_meeting,
        phone_hash=phone_mark(person.phone),
        email_hash=email_mark(person.email),
    ).save(force_insert=True)
    activity(case, "take_in", actor=actor, after={"kind": case.kind, "channel": case.channel}, at=at)
    run_from_receipt(case, actor=actor)
    case_index(case)
    alert(case, actor)
    emit(CaseReceived(case.reference, case.org_path, case.is_major))
    return TakenIn(case, code, "" if len(digits) >= 7 else pin, True)


COPIED = (
    "text",
    "channel",
    "kind",
    "title",
    "happened_at",
    "happened_on",
    "place",
    "latitude",
    "longitude",
    "line",
    "asset",
    "staff_said",
    "answers",
    "is_major",
    "from_above",
    "repeat_of",
    "incident",
    "origin",
    "origin_id",
    "origin_due_at",
    "service_code",
    "is_public",
)


def alert(case: Case, actor: Actor) -> None:
    """A major event, or a requirement from above, is told to the leader at once, at any hour."""
    if case.is_major or case.from_above:
        tell(
            subject=case,
            message=gettext_noop("Major event %(number)s: %(title)s"),
            params={"number": case.number, "title": case.title},
            holders_of=may.LEAD,
            without=actor,
        )


@transaction.atomic
def case_mark_major(*, actor: Actor, case: Case, reason: str, at: datetime | None = None) -> Case:
    """Somebody sees only later that it is a major event."""
    actor.require(may.CLASSIFY, case.org_path)
    if not reason.strip():
        raise BadInputError(_("This is needed for the step."), place="reason")
    Case.objects.filter(pk=case.pk).update(is_major=True)
    case.is_major = True
    activity(case, "mark_major", actor=actor, after={"is_major": True}, reason=reason, at=at)
    alert(case, actor)
    return case
