"""What a file says of itself: facts in words for the codebook, plain data for the manifest."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.surveys.exporting.codebook import Study
from bihuan.surveys.exporting.rows import Export
from bihuan.surveys.exporting.wanted import Wanted


def coarse_words(export: Export) -> str:
    """What was made coarser so that nobody stands out."""
    coarse, source = export.snapshot.coarse, export.source
    labels = {
        "place": _("place withheld"),
        "week": _("week instead of day"),
        "month": _("month instead of day"),
        "day": _("day withheld"),
        "unit": _("unit above, or withheld"),
        "segment": _("segment withheld"),
    }
    told = [f"{labels[name]}: {count}" for name, count in coarse.items() if count]
    rule = _(
        "Every combination of place, day, language, form version, channel, unit and segment in the file is shared by "
        "at least %(fewest)s answers. The rows are in an order that says nothing of who came first."
    ) % {"fewest": source.fewest}
    return f"{rule} {_('; ').join(told)}".strip()


def study_of(export: Export, wanted: Wanted, *, asked_at: datetime, by: str) -> Study:
    """The facts of the whole, in the active language."""
    source = export.source
    period = " – ".join(day.isoformat() for day in source.period if day) or "—"
    versions = sorted(source.versions.values(), key=lambda pair: pair[0])
    facts = [
        (_("Unit"), source.unit.name),
        (_("Period"), period),
        (_("Answers"), str(len(export))),
        (_("Filter"), str(wanted)),
        *((_("Form v%(number)s (SHA-256)") % {"number": number}, form.content_hash()) for number, form in versions),
        (
            _("Missing answers"),
            _("Each reason has its own code, see the table of values; in SAV they are declared as user-missing."),
        ),
    ]
    if source.shares:
        facts.append(
            (
                _("Weight"),
                _(
                    "Each segment counts by its weight whatever its number of answers; the weights have the mean 1. "
                    "Where a segment is withheld, its rows carry their mean weight and are not in the weighted figures."
                ),
            )
        )
    if source.is_anonymous:
        facts.append((_("Anonymity"), coarse_words(export)))
        facts.append(
            (
                _("Intervals"),
                _(
                    "Which answers came from the same bus or interviewer is not told. The intervals in figures.csv "
                    "treat everybody as alone; those of the results page may be wider."
                ),
            )
        )
    if source.campaign is not None:
        facts.append(
            (
                _("Taken out"),
                _("Answers that a person took out of the figures are in the file, marked in the column “excluded”."),
            )
        )
    facts.append((_("Written"), f"{timezone.localtime(asked_at):%Y-%m-%d %H:%M} · {by}"))
    return Study(
        title=source.title,
        languages=source.languages,
        facts=facts,
        rows=len(export),
        period=source.period,
        unit=source.unit.name,
        producer=source.unit.name,
    )


def manifest_of(export: Export, wanted: Wanted, *, language: str, asked_at: datetime, by: str) -> dict[str, Any]:
    source = export.source
    return {
        "format": "bihuan-survey-export/1",
        "survey": source.key,
        "title": source.title,
        "unit": source.unit.name,
        "written_at": asked_at.isoformat(),
        "written_by": by,
        "language": language,
        "filter": wanted.to_dict(),
        "anonymous": source.is_anonymous,
        "smallest_cell": source.fewest,
        "made_coarser": dict(export.snapshot.coarse),
        "form_versions": [
            {"number": number, "sha256": form.content_hash()}
            for number, form in sorted(source.versions.values(), key=lambda pair: pair[0])
        ],
        "columns": len(export.variables),
    }
