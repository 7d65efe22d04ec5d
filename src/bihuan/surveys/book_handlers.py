"""What the comment book puts into the house at start-up, and what others' events mean to it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from bihuan.duties.enums import Level
from bihuan.duties.events import ClockAlerted, ClockBreached, ClockEscalated, ClockWarned
from bihuan.foundation import navigation, today
from bihuan.foundation.events import subscribe
from bihuan.foundation.scope import register_system_scope
from bihuan.organisation.events import UnitMoved
from bihuan.records.services import register_actions, register_fields, register_subject, register_values
from bihuan.surveys.book_today import share
from bihuan.surveys.models import BookDay, BookEntry
from bihuan.surveys.permissions import BOOKS_ANSWER, BOOKS_MANAGE, BOOKS_REGISTER, BOOKS_VIEW
from bihuan.surveys.services.books import (
    book_entry_mark_overdue,
    book_entry_mark_warned,
    book_entry_tell,
    books_follow_unit,
)

LABEL = BookEntry._meta.label_lower
WARNED = gettext_noop("%(number)s (%(book)s): the answer is due today")
LATE = gettext_noop("%(number)s (%(book)s): not answered the same day")
STILL_LATE = gettext_noop("%(number)s (%(book)s): still not answered, %(days)s working days late")
DAYS = {Level.AFTER_1.value: "1", Level.AFTER_3.value: "3"}
CLOCKS = {f"duties.{name}" for name in ("clock", "clockentry", "clockcycle", "clockalert")}


def _entry_of(event: ClockAlerted) -> BookEntry | None:
    if event.subject.label != LABEL:
        return None
    entry: BookEntry | None = BookEntry.objects.select_related("book").filter(pk=event.subject.id).first()
    return entry if entry is not None and entry.state == "registered" else None


def warned(event: ClockWarned) -> None:
    entry = _entry_of(event)
    if entry is not None:
        book_entry_mark_warned(entry=entry, at=event.at)
        book_entry_tell(entry=entry, message=WARNED, holders_of=[BOOKS_ANSWER])


def breached(event: ClockBreached) -> None:
    entry = _entry_of(event)
    if entry is not None:
        book_entry_mark_overdue(entry=entry, at=entry.due_at or event.at)
        book_entry_tell(entry=entry, message=LATE, holders_of=[BOOKS_ANSWER, BOOKS_MANAGE])


def escalated(event: ClockEscalated) -> None:
    entry = _entry_of(event)
    if entry is not None:
        book_entry_mark_overdue(entry=entry, at=entry.due_at or event.at)
        days = {"days": DAYS.get(event.level, "")}
        book_entry_tell(entry=entry, message=STILL_LATE, holders_of=[BOOKS_ANSWER, BOOKS_MANAGE], params=days)


def unit_moved(event: UnitMoved) -> None:
    books_follow_unit(old_path=event.old_path, new_path=event.new_path)


def connect() -> None:
    subscribe(ClockWarned)(warned)
    subscribe(ClockBreached)(breached)
    subscribe(ClockEscalated)(escalated)
    subscribe(UnitMoved)(unit_moved)
    books = {"surveys.commentbook", LABEL}
    register_system_scope("scanner", models=books)
    register_system_scope("comment_book_door", models={*books, *CLOCKS, "organisation.orgunit", "organisation.asset"})
    register_system_scope("comment_book_mail", models={*books, "organisation.orgunit"})
    register_subject("surveys.commentbook", BOOKS_VIEW, BOOKS_REGISTER)
    register_subject(LABEL, BOOKS_VIEW, BOOKS_VIEW)
    # The picture shows who wrote: only those who key it may open it.
    register_subject("surveys.bookphoto", BOOKS_REGISTER, BOOKS_REGISTER)
    register_actions(
        {
            "book_day": _("corrected the daily check"),
            "book_code_renew": _("gave the book a new code"),
            "upload_page": _("uploaded a page"),
            "forget_writer": _("erased who wrote"),
        }
    )
    register_fields({"day": _("service day"), "outcome": _("outcome"), "corrected": _("corrected"), "note": _("note")})
    register_values("outcome", dict(BookDay.Outcome.choices))
    register_values(
        "corrected",
        {"text": _("the text"), "writer": _("who wrote"), "both": _("the text and who wrote")},
    )
    navigation.register(navigation.Entry("voice", _("Comment book"), "surveys:book-desk", BOOKS_VIEW, 30))
    today.register(share)
