"""Entries: keyed by the office, or written by a passenger at the book's door."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from bihuan.foundation.activity import activity
from bihuan.foundation.actor import Actor, system_actor
from bihuan.foundation.errors import ActionNotAllowedError, BadInputError
from bihuan.foundation.lifecycle import perform
from bihuan.organisation.models import OrgUnit
from bihuan.records.services import number_take
from bihuan.surveys.models import BookDay, BookEntry, BookPhoto, CommentBook
from bihuan.surveys.permissions import BOOKS_ANSWER, BOOKS_REGISTER, CONTACTS
from bihuan.surveys.services.books.checking import day_keep
from bihuan.surveys.services.books.deadlines import entry_clock_again, entry_clock_start, entry_clock_stop, entry_index
from bihuan.surveys.services.books.photos import collected

SERIES = "YJ"
TEXT_LIMIT = 4000
DOOR = system_actor("comment book")


def checked(kind: str, text: str) -> str:
    said = text.replace("\x00", "").strip()
    if not said:
        raise BadInputError(_("This is needed for the step."), place="text")
    if len(said) > TEXT_LIMIT:
        raise BadInputError(_("At most %(limit)s characters.") % {"limit": TEXT_LIMIT}, place="text")
    if kind not in BookEntry.Kind.values:
        raise BadInputError(_("There is no such choice."), place="kind")
    return said


def _keep(entry: BookEntry, actor: Actor, at: datetime) -> BookEntry:
    """Number, clock, log and index of a new entry; the log holds nothing of the writer."""
    year = timezone.localtime(entry.received_at).year
    entry.number = f"{SERIES}-{year}-{number_take(series=SERIES, year=year):05d}"
    entry.save(force_insert=True)
    entry_clock_start(entry, actor=actor)
    after = {"kind": entry.kind, "way": entry.way, "book": entry.book.name}
    activity(entry, "register", actor=actor, after=after, at=at)
    entry_index(entry)
    return entry


@transaction.atomic
def book_entry_register(
    *,
    actor: Actor,
    book: CommentBook,
    kind: str,
    text: str,
    about: str = "",
    written_on: date | None = None,
    writer_name: str = "",
    writer_contact: str = "",
    unit: OrgUnit | None = None,
    photo: BookPhoto | None = None,
    received_at: datetime | None = None,
    client_uuid: uuid.UUID | None = None,
    at: datetime | None = None,
) -> BookEntry:
    """Key an entry of the paper book. Its clock runs from ``received_at``: when the book was collected.

    From a photographed page that is the page's own collecting time, whenever it is keyed. A program that sends
    the same ``client_uuid`` again gets the entry there is.
    """
    actor.require(BOOKS_REGISTER, book.org_path)
    said = checked(kind, text)
    if not book.is_active:
        raise BadInputError(_("This book is out of use; choose one in use."), place="book")
    if client_uuid is not None:
        earlier = BookEntry.objects.filter(client_uuid=client_uuid).first()
        if earlier is not None:
            return _same(earlier, book, kind, said)
    now = at or timezone.now()
    if photo is not None and (photo.book_id != book.pk or photo.state != "waiting"):
        raise ActionNotAllowedError(_("The page is done with; take it up again first."))
    received = photo.collected_at if photo is not None else collected(received_at, now, place="received_at")
    if written_on is not None and written_on > timezone.localdate(received):
        raise BadInputError(_("This is in the future."), place="written_on")
    entry = BookEntry(
        org_path=(unit or book.unit).org_path,
        state=BookEntry.lifecycle.initial,
        book=book,
        unit=unit or book.unit,
        way=BookEntry.Way.PHOTO if photo is not None else BookEntry.Way.KEYED,
        photo=photo,
        kind=kind,
        text=said,
        about=about.strip(),
        written_on=written_on,
        writer_name=writer_name.strip(),
        writer_contact=writer_contact.strip(),
        client_uuid=client_uuid,
        received_at=received,
        registered_at=now,
        registered_by_id=actor.user_id,
        registered_by_name=actor.name[:150],
        day=timezone.localdate(received),
    )
    try:
        with transaction.atomic():
            _keep(entry, actor, now)
    except IntegrityError:
        if client_uuid is None:
            raise
        return _same(BookEntry.objects.get(client_uuid=client_uuid), book, kind, said)
    day_keep(book, entry.day, BookDay.Outcome.ENTRIES, note="", actor=actor, at=now)
    return entry


def _same(entry: BookEntry, book: CommentBook, kind: str, text: str) -> BookEntry:
    if (entry.book_id, entry.kind, entry.text) != (book.pk, kind, text):
        raise ActionNotAllowedError(_("Something else was sent with this identifier before."))
    return entry


@dataclass(frozen=True)
class Received:
    """``key`` opens the writer's answer page; only its hash is stored. ``is_repeat``: the same was sent before."""

    entry: BookEntry
    key: str
    is_repeat: bool


def key_of(client_uuid: uuid.UUID) -> str:
    """128 bits that the page's own number yields again, so that a repeated sending shows the same answer page."""
    return salted_hmac("bihuan.surveys.book_answer", client_uuid.hex, algorithm="sha256").hexdigest()[:32]


def key_hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


