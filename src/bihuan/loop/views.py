"""The loop page."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bihuan.foundation.actor import Actor
from bihuan.foundation.tables import export_response
from bihuan.foundation.views import GatedView
from bihuan.loop.forms import DEFAULT, PeriodForm
from bihuan.loop.permissions import LOOP_VIEW
from bihuan.loop.selectors import LoopFigures, LoopQuestion, Stage, loop_figures
from bihuan.loop.tables import export_of
from bihuan.rectification.models import Finding

LOOKS = {"closed": "met", "reopened": "late", "corrected": "soon", "answered": "soon"}


def question_of(actor: Actor, form: PeriodForm) -> LoopQuestion:
    now = timezone.now()
    since, until = form.span(now)
    unit = form.cleaned_data.get("unit") if form.is_valid() else None
    return LoopQuestion(actor=actor, now=now, since=since, until=until, unit=unit)


def list_url(question: LoopQuestion, **more: str) -> str:
    """The list of findings behind a figure."""
    query = {**more, **({"unit": str(question.unit.pk)} if question.unit else {})}
    return f"{reverse('rectification:findings')}?{urlencode(query)}"


def period_query(question: LoopQuestion) -> dict[str, str]:
    found = {}
    if question.since is not None:
        found["raised_from"] = timezone.localdate(question.since).isoformat()
    if question.until is not None:
        found["raised_to"] = timezone.localdate(question.until - timedelta(seconds=1)).isoformat()
    return found


def stage_of(stage: Stage, question: LoopQuestion) -> dict[str, Any]:
    return {
        "row": stage,
        "label": str(Finding.state_labels[stage.state]),
        "look": LOOKS.get(stage.state, "info") if stage.count else "none",
        "url": list_url(question, state=stage.state),
    }


def headline(figures: LoopFigures) -> str:
    """What the page says, in one sentence."""
    if figures.open_now == 0:
        return _("The loop is closed: no finding is open.")
    late = sum(stage.count for stage in figures.stages if stage.state == "reopened")
    counts = {"open": figures.open_now, "late": late}
    if late:
        return _("%(open)s findings are open; %(late)s of them came back as not effective.") % counts
    return _("%(open)s findings are open.") % counts


def unit_chart(figures: LoopFigures) -> dict[str, Any]:
    if figures.different is None:
        title = _("Closure rate by unit")
    elif figures.different:
        title = _("Units differ in how much they close")
    else:
        title = _("Units cannot be told apart by their closure rate")
    rows = [
        {
            "label": row.unit.name,
            "value": row.closure.value,
            "low": row.closure.low,
            "high": row.closure.high,
            "n": row.raised,
        }
        for row in figures.units
    ]
    reference = {"value": figures.closure.value, "label": _("all")}
    return {
        "id": "loop-closure",
        "title": title,
        "subtitle": _("Share of findings raised in the period that are closed, with 95 % Wilson intervals"),
        "spec": {"kind": "interval", "rows": rows, "reference": reference, "min": 0, "max": 1, "decimals": 2},
        "columns": [_("unit"), _("closure rate"), _("lower limit"), _("upper limit"), "n"],
        "rows": [[row["label"], row["value"], row["low"], row["high"], row["n"]] for row in rows],
        "size": "md" if len(rows) <= 12 else "lg",
    }


class LoopPage(GatedView):
    """Open ends first, then the flow, the rates and the units."""

    required_permission = LOOP_VIEW
    template_name = "loop/page.html"
    title = gettext_lazy("Loop")

    def get(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponseBase:
        given = request.GET.copy()
        given.setdefault("period", "own" if given.get("since") or given.get("until") else DEFAULT)
        form = PeriodForm(given, actor=self.actor)
        question = question_of(self.actor, form)
        figures = loop_figures(question)
        export = request.GET.get("export")
        if export in {"csv", "xlsx"}:
            return export_response(export_of(figures), export, str(self.title), 100_000)
        context = {
            "view": self,
            "title": self.title,
            "form": form,
            "figures": figures,
            "headline": headline(figures),
            "now": question.now,
            "flow": [stage_of(stage, question) for stage in figures.stages],
            "oldest_url": list_url(question, sort="raised"),
            "raised_url": list_url(question, **period_query(question)),
            "chart": unit_chart(figures) if len(figures.units) > 1 else None,
        }
        return render(request, self.template_name, context)
