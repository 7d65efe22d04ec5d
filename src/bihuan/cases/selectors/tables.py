"""The tables of a weekly or monthly report, as plain values: what is published is what is stored here."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Count, Q

from bihuan.cases.enums import FOUND, Channel
from bihuan.cases.selectors.figures import CaseQuestion, case_figures, pareto, units
from bihuan.foundation.actor import Actor
from bihuan.organisation.models import OrgUnit
from servicequality.results import plain

MOST_THEMES = 5


def report_tables(actor: Actor, *, unit: OrgUnit, since: date, until: date) -> dict[str, Any]:
    """Everything the report shows, with the counts each share rests on."""
    question = CaseQuestion(actor, since, until, unit)
    figures = case_figures(question)
    rows, different = units(question)
    return {
        "received": figures.received,
        "received_before": figures.received_before,
        "closed": figures.closed,
        "open_at_end": figures.open_at_end,
        "kinds": [[str(label), count] for label, count in figures.by_kind],
        "promises": [
            {
                "key": promise.key,
                "kept": promise.kept,
                "extended": promise.extended,
                "broken": promise.broken,
                "late_now": promise.late_now,
                "in_time": plain(promise.in_time),
            }
            for promise in figures.promises
        ],
        "substantiated": plain(figures.substantiated),
        "repeat": plain(figures.repeat),
        "satisfied": plain(figures.satisfied),
        "asked": figures.asked,
        "rates": [
            {
                "measure": rate.measure,
                "base": rate.base,
                "exposure": rate.exposure,
                "covered": rate.covered,
                "estimate": plain(rate.estimate),
            }
            for rate in figures.rates
        ],
        "units": [
            {
                "name": row.unit.name,
                "received": row.received,
                "late": row.late,
                "judged": row.judged,
                "substantiated": plain(row.substantiated),
                "group": " ".join(row.letters),
            }
            for row in rows
        ],
        "units_differ": different,
        "channels": channels(question),
        "themes": common_problems(question),
    }


def channels(question: CaseQuestion) -> list[list[Any]]:
    counts = (
        question.received()
        .values_list("channel")
        .annotate(n=Count("pk"), closed=Count("pk", filter=Q(closed_at__isnull=False)))
    )
    labels = dict(Channel.choices)
    return [[str(labels.get(channel, channel)), n, closed] for channel, n, closed in counts.order_by("-n")]


def common_problems(question: CaseQuestion) -> list[dict[str, Any]]:
    """The themes heard most, with what they were before and how many were found true."""
    before = {row.id: row.count for row in pareto(question.before, "theme", "name")}
    found = dict(question.received().filter(outcome__in=FOUND).values_list("theme").annotate(n=Count("pk")).order_by())
    return [
        {
            "name": row.label,
            "count": row.count,
            "share": row.share,
            "before": before.get(row.id, 0),
            "found": found.get(row.id, 0),
        }
        for row in pareto(question, "theme", "name")[:MOST_THEMES]
        if row.id is not None
    ]