@transaction.atomic
def book_entry_receive(
    *,
    book: CommentBook,
    client_uuid: uuid.UUID,
    kind: str,
    text: str,
    writer_name: str = "",
    writer_contact: str = "",
    language: str = "",
    at: datetime | None = None,
) -> Received:
    """Take an entry from the book's door. The same page sent twice is one entry; with other content it is refused."""
    if not (book.is_active and book.has_door):
        raise ActionNotAllowedError(_("This comment book takes no entries here any more."))
    said = checked(kind, text)
    key = key_of(client_uuid)
    earlier = BookEntry.objects.filter(client_uuid=client_uuid).select_related("book").first()
    if earlier is not None:
        return _repeated(earlier, key, kind, said)
    now = at or timezone.now()
    entry = BookEntry(
        org_path=book.unit.org_path,
        state=BookEntry.lifecycle.initial,
        book=book,
        unit=book.unit,
        way=BookEntry.Way.QR,
        kind=kind,
        text=said,
        writer_name=writer_name.strip()[:100],
        writer_contact=writer_contact.strip()[:150],
        language=language,
        client_uuid=client_uuid,
        answer_key_hash=key_hash(key),
        received_at=now,
        registered_at=now,
        day=timezone.localdate(now),
    )
    try:
        with transaction.atomic():
            _keep(entry, DOOR, now)
    except IntegrityError:
        return _repeated(BookEntry.objects.select_related("book").get(client_uuid=client_uuid), key, kind, said)
    return Received(entry, key, False)


def _repeated(entry: BookEntry, key: str, kind: str, text: str) -> Received:
    if (entry.kind, entry.text) != (kind, text):
        raise ActionNotAllowedError(_("This page was sent before. Open the form again to write something else."))
    return Received(entry, key, True)


@transaction.atomic
def book_entry_correct(
    *,
    actor: Actor,
    entry: BookEntry,
    kind: str,
    text: str,
    unit: OrgUnit,
    about: str = "",
    written_on: date | None = None,
    writer_name: str | None = None,
    writer_contact: str | None = None,
    at: datetime | None = None,
) -> BookEntry:
    """Put right what was keyed. None leaves the writer's details as they are; a passenger's own words stay."""
    said = checked(kind, text)
    if said != entry.text and entry.way == BookEntry.Way.QR:
        raise BadInputError(_("These are the passenger's own words; only kind and unit can be changed."), place="text")
    if unit.pk != entry.unit_id:
        actor.require(BOOKS_REGISTER, unit.org_path)
    quiet: dict[str, Any] = {"text": said}
    if writer_name is not None or writer_contact is not None:
        actor.require(CONTACTS, entry.org_path)
        quiet["writer_name"] = (writer_name or "").strip()
        quiet["writer_contact"] = (writer_contact or "").strip()
    corrected = [name for name, value in quiet.items() if getattr(entry, name) != value]
    data: dict[str, Any] = {
        "kind": kind,
        "about": about.strip(),
        "written_on": written_on,
        "unit_id": unit.pk,
        "org_path": unit.org_path,
    }
    if corrected:
        data["corrected"] = "text" if corrected == ["text"] else "writer" if "text" not in corrected else "both"
    perform(entry, "correct", actor=actor, data=data, at=at)
    if corrected:
        BookEntry.objects.filter(pk=entry.pk).update(**quiet)
        for name, value in quiet.items():
            setattr(entry, name, value)
    entry_index(entry)
    return entry


@transaction.atomic
def book_entry_remark(*, actor: Actor, entry: BookEntry, remarks: str, at: datetime | None = None) -> BookEntry:
    """The handler's remarks: what was looked into, who was asked. The writer never sees them."""
    return perform(entry, "remark", actor=actor, data={"remarks": remarks.strip()}, at=at)


@transaction.atomic
def book_entry_set_aside(*, actor: Actor, entry: BookEntry, reason: str, at: datetime | None = None) -> BookEntry:
    """No answer is needed: scribble, abuse, a blank line. It stays out of the share answered in time."""
    at = at or timezone.now()
    perform(entry, "set_aside", actor=actor, data={"reason": reason.strip()}, at=at)
    entry_clock_stop(entry, at=at, actor=actor)
    return entry


@transaction.atomic
def book_entry_restore(*, actor: Actor, entry: BookEntry, reason: str, at: datetime | None = None) -> BookEntry:
    at = at or timezone.now()
    perform(entry, "restore", actor=actor, data={"reason": reason.strip()}, at=at)
    entry_clock_again(entry, at=at, actor=actor)
    return entry


@transaction.atomic
def book_entry_forget_writer(*, actor: Actor, entry: BookEntry, reason: str, at: datetime | None = None) -> BookEntry:
    """Erase who wrote, at the writer's wish or when it is not needed any more; the log says that it was done."""
    actor.require(BOOKS_ANSWER, entry.org_path)
    actor.require(CONTACTS, entry.org_path)
    if not reason.strip():
        raise BadInputError(_("This is needed for the step."), place="reason")
    BookEntry.objects.filter(pk=entry.pk).update(writer_name="", writer_contact="")
    entry.writer_name = entry.writer_contact = ""
    activity(entry, "forget_writer", actor=actor, reason=reason.strip(), at=at)
    return entry
