"""Photographed pages: many at once, each kept once a day, keyed and finished one by one."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.foundation.activity import activity
from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import BadInputError
from bihuan.foundation.lifecycle import perform
from bihuan.records.services import attachment_add
from bihuan.surveys.models import BookDay, BookPhoto, CommentBook
from bihuan.surveys.permissions import BOOKS_REGISTER
from bihuan.surveys.selectors.books import service_day
from bihuan.surveys.services.books.checking import day_keep

PICTURES = {"image/jpeg", "image/png", "image/webp", "image/gif"}
TURNS = (90, 180, 270)
CHUNK = 1024 * 1024
AHEAD = timedelta(minutes=5)  # a phone's clock may be ahead of ours


class Content(Protocol):
    """What an upload offers."""

    def read(self, size: int = ..., /) -> bytes: ...

    def seek(self, offset: int, whence: int = ..., /) -> object: ...

    def tell(self) -> int: ...


@dataclass(frozen=True)
class Picture:
    """A file as it came: what it was called and an open handle on its bytes."""

    name: str
    content: Content


def collected(at: datetime | None, now: datetime, *, place: str = "collected_at") -> datetime:
    """When the book was collected; the clock of its entries starts then, not when somebody keys them."""
    if at is None:
        return now
    if at > now + AHEAD:
        raise BadInputError(_("This is in the future."), place=place)
    return at


@transaction.atomic
def book_photos_add(
    *,
    actor: Actor,
    book: CommentBook,
    pictures: Iterable[Picture],
    collected_at: datetime | None = None,
    at: datetime | None = None,
) -> tuple[list[BookPhoto], list[str]]:
    """Keep photographed pages; returns them and the names of those that were there already that day."""
    actor.require(BOOKS_REGISTER, book.org_path)
    now = at or timezone.now()
    when = collected(collected_at, now)
    day = service_day(book.org_path, when)
    added: list[BookPhoto] = []
    twice: list[str] = []
    for picture in pictures:
        photo = _photo_add(actor, book, picture, when=when, day=day, now=now)
        if photo is None:
            twice.append(picture.name)
        else:
            added.append(photo)
    if added:
        day_keep(book, day, BookDay.Outcome.ENTRIES, note="", actor=actor, at=now)
    return added, twice


def _digest(picture: Picture) -> str:
    found = hashlib.sha256()
    picture.content.seek(0)
    while piece := picture.content.read(CHUNK):
        found.update(piece)
    return found.hexdigest()


def _photo_add(
    actor: Actor, book: CommentBook, picture: Picture, *, when: datetime, day: date, now: datetime
) -> BookPhoto | None:
    digest = _digest(picture)
    if BookPhoto.objects.filter(book=book, day=day, digest=digest).exists():
        return None
    photo = BookPhoto.objects.create(
        org_path=book.org_path,
        state=BookPhoto.lifecycle.initial,
        book=book,
        digest=digest,
        collected_at=when,
        day=day,
        uploaded_at=now,
        uploaded_by_id=actor.user_id,
        uploaded_by_name=actor.name[:150],
    )
    file = attachment_add(subject=photo, actor=actor, name=picture.name, content=picture.content)
    if file.media_type not in PICTURES:
        raise BadInputError(_("“%(name)s” is not a picture.") % {"name": picture.name}, place="pictures")
    activity(photo, "upload_page", actor=actor, after={"name": file.name, "day": day}, at=now)
    return photo


@transaction.atomic
def book_photo_turn(*, actor: Actor, photo: BookPhoto, by: int, at: datetime | None = None) -> BookPhoto:
    """Turn the picture by 90 or 270 degrees; how it stands is kept for whoever keys it."""
    if by not in TURNS:
        raise BadInputError(_("A picture is turned by quarters."), place="by")
    return perform(photo, "turn", actor=actor, data={"rotation": (photo.rotation + by) % 360}, at=at)


@transaction.atomic
def book_photo_finish(*, actor: Actor, photo: BookPhoto, at: datetime | None = None) -> BookPhoto:
    """Every entry of the page is keyed."""
    at = at or timezone.now()
    return perform(photo, "finish", actor=actor, data={"finished_at": at}, at=at)


@transaction.atomic
def book_photo_set_aside(*, actor: Actor, photo: BookPhoto, why: str, at: datetime | None = None) -> BookPhoto:
    at = at or timezone.now()
    if why not in BookPhoto.Aside.values:
        raise BadInputError(_("There is no such choice."), place="why_aside")
    perform(photo, "set_aside", actor=actor, data={"finished_at": at, "why_aside": why}, at=at)
    others = BookPhoto.objects.filter(book=photo.book, day=photo.day).exclude(state="set_aside").exists()
    has_entries = photo.book.entries.filter(day=photo.day).exclude(way="qr").exists()
    if not others and not has_entries and why == BookPhoto.Aside.BLANK:
        day_keep(photo.book, photo.day, BookDay.Outcome.NONE, note="", actor=actor, at=at)
    return photo


@transaction.atomic
def book_photo_reopen(*, actor: Actor, photo: BookPhoto, at: datetime | None = None) -> BookPhoto:
    """More is to be keyed from a page that was done with."""
    data = {"finished_at": None, "why_aside": ""}
    perform(photo, "reopen", actor=actor, data=data, at=at)
    day_keep(photo.book, photo.day, BookDay.Outcome.ENTRIES, note="", actor=actor, at=at or timezone.now())
    return photo
