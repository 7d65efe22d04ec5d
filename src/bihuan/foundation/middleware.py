"""Actor and scope of a request, the gate, and the one place where refusals become pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import DomainError
from bihuan.foundation.gate import permission_of
from bihuan.foundation.permissions import CLOSED, PUBLIC, SIGNED_IN
from bihuan.foundation.ports import ports
from bihuan.foundation.scope import actor_scope

GetResponse = Callable[[HttpRequest], HttpResponseBase]


def actor_of(request: HttpRequest) -> Actor:
    """The actor that ActorMiddleware found; views read it here."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


class ActorMiddleware:
    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        actor = ports.actor_of_request(request)
        request.actor = actor  # type: ignore[attr-defined]
        with actor_scope(actor):
            return self.get_response(request)


class GateMiddleware:
    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, _args: Any, _kwargs: Any) -> HttpResponseBase | None:
        permission = permission_of(view, request.resolver_match)
        if permission == PUBLIC:
            return None
        if permission == CLOSED:
            raise Http404
        actor = actor_of(request)
        if actor.kind == "nobody":
            return redirect_to_login(request.get_full_path())
        if permission != SIGNED_IN and not actor.can_somewhere(permission):
            raise PermissionDenied
        return None


class DomainErrorMiddleware:
    """A refusal that a form did not catch becomes its status and one plain page."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, DomainError):
            return None
        if error.status == 404:
            raise Http404 from error
        if error.status == 403:
            raise PermissionDenied from error
        return render(request, "409.html", {"message": error.message, "place": error.place}, status=error.status)
