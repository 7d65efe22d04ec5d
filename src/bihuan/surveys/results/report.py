"""The report of a view as one file: the same tables and charts as the page."""

from __future__ import annotations

import json

from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.surveys.results.figures import Figures


def report_content(figures: Figures, kind: str) -> str | bytes:
    """HTML that needs no server, a workbook, or JSON; in the active language."""
    from bihuan.surveys.report.page import write_html
    from bihuan.surveys.report.spreadsheet import write_xlsx
    from bihuan.surveys.results.charts import field_charts
    from bihuan.surveys.results.plain import figures_as_data
    from bihuan.surveys.results.sections import field_sections

    if kind == "json":
        return json.dumps(figures_as_data(figures), ensure_ascii=False, allow_nan=False, indent=1) + "\n"
    mapping = figures.layout.questions.mapping
    tables = list(field_sections(figures).values())
    if kind == "xlsx":
        return write_xlsx(figures.analysis, mapping, tables=tables, facts_more=counting_facts(figures))
    headline = " ".join(str(note) for note in figures.first_sentences())
    return write_html(figures.analysis, mapping, tables=tables, drawn=field_charts(figures), headline=headline)


def counting_facts(figures: Figures) -> list[tuple[str, str]]:
    """Up to which answer was counted, and when: two files of one survey can be told apart."""
    tally = figures.stock.tally
    if tally is None:
        return []
    found = [(_("Counted up to answer"), str(tally.watermark)), (_("Answers counted"), str(tally.responses))]
    if tally.counted_at:
        found.append((_("Counted"), f"{timezone.localtime(tally.counted_at):%Y-%m-%d %H:%M:%S}"))
    return found
