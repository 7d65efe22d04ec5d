"""Fence 2: `org_path__within="/1/17/"` — the unit and all below it, by index on both databases."""

from __future__ import annotations

from typing import Any

from django.db.models import CharField, Lookup


@CharField.register_lookup
class Within(Lookup[str]):
    lookup_name = "within"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        left, left_params = self.process_lhs(compiler, connection)
        # Paths hold digits and slashes only, so LIKE needs no escaping and uses the pattern index.
        return f"{left} LIKE %s", (*left_params, f"{self.rhs}%")

    def as_sqlite(self, compiler: Any, connection: Any, **_: Any) -> tuple[str, tuple[Any, ...]]:
        left, left_params = self.process_lhs(compiler, connection)
        if self.rhs.count("/") <= 3:
            # A group or company holds nearly every row: keep SQLite, which has no statistics, from walking the
            # path's index when another one answers the question. The plus sign takes the index away.
            left = f"+{left}"
        # LIKE ignores case on SQLite and therefore the index; "0" is the character after "/".
        return f"({left} >= %s AND {left} < %s)", (*left_params, self.rhs, *left_params, f"{self.rhs[:-1]}0")
