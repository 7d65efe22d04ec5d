"""People who bring surveys in, and files as they bring them."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from bihuan.foundation.actor import Actor
from bihuan.foundation.scope import actor_scope
from bihuan.surveys.permissions import IMPORT, VIEW, WITHDRAW
from tests.kit import World, make_actor

RIGHTS = (
    VIEW,
    IMPORT,
    WITHDRAW,
    "findings.view",
    "findings.raise",
    "organisation.view",
    "instruments.view",
)
SAMPLES = Path(__file__).parents[3] / "src" / "bihuan" / "surveys" / "samples"


def csv_file(rows: int = 60, *, stations: tuple[str, ...] = ("North", "South")) -> io.BytesIO:
    """Two dimensions, two stations of which the second is worse at punctuality, and a remark of every tenth."""
    lines = ["id,station,punctual1,punctual2,polite1,polite2,nps,remark"]
    for row in range(rows):
        station = stations[row % len(stations)]
        late = 3 + row % 3 - (2 if station == stations[-1] else 0)
        text = f"车晚点了 {row}" if row % 10 == 0 else ""
        lines.append(
            f"{row + 1},{station},{late},{max(1, late - row % 2)},{4 + row % 2},{3 + row % 3},{row % 11},{text}"
        )
    return io.BytesIO("\n".join(lines).encode())


def kiosk() -> io.BytesIO:
    return io.BytesIO((SAMPLES / "kiosk.csv").read_bytes())


def kiosk_codebook() -> io.BytesIO:
    return io.BytesIO((SAMPLES / "kiosk_codebook.csv").read_bytes())


@pytest.fixture(autouse=True)
def own_home(settings: object, tmp_path: Path) -> None:
    settings.HOME = tmp_path  # type: ignore[attr-defined]


@pytest.fixture
def office(world: World) -> Actor:
    return make_actor("office", unit=world.company, permissions=RIGHTS)


@pytest.fixture
def in_office(office: Actor) -> Iterator[Actor]:
    with actor_scope(office):
        yield office
