"""Fence 3: no page and no operation is open by forgetfulness."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from ninja.operation import Operation

from bihuan.config.api import api
from bihuan.foundation.api import Requires
from bihuan.foundation.gate import permission_of
from bihuan.foundation.permissions import CLOSED, PUBLIC, SIGNED_IN, declared


def patterns(resolver: URLResolver, namespaces: tuple[str, ...] = ()) -> Iterator[tuple[str, URLPattern]]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            inner = (*namespaces, entry.namespace) if entry.namespace else namespaces
            yield from patterns(entry, inner)
        else:
            yield ":".join((*namespaces, entry.name or "")), entry


def operations() -> Iterator[tuple[str, Operation]]:
    for prefix, router in api._routers:
        for path, view in router.path_operations.items():
            for operation in view.operations:
                where = f"{prefix.strip('/')}/{path.lstrip('/')}"
                yield f"{operation.methods} {where}", operation


def test_every_address_states_who_may_enter() -> None:
    known = {PUBLIC, SIGNED_IN, CLOSED, *declared()}

    undecided = []
    for name, pattern in patterns(get_resolver()):
        try:
            permission = permission_of(pattern.callback, None, name)
        except ImproperlyConfigured:
            undecided.append(name)
            continue
        if permission not in known:
            undecided.append(f"{name}: {permission}")

    assert undecided == []


def test_every_operation_of_the_api_asks_for_a_declared_right() -> None:
    known = {SIGNED_IN, *declared()}

    undecided = [
        name
        for name, operation in operations()
        if not any(isinstance(auth, Requires) and auth.permission in known for auth in operation.auth_callbacks)
    ]

    assert undecided == []


# The reference opens reading to all; sending asks for a key in the view itself.
OPEN311 = {
    "open311:nothing",
    "open311:root-discovery",
    *(
        f"open311:{prefix}{name}"
        for prefix in ("", "test-")
        for name in ("definition", "discovery", "request", "requests", "services", "token", "updates")
    ),
}


def test_few_addresses_are_public() -> None:
    open_names = {
        name
        for name, pattern in patterns(get_resolver())
        if permission_of(pattern.callback, None, name) == PUBLIC and not name.startswith("api-1:")
    }

    assert open_names == {
        "account_login",
        "account_logout",
        "account_inactive",
        "answering:form",
        "commentbook:answer",
        "commentbook:form",
        "mfa_authenticate",
        "publiccases:done",
        "publiccases:follow",
        "publiccases:follow-code",
        "publiccases:form",
        "publiccases:satisfaction",
        *OPEN311,
        "set_language",
        "surveys:opt-out",
        "web:health",
    }


@pytest.mark.django_db
def test_the_machine_description_of_the_api_is_not_served(client: Client) -> None:
    assert client.get("/api/v1/openapi.json").status_code == 404
    assert client.get("/api/v1/docs").status_code == 404
