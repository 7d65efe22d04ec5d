"""REST bases: who may call, how refusals look, how lists page. The default is to deny."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, Generic, TypeVar

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from ninja import Field, Schema
from ninja.errors import HttpError
from ninja.utils import check_csrf
from pydantic import AfterValidator

from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import BadInputError
from bihuan.foundation.middleware import actor_of
from bihuan.foundation.models import ScopedModel
from bihuan.foundation.permissions import SIGNED_IN

T = TypeVar("T")


class Deny:
    """The API's default: an operation that names no right is open to nobody."""

    def __call__(self, request: HttpRequest) -> None:
        return None


class Requires:
    """`auth=Requires("cases.view")`: a session (with CSRF token) or a bearer token that holds the right."""

    def __init__(self, permission: str) -> None:
        self.permission = permission

    def __call__(self, request: HttpRequest) -> Actor | None:
        actor = actor_of(request)
        if actor.kind == "nobody":
            return None
        if actor.kind == "user" and check_csrf(request, lambda: None) is not None:
            raise HttpError(403, "CSRF token missing or wrong")
        if self.permission != SIGNED_IN and not actor.can_somewhere(self.permission):
            raise PermissionDenied
        return actor


class Problem(Schema):
    """Every refusal: a stable code, a sentence for people, and the place in the input."""

    code: str
    message: str
    place: str | None = None


PROBLEMS: dict[int, Any] = {
    400: Problem,
    401: Problem,
    403: Problem,
    404: Problem,
    409: Problem,
    422: Problem,
}


def answers(schema: Any, status: int = 200) -> dict[int, Any]:
    """Response table of an operation: its answer and every refusal."""
    return {status: schema, **PROBLEMS}


def in_a_zone(moment: datetime) -> datetime:
    return moment if timezone.is_aware(moment) else timezone.make_aware(moment)


# A moment that a caller gives; without a zone it is the house's own time.
Moment = Annotated[datetime, AfterValidator(in_a_zone)]


class ReasonIn(Schema):
    """Why a step is taken that somebody may ask about later."""

    reason: str = Field(min_length=1, max_length=2000)


class Paging(Schema):
    page: int = Field(1, ge=1)
    size: int = Field(50, ge=1, le=500)


class Listing(Schema, Generic[T]):
    items: list[T]
    count: int
    page: int
    size: int


def listing(rows: QuerySet[Any], paging: Paging, convert: Callable[[Any], Any] | None = None) -> dict[str, Any]:
    start = (paging.page - 1) * paging.size
    items = list(rows[start : start + paging.size])
    return {
        "items": [convert(item) for item in items] if convert else items,
        "count": rows.count(),
        "page": paging.page,
        "size": paging.size,
    }


def visible_or_404(rows: QuerySet[Any], pk: int, actor: Actor, permission: str) -> Any:
    """A stranger's record does not exist (404); an insider without the right is refused (403)."""
    record = rows.filter(pk=pk).first()
    if record is None:
        raise HttpError(404, "not found")
    actor.require(permission, getattr(record, type(record).scope_field))
    return record


def find(request: HttpRequest, model: type[ScopedModel], pk: int, permission: str) -> Any:
    return visible_or_404(model.objects.all(), pk, actor_of(request), permission)


def named(model: type[ScopedModel], pk: int | None, place: str) -> Any:
    """A record of the body that the caller must be able to see; None stays None."""
    if pk is None:
        return None
    found = model.objects.filter(pk=pk).first()
    if found is None:
        raise BadInputError(_("There is no such record."), place=place)
    return found
