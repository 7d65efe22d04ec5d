"""One table of a survey's results: with every row on a page, or as a file."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render

from bihuan.foundation.tables import csv_lines
from bihuan.surveys.views.campaign_results import ResultsView, as_download


class CampaignRows(ResultsView):
    """A table too long for the page of all results, with what may be done from each row."""

    def get(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponseBase:
        self.checked()
        page, key = self.page(), request.GET.get("table", "")
        found = page.whole(key)
        if found is None:
            raise Http404
        context = {
            **self.frame(found["title"]),
            **found,
            "beside": page.beside_of(key),
            "rows_at": self.before_table("campaign-rows"),
            "labels": self.figures.view_labels,
            "level": self.figures.analysis.level,
            "back_url": self.with_view("campaign-results"),
        }
        return render(request, "surveys/field/results_rows.html", context)


class CampaignTable(ResultsView):
    """One table of the page as CSV: numbers as numbers, limits in columns of their own."""

    def get(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponseBase:
        from bihuan.surveys.report.spreadsheet import widened
        from bihuan.surveys.results.sections import field_sections

        section = field_sections(self.checked()).get(request.GET.get("table", ""))
        if section is None:
            raise Http404
        headings, rows = widened(section)
        lines = csv_lines([[one.title for one in headings], *rows])
        response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
        return as_download(response, f"{self.figures.title} - {section.title}.csv")
