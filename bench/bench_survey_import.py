"""Import of 100,000 survey rows through the worker's own job, and the results page that shows them."""

from __future__ import annotations

import io
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROWS = 100_000
ITEMS = 22
REQUESTS = 20


def answers_file(rows: int) -> io.BytesIO:
    """A CSV of 22 items of five dimensions, a unit of 20, an age band, a day and a remark of every twentieth."""
    from bench.measure import survey_answers

    items, units = survey_answers(rows)
    words = ["响应性", "可靠性", "有形性", "保证性", "移情性"]
    names = [f"{words[item % 5]}{item // 5 + 1}" for item in range(ITEMS)]
    lines = [",".join(["编号", "线路", "年龄段", "日期", *names, "意见"])]
    for row, answers in enumerate(items.tolist()):
        remark = f"第{row}位乘客说等车太久" if row % 20 == 0 else ""
        day = f"2026-03-{row % 28 + 1:02d}"
        values = ",".join(map(str, answers))
        lines.append(f"{row + 1},{int(units[row]) % 20 + 1}路,{row % 5 * 10 + 20}岁,{day},{values},{remark}")
    return io.BytesIO("\n".join(lines).encode())


def measure() -> dict[str, float]:
    """Bring one file in and ask for its page; seconds, milliseconds, megabytes."""
    from bihuan.config.cli import start_django

    start_django()
    from django.core.management import call_command
    from django.test import Client

    call_command("migrate", verbosity=0)
    from bihuan.accounts.models import User
    from bihuan.accounts.selectors import actor_of_user
    from bihuan.config.founding import found
    from bihuan.foundation.scope import actor_scope, system_scope
    from bihuan.organisation.models import OrgUnit
    from bihuan.surveys import services, tasks

    found(name="Bench", username="bench", password="bench bench 1")  # noqa: S106
    user = User.objects.get()
    actor = actor_of_user(user)
    content = answers_file(ROWS)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    with actor_scope(actor):
        survey = services.survey_upload(actor=actor, unit=OrgUnit.objects.get(), name="bench.csv", content=content)
    begin = time.perf_counter()
    tasks.read_file.func(survey.pk)
    reading = time.perf_counter() - begin
    with actor_scope(actor):
        survey.refresh_from_db()
        services.survey_confirm(survey=survey, actor=actor)
    begin = time.perf_counter()
    state = tasks.import_file.func(survey.pk)
    importing = time.perf_counter() - begin
    assert state == "imported", state
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    with system_scope("setup"):
        from bihuan.instruments.models import Response

        assert Response.objects.count() == ROWS
    client = Client()
    client.force_login(user)
    times: dict[str, list[float]] = {"results": [], "comments": [], "list": []}
    pages = {
        "results": f"/surveys/{survey.pk}/",
        "comments": f"/surveys/{survey.pk}/comments/?q=第99",
        "list": "/surveys/",
    }
    for name, address in pages.items():
        for _round in range(REQUESTS):
            begin = time.perf_counter()
            answer = client.get(address, headers={"host": "127.0.0.1"})
            times[name].append((time.perf_counter() - begin) * 1000)
            assert answer.status_code == 200, f"{address}: {answer.status_code}"
    return {
        "reading": reading,
        "importing": importing,
        "before": before,
        "peak": peak,
        **{name: statistics.quantiles(found_times[1:], n=20)[-1] for name, found_times in times.items()},
    }


def run() -> list[tuple[str, float, str]]:
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "BIHUAN_HOME": home, "BIHUAN_DATABASE_URL": f"sqlite:///{home}/bench.sqlite3"}
        code = "import json,bench.bench_survey_import as b;print(json.dumps(b.measure()))"
        done = subprocess.run(  # noqa: S603
            [sys.executable, "-c", code],
            env=environment,
            cwd=Path(__file__).parent.parent,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(done.stderr[-2000:])
        found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return [
        (f"reading and proposing {ROWS:,} rows of 27 columns", round(found["reading"], 2), "s"),
        (f"import of {ROWS:,} rows (answers, figures, comments)", round(found["importing"], 1), "s"),
        ("import, rows a second", round(ROWS / found["importing"]), "rows/s"),
        ("memory before the import, with the file at hand", round(found["before"]), "MB"),
        ("peak memory of the import", round(found["peak"]), "MB"),
        (f"results page on {ROWS:,} rows, p95", round(found["results"], 1), "ms"),
        ("search in 5,000 comments, p95", round(found["comments"], 1), "ms"),
        ("list of surveys, p95", round(found["list"], 1), "ms"),
    ]


if __name__ == "__main__":
    for name, figure, unit in run():
        print(f"{name:<60} {figure:>12,} {unit}")  # noqa: T201
