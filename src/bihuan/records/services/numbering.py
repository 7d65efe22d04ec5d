"""Numbers without gaps."""

from __future__ import annotations

from django.db import connection
from django.db.models import F

from bihuan.records.models import NumberCounter


def number_take(*, series: str, year: int) -> int:
    """Return the next number of a series in a year, from 1.

    The counter's row is changed in the caller's transaction: others wait for it to end (SQLite lets only one
    write anyway), and a rollback takes the number back. So no number is missing and none is given twice.
    Take it late in the transaction: it is held until the commit. Raises RuntimeError outside a transaction.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("number_take needs the caller's transaction, or a failure would leave a gap")
    counter = NumberCounter.objects.filter(series=series, year=year)
    if not counter.update(last=F("last") + 1):
        NumberCounter.objects.bulk_create([NumberCounter(series=series, year=year)], ignore_conflicts=True)
        counter.update(last=F("last") + 1)
    return counter.values_list("last", flat=True).get()
