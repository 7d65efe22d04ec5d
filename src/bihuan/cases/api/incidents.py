"""REST: incidents, their steps, and the cases that have this cause."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Query, Router, Status

from bihuan.cases import permissions as may
from bihuan.cases import schemas, services
from bihuan.cases.models import Case, Incident
from bihuan.cases.selectors.desk import incidents_for
from bihuan.foundation.api import Listing, Paging, ReasonIn, Requires, answers, find, listing, named
from bihuan.foundation.errors import BadInputError
from bihuan.foundation.middleware import actor_of
from bihuan.organisation.models import OrgUnit, Person

router = Router(tags=["incidents"])


def step(request: HttpRequest, pk: int, permission: str, action: str, values: dict[str, Any]) -> Incident:
    incident = find(request, Incident, pk, permission)
    return services.incident_step(actor=actor_of(request), incident=incident, action=action, data=values)


@router.get("/incidents", auth=Requires(may.VIEW), response=answers(Listing[schemas.IncidentOut]))
def list_incidents(request: HttpRequest, paging: Query[Paging], wanted: Query[schemas.IncidentFilter]) -> Any:
    rows = incidents_for(actor_of(request))
    if wanted.state:
        rows = rows.filter(state__in=wanted.state)
    if wanted.unit_id is not None:
        rows = rows.filter(org_path__within=named(OrgUnit, wanted.unit_id, "unit_id").org_path)
    return listing(rows, paging)


@router.post("/incidents", auth=Requires(may.CLASSIFY), response=answers(schemas.IncidentOut, 201))
def report_incident(request: HttpRequest, given: schemas.IncidentIn) -> Any:
    values = given.dict(exclude={"unit_id", "case_ids"})
    cases = list(Case.objects.filter(pk__in=given.case_ids))
    if len(cases) < len(set(given.case_ids)):
        raise BadInputError(_("There is no such record."), place="case_ids")
    unit = named(OrgUnit, given.unit_id, "unit_id")
    return Status(201, services.incident_report(actor=actor_of(request), unit=unit, cases=cases, **values))


@router.get("/incidents/{int:pk}", auth=Requires(may.VIEW), response=answers(schemas.IncidentOut))
def get_incident(request: HttpRequest, pk: int) -> Any:
    return find(request, Incident, pk, may.VIEW)


@router.post("/incidents/{int:pk}/investigate", auth=Requires(may.DISPATCH), response=answers(schemas.IncidentOut))
def investigate_incident(request: HttpRequest, pk: int, given: schemas.LeaderIn) -> Any:
    find(request, Incident, pk, may.DISPATCH)
    leader = named(Person, given.leader_id, "leader_id")
    return step(request, pk, may.DISPATCH, "investigate", {"leader": leader})


@router.post("/incidents/{int:pk}/handle", auth=Requires(may.DISPATCH), response=answers(schemas.IncidentOut))
def handle_incident(request: HttpRequest, pk: int, given: schemas.HandlingIn) -> Any:
    return step(request, pk, may.DISPATCH, "handle", given.dict())


@router.post("/incidents/{int:pk}/close", auth=Requires(may.LEAD), response=answers(schemas.IncidentOut))
def close_incident(request: HttpRequest, pk: int, given: schemas.LessonsIn) -> Any:
    return step(request, pk, may.LEAD, "close", given.dict())


@router.post("/incidents/{int:pk}/regrade", auth=Requires(may.LEAD), response=answers(schemas.IncidentOut))
def regrade_incident(request: HttpRequest, pk: int, given: schemas.IncidentRegradeIn) -> Any:
    return step(request, pk, may.LEAD, "regrade", given.dict())


@router.post("/incidents/{int:pk}/dismiss", auth=Requires(may.LEAD), response=answers(schemas.IncidentOut))
def dismiss_incident(request: HttpRequest, pk: int, given: ReasonIn) -> Any:
    return step(request, pk, may.LEAD, "dismiss", given.dict())


@router.post("/incidents/{int:pk}/reopen", auth=Requires(may.LEAD), response=answers(schemas.IncidentOut))
def reopen_incident(request: HttpRequest, pk: int, given: ReasonIn) -> Any:
    return step(request, pk, may.LEAD, "reopen", given.dict())


@router.post("/{int:pk}/incident", auth=Requires(may.CLASSIFY), response=answers(schemas.CaseOut))
def link_case(request: HttpRequest, pk: int, given: schemas.IncidentLinkIn) -> Any:
    case = find(request, Case, pk, may.CLASSIFY)
    incident = incidents_for(actor_of(request)).filter(pk=given.incident_id).first()
    if incident is None:
        raise BadInputError(_("There is no such record."), place="incident_id")
    return services.incident_link(actor=actor_of(request), incident=incident, case=case)


@router.post("/{int:pk}/incident-off", auth=Requires(may.CLASSIFY), response=answers(schemas.CaseOut))
def unlink_case(request: HttpRequest, pk: int, given: ReasonIn) -> Any:
    case = find(request, Case, pk, may.CLASSIFY)
    return services.incident_unlink(actor=actor_of(request), case=case, reason=given.reason)
