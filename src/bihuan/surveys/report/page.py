"""report.html: one file that needs no server, no network and no second file."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping as MappingOf
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.template import Context, Engine
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext

from bihuan.surveys.analysis.results import Analysis
from bihuan.surveys.analysis.words import number, percent
from bihuan.surveys.mapping import Mapping
from bihuan.surveys.report.cells import Heading, Section, cell_text, limits_text
from bihuan.surveys.report.charts import Chart, charts_of
from bihuan.surveys.report.groups import main_side
from bihuan.surveys.report.sections import definitions, overall_items, sections

TEMPLATES = Path(__file__).resolve().parent.parent / "templates"
BUNDLE = Path(__file__).resolve().parents[2] / "web" / "static" / "bihuan" / "charts.js"


def bundle() -> str:
    """The built chart script, made safe to stand inside a page; "" before it is built (tables remain)."""
    if not BUNDLE.exists():
        return ""
    return BUNDLE.read_text(encoding="utf-8").replace("</script", "<\\/script").replace("<!--", "<\\!--")


def embedded(spec: dict[str, Any]) -> SafeString:
    """A specification as JSON that cannot end its script element."""
    text = json.dumps(spec, ensure_ascii=False, allow_nan=False)
    for letter in "<>&\u2028\u2029":
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    return mark_safe(text)  # noqa: S308  every special character is escaped above


def bars_of(counts: tuple[int, ...]) -> list[dict[str, float]]:
    """A distribution as bars in a drawing of 100 x 24."""
    most, width = max(counts, default=0), 100 / max(1, len(counts))
    return [
        {
            "x": round(place * width + 0.08 * width, 2),
            "width": round(0.84 * width, 2),
            "y": round(24 - (22 * count / most if most else 0), 2),
            "height": round(22 * count / most if most else 0, 2),
        }
        for place, count in enumerate(counts)
    ]


def table_of(section: Section) -> dict[str, Any]:
    rows = []
    for place, row in enumerate(section.rows):
        cells = [
            {"text": cell_text(value, heading), "number": heading.kind != "text"}
            for value, heading in zip(row, section.headings, strict=True)
        ]
        counts = section.bars[place] if section.bars else ()
        rows.append({"cells": cells, "bars": bars_of(counts), "counts": ", ".join(map(str, counts))})
    return {
        "key": section.key.replace(":", "-"),
        "title": section.title,
        "note": section.note,
        "headings": [{"title": one.title, "number": one.kind != "text"} for one in section.headings],
        "rows": rows,
        "bars": bool(section.bars),
        "is_long": section.is_long,
    }


def figures_of(analysis: Analysis) -> list[dict[str, str]]:
    """The large numbers at the top, each with its base."""
    found = [{"label": gettext("Respondents"), "value": str(analysis.file.rows), "note": ""}]
    plain, share = Heading("", "estimate"), Heading("", "share")
    side = main_side(analysis)
    whole = next((one for one in analysis.dimensions if one.side == side and not one.name), None)

    def add(label: str, value: str, note: str, n: int) -> None:
        found.append({"label": label, "value": value, "note": f"{note} · n = {n}"})

    if whole is not None and whole.mean.value is not None:
        ends = {"low": whole.scale[0], "high": whole.scale[1]}
        label = gettext("Mean of all items (%(low)d–%(high)d)") % ends
        add(label, number(whole.mean.value), limits_text(whole.mean, plain), whole.n)
    if analysis.gaps and analysis.gaps.overall.value is not None:
        overall = analysis.gaps.overall
        add(gettext("Gap, all dimensions"), number(overall.value), limits_text(overall, plain), overall.n)
    for item in overall_items(analysis)[:4]:
        if item.nps is not None and item.nps.score.value is not None:
            score = item.nps.score
            add("NPS", number(score.value, 1), limits_text(score, Heading("", "estimate", 1)), item.n)
        elif item.top_share.value is not None:
            label = gettext("Satisfied: %(name)s") % {"name": item.title}
            add(label, percent(item.top_share.value), limits_text(item.top_share, share), item.n)
    return found


def write_html(
    analysis: Analysis,
    mapping: Mapping,
    *,
    tables: Sequence[Section] | None = None,
    drawn: MappingOf[str, Chart] | None = None,
    headline: str = "",
) -> str:
    """Return the report in the active language; ``tables`` and ``drawn`` where a survey has more than a file has."""
    script = bundle()
    charts = (charts_of(analysis) if drawn is None else drawn) if script else {}
    parts = []
    for section in sections(analysis, mapping) if tables is None else tables:
        made = charts.get(section.key)
        parts.append(
            {
                "table": table_of(section),
                "chart": {**made, "json": embedded(made["spec"])} if made else None,
            }
        )
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    language = get_language() or "en"
    context = Context(
        {
            "language": "zh-CN" if language.startswith("zh") else "en",
            "title": analysis.title or Path(analysis.file.name).stem,
            "analysis": analysis,
            "level": percent(analysis.level),
            "headline": headline or str(analysis.headline),
            "figures": figures_of(analysis),
            "notes": [{"text": str(note), "is_warning": note.is_warning} for note in analysis.notes],
            "parts": parts,
            "definitions": definitions(analysis),
            "script": mark_safe(script),  # noqa: S308  our own bundle, its end tags escaped
            "script_hash": digest,
        }
    )
    engine = Engine(dirs=[str(TEMPLATES)], builtins=["django.templatetags.i18n"])
    return engine.get_template("surveys/report.html").render(context)
