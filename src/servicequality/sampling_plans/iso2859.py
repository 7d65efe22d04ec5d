"""Single sampling plans of ISO 2859-1 (GB/T 2828.1), with arrows followed and further tables to load.

The master tables run along diagonals: one code letter up and one AQL step down is the same acceptance
number. Written down here are the sample sizes, the letters per lot size and the numbers along the diagonal,
for AQL 0.010 to 10 in normal and tightened inspection; reduced inspection is loaded as a table.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from servicequality.errors import DataError, ParameterError
from servicequality.results import Result
from servicequality.sampling_plans.acceptance import SinglePlan, limiting_quality

Level = Literal["I", "II", "III", "S-1", "S-2", "S-3", "S-4"]

LETTERS = "ABCDEFGHJKLMNPQR"
SAMPLE_SIZES = (2, 3, 5, 8, 13, 20, 32, 50, 80, 125, 200, 315, 500, 800, 1250, 2000)
AQLS = (0.010, 0.015, 0.025, 0.040, 0.065, 0.10, 0.15, 0.25, 0.40, 0.65, 1.0, 1.5, 2.5, 4.0, 6.5, 10.0)

_LOT_LIMITS = (8, 15, 25, 50, 90, 150, 280, 500, 1200, 3200, 10000, 35000, 150000, 500000)
_LEVEL_LETTERS: Mapping[str, str] = {
    "S-1": "AAAABBBBCCCCDDD",
    "S-2": "AAABBBCCCDDDEEE",
    "S-3": "AABBCCDDEEFFGGH",
    "S-4": "AABCCDEEFGGHJJK",
    "I": "AABCCDEFGHJKLMN",
    "II": "ABCDEFGHJKLMNPQ",
    "III": "BCDEFGHJKLMNPQR",
}
_UP, _DOWN = -1, -2
_NORMAL_FROM_14 = (0, _UP, _DOWN, 1, 2, 3, 5, 7, 10, 14, 21)
_TIGHTENED_FROM_15 = (0, _DOWN, _DOWN, 1, 2, 3, 5, 8, 12, 18)


@dataclass(frozen=True)
class PlanRow(Result):
    """One cell of a table: ``letter``, its sample size ``n``, ``aql`` in per cent, and ``ac`` or an arrow."""

    letter: str
    n: int
    aql: float
    ac: int | Literal["up", "down"]


@dataclass(frozen=True)
class PlanTable(Result):
    """A master table: name, rows in any order. Build it with ``from_rows``."""

    name: str
    letters: tuple[str, ...]
    cells: Mapping[tuple[str, float], PlanRow]

    @classmethod
    def from_rows(cls, name: str, rows: Iterable[PlanRow]) -> PlanTable:
        """Load a table (reduced inspection, another standard) from its cells.

        Letters rank by sample size. An arrow leads to the next letter up (smaller n) or down (larger n) in the same AQL
        column.

        Raises:
            DataError: a cell twice, two sizes for a letter, Ac not below n.
        """
        cells: dict[tuple[str, float], PlanRow] = {}
        sizes: dict[str, int] = {}
        for row in rows:
            place = f"{name} {row.letter}/{row.aql:g}"
            if (row.letter, row.aql) in cells:
                raise DataError("occurs twice", place=place)
            if sizes.setdefault(row.letter, row.n) != row.n:
                raise DataError(f"has n = {row.n}, elsewhere {sizes[row.letter]}", place=place)
            if isinstance(row.ac, int):
                if not 0 <= row.ac < row.n:
                    raise DataError(f"Ac {row.ac} does not fit n = {row.n}", place=place)
            elif row.ac not in ("up", "down"):
                raise DataError(f"{row.ac!r} is neither a number nor an arrow", place=place)
            cells[(row.letter, row.aql)] = row
        return cls(name, tuple(sorted(sizes, key=lambda letter: (sizes[letter], letter))), cells)

    def find(self, letter: str, aql: float) -> PlanRow:
        """Return the plan for a letter and AQL, following arrows.

        Raises:
            ParameterError: the table has no plan there (unknown letter or AQL, or arrows lead out of it).
        """
        place = f"{self.name} {letter}/{aql:g}"
        if letter not in self.letters:
            raise ParameterError("the table has no such code letter", place=place)
        index, direction = self.letters.index(letter), 0
        while 0 <= index < len(self.letters):
            row = self.cells.get((self.letters[index], aql))
            if row is None:
                break
            if isinstance(row.ac, int):
                return row
            step = -1 if row.ac == "up" else 1
            if direction and step != direction:
                break
            direction = step
            index += step
        raise ParameterError("the table has no plan there", place=place)


@dataclass(frozen=True)
class AppliedPlan(Result):
    """The plan for one lot.

    ``letter`` is where the lot size leads, ``plan_letter`` where arrows led from there. ``inspect_all`` is True
    when the sample is not smaller than the lot: then every item is looked at, with the same acceptance number.
    ``limiting_quality`` is the share that is still accepted one time in ten.
    """

    plan: SinglePlan
    lot_size: int
    aql: float
    letter: str
    plan_letter: str
    inspect_all: bool
    limiting_quality: float
    table: str


def code_letter(lot_size: int, *, level: Level = "II") -> str:
    """Return the sample-size code letter of a lot (ISO 2859-1, table 1).

    Raises:
        ParameterError: lot below 2 items, unknown inspection level.
    """
    if lot_size < 2:
        raise ParameterError(f"a lot of {lot_size} needs no sample: look at it", place="lot_size")
    if level not in _LEVEL_LETTERS:
        raise ParameterError(f"{level!r} is not one of {', '.join(_LEVEL_LETTERS)}", place="level")
    row = next((i for i, limit in enumerate(_LOT_LIMITS) if lot_size <= limit), len(_LOT_LIMITS))
    return _LEVEL_LETTERS[level][row]


def iso_single_plan(lot_size: int, aql: float, *, level: Level = "II", table: PlanTable | None = None) -> AppliedPlan:
    """Return the single plan for a lot: items in ``lot_size``, ``aql`` in per cent nonconforming (1.0 = one per cent).

    ``table`` is ``NORMAL`` by default; give ``TIGHTENED`` or a loaded one for other severities.

    Raises:
        ParameterError: no plan for this lot and AQL.
    """
    chosen = NORMAL if table is None else table
    letter = code_letter(lot_size, level=level)
    row = chosen.find(letter, aql)
    assert isinstance(row.ac, int)
    n = min(row.n, lot_size)
    if row.ac >= n:
        raise ParameterError(
            f"Ac {row.ac} would accept any lot of {lot_size}; choose a smaller AQL", place=f"{letter}/{aql:g}"
        )
    plan = SinglePlan(n, row.ac)
    return AppliedPlan(
        plan=plan,
        lot_size=lot_size,
        aql=aql,
        letter=letter,
        plan_letter=row.letter,
        inspect_all=row.n >= lot_size,
        limiting_quality=limiting_quality(plan),
        table=chosen.name,
    )


def _diagonal_rows(
    first: int, numbers: tuple[int, ...], last_letters: tuple[tuple[str, int], ...]
) -> Iterable[PlanRow]:
    letters = [*zip(LETTERS, SAMPLE_SIZES, strict=True), *last_letters]
    for i, (letter, n) in enumerate(letters):
        for j, aql in enumerate(AQLS):
            step = i + j - first
            if step < 0:
                yield PlanRow(letter, n, aql, "down" if _reaches(i, j, first, len(letters)) else "up")
            elif step >= len(numbers):
                yield PlanRow(letter, n, aql, "up")
            else:
                yield PlanRow(letter, n, aql, _cell(numbers, step, i, len(letters)))


def _reaches(i: int, j: int, first: int, count: int) -> bool:
    """Whether going down the column from letter i meets a number before the table ends."""
    return first - j < count and i <= first - j


def _cell(numbers: tuple[int, ...], step: int, i: int, count: int) -> int | Literal["up", "down"]:
    number = numbers[step]
    if number >= 0:
        return number
    to_number = next(k for k in range(step, len(numbers)) if numbers[k] >= 0) - step
    if number == _UP:
        return "up" if i > 0 else "down"
    return "down" if i + to_number < count else "up"


NORMAL = PlanTable.from_rows("ISO 2859-1 single, normal", _diagonal_rows(14, _NORMAL_FROM_14, ()))
TIGHTENED = PlanTable.from_rows(
    "ISO 2859-1 single, tightened",
    (
        row
        for row in _diagonal_rows(15, _TIGHTENED_FROM_15, (("S", 3150),))
        if (row.letter, row.aql) != ("A", 10.0) and (row.letter != "S" or row.aql == 0.025)
    ),
)
