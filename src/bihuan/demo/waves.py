"""Five survey waves with known effects, as the files an office would bring."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import xlsxwriter
from dateutil.relativedelta import relativedelta

from bihuan.demo import questionnaire as q
from bihuan.demo.remarks import remark

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]

SEED = 20268  # each wave draws from its own stream, so its figures do not depend on the day the demo starts
SIZES = (456, 512, 484, 560, 528)
QUARTER_ENDS = (3, 6, 9, 12)
WAVES_SO_FAR = len(SIZES)

# What passengers of all lines see on average, before anything is planted.
SEEN = {q.TANGIBLES: 5.3, q.RELIABILITY: 5.15, q.RESPONSIVENESS: 5.2, q.ASSURANCE: 5.45, q.EMPATHY: 5.0}
EXPECTED = 6.05
PERSON_SD, DIMENSION_SD, ITEM_SD = 0.55, 0.4, 0.65
MISSING, NOT_APPLICABLE = 0.008, 0.008
LINES = {
    **dict.fromkeys(("1路", "2路", "6路"), "城北站"),
    **dict.fromkeys(("4路", "8路"), "城南站"),
    **dict.fromkeys(("3路", "5路", "7路"), "西河站"),
}
SHARES = {"1路": 1.1, "2路": 1.0, "3路": 1.1, "4路": 1.4, "5路": 1.0, "6路": 0.9, "7路": 1.0, "8路": 1.3}

# The planted effects, in points of the seven-point scale; docs/demo.md says where each is seen.
SLOW_LINE, SLOW_BY = "3路", -0.72
DIRTY_LINE, DIRTY_BY, CLEAN_FROM = "5路", -0.85, 2
RUDE_LINE, RUDE_BY = "7路", -0.65
LATE_STATION, LATE_BY = "西河站", -0.38


@dataclass(frozen=True)
class Wave:
    """``number`` counts from 0; answers are gathered from ``since`` to ``until``."""

    number: int
    since: date
    until: date

    @property
    def title(self) -> str:
        return f"{self.since.year}年{self.since.month}月车厢乘客满意度调查"

    @property
    def imported_on(self) -> date:
        return self.until + timedelta(days=2)

    @property
    def is_workbook(self) -> bool:
        return self.number % 2 == 1

    @property
    def file_name(self) -> str:
        return f"车厢调查{self.since:%Y%m}.{'xlsx' if self.is_workbook else 'csv'}"

    @property
    def is_winter(self) -> bool:
        return self.since.month in {12, 1, 2}


def waves(today: date) -> list[Wave]:
    """The last four quarters' waves before last month, and last month's."""
    latest = today.replace(day=1) - relativedelta(months=1)
    months, month = [latest], latest
    while len(months) < len(SIZES):
        month -= relativedelta(months=1)
        if month.month in QUARTER_ENDS:
            months.append(month)
    return [Wave(n, month.replace(day=10), month.replace(day=24)) for n, month in enumerate(reversed(months))]


def planted(number: int, line: str) -> Mapping[str, float]:
    """Shift of each dimension on one line in one wave."""
    shift = dict.fromkeys(q.DIMENSIONS, 0.0)
    if line == SLOW_LINE:
        shift[q.RESPONSIVENESS] += SLOW_BY
    if line == DIRTY_LINE and number < CLEAN_FROM:
        shift[q.TANGIBLES] += DIRTY_BY
    if line == RUDE_LINE:
        shift[q.ASSURANCE] += RUDE_BY
    if LINES[line] == LATE_STATION:
        shift[q.RELIABILITY] += LATE_BY
    return shift


def on_scale(values: Floats, low: int, high: int) -> Whole:
    rounded: Whole = np.clip(np.rint(values), low, high).astype(np.int64)
    return rounded


def answers(wave: Wave) -> list[list[str | int]]:
    """Rows under ``questionnaire.header()``."""
    chance = np.random.default_rng([SEED, wave.number])
    size = SIZES[wave.number]
    weights = np.array(list(SHARES.values()))
    lines = chance.choice(list(SHARES), size=size, p=weights / weights.sum())
    items = q.codes()
    where = np.array([q.DIMENSIONS.index(name) for _number, _text, name in items])
    base = np.array([[SEEN[name] + planted(wave.number, line)[name] for name in q.DIMENSIONS] for line in lines])
    person = chance.normal(0, PERSON_SD, (size, 1))
    feeling = base + person + chance.normal(0, DIMENSION_SD, (size, len(q.DIMENSIONS)))
    seen = on_scale(feeling[:, where] + chance.normal(0, ITEM_SD, (size, len(items))), 1, 7)
    hope = EXPECTED + 0.3 * person + chance.normal(0, 0.45, (size, len(q.DIMENSIONS)))
    expected = on_scale(hope[:, where] + chance.normal(0, 0.5, (size, len(items))), 1, 7)
    mood = feeling.mean(axis=1) - np.mean(list(SEEN.values()))
    overall = on_scale(3.75 + 0.75 * mood + chance.normal(0, 0.5, size), 1, 5)
    recommend = on_scale(7.7 + 1.5 * mood + chance.normal(0, 1.3, size), 0, 10)
    blank = chance.random((size, 2 * len(items))) < MISSING
    unknown = chance.random((size, 2 * len(items))) < NOT_APPLICABLE
    days = np.sort(chance.integers(0, (wave.until - wave.since).days + 1, size))
    rows: list[list[str | int]] = []
    for n in range(size):
        cells: list[str | int] = [int(value) for value in (*expected[n], *seen[n])]
        for place in np.flatnonzero(blank[n] | unknown[n]):
            cells[place] = "" if blank[n, place] else q.NOT_APPLICABLE
        line = str(lines[n])
        said = remark(chance, line, wave.number, float(mood[n]), is_winter=wave.is_winter)
        day = wave.since + timedelta(days=int(days[n]))
        head: list[str | int] = [f"{wave.since:%Y%m}-{n + 1:04d}", day.isoformat(), line, LINES[line]]
        rows.append([*head, *cells, q.SATISFACTION[overall[n] - 1], int(recommend[n]), said])
    return rows


def file_of(wave: Wave) -> bytes:
    """The wave's answers as CSV (GB 18030 like many an office's export) or workbook."""
    rows: list[list[str | int]] = [[*q.header()], *answers(wave)]
    if not wave.is_workbook:
        text = io.StringIO()
        csv.writer(text).writerows(rows)
        return text.getvalue().encode("gb18030")
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False})
    sheet = book.add_worksheet("答卷")
    for place, row in enumerate(rows):
        sheet.write_row(place, 0, row)
    book.close()
    return buffer.getvalue()
