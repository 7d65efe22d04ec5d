"""Files to take along: the report in three forms, and the answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from bihuan.foundation.errors import ActionNotAllowedError
from bihuan.foundation.tables import csv_lines
from bihuan.foundation.views import RecordView
from bihuan.instruments.models import Response
from bihuan.instruments.selectors import responses_of
from bihuan.surveys.mapping import Mapping
from bihuan.surveys.models import SurveyImport, SurveyResult
from bihuan.surveys.permissions import IMPORT, VIEW

SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TYPES = {"html": "text/html; charset=utf-8", "xlsx": SHEET, "json": "application/json"}


def result_of(survey: SurveyImport) -> SurveyResult:
    rows = SurveyResult.objects.filter(survey=survey).select_related("form_version__instrument")
    found = rows.defer("counts", "form_version__body").first()
    if found is None:
        raise ActionNotAllowedError(_("Nothing is imported yet, so there are no results."))
    return found


def as_file(response: HttpResponseBase, survey: SurveyImport, ending: str) -> HttpResponseBase:
    header = content_disposition_header(as_attachment=True, filename=f"{survey.title}.{ending}")
    response["Content-Disposition"] = header or "attachment"
    return response


def report_content(result: SurveyResult, plan: Mapping, kind: str) -> str | bytes:
    """The report written by the report engine, in the reader's language."""
    if kind == "html":
        from bihuan.surveys.report.page import write_html

        return write_html(result.figures, plan)
    if kind == "xlsx":
        from bihuan.surveys.report.spreadsheet import write_xlsx

        return write_xlsx(result.figures, plan)
    from bihuan.surveys.report.figures import write_json

    return write_json(result.figures, plan)


class Report(RecordView[SurveyImport]):
    required_permission = VIEW
    model = SurveyImport
    kind: ClassVar[str] = "html"

    def get(self, _request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponseBase:
        content = report_content(result_of(self.record), self.record.plan, self.kind)
        return as_file(HttpResponse(content, content_type=TYPES[self.kind]), self.record, self.kind)


def answer_lines(result: SurveyResult, rows: QuerySet[Response]) -> Iterator[list[Any]]:
    """A heading row, then one row an answer: values as stored, the reason where there is none."""
    codes = [item.code for item in result.form_version.definition.items]
    yield ["day", "unit_path", *codes]
    found = rows.values_list("business_date", "org_path", "answers", "states")
    for day, path, answers, states in found.iterator(chunk_size=2000):
        yield [day.isoformat(), path, *(answers.get(code, states.get(code, "")) for code in codes)]


class AnswersCsv(RecordView[SurveyImport]):
    """Answers may hold identifiers and remarks: only whoever may bring them in may take them out."""

    required_permission = IMPORT
    model = SurveyImport

    def get(self, _request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponseBase:
        survey = self.record
        rows = responses_of(survey.collection)  # asked for inside the scope; the answer streams when it has ended
        lines = csv_lines(answer_lines(result_of(survey), rows))
        return as_file(StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8"), survey, "csv")
