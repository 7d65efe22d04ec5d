"""Reads of the comment book: service days, what waits, who wrote, how many were answered in time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from bihuan.duties.selectors import calendar_in_force, policy_in_force
from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import BadInputError
from bihuan.organisation.models import OrgUnit
from bihuan.rectification.models import Finding
from bihuan.surveys.masking import masked_contact, masked_name, masked_text
from bihuan.surveys.models import BookDay, BookEntry, BookPhoto, CommentBook
from bihuan.surveys.permissions import BOOKS_VIEW, CONTACTS
from servicequality.deadlines import evaluate
from servicequality.intervals import wilson
from servicequality.results import Estimate

POLICY = "comment_book_same_day"


def service_day(org_path: str, at: datetime) -> date:
    """The service day an instant belongs to: with a start at 04:00 a night bus at 01:30 still runs yesterday."""
    version, calendar = policy_in_force(POLICY, org_path), calendar_in_force(org_path)
    if version.engine_rule.clock != "same_day":
        return at.astimezone(calendar.table.zone).date()
    return day_that_ends(evaluate(at, [], version.engine_rule, calendar.table).due_at, at)


def service_day_or_today(org_path: str, at: datetime) -> date:
    """The calendar day where no calendar or policy is set up yet."""
    try:
        return service_day(org_path, at)
    except BadInputError:
        return timezone.localdate(at)


def day_end_or_midnight(org_path: str, at: datetime) -> datetime:
    """When the running service day ends."""
    midnight = timezone.make_aware(datetime.combine(timezone.localdate(at) + timedelta(days=1), datetime.min.time()))
    try:
        version, calendar = policy_in_force(POLICY, org_path), calendar_in_force(org_path)
    except BadInputError:
        return midnight
    if version.engine_rule.clock != "same_day":
        return midnight
    return evaluate(at, [], version.engine_rule, calendar.table).due_at or midnight


def day_that_ends(end: datetime | None, at: datetime) -> date:
    """A service day ends when the next one starts, on the local day after it."""
    if end is None:
        return timezone.localdate(at)
    return timezone.localdate(end) - timedelta(days=1)


@dataclass(frozen=True)
class Writer:
    """Who wrote, as this reader may know it."""

    name: str
    contact: str
    is_masked: bool

    @property
    def is_known(self) -> bool:
        return bool(self.name or self.contact)


def sees_writer(entry: BookEntry, actor: Actor) -> bool:
    return actor.can(CONTACTS, entry.org_path)


def writer_of(entry: BookEntry, actor: Actor) -> Writer:
    if sees_writer(entry, actor):
        return Writer(entry.writer_name, entry.writer_contact, False)
    return Writer(masked_name(entry.writer_name), masked_contact(entry.writer_contact), True)


def text_for(entry: BookEntry, actor: Actor) -> str:
    return entry.text if sees_writer(entry, actor) else masked_text(entry.text)


def can_be_mailed(entry: BookEntry) -> bool:
    return "@" in entry.writer_contact


def entries_for(actor: Actor, permission: str = BOOKS_VIEW) -> QuerySet[BookEntry]:
    return BookEntry.objects.for_permission(actor, permission).select_related("book", "unit")


def to_answer(rows: QuerySet[BookEntry]) -> QuerySet[BookEntry]:
    return rows.filter(state="registered").order_by("due_at")


def books_with_day(actor: Actor, day: date, permission: str = BOOKS_VIEW) -> QuerySet[CommentBook]:
    """Active paper books with what the check of ``day`` came to, and how many entries that day brought."""
    checks = BookDay.objects.filter(book=OuterRef("pk"), day=day)
    entries = BookEntry.objects.filter(book=OuterRef("pk"), day=day).order_by().values("book")
    return (
        CommentBook.objects.for_permission(actor, permission)
        .filter(is_active=True, is_paper=True)
        .select_related("unit", "asset")
        .annotate(
            outcome=Subquery(checks.values("outcome")[:1]),
            outcome_note=Subquery(checks.values("note")[:1]),
            checked_at=Subquery(checks.values("at")[:1]),
            checked_by=Subquery(checks.values("by_name")[:1]),
            day_entries=Subquery(entries.annotate(n=Count("pk")).values("n")[:1]),
        )
    )


def not_checked(actor: Actor, day: date, permission: str = BOOKS_VIEW) -> QuerySet[CommentBook]:
    """Active paper books nobody has looked at on ``day``."""
    seen = BookDay.objects.filter(book=OuterRef("pk"), day=day)
    rows = CommentBook.objects.for_permission(actor, permission).filter(is_active=True, is_paper=True)
    return rows.filter(~Exists(seen))


def waiting_photos(actor: Actor, permission: str) -> QuerySet[BookPhoto]:
    rows = BookPhoto.objects.for_permission(actor, permission).filter(state="waiting")
    return rows.select_related("book__unit").order_by("collected_at", "pk")


def next_photo(photo: BookPhoto, actor: Actor, permission: str) -> BookPhoto | None:
    """The page to key after this one: the same book first, then the oldest."""
    rows = waiting_photos(actor, permission).exclude(pk=photo.pk)
    return rows.filter(book=photo.book).first() or rows.first()


def findings_of(entry: BookEntry) -> QuerySet[Finding]:
    reference = entry.reference
    return Finding.objects.filter(source_type=reference.label, source_id=reference.id).order_by("-raised_at")


@dataclass
class Tally:
    """Counts of entries; those that need no answer are outside the base of the share."""

    received: int = 0
    set_aside: int = 0
    in_time: int = 0
    late: int = 0
    open: int = 0
    kinds: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    @property
    def settled(self) -> int:
        return self.in_time + self.late

    @property
    def share(self) -> Estimate:
        """Answered in time of those whose answer is in or overdue; entries still within their time say nothing yet."""
        return wilson(self.in_time, self.settled)

    def add(self, row: Mapping[str, object], now: datetime) -> None:
        count = int(str(row["count"]))
        self.received += count
        self.kinds[str(row["kind"])] += count
        if row["state"] == "set_aside":
            self.set_aside += count
        elif row["was_in_time"] is True:
            self.in_time += count
        elif row["was_in_time"] is False or row["is_overdue"]:
            self.late += count
        else:
            self.open += count


@dataclass(frozen=True)
class BookFigures:
    total: Tally
    units: list[tuple[OrgUnit, Tally]]
    days: list[tuple[date, Tally | None]]
    checks: dict[str, int]
    book_days: int

    @property
    def checked(self) -> int:
        return sum(self.checks.values())


def figures(
    actor: Actor, *, since: date, until: date, now: datetime, unit: OrgUnit | None = None, kind: str = ""
) -> BookFigures:
    """What came in on the service days ``since`` to ``until`` and how it was answered."""
    rows = entries_for(actor).filter(day__gte=since, day__lte=until)
    checks = BookDay.objects.for_permission(actor, BOOKS_VIEW).filter(day__gte=since, day__lte=until)
    books = CommentBook.objects.for_permission(actor, BOOKS_VIEW)
    if unit is not None:
        books = books.filter(org_path__within=unit.org_path)
        rows = rows.filter(org_path__within=unit.org_path)
        checks = checks.filter(org_path__within=unit.org_path)
    if kind:
        rows = rows.filter(kind=kind)
    total = Tally()
    by_unit: dict[int, Tally] = defaultdict(Tally)
    by_day: dict[date, Tally | None] = {since + timedelta(days=n): None for n in range((until - since).days + 1)}
    for day in checks.order_by().values_list("day", flat=True).distinct():
        by_day[day] = Tally()
    late = Q(was_in_time__isnull=True, state="registered", first_due_at__lt=now)
    counted = (
        rows.select_related(None)
        .order_by()
        .annotate(is_overdue=late)
        .values("unit", "day", "kind", "state", "was_in_time", "is_overdue")
        .annotate(count=Count("pk"))
    )
    for row in counted:
        of_day = by_day[row["day"]] = by_day[row["day"]] or Tally()
        for tally in (total, by_unit[row["unit"]], of_day):
            tally.add(row, now)
    units = OrgUnit.objects.in_bulk(by_unit)
    found = dict(checks.order_by().values_list("outcome").annotate(Count("pk")))
    return BookFigures(
        total=total,
        units=sorted(((units[pk], tally) for pk, tally in by_unit.items() if pk in units), key=lambda p: p[0].org_path),
        days=list(by_day.items()),
        checks={str(outcome): int(count) for outcome, count in found.items()},
        book_days=book_days(books, since, min(until, timezone.localdate(now))),
    )


def book_days(books: QuerySet[CommentBook], since: date, until: date) -> int:
    """How many checks are asked for: every paper book on every day it was in use."""
    total = 0
    for begun, ended in books.filter(is_paper=True).values_list("since", "until"):
        first, last = max(begun, since), min(ended or until, until)
        total += max(0, (last - first).days + 1)
    return total


def delivered_after(rows: QuerySet[BookEntry]) -> QuerySet[BookEntry]:
    """Replies written in time but handed over only after the due instant."""
    return rows.filter(delivered_at__gt=F("first_due_at"))


def slips_for(actor: Actor, ids: Iterable[int], permission: str) -> list[BookEntry]:
    """Answered entries whose reply goes into the book, in the order of the books."""
    rows = entries_for(actor, permission).filter(state__in=("answered", "delivered"), reply_by=BookEntry.ReplyBy.BOOK)
    chosen = list(ids)
    rows = rows.filter(pk__in=chosen) if chosen else rows.filter(state="answered")
    return list(rows.order_by("unit__org_path", "book__name", "received_at")[:400])
