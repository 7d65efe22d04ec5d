"""Django's `flush` empties every table; the activity log is not to be emptied, so it refuses outside tests."""

from __future__ import annotations

from typing import Any

from django.core import mail
from django.core.management.base import CommandError
from django.core.management.commands.flush import Command as Flush
from django.db import connections


class Command(Flush):
    def handle(self, **options: Any) -> None:
        # Django's test runner puts an outbox there; between tests with real transactions tables are emptied.
        if not hasattr(mail, "outbox"):
            raise CommandError("the activity log is append-only: a database with it is not flushed but replaced")
        connection = connections[options["database"]]
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.execute(
                    "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND sql LIKE '%is append-only%'"
                )
                lifted = cursor.fetchall()
                for name, _sql in lifted:
                    cursor.execute(f'DROP TRIGGER "{name}"')
                try:
                    super().handle(**options)
                finally:
                    for _name, sql in lifted:
                        cursor.execute(sql)
            else:
                cursor.execute(
                    "SELECT c.relname, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
                    "JOIN pg_proc p ON p.oid = t.tgfoid WHERE p.proname LIKE '%append_only'"
                )
                found = cursor.fetchall()
                for table, name in found:
                    cursor.execute(f'ALTER TABLE "{table}" DISABLE TRIGGER "{name}"')
                try:
                    super().handle(**options)
                finally:
                    for table, name in found:
                        cursor.execute(f'ALTER TABLE "{table}" ENABLE TRIGGER "{name}"')
