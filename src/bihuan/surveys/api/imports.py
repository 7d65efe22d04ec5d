"""REST: the whole way of a survey file, from upload to results and withdrawal."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import File, Form, Query, Router, Status
from ninja.errors import HttpError
from ninja.files import UploadedFile

from bihuan.foundation.actor import Actor
from bihuan.foundation.api import Listing, Paging, Requires, answers, listing, visible_or_404
from bihuan.foundation.middleware import actor_of
from bihuan.foundation.reading import DEFAULT_LIMITS
from bihuan.organisation.models import OrgUnit
from bihuan.surveys import keeping, schemas, selectors, services
from bihuan.surveys.mapping import Mapping
from bihuan.surveys.mapping.toml_text import use_from
from bihuan.surveys.models import SurveyImport, SurveyResult
from bihuan.surveys.permissions import IMPORT, VIEW, WITHDRAW

router = Router()
ENVELOPE = 20 * 1024 * 1024


class RequiresUpload(Requires):
    """Refuses a far too large body by its stated length, before any of it is read."""

    def __call__(self, request: HttpRequest) -> Actor | None:
        length = request.META.get("CONTENT_LENGTH") or "0"
        size = int(length) if length.isdigit() else 0
        if size > DEFAULT_LIMITS.size + ENVELOPE:
            raise keeping.too_large(size)
        return super().__call__(request)


def survey_out(survey: SurveyImport) -> dict[str, Any]:
    return {
        "id": survey.pk,
        "title": survey.title,
        "unit_id": survey.unit_id,
        "state": survey.state,
        "period_from": survey.period_from,
        "period_to": survey.period_to,
        "file_name": survey.file_name,
        "sha256": survey.digest,
        "rows": survey.rows,
        "progress": survey.progress,
        "uploaded_at": survey.uploaded_at,
        "imported_at": survey.imported_at,
        "imported_by": survey.imported_by_name,
        "headline": survey.headline_text,
        "problem": " ".join(str(survey.problem_found).split()) if survey.problem else "",
        "already_imported": [one.pk for one in selectors.same_file(survey)] if survey.state == "proposed" else [],
    }


def found(request: HttpRequest, pk: int, permission: str) -> Any:
    return visible_or_404(SurveyImport.objects.all(), pk, actor_of(request), permission)


@router.get("/", auth=Requires(VIEW), response=answers(Listing[schemas.SurveyOut]))
def list_surveys(request: HttpRequest, paging: Query[Paging], wanted: Query[schemas.SurveyFilter]) -> Any:
    rows = selectors.surveys_for(actor_of(request))
    if wanted.state:
        rows = rows.filter(state__in=wanted.state)
    if wanted.unit_id is not None:
        unit = visible_or_404(OrgUnit.objects.all(), wanted.unit_id, actor_of(request), VIEW)
        rows = rows.filter(org_path__within=unit.org_path)
    return listing(rows, paging, survey_out)


@router.post("/", auth=RequiresUpload(IMPORT), response={**answers(schemas.SurveyOut, 201), 202: schemas.SurveyOut})
def upload_survey(
    request: HttpRequest,
    unit_id: Form[int],
    file: File[UploadedFile],
    codebook: File[UploadedFile | None] = None,
) -> Any:
    """Take a file in (multipart): 201 when it was read at once, 202 when the worker will read it."""
    actor = actor_of(request)
    unit = visible_or_404(OrgUnit.objects.all(), unit_id, actor, IMPORT)
    survey = services.survey_upload(
        actor=actor,
        unit=unit,
        name=file.name or "",
        content=file.file,  # type: ignore[arg-type]
        codebook_name=(codebook.name or "") if codebook else "",
        codebook=codebook.file if codebook else None,  # type: ignore[arg-type]
    )
    return Status((202 if survey.state == "reading" else 201), survey_out(survey))


@router.get("/{pk}", auth=Requires(VIEW), response=answers(schemas.SurveyOut))
def get_survey(request: HttpRequest, pk: int) -> Any:
    """Where an import stands; ask again while its state is "reading" or "importing"."""
    return survey_out(found(request, pk, VIEW))


@router.get("/{pk}/mapping", auth=Requires(IMPORT), response=answers(schemas.ProposalOut))
def get_mapping(request: HttpRequest, pk: int) -> Any:
    survey = found(request, pk, IMPORT)
    return {
        "survey": survey_out(survey),
        "columns": survey.profile.get("columns", []),
        "mapping": survey.mapping,
        "links": survey.links,
        "preview": survey.profile.get("preview", []),
        "is_remembered": survey.memory_id is not None,
    }


@router.put("/{pk}/mapping", auth=Requires(IMPORT), response=answers(schemas.SurveyOut))
def save_mapping(request: HttpRequest, pk: int, given: schemas.MappingIn) -> Any:
    """Say what the columns are; nothing is imported yet."""
    survey, actor = found(request, pk, IMPORT), actor_of(request)
    unit = visible_or_404(OrgUnit.objects.all(), given.unit_id, actor, IMPORT) if given.unit_id else None
    plan = survey.plan
    for name, entry in given.columns.items():
        plan = plan.with_use(use_from(name, entry))
    sent = given.model_fields_set
    saved = services.survey_settle(
        survey=survey,
        actor=actor,
        title=given.title or survey.title,
        period_from=given.period_from if "period_from" in sent else survey.period_from,
        period_to=given.period_to if "period_to" in sent else survey.period_to,
        unit=unit,
        mapping=Mapping(plan.columns),
        links=given.links.dict() if given.links else None,
    )
    return survey_out(saved)


@router.post("/{pk}/import", auth=Requires(IMPORT), response={**answers(schemas.SurveyOut), 202: schemas.SurveyOut})
def import_survey(request: HttpRequest, pk: int) -> Any:
    """Import under the saved mapping: 200 when done, 202 when the worker does it; 409 for a file imported before."""
    survey = services.survey_confirm(survey=found(request, pk, IMPORT), actor=actor_of(request))
    return Status((200 if survey.state == "imported" else 202), survey_out(survey))


@router.post("/{pk}/take-back", auth=Requires(IMPORT), response=answers(schemas.SurveyOut))
def take_back_survey(request: HttpRequest, pk: int) -> Any:
    """Stop an import the worker has not finished."""
    return survey_out(services.survey_take_back(survey=found(request, pk, IMPORT), actor=actor_of(request)))


@router.post("/{pk}/discard", auth=Requires(IMPORT), response=answers(schemas.SurveyOut))
def discard_survey(request: HttpRequest, pk: int) -> Any:
    """Leave an upload that was not imported."""
    return survey_out(services.survey_discard(survey=found(request, pk, IMPORT), actor=actor_of(request)))


@router.post("/{pk}/withdraw", auth=Requires(WITHDRAW), response=answers(schemas.SurveyOut))
def withdraw_survey(request: HttpRequest, pk: int, given: schemas.WithdrawIn) -> Any:
    survey = found(request, pk, WITHDRAW)
    return survey_out(services.survey_withdraw(survey=survey, actor=actor_of(request), **given.dict()))


@router.get("/{pk}/results", auth=Requires(VIEW), response=answers(dict[str, Any]))
def get_results(request: HttpRequest, pk: int) -> Any:
    """Every figure with its interval and base, notes in both languages, and the mapping they rest on."""
    from bihuan.surveys.report.figures import write_json

    survey = found(request, pk, VIEW)
    result = SurveyResult.objects.filter(survey=survey).defer("counts").first()
    if result is None:
        raise HttpError(404, "not found")
    return HttpResponse(write_json(result.figures, survey.plan), content_type="application/json")


@router.get("/{pk}/comments", auth=Requires(VIEW), response=answers(Listing[schemas.SurveyCommentOut]))
def list_comments(request: HttpRequest, pk: int, paging: Query[Paging], q: str = "", group: str = "") -> Any:
    return listing(selectors.comments_for(found(request, pk, VIEW), words=q[:100], group=group), paging)
