"""What the comment book puts on the Today page: answers due and late, replies, pages and books that wait."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bihuan.foundation.actor import Actor
from bihuan.foundation.today import Group, TodayItem, TodayShare
from bihuan.surveys.models import BookEntry
from bihuan.surveys.permissions import BOOKS_ANSWER, BOOKS_REGISTER
from bihuan.surveys.selectors import books as reads

SHOWN = 8
CAP = 1000


def _items(group: Group, what: str, rows: QuerySet[BookEntry], at: str) -> list[TodayItem]:
    return [
        TodayItem(group, str(row), what, row.get_absolute_url(), row.unit.name, getattr(row, at), "book_entry")
        for row in rows[:SHOWN]
    ]


def _count(rows: QuerySet[BookEntry], shown: int) -> int:
    return shown if shown < SHOWN else rows.order_by()[:CAP].count()


def _answers(actor: Actor, now: datetime) -> TodayShare:
    entries = reads.entries_for(actor, BOOKS_ANSWER)
    open_ones = reads.to_answer(entries)
    late, due = open_ones.filter(due_at__lt=now), open_ones.filter(due_at__gte=now)
    written = entries.filter(state="answered").order_by("answered_at")
    late_items = _items("late", _("Answer in the comment book"), late, "due_at")
    due_items = _items("due", _("Answer in the comment book"), due, "due_at")
    replies = _items("due", _("Hand the reply over"), written, "answered_at")
    return TodayShare(
        (*late_items, *due_items, *replies),
        {
            "late": _count(late, len(late_items)),
            "due": _count(due, len(due_items)) + _count(written, len(replies)),
        },
    )


def _collecting(actor: Actor, now: datetime) -> list[TodayItem]:
    """One line for all pages and one for all books: a list of 400 vehicles is not a Today page."""
    found = []
    pages = reads.waiting_photos(actor, BOOKS_REGISTER)
    first = pages.first()
    if first is not None:
        count = pages.order_by()[:CAP].count()
        text = ngettext("%(count)s page waits", "%(count)s pages wait", count) % {"count": count}
        url = f"{reverse('surveys:book-photos')}?state=waiting"
        unit = first.book.unit.name
        found.append(TodayItem("due", text, _("Transcribe pages"), url, unit, first.collected_at, "book_photo"))
    path = min(actor.paths(BOOKS_REGISTER), key=len, default="/")
    day = reads.service_day_or_today(path, now)
    books = reads.not_checked(actor, day, BOOKS_REGISTER)
    book = books.select_related("unit").first()
    if book is not None:
        count = books.order_by()[:CAP].count()
        text = ngettext("%(count)s book not looked at yet", "%(count)s books not looked at yet", count)
        end = reads.day_end_or_midnight(path, now)
        url = f"{reverse('surveys:book-day')}?outcome=open"
        title = text % {"count": count}
        found.append(TodayItem("due", title, _("Check the books"), url, book.unit.name, end, "book_day"))
    return found


def share(actor: Actor, now: datetime, _last_seen: datetime) -> TodayShare:
    items: list[TodayItem] = []
    totals: dict[Group, int] = {"due": 0, "late": 0}
    if actor.can_somewhere(BOOKS_ANSWER):
        answers = _answers(actor, now)
        items += answers.items
        totals = {group: totals[group] + answers.totals[group] for group in totals}
    if actor.can_somewhere(BOOKS_REGISTER):
        collecting = _collecting(actor, now)
        items += collecting
        totals["due"] += len(collecting)
    return TodayShare(tuple(sorted(items, key=lambda item: item.at)), totals)
