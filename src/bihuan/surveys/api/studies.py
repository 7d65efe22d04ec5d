"""REST: on-site studies, their interviews, forums and notes. Plans and the draw stay on screen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Prefetch
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Query, Router, Status

from bihuan.foundation.api import Listing, Paging, ReasonIn, Requires, answers, find, listing, named, visible_or_404
from bihuan.foundation.errors import BadInputError
from bihuan.foundation.middleware import actor_of
from bihuan.organisation.models import OrgUnit, Person
from bihuan.surveys import permissions as may
from bihuan.surveys.models import StudyNote, StudyVisit
from bihuan.surveys.schemas import studies as schemas
from bihuan.surveys.services import studies as services

router = Router(tags=["on-site studies"])
Study = answers(schemas.StudyOut)


def act(request: HttpRequest, pk: int, permission: str, service: Callable[..., StudyVisit], **values: Any) -> Any:
    return service(actor=actor_of(request), visit=find(request, StudyVisit, pk, permission), **values)


@router.get("/studies", auth=Requires(may.STUDIES_VIEW), response=answers(Listing[schemas.StudyOut]))
def list_studies(request: HttpRequest, paging: Query[Paging], wanted: Query[schemas.StudyFilter]) -> Any:
    rows = StudyVisit.objects.for_permission(actor_of(request), may.STUDIES_VIEW).select_related("plan")
    if wanted.unit_id is not None:
        rows = rows.filter(org_path__within=named(OrgUnit, wanted.unit_id, "unit_id").org_path)
    if wanted.year is not None:
        rows = rows.filter(plan__year=wanted.year)
    if wanted.state:
        rows = rows.filter(state__in=wanted.state)
    return listing(rows, paging)


@router.get("/studies/{int:pk}", auth=Requires(may.STUDIES_VIEW), response=answers(schemas.StudyDetail))
def get_study(request: HttpRequest, pk: int) -> Any:
    standing = Prefetch("notes", StudyNote.objects.filter(withdrawn_at=None))
    rows = StudyVisit.objects.select_related("plan").prefetch_related("talks", standing)
    return visible_or_404(rows, pk, actor_of(request), may.STUDIES_VIEW)


@router.post("/studies/{int:pk}/arrange", auth=Requires(may.STUDIES_CARRY_OUT), response=Study)
def arrange_study(request: HttpRequest, pk: int, given: schemas.StudyArrangeIn) -> Any:
    visit = find(request, StudyVisit, pk, may.STUDIES_CARRY_OUT)
    stands = {name: getattr(visit, name) for name in ("planned_on", "team", "purpose", "lead", "guide")}
    values = given.dict(exclude={"lead_id"}, exclude_unset=True)
    if "lead_id" in given.model_fields_set:
        values["lead"] = named(Person, given.lead_id, "lead_id")
    return services.study_arrange(actor=actor_of(request), visit=visit, **(stands | values))


@router.post("/studies/{int:pk}/begin", auth=Requires(may.STUDIES_CARRY_OUT), response=Study)
def begin_study(request: HttpRequest, pk: int) -> Any:
    return act(request, pk, may.STUDIES_CARRY_OUT, services.study_begin)


@router.post(
    "/studies/{int:pk}/talks", auth=Requires(may.STUDIES_CARRY_OUT), response=answers(schemas.StudyTalkOut, 201)
)
def add_talk(request: HttpRequest, pk: int, given: schemas.StudyTalkIn) -> Any:
    visit = find(request, StudyVisit, pk, may.STUDIES_CARRY_OUT)
    return Status(201, services.study_talk_add(actor=actor_of(request), visit=visit, **given.dict()))


@router.post(
    "/studies/{int:pk}/notes", auth=Requires(may.STUDIES_CARRY_OUT), response=answers(schemas.StudyNoteOut, 201)
)
def add_note(request: HttpRequest, pk: int, given: schemas.StudyNoteIn) -> Any:
    visit = find(request, StudyVisit, pk, may.STUDIES_CARRY_OUT)
    talk = visit.talks.filter(pk=given.talk_id).first() if given.talk_id is not None else None
    if given.talk_id is not None and talk is None:
        raise BadInputError(_("There is no such record."), place="talk_id")
    values = given.dict(exclude={"talk_id"})
    return Status(201, services.study_note_add(actor=actor_of(request), visit=visit, talk=talk, **values))


@router.post("/studies/{int:pk}/report", auth=Requires(may.STUDIES_CARRY_OUT), response=Study)
def report_study(request: HttpRequest, pk: int, given: schemas.StudyReportIn) -> Any:
    return act(request, pk, may.STUDIES_CARRY_OUT, services.study_report, **given.dict())


@router.post("/studies/{int:pk}/send-back", auth=Requires(may.STUDIES_CLOSE), response=Study)
def send_study_back(request: HttpRequest, pk: int, given: ReasonIn) -> Any:
    return act(request, pk, may.STUDIES_CLOSE, services.study_send_back, **given.dict())


@router.post("/studies/{int:pk}/close", auth=Requires(may.STUDIES_CLOSE), response=Study)
def close_study(request: HttpRequest, pk: int, given: schemas.StudyCloseIn) -> Any:
    return act(request, pk, may.STUDIES_CLOSE, services.study_close, **given.dict())


@router.post("/studies/{int:pk}/reopen", auth=Requires(may.STUDIES_CLOSE), response=Study)
def reopen_study(request: HttpRequest, pk: int, given: ReasonIn) -> Any:
    return act(request, pk, may.STUDIES_CLOSE, services.study_reopen, **given.dict())


@router.post("/studies/{int:pk}/cancel", auth=Requires(may.STUDIES_PLAN), response=Study)
def cancel_study(request: HttpRequest, pk: int, given: ReasonIn) -> Any:
    return act(request, pk, may.STUDIES_PLAN, services.study_cancel, **given.dict())


@router.post("/studies/{int:pk}/restore", auth=Requires(may.STUDIES_PLAN), response=Study)
def restore_study(request: HttpRequest, pk: int, given: ReasonIn) -> Any:
    return act(request, pk, may.STUDIES_PLAN, services.study_restore, **given.dict())
