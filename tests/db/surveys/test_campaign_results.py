"""The results page of a survey in the field: five questions, downloads, what follows, and who may see what."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any
from urllib.parse import parse_qs, urlparse

import numpy as np
import pytest
from django.test import Client
from django.urls import reverse
from django_tasks_db.models import DBTaskResult

from bihuan.foundation.scope import system_scope
from bihuan.surveys.models import CampaignTally, CampaignUnit
from bihuan.surveys.services import tally_update
from bihuan.surveys.statements import key_text
from tests.db.surveys.answered import Field, make_field
from tests.db.surveys.test_campaign_figures import answers, body
from tests.kit import World, make_unit, make_user, recorded

pytestmark = pytest.mark.django_db
FILES = ("campaign-html", "campaign-xlsx", "campaign-json", "campaign-docx")
PAGES = (
    "campaign-results",
    "campaign-table",
    "campaign-rows",
    "campaign-remarks",
    "campaign-explained",
    "campaign-raise",
)


@pytest.fixture
def field(world: World) -> Field:
    rng = np.random.default_rng(1)
    asked = body()
    asked["sections"][0]["items"] += [
        {"code": "said", "label": "Anything else?", "type": "text"},
        {"code": "quote", "label": "May we quote you?", "type": "consent", "permits": "quote"},
    ]
    with system_scope("setup"):
        east = make_unit("East", parent=world.company)
        found = make_field(world.company, [world.north, world.south, east], asked)
        given: list[dict[str, Any]] = [dict(one) for one in answers(rng, 120)]
        for one in given[:40]:
            one |= {"said": "车厢不干净，请打13900139000", "quote": True}
        for one in given[40:60]:
            one |= {"said": "这句话不许引用，司机很好", "quote": False}
        found.put(given, rng, context={"cluster": ""})
        tally_update(campaign=found.campaign)
    return found


def signed_in(name: str, unit: Any, *rights: str) -> Client:
    client = Client()
    client.force_login(make_user(name, unit=unit, permissions=rights or ("surveys.view",)))
    return client


def address(name: str, field: Field, query: str = "") -> str:
    return reverse(f"surveys:{name}", kwargs={"pk": field.campaign.pk}) + (f"?{query}" if query else "")


def test_the_page_answers_five_questions_in_their_order(world: World, field: Field) -> None:
    page = signed_in("office", world.company).get(address("campaign-results", field)).content.decode()

    places = [page.index(f'id="{name}"') for name in ("how-good", "where", "matters", "say", "to-do")]
    assert places == sorted(places)
    assert "120 " in page


def test_a_survey_of_one_question_says_its_figure_once_and_what_cannot_be_said(world: World) -> None:
    asked = {
        "languages": ["en"],
        "sections": [
            {"code": "s", "items": [{"code": "recommend", "label": "Would you recommend us?", "type": "nps"}]}
        ],
    }
    rng = np.random.default_rng(2)
    with system_scope("setup"):
        field = make_field(world.company, [world.north], asked)
        field.put([{"recommend": score} for score in [10] * 9 + [7] * 4 + [2] * 5], rng, context={"cluster": ""})
        tally_update(campaign=field.campaign)
    page = signed_in("office", world.company).get(address("campaign-results", field)).content.decode()

    headline = page[page.index("survey-headline") :].partition("</p>")[0]
    assert headline.count("Would you recommend us") == 1
    assert "us?" not in headline
    assert "NPS 22.2" in headline
    matters = page[page.index('id="matters"') :].partition("<h2")[0]
    assert "至少要有多道评分题" in matters


def test_a_remark_is_quoted_only_where_its_writer_allowed_it(world: World, field: Field) -> None:
    client = signed_in("office", world.company)
    for name in ("campaign-results", "campaign-remarks"):
        page = client.get(address(name, field)).content.decode()
        assert "车厢不干净" in page
        assert "13900139000" not in page
        assert "不许引用" not in page


def test_a_stranger_sees_nothing(world: World, field: Field) -> None:
    with system_scope("setup"):
        other = make_unit("Other company", "company")
    client = signed_in("stranger", other)

    for name in (
        "campaign-results",
        "campaign-table",
        "campaign-rows",
        "campaign-remarks",
        "campaign-explained",
        "campaign-raise",
        *FILES,
    ):
        assert client.get(address(name, field)).status_code == 404, name
    assert client.post(address("campaign-count", field)).status_code == 404
    assert client.get(f"/api/v1/surveys/campaigns/{field.campaign.pk}/results").status_code == 404


def test_a_station_reads_its_own_rows_and_no_other_stations(world: World, field: Field) -> None:
    client = signed_in("head", world.north)

    page = client.get(address("campaign-results", field))
    asked_for_another = client.get(address("campaign-json", field, f"unit={world.south.pk}"))
    found = json.loads(asked_for_another.content)

    text = page.content.decode()
    assert page.status_code == 200
    assert "South" not in text
    assert "East" not in text
    assert found["view"]["unit"] == world.north.pk
    assert found["responses"] == sum(row.context["unit"] == world.north.pk for row in field.rows)
    assert found["beside_whole"][0]["whole"]["n"] == 120  # the whole is public; it gives no single unit away
    assert all(row["group"] == "North" for one in found["groups"] if one["column"] == "unit" for row in one["rows"])


def test_a_station_that_takes_no_part_is_a_stranger(world: World, field: Field) -> None:
    with system_scope("setup"):
        west = make_unit("West", parent=world.company)
    client = signed_in("west", west)
    before = client.get(address("campaign-results", field)).status_code
    with system_scope("setup"):
        CampaignUnit.objects.create(campaign=field.campaign, unit=west, org_path=west.org_path)

    assert (before, client.get(address("campaign-results", field)).status_code) == (404, 200)


def test_a_group_too_small_is_refused_with_its_reason(world: World, field: Field) -> None:
    rng = np.random.default_rng(3)
    with system_scope("setup"):
        field.units = [make_unit("Tiny", parent=world.company)]
        field.put(answers(rng, 3), rng, context={"cluster": ""})
        tally_update(campaign=field.campaign)
    client = signed_in("office", world.company)
    query = f"unit={field.units[0].pk}"

    page = client.get(address("campaign-results", field, query))

    assert page.status_code == 200
    assert 'id="how-good"' not in page.content.decode()
    assert client.get(address("campaign-json", field, query)).status_code == 409


def test_every_table_is_there_as_csv_and_the_reports_open(world: World, field: Field) -> None:
    client = signed_in("office", world.company)
    page = client.get(address("campaign-results", field)).content.decode()
    links = {part.split('"')[0] for part in page.split('class="survey-csv" href="')[1:]}

    assert len(links) > 8
    for link in links:
        table = client.get(link.replace("&amp;", "&"))
        lines = b"".join(table.streaming_content).decode().splitlines()  # type: ignore[attr-defined]
        assert table.status_code == 200
        assert len(lines) > 1
    for name in FILES:
        assert client.get(address(name, field)).status_code == 200, name
    assert client.get(address("campaign-print", field)).status_code == 200
    assert zipfile.ZipFile(io.BytesIO(client.get(address("campaign-xlsx", field)).content)).testzip() is None


def test_a_row_becomes_a_finding_or_a_need_with_its_figures(world: World, field: Field) -> None:
    client = signed_in("office", world.company, "surveys.view", "findings.raise", "needs.register", "findings.view")
    row = {"row": key_text(("item", "clean", f"@unit={world.north.pk}"))}

    raised = client.get(address("campaign-raise", field), row)
    need = client.get(address("campaign-need", field), row)

    for response, where in ((raised, "rectification:finding-raise"), (need, "rectification:need-register")):
        asked = parse_qs(urlparse(response["Location"]).query)
        assert response["Location"].startswith(reverse(where))
        assert asked["unit"] == [str(world.north.pk)]
        assert client.get(response["Location"]).status_code == 200
    assert client.get(address("campaign-raise", field), {"row": key_text(("item", "nothing"))}).status_code == 404


def test_newer_answers_wait_and_are_counted_on_demand(world: World, field: Field) -> None:
    rng = np.random.default_rng(4)
    with system_scope("setup"):
        field.put(answers(rng, 7), rng, context={"cluster": ""})
    client = signed_in("head", world.north)

    client.post(address("campaign-count", field))

    with system_scope("setup"):
        assert CampaignTally.objects.get(campaign=field.campaign).responses == 127


def test_recounting_is_for_whoever_manages_the_survey(world: World, field: Field) -> None:
    reader, manager = (
        signed_in("reader", world.company),
        signed_in("manager", world.company, "surveys.view", "surveys.manage"),
    )
    with recorded():
        refused = [reader.post(address(name, field)).status_code for name in ("campaign-recount", "campaign-check")]
        taken = [manager.post(address(name, field)).status_code for name in ("campaign-recount", "campaign-check")]

    assert (refused, taken) == ([403, 403], [302, 302])
    assert DBTaskResult.objects.filter(task_path__contains="count").count() >= 2


def test_counts_that_differ_from_the_answers_are_said_loudly(world: World, field: Field) -> None:
    with system_scope("setup"):
        wrong = [{"cell": "all|0||||", "part": "rows", "stored": 1, "answers": 2}]
        CampaignTally.objects.filter(campaign=field.campaign).update(differences=wrong)

    page = signed_in("office", world.company).get(address("campaign-results", field)).content.decode()

    assert 'role="alert"' in page
    assert "all|0||||" in page


def test_a_score_is_taken_apart_into_what_and_how(world: World, field: Field) -> None:
    page = signed_in("office", world.company).get(address("campaign-explained", field, "score=d:reliability"))

    assert page.status_code == 200
    assert "quality-technical" in page.content.decode()


def test_the_api_gives_the_same_figures(world: World, field: Field) -> None:
    client = signed_in("office", world.company)

    by_api = client.get(f"/api/v1/surveys/campaigns/{field.campaign.pk}/results", {"unit": world.north.pk}).json()
    by_file = json.loads(client.get(address("campaign-json", field, f"unit={world.north.pk}")).content)

    assert by_api == by_file
    assert by_api["format"] == "bihuan-campaign-results/1"


@pytest.fixture
def many(world: World) -> Field:
    """Sixteen stations with thirty answers each, all buses shared by nobody."""
    rng = np.random.default_rng(7)
    with system_scope("setup"):
        stations = [make_unit(f"Station {number:02d}", parent=world.company) for number in range(16)]
        found = make_field(world.company, stations, body())
        found.put(answers(rng, 480), rng, context={"cluster": ""})
        tally_update(campaign=found.campaign)
    return found


def test_of_many_units_the_best_and_worst_are_shown_and_all_on_a_page_of_their_own(world: World, many: Field) -> None:
    client = signed_in("office", world.company)
    page = client.get(address("campaign-results", many)).content.decode()
    where = page[page.index('id="group-unit"') : page.index('id="matters"')]
    link = next(part.split('"')[0] for part in where.split('class="btn" href="')[1:] if "groups-unit-" in part[:200])

    whole = client.get(link.replace("&amp;", "&")).content.decode()

    assert sum(f"<td>Station {number:02d}</td>" in where for number in range(16)) == 10
    assert all(f"<td>Station {number:02d}</td>" in whole for number in range(16))


def test_a_table_that_is_not_there_is_not_found(world: World, field: Field) -> None:
    client = signed_in("office", world.company)

    found = [client.get(address("campaign-rows", field, f"table={key}")).status_code for key in ("items", "nothing")]

    assert found == [200, 404]


def test_a_station_reads_no_other_station_in_a_whole_table(world: World, field: Field) -> None:
    client = signed_in("head", world.north)

    page = client.get(address("campaign-rows", field, f"unit={world.south.pk}&table=items"))

    text = page.content.decode()
    assert page.status_code == 200
    assert "<b>North" in text
    assert "South" not in text
