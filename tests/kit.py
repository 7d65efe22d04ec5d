"""Builders for tests: a small organisation, people with rights, scopes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from bihuan.accounts.models import Grant, Role, RolePermission, User
from bihuan.accounts.selectors import actor_of_user
from bihuan.foundation.actor import Actor
from bihuan.foundation.ports import ActivityEntry, ports
from bihuan.foundation.scope import system_scope
from bihuan.organisation.models import OrgUnit, Person


def make_unit(name: str, kind: str = "station", parent: OrgUnit | None = None) -> OrgUnit:
    with system_scope("setup"):
        code = f"{parent.code}-{name}" if parent else name
        unit = OrgUnit.objects.create(name=name, code=code, kind=kind, parent=parent, org_path="/0/")
        path = f"{parent.org_path if parent else '/'}{unit.pk}/"
        OrgUnit.objects.filter(pk=unit.pk).update(org_path=path)
        unit.org_path = path
    return unit


def make_user(username: str, *, unit: OrgUnit, permissions: Iterable[str] = ()) -> User:
    """A person of ``unit`` who holds ``permissions`` there and below."""
    with system_scope("setup"):
        person = Person.objects.create(
            name=f"P {username}", staff_number=f"N-{username}", unit=unit, org_path=unit.org_path
        )
        user = User.objects.create_user(username, password="long enough 1", person=person)
        role = Role.objects.create(key=f"role-{username}", name=f"role {username}")
        RolePermission.objects.bulk_create(RolePermission(role=role, permission=name) for name in sorted(permissions))
        Grant.objects.create(user=user, role=role, unit=unit, org_path=unit.org_path, since=date(2020, 1, 1))
    return user


def make_actor(username: str, *, unit: OrgUnit, permissions: Iterable[str] = ()) -> Actor:
    return actor_of_user(make_user(username, unit=unit, permissions=permissions))


@dataclass(frozen=True)
class World:
    """A company with two stations; the second one is where strangers come from."""

    company: OrgUnit
    north: OrgUnit
    south: OrgUnit


def make_world() -> World:
    company = make_unit("Company", "company")
    return World(company, make_unit("North", parent=company), make_unit("South", parent=company))


@contextmanager
def recorded() -> Iterator[list[ActivityEntry]]:
    """Collect what would be written to the activity log instead of writing it."""
    entries: list[ActivityEntry] = []
    kept = ports.write_activity
    ports.write_activity = entries.append  # type: ignore[method-assign]
    try:
        yield entries
    finally:
        ports.write_activity = kept  # type: ignore[method-assign]
