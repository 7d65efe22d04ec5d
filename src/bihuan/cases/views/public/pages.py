"""Pages for everybody: send a case, follow it, say how satisfied one is.

Limits count devices and codes, not addresses: a station's wireless network hides a thousand passengers behind one.
"""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from bihuan.cases.enums import Channel, EntryKind
from bihuan.cases.forms.public import AgainForm, PublicForm, SatisfactionForm, TrackForm
from bihuan.cases.identity import code_mark, code_shown
from bihuan.cases.models import Case, IntakeDoor
from bihuan.cases.services import Told, ask_by_token, satisfaction_take
from bihuan.cases.services.public import case_followed, customer_message, public_take_in
from bihuan.foundation.errors import DomainError
from bihuan.foundation.limits import Limiter
from bihuan.foundation.permissions import PUBLIC
from bihuan.foundation.scope import system_scope
from bihuan.foundation.secrets import sealed, unsealed
from bihuan.foundation.views import GatedView

SCOPE = "cases.public"
PAGE_PLACE = "@@page@@"  # where the token of a page goes
DEVICE, RECEIPT = "bihuan_device", "bihuan_receipt"
YEAR, PAGE_LASTS, RECEIPT_LASTS = timedelta(days=365), timedelta(days=3), timedelta(hours=1)
SENDS = Limiter(per_minute=2, burst=8)  # of one browser
DOORS = Limiter(per_minute=60, burst=120)  # at one form, whoever sends: browsers that keep no mark too
LOOKS = Limiter(per_minute=4, burst=10)  # at one code
TRIES = Limiter(per_minute=6, burst=20)  # of one browser
# What the customer reads; inside words stay inside.
PUBLIC_STATES = {
    "received": pgettext_lazy("customer", "received"),
    "classified": pgettext_lazy("customer", "received"),
    "returned": pgettext_lazy("customer", "being passed on"),
    "reopened": pgettext_lazy("customer", "being looked at again"),
    "dispatched": pgettext_lazy("customer", "with the unit concerned"),
    "investigating": pgettext_lazy("customer", "being looked into"),
    "suspended": pgettext_lazy("customer", "being looked into"),
    "under_review": pgettext_lazy("customer", "being looked into"),
    "answered": pgettext_lazy("customer", "answer being prepared"),
    "fed_back": pgettext_lazy("customer", "answered"),
    "closed": pgettext_lazy("customer", "closed"),
    "transferred": pgettext_lazy("customer", "passed on to whoever it concerns"),
    "duplicate": pgettext_lazy("customer", "handled together with an earlier case"),
    "withdrawn": pgettext_lazy("customer", "withdrawn"),
    "invalid": pgettext_lazy("customer", "closed"),
}


