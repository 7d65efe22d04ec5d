"""Acts on forms and responses."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from typing import Any

from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.foundation.errors import BadInputError, DomainError
from bihuan.foundation.prepared import PreparedInsert
from bihuan.instruments.models import InstrumentVersion, Response
from bihuan.instruments.services.drafts import (
    draft_change,
    draft_create,
    draft_discard,
    draft_from_copy,
    draft_from_nothing,
    draft_from_template,
    draft_merge,
    draft_publish,
    draft_restore,
    draft_save,
    draft_start,
    instrument_rename,
    instrument_retire,
)
from bihuan.instruments.services.publishing import instrument_create, instrument_publish, instrument_with_version
from bihuan.instruments.services.scales import scale_change, scale_create, scale_retire, scales_ship
from bihuan.instruments.services.workbooks import draft_from_xlsform
from bihuan.instruments.walk import Walk, answers_hash, walk
from bihuan.organisation.models import Asset
from servicequality.scoring import Score, score_form, scorecard_from_dict

__all__ = [
    "AnswerConflictError",
    "Answered",
    "collection_horizon",
    "collection_lock",
    "draft_change",
    "draft_create",
    "draft_discard",
    "draft_from_copy",
    "draft_from_nothing",
    "draft_from_template",
    "draft_from_xlsform",
    "draft_merge",
    "draft_publish",
    "draft_restore",
    "draft_save",
    "draft_start",
    "instrument_create",
    "instrument_publish",
    "instrument_rename",
    "instrument_retire",
    "instrument_with_version",
    "response_add",
    "response_row",
    "response_score",
    "response_store",
    "responses_store",
    "responses_withdraw",
    "scale_change",
    "scale_create",
    "scale_retire",
    "scales_ship",
]

BATCH = 2000


class AnswerConflictError(DomainError):
    """The same client number came with other answers: neither is thrown away silently."""

    code = "answer_conflict"


@dataclass(frozen=True)
class Answered:
    """One response on its way in."""

    answers: Mapping[str, Any]
    states: Mapping[str, str] = field(default_factory=dict)
    client_uuid: uuid.UUID = field(default_factory=uuid.uuid4)
    answered_at: datetime | None = None
    business_date: date | None = None
    org_path: str = ""
    asset: Asset | None = None
    context: Mapping[str, Any] = field(default_factory=dict)
    walked: Walk | None = None  # by a caller that had to know what was visible before storing


def collection_lock(collection: str, *, shared: bool) -> None:
    """Writers of a collection hold it together until they commit; whoever sets a watermark waits for them.

    Without it a row with a lower number could be committed after a reader has passed it. SQLite has one writer.
    """
    if connection.vendor == "postgresql":
        name = "pg_advisory_xact_lock_shared" if shared else "pg_advisory_xact_lock"
        number = int.from_bytes(hashlib.sha256(collection.encode()).digest()[:8], "big", signed=True)
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {name}(%s)", [number])


@transaction.atomic
def collection_horizon(*, collection: str) -> int:
    """The highest response number below which no further row of the collection can appear; 0 for none."""
    collection_lock(collection, shared=False)
    return Response.objects.filter(collection=collection).aggregate(last=Max("pk"))["last"] or 0


def response_row(version: InstrumentVersion, given: Answered, collection: str, channel: str) -> Response:
    """One row, checked by the walk; the first thing wrong is raised with its item."""
    walked = given.walked or walk(version.definition, given.answers, given.states)
    if walked.problems:
        raise BadInputError(walked.problems[0].message, place=walked.problems[0].item)
    day = given.business_date
    if day is None:
        day = timezone.localdate(given.answered_at) if given.answered_at else timezone.localdate()
    return Response(
        version=version,
        collection=collection,
        client_uuid=given.client_uuid,
        content_hash=answers_hash(walked.values, walked.states),
        channel=channel,
        asset=given.asset,
        answered_at=given.answered_at,
        business_date=day,
        answers=walked.values,
        states=walked.states,
        context=dict(given.context),
        org_path=given.org_path or version.org_path,
    )


insert_once = PreparedInsert(Response, once="client_uuid")


@transaction.atomic
def response_store(
    *, version: InstrumentVersion, given: Answered, collection: str, channel: str
) -> tuple[Response, bool]:
    """Store one response; an identical repeat gives the one there is, a different one is a conflict."""
    return response_add(version=version, given=given, collection=collection, channel=channel)


def response_add(
    *, version: InstrumentVersion, given: Answered, collection: str, channel: str
) -> tuple[Response, bool]:
    """The same inside the caller's transaction: a savepoint of its own would cost every visitor two round trips."""
    if not connection.in_atomic_block:
        raise RuntimeError("response_add needs the caller's transaction, or its lock would hold nothing")
    row = response_row(version, given, collection, channel)
    collection_lock(collection, shared=True)
    if not insert_once(row):
        stored = Response.objects.filter(client_uuid=given.client_uuid).first()
        if stored is None or stored.content_hash != row.content_hash:
            raise AnswerConflictError(_("These answers differ from those already received."))
        return stored, False
    return row, True


@transaction.atomic
def responses_store(*, version: InstrumentVersion, rows: Iterable[Answered], collection: str, channel: str) -> int:
    """Store many responses, all or none; returns how many."""
    count = 0
    collection_lock(collection, shared=True)
    source = iter(rows)
    while batch := [response_row(version, given, collection, channel) for given in islice(source, BATCH)]:
        Response.objects.bulk_create(batch)
        count += len(batch)
    return count


@transaction.atomic
def responses_withdraw(*, collection: str) -> int:
    """Take a collection back whole (an import that was a mistake); the caller logs why."""
    count, _details = Response.objects.filter(collection=collection).delete()
    return count


def response_score(*, response: Response) -> Score | None:
    """Score a response by the scorecard frozen in its version; None where the form is not scored."""
    card = response.version.definition.scorecard
    if card is None:
        return None
    scorecard = scorecard_from_dict(card)
    keys = {criterion.key for criterion in scorecard.criteria}
    return score_form(scorecard, {key: response.answers.get(key) for key in keys})
