from datetime import date

import pytest

from bihuan.accounts.models import Grant
from bihuan.foundation.errors import ActionNotAllowedError, BadInputError, NotPermittedError, OutOfScopeError
from bihuan.foundation.scope import actor_scope, system_scope
from bihuan.organisation import services
from bihuan.organisation.models import OrgUnit, Person, PostHolding
from tests.kit import World, make_actor, make_unit, make_user, recorded

MANAGE = ("organisation.manage", "organisation.view")


def test_a_new_unit_ends_its_path_with_its_own_number(world: World) -> None:
    actor = make_actor("mei", unit=world.company, permissions=MANAGE)

    with actor_scope(actor), recorded():
        unit = services.unit_create(actor=actor, name="Team 1", code="T1", kind="team", parent=world.north)

    assert unit.org_path == f"{world.north.org_path}{unit.pk}/"


def test_a_unit_code_is_never_used_twice(world: World) -> None:
    actor = make_actor("mei", unit=world.company, permissions=MANAGE)

    with actor_scope(actor), recorded(), pytest.raises(BadInputError) as refused:
        services.unit_create(actor=actor, name="x", code=world.north.code, kind="team", parent=world.north)

    assert refused.value.place == "code"


def test_moving_a_unit_takes_people_and_grants_along(world: World) -> None:
    team = make_unit("Team", "team", parent=world.north)
    member = make_user("tao", unit=team)
    actor = make_actor("mei", unit=world.company, permissions=MANAGE)

    with actor_scope(actor), recorded():
        services.unit_move(unit=team, actor=actor, parent=world.south, reason="reorganised")

    expected = f"{world.south.org_path}{team.pk}/"
    with system_scope("setup"):
        assert OrgUnit.objects.get(pk=team.pk).org_path == expected
        assert Person.objects.get(pk=member.person_id).org_path == expected
        assert Grant.objects.get(user=member).org_path == expected


def test_a_unit_cannot_be_put_below_itself(world: World) -> None:
    team = make_unit("Team", "team", parent=world.north)
    actor = make_actor("mei", unit=world.company, permissions=MANAGE)

    with actor_scope(actor), recorded(), pytest.raises(ActionNotAllowedError):
        services.unit_move(unit=world.north, actor=actor, parent=team, reason="x")


def test_a_unit_with_people_stays_in_use(world: World) -> None:
    make_user("tao", unit=world.north)
    actor = make_actor("mei", unit=world.company, permissions=MANAGE)

    with actor_scope(actor), recorded(), pytest.raises(ActionNotAllowedError):
        services.unit_set_active(unit=world.north, actor=actor, is_active=False, reason="closed")


def test_managing_one_station_gives_no_hand_in_another(world: World) -> None:
    actor = make_actor("nora", unit=world.north, permissions=MANAGE)

    with actor_scope(actor), recorded(), pytest.raises((NotPermittedError, OutOfScopeError)):
        services.unit_create(actor=actor, name="x", code="X", kind="team", parent=world.south)


def test_a_post_given_to_another_ends_for_the_first_the_day_before(world: World) -> None:
    actor = make_actor("mei", unit=world.company, permissions=MANAGE)
    first, second = make_user("a", unit=world.north).person, make_user("b", unit=world.north).person
    assert first is not None
    assert second is not None

    with actor_scope(actor), recorded():
        post = services.post_create(actor=actor, unit=world.north, name="Station head", is_head=True)
        services.post_assign(post=post, person=first, since=date(2026, 1, 1), actor=actor)
        services.post_assign(post=post, person=second, since=date(2026, 6, 1), actor=actor)
        held = list(PostHolding.objects.order_by("since").values_list("person_id", "since", "until"))

    assert held == [
        (first.pk, date(2026, 1, 1), date(2026, 5, 31)),
        (second.pk, date(2026, 6, 1), None),
    ]