@method_decorator([csrf_exempt, never_cache], name="dispatch")
class PublicPage(GatedView):
    """Runs in a scope that sees only what these pages need; carries no session and trusts no cookie with a right."""

    required_permission = PUBLIC

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        asked = request.GET.get("lang", "")
        known = asked in dict(settings.LANGUAGES)
        language = asked if known else translation.get_language_from_request(request)
        with system_scope(SCOPE), translation.override(language):
            response = super().dispatch(request, *args, **kwargs)
        if known:
            response.set_cookie(settings.LANGUAGE_COOKIE_NAME, asked, max_age=YEAR, samesite="Lax")
        return response

    @property
    def device(self) -> str:
        return unsealed("device", self.request.COOKIES.get(DEVICE, "")) or ""

    def page(self, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
        return self.marked(render(self.request, f"cases/public/{template}", context, status=status))

    def marked(self, response: HttpResponse) -> HttpResponse:
        """With the mark of this browser, by which what it sends is counted."""
        if not self.device:
            mark = sealed("device", uuid.uuid4().hex, lasts=YEAR)
            self.keep(response, DEVICE, mark, YEAR)
        return response

    def keep(self, response: HttpResponseBase, name: str, value: str, lasts: timedelta) -> None:
        response.set_cookie(
            name, value, max_age=lasts, path="/c/", httponly=True, secure=self.request.is_secure(), samesite="Lax"
        )


def has_arrived(client: str) -> bool:
    """A repeat of what is stored already is answered whatever the limits say."""
    return Case.objects.filter(origin="form", origin_id=client).exists()


@lru_cache(maxsize=500)
def empty_form(place: str, organisation: str, language: str, day: date) -> str:
    """The form as everybody at this place gets it that day; only the token of the page differs."""
    context = {
        "title": _("Tell us"),
        "door": {"asset": {"name": place} if place else None},
        "form": PublicForm(initial={"happened_on": day}),
        "page": PAGE_PLACE,
        "organisation_name": organisation,
    }
    with translation.override(language):
        return render_to_string("cases/public/form.html", context)


class IntakePage(PublicPage):
    """GET shows the form, POST takes the case. The same page sent twice is one case."""

    def door(self, code: str) -> IntakeDoor | None:
        return IntakeDoor.objects.filter(code=code, is_active=True).select_related("desk", "asset__unit").first()

    def show(self, door: IntakeDoor, form: PublicForm, client: str, status: int = 200) -> HttpResponse:
        token = sealed("case", f"{door.pk:x}.{client}", lasts=PAGE_LASTS)
        context = {"title": _("Tell us"), "door": door, "form": form, "page": token}
        return self.page("form.html", {**context, "organisation_name": door.desk.name}, status)

    def get(self, request: HttpRequest, code: str) -> HttpResponseBase:
        door = self.door(code)
        if door is None:
            return self.page("shut.html", {"title": _("Tell us")}, 404)
        language, day = translation.get_language() or settings.LANGUAGE_CODE, timezone.localdate()
        html = empty_form(door.asset.name if door.asset else "", door.desk.name, language, day)
        token = sealed("case", f"{door.pk:x}.{uuid.uuid4().hex}", lasts=PAGE_LASTS)
        return self.marked(HttpResponse(html.replace(PAGE_PLACE, token)))

    def post(self, request: HttpRequest, code: str) -> HttpResponseBase:
        door = self.door(code)
        if door is None:
            return self.page("shut.html", {"title": _("Tell us")}, 404)
        form = PublicForm(request.POST, request.FILES)
        number, _dot, client = (unsealed("case", request.POST.get("page", "")) or "").partition(".")
        if not client or int(number, 16) != door.pk:
            form.is_valid()
            form.add_error(None, str(_("This page is too old. Please send it once more.")))
            return self.show(door, form, uuid.uuid4().hex, 409)
        if not form.is_valid():
            return self.show(door, form, client, 422)
        waits = DOORS.wait(str(door.pk)) or (self.device and SENDS.wait(self.device))
        if waits and not has_arrived(client):
            form.add_error(None, str(_("Too many in a short time. Please try again in ten minutes; your words stay.")))
            return self.show(door, form, client, 429)
        if form.cleaned_data["website"]:
            return HttpResponseRedirect(reverse("publiccases:done"))
        return self.take(door, form, client)

    def take(self, door: IntakeDoor, form: PublicForm, client: str) -> HttpResponseBase:
        given = form.cleaned_data
        told = Told(
            text=given["text"],
            channel=Channel.WEB,
            kind=given["kind"],
            happened_at=form.happened_at(given),
            happened_on=given["happened_on"],
            place=given["where"],
            staff_said=given["staff_said"],
            person=form.person(),
        )
        try:
            taken = public_take_in(door=door, told=told, client=client, files=given["uploads"])
        except DomainError as refused:
            form.add_error(refused.place if refused.place in form.fields else None, str(refused.message))
            return self.show(door, form, client, refused.status)
        if not taken.is_new and taken.case.text != form.cleaned_data["text"].strip():
            words = _("This page was sent already. Your words are still here: send them once more as a new case.")
            form.add_error(None, str(words))
            return self.show(door, form, uuid.uuid4().hex, 409)
        response = HttpResponseRedirect(reverse("publiccases:done"))
        receipt = f"{taken.case.pk:x}.{taken.code}.{taken.pin}"
        if taken.code:
            self.keep(response, RECEIPT, sealed("receipt", receipt, lasts=RECEIPT_LASTS), RECEIPT_LASTS)
        return response


class DonePage(PublicPage):
    """Number, code and PIN, to the browser that sent the case, for an hour."""

    def get(self, request: HttpRequest) -> HttpResponseBase:
        parts = (unsealed("receipt", request.COOKIES.get(RECEIPT, "")) or "").split(".")
        case = None
        if len(parts) == 3:  # number, code, PIN
            case = Case.objects.filter(pk=int(parts[0], 16)).select_related("desk").first()
        context: dict[str, Any] = {"title": _("Thank you"), "case": case}
        if case is not None:
            context |= {
                "code": code_shown(parts[1]),
                "pin": parts[2],
                "organisation_name": case.desk.name,
                "follow_url": reverse("publiccases:follow"),
            }
        return self.page("done.html", context)


class FollowPage(PublicPage):
    """An unknown code, a wrong PIN and too many tries all get the same answer."""

    def get(self, request: HttpRequest, code: str = "") -> HttpResponseBase:
        return self.show(TrackForm(initial={"code": code}))

    def show(self, form: TrackForm, **more: Any) -> HttpResponse:
        return self.page("follow.html", {"title": _("Follow your case"), "form": form, **more})

    def post(self, request: HttpRequest, code: str = "") -> HttpResponseBase:
        form = TrackForm(request.POST)
        if not form.is_valid():
            return self.show(form)
        given = form.cleaned_data
        late = bool(LOOKS.wait(code_mark(given["code"]))) or bool(self.device and TRIES.wait(self.device))
        case = case_followed(given["code"], given["pin"])
        if case is None or late:
            return self.show(form, is_unknown=True)
        again = AgainForm(request.POST if "again" in request.POST else None)
        sent = False
        if "again" in request.POST and again.is_valid():
            try:
                customer_message(case=case, text=again.cleaned_data["text"])
                sent, again = True, AgainForm()
            except DomainError as refused:
                again.add_error("text", str(refused.message))
        return self.page("case.html", {**told_to_customer(case), "form": form, "again": again, "sent": sent})


def told_to_customer(case: Case) -> dict[str, Any]:
    """Number, state, dates and our own replies; no note, no name, no file."""
    replies = case.entries.filter(kind=EntryKind.REPLY).order_by("at").values("text", "at")
    return {
        "title": _("Your case"),
        "number": case.number,
        "received_at": case.received_at,
        "state": PUBLIC_STATES[case.state],
        "due_at": None if case.is_final else case.due_at,
        "replies": list(replies),
        "is_final": case.is_final,
        "organisation_name": case.desk.name,
    }


class SatisfactionPage(PublicPage):
    """One question, once. Opening the page changes nothing; a used, ended and unknown link look alike."""

    def get(self, request: HttpRequest, token: str) -> HttpResponseBase:
        ask = ask_by_token(token, at=timezone.now())
        if ask is None or ask.answered_at is not None:
            return self.page("link_ended.html", {"title": _("Thank you")})
        return self.show(ask, SatisfactionForm())

    def show(self, ask: Any, form: SatisfactionForm, status: int = 200) -> HttpResponse:
        return self.page("satisfaction.html", {"title": _("Your opinion"), "form": form, "case": ask.case}, status)

    def post(self, request: HttpRequest, token: str) -> HttpResponseBase:
        ask = ask_by_token(token, at=timezone.now())
        if ask is None or ask.answered_at is not None:
            return self.page("link_ended.html", {"title": _("Thank you")})
        form = SatisfactionForm(request.POST)
        if not form.is_valid():
            return self.show(ask, form, 422)
        try:
            satisfaction_take(ask=ask, **form.cleaned_data)
        except DomainError:
            return self.page("link_ended.html", {"title": _("Thank you")})
        return self.page("thanks.html", {"title": _("Thank you")})
