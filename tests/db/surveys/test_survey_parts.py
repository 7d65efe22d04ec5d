"""The head of a station that takes part reads how far and how good the answers of their own station are, no more."""

from __future__ import annotations

import csv
import io
from typing import Any

import numpy as np
import pytest
from django.test import Client
from django.urls import reverse

from bihuan.foundation.scope import system_scope
from bihuan.surveys.models import Campaign, CampaignUnit, ResponseFlag
from bihuan.surveys.permissions import EXPORT, VIEW
from bihuan.surveys.selectors import progress as reads
from bihuan.surveys.services import tally_update
from bihuan.surveys.services.answer_quality import quality_check, rules_in_force
from tests.db.surveys.answered import Field, make_field
from tests.db.surveys.test_campaign_figures import answers, body
from tests.kit import World, make_unit, make_user, recorded

pytestmark = pytest.mark.django_db
PAGES = ("campaign-progress", "campaign-quality", "flagged-answers")


@pytest.fixture
def field(world: World) -> Field:
    """Ninety answers counted and six newer; North is asked for 40, South for 50."""
    rng = np.random.default_rng(11)
    with system_scope("setup"), recorded():
        found = make_field(world.company, [world.north, world.south], body(), target=100, anonymity="identified")
        for unit, target in ((world.north, 40), (world.south, 50)):
            CampaignUnit.objects.create(campaign=found.campaign, unit=unit, target=target, org_path=unit.org_path)
        given: list[dict[str, Any]] = [dict(one) for one in answers(rng, 90)]
        found.put(given, rng, context={"cluster": ""})
        tally_update(campaign=found.campaign)
        found.put([dict(one) for one in answers(rng, 6)], rng, context={"cluster": ""})
        quality_check(campaign=found.campaign)
    return found


def client_of(name: str, unit: Any, *rights: str) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(make_user(name, unit=unit, permissions=rights or (VIEW,)))
    return client


def address(name: str, field: Field, query: str = "") -> str:
    return reverse(f"surveys:{name}", kwargs={"pk": field.campaign.pk}) + (f"?{query}" if query else "")


def own(field: Field, unit: Any) -> list[Any]:
    return [row for row in field.rows if row.org_path == unit.org_path]


def test_a_station_reads_the_progress_of_its_own_answers(world: World, field: Field) -> None:
    page = client_of("head", world.north).get(address("campaign-progress", field))

    text = page.content.decode()
    assert page.status_code == 200
    assert page.context["found"].total == len(own(field, world.north))
    assert page.context["target"] == 40
    assert [one.name for one in page.context["units"]] == ["North"]
    assert "South" not in text


def test_the_parts_of_a_survey_make_the_whole(world: World, field: Field) -> None:
    with system_scope("setup"):
        whole = reads.answered(field.campaign)
        parts = [reads.answered(field.campaign, (unit.org_path,)) for unit in (world.north, world.south)]

    for name in ("by_path", "by_channel", "by_day", "by_segment", "by_cluster"):
        assert sum((getattr(one, name) for one in parts), type(whole.by_day)()) == getattr(whole, name), name
    assert sum(one.total for one in parts) == whole.total == 96


def test_the_file_of_a_stations_progress_holds_its_own_rows(world: World, field: Field) -> None:
    response = client_of("head", world.north).get(address("campaign-progress", field, "export=csv"))

    content = b"".join(response.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    rows = list(csv.reader(io.StringIO(content)))
    assert [row[1:3] for row in rows if row[0] == "unit"] == [["North", str(len(own(field, world.north)))]]
    assert "South" not in content


def test_a_station_reads_of_answer_quality_what_concerns_its_own_answers(world: World, field: Field) -> None:
    with system_scope("setup"):
        ResponseFlag.objects.all().delete()
        rules = rules_in_force(campaign=field.campaign)
        for row in (own(field, world.north)[0], *own(field, world.south)[:2]):
            ResponseFlag.objects.create(
                campaign=field.campaign,
                response_id=row.pk,
                rules=rules,
                flags={},
                count=1,
                org_path=row.org_path,
            )
    head, office = client_of("head", world.north), client_of("office", world.company)

    seen = [client.get(address("campaign-quality", field)) for client in (head, office)]
    listed = head.get(address("flagged-answers", field))

    assert [page.context["flagged"] for page in seen] == [1, 3]
    assert "figures" not in seen[0].context
    assert seen[1].context["figures"]
    assert listed.context["table"].paginator.count == 1


def test_of_an_anonymous_survey_a_station_does_not_learn_which_answers_are_its_own(world: World, field: Field) -> None:
    with system_scope("setup"):
        Campaign.objects.update(anonymity="anonymous")
        row, rules = own(field, world.north)[0], rules_in_force(campaign=field.campaign)
        ResponseFlag.objects.all().delete()
        ResponseFlag.objects.create(
            campaign=field.campaign, response_id=row.pk, rules=rules, flags={}, count=1, org_path=row.org_path
        )
    head, office = client_of("head", world.north), client_of("office", world.company)

    seen = [client.get(address("campaign-quality", field)).context["flagged"] for client in (head, office)]

    assert seen == [0, 1]
    assert head.get(address("flagged-answers", field)).context["table"].paginator.count == 0


def test_single_answers_are_not_taken_out_by_a_station(world: World, field: Field) -> None:
    for name, rights in (("reader", (VIEW,)), ("head", (VIEW, EXPORT))):
        client = client_of(name, world.north, *rights)
        asked = client.get(address("campaign-exports", field)), client.post(address("campaign-exports", field), {})
        assert [response.status_code for response in asked] == [403, 403], name
    assert client_of("office", world.company, VIEW, EXPORT).get(address("campaign-exports", field)).status_code == 200


def test_pages_of_a_survey_do_not_exist_for_who_takes_no_part(world: World, field: Field) -> None:
    with system_scope("setup"):
        west, other = make_unit("West", parent=world.company), make_unit("Other company", "company")
    strangers = [client_of("west", west, VIEW, EXPORT), client_of("other", other, VIEW, EXPORT)]

    for client in strangers:
        for name in (*PAGES, "campaign-exports"):
            assert client.get(address(name, field)).status_code == 404, name


def test_whoever_is_inside_without_the_right_is_refused(world: World, field: Field) -> None:
    client = client_of("clerk", world.company, "findings.view")

    assert {client.get(address(name, field)).status_code for name in PAGES} == {403}


def test_a_station_is_led_to_the_pages_it_may_open_and_no_others(world: World, field: Field) -> None:
    client = client_of("head", world.north)

    tabs = client.get(address("campaign-results", field)).context["tabs"]

    assert [client.get(tab["url"]).status_code for tab in tabs] == [200, 200, 200]
