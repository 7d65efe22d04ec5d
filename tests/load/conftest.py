"""Offices for load tests: SQLite always, PostgreSQL where the environment names a server."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest

from tests.load.server import Server, office


def kinds() -> list[Any]:
    url = os.environ.get("BIHUAN_TEST_POSTGRES_URL", "")
    skipped = pytest.mark.skipif(not url, reason="BIHUAN_TEST_POSTGRES_URL names no server")
    return ["sqlite", pytest.param(url or "postgresql", id="postgresql", marks=[pytest.mark.postgres, skipped])]


@pytest.fixture(scope="module", params=kinds())
def survey_office(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One running office for all tests of a module; each test has a survey of its own in it."""
    surveys: dict[str, dict[str, Any]] = {"plain": {}, "crowd": {}, "quota": {"quota": 10}}
    with office(tmp_path_factory.mktemp("office"), request.param, surveys) as server:
        yield server
