"""The scanner over 1,000 and over 1,000,000 open clocks: a look with 200 due, and a look with nothing due (SQLite)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.bench_cases import office
from bench.measure import Figure

SIZES = (1_000, 1_000_000)
DUE, IDLE_LOOKS = 200, 20


def fill(unit: Any, size: int, now: Any) -> None:
    """``size`` open clocks, the first ``DUE`` of them due now, the others spread over the next year."""

    from django.db import connection

    from bihuan.duties.models import Clock
    from bihuan.duties.services import clock_start
    from bihuan.foundation.actor import system_actor
    from bihuan.foundation.scope import system_scope

    with system_scope("setup"):
        first = clock_start(subject=unit, policy="complaint_general_48h", at=now, actor=system_actor("setup"))
    names = [field.column for field in Clock._meta.concrete_fields if not field.primary_key]
    own = {
        "subject_id": "subject_id + 1 + i",
        "due_at": "datetime(?, (CASE WHEN i < ? THEN -1 ELSE 5 + i * 525600 / ? END) || ' minutes')",
    }
    own["next_alert_at"] = own["due_at"]
    values = ", ".join(own.get(name, name) for name in names)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO duties_clock ({', '.join(names)}) "  # noqa: S608
            "WITH RECURSIVE row(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM row WHERE i < ? - 1) "
            f"SELECT {values} FROM duties_clock, row WHERE id = ?".replace("?", "%s"),
            [size, *([f"{now:%Y-%m-%d %H:%M:%S}", DUE, size] * 2), first.pk],
        )
        cursor.execute("DELETE FROM duties_clock WHERE id = %s", [first.pk])


def measured(size: int) -> dict[str, float]:
    """One office with ``size`` open clocks: seconds of the look that handles what is due, and of an idle look."""
    unit = office()
    from django.utils import timezone

    from bihuan.duties.models import Clock
    from bihuan.duties.services.scanner import scan
    from bihuan.foundation.scope import system_scope

    now = timezone.now()
    fill(unit, size, now)
    with system_scope("setup"):
        begin = time.perf_counter()
        scan(now)
        busy = time.perf_counter() - begin
        left = Clock.objects.filter(next_alert_at__lte=now).count()
        begin = time.perf_counter()
        for _ in range(IDLE_LOOKS):
            scan(now)
        idle = (time.perf_counter() - begin) / IDLE_LOOKS
    return {"busy": busy, "idle": idle, "left": left}


def apart(size: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        settings = os.environ | {"BIHUAN_HOME": folder, "BIHUAN_DATABASE_URL": f"sqlite:///{folder}/bench.sqlite3"}
        command = [sys.executable, "-m", "bench.bench_scanner", str(size)]
        place = Path(__file__).parent.parent
        done = subprocess.run(  # noqa: S603
            command, cwd=place, env=settings, capture_output=True, text=True, check=False
        )
    if done.returncode:
        raise RuntimeError(done.stderr.strip()[-1000:])
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def run() -> list[Figure]:
    few, many = (apart(size) for size in SIZES)
    return [
        (f"{DUE} due of 1,000,000 open", 1000 * many["busy"], "ms"),
        (f"{DUE} due: 1,000,000 against 1,000 open", many["busy"] / few["busy"], "ratio"),
        ("nothing due of 1,000,000 open", 1000 * many["idle"], "ms"),
        ("nothing due: 1,000,000 against 1,000 open", many["idle"] / few["idle"], "ratio"),
        ("left unhandled", many["left"], "clocks"),
    ]


if __name__ == "__main__":
    print(json.dumps(measured(int(sys.argv[1]))))  # noqa: T201
