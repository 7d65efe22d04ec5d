"""Many at one moment: threads with connections of their own, on a file where the test database is in memory."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import connection, connections
from django.db.backends.sqlite3.base import DatabaseWrapper

from bihuan.config.environment import SQLITE_OPTIONS


@contextmanager
def shared_database(folder: Path) -> Iterator[Callable[[], Any]]:
    """Yield what gives the calling thread its connection; on SQLite all work on a copy in a file, as installed."""
    if connection.vendor != "sqlite":
        yield lambda: None
        return
    name = str(folder / "parallel.sqlite3")
    connection.ensure_connection()
    with sqlite3.connect(name) as copy:
        connection.connection.backup(copy)
    settings = {**connection.settings_dict, "NAME": name, "OPTIONS": dict(SQLITE_OPTIONS), "CONN_MAX_AGE": 0}

    def use() -> None:
        connections["default"] = DatabaseWrapper(settings, alias="default")

    own = connections["default"]
    use()
    try:
        yield use
    finally:
        connections["default"].close()
        connections["default"] = own


def in_parallel(work: Callable[[], None], *, threads: int, use: Callable[[], Any]) -> None:
    """Start ``work`` in so many threads at once and wait; the first failure is raised here."""
    failures: list[BaseException] = []
    start = threading.Barrier(threads)

    def run() -> None:
        use()
        try:
            start.wait(10)
            work()
        except BaseException as error:  # noqa: BLE001  raised below, in the main thread
            failures.append(error)
        finally:
            connections["default"].close()

    workers = [threading.Thread(target=run) for _ in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    if failures:
        raise failures[0]
