"""Home, findings list, loop and search with 1,000 and with 100,000 findings: what matters is the ratio."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SIZES = (1_000, 100_000)
PAGES = {
    "home": "/",
    "findings list": "/rectification/findings/",
    "findings list, one state": "/rectification/findings/?state=open",
    "loop": "/loop/",
    "search": "/records/search/?q=%E6%80%A0%E6%85%A2",
}
REQUESTS = 40


def measure(size: int) -> dict[str, float]:
    """Build a database of ``size`` findings (1 in 40 open, 1 in 80 with a notice) and time each page's p95 in ms."""
    from datetime import timedelta

    from bihuan.config.cli import start_django

    start_django()
    from django.core.management import call_command
    from django.test import Client
    from django.utils import timezone

    call_command("migrate", verbosity=0)
    from bihuan.accounts.models import User
    from bihuan.config.founding import found
    from bihuan.foundation.scope import system_scope
    from bihuan.organisation.models import OrgUnit
    from bihuan.records.services import search_index
    from bihuan.rectification.models import Finding, Notice

    found(name="Bench", username="bench", password="bench bench 1")  # noqa: S106
    now = timezone.now()
    states = ["closed"] * 39 + ["open"]
    with system_scope("setup"):
        unit = OrgUnit.objects.get()
        rows = [
            Finding(
                number=f"F-{index:07d}",
                title=f"响应怠慢 {index}",
                fact="候车二十分钟",
                unit=unit,
                org_path=unit.org_path,
                severity="ordinary",
                raised_at=now - timedelta(minutes=index),
                stage_since=now - timedelta(minutes=index // 2),
                raised_by_name="bench",
                state=states[index % 40],
                closed_at=None if index % 40 == 39 else now - timedelta(minutes=index // 3),
                dimension=f"d{index % 5}",
            )
            for index in range(size)
        ]
        Finding.objects.bulk_create(rows, batch_size=5000)
        waiting = Finding.objects.filter(state="open").order_by("pk")[: size // 80]
        Notice.objects.bulk_create(
            Notice(
                finding=finding,
                number=f"N-{finding.pk}",
                title=finding.title,
                requirement="x",
                unit=unit,
                issuing_unit=unit,
                org_path=unit.org_path,
                state="issued",
                drafted_at=now,
                issued_at=now,
                due_at=now + timedelta(hours=finding.pk % 200 - 100),
            )
            for finding in waiting
        )
        for finding in Finding.objects.order_by("pk")[:1000]:
            search_index(
                record=finding,
                number=finding.number,
                title=finding.title,
                text=finding.fact,
                permission="findings.view",
            )
    client = Client()
    client.force_login(User.objects.get())
    found_times = {}
    for name, address in PAGES.items():
        times = []
        for _round in range(REQUESTS):
            begin = time.perf_counter()
            answer = client.get(address, headers={"host": "127.0.0.1"})
            times.append((time.perf_counter() - begin) * 1000)
            assert answer.status_code == 200, f"{address}: {answer.status_code}"
        found_times[name] = statistics.quantiles(times[2:], n=20)[-1]
    return found_times


def in_process(size: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "BIHUAN_HOME": home, "BIHUAN_DATABASE_URL": f"sqlite:///{home}/bench.sqlite3"}
        command = [sys.executable, "-c", f"import json,bench.bench_pages as b;print(json.dumps(b.measure({size})))"]
        done = subprocess.run(  # noqa: S603
            command, env=environment, cwd=Path(__file__).parent.parent, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise RuntimeError(done.stderr[-2000:])
        answer: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
        return answer


def run() -> list[tuple[str, float, str]]:
    small, large = (in_process(size) for size in SIZES)
    rows: list[tuple[str, float, str]] = []
    for name in PAGES:
        rows += [
            (f"{name}, p95 at 1,000 findings", round(small[name], 1), "ms"),
            (f"{name}, p95 at 100,000 findings", round(large[name], 1), "ms"),
            (f"{name}, 100,000 against 1,000", round(large[name] / small[name], 2), "times"),
        ]
    return rows


if __name__ == "__main__":
    for name, figure, unit in run():
        print(f"{name:<50} {figure:>12,} {unit}")  # noqa: T201
