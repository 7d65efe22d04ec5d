"""One survey task, reading and bootstrap included, by us and by the usual tools, in one run on one machine.

Peers run in ``build/bench-venv`` (pingouin is GPL-3 and stays there). What is compared: CSV is the file everybody
reads. Beside it each engine reads the form it reads best: polars and DuckDB Parquet, numpy and we a matrix of bytes
(our run set has no Parquet reader). pandas resamples rows, 20 of the 1,000 resamples, scaled up; the others draw the
counts, which is the same distribution. ``bench/peers`` has the task and the scripts.
"""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from bench.measure import Figure, survey_answers

ROOT = Path(__file__).parents[1]
SCRIPTS = ROOT / "bench" / "peers"
ENGINES = (
    ("pandas + pingouin, CSV", "by_pandas", "csv", 1),
    ("pandas + pingouin, CSV as bytes", "by_pandas", "csv8", 1),
    ("polars, CSV", "by_polars", "csv", 3),
    ("polars, Parquet", "by_polars", "parquet", 3),
    ("DuckDB, Parquet", "by_duckdb", "parquet", 3),
    ("numpy by hand, matrix", "by_numpy", "npy", 3),
    ("ours, CSV", "by_us", "csv", 3),
    ("ours, matrix", "by_us", "npy", 3),
)
USUAL = "pandas + pingouin, CSV"
TO_PARQUET = "import sys, polars; polars.read_csv(sys.argv[1]).cast(polars.UInt8).write_parquet(sys.argv[2])"


def peer_python() -> Path:
    """Return the interpreter of the peers' environment."""
    folder = Path(os.environ.get("BIHUAN_BENCH_VENV", ROOT / "build" / "bench-venv"))
    python = folder / "bin" / "python"
    if not python.exists():
        raise SystemExit("the peers have no environment yet: make build/bench-venv")
    return python


def ask(script: str, folder: Path, kind: str, repeats: int) -> dict[str, Any]:
    """Run an engine in fresh processes and return the run with the median total."""
    python = sys.executable if script == "by_us" else str(peer_python())
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    runs = []
    for _ in range(repeats):
        command = [python, str(SCRIPTS / f"{script}.py"), str(folder), kind]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
        if done.returncode:
            raise RuntimeError(f"{script} {kind}: {done.stderr.strip().splitlines()[-1]}")
        answer: dict[str, Any] = json.loads(done.stdout)
        answer["total"] = sum(answer["steps"].values())
        runs.append(answer)
    return sorted(runs, key=lambda run: float(run["total"]))[len(runs) // 2]


def write_survey(folder: Path, rows: int) -> None:
    """Write the same answers as CSV, matrix of bytes and Parquet."""
    items, unit = survey_answers(rows)
    names = [f"q{number}" for number in range(1, 23)]
    pd.DataFrame(items, columns=names).assign(unit=unit).to_csv(folder / "survey.csv", index=False)
    np.save(folder / "survey.npy", np.vstack([items.T, unit]))
    paths = [str(folder / "survey.csv"), str(folder / "survey.parquet")]
    subprocess.run([str(peer_python()), "-c", TO_PARQUET, *paths], check=True)  # noqa: S603


def ratios(label: str, found: dict[str, dict[str, Any]]) -> list[Figure]:
    """Return how many times slower the usual way is: in all, by processor time, and without its weakest step."""
    usual, figures = found[USUAL], []
    for engine, run_of in found.items():
        if engine == USUAL:
            continue
        work = sum(usual["work"].values()) / sum(run_of["work"].values())
        apart = [one["total"] - one["steps"]["bootstrap"] for one in (usual, run_of)]
        figures += [
            (f"{label}: pandas + pingouin / {engine}", usual["total"] / run_of["total"], "ratio"),
            (f"{label}: the same by processor time", work, "ratio"),
            (f"{label}: the same without bootstrap", apart[0] / apart[1], "ratio"),
        ]
    return figures


def run() -> list[Figure]:
    """Return the total of every engine, the steps of ours and of pandas, and the ratios."""
    figures: list[Figure] = []
    for rows, label in ((100_000, "100k"), (1_000_000, "1M")):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            write_survey(folder, rows)
            found = {engine: ask(script, folder, kind, n) for engine, script, kind, n in ENGINES}
        agreed = found["ours, matrix"]["answers"]
        for engine, run_of in found.items():
            for what, value in run_of["answers"].items():
                if not math.isclose(value, agreed[what], abs_tol=2e-5):
                    raise RuntimeError(f"{engine} finds {what} {value}, we {agreed[what]}")
            figures.append((f"{label}: {engine}, in all", run_of["total"], "s"))
        for engine in (USUAL, "ours, CSV", "ours, matrix"):
            figures += [(f"{label}: {engine}: {step}", took, "s") for step, took in found[engine]["steps"].items()]
            figures.append((f"{label}: {engine}: peak memory", found[engine]["peak"], "MiB"))
        figures += ratios(label, found)
    return figures
