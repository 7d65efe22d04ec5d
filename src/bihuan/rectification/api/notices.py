"""REST: rectification notices and extension requests."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Status

from bihuan.foundation.api import Listing, Paging, ReasonIn, Requires, answers, listing
from bihuan.foundation.middleware import actor_of
from bihuan.rectification import permissions as may
from bihuan.rectification import schemas, services
from bihuan.rectification.api.lookup import find, person_named, unit_named
from bihuan.rectification.models import ExtensionRequest, Finding, Notice
from bihuan.rectification.selectors import ACTIVE

router = Router(tags=["notices"])
WITH = ("replies", "verifications", "extensions")


def notice_for(request: HttpRequest, pk: int, permission: str) -> Notice:
    notice: Notice = find(request, Notice, pk, permission)
    return notice


def filtered(rows: QuerySet[Notice], wanted: schemas.NoticeFilter) -> QuerySet[Notice]:
    if wanted.state:
        rows = rows.filter(state__in=wanted.state)
    if wanted.unit_id is not None:
        rows = rows.filter(org_path__within=unit_named(wanted.unit_id).org_path)
    if wanted.overdue:
        rows = rows.filter(due_at__lt=timezone.now(), waits_for__in=ACTIVE)
    return rows


@router.get("/notices", auth=Requires(may.NOTICES_VIEW), response=answers(Listing[schemas.NoticeOut]))
def list_notices(request: HttpRequest, paging: Query[Paging], wanted: Query[schemas.NoticeFilter]) -> Any:
    rows = Notice.objects.for_permission(actor_of(request), may.NOTICES_VIEW).prefetch_related(*WITH)
    return listing(filtered(rows, wanted), paging)


@router.get("/notices/{pk}", auth=Requires(may.NOTICES_VIEW), response=answers(schemas.NoticeOut))
def get_notice(request: HttpRequest, pk: int) -> Any:
    return notice_for(request, pk, may.NOTICES_VIEW)


@router.post("/findings/{pk}/notice", auth=Requires(may.NOTICES_ISSUE), response=answers(schemas.NoticeOut, 201))
def draft_notice(request: HttpRequest, pk: int, given: schemas.NoticeChange) -> Any:
    finding = find(request, Finding, pk, may.NOTICES_ISSUE)
    return Status(201, services.notice_draft(actor=actor_of(request), finding=finding, **notice_values(given)))


def notice_values(given: schemas.NoticeChange) -> dict[str, Any]:
    return {
        **given.dict(exclude={"issuing_unit_id", "owner_id"}),
        "issuing_unit": unit_named(given.issuing_unit_id, "issuing_unit_id"),
        "owner": person_named(given.owner_id),
    }


@router.put("/notices/{pk}", auth=Requires(may.NOTICES_ISSUE), response=answers(schemas.NoticeOut))
def edit_notice(request: HttpRequest, pk: int, given: schemas.NoticeChange) -> Any:
    notice = notice_for(request, pk, may.NOTICES_ISSUE)
    return services.notice_edit(actor=actor_of(request), notice=notice, **notice_values(given))


@router.post("/notices/{pk}/issue", auth=Requires(may.NOTICES_ISSUE), response=answers(schemas.NoticeOut))
def issue_notice(request: HttpRequest, pk: int) -> Any:
    return services.notice_issue(actor=actor_of(request), notice=notice_for(request, pk, may.NOTICES_ISSUE))


@router.post("/notices/{pk}/acknowledge", auth=Requires(may.NOTICES_REPLY), response=answers(schemas.NoticeOut))
def acknowledge_notice(request: HttpRequest, pk: int) -> Any:
    return services.notice_acknowledge(actor=actor_of(request), notice=notice_for(request, pk, may.NOTICES_REPLY))


@router.post("/notices/{pk}/reply", auth=Requires(may.NOTICES_REPLY), response=answers(schemas.ReplyOut, 201))
def reply_notice(request: HttpRequest, pk: int, given: schemas.ReplyIn) -> Any:
    notice = notice_for(request, pk, may.NOTICES_REPLY)
    values = {**given.dict(exclude={"owner_id"}), "owner": person_named(given.owner_id)}
    return Status(201, services.notice_reply(actor=actor_of(request), notice=notice, **values))


@router.post("/notices/{pk}/retract", auth=Requires(may.NOTICES_REPLY), response=answers(schemas.NoticeOut))
def retract_reply(request: HttpRequest, pk: int, given: ReasonIn) -> Any:
    notice = notice_for(request, pk, may.NOTICES_REPLY)
    return services.notice_retract(actor=actor_of(request), notice=notice, reason=given.reason)


@router.post("/notices/{pk}/return", auth=Requires(may.NOTICES_VERIFY), response=answers(schemas.NoticeOut))
def return_reply(request: HttpRequest, pk: int, given: ReasonIn) -> Any:
    notice = notice_for(request, pk, may.NOTICES_VERIFY)
    return services.notice_return(actor=actor_of(request), notice=notice, reason=given.reason)


@router.post("/notices/{pk}/verify", auth=Requires(may.NOTICES_VERIFY), response=answers(schemas.VerificationOut, 201))
def verify_notice(request: HttpRequest, pk: int, given: schemas.VerifyIn) -> Any:
    notice = notice_for(request, pk, may.NOTICES_VERIFY)
    return Status(201, services.notice_verify(actor=actor_of(request), notice=notice, **given.dict()))


@router.post("/notices/{pk}/reopen", auth=Requires(may.NOTICES_VERIFY), response=answers(schemas.NoticeOut))
def reopen_notice(request: HttpRequest, pk: int, given: ReasonIn) -> Any:
    notice = notice_for(request, pk, may.NOTICES_VERIFY)
    return services.notice_reopen(actor=actor_of(request), notice=notice, reason=given.reason)


@router.post("/notices/{pk}/withdraw", auth=Requires(may.NOTICES_ISSUE), response=answers(schemas.NoticeOut))
def withdraw_notice(request: HttpRequest, pk: int, given: ReasonIn) -> Any:
    notice = notice_for(request, pk, may.NOTICES_ISSUE)
    return services.notice_withdraw(actor=actor_of(request), notice=notice, reason=given.reason)


@router.post("/notices/{pk}/extensions", auth=Requires(may.NOTICES_REPLY), response=answers(schemas.ExtensionOut, 201))
def ask_extension(request: HttpRequest, pk: int, given: schemas.ExtensionIn) -> Any:
    notice = notice_for(request, pk, may.NOTICES_REPLY)
    return Status(201, services.extension_ask(actor=actor_of(request), notice=notice, **given.dict()))


@router.post("/extensions/{pk}/approve", auth=Requires(may.NOTICES_EXTEND), response=answers(schemas.ExtensionOut))
def approve_extension(request: HttpRequest, pk: int, given: schemas.ApproveIn) -> Any:
    asked = find(request, ExtensionRequest, pk, may.NOTICES_EXTEND)
    return services.extension_approve(actor=actor_of(request), request=asked, note=given.note)


@router.post("/extensions/{pk}/refuse", auth=Requires(may.NOTICES_EXTEND), response=answers(schemas.ExtensionOut))
def refuse_extension(request: HttpRequest, pk: int, given: ReasonIn) -> Any:
    asked = find(request, ExtensionRequest, pk, may.NOTICES_EXTEND)
    return services.extension_refuse(actor=actor_of(request), request=asked, reason=given.reason)


@router.post("/extensions/{pk}/take-back", auth=Requires(may.NOTICES_REPLY), response=answers(schemas.ExtensionOut))
def take_back_extension(request: HttpRequest, pk: int, given: ReasonIn) -> Any:
    asked = find(request, ExtensionRequest, pk, may.NOTICES_REPLY)
    return services.extension_take_back(actor=actor_of(request), request=asked, reason=given.reason)
