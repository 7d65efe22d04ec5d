"""Forms as spreadsheets: brought in from an XLSForm workbook, handed out as one."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bihuan.foundation.errors import ActionNotAllowedError
from bihuan.foundation.forms import ActorForm, ScopedModelChoiceField
from bihuan.foundation.views import FormView, RecordView
from bihuan.instruments import selectors, services
from bihuan.instruments.definition import Definition, read_definition
from bihuan.instruments.models import Instrument
from bihuan.instruments.permissions import EDIT, VIEW
from bihuan.instruments.views.making import editor_address
from bihuan.instruments.xlsform import Problem, XlsformError, xlsform_write
from bihuan.instruments.xlsform.problems import refused
from bihuan.instruments.xlsform.sheets import LARGEST, MEGABYTE
from bihuan.organisation.models import OrgUnit

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class XlsformForm(ActorForm):
    file = forms.FileField(
        label=gettext_lazy("XLSForm workbook (.xlsx)"),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx"}),
        help_text=gettext_lazy("With the sheets survey and choices, as ODK and Kobo use them; at most 5 MB."),
    )
    unit = ScopedModelChoiceField(OrgUnit, permission=EDIT, label=gettext_lazy("unit"))
    title = forms.CharField(
        label=gettext_lazy("title"),
        max_length=150,
        required=False,
        help_text=gettext_lazy("Empty: the title of the workbook."),
    )


class XlsformImport(FormView):
    """A file with problems is not brought in; all of them are listed, each with its cell."""

    required_permission = EDIT
    form_class = XlsformForm
    template_name = "instruments/xlsform.html"
    title, submit_label = gettext_lazy("A form from an XLSForm workbook"), gettext_lazy("Read the workbook")

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.problems: list[Problem] = []

    def context(self) -> dict[str, Any]:
        return {"problems": self.problems}

    def submit(self, form: Any) -> str:
        given = form.cleaned_data
        try:
            if given["file"].size > LARGEST:
                raise refused("too_large", limit=LARGEST // MEGABYTE)
            draft, notes = services.draft_from_xlsform(
                actor=self.actor,
                unit=given["unit"],
                content=given["file"].read(),
                title=given["title"],
                usual_title=PurePath(given["file"].name or "").stem,
            )
        except XlsformError as error:
            self.problems = error.problems
            raise
        messages.success(self.request, _("The workbook was read. The form is a draft until it is published."))
        for note in notes[:10]:
            messages.info(self.request, str(note))
        return editor_address(draft)


def xlsform_response(definition: Definition, name: str) -> HttpResponse:
    response = HttpResponse(xlsform_write(definition), XLSX)
    header = content_disposition_header(True, f"{name.replace('/', '-')}.xlsx")
    response["Content-Disposition"] = header or "attachment"
    return response


class XlsformExport(RecordView[Instrument]):
    """The version the address names, else what the form says now: its draft, or its last version."""

    required_permission = VIEW
    model = Instrument

    def get(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponseBase:
        record, wanted = self.record, request.GET.get("version", "")
        version = next((one for one in selectors.versions_of(record) if str(one.number) == wanted), None)
        if version is not None:
            return xlsform_response(selectors.frozen_definition(version), f"{record.title} v{version.number}")
        body = selectors.body_of(record)
        if body is None:
            raise ActionNotAllowedError(_("This form has nothing to export yet."))
        return xlsform_response(read_definition(body), record.title)
