from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from bihuan.accounts import selectors, services
from bihuan.accounts.models import Grant, Role, RolePermission, User
from bihuan.foundation.errors import BadInputError, NotPermittedError
from bihuan.foundation.scope import actor_scope, system_scope
from tests.kit import World, make_actor, make_user, recorded

MANAGE = ("users.manage", "users.view", "organisation.view")


def make_role(*permissions: str) -> Role:
    role = Role.objects.create(key="-".join(permissions).replace(".", "-") or "empty", name="role")
    RolePermission.objects.bulk_create(RolePermission(role=role, permission=name) for name in permissions)
    return role


def test_nobody_gives_a_right_they_do_not_hold(world: World) -> None:
    actor = make_actor("mei", unit=world.company, permissions=MANAGE)
    user = make_user("tao", unit=world.north)
    role = make_role("roles.manage")

    with actor_scope(actor), recorded(), pytest.raises(NotPermittedError):
        services.grant_give(actor=actor, user=user, role=role, unit=world.north, since=date(2026, 1, 1))


def test_a_grant_counts_from_its_first_to_its_last_day(world: World) -> None:
    user = make_user("tao", unit=world.north)
    today = timezone.localdate()
    role = make_role("users.view")
    with system_scope("setup"):
        Grant.objects.create(
            user=user, role=role, unit=world.north, org_path=world.north.org_path, since=today, until=today
        )
        Grant.objects.create(
            user=user,
            role=role,
            unit=world.south,
            org_path=world.south.org_path,
            since=today - timedelta(days=9),
            until=today - timedelta(days=1),
        )

    paths = selectors.permission_paths(user)

    assert paths == {"users.view": (world.north.org_path,)}


def test_users_with_a_right_are_found_on_the_unit_and_above(world: World) -> None:
    above = make_user("mei", unit=world.company, permissions=["notices.reply"])
    here = make_user("nora", unit=world.north, permissions=["notices.reply"])
    make_user("sun", unit=world.south, permissions=["notices.reply"])

    found = selectors.users_with("notices.reply", world.north.org_path)

    assert found == sorted([above.pk, here.pk])


def test_nearest_holders_are_asked_before_those_above(world: World) -> None:
    make_user("mei", unit=world.company, permissions=["notices.reply"])
    here = make_user("nora", unit=world.north, permissions=["notices.reply"])

    assert selectors.users_of_unit_with("notices.reply", world.north.org_path) == [here.pk]


def test_ending_a_grant_takes_the_right_away_at_once(world: World) -> None:
    actor = make_actor("mei", unit=world.company, permissions=MANAGE)
    user = make_user("tao", unit=world.north, permissions=["users.view"])

    with actor_scope(actor), recorded():
        services.grant_end(grant=Grant.objects.get(user=user), actor=actor, reason="left the station")

    assert selectors.permission_paths(user) == {}


def test_a_token_is_kept_hashed_and_works_until_revoked(world: World) -> None:
    user = make_user("tao", unit=world.north, permissions=["users.view"])
    token, secret = services.token_create(user=user, name="reports")
    headers = {"Authorization": f"Bearer {secret}"}

    before = Client(headers=headers).get("/api/v1/accounts/me").status_code
    services.token_revoke(token=token)
    after = Client(headers=headers).get("/api/v1/accounts/me").status_code

    assert secret not in token.digest
    assert (before, after) == (200, 401)


def test_one_person_signs_in_under_one_name(world: World) -> None:
    actor = make_actor("mei", unit=world.company, permissions=MANAGE)
    user = make_user("tao", unit=world.north)
    assert user.person is not None

    with actor_scope(actor), recorded(), pytest.raises(BadInputError):
        services.user_create(actor=actor, username="tao2", person=user.person)


def test_nobody_locks_themselves_out(world: World) -> None:
    user = make_user("mei", unit=world.company, permissions=MANAGE)
    actor = selectors.actor_of_user(user)

    with actor_scope(actor), recorded(), pytest.raises(BadInputError):
        services.user_set_active(user=user, actor=actor, is_active=False, reason="x")


def test_five_wrong_passwords_shut_the_door_for_a_while(world: World, client: Client) -> None:
    make_user("tao", unit=world.north)
    for _attempt in range(5):
        client.post("/accounts/login/", {"login": "tao", "password": "wrong"})

    answer = client.post("/accounts/login/", {"login": "tao", "password": "long enough 1"})

    assert "_auth_user_id" not in client.session
    assert answer.status_code in {200, 429}


def test_nobody_signs_up_by_themselves(client: Client, db: None) -> None:
    client.post("/accounts/signup/", {"username": "x", "password1": "long enough 1", "password2": "long enough 1"})

    assert not User.objects.filter(username="x").exists()
