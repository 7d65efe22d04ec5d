"""All figures of a view as plain data: what the API gives and the JSON file holds."""

from __future__ import annotations

from typing import Any

from django.utils.translation import override

from bihuan.surveys.report.figures import written
from bihuan.surveys.results.figures import Figures
from bihuan.surveys.results.sections import choice_sections, remark_tones, theme_counts
from servicequality.results import plain

FORMAT = "bihuan-campaign-results/1"


def figures_as_data(figures: Figures) -> dict[str, Any]:
    """Every figure with its interval and base, and every note in both languages; null where there is no figure."""
    tally, view = figures.stock.tally, figures.view
    assert tally is not None
    themes: list[dict[str, Any]] = []
    for language in ("en", "zh-hans"):
        with override(language):
            for place, (name, n, good, bad) in enumerate(theme_counts(figures)):
                if len(themes) <= place:
                    themes.append({"name": {}, "remarks": n, "good": good, "bad": bad})
                themes[place]["name"][language] = name
    first = []
    for note in figures.first_sentences():
        said = {}
        for language in ("en", "zh-hans"):
            with override(language):
                said[language] = str(note)
        first.append(said)
    return {
        "format": FORMAT,
        "campaign": {"id": figures.campaign.pk, "title": figures.campaign.title, "state": figures.campaign.state},
        "view": {"unit": view.unit or None, "segment": view.segment, "channel": view.channel, "period": view.period},
        "counted": {
            "upto": tally.watermark,
            "at": tally.counted_at.isoformat() if tally.counted_at else None,
            "responses": tally.responses,
            "taken_out": len(tally.excluded),
            "checked_at": tally.checked_at.isoformat() if tally.checked_at else None,
            "differences": tally.differences,
        },
        "responses": figures.n,
        "small_cell": figures.fewest,
        "first_sentences": first,
        **written(figures.analysis),
        "drivers": plain(figures.drivers),
        "derived_importance": plain(figures.derived),
        "importance_disagreements": plain(figures.disagreements),
        "points": plain(figures.points),
        "perceived_quality": {"parts": plain(figures.quality), "items": plain(figures.quality_items)},
        "last_wave": plain(figures.waves),
        "trend": plain(figures.trend),
        "beside_whole": plain(figures.beside),
        "units_short": [{"unit": name, "answers": n, "wanted": need} for name, n, need in figures.short_units],
        "choices": [
            {"title": one.title, "rows": [[plain(cell) for cell in row] for row in one.rows]}
            for one in choice_sections(figures)
        ],
        "remarks": {**remark_tones(figures), "themes": themes},
    }
