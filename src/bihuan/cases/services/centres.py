"""City centres and services offered to other systems: keeping them; fetching tickets; laying both sides together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from bihuan.cases import permissions as may
from bihuan.cases.enums import Channel, Kind
from bihuan.cases.models import CaseService, CentreCheck, CityCentre
from bihuan.cases.open311.client import CentreError, call, checked
from bihuan.cases.particulars import Particular, faults
from bihuan.cases.services.intake import Person, Told, case_take_in
from bihuan.foundation.activity import activity, save_fields
from bihuan.foundation.actor import Actor, system_actor
from bihuan.foundation.errors import BadInputError, DomainError
from bihuan.foundation.jobs import enqueue
from bihuan.organisation.models import OrgUnit

SYSTEM = system_actor("cases")
PAGE, MOST_PAGES = 200, 50
FIRST_LOOK = timedelta(days=7)
OVERLAP = timedelta(hours=1)
WINDOW = timedelta(days=30)


@transaction.atomic
def service_write(
    *,
    actor: Actor,
    desk: OrgUnit,
    values: Mapping[str, Any],
    asked: Sequence[Particular],
    service: CaseService | None = None,
) -> CaseService:
    """Offer a service or change it; its code stays, because other systems keep it."""
    actor.require(may.CRITERIA, desk.org_path)
    wrong = faults(asked)
    if wrong:
        raise BadInputError(" ".join(wrong), place="attributes")
    content = {**values, "desk": desk, "org_path": desk.org_path, "attributes": [one.row() for one in asked]}
    if service is not None:
        actor.require(may.CRITERIA, service.org_path)
        content.pop("code", None)
        save_fields(service, content, actor=actor)
        return service
    try:
        with transaction.atomic():
            service = CaseService(**content)
            service.save(force_insert=True)
    except IntegrityError as error:
        raise BadInputError(_("This code is taken."), place="code") from error
    activity(service, "create", actor=actor, after={"code": service.code})
    return service


@transaction.atomic
def centre_write(
    *, actor: Actor, desk: OrgUnit, values: Mapping[str, Any], api_key: str = "", centre: CityCentre | None = None
) -> CityCentre:
    """Keep a centre. An empty key leaves the one there is; the log says that it changed, never what it is."""
    actor.require(may.CRITERIA, desk.org_path)
    content = {**values, "desk": desk, "org_path": desk.org_path}
    try:
        with transaction.atomic():
            if centre is None:
                centre = CityCentre(**content, api_key=api_key)
                centre.save(force_insert=True)
                activity(centre, "create", actor=actor, after={"name": centre.name})
            else:
                actor.require(may.CRITERIA, centre.org_path)
                content.pop("origin", None)
                save_fields(centre, content, actor=actor)
                key_change(centre, api_key, actor)
    except IntegrityError as error:
        raise BadInputError(_("Another centre has this short name or this account."), place="origin") from error
    return centre


def key_change(centre: CityCentre, api_key: str, actor: Actor) -> None:
    if api_key and api_key != centre.api_key:
        CityCentre.objects.filter(pk=centre.pk).update(api_key=api_key)
        centre.api_key = api_key
        activity(centre, "key_change", actor=actor)


def tickets_between(centre: CityCentre, since: datetime, until: datetime) -> list[dict[str, Any]]:
    """Everything the centre lists for a span, page by page. Raises CentreError."""
    found: dict[str, dict[str, Any]] = {}
    while since < until:
        end = min(since + WINDOW, until)
        for page in range(1, MOST_PAGES + 1):
            fields = {
                "start_date": since.isoformat(timespec="seconds"),
                # Rounded up: what arrived within this second counts.
                "end_date": (end + timedelta(seconds=1)).isoformat(timespec="seconds"),
                "jurisdiction_id": centre.jurisdiction,
                "api_key": centre.api_key,
                "page": str(page),
                "page_size": str(PAGE),
            }
            rows = checked(call("GET", f"{centre.base_url.rstrip('/')}/requests.json", fields)).rows()
            fresh = {str(row["service_request_id"]): row for row in rows if row.get("service_request_id")}
            new = fresh.keys() - found.keys()
            found |= fresh
            # A centre that knows no pages sends the same again.
            if len(rows) < PAGE or not new:
                break
        since = end
    return list(found.values())


def degrees(value: Any, most: int) -> Decimal | None:
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number.quantize(Decimal("0.000001")) if number.is_finite() and abs(number) <= most else None


def told_by_centre(centre: CityCentre, row: Mapping[str, Any]) -> Told:
    code = str(row.get("service_code") or "")[:60]
    kind = CaseService.objects.filter(code=code).values_list("kind", flat=True).first() or Kind.COMPLAINT
    due = parse_datetime(str(row.get("expected_datetime") or "")) if row.get("expected_datetime") else None
    return Told(
        text=str(row.get("description") or row.get("service_name") or _("Ticket without words"))[:8000],
        channel=Channel.HOTLINE,
        kind=kind,
        place=str(row.get("address") or "")[:200],
        latitude=degrees(row.get("lat"), 90),
        longitude=degrees(row.get("long"), 180),
        origin=centre.origin,
        origin_id=str(row["service_request_id"])[:120],
        origin_due_at=timezone.make_aware(due) if due is not None and timezone.is_naive(due) else due,
        service_code=code,
        person=Person(),
    )


def centre_pull(*, centre: CityCentre, now: datetime | None = None) -> int:
    """Fetch what is new at the centre; returns how many cases began. What it closed already is not taken in."""
    now = now or timezone.now()
    since = (centre.pulled_until - OVERLAP) if centre.pulled_until else now - FIRST_LOOK
    count, refused = 0, []
    try:
        rows = tickets_between(centre, since, now)
    except CentreError as error:
        CityCentre.objects.filter(pk=centre.pk).update(pulled_at=now, pull_error=str(error)[:300])
        return 0
    for row in rows:
        if str(row.get("status") or "open").lower() == "closed":
            continue
        try:
            count += case_take_in(actor=SYSTEM, desk=centre.desk, told=told_by_centre(centre, row), at=now).is_new
        except (DomainError, ValueError) as error:
            refused.append(f"{row['service_request_id']}: {error}")
    # What was refused once is refused again: going on must not wait for it, the reconciliation shows it.
    CityCentre.objects.filter(pk=centre.pk).update(pulled_at=now, pulled_until=now, pull_error="; ".join(refused)[:300])
    return count


def centres_pull(*, now: datetime | None = None) -> int:
    centres = CityCentre.objects.filter(is_active=True, pulls=True).exclude(base_url="").select_related("desk")
    return sum(centre_pull(centre=centre, now=now) for centre in centres)


@transaction.atomic
def check_ask(*, actor: Actor, centre: CityCentre, since: date, until: date, at: datetime | None = None) -> CentreCheck:
    """Ask the centre for its side of a period; a job fetches it."""
    actor.require(may.REPORT, centre.org_path)
    if since > until:
        raise BadInputError(_("The period ends before it begins."), place="until")
    if until - since > timedelta(days=92):
        raise BadInputError(_("At most three months at once."), place="until")
    check = CentreCheck(
        org_path=centre.org_path,
        centre=centre,
        since=since,
        until=until,
        asked_at=at or timezone.now(),
        asked_by_name=actor.name,
    )
    check.save(force_insert=True)
    enqueue("bihuan.cases.tasks.make_check", check.pk)
    return check


def check_make(*, check: CentreCheck, now: datetime | None = None) -> CentreCheck:
    """Fetch the centre's side; what we have is read when somebody looks."""
    since, until = check.bounds
    try:
        rows = tickets_between(check.centre, since, min(until, timezone.now()))
    except CentreError as error:
        CentreCheck.objects.filter(pk=check.pk, checked_at=None).update(error=str(error)[:300])
        return check
    return check_keep(check=check, rows=rows, now=now)


def check_keep(*, check: CentreCheck, rows: Sequence[Mapping[str, Any]], now: datetime | None = None) -> CentreCheck:
    """Keep what the centre listed: number and state of each ticket, nothing else."""
    theirs = [
        {"id": str(row["service_request_id"])[:120], "status": str(row.get("status") or "open").lower()[:20]}
        for row in rows
    ]
    CentreCheck.objects.filter(pk=check.pk).update(theirs=theirs, checked_at=now or timezone.now(), error="")
    return check
