"""The books themselves: which there are, their codes, their stickers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import segno
from django.contrib import messages
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from bihuan.foundation.views import ActionView, FormView, ListPage, Page, RecordPage
from bihuan.organisation.models import Asset
from bihuan.surveys import permissions as may
from bihuan.surveys.forms import books as forms
from bihuan.surveys.forms.campaigns import PressForm, WhyForm
from bihuan.surveys.models import CommentBook
from bihuan.surveys.selectors import books as reads
from bihuan.surveys.services import books as services
from bihuan.surveys.tables.books import DAY_LOOK, BookFilter, BookTable, look_of
from bihuan.surveys.views.books import steps

DAYS_SHOWN = 14
ENTRIES_SHOWN = 20


def qr_picture(address: str) -> SafeString:
    """An SVG drawn from our own address alone; nothing a user typed is in it."""
    code = segno.make(address, error="q", micro=False)
    return mark_safe(code.svg_inline(scale=4, border=2, svgclass="qr", lineclass=None, omitsize=True))  # noqa: S308


def door_address(request: HttpRequest, book: CommentBook) -> str:
    return request.build_absolute_uri(book.door_url)


class BookList(ListPage[CommentBook]):
    template_name = "surveys/books/shelf.html"
    required_permission = may.BOOKS_VIEW
    model = CommentBook
    table_class = BookTable
    filterset_class = BookFilter
    title = _("Comment books")
    empty_hint = _("Set up the first book, or one for every vehicle of a unit at once.")
    create_url_name, create_label, create_permission = "surveys:book-set-up", _("Set up a book"), may.BOOKS_MANAGE

    def rows(self) -> QuerySet[CommentBook]:
        return super().rows().select_related("unit", "asset")

    def context(self) -> dict[str, Any]:
        return {"may_manage": self.actor.can_somewhere(may.BOOKS_MANAGE), "query": self.request.GET.urlencode()}


class BookPage(RecordPage[CommentBook]):
    required_permission = may.BOOKS_VIEW
    model = CommentBook
    template_name = "surveys/books/book.html"

    def queryset(self) -> QuerySet[CommentBook]:
        return CommentBook.objects.select_related("unit", "asset")

    def context(self) -> dict[str, Any]:
        book, actor = self.record, self.actor
        checks = {row.day: row for row in book.days.all()[: DAYS_SHOWN * 2]}
        today = reads.service_day_or_today(book.org_path, timezone.now())
        days = [today - timedelta(days=n) for n in range(DAYS_SHOWN)]
        address = door_address(self.request, book)
        return {
            "title": str(book),
            "address": address,
            "qr": qr_picture(address) if book.has_door and book.is_active else "",
            "days": [
                {"day": day, "row": checks.get(day), "look": DAY_LOOK[checks[day].outcome if day in checks else ""]}
                for day in days
                if day >= book.since
            ]
            if book.is_paper
            else [],
            "entries": [
                {
                    "row": row,
                    "text": reads.text_for(row, actor),
                    "look": look_of(row),
                }
                for row in book.entries.select_related("book")[:ENTRIES_SHOWN]
            ],
            "may_register": actor.can(may.BOOKS_REGISTER, book.org_path) and book.is_active,
            "may_manage": actor.can(may.BOOKS_MANAGE, book.org_path),
        }


class BookSetUp(FormView):
    required_permission = may.BOOKS_MANAGE
    form_class = forms.BookForm
    title, submit_label = _("Set up a book"), _("Set up")

    def submit(self, form: Any) -> str:
        return services.book_set_up(actor=self.actor, **form.cleaned_data).get_absolute_url()


class BooksSetUp(FormView):
    """A book for every vehicle of a unit at once."""

    required_permission = may.BOOKS_MANAGE
    form_class = forms.ManyBooksForm
    title, submit_label = _("Set up many books"), _("Set up")

    def submit(self, form: Any) -> str:
        given = form.cleaned_data
        rows = Asset.objects.filter(
            org_path__within=given["unit"].org_path, kind__in=given["kinds"], is_active=True
        ).select_related("unit")
        made = services.books_set_up(actor=self.actor, assets=rows, place=given["place"], is_paper=given["is_paper"])
        messages.success(self.request, gettext("%(count)s books were set up.") % {"count": len(made)})
        return reverse("surveys:books")


class BookAct(ActionView[CommentBook]):
    required_permission = may.BOOKS_MANAGE
    model = CommentBook
    form_class: type[Form] = WhyForm

    def queryset(self) -> QuerySet[CommentBook]:
        return CommentBook.objects.select_related("unit", "asset")


class BookEdit(BookAct):
    form_class = forms.BookForm
    title, submit_label = _("Edit the book"), _("Save")

    def initial(self) -> dict[str, Any]:
        book = self.record
        same = {name: getattr(book, name) for name in ("name", "place", "is_paper", "has_door")}
        return {**same, "unit": book.unit_id, "asset": book.asset_id}

    def act(self, record: CommentBook, form: Any) -> None:
        services.book_edit(actor=self.actor, book=record, **form.cleaned_data)


class BookRetire(BookAct):
    title, submit_label = _("Take the book out of use"), _("Take out of use")

    def act(self, record: CommentBook, form: Any) -> None:
        services.book_retire(actor=self.actor, book=record, **form.cleaned_data)


class BookRevive(BookAct):
    form_class = PressForm
    title, submit_label = _("Take the book into use again"), _("Take into use again")

    def act(self, record: CommentBook, form: Any) -> None:
        services.book_revive(actor=self.actor, book=record)


class BookCodeRenew(BookAct):
    title, submit_label = _("Give the book a new code"), pgettext_lazy("book step", "New code")

    def context(self) -> dict[str, Any]:
        return {**super().context(), "intro": _("The old sticker opens nothing from then on."), "danger": True}

    def act(self, record: CommentBook, form: Any) -> None:
        services.book_code_renew(actor=self.actor, book=record, **form.cleaned_data)


class Stickers(Page):
    """A4 sheets of QR codes, one per book: those of the filter, or of one book."""

    required_permission = may.BOOKS_VIEW
    template_name = "surveys/books/stickers.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = CommentBook.objects.for_permission(self.actor, may.BOOKS_VIEW).filter(is_active=True, has_door=True)
        rows = BookFilter(self.request.GET, queryset=rows.select_related("unit", "asset"), request=self.request).qs
        ids = steps.chosen(self.request.GET)
        if ids:
            rows = rows.filter(pk__in=ids)
        return {
            **super().get_context_data(**kwargs),
            "title": _("Stickers of the comment books"),
            "stickers": [{"book": book, "qr": qr_picture(door_address(self.request, book))} for book in rows[:500]],
            "back_url": reverse("surveys:books"),
        }
