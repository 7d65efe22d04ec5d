import pytest

from bihuan.foundation.errors import NoScopeError, OutOfScopeError
from bihuan.foundation.models import within
from bihuan.foundation.scope import Scope, actor_scope, in_scope, register_system_scope, system_scope
from bihuan.organisation.models import OrgUnit, Person
from tests.kit import World, make_actor, make_unit


def test_scoped_rows_cannot_be_read_outside_a_scope(world: World) -> None:
    with pytest.raises(NoScopeError):
        OrgUnit.objects.count()


def test_an_actor_sees_own_unit_and_below_but_not_the_sibling(world: World) -> None:
    team = make_unit("Team", "team", parent=world.north)
    actor = make_actor("nora", unit=world.north, permissions=["findings.view"])

    with actor_scope(actor):
        names = set(OrgUnit.objects.values_list("name", flat=True))

    assert names == {world.north.name, team.name}


def test_a_unit_whose_number_begins_alike_is_not_below(world: World) -> None:
    with system_scope("setup"):
        OrgUnit.objects.filter(pk=world.north.pk).update(org_path="/1/17/")
        OrgUnit.objects.filter(pk=world.south.pk).update(org_path="/1/170/")

        found = list(OrgUnit.objects.filter(within("org_path", ["/1/17/"])).values_list("name", flat=True))

    assert found == ["North"]


def test_writing_into_a_unit_outside_the_scope_is_refused(world: World) -> None:
    with in_scope(Scope("north", (world.north.org_path,))), pytest.raises(OutOfScopeError):
        Person.objects.create(name="x", staff_number="1", unit=world.south, org_path=world.south.org_path)


def test_bulk_writing_outside_the_scope_is_refused(world: World) -> None:
    stranger = Person(name="x", staff_number="1", unit=world.south, org_path=world.south.org_path)

    with in_scope(Scope("north", (world.north.org_path,))), pytest.raises(OutOfScopeError):
        Person.objects.bulk_create([stranger])


def test_a_named_system_scope_sees_only_the_models_it_declared(world: World) -> None:
    register_system_scope("only-people", models={"organisation.person"})

    with system_scope("only-people"):
        assert Person.objects.count() == 0
        with pytest.raises(NoScopeError):
            OrgUnit.objects.count()


def test_no_path_means_no_row(world: World) -> None:
    with in_scope(Scope("nobody", ())):
        assert OrgUnit.objects.count() == 0
