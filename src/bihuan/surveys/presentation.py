"""The results page as plain blocks: how good, where, what matters, what to do. Reads figures, never answers."""

from __future__ import annotations

from collections.abc import Mapping as MappingOf
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.translation import gettext as _

from bihuan.rectification.models import Finding
from bihuan.surveys.analysis import Analysis, GroupResult
from bihuan.surveys.analysis.results import GroupRow
from bihuan.surveys.analysis.words import number
from bihuan.surveys.mapping import Mapping
from bihuan.surveys.models import SurveyImport
from bihuan.surveys.report import charts as drawn
from bihuan.surveys.report import sections as made
from bihuan.surveys.report.cells import Heading, Section, cell_text
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
MOST_ROWS = 30  # longer ones have a page of their own and show their ends here
MOST_GROUPS, ENDS = 12, 5  # of more groups the best and the worst are shown
CELL = '<td class="{}" data-label="{}">{}</td>'  # thousands to a page: as a loop of the template half its time
Keys = Sequence[Key | None]
NEEDED = {
    "item",
    "kano",
    "importance",
    "gap",
    "gap_item",
    "dimension",
}  # a unit that lags behind is no need of customers


def comparison_key(target: GroupResult) -> str:
    """The name under which one comparison is downloaded."""
    return f"groups-{target.column}-{target.target or 'all'}"


def look_of(heading: Heading) -> str:
    """The classes of a cell: figures stand right, what a phone has no room for is left out there."""
    looks = (("number", heading.kind != "text"), ("survey-extra", not heading.is_core))
    return " ".join(name for name, holds in looks if holds)


def bars_path(counts: Sequence[int]) -> str:
    """A distribution as one path in a drawing of 100 x 24."""
    return "".join(
        f"M{bar['x']} {bar['y']}h{bar['width']}v{bar['height']}h-{bar['width']}z" for bar in bars_of(tuple(counts))
    )


