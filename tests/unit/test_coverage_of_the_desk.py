"""Where nobody sits at the desk, and where two do."""

from __future__ import annotations

from datetime import UTC, datetime

from bihuan.cases.coverage import Stretch, coverage


def at(hour: int, day: int = 1) -> datetime:
    return datetime(2026, 11, day, hour, tzinfo=UTC)


def shift(begin: int, end: int) -> Stretch:
    return Stretch(at(begin % 24, 1 + begin // 24), at(end % 24, 1 + end // 24))


DAY = (at(0), at(0, 2))


def test_three_shifts_that_follow_one_another_leave_no_gap_and_no_overlap() -> None:
    found = coverage([shift(0, 8), shift(8, 16), shift(16, 24)], *DAY)

    assert (found.gaps, found.overlaps, found.is_whole) == ((), (), True)


def test_hours_without_anybody_are_one_gap_each() -> None:
    found = coverage([shift(1, 8), shift(9, 16)], *DAY)

    assert found.gaps == (shift(0, 1), shift(8, 9), shift(16, 24))
    assert [gap.minutes for gap in found.gaps] == [60, 60, 480]


def test_two_at_once_are_an_overlap_even_when_a_third_joins() -> None:
    found = coverage([shift(0, 12), shift(10, 24), shift(11, 13)], *DAY)

    assert found.overlaps == (shift(10, 13),)
    assert found.gaps == ()


def test_a_shift_over_midnight_counts_for_the_part_inside() -> None:
    found = coverage([Stretch(at(0).replace(month=10, day=31, hour=20), at(4))], *DAY)

    assert found.gaps == (shift(4, 24),)


def test_an_empty_roster_is_one_gap() -> None:
    assert coverage([], *DAY).gaps == (shift(0, 24),)
