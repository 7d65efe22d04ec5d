"""REST: calendars, policies, clocks and their ledgers."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Status

from bihuan.duties import schemas, selectors, services
from bihuan.duties.models import Clock, DeadlinePolicy, WorkCalendar
from bihuan.duties.permissions import CALENDARS_MANAGE, CALENDARS_VIEW, CLOCKS_VIEW
from bihuan.foundation.api import Listing, Paging, Requires, answers, listing, visible_or_404
from bihuan.foundation.middleware import actor_of
from bihuan.organisation.models import OrgUnit

router = Router(tags=["duties"])


def calendar_out(calendar: WorkCalendar) -> dict[str, Any]:
    assert calendar.current is not None
    return {
        "id": calendar.pk,
        "name": calendar.name,
        "unit_id": calendar.unit_id,
        "version": calendar.current.number,
        "published_through": calendar.current.published_through,
        "body": calendar.current.body,
    }


def policy_out(policy: DeadlinePolicy) -> dict[str, Any]:
    assert policy.current is not None
    return {
        "id": policy.pk,
        "key": policy.key,
        "name": policy.name,
        "unit_id": policy.unit_id,
        "version": policy.current.number,
        "clause": policy.current.clause,
        "rule": policy.current.rule,
    }


@router.get("/calendars", auth=Requires(CALENDARS_VIEW), response=answers(Listing[schemas.CalendarOut]))
def list_calendars(request: HttpRequest, paging: Query[Paging]) -> Any:
    rows = WorkCalendar.objects.for_permission(actor_of(request), CALENDARS_VIEW).select_related("current")
    return listing(rows, paging, calendar_out)


@router.post("/calendars", auth=Requires(CALENDARS_MANAGE), response=answers(schemas.CalendarOut, 201))
def create_calendar(request: HttpRequest, given: schemas.CalendarIn) -> Any:
    actor = actor_of(request)
    unit = visible_or_404(OrgUnit.objects.all(), given.unit_id, actor, CALENDARS_MANAGE)
    calendar = services.calendar_create(actor=actor, unit=unit, name=given.name, body=given.body, note=given.note)
    return Status(201, calendar_out(calendar))


@router.get("/calendars/{pk}", auth=Requires(CALENDARS_VIEW), response=answers(schemas.CalendarOut))
def get_calendar(request: HttpRequest, pk: int) -> Any:
    return calendar_out(visible_or_404(WorkCalendar.objects.all(), pk, actor_of(request), CALENDARS_VIEW))


@router.post("/calendars/{pk}/versions", auth=Requires(CALENDARS_MANAGE), response=answers(schemas.CalendarOut, 201))
def publish_calendar(request: HttpRequest, pk: int, given: schemas.CalendarVersionIn) -> Any:
    actor = actor_of(request)
    calendar = visible_or_404(WorkCalendar.objects.all(), pk, actor, CALENDARS_MANAGE)
    services.calendar_publish(calendar=calendar, actor=actor, body=given.body, note=given.note)
    return Status(201, calendar_out(calendar))


@router.get("/policies", auth=Requires(CALENDARS_VIEW), response=answers(Listing[schemas.PolicyOut]))
def list_policies(request: HttpRequest, paging: Query[Paging]) -> Any:
    rows = DeadlinePolicy.objects.for_permission(actor_of(request), CALENDARS_VIEW).select_related("current")
    return listing(rows, paging, policy_out)


@router.post("/policies", auth=Requires(CALENDARS_MANAGE), response=answers(schemas.PolicyOut, 201))
def create_policy(request: HttpRequest, given: schemas.PolicyIn) -> Any:
    actor = actor_of(request)
    unit = visible_or_404(OrgUnit.objects.all(), given.unit_id, actor, CALENDARS_MANAGE)
    values = given.dict(exclude={"unit_id"})
    return Status(201, policy_out(services.policy_create(actor=actor, unit=unit, **values)))


@router.get("/policies/{pk}", auth=Requires(CALENDARS_VIEW), response=answers(schemas.PolicyOut))
def get_policy(request: HttpRequest, pk: int) -> Any:
    return policy_out(visible_or_404(DeadlinePolicy.objects.all(), pk, actor_of(request), CALENDARS_VIEW))


@router.post("/policies/{pk}/versions", auth=Requires(CALENDARS_MANAGE), response=answers(schemas.PolicyOut, 201))
def publish_policy(request: HttpRequest, pk: int, given: schemas.PolicyVersionIn) -> Any:
    actor = actor_of(request)
    policy = visible_or_404(DeadlinePolicy.objects.all(), pk, actor, CALENDARS_MANAGE)
    services.policy_publish(policy=policy, actor=actor, rule=given.rule, note=given.note, clause=given.clause)
    return Status(201, policy_out(policy))


@router.get("/clocks", auth=Requires(CLOCKS_VIEW), response=answers(Listing[schemas.ClockOut]))
def list_clocks(request: HttpRequest, paging: Query[Paging]) -> Any:
    """Open clocks, the most pressing first."""
    return listing(selectors.due_clocks(actor_of(request)), paging)


@router.get("/clocks/{pk}", auth=Requires(CLOCKS_VIEW), response=answers(schemas.LedgerOut))
def get_clock(request: HttpRequest, pk: int) -> Any:
    """One clock with its day-by-day ledger."""
    clock = visible_or_404(Clock.objects.all(), pk, actor_of(request), CLOCKS_VIEW)
    return {"clock": clock, "state": selectors.clock_ledger(clock, timezone.now()).to_dict()}
