"""`bihuan analyse` as it is used in a shell: its own process, no database, no settings."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

OUTPUTS = {"report.html", "report.xlsx", "results.json", "map.toml"}


def analyse(*arguments: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    return subprocess.run(
        [sys.executable, "-m", "bihuan.config.cli", "analyse", *map(str, arguments)],
        cwd=cwd,
        env={**environment, "LANG": "C.UTF-8", "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


@pytest.fixture
def folder(tmp_path: Path, samples: Path) -> Path:
    for name in ("kiosk.csv", "kiosk_codebook.csv"):
        shutil.copy(samples / name, tmp_path / name)
    return tmp_path


def test_results_appear_beside_the_file_and_the_codebook_there_is_used(folder: Path) -> None:
    done = analyse("kiosk.csv", "--lang", "zh", cwd=folder)

    assert (done.returncode, done.stderr.strip()) == (0, "")
    assert {path.name for path in folder.iterdir()} - {"kiosk.csv", "kiosk_codebook.csv"} == OUTPUTS
    assert done.stdout.strip().startswith("安全性与期望差距最大")
    assert "经济性" in (folder / "map.toml").read_text(encoding="utf-8")
    assert not (folder / "db.sqlite3").exists()


def test_stated_mapping_is_used_and_gives_the_same_figures(folder: Path) -> None:
    analyse("kiosk.csv", "--out", "first", cwd=folder)

    done = analyse("kiosk.csv", "--map", "first/map.toml", "--out", "second", cwd=folder)

    assert done.returncode == 0
    first, second = (json.loads((folder / name / "results.json").read_text()) for name in ("first", "second"))
    assert first["gaps"] == second["gaps"]
    assert first["items"] == second["items"]


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ("a,b\n1,2\n1,2,3\n", "line 3: This row has 3 fields; the headings have 2.\n"),
        ("", "The file is empty.\n"),
    ],
)
def test_bad_input_gives_one_line_status_2_and_no_output(tmp_path: Path, content: str, line: str) -> None:
    (tmp_path / "bad.csv").write_text(content)

    done = analyse("bad.csv", cwd=tmp_path)

    assert (done.returncode, done.stderr, done.stdout) == (2, line, "")
    assert [path.name for path in tmp_path.iterdir()] == ["bad.csv"]


def test_bad_mapping_and_missing_file_are_bad_input_too(folder: Path) -> None:
    (folder / "map.toml").write_text("[columns.Q99]\nscale = [1, 5]\n")

    wrong_map = analyse("kiosk.csv", "--map", "map.toml", cwd=folder)
    no_file = analyse("nothing.csv", "--lang", "zh", cwd=folder)

    assert wrong_map.returncode == 2
    assert wrong_map.stderr == "The mapping names a column “Q99” that the file does not have.\n"
    assert (no_file.returncode, no_file.stderr) == (2, "文件 nothing.csv 不存在。\n")
