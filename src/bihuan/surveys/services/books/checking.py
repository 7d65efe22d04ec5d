"""The daily check: every paper book is looked at every service day, and "no entry" is written down."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.foundation.activity import activity
from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import ActionNotAllowedError, BadInputError
from bihuan.surveys.models import BookDay, BookEntry, CommentBook
from bihuan.surveys.permissions import BOOKS_REGISTER
from bihuan.surveys.selectors.books import service_day


def day_for(book: CommentBook, day: date | None, at: datetime) -> date:
    """The day a check is for; a day that has not begun yet cannot have been looked at."""
    current = service_day(book.org_path, at)
    if day is not None and day > current:
        raise BadInputError(_("This service day has not begun yet."), place="day")
    return day or current


def day_keep(book: CommentBook, day: date, outcome: str, *, note: str, actor: Actor, at: datetime) -> BookDay:
    """One line a book and day. It says who and when by itself; the log keeps what was written over."""
    before = BookDay.objects.filter(book=book, day=day).first()
    row, _created = BookDay.objects.update_or_create(
        book=book,
        day=day,
        defaults={"org_path": book.org_path, "outcome": outcome, "note": note, "at": at, "by_name": actor.name[:150]},
    )
    if before is not None and (before.outcome, before.note) != (outcome, note):
        was, now = (_logged(before.outcome, before.note), _logged(outcome, note))
        activity(book, "book_day", actor=actor, before={"day": day, **was}, after={"day": day, **now}, at=at)
    return row


def _logged(outcome: str, note: str) -> dict[str, str]:
    return {"outcome": outcome, **({"note": note} if note else {})}


@transaction.atomic
def book_day_record(
    *,
    actor: Actor,
    book: CommentBook,
    outcome: str,
    day: date | None = None,
    note: str = "",
    at: datetime | None = None,
) -> BookDay:
    """Write down what the check came to. A wrong line is written over; the log keeps both."""
    actor.require(BOOKS_REGISTER, book.org_path)
    at = at or timezone.now()
    if outcome not in BookDay.Outcome.values:
        raise BadInputError(_("There is no such choice."), place="outcome")
    if outcome == BookDay.Outcome.AWAY and not note.strip():
        raise BadInputError(_("Say why the book could not be looked at."), place="note")
    which = day_for(book, day, at)
    from_paper = BookEntry.objects.filter(book=book, day=which).exclude(way=BookEntry.Way.QR)
    if outcome != BookDay.Outcome.ENTRIES and from_paper.exists():
        raise ActionNotAllowedError(_("Entries of this book were registered on that day."))
    return day_keep(book, which, outcome, note=note.strip(), actor=actor, at=at)


@transaction.atomic
def books_day_record(
    *,
    actor: Actor,
    books: Iterable[CommentBook],
    outcome: str,
    day: date | None = None,
    note: str = "",
    at: datetime | None = None,
) -> int:
    """The same for many books at once; those that brought entries that day are left as they are."""
    count = 0
    for book in books:
        try:
            book_day_record(actor=actor, book=book, outcome=outcome, day=day, note=note, at=at)
        except ActionNotAllowedError:
            continue
        count += 1
    return count
