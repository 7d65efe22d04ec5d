"""The door of a comment book: one plain page without signing in, and the page on which the reply appears.

Limits count devices, not addresses: a station's wireless network hides a thousand passengers behind one address.
"""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from bihuan.foundation.errors import DomainError
from bihuan.foundation.middleware import actor_of
from bihuan.foundation.permissions import PUBLIC
from bihuan.foundation.scope import system_scope
from bihuan.foundation.secrets import sealed, unsealed
from bihuan.foundation.views import GatedView
from bihuan.organisation.models import OrgUnit
from bihuan.surveys.forms.books import DoorForm
from bihuan.surveys.models import BookEntry, CommentBook
from bihuan.surveys.permissions import BOOKS_REGISTER
from bihuan.surveys.services.books import book_entry_receive
from bihuan.surveys.services.books.entries import key_hash

SCOPE = "comment_book_door"
DEVICE_COOKIE = "bihuan_device"
DEVICE_LASTS = timedelta(days=400)
DEVICE_LIMIT, DEVICE_WINDOW = 6, 600
BOOK_LIMIT, BOOK_WINDOW = 120, 3600
PAGE_LASTS = timedelta(days=3)


@dataclass(frozen=True)
class PageToken:
    """What the form carries instead of a CSRF cookie: whose page it is. It lends no authority to anybody."""

    book: int
    client_uuid: uuid.UUID

    def sign(self) -> str:
        return sealed("book", f"{self.book:x}.{self.client_uuid.hex}", lasts=PAGE_LASTS)

    @classmethod
    def read(cls, token: str, book: CommentBook) -> PageToken | None:
        text = unsealed("book", token)
        if text is None:
            return None
        number, _dot, client = text.partition(".")
        found = cls(int(number, 16), uuid.UUID(hex=client))
        return found if found.book == book.pk else None


def within(key: str, limit: int, seconds: int) -> bool:
    """Count one more; False above ``limit`` in the running window."""
    name = f"book-door:{key}:{int(time.time()) // seconds}"
    cache.add(name, 0, seconds)
    try:
        return int(cache.incr(name)) <= limit
    except ValueError:  # the window closed between the two steps
        return True


def device_of(request: HttpRequest) -> str | None:
    return unsealed("device", request.COOKIES.get(DEVICE_COOKIE, ""))


def house_name(book: CommentBook) -> str:
    top = OrgUnit.objects.filter(pk=int(book.org_path.strip("/").split("/")[0])).values_list("name", flat=True).first()
    return top or ""


def upload_url(request: HttpRequest, book: CommentBook) -> str:
    """Whoever collects the books scans the same code and goes on to photograph the pages."""
    if not actor_of(request).can(BOOKS_REGISTER, book.org_path):
        return ""
    return f"{reverse('surveys:book-photos-upload')}?book={book.pk}"


def shut(request: HttpRequest, status: int = 404) -> HttpResponse:
    return render(request, "surveys/books/door_shut.html", {"title": _("Comment book")}, status=status)


@method_decorator([csrf_exempt, never_cache], name="dispatch")
class BookDoor(GatedView):
    """GET shows the form, POST takes the entry. The same page sent twice is one entry."""

    required_permission = PUBLIC

    def get(self, request: HttpRequest, code: str) -> HttpResponseBase:
        with system_scope(SCOPE):
            book = self.book(code)
            if book is None:
                return shut(request)
            return self.show(request, book, DoorForm(), PageToken(book.pk, uuid.uuid4()))

    def post(self, request: HttpRequest, code: str) -> HttpResponseBase:
        with system_scope(SCOPE):
            book = self.book(code)
            if book is None:
                return shut(request)
            form = DoorForm(request.POST)
            token = PageToken.read(request.POST.get("page", ""), book)
            if token is None:
                return self.refuse(request, book, form, _("This page is too old. Please send it once more."), 409)
            if not form.is_valid():
                return self.show(request, book, form, token, 422)
            if not self.may_send(request, book, token):
                words = _(
                    "Too many entries in a short time. Please try again in ten minutes; your words are still here."
                )
                return self.refuse(request, book, form, words, 429)
            return self.take(request, book, form, token)

    def book(self, code: str) -> CommentBook | None:
        rows = CommentBook.objects.select_related("asset", "unit")
        return rows.filter(code=code, is_active=True, has_door=True).first()

    def may_send(self, request: HttpRequest, book: CommentBook, token: PageToken) -> bool:
        """A repeat of what is stored already is answered whatever the limits say."""
        if BookEntry.objects.filter(client_uuid=token.client_uuid).exists():
            return True
        device = device_of(request)
        if device is not None and not within(device, DEVICE_LIMIT, DEVICE_WINDOW):
            return False
        return within(f"book-{book.pk}", BOOK_LIMIT, BOOK_WINDOW)

    def take(self, request: HttpRequest, book: CommentBook, form: DoorForm, token: PageToken) -> HttpResponseBase:
        given = {name: form.cleaned_data[name] for name in ("kind", "text", "writer_name", "writer_contact")}
        try:
            received = book_entry_receive(
                book=book, client_uuid=token.client_uuid, language=get_language() or "", **given
            )
        except DomainError as refused:
            return self.refuse(request, book, form, refused.message, refused.status)
        return HttpResponseRedirect(reverse("commentbook:answer", kwargs={"key": received.key}))

    def refuse(self, request: HttpRequest, book: CommentBook, form: DoorForm, words: Any, status: int) -> HttpResponse:
        """A new page with the words still in it."""
        form.is_valid()
        form.add_error(None, str(words))
        return self.show(request, book, form, PageToken(book.pk, uuid.uuid4()), status)

    def show(
        self, request: HttpRequest, book: CommentBook, form: DoorForm, token: PageToken, status: int = 200
    ) -> HttpResponse:
        context = {
            "title": _("Comment book"),
            "book": book,
            "form": form,
            "page": token.sign(),
            "organisation_name": house_name(book),
            "upload_url": upload_url(request, book),
        }
        response = render(request, "surveys/books/door.html", context, status=status)
        if device_of(request) is None:
            response.set_cookie(
                DEVICE_COOKIE,
                sealed("device", uuid.uuid4().hex, lasts=DEVICE_LASTS),
                max_age=DEVICE_LASTS,
                path="/b/",
                httponly=True,
                secure=request.is_secure(),
                samesite="Lax",
            )
        return response


@method_decorator(never_cache, name="dispatch")
class BookAnswer(GatedView):
    """The writer's own page: that the entry arrived, by when it is answered, and the reply once it is there.

    It shows neither what was written nor who wrote: whoever finds the address learns only our own words.
    """

    required_permission = PUBLIC

    def get(self, request: HttpRequest, key: str) -> HttpResponseBase:
        with system_scope(SCOPE):
            rows = BookEntry.objects.select_related("book", "unit")
            entry = rows.filter(answer_key_hash=key_hash(key)).first()
            if entry is None:
                return shut(request)
            shows = entry.reply if entry.state in {"answered", "delivered"} else ""
            context = {
                "title": _("Thank you"),
                "entry": entry,
                "reply": shows,
                "organisation_name": house_name(entry.book),
                "address": request.build_absolute_uri(),
            }
            return render(request, "surveys/books/door_answer.html", context)
