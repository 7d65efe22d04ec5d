"""Notice writes that went past the log: bulk updates and raw SQL too, for every statement passes here.

What is guaranteed, from the outside in: the database refuses to change or delete a line; `perform` and
`save_fields` always write one; writing elsewhere than in services is refused by the house rules; and while a
watch is on (every request, and any test that asks for it) a write to a table of registered subjects without a
line about that kind of record is seen. The watch sees statements, not rows: a line about one finding covers
the other findings that the same request touches.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import connection

from bihuan.records.models import Activity
from bihuan.records.subjects import registered

STATEMENT = re.compile(r'\s*(INSERT(?:\s+OR\s+\w+)?\s+INTO|UPDATE|DELETE\s+FROM)\s+"?(\w+)"?', re.IGNORECASE)


@dataclass(frozen=True)
class Write:
    label: str
    table: str
    statement: str
    rows: int


@dataclass
class WriteWatch:
    """An execute wrapper: remembers writes to recorded tables and the kinds of record that lines were written about."""

    tables: dict[str, str]
    writes: list[Write] = field(default_factory=list)
    logged: set[str] = field(default_factory=set)

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        answer = execute(sql, params, many, context)
        found = STATEMENT.match(sql)
        if found is not None:
            statement, table = found.group(1).split()[0].upper(), found.group(2)
            if table == Activity._meta.db_table:
                self.logged.update(one for one in params or () if isinstance(one, str) and one in registered())
            elif table in self.tables:
                # SQLite counts the rows of INSERT … RETURNING only once they are read.
                rows = context["cursor"].rowcount or (1 if statement == "INSERT" else 0)
                if rows:
                    self.writes.append(Write(self.tables[table], table, statement, rows))
        return answer

    @property
    def unrecorded(self) -> list[Write]:
        return [write for write in self.writes if write.label not in self.logged]


@contextmanager
def watch_writes() -> Iterator[WriteWatch]:
    """Watch the default connection; afterwards ``watch.unrecorded`` names what no line covers."""
    watch = WriteWatch({apps.get_model(label)._meta.db_table: label for label in registered()})
    with connection.execute_wrapper(watch):
        yield watch
