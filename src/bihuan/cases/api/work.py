"""REST: cases from receipt to closing."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from ninja import Query, Router, Status

from bihuan.cases import permissions as may
from bihuan.cases import schemas, services
from bihuan.cases.enums import OPEN_HOLDERS
from bihuan.cases.models import Case, CaseExtension, CaseTheme, Criterion
from bihuan.cases.selectors import criteria_for, reading_of, themes_for
from bihuan.foundation.api import Listing, Paging, ReasonIn, Requires, answers, find, listing, named
from bihuan.foundation.errors import BadInputError
from bihuan.foundation.middleware import actor_of
from bihuan.organisation.models import Asset, OrgUnit, Person
from bihuan.records.selectors import subjects_matching
from bihuan.standards.selectors import answers_for

router = Router(tags=["cases"])


def filtered(rows: QuerySet[Case], wanted: schemas.CaseFilter) -> QuerySet[Case]:
    if wanted.state:
        rows = rows.filter(state__in=wanted.state)
    if wanted.kind:
        rows = rows.filter(kind__in=wanted.kind)
    if wanted.unit_id is not None:
        rows = rows.filter(org_path__within=named(OrgUnit, wanted.unit_id, "unit_id").org_path)
    if wanted.received_from is not None:
        rows = rows.filter(received_at__gte=wanted.received_from)
    if wanted.received_to is not None:
        rows = rows.filter(received_at__lt=wanted.received_to)
    if wanted.q:
        rows = rows.filter(pk__in=subjects_matching(Case._meta.label_lower, wanted.q))
    return rows.filter(due_at__lt=timezone.now(), waits_for__in=OPEN_HOLDERS) if wanted.overdue else rows


def case_for(request: HttpRequest, pk: int, permission: str) -> Case:
    case: Case = find(request, Case, pk, permission)
    return case


@router.get("/", auth=Requires(may.VIEW), response=answers(Listing[schemas.CaseOut]))
def list_cases(request: HttpRequest, paging: Query[Paging], wanted: Query[schemas.CaseFilter]) -> Any:
    return listing(filtered(Case.objects.for_permission(actor_of(request), may.VIEW), wanted), paging)


@router.post("/", auth=Requires(may.INTAKE), response={200: schemas.TakenInOut, **answers(schemas.TakenInOut, 201)})
def take_in_case(request: HttpRequest, given: schemas.CaseIn) -> Any:
    """201 for a new case; 200 with the case there is for the same number of the same origin."""
    values = given.dict(exclude={"desk_id", "line_id", "asset_id", "repeat_of_id", "person"})
    told = services.Told(
        line=named(Asset, given.line_id, "line_id"),
        asset=named(Asset, given.asset_id, "asset_id"),
        repeat_of=named(Case, given.repeat_of_id, "repeat_of_id"),
        person=services.Person(**given.person.dict()) if given.person else services.Person(),
        **values,
    )
    desk = named(OrgUnit, given.desk_id, "desk_id")
    taken = services.case_take_in(actor=actor_of(request), desk=desk, told=told)
    return Status(201 if taken.is_new else 200, taken)


@router.post("/reading", auth=Requires(may.INTAKE), response=answers(schemas.ReadingOut))
def read_case_text(request: HttpRequest, given: schemas.ReadingIn) -> Any:
    desk = named(OrgUnit, given.desk_id, "desk_id")
    actor_of(request).require(may.INTAKE, desk.org_path)
    return schemas.reading_out(reading_of(given.text, desk.org_path))


@router.get("/{pk}", auth=Requires(may.VIEW), response=answers(schemas.CaseOut))
def get_case(request: HttpRequest, pk: int) -> Any:
    return case_for(request, pk, may.VIEW)


@router.post("/{pk}/classify", auth=Requires(may.CLASSIFY), response=answers(schemas.CaseOut))
def classify_case(request: HttpRequest, pk: int, given: schemas.ClassIn) -> Any:
    case = case_for(request, pk, may.CLASSIFY)
    criteria, themes = criteria_for(case.desk.org_path), themes_for(case.desk.org_path)
    return services.case_classify(
        actor=actor_of(request),
        case=case,
        kind=given.kind,
        grade=given.grade,
        criterion=chosen(criteria, given.criterion_id),
        theme=chosen(themes, given.theme_id),
        reason=given.reason,
    )


def chosen(rows: QuerySet[Criterion] | QuerySet[CaseTheme], pk: int | None) -> Any:
    return rows.filter(pk=pk).first() if pk is not None else None


@router.post("/{pk}/answer-now", auth=Requires(may.INTAKE), response=answers(schemas.CaseOut))
def answer_case_now(request: HttpRequest, pk: int, given: schemas.AnswerNowIn) -> Any:
    case = case_for(request, pk, may.INTAKE)
    rows = answers_for(case.org_path, timezone.localdate())
    standard = rows.filter(pk=given.standard_id).first() if given.standard_id is not None else None
    if given.standard_id is not None and standard is None:
        raise BadInputError(_("There is no such answer in force."), place="standard_id")
    return services.case_answer_at_intake(
        actor=actor_of(request), case=case, kind=case.kind, answer=given.answer, standard=standard
    )


@router.post("/{pk}/dispatch", auth=Requires(may.DISPATCH), response=answers(schemas.CaseOut))
def dispatch_case(request: HttpRequest, pk: int, given: schemas.DispatchIn) -> Any:
    case = case_for(request, pk, may.DISPATCH)
    unit, handler = named(OrgUnit, given.unit_id, "unit_id"), named(Person, given.handler_id, "handler_id")
    return services.case_dispatch(actor=actor_of(request), case=case, unit=unit, handler=handler, note=given.note)


@router.post("/{pk}/reassign", auth=Requires(may.DISPATCH), response=answers(schemas.CaseOut))
def reassign_case(request: HttpRequest, pk: int, given: schemas.CaseReassignIn) -> Any:
    case = case_for(request, pk, may.DISPATCH)
    unit, handler = named(OrgUnit, given.unit_id, "unit_id"), named(Person, given.handler_id, "handler_id")
    return services.case_reassign(actor=actor_of(request), case=case, unit=unit, handler=handler, reason=given.reason)


@router.post("/{pk}/return", auth=Requires(may.INVESTIGATE), response=answers(schemas.CaseOut))
def return_case(request: HttpRequest, pk: int, given: ReasonIn) -> Any:
    case = case_for(request, pk, may.INVESTIGATE)
    return services.case_return(actor=actor_of(request), case=case, reason=given.reason)


@router.post("/{pk}/accept", auth=Requires(may.INVESTIGATE), response=answers(schemas.CaseOut))
def accept_case(request: HttpRequest, pk: int) -> Any:
    return services.case_accept(actor=actor_of(request), case=case_for(request, pk, may.INVESTIGATE))


@router.post("/{pk}/suspend", auth=Requires(may.INVESTIGATE), response=answers(schemas.CaseOut))
def suspend_case(request: HttpRequest, pk: int, given: schemas.SuspendIn) -> Any:
    case = case_for(request, pk, may.INVESTIGATE)
    return services.case_suspend(actor=actor_of(request), case=case, **given.dict())


@router.post("/{pk}/resume", auth=Requires(may.INVESTIGATE), response=answers(schemas.CaseOut))
def resume_case(request: HttpRequest, pk: int) -> Any:
    return services.case_resume(actor=actor_of(request), case=case_for(request, pk, may.INVESTIGATE))


@router.post("/{pk}/answer", auth=Requires(may.INVESTIGATE), response=answers(schemas.CaseOut))
def answer_case(request: HttpRequest, pk: int, given: schemas.CaseAnswerIn) -> Any:
    case = case_for(request, pk, may.INVESTIGATE)
    return services.case_answer(actor=actor_of(request), case=case, **given.dict())


@router.post("/{pk}/send-back", auth=Requires(may.FEEDBACK), response=answers(schemas.CaseOut))
def send_back_answer(request: HttpRequest, pk: int, given: ReasonIn) -> Any:
    case = case_for(request, pk, may.FEEDBACK)
    return services.case_send_back(actor=actor_of(request), case=case, reason=given.reason)


@router.post("/{pk}/contacts", auth=Requires(may.FEEDBACK), response=answers(schemas.CaseEntryOut, 201))
def note_contact(request: HttpRequest, pk: int, given: schemas.ContactIn) -> Any:
    case = case_for(request, pk, may.FEEDBACK)
    return Status(201, services.contact_note(actor=actor_of(request), case=case, **given.dict()))


@router.post("/{pk}/feed-back", auth=Requires(may.FEEDBACK), response=answers(schemas.CaseOut))
def feed_back_case(request: HttpRequest, pk: int, given: schemas.FeedBackIn) -> Any:
    case = case_for(request, pk, may.FEEDBACK)
    return services.case_feed_back(actor=actor_of(request), case=case, **given.dict())


@router.post("/{pk}/close", auth=Requires(may.CLOSE), response=answers(schemas.CaseOut))
def close_case(request: HttpRequest, pk: int, given: schemas.CaseCloseIn) -> Any:
    case = case_for(request, pk, may.CLOSE)
    return services.case_close(actor=actor_of(request), case=case, **given.dict())


@router.post("/{pk}/reopen", auth=Requires(may.REOPEN), response=answers(schemas.CaseOut))
def reopen_case(request: HttpRequest, pk: int, given: ReasonIn) -> Any:
    case = case_for(request, pk, may.REOPEN)
    return services.case_reopen(actor=actor_of(request), case=case, reason=given.reason)


@router.post("/{pk}/transfer", auth=Requires(may.DISPATCH), response=answers(schemas.CaseOut))
def transfer_case(request: HttpRequest, pk: int, given: schemas.TransferIn) -> Any:
    case = case_for(request, pk, may.DISPATCH)
    return services.case_transfer(actor=actor_of(request), case=case, **given.dict())


@router.post("/{pk}/merge", auth=Requires(may.CLASSIFY), response=answers(schemas.CaseOut))
def merge_case(request: HttpRequest, pk: int, given: schemas.MergeIn) -> Any:
    case, into = case_for(request, pk, may.CLASSIFY), named(Case, given.into_id, "into_id")
    return services.case_merge(actor=actor_of(request), case=case, into=into, reason=given.reason)


@router.post("/{pk}/withdraw", auth=Requires(may.CLASSIFY), response=answers(schemas.CaseOut))
def withdraw_case(request: HttpRequest, pk: int, given: ReasonIn) -> Any:
    case = case_for(request, pk, may.CLASSIFY)
    return services.case_withdraw(actor=actor_of(request), case=case, reason=given.reason)


@router.post("/{pk}/invalidate", auth=Requires(may.CLASSIFY), response=answers(schemas.CaseOut))
def invalidate_case(request: HttpRequest, pk: int, given: ReasonIn) -> Any:
    case = case_for(request, pk, may.CLASSIFY)
    return services.case_invalidate(actor=actor_of(request), case=case, reason=given.reason)


@router.get("/{pk}/entries", auth=Requires(may.VIEW), response=answers(Listing[schemas.CaseEntryOut]))
def list_entries(request: HttpRequest, pk: int, paging: Query[Paging]) -> Any:
    return listing(case_for(request, pk, may.VIEW).entries.order_by("at", "pk"), paging)


@router.post("/{pk}/entries", auth=Requires(may.INVESTIGATE), response=answers(schemas.CaseEntryOut, 201))
def add_entry(request: HttpRequest, pk: int, given: schemas.CaseEntryIn) -> Any:
    case = case_for(request, pk, may.INVESTIGATE)
    return Status(201, services.entry_add(actor=actor_of(request), case=case, **given.dict()))


@router.post("/{pk}/extensions", auth=Requires(may.INVESTIGATE), response=answers(schemas.CaseExtensionOut, 201))
def ask_for_more_time(request: HttpRequest, pk: int, given: schemas.CaseExtensionIn) -> Any:
    case = case_for(request, pk, may.INVESTIGATE)
    return Status(201, services.extension_ask(actor=actor_of(request), case=case, **given.dict()))


@router.post("/extensions/{pk}/decide", auth=Requires(may.EXTEND), response=answers(schemas.CaseExtensionOut))
def decide_on_more_time(request: HttpRequest, pk: int, given: schemas.ExtensionDecisionIn) -> Any:
    asked = find(request, CaseExtension, pk, may.EXTEND)
    if given.approve:
        return services.extension_approve(actor=actor_of(request), request=asked, note=given.reason)
    return services.extension_refuse(actor=actor_of(request), request=asked, reason=given.reason)
