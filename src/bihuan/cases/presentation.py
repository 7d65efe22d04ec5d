"""Figures of cases in words and charts."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from bihuan.cases.models import Exposure, MapLayer
from bihuan.cases.selectors.figures import CaseFigures, CaseQuestion, ParetoRow, Rate, UnitRow, pareto, weeks

PROMISE_LABELS: dict[str, Callable[[], str]] = {
    "closing": lambda: _("Closing of complaints"),
    "reply": lambda: _("Formal reply"),
    "department": lambda: _("Answer of the unit within 24 hours"),
}
FIELDS: dict[str, tuple[str, str, Callable[[], str], Callable[[], str]]] = {
    "theme": ("theme", "name", lambda: _("By theme"), lambda: _("theme not decided")),
    "line": ("line", "name", lambda: _("By line"), lambda: _("no line named")),
    "unit": ("unit", "name", lambda: _("By unit"), lambda: _("not dispatched yet")),
}
WIDTH, HEIGHT, MARGIN = 720.0, 480.0, 16.0


def headline(figures: CaseFigures) -> str:
    """What the period says, in one sentence; a change is told only where chance does not explain it."""
    if not figures.received:
        return _("No case was received in this period.")
    said = _("%(received)s cases were received and %(closed)s closed; %(open)s are open at the end.") % {
        "received": figures.received,
        "closed": figures.closed,
        "open": figures.open_at_end,
    }
    change = next((rate.change for rate in figures.rates if rate.change is not None), None)
    if change is None or change.different is None:
        return said
    if not change.different:
        return said + _(" Complaints per passenger are not different from the period before.")
    more = change.ratio is None or change.ratio > 1
    return said + (
        _(" Complaints per passenger rose beyond chance.")
        if more
        else _(" Complaints per passenger fell beyond chance.")
    )


def rate_label(rate: Rate) -> str:
    return measure_label(rate.measure)


def measure_label(measure: str) -> str:
    return {
        Exposure.Measure.PASSENGERS.value: _("complaints per million passengers"),
        Exposure.Measure.CALLS.value: _("complaints per 10,000 calls"),
        Exposure.Measure.CUSTOMERS.value: _("complaints per 10,000 customers"),
    }[measure]


def change_words(rate: Rate) -> str:
    change = rate.change
    if change is None or change.different is None:
        return _("no figure of the period before")
    if not change.different:
        return _("not different from the period before")
    return _("higher than before") if change.ratio is None or change.ratio > 1 else _("lower than before")


def list_url(question: CaseQuestion, **more: Any) -> str:
    query = {
        "received_from": question.since.isoformat(),
        "received_to": question.until.isoformat(),
        **({"unit": question.unit.pk} if question.unit else {}),
        **({"kind": question.kind} if question.kind else {}),
        **more,
    }
    return f"{reverse('cases:cases')}?{urlencode(query)}"


def leading(rows: list[ParetoRow], label: Callable[[ParetoRow], str]) -> str:
    """Which part comes first; parts that stand equal are not told apart."""
    first = rows[0]
    equal = sum(row.count == first.count and row.id is not None for row in rows)
    said = {"what": label(first), "count": equal - 1, "share": f"{100 * first.share:.0f}%"}
    if equal < 2:
        return _("%(what)s comes first with %(share)s") % said
    told = ngettext(
        "%(what)s and %(count)s other come first with %(share)s each",
        "%(what)s and %(count)s others come first with %(share)s each",
        equal - 1,
    )
    return told % said


def pareto_part(question: CaseQuestion, key: str) -> dict[str, Any] | None:
    field, name, title, unknown = FIELDS[key]
    rows = pareto(question, field, name)
    if not rows:
        return None

    def label(row: ParetoRow) -> str:
        return (row.label if row.id is not None else _("all others") if row.label else unknown()) or unknown()

    spec = [{"label": label(row), "value": row.count} for row in rows]
    return {
        "key": key,
        "title": title(),
        "chart": {
            "id": f"pareto-{key}",
            "title": leading(rows, label),
            "subtitle": _("cases received, the most frequent first"),
            "spec": {"kind": "bars", "rows": spec, "decimals": 0, "min": 0},
            "size": "md" if len(rows) <= 8 else "lg",
        },
        "rows": [
            {"row": row, "label": label(row), "url": list_url(question, **{key: row.id}) if row.id else ""}
            for row in rows
        ],
    }


def trend(question: CaseQuestion) -> dict[str, Any] | None:
    found = weeks(question)
    if len(found) < 3:
        return None
    return {
        "id": "case-weeks",
        "title": _("Received by week"),
        "subtitle": _("the first and the last week may be incomplete"),
        "spec": {
            "kind": "line",
            "x": [f"{day:%m-%d}" for day, _n in found],
            "series": [{"name": _("received"), "values": [n for _day, n in found]}],
            "decimals": 0,
            "min": 0,
        },
        "columns": [_("week from"), _("received")],
        "rows": [[f"{day:%Y-%m-%d}", n] for day, n in found],
        "size": "md",
    }


def unit_words(rows: list[UnitRow], different: bool | None) -> str:
    if different is None:
        return ""
    if not different:
        return _("No pair of units differs beyond chance in what was found true: do not rank them.")
    return _("Units that share a letter cannot be told apart by what was found true.")


def export_rows(figures: CaseFigures, units: list[UnitRow], parts: list[dict[str, Any]]) -> list[list[Any]]:
    """Everything on the page as one sheet: what, value, limits, base."""
    rows: list[list[Any]] = [[pgettext("case", "figure"), _("value"), _("lower limit"), _("upper limit"), "n"]]
    rows += [
        [pgettext("case figure", "received"), figures.received, None, None, figures.received],
        [pgettext("case figure", "closed"), figures.closed, None, None, figures.closed],
        [_("open at the end"), figures.open_at_end, None, None, figures.open_at_end],
    ]
    for promise in figures.promises:
        name = PROMISE_LABELS[promise.key]()
        share = promise.in_time
        rows.append([f"{name}: {_('in time')}", share.value, share.low, share.high, share.n])
        for what, count in (
            (_("kept with extension"), promise.extended),
            (_("broken"), promise.broken),
            (_("late and still open"), promise.late_now),
        ):
            rows.append([f"{name}: {what}", count, None, None, share.n])
    for what, estimate in (
        (_("substantiated"), figures.substantiated),
        (_("repeated"), figures.repeat),
        (_("attributable"), figures.attributable),
        (_("satisfied with the handling"), figures.satisfied),
        *((rate_label(rate), rate.estimate) for rate in figures.rates),
    ):
        rows.append([what, estimate.value, estimate.low, estimate.high, estimate.n])
    for row in units:
        found = row.substantiated
        rows.append([f"{row.unit.name}: {_('substantiated')}", found.value, found.low, found.high, found.n])
    for part in parts:
        rows += [
            [f"{part['title']}: {line['label']}", line["row"].count, None, None, figures.received]
            for line in part["rows"]
        ]
    return rows


def drawn(layer: MapLayer | None, points: list[tuple[float, float, int]]) -> dict[str, Any] | None:
    """Outline and points in the plane of the picture: equal scales at the middle latitude, nothing fetched."""
    rings = layer.shapes.get("rings", []) if layer is not None else []
    places = [(x, y) for ring in rings for x, y in ring] + [(x, y) for x, y, _n in points]
    if not places:
        return None

    west, east = min(x for x, _y in places), max(x for x, _y in places)
    south, north = min(y for _x, y in places), max(y for _x, y in places)
    squeeze = math.cos(math.radians((south + north) / 2))
    wide, high = max((east - west) * squeeze, 1e-6), max(north - south, 1e-6)
    scale = min((WIDTH - 2 * MARGIN) / wide, (HEIGHT - 2 * MARGIN) / high)

    def at(x: float, y: float) -> tuple[float, float]:
        return round(MARGIN + (x - west) * squeeze * scale, 1), round(MARGIN + (north - y) * scale, 1)

    return {
        "width": WIDTH,
        "height": round(2 * MARGIN + high * scale, 1),
        "paths": ["M" + "L".join(f"{a} {b}" for a, b in (at(x, y) for x, y in ring)) for ring in rings],
        "circles": [
            {"x": at(x, y)[0], "y": at(x, y)[1], "r": round(min(16.0, 3 + 3 * math.sqrt(n)), 1), "n": n}
            for x, y, n in points
        ],
    }
