"""Reads of records: what happened, files, comments, notifications, search."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import connection, models
from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext

from bihuan.foundation.actor import Actor, paths_above
from bihuan.foundation.errors import NotPermittedError, OutOfScopeError
from bihuan.foundation.models import ScopedModel, scope_field_of, within
from bihuan.foundation.permissions import SIGNED_IN
from bihuan.foundation.references import Reference
from bihuan.organisation.models import OrgUnit
from bihuan.records.chain import line_hash, seal_digest
from bihuan.records.models import Activity, ActivitySeal, Attachment, Comment, Notification, SearchEntry
from bihuan.records.subjects import registered, subject_for, subject_label
from bihuan.records.words import query_terms

__all__ = [
    "SearchHit",
    "activity_of",
    "attachments_of",
    "broken_links",
    "broken_seals",
    "can_read",
    "comments_of",
    "load_all",
    "message_of",
    "notifications_for",
    "record_named",
    "search_find",
    "subject_for",
    "subjects_matching",
    "unread_count",
    "url_of",
    "visible_entries",
]

SEARCH_LIMIT = 50


def _of(rows: QuerySet[Any], subject: models.Model) -> QuerySet[Any]:
    reference = Reference.of(subject)
    return rows.filter(subject_type=reference.label, subject_id=reference.id)


def can_read(actor: Actor, reference: Reference) -> bool:
    """Whether a record is in scope and, where a right opens it, the actor holds it."""
    if reference.label not in registered():
        return reference.load() is not None
    try:
        subject_for(actor, reference)
    except (OutOfScopeError, NotPermittedError):
        return False
    return True


def activity_of(subject: models.Model) -> QuerySet[Activity]:
    """Lines about a record, newest first. Who may see the record may see what happened to it."""
    return _of(Activity._base_manager.all(), subject).order_by("-position")


def attachments_of(subject: models.Model, *, with_withdrawn: bool = False) -> QuerySet[Attachment]:
    rows = _of(Attachment._base_manager.all(), subject)
    return rows.order_by("at", "id") if with_withdrawn else rows.filter(withdrawn_at__isnull=True).order_by("at", "id")


def comments_of(subject: models.Model) -> QuerySet[Comment]:
    """Comments in order, withdrawn ones among them: their place stays, their text is not shown."""
    return _of(Comment._base_manager.all(), subject).order_by("at", "id")


def notifications_for(user_id: int) -> QuerySet[Notification]:
    return Notification.objects.filter(user_id=user_id).order_by("-id")


def unread_count(user_id: int) -> int:
    """How many notifications wait; an index of unread rows alone answers it."""
    return Notification.objects.filter(user_id=user_id, read_at__isnull=True).count()


def message_of(notification: Notification) -> str:
    """The notification in the reader's language."""
    return gettext(notification.message) % notification.params


def load_all(references: set[Reference]) -> dict[Reference, Any]:
    """Load many records as the current scope sees them, one query a kind."""
    by_label: dict[str, set[int]] = defaultdict(set)
    for reference in references:
        by_label[reference.label].add(reference.id)
    found: dict[Reference, Any] = {}
    for label, ids in by_label.items():
        try:
            model = apps.get_model(label)
        except LookupError:
            continue
        for record in model._default_manager.filter(pk__in=ids):
            found[Reference(label, record.pk)] = record
    return found


def record_named(model: type[models.Model], pk: int, org_path: str) -> models.Model | None:
    """What a line about ``org_path`` names: a record of the reader's scope, or one that binds the unit from above."""
    found = model._default_manager.filter(pk=pk).first()
    if found is None and issubclass(model, ScopedModel):
        found = model._base_manager.filter(pk=pk, **{f"{scope_field_of(model)}__in": paths_above(org_path)}).first()
    return found


@dataclass(frozen=True)
class SearchHit:
    """One found record; ``kind`` is its plain name, ``url`` empty where it has no page."""

    reference: Reference
    kind: str
    number: str
    title: str
    excerpt: str
    url: str
    unit: str
    org_path: str
    updated_at: datetime


