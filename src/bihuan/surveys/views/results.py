"""The page of one survey: progress while it is being read, then its results."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.foundation.views import RecordView
from bihuan.rectification.permissions import FINDINGS_RAISE
from bihuan.rectification.selectors import raise_url
from bihuan.surveys import selectors, tables
from bihuan.surveys.linking import targets_for
from bihuan.surveys.models import SurveyImport, SurveyResult
from bihuan.surveys.permissions import EXPORT, IMPORT, VIEW, WITHDRAW
from bihuan.surveys.statements import key_from, statement_of
from bihuan.surveys.views.downloads import result_of

QUOTES, COMMENTS_PAGE = 5, 50
RUNNING = ("reading", "importing")


class SurveyPage(RecordView[SurveyImport]):
    required_permission = VIEW
    model = SurveyImport

    def get(self, _request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponseBase:
        survey = self.record
        if self.request.headers.get("HX-Request") and survey.state not in RUNNING:
            return HttpResponse(headers={"HX-Redirect": survey.get_absolute_url()})
        if survey.state == "proposed" and self.actor.can(IMPORT, survey.org_path):
            return HttpResponseRedirect(reverse("surveys:mapping", kwargs={"pk": survey.pk}))
        if survey.state in {"imported", "withdrawn"}:
            return self.results(result_of(survey))
        return self.waiting()

    def frame(self) -> dict[str, Any]:
        survey, actor = self.record, self.actor
        return {
            "record": survey,
            "title": survey.title,
            "state_look": tables.STATE_LOOK[survey.state],
            "period": tables.period_text(survey),
            "may_import": actor.can(IMPORT, survey.org_path),
            "may_export": actor.can(EXPORT, survey.org_path),
            "may_withdraw": survey.state == "imported" and actor.can(WITHDRAW, survey.org_path),
            "breadcrumbs": [{"label": _("Surveys"), "url": reverse("surveys:imports")}, {"label": survey.title}],
        }

    def waiting(self) -> HttpResponse:
        """Progress by refresh; with script the page asks by itself."""
        survey = self.record
        context = {
            **self.frame(),
            "is_running": survey.state in RUNNING,
            "problem": " ".join(str(survey.problem_found).split()) if survey.problem else "",
        }
        response = render(self.request, "surveys/waiting.html", context)
        if context["is_running"] and not self.request.headers.get("HX-Request"):
            response["Refresh"] = "5"
        return response

    def results(self, result: SurveyResult) -> HttpResponse:
        from bihuan.surveys.presentation import results_of
        from bihuan.surveys.report.page import figures_of
        from bihuan.surveys.report.sections import definitions

        survey, analysis = self.record, result.figures
        results = results_of(
            survey,
            analysis,
            survey.plan,
            findings=selectors.findings_by_row(survey),
            may_raise=survey.state == "imported" and self.actor.can_somewhere(FINDINGS_RAISE),
        )
        context = {
            **self.frame(),
            "headline": str(analysis.headline),
            "figures": figures_of(analysis),
            "notes": [{"text": str(note), "is_warning": note.is_warning} for note in analysis.notes],
            "how_good": results.how_good(),
            "where": results.where(),
            "what_matters": results.what_matters(),
            "quotes": list(selectors.comments_for(survey)[:QUOTES]) if result.comments else [],
            "comments_count": result.comments,
            "what_to_do": results.what_to_do(),
            "raised": selectors.raised_from(survey).select_related("unit").order_by("-raised_at", "-pk")[:20],
            "definitions": definitions(analysis),
            "used": results.used_columns(),
            "analysis": analysis,
            "result": result,
        }
        return render(self.request, "surveys/results.html", context)


class CommentsPage(RecordView[SurveyImport]):
    required_permission = VIEW
    model = SurveyImport

    def get(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponseBase:
        survey, asked = self.record, request.GET
        words, group, column = (asked.get(name, "").strip()[:100] for name in ("q", "group", "column"))
        rows = selectors.comments_for(survey, words=words, group=group, column=column)
        page = Paginator(rows, COMMENTS_PAGE).get_page(asked.get("page"))
        plan = survey.plan
        context = {
            "record": survey,
            "title": _("What people say"),
            "page": page,
            "words": words,
            "group": group,
            "column": column,
            "columns": [{"name": name, "title": plan.use(name).title} for name in selectors.comment_columns(survey)],
            "groups": selectors.comment_groups(survey),
            "breadcrumbs": [
                {"label": _("Surveys"), "url": reverse("surveys:imports")},
                {"label": survey.title, "url": survey.get_absolute_url()},
                {"label": _("What people say")},
            ],
        }
        return render(request, "surveys/comments.html", context)


class RaiseFromRow(RecordView[SurveyImport]):
    """Hand a row over to the form that raises a finding: words, unit, and the figures as they are seen now."""

    required_permission = VIEW
    model = SurveyImport

    def get(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponseBase:
        survey = self.record
        if survey.state != "imported":
            return HttpResponseRedirect(survey.get_absolute_url())
        key = key_from(request.GET.get("row", ""))
        said = statement_of(result_of(survey).figures, key)
        if said is None:
            raise Http404
        period = tables.period_text(survey)
        source = survey.title if period == "—" else f"{survey.title} ({period})"
        unit = survey.unit
        if said.column and said.column == survey.links.get("column"):
            target = survey.links.get("values", {}).get(said.group, "")
            unit = targets_for(self.actor, FINDINGS_RAISE).unit_of(target) or unit
        return HttpResponseRedirect(
            raise_url(
                title=said.title[:200],
                fact=_("Survey “%(survey)s”: %(fact)s") % {"survey": source, "fact": said.fact},
                unit=unit,
                severity="major",
                dimension=said.dimension[:100],
                evidence={"figures": said.figures, "row": list(key)},
                source=survey.reference,
                source_label=source[:200],
            )
        )
