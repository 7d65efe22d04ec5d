"""The REST API: one router an app, denied by default, refusals in one shape."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from bihuan.accounts.api import router as accounts
from bihuan.cases.api import router as cases
from bihuan.documents.api import router as documents
from bihuan.duties.api import router as duties
from bihuan.foundation.api import Deny
from bihuan.foundation.errors import DomainError
from bihuan.instruments.api import router as instruments
from bihuan.loop.api import router as loop
from bihuan.organisation.api import router as organisation
from bihuan.records.api import router as records
from bihuan.rectification.api import router as rectification
from bihuan.standards.api import router as standards
from bihuan.surveys.api import router as surveys
from bihuan.web.api import router as web

api = NinjaAPI(
    title="Bihuan",
    version="1",
    auth=Deny(),
    docs_url=None,
    openapi_url=None,
    urls_namespace="api-1",
)
for prefix, router in {
    "/organisation": organisation,
    "/accounts": accounts,
    "/records": records,
    "/documents": documents,
    "/duties": duties,
    "/instruments": instruments,
    "/standards": standards,
    "/surveys": surveys,
    "/cases": cases,
    "/rectification": rectification,
    "/loop": loop,
    "": web,
}.items():
    api.add_router(prefix, router)


def problem(request: HttpRequest, status: int, code: str, message: str, place: str | None = None) -> HttpResponse:
    body: dict[str, Any] = {"code": code, "message": message, "place": place}
    return api.create_response(request, body, status=status)


@api.exception_handler(DomainError)
def refused(request: HttpRequest, error: DomainError) -> HttpResponse:
    return problem(request, error.status, error.code, str(error.message), error.place)


@api.exception_handler(PermissionDenied)
def forbidden(request: HttpRequest, _error: PermissionDenied) -> HttpResponse:
    return problem(request, 403, "not_permitted", "this right is missing")


@api.exception_handler(AuthenticationError)
def unknown(request: HttpRequest, _error: AuthenticationError) -> HttpResponse:
    return problem(request, 401, "not_signed_in", "sign in or send a bearer token")


@api.exception_handler(Http404)
def missing(request: HttpRequest, _error: Http404) -> HttpResponse:
    return problem(request, 404, "not_found", "not found")


@api.exception_handler(HttpError)
def http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    return problem(request, error.status_code, "refused", str(error))


@api.exception_handler(ValidationError)
def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    first = error.errors[0] if error.errors else {}
    place = ".".join(str(part) for part in first.get("loc", ())[1:]) or None
    return problem(request, 422, "bad_input", str(first.get("msg", "invalid input")), place)
