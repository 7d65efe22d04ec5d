"""The calls of Open311 GeoReport v2. Reading needs no key; sending needs one of an account that takes in cases."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.utils import timezone, translation
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.csrf import csrf_exempt

from bihuan.accounts.services import actor_of_secret
from bihuan.cases import permissions as may
from bihuan.cases import services
from bihuan.cases.models import Case, CaseService
from bihuan.cases.open311 import asking, refusals
from bihuan.cases.open311.discovery import discovery, jurisdiction_of
from bihuan.cases.open311.documents import JSON, XML, document, instant
from bihuan.cases.open311.refusals import RefusedError
from bihuan.cases.particulars import LISTS, particulars
from bihuan.cases.selectors.published import offered_services, public_rows, published
from bihuan.foundation.actor import NOBODY, Actor
from bihuan.foundation.errors import DomainError
from bihuan.foundation.limits import Limiter
from bihuan.foundation.permissions import PUBLIC
from bihuan.foundation.scope import system_scope
from bihuan.foundation.secrets import sealed, unsealed

SENDING = Limiter(per_minute=120, burst=120)
READING = Limiter(per_minute=600, burst=300)
GUESSING = Limiter(per_minute=10, burst=20)
TOKEN = "cases.open311.token"  # noqa: S105  the purpose of the signature, not a secret
TOKEN_LASTS = timedelta(days=400)
INSTANTS = ("requested_datetime", "updated_datetime", "expected_datetime")


def allow(limiter: Limiter, mark: str) -> None:
    wait = limiter.wait(mark)
    if wait:
        raise refusals.too_many(wait)


def address_of(request: HttpRequest) -> str:
    return str(request.META.get("REMOTE_ADDR", ""))


def key_of(request: HttpRequest) -> str:
    return asking.one(request.POST, "api_key") or asking.one(request.GET, "api_key")


def caller_of(request: HttpRequest) -> Actor:
    """The account behind the key; nobody without one. Wrong keys from one address are counted."""
    key = key_of(request)
    if not key:
        return NOBODY
    actor = actor_of_secret(key)
    if actor.kind != "token":
        allow(GUESSING, address_of(request))
    return actor


def refusal_of(error: DomainError) -> RefusedError:
    """What the case itself refuses, in terms of the reference."""
    if error.status == 403:
        return refusals.bad_key()
    return RefusedError(404 if error.status == 404 else 400, error.message)


@method_decorator(csrf_exempt, name="dispatch")
class Call(View):
    """One address in both formats; refusals of every kind come back as the document of the reference."""

    required_permission = PUBLIC
    is_test = False
    caller: Actor = NOBODY

    def dispatch(self, request: HttpRequest, *args: Any, form: str = XML, **kwargs: Any) -> HttpResponse:
        self.form = form if form in {XML, JSON} else XML
        with translation.override(translation.get_language_from_request(request)):
            try:
                if form not in {XML, JSON}:
                    raise refusals.unknown_place()
                return self.answered(request, **kwargs)
            except RefusedError as refused:
                return self.refuse(refused)
            except DomainError as error:
                return self.refuse(refusal_of(error))
            except (MultiPartParserError, RequestDataTooBig, TooManyFieldsSent):
                return self.refuse(RefusedError(400, _("The body cannot be read or is too large.")))

    def answered(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        handler: Callable[..., HttpResponse] | None = getattr(self, str(request.method).lower(), None)
        if handler is None or request.method not in {"GET", "HEAD", "POST"}:
            raise refusals.wrong_method()
        self.caller = caller_of(request)
        if request.method != "POST":
            # A made-up key opens no bucket of its own.
            allow(READING, f"user-{self.caller.user_id}" if self.caller.user_id else address_of(request))
        named = asking.one(request.POST, "jurisdiction_id") or asking.one(request.GET, "jurisdiction_id")
        if named and named.casefold() != jurisdiction_of(request).casefold():
            raise refusals.unknown_jurisdiction()
        return handler(request, **kwargs)

    def sender(self, request: HttpRequest) -> Actor:
        """Who sends. Raises RefusedError (403) without a key or with one that may not take in cases."""
        if not key_of(request):
            raise refusals.no_key()
        if not self.caller.can_somewhere(may.INTAKE):
            raise refusals.bad_key()
        allow(SENDING, f"user-{self.caller.user_id}")
        return self.caller

    def refuse(self, refused: RefusedError) -> HttpResponse:
        response = document(refused.rows(), root="errors", form=self.form, status=refused.status)
        if refused.wait:
            response["Retry-After"] = str(refused.wait)
        return response

    def show(self, content: Any, root: str, status: int = 200) -> HttpResponse:
        response = document(content, root=root, form=self.form, status=status)
        response["Vary"] = "Accept-Language"
        return response


class NoCall(Call):
    """Whatever is not an address of the reference."""

    def answered(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        self.form = JSON if str(kwargs.get("path", "")).endswith(".json") else XML
        raise refusals.unknown_place()


class Discovery(Call):
    def get(self, request: HttpRequest) -> HttpResponse:
        with system_scope("cases.open311"):
            return self.show(discovery(request), "discovery")


def service_row(service: CaseService) -> dict[str, Any]:
    return {
        "service_code": service.code,
        "service_name": service.name,
        "description": service.description,
        "metadata": any(particulars(service.attributes)),
        "type": "batch" if service.is_batch else "realtime",
        "keywords": ",".join(word.strip() for word in service.keywords.replace("，", ",").split(",") if word.strip()),
        "group": service.group,
    }


class Services(Call):
    def get(self, _request: HttpRequest) -> HttpResponse:
        with system_scope("cases.open311"):
            return self.show([service_row(service) for service in offered_services()], "services")


def definition(service: CaseService) -> dict[str, Any]:
    rows = []
    for order, one in enumerate(particulars(service.attributes), 1):
        row: dict[str, Any] = {
            "variable": one.variable,
            "code": one.code,
            "datatype": str(one.datatype),
            "required": one.required,
            "datatype_description": one.datatype_description,
            "order": order,
            "description": one.description,
        }
        if one.datatype in LISTS:
            row["values"] = [{"key": key, "name": name} for key, name in one.values]
        rows.append(row)
    return {"service_code": service.code, "attributes": rows}


def service_called(code: str) -> CaseService:
    service = offered_services().filter(code=code).select_related("desk").first()
    if service is None:
        raise refusals.unknown_service()
    return service


class ServiceDefinition(Call):
    def get(self, _request: HttpRequest, code: str) -> HttpResponse:
        with system_scope("cases.open311"):
            return self.show(definition(service_called(code)), "service_definition")


def request_rows(cases: list[Case]) -> list[dict[str, Any]]:
    rows = public_rows(cases)
    return [row | {name: instant(row[name]) for name in INSTANTS} for row in rows]


def found(rows: QuerySet[Case], search: asking.Search) -> QuerySet[Case]:
    if search.numbers:
        return rows.filter(number__in=search.numbers).order_by("-received_at", "-pk")
    if search.services:
        if CaseService.objects.filter(code__in=search.services).count() < len(set(search.services)):
            raise refusals.unknown_service()
        rows = rows.filter(service_code__in=search.services)
    if search.since is not None:
        rows = rows.filter(received_at__gte=search.since)
    if search.until is not None:
        rows = rows.filter(received_at__lte=search.until)
    if set(search.statuses) == {"open"}:
        rows = rows.exclude(state__in=Case.lifecycle.final)
    elif set(search.statuses) == {"closed"}:
        rows = rows.filter(state__in=Case.lifecycle.final)
    return rows.order_by("-received_at", "-pk")


class Requests(Call):
    def get(self, request: HttpRequest) -> HttpResponse:
        search = asking.search_of(request.GET, timezone.now())
        with system_scope("cases.open311"):
            rows = found(published(own_of=self.caller.user_id), search)
            first = (search.page - 1) * search.size
            return self.show(request_rows(list(rows[first : first + search.size])), "service_requests")

    def post(self, request: HttpRequest) -> HttpResponse:
        sender = self.sender(request)
        code = asking.one(request.POST, "service_code")
        if not code:
            raise RefusedError(400, _("service_code is required."))
        with system_scope("cases.tickets"), transaction.atomic():
            service = service_called(code)
            taken = services.ticket_take_in(actor=sender, ticket=asking.ticket_of(request, service))
            if self.is_test:
                transaction.set_rollback(True)
        row = self.receipt(service, taken.case.number, asking.one(request.POST, "account_id"))
        return self.show([row], "service_requests", 201 if taken.is_new and not self.is_test else 200)

    def receipt(self, service: CaseService, number: str, account: str) -> dict[str, Any]:
        """A number or a token, never both."""
        token = base64.urlsafe_b64encode(sealed(TOKEN, number, lasts=TOKEN_LASTS).encode()).decode().rstrip("=")
        known = {"token": token} if service.is_batch else {"service_request_id": number}
        notice = _("This was a test: nothing was registered.") if self.is_test else ""
        return {**known, "service_notice": notice, "account_id": account}


class Request(Call):
    def get(self, request: HttpRequest, number: str) -> HttpResponse:
        with system_scope("cases.open311"):
            rows = list(published(own_of=self.caller.user_id).filter(number=number))
            if not rows:
                raise refusals.unknown_request()
            return self.show(request_rows(rows), "service_requests")


class Token(Call):
    def get(self, _request: HttpRequest, token: str) -> HttpResponse:
        try:
            text = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode()
        except (binascii.Error, ValueError):
            raise refusals.unknown_token() from None
        number = unsealed(TOKEN, text)
        if number is None:
            raise refusals.unknown_token()
        return self.show([{"service_request_id": number, "token": token}], "service_requests")


class Updates(Call):
    """Two-way comments as mySociety's extension has them: the sender adds to a request it sent in."""

    def post(self, request: HttpRequest) -> HttpResponse:
        sender = self.sender(request)
        number = asking.one(request.POST, "service_request_id")
        if not number:
            raise RefusedError(400, _("service_request_id is required."))
        text, update_id = asking.update_of(request.POST)
        with system_scope("cases.tickets"), transaction.atomic():
            case = published(own_of=sender.user_id).filter(number=number).select_related("desk").first()
            if case is None or case.received_by_id != sender.user_id:
                raise refusals.unknown_request()
            entry = services.ticket_add(actor=sender, case=case, text=text, update_id=update_id)
            if self.is_test:
                transaction.set_rollback(True)
        return self.show([{"update_id": str(entry.pk), "account_id": ""}], "service_request_updates")
