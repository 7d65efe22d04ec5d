"""Results of a survey in the field with 10,000 and with 10 million answers: what matters is the ratio.

Also how fast answers are counted, and how far the counts lag behind while people answer. On SQLite; on PostgreSQL with
BIHUAN_BENCH_POSTGRES_URL, an empty database whose tables this creates and fills.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

SIZES = (400, 400_000)  # responses of 25 items each
REQUESTS = 30
UNITS, BUSES, DAYS = 50, 400, 30
SEGMENTS = {"season": 0.6, "single": 0.3, "card": 0.1}
CHANNELS = ("qr", "qr", "qr", "link", "paper")
LIVE_SECONDS, LIVE_RATE = 20, 50
BLOCK = 10_000


def form() -> dict[str, Any]:
    """22 items of five dimensions, satisfaction, recommendation, and a remark: 25 items."""
    words = ["responsiveness", "reliability", "tangibles", "assurance", "empathy"]
    items: list[dict[str, Any]] = [
        {
            "code": f"i{number:02d}",
            "label": f"Item {number}",
            "scale": [1, 5, 1],
            "dimension": words[number % 5],
            "quality": "technical" if number % 2 else "functional",
        }
        for number in range(22)
    ]
    items += [
        {"code": "csat", "label": "Satisfied?", "type": "csat"},
        {"code": "nps", "label": "Recommend?", "type": "nps"},
        {"code": "said", "label": "Anything else?", "type": "text"},
    ]
    return {"title": "Bench", "sections": [{"code": "s", "items": items}]}


def rows(count: int, version: int, collection: str, units: list[tuple[int, str]]) -> Iterator[list[tuple[Any, ...]]]:
    """Responses as table rows, a block at a time."""
    import numpy as np

    from bench.measure import survey_answers

    items, _departments = survey_answers(count, seed=3)
    rng = np.random.default_rng(4)
    buses, segments = rng.integers(0, BUSES, count), rng.integers(0, len(SEGMENTS), count)
    days, channels = rng.integers(0, DAYS, count), rng.integers(0, len(CHANNELS), count)
    codes, names = [f"i{number:02d}" for number in range(22)], list(SEGMENTS)
    first = date(2026, 10, 1)
    for start in range(0, count, BLOCK):
        block = []
        for row in range(start, min(count, start + BLOCK)):
            given = items[row].tolist()
            answers = dict(zip(codes, given, strict=True))
            answers |= {"csat": given[0], "nps": 2 * given[1]}
            states = {"said": "skipped"}
            if row % 20 == 0:
                answers["said"], states = f"等了{row % 60}分钟车不来，车厢还行", {}
            bus = int(buses[row])
            unit, path = units[bus % UNITS]
            context = {"unit": unit, "segment": names[segments[row]], "door": 1, "cluster": f"asset:{bus}"}
            block.append(
                (
                    version,
                    collection,
                    uuid.uuid4(),
                    "",
                    CHANNELS[channels[row]],
                    first + timedelta(days=int(days[row])),
                    json.dumps(answers, ensure_ascii=False),
                    json.dumps(states),
                    json.dumps(context),
                    path,
                )
            )
        yield block


COLUMNS = (
    "version_id, collection, client_uuid, content_hash, channel, business_date, answers, states, context, org_path"
)


def store(blocks: Iterator[list[tuple[Any, ...]]]) -> float:
    """Put rows straight into the table: COPY on PostgreSQL, many at once on SQLite. Returns seconds."""
    from django.db import connection, transaction

    begin = time.perf_counter()
    for block in blocks:
        with transaction.atomic(), connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                with cursor.copy(f"COPY instruments_response ({COLUMNS}) FROM STDIN") as copy:
                    for row in block:
                        copy.write_row(row)
            else:
                marks = ", ".join(["%s"] * 10)
                cursor.executemany(
                    f"INSERT INTO instruments_response ({COLUMNS}) VALUES ({marks})",  # noqa: S608
                    [(*row[:2], row[2].hex, *row[3:5], row[5].isoformat(), *row[6:]) for row in block],
                )
    return time.perf_counter() - begin


def prepared() -> Any:
    """A company of fifty stations with a survey in the field."""
    from django.core.management import call_command
    from django.utils import timezone

    call_command("migrate", verbosity=0)
    from bihuan.config.founding import found
    from bihuan.instruments.definition import read_definition
    from bihuan.instruments.models import Instrument, InstrumentVersion
    from bihuan.organisation.models import OrgUnit
    from bihuan.surveys.models import Campaign, Segment

    found(name="Bench", username="bench", password="bench bench 1")  # noqa: S106
    company = OrgUnit.objects.get()
    for number in range(UNITS):
        unit = OrgUnit.objects.create(
            name=f"Station {number}", code=f"S{number}", kind="station", parent=company, org_path=company.org_path
        )
        OrgUnit.objects.filter(pk=unit.pk).update(org_path=f"{company.org_path}{unit.pk}/")
    definition = read_definition(form())
    path = company.org_path
    instrument = Instrument.objects.create(title="Bench", unit=company, org_path=path)
    version = InstrumentVersion.objects.create(
        instrument=instrument,
        number=1,
        body=definition.model_dump(mode="json"),
        content_hash=definition.content_hash(),
        note="",
        published_at=timezone.now(),
        published_by="bench",
        org_path=path,
    )
    campaign = Campaign.objects.create(
        title="Bench", unit=company, version_of_form=version, state="open", org_path=path
    )
    for code, weight in SEGMENTS.items():
        Segment.objects.create(campaign=campaign, code=code, name=code, weight=weight, org_path=path)
    return campaign


def page_times(client: Any, address: str) -> tuple[float, float]:
    """p95 of the wall clock and the median of the processor's time, in thousandths of a second."""
    walls, processor = [], []
    client.get(address, headers={"host": "127.0.0.1"})
    for _round in range(REQUESTS):
        begin, used = time.perf_counter(), time.process_time()
        answer = client.get(address, headers={"host": "127.0.0.1"})
        walls.append(1000 * (time.perf_counter() - begin))
        processor.append(1000 * (time.process_time() - used))
        assert answer.status_code == 200, answer.status_code
    return statistics.quantiles(walls, n=20)[-1], statistics.median(processor)


