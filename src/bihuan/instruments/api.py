"""REST: forms, versions, responses."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

from django.http import HttpRequest
from ninja import File, Form, Query, Router, Status
from ninja.files import UploadedFile

from bihuan.foundation.api import Listing, Paging, Requires, answers, listing, visible_or_404
from bihuan.foundation.middleware import actor_of
from bihuan.instruments import schemas, selectors, services
from bihuan.instruments.models import Instrument, InstrumentVersion, Response
from bihuan.instruments.permissions import ANSWER, EDIT, PUBLISH, VIEW
from bihuan.instruments.views.workbooks import xlsform_response
from bihuan.instruments.xlsform import XlsformError
from bihuan.instruments.xlsform.problems import refused
from bihuan.instruments.xlsform.sheets import LARGEST, MEGABYTE
from bihuan.organisation.models import OrgUnit

router = Router(tags=["instruments"])


def instrument_out(instrument: Instrument) -> dict[str, Any]:
    latest = selectors.latest_version(instrument)
    return {
        "id": instrument.pk,
        "title": instrument.title,
        "kind": instrument.kind,
        "unit_id": instrument.unit_id,
        "version_number": latest.number if latest else None,
    }


def response_out(response: Response) -> dict[str, Any]:
    score = services.response_score(response=response)
    return {
        "id": response.pk,
        "client_uuid": response.client_uuid,
        "business_date": response.business_date,
        "answers": response.answers,
        "states": response.states,
        "score": score.to_dict() if score else None,
    }


@router.get("/", auth=Requires(VIEW), response=answers(Listing[schemas.InstrumentOut]))
def list_instruments(request: HttpRequest, paging: Query[Paging]) -> Any:
    return listing(selectors.instruments_for(actor_of(request)), paging)


@router.post("/", auth=Requires(PUBLISH), response=answers(schemas.InstrumentOut, 201))
def create_instrument(request: HttpRequest, given: schemas.InstrumentIn) -> Any:
    """Create a form with its first version."""
    actor = actor_of(request)
    unit = visible_or_404(OrgUnit.objects.all(), given.unit_id, actor, PUBLISH)
    instrument = services.instrument_with_version(
        actor=actor, unit=unit, title=given.title, kind=given.kind, body=given.body, note=given.note
    )
    return Status(201, instrument_out(instrument))


@router.post(
    "/xlsform", auth=Requires(EDIT), response={**answers(schemas.XlsformOut, 201), 422: schemas.XlsformRefused}
)
def import_xlsform(request: HttpRequest, unit_id: Form[int], file: File[UploadedFile], title: Form[str] = "") -> Any:
    """A new form from a workbook (multipart), as a draft; 422 names every problem with its cell."""
    actor = actor_of(request)
    unit = visible_or_404(OrgUnit.objects.all(), unit_id, actor, EDIT)
    try:
        if (file.size or 0) > LARGEST:
            raise refused("too_large", limit=LARGEST // MEGABYTE)
        draft, notes = services.draft_from_xlsform(
            actor=actor, unit=unit, content=file.read(), title=title, usual_title=PurePath(file.name or "").stem
        )
    except XlsformError as error:
        return Status(
            422,
            {"code": error.code, "message": str(error.message), "place": error.place, "problems": error.problems},
        )
    return Status(201, {"instrument_id": draft.instrument_id, "title": draft.instrument.title, "notes": list(notes)})


@router.post("/{pk}/versions", auth=Requires(PUBLISH), response=answers(schemas.VersionOut, 201))
def publish_version(request: HttpRequest, pk: int, given: schemas.VersionIn) -> Any:
    actor = actor_of(request)
    instrument = visible_or_404(Instrument.objects.all(), pk, actor, PUBLISH)
    return Status(
        201, services.instrument_publish(instrument=instrument, actor=actor, body=given.body, note=given.note)
    )


@router.get("/versions/{pk}", auth=Requires(VIEW), response=answers(schemas.VersionOut))
def get_version(request: HttpRequest, pk: int) -> Any:
    return visible_or_404(InstrumentVersion.objects.all(), pk, actor_of(request), VIEW)


@router.get("/versions/{pk}/xlsform", auth=Requires(VIEW), response=answers(None))
def get_xlsform(request: HttpRequest, pk: int) -> Any:
    """The version as an XLSForm workbook."""
    version = visible_or_404(InstrumentVersion.objects.all(), pk, actor_of(request), VIEW)
    return xlsform_response(selectors.frozen_definition(version), f"{version.instrument.title} v{version.number}")


@router.post(
    "/versions/{pk}/responses",
    auth=Requires(ANSWER),
    response={**answers(schemas.ResponseOut, 201), 202: schemas.ResponseOut},
)
def store_response(request: HttpRequest, pk: int, given: schemas.ResponseIn) -> Any:
    """201 for a new response, 202 for an identical repeat, 409 for other answers under the same number."""
    version = visible_or_404(InstrumentVersion.objects.all(), pk, actor_of(request), ANSWER)
    response, is_new = services.response_store(
        version=version,
        given=services.Answered(given.answers, given.states, given.client_uuid, given.answered_at),
        collection=f"api:{version.pk}",
        channel="api",
    )
    return Status((201 if is_new else 202), response_out(response))


@router.get("/versions/{pk}/responses", auth=Requires(VIEW), response=answers(Listing[schemas.ResponseOut]))
def list_responses(request: HttpRequest, pk: int, paging: Query[Paging]) -> Any:
    version = visible_or_404(InstrumentVersion.objects.all(), pk, actor_of(request), VIEW)
    rows = Response.objects.for_permission(actor_of(request), VIEW).filter(version=version).order_by("pk")
    return listing(rows.select_related("version"), paging, response_out)
