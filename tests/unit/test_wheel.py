"""The wheel is what an office installs: everything a page needs is inside, nothing of the workshop is."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NEEDED = [
    "bihuan/web/static/bihuan/app.css",
    "bihuan/web/static/bihuan/app.js",
    "bihuan/web/static/bihuan/charts.js",
    "bihuan/web/static/bihuan/public.css",
    "bihuan/web/icons/icons.json",
    "bihuan/documents/fonts/NotoSansSC-Bold.ttf",
    "bihuan/documents/fonts/NotoSansSC-Regular.ttf",
    "bihuan/documents/fonts/OFL.txt",
    "bihuan/web/templates/shell.html",
    "bihuan/rectification/locale/zh_Hans/LC_MESSAGES/django.mo",
    "bihuan/surveys/samples/kiosk.csv",
    "bihuan/surveys/samples/LICENSE-kiosk.txt",
    "bihuan/surveys/templates/surveys/report.html",
    "servicequality/text/lexicon_zh.json",
    "servicequality/py.typed",
]


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--no-isolation", "--wheel", "--outdir", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    with zipfile.ZipFile(next(folder.glob("*.whl"))) as wheel:
        return wheel.namelist()


def test_the_wheel_carries_what_pages_need(names: list[str]) -> None:
    assert [name for name in NEEDED if name not in names] == []


def test_every_app_brings_its_migrations_and_translations(names: list[str]) -> None:
    ours = [name.split("/") for name in names if name.startswith("bihuan/")]
    apps = {parts[1] for parts in ours if parts[2:] in (["models.py"], ["models", "__init__.py"])}

    assert {app for app in apps if f"bihuan/{app}/migrations/0001_initial.py" not in names} == set()


def test_the_wheel_leaves_the_workshop_behind(names: list[str]) -> None:
    assert [name for name in names if name.startswith(("tests", "bench", "tools", "assets", "docs"))] == []
