"""The answers of a campaign as checking needs them: a byte a rated answer and a few numbers a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from bihuan.instruments.models import Response
from bihuan.surveys.exporting.source import Source
from bihuan.surveys.exporting.variables import HIGHEST, Column, Names, Variable, asked_items, item_columns

BLOCK = 5000
NOTHING = -128
Bytes = npt.NDArray[np.int16]


@dataclass(frozen=True, eq=False)
class Sheets:
    """Everybody's rated answers, as given (not turned round), and how they came."""

    ids: npt.NDArray[np.int64]
    codes: Bytes  # (n, rated columns); NOTHING for no answer
    columns: tuple[Variable, ...]
    version: npt.NDArray[np.int32]  # number of the form version
    channel: npt.NDArray[np.object_]
    seconds: npt.NDArray[np.float64]  # NaN where it was not taken
    blank: npt.NDArray[np.float64]  # share of questions shown that were left out
    cluster: npt.NDArray[np.object_]
    segment: npt.NDArray[np.object_]
    paths: npt.NDArray[np.object_]
    machine: npt.NDArray[np.object_]  # signs of a machine that the page saw

    def __len__(self) -> int:
        return len(self.ids)

    def answers(self, rows: npt.NDArray[np.intp], places: list[int]) -> npt.NDArray[np.float64]:
        """Answers of some rows to some columns as numbers, NaN for none."""
        found = self.codes[np.ix_(rows, np.array(places, dtype=np.intp))].astype(np.float64)
        found[found == NOTHING] = np.nan
        return found


def rated_columns(source: Source) -> list[Column]:
    names = Names()
    return [
        column
        for asked in asked_items((number, form) for number, form in source.versions.values())
        for column in item_columns(asked, names)
        if column.variable.scale is not None
    ]


def blank_share(states: Mapping[str, str], answered: int) -> float:
    """Questions left out among those shown; what did not apply or was not shown was not left out."""
    left = sum(state in {"skipped", "refused"} for state in states.values())
    return left / (left + answered) if left + answered else np.nan


def sheets_of(source: Source, upto: int) -> Sheets:
    """Read all answers up to a number once; memory grows by about 100 bytes an answer."""
    columns = rated_columns(source)
    rows = Response.objects.filter(collection=source.collection, pk__lte=upto).order_by("pk")
    size = rows.count()
    ids = np.zeros(size, dtype=np.int64)
    codes = np.full((size, len(columns)), NOTHING, dtype=np.int16)
    version = np.zeros(size, dtype=np.int32)
    seconds, blank = np.full(size, np.nan), np.full(size, np.nan)
    known: dict[str, str] = {}
    words: dict[str, npt.NDArray[np.object_]] = {
        name: np.full(size, "", dtype=object) for name in ("channel", "cluster", "segment", "path", "machine")
    }
    numbers = {pk: number for pk, (number, _form) in source.versions.items()}
    fields = ("pk", "version_id", "channel", "org_path", "answers", "states", "context")
    place = 0
    for pk, key, channel, path, answers, states, context in rows.values_list(*fields).iterator(chunk_size=BLOCK):
        if place == size:
            break
        ids[place], version[place] = pk, numbers[key]
        number = int(version[place])
        for at, column in enumerate(columns):
            value = column.read(answers, states, number)
            if value > HIGHEST:
                codes[place, at] = value
        blank[place] = blank_share(states, len(answers))
        taken = context.get("seconds")
        if isinstance(taken, int | float) and taken > 0:
            seconds[place] = taken
        given: dict[str, Any] = {
            "channel": channel,
            "cluster": source.cluster_of(context),
            "segment": context.get("segment") or "",
            "path": path,
            "machine": "trap" if "trap" in (context.get("flags") or ()) else "",
        }
        for name, text in given.items():
            words[name][place] = known.setdefault(text, text)
        place += 1
    return Sheets(
        ids[:place],
        codes[:place],
        tuple(column.variable for column in columns),
        version[:place],
        words["channel"][:place],
        seconds[:place],
        blank[:place],
        words["cluster"][:place],
        words["segment"][:place],
        words["path"][:place],
        words["machine"][:place],
    )
