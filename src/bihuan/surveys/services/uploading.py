"""A file comes in: kept by its content, read, its columns proposed."""

from __future__ import annotations

from datetime import datetime
from pathlib import PurePath
from typing import BinaryIO

from django.db import transaction
from django.utils import timezone

from bihuan.foundation.activity import activity
from bihuan.foundation.actor import Actor, system_actor
from bihuan.foundation.errors import NotPermittedError
from bihuan.foundation.jobs import enqueue
from bihuan.foundation.lifecycle import perform
from bihuan.foundation.reading import DataFileError, Progress, Table, read_table
from bihuan.organisation.models import OrgUnit
from bihuan.surveys import keeping
from bihuan.surveys.linking import proposed_links, targets_for
from bihuan.surveys.mapping import Mapping, Role, file_shape, propose
from bihuan.surveys.models import SurveyImport
from bihuan.surveys.permissions import IMPORT
from bihuan.surveys.profile import profile_of
from bihuan.surveys.questionnaire import period_of
from bihuan.surveys.selectors import memory_for

AT_ONCE_BYTES = 2 * 1024 * 1024  # above this the worker reads, so that no page waits
WAITING = ("reading", "proposed")


class CodebookError(DataFileError):
    """The codebook cannot be used; the survey file itself may be sound."""

    @classmethod
    def of(cls, error: DataFileError) -> CodebookError:
        return cls(error.code, where=error.where, **error.params)


def proposal_with(table: Table, name: str, content: BinaryIO) -> Mapping:
    """Propose columns by a stated codebook."""
    try:
        return propose(table, read_table(content, name))
    except DataFileError as error:
        raise CodebookError.of(error) from error


def survey_upload(
    *,
    actor: Actor,
    unit: OrgUnit,
    name: str,
    content: BinaryIO,
    codebook_name: str = "",
    codebook: BinaryIO | None = None,
    at: datetime | None = None,
) -> SurveyImport:
    """Take a file in. A small one is read at once and refused with its place; a large one is read by the worker.

    The same file of the same unit that still waits for its columns is not taken twice.
    """
    actor.require(IMPORT, unit.org_path)
    name = PurePath(name.replace("\\", "/")).name[:200]
    size = keeping.measure(content)
    codebook_size = keeping.measure(codebook) if codebook is not None else 0
    at_once = size <= AT_ONCE_BYTES and codebook_size <= AT_ONCE_BYTES
    if at_once:  # nothing is kept of a file that cannot be used
        table = read_table(content, name)
        proposed = proposal_with(table, codebook_name, codebook) if codebook is not None else None
    digest = keeping.keep(content)
    codebook_digest = keeping.keep(codebook) if codebook is not None else ""
    with transaction.atomic():
        waiting = SurveyImport.objects.filter(
            unit=unit, digest=digest, codebook_digest=codebook_digest, state__in=WAITING
        ).first()
        if waiting is not None:
            return waiting
        survey = SurveyImport.objects.create(
            org_path=unit.org_path,
            unit=unit,
            state=SurveyImport.lifecycle.initial,
            title=PurePath(name).stem[:150] or name,
            file_name=name,
            digest=digest,
            size=size,
            codebook_name=PurePath(codebook_name).name[:200] if codebook_digest else "",
            codebook_digest=codebook_digest,
            uploaded_at=at or timezone.now(),
            uploaded_by_id=actor.user_id,
            uploaded_by_name=actor.name,
        )
        activity(survey, "upload", actor=actor, after={"file_name": name, "size": size, "digest": digest}, at=at)
        if at_once:
            return take_proposal(survey, actor=actor, table=table, proposed=proposed, at=at)
        enqueue("bihuan.surveys.tasks.read_file", survey.pk)
    return survey


def take_proposal(
    survey: SurveyImport, *, actor: Actor, table: Table, proposed: Mapping | None, at: datetime | None = None
) -> SurveyImport:
    """Keep what the file shows and what its columns are likely to be; a stated codebook goes before memory."""
    shape = file_shape(table)
    memory = memory_for(survey.unit, shape) if proposed is None else None
    if memory is not None:
        mapping, links = Mapping.from_dict(memory.mapping).learning(propose(table)), memory.links
    else:
        mapping, links = proposed or propose(table), {}
    profile = profile_of(table)
    groups = {use.name for use in mapping.of_role(Role.GROUP)}
    values = [(one["name"], one["values"]) for one in profile["columns"] if one["name"] in groups]
    period_from, period_to = period_of(table, mapping)
    put(
        survey,
        rows=table.n_rows,
        shape=shape,
        profile=profile,
        mapping=mapping.to_dict(),
        memory=memory,
        links=links or proposed_links(targets_for(actor), values),
        period_from=period_from,
        period_to=period_to,
        title=mapping.title[:150] if mapping.title and memory is None else survey.title,
        progress=0,
    )
    return perform(survey, "read", actor=actor, at=at)


def read_kept(survey: SurveyImport, progress: Progress) -> Table:
    with keeping.open_kept(survey.digest) as content:
        return read_table(content, survey.file_name, progress=progress)


def proposal_of_kept(survey: SurveyImport, table: Table) -> Mapping | None:
    if not survey.codebook_digest:
        return None
    with keeping.open_kept(survey.codebook_digest) as content:
        return proposal_with(table, survey.codebook_name, content)


def shown_progress(survey: SurveyImport, share: int) -> Progress:
    """Note how far the reading is, every tenth of it; ``share`` is its part of the whole act in per cent."""
    last = 0

    def note(done: int, total: int) -> None:
        nonlocal last
        part = share * done // max(1, total)
        if part >= last + 10:
            last = part
            SurveyImport.objects.filter(pk=survey.pk).update(progress=part)

    return note


def put(survey: SurveyImport, **values: object) -> None:
    """Save named fields that are bookkeeping and no news for the log."""
    for name, value in values.items():
        setattr(survey, name, value)
    survey.save(update_fields=list(values))


@transaction.atomic
def refused_with(survey: SurveyImport, action: str, error: DataFileError) -> SurveyImport:
    """Move on because the file cannot be used so; the page says it in the reader's language, the log in one."""
    put(survey, problem=error.to_dict(), progress=0)
    return perform(survey, action, actor=system_actor("surveys"), data={"reason": " ".join(str(error).split())})


def survey_read_in_background(*, survey: SurveyImport, actor: Actor) -> SurveyImport:
    """Read a kept file; one that cannot be used says so on its page."""
    if survey.state != "reading":
        return survey  # the worker was asked twice, or somebody discarded it meanwhile
    try:
        table = read_kept(survey, shown_progress(survey, 90))
        proposed = proposal_of_kept(survey, table)
        with transaction.atomic():
            return take_proposal(survey, actor=actor, table=table, proposed=proposed)
    except NotPermittedError:  # the right was lost between the order and the work
        return perform(survey, "discard", actor=system_actor("surveys"))
    except DataFileError as error:
        return refused_with(survey, "refuse", error)
