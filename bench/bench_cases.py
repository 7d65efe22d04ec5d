"""Cases with 1,000 and with 100,000 of them: list, filters, search, figures, one case; and intake by the public form.

Pages: p95 of one signed-in reader, in process. Intake: median processor time of the server for one visitor of the
public form (opened, sent, receipt), clocks, audit, search entry and scope included; SQLite, and PostgreSQL where
``BIHUAN_TEST_POSTGRES_URL`` names a server.
"""

from __future__ import annotations

import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.bench_survey_load import postgres_urls
from bench.measure import Figure

SIZES = (1_000, 100_000)
PAGES = {
    "list": "/cases/",
    "list, one state": "/cases/?state=investigating",
    "list, one line and kind": "/cases/?kind=complaint&line={line}",
    "list, overdue": "/cases/?overdue=true",
    "full-text search": "/cases/?q=%E7%A9%BA%E8%B0%83",
    "search of a number": "/cases/?q=TS-2026-000777",
    "figures of 30 days": "/cases/figures/",
    "one case": "/cases/{case}/",
    "home": "/",
}
REQUESTS, VISITORS = 40, 200
WORDS = ("司机态度不好", "等车二十分钟", "车厢空调不冷", "到站不停", "刷卡多扣一次", "急刹车差点摔倒", "报站声音太小")


def office() -> Any:
    """An empty office that is set up; returns its unit."""
    from bihuan.config.cli import start_django

    start_django()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from bihuan.config.founding import found
    from bihuan.foundation.scope import system_scope
    from bihuan.organisation.models import OrgUnit

    found(name="Bench", username="bench", password="bench bench 1")  # noqa: S106
    with system_scope("setup"):
        return OrgUnit.objects.get()


