"""A weekly or monthly report as paper: for screen, print, Word and PDF, from the figures it holds and nothing else."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from bihuan.cases.models import CaseReport
from bihuan.cases.presentation import PROMISE_LABELS, measure_label
from bihuan.documents.services import Block, Column, Document, Heading, Paragraph, Sheet, SheetColumn, Table


def percent(estimate: dict[str, Any]) -> str:
    """A share with its limits and base; no data is said, not 0."""
    if estimate["value"] is None:
        return _("no data")
    low, high = estimate["low"], estimate["high"]
    limits = f" ({100 * low:.0f}–{100 * high:.0f} %)" if low is not None and high is not None else ""
    return f"{100 * estimate['value']:.0f} %{limits}, n = {estimate['n']}"


def rate(estimate: dict[str, Any]) -> str:
    if estimate["value"] is None:
        return _("no data")
    return f"{estimate['value']:.2f} ({estimate['low']:.2f}–{estimate['high']:.2f}), n = {estimate['n']}"


def paper_tables(report: CaseReport) -> list[tuple[str, tuple[str, ...], list[tuple[Any, ...]]]]:
    """Title, columns and rows of every table; the same for paper and spreadsheet."""
    given = report.figures
    if not given:  # a draft whose figures were never computed
        return []
    whole = [
        (_("received"), given["received"], _("%(n)s in the period before") % {"n": given["received_before"]}),
        (pgettext("case figure", "closed"), given["closed"], ""),
        (_("open at the end"), given["open_at_end"], ""),
        (_("substantiated"), "", percent(given["substantiated"])),
        (_("repeated"), "", percent(given["repeat"])),
        (_("satisfied with the handling"), "", percent(given["satisfied"])),
        *((measure_label(one["measure"]), "", rate(one["estimate"])) for one in given["rates"]),
    ]
    promises = [
        (
            PROMISE_LABELS[one["key"]](),
            one["kept"],
            one["extended"],
            one["broken"],
            one["late_now"],
            percent(one["in_time"]),
        )
        for one in given["promises"]
    ]
    units = [
        (one["name"], one["received"], one["late"], one["judged"], percent(one["substantiated"]), one["group"])
        for one in given["units"]
    ]
    themes = [
        (one["name"], one["count"], f"{100 * one['share']:.0f}%", one["before"], one["found"])
        for one in given["themes"]
    ]
    promise_columns = (
        pgettext("case", "promise"),
        pgettext("case", "kept"),
        _("kept with extension"),
        _("broken"),
        _("late and still open"),
        pgettext("share", "in time"),
    )
    return [
        (
            _("1. Overall"),
            (pgettext("case", "figure"), pgettext("amount", "number"), _("share, interval, base")),
            whole,
        ),
        (_("2. Promises of time"), promise_columns, promises),
        (
            _("3. Units"),
            (_("unit"), _("received"), _("late"), _("judged"), _("substantiated"), _("group")),
            units,
        ),
        (_("4. Channels"), (_("channel"), _("received"), pgettext("case figure", "closed")), given["channels"]),
        (
            _("5. Common problems"),
            (_("theme"), _("received"), _("share"), _("period before"), _("found true")),
            themes,
        ),
    ]


def report_paper(report: CaseReport) -> Document:
    blocks: list[Block] = [
        Paragraph(
            _("%(unit)s, %(since)s to %(until)s. Data as of %(at)s.")
            % {
                "unit": report.unit.name,
                "since": f"{report.since:%Y-%m-%d}",
                "until": f"{report.until:%Y-%m-%d}",
                "at": f"{timezone.localtime(report.cut_off_at):%Y-%m-%d %H:%M}",
            }
        )
    ]
    for title, columns, rows in paper_tables(report):
        blocks.append(Heading(title))
        if rows:
            blocks.append(Table(tuple(Column(name) for name in columns), tuple(tuple(row) for row in rows)))
        else:
            blocks.append(Paragraph(_("None in this period.")))
    differ = report.figures.get("units_differ")
    if differ is not None:
        words = (
            _("Units that share a letter cannot be told apart by what was found true.")
            if differ
            else _("No pair of units differs beyond chance in what was found true: do not rank them.")
        )
        blocks.append(Paragraph(words))
    blocks += [Heading(_("6. Analysis and proposals")), Paragraph(report.comment or _("Not written yet."))]
    return Document(
        title=_("%(unit)s %(rhythm)s") % {"unit": report.unit.name, "rhythm": report.get_rhythm_display()},
        blocks=tuple(blocks),
        number=report.number,
        signed_by=report.published_by_name,
        signed_on=f"{timezone.localtime(report.published_at):%Y-%m-%d}" if report.published_at else "",
        language=get_language() or "zh-hans",
    )


def report_sheets(report: CaseReport) -> list[Sheet]:
    tables = paper_tables(report) or [(_("1. Overall"), (pgettext("case", "figure"),), [])]
    return [
        Sheet(title, tuple(SheetColumn(name) for name in columns), tuple(tuple(row) for row in rows))
        for title, columns, rows in tables
    ]
