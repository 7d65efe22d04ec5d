"""Tables for whoever sits at a shell."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _
from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.markup import escape
from rich.table import Table as Grid

from bihuan.surveys.analysis.results import Analysis
from bihuan.surveys.analysis.words import number, percent
from bihuan.surveys.mapping import Mapping
from bihuan.surveys.report.cells import Heading, Section, cell_text
from bihuan.surveys.report.groups import group_columns, group_sentence, group_targets, main_side, target_title
from bihuan.surveys.report.sections import sections
from servicequality.results import Estimate

SHOWN = 30  # rows of a table; the rest is in the report
HIDDEN = {"mapping", "gap_items", "kano"}


def shortened(text: str, width: int) -> str:
    """Text cut to so many places of the screen (a Chinese character takes two)."""
    return text if cell_len(text) <= width else set_cell_size(text, max(1, width - 1)).rstrip() + "…"


def grid_of(section: Section, width: int) -> Grid:
    """A table whose figures are never cut; the names beside them give way."""
    grid = Grid(title=escape(section.title), title_justify="left", title_style="bold", show_edge=False, pad_edge=False)
    core = [heading for heading in section.headings if heading.is_core]
    places = [place for place, heading in enumerate(section.headings) if heading.is_core]
    for tight in (False, True):
        rows = [
            [brief(row[place], section.headings[place], tight=tight) for place in places]
            for row in section.rows[:SHOWN]
        ]
        needed = [
            max([min(cell_len(heading.title), 10), *(cell_len(row[at]) for row in rows)])
            for at, heading in enumerate(core)
        ]
        if sum(needed[1:]) + 3 * (len(core) - 1) + 12 <= width:
            break
    texts = [at for at, heading in enumerate(core) if heading.kind == "text"]
    figures = sum(size for at, size in enumerate(needed) if at not in texts) + 3 * (len(core) - 1)
    others = sum(min(needed[at], 18) for at in texts[1:])
    for at, heading in enumerate(core):
        if at not in texts:
            grid.add_column(escape(heading.title), justify="right", width=needed[at])
            continue
        room = min(needed[at], max(12, width - figures - others) if at == texts[0] else 18)
        grid.add_column(escape(shortened(heading.title, room)), width=room, no_wrap=True)
        for row in rows:
            row[at] = shortened(row[at], room)
    for row in rows:
        grid.add_row(*map(escape, row))
    if len(section.rows) > SHOWN:
        grid.caption = escape(_("%(count)d more in the report") % {"count": len(section.rows) - SHOWN})
    return grid


def brief(value: Any, heading: Heading, *, tight: bool) -> str:
    """A cell on a narrow screen: the limits only where they matter most."""
    if isinstance(value, Estimate) and (heading.is_brief or (tight and heading.kind == "share")):
        share = heading.kind == "share"
        return percent(value.value, 1) if share else number(value.value, heading.decimals)
    return cell_text(value, heading)


def on_service(analysis: Analysis) -> Analysis:
    """The analysis without expected and important sides, which the gap and importance tables show."""
    side = main_side(analysis)
    return replace(
        analysis,
        items=tuple(item for item in analysis.items if item.side in {None, side}),
        dimensions=tuple(one for one in analysis.dimensions if one.side in {None, side}),
    )


def show(console: Console, analysis: Analysis, mapping: Mapping) -> None:
    """Print what matters: the first sentence, the tables, the warnings."""
    console.print()
    console.print(escape(str(analysis.headline)), style="bold")
    for section in sections(on_service(analysis), mapping):
        if section.key in HIDDEN or section.key.startswith("group:"):
            continue
        console.print()
        console.print(grid_of(section, console.width))
    for column in group_columns(analysis):
        targets = group_targets(analysis, column)
        console.print()
        console.print(escape(_("By %(column)s") % {"column": targets[0].label or column}), style="bold")
        for target in targets:
            if not target.is_one:
                console.print(escape(group_sentence(target)))
        alike = [target_title(target) for target in targets if target.is_one]
        if alike:
            console.print(escape(_("Groups not told apart: %(measures)s") % {"measures": _(", ").join(alike)}))
    if analysis.notes:
        console.print()
    for note in analysis.notes:
        console.print(("! " if note.is_warning else "· ") + escape(str(note)))
