"""One batch of responses counted by every group at once; numpy walks the answers, not Python."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from bihuan.surveys.tallying.keys import CellKey, Level, Scope, nodes_of, period_keys
from bihuan.surveys.tallying.layout import STATES, Ints, Layout, Part, gap_dimensions, predictors
from bihuan.surveys.tallying.reading import (
    NOT_ASKED,
    Codes,
    Columns,
    Given,
    chosen,
    columns_of,
    is_yes,
    one_of_codes,
)
from bihuan.surveys.tallying.tones import told_by

Rows = npt.NDArray[np.intp]
Label = TypeVar("Label", bound=Hashable)


@dataclass(frozen=True, eq=False)
class Groups:
    """The group of every row of a batch, by number."""

    numbers: Rows
    count: int


class Filling:
    """One way a part is counted: adds the batch to a table (groups, numbers of the part)."""

    def add(self, into: Ints, groups: Groups) -> None:
        raise NotImplementedError


@dataclass(frozen=True, eq=False)
class Bins(Filling):
    """Each row falls into one bin; ``NOT_ASKED`` into none."""

    codes: Codes

    def add(self, into: Ints, groups: Groups) -> None:
        asked = self.codes >= 0
        width = into.shape[1]
        key = groups.numbers[asked] * width + self.codes[asked]
        into += np.bincount(key, minlength=groups.count * width).reshape(groups.count, width)


@dataclass(frozen=True, eq=False)
class Amounts(Filling):
    """Rows add whole amounts to several bins."""

    rows: Rows
    bins: Rows
    amounts: Ints

    def add(self, into: Ints, groups: Groups) -> None:
        width = into.shape[1]
        key = groups.numbers[self.rows] * width + self.bins
        flat = np.zeros(groups.count * width, dtype=np.int64)
        np.add.at(flat, key, self.amounts)
        into += flat.reshape(groups.count, width)


@dataclass(frozen=True, eq=False)
class Products(Filling):
    """n, sums and cross-products of ``values`` (k, rows), whole numbers of the given rows."""

    rows: Rows
    values: npt.NDArray[np.float64]

    def add(self, into: Ints, groups: Groups) -> None:
        k, n = self.values.shape
        if not n:
            return
        numbers = groups.numbers[self.rows]
        order = np.argsort(numbers, kind="stable")
        sizes = np.bincount(numbers, minlength=groups.count)
        values = self.values[:, order]
        first, second = np.triu_indices(k)
        start = 0
        for group in np.flatnonzero(sizes):
            part = values[:, start : start + sizes[group]]
            start += sizes[group]
            # Whole numbers far below 2**53: double precision loses nothing.
            into[group, 0] += sizes[group]
            into[group, 1 : 1 + k] += part.sum(axis=1).astype(np.int64)
            into[group, 1 + k :] += np.rint((part @ part.T)[first, second]).astype(np.int64)


@dataclass(frozen=True, eq=False)
class Several(Filling):
    fillings: tuple[Filling, ...]

    def add(self, into: Ints, groups: Groups) -> None:
        for one in self.fillings:
            one.add(into, groups)


class Preparation:
    """The batch as the parts need it; everything is prepared once and added by every grouping."""

    def __init__(self, layout: Layout, batch: Sequence[Given]) -> None:
        self.layout = layout
        self.questions = layout.questions
        self.by_part = self.questions.by_part
        self.columns: Columns = columns_of(self.questions, batch)
        self.n = len(batch)
        self.everybody = np.arange(self.n, dtype=np.intp)

    def sizes(self, part: Part) -> list[int]:
        return [self.by_part[name].size for name in part.members]

    def codes(self, name: str) -> Codes:
        return self.columns.codes[name]

    def answered(self, name: str) -> npt.NDArray[np.bool_]:
        return self.columns.answered(self.by_part[name])

    def all_of(self, names: Sequence[str]) -> npt.NDArray[np.bool_]:
        """Rows that answered every one of the questions."""
        found = np.ones(self.n, dtype=bool)
        for name in names:
            found &= self.answered(name)
        return found

    def asked(self, names: Sequence[str]) -> npt.NDArray[np.bool_]:
        found = np.ones(self.n, dtype=bool)
        for name in names:
            found &= self.codes(name) != NOT_ASKED
        return found

    def total(self, names: Sequence[str]) -> npt.NDArray[np.int64]:
        found: npt.NDArray[np.int64] = np.sum([self.codes(name).astype(np.int64) for name in names], axis=0)
        return found

    def bins(self, names: Sequence[str], codes: npt.NDArray[np.int64], beyond: int) -> Bins:
        """Rows asked all of ``names``: their code where all were answered, else ``beyond``."""
        asked, whole = self.asked(names), self.all_of(names)
        return Bins(np.where(whole, codes, np.where(asked, beyond, NOT_ASKED)).astype(np.int64))

    def filling(self, part: Part) -> Filling:
        made: Callable[[Part], Filling] = getattr(self, f"fill_{part.kind}")
        return made(part)

    def fill_rows(self, _part: Part) -> Filling:
        zeros = np.zeros(self.n, dtype=np.intp)
        rows = np.concatenate([self.everybody, self.everybody])
        amounts = np.concatenate([np.ones(self.n, dtype=np.int64), self.columns.unreadable])
        return Amounts(rows, np.concatenate([zeros, zeros + 1]), amounts)

    def fill_item(self, part: Part) -> Filling:
        return Bins(self.codes(part.members[0]))

    def fill_sum(self, part: Part) -> Filling:
        return self.bins(part.members, self.total(part.members), part.size - 1)

    def fill_gap(self, part: Part) -> Filling:
        seen, expected = part.members
        difference = self.codes(seen).astype(np.int64) - self.codes(expected) + (part.size // 2 - 1)
        return self.bins(part.members, difference, part.size - 1)

    def fill_gap_first(self, part: Part) -> Filling:
        return self.bins(part.members, self.codes(part.members[0]).astype(np.int64), part.size - 1)

    def fill_gap_second(self, part: Part) -> Filling:
        return self.bins(part.members, self.codes(part.members[1]).astype(np.int64), part.size - 1)

    def halves(self, part: Part) -> tuple[tuple[str, ...], tuple[str, ...]]:
        half = len(part.members) // 2
        return part.members[:half], part.members[half:]

    def fill_gap_sum(self, part: Part) -> Filling:
        seen, expected = self.halves(part)
        difference = self.total(seen) - self.total(expected) + (part.size - 2) // 2
        return self.bins(part.members, difference, part.size - 1)

    def fill_gap_sum_first(self, part: Part) -> Filling:
        return self.bins(part.members, self.total(self.halves(part)[0]), part.size - 1)

    def fill_gap_sum_second(self, part: Part) -> Filling:
        return self.bins(part.members, self.total(self.halves(part)[1]), part.size - 1)

    def fill_gap_joint(self, part: Part) -> Filling:
        """Sums of the differences by dimension, of rows that answered every pair."""
        rows = np.flatnonzero(self.all_of(part.members))
        partner = {seen.part: expected.part for seen, expected in self.questions.gap_pairs}
        sums = [
            self.total(members) - self.total([partner[one] for one in members])
            for members in gap_dimensions(self.questions).values()
        ]
        return Products(rows, np.array(sums, dtype=np.float64)[:, rows])

    def fill_products(self, part: Part) -> Filling:
        rows = np.flatnonzero(self.all_of(part.members))
        values = np.array([self.codes(name) for name in part.members], dtype=np.float64)
        return Products(rows, values[:, rows])

    def fill_drivers(self, part: Part) -> Filling:
        rows = np.flatnonzero(self.all_of(part.members))
        _kind, explaining = predictors(self.questions)
        sums = [self.total(members) for _, members in explaining]
        values = np.array([*sums, self.codes(part.members[-1])], dtype=np.float64)
        return Products(rows, values[:, rows])

    def fill_cross(self, part: Part) -> Filling:
        item, target = part.members
        whole = self.all_of(part.members)
        width = self.by_part[target].size
        codes = self.codes(item).astype(np.int64) * width + self.codes(target)
        return Bins(np.where(whole, codes, NOT_ASKED).astype(np.int64))

    def fill_kano(self, part: Part) -> Filling:
        functional, dysfunctional = part.members
        codes = self.codes(functional).astype(np.int64) * 5 + self.codes(dysfunctional)
        return self.bins(part.members, codes, 25)

    def state_bins(self, name: str, first: int) -> Bins:
        """The states of a question, from bin ``first`` on."""
        state = self.columns.state[name]
        lacking = (state >= 0) & (state < len(STATES))
        return Bins(np.where(lacking, first + state, NOT_ASKED).astype(np.int64))

    def answered_bin(self, name: str, place: int) -> Bins:
        answered = self.columns.state[name] == len(STATES)
        return Bins(np.where(answered, place, NOT_ASKED).astype(np.int64))

    def fill_one_of(self, part: Part) -> Filling:
        return Bins(one_of_codes(self.by_part[part.members[0]], self.columns))

    def fill_many(self, part: Part) -> Filling:
        name = part.members[0]
        question = self.by_part[name]
        rows, choices, _ = chosen(question, self.columns)
        m = len(question.choices)
        taken = Amounts(
            np.array(rows, dtype=np.intp), np.array(choices, dtype=np.intp), np.ones(len(rows), dtype=np.int64)
        )
        return Several((taken, self.answered_bin(name, m), self.state_bins(name, m + 1)))

    def fill_split(self, part: Part) -> Filling:
        name = part.members[0]
        question = self.by_part[name]
        rows, choices, points = chosen(question, self.columns)
        m = len(question.choices)
        where, bins = np.array(rows, dtype=np.intp), np.array(choices, dtype=np.intp)
        whole = np.rint(np.array(points, dtype=np.float64)).astype(np.int64)
        return Several(
            (
                self.answered_bin(name, 0),
                Amounts(where, 1 + bins, whole),
                Amounts(where, 1 + m + bins, whole * whole),
                self.state_bins(name, 1 + 2 * m),
            )
        )

    def fill_ranking(self, part: Part) -> Filling:
        name = part.members[0]
        question = self.by_part[name]
        rows, choices, ranks = chosen(question, self.columns)
        m = len(question.choices)
        bins = np.array(choices, dtype=np.intp) * m + np.minimum(np.array(ranks, dtype=np.intp), m - 1)
        placed = Amounts(np.array(rows, dtype=np.intp), bins, np.ones(len(rows), dtype=np.int64))
        return Several((placed, self.answered_bin(name, m * m), self.state_bins(name, m * m + 1)))

    def fill_number(self, part: Part) -> Filling:
        """Numbers as hundredths, so that their sum is a whole number."""
        name = part.members[0]
        rows = np.flatnonzero(self.columns.state[name] == len(STATES))
        values = self.columns.values[name]
        cents = np.array([round(100 * float(values[row])) for row in rows], dtype=np.int64)
        sums = Amounts(rows, np.ones(len(rows), dtype=np.intp), cents)
        return Several((self.answered_bin(name, 0), sums, self.state_bins(name, 2)))

    def fill_consent(self, part: Part) -> Filling:
        name = part.members[0]
        values = self.columns.values[name]
        codes = np.full(self.n, NOT_ASKED, dtype=np.int16)
        for row in np.flatnonzero(self.columns.state[name] == len(STATES)):
            codes[row] = 0 if is_yes(values[row]) else 1
        return Several((Bins(codes), self.state_bins(name, 2)))

    def fill_themes(self, part: Part) -> Filling:
        """Each remark counts once a theme, by the tone of what it says of it."""
        rows: list[int] = []
        bins: list[int] = []
        themes = (part.size - 4) // 3
        for name in part.members:
            values = self.columns.values[name]
            for row in np.flatnonzero(self.columns.state[name] == len(STATES)):
                told = told_by(str(values[row]))
                found = [3 * place + 1 + tone for place, tone in told.themes]
                found += [3 * themes + 1 + told.tone, 3 * themes + 3]
                rows += [int(row)] * len(found)
                bins += found
        ones = np.ones(len(rows), dtype=np.int64)
        return Amounts(np.array(rows, dtype=np.intp), np.array(bins, dtype=np.intp), ones)

    def fill_text(self, part: Part) -> Filling:
        name = part.members[0]
        return Several((self.answered_bin(name, 0), self.state_bins(name, 1)))


def numbered(labels: Sequence[Label]) -> tuple[Groups, list[Label]]:
    """Number the distinct labels in the order they come."""
    places: dict[Label, int] = {}
    numbers = np.fromiter((places.setdefault(one, len(places)) for one in labels), dtype=np.intp, count=len(labels))
    return Groups(numbers, len(places)), list(places)


class Cells(dict[CellKey, Ints]):
    """Counts by cell; ``paths`` remembers which unit path a cell belongs to."""

    def __init__(self) -> None:
        super().__init__()
        self.paths: dict[CellKey, str] = {}

    def take(self, key: CellKey, counts: Ints, path: str = "") -> None:
        """Add counts to a cell; of longer counts only what its level keeps."""
        mine = self.get(key)
        if mine is None:
            self[key] = counts.copy()
            self.paths[key] = path
        else:
            mine += counts

    def merge(self, other: Cells) -> None:
        for key, counts in other.items():
            self.take(key, counts, other.paths[key])


def place_of(one: Given) -> int:
    unit = one.context.get("unit")
    return unit if isinstance(unit, int) else 0


def cluster_of(one: Given, doors: frozenset[str]) -> str:
    """Which bus, interviewer or spot an answer shares with others; "" for one that stands alone.

    A link or e-mail door is no place: people who use it have nothing in common. ``doors`` are those that are.
    """
    cluster = str(one.context.get("cluster") or "")
    return cluster if not cluster.startswith("door:") or cluster in doors else ""


def count_batch(
    layout: Layout, batch: Sequence[Given], *, root: str, place_doors: frozenset[str] = frozenset()
) -> Cells:
    """Count a batch into every cell. ``root`` is the path of the survey's unit: trees begin there."""
    cells = Cells()
    if not batch:
        return cells
    prepared = Preparation(layout, batch)
    fillings = {part.name: prepared.filling(part) for part in layout.parts}
    units = [place_of(one) for one in batch]
    segments = [str(one.context.get("segment") or "") for one in batch]
    paths = [one.org_path for one in batch]
    channels = [one.channel for one in batch]
    days = [one.day for one in batch]
    clusters = [cluster_of(one, place_doors) for one in batch]

    def tables(labels: Sequence[Label], level: Level) -> Iterator[tuple[Label, Ints]]:
        groups, names = numbered(labels)
        table = np.zeros((groups.count, layout.lengths[level]), dtype=np.int64)
        for part in layout.of_level(level):
            fillings[part.name].add(table[:, layout.places[part.name]], groups)
        yield from zip(names, table, strict=True)

    light = layout.lengths[Level.LIGHT]
    for (unit, path, segment), counts in tables(list(zip(units, paths, segments, strict=True)), Level.FULL):
        cells.take(CellKey(Scope.ALL, segment=segment), counts, root)
        cells.take(CellKey(Scope.UNIT, unit, segment), counts[:light], path)
        for node, node_path in nodes_of(path, root):
            cells.take(CellKey(Scope.TREE, node, segment), counts, node_path)
    for (channel, segment), counts in tables(list(zip(channels, segments, strict=True)), Level.FULL):
        cells.take(CellKey(Scope.ALL, segment=segment, channel=channel), counts, root)
    for (path, channel, segment), counts in tables(list(zip(paths, channels, segments, strict=True)), Level.LIGHT):
        for node, node_path in nodes_of(path, root):
            cells.take(CellKey(Scope.TREE, node, segment, channel), counts, node_path)
    for (path, day, segment), counts in tables(list(zip(paths, days, segments, strict=True)), Level.LIGHT):
        for period in period_keys(day):
            cells.take(CellKey(Scope.ALL, segment=segment, period=period), counts, root)
            for node, node_path in nodes_of(path, root):
                cells.take(CellKey(Scope.TREE, node, segment, period=period), counts, node_path)
    for (channel, day, segment), counts in tables(list(zip(channels, days, segments, strict=True)), Level.LIGHT):
        for period in period_keys(day):
            cells.take(CellKey(Scope.ALL, segment=segment, channel=channel, period=period), counts, root)
    labels = list(zip(units, paths, segments, channels, clusters, strict=True))
    for (unit, path, segment, channel, cluster), counts in tables(labels, Level.CLUSTER):
        cells.take(CellKey(Scope.CLUSTER, unit, segment, channel, cluster=cluster), counts, path)
    return cells
