"""List, upload and the ways out."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from bihuan.foundation.reading import DEFAULT_LIMITS, DataFileError
from bihuan.foundation.views import ActionView, FormView, ListPage
from bihuan.surveys import forms, keeping, selectors, services, tables
from bihuan.surveys.models import SurveyImport
from bihuan.surveys.permissions import IMPORT, VIEW, WITHDRAW

ENVELOPE = 20 * 1024 * 1024  # the codebook and what a form adds to the files it carries
SWALLOWED = 512 * 1024 * 1024


class SurveyList(ListPage[SurveyImport]):
    required_permission = VIEW
    model = SurveyImport
    table_class = tables.SurveyTable
    filterset_class = tables.SurveyFilter
    template_name = "surveys/list.html"
    title = _("Surveys")
    empty_hint = _("Import a survey file (CSV, XLSX or SAV); its results stand here with their uncertainty.")
    create_url_name, create_label, create_permission = "surveys:upload", _("Import a survey"), IMPORT

    def rows(self) -> QuerySet[SurveyImport]:
        rows = selectors.surveys_for(self.actor)
        return rows if self.request.GET.getlist("state") else rows.exclude(state="discarded")


def declared_size(request: HttpRequest) -> int:
    text = request.META.get("CONTENT_LENGTH") or "0"
    return int(text) if text.isdigit() else 0


def swallow(request: HttpRequest) -> None:
    """Let the rest of a refused upload pass by unread and unkept, so that the browser can show the answer."""
    left = min(declared_size(request), SWALLOWED)
    while left > 0:
        piece = request.read(min(left, 1024 * 1024))
        if not piece:
            return
        left -= len(piece)


@method_decorator(csrf_exempt, name="dispatch")
class Upload(FormView):
    """The token is checked here and not before: checking it reads the body, and a far too large one is not read."""

    required_permission = IMPORT
    form_class = forms.UploadForm
    template_name = "surveys/upload.html"
    title, submit_label = _("Import a survey"), _("Read the file")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        size = declared_size(request)
        if request.method == "POST" and size > DEFAULT_LIMITS.size + ENVELOPE:
            return self.refuse(size)
        return csrf_protect(super().dispatch)(request, *args, **kwargs)

    def refuse(self, size: int) -> HttpResponseBase:
        swallow(self.request)
        form = forms.UploadForm({}, actor=self.actor)
        form.full_clean()
        form.errors.clear()
        form.add_error("file", str(keeping.too_large(size).message))
        return self.show(form, 413)

    def submit(self, form: Any) -> str:
        given = form.cleaned_data
        file, codebook = given["file"], given["codebook"]
        return services.survey_upload(
            actor=self.actor,
            unit=given["unit"],
            name=file.name,
            content=file.file,
            codebook_name=codebook.name if codebook else "",
            codebook=codebook.file if codebook else None,
        ).get_absolute_url()

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        form = self.form_class(request.POST, request.FILES, actor=self.actor)
        if form.is_valid():
            try:
                return HttpResponseRedirect(self.submit(form))
            except DataFileError as refused:
                place = "codebook" if isinstance(refused, services.CodebookError) else "file"
                form.add_error(place, " ".join(str(refused).split()))
            return self.show(form, 422)
        return self.show(form, 422)


class Withdraw(ActionView[SurveyImport]):
    required_permission = WITHDRAW
    model = SurveyImport
    form_class = forms.WithdrawForm
    template_name = "surveys/withdraw.html"
    title, submit_label = _("Withdraw the import"), _("Withdraw")

    def form_arguments(self) -> dict[str, Any]:
        return {"findings": selectors.findings_count(self.record)}

    def context(self) -> dict[str, Any]:
        return {**super().context(), "findings": selectors.findings_count(self.record)}

    def act(self, record: SurveyImport, form: Any) -> None:
        services.survey_withdraw(survey=record, actor=self.actor, **form.cleaned_data)


class Discard(ActionView[SurveyImport]):
    required_permission = IMPORT
    model = SurveyImport
    form_class = forms.PressForm
    template_name = "surveys/press.html"
    title, submit_label = _("Discard the upload"), _("Discard")

    def submit(self, form: Any) -> str:
        services.survey_discard(survey=self.record, actor=self.actor)
        messages.success(self.request, _t("The upload was discarded; nothing was imported."))
        return reverse("surveys:imports")


class TakeBack(ActionView[SurveyImport]):
    required_permission = IMPORT
    model = SurveyImport
    form_class = forms.PressForm
    template_name = "surveys/press.html"
    title, submit_label = _("Stop the import"), _("Stop the import")

    def act(self, record: SurveyImport, form: Any) -> None:
        services.survey_take_back(survey=record, actor=self.actor)