def measure(size: int) -> dict[str, float]:
    """Fill a database with ``size`` responses, count them, ask for the page."""
    from bihuan.config.cli import start_django

    start_django()
    from django.test import Client

    from bihuan.accounts.models import User
    from bihuan.foundation.scope import system_scope
    from bihuan.instruments.models import Response
    from bihuan.organisation.models import OrgUnit
    from bihuan.surveys.services import tally_check, tally_update

    with system_scope("setup"):
        campaign = prepared()
        units = list(OrgUnit.objects.filter(parent__isnull=False).values_list("pk", "org_path"))
        filling = store(rows(size, campaign.version_of_form_id, campaign.collection, units))
        assert Response.objects.count() == size
        begin, used = time.perf_counter(), time.process_time()
        tally = tally_update(campaign=campaign, seconds=3600)
        counting, processor = time.perf_counter() - begin, time.process_time() - used
        assert tally.responses == size
        differences = len(tally_check(campaign=campaign)) if size <= 1000 else 0
    client = Client()
    client.force_login(User.objects.get())
    address = f"/surveys/campaigns/{campaign.pk}/results/"
    p95, page_processor = page_times(client, address)
    unit_p95, _ = page_times(client, f"{address}?unit={units[0][0]}") if size > 1000 else (0.0, 0.0)
    figures = {
        "filling": filling,
        "counting": counting,
        "counting processor": processor,
        "p95": p95,
        "processor": page_processor,
        "unit p95": unit_p95,
        "differences": float(differences),
    }
    return figures | (live(campaign) if size <= 1000 else {})


