"""The office prints stickers and questionnaires; no sheet number is ever given out twice."""

from __future__ import annotations

from typing import Any

import pypdfium2
import pytest
from django.test import Client
from django.urls import reverse

from bihuan.accounts.models import User
from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import ActionNotAllowedError, BadInputError, NotPermittedError
from bihuan.foundation.scope import actor_scope, system_scope
from bihuan.records.selectors import activity_of
from bihuan.surveys.models import Campaign, Door, PaperPrint
from bihuan.surveys.permissions import VIEW
from bihuan.surveys.selectors import next_sheet, paper_prints_in, sticker_doors
from bihuan.surveys.services import paper_print
from bihuan.surveys.services.campaigns import campaign_close
from tests.db.surveys.field import BODY, make_bus, make_campaign, make_office, make_open, next_form
from tests.kit import World, make_actor

CHOICES = {"size": "70x99", "organisation": "清河公交", "call": "扫码说说这趟车", "call_english": "Tell us"}
RUN: dict[str, Any] = {"count": 10, "first": 1, "language": "zh-hans", "organisation": "清河公交"}


@pytest.fixture
def boss(world: World) -> Actor:
    return make_office(world.company, "boss")


@pytest.fixture
def clicks(boss: Actor) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=boss.user_id))
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def campaign(world: World, boss: Actor) -> Campaign:
    with actor_scope(boss):
        return make_open(boss, world.company)[0]


@pytest.fixture
def buses(world: World, campaign: Campaign) -> list[Door]:
    """Line 3 with two buses in the north, line 5 with one in the south."""
    line3 = make_bus(world.north, "3路", kind="line")
    line5 = make_bus(world.south, "5路", kind="line")
    assets = [line3, make_bus(world.north, "A-002", line3), make_bus(world.north, "A-001", line3)]
    assets.append(make_bus(world.south, "B-001", line5))
    with system_scope("setup"):
        return [
            Door.objects.create(
                campaign=campaign, kind="qr", code=f"code{n}", asset=asset, unit=asset.unit, org_path=campaign.org_path
            )
            for n, asset in enumerate(assets)
        ]


def codes(doors: Any) -> list[str]:
    return [door.asset.code for door in doors]


def test_stickers_come_line_by_line(boss: Actor, world: World, campaign: Campaign, buses: list[Door]) -> None:
    with actor_scope(boss):
        assert codes(sticker_doors(campaign)) == ["3路", "A-001", "A-002", "B-001"]
        assert codes(sticker_doors(campaign, kind="vehicle")) == ["A-001", "A-002", "B-001"]
        assert codes(sticker_doors(campaign, unit=world.south)) == ["B-001"]
        assert codes(sticker_doors(campaign, code="a-00")) == ["A-001", "A-002"]


def test_the_page_of_stickers_counts_and_shows_them(clicks: Client, campaign: Campaign, buses: list[Door]) -> None:
    address = reverse("surveys:campaign-stickers", kwargs={"pk": campaign.pk})

    first = clicks.get(address)
    filtered = clicks.get(address, {**CHOICES, "kind": "vehicle"})
    wrong = clicks.get(address, {**CHOICES, "size": "1x1"})

    assert (first.status_code, filtered.status_code, wrong.status_code) == (200, 200, 422)
    assert "4 stickers" in first.content.decode()
    assert "3 stickers" in filtered.content.decode()


def test_stickers_are_handed_out_as_pdf_and_as_a_picture(clicks: Client, campaign: Campaign, buses: list[Door]) -> None:
    pdf = clicks.get(reverse("surveys:campaign-stickers-pdf", kwargs={"pk": campaign.pk}), CHOICES)
    picture = clicks.get(reverse("surveys:campaign-stickers-preview", kwargs={"pk": campaign.pk}), CHOICES)

    text = pypdfium2.PdfDocument(pdf.content)[0].get_textpage().get_text_bounded()
    assert pdf["Content-Type"] == "application/pdf"
    assert "A-001" in text
    assert "testserver/s/code2" in text
    assert picture.content.startswith(b"\x89PNG")


def test_nothing_to_print_is_said_and_no_empty_page(clicks: Client, campaign: Campaign) -> None:
    page = clicks.get(reverse("surveys:campaign-stickers", kwargs={"pk": campaign.pk}))
    pdf = clicks.get(reverse("surveys:campaign-stickers-pdf", kwargs={"pk": campaign.pk}), CHOICES)

    assert "no QR codes yet" in page.content.decode()
    assert pdf.status_code == 409


