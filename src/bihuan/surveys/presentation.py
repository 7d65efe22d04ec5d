"""The results page as plain blocks: how good, where, what matters, what to do. Reads figures, never answers."""

from __future__ import annotations

from collections.abc import Mapping as MappingOf
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.rectification.models import Finding
from bihuan.surveys.analysis import Analysis, GroupResult
from bihuan.surveys.mapping import Mapping
from bihuan.surveys.models import SurveyImport
from bihuan.surveys.report import charts as drawn
from bihuan.surveys.report import sections as made
from bihuan.surveys.report.cells import Section, cell_text
from bihuan.surveys.report.groups import (
    group_columns,
    group_sentence,
    group_targets,
    main_side,
    points,
    target_title,
)
from bihuan.surveys.report.page import bars_of
from bihuan.surveys.statements import Key, key_text, statement_of

FINDING_LOOK = {
    "open": "info",
    "corrected": "soon",
    "in_rectification": "info",
    "answered": "soon",
    "reopened": "late",
    "closed": "met",
    "dismissed": "none",
}
MOST_SUGGESTED = 8
MOST_ROWS = 12  # longer tables are folded: their chart stands above them
Keys = Sequence[Key | None]


@dataclass(frozen=True)
class Results:
    """Everything the page shows; ``may_raise`` decides whether rows offer to raise a finding."""

    survey: SurveyImport
    analysis: Analysis
    mapping: Mapping
    findings: MappingOf[str, list[Finding]]
    may_raise: bool
    charts: dict[str, dict[str, Any]] = field(default_factory=dict)

    def link(self, key: Key | None) -> dict[str, Any]:
        """The findings raised from a row, and where to raise one."""
        if key is None:
            return {"found": [], "raise_url": ""}
        text = key_text(key)
        found = [
            {
                "number": one.number,
                "url": one.get_absolute_url(),
                "state": one.state_label,
                "look": FINDING_LOOK[one.state],
            }
            for one in self.findings.get(text, ())
        ]
        address = f"{reverse('surveys:raise', kwargs={'pk': self.survey.pk})}?{urlencode({'row': text})}"
        return {"found": found, "raise_url": address if self.may_raise else ""}

    def table(self, section: Section, keys: Keys = ()) -> dict[str, Any]:
        """A section as a table; ``keys`` name the rows a finding can be raised from."""
        rows = []
        for place, row in enumerate(section.rows):
            counts = section.bars[place] if section.bars else ()
            cells = [
                {
                    "text": cell_text(value, heading),
                    "number": heading.kind != "text",
                    "title": heading.title,
                    "is_core": heading.is_core,
                }
                for value, heading in zip(row, section.headings, strict=True)
            ]
            link = self.link(keys[place] if place < len(keys) else None)
            rows.append({"cells": cells, "bars": bars_of(counts), "counts": ", ".join(map(str, counts)), **link})
        return {
            "key": section.key.replace(":", "-"),
            "title": section.title,
            "note": section.note,
            "headings": [
                {"title": one.title, "number": one.kind != "text", "is_core": one.is_core} for one in section.headings
            ],
            "rows": rows,
            "has_bars": bool(section.bars),
            "has_links": bool(keys),
            "is_long": section.is_long or len(rows) > MOST_ROWS,
            "chart": self.charts.get(section.key),
        }

    def how_good(self) -> list[dict[str, Any]]:
        """Overall judgement, gaps by dimension, dimensions."""
        analysis = self.analysis
        found = []
        overall = made.overall_section(analysis)
        if overall:
            found.append(self.table(overall, [("item", item.name) for item in made.overall_items(analysis)]))
        gaps = made.gap_section(analysis, of_items=False)
        if gaps and analysis.gaps:
            found.append(self.table(gaps, [("gap", row.name) for row in analysis.gaps.dimensions]))
        dimensions = made.dimensions_section(analysis)
        if dimensions:
            side = main_side(analysis)
            rows = sorted((one for one in analysis.dimensions if one.n), key=lambda one: one.side != side)
            good = {side, None}
            found.append(
                self.table(
                    dimensions,
                    [("dimension", one.side or "", one.name) if one.side in good else None for one in rows],
                )
            )
        return found

    def where(self) -> list[dict[str, Any]]:
        """One block a group column: the measure that matters most, then the others folded away."""
        return [self.group_block(column) for column in group_columns(self.analysis)]

    def group_block(self, column: str) -> dict[str, Any]:
        targets = group_targets(self.analysis, column)
        return {
            "key": f"group-{column}",
            "title": _("By %(column)s") % {"column": targets[0].label or column},
            "first": self.comparison(targets[0]),
            "chart": drawn.comparison_chart(targets[0]),
            "others": [self.comparison(target) for target in targets[1:]],
            "without": targets[0].without_group,
        }

    def comparison(self, target: GroupResult) -> dict[str, Any]:
        """Groups best first; a common letter means they cannot be told apart."""
        last = target.rows[-1].group if target.rows else ""
        return {
            "title": target_title(target),
            "sentence": group_sentence(target),
            "is_one": target.is_one,
            "decimals": 2 if target.measure == "mean" else 1,
            "tiers": [_(", ").join(groups) for groups in target.tiers] if not target.is_one else [],
            "rows": [
                {
                    "group": row.group,
                    "estimate": points(row.estimate, target.measure),
                    "letters": "" if target.is_one else " ".join(row.letters),
                    "is_last": not target.is_one and row.group == last,
                    **self.link(self.group_key(target, row.group)),
                }
                for row in target.rows
            ],
        }

    def group_key(self, target: GroupResult, group: str) -> Key:
        return ("group", target.column, target.target_kind, target.target, target.side or "", group)

    def what_matters(self) -> list[dict[str, Any]]:
        """Importance and performance, Kano, then every item."""
        analysis = self.analysis
        found = []
        importance = made.importance_section(analysis)
        if importance and analysis.importance:
            found.append(self.table(importance, [("importance", one.name) for one in analysis.importance.points]))
        kano = made.kano_section(analysis)
        if kano:
            found.append(self.table(kano))
        items = made.items_section(analysis)
        if items:
            side = main_side(analysis)
            rows = sorted(made.rated_items(analysis), key=lambda item: item.side != side)
            good = {None, "perception", "performance"}
            found.append(self.table(items, [("item", one.name) if one.side in good else None for one in rows]))
        gaps = made.gap_section(analysis, of_items=True)
        if gaps and analysis.gaps:
            found.append(self.table(gaps, [("gap_item", row.name) for row in analysis.gaps.items]))
        return found

    def what_to_do(self) -> list[dict[str, Any]]:
        """The rows that call for a finding, surest and largest first; what is not sure is not suggested."""
        keys = [*self.sure_gaps(), *self.urgent_items(), *self.lower_groups()]
        if not keys:
            keys = self.weakest()
        found = []
        for key in dict.fromkeys(keys):
            said = statement_of(self.analysis, key)
            if said is not None:
                found.append({"title": said.title, "fact": said.fact, **self.link(key)})
        return found[:MOST_SUGGESTED]

    def sure_gaps(self) -> list[Key]:
        gaps = self.analysis.gaps
        if gaps is None:
            return []
        rows = [row for row in gaps.dimensions if row.name and row.gap.high is not None and row.gap.high < 0]
        rows.sort(key=lambda row: row.gap.value or 0.0)
        return [("gap", row.name) for row in rows[:3]]

    def urgent_items(self) -> list[Key]:
        points_of = self.analysis.importance.points if self.analysis.importance else ()
        found: list[Key] = [("importance", one.name) for one in points_of if one.verdict == "concentrate here"]
        return found[:3]

    def lower_groups(self) -> list[Key]:
        """The last group of each comparison that surely differs from the best one."""
        found: list[Key] = []
        for column in group_columns(self.analysis):
            if column != self.survey.links.get("column", column):
                continue  # age or gender is nobody's fault; units and lines are somebody's work
            targets = group_targets(self.analysis, column)
            for target in [*(one for one in targets if one.target), *(one for one in targets if not one.target)]:
                if not target.target and any(key[1] == column for key in found):
                    continue  # the dimension says more than the whole
                if target.rows and not set(target.rows[0].letters) & set(target.rows[-1].letters):
                    found.append(self.group_key(target, target.rows[-1].group))
        return found[:4]

    def weakest(self) -> list[Key]:
        side = main_side(self.analysis)
        rated = [one for one in self.analysis.dimensions if one.side == side and one.name and one.position is not None]
        if len(rated) > 1:
            weakest = min(rated, key=lambda one: one.position or 0.0)
            return [("dimension", weakest.side or "", weakest.name)]
        return []

    def used_columns(self) -> dict[str, Any]:
        return self.table(made.mapping_section(self.mapping))


def results_of(
    survey: SurveyImport,
    analysis: Analysis,
    mapping: Mapping,
    *,
    findings: MappingOf[str, list[Finding]],
    may_raise: bool,
) -> Results:
    return Results(survey, analysis, mapping, findings, may_raise, drawn.charts_of(analysis))
