"""Reads of accounts: the actor behind a request."""

from __future__ import annotations

import hashlib
from collections import defaultdict

from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone

from bihuan.accounts.models import ApiToken, Grant, User
from bihuan.foundation.actor import NOBODY, Actor, Kind


def token_digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def grants_of(user: User) -> dict[str, tuple[str, ...]]:
    """Permission → unit paths of all grants in force today."""
    today = timezone.localdate()
    rows = (
        # The fence cannot ask itself: grants are what scopes are made of.
        Grant._base_manager.filter(user=user, since__lte=today)
        .filter(Q(until__isnull=True) | Q(until__gte=today))
        .values_list("role__permissions__permission", "org_path")
    )
    found: dict[str, set[str]] = defaultdict(set)
    for permission, path in rows:
        if permission:
            found[permission].add(path)
    return {permission: tuple(sorted(paths)) for permission, paths in found.items()}


def actor_of_user(user: User, kind: Kind = "user") -> Actor:
    return Actor(
        kind=kind,
        name=user.display_name,
        user_id=user.pk,
        person_id=user.person_id,
        grants=grants_of(user),
    )


def actor_of_request(request: HttpRequest) -> Actor:
    header = request.headers.get("Authorization", "")
    if header.startswith("Bearer "):
        digest = token_digest(header.removeprefix("Bearer ").strip())
        token = (
            ApiToken.objects.filter(digest=digest, revoked_at__isnull=True, user__is_active=True)
            .select_related("user__person")
            .first()
        )
        if token is None:
            return NOBODY
        today = timezone.localdate()
        if token.last_used_on != today:
            ApiToken.objects.filter(pk=token.pk).update(last_used_on=today)
        return actor_of_user(token.user, "token")
    user = request.user
    if isinstance(user, User) and user.is_authenticated:
        return actor_of_user(user)
    return NOBODY
