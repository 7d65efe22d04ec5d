"""Who uses a form and what can be begun with one: apps above register it, so that forms need not know them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce
from django.utils.functional import Promise

from bihuan.foundation.actor import Actor

# Rows that use forms, and the path from such a row to its form ("version_of_form__instrument").
Users = Callable[[], tuple[QuerySet[Any], str]]
_users: list[Users] = []


@dataclass(frozen=True)
class Beginning:
    """What can be begun with a published questionnaire, by whoever holds the right somewhere."""

    label: str | Promise
    icon: str
    permission: str
    address: Callable[[Any], str]


_beginnings: list[Beginning] = []


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


def register_beginning(beginning: Beginning) -> None:
    """Offer something on the page of every published questionnaire; call in AppConfig.ready."""
    if beginning not in _beginnings:
        _beginnings.append(beginning)


def beginnings_with(form: Any, actor: Actor) -> list[tuple[Beginning, str]]:
    """What the actor can begin with the form, and where."""
    return [(one, one.address(form)) for one in _beginnings if actor.can_somewhere(one.permission)]