def _matching(rows: QuerySet[SearchEntry], query: str) -> QuerySet[SearchEntry]:
    terms = query_terms(query)
    if not terms:
        return rows.none()
    if connection.vendor == "sqlite":
        match = " AND ".join(f'"{token}"{"*" if starts else ""}' for token, starts in terms)
        sql = "SELECT rowid FROM records_searchindex WHERE records_searchindex MATCH %s"
    else:
        match = " & ".join(f"'{token}'{':*' if starts else ''}" for token, starts in terms)
        sql = "SELECT id FROM records_searchentry WHERE words_vector @@ to_tsquery('simple', %s)"
    # Tokens hold letters and digits only (words.py), and the text goes in as a parameter.
    return rows.filter(id__in=RawSQL(sql, [match]))  # noqa: S611


def subjects_matching(label: str, query: str) -> QuerySet[SearchEntry, Any]:
    """Ids of records of one kind that hold every word, for a list to filter by; its own rows say who may see them."""
    return _matching(SearchEntry._base_manager.filter(subject_type=label), query).values("subject_id")


def visible_entries(actor: Actor) -> QuerySet[SearchEntry]:
    """Entries in scope whose record this actor may open."""
    rows = SearchEntry.objects.all()
    if actor.is_system:
        return rows
    may = Q(permission=SIGNED_IN)
    for permission, paths in actor.grants.items():
        may |= Q(permission=permission) & within("org_path", paths)
    return rows.filter(may)


def search_find(actor: Actor, query: str, limit: int = SEARCH_LIMIT) -> list[SearchHit]:
    """Records that hold every word of ``query``: the exact number first, then numbers that begin so, then titles."""
    asked = query.strip()
    rank = Case(
        When(number__iexact=asked, then=Value(0)),
        When(number__istartswith=asked, then=Value(1)),
        When(title__icontains=asked, then=Value(2)),
        default=Value(3),
        output_field=IntegerField(),
    )
    entries = list(_matching(visible_entries(actor), asked).annotate(rank=rank).order_by("rank", "-updated_at")[:limit])
    records = load_all({entry.subject for entry in entries})
    numbers = {int(entry.org_path.strip("/").rpartition("/")[2] or 0) for entry in entries}
    units = dict(OrgUnit.objects.filter(pk__in=numbers).values_list("org_path", "name"))
    return [
        SearchHit(
            reference=entry.subject,
            kind=subject_label(entry.subject_type),
            number=entry.number,
            title=entry.title,
            excerpt=entry.excerpt,
            url=url_of(records[entry.subject]),
            unit=units.get(entry.org_path, ""),
            org_path=entry.org_path,
            updated_at=entry.updated_at,
        )
        for entry in entries
        if entry.subject in records
    ]


def url_of(record: Any) -> str:
    return str(record.get_absolute_url()) if hasattr(record, "get_absolute_url") else ""


def broken_links(lines: QuerySet[Activity]) -> list[Activity]:
    """Lines whose hash, place or link to the line before does not hold; of whole chains, in any order."""
    broken = []
    last: Activity | None = None
    for line in lines.order_by("subject_type", "subject_id", "position").iterator(chunk_size=2000):
        starts = last is None or last.subject != line.subject
        position, previous = (1, "") if starts or last is None else (last.position + 1, last.hash)
        if (line.position, line.previous_hash) != (position, previous) or line_hash(line) != line.hash:
            broken.append(line)
        last = line
    return broken


def broken_seals() -> list[ActivitySeal]:
    """Seals that no longer fit the lines below them: something was taken out or put in."""
    broken = []
    last: ActivitySeal | None = None
    for seal in ActivitySeal.objects.order_by("upto_id"):
        start, digest = (last.upto_id, last.digest) if last else (0, "")
        hashes = Activity._base_manager.filter(id__gt=start, id__lte=seal.upto_id).order_by("id")
        if seal_digest(digest, hashes.values_list("hash", flat=True).iterator(chunk_size=5000)) != (
            seal.count,
            seal.digest,
        ):
            broken.append(seal)
        last = seal
    return broken
