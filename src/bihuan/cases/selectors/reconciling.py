"""Both sides' tickets of a period laid together: what one side lacks, where they disagree, what was not taken."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bihuan.cases.identity import MARK
from bihuan.cases.models import Case, CentreCheck, CityPush

KINDS: dict[str, str | Promise] = {
    "lacking_here": _("the centre has it, we do not"),
    "lacking_there": _("we have it, the centre does not"),
    "no_number": _("came without a number of the centre"),
    "state": _("finished on one side only"),
    "not_taken": _("result not taken by the centre"),
}


@dataclass(frozen=True)
class Difference:
    kind: str
    number: str
    case: Case | None
    ours: str
    theirs: str
    note: str

    @property
    def label(self) -> str:
        return str(KINDS[self.kind])

    def get_absolute_url(self) -> str:
        return self.case.get_absolute_url() if self.case is not None else ""


@dataclass(frozen=True)
class Sides:
    ours: int
    ours_closed: int
    theirs: int
    theirs_closed: int
    sent: int
    waiting: int
    given_up: int
    rows: list[Difference]


def sides_of(check: CentreCheck) -> Sides:
    since, until = check.bounds
    origin = check.centre.origin
    cases = list(Case.objects.filter(origin=origin, received_at__gte=since, received_at__lt=until))
    theirs = {str(row["id"]): row for row in check.theirs}
    # A ticket of the last hours of the period may have reached us after it.
    late = Case.objects.filter(origin=origin, origin_id__in=list(theirs))
    known = {case.origin_id: case for case in late}
    pushes = list(CityPush.objects.filter(centre=check.centre, case__in=cases).select_related("case"))
    rows = [
        *_lacking_here(theirs, known),
        *_lacking_there(cases, theirs),
        *_states(known, theirs),
        *_not_taken(pushes),
    ]
    return Sides(
        ours=len(cases),
        ours_closed=sum(case.is_final for case in cases),
        theirs=len(theirs),
        theirs_closed=sum(row["status"] == "closed" for row in theirs.values()),
        sent=sum(push.fate == "taken" for push in pushes),
        waiting=sum(push.fate == "waiting" for push in pushes),
        given_up=sum(push.fate == "given_up" for push in pushes),
        rows=rows,
    )


def _lacking_here(theirs: dict[str, Any], known: dict[str, Case]) -> list[Difference]:
    return [
        Difference("lacking_here", number, None, "", row["status"], "")
        for number, row in theirs.items()
        if number not in known
    ]


def _lacking_there(cases: list[Case], theirs: dict[str, Any]) -> list[Difference]:
    rows = []
    for case in cases:
        if not case.origin_id or case.origin_id.startswith(MARK):
            rows.append(Difference("no_number", "", case, case.state_label, "", ""))
        elif case.origin_id not in theirs:
            rows.append(Difference("lacking_there", case.origin_id, case, case.state_label, "", ""))
    return rows


def _states(known: dict[str, Case], theirs: dict[str, Any]) -> list[Difference]:
    return [
        Difference("state", number, case, case.state_label, theirs[number]["status"], "")
        for number, case in known.items()
        if case.is_final != (theirs[number]["status"] == "closed")
    ]


def _not_taken(pushes: list[CityPush]) -> list[Difference]:
    return [
        Difference("not_taken", push.case.origin_id, push.case, push.case.state_label, "", push.error)
        for push in pushes
        if push.fate != "taken"
    ]
