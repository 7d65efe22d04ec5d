"""Today, notifications and the API tell whoever runs a survey that it is short."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from django.test import Client
from django.utils import timezone

from bihuan.accounts.selectors import actor_of_user
from bihuan.foundation.scope import actor_scope, system_scope
from bihuan.records.models import Notification
from bihuan.surveys import field_today, oversight_today, tasks
from bihuan.surveys.models import CampaignUnit, QualityCheck
from bihuan.surveys.permissions import EXPORT, MANAGE, VIEW
from bihuan.surveys.services import tally_update
from bihuan.surveys.services.answer_quality import rules_in_force
from tests.db.surveys.answered import Field, make_field
from tests.kit import World, make_user, recorded

pytestmark = pytest.mark.django_db
FORM: dict[str, Any] = {"sections": [{"code": "s", "items": [{"code": "csat", "type": "csat"}]}]}


def field_of(world: World, size: int, **more: Any) -> Field:
    with system_scope("setup"), recorded():
        field = make_field(world.company, [world.north], FORM, target=20, **more)
        field.put([{"csat": 4}] * size, np.random.default_rng(1))
        tally_update(campaign=field.campaign)
    return field


def soon(days: float) -> Any:
    return timezone.now() + timedelta(days=days)


def test_a_survey_short_before_its_end_stands_on_today(world: World) -> None:
    field = field_of(world, 5, closes_at=soon(4))
    user = make_user("manager", unit=world.company, permissions=[MANAGE, VIEW])
    stranger = make_user("stranger", unit=world.south, permissions=[MANAGE, VIEW])
    actor, other = actor_of_user(user), actor_of_user(stranger)

    with actor_scope(actor):
        mine = field_today.share(actor, timezone.now(), timezone.now())
    with actor_scope(other):
        theirs = field_today.share(other, timezone.now(), timezone.now())

    assert [(item.group, item.title) for item in mine.items] == [("due", field.campaign.title)]
    assert "15" in mine.items[0].what
    assert theirs.items == ()


def test_one_that_closed_under_its_minimum_and_answers_too_alike_stand_there_too(world: World) -> None:
    field = field_of(world, 5, state="closed", closed_at=timezone.now())
    with system_scope("setup"):
        QualityCheck.objects.create(
            campaign=field.campaign,
            org_path=field.campaign.org_path,
            rules=rules_in_force(campaign=field.campaign),
            found={"clusters": [{"cluster": "asset:1"}]},
            checked_at=timezone.now(),
        )
    actor = actor_of_user(make_user("manager", unit=world.company, permissions=[MANAGE, VIEW]))

    with actor_scope(actor):
        found = oversight_today.share(actor, timezone.now(), timezone.now() - timedelta(days=1))

    assert found.totals == {"late": 1, "new": 1}


def test_the_office_is_told_once_and_by_unit(world: World) -> None:
    field = field_of(world, 5, closes_at=soon(2.5))
    with system_scope("setup"):
        CampaignUnit.objects.create(campaign=field.campaign, unit=world.north, target=12, org_path=world.north.org_path)
    user = make_user("manager", unit=world.company, permissions=[MANAGE])

    assert tasks.tell_of_progress.func() == 1

    [line] = Notification.objects.filter(user=user)
    assert line.params["units"] == "North 5/12"


def test_a_survey_with_enough_answers_is_not_mentioned(world: World) -> None:
    field_of(world, 25, closes_at=soon(2.5))

    assert tasks.tell_of_progress.func() == 0


def test_progress_and_exports_by_the_api(world: World) -> None:
    field = field_of(world, 25)
    client = Client()
    client.force_login(make_user("office", unit=world.company, permissions=[VIEW, EXPORT]))
    base = f"/api/v1/surveys/campaigns/{field.campaign.pk}"

    progress = client.get(f"{base}/progress").json()
    asked = client.post(f"{base}/exports", {"kind": "package"}, content_type="application/json")
    tasks.make_export.func(asked.json()["id"])
    export = client.get(f"/api/v1/surveys/exports/{asked.json()['id']}").json()
    content = b"".join(client.get(f"/api/v1/surveys/exports/{export['id']}/download").streaming_content)

    assert (progress["answers"], progress["wanted"]) == (25, 20)
    assert (asked.status_code, export["state"], export["rows"]) == (202, "ready", 25)
    assert len(content) == export["size"]
    assert client.get(f"{base}/exports").json()["count"] == 1


def test_strangers_get_nothing_by_the_api(world: World) -> None:
    field = field_of(world, 5)
    client = Client()
    client.force_login(make_user("stranger", unit=world.south, permissions=[VIEW, EXPORT]))
    base = f"/api/v1/surveys/campaigns/{field.campaign.pk}"

    assert client.get(f"{base}/progress").status_code == 404
    assert client.get(f"{base}/exports").status_code == 404
