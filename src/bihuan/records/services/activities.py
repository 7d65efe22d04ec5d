"""Write the activity log."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from bihuan.foundation.actor import Actor, system_actor
from bihuan.foundation.lifecycle import as_plain
from bihuan.foundation.models import ScopedModel
from bihuan.foundation.ports import ActivityEntry
from bihuan.foundation.references import Reference
from bihuan.records import trace
from bihuan.records.chain import as_json, line_hash, seal_digest
from bihuan.records.models import Activity, ActivitySeal
from bihuan.records.subjects import path_of

MAX_TRIES = 20
SEAL_AFTER = timedelta(hours=1)


def activity_write(entry: ActivityEntry, *, on_behalf: str = "") -> Activity:
    """Append one line to its record's chain; the database settles who comes first.

    Two writers of one record may read the same last line. The unique (record, position) lets one of them in,
    the other reads again: the chain never forks, and writers of different records never wait for each other.
    """
    actor, subject = entry.actor, entry.subject
    lines = Activity._base_manager.filter(subject_type=subject.label, subject_id=subject.id)
    for _ in range(MAX_TRIES):
        last = lines.order_by("-position").values_list("position", "hash").first()
        line = Activity(
            subject_type=subject.label,
            subject_id=subject.id,
            org_path=entry.org_path,
            position=last[0] + 1 if last else 1,
            actor_kind=actor.kind,
            actor_user_id=actor.user_id,
            actor_name=actor.name[:150],
            on_behalf=on_behalf[:150],
            action=entry.action,
            at=entry.at,
            recorded_at=timezone.now(),
            before=as_json(entry.before),
            after=as_json(entry.after),
            reason=entry.reason.replace("\x00", "\ufffd"),
            request_id=trace.request_id.get(),
            previous_hash=last[1] if last else "",
        )
        line.hash = line_hash(line)
        try:
            with transaction.atomic():
                # Not through the fence: who may do the act may leave its trace, whatever scope that runs in.
                Activity._base_manager.bulk_create([line])
        except IntegrityError as error:
            if not lines.filter(position=line.position).exists():
                raise
            taken = error
            continue
        return line
    raise taken


def activity_port(entry: ActivityEntry) -> None:
    activity_write(entry)


def record_activity(
    *,
    subject: ScopedModel,
    actor: Actor,
    action: str,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str = "",
    at: datetime | None = None,
    on_behalf: str = "",
) -> Activity:
    """Log what `perform` does not cover: creation, edits, what is done to a record from outside.

    ``at`` is when it happened where that is not now; ``on_behalf`` names whom the actor stood in for.
    """
    entry = ActivityEntry(
        subject=subject.reference,
        org_path=path_of(subject),
        actor=actor,
        action=action,
        at=at or timezone.now(),
        before={name: as_plain(value) for name, value in (before or {}).items()},
        after={name: as_plain(value) for name, value in (after or {}).items()},
        reason=reason,
    )
    return activity_write(entry, on_behalf=on_behalf)


def unrecorded_write_log(*, table: str, label: str, statement: str, rows: int) -> Activity:
    """Leave a line about rows that were changed past the log; the statement's kind and its count are known."""
    entry = ActivityEntry(
        subject=Reference(label, 0),
        org_path="/",
        actor=system_actor("log guard"),
        action="unrecorded_write",
        at=timezone.now(),
        after={"table": table, "statement": statement, "rows": rows},
    )
    return activity_write(entry)


@transaction.atomic
def activity_seal(*, now: datetime) -> ActivitySeal | None:
    """Seal all lines older than an hour (younger ones may still be uncommitted); None when there is nothing new."""
    last = ActivitySeal.objects.order_by("-upto_id").first()
    newest = (
        Activity._base_manager.filter(recorded_at__lt=now - SEAL_AFTER, id__gt=last.upto_id if last else 0)
        .order_by("-id")
        .values_list("id", flat=True)
        .first()
    )
    if newest is None:
        return None
    rows = Activity._base_manager.filter(id__gt=last.upto_id if last else 0, id__lte=newest).order_by("id")
    hashes = rows.values_list("hash", flat=True).iterator(chunk_size=5000)
    count, digest = seal_digest(last.digest if last else "", hashes)
    return ActivitySeal.objects.create(upto_id=newest, count=count, digest=digest, sealed_at=now)
