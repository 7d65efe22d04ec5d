"""Fence 4, generated: every record page × (stranger, insider without the right, holder, holder above)."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver, reverse

from bihuan.foundation.permissions import SIGNED_IN, declared
from bihuan.foundation.scope import system_scope
from bihuan.foundation.views import ListPage, RecordView
from tests.db.fences.test_gate import operations, patterns
from tests.kit import World, make_user, recorded
from tests.rows import is_scoped, make_row


def record_routes() -> list[tuple[str, type[Any]]]:
    found = []
    for name, pattern in patterns(get_resolver()):
        view = getattr(pattern.callback, "view_class", None)
        if view is not None and issubclass(view, RecordView) and is_scoped(getattr(view, "model", None)):
            found.append((name, view))
    return found


def list_routes() -> list[tuple[str, type[Any]]]:
    found = []
    for name, pattern in patterns(get_resolver()):
        view = getattr(pattern.callback, "view_class", None)
        if view is not None and issubclass(view, ListPage):
            found.append((name, view))
    return found


def another_right(than: str) -> str:
    return next(name for name in sorted(declared()) if name != than)


def signed_in(world_unit: Any, name: str, permission: str) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(make_user(name, unit=world_unit, permissions=[permission]))
    return client


RECORDS = record_routes()
LISTS = list_routes()


@pytest.mark.parametrize(("name", "view"), RECORDS, ids=[name for name, _view in RECORDS])
def test_record_page_is_fenced(world: World, name: str, view: type[Any]) -> None:
    with system_scope("setup"), recorded():
        record = make_row(view.model, world.north)
    address = reverse(name, kwargs={"pk": record.pk})
    right = view.required_permission

    stranger = signed_in(world.south, "stranger", right).get(address).status_code
    without = signed_in(world.north, "without", another_right(right)).get(address).status_code
    holder = signed_in(world.north, "holder", right).get(address).status_code
    above = signed_in(world.company, "above", right).get(address).status_code
    nobody = Client().get(address).status_code

    assert (stranger, without, nobody) == (404, 403, 302)
    assert holder in {200, 302, 405, 409}
    assert above in {200, 302, 405, 409}


@pytest.mark.parametrize(("name", "view"), RECORDS, ids=[name for name, _view in RECORDS])
def test_posting_to_a_record_is_fenced(world: World, name: str, view: type[Any]) -> None:
    if not hasattr(view, "post"):
        return
    with system_scope("setup"), recorded():
        record = make_row(view.model, world.north)
    address = reverse(name, kwargs={"pk": record.pk})

    stranger = signed_in(world.south, "stranger", view.required_permission).post(address, {}).status_code
    without = signed_in(world.north, "without", another_right(view.required_permission)).post(address, {})

    assert (stranger, without.status_code) == (404, 403)


@pytest.mark.parametrize(("name", "view"), LISTS, ids=[name for name, _view in LISTS])
def test_list_is_fenced(world: World, name: str, view: type[Any]) -> None:
    right = view.required_permission
    address = reverse(name)

    holder = signed_in(world.north, "holder", right).get(address).status_code
    nobody = Client().get(address).status_code

    assert (holder, nobody) == (200, 302)
    if right != SIGNED_IN:
        assert signed_in(world.north, "without", another_right(right)).get(address).status_code == 403


OPERATIONS = [
    (name, operation) for name, operation in operations() if getattr(operation.auth_callbacks[0], "permission", "")
]


@pytest.mark.parametrize(("name", "operation"), OPERATIONS, ids=[name for name, _operation in OPERATIONS])
def test_operation_refuses_whoever_lacks_the_right(world: World, name: str, operation: Any) -> None:
    method, path = re.match(r"\['(\w+)'.*\] (.*)", name).groups()  # type: ignore[union-attr]
    address = "/api/v1/" + re.sub(r"\{(?:\w+:)?(\w+)\}", "1", path.lstrip("/"))
    right = operation.auth_callbacks[0].permission

    nobody = Client().generic(method, address, b"{}", "application/json").status_code

    assert nobody == 401
    if right != SIGNED_IN:
        client = signed_in(world.north, "without", another_right(right))
        assert client.generic(method, address, b"{}", "application/json").status_code == 403
