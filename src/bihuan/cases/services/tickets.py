"""Tickets of other systems: taken in once, added to when the sender has more to say."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import IO, Any

from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bihuan.accounts.models import User
from bihuan.cases import permissions as may
from bihuan.cases.enums import Channel, EntryKind, Side
from bihuan.cases.identity import MARK
from bihuan.cases.models import Case, CaseEntry, CaseService, CityCentre
from bihuan.cases.particulars import Use, particulars
from bihuan.cases.services.intake import Person, TakenIn, Told, case_take_in
from bihuan.cases.services.steps import desk_told
from bihuan.foundation.activity import activity
from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import BadInputError
from bihuan.organisation.models import Asset
from bihuan.records.services import attachment_add


@dataclass(frozen=True)
class Ticket:
    """A request as another system sent it, checked: ``answers`` are by the codes of the service."""

    service: CaseService
    text: str
    latitude: Decimal | None = None
    longitude: Decimal | None = None
    address: str = ""
    answers: Mapping[str, Any] = field(default_factory=dict)
    further: Mapping[str, Any] = field(default_factory=dict)
    person: Person = field(default_factory=Person)
    account_id: str = ""
    device_id: str = ""
    files: Sequence[tuple[str, IO[bytes]]] = ()


def origin_of(actor: Actor) -> tuple[str, CityCentre | None]:
    """Whose numbers these are: those of the city's centre with this account, else those of the account."""
    centre = CityCentre._base_manager.filter(account=actor.user_id, is_active=True).first()
    if centre is not None:
        return centre.origin, centre
    user = User.objects.filter(pk=actor.user_id or 0).values_list("username", flat=True).first()
    return f"open311:{user or actor.name}"[:60], None


def repeat_mark(ticket: Ticket, day: str) -> str:
    """The same words from the same device or account on one day are one ticket sent again."""
    if not (ticket.account_id or ticket.device_id):
        return ""
    said = [
        *(ticket.account_id, ticket.device_id, day, ticket.service.code, ticket.text, ticket.address),
        *(str(ticket.latitude), str(ticket.longitude), dict(ticket.answers), dict(ticket.further)),
    ]
    return MARK + hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:40]


def used(ticket: Ticket) -> dict[str, str]:
    """Answers that fill a field of the case, by that field."""
    found: dict[str, str] = {}
    for one in particulars(ticket.service.attributes):
        value = ticket.answers.get(one.code)
        if one.use and value is not None:
            names = dict(one.values)
            parts = value if isinstance(value, list) else [value]
            found[one.use] = ", ".join(names.get(str(part), str(part)) for part in parts)
    return found


def asset_called(kind: str, name: str) -> Asset | None:
    """A line or vehicle as callers write it: 3, 3路, B-001."""
    if not name:
        return None
    rows = Asset.objects.filter(kind=kind, is_active=True)
    return rows.filter(code__iexact=name).first() or rows.filter(name__iexact=name).first() or line_number(rows, name)


def line_number(rows: Any, name: str) -> Asset | None:
    number = name.replace("路", "").replace("线", "").strip()
    return rows.filter(code__iexact=number).first() if number and number != name else None


def moment(value: str, now: datetime) -> tuple[datetime | None, Any]:
    """When it happened: an instant or only a day; what lies in the future is not believed."""
    day = parse_date(value) if value else None
    if day is not None:
        return None, day if day <= timezone.localdate(now) else None
    at = parse_datetime(value) if value else None
    if at is not None and timezone.is_naive(at):
        at = timezone.make_aware(at)
    return (at if at is not None and at <= now else None), None


