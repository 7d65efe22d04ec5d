"""Statements whose SQL is made once a process: for the few on which every visitor waits.

Django builds the SQL of a query anew each time, which for a join of seven tables costs thirty times what the database
needs to answer it. PostgreSQL then plans it anew each time, which costs ten times the answer: there it is prepared
once a connection.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar
from weakref import WeakKeyDictionary

from django.db import connection
from django.db.models import QuerySet

from bihuan.foundation.errors import NoScopeError
from bihuan.foundation.models import ScopedModel
from bihuan.foundation.scope import current_scope

M = TypeVar("M", bound=ScopedModel)


class PreparedRow:
    """One row of a ``values_list`` by one value. ``make`` builds the query for ``marker``, which must occur once in it.

    It may be asked only in a system scope that includes ``models``: a filter by units would be part of the SQL.
    """

    def __init__(self, make: Callable[[], QuerySet[Any, Any]], *, marker: str | int, models: Sequence[str]) -> None:
        self.make, self.marker, self.models = make, marker, models
        self._ready: dict[str, tuple[str, tuple[Any, ...], int, dict[int, Any]]] = {}

    def __call__(self, value: str | int) -> tuple[Any, ...] | None:
        scope = current_scope()
        for label in self.models:
            scope.check_model(label)
        if scope.paths is not None:
            raise NoScopeError("a prepared read needs a scope of every unit")
        sql, params, at, converters = self._ready.get(connection.vendor) or self._prepare()
        with connection.cursor() as cursor:
            if keeps_statements():
                cursor.execute(f"EXECUTE {self._planned(sql, params, at)} (%s)", (value,))
            else:
                cursor.execute(sql, (*params[:at], value, *params[at + 1 :]))
            row = cursor.fetchone()
        if row is None:
            return None
        found = list(row)
        for position, (functions, expression) in converters.items():
            for convert in functions:
                found[position] = convert(found[position], expression, connection)
        return tuple(found)

    def _prepare(self) -> tuple[str, tuple[Any, ...], int, dict[int, Any]]:
        compiler = self.make()[:1].query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        converters = compiler.get_converters([each[0] for each in compiler.select])
        ready = sql, tuple(params), params.index(self.marker), converters
        self._ready[connection.vendor] = ready
        return ready

    def _planned(self, sql: str, params: tuple[Any, ...], at: int) -> str:
        """Name of the statement on this connection, which learns it at its first use."""
        known = _planned.setdefault(connection.connection, {})
        name = known.get(self)
        if name is None:
            name = f"bihuan_{len(known)}"
            pieces = sql.split("%s")
            text = "".join(f"{piece}{'$1' if n == at else '%s'}" for n, piece in enumerate(pieces[:-1])) + pieces[-1]
            body = connection.ops.compose_sql(text, (*params[:at], *params[at + 1 :]))  # type: ignore[attr-defined]
            with connection.cursor() as cursor:
                cursor.execute(f"PREPARE {name} AS {body}")
            known[self] = name
        return name


def keeps_statements() -> bool:
    """PostgreSQL does, unless a pooler hands out another session with each transaction."""
    return connection.vendor == "postgresql" and not connection.settings_dict.get("DISABLE_SERVER_SIDE_CURSORS")


_planned: WeakKeyDictionary[Any, dict[PreparedRow, str]] = WeakKeyDictionary()


class PreparedInsert(Generic[M]):
    """A new row, unless one with the same ``once`` (a unique column) is there: then False, and nothing is broken.

    A repeat raises nothing, so no savepoint has to stand around it. The fences of ``save`` hold.
    """

    def __init__(self, model: type[M], *, once: str) -> None:
        self.model, self.once = model, once
        self.fields = [field for field in model._meta.local_concrete_fields if not field.primary_key]

    def __call__(self, row: M) -> bool:
        scope = current_scope()
        scope.check_model(self.model._meta.label_lower)
        scope.check_path(getattr(row, self.model.scope_field))
        values = [field.get_db_prep_save(field.pre_save(row, True), connection) for field in self.fields]
        with connection.cursor() as cursor:
            cursor.execute(self.sql(), values)
            found = cursor.fetchone()
        if found is None:
            return False
        row.pk = found[0]
        row._state.adding, row._state.db = False, connection.alias
        return True

    def sql(self) -> str:
        quote, meta = connection.ops.quote_name, self.model._meta
        columns = ", ".join(quote(str(field.column)) for field in self.fields)
        marks = ", ".join(["%s"] * len(self.fields))
        once = next(quote(str(field.column)) for field in self.fields if field.name == self.once)
        key = quote(str(meta.pk.column))
        return (
            f"INSERT INTO {quote(meta.db_table)} ({columns}) VALUES ({marks}) "  # noqa: S608  names of our own model
            f"ON CONFLICT ({once}) DO NOTHING RETURNING {key}"
        )
