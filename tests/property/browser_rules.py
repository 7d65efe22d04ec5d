"""The browser's rules of forms, run by Node on many cases at once."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tools import assets

DRIVER = Path(__file__).with_name("form_driver.ts")


def in_browser(cases: Iterable[dict[str, Any]], folder: Path) -> list[Any]:
    """What the TypeScript finds for each case, in their order; one process for all of them."""
    assets.install()
    bundle, source, target = folder / "driver.mjs", folder / "cases.jsonl", folder / "found.jsonl"
    with source.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(case) + "\n" for case in cases)
    esbuild = assets.MODULES / "esbuild" / "bin" / "esbuild"
    assets.run_node(
        esbuild, str(DRIVER), "--bundle", "--platform=node", "--format=esm", "--log-level=error", f"--outfile={bundle}"
    )
    assets.run_node(bundle, str(source), str(target))
    return [json.loads(line) for line in target.read_text("utf-8").splitlines()]
