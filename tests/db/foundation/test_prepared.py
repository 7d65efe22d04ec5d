"""Reads whose SQL is made once."""

import pytest
from django.db import connection

from bihuan.foundation.errors import NoScopeError
from bihuan.foundation.prepared import PreparedRow
from bihuan.foundation.scope import Scope, in_scope, system_scope
from bihuan.organisation.models import OrgUnit
from tests.kit import World

MARKER = "\ue0f2"
NAMED = PreparedRow(
    lambda: OrgUnit.objects.filter(code=MARKER, is_active=True).values_list("name", "parent__name", "is_active"),
    marker=MARKER,
    models=("organisation.orgunit",),
)


def test_a_prepared_read_sees_what_changed_since_its_first_use(world: World) -> None:
    with system_scope("setup"):
        before = NAMED(world.north.code)
        OrgUnit.objects.filter(pk=world.north.pk).update(name="Renamed")

        after = NAMED(world.north.code)

    assert before is not None
    assert after is not None
    assert (before[0], after[0]) == (world.north.name, "Renamed")
    assert after[2] is True


def test_a_prepared_read_finds_nothing_where_there_is_nothing(world: World) -> None:
    with system_scope("setup"):
        assert [NAMED("nobody's code") for _time in range(8)] == [None] * 8


@pytest.mark.django_db(transaction=True)
def test_a_prepared_read_works_on_a_new_connection(world: World) -> None:
    with system_scope("setup"):
        NAMED(world.north.code)
        connection.close()

        found = NAMED(world.north.code)

    assert found is not None


def test_a_prepared_read_is_refused_to_whoever_sees_only_some_units(world: World) -> None:
    with in_scope(Scope("some", (world.north.org_path,))), pytest.raises(NoScopeError):
        NAMED(world.north.code)
