"""Single answers as files: ask, wait, download, and who has what."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponseBase, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django_tables2 import RequestConfig

from bihuan.foundation.errors import ActionNotAllowedError, DomainError, NotPermittedError
from bihuan.foundation.tables import export_response
from bihuan.foundation.views import ActionView, ListPage, ReasonForm, RecordPage, RecordView
from bihuan.surveys.exporting.wanted import Wanted
from bihuan.surveys.forms.exports import ExportForm
from bihuan.surveys.models import Campaign, SurveyExport, SurveyImport
from bihuan.surveys.permissions import EXPORT, VIEW
from bihuan.surveys.results.access import opened
from bihuan.surveys.selectors.exports import exports_for, exports_of
from bihuan.surveys.services import exporting as services
from bihuan.surveys.tables.exports import EXPORT_LOOK, ExportFilter, ExportTable, kind_words
from bihuan.surveys.views.frame import frame_of

PAGE, LIMIT = 20, 100_000
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "sav": "application/x-spss-sav",
    "package": "application/zip",
}


def file_name(export: SurveyExport) -> str:
    ending = "zip" if export.kind == SurveyExport.Kind.PACKAGE else export.kind
    return f"{export.of.title}-{timezone.localtime(export.asked_at):%Y%m%d-%H%M}.{ending}"


def as_attachment(response: HttpResponseBase, export: SurveyExport) -> HttpResponseBase:
    header = content_disposition_header(as_attachment=True, filename=file_name(export))
    response["Content-Disposition"] = header or "attachment"
    response["Cache-Control"] = "private, no-store"
    return response


class Exports(RecordView[Any]):
    """The files of one survey: a form to ask for one, and the list of those there are."""

    required_permission = EXPORT
    template_name = "surveys/exports.html"

    def frame(self) -> dict[str, Any]:
        raise NotImplementedError

    def form(self, given: Any = None) -> ExportForm:
        return ExportForm(given, actor=self.actor, survey=self.record)

    def show(self, form: ExportForm, status: int = 200) -> HttpResponseBase:
        rows = exports_of(self.record, self.actor)
        table = ExportTable(rows, exclude=("survey",))
        wanted = self.request.GET.get("export")
        if wanted in {"csv", "xlsx"} and self.request.method == "GET":
            return export_response(table, wanted, _t("Exports of answers"), LIMIT)
        RequestConfig(self.request, paginate={"per_page": PAGE, "silent": True}).configure(table)
        context = {
            **self.frame(),
            "form": form,
            "table": table,
            "is_working": rows.filter(state="waiting", kind__in=services.MADE_BY_WORKER).exists(),
            "kept_days": services.KEPT_DAYS,
        }
        return render(self.request, self.template_name, context, status=status)

    def get(self, _request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponseBase:
        self.record  # noqa: B018  asks for the right before anything is shown
        return self.show(self.form())

    def post(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponseBase:
        self.frame()
        form = self.form(request.POST)
        if not form.is_valid():
            return self.show(form, 422)
        try:
            export = self.ask(form.cleaned_data)
        except DomainError as refused:
            if refused.status in {403, 404}:
                raise
            form.add_error(refused.place if refused.place in form.fields else None, str(refused.message))
            return self.show(form, refused.status)
        if export.kind in services.MADE_BY_WORKER:
            return HttpResponseRedirect(request.path)
        pieces = services.export_stream(export=export, actor=self.actor)
        return as_attachment(StreamingHttpResponse(pieces, content_type=TYPES[export.kind]), export)

    def ask(self, given: dict[str, Any]) -> SurveyExport:
        unit, segment = given.get("unit"), given.get("segment") or ""
        names = dict(self.record.segments.values_list("code", "name")) if segment else {}
        wanted = Wanted(
            unit=unit.pk if unit else None,
            unit_name=unit.name if unit else "",
            segment=segment,
            segment_name=names.get(segment, ""),
            channel=given.get("channel") or "",
            since=given["since"],
            until=given["until"],
        )
        return services.export_ask(
            survey=self.record,
            actor=self.actor,
            kind=given["kind"],
            values=given["values"],
            language=given["language"],
            wanted=wanted,
        )


class CampaignExports(Exports):
    model = Campaign

    @cached_property
    def record(self) -> Campaign:
        """Single answers of one unit could be put together with its figures: they are taken out with the whole only."""
        mine = (
            Campaign.objects.select_related("unit", "version_of_form__instrument").filter(pk=self.kwargs["pk"]).first()
        )
        if mine is not None and self.actor.can(EXPORT, mine.org_path):
            return mine
        _campaign, access = opened(self.actor, self.kwargs["pk"])
        if access.is_whole:
            raise NotPermittedError()
        raise NotPermittedError(
            _t(
                "Single answers are taken out by whoever holds this right on the whole survey. The tables of your own "
                "units can be downloaded from the results."
            )
        )

    def frame(self) -> dict[str, Any]:
        campaign = self.record
        return {
            **frame_of(campaign, self.actor, "campaign-exports", _t("Exports of answers")),
            "base": "surveys/field/frame.html",
            "is_anonymous": campaign.is_anonymous,
            "fewest": campaign.small_cell,
        }


class SurveyExports(Exports):
    model = SurveyImport

    def queryset(self) -> QuerySet[SurveyImport]:
        return SurveyImport.objects.select_related("unit")

    def frame(self) -> dict[str, Any]:
        survey = self.record
        if survey.state != "imported":
            raise ActionNotAllowedError(_t("Nothing is imported yet, so there are no answers to take out."))
        may_open = self.actor.can(VIEW, survey.org_path)
        return {
            "record": survey,
            "title": _t("Exports of answers"),
            "base": "shell.html",
            "breadcrumbs": [
                {"label": _t("Surveys"), "url": reverse("surveys:imports")},
                {"label": survey.title, "url": survey.get_absolute_url() if may_open else ""},
                {"label": _t("Exports of answers")},
            ],
        }


class ExportList(ListPage[SurveyExport]):
    """Everything that was taken out of every survey: the page a data protection officer reads."""

    required_permission = EXPORT
    model = SurveyExport
    table_class = ExportTable
    filterset_class = ExportFilter
    title = _("Exports of answers")
    empty_hint = _(
        "Who takes single answers out of a survey stands here, with when, which, and what became of the file."
    )

    def rows(self) -> QuerySet[SurveyExport]:
        return exports_for(self.actor)


class ExportPage(RecordPage[SurveyExport]):
    required_permission = EXPORT
    model = SurveyExport
    template_name = "surveys/export.html"

    def queryset(self) -> QuerySet[SurveyExport]:
        return SurveyExport.objects.select_related("campaign", "survey")

    def context(self) -> dict[str, Any]:
        export = self.record
        of = export.of
        address = "campaign-exports" if export.campaign_id else "survey-exports"
        back = reverse(f"surveys:{address}", kwargs={"pk": of.pk})
        return {
            "title": kind_words(export),
            "of": of,
            "back": back,
            "state_look": EXPORT_LOOK[export.state],
            "wanted": Wanted.from_dict(export.wanted),
            "breadcrumbs": [
                {"label": _t("Exports of answers"), "url": reverse("surveys:exports")},
                {"label": of.title, "url": back},
                {"label": kind_words(export)},
            ],
        }


class ExportDownload(RecordView[SurveyExport]):
    """Hand a kept file over; each time is logged."""

    required_permission = EXPORT
    model = SurveyExport

    def queryset(self) -> QuerySet[SurveyExport]:
        return SurveyExport.objects.select_related("campaign", "survey")

    def get(self, _request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponseBase:
        export = self.record
        content = services.export_open(export=export, actor=self.actor)
        return as_attachment(FileResponse(content, content_type=TYPES[export.kind]), export)


class ExportRemove(ActionView[SurveyExport]):
    required_permission = EXPORT
    model = SurveyExport
    form_class = ReasonForm
    title, submit_label = _("Remove the file"), _("Remove")
    success_message = _("The file is removed; the line that it existed stays.")

    def queryset(self) -> QuerySet[SurveyExport]:
        return SurveyExport.objects.select_related("campaign", "survey")

    def act(self, record: SurveyExport, form: Any) -> None:
        services.export_remove(export=record, actor=self.actor, reason=form.cleaned_data["reason"])
