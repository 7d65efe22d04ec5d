"""What the columns are: proposed, explained, changed in one plain form, imported."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.foundation.errors import DomainError
from bihuan.foundation.reading import DataFileError
from bihuan.foundation.views import RecordView
from bihuan.surveys import forms, selectors, services
from bihuan.surveys.linking import Targets, targets_for
from bihuan.surveys.mapping import Mapping, Role
from bihuan.surveys.models import SurveyImport
from bihuan.surveys.permissions import IMPORT

PAGE = 60  # columns a page; files with more are mapped page by page


class Forms:
    """The forms of one mapping page, bound or not."""

    def __init__(self, view: MappingPage, data: Any = None) -> None:
        survey, plan = view.record, view.record.plan
        groups = [one["name"] for one in view.facts if plan.use(one["name"]).role is Role.GROUP and one["values"]]
        self.settle = forms.SettleForm(
            data,
            actor=view.actor,
            groups=groups,
            initial={
                "title": survey.title,
                "period_from": survey.period_from,
                "period_to": survey.period_to,
                "unit": survey.unit_id,
                "link_column": survey.links.get("column", ""),
            },
        )
        self.columns = [
            forms.ColumnForm(data, prefix=f"c{place}", before=plan.use(one["name"]), facts=one)
            for place, one in view.shown_facts
        ]
        self.link = forms.LinkForm(data, **view.link_arguments) if view.linked else None

    @property
    def all(self) -> list[Any]:
        return [self.settle, *self.columns, *([self.link] if self.link else [])]

    def are_valid(self) -> bool:
        return not [form for form in self.all if not form.is_valid()]  # every form is asked

    @property
    def problems(self) -> list[dict[str, str]]:
        """Every error with the address of its field, for the summary."""
        found = []
        for form in self.all:
            for name, errors in form.errors.items():
                field = form.fields.get(name)
                title = form.before.name if isinstance(form, forms.ColumnForm) else str(field.label if field else "")
                anchor = form[name].id_for_label if field else ""
                found += [{"title": title, "text": str(error), "anchor": anchor} for error in errors]
        return found


def said(error: DomainError | None) -> str:
    """A refusal in one line, with its place in front where it has one."""
    if error is None:
        return ""
    return " ".join(str(error if isinstance(error, DataFileError) else error.message).split())


class MappingPage(RecordView[SurveyImport]):
    required_permission = IMPORT
    model = SurveyImport

    @cached_property
    def facts(self) -> list[dict[str, Any]]:
        return list(self.record.profile.get("columns", ()))

    @cached_property
    def page(self) -> int:
        text = self.request.GET.get("page", "1")
        last = max(1, -(-len(self.facts) // PAGE))
        return min(max(1, int(text)), last) if text.isdigit() else 1

    @property
    def shown_facts(self) -> list[tuple[int, dict[str, Any]]]:
        start = (self.page - 1) * PAGE
        return list(enumerate(self.facts))[start : start + PAGE]

    @cached_property
    def targets(self) -> Targets:
        return targets_for(self.actor)

    @property
    def linked(self) -> dict[str, Any] | None:
        name = self.record.links.get("column", "")
        return next((one for one in self.facts if name and one["name"] == name), None)

    @property
    def link_arguments(self) -> dict[str, Any]:
        linked = self.linked or {}
        return {"values": linked["values"], "chosen": self.record.links.get("values", {}), "targets": self.targets}

    def get(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponseBase:
        if self.record.state != "proposed":
            return HttpResponseRedirect(self.record.get_absolute_url())
        return self.show(Forms(self))

    def show(self, made: Forms, status: int = 200, refused: DomainError | None = None) -> HttpResponse:
        survey = self.record
        pages = -(-len(self.facts) // PAGE)
        return render(
            self.request,
            "surveys/mapping.html",
            {
                "record": survey,
                "title": _("What the columns are"),
                "forms": made,
                "preview": survey.profile.get("preview", ()),
                "facts": self.facts,
                "file_kind": str(survey.profile.get("kind", "")).upper(),
                "encoding": survey.profile.get("encoding", ""),
                "same_file": selectors.same_file(survey),
                "problem": said(refused or survey.problem_found),
                "earlier": getattr(refused, "earlier", None),
                "pages": [{"number": number, "current": number == self.page} for number in range(1, pages + 1)]
                if pages > 1
                else [],
                "items": len(survey.plan.items),
                "breadcrumbs": [{"label": _("Surveys"), "url": reverse("surveys:imports")}, {"label": survey.title}],
            },
            status=status,
        )

    def post(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponseBase:
        survey = self.record
        if survey.state != "proposed":
            return HttpResponseRedirect(survey.get_absolute_url())
        made = Forms(self, request.POST)
        if not made.are_valid():
            return self.show(made, 422)
        try:
            self.settle(made)
            if request.POST.get("then") == "import":
                services.survey_confirm(survey=survey, actor=self.actor)
                if survey.state == "imported":
                    messages.success(request, _("Imported: %(count)s answers.") % {"count": survey.rows})
                return HttpResponseRedirect(survey.get_absolute_url())
        except DomainError as refused:
            if refused.status in {403, 404}:
                raise
            survey.refresh_from_db()
            return self.show(made, refused.status, refused)
        messages.success(request, _("Saved. Nothing is imported yet."))
        page = request.POST.get("page", "")
        return HttpResponseRedirect(f"{request.path}?page={page if page.isdigit() else self.page}")

    def settle(self, made: Forms) -> None:
        survey, given = self.record, made.settle.cleaned_data
        plan = survey.plan
        stated = {form.before.name: form.cleaned_data["column"] for form in made.columns}
        mapping = Mapping(tuple(stated.get(one["name"], plan.use(one["name"])) for one in self.facts))
        column = given["link_column"]
        links: dict[str, Any] = {}
        if column and made.link and column == survey.links.get("column"):
            links = {"column": column, "values": made.link.links()}
        elif column:
            values = next(one["values"] for one in self.facts if one["name"] == column)
            links = {"column": column, "values": self.targets.match(values)}
        services.survey_settle(
            survey=survey,
            actor=self.actor,
            title=given["title"],
            period_from=given["period_from"],
            period_to=given["period_to"],
            unit=given["unit"],
            mapping=mapping,
            links=links,
        )
