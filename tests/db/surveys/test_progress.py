"""Progress while a survey is in the field: counted up to now, by unit and segment, with what can be done."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from django.test import Client
from django.utils import timezone

from bihuan.foundation.scope import system_scope
from bihuan.organisation.models import Asset
from bihuan.surveys.models import CampaignUnit, Door
from bihuan.surveys.permissions import VIEW
from bihuan.surveys.selectors import progress as reads
from bihuan.surveys.services import tally_update
from tests.db.surveys.answered import Field, make_field
from tests.kit import World, make_unit, make_user, recorded

pytestmark = pytest.mark.django_db
FORM: dict[str, Any] = {"sections": [{"code": "s", "items": [{"code": "csat", "type": "csat"}]}]}


@pytest.fixture
def field(world: World) -> Field:
    with system_scope("setup"), recorded():
        field = make_field(
            world.company,
            [world.north, world.south],
            FORM,
            weights={"a": 1, "b": 2},
            target=40,
            opened_at=timezone.now() - timedelta(days=10),
            closes_at=timezone.now() + timedelta(days=7),
        )
        for unit, target in ((world.north, 10), (world.south, 100)):
            CampaignUnit.objects.create(campaign=field.campaign, unit=unit, target=target, org_path=unit.org_path)
    return field


def put(field: Field, size: int, seed: int = 1, **more: Any) -> list[Any]:
    with system_scope("setup"):
        return field.put([{"csat": 4}] * size, np.random.default_rng(seed), segments=["a", "b"], **more)


def client_of(unit: Any, name: str = "reader", *rights: str) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(make_user(name, unit=unit, permissions=rights or [VIEW]))
    return client


def test_what_the_worker_counted_and_what_came_since_make_the_whole(field: Field) -> None:
    rows = put(field, 60)
    with system_scope("setup"):
        tally_update(campaign=field.campaign)
    rows += put(field, 7, 2)

    with system_scope("setup"):
        found = reads.answered(field.campaign)

    assert found.total == 67
    for name, key in (
        ("by_path", lambda row: row.org_path),
        ("by_channel", lambda row: row.channel),
        ("by_day", lambda row: row.business_date),
        ("by_segment", lambda row: row.context["segment"]),
    ):
        counted = {value: sum(key(row) == value for row in rows) for value in {key(row) for row in rows}}
        assert dict(getattr(found, name)) == counted


def test_progress_reads_no_more_rows_when_there_are_more_answers(
    field: Field, django_assert_max_num_queries: Any
) -> None:
    put(field, 300)
    with system_scope("setup"):
        tally_update(campaign=field.campaign)
        with django_assert_max_num_queries(7):
            assert reads.answered(field.campaign).total == 300


def test_a_worker_that_stands_still_is_said_to(field: Field, monkeypatch: pytest.MonkeyPatch) -> None:
    put(field, 20)
    monkeypatch.setattr(reads, "MOST_FRESH", 10)

    with system_scope("setup"):
        found = reads.answered(field.campaign)

    assert (found.total, found.is_current) == (0, False)


def test_units_say_enough_or_by_how_many_they_are_short(world: World, field: Field) -> None:
    rows = put(field, 60)

    with system_scope("setup"):
        needs = {one.name: one for one in reads.unit_needs(field.campaign, reads.answered(field.campaign))}

    south = sum(row.org_path == world.south.org_path for row in rows)
    assert (needs["North"].look, needs["North"].short) == ("met", 0)
    assert (needs["South"].look, needs["South"].short) == ("soon", 100 - south)


def test_codes_without_any_answer_are_named(world: World, field: Field) -> None:
    with system_scope("setup"):
        doors = []
        for number in range(2):
            bus = Asset.objects.create(
                kind="vehicle", code=f"A{number}", name=f"Bus {number}", unit=world.north, org_path=world.north.org_path
            )
            doors.append(
                Door.objects.create(
                    campaign=field.campaign, kind="qr", code=f"bus{number}", asset=bus, org_path=world.north.org_path
                )
            )
    put(field, 3, context={"cluster": f"asset:{doors[0].asset_id}"})

    with system_scope("setup"):
        silent = reads.silent_doors(field.campaign, reads.answered(field.campaign))

    assert doors[1] in silent
    assert doors[0] not in silent


def test_the_page_tells_where_the_count_will_stand(world: World, field: Field) -> None:
    put(field, 12)
    address = f"/surveys/campaigns/{field.campaign.pk}/progress/"

    page = client_of(world.company).get(address).content.decode()

    assert "12 of 40 answers wanted." in page
    assert "open to anybody: no rate" in page
    assert 'hx-trigger="every 60s"' in page


def test_strangers_find_no_progress(world: World, field: Field) -> None:
    address = f"/surveys/campaigns/{field.campaign.pk}/progress/"

    with system_scope("setup"):
        west = make_unit("West", parent=world.company)
    assert client_of(west, "stranger").get(address).status_code == 404
    assert client_of(world.company, "other", "findings.view").get(address).status_code == 403


def test_the_tables_can_be_taken_along(world: World, field: Field) -> None:
    put(field, 12)
    address = f"/surveys/campaigns/{field.campaign.pk}/progress/?export=csv"

    response = client_of(world.company).get(address)
    lines = b"".join(response.streaming_content).decode("utf-8-sig").splitlines()

    assert lines[0] == "table,name,answers,wanted,short"
    assert lines[1] == "whole survey,December,12,40,28"
