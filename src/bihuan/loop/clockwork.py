"""Lengths of time counted by the database, so that a hundred thousand rows never travel."""

from __future__ import annotations

from typing import Any

from django.db.models import Func, IntegerField


class EpochSeconds(Func):
    """Seconds since 1970 of an instant, computed natively on both databases."""

    output_field = IntegerField()
    template = "CAST(EXTRACT(EPOCH FROM %(expressions)s) AS bigint)"

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(
            compiler, connection, template="CAST(strftime('%%%%s', %(expressions)s) AS INTEGER)", **context
        )
