"""Reads of forms and responses."""

from __future__ import annotations

from django.db.models import Count, Max, QuerySet

from bihuan.foundation.actor import Actor
from bihuan.instruments.models import Instrument, InstrumentVersion, Response
from bihuan.instruments.permissions import VIEW


def instruments_for(actor: Actor) -> QuerySet[Instrument]:
    rows = Instrument.objects.for_permission(actor, VIEW).select_related("unit")
    return rows.annotate(version_number=Max("versions__number"), response_count=Count("versions__responses"))


def responses_of(collection: str) -> QuerySet[Response]:
    return Response.objects.filter(collection=collection).order_by("pk")


def latest_version(instrument: Instrument) -> InstrumentVersion | None:
    return InstrumentVersion.objects.filter(instrument=instrument).order_by("-number").first()
