"""Forms by name and their immutable versions."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from bihuan.foundation.activity import activity
from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import BadInputError
from bihuan.instruments.definition import read_definition
from bihuan.instruments.models import Instrument, InstrumentVersion
from bihuan.instruments.permissions import PUBLISH
from bihuan.organisation.models import OrgUnit
from servicequality.errors import ServiceQualityError
from servicequality.scoring import scorecard_from_dict


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
