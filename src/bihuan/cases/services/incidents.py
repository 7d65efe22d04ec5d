"""Incidents: many customers, one cause. The leader is told at once; each case keeps clock, answer and satisfaction."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from bihuan.cases import permissions as may
from bihuan.cases.enums import IncidentGrade
from bihuan.cases.models import Case, Incident
from bihuan.cases.services.indexing import incident_index
from bihuan.foundation.activity import activity
from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import BadInputError
from bihuan.foundation.lifecycle import perform
from bihuan.organisation.models import OrgUnit, Person
from bihuan.records.services import number_take, tell

SERIES = "SG"


@transaction.atomic
def incident_report(
    *,
    actor: Actor,
    unit: OrgUnit,
    title: str,
    fact: str,
    grade: str,
    happened_at: datetime,
    cases: Iterable[Case] = (),
    at: datetime | None = None,
) -> Incident:
    actor.require(may.CLASSIFY, unit.org_path)
    at = at or timezone.now()
    if grade not in IncidentGrade.values:
        raise BadInputError(_("There is no such grade."), place="grade")
    for name, value in (("title", title), ("fact", fact)):
        if not value.strip():
            raise BadInputError(_("This is needed for the step."), place=name)
    if happened_at > at:
        raise BadInputError(_("It cannot have happened in the future."), place="happened_at")
    year = timezone.localtime(at).year
    incident = Incident.objects.create(
        org_path=unit.org_path,
        state=Incident.lifecycle.initial,
        number=f"{SERIES}-{year}-{number_take(series=SERIES, year=year):04d}",
        title=title.strip(),
        fact=fact.strip(),
        grade=grade,
        unit=unit,
        happened_at=happened_at,
        reported_at=at,
        reported_by_id=actor.user_id,
        reported_by_name=actor.name,
    )
    activity(incident, "report", actor=actor, after={"title": title, "grade": grade}, at=at)
    for case in cases:
        incident_link(actor=actor, incident=incident, case=case, at=at)
    incident_index(incident)
    tell(
        subject=incident,
        message=gettext_noop("Service-quality incident %(number)s: %(title)s"),
        params={"number": incident.number, "title": incident.title},
        holders_of=may.LEAD,
        without=actor,
    )
    return incident


@transaction.atomic
def incident_link(*, actor: Actor, incident: Incident, case: Case, at: datetime | None = None) -> Case:
    """Say that the case has this cause. Its clocks run on, its customer is answered and asked like any other."""
    actor.require(may.CLASSIFY, case.org_path)
    Case.objects.filter(pk=case.pk).update(incident=incident)
    case.incident = incident
    activity(case, "incident_link", actor=actor, after={"incident": incident.number}, at=at)
    return case


@transaction.atomic
def incident_unlink(*, actor: Actor, case: Case, reason: str, at: datetime | None = None) -> Case:
    actor.require(may.CLASSIFY, case.org_path)
    before = case.incident.number if case.incident else ""
    Case.objects.filter(pk=case.pk).update(incident=None)
    case.incident = None
    activity(case, "incident_unlink", actor=actor, before={"incident": before}, reason=reason, at=at)
    return case


@transaction.atomic
def incident_step(
    *, actor: Actor, incident: Incident, action: str, data: dict[str, Any], at: datetime | None = None
) -> Incident:
    """Investigate, handle, regrade, close, dismiss, reopen: what each needs stands in the lifecycle."""
    at = at or timezone.now()
    given = dict(data)
    leader = given.pop("leader", None)
    if isinstance(leader, Person):
        given["leader_id"] = leader.pk
    if action in {"close", "dismiss"}:
        given["closed_at"] = at
    perform(incident, action, actor=actor, data=given, at=at)
    incident_index(incident)
    return incident
