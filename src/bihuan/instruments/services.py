"""Acts on forms and responses."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.foundation.activity import activity
from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import BadInputError, DomainError
from bihuan.instruments.answers import answers_hash, check_answers
from bihuan.instruments.definition import read_definition
from bihuan.instruments.models import Instrument, InstrumentVersion, Response
from bihuan.instruments.permissions import PUBLISH
from bihuan.organisation.models import Asset, OrgUnit
from servicequality.errors import ServiceQualityError
from servicequality.scoring import Score, score_form, scorecard_from_dict

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


@transaction.atomic
def instrument_create(*, actor: Actor, unit: OrgUnit, title: str, kind: str = "questionnaire") -> Instrument:
    actor.require(PUBLISH, unit.org_path)
    instrument = Instrument.objects.create(unit=unit, title=title, kind=kind, org_path=unit.org_path)
    activity(instrument, "create", actor=actor, after={"title": title, "kind": kind})
    return instrument


@transaction.atomic
def instrument_publish(*, instrument: Instrument, actor: Actor, body: Any, note: str) -> InstrumentVersion:
    """Freeze a version; publishing the same content again gives the version there is."""
    actor.require(PUBLISH, instrument.org_path)
    definition = read_definition(body)
    if definition.scorecard is not None:
        try:
            scorecard_from_dict(definition.scorecard)
        except (ServiceQualityError, KeyError, TypeError) as error:
            raise BadInputError(str(error), place="scorecard") from error
    digest = definition.content_hash()
    same = InstrumentVersion.objects.filter(instrument=instrument, content_hash=digest).first()
    if same is not None:
        return same
    last = InstrumentVersion.objects.filter(instrument=instrument).order_by("-number").first()
    version = InstrumentVersion.objects.create(
        instrument=instrument,
        number=last.number + 1 if last else 1,
        body=definition.model_dump(mode="json"),
        content_hash=digest,
        note=note,
        published_at=timezone.now(),
        published_by=actor.name,
        org_path=instrument.org_path,
    )
    activity(instrument, "publish", actor=actor, after={"version": version.number}, reason=note)
    return version


@transaction.atomic
def instrument_with_version(*, actor: Actor, unit: OrgUnit, title: str, kind: str, body: Any, note: str) -> Instrument:
    instrument = instrument_create(actor=actor, unit=unit, title=title, kind=kind)
    instrument_publish(instrument=instrument, actor=actor, body=body, note=note)
    return instrument


def response_row(version: InstrumentVersion, given: Answered, collection: str, channel: str) -> Response:
    values, missing = check_answers(version.definition, given.answers, given.states)
    day = given.business_date
    if day is None:
        day = timezone.localdate(given.answered_at) if given.answered_at else timezone.localdate()
    return Response(
        version=version,
        collection=collection,
        client_uuid=given.client_uuid,
        content_hash=answers_hash(values, missing),
        channel=channel,
        asset=given.asset,
        answered_at=given.answered_at,
        business_date=day,
        answers=values,
        states=missing,
        org_path=given.org_path or version.org_path,
    )


@transaction.atomic
def response_store(
    *, version: InstrumentVersion, given: Answered, collection: str, channel: str
) -> tuple[Response, bool]:
    """Store one response; an identical repeat gives the one there is, a different one is a conflict."""
    row = response_row(version, given, collection, channel)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        stored = Response.objects.filter(client_uuid=given.client_uuid).first()
        if stored is None or stored.content_hash != row.content_hash:
            raise AnswerConflictError(_("These answers differ from those already received.")) from None
        return stored, False
    return row, True


@transaction.atomic
def responses_store(*, version: InstrumentVersion, rows: Iterable[Answered], collection: str, channel: str) -> int:
    """Store many responses, all or none; returns how many."""
    count = 0
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
