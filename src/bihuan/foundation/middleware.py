"""Actor and scope of a request, the gate, and the one place where refusals become pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import resolve

from bihuan.foundation.actor import NOBODY, Actor
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


class LeanMiddleware:
    """The short way for pages that know no session: what follows in the chain (session, messages, CSRF cookie, who
    acts) is not asked.

    The fences hold here too. The gate lets only PUBLIC views this way, all others take the long one; they run in the
    empty scope of nobody and name a system scope themselves; the same Content-Security-Policy is set, and
    ``response.frame_ancestors`` is the one thing of it that a view may widen.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.prefixes = tuple(settings.LEAN_PREFIXES)
        policy: dict[str, list[str]] = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
        others = [f"{name} {' '.join(values)}" for name, values in policy.items() if name != "frame-ancestors"]
        self.policy = "; ".join([*others, "frame-ancestors "])
        self.nobody_frames = " ".join(policy["frame-ancestors"])

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(self.prefixes):
            return self.get_response(request)
        match = resolve(request.path_info)
        if permission_of(match.func, match) != PUBLIC:
            return self.get_response(request)
        request.resolver_match = match
        request.actor = NOBODY  # type: ignore[attr-defined]
        with actor_scope(NOBODY):
            response: HttpResponseBase = match.func(request, *match.args, **match.kwargs)
        ancestors = getattr(response, "frame_ancestors", None)
        response["Content-Security-Policy"] = self.policy + (" ".join(ancestors) if ancestors else self.nobody_frames)
        if not ancestors:
            response["X-Frame-Options"] = settings.X_FRAME_OPTIONS
        return response


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
