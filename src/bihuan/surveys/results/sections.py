"""Tables of a survey in the field beyond those a file has: one model for page, CSV and workbook."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bihuan.instruments.definition import ONE_OF, ItemType
from bihuan.surveys.analysis import GroupResult
from bihuan.surveys.analysis.results import ImportanceResult
from bihuan.surveys.analysis.words import dimension_title, percent
from bihuan.surveys.presentation import comparison_key
from bihuan.surveys.report.cells import Heading, Section
from bihuan.surveys.report.groups import points, target_title
from bihuan.surveys.report.sections import quadrant_title, sections
from bihuan.surveys.results.figures import Figures
from bihuan.surveys.results.matters import DriverTable
from bihuan.surveys.results.unpacking import added
from bihuan.surveys.results.waves import WaveComparison
from bihuan.surveys.tallying import Question
from servicequality.intervals import wilson

HEAT_LIMIT = 60


def quality_title(name: str) -> str:
    return {
        "technical": _("Technical quality: what is received"),
        "functional": _("Functional quality: how it is received"),
        "image": _("Image: the filter between"),
    }[name]


def row_title(name: str, label: str) -> str:
    """A dimension by its name, an item by its words."""
    return label or dimension_title(name)


def driver_section(table: DriverTable, place: int) -> Section:
    rows = tuple(
        (
            row_title(row.name, row.label),
            row.rank,
            row.part,
            row.share,
            f"{row.rank_low}–{row.rank_high}" if row.rank_low is not None else "–",
            row.r,
        )
        for row in table.rows
    )
    return Section(
        f"drivers-{place}",
        _("What moves “%(target)s”") % {"target": table.target_label or table.target},
        (
            Heading(_("Driver")),
            Heading(_("Rank"), "count"),
            Heading(_("Part of R²"), "estimate", 3),
            Heading(_("Share"), "percent"),
            Heading(_("Rank could be"), is_core=False),
            Heading("r", "number", is_core=False),
        ),
        rows,
        note=_(
            "All drivers together explain %(r2)s of the differences between %(n)d people (R²); it is split over all "
            "orders of entry (LMG, Shapley). Going together is not yet causing."
        )
        % {"r2": percent(table.r2.value), "n": table.n},
    )


def importance_table(key: str, title: str, found: ImportanceResult, note: str) -> Section:
    return Section(
        key,
        title,
        (
            Heading(_("Item")),
            Heading(_("Importance"), "estimate"),
            Heading(_("Performance"), "estimate"),
            Heading("n", "count"),
            Heading(_("Field of the point"), is_core=False),
            Heading(_("Sure field")),
        ),
        tuple(
            (
                one.label or one.name,
                one.importance,
                one.performance,
                one.performance.n,
                quadrant_title(one.quadrant),
                quadrant_title(one.verdict),
            )
            for one in found.points
        ),
        note=note,
    )


def derived_section(figures: Figures) -> Section | None:
    found = figures.derived
    if found is None:
        return None
    target = figures.layout.questions.targets[0]
    note = _(
        "Importance: how much an item goes with “%(target)s” (r, Fisher's interval). Lines: the means of both. "
        "“Cannot say”: an interval crosses a line."
    ) % {"target": target.item.label or target.key}
    return importance_table("derived", _("Importance as it shows, and performance"), found, note)


def disagreement_words(verdict: str) -> str:
    return {
        "said": _("said to matter, moves satisfaction little"),
        "felt": _("not said to matter, moves satisfaction much"),
        "agree": _("both agree"),
        "cannot say": _("cannot say"),
    }[verdict]


def disagreement_section(figures: Figures) -> Section | None:
    rows = figures.disagreements
    if not rows:
        return None
    surely = [row_title(row.name, row.label) for row in rows if row.verdict in {"said", "felt"}]
    note = (
        _("Stated and shown importance surely disagree on: %(names)s.") % {"names": _(", ").join(surely)}
        if surely
        else _("Stated and shown importance disagree on nothing beyond chance.")
    )
    return Section(
        "disagreements",
        _("Importance as people say it and as it shows"),
        (
            Heading(_("Item")),
            Heading(_("Stated"), "estimate"),
            Heading(_("Shown"), "estimate", 3),
            Heading(_("Verdict")),
        ),
        tuple(
            (row_title(row.name, row.label), row.stated, row.derived, disagreement_words(row.verdict)) for row in rows
        ),
        note=note,
    )


def split_section(figures: Figures) -> Section | None:
    rows = [row for row in figures.points if row.points.n]
    if not rows:
        return None
    return Section(
        "points",
        _("How people split their points"),
        (Heading(_("Part")), Heading("n", "count"), Heading(_("Mean points"), "estimate", 1)),
        tuple((row_title(row.name, row.label), row.points.n, row.points) for row in rows),
    )


def quality_section(figures: Figures) -> Section | None:
    rows = figures.quality
    if not rows:
        return None
    with_gap = any(row.gap is not None for row in rows)
    headings = [Heading(_("Quality")), Heading(_("Items"), "count"), Heading(_("Experienced"), "estimate")]
    headings += [Heading(_("Expected"), "estimate"), Heading(_("Gap"), "estimate")] if with_gap else []
    return Section(
        "quality",
        _("Perceived quality"),
        tuple(headings),
        tuple(
            (
                quality_title(row.name),
                row.items,
                row.experienced,
                *((row.expected, row.gap) if with_gap else ()),
            )
            for row in rows
        ),
        note=_(
            "Quality is experience against expectation, what is received and how (Grönroos 1984). A good image hides "
            "small faults for a while; it is shown beside and not counted in."
        ),
    )


def quality_items_section(figures: Figures) -> Section | None:
    rows = figures.quality_items
    if not rows:
        return None
    with_gap = any(row.gap is not None for row in rows)
    headings = [Heading(_("Item")), Heading(_("Quality")), Heading(_("Dimension"), is_core=False)]
    headings += [Heading(_("Experienced"), "estimate")]
    headings += [Heading(_("Expected"), "estimate"), Heading(_("Gap"), "estimate")] if with_gap else []
    short = {"technical": _("technical (what)"), "functional": _("functional (how)"), "image": _("image")}
    return Section(
        "quality-items",
        _("Items by technical and functional quality"),
        tuple(headings),
        tuple(
            (
                row.label or row.name,
                short[row.quality],
                dimension_title(row.dimension) if row.dimension else "",
                row.experienced,
                *((row.expected, row.gap) if with_gap else ()),
            )
            for row in rows
        ),
    )


def wave_words(verdict: str) -> str:
    return {
        "higher": _("higher"),
        "lower": _("lower"),
        "not different": _("not different"),
        "cannot say": _("cannot say"),
    }[verdict]


def wave_section(waves: WaveComparison | None) -> Section | None:
    if waves is None or not waves.rows:
        return None
    notes = [
        _("Differences with their interval; tests adjusted for %(count)d comparisons (Holm).")
        % {"count": len(waves.rows)}
    ]
    for names, words in (
        (waves.apart, _("Measured otherwise now, so not compared: %(names)s.")),
        (waves.fresh, _("Asked for the first time: %(names)s.")),
        (waves.gone, _("No longer asked: %(names)s.")),
    ):
        if names:
            notes.append(words % {"names": _(", ").join(names[:6])})
    return Section(
        "waves",
        _("Compared with “%(title)s”") % {"title": waves.title},
        (
            Heading(_("Measure")),
            Heading(_("Then"), "estimate", is_brief=True),
            Heading(_("Now"), "estimate", is_brief=True),
            Heading(_("Difference"), "estimate"),
            Heading("p", "p", is_core=False),
            Heading(_("Verdict")),
        ),
        tuple(
            (row_title(row.name, row.label), row.before, row.now, row.difference, row.p, wave_words(row.verdict))
            for row in waves.rows
        ),
        note=" ".join(notes),
    )


def trend_section(figures: Figures) -> Section | None:
    trend = figures.trend
    if trend is None:
        return None
    return Section(
        "trend",
        _("Course over time: %(measure)s") % {"measure": row_title(trend.target, trend.label)},
        (
            Heading(_("Period")),
            Heading("n", "count"),
            Heading(_("Mean"), "estimate"),
            *(
                (Heading(_("Lower control limit"), "number"), Heading(_("Upper control limit"), "number"))
                if trend.has_limits
                else ()
            ),
        ),
        tuple(
            (point.period, point.estimate.n, point.estimate, *((low, high) if trend.has_limits else ()))
            for point, low, high in zip(trend.points, trend.lower, trend.upper, strict=True)
        ),
        note=trend_note(figures),
    )


def trend_note(figures: Figures) -> str:
    trend = figures.trend
    if trend is None:
        return ""
    if not trend.has_limits:
        told = _("Fewer than 12 periods: no control limits yet, so read no signal into ups and downs.")
    elif trend.signals:
        periods = dict.fromkeys(trend.points[place].period for place, _code in trend.signals)
        told = _("Signals beyond the usual variation in: %(names)s.") % {"names": _(", ").join(list(periods)[:6])}
    else:
        told = _("Nothing beyond the usual variation from one period to the next (I′ chart).")
    if trend.hidden:
        told += " " + _("%(count)d periods with too few answers are not shown.") % {"count": len(trend.hidden)}
    return told


def beside_section(figures: Figures) -> Section | None:
    rows = figures.beside
    if not rows:
        return None
    return Section(
        "beside",
        _("Beside the whole survey"),
        (Heading(_("Measure")), Heading(_("Here"), "estimate"), Heading(_("Whole survey"), "estimate")),
        tuple((dimension_title(row.label) if row.label else _("All items"), row.here, row.whole) for row in rows),
        note=_("The whole includes this unit."),
    )


def comparison_section(result: GroupResult) -> Section:
    """One comparison as a table of its own, to take along."""
    decimals = 2 if result.measure == "mean" else 1
    return Section(
        comparison_key(result),
        _("By %(column)s: %(measure)s") % {"column": result.label, "measure": target_title(result)},
        (
            Heading(result.label),
            Heading("n", "count"),
            Heading(target_title(result), "estimate", decimals),
            Heading(_("Shrunken"), "estimate", decimals, is_core=False),
            Heading(_("Cannot be told apart")),
        ),
        tuple(
            (
                row.group,
                row.n,
                points(row.estimate, result.measure),
                points(row.shrunken, result.measure),
                "" if result.is_one else " ".join(row.letters),
            )
            for row in result.rows
        ),
    )


def heat_rows(figures: Figures) -> tuple[list[GroupResult], list[str]]:
    """Comparisons of units that make the columns of a heat map, and the units in their order."""
    targets = [
        one
        for one in figures.groups
        if one.column == "unit" and one.target_kind == "dimension" and one.target and one.measure == "mean"
    ]
    if len(targets) < 2:
        return [], []
    names = list(dict.fromkeys(row.group for one in targets for row in one.rows))
    return (targets, names) if len(names) <= HEAT_LIMIT else ([], [])


def heat_section(figures: Figures) -> Section | None:
    targets, names = heat_rows(figures)
    if not targets:
        return None
    by_name = [{row.group: row for row in one.rows} for one in targets]
    return Section(
        "heat",
        _("Units and dimensions"),
        (Heading(targets[0].label), *(Heading(target_title(one), "estimate", is_brief=True) for one in targets)),
        tuple((name, *(rows[name].estimate if name in rows else None for rows in by_name)) for name in names),
        is_long=len(names) > 12,
    )


def theme_counts(figures: Figures) -> list[tuple[str, int, int, int]]:
    """Theme, remarks that speak of it, of these good and bad; those too few to show are left out."""
    from servicequality.text import service_lexicon

    part = next((one for one in figures.layout.parts if one.kind == "themes"), None)
    if part is None or not figures.design.counts:
        return []
    counts = figures.layout.part(figures.total, part.name)
    chinese = (get_language() or "").startswith("zh")
    found = []
    for place, theme in enumerate(service_lexicon().themes):
        bad, neutral, good = (int(one) for one in counts[3 * place : 3 * place + 3])
        total = bad + neutral + good
        if total >= figures.fewest:
            found.append((theme.zh if chinese else theme.en, total, good, bad))
    return sorted(found, key=lambda row: -row[1])


def remark_tones(figures: Figures) -> dict[str, int]:
    """How many remarks there are, and their tone."""
    part = next((one for one in figures.layout.parts if one.kind == "themes"), None)
    if part is None or not figures.design.counts:
        return {"all": 0, "bad": 0, "neutral": 0, "good": 0}
    bad, neutral, good, total = (int(one) for one in figures.layout.part(figures.total, part.name)[-4:])
    return {"all": total, "bad": bad, "neutral": neutral, "good": good}


def themes_section(figures: Figures) -> Section | None:
    rows = theme_counts(figures)
    total = remark_tones(figures)["all"]
    if not rows or total < figures.fewest:
        return None
    return Section(
        "themes",
        _("What people write about"),
        (
            Heading(_("Theme")),
            Heading(_("Remarks"), "count"),
            Heading(_("Of all remarks"), "share"),
            Heading(_("Good"), "count"),
            Heading(_("Bad"), "count"),
            Heading(_("Bad among these"), "share"),
        ),
        tuple((name, n, wilson(n, total), good, bad, wilson(bad, n)) for name, n, good, bad in rows),
        note=_(
            "Themes by a lexicon of bus service in Chinese (irony and other languages are missed); themes with fewer "
            "than %(few)d remarks are left out."
        )
        % {"few": figures.fewest},
    )


def choice_sections(figures: Figures) -> Iterator[Section]:
    """Questions that are no rating: what was chosen, ranked, agreed to, or the mean number."""
    if not figures.design.counts:
        return
    total = added(figures.design.counts.values())
    for question in figures.layout.questions.questions:
        kind = question.item.type
        rows: list[tuple[Any, ...]] = []
        if kind in ONE_OF or kind is ItemType.MULTIPLE or kind is ItemType.CONSENT:
            rows = chosen_rows(figures, question, total)
        elif kind is ItemType.RANKING:
            rows = ranked_rows(figures, question, total)
        if rows:
            title = question.item.label or question.key
            heading = _("Mean place") if kind is ItemType.RANKING else _("Share")
            third = Heading(heading, "number" if kind is ItemType.RANKING else "share")
            yield Section(
                f"choice-{question.key}",
                title,
                (Heading(_("Choice")), Heading("n", "count"), third),
                tuple(rows),
                note=_("As answered, not weighted.") if figures.design.is_weighted else "",
                is_long=len(rows) > 12,
            )


def chosen_rows(figures: Figures, question: Question, total: Any) -> list[tuple[Any, ...]]:
    kind = question.item.type
    m = len(question.choices)
    labels = {choice.code: choice.label or choice.code for choice in question.item.choices}
    names = [labels.get(code, code) for code in question.choices]
    if kind is ItemType.CONSENT:
        counts, names = figures.layout.part(total, f"y:{question.part}"), [_("agreed"), _("did not agree")]
        taken = [int(one) for one in counts[:2]]
        base = sum(taken)
    elif kind is ItemType.MULTIPLE:
        counts = figures.layout.part(total, f"m:{question.part}")
        taken, base = [int(one) for one in counts[:m]], int(counts[m])
    else:
        counts = figures.layout.part(total, f"c:{question.part}")
        taken = [int(one) for one in counts[:m]]
        base = sum(taken)
    if base < figures.fewest:
        return []
    return [(name, n, wilson(n, base)) for name, n in zip(names, taken, strict=True)]


def ranked_rows(figures: Figures, question: Question, total: Any) -> list[tuple[Any, ...]]:
    m = len(question.choices)
    counts = figures.layout.part(total, f"r:{question.part}")
    if int(counts[m * m]) < figures.fewest:
        return []
    labels = {choice.code: choice.label or choice.code for choice in question.item.choices}
    table = counts[: m * m].reshape(m, m)
    places = np.arange(1, m + 1)
    rows = [
        (labels.get(code, code), int(row.sum()), float(row @ places / row.sum()) if row.sum() else None)
        for code, row in zip(question.choices, table, strict=True)
    ]
    return sorted(rows, key=lambda row: row[2] if row[2] is not None else m + 1)


def coverage_section(figures: Figures) -> Section | None:
    """Answers by unit beside those wanted."""
    short = figures.short_units
    if not short:
        return None
    return Section(
        "coverage",
        _("Units with too few answers"),
        (Heading(_("Unit")), Heading(_("Answers"), "count"), Heading(_("Wanted"), "count")),
        tuple(short),
        is_long=len(short) > 12,
    )


def field_sections(figures: Figures) -> dict[str, Section]:
    """Every table of a survey in the field by its key, in reading order."""
    analysis = figures.analysis
    plain = {one.key: one for one in sections(analysis, figures.layout.questions.mapping)}
    made: list[Section | None] = [
        plain.get("overall"),
        plain.get("gaps"),
        plain.get("dimensions"),
        quality_section(figures),
        wave_section(figures.waves),
        trend_section(figures),
        beside_section(figures),
        coverage_section(figures),
        *(comparison_section(one) for one in figures.groups),
        heat_section(figures),
        *(driver_section(table, place) for place, table in enumerate(figures.drivers, 1)),
        plain.get("importance"),
        derived_section(figures),
        disagreement_section(figures),
        split_section(figures),
        plain.get("kano"),
        plain.get("items"),
        quality_items_section(figures),
        plain.get("gap_items"),
        themes_section(figures),
        *choice_sections(figures),
    ]
    return {one.key: one for one in made if one is not None}