def fill(unit: Any, size: int) -> tuple[int, int]:
    """``size`` cases of a year, one in 40 open; returns a line and a case to look at."""
    from datetime import timedelta

    from django.utils import timezone

    from bihuan.cases.models import Case, CaseTheme, Complainant
    from bihuan.foundation.scope import system_scope
    from bihuan.organisation.models import Asset
    from bihuan.records.models import SearchEntry
    from bihuan.records.words import search_text

    now = timezone.now()
    own = {"unit": unit, "org_path": unit.org_path}
    with system_scope("setup"):
        lines = [Asset.objects.create(kind="line", code=f"L{n}", name=f"{n} 路", **own) for n in range(40)]
        themes = list(CaseTheme.objects.all())
        rows = []
        for index in range(size):
            is_open = index % 40 == 0
            received = now - timedelta(minutes=index * 5 if size > 10_000 else index * 500)
            rows.append(
                Case(
                    number=f"TS-2026-{index:06d}",
                    title=f"{WORDS[index % 7]} {index}",
                    text=f"{lines[index % 40].name}{WORDS[index % 7]},第{index}次。",
                    kind="complaint" if index % 3 else "enquiry",
                    channel="phone",
                    grade="general",
                    theme=themes[index % len(themes)],
                    line=lines[index % 40],
                    desk=unit,
                    state="investigating" if is_open else "closed",
                    received_at=received,
                    received_by_name="bench",
                    answered_at=None if is_open else received + timedelta(hours=20),
                    outcome="" if is_open else "substantiated",
                    closed_at=None if is_open else received + timedelta(hours=40),
                    due_at=received + timedelta(hours=48) if is_open else None,
                    code_hash=f"{index:064x}",
                    **own,
                )
            )
        Case.objects.bulk_create(rows, batch_size=5000)
        Complainant.objects.bulk_create(
            (Complainant(case=row, name="王", phone="13800000000", org_path=unit.org_path) for row in rows),
            batch_size=5000,
        )
        SearchEntry._base_manager.bulk_create(
            (
                SearchEntry(
                    subject_type="cases.case",
                    subject_id=row.pk,
                    org_path=unit.org_path,
                    permission="cases.view",
                    number=row.number,
                    title=row.title,
                    excerpt=row.text,
                    words=search_text(row.number, row.title, row.text),
                    updated_at=row.received_at,
                )
                for row in rows
            ),
            batch_size=5000,
        )
        return lines[7].pk, rows[size // 2].pk


def pages(size: int) -> dict[str, float]:
    """p95 of each page in ms."""
    unit = office()
    line, case = fill(unit, size)
    from django.test import Client

    from bihuan.accounts.models import User

    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(User.objects.get(username="bench"))
    found = {}
    for name, address in PAGES.items():
        path = address.format(line=line, case=case)
        times = []
        client.get(path)  # templates are read and compiled once a process
        for _request in range(REQUESTS):
            begin = time.perf_counter()
            answer = client.get(path)
            times.append(1000 * (time.perf_counter() - begin))
            if answer.status_code != 200:
                raise RuntimeError(f"{path}: {answer.status_code}")
        found[name] = sorted(times)[int(0.95 * REQUESTS)]
    return found


def intake() -> dict[str, float]:
    """Median processor time of one visitor, and how many statements the POST makes."""
    unit = office()
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from bihuan.cases.models import IntakeDoor
    from bihuan.cases.views.public import pages as public
    from bihuan.foundation.scope import system_scope

    with system_scope("setup"):
        IntakeDoor.objects.create(code="bench", title="Bench", desk=unit, org_path=unit.org_path)
    client = Client(headers={"host": "127.0.0.1"})
    times: list[float] = []
    statements = 0
    for visitor in range(VISITORS):
        client.cookies.clear()
        public.SENDS.clear()
        public.DOORS.clear()
        begin = time.process_time()
        page = client.get("/c/bench").content.decode()
        token = re.search(r'name="page" value="([^"]+)"', page)
        given = {
            "page": token[1] if token else "",
            "kind": "complaint",
            "text": f"3 路{WORDS[visitor % 7]},第 {visitor} 次了,请处理。",
            "phone": "13800138000",
        }
        if visitor == VISITORS - 1:
            with CaptureQueriesContext(connection) as captured:
                answer = client.post("/c/bench", given)
            statements = len(captured)
        else:
            answer = client.post("/c/bench", given)
        client.get("/c/done/")
        times.append(1000 * (time.process_time() - begin))
        if answer.status_code != 302:
            raise RuntimeError(f"intake: {answer.status_code}")
    return {"cpu": statistics.median(times[20:-1]), "statements": float(statements)}


def apart(what: str, environment: dict[str, str]) -> dict[str, float]:
    code = f"import json, bench.bench_cases as b; print(json.dumps(b.{what}))"
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={**os.environ, **environment}
    )
    found: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def run() -> list[Figure]:
    figures: list[Figure] = []
    by_size = {}
    for size in SIZES:
        with tempfile.TemporaryDirectory() as home:
            place = {"BIHUAN_HOME": home, "BIHUAN_DATABASE_URL": f"sqlite:///{Path(home)}/cases.sqlite3"}
            by_size[size] = apart(f"pages({size})", place)
    few, many = (by_size[size] for size in SIZES)
    for name in PAGES:
        figures += [
            (f"{name}: p95 at 100,000 cases", many[name], "ms"),
            (f"{name}: 100,000 against 1,000 cases", many[name] / few[name], "ratio"),
        ]
    with tempfile.TemporaryDirectory() as home:
        place = {"BIHUAN_HOME": home, "BIHUAN_DATABASE_URL": f"sqlite:///{Path(home)}/cases.sqlite3"}
        found = apart("intake()", place)
        figures.append(("public form, SQLite: server CPU a case", found["cpu"], "ms"))
    base = os.environ.get("BIHUAN_TEST_POSTGRES_URL")
    if base:
        with tempfile.TemporaryDirectory() as home, postgres_urls(base) as urls:
            found = apart("intake()", {"BIHUAN_HOME": home, "BIHUAN_DATABASE_URL": urls["product"]})
            figures += [
                ("public form, PostgreSQL: server CPU a case", found["cpu"], "ms"),
                ("public form, PostgreSQL: statements of the POST", found["statements"], "statements"),
            ]
    return figures


if __name__ == "__main__":
    for what, figure, unit in run():
        print(f"{what:<60} {figure:>10.2f} {unit}")  # noqa: T201
