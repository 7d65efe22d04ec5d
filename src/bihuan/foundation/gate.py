"""Fence 3: every view says who may enter; one that says nothing is shut."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.core.exceptions import ImproperlyConfigured
from django.urls import ResolverMatch

from bihuan.foundation.permissions import CLOSED, PUBLIC, SIGNED_IN

V = TypeVar("V", bound=Callable[..., Any])

# Views we did not write cannot carry the attribute; they are named here by the start of their view name.
EXTERNAL: dict[str, str] = {
    "account_login": PUBLIC,
    "account_logout": PUBLIC,
    "account_inactive": PUBLIC,
    "account_change_password": SIGNED_IN,
    "account_reauthenticate": SIGNED_IN,
    "account_": CLOSED,  # sign-up, e-mail addresses, password by e-mail: an administrator does these
    "mfa_authenticate": PUBLIC,
    "mfa_": SIGNED_IN,
    "usersessions_list": SIGNED_IN,
    "set_language": PUBLIC,
    "javascript-catalog": PUBLIC,
    "api-1:": PUBLIC,  # each operation asks for itself; the default is to deny
}


def requires(permission: str) -> Callable[[V], V]:
    """Mark a function view with the permission the gate asks for."""

    def mark(view: V) -> V:
        view.required_permission = permission  # type: ignore[attr-defined]
        return view

    return mark


def permission_of(view: Any, match: ResolverMatch | None, view_name: str | None = None) -> str:
    """Return what a resolved view asks for; raise ImproperlyConfigured where nobody decided."""
    for holder in (view, getattr(view, "view_class", None)):
        stated = getattr(holder, "required_permission", None)
        if stated:
            return str(stated)
    name = view_name if view_name is not None else (match.view_name if match else "")
    for start, permission in EXTERNAL.items():
        if name == start or (start.endswith(("_", ":")) and name.startswith(start)):
            return permission
    raise ImproperlyConfigured(f"view {name or view!r} states no required_permission")
