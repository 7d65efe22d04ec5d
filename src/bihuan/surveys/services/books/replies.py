"""Answers: written the same day, and handed over to the book or to the writer."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bihuan.foundation.actor import Actor, system_actor
from bihuan.foundation.errors import ActionNotAllowedError, BadInputError
from bihuan.foundation.jobs import enqueue
from bihuan.foundation.lifecycle import perform
from bihuan.surveys.models import BookEntry
from bihuan.surveys.permissions import BOOKS_ANSWER
from bihuan.surveys.selectors.books import can_be_mailed
from bihuan.surveys.services.books.deadlines import entry_clock_again, entry_clock_stop, entry_index

MAILER = system_actor("comment book")
MAIL_TASK = "bihuan.surveys.book_tasks.mail_book_reply"


def check_way(entry: BookEntry, reply_by: str) -> str:
    if reply_by not in BookEntry.ReplyBy.values:
        raise BadInputError(gettext_lazy("There is no such choice."), place="reply_by")
    if reply_by == BookEntry.ReplyBy.EMAIL and not can_be_mailed(entry):
        raise BadInputError(gettext_lazy("The writer left no e-mail address."), place="reply_by")
    if reply_by == BookEntry.ReplyBy.PHONE and not entry.writer_contact:
        raise BadInputError(gettext_lazy("The writer left no telephone number."), place="reply_by")
    if reply_by == BookEntry.ReplyBy.PAGE and not entry.answer_key_hash:
        raise BadInputError(gettext_lazy("Only entries by QR code have an answer page."), place="reply_by")
    return reply_by


@transaction.atomic
def book_entry_answer(
    *,
    actor: Actor,
    entry: BookEntry,
    reply: str,
    reply_by: str = BookEntry.ReplyBy.BOOK.value,
    at: datetime | None = None,
) -> BookEntry:
    """Answer an entry; its clock stops. The first answer decides for ever whether it came in time."""
    at = at or timezone.now()
    data: dict[str, Any] = {
        "reply": reply.strip(),
        "reply_by": check_way(entry, reply_by),
        "answered_at": at,
        "answered_by_id": actor.user_id,
        "answered_by_name": actor.name[:150],
    }
    if entry.was_in_time is None and entry.first_due_at is not None:
        data["was_in_time"] = at <= entry.first_due_at
    perform(entry, "answer", actor=actor, data=data, at=at)
    entry_clock_stop(entry, at=at, actor=actor)
    entry_index(entry)
    if reply_by == BookEntry.ReplyBy.PAGE:
        # The page shows the reply from this moment on: there is nothing left to hand over.
        book_entry_deliver(actor=actor, entry=entry, delivery=_("shown on the answer page"), at=at)
    elif reply_by == BookEntry.ReplyBy.EMAIL:
        _mail_soon(entry)
    return entry


def _mail_soon(entry: BookEntry) -> None:
    BookEntry.objects.filter(pk=entry.pk).update(mailed_at=None, mail_problem="")
    entry.mailed_at, entry.mail_problem = None, ""
    enqueue(MAIL_TASK, entry.pk)


@transaction.atomic
def book_entry_deliver(*, actor: Actor, entry: BookEntry, delivery: str, at: datetime | None = None) -> BookEntry:
    """The reply is in the book, or the writer has it."""
    at = at or timezone.now()
    return perform(entry, "deliver", actor=actor, data={"delivery": delivery.strip()[:200], "delivered_at": at}, at=at)


@transaction.atomic
def book_entries_deliver(
    *, actor: Actor, entries: Iterable[BookEntry], delivery: str, at: datetime | None = None
) -> int:
    """The same for a pile of slips; entries that are not waiting for it are left as they are."""
    count = 0
    for entry in entries:
        if entry.state == "answered":
            book_entry_deliver(actor=actor, entry=entry, delivery=delivery, at=at)
            count += 1
    return count


@transaction.atomic
def book_entry_reopen(*, actor: Actor, entry: BookEntry, reason: str, at: datetime | None = None) -> BookEntry:
    """The answer was not good enough: a new one is due the same service day; the first judgement stays."""
    at = at or timezone.now()
    perform(entry, "reopen", actor=actor, data={"reason": reason.strip()}, at=at)
    entry_clock_again(entry, at=at, actor=actor)
    return entry


def book_reply_mail(*, entry_id: int, at: datetime | None = None) -> bool:
    """Send the reply to the writer's address; the writer's own words are never in it.

    Whoever fills in a public form may give somebody else's address: what they wrote must not reach it through us.
    A job may run twice: the row that says "on its way" lets only one of them send.
    """
    at = at or timezone.now()
    waiting = BookEntry.objects.filter(pk=entry_id, state="answered", reply_by=BookEntry.ReplyBy.EMAIL)
    if not waiting.filter(mailed_at__isnull=True).update(mailed_at=at):
        return False
    entry = waiting.select_related("book", "unit").get()
    with translation.override(entry.language or settings.LANGUAGE_CODE):
        subject = _("Reply to your entry %(number)s in our comment book") % {"number": entry.number}
        body = _(
            "This is our reply to an entry in the comment book “%(book)s” of %(day)s.\n\n%(reply)s\n\n%(unit)s\n\n"
            "If you wrote nothing there, somebody gave your address by mistake; please disregard this letter."
        ) % {"book": entry.book.name, "day": entry.day, "reply": entry.reply, "unit": entry.unit.name}
        delivery = _("by e-mail")
    letter = EmailMessage(subject, body, to=[entry.writer_contact], headers={"X-Auto-Response-Suppress": "All"})
    try:
        letter.send()
    except OSError as error:  # refused connections and all of smtplib's errors
        BookEntry.objects.filter(pk=entry.pk).update(mailed_at=None, mail_problem=type(error).__name__)
        return False
    book_entry_deliver(actor=MAILER, entry=entry, delivery=delivery, at=at)
    return True


@transaction.atomic
def book_reply_mail_again(*, actor: Actor, entry: BookEntry) -> BookEntry:
    """Send once more what could not be sent, or of which nobody knows whether it left the house."""
    actor.require(BOOKS_ANSWER, entry.org_path)
    if entry.state != "answered" or entry.reply_by != BookEntry.ReplyBy.EMAIL:
        raise ActionNotAllowedError()
    _mail_soon(entry)
    return entry
