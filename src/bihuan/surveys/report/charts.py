"""Charts of an analysis as plain specifications; a page and the self-contained report draw the same ones."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from bihuan.surveys.analysis.results import Analysis, DimensionResult, GroupResult, ImportanceResult, ItemResult
from bihuan.surveys.analysis.words import dimension_title, number
from bihuan.surveys.report.groups import group_columns, group_sentence, group_targets, main_side, points
from bihuan.surveys.report.sections import quadrant_title, rated_items
from servicequality.results import Estimate

Chart = dict[str, Any]  # id, title, subtitle, spec, columns, rows, size, height


def short(text: str, length: int = 34) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"


def estimate_row(label: str, estimate: Estimate) -> dict[str, Any]:
    return {
        "label": short(label),
        "value": estimate.value,
        "low": estimate.low,
        "high": estimate.high,
        "n": estimate.n,
    }


def height_of(rows: int) -> int:
    return max(160, 70 + 34 * rows)


def chart(key: str, title: str, subtitle: str, spec: dict[str, Any], *, rows: int) -> Chart:
    estimates = spec.get("rows", [])
    return {
        "id": f"chart-{key}",
        "title": title,
        "subtitle": subtitle,
        "spec": {**spec, "title": title},
        "columns": [_("Name"), _("Value"), _("Lower limit"), _("Upper limit"), "n"],
        "rows": [
            [row.get("label"), row.get("value"), row.get("low"), row.get("high"), row.get("n")] for row in estimates
        ],
        "size": "md" if rows <= 8 else "lg" if rows <= 16 else "tall",
        "height": height_of(rows),
    }


def gap_chart(analysis: Analysis) -> Chart | None:
    """Expected and perceived by dimension (by item where there are no dimensions), widest gap first."""
    gaps = analysis.gaps
    if gaps is None:
        return None
    by_item = len(gaps.dimensions) < 2
    chosen = sorted(gaps.items if by_item else gaps.dimensions, key=lambda row: row.gap.value or 0.0)
    rows = [
        {
            "label": short((row.label or row.name) if by_item else dimension_title(row.name)),
            "expected": row.expected.value,
            "perceived": row.perceived.value,
            "gap": row.gap.value,
            "low": row.gap.low,
            "high": row.gap.high,
            "n": row.gap.n,
        }
        for row in chosen
        if row.gap.value is not None
    ]
    if not rows:
        return None
    made = chart(
        "gaps",
        _("%(name)s falls furthest short") % {"name": rows[0]["label"]},
        _("Expected and perceived on a scale from %(low)d to %(high)d; gap with interval")
        % {"low": gaps.scale[0], "high": gaps.scale[1]},
        {"kind": "gap", "rows": rows, "min": gaps.scale[0], "max": gaps.scale[1]},
        rows=len(rows),
    )
    columns = [_("Name"), _("Expected"), _("Perceived"), _("Gap"), _("Lower limit"), _("Upper limit"), "n"]
    return {**made, "columns": columns, "rows": [list(row.values()) for row in rows]}


def means_chart(key: str, title: str, named: list[tuple[str, Estimate]], scale: tuple[int, int, int]) -> Chart | None:
    rows = [estimate_row(name, estimate) for name, estimate in named if estimate.value is not None]
    if not rows:
        return None
    rows.sort(key=lambda row: row["value"])
    subtitle = _("Means with intervals, lowest first, on a scale from %(low)d to %(high)d") % {
        "low": scale[0],
        "high": scale[1],
    }
    return chart(key, title, subtitle, {"kind": "interval", "rows": rows}, rows=len(rows))


def main_dimensions(analysis: Analysis) -> list[DimensionResult]:
    side = main_side(analysis)
    return [one for one in analysis.dimensions if one.side == side and one.name]


def main_items(analysis: Analysis) -> list[ItemResult]:
    side = main_side(analysis)
    items = [item for item in rated_items(analysis) if item.side == side]
    return items or [item for item in rated_items(analysis) if item.side in {None, "perception", "performance"}]


def dimension_chart(analysis: Analysis) -> Chart | None:
    found = main_dimensions(analysis)
    if len(found) < 2 or len({one.scale for one in found}) > 1:
        return None
    lowest = min(found, key=lambda one: one.mean.value if one.mean.value is not None else float("inf"))
    title = _("%(name)s has the lowest mean") % {"name": dimension_title(lowest.name)}
    return means_chart("dimensions", title, [(dimension_title(one.name), one.mean) for one in found], found[0].scale)


def item_chart(analysis: Analysis) -> Chart | None:
    found = main_items(analysis)
    if len(found) < 2:
        return None
    scale = found[0].scale
    found = [item for item in found if item.scale == scale and item.mean.value is not None]
    if len(found) < 2:
        return None
    lowest = min(found, key=lambda item: item.mean.value or 0.0)
    title = _("%(name)s has the lowest mean") % {"name": lowest.title}
    return means_chart("items", title, [(item.title, item.mean) for item in found], scale)


def importance_chart(analysis: Analysis) -> Chart | None:
    return importance_chart_of(analysis.importance) if analysis.importance else None


def importance_chart_of(found: ImportanceResult) -> Chart:
    urgent = [point.label or point.name for point in found.points if point.verdict == "concentrate here"]
    title = (
        _("Concentrate on: %(names)s") % {"names": _(", ").join(short(name, 20) for name in urgent[:4])}
        if urgent
        else _("No item lies surely in the field “concentrate here”")
    )
    crowded = len(found.points) > 10  # names would cover each other; the table says what the codes mean
    spec = {
        "kind": "ipa",
        "points": [
            {
                "label": point.name if crowded else short(point.label or point.name, 16),
                "importance": point.importance.value,
                "performance": point.performance.value,
                "importance_low": point.importance.low,
                "importance_high": point.importance.high,
                "performance_low": point.performance.low,
                "performance_high": point.performance.high,
                "n": point.performance.n,
            }
            for point in found.points
        ],
        "cross": {"importance": found.cross_importance, "performance": found.cross_performance},
    }
    subtitle = _("Means with intervals; lines at the means of all items (%(performance)s, %(importance)s)") % {
        "performance": number(found.cross_performance),
        "importance": number(found.cross_importance),
    }
    made = chart("importance", title, subtitle, spec, rows=0)
    return {
        **made,
        "columns": [_("Name"), _("Importance"), _("Performance"), _("Sure field"), "n"],
        "rows": [
            [p.label or p.name, p.importance.value, p.performance.value, quadrant_title(p.verdict), p.performance.n]
            for p in found.points
        ],
        "size": "tall",
        "height": 460,
    }


def group_chart(analysis: Analysis, column: str) -> Chart:
    """The groups of one column on the measure that matters most."""
    target = group_targets(analysis, column)[0]
    return comparison_chart(target)


def comparison_chart(target: GroupResult) -> Chart:
    rows = [
        {**estimate_row(row.group, points(row.estimate, target.measure)), "group": " ".join(row.letters)}
        for row in target.rows
    ]
    subtitle = _("Means with intervals; groups with a common letter cannot be told apart")
    key = f"group-{target.column}-{target.target}"
    return chart(key, group_sentence(target), subtitle, {"kind": "interval", "rows": rows}, rows=len(rows))


def distribution_chart(item: ItemResult) -> Chart:
    """How often each level was chosen."""
    low, high, step = item.scale
    rows = [
        {"label": str(level), "value": count, "n": item.n, "low": None, "high": None}
        for level, count in zip(range(low, high + 1, step), item.counts, strict=True)
    ]
    title = _("%(name)s: distribution of %(n)d answers") % {"name": item.title, "n": item.n}
    return chart(f"distribution-{item.name}", title, "", {"kind": "bars", "rows": rows, "decimals": 0}, rows=len(rows))


def charts_of(analysis: Analysis) -> dict[str, Chart]:
    """The charts of a report by the section they stand in."""
    found = {
        "gaps": gap_chart(analysis),
        "dimensions": dimension_chart(analysis),
        "items": item_chart(analysis),
        "importance": importance_chart(analysis),
        **{f"group:{column}": group_chart(analysis, column) for column in group_columns(analysis)},
    }
    return {key: made for key, made in found.items() if made is not None}
