"""Makes an office with one open survey in an empty database; a program, so that the test needs no database of its own.

python -m tests.load.office '{"items": 25, "quota": 10}'    prints what a visitor must know, as JSON
"""

from __future__ import annotations

import json
import sys
from typing import Any


def form_body(items: int) -> dict[str, Any]:
    """``items`` ratings, a choice that decides the segment, and a comment."""
    ratings = [
        {"code": f"P{number:02}", "label": f"第{number}项服务", "scale": [1, 5, 1], "is_required": True}
        for number in range(1, items + 1)
    ]
    group = {
        "code": "group",
        "label": "您是",
        "type": "choice",
        "is_required": True,
        "choices": [{"code": "daily", "label": "每天乘车"}, {"code": "other", "label": "其他"}],
    }
    words = {"code": "words", "label": "意见", "type": "text", "is_long": True}
    return {"sections": [{"code": "main", "title": "服务质量", "items": [group, *ratings, words]}]}


def make(surveys: dict[str, dict[str, Any]]) -> dict[str, Any]:
    from bihuan.config import cli

    cli.start_django()
    cli.prepare()
    from bihuan.foundation.scope import system_scope
    from bihuan.organisation.models import OrgUnit

    with system_scope("setup"):
        unit = OrgUnit.objects.create(name="滨江公交", code="C", kind="company", org_path="/0/")
        unit.org_path = f"/{unit.pk}/"
        OrgUnit.objects.filter(pk=unit.pk).update(org_path=unit.org_path)
        return {name: make_survey(unit, name, **wanted) for name, wanted in surveys.items()}


def make_survey(unit: Any, name: str, *, items: int = 5, quota: int = 0, entry: str = "open") -> dict[str, Any]:
    from django.utils import timezone

    from bihuan.instruments.definition import read_definition
    from bihuan.instruments.models import Instrument, InstrumentVersion
    from bihuan.surveys.models import Campaign, Door, QuotaCell, Segment

    path = unit.org_path
    form = Instrument.objects.create(unit=unit, title=name, org_path=path)
    definition = read_definition(form_body(items))
    version = InstrumentVersion.objects.create(
        instrument=form,
        number=1,
        body=definition.model_dump(mode="json"),
        content_hash=definition.content_hash(),
        note="",
        published_at=timezone.now(),
        published_by="",
        org_path=path,
    )
    survey = Campaign.objects.create(
        title=name, unit=unit, version_of_form=version, state="open", entry=entry, org_path=path
    )
    door = Door.objects.create(campaign=survey, kind="link", code=f"load-{name}", org_path=path)
    if quota:
        segment = Segment.objects.create(
            campaign=survey, code="daily", name="每天", item="group", answers=["daily"], org_path=path
        )
        QuotaCell.objects.create(campaign=survey, segment=segment, limit=quota, org_path=path)
    return {"address": f"/s/{door.code}", "collection": survey.collection, "campaign": survey.pk}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(make(json.loads(sys.argv[1]))) + "\n")
