"""Cases from a file: uploaded, columns chosen, every cell checked, taken in."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from bihuan.cases import permissions as may
from bihuan.cases import services
from bihuan.cases.forms.imports import ImportFileForm, MappingForm
from bihuan.cases.forms.intake import desk_of
from bihuan.cases.forms.work import PressForm, WhyForm
from bihuan.cases.models import CaseImport
from bihuan.cases.tables.imports import ImportFilter, ImportTable
from bihuan.cases.tables.work import STATE_LOOK
from bihuan.foundation.tables import csv_lines
from bihuan.foundation.views import ActionView, FormView, ListPage, RecordView

WRONGS_SHOWN = 20


class ImportList(ListPage[CaseImport]):
    template_name = "cases/imports/list.html"
    required_permission = may.INTAKE
    model = CaseImport
    table_class, filterset_class = ImportTable, ImportFilter
    title = _("Cases from a file")
    empty_hint = _("Bring in the cases of another system: every cell is checked before anything is taken in.")
    create_url_name, create_label, create_permission = "cases:import-upload", _("Choose a file"), may.INTAKE

    def rows(self) -> Any:
        return super().rows().select_related("unit")


class ImportUpload(FormView):
    required_permission = may.INTAKE
    form_class = ImportFileForm
    title, submit_label = _("Cases from a file"), _("Read the file")

    def form_arguments(self) -> dict[str, Any]:
        return {**super().form_arguments(), "desk": desk_of(self.actor)}

    def submit(self, form: Any) -> str:
        given = form.cleaned_data
        upload = given["file"]
        return services.case_import_upload(
            actor=self.actor, desk=given["unit"], origin=given["origin"], name=upload.name, content=upload.file
        ).get_absolute_url()


class ImportPage(ActionView[CaseImport]):
    """The columns and what the check found; a POST chooses columns anew."""

    required_permission = may.INTAKE
    model = CaseImport
    form_class = MappingForm
    template_name = "cases/imports/page.html"
    title, submit_label = _("Cases from a file"), _("Check")

    def form_arguments(self) -> dict[str, Any]:
        return {"columns": self.record.columns, "mapping": self.record.mapping}

    def initial(self) -> dict[str, Any]:
        return {}

    def context(self) -> dict[str, Any]:
        batch = self.record
        wrongs = batch.found.get("wrongs", [])
        step = batch.lifecycle.find("start", batch.state) if batch.state == "uploaded" else None
        return {
            "record": batch,
            "state_look": STATE_LOOK[batch.state],
            "wrongs": wrongs[:WRONGS_SHOWN],
            "more_wrongs": max(0, len(wrongs) - WRONGS_SHOWN),
            "refused": batch.guards["sound"](batch, self.actor, {}) if step else "",
            "at_once": batch.rows <= services.AT_ONCE_ROWS,
        }

    def act(self, record: CaseImport, form: Any) -> None:
        services.case_import_map(actor=self.actor, batch=record, mapping=form.cleaned_data)


class ImportWrongs(RecordView[CaseImport]):
    """Every cell that is wrong, to mend the file by."""

    required_permission = may.INTAKE
    model = CaseImport

    def get(self, _request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponseBase:
        rows = [[_t("cell"), _t("what is wrong")], *self.record.found.get("wrongs", [])]
        name = f"{_t('wrong cells')}.csv"
        answer = HttpResponse("".join(csv_lines(rows)), content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
        return answer


class ImportAct(ActionView[CaseImport]):
    required_permission = may.INTAKE
    model = CaseImport
    form_class: Any = PressForm


class ImportStart(ImportAct):
    title = submit_label = _("Take in")

    def act(self, record: CaseImport, _form: Any) -> None:
        services.case_import_start(actor=self.actor, batch=record)


class ImportStop(ImportAct):
    form_class = WhyForm
    title = submit_label = _("Stop taking in")

    def act(self, record: CaseImport, form: Any) -> None:
        services.case_import_stop(actor=self.actor, batch=record, reason=form.cleaned_data["reason"])


class ImportDiscard(ImportAct):
    title = submit_label = _("Discard the file")

    def submit(self, _form: Any) -> str:
        services.case_import_discard(actor=self.actor, batch=self.record)
        return reverse("cases:imports")
