"""Which build of the static files this is."""

from __future__ import annotations

import hashlib
from pathlib import Path

BUNDLES = Path(__file__).resolve().parent.parent / "web" / "static" / "bihuan"


def mark() -> str:
    """Changes when a built bundle or the package version does."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        number = version("bihuan")
    except PackageNotFoundError:
        number = "source"
    digest = hashlib.sha256(number.encode())
    for path in sorted(BUNDLES.rglob("*")):
        if path.is_file():
            digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()
