"""The headline figures with the flagged answers and without them, side by side. Nothing is deleted for it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import numpy as np
import numpy.typing as npt

from bihuan.surveys.exporting.figures import Batch, Figures
from bihuan.surveys.exporting.source import Source
from bihuan.surveys.quality.reading import Sheets

SHOWN = {"score", "nps", "gap"}


def figures_of(source: Source, sheets: Sheets, chosen: npt.NDArray[np.bool_]) -> dict[tuple[str, str, str], list[Any]]:
    """Scores, NPS and gaps of some of the answers: n, value and limits by measure, name and side."""
    variables = list(sheets.columns)
    figures = Figures(source, variables)
    rows = np.flatnonzero(chosen)
    given = sheets.answers(rows, list(range(len(variables))))
    place = {one.name: at for at, one in enumerate(variables)}
    values = {}
    for one in figures.plan.rated:
        column = given[:, place[one.column]]
        values[one.column] = one.scale.low + one.scale.high - column if one.use.reverse else column
    strata = np.zeros(len(rows), dtype=np.int64)
    if source.shares:
        codes = {group.code: group.number for group in source.segments}
        order = {number: at for at, number in enumerate(source.shares)}
        strata = np.array([order.get(codes.get(one, 0), -1) for one in sheets.segment[rows]], dtype=np.int64)
    versions = sheets.version[rows].astype(np.float64)
    figures.count(Batch(values, versions, strata, sheets.cluster[rows].tolist()))
    lines = list(figures.rows())[1:]
    singles = {one.column for one in figures.plan.rated if one.use.kind.value == "overall"}
    found = {}
    for measure, name, side, *numbers in lines:
        if measure in SHOWN or (measure == "mean" and name in singles):
            found[str(measure), str(name), str(side)] = list(numbers)
    return found


def compared(source: Source, sheets: Sheets, *, flagged: Collection[int], excluded: Collection[int]) -> list[Any]:
    """One row a figure: as it counts now, and as it would be without the flagged answers."""
    counted = ~np.isin(sheets.ids, list(excluded))
    clean = counted & ~np.isin(sheets.ids, list(flagged))
    now, without = figures_of(source, sheets, counted), figures_of(source, sheets, clean)
    labels = {one.name: dict(one.words) for one in sheets.columns}
    return [
        {
            "measure": measure,
            "name": name,
            "side": side,
            "words": labels.get(name, {}),
            "now": numbers,
            "without": without.get((measure, name, side)),
        }
        for (measure, name, side), numbers in now.items()
    ]
