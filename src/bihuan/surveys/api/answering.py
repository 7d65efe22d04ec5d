"""REST: answers through a door of kind "api", by the same service as the public pages."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import File, Form, Router, Status
from ninja.errors import HttpError
from ninja.files import UploadedFile

from bihuan.foundation.api import Requires, answers, visible_or_404
from bihuan.foundation.errors import BadInputError
from bihuan.foundation.middleware import actor_of
from bihuan.foundation.scope import system_scope
from bihuan.instruments.definition import ItemType
from bihuan.instruments.selectors import frozen_definition
from bihuan.organisation.models import OrgUnit
from bihuan.surveys.answering.opening import AnswersNotValidError, opening
from bihuan.surveys.models import Door, Segment
from bihuan.surveys.permissions import FIELD
from bihuan.surveys.schemas.answering import AnswerProblems, DoorFormOut, FileOut, SurveyAnswersIn, SurveyAnswersOut
from bihuan.surveys.services.answer_files import answer_file_keep
from bihuan.surveys.services.answering import SCOPE, Submission, answer_submit

router = Router(tags=["surveys"])


def door_by(request: HttpRequest, code: str) -> Door:
    """A door of another kind, or of a unit out of sight, does not exist here."""
    rows = Door.objects.filter(code=code, kind=Door.Kind.API)
    door = rows.select_related("campaign__version_of_form", "unit", "asset__unit").first()
    if door is None:
        raise HttpError(404, "not found")
    actor_of(request).require(FIELD, door.org_path)
    return door


@router.get("/doors/{code}/form", auth=Requires(FIELD), response=answers(DoorFormOut))
def get_form(request: HttpRequest, code: str) -> Any:
    """The form to answer: items, scales, choices, conditions, languages."""
    door = door_by(request, code)
    campaign, version = door.campaign, door.campaign.version_of_form
    return {
        "code": door.code,
        "campaign_id": campaign.pk,
        "campaign": campaign.title,
        "opening": opening(
            is_active=door.is_active,
            state=campaign.state,
            opens_at=campaign.opens_at,
            closes_at=campaign.closes_at,
            now=timezone.now(),
        ),
        "version_id": version.pk,
        "content_hash": version.content_hash,
        "body": version.body,
    }


@router.post(
    "/doors/{code}/answers",
    auth=Requires(FIELD),
    response={**answers(SurveyAnswersOut, 201), 202: SurveyAnswersOut, 422: AnswerProblems},
)
def send_answer(request: HttpRequest, code: str, given: SurveyAnswersIn) -> Any:
    """201 stored, 202 an identical repeat, 409 other answers under the same number or a refusal, 422 with places."""
    door, actor = door_by(request, code), actor_of(request)
    unit = visible_or_404(OrgUnit.objects.all(), given.unit_id, actor, FIELD) if given.unit_id else None
    submission = Submission(
        answers=given.answers,
        states=given.states,
        client_uuid=given.client_uuid,
        language=given.language or frozen_definition(door.campaign.version_of_form).languages[0],
        token=given.token,
        segment=segment_by(door, given.segment),
        unit=unit,
        seconds=given.seconds,
    )
    try:
        receipt = answer_submit(door=door, given=submission, actor=actor)
    except AnswersNotValidError as refused:
        problems = [{"item": one.item, "kind": one.kind, "message": one.message} for one in refused.problems]
        first = {"code": refused.code, "message": str(refused.message), "place": refused.place}
        return Status(422, {**first, "problems": problems})
    found = {"id": receipt.response.pk, "client_uuid": receipt.response.client_uuid, "is_new": receipt.is_new}
    return Status((201 if receipt.is_new else 202), found)


def segment_by(door: Door, code: str) -> Segment | None:
    if not code:
        return None
    with system_scope(SCOPE):
        found = Segment.objects.filter(campaign=door.campaign, code=code).first()
    if found is None:
        raise BadInputError(_("The survey has no segment with this code."), place="segment")
    return found


@router.post("/doors/{code}/files", auth=Requires(FIELD), response=answers(FileOut, 201))
def send_file(
    request: HttpRequest, code: str, client_uuid: Form[UUID], item: Form[str], file: File[UploadedFile]
) -> Any:
    """Keep a file before the answer that names it is sent under the same ``client_uuid``."""
    door = door_by(request, code)
    found = frozen_definition(door.campaign.version_of_form).by_code.get(item)
    if found is None or found.type is not ItemType.FILE:
        raise BadInputError(_("The form takes no file at this item."), place="item")
    with system_scope(SCOPE):
        kept = answer_file_keep(campaign=door.campaign, client_uuid=client_uuid, item=found, upload=file)
    return Status(201, {"reference": kept.handle, "name": kept.name, "media_type": kept.media_type, "size": kept.size})
