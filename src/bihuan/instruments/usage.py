"""Who uses a form: apps above register how to count it, so that the list of forms need not know them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

# Rows that use forms, and the path from such a row to its form ("version_of_form__instrument").
Users = Callable[[], tuple[QuerySet[Any], str]]
_users: list[Users] = []


def register_use(users: Users) -> None:
    """Declare rows that use forms; call in AppConfig.ready."""
    if users not in _users:
        _users.append(users)


def use_count() -> Combinable:
    """How many rows use the form of the outer query, as an expression that can be sorted by."""
    total: Combinable = Value(0, output_field=IntegerField())
    for users in _users:
        rows, path = users()
        counted = rows.filter(**{path: OuterRef("pk")}).order_by().values(path).annotate(n=Count("pk")).values("n")
        total = total + Coalesce(Subquery(counted, output_field=IntegerField()), Value(0))
    return total


def users_of(form: Any, most: int) -> list[Any]:
    """Rows that use the form, the newest first, at most ``most`` of a kind."""
    found: list[Any] = []
    for users in _users:
        rows, path = users()
        found += rows.filter(**{path: form}).order_by("-pk")[:most]
    return found
