"""Export of 150,000 answers of 40 items: package, SAV, streamed CSV and XLSX; time, size and peak memory of each."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROWS = 150_000
ITEMS = 40
BATCH = 5_000
KINDS = ("csv", "xlsx", "sav", "package")
LIMIT_MB = 300


def form() -> dict[str, Any]:
    names = ("可靠性", "响应性", "有形性", "保证性", "移情性")
    items: list[dict[str, Any]] = [
        {"code": f"q{place}", "label": f"第{place}题", "scale": [1, 5, 1], "dimension": names[place % 5]}
        for place in range(ITEMS - 2)
    ]
    items += [{"code": "nps", "label": "推荐", "type": "nps"}, {"code": "remark", "label": "意见", "type": "text"}]
    return {"title": "Bench", "sections": [{"code": "s", "items": items}]}


def fill() -> int:
    """A campaign of one company with the answers; returns its number."""
    from bihuan.config.cli import start_django

    start_django()
    import uuid
    from datetime import date, timedelta

    import numpy as np
    from django.core.management import call_command
    from django.utils import timezone

    call_command("migrate", verbosity=0)
    from bihuan.config.founding import found
    from bihuan.foundation.scope import system_scope
    from bihuan.instruments.definition import read_definition
    from bihuan.instruments.models import Instrument, InstrumentVersion, Response
    from bihuan.organisation.models import OrgUnit
    from bihuan.surveys.models import Campaign

    found(name="Bench", username="bench", password="bench bench 1")  # noqa: S106
    rng = np.random.default_rng(1)
    with system_scope("setup"):
        unit = OrgUnit.objects.get()
        definition = read_definition(form())
        instrument = Instrument.objects.create(title="Bench", unit=unit, org_path=unit.org_path)
        version = InstrumentVersion.objects.create(
            instrument=instrument,
            number=1,
            body=definition.model_dump(mode="json"),
            content_hash=definition.content_hash(),
            note="",
            published_at=timezone.now(),
            published_by="bench",
            org_path=unit.org_path,
        )
        campaign = Campaign.objects.create(
            title="Bench", unit=unit, version_of_form=version, org_path=unit.org_path, state="open"
        )
        for start in range(0, ROWS, BATCH):
            given = rng.integers(0, 6, (BATCH, ITEMS - 1))
            rows = []
            for place, numbers in enumerate(given.tolist()):
                answers: dict[str, Any] = {f"q{at}": one for at, one in enumerate(numbers[:-1]) if one}
                states = {f"q{at}": "skipped" for at, one in enumerate(numbers[:-1]) if not one}
                answers["nps"] = numbers[-1] + 5
                if place % 5:
                    states["remark"] = "skipped"
                else:
                    answers["remark"] = f"第{start + place}位乘客说等车太久，车厢太挤"
                rows.append(
                    Response(
                        version=version,
                        collection=campaign.collection,
                        client_uuid=uuid.uuid4(),
                        content_hash="x",
                        channel="qr",
                        business_date=date(2026, 11, 2) + timedelta(days=place % 30),
                        answers=answers,
                        states=states,
                        context={"segment": "", "language": "zh-hans", "seconds": 60 + place % 90, "cluster": ""},
                        org_path=unit.org_path,
                    )
                )
            Response.objects.bulk_create(rows, batch_size=500)
        return campaign.pk


def take(kind: str, campaign_id: int) -> dict[str, float]:
    """One file in a process of its own: seconds, megabytes of the file, peak memory of the process."""
    from bihuan.config.cli import start_django

    start_django()
    from bihuan.foundation.actor import system_actor
    from bihuan.foundation.scope import system_scope
    from bihuan.surveys.exporting.wanted import Wanted
    from bihuan.surveys.models import Campaign
    from bihuan.surveys.services import exporting

    by = system_actor("bench")
    with system_scope("setup"):
        campaign = Campaign.objects.select_related("unit").get(pk=campaign_id)
        begin = time.perf_counter()
        export = exporting.export_ask(survey=campaign, actor=by, kind=kind, language="zh-hans", wanted=Wanted())
        if kind in exporting.MADE_BY_WORKER:
            export = exporting.export_make(export=export, actor=by)
        else:
            for _piece in exporting.export_stream(export=export, actor=by):
                pass
            export.refresh_from_db()
        seconds = time.perf_counter() - begin
    assert export.rows == ROWS, export.problem
    assert len(export.digest) == 64
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": seconds, "size": (export.size or 0) / 1e6, "peak": peak}


def apart(code: str, home: str) -> Any:
    environment = {**os.environ, "BIHUAN_HOME": home, "BIHUAN_DATABASE_URL": f"sqlite:///{home}/bench.sqlite3"}
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", f"import json, bench.bench_survey_export as b; print(json.dumps(b.{code}))"],
        env=environment,
        cwd=Path(__file__).parent.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    return json.loads(done.stdout.splitlines()[-1])


def run() -> list[tuple[str, float, str]]:
    figures: list[tuple[str, float, str]] = []
    with tempfile.TemporaryDirectory() as home:
        campaign = apart("fill()", home)
        for kind in KINDS:
            found = apart(f"take({kind!r}, {campaign})", home)
            figures += [
                (f"{kind} of {ROWS:,} answers of {ITEMS} items", round(found["seconds"], 1), "s"),
                (f"{kind}, size", round(found["size"], 1), "MB"),
                (f"{kind}, peak memory (limit {LIMIT_MB})", round(found["peak"]), "MB"),
            ]
    return figures


if __name__ == "__main__":
    for name, figure, unit in run():
        print(f"{name:<60} {figure:>12,} {unit}")  # noqa: T201
