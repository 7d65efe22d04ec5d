"""Charts of a survey in the field; each stands over the table whose figures it draws."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from bihuan.surveys.analysis.results import ImportanceResult
from bihuan.surveys.analysis.words import dimension_title
from bihuan.surveys.report.charts import Chart, chart, charts_of, estimate_row, importance_chart_of, short
from bihuan.surveys.report.groups import target_title
from bihuan.surveys.results.figures import Figures
from bihuan.surveys.results.matters import DriverTable
from bihuan.surveys.results.sections import heat_rows, quality_title, row_title, trend_note

Rows = list[dict[str, Any]]


def interval_chart(key: str, title: str, subtitle: str, rows: Rows, **spec: Any) -> Chart | None:
    if not rows:
        return None
    return chart(key, title, subtitle, {"kind": "interval", "rows": rows, **spec}, rows=len(rows))


def driver_chart(table: DriverTable, place: int) -> Chart | None:
    rows = [estimate_row(row_title(row.name, row.label), row.part) for row in table.rows]
    first = table.rows[0]
    title = _("%(name)s moves “%(target)s” most") % {
        "name": row_title(first.name, first.label),
        "target": table.target_label or table.target,
    }
    if len(table.rows) > 1 and (first.rank_high or 1) > 1:
        title = _("%(name)s moves “%(target)s” most, but others may be as strong") % {
            "name": row_title(first.name, first.label),
            "target": table.target_label or table.target,
        }
    return interval_chart(f"drivers-{place}", title, _("Part of the explained differences (R²) with interval"), rows)


def quality_chart(figures: Figures) -> Chart | None:
    rows = [row for row in figures.quality if row.name != "image"]
    if len(rows) < 2:
        return None
    low, high, _step = rows[0].scale
    if all(row.gap is not None for row in rows):
        drawn = [
            {
                "label": quality_title(row.name),
                "expected": row.expected.value if row.expected else None,
                "perceived": row.experienced.value if row.experienced else None,
                "gap": row.gap.value if row.gap else None,
                "low": row.gap.low if row.gap else None,
                "high": row.gap.high if row.gap else None,
                "n": row.gap.n if row.gap else 0,
            }
            for row in rows
        ]
        lowest = min(drawn, key=lambda row: float(str(row["gap"] or 0)))
        made = chart(
            "quality",
            _("%(name)s falls furthest short") % {"name": lowest["label"]},
            _("Expected and experienced on a scale from %(low)d to %(high)d") % {"low": low, "high": high},
            {"kind": "gap", "rows": drawn, "min": low, "max": high},
            rows=len(drawn),
        )
        columns = [_("Quality"), _("Expected"), _("Experienced"), _("Gap"), _("Lower limit"), _("Upper limit"), "n"]
        return {**made, "columns": columns, "rows": [list(row.values()) for row in drawn]}
    plain = [estimate_row(quality_title(row.name), row.experienced) for row in rows if row.experienced is not None]
    return interval_chart(
        "quality",
        _("What is received and how it is received"),
        _("Means with intervals on a scale from %(low)d to %(high)d") % {"low": low, "high": high},
        plain,
    )


def wave_chart(figures: Figures) -> Chart | None:
    waves = figures.waves
    if waves is None or not waves.rows:
        return None
    rows = [row for row in waves.rows if row.difference.value is not None and row.label != "NPS"]
    mean_rows = [row for row in rows if abs(row.difference.value or 0) <= 10]
    title = (
        _("Since “%(title)s” nothing has changed beyond chance") % {"title": waves.title}
        if not waves.changed
        else _("Since “%(title)s” %(count)d of %(all)d measures have changed beyond chance")
        % {"title": waves.title, "count": waves.changed, "all": len(waves.rows)}
    )
    drawn = [estimate_row(row_title(row.name, row.label), row.difference) for row in mean_rows[:24]]
    return interval_chart(
        "waves",
        title,
        _("Difference now − then with interval"),
        drawn,
        reference={"value": 0, "label": _("no change")},
    )


def trend_chart(figures: Figures) -> Chart | None:
    trend = figures.trend
    if trend is None:
        return None
    periods = [point.period for point in trend.points]
    values = [point.estimate.value for point in trend.points]
    name = row_title(trend.target, trend.label)
    spec: dict[str, Any]
    if trend.has_limits:
        spec = {
            "kind": "control",
            "x": periods,
            "values": values,
            "center": trend.centre,
            "lower": list(trend.lower),
            "upper": list(trend.upper),
            "signals": [{"index": place, "rule": code} for place, code in trend.signals],
        }
    else:
        spec = {
            "kind": "line",
            "x": periods,
            "series": [
                {
                    "name": name,
                    "values": values,
                    "low": [point.estimate.low for point in trend.points],
                    "high": [point.estimate.high for point in trend.points],
                }
            ],
        }
    made = chart("trend", f"{name}: {trend_note(figures)}", _("Mean of each period"), spec, rows=10)
    rows = [[p.period, p.estimate.value, p.estimate.low, p.estimate.high, p.estimate.n] for p in trend.points]
    columns = [_("Period"), _("Value"), _("Lower limit"), _("Upper limit"), "n"]
    return {**made, "columns": columns, "rows": rows, "size": "md"}


def heat_chart(figures: Figures) -> Chart | None:
    targets, names = heat_rows(figures)
    if not targets:
        return None
    cells = []
    for column, target in enumerate(targets):
        found = {row.group: row for row in target.rows}
        for place, name in enumerate(names):
            row = found.get(name)
            if row is not None and row.estimate.value is not None:
                cells.append([column, place, round(row.estimate.value, 3), row.n])
    values = [cell[2] for cell in cells]
    spec = {
        "kind": "heatmap",
        "x": [target_title(one) for one in targets],
        "y": [short(name, 18) for name in names],
        "cells": cells,
        "min": min(values, default=0),
        "max": max(values, default=1),
    }
    made = chart("heat", _("Where each dimension is weak"), _("Mean of each unit and dimension"), spec, rows=len(names))
    rows = [
        [name, *(next((cell[2] for cell in cells if cell[0] == c and cell[1] == r), None) for c in range(len(targets)))]
        for r, name in enumerate(names)
    ]
    return {**made, "columns": [targets[0].label, *(target_title(one) for one in targets)], "rows": rows}


def derived_chart(found: ImportanceResult | None) -> Chart | None:
    if found is None:
        return None
    made = importance_chart_of(found)
    return {**made, "id": "chart-derived"}


def points_chart(figures: Figures) -> Chart | None:
    rows = [row for row in figures.points if row.points.value is not None]
    if not rows:
        return None
    drawn = [estimate_row(row_title(row.name, row.label), row.points) for row in rows]
    drawn.sort(key=lambda row: -(row["value"] or 0))
    return interval_chart(
        "points",
        _("%(name)s is given the most points") % {"name": drawn[0]["label"]},
        _("Mean points of 100 with interval"),
        drawn,
    )


def beside_chart(figures: Figures) -> Chart | None:
    rows: Rows = []
    for one in figures.beside:
        name = dimension_title(one.label) if one.label else _("All items")
        if one.whole.value is not None and abs(one.whole.value) <= 10:
            rows += [
                estimate_row(_("%(name)s · here") % {"name": name}, one.here),
                estimate_row(_("%(name)s · whole") % {"name": name}, one.whole),
            ]
    return interval_chart("beside", _("This unit beside the whole survey"), _("Means with intervals"), rows)


def field_charts(figures: Figures) -> dict[str, Chart]:
    """Charts by the section they stand in."""
    made: dict[str, Chart | None] = {
        **{key: one for key, one in charts_of(figures.analysis).items() if not key.startswith("group:")},
        "quality": quality_chart(figures),
        "waves": wave_chart(figures),
        "trend": trend_chart(figures),
        "heat": heat_chart(figures),
        "derived": derived_chart(figures.derived),
        "points": points_chart(figures),
        "beside": beside_chart(figures),
        **{f"drivers-{place}": driver_chart(table, place) for place, table in enumerate(figures.drivers, 1)},
    }
    return {key: one for key, one in made.items() if one is not None}
