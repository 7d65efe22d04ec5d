"""The comment book: the books, what was collected each day, photographed pages, and the entries with their answers."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.accounts.models import User
from bihuan.foundation.actor import Actor
from bihuan.foundation.models import ScopedModel, StatefulModel
from bihuan.organisation.models import Asset, OrgUnit
from bihuan.surveys import listening

# Letters nobody mistakes for another; 14 of 31 are 69 bits, so that nobody finds another book's form by trying.
CODE_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"
CODE_LENGTH = 14


def new_code() -> str:
    return "".join(secrets.choice(CODE_LETTERS) for _place in range(CODE_LENGTH))


class CommentBook(ScopedModel):
    """One book on a vehicle, line, site or counter, with the code of its door ``/b/<code>``."""

    name = models.CharField(_("name"), max_length=100)
    unit = models.ForeignKey(
        OrgUnit, on_delete=models.PROTECT, related_name="comment_books", verbose_name=_("responsible unit")
    )
    asset = models.ForeignKey(
        Asset,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="comment_books",
        verbose_name=_("line, vehicle or place"),
    )
    place = models.CharField(_("where it hangs"), max_length=100, blank=True)
    code = models.CharField(_("code"), max_length=24, unique=True, default=new_code, editable=False)
    is_paper = models.BooleanField(_("there is a paper book, collected daily"), default=True)
    has_door = models.BooleanField(_("entries by QR code"), default=True)
    is_active = models.BooleanField(_("active"), default=True)
    since = models.DateField(_("in use since"), editable=False)
    until = models.DateField(_("in use until"), null=True, editable=False)

    class Meta:
        ordering = ["unit__org_path", "name", "pk"]
        verbose_name = _("comment book")
        constraints = [
            models.UniqueConstraint(
                fields=["asset"], condition=Q(asset__isnull=False, is_active=True), name="comment_book_once_per_asset"
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("surveys:book", kwargs={"pk": self.pk})

    @property
    def door_url(self) -> str:
        return reverse("commentbook:form", kwargs={"code": self.code})


class BookDay(ScopedModel):
    """What the daily check of one book came to. "No entry" is a record; no record is not "no entry"."""

    class Outcome(models.TextChoices):
        ENTRIES = "entries", pgettext_lazy("book day", "entries collected")
        NONE = "none", pgettext_lazy("book day", "looked at, no entry")
        AWAY = "away", pgettext_lazy("book day", "could not be looked at")

    book = models.ForeignKey(CommentBook, on_delete=models.PROTECT, related_name="days")
    day = models.DateField(_("service day"))
    outcome = models.CharField(_("outcome"), max_length=8, choices=Outcome.choices)
    note = models.CharField(_("note"), max_length=200, blank=True)
    at = models.DateTimeField(_("checked at"), editable=False)
    by_name = models.CharField(_("checked by"), max_length=150, editable=False)

    class Meta:
        ordering = ["-day", "book"]
        verbose_name = _("daily check of a comment book")
        indexes = [models.Index(fields=["day", "outcome"], name="book_day")]
        constraints = [models.UniqueConstraint(fields=["book", "day"], name="book_day_once")]

    def __str__(self) -> str:
        return f"{self.book_id} {self.day} {self.outcome}"

    def get_absolute_url(self) -> str:
        return self.book.get_absolute_url()


class BookPhoto(StatefulModel):
    """A photographed page. The picture is a file of the record; entries are keyed beside it."""

    class Aside(models.TextChoices):
        BLANK = "blank", pgettext_lazy("photo", "nothing is written on it")
        UNREADABLE = "unreadable", pgettext_lazy("photo", "cannot be read")
        TWICE = "twice", pgettext_lazy("photo", "photographed twice")

    lifecycle = listening.BOOK_PHOTO
    state_labels = {
        "waiting": pgettext_lazy("photo", "to be transcribed"),
        "transcribed": pgettext_lazy("photo", "transcribed"),
        "set_aside": pgettext_lazy("photo", "set aside"),
    }
    action_labels = {
        "turn": pgettext_lazy("log", "turned the picture"),
        "finish": pgettext_lazy("log", "finished the page"),
        "set_aside": pgettext_lazy("log", "set the page aside"),
        "reopen": pgettext_lazy("log", "took the page up again"),
    }

    book = models.ForeignKey(
        CommentBook, on_delete=models.PROTECT, related_name="photos", verbose_name=_("comment book")
    )
    digest = models.CharField(max_length=64, editable=False)
    collected_at = models.DateTimeField(_("collected at"))
    day = models.DateField(_("service day"), editable=False)
    rotation = models.PositiveSmallIntegerField(_("turned by"), default=0, editable=False)
    uploaded_at = models.DateTimeField(_("uploaded at"), editable=False)
    uploaded_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", editable=False)
    uploaded_by_name = models.CharField(_("uploaded by"), max_length=150, editable=False)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True, editable=False)
    why_aside = models.CharField(_("why set aside"), max_length=12, choices=Aside.choices, blank=True, editable=False)

    class Meta:
        ordering = ["collected_at", "pk"]
        verbose_name = _("page of a comment book")
        indexes = [models.Index(fields=["state", "collected_at"], name="book_photo_queue")]
        constraints = [models.UniqueConstraint(fields=["book", "day", "digest"], name="book_photo_once_a_day")]

    def __str__(self) -> str:
        return f"{self.book} {self.day}"

    def get_absolute_url(self) -> str:
        return reverse("surveys:book-photo", kwargs={"pk": self.pk})


class BookEntry(StatefulModel):
    """What somebody wrote. The same-day clock runs from ``received_at``; who wrote is shown only with a right."""

    class Kind(models.TextChoices):
        COMPLAINT = "complaint", pgettext_lazy("book entry", "complaint")
        SUGGESTION = "suggestion", pgettext_lazy("book entry", "suggestion")
        QUESTION = "question", pgettext_lazy("book entry", "question")
        PRAISE = "praise", pgettext_lazy("book entry", "praise")

    class Way(models.TextChoices):
        PHOTO = "photo", pgettext_lazy("book entry", "photographed page")
        KEYED = "keyed", pgettext_lazy("book entry", "keyed in")
        QR = "qr", pgettext_lazy("book entry", "QR code")

    class ReplyBy(models.TextChoices):
        BOOK = "book", pgettext_lazy("book reply", "into the book")
        EMAIL = "email", pgettext_lazy("book reply", "to the writer by e-mail")
        PHONE = "phone", pgettext_lazy("book reply", "to the writer by telephone or message")
        PERSON = "person", pgettext_lazy("book reply", "to the writer in person")
        PAGE = "page", pgettext_lazy("book reply", "on the writer's answer page")

    lifecycle = listening.BOOK_ENTRY
    state_labels = {
        "registered": pgettext_lazy("book entry", "to be answered"),
        "answered": pgettext_lazy("book entry", "answered, reply to be handed over"),
        "delivered": pgettext_lazy("book entry", "reply handed over"),
        "set_aside": pgettext_lazy("book entry", "needs no answer"),
    }
    action_labels = {
        "correct": pgettext_lazy("log", "corrected the entry"),
        "remark": pgettext_lazy("log", "wrote a remark"),
        "answer": pgettext_lazy("log", "answered the entry"),
        "deliver": pgettext_lazy("log", "handed the reply over"),
        "set_aside": pgettext_lazy("log", "decided that no answer is needed"),
        "restore": pgettext_lazy("log", "took the entry up again"),
        "reopen": pgettext_lazy("log", "reopened the entry"),
    }

    number = models.CharField(_("number"), max_length=30, unique=True, editable=False)
    book = models.ForeignKey(
        CommentBook, on_delete=models.PROTECT, related_name="entries", verbose_name=_("comment book")
    )
    unit = models.ForeignKey(
        OrgUnit, on_delete=models.PROTECT, related_name="book_entries", verbose_name=_("responsible unit")
    )
    way = models.CharField(_("came by"), max_length=8, choices=Way.choices, editable=False)
    photo = models.ForeignKey(
        BookPhoto, on_delete=models.PROTECT, null=True, blank=True, related_name="entries", verbose_name=_("page")
    )
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices, db_index=True)
    text = models.TextField(_("what was written"))
    about = models.CharField(_("line, vehicle or staff number named"), max_length=100, blank=True)
    written_on = models.DateField(_("date on the paper"), null=True, blank=True)
    writer_name = models.CharField(_("writer"), max_length=100, blank=True)
    writer_contact = models.CharField(_("telephone or e-mail"), max_length=150, blank=True)
    language = models.CharField(_("language"), max_length=10, blank=True, editable=False)
    client_uuid = models.UUIDField(null=True, unique=True, editable=False)
    answer_key_hash = models.CharField(max_length=64, blank=True, editable=False, db_index=True)

    received_at = models.DateTimeField(_("received at"), db_index=True)
    registered_at = models.DateTimeField(_("registered at"), editable=False)
    registered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", editable=False)
    registered_by_name = models.CharField(_("registered by"), max_length=150, blank=True, editable=False)
    day = models.DateField(_("service day"), editable=False, db_index=True)
    due_at = models.DateTimeField(_("to be answered by"), null=True, editable=False)
    first_due_at = models.DateTimeField(_("first due"), null=True, editable=False)
    warned_at = models.DateTimeField(null=True, editable=False)
    overdue_since = models.DateTimeField(null=True, editable=False)

    remarks = models.TextField(_("handler's remarks"), blank=True)
    reply = models.TextField(_("reply"), blank=True)
    reply_by = models.CharField(_("reply goes"), max_length=8, choices=ReplyBy.choices, blank=True)
    answered_at = models.DateTimeField(_("answered at"), null=True, editable=False)
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", editable=False)
    answered_by_name = models.CharField(_("answered by"), max_length=150, blank=True, editable=False)
    was_in_time = models.BooleanField(_("answered in time"), null=True, editable=False)
    delivered_at = models.DateTimeField(_("handed over at"), null=True, editable=False)
    delivery = models.CharField(_("how it was handed over"), max_length=200, blank=True)
    mailed_at = models.DateTimeField(_("e-mail on its way since"), null=True, editable=False)
    mail_problem = models.CharField(_("problem with the e-mail"), max_length=200, blank=True, editable=False)

    class Meta:
        ordering = ["-received_at", "-pk"]
        verbose_name = _("comment book entry")
        indexes = [
            models.Index(fields=["state", "due_at"], name="book_entry_due"),
            models.Index(fields=["day", "unit"], name="book_entry_day"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("surveys:book-entry", kwargs={"pk": self.pk})

    @property
    def title(self) -> str:
        """Kind and book: free text does not belong into lists of other people's work."""
        return f"{self.get_kind_display()} · {self.book.name}"

    def is_late(self, now: datetime | None = None) -> bool:
        """Strictly after the due instant."""
        return self.state == "registered" and self.due_at is not None and self.due_at < (now or timezone.now())


def _has_entries(photo: BookPhoto, _actor: Actor, _data: Mapping[str, Any]) -> str | Promise | None:
    if photo.entries.exists():
        return None
    return _("Key the entries first, or set the page aside.")


def _has_no_entries(photo: BookPhoto, _actor: Actor, _data: Mapping[str, Any]) -> str | Promise | None:
    if photo.entries.exists():
        return _("Entries were keyed from this page: finish it instead.")
    return None


BookPhoto.guards = {"has_entries": _has_entries, "has_no_entries": _has_no_entries}
