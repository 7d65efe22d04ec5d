"""Who acts: a signed-in person, a program with a token, or a named part of the system."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from bihuan.foundation.errors import NotPermittedError

Kind = Literal["user", "token", "system", "nobody"]


def covers(paths: tuple[str, ...], org_path: str) -> bool:
    return any(org_path.startswith(path) for path in paths)


def paths_above(org_path: str) -> list[str]:
    """The unit's path and those above it, nearest first."""
    parts = org_path.strip("/").split("/")
    return [f"/{'/'.join(parts[:count])}/" for count in range(len(parts), 0, -1)]


@dataclass(frozen=True)
class Actor:
    """``grants`` maps a permission to the org paths it was granted on."""

    kind: Kind
    name: str
    user_id: int | None = None
    person_id: int | None = None
    grants: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def is_system(self) -> bool:
        return self.kind == "system"

    def is_user(self, user_id: int | None) -> bool:
        """Whether it is this very person who signed in."""
        return user_id is not None and self.user_id == user_id

    def can(self, permission: str, org_path: str) -> bool:
        return self.is_system or covers(self.grants.get(permission, ()), org_path)

    def can_somewhere(self, permission: str) -> bool:
        return self.is_system or bool(self.grants.get(permission))

    def paths(self, permission: str) -> tuple[str, ...]:
        return self.grants.get(permission, ())

    def all_paths(self) -> tuple[str, ...]:
        every = sorted({path for paths in self.grants.values() for path in paths})
        return tuple(path for path in every if not any(path != top and path.startswith(top) for top in every))

    def require(self, permission: str, org_path: str) -> None:
        if not self.can(permission, org_path):
            raise NotPermittedError()


NOBODY = Actor(kind="nobody", name="")


def system_actor(name: str) -> Actor:
    return Actor(kind="system", name=name)
