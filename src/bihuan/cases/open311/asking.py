"""What a caller asks, read with care: an empty parameter counts as absent, and every fault is named at once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email
from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from bihuan.cases.models import CaseService
from bihuan.cases.open311.refusals import RefusedError, unusable
from bihuan.cases.particulars import checked_value, particulars
from bihuan.cases.services import Person, Ticket, said_of

LONGEST_TEXT = 4000
LIMITS = {"first_name": 40, "last_name": 40, "phone": 30, "email": 120, "account_id": 100, "device_id": 100}
PLACES = {"address_string": 200, "address_id": 100, "media_url": 500}
MOST_FILES = 5
MOST_FURTHER, LONGEST_FURTHER = 40, 1000
SPAN = timedelta(days=90)
PAGE = 1000
MARKUP = re.compile(r"<\s*(?:/\s*)?[A-Za-z!][^<>]*>")
ATTRIBUTE = re.compile(r"attribute\[([^\[\]]{1,60})\](?:\[\])?")
CHINESE = re.compile("[\u4e00-\u9fff]")
STATUSES = {"open", "closed"}


def one(given: QueryDict, name: str) -> str:
    return str(given.get(name, "")).replace("\x00", "").strip()


def many(given: QueryDict, name: str) -> list[str]:
    return [part.strip() for part in one(given, name).split(",") if part.strip()]


def attributes_given(given: QueryDict) -> dict[str, list[str]]:
    """attribute[CODE]=v and attribute[CODE][]=v, repeated as often as the caller likes."""
    found: dict[str, list[str]] = {}
    for name, values in given.lists():
        match = ATTRIBUTE.fullmatch(name)
        if match:
            found.setdefault(match[1], []).extend(str(value).replace("\x00", "") for value in values)
    return found


def degrees(given: QueryDict, name: str, most: int, faults: list[str]) -> Decimal | None:
    text = one(given, name)
    if not text:
        return None
    try:
        value = Decimal(text)
        if value.is_finite() and abs(value) <= most:
            return value.quantize(Decimal("0.000001"))
    except InvalidOperation:
        pass
    faults.append(_("%(name)s is not a number from -%(most)s to %(most)s.") % {"name": name, "most": most})
    return None


def full_name(given: QueryDict) -> str:
    first, last = one(given, "first_name"), one(given, "last_name")
    if CHINESE.search(first + last):
        return last + first
    return f"{first} {last}".strip()


def check_place(given: QueryDict, faults: list[str]) -> None:
    has_point = bool(one(given, "lat") and one(given, "long"))
    if bool(one(given, "lat")) != bool(one(given, "long")):
        faults.append(_("lat and long go together."))
    elif not (has_point or one(given, "address_string") or one(given, "address_id")):
        faults.append(_("A place is required: lat and long, address_string or address_id."))


def check_texts(given: QueryDict, faults: list[str]) -> None:
    for name, limit in {**LIMITS, **PLACES, "description": LONGEST_TEXT}.items():
        if len(one(given, name)) > limit:
            faults.append(_("%(name)s takes at most %(limit)s characters.") % {"name": name, "limit": limit})
    if MARKUP.search(one(given, "description")):
        faults.append(_("description is plain text without HTML."))
    try:
        if one(given, "email"):
            validate_email(one(given, "email"))
    except ValidationError:
        faults.append(_("email is no e-mail address."))
    try:
        if one(given, "media_url"):
            URLValidator(["http", "https"])(one(given, "media_url"))
    except ValidationError:
        faults.append(_("media_url is no web address."))


def answers_given(given: QueryDict, service: CaseService, faults: list[str]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Answers to what the service asks, and what the caller gave besides; nothing is lost."""
    sent = attributes_given(given)
    answers: dict[str, Any] = {}
    for wanted in particulars(service.attributes):
        values = sent.pop(wanted.code, [])
        if wanted.variable:
            value, fault = checked_value(wanted, values)
            if fault:
                faults.append(fault)
            elif value is not None:
                answers[wanted.code] = value
    further = {code: ", ".join(values) for code, values in sent.items() if any(value.strip() for value in values)}
    if len(further) > MOST_FURTHER or any(len(value) > LONGEST_FURTHER for value in further.values()):
        faults.append(_("There are more attributes than can be kept."))
    return answers, further


