"""A file of cases from upload to taken in: small ones at once and whole, long ones piece by piece by the worker."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import PurePath
from time import monotonic
from typing import Any, BinaryIO

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from bihuan.accounts.selectors import actor_with_id
from bihuan.cases import permissions as may
from bihuan.cases.arrivals import FIELDS, MOST_ROWS, Arrival, Wrong, checked, folded, proposed
from bihuan.cases.enums import Kind
from bihuan.cases.models import CaseImport
from bihuan.cases.services.clocks import CLOSES
from bihuan.cases.services.importing import cases_import, known_numbers
from bihuan.foundation.activity import activity
from bihuan.foundation.actor import Actor, system_actor
from bihuan.foundation.errors import ActionNotAllowedError, BadInputError, DomainError
from bihuan.foundation.jobs import enqueue
from bihuan.foundation.keeping import Shelf
from bihuan.foundation.lifecycle import perform
from bihuan.foundation.reading import Table, read_table
from bihuan.organisation.models import OrgUnit
from bihuan.records.services import tell

FILES = Shelf("cases")
SYSTEM = system_actor("case import")
CHANGED = _("The file no longer passes its check: look at the cells that are wrong.")
# Up to here a file is read, checked and taken in while somebody waits, the taking in as one transaction.
AT_ONCE_BYTES, AT_ONCE_ROWS = 2 * 1024 * 1024, 300
PIECE = 50
SAMPLE_ROWS, SAMPLE_LENGTH = 5, 80
PROMISED = timedelta(hours=48)
# The queue takes a job back after a quarter of an hour: a long file is gone on with by another.
SITTING = timedelta(minutes=8)


def case_import_upload(
    *, actor: Actor, desk: OrgUnit, origin: str, name: str, content: BinaryIO, at: datetime | None = None
) -> CaseImport:
    """Take a file in and propose its columns. Raises DataFileError where it cannot be read."""
    actor.require(may.INTAKE, desk.org_path)
    at = at or timezone.now()
    if not origin.strip():
        raise BadInputError(_("Say where the file comes from."), place="origin")
    name = PurePath(name.replace("\\", "/")).name[:200]
    table = read_table(content, name)
    if table.n_rows > MOST_ROWS:
        raise BadInputError(_("At most %(limit)s rows at once.") % {"limit": MOST_ROWS}, place="file")
    if not table.n_rows:
        raise BadInputError(_("There is no row in this file."), place="file")
    digest = FILES.keep(content)
    with transaction.atomic():
        batch = CaseImport.objects.create(
            org_path=desk.org_path,
            state=CaseImport.lifecycle.initial,
            unit=desk,
            origin=origin.strip()[:50],
            file_name=name,
            digest=digest,
            size=content.seek(0, 2),
            columns=list(table.names),
            sample=sample_of(table),
            mapping=proposed(table.names),
            rows=table.n_rows,
            uploaded_at=at,
            uploaded_by_id=actor.user_id,
            uploaded_by_name=actor.name,
        )
        activity(batch, "upload", actor=actor, after={"file_name": name, "rows": table.n_rows}, at=at)
        look_through(batch, actor, table if batch.size <= AT_ONCE_BYTES else None, at)
    return batch


def sample_of(table: Table) -> list[list[str]]:
    columns = [table.column(name).texts for name in table.names]
    rows = range(min(SAMPLE_ROWS, table.n_rows))
    return [[str(texts[row] or "")[:SAMPLE_LENGTH] for texts in columns] for row in rows]


@transaction.atomic
def case_import_map(
    *, actor: Actor, batch: CaseImport, mapping: Mapping[str, str], at: datetime | None = None
) -> CaseImport:
    """Choose which column says what, and check every cell by it."""
    actor.require(may.INTAKE, batch.org_path)
    if batch.state != "uploaded":
        raise ActionNotAllowedError()
    chosen = {field: name for field, name in mapping.items() if field in FIELDS and name in batch.columns}
    batch.mapping, batch.checked_at, batch.found = chosen, None, {}
    batch.save(update_fields=["mapping", "checked_at", "found"])
    look_through(batch, actor, kept(batch) if batch.size <= AT_ONCE_BYTES else None, at or timezone.now())
    return batch


def look_through(batch: CaseImport, actor: Actor, table: Table | None, at: datetime) -> None:
    if table is None:
        enqueue("bihuan.cases.tasks.check_import", batch.pk)
    else:
        case_import_check(batch=batch, table=table, at=at)


def kept(batch: CaseImport) -> Table:
    with FILES.open(batch.digest) as content:
        return read_table(content, batch.file_name)


def units_of(desk: OrgUnit) -> dict[str, OrgUnit]:
    """The units a desk serves, by folded name and code; a name that two of them bear names neither."""
    found: dict[str, OrgUnit] = {}
    twice: set[str] = set()
    for unit in OrgUnit.objects.filter(org_path__within=desk.org_path, is_active=True):
        for word in {folded(unit.name), folded(unit.code)} - {""}:
            if word in found:
                twice.add(word)
            found[word] = unit
    return {word: unit for word, unit in found.items() if word not in twice}


def case_import_check(*, batch: CaseImport, table: Table | None = None, at: datetime | None = None) -> CaseImport:
    """Say what would happen. Nothing is written but that."""
    at, mapping = at or timezone.now(), dict(batch.mapping)
    arrivals, wrongs = checked(table or kept(batch), mapping, at, units_of(batch.unit))
    found = findings(batch, arrivals, wrongs, at)
    # Other columns may have been chosen while the worker read: their own check is on its way.
    rows = CaseImport.objects.filter(pk=batch.pk, state="uploaded", mapping=mapping)
    if rows.update(found=found, checked_at=at):
        batch.found, batch.checked_at = found, at
    return batch


def findings(batch: CaseImport, arrivals: list[Arrival], wrongs: list[Wrong], at: datetime) -> dict[str, Any]:
    there = known_numbers(batch.source, [one.number for one in arrivals])
    fresh = [one for one in arrivals if one.number not in there]
    running = [one for one in fresh if one.closed_at is None]
    late = [one for one in running if (one.values.get("kind") or Kind.COMPLAINT) in CLOSES]
    return {
        "fresh": len(fresh),
        "there": len(there),
        "open": len(running),
        "overdue": sum(one.received_at + PROMISED < at for one in late),
        "wrong": len(wrongs),
        "wrongs": [[wrong.place, str(wrong.message)] for wrong in wrongs],
    }


@transaction.atomic
def case_import_start(*, actor: Actor, batch: CaseImport, at: datetime | None = None) -> CaseImport:
    """Take the rows in: a short file at once, all or none; a long one is the worker's."""
    at = at or timezone.now()
    perform(batch, "start", actor=actor, data={"started_at": at, "started_by_id": actor.user_id}, at=at)
    if batch.rows > AT_ONCE_ROWS:
        enqueue("bihuan.cases.tasks.take_import_in", batch.pk)
        return batch
    arrivals, wrongs = checked(kept(batch), batch.mapping, at, units_of(batch.unit))
    if wrongs:
        raise BadInputError(CHANGED)
    taken(batch, actor, arrivals)
    return finished(batch, actor, at)


