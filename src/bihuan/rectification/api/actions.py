"""REST: actions and the five-fixed check."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Status

from bihuan.foundation.api import Listing, Paging, ReasonIn, Requires, answers, listing
from bihuan.foundation.middleware import actor_of
from bihuan.rectification import permissions as may
from bihuan.rectification import schemas, services
from bihuan.rectification.api.lookup import find, person_named
from bihuan.rectification.models import Action, Finding, PlanRule

router = Router(tags=["actions"])


def action_for(request: HttpRequest, pk: int, permission: str = may.ACTIONS_MANAGE) -> Action:
    action: Action = find(request, Action, pk, permission)
    return action


@router.get("/findings/{pk}/actions", auth=Requires(may.FINDINGS_VIEW), response=answers(Listing[schemas.ActionOut]))
def list_actions(request: HttpRequest, pk: int, paging: Query[Paging]) -> Any:
    finding: Finding = find(request, Finding, pk, may.FINDINGS_VIEW)
    return listing(finding.actions.all(), paging)


@router.post("/findings/{pk}/actions", auth=Requires(may.ACTIONS_MANAGE), response=answers(schemas.ActionOut, 201))
def plan_action(request: HttpRequest, pk: int, given: schemas.ActionIn) -> Any:
    finding = find(request, Finding, pk, may.ACTIONS_MANAGE)
    values = {**given.dict(exclude={"owner_id"}), "owner": person_named(given.owner_id)}
    return Status(201, services.action_plan(actor=actor_of(request), finding=finding, **values))


@router.post("/actions/{pk}/done", auth=Requires(may.ACTIONS_MANAGE), response=answers(schemas.ActionOut))
def action_done(request: HttpRequest, pk: int, given: schemas.ResultIn) -> Any:
    return services.action_report_done(actor=actor_of(request), action=action_for(request, pk), result=given.result)


@router.post("/actions/{pk}/verify", auth=Requires(may.NOTICES_VERIFY), response=answers(schemas.ActionOut))
def verify_action(request: HttpRequest, pk: int) -> Any:
    return services.action_verify(actor=actor_of(request), action=action_for(request, pk, may.NOTICES_VERIFY))


@router.post("/actions/{pk}/send-back", auth=Requires(may.NOTICES_VERIFY), response=answers(schemas.ActionOut))
def send_back_action(request: HttpRequest, pk: int, given: ReasonIn) -> Any:
    action = action_for(request, pk, may.NOTICES_VERIFY)
    return services.action_send_back(actor=actor_of(request), action=action, reason=given.reason)


@router.post("/actions/{pk}/cancel", auth=Requires(may.ACTIONS_MANAGE), response=answers(schemas.ActionOut))
def cancel_action(request: HttpRequest, pk: int, given: ReasonIn) -> Any:
    return services.action_cancel(actor=actor_of(request), action=action_for(request, pk), reason=given.reason)


@router.post("/actions/{pk}/revive", auth=Requires(may.ACTIONS_MANAGE), response=answers(schemas.ActionOut))
def revive_action(request: HttpRequest, pk: int, given: ReasonIn) -> Any:
    return services.action_revive(actor=actor_of(request), action=action_for(request, pk), reason=given.reason)


@router.post("/actions/{pk}/reschedule", auth=Requires(may.ACTIONS_MANAGE), response=answers(schemas.ActionOut))
def reschedule_action(request: HttpRequest, pk: int, given: schemas.RescheduleIn) -> Any:
    values = {**given.dict(exclude={"owner_id"}), "owner": person_named(given.owner_id)}
    return services.action_reschedule(actor=actor_of(request), action=action_for(request, pk), **values)


@router.get("/plan-rules", auth=Requires(may.FINDINGS_VIEW), response=answers(list[schemas.PlanRuleOut]))
def list_plan_rules(request: HttpRequest) -> Any:
    return PlanRule.objects.all()


@router.put("/plan-rules/{severity}", auth=Requires(may.PLAN_RULES), response=answers(schemas.PlanRuleOut))
def set_plan_rule(request: HttpRequest, severity: str, given: schemas.PlanRuleIn) -> Any:
    return services.plan_rule_set(actor=actor_of(request), severity=severity, required=given.required)
