"""Every right has a name, a label and the app that declares it."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise

PUBLIC = "public"  # anyone, without sign-in
SIGNED_IN = "signed_in"  # any signed-in person: their own account, home, search
CLOSED = "closed"  # nobody: a page of a library that we do not offer


@dataclass(frozen=True)
class Permission:
    name: str
    label: str | Promise
    group: str | Promise


_declared: dict[str, Permission] = {}


def declare(group: str | Promise, labels: dict[str, str | Promise]) -> None:
    """Declare permissions like {"findings.view": _("See findings")}; call in AppConfig.ready."""
    for name, label in labels.items():
        _declared[name] = Permission(name, label, group)


def declared() -> dict[str, Permission]:
    return dict(_declared)


def check_name(name: str) -> str:
    if name not in _declared and name not in {PUBLIC, SIGNED_IN}:
        raise LookupError(f"permission {name!r} is not declared")
    return name
