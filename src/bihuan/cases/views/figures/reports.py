"""Reports of the week and month, and the numbers rates are divided by."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from bihuan.cases import permissions as may
from bihuan.cases import services
from bihuan.cases.forms import figures as forms
from bihuan.cases.forms.work import PressForm, WhyForm
from bihuan.cases.models import CaseReport, Exposure
from bihuan.cases.paper import report_paper, report_sheets
from bihuan.cases.tables.figures import ExposureFilter, ExposureTable, ReportFilter, ReportTable
from bihuan.cases.tables.work import STATE_LOOK
from bihuan.documents.services import docx_build, html_build, pdf_build, xlsx_build
from bihuan.foundation.steps import Way, next_steps
from bihuan.foundation.views import ActionView, FormView, ListPage, RecordPage, RecordView

FILES = (
    (_("Print"), "print", "printer"),
    ("PDF", "pdf", "file-type-pdf"),
    (_("Word file (DOCX)"), "docx", "file-type-docx"),
    (_("Excel (XLSX)"), "xlsx", "file-spreadsheet"),
)
WAYS = {
    "publish": Way(pgettext_lazy("report step", "Publish"), "cases:report-publish", "send", press=True),
    "comment": Way(pgettext_lazy("report step", "Write the analysis"), "cases:report-comment", "writing"),
    "refresh": Way(pgettext_lazy("report step", "Compute again"), "cases:report-refresh", "refresh", press=True),
    "withdraw": Way(pgettext_lazy("report step", "Withdraw"), "cases:report-withdraw", "trash", turns=True),
}


class ExposureList(ListPage[Exposure]):
    template_name = "cases/work/list.html"
    required_permission = may.REPORT
    model = Exposure
    table_class = ExposureTable
    filterset_class = ExposureFilter
    title = _("Passengers, calls, customers")
    empty_hint = _("Enter how many passengers were carried or calls answered: rates are divided by them.")
    create_url_name, create_label, create_permission = "cases:exposure-enter", _("Enter a number"), may.REPORT

    def rows(self) -> QuerySet[Exposure]:
        return super().rows().select_related("unit")

    def context(self) -> dict[str, Any]:
        return {"file_url": reverse("cases:exposures-upload"), "file_label": _("Numbers from a file")}


class ExposureEnter(FormView):
    required_permission = may.REPORT
    form_class = forms.ExposureForm
    title, submit_label = _("Enter a number"), _("Save")

    def submit(self, form: Any) -> str:
        services.exposure_enter(actor=self.actor, **form.cleaned_data)
        return reverse("cases:exposures")


class ExposureUpload(FormView):
    required_permission = may.REPORT
    form_class = forms.ExposureFileForm
    title, submit_label = _("Numbers from a file"), _("Upload")

    def context(self) -> dict[str, Any]:
        return {"cancel_url": reverse("cases:exposures")}

    def submit(self, form: Any) -> str:
        given = form.cleaned_data
        new, replaced = services.exposures_import(actor=self.actor, rows=given["file"], source=given["source"])
        words = gettext("%(new)s numbers entered, %(replaced)s replaced.") % {"new": new, "replaced": replaced}
        messages.success(self.request, words)
        return reverse("cases:exposures")


class ExposureRemove(ActionView[Exposure]):
    model = Exposure
    required_permission = may.REPORT
    form_class = WhyForm
    title, submit_label = _("Remove a number"), _("Remove")

    def context(self) -> dict[str, Any]:
        return {"cancel_url": reverse("cases:exposures"), "intro": str(self.record)}

    def submit(self, form: Any) -> str:
        services.exposure_remove(actor=self.actor, exposure=self.record, reason=form.cleaned_data["reason"])
        return reverse("cases:exposures")


class ReportList(ListPage[CaseReport]):
    template_name = "cases/work/list.html"
    required_permission = may.VIEW
    model = CaseReport
    table_class = ReportTable
    filterset_class = ReportFilter
    title = _("Case reports")
    empty_hint = _("Draft the report of a week or month: its tables are computed, you write the analysis.")
    create_url_name, create_label, create_permission = "cases:report-draft", _("Draft a report"), may.REPORT

    def rows(self) -> QuerySet[CaseReport]:
        return super().rows().select_related("unit")


class ReportDraft(FormView):
    required_permission = may.REPORT
    form_class = forms.ReportForm
    title, submit_label = _("Draft a report"), _("Draft")

    def initial(self) -> dict[str, Any]:
        return {"rhythm": "week", "day": timezone.localdate()}

    def submit(self, form: Any) -> str:
        return services.report_draft(actor=self.actor, **form.cleaned_data).get_absolute_url()


class ReportPage(RecordPage[CaseReport]):
    required_permission = may.VIEW
    model = CaseReport
    template_name = "cases/figures/report.html"

    def queryset(self) -> QuerySet[CaseReport]:
        return super().queryset().select_related("unit")

    def context(self) -> dict[str, Any]:
        report = self.record
        paper = report_paper(report)
        return {
            "title": str(report),
            "paper_title": paper.title,
            "state_look": STATE_LOOK.get(report.state, "info"),
            "steps": next_steps(report, self.actor, WAYS),
            "paper": html_build(paper),
            "more_links": [
                {"label": label, "url": reverse(f"cases:report-{kind}", args=[report.pk]), "icon": icon}
                for label, kind, icon in FILES
            ],
        }


class ReportAct(ActionView[CaseReport]):
    model = CaseReport
    required_permission = may.REPORT
    form_class: type[Form] = PressForm


class ReportPublish(ReportAct):
    title, submit_label = _("Publish the report"), _("Publish")

    def act(self, record: CaseReport, _form: Any) -> None:
        services.report_publish(actor=self.actor, report=record)


class ReportRefresh(ReportAct):
    title, submit_label = _("Compute again"), _("Compute again")

    def act(self, record: CaseReport, _form: Any) -> None:
        services.report_refresh(actor=self.actor, report=record)


class ReportComment(ReportAct):
    form_class = forms.CommentForm
    title, submit_label = _("Write the analysis"), _("Save")

    def initial(self) -> dict[str, Any]:
        return {"comment": self.record.comment}

    def act(self, record: CaseReport, form: Any) -> None:
        services.report_comment(actor=self.actor, report=record, **form.cleaned_data)


class ReportWithdraw(ReportAct):
    form_class = WhyForm
    title, submit_label = _("Withdraw the report"), _("Withdraw")

    def act(self, record: CaseReport, form: Any) -> None:
        services.report_withdraw(actor=self.actor, report=record, **form.cleaned_data)


class ReportPrint(RecordPage[CaseReport]):
    required_permission = may.VIEW
    model = CaseReport
    template_name = "cases/figures/report_print.html"

    def context(self) -> dict[str, Any]:
        report = self.record
        paper = html_build(report_paper(report))
        return {"title": str(report), "paper": paper, "back_url": report.get_absolute_url()}


class ReportFile(RecordView[CaseReport]):
    """The report as a file; a published one holds what was published."""

    required_permission = may.VIEW
    model = CaseReport
    media_type = "application/pdf"
    ending = "pdf"

    def content(self, report: CaseReport) -> bytes:
        return pdf_build(report_paper(report))

    def get(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponseBase:
        report = self.record
        response = HttpResponse(self.content(report), content_type=self.media_type)
        name = f"{report.number or report.pk}.{self.ending}"
        response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or "attachment"
        return response


class ReportDocx(ReportFile):
    media_type = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    ending = "docx"

    def content(self, report: CaseReport) -> bytes:
        return docx_build(report_paper(report))


class ReportXlsx(ReportFile):
    media_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    ending = "xlsx"

    def content(self, report: CaseReport) -> bytes:
        return xlsx_build(report_sheets(report))
