"""Numbers: no gap, no double, whoever takes them at one moment."""

from pathlib import Path

import pytest
from django.db import transaction

from bihuan.records.services import number_take
from tests.db.records.parallel import in_parallel, shared_database


def take(*, fail: bool = False) -> int:
    with transaction.atomic():
        number = number_take(series="notice", year=2026)
        if fail:
            raise ZeroDivisionError
    return number


@pytest.mark.django_db
def test_each_series_and_year_counts_from_one() -> None:
    with transaction.atomic():
        numbers = [
            number_take(series="notice", year=2026),
            number_take(series="notice", year=2026),
            number_take(series="notice", year=2027),
            number_take(series="finding", year=2026),
        ]

    assert numbers == [1, 2, 1, 1]


@pytest.mark.django_db(transaction=True)
def test_number_outside_a_transaction_is_refused() -> None:
    with pytest.raises(RuntimeError, match="transaction"):
        number_take(series="notice", year=2026)


@pytest.mark.django_db(transaction=True)
def test_rollback_leaves_no_gap() -> None:
    take()
    with pytest.raises(ZeroDivisionError):
        take(fail=True)

    assert take() == 2


@pytest.mark.django_db(transaction=True)
def test_many_at_once_get_one_to_n_though_some_roll_back(tmp_path: Path) -> None:
    taken: list[int] = []

    def work() -> None:
        for turn in range(8):
            try:
                taken.append(take(fail=turn % 4 == 1))
            except ZeroDivisionError:
                continue

    with shared_database(tmp_path) as use:
        in_parallel(work, threads=6, use=use)

    assert sorted(taken) == list(range(1, 37))
