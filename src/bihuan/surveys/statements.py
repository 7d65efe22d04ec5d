"""A row of the results as a finding: what is wrong in words, with the figures as they were seen."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from bihuan.surveys.analysis import Analysis
    from servicequality.results import Estimate

Key = tuple[str, ...]


@dataclass(frozen=True)
class Statement:
    """``column`` and ``group`` name the group a row is about; "" for everybody."""

    title: str
    fact: str
    dimension: str
    figures: list[dict[str, Any]]
    column: str = ""
    group: str = ""


def key_text(key: Iterable[str]) -> str:
    return json.dumps(list(key), ensure_ascii=False)


def key_from(text: str) -> Key:
    """Read a key as it stands in an address; () where it is none."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return ()
    return tuple(map(str, found)) if isinstance(found, list) else ()


def figure(label: str, estimate: Estimate, factor: float = 1) -> dict[str, Any]:
    value, low, high = (None if one is None else factor * one for one in (estimate.value, estimate.low, estimate.high))
    return {"label": label, "value": value, "low": low, "high": high, "n": estimate.n}


def with_interval(estimate: Estimate) -> str:
    from bihuan.surveys.analysis.words import interval_words, number

    return _("%(value)s (%(interval)s, n = %(n)d)") % {
        "value": number(estimate.value),
        "interval": interval_words(estimate.low, estimate.high, estimate.level),
        "n": estimate.n,
    }


def on_scale(scale: tuple[int, int, int]) -> str:
    return _("on a scale from %(low)d to %(high)d") % {"low": scale[0], "high": scale[1]}


def item_statement(analysis: Analysis, name: str) -> Statement | None:
    item = next((one for one in analysis.items if one.name == name), None)
    if item is None:
        return None
    if item.nps is not None:
        return Statement(
            _("Recommendation: NPS %(value)s") % {"value": f"{item.nps.score.value or 0:.1f}"},
            _("“%(item)s”: %(detractors)d of %(n)d would not recommend us (0 to 6), %(promoters)d would (9 and 10).")
            % {
                "item": item.title,
                "detractors": item.nps.detractors,
                "n": item.n,
                "promoters": item.nps.promoters,
            },
            item.dimension,
            [figure("NPS", item.nps.score)],
        )
    return Statement(
        _("“%(item)s” is rated low") % {"item": item.title},
        _("“%(item)s”: mean %(mean)s %(scale)s.")
        % {"item": item.title, "mean": with_interval(item.mean), "scale": on_scale(item.scale)},
        item.dimension,
        [figure(_("Mean"), item.mean), figure(_("Satisfied, per cent"), item.top_share, 100)],
    )


def dimension_statement(analysis: Analysis, side: str, name: str) -> Statement | None:
    from bihuan.surveys.analysis.words import dimension_title

    found = next((one for one in analysis.dimensions if (one.side or "", one.name) == (side, name)), None)
    if found is None:
        return None
    title = dimension_title(name)
    return Statement(
        _("“%(item)s” is rated low") % {"item": title},
        _("“%(item)s”: mean %(mean)s %(scale)s.")
        % {"item": title, "mean": with_interval(found.mean), "scale": on_scale(found.scale)},
        name,
        [figure(_("Mean"), found.mean)],
    )


def gap_statement(analysis: Analysis, name: str, *, of_item: bool) -> Statement | None:
    from bihuan.surveys.analysis.words import dimension_title

    if analysis.gaps is None:
        return None
    rows = analysis.gaps.items if of_item else analysis.gaps.dimensions
    row = next((one for one in rows if one.name == name), None)
    if row is None:
        return None
    title = row.label or row.name if of_item else dimension_title(row.name)
    return Statement(
        _("“%(item)s” falls short of what customers expect") % {"item": title},
        _("“%(item)s”: customers expect %(expected)s and perceive %(perceived)s %(scale)s; gap %(gap)s.")
        % {
            "item": title,
            "expected": with_interval(row.expected),
            "perceived": with_interval(row.perceived),
            "scale": on_scale(analysis.gaps.scale),
            "gap": with_interval(row.gap),
        },
        row.dimension,
        [figure(_("Gap"), row.gap), figure(_("Expected"), row.expected), figure(_("Perceived"), row.perceived)],
    )


