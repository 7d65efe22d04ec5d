"""Answers of a batch as columns of small whole numbers, one column a question."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

from bihuan.surveys.tallying.layout import STATES
from bihuan.surveys.tallying.questions import Question, Questions

log = logging.getLogger("bihuan.surveys.tallying")

Codes = npt.NDArray[np.int16]
NOT_ASKED = -1
YES = frozenset({True, "1", "yes", "true", "on"})


@dataclass(frozen=True)
class Given:
    """One response as far as it is counted."""

    version: int
    day: date
    org_path: str
    channel: str
    answers: Mapping[str, Any]
    states: Mapping[str, str]
    context: Mapping[str, Any]


def is_yes(value: Any) -> bool:
    return value in YES if not isinstance(value, list | dict) else bool(value)


def state_codes(states: Sequence[Mapping[str, str]], code: str, where: npt.NDArray[np.intp]) -> Codes:
    """Why there is no value, as places in ``STATES``."""
    place = {state: number for number, state in enumerate(STATES)}
    return np.array([place.get(states[row].get(code, "skipped"), 0) for row in where], dtype=np.int16)


def scaled_codes(
    question: Question, answers: Sequence[Mapping[str, Any]], states: Sequence[Mapping[str, str]]
) -> tuple[Codes, int]:
    """Levels above the lowest, favourable ones high; after them the states. Also how many values were unreadable."""
    low, high, step = question.scale
    given = [row.get(question.code) for row in answers]
    try:
        values = np.array(given, dtype=np.float64)
    except (TypeError, ValueError):
        values = np.array([one if isinstance(one, int | float) else np.nan for one in given], dtype=np.float64)
    position = (values - low) / step
    with np.errstate(invalid="ignore"):
        good = (position >= 0) & (position <= (high - low) // step) & (position == np.rint(position))
    codes = np.zeros(len(values), dtype=np.int16)
    codes[good] = position[good].astype(np.int16)
    if question.item.is_reversed:
        codes[good] = question.size - 1 - codes[good]
    lacking = np.flatnonzero(~good)
    unreadable = sum(given[row] is not None for row in lacking)
    codes[lacking] = question.size + state_codes(states, question.code, lacking)
    return codes, unreadable


@dataclass(frozen=True, eq=False)
class Columns:
    """The batch by question: codes of rated questions, values of the others, rows each question was put to."""

    n: int
    codes: Mapping[str, Codes]
    values: Mapping[str, list[Any]]
    state: Mapping[str, Codes]
    unreadable: npt.NDArray[np.int64]

    def answered(self, question: Question) -> npt.NDArray[np.bool_]:
        codes = self.codes[question.part]
        return (codes >= 0) & (codes < question.size)


def columns_of(questions: Questions, batch: Sequence[Given]) -> Columns:
    """Read a batch; versions are read one by one, so that each answers only what it asked."""
    n = len(batch)
    codes: dict[str, Codes] = {}
    values: dict[str, list[Any]] = {}
    state: dict[str, Codes] = {}
    unreadable = np.zeros(n, dtype=np.int64)
    places: dict[int, list[int]] = {}
    for row, one in enumerate(batch):
        places.setdefault(one.version, []).append(row)
    for question in questions.questions:
        name = question.part
        if question.is_scaled:
            codes[name] = np.full(n, NOT_ASKED, dtype=np.int16)
        else:
            values[name] = [None] * n
        state[name] = np.full(n, NOT_ASKED, dtype=np.int16)
    for version, rows in places.items():
        index = np.array(rows, dtype=np.intp)
        answers = [batch[row].answers for row in rows]
        states = [batch[row].states for row in rows]
        for question in questions.of_version(version):
            name = question.part
            if question.is_scaled:
                codes[name][index], bad = scaled_codes(question, answers, states)
                if bad:
                    log.warning("%s values of item %s are off its scale and count as left out", bad, question.key)
                    unreadable[index[0]] += bad
                continue
            given = [row.get(question.code) for row in answers]
            lacking = np.array([one in (None, "", [], {}) for one in given], dtype=bool)
            found = values[name]
            for row, value in zip(rows, given, strict=True):
                found[row] = value
            mine = np.full(len(rows), len(STATES), dtype=np.int16)  # answered
            missing = np.flatnonzero(lacking)
            mine[missing] = state_codes(states, question.code, missing)
            state[name][index] = mine
    return Columns(n, codes, values, state, unreadable)


def one_of_codes(question: Question, columns: Columns) -> Codes:
    """The place of the one choice; after the choices the states; a choice nobody knows counts as left out."""
    place = {code: number for number, code in enumerate(question.choices)}
    state = columns.state[question.part]
    codes = np.full(columns.n, NOT_ASKED, dtype=np.int16)
    lacking = (state >= 0) & (state < len(STATES))
    codes[lacking] = len(place) + state[lacking]
    values = columns.values[question.part]
    for row in np.flatnonzero(state == len(STATES)):
        codes[row] = place.get(values[row], len(place))
    return codes


def chosen(question: Question, columns: Columns) -> tuple[list[int], list[int], list[float]]:
    """Rows, choices and amounts of a question with several parts: choices taken, ranks, or points."""
    place = {code: number for number, code in enumerate(question.choices)}
    rows: list[int] = []
    parts: list[int] = []
    amounts: list[float] = []
    values = columns.values[question.part]
    for row in np.flatnonzero(columns.state[question.part] == len(STATES)):
        given = values[row]
        pairs = given.items() if isinstance(given, dict) else ((one, rank) for rank, one in enumerate(listed(given)))
        for code, amount in pairs:
            if code in place and isinstance(amount, int | float):
                rows.append(int(row))
                parts.append(place[code])
                amounts.append(amount)
    return rows, parts, amounts


def listed(given: Any) -> list[Any]:
    return given if isinstance(given, list) else [given]
