"""``python -m bench``: run every benchmark in a process of its own and print one table.

``python -m bench NAME`` runs ``bench_NAME.py`` alone. The whole run ends within ``BUDGET`` seconds: a module
gets what is left, at most ``LONGEST``, and one that overruns is named instead of waited for.
"""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).parent
BUDGET, LONGEST = 520.0, 240.0
RATIOS = {"ratio", "times"}


def names() -> list[str]:
    """Return the benchmarks by name."""
    return sorted(path.stem.removeprefix("bench_") for path in HERE.glob("bench_*.py"))


def measure_here(name: str, answer: Path) -> None:
    """Run one benchmark in this process and write its figures."""
    figures = importlib.import_module(f"bench.bench_{name}").run()
    answer.write_text(json.dumps(figures), encoding="utf-8")


def measure_apart(name: str, limit: float) -> tuple[list[tuple[str, float, str]], str]:
    """Return a benchmark's figures, or none and what went wrong."""
    with tempfile.TemporaryDirectory() as folder:
        answer = Path(folder) / "figures.json"
        command = [sys.executable, "-m", "bench", name, str(answer)]
        try:
            done = subprocess.run(  # noqa: S603
                command, cwd=HERE.parent, timeout=limit, capture_output=True, text=True, check=False
            )
        except subprocess.TimeoutExpired:
            return [], f"stopped after {limit:.0f} s"
        if done.returncode or not answer.exists():
            return [], (done.stderr.strip().splitlines() or [f"ended with {done.returncode}"])[-1]
        return [(str(what), float(figure), str(unit)) for what, figure, unit in json.loads(answer.read_text())], ""


def shown(figure: float) -> str:
    """Return a figure with four significant digits, without powers of ten."""
    if figure == 0 or abs(figure) >= 1000:
        return f"{figure:,.0f}"
    digits = next(d for d in range(8) if abs(figure) * 10**d >= 100 or d == 7)
    return f"{figure:.{digits}f}"


def report(wanted: list[str]) -> int:
    """Print the table; return 1 if a benchmark gave no figures."""
    begin, failed = time.perf_counter(), 0
    say = sys.stdout.write
    say(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the start, Python {sys.version.split()[0]}\n")
    for name in wanted:
        left = BUDGET - (time.perf_counter() - begin)
        started = time.perf_counter()
        figures, wrong = measure_apart(name, min(LONGEST, left)) if left > 5 else ([], "no time left")
        say(f"\n{name}  ({time.perf_counter() - started:.0f} s)\n")
        for what, figure, unit in figures:
            mark = "x" if unit in RATIOS else unit
            say(f"  {what:<66}{shown(figure):>12} {mark}\n")
        if wrong:
            failed += 1
            say(f"  no figures: {wrong}\n")
        sys.stdout.flush()
    return 1 if failed else 0


def main(arguments: list[str]) -> int:
    """Run what the command line asks for."""
    if len(arguments) == 2:
        measure_here(arguments[0], Path(arguments[1]))
        return 0
    unknown = sorted(set(arguments) - set(names()))
    if unknown:
        sys.stderr.write(f"no such benchmark: {', '.join(unknown)}; there are {', '.join(names())}\n")
        return 2
    return report(arguments or names())


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
