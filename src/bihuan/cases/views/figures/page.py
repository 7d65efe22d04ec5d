"""Figures of a period and the map."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bihuan.cases import permissions as may
from bihuan.cases import presentation, services
from bihuan.cases.forms.figures import MapForm, PeriodForm
from bihuan.cases.models import MapLayer
from bihuan.cases.selectors.figures import CaseQuestion, case_figures, places, points, units
from bihuan.foundation.tables import csv_lines, xlsx_bytes
from bihuan.foundation.views import FormView, GatedView

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Asked(GatedView):
    required_permission = may.VIEW

    def asked(self, request: HttpRequest) -> tuple[PeriodForm, CaseQuestion]:
        form = PeriodForm(request.GET, actor=self.actor)
        since, until = form.span()
        given = form.cleaned_data if form.is_valid() else {}
        shown = PeriodForm(
            request.GET if form.errors else None,
            actor=self.actor,
            initial={"since": since, "until": until, "unit": given.get("unit"), "kind": given.get("kind", "")},
        )
        question = CaseQuestion(self.actor, since, until, given.get("unit"), given.get("kind", ""))
        return shown, question


class CaseFiguresPage(Asked):
    def get(self, request: HttpRequest) -> HttpResponseBase:
        form, question = self.asked(request)
        figures = case_figures(question)
        rows, different = units(question)
        parts = [part for key in presentation.FIELDS if (part := presentation.pareto_part(question, key))]
        export = request.GET.get("export")
        if export in {"csv", "xlsx"}:
            return exported(presentation.export_rows(figures, rows, parts), export)
        context = {
            "title": _("Case figures"),
            "form": form,
            "figures": figures,
            "headline": presentation.headline(figures),
            "promises": [(one, presentation.PROMISE_LABELS[one.key]()) for one in figures.promises],
            "rates": [(rate, presentation.rate_label(rate), presentation.change_words(rate)) for rate in figures.rates],
            "trend": presentation.trend(question),
            "parts": parts,
            "units": rows,
            "unit_words": presentation.unit_words(rows, different),
            "list_url": presentation.list_url(question),
            "may_report": self.actor.can_somewhere(may.REPORT),
        }
        return render(request, "cases/figures/page.html", context)


def exported(rows: list[list[Any]], kind: str) -> HttpResponseBase:
    if kind == "csv":
        response: HttpResponseBase = StreamingHttpResponse(csv_lines(rows), content_type="text/csv; charset=utf-8")
    else:
        response = HttpResponse(xlsx_bytes(rows, "figures"), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="case-figures.{kind}"'
    return response


class CaseMap(Asked):
    def get(self, request: HttpRequest) -> HttpResponseBase:
        form, question = self.asked(request)
        layers = list(MapLayer.objects.for_permission(self.actor, may.VIEW))
        wanted = request.GET.get("layer", "")
        layer = next((one for one in layers if str(one.pk) == wanted), layers[0] if layers else None)
        found = points(question)
        context = {
            "title": _("Map of cases"),
            "form": form,
            "layer": layer,
            "layers": layers,
            "map": presentation.drawn(layer, found),
            "places": places(question),
            "located": sum(n for _x, _y, n in found),
            "received": question.received().count(),
            "may_upload": self.actor.can_somewhere(may.CRITERIA),
        }
        return render(request, "cases/figures/map.html", context)


class MapUpload(FormView):
    required_permission = may.CRITERIA
    form_class = MapForm
    title, submit_label = _("Upload an outline"), _("Upload")

    def submit(self, form: Any) -> str:
        given = form.cleaned_data
        services.map_layer_upload(
            actor=self.actor, unit=given["unit"], name=given["name"], origin=given["origin"], body=given["file"]
        )

        return reverse("cases:map")
