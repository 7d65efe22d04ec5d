"""The unit report and the group report on A4: one description for print, Word and PDF."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils import timezone
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from bihuan.documents.services import Bar, Block, Bullets, Chart, Column, Document, Fields, Heading, Paragraph, Table
from bihuan.surveys.presentation import MOST_SUGGESTED
from bihuan.surveys.report.cells import Section, cell_text
from bihuan.surveys.report.charts import main_dimensions
from bihuan.surveys.results.figures import Figures
from bihuan.surveys.results.page import page_of
from bihuan.surveys.results.sections import field_sections

MOST_COLUMNS, MOST_LINES, MOST_NOTES = 6, 40, 12
# Shares of the width: a name and a figure with its limits need room, a count must not break.
WIDTHS = {"text": 2.2, "estimate": 2.3, "share": 2.3, "lettered": 2.3}
NARROW = 1.2
CHAPTERS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("good", ("overall", "gaps", "dimensions", "quality", "waves", "beside")),
    ("where", ("groups-unit", "groups-segment", "groups-channel", "heat", "coverage")),
    ("matters", ("drivers-1", "importance", "derived", "disagreements", "points", "kano")),
    ("say", ("themes",)),
)


def chapter_title(name: str) -> str:
    return {
        "good": _("How good is it?"),
        "where": _("Where?"),
        "matters": _("What matters?"),
        "say": _("What people say"),
    }[name]


def paper_table(section: Section) -> Table:
    """A section as it fits on a portrait page: the columns that matter, figures with their limits."""
    chosen = [
        (place, heading)
        for place, heading in enumerate(section.headings)
        if heading.is_core or heading.kind == "estimate"
    ][:MOST_COLUMNS]
    columns = tuple(
        Column(one.title, "left" if one.kind == "text" else "right", WIDTHS.get(one.kind, NARROW))
        for _place, one in chosen
    )
    rows = tuple(
        tuple(cell_text(row[place], heading) for place, heading in chosen) for row in section.rows[:MOST_LINES]
    )
    left = len(section.rows) - MOST_LINES
    note = section.note
    if left > 0:
        note = f"{note} " + _("%(count)d more rows in the workbook.") % {"count": left}
    return Table(columns, rows, section.title, note.strip())


def dimension_bars(figures: Figures) -> Chart | None:
    from bihuan.surveys.analysis.words import dimension_title, number

    found = [one for one in main_dimensions(figures.analysis) if one.mean.value is not None]
    if len(found) < 2 or len({one.scale for one in found}) > 1:
        return None
    bars = tuple(
        Bar(
            dimension_title(one.name),
            one.mean.value,
            None if one.mean.low is None else round(one.mean.low, 2),
            None if one.mean.high is None else round(one.mean.high, 2),
            one.n,
            number(one.mean.value),
        )
        for one in found
    )
    low, high, _step = found[0].scale
    title = _("Dimensions with intervals")
    return Chart(title, bars, _("Dimension"), minimum=float(low), maximum=float(high))


def facts(figures: Figures) -> Fields:
    campaign, tally = figures.campaign, figures.stock.tally
    days = [at for at in (campaign.opened_at or campaign.opens_at, campaign.closed_at or campaign.closes_at) if at]
    counted = timezone.localtime(tally.counted_at) if tally and tally.counted_at else None
    rows = [
        (_("Survey"), campaign.title),
        (_("Whose answers"), " · ".join(figures.view_labels) or _("all answers")),
        (_("Answers"), str(figures.n)),
        (_("In the field"), " – ".join(f"{timezone.localtime(at):%Y-%m-%d}" for at in days)),
        (_("Form"), str(campaign.version_of_form)),
        (_("Counted"), f"{counted:%Y-%m-%d %H:%M}" if counted else ""),
    ]
    return Fields(tuple(rows), per_row=2)


def blocks(figures: Figures) -> Iterator[Block]:
    sections = field_sections(figures)
    yield Paragraph(" ".join(str(note) for note in figures.first_sentences()), bold=True)
    yield facts(figures)
    for name, keys in CHAPTERS:
        found = [one for key in keys for one in sections_for(sections, key)]
        if not found:
            continue
        yield Heading(chapter_title(name), 2)
        if name == "good":
            chart = dimension_bars(figures)
            if chart is not None:
                yield chart
        for section in found:
            yield paper_table(section)
    suggested = page_of(figures, findings={}, raise_at="").what_to_do()
    yield Heading(_("What to do"), 2)
    if suggested:
        yield Bullets(tuple(row["fact"] for row in suggested[:MOST_SUGGESTED]), numbered=True)
    else:
        yield Paragraph(_("Nothing stands out beyond chance."))
    notes = [str(note) for note in figures.analysis.notes]
    if notes:
        yield Heading(_("To keep in mind"), 2)
        yield Bullets(tuple(notes[:MOST_NOTES]))


def sections_for(sections: dict[str, Section], key: str) -> list[Section]:
    """A section by its key; of comparisons the first of its column."""
    if key.startswith("groups-"):
        return [one for name, one in sections.items() if name.startswith(f"{key}-")][:1]
    return [sections[key]] if key in sections else []


def paper_of(figures: Figures) -> Document:
    """The report of a unit, or of the whole survey (the group report)."""
    kind = (
        pgettext("report of a survey", "Unit report")
        if figures.view.unit
        else pgettext("report of a survey", "Group report")
    )
    title = _("%(kind)s: %(survey)s") % {"kind": kind, "survey": figures.campaign.title}
    today = timezone.localdate()
    return Document(
        title=title[:120],
        blocks=tuple(blocks(figures)),
        signed_by=figures.unit_names.get(figures.view.unit) or figures.campaign.unit.name,
        signed_on=f"{today:%Y-%m-%d}",
        language=get_language() or "zh-hans",
    )
