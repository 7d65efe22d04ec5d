"""Reads of accounts: grants, the actor they make, who holds a right where."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from datetime import date

from django.db.models import Q, QuerySet
from django.utils import timezone

from bihuan.accounts.models import ApiToken, Grant, Role, User
from bihuan.foundation.actor import NOBODY, Actor, Kind
from bihuan.foundation.models import within


def token_digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def live_token(secret: str) -> ApiToken | None:
    return (
        ApiToken.objects.filter(digest=token_digest(secret), revoked_at__isnull=True, user__is_active=True)
        .select_related("user__person")
        .first()
    )


def grants_in_force(day: date) -> QuerySet[Grant]:
    # The fence cannot ask itself: grants are what scopes are made of.
    return Grant._base_manager.filter(since__lte=day).filter(Q(until__isnull=True) | Q(until__gte=day))


def permission_paths(user: User) -> dict[str, tuple[str, ...]]:
    """Permission → unit paths of all grants in force today."""
    rows = grants_in_force(timezone.localdate()).filter(user=user)
    found: dict[str, set[str]] = defaultdict(set)
    for permission, path in rows.values_list("role__permissions__permission", "org_path"):
        if permission:
            found[permission].add(path)
    return {permission: tuple(sorted(paths)) for permission, paths in found.items()}


def actor_of_user(user: User, kind: Kind = "user") -> Actor:
    return Actor(
        kind=kind,
        name=user.display_name,
        user_id=user.pk,
        person_id=user.person_id,
        grants=permission_paths(user),
    )


def actor_with_id(user_id: int | None) -> Actor:
    """Who asked for work that is done later, with the rights held now; a withdrawn right stops it."""
    user = User.objects.select_related("person").filter(pk=user_id or 0, is_active=True).first()
    return actor_of_user(user) if user is not None else NOBODY


def users_with(permission: str, org_path: str) -> list[int]:
    """Ids of active users who hold ``permission`` on the unit or on one above it."""
    above = [org_path[: index + 1] for index, letter in enumerate(org_path) if letter == "/" and index > 0]
    rows = grants_in_force(timezone.localdate()).filter(
        org_path__in=above, role__permissions__permission=permission, user__is_active=True
    )
    return sorted(set(rows.values_list("user_id", flat=True)))


def users_of_unit_with(permission: str, org_path: str) -> list[int]:
    """Those who hold ``permission`` by a grant on this very unit; on none, those of the nearest unit above."""
    above = [org_path[: index + 1] for index, letter in enumerate(org_path) if letter == "/" and index > 0]
    for path in reversed(above):
        rows = grants_in_force(timezone.localdate()).filter(
            org_path=path, role__permissions__permission=permission, user__is_active=True
        )
        found = sorted(set(rows.values_list("user_id", flat=True)))
        if found:
            return found
    return []


def users_for(actor: Actor, permission: str) -> QuerySet[User]:
    """Users whose person belongs to units the actor holds ``permission`` on."""
    rows = User.objects.select_related("person__unit").order_by("username")
    return rows if actor.is_system else rows.filter(within("person__org_path", actor.paths(permission)))


def role_permissions(role: Role) -> list[str]:
    return list(role.permissions.values_list("permission", flat=True))
