"""Faults at the door of a survey, by real HTTP: a rush into quotas, 300 submits a minute beside a script, ten kills.

SQLite, and PostgreSQL where BIHUAN_TEST_POSTGRES_URL names a server. A figure is given only where nothing was lost,
doubled or let through; otherwise the run ends with what was wrong.
"""

from __future__ import annotations

import os
import statistics
import tempfile
from pathlib import Path

from tests.load.scenes import crowd_beside_script, killed_under_load, rush
from tests.load.server import Server, office

from bench.measure import Figure

VISITORS, LIMIT, RUSHES = 200, 10, 3
PER_MINUTE, KILLS, BETWEEN = 300, 10, 30
SURVEYS = {
    "crowd": {"items": 25},
    "plain": {"items": 25},
    **{f"quota{number}": {"items": 25, "quota": LIMIT} for number in range(RUSHES)},
}


def demand(is_so: bool, what: str) -> None:
    if not is_so:
        raise AssertionError(what)


def quotas(server: Server, name: str) -> list[Figure]:
    for number in range(RUSHES):
        found = rush(server, f"quota{number}", VISITORS)
        stored = server.stored(f"quota{number}")["rows"]
        demand(stored == LIMIT and found == {200: LIMIT, 409: VISITORS - LIMIT}, f"{name}: {stored} stored, {found}")
    return [(f"{name}: stored of {VISITORS} at once into a quota of {LIMIT}, {RUSHES} rushes, each", LIMIT, "answers")]


def crowd(server: Server, name: str) -> list[Figure]:
    found = crowd_beside_script(server, "crowd", visitors=PER_MINUTE, script=100, threads=32, per_minute=PER_MINUTE)
    demand(found.visitors == {200: PER_MINUTE}, f"{name}: visitors got {found.visitors}")
    demand(found.script[429] > 0, f"{name}: the script was not stopped: {found.script}")
    stored = server.stored("crowd")["rows"]
    demand(stored == PER_MINUTE + found.script[200], f"{name}: {stored} stored")
    cuts = statistics.quantiles(found.seconds, n=100)
    return [
        (f"{name}: accepted behind one address", PER_MINUTE / found.lasted * 60, "a minute"),
        (f"{name}: form opened, sent and thanked for, median", 1000 * statistics.median(found.seconds), "ms"),
        (f"{name}: the same, 99th percentile", 1000 * cuts[98], "ms"),
        (f"{name}: the script meanwhile, taken of {sum(found.script.values())}", found.script[200], "answers"),
    ]


def kills(server: Server, name: str) -> list[Figure]:
    away: list[float] = []
    told = killed_under_load(server, "plain", kills=KILLS, between=BETWEEN, threads=16, restarted=away.append)
    demand(set(told.values()) <= {200, 202}, f"{name}: statuses {sorted(set(told.values()))}")
    stored = server.visitors("plain")
    demand(stored == set(told), f"{name}: {len(set(told) - stored)} lost, {len(stored - set(told))} never acknowledged")
    demand(server.stored("plain")["rows"] == len(told), f"{name}: some are doubled")
    again = sum(status == 202 for status in told.values())
    return [
        (f"{name}: answers acknowledged over {KILLS} SIGKILLs, none lost or doubled", len(told), "answers"),
        (f"{name}: of these acknowledged only when sent again", again, "answers"),
        (f"{name}: until the door takes visitors again, median", statistics.median(away), "s"),
    ]


def run() -> list[Figure]:
    kinds = {"SQLite": "sqlite"}
    if url := os.environ.get("BIHUAN_TEST_POSTGRES_URL"):
        kinds["PostgreSQL"] = url
    figures: list[Figure] = []
    for name, kind in kinds.items():
        with tempfile.TemporaryDirectory() as folder, office(Path(folder) / "office", kind, SURVEYS) as server:
            for scene in (quotas, crowd, kills):
                figures += scene(server, name)
    return figures


if __name__ == "__main__":
    for what, figure, unit in run():
        print(f"{figure:12.1f} {unit:10} {what}")  # noqa: T201
