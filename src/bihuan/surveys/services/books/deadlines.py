"""The same-day clock of an entry, who is told, and units that move."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet, Value
from django.db.models.functions import Concat, Substr

from bihuan.accounts.selectors import users_of_unit_with
from bihuan.duties.selectors import clocks_of
from bihuan.duties.services import clock_reopen, clock_start, clock_stop
from bihuan.foundation.actor import Actor
from bihuan.records.services import notification_send, search_index
from bihuan.surveys.masking import masked_text
from bihuan.surveys.models import BookEntry, BookPhoto, CommentBook
from bihuan.surveys.permissions import BOOKS_VIEW
from bihuan.surveys.selectors.books import POLICY, day_that_ends


def entry_keep_due(entry: BookEntry) -> None:
    """Copy the clock's due instant; of the first cycle also the one by which the entry is judged for ever."""
    clock = next((clock for clock in clocks_of(entry) if clock.policy_key == POLICY), None)
    due = clock.due_at if clock is not None and clock.is_open else None
    changes: dict[str, Any] = {"due_at": due, "warned_at": None, "overdue_since": None}
    if entry.first_due_at is None and clock is not None:
        changes["first_due_at"] = clock.due_at
        changes["day"] = (
            day_that_ends(clock.due_at, entry.received_at)
            if clock.policy.engine_rule.clock == "same_day"
            else entry.received_at.astimezone(clock.calendar.table.zone).date()
        )
    BookEntry.objects.filter(pk=entry.pk).update(**changes)
    for name, value in changes.items():
        setattr(entry, name, value)


def entry_clock_start(entry: BookEntry, *, actor: Actor) -> None:
    clock_start(subject=entry, policy=POLICY, at=entry.received_at, actor=actor, label=f"{entry.number} {entry.title}")
    entry_keep_due(entry)


def entry_clock_stop(entry: BookEntry, *, at: datetime, actor: Actor) -> None:
    clock_stop(subject=entry, at=at, actor=actor, policy=POLICY)
    entry_keep_due(entry)


def entry_clock_again(entry: BookEntry, *, at: datetime, actor: Actor) -> None:
    clock_reopen(subject=entry, at=at, actor=actor, policy=POLICY)
    entry_keep_due(entry)


def entry_index(entry: BookEntry) -> None:
    """Search never learns who wrote, and no number or address that stands in the text."""
    words = " ".join((masked_text(entry.text), entry.about, entry.book.name, entry.unit.name, entry.reply))
    search_index(record=entry, number=entry.number, title=entry.title, text=words, permission=BOOKS_VIEW)


def book_entry_tell(
    *, entry: BookEntry, message: str, holders_of: Iterable[str], params: dict[str, str] | None = None
) -> None:
    """Notify whoever holds one of the rights on the entry's unit, or on the nearest unit above it."""
    told = {user for right in holders_of for user in users_of_unit_with(right, entry.org_path)}
    if told:
        words = {"number": entry.number, "book": entry.book.name, **(params or {})}
        notification_send(recipients=sorted(told), subject=entry, message=message, params=words)


@transaction.atomic
def book_entry_mark_warned(*, entry: BookEntry, at: datetime) -> None:
    BookEntry.objects.filter(pk=entry.pk, warned_at__isnull=True).update(warned_at=at)


@transaction.atomic
def book_entry_mark_overdue(*, entry: BookEntry, at: datetime) -> None:
    BookEntry.objects.filter(pk=entry.pk, overdue_since__isnull=True).update(overdue_since=at)


def _move(rows: QuerySet[Any], old_path: str, new_path: str) -> None:
    rows.update(org_path=Concat(Value(new_path), Substr("org_path", len(old_path) + 1)))


@transaction.atomic
def books_follow_unit(*, old_path: str, new_path: str) -> None:
    """Books and what is not done with follow their unit; the rest keeps the path of its day."""
    _move(CommentBook.objects.filter(org_path__within=old_path), old_path, new_path)
    for model in (BookEntry, BookPhoto):
        rows = model.objects.filter(org_path__within=old_path).exclude(state__in=model.lifecycle.final)
        _move(rows, old_path, new_path)
