"""The results page of a survey in the field: five questions in their order, from the figures of one view."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from django.utils.translation import gettext as _

from bihuan.surveys.analysis import GroupResult
from bihuan.surveys.presentation import Keys, Results, comparison_key
from bihuan.surveys.report.cells import Section
from bihuan.surveys.report.groups import group_targets, target_title
from bihuan.surveys.results.figures import Figures
from bihuan.surveys.results.sections import field_sections
from bihuan.surveys.results.stock import View
from bihuan.surveys.results.trend import grain_of

GOOD = ("overall", "gaps", "dimensions", "quality", "waves", "trend", "beside")
WHERE = ("heat", "coverage")
MATTERS = ("importance", "derived", "disagreements", "points", "kano", "items", "gap_items", "quality-items")


@dataclass(frozen=True)
class FieldResults(Results):
    """The blocks of a file's page, and those a survey in the field has beside them."""

    sections: dict[str, Section] | None = None
    figures: Figures | None = None
    work: ClassVar[str] = "unit"

    def found(self, key: str) -> Section | None:
        return (self.sections or {}).get(key)

    def keys_of(self, key: str) -> Keys:
        figures = self.figures
        assert figures is not None
        if key.startswith("drivers-"):
            table = figures.drivers[int(key.removeprefix("drivers-")) - 1]
            return [self.key_for(table.kind, row.name) for row in table.rows]
        match key:
            case "kano":
                return [("kano", row.name) for row in self.analysis.kano]
            case "derived":
                return [("item", one.name) for one in figures.derived.points]
            case "waves":
                return [self.key_for(row.kind, row.name) for row in figures.waves.rows] if figures.waves else ()
            case "quality-items":
                return [("item", row.name) for row in figures.quality_items]
        return super().keys_of(key)

    def key_for(self, kind: str, name: str) -> tuple[str, ...] | None:
        if kind == "item":
            return ("item", name)
        found = next((one for one in self.analysis.dimensions if one.name == name and one.side != "expectation"), None)
        return ("dimension", found.side or "", name) if found else None

    def blocks(self, keys: tuple[str, ...]) -> list[dict[str, Any]]:
        return self.made_tables(*(self.found(key) for key in keys))

    def how_good(self) -> list[dict[str, Any]]:
        return self.blocks(GOOD)

    def where_more(self) -> list[dict[str, Any]]:
        return self.blocks(WHERE)

    def what_matters(self) -> list[dict[str, Any]]:
        drivers = tuple(key for key in (self.sections or {}) if key.startswith("drivers-"))
        return self.blocks((*drivers, *MATTERS))

    def what_was_chosen(self) -> list[dict[str, Any]]:
        return self.blocks(tuple(key for key in (self.sections or {}) if key.startswith("choice-")))

    def themes(self) -> dict[str, Any] | None:
        found = self.found("themes")
        return self.table(found) if found else None

    def whole(self, key: str) -> dict[str, Any] | None:
        """One table with every row: a comparison of groups, or a section."""
        target = next((one for one in self.analysis.groups if comparison_key(one) == key), None)
        if target is not None:
            return {"title": self.group_title(target), "comparison": self.comparison(target)}
        found = self.found(key)
        if found is None:
            return None
        return {"title": found.title, "table": self.table(found, self.keys_of(key))}

    def group_title(self, target: GroupResult) -> str:
        return _("By %(column)s: %(measure)s") % {"column": target.label, "measure": target_title(target)}

    def beside_of(self, key: str) -> list[dict[str, Any]]:
        """The other comparisons of the same groups, to go on to."""
        column = next((one.column for one in self.analysis.groups if comparison_key(one) == key), None)
        return [
            {"label": target_title(one), "key": comparison_key(one), "is_here": comparison_key(one) == key}
            for one in group_targets(self.analysis, column or "")
        ]


def page_of(figures: Figures, **given: Any) -> FieldResults:
    """Without ``charts`` the tables stand alone."""
    return FieldResults(
        analysis=figures.analysis,
        mapping=figures.layout.questions.mapping,
        work_column="unit",
        sections=field_sections(figures),
        figures=figures,
        **given,
    )


def options(figures: Figures) -> list[dict[str, Any]]:
    """What the answers can be narrowed by; groups too small to show cannot be chosen."""
    view = figures.view
    found = [
        {
            "name": "unit",
            "label": _("Unit"),
            "all": _("all units") if figures.access.is_whole else "",
            "choices": unit_choices(figures),
        },
        value_choices(figures, "segment", _("Segment"), _("all segments"), figures.segment_names),
        value_choices(figures, "channel", _("Channel"), _("all channels"), None),
        {
            "name": "period",
            "label": _("Period"),
            "all": _("whole time"),
            "choices": period_choices(figures, view),
        },
    ]
    return [one for one in found if len(one["choices"]) > (0 if one["all"] else 1) or one["name"] in view.axes]


def unit_choices(figures: Figures) -> list[dict[str, Any]]:
    """Units as a tree; those below a part only, for whoever sees a part."""
    paths = {unit: path for unit, path in figures.paths.items() if figures.access.covers(path)}
    base = min((path.count("/") for path in paths.values()), default=0)
    rows = sorted(paths.items(), key=lambda entry: entry[1])
    return [
        {
            "value": str(unit),
            "label": "\u2003" * (path.count("/") - base) + figures.unit_names.get(unit, str(unit)),
            "n": figures.tree_sizes.get(unit, 0),
            "selected": figures.view.unit == unit,
            "disabled": unit in figures.hidden_units,
        }
        for unit, path in rows
    ]


def value_choices(
    figures: Figures, axis: str, label: str, everything: str, names: dict[str, str] | None
) -> dict[str, Any]:
    from bihuan.surveys.results.counted import channel_name

    sizes, hidden = figures.axis_sizes(axis), figures.hidden_values(axis)
    return {
        "name": axis,
        "label": label,
        "all": everything,
        "choices": [
            {
                "value": value,
                "label": names.get(value, value) if names is not None else channel_name(value),
                "n": n,
                "selected": getattr(figures.view, axis) == value,
                "disabled": value in hidden,
            }
            for value, n in sorted(sizes.items())
            if value
        ],
    }


def period_choices(figures: Figures, view: View) -> list[dict[str, Any]]:
    """Months, and weeks where there are not too many of them."""
    sizes, hidden = figures.axis_sizes("period"), figures.hidden_values("period")
    weeks = [value for value in sizes if grain_of(value) == "week"]
    grains = {"month", "week"} if len(weeks) <= 30 else {"month"}
    return [
        {"value": value, "label": value, "n": n, "selected": view.period == value, "disabled": value in hidden}
        for value, n in sorted(sizes.items(), key=lambda entry: (grain_of(entry[0]) != "month", entry[0]))
        if grain_of(value) in grains or value == view.period
    ]