def importance_statement(analysis: Analysis, name: str) -> Statement | None:
    points = analysis.importance.points if analysis.importance else ()
    point = next((one for one in points if one.name == name), None)
    if point is None:
        return None
    title = point.label or point.name
    return Statement(
        _("“%(item)s” matters much and is done less well") % {"item": title},
        _("“%(item)s”: importance %(importance)s, performance %(performance)s.")
        % {
            "item": title,
            "importance": with_interval(point.importance),
            "performance": with_interval(point.performance),
        },
        analysis.item(name).dimension,
        [figure(_("Importance"), point.importance), figure(_("Performance"), point.performance)],
    )


def kano_statement(analysis: Analysis, name: str) -> Statement | None:
    from bihuan.surveys.report.sections import kano_title

    row = next((one for one in analysis.kano if one.name == name), None)
    if row is None or row.category is None:
        return None
    title = row.label or row.name
    sure = _("surely") if row.distinct else _("but not surely")
    return Statement(
        _("“%(item)s”: %(category)s") % {"item": title, "category": kano_title(row.category)},
        _("“%(item)s” is %(category)s to most of %(n)d people, %(sure)s so. Better %(better)s, worse %(worse)s.")
        % {
            "item": title,
            "category": kano_title(row.category),
            "n": row.n,
            "sure": sure,
            "better": with_interval(row.better),
            "worse": with_interval(row.worse),
        },
        "",
        [figure(_("Satisfies if there"), row.better), figure(_("Annoys if missing"), row.worse)],
    )


def group_statement(analysis: Analysis, key: Key) -> Statement | None:
    from bihuan.surveys.report.groups import points, target_title

    column, kind, target, side, group = key
    found = next(
        (
            one
            for one in analysis.groups
            if (one.column, one.target_kind, one.target, one.side or "") == (column, kind, target, side)
        ),
        None,
    )
    row = next((one for one in found.rows if one.group == group), None) if found else None
    if found is None or row is None:
        return None
    measured, estimate = target_title(found), points(row.estimate, found.measure)
    best = next((one for one in found.rows if not set(one.letters) & set(row.letters)), None)
    if found.is_one or best is None or best.n == 0 or (best.estimate.value or 0) < (row.estimate.value or 0):
        compared, figures = _("It cannot be told apart from the best group."), []
        title = _("%(group)s: “%(measure)s” is rated low")
    else:
        other = points(best.estimate, found.measure)
        compared = _("Best, and surely better: %(group)s with %(value)s.") % {
            "group": best.group,
            "value": with_interval(other),
        }
        figures = [figure(f"{best.group} · {measured}", other)]
        title = _("%(group)s: “%(measure)s” is lower than elsewhere")
    dimension = found.target if kind == "dimension" else analysis.item(target).dimension
    return Statement(
        title % {"group": group, "measure": measured},
        _("%(group)s: “%(measure)s” %(value)s. %(compared)s")
        % {"group": group, "measure": measured, "value": with_interval(estimate), "compared": compared},
        dimension,
        [figure(f"{group} · {measured}", estimate), *figures],
        column,
        group,
    )


def statement_of(analysis: Analysis, key: Key) -> Statement | None:  # noqa: PLR0911
    """The statement of a row; None where there is no such row."""
    match key:
        case ("item", name):
            return item_statement(analysis, name)
        case ("dimension", side, name):
            return dimension_statement(analysis, side, name)
        case ("gap", name):
            return gap_statement(analysis, name, of_item=False)
        case ("gap_item", name):
            return gap_statement(analysis, name, of_item=True)
        case ("importance", name):
            return importance_statement(analysis, name)
        case ("kano", name):
            return kano_statement(analysis, name)
        case ("group", *rest) if len(rest) == 5:
            return group_statement(analysis, tuple(rest))
    return None
