"""Groups side by side: tables with letters, and the finding in words."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from bihuan.surveys.analysis.results import Analysis, GroupResult
from bihuan.surveys.analysis.words import dimension_title, number
from bihuan.surveys.mapping import Kind
from bihuan.surveys.report.cells import Heading, Lettered, Section
from servicequality.results import Estimate

MAIN_SIDES = (None, "perception", "performance")


def group_columns(analysis: Analysis) -> list[str]:
    return list(dict.fromkeys(group.column for group in analysis.groups))


def main_side(analysis: Analysis) -> str | None:
    sides = [one.side for one in analysis.dimensions if one.side in MAIN_SIDES]
    return "perception" if "perception" in sides else "performance" if "performance" in sides else None


def group_targets(analysis: Analysis, column: str) -> list[GroupResult]:
    """What a group table shows: the whole, overall judgements, dimensions; items where there is nothing else."""
    mine = [group for group in analysis.groups if group.column == column]
    side = main_side(analysis)
    whole = [one for one in mine if one.target_kind == "dimension" and one.side == side]
    whole.sort(key=lambda one: one.target != "")
    overall = [one for one in mine if one.target_kind in {Kind.OVERALL.value, Kind.RECOMMEND.value}]
    return (whole[:1] + overall + whole[1:]) or mine


def target_title(group: GroupResult) -> str:
    if group.target_kind == "dimension":
        return dimension_title(group.target)
    title = group.target_label or group.target
    return title if group.measure == "mean" else f"{title} ({'NPS' if group.measure == 'nps' else '%'})"


def lettered_heading(target: GroupResult, *, is_brief: bool) -> Heading:
    return Heading(target_title(target), "lettered", 2 if target.measure == "mean" else 1, is_brief=is_brief)


def group_section(analysis: Analysis, column: str) -> Section:
    """Groups of one column: means with letters; groups that share a letter cannot be told apart."""
    targets = group_targets(analysis, column)
    order = list(dict.fromkeys(row.group for target in targets for row in target.rows))
    by_group = [{row.group: row for row in target.rows} for target in targets]
    headings = [Heading(_("Group")), Heading("n", "count"), lettered_heading(targets[0], is_brief=False)]
    headings += [lettered_heading(target, is_brief=True) for target in targets[1:]]
    rows = []
    for group in order:
        first = by_group[0].get(group)
        cells: list[Any] = [group, first.n if first else None]
        for target, found in zip(targets, by_group, strict=True):
            row = found.get(group)
            letters = "" if row is None or target.is_one else " ".join(row.letters)
            cells.append(Lettered(points(row.estimate, target.measure), letters) if row else None)
        rows.append(tuple(cells))
    return Section(
        f"group:{column}",
        _("By %(column)s") % {"column": targets[0].label or column},
        tuple(headings),
        tuple(rows),
        note=_(
            "Groups that share a letter cannot be told apart; no letters: none can "
            "(all pairs tested, Holm's correction within a measure)."
        ),
    )


def points(estimate: Estimate, measure: str) -> Estimate:
    """Shares and NPS in points; means as they are."""
    if measure == "mean":
        return estimate
    value, low, high = (None if one is None else 100 * one for one in (estimate.value, estimate.low, estimate.high))
    return Estimate(value, low, high, estimate.n, estimate.level, estimate.method)


def group_sentence(group: GroupResult) -> str:
    """The finding of one comparison in words, with the size of the difference: sure is not the same as large."""
    measured = target_title(group).rstrip("?？.。:： ")
    if group.is_one:
        return _("%(measure)s: the groups cannot be told apart") % {"measure": measured}
    for better in group.rows:
        for worse in reversed(group.rows):
            if not set(better.letters) & set(worse.letters):
                high, low = (points(row.estimate, group.measure).value for row in (better, worse))
                return _("%(measure)s: “%(better)s” is %(difference)s above “%(worse)s”, more than chance") % {
                    "measure": measured,
                    "better": better.group,
                    "worse": worse.group,
                    "difference": number((high or 0.0) - (low or 0.0), 2 if group.measure == "mean" else 1),
                }
    return _("%(measure)s: some groups differ") % {"measure": measured}
