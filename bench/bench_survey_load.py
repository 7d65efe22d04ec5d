"""A 25-item survey page under load (GET, POST, thanks), beside a ceiling app in the same run.

Both sides: gunicorn as `bihuan serve` starts it, two sync workers, the same client, the same database engine with the
same settings (SQLite: WAL, synchronous=NORMAL), a new visitor for every answer, rows counted in the database
afterwards. Server CPU is what the server's processes used by /proc, a completed response. PostgreSQL is measured where
``BIHUAN_TEST_POSTGRES_URL`` names one.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parent.parent
SECONDS, ROUNDS, CLIENTS, WORKERS = 6, 2, (8, 32), 2
CODE = "bench"
BATTERY = {"T": 4, "R": 5, "Rs": 4, "A": 4, "E": 5}


def form_body() -> dict[str, Any]:
    """22 five-point items in five batteries, overall, a choice of 50, a comment."""
    labels = {"1": "很不满意", "2": "不满意", "3": "一般", "4": "满意", "5": "非常满意"}
    scale = {"code": "five", "low": 1, "high": 5, "labels": labels}
    sections: list[dict[str, Any]] = [
        {
            "code": name,
            "title": f"维度 {name}",
            "layout": "battery",
            "items": [
                {"code": f"{name}{number}", "label": f"服务项目 {name}{number}", "scale_code": "five"}
                for number in range(count)
            ],
        }
        for name, count in BATTERY.items()
    ]
    choices = [{"code": f"d{number}", "label": f"部门 {number}"} for number in range(50)]
    last = [
        {"code": "overall", "label": "总体", "scale_code": "five", "is_required": True},
        {"code": "department", "label": "部门", "type": "dropdown", "choices": choices},
        {"code": "comment", "label": "意见", "type": "text", "is_long": True},
    ]
    sections.append({"code": "last", "title": "总体", "items": last})
    return {"title": "服务质量调查", "scales": [scale], "sections": sections}


def answers() -> dict[str, str]:
    found = {f"q.{name}{number}": "4" for name, count in BATTERY.items() for number in range(count)}
    return {**found, "q.overall": "5", "q.department": "d7", "q.comment": "车晚点了十分钟,司机态度很好。"}


def make_survey() -> None:
    """In the product's own database: one open anonymous survey with one door."""
    from bihuan.config.cli import start_django

    start_django()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    from django.utils import timezone

    from bihuan.config.founding import found
    from bihuan.foundation.scope import system_scope
    from bihuan.instruments.definition import read_definition
    from bihuan.instruments.models import Instrument, InstrumentVersion
    from bihuan.organisation.models import OrgUnit
    from bihuan.surveys.models import Campaign, Door

    found(name="Bench", username="bench", password="bench bench 1")  # noqa: S106
    definition = read_definition(form_body())
    with system_scope("setup"):
        unit = OrgUnit.objects.get()
        own = {"org_path": unit.org_path}
        instrument = Instrument.objects.create(unit=unit, title="Bench", **own)
        version = InstrumentVersion.objects.create(
            instrument=instrument,
            number=1,
            body=definition.model_dump(mode="json"),
            content_hash=definition.content_hash(),
            note="bench",
            published_at=timezone.now(),
            published_by="bench",
            **own,
        )
        campaign = Campaign.objects.create(
            title="Bench", unit=unit, version_of_form=version, state="open", entry="open", **own
        )
        Door.objects.create(campaign=campaign, kind="link", code=CODE, **own)


