"""Photographed pages: upload many, key one after the other beside its picture."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from bihuan.foundation.views import ActionView, FormView, ListPage
from bihuan.records.selectors import attachments_of
from bihuan.surveys import permissions as may
from bihuan.surveys.forms import books as forms
from bihuan.surveys.forms.campaigns import PressForm
from bihuan.surveys.models import BookPhoto
from bihuan.surveys.selectors import books as reads
from bihuan.surveys.services import books as services
from bihuan.surveys.services.books.photos import Picture
from bihuan.surveys.tables.books import PHOTO_LOOK, PhotoFilter, PhotoTable


class PhotoList(ListPage[BookPhoto]):
    template_name = "surveys/books/photos.html"
    required_permission = may.BOOKS_REGISTER
    model = BookPhoto
    table_class = PhotoTable
    filterset_class = PhotoFilter
    title = _("Photographed pages")
    empty_hint = _("Photograph the pages of a book and upload them together.")
    create_url_name, create_label, create_permission = (
        "surveys:book-photos-upload",
        _("Upload pages"),
        may.BOOKS_REGISTER,
    )

    def rows(self) -> QuerySet[BookPhoto]:
        return super().rows().select_related("book__unit").annotate(entry_count=Count("entries"))

    def context(self) -> dict[str, Any]:
        query = self.request.GET.urlencode()
        views = [(_("All"), ""), (_("To be transcribed"), "state=waiting"), (_("Set aside"), "state=set_aside")]
        return {
            "saved_views": [
                {"label": label, "url": f"{self.request.path}?{one}", "active": query == one} for label, one in views
            ],
            "next_photo": reads.waiting_photos(self.actor, may.BOOKS_REGISTER).first(),
        }


class PhotosUpload(FormView):
    """Many pictures at once. With a script each is sent by itself, so that a bad connection loses none."""

    required_permission = may.BOOKS_REGISTER
    form_class = forms.PicturesForm
    template_name = "surveys/books/upload.html"
    title, submit_label = _("Upload pages"), _("Upload")

    def context(self) -> dict[str, Any]:
        return {
            "cancel_url": reverse("surveys:book-desk"),
            "next_url": f"{reverse('surveys:book-photos')}?state=waiting",
        }

    def submit(self, form: Any) -> str:
        given = form.cleaned_data
        pictures = [Picture(file.name or "", file) for file in given["pictures"]]
        added, twice = services.book_photos_add(
            actor=self.actor, book=given["book"], pictures=pictures, collected_at=given["collected_at"]
        )
        if added:
            text = ngettext("%(count)s page was kept.", "%(count)s pages were kept.", len(added))
            messages.success(self.request, text % {"count": len(added)})
        if twice:
            text = gettext("There already, not kept twice: %(names)s")
            messages.info(self.request, text % {"names": ", ".join(twice)})
        return added[0].get_absolute_url() if len(added) == 1 else f"{reverse('surveys:book-photos')}?state=waiting"


class PhotoPage(ActionView[BookPhoto]):
    """The picture on one side, the entry on the other; a page may hold several entries."""

    required_permission = may.BOOKS_REGISTER
    model = BookPhoto
    form_class = forms.PageEntryForm
    template_name = "surveys/books/photo.html"
    title, submit_label = _("Transcribe the page"), _("Save entry")

    def queryset(self) -> QuerySet[BookPhoto]:
        return BookPhoto.objects.select_related("book__unit")

    def context(self) -> dict[str, Any]:
        photo = self.record
        file = attachments_of(photo).first()
        return {
            **super().context(),
            "title": str(photo),
            "look": PHOTO_LOOK[photo.state],
            "picture_url": file.url if file else "",
            "entries": [{"row": row, "text": reads.text_for(row, self.actor)} for row in photo.entries.order_by("pk")],
            "left": reads.waiting_photos(self.actor, may.BOOKS_REGISTER).count(),
            "aside_form": forms.AsideForm(),
            "is_open": photo.state == "waiting",
        }

    def act(self, record: BookPhoto, form: Any) -> None:
        entry = services.book_entry_register(actor=self.actor, book=record.book, photo=record, **form.cleaned_data)
        messages.success(
            self.request, gettext("%(number)s is registered. One more on this page?") % {"number": entry.number}
        )


class PhotoAct(ActionView[BookPhoto]):
    required_permission = may.BOOKS_REGISTER
    model = BookPhoto
    form_class = PressForm

    def queryset(self) -> QuerySet[BookPhoto]:
        return BookPhoto.objects.select_related("book__unit")

    def to_next(self, record: BookPhoto) -> BookPhoto:
        return reads.next_photo(record, self.actor, may.BOOKS_REGISTER) or record


class PhotoFinish(PhotoAct):
    title, submit_label = _("Page finished"), _("Page finished")

    def act(self, record: BookPhoto, form: Any) -> BookPhoto:
        services.book_photo_finish(actor=self.actor, photo=record)
        return self.to_next(record)


class PhotoSetAside(PhotoAct):
    form_class = forms.AsideForm  # type: ignore[assignment]
    title, submit_label = _("Set the page aside"), pgettext_lazy("book step", "Set aside")

    def act(self, record: BookPhoto, form: Any) -> BookPhoto:
        services.book_photo_set_aside(actor=self.actor, photo=record, **form.cleaned_data)
        return self.to_next(record)


class PhotoReopen(PhotoAct):
    title, submit_label = _("Take the page up again"), _("Take up again")

    def act(self, record: BookPhoto, form: Any) -> None:
        services.book_photo_reopen(actor=self.actor, photo=record)


class PhotoTurn(PhotoAct):
    """A quarter to the left or to the right; the next reader finds it as it was turned."""

    form_class = forms.TurnForm  # type: ignore[assignment]
    title, submit_label = _("Turn the picture"), _("Turn the picture")

    def initial(self) -> dict[str, Any]:
        return {"way": "right"}

    def act(self, record: BookPhoto, form: Any) -> None:
        by = 270 if form.cleaned_data["way"] == "left" else 90
        services.book_photo_turn(actor=self.actor, photo=record, by=by)
