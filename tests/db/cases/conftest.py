from collections.abc import Iterator

import pytest

from bihuan.foundation.scope import system_scope
from tests.db.cases.house import House, make_house
from tests.kit import World


@pytest.fixture
def house(world: World) -> Iterator[House]:
    made = make_house(world)
    with system_scope("setup"):
        yield made