def rows_in(url: str, table: str) -> int:
    if url.startswith("sqlite"):
        import sqlite3

        with sqlite3.connect(url.removeprefix("sqlite:///")) as file:
            return int(file.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608
    import psycopg

    with psycopg.connect(url.replace("postgres://", "postgresql://", 1)) as line:
        return int(line.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # type: ignore[arg-type, index]  # noqa: S608


def cpu_of(pid: int) -> float:
    """Seconds of processor time a server and its workers used so far, workers that ended among them."""
    found = ticks_of(pid)
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return sum([*found, *(sum(ticks_of(int(child))[:2]) for child in children)]) / os.sysconf("SC_CLK_TCK")


def ticks_of(pid: int) -> list[int]:
    """User and system time of a process, and of its children that have ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        return [0, 0, 0, 0]
    return [int(field) for field in fields[11:15]]


def free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def server(application: str, environment: dict[str, str]) -> Iterator[tuple[int, int]]:
    """gunicorn with the settings of `bihuan serve`; gives its port and process."""
    from bihuan.config.cli import web_command

    port = free_port()
    command = [
        application if part == "bihuan.config.wsgi:application" else part
        for part in web_command("127.0.0.1", port, WORKERS)
    ]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)  # noqa: S603
    try:
        wait_for(port)
        yield port, process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


def wait_for(port: int) -> None:
    import socket

    for _try in range(300):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError("the server did not start")


def load(port: int, clients: int, *, path: str, token: str, field: str, seconds: float) -> dict[str, Any]:
    plan = {"port": port, "path": path, "clients": clients, "seconds": seconds, "token": token, "field": field}
    plan["body"] = urlencode({**answers(), "go": "next", "lang": "zh-hans"})
    command = [sys.executable, str(ROOT / "bench" / "load_client.py"), json.dumps(plan)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603
    found: dict[str, Any] = json.loads(done.stdout)
    return found


class Side:
    """The product or the ceiling on one database."""

    def __init__(self, name: str, url: str, environment: dict[str, str]) -> None:
        self.name, self.url, self.environment = name, url, environment
        is_product = name == "product"
        self.application = "bihuan.config.wsgi:application" if is_product else "bench.ceiling.app:application"
        self.table = "instruments_response" if is_product else "ceiling_row"
        self.path = f"/s/{CODE}" if is_product else "/s/form"
        self.field = "f" if is_product else "csrfmiddlewaretoken"

    def measure(self, clients: int, seconds: float = SECONDS) -> dict[str, float]:
        before = rows_in(self.url, self.table)
        with server(self.application, self.environment) as (port, pid):
            token = f'name="{self.field}" value="([^"]+)"'
            load(port, 2, path=self.path, token=token, field=self.field, seconds=0.7)
            warm = rows_in(self.url, self.table)
            used = cpu_of(pid)
            found = load(port, clients, path=self.path, token=token, field=self.field, seconds=seconds)
            used = cpu_of(pid) - used
        stored = rows_in(self.url, self.table) - warm
        if found["errors"] or stored != found["done"]:
            raise RuntimeError(f"{self.name}: {stored} stored, {found} ({warm - before} before)")
        return {
            **{name: float(found[name]) for name in ("rate", "p50", "p95", "p99")},
            "cpu": 1000 * used / found["done"],
        }


def prepared(folder: Path, engine: str, urls: dict[str, str]) -> list[Side]:
    """Make both databases and give the ceiling the product's own page."""
    product = {
        **os.environ,
        "BIHUAN_HOME": str(folder),
        "BIHUAN_DATABASE_URL": urls["product"],
        "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
    }
    run_here = "import bench.bench_survey_load as b; b.make_survey()"
    subprocess.run([sys.executable, "-c", run_here], cwd=ROOT, env=product, check=True, capture_output=True)  # noqa: S603
    sides = [Side("product", urls["product"], product)]
    with server(sides[0].application, product) as (port, _pid):
        import urllib.request

        with urllib.request.urlopen(f"http://127.0.0.1:{port}/s/{CODE}") as answer:
            page = answer.read().decode()
    page = re.sub(r'name="f" value="[^"]+"', 'name="csrfmiddlewaretoken" value="@TOKEN@"', page)
    (folder / "page.html").write_text(page)
    levels = [str(level) for level in range(1, 6)]
    allowed = {name: levels for name in answers() if name not in {"q.department", "q.comment"}}
    (folder / "form.json").write_text(
        json.dumps({**allowed, "q.department": [f"d{number}" for number in range(50)], "q.comment": []})
    )
    ceiling = {**product, "CEILING_HOME": str(folder), "CEILING_DATABASE_URL": urls["ceiling"]}
    subprocess.run([sys.executable, "-m", "bench.ceiling.app"], cwd=ROOT, env=ceiling, check=True)
    return [*sides, Side("ceiling", urls["ceiling"], ceiling)]


@contextmanager
def postgres_urls(base: str) -> Iterator[dict[str, str]]:
    import psycopg

    names = {side: f"bihuan_bench_{side}" for side in ("product", "ceiling")}
    front = base.rsplit("/", 1)[0]
    server_url = base.replace("postgres://", "postgresql://", 1).rsplit("/", 1)[0] + "/postgres"
    with psycopg.connect(server_url, autocommit=True) as line:
        for name in names.values():
            line.execute(f"DROP DATABASE IF EXISTS {name}")  # type: ignore[arg-type]
            line.execute(f"CREATE DATABASE {name}")  # type: ignore[arg-type]
        try:
            yield {side: f"{front}/{name}" for side, name in names.items()}
        finally:
            for name in names.values():
                line.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")  # type: ignore[arg-type]


def figures(engine: str, sides: list[Side]) -> list[tuple[str, float, str]]:
    rows: list[tuple[str, float, str]] = []
    for clients in CLIENTS:
        rounds: dict[str, list[dict[str, float]]] = {side.name: [] for side in sides}
        for _round in range(ROUNDS):
            for side in sides:
                rounds[side.name].append(side.measure(clients))
        mean = {
            name: {key: sum(one[key] for one in each) / len(each) for key in each[0]} for name, each in rounds.items()
        }
        place = f"{engine}, {clients} clients"
        for name, one in mean.items():
            rows += [
                (f"{place}, {name}: responses a second", one["rate"], "1/s"),
                (f"{place}, {name}: server CPU a response", one["cpu"], "ms"),
                (f"{place}, {name}: p50", one["p50"], "ms"),
                (f"{place}, {name}: p95", one["p95"], "ms"),
                (f"{place}, {name}: p99", one["p99"], "ms"),
            ]
        rows += [
            (f"{place}: product against ceiling", mean["product"]["rate"] / mean["ceiling"]["rate"], "ratio"),
            (f"{place}: p99 against p50", mean["product"]["p99"] / mean["product"]["p50"], "ratio"),
        ]
    return rows


def run() -> list[tuple[str, float, str]]:
    rows = []
    with tempfile.TemporaryDirectory() as home:
        folder = Path(home)
        urls = {side: f"sqlite:///{folder}/{side}.sqlite3" for side in ("product", "ceiling")}
        rows += figures("SQLite", prepared(folder, "sqlite", urls))
    base = os.environ.get("BIHUAN_TEST_POSTGRES_URL")
    if base:
        with tempfile.TemporaryDirectory() as home, postgres_urls(base) as urls:
            rows += figures("PostgreSQL", prepared(Path(home), "postgres", urls))
    return rows


if __name__ == "__main__":
    for what, figure, unit in run():
        print(f"{what:<66} {figure:>10.2f} {unit}")  # noqa: T201
