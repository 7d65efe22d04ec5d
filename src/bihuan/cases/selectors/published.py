"""What everybody may read of a case by Open311: only what was freed for it, without names, the position coarse."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet

from bihuan.cases.models import Case, CaseService, Complainant, StaffParty
from servicequality.text import redact, redact_names

# About a hundred metres: the stop is known, the house is not.
COARSE = Decimal("0.001")
STAFF_NUMBER = re.compile(
    r"((?:工号|员工号|胸牌号?|编号|staff (?:no\.?|number))\s*[::是为]?\s*)[A-Za-z]{0,3}-?\d{2,12}", re.I
)
HOUSE = re.compile(r"\d+(?:-\d+)*\s*(?:号(?!线)|弄|栋|幢|单元|室|楼|层)")
MOMENTS = ("received_at", "classified_at", "dispatched_at", "accepted_at", "returned_at", "answered_at", "told_at")


def published(*, own_of: int | None = None) -> QuerySet[Case]:
    """Freed cases and, for a caller with a key, those the same account sent in."""
    shown = Q(is_public=True)
    if own_of is not None:
        shown |= Q(received_by=own_of, channel__in=("hotline", "api"), origin__gt="")
    return Case.objects.filter(shown).select_related("unit")


def names_in(cases: Iterable[Case]) -> Mapping[int, list[str]]:
    """Everybody a case knows by name or number, to be taken out of its text."""
    numbers = [case.pk for case in cases]
    found: dict[int, list[str]] = defaultdict(list)
    people = StaffParty.objects.filter(case__in=numbers).values_list("case", "person__name", "person__staff_number")
    for case, name, number in people:
        found[case] += [name, number]
    for case, name, phone in Complainant.objects.filter(case__in=numbers).values_list("case", "name", "phone"):
        found[case] += [name, phone]
    return found


def scrubbed(text: str, names: Iterable[str]) -> str:
    known = [name for name in names if len(name.strip()) > 1]
    plain = redact_names(redact(text).text, names=known).text
    return STAFF_NUMBER.sub(r"\1█", plain)


def without_house(place: str) -> str:
    return HOUSE.sub("", place).strip()


def updated_at(case: Case) -> datetime:
    """Of a closed case the closing; of an open one its last step."""
    if case.is_final and case.closed_at is not None:
        return case.closed_at
    steps: list[datetime] = [at for at in (getattr(case, name) for name in MOMENTS) if at is not None]
    return max(steps)


def coarse(value: Decimal | None) -> Decimal | None:
    return None if value is None else value.quantize(COARSE)


def public_rows(cases: list[Case]) -> list[dict[str, Any]]:
    """Cases in the terms of Open311; instants as instants, the caller writes them."""
    services = dict(CaseService.objects.values_list("code", "name"))
    names = names_in(cases)
    rows = []
    for case in cases:
        known = [*names.get(case.pk, []), case.staff_said]
        rows.append(
            {
                "service_request_id": case.number,
                "status": "closed" if case.is_final else "open",
                "status_notes": case.state_label,
                "service_name": services.get(case.service_code) or str(case.get_kind_display()),
                "service_code": case.service_code,
                "description": scrubbed(case.text, known),
                "agency_responsible": case.unit.name if case.unit is not None else "",
                "service_notice": "",
                "requested_datetime": case.received_at,
                "updated_datetime": updated_at(case),
                "expected_datetime": None if case.is_final else case.due_at,
                "address": without_house(scrubbed(case.place, known)),
                "address_id": "",
                "zipcode": "",
                "lat": coarse(case.latitude),
                "long": coarse(case.longitude),
                "media_url": "",
            }
        )
    return rows


def offered_services() -> QuerySet[CaseService]:
    return CaseService.objects.filter(is_active=True)
