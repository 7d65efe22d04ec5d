"""The tables of a report: one model for terminal, HTML and XLSX."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from bihuan.surveys.analysis.results import Analysis, DimensionResult, GapRow, ItemResult
from bihuan.surveys.analysis.words import SIDES, dimension_title, number, percent
from bihuan.surveys.mapping import KIND_LABELS, ROLE_LABELS, SIDE_LABELS, Kind, Mapping, Role, Side
from bihuan.surveys.report.cells import Heading, Section, levels_text, scale_text
from bihuan.surveys.report.groups import group_columns, group_section, main_side


def side_title(side: str | None) -> str:
    return str(SIDES[side]).capitalize() if side in SIDES else ""


def sides_present(analysis: Analysis) -> bool:
    return any(item.side for item in analysis.items)


def overall_items(analysis: Analysis) -> list[ItemResult]:
    return [item for item in analysis.items if item.kind != Kind.RATING.value and not item.side]


def rated_items(analysis: Analysis) -> list[ItemResult]:
    return [item for item in analysis.items if item.kind == Kind.RATING.value or item.side]


def item_name(item: ItemResult) -> str:
    return f"{item.name} {item.label}" if item.label and item.label != item.name else item.name


def overall_section(analysis: Analysis) -> Section | None:
    items = overall_items(analysis)
    if not items:
        return None
    nps = any(item.nps for item in items)
    headings = [
        Heading(_("Question")),
        Heading("n", "count"),
        Heading(_("Missing"), "percent"),
        Heading(_("Mean"), "estimate"),
        Heading(_("Scale"), is_core=False),
        Heading(_("Satisfied (top box)"), "share"),
        Heading(_("Counts as satisfied"), is_core=False),
    ]
    rows = []
    for item in items:
        row: list[Any] = [
            item_name(item),
            item.n,
            item.missing_share,
            item.mean,
            scale_text(item.scale),
            item.top_share,
            levels_text(item.top_levels),
        ]
        if nps:
            row += (
                [item.nps.score, item.nps.promoters, item.nps.passives, item.nps.detractors]
                if item.nps
                else [None, None, None, None]
            )
        rows.append(tuple(row))
    if nps:
        headings += [
            Heading("NPS", "estimate", 1),
            Heading(_("Promoters (9–10)"), "count"),
            Heading(_("Passives (7–8)"), "count"),
            Heading(_("Detractors (0–6)"), "count"),
        ]
    return Section(
        "overall", _("Overall judgement"), tuple(headings), tuple(rows), bars=tuple(item.counts for item in items)
    )


def items_section(analysis: Analysis) -> Section | None:
    side = main_side(analysis)
    items = sorted(rated_items(analysis), key=lambda item: item.side != side)
    if not items:
        return None
    with_sides, with_dimensions = sides_present(analysis), any(item.dimension for item in items)
    weighted = any(item.weighted for item in items)
    with_plain = any(item.plain for item in items)
    headings = [Heading(_("Item"))]
    headings += [Heading(_("Dimension"), is_core=False)] if with_dimensions else []
    headings += [Heading(_("Side"), is_core=False)] if with_sides else []
    headings += [
        Heading("n", "count"),
        Heading(_("Missing"), "percent"),
        Heading(_("N/A"), "percent"),
        Heading(_("Mean"), "estimate"),
        Heading(_("SD"), "number", is_core=False),
        Heading(_("Scale"), is_core=False),
        Heading(_("Top box"), "share"),
    ]
    headings += [Heading(_("Weighted mean"), "estimate")] if weighted else []
    headings += [Heading(_("Unweighted mean"), "estimate", is_brief=True)] if with_plain else []
    rows = []
    for item in items:
        row: list[Any] = [item_name(item)]
        row += [dimension_title(item.dimension) if item.dimension else ""] if with_dimensions else []
        row += [side_title(item.side)] if with_sides else []
        row += [item.n, item.missing_share, item.na_share, item.mean, item.sd, scale_text(item.scale), item.top_share]
        row += [item.weighted] if weighted else []
        row += [item.plain] if with_plain else []
        rows.append(tuple(row))
    tops = sorted({f"{levels_text(item.top_levels)} / {scale_text(item.scale)}" for item in items})
    return Section(
        "items",
        _("Items"),
        tuple(headings),
        tuple(rows),
        note=_("Top box: share of answers %(levels)s.") % {"levels": _(", ").join(tops)},
        bars=tuple(item.counts for item in items),
        is_long=len(items) > 30,
    )


def dimensions_section(analysis: Analysis) -> Section | None:
    rows_of = [one for one in analysis.dimensions if one.n]
    if not rows_of:
        return None
    with_sides = sides_present(analysis)
    weighted = any(one.weighted for one in rows_of)
    with_plain = any(one.plain for one in rows_of)
    with_bootstrap = any(one.bootstrap for one in rows_of)
    headings = [Heading(_("Dimension"))]
    headings += [Heading(_("Side"), is_core=False)] if with_sides else []
    headings += [
        Heading(_("Items"), "count"),
        Heading("n", "count"),
        Heading(_("Mean"), "estimate"),
        Heading(_("SD"), "number", is_core=False),
        Heading(_("Scale"), is_core=False),
        Heading(_("Cronbach's α"), "estimate"),
    ]
    headings += [Heading(_("Bootstrap (BCa)"), "estimate", is_core=False)] if with_bootstrap else []
    headings += [Heading(_("Weighted mean"), "estimate")] if weighted else []
    headings += [Heading(_("Unweighted mean"), "estimate", is_brief=True)] if with_plain else []

    def row(one: DimensionResult) -> tuple[Any, ...]:
        alpha = one.alpha.alpha if one.alpha else None
        cells: list[Any] = [dimension_title(one.name)]
        cells += [side_title(one.side)] if with_sides else []
        cells += [len(one.items), one.n, one.mean, one.sd, scale_text(one.scale), alpha]
        cells += [one.bootstrap] if with_bootstrap else []
        cells += [one.weighted] if weighted else []
        cells += [one.plain] if with_plain else []
        return tuple(cells)

    side = main_side(analysis)
    rows_of.sort(key=lambda one: one.side != side)
    rows = tuple(row(one) for one in rows_of)
    return Section("dimensions", _("Dimensions"), tuple(headings), rows, is_long=len(rows) > 20)


def gap_section(analysis: Analysis, *, of_items: bool) -> Section | None:
    gaps = analysis.gaps
    if gaps is None:
        return None
    chosen = gaps.items if of_items else gaps.dimensions
    first = Heading(_("Item") if of_items else _("Dimension"))
    headings = [
        first,
        Heading("n", "count"),
        Heading(_("Expected"), "estimate", is_brief=True),
        Heading(_("Perceived"), "estimate", is_brief=True),
        Heading(_("Gap"), "estimate"),
        Heading("p", "p", is_core=False),
    ]
    headings += [] if of_items else [Heading(_("Reliability of the gap"), "number", is_core=False)]

    def row(gap: GapRow) -> tuple[Any, ...]:
        title = f"{gap.name} {gap.label}".strip() if of_items else dimension_title(gap.name)
        cells: list[Any] = [title, gap.gap.n, gap.expected, gap.perceived, gap.gap, gap.p]
        return tuple(cells if of_items else [*cells, gap.reliability])

    rows = [row(gap) for gap in chosen]
    if not of_items and len(gaps.dimensions) > 1:
        rows.append((_("All dimensions"), gaps.overall.n, None, None, gaps.overall, None, None))
    return Section(
        "gap_items" if of_items else "gaps",
        _("Gaps by item") if of_items else _("Gaps by dimension"),
        tuple(headings),
        tuple(rows),
        note=_("Gap = perceived − expected of the same person; below 0 the service falls short."),
        is_long=of_items and len(rows) > 30,
    )


def quadrant_title(name: str) -> str:
    return {
        "concentrate here": _("Concentrate here"),
        "keep up": _("Keep up"),
        "low priority": _("Low priority"),
        "possible overkill": _("Possibly too much"),
        "cannot say": _("Cannot say"),
    }[name]


def importance_section(analysis: Analysis) -> Section | None:
    found = analysis.importance
    if found is None:
        return None
    return Section(
        "importance",
        _("Importance and performance"),
        (
            Heading(_("Item")),
            Heading(_("Importance"), "estimate", is_brief=True),
            Heading(_("Performance"), "estimate", is_brief=True),
            Heading("n", "count"),
            Heading(_("Field of the point"), is_core=False),
            Heading(_("Sure field")),
        ),
        tuple(
            (
                f"{point.name} {point.label}".strip(),
                point.importance,
                point.performance,
                point.performance.n,
                quadrant_title(point.quadrant),
                quadrant_title(point.verdict),
            )
            for point in found.points
        ),
        note=_(
            "Lines: mean of the item means (performance %(performance)s, importance %(importance)s). "
            "“Cannot say”: an interval crosses a line."
        )
        % {"performance": number(found.cross_performance), "importance": number(found.cross_importance)},
    )


def kano_title(letter: str | None) -> str:
    return {
        "M": _("Must-be"),
        "O": _("One-dimensional"),
        "A": _("Attractive"),
        "I": _("Indifferent"),
        "R": _("Reverse"),
        "Q": _("Questionable"),
        None: "–",
    }[letter]


def kano_section(analysis: Analysis) -> Section | None:
    if not analysis.kano:
        return None
    letters = "MOAIRQ"
    return Section(
        "kano",
        _("Kano classes"),
        (
            Heading(_("Feature")),
            Heading("n", "count"),
            *(Heading(kano_title(letter), "count") for letter in letters),
            Heading(_("Class")),
            Heading(_("Sure")),
            Heading(_("Satisfies if there"), "estimate"),
            Heading(_("Annoys if missing"), "estimate"),
        ),
        tuple(
            (
                f"{row.name} {row.label}".strip(),
                row.n,
                *(row.counts[letter] for letter in letters),
                kano_title(row.category),
                _("yes") if row.distinct else _("no"),
                row.better,
                row.worse,
            )
            for row in analysis.kano
        ),
        note=_("Class = commonest one; sure where it leads the second by more than chance (Fong)."),
    )


def mapping_section(mapping: Mapping) -> Section:
    def row(use: Any) -> tuple[Any, ...]:
        scale = scale_text(use.scale) if use.role is Role.ITEM and use.scale else ""
        side = str(SIDE_LABELS[Side(use.side)]) if use.side else ""
        kind = str(KIND_LABELS[use.kind]) if use.role is Role.ITEM and use.kind is not Kind.RATING else ""
        skipped = _(", ").join(use.na)
        return (use.name, use.label, str(ROLE_LABELS[use.role]), kind or side, use.dimension, scale, skipped, use.why)

    titles = (
        _("Column"),
        _("Label"),
        _("Used as"),
        _("Kind"),
        _("Dimension"),
        _("Scale"),
        _("Not applicable"),
        _("Why"),
    )
    return Section(
        "mapping",
        _("How the columns were used"),
        tuple(Heading(title) for title in titles),
        tuple(row(use) for use in mapping.columns),
        is_long=True,
    )


def sections(analysis: Analysis, mapping: Mapping) -> list[Section]:
    """Every table of the report in reading order."""
    found = [
        overall_section(analysis),
        gap_section(analysis, of_items=False),
        dimensions_section(analysis),
        importance_section(analysis),
        *(group_section(analysis, column) for column in group_columns(analysis)),
        items_section(analysis),
        gap_section(analysis, of_items=True),
        kano_section(analysis),
        mapping_section(mapping),
    ]
    return [section for section in found if section is not None]


def definitions(analysis: Analysis) -> list[tuple[str, str]]:
    """How every figure was made; only what the report shows."""
    level = percent(analysis.level)
    told = [
        (_("n"), _("Answers counted. Blank cells and “not applicable” never enter a mean or a share.")),
        (_("Mean"), _("Arithmetic mean with Student's t interval (%(level)s).") % {"level": level}),
        (
            _("Top box"),
            _("Share of answers at the favourable levels, with Wilson's interval (%(level)s).") % {"level": level},
        ),
    ]
    if analysis.dimensions:
        told.append(
            (
                _("Dimension"),
                _("Mean of its items per respondent, over respondents who answered all of them; then as a mean."),
            )
        )
        told.append((_("Cronbach's α"), _("Internal consistency with Feldt's interval, over the same respondents.")))
    if any(item.nps for item in analysis.items):
        told.append(
            (
                "NPS",
                _(
                    "Share of answers 9–10 minus share of 0–6, in points from −100 to 100, "
                    "with the adjusted Wald interval."
                ),
            )
        )
    if analysis.gaps:
        told.append(
            (
                _("Gap"),
                _(
                    "Perceived minus expected per person and item (SERVQUAL); t interval and paired t test. "
                    "A dimension's gap needs all its pairs."
                ),
            )
        )
        told.append(
            (
                _("Reliability of the gap"),
                _("From the α of both sides and their correlation; low values mean the difference is mostly noise."),
            )
        )
    if analysis.groups:
        told.append(
            (
                _("Groups"),
                _(
                    "Every pair tested (Welch's t, for NPS z) with Holm's correction. Answers are taken as "
                    "independent: many answers from one bus or one clerk make differences look surer than they are."
                ),
            )
        )
    return told