def test_numbers_go_on_where_the_last_run_ended(boss: Actor, campaign: Campaign) -> None:
    with actor_scope(boss):
        paper_print(campaign=campaign, actor=boss, **RUN)

        assert next_sheet(campaign) == 11
        assert [run.count for run in paper_prints_in(campaign, first=10, last=10)] == [10]
        assert activity_of(campaign)[0].action == "print_paper"


@pytest.mark.parametrize(("first", "count"), [(1, 1), (10, 5), (5, 2), (1, 50)])
def test_a_number_is_never_printed_twice(boss: Actor, campaign: Campaign, first: int, count: int) -> None:
    with actor_scope(boss):
        paper_print(campaign=campaign, actor=boss, **RUN)

        with pytest.raises(BadInputError) as refused:
            paper_print(campaign=campaign, actor=boss, **{**RUN, "first": first, "count": count})

    assert refused.value.place == "first"
    assert "11" in str(refused.value.message)


def test_a_run_is_printed_again_with_the_form_it_was_made_of(clicks: Client, boss: Actor, campaign: Campaign) -> None:
    with actor_scope(boss):
        run = paper_print(campaign=campaign, actor=boss, **RUN)
    changed = next_form(campaign.version_of_form, {**BODY, "title": "新版"})
    with system_scope("setup"):
        Campaign.objects.filter(pk=campaign.pk).update(version_of_form=changed)

    pdf = clicks.get(reverse("surveys:paper-print", kwargs={"pk": run.pk}))

    pages = pypdfium2.PdfDocument(pdf.content)
    assert len(pages) == 10
    assert "乘车满意度" in pages[0].get_textpage().get_text_bounded()


def test_a_survey_that_is_over_prints_nothing_more(boss: Actor, campaign: Campaign) -> None:
    with actor_scope(boss):
        campaign_close(campaign=campaign, actor=boss)

        with pytest.raises(ActionNotAllowedError):
            paper_print(campaign=campaign, actor=boss, **RUN)


def test_a_language_the_form_does_not_speak_is_refused(boss: Actor, campaign: Campaign) -> None:
    with actor_scope(boss), pytest.raises(BadInputError) as refused:
        paper_print(campaign=campaign, actor=boss, **{**RUN, "language": "fr"})

    assert refused.value.place == "language"


def test_whoever_only_sees_results_prints_nothing(world: World, campaign: Campaign) -> None:
    reader = make_actor("reader", unit=world.company, permissions=[VIEW])

    with actor_scope(reader), pytest.raises(NotPermittedError):
        paper_print(campaign=campaign, actor=reader, **RUN)


def test_sheets_are_made_by_clicking(clicks: Client, campaign: Campaign) -> None:
    address = reverse("surveys:campaign-paper", kwargs={"pk": campaign.pk})

    before = clicks.get(address)
    made = clicks.post(address, {**RUN, "first": before.context["form"]["first"].value()})
    after = clicks.get(address)
    again = clicks.post(address, RUN)

    assert made.status_code == 302
    assert PaperPrint._base_manager.get().last == 10
    assert after.context["form"]["first"].value() == 11
    assert "1–10" in after.content.decode()
    assert again.status_code == 422


def test_the_preview_of_the_questionnaire_knows_its_pages(clicks: Client, campaign: Campaign) -> None:
    address = reverse("surveys:campaign-paper-preview", kwargs={"pk": campaign.pk})

    assert clicks.get(address, {"language": "en"}).content.startswith(b"\x89PNG")
    assert clicks.get(address, {"page": "9"}).status_code == 404
    assert clicks.get(address, {"page": "²"}).status_code == 404


def test_a_campaign_of_another_unit_does_not_exist(world: World, boss: Actor) -> None:
    with actor_scope(boss):
        hidden = make_campaign(boss, world.south)
    stranger = Client()
    stranger.force_login(User.objects.get(pk=make_office(world.north, "stranger").user_id))

    for name in ("campaign-stickers", "campaign-stickers-pdf", "campaign-paper", "campaign-paper-preview"):
        assert stranger.get(reverse(f"surveys:{name}", kwargs={"pk": hidden.pk})).status_code == 404
