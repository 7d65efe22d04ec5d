from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from bihuan.duties import services
from bihuan.foundation.actor import Actor, system_actor
from bihuan.foundation.scope import system_scope
from tests.kit import World, recorded

SHANGHAI = ZoneInfo("Asia/Shanghai")


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.fixture
def office(world: World) -> Iterator[Actor]:
    """A company with the shipped calendar and policies, everything done by the set-up."""
    actor = system_actor("setup")
    with system_scope("setup"), recorded():
        services.calendar_create(
            actor=actor, unit=world.company, name="Company", body=services.shipped_calendar_body(), note="first"
        )
        services.policies_ship(actor=actor, unit=world.company)
        yield actor
