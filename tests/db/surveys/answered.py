"""Surveys in the field for tests: a form, a campaign, and answers straight into the table."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import numpy as np
from django.utils import timezone

from bihuan.instruments.definition import read_definition
from bihuan.instruments.models import Instrument, InstrumentVersion, Response
from bihuan.instruments.walk import walk
from bihuan.organisation.models import OrgUnit
from bihuan.surveys.models import Campaign, Door, Segment

FIRST_DAY = date(2026, 11, 2)
CHANNELS = ("qr", "link", "paper")


def random_form(rng: np.random.Generator) -> dict[str, Any]:
    """A form of every kind of item, some asked only after certain answers."""
    high = int(rng.choice([5, 7]))
    pairs = int(rng.integers(0, 5))
    items: list[dict[str, Any]] = []
    for number in range(int(rng.integers(2, 7))):
        item: dict[str, Any] = {
            "code": f"p{number}",
            "type": "rating",
            "scale": [1, high, 1],
            "dimension": ["reliability", "empathy", ""][int(rng.integers(0, 3))],
            "quality": ["technical", "functional", ""][int(rng.integers(0, 3))],
            "is_reversed": bool(rng.random() < 0.2),
        }
        if pairs:
            item |= {"side": "perception", "pair": f"pair{number}"}
        if number > 1 and rng.random() < 0.3:
            item["visible_if"] = {"item": "p0", "op": ">=", "value": 2}
        items.append(item)
        if pairs:
            other = {key: item[key] for key in ("type", "scale", "dimension", "quality")}
            items.append({**other, "code": f"e{number}", "side": "expectation", "pair": f"pair{number}"})
    items += [
        {"code": "csat", "type": "csat"},
        {"code": "nps", "type": "nps"},
        {"code": "line", "type": "choice", "choices": [{"code": "l1"}, {"code": "l2"}]},
        {"code": "seen", "type": "multiple", "choices": [{"code": "a"}, {"code": "b"}, {"code": "c"}]},
        {"code": "points", "type": "split", "choices": [{"code": "reliability"}, {"code": "empathy"}]},
        {"code": "order", "type": "ranking", "choices": [{"code": "x"}, {"code": "y"}, {"code": "z"}]},
        {"code": "age", "type": "number"},
        {"code": "k1", "scale": [1, 5, 1], "side": "functional", "pair": "wifi"},
        {"code": "k2", "scale": [1, 5, 1], "side": "dysfunctional", "pair": "wifi"},
        {"code": "said", "type": "text"},
        {"code": "quote", "type": "consent", "permits": "quote"},
    ]
    return {"title": "Bus", "sections": [{"code": "s", "items": items}]}


def random_answer(body: Mapping[str, Any], rng: np.random.Generator) -> dict[str, Any]:
    """Answers as a person might send them, hidden items included: the walk drops those."""
    found: dict[str, Any] = {}
    for item in body["sections"][0]["items"]:
        if rng.random() < 0.12:
            if rng.random() < 0.3 and item.get("type", "rating") not in {"split", "ranking", "consent", "multiple"}:
                found[item["code"]] = "~na"
            continue
        kind, choices = item.get("type", "rating"), [one["code"] for one in item.get("choices", ())]
        low, high = (item.get("scale") or (0, 0, 1))[:2]
        if kind in {"rating", "nps", "csat"}:
            found[item["code"]] = int(rng.integers(low, high + 1))
        elif kind == "choice":
            found[item["code"]] = str(rng.choice(choices))
        elif kind == "multiple":
            found[item["code"]] = [one for one in choices if rng.random() < 0.5] or choices[:1]
        elif kind == "split":
            part = int(rng.integers(0, 101))
            found[item["code"]] = {choices[0]: part, choices[1]: 100 - part}
        elif kind == "ranking":
            found[item["code"]] = [str(one) for one in rng.permutation(choices)]
        elif kind == "number":
            found[item["code"]] = int(rng.integers(16, 90))
        elif kind == "text":
            found[item["code"]] = "车不太干净，请打13900139000"
        elif kind == "consent":
            found[item["code"]] = bool(rng.random() < 0.5)
    return found


@dataclass
class Field:
    """A campaign with its form and units; ``put`` stores answers as the doors do."""

    campaign: Campaign
    version: InstrumentVersion
    units: Sequence[OrgUnit]
    rows: list[Response] = field(default_factory=list)

    def put(
        self,
        answers: Sequence[Mapping[str, Any]],
        rng: np.random.Generator,
        *,
        segments: Sequence[str] = ("",),
        version: InstrumentVersion | None = None,
        days: int = 20,
        context: Mapping[str, Any] | None = None,
        channel: str = "",
    ) -> list[Response]:
        used = version or self.version
        rows = []
        for given in answers:
            walked = walk(used.definition, given)
            assert walked.is_sound, walked.problems
            unit = self.units[int(rng.integers(0, len(self.units)))]
            cluster = ["", f"asset:{unit.pk}{int(rng.integers(0, 4))}", "interviewer:7"][int(rng.integers(0, 3))]
            rows.append(
                Response(
                    version=used,
                    collection=self.campaign.collection,
                    client_uuid=uuid.UUID(bytes=rng.bytes(16)),
                    content_hash="x",
                    channel=channel or CHANNELS[int(rng.integers(0, len(CHANNELS)))],
                    answered_at=timezone.now(),
                    business_date=FIRST_DAY + timedelta(days=int(rng.integers(0, days))),
                    answers=walked.values,
                    states=walked.states,
                    context={
                        "unit": unit.pk,
                        "segment": segments[int(rng.integers(0, len(segments)))],
                        "door": 1,
                        "language": "zh-hans",
                        "seconds": 60,
                        "cluster": cluster,
                        **(context or {}),
                    },
                    org_path=unit.org_path,
                )
            )
        stored = Response.objects.bulk_create(rows)
        self.rows += stored
        return stored


def make_version(unit: OrgUnit, body: Mapping[str, Any], instrument: Instrument | None = None) -> InstrumentVersion:
    definition = read_definition(body)
    if instrument is None:
        instrument = Instrument.objects.create(title="Bus", unit=unit, org_path=unit.org_path)
    return InstrumentVersion.objects.create(
        instrument=instrument,
        number=instrument.versions.count() + 1,
        body=definition.model_dump(mode="json"),
        content_hash=definition.content_hash(),
        note="",
        published_at=timezone.now(),
        published_by="test",
        org_path=unit.org_path,
    )


def make_field(
    company: OrgUnit,
    units: Sequence[OrgUnit],
    body: Mapping[str, Any],
    *,
    weights: Mapping[str, float] | None = None,
    **given: Any,
) -> Field:
    version = make_version(company, body)
    values = {"title": "December", "state": "open", "small_cell": 5, **given}
    campaign = Campaign.objects.create(unit=company, version_of_form=version, org_path=company.org_path, **values)
    for code, weight in (weights or {}).items():
        Segment.objects.create(campaign=campaign, code=code, name=code, weight=weight, org_path=company.org_path)
    Door.objects.create(campaign=campaign, kind="qr", code=f"d{campaign.pk}", org_path=company.org_path)
    return Field(campaign, version, units)
