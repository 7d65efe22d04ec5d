"""Whoever knows the bus, the day and the unit must not find one person's answers in the file."""

from __future__ import annotations

from collections import Counter
from datetime import date

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from bihuan.surveys.exporting.cells import WITHHELD, Traits, coarsened

TREE = {3: 1, 4: 1, 5: 2, 1: 0, 2: 0, 0: 0}  # two stations of company 1, one of company 2, the group 0
MONDAY = date(2026, 11, 23).toordinal()


def traits(rows: list[tuple[int, ...]]) -> Traits:
    columns = np.array(rows, dtype=np.int64).reshape(len(rows), 8).T
    return Traits(*(column.copy() for column in columns))


def row(*, place: int = 7, day: int = MONDAY, unit: int = 3, segment: int = 0) -> tuple[int, ...]:
    return (place, day, 0, 0, 0, 0, unit, segment)


def test_a_large_cell_is_shown_as_it_is() -> None:
    given_rows = traits([row()] * 5)

    shown = coarsened(given_rows, TREE, 5)

    assert np.array_equal(shown.table(), given_rows.table())


def test_people_of_one_bus_and_week_keep_the_week_when_each_day_has_too_few() -> None:
    shown = coarsened(traits([row(day=MONDAY + one) for one in range(5)]), TREE, 5)

    assert set(shown.day.tolist()) == {MONDAY}
    assert set(shown.detail.tolist()) == {1}
    assert set(shown.place.tolist()) == {WITHHELD}
    assert set(shown.unit.tolist()) == {3}


def test_a_month_is_used_where_a_week_has_too_few() -> None:
    shown = coarsened(traits([row(day=MONDAY - 7 * one) for one in range(3)]), TREE, 3)

    assert set(shown.day.tolist()) == {date(2026, 11, 1).toordinal()}


def test_a_unit_with_too_few_answers_is_counted_with_the_unit_above() -> None:
    shown = coarsened(traits([row(unit=3)] * 3 + [row(unit=4)] * 2), TREE, 5)

    assert set(shown.unit.tolist()) == {1}
    assert set(shown.segment.tolist()) == {0}


def test_the_rest_takes_the_smallest_cell_with_it() -> None:
    rows = [row(segment=0)] * 9 + [row(segment=1)] * 6 + [row(segment=2)]

    shown = coarsened(traits(rows), TREE, 5)

    assert Counter(shown.segment.tolist()) == {0: 9, WITHHELD: 7}


def test_nothing_is_shown_of_fewer_people_than_a_cell_needs() -> None:
    shown = coarsened(traits([row()] * 4), TREE, 5)

    assert set(shown.table().reshape(-1).tolist()) == {WITHHELD}


rows_of_any_kind = st.lists(
    st.tuples(
        st.integers(-1, 30),
        st.integers(MONDAY - 90, MONDAY),
        st.just(0),
        st.integers(0, 1),
        st.integers(0, 2),
        st.integers(0, 4),
        st.integers(0, 5),
        st.integers(-1, 3),
    ),
    max_size=120,
)


@settings(deadline=None, max_examples=200)
@given(rows_of_any_kind, st.integers(1, 10))
def test_every_combination_shown_is_shared_by_enough_answers(rows: list[tuple[int, ...]], fewest: int) -> None:
    shown = coarsened(traits(rows), TREE, fewest)

    sizes = Counter(map(tuple, shown.table().tolist()))
    nothing = (WITHHELD,) * 8
    assert sum(sizes.values()) == len(rows)
    assert all(size >= fewest or (one == nothing and len(rows) < fewest) for one, size in sizes.items())
