"""Messages are tested in English; the Chinese ones where a test says so."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import translation

import bihuan.surveys

SAMPLES = Path(bihuan.surveys.__file__).parent / "samples"


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture(scope="session")
def samples() -> Path:
    """The folder of the kiosk survey (Hana Kim 2019, MIT)."""
    return SAMPLES