def live(campaign: Any) -> dict[str, float]:
    """People answer at a steady rate in another process while counting goes on every second."""
    from bihuan.foundation.scope import system_scope
    from bihuan.instruments.models import Response
    from bihuan.surveys.services import tally_check, tally_update

    command = [sys.executable, __file__, "answer", str(campaign.pk)]
    lags: list[int] = []
    took: list[float] = []
    with system_scope("setup"), subprocess.Popen(command, env=os.environ.copy()) as people:  # noqa: S603
        while people.poll() is None:
            begin = time.perf_counter()
            tally = tally_update(campaign=campaign)
            took.append(time.perf_counter() - begin)
            lags.append(Response.objects.filter(collection=campaign.collection, pk__gt=tally.watermark).count())
            time.sleep(1)
        assert people.returncode == 0, people.returncode
        tally = tally_update(campaign=campaign)
        assert tally.responses == Response.objects.filter(collection=campaign.collection).count()
        assert tally_check(campaign=campaign) == []
    return {
        "lag answers": float(max(lags)),
        "lag seconds": statistics.quantiles(took, n=20)[-1],
        "live answers": float(tally.responses - SIZES[0]),
    }


def answer(campaign_id: int) -> None:
    """Answer one by one through the service the doors use."""
    from bihuan.config.cli import start_django

    start_django()
    from bihuan.foundation.scope import system_scope
    from bihuan.instruments.services import Answered, response_store
    from bihuan.surveys.models import Campaign

    with system_scope("setup"):
        campaign = Campaign.objects.select_related("version_of_form").get(pk=campaign_id)
        answers = {f"i{number:02d}": number % 5 + 1 for number in range(22)} | {"csat": 4, "nps": 9}
        begin = time.perf_counter()
        for number in range(LIVE_SECONDS * LIVE_RATE):
            given = Answered(
                answers, {"said": "skipped"}, context={"segment": "season", "cluster": f"asset:{number % 9}"}
            )
            response_store(version=campaign.version_of_form, given=given, collection=campaign.collection, channel="qr")
            time.sleep(max(0.0, (number + 1) / LIVE_RATE - (time.perf_counter() - begin)))


def apart(size: int) -> dict[str, float]:
    """Measure in a process and a database of its own."""
    with tempfile.TemporaryDirectory() as home:
        address = os.environ.get("BIHUAN_BENCH_POSTGRES_URL", "") or f"sqlite:///{home}/bench.sqlite3"
        kept = {name: value for name, value in os.environ.items() if not name.startswith("BIHUAN_")}
        folder = Path(__file__).resolve().parents[1]
        environment = {
            **kept,
            "BIHUAN_HOME": home,
            "BIHUAN_DATABASE_URL": address,
            "PYTHONPATH": os.pathsep.join([str(folder / "src"), str(folder)]),
        }
        done = subprocess.run(  # noqa: S603
            [sys.executable, __file__, str(size)], env=environment, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise RuntimeError(done.stderr.strip().splitlines()[-1])
        found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
        return found


def run() -> list[tuple[str, float, str]]:
    """Return (name, figure, unit) of every measurement."""
    few, many = (apart(size) for size in SIZES)
    small, large = (25 * size for size in SIZES)
    return [
        (f"results page p95, {small:,} answers", few["p95"], "ms"),
        (f"results page p95, {large:,} answers", many["p95"], "ms"),
        ("results page p95, ratio", many["p95"] / few["p95"], "ratio"),
        (f"results page processor, {small:,} answers", few["processor"], "ms"),
        (f"results page processor, {large:,} answers", many["processor"], "ms"),
        ("results page processor, ratio", many["processor"] / few["processor"], "ratio"),
        (f"results page of one unit p95, {large:,} answers", many["unit p95"], "ms"),
        (f"counting {SIZES[1]:,} responses", many["counting"], "s"),
        ("responses counted", SIZES[1] / many["counting"], "/s"),
        ("responses counted, processor", SIZES[1] / many["counting processor"], "/s"),
        (f"answered one by one at {LIVE_RATE}/s", few["live answers"], "answers"),
        ("most answers waiting after a count", few["lag answers"], "answers"),
        ("one count while people answer, p95", few["lag seconds"], "s"),
    ]


if __name__ == "__main__":
    if sys.argv[1] == "answer":
        answer(int(sys.argv[2]))
    else:
        sys.stdout.write(json.dumps(measure(int(sys.argv[1]))) + "\n")
