"""The product behind gunicorn on a database of its own, to be asked, loaded and killed."""

from __future__ import annotations

import json
import os
import secrets
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

ROOT = Path(__file__).resolve().parents[2]
HOST = "127.0.0.1"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True)
class Survey:
    address: str
    collection: str
    campaign: int


@dataclass
class Server:
    """One office. The processes are a group of their own, so that killing them touches nothing else."""

    home: Path
    database: str
    workers: int = 2
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None
    surveys: dict[str, Survey] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        own = {"BIHUAN_HOME": str(self.home), "BIHUAN_DATABASE_URL": self.database}
        kept = {name: value for name, value in os.environ.items() if not name.startswith("BIHUAN_")}
        return {**kept, **own, "DJANGO_SETTINGS_MODULE": "bihuan.config.settings"}

    def furnish(self, wanted: dict[str, dict[str, Any]]) -> None:
        done = subprocess.run(
            [sys.executable, "-m", "tests.load.office", json.dumps(wanted)],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(done.stderr)
        told = json.loads(done.stdout.splitlines()[-1])
        self.surveys = {name: Survey(**one) for name, one in told.items()}

    def start(self) -> None:
        """Start and wait until it answers."""
        from bihuan.config.cli import web_command

        with (self.home / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                web_command(HOST, self.port, self.workers),
                cwd=ROOT,
                env=self.environment,
                start_new_session=True,
                stdout=log,
                stderr=log,
            )
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            if self.is_there():
                return
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        raise RuntimeError((self.home / "server.log").read_text("utf-8")[-2000:])

    def kill(self) -> None:
        """SIGKILL to every process of the group: nothing is finished, nothing is put in order."""
        if self.process is not None and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self.process = None
        deadline = time.monotonic() + 30
        while self.is_there() and time.monotonic() < deadline:
            time.sleep(0.02)  # the children die a moment later, and till then the port looks as if it were served

    def is_there(self) -> bool:
        with socket.socket() as probe:
            probe.settimeout(1)
            return probe.connect_ex((HOST, self.port)) == 0

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.kill()
        self.process = None

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """What the database holds, asked past the product."""
        parts = urlsplit(self.database)
        if parts.scheme == "sqlite":
            with closing(sqlite3.connect(parts.path[1:], timeout=20)) as connection:
                return list(connection.execute(query))
        import psycopg

        with psycopg.connect(self.database) as connection:
            return list(connection.execute(query.encode()))

    def stored(self, survey: str) -> dict[str, int]:
        """How many responses there are, and of how many visitors."""
        query = "SELECT COUNT(*), COUNT(DISTINCT client_uuid) FROM instruments_response WHERE collection = "
        rows, visitors = self.rows(f"{query}'{self.surveys[survey].collection}'")[0]
        return {"rows": rows, "visitors": visitors}

    def visitors(self, survey: str) -> set[str]:
        query = "SELECT client_uuid FROM instruments_response WHERE collection = "
        found = self.rows(f"{query}'{self.surveys[survey].collection}'")
        return {str(one).replace("-", "") for (one,) in found}


@contextmanager
def postgresql_database(server_url: str) -> Iterator[str]:
    """A database of its own on the server, dropped afterwards."""
    import psycopg

    parts = urlsplit(server_url)
    name = f"bihuan_load_{secrets.token_hex(4)}"
    with psycopg.connect(urlunsplit(parts._replace(path="/postgres")), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
        try:
            yield urlunsplit(parts._replace(path=f"/{name}"))
        finally:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)".encode())


@contextmanager
def office(home: Path, kind: str, surveys: dict[str, dict[str, Any]], workers: int = 2) -> Iterator[Server]:
    """A furnished and running office on SQLite, or on the PostgreSQL server that ``kind`` is the URL of."""
    home.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        url = f"sqlite:///{home}/load.sqlite3"
        if kind != "sqlite":
            url = stack.enter_context(postgresql_database(kind))
        server = Server(home, url, workers)
        server.furnish(surveys)
        stack.callback(server.kill)
        server.start()
        yield server