def told_by(ticket: Ticket, actor: Actor, now: datetime) -> Told:
    fills = used(ticket)
    origin, centre = origin_of(actor)
    happened_at, happened_on = moment(fills.get(Use.HAPPENED, ""), now)
    stop = fills.get(Use.STOP, "")
    place = ", ".join(part for part in (ticket.address, stop) if part)
    number = fills.get(Use.NUMBER, "")[:120]
    person = ticket.person
    return Told(
        text=ticket.text,
        channel=Channel.HOTLINE if centre is not None else Channel.API,
        kind=ticket.service.kind,
        happened_at=happened_at,
        happened_on=happened_on,
        place=place[:200],
        latitude=ticket.latitude,
        longitude=ticket.longitude,
        line=asset_called("line", fills.get(Use.LINE, "")),
        asset=asset_called("vehicle", fills.get(Use.VEHICLE, "")),
        staff_said=fills.get(Use.STAFF, "")[:120],
        answers={**ticket.further, **ticket.answers},
        origin=origin,
        origin_id=number or repeat_mark(ticket, f"{timezone.localdate(now)}"),
        service_code=ticket.service.code,
        is_public=ticket.service.publishes,
        person=Person(
            name=person.name,
            phone=person.phone,
            email=person.email,
            wish=fills.get(Use.WISH, "")[:300],
        ),
    )


@transaction.atomic
def ticket_take_in(*, actor: Actor, ticket: Ticket, at: datetime | None = None) -> TakenIn:
    """Register a request of another system; its own number, or the same words again, give the case there is."""
    at = at or timezone.now()
    taken = case_take_in(actor=actor, desk=ticket.service.desk, told=told_by(ticket, actor, at), at=at)
    if taken.is_new:
        for name, content in ticket.files:
            attachment_add(subject=taken.case, actor=actor, name=name, content=content)
    return taken


@transaction.atomic
def ticket_add(*, actor: Actor, case: Case, text: str, update_id: str, at: datetime | None = None) -> CaseEntry:
    """The sender has more to say; the same update twice is one entry. A closed case is not opened by it."""
    actor.require(may.INTAKE, case.desk.org_path)
    at = at or timezone.now()
    mark = f"open311:{actor.user_id}:{update_id}"[:250] if update_id else ""
    known = CaseEntry.objects.filter(message_id=mark).first() if mark else None
    if known is not None:
        return known
    entry = CaseEntry.objects.create(
        case=case,
        org_path=case.org_path,
        kind=EntryKind.MESSAGE,
        side=Side.CUSTOMER,
        text=text.strip(),
        at=at,
        by_id=actor.user_id,
        by_name=actor.name,
        message_id=mark,
    )
    activity(case, "entry", actor=actor, after={"kind": EntryKind.MESSAGE, "side": Side.CUSTOMER}, at=at)
    desk_told(case, _MORE, actor=actor, permission=may.DISPATCH)
    return entry


_MORE = gettext_noop("The city's centre has more to say on %(number)s")


def said_of(ticket_text: str, service: CaseService, answers: Mapping[str, Any]) -> str:
    """The text of a case; where the caller gave no words, those of the service and its particulars."""
    if ticket_text:
        return ticket_text
    asked = {one.code: one for one in particulars(service.attributes)}
    lines = [service.name]
    for code, value in answers.items():
        one = asked.get(code)
        names = dict(one.values) if one else {}
        parts = value if isinstance(value, list) else [value]
        words = ", ".join(names.get(str(part), str(part)) for part in parts)
        lines.append(_("%(question)s: %(answer)s") % {"question": one.description if one else code, "answer": words})
    return "\n".join(lines)


@transaction.atomic
def case_publish(*, actor: Actor, case: Case, is_public: bool, reason: str) -> Case:
    """Free a case for everybody to read by Open311, or take it back; somebody has read what will be shown."""
    actor.require(may.CLASSIFY, case.org_path)
    if not reason.strip():
        raise BadInputError(_("This is needed for the step."), place="reason")
    if case.is_public != is_public:
        Case.objects.filter(pk=case.pk).update(is_public=is_public)
        before, case.is_public = {"is_public": case.is_public}, is_public
        activity(case, "publication", actor=actor, before=before, after={"is_public": is_public}, reason=reason)
    return case