def ticket_of(request: HttpRequest, service: CaseService) -> Ticket:
    """A request to be registered. Raises RefusedError (400) with everything that is wrong with it."""
    given = request.POST
    faults: list[str] = []
    check_place(given, faults)
    latitude, longitude = degrees(given, "lat", 90, faults), degrees(given, "long", 180, faults)
    check_texts(given, faults)
    answers, further = answers_given(given, service, faults)
    files = [(str(file.name), file) for name in ("media", "media[]") for file in request.FILES.getlist(name)]
    if len(files) > MOST_FILES:
        faults.append(_("At most %(most)s files.") % {"most": MOST_FILES})
    if faults:
        raise unusable(faults)
    for name in ("media_url", "address_id"):
        if one(given, name):
            further[name] = one(given, name)
    return Ticket(
        service=service,
        text=said_of(one(given, "description"), service, answers),
        latitude=latitude,
        longitude=longitude,
        address=one(given, "address_string"),
        answers=answers,
        further=further,
        person=Person(name=full_name(given), phone=one(given, "phone"), email=one(given, "email")),
        account_id=one(given, "account_id"),
        device_id=one(given, "device_id"),
        files=files,
    )


@dataclass(frozen=True)
class Search:
    """``numbers`` given, nothing else counts."""

    numbers: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    page: int = 1
    size: int = PAGE


def instant_of(given: QueryDict, name: str, faults: list[str]) -> datetime | None:
    """A W3C instant; without an offset it is local time, a mere day is its beginning."""
    text = one(given, name)
    if not text:
        return None
    # A plus sign that was not encoded arrives as a blank.
    text = re.sub(r" (\d\d:?\d\d)$", r"+\1", text)
    try:
        found = parse_datetime(text)
        day = parse_date(text) if found is None else None
    except ValueError:
        found = day = None
    if day is not None:
        found = datetime.combine(day, time.min)
    if found is None:
        faults.append(_("%(name)s is no date and time like 2026-11-26T08:00:00+08:00.") % {"name": name})
        return None
    return timezone.make_aware(found) if timezone.is_naive(found) else found


def whole(given: QueryDict, name: str, default: int, most: int, faults: list[str]) -> int:
    text = one(given, name)
    if not text:
        return default
    if not text.isascii() or not text.isdigit() or len(text) > 9 or int(text) < 1:
        faults.append(_("%(name)s is no whole number from 1 on.") % {"name": name})
        return default
    return min(int(text), most)


def span_of(given: QueryDict, now: datetime, faults: list[str]) -> tuple[datetime | None, datetime | None]:
    """At most ninety days; one end alone reaches ninety days from it; neither means the last ninety days."""
    since, until = instant_of(given, "start_date", faults), instant_of(given, "end_date", faults)
    if since is not None and until is not None:
        if since > until:
            faults.append(_("start_date lies after end_date."))
        elif until - since > SPAN:
            faults.append(_("At most 90 days at once."))
        return since, until
    if since is not None:
        return since, min(now, since + SPAN) if since < now else since + SPAN
    return (until or now) - SPAN, until


def search_of(given: QueryDict, now: datetime) -> Search:
    numbers = tuple(many(given, "service_request_id"))
    if numbers:
        return Search(numbers=numbers[:PAGE])
    faults: list[str] = []
    statuses = tuple(word.lower() for word in many(given, "status"))
    if not set(statuses) <= STATUSES:
        faults.append(_("status takes open and closed."))
    since, until = span_of(given, now, faults)
    page = whole(given, "page", 1, 1_000_000, faults)
    size = whole(given, "page_size", PAGE, PAGE, faults)
    if faults:
        raise RefusedError(400, *faults)
    return Search((), tuple(many(given, "service_code")), statuses, since, until, page, size)


def update_of(given: QueryDict) -> tuple[str, str]:
    """Text and id of an update; the same id is the same update."""
    faults = []
    text = one(given, "description")
    if not text:
        faults.append(_("description is required."))
    if len(text) > LONGEST_TEXT:
        faults.append(
            _("%(name)s takes at most %(limit)s characters.") % {"name": "description", "limit": LONGEST_TEXT}
        )
    if MARKUP.search(text):
        faults.append(_("description is plain text without HTML."))
    if faults:
        raise unusable(faults)
    return text, one(given, "update_id")[:120]