@dataclass(frozen=True)
class Results:
    """Everything the page shows. ``raise_at`` and ``need_at`` are where a row becomes a finding or a need; "" for no.

    ``work_column`` names the groups that are somebody's work (units, lines); "" where any may be.
    ``place`` is added to the key of a row where the page shows a part of the answers; ``csv_at`` is where a table is
    downloaded, ``all_at`` where it is shown with every row ("" where it can only be shown here).
    """

    analysis: Analysis
    mapping: Mapping
    findings: MappingOf[str, list[Finding]]
    raise_at: str
    need_at: str = ""
    work_column: str = ""
    place: tuple[str, ...] = ()
    csv_at: str = ""
    all_at: str = ""
    charts: dict[str, dict[str, Any]] = field(default_factory=dict)

    def link(self, key: Key | None) -> dict[str, Any]:
        """The findings raised from a row, where to raise one, and where to register a need."""
        if key is None:
            return {"found": [], "raise_url": "", "need_url": ""}
        text = key_text((*key, *self.place))
        found = [
            {
                "number": one.number,
                "url": one.get_absolute_url(),
                "state": one.state_label,
                "look": FINDING_LOOK[one.state],
            }
            for one in self.findings.get(text, ())
        ]
        query = urlencode({"row": text})
        return {
            "found": found,
            "raise_url": f"{self.raise_at}?{query}" if self.raise_at else "",
            "need_url": f"{self.need_at}?{query}" if self.need_at and key[0] in NEEDED else "",
        }

    def table(self, section: Section, keys: Keys = ()) -> dict[str, Any]:
        """A section as a table; ``keys`` name the rows a finding can be raised from."""
        all_url = self.address(self.all_at, section.key) if len(section.rows) > MOST_ROWS else ""
        looks = [look_of(heading) for heading in section.headings]
        rows = []
        for place, row in enumerate(section.rows):
            if all_url and ENDS <= place < len(section.rows) - ENDS:
                continue
            cells = format_html_join(
                "",
                CELL,
                (
                    (look, heading.title, cell_text(value, heading))
                    for value, heading, look in zip(row, section.headings, looks, strict=True)
                ),
            )
            counts = section.bars[place] if section.bars else ()
            link = self.link(keys[place] if place < len(keys) else None)
            rows.append({"cells": cells, "bars": bars_path(counts), "counts": ", ".join(map(str, counts)), **link})
        chart = self.charts.get(section.key)
        return {
            "key": section.key.replace(":", "-"),
            "title": section.title,
            "note": section.note,
            "headings": [{"title": one.title, "number": one.kind != "text"} for one in section.headings],
            "rows": rows,
            "has_bars": bool(section.bars),
            "has_links": bool(keys),
            "is_long": len(rows) > MOST_GROUPS,
            "count": len(section.rows),
            "chart": chart and {**chart, "rows": []},  # its numbers are the table under it
            "csv_url": self.address(self.csv_at, section.key),
            "all_url": all_url,
        }

    def address(self, page: str, key: str) -> str:
        """Where a table is shown or downloaded; ``page`` ends where its name begins."""
        return f"{page}{urlencode({'table': key})}" if page else ""

    def keys_of(self, key: str) -> Keys:
        """What the rows of a section stand for; () where no finding can be raised from them."""
        analysis, side = self.analysis, main_side(self.analysis)
        found: Keys = ()
        match key:
            case "overall":
                found = [("item", item.name) for item in made.overall_items(analysis)]
            case "gaps" if analysis.gaps:
                found = [("gap", row.name) for row in analysis.gaps.dimensions]
            case "gap_items" if analysis.gaps:
                found = [("gap_item", row.name) for row in analysis.gaps.items]
            case "dimensions":
                rows = sorted((one for one in analysis.dimensions if one.n), key=lambda one: one.side != side)
                found = [("dimension", one.side or "", one.name) if one.side in {side, None} else None for one in rows]
            case "importance" if analysis.importance:
                found = [("importance", one.name) for one in analysis.importance.points]
            case "items":
                items = sorted(made.rated_items(analysis), key=lambda item: item.side != side)
                good = {None, "perception", "performance"}
                found = [("item", one.name) if one.side in good else None for one in items]
        return found

    def made_tables(self, *found: Section | None) -> list[dict[str, Any]]:
        return [self.table(one, self.keys_of(one.key)) for one in found if one is not None]

    def how_good(self) -> list[dict[str, Any]]:
        """Overall judgement, gaps by dimension, dimensions."""
        analysis = self.analysis
        return self.made_tables(
            made.overall_section(analysis),
            made.gap_section(analysis, of_items=False),
            made.dimensions_section(analysis),
        )

    def where(self) -> list[dict[str, Any]]:
        """One block a group column: the measure that matters most, then the others folded away."""
        return [self.group_block(column) for column in group_columns(self.analysis)]

    def group_block(self, column: str) -> dict[str, Any]:
        targets = group_targets(self.analysis, column)
        first, others = targets[0], targets[1:]
        cut = self.ends(first)
        return {
            "key": f"group-{column}",
            "title": _("By %(column)s") % {"column": first.label or column},
            "first": self.comparison(first, cut),
            "chart": {**drawn.comparison_chart(replace(first, rows=cut)), "rows": []},
            "others": [] if self.all_at else [self.comparison(target, target.rows) for target in others],
            "measures": [self.measure(target) for target in others] if self.all_at else [],
            "without": first.without_group,
        }

    def ends(self, target: GroupResult) -> tuple[GroupRow, ...]:
        """The rows shown: all, or the best and the worst of many."""
        if not self.all_at or len(target.rows) <= MOST_GROUPS:
            return target.rows
        return (*target.rows[:ENDS], *target.rows[-ENDS:])

    def measure(self, target: GroupResult) -> dict[str, Any]:
        """A further comparison as one line: its best and its worst group."""
        decimals = 2 if target.measure == "mean" else 1
        best, worst = (
            {"group": row.group, "value": number(points(row.estimate, target.measure).value, decimals)}
            for row in (target.rows[0], target.rows[-1])
        )
        return {
            "title": target_title(target),
            "best": best,
            "worst": worst,
            "is_one": target.is_one,
            "csv_url": self.address(self.csv_at, comparison_key(target)),
            "all_url": self.address(self.all_at, comparison_key(target)),
        }

    def comparison(self, target: GroupResult, rows: tuple[GroupRow, ...] | None = None) -> dict[str, Any]:
        """Groups best first; a common letter means they cannot be told apart."""
        last = target.rows[-1].group if target.rows else ""
        shown = target.rows if rows is None else rows
        return {
            "title": target_title(target),
            "sentence": group_sentence(target),
            "csv_url": self.address(self.csv_at, comparison_key(target)),
            "all_url": self.address(self.all_at, comparison_key(target)) if len(shown) < len(target.rows) else "",
            "count": len(target.rows),
            "is_folded": rows is not None,
            "is_long": len(shown) > MOST_GROUPS,
            "hidden": len(target.too_small),
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
                for row in shown
            ],
        }

    def group_key(self, target: GroupResult, group: str) -> Key:
        return ("group", target.column, target.target_kind, target.target, target.side or "", group)

    def what_matters(self) -> list[dict[str, Any]]:
        """Importance and performance, Kano, then every item."""
        analysis = self.analysis
        return self.made_tables(
            made.importance_section(analysis),
            made.kano_section(analysis),
            made.items_section(analysis),
            made.gap_section(analysis, of_items=True),
        )

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
            if self.work_column and column != self.work_column:
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
    raise_at = reverse("surveys:raise", kwargs={"pk": survey.pk}) if may_raise else ""
    column = str(survey.links.get("column", ""))
    return Results(analysis, mapping, findings, raise_at, work_column=column, charts=drawn.charts_of(analysis))
