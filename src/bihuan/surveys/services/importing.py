"""From a confirmed mapping to a form version, answers, comments and figures: all of it or nothing."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime
from itertools import islice
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.foundation.actor import Actor, system_actor
from bihuan.foundation.errors import NotPermittedError, StaleRecordError
from bihuan.foundation.events import emit
from bihuan.foundation.lifecycle import perform
from bihuan.foundation.reading import DataFileError, Table
from bihuan.instruments.models import Instrument, InstrumentVersion
from bihuan.instruments.permissions import PUBLISH
from bihuan.instruments.services import instrument_create, instrument_publish, responses_store
from bihuan.organisation.models import OrgUnit
from bihuan.records.services import search_index
from bihuan.surveys.events import SurveyImported
from bihuan.surveys.linking import Targets, targets_for
from bihuan.surveys.models import MappingMemory, SurveyComment, SurveyImport, SurveyResult
from bihuan.surveys.permissions import VIEW
from bihuan.surveys.profile import group_value
from bihuan.surveys.questionnaire import Where, answered_rows, form_body, placing, said_rows
from bihuan.surveys.services.uploading import put, read_kept, refused_with, shown_progress

if TYPE_CHECKING:
    from bihuan.surveys.analysis import Analysis, Counts

BATCH = 2000
NAMESPACE = uuid.UUID("6f4c1c4e-3f0a-5d0b-9a55-0f6d2b7f7a10")


def publisher(actor: Actor, unit: OrgUnit) -> Actor:
    """Whoever may import a survey may publish the form it answers."""
    return replace(actor, grants={**actor.grants, PUBLISH: (*actor.paths(PUBLISH), unit.org_path)})


def form_for(survey: SurveyImport, actor: Actor, table: Table) -> InstrumentVersion:
    """The form this file answers: a further version of the one that files of this shape answered before."""
    body = form_body(table, survey.plan)
    before = (
        SurveyResult.objects.filter(survey__unit_id=survey.unit_id, survey__shape=survey.shape)
        .order_by("-pk")
        .values_list("form_version__instrument_id", flat=True)
        .first()
    )
    by = publisher(actor, survey.unit)
    instrument = Instrument.objects.filter(pk=before).first() if before else None
    if instrument is None:
        instrument = instrument_create(actor=by, unit=survey.unit, title=survey.title)
    note = _("from the file %(file)s") % {"file": survey.file_name}
    return instrument_publish(instrument=instrument, actor=by, body=body, note=note[:200])


def comment_rows(survey: SurveyImport, table: Table, where: Callable[[int], Where]) -> Iterator[SurveyComment]:
    name = survey.links.get("column", "")
    column = table.column(name) if name and name in table else None
    groups = [*(group_value(column, level) for level in column.levels), ""] if column is not None else [""]
    for said in said_rows(table, survey.plan):
        yield SurveyComment(
            survey=survey,
            org_path=where(said.row).org_path,
            column=said.column[:200],
            group=groups[int(column.codes[said.row])][:200] if column is not None else "",
            text=said.text,
        )


def store_comments(rows: Iterator[SurveyComment]) -> int:
    count = 0
    while batch := list(islice(rows, BATCH)):
        SurveyComment.objects.bulk_create(batch)
        count += len(batch)
    return count


def remember(survey: SurveyImport, actor: Actor, at: datetime) -> None:
    """Next time a file with these headings comes, its columns are proposed as confirmed now."""
    values = {"mapping": survey.mapping, "links": survey.links, "updated_at": at, "updated_by_name": actor.name}
    MappingMemory.objects.update_or_create(
        unit_id=survey.unit_id, shape=survey.shape, defaults={**values, "org_path": survey.org_path}
    )


def counted(table: Table, survey: SurveyImport) -> tuple[Counts, Analysis]:
    from bihuan.surveys.analysis import count, evaluate  # numerics take a second to load

    counts = count(table, survey.plan)
    return counts, evaluate(counts)


@transaction.atomic
def store(
    survey: SurveyImport,
    *,
    actor: Actor,
    table: Table,
    counts: Counts,
    analysis: Analysis,
    at: datetime | None,
    targets: Targets,
) -> SurveyImport:
    """Write everything an import brings in one transaction."""
    now = at or timezone.now()
    day: date = survey.period_to or timezone.localdate(now)
    where = placing(table, survey.links, targets, survey.org_path)
    version = form_for(survey, actor, table)
    rows = answered_rows(table, survey.plan, namespace=uuid.uuid5(NAMESPACE, survey.collection), where=where, day=day)
    responses = responses_store(version=version, rows=rows, collection=survey.collection, channel="import")
    SurveyResult.objects.filter(survey=survey).delete()
    SurveyResult.objects.create(
        survey=survey,
        org_path=survey.org_path,
        form_version=version,
        counts=counts.to_dict(),
        analysis=analysis.to_dict(),
        responses=responses,
        comments=store_comments(comment_rows(survey, table, where)),
    )
    remember(survey, actor, now)
    put(survey, headline=analysis.headline.to_dict(), progress=100)
    perform(survey, "finish", actor=actor, at=at, data={"imported_at": now, "responses": responses})
    search_index(record=survey, number="", title=survey.title, text=survey.headline_text, permission=VIEW)
    emit(SurveyImported(survey.reference, survey.org_path, responses))
    return survey


def survey_import(*, survey: SurveyImport, actor: Actor, at: datetime | None = None) -> SurveyImport:
    """Read, count and store a confirmed file; raises ``DataFileError`` where the columns do not fit it."""
    table = read_kept(survey, lambda _done, _total: None)
    counts, analysis = counted(table, survey)
    return store(survey, actor=actor, table=table, counts=counts, analysis=analysis, at=at, targets=targets_for(actor))


def fresh(survey: SurveyImport) -> bool:
    return SurveyImport.objects.filter(pk=survey.pk, state=survey.state, version=survey.version).exists()


def survey_import_in_background(*, survey: SurveyImport, actor: Actor) -> SurveyImport:
    """The worker's import: a file that does not fit goes back to its columns with the place that is wrong."""
    if survey.state != "importing":
        return survey  # the worker was asked twice, or somebody took it back meanwhile
    try:
        table = read_kept(survey, shown_progress(survey, 40))
        counts, analysis = counted(table, survey)
        SurveyImport.objects.filter(pk=survey.pk).update(progress=50)
        if not fresh(survey):
            return survey
        targets = targets_for(actor)
        return store(survey, actor=actor, table=table, counts=counts, analysis=analysis, at=None, targets=targets)
    except DataFileError as error:
        return refused_with(survey, "send_back", error)
    except NotPermittedError:  # the right was lost between the order and the work
        return perform(survey, "send_back", actor=system_actor("surveys"))
    except StaleRecordError:  # taken back while the answers were being written; all of it was rolled back
        survey.refresh_from_db()
        return survey