def taken(batch: CaseImport, actor: Actor, arrivals: list[Arrival]) -> None:
    done = cases_import(actor=actor, desk=batch.unit, origin=batch.origin, arrivals=arrivals)
    batch.made, batch.there = batch.made + done.made, batch.there + done.there
    batch.save(update_fields=["made", "there"])


def finished(batch: CaseImport, actor: Actor, at: datetime) -> CaseImport:
    counts = {"made": batch.made, "there": batch.there}
    perform(batch, "finish", actor=actor, data={"finished_at": at, **counts}, at=at)
    let_go(batch)
    tell(
        subject=batch,
        message=gettext_noop("%(name)s is taken in: %(made)s new cases"),
        params={"name": batch.file_name, "made": str(batch.made)},
        people=[batch.started_by_id],
        without=actor if batch.rows <= AT_ONCE_ROWS else None,
    )
    return batch


def case_import_go_on(*, batch: CaseImport) -> CaseImport:
    """The worker's part. Every piece is one transaction; what is in already is passed over, so it may begin anew."""
    if batch.state != "running":
        return batch
    actor, began = actor_with_id(batch.started_by_id), monotonic()
    # A row was received before the file was: what is checked against the clock stays as it was found.
    arrivals, wrongs = checked(kept(batch), batch.mapping, batch.started_at or timezone.now(), units_of(batch.unit))
    if wrongs:
        case_import_check(batch=case_import_stop(actor=SYSTEM, batch=batch, reason=str(CHANGED)))
        return batch
    for start in range(batch.taken, len(arrivals), PIECE):
        if not CaseImport.objects.filter(pk=batch.pk, state="running").exists():
            return batch
        if monotonic() - began > SITTING.total_seconds():
            enqueue("bihuan.cases.tasks.take_import_in", batch.pk)
            return batch
        try:
            with transaction.atomic():
                taken(batch, actor, arrivals[start : start + PIECE])
        except DomainError as refused:
            return case_import_stop(actor=SYSTEM, batch=batch, reason=str(refused.message))
    with transaction.atomic():
        return finished(batch, actor, timezone.now())


@transaction.atomic
def case_import_stop(*, actor: Actor, batch: CaseImport, reason: str) -> CaseImport:
    """What is in stays in; started again, it goes on with the rest."""
    perform(batch, "stop", actor=actor, data={"reason": reason})
    message = gettext_noop("%(name)s was stopped: %(why)s")
    params = {"name": batch.file_name, "why": reason}
    tell(subject=batch, message=message, params=params, people=[batch.started_by_id], without=actor)
    return batch


@transaction.atomic
def case_import_discard(*, actor: Actor, batch: CaseImport, at: datetime | None = None) -> CaseImport:
    at = at or timezone.now()
    perform(batch, "discard", actor=actor, data={"finished_at": at}, at=at)
    let_go(batch)
    return batch


def let_go(batch: CaseImport) -> None:
    """The file names people: once its rows are in, or nobody wants them, it goes, the sample with it."""
    CaseImport.objects.filter(pk=batch.pk).update(sample=[])
    others = CaseImport._base_manager.filter(digest=batch.digest, state__in=("uploaded", "running"))
    if not others.exclude(pk=batch.pk).exists():
        transaction.on_commit(lambda: FILES.drop(batch.digest))
