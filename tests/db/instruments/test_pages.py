from copy import deepcopy
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from bihuan.accounts.selectors import actor_of_user
from bihuan.foundation.scope import actor_scope
from bihuan.instruments import services
from bihuan.instruments.models import Instrument
from tests.kit import World, make_user, recorded

BODY: dict[str, Any] = {
    "languages": ["en", "zh-hans"],
    "translations": {"zh-hans": {"item.wait.label": "等了多久？"}},
    "scales": [{"code": "five", "low": 1, "high": 5, "labels": {"5": "very good"}, "na_label": "never used"}],
    "sections": [
        {
            "code": "ride",
            "title": "Your ride",
            "items": [
                {"code": "wait", "label": "How long did you wait?", "type": "number", "highest": 90},
                {
                    "code": "E1",
                    "label": "Buses should be on time",
                    "scale_code": "five",
                    "side": "expectation",
                    "pair": "1",
                    "dimension": "reliability",
                },
                {
                    "code": "P1",
                    "label": "This bus was on time",
                    "scale_code": "five",
                    "side": "perception",
                    "pair": "1",
                    "visible_if": {"item": "wait", "op": ">", "value": 5},
                },
                {
                    "code": "why",
                    "label": "What went wrong after ${wait} minutes?",
                    "type": "multiple",
                    "choices": [{"code": "late", "label": "late"}, {"code": "no", "is_exclusive": True}],
                },
            ],
        }
    ],
}
VIEW = ["instruments.view", "instruments.publish"]


@pytest.fixture
def office(world: World) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(make_user("mei", unit=world.company, permissions=VIEW))
    return client


@pytest.fixture
def form(world: World) -> Instrument:
    actor = actor_of_user(make_user("author", unit=world.company, permissions=VIEW))
    with actor_scope(actor), recorded():
        return services.instrument_with_version(
            actor=actor, unit=world.company, title="Passengers", kind="questionnaire", body=BODY, note="first"
        )


def publish(world: World, form: Instrument, body: dict[str, Any]) -> None:
    actor = actor_of_user(make_user("author2", unit=world.company, permissions=VIEW))
    with actor_scope(actor), recorded():
        services.instrument_publish(instrument=form, actor=actor, body=body, note="shorter")


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_form_shows_its_rules_in_words_and_its_texts_in_both_languages(office: Client, form: Instrument) -> None:
    text = page(office, f"/instruments/{form.pk}/")

    for words in (
        "How long did you wait?",
        '<p class="hint" lang="zh-Hans">等了多久？</p>',
        "Shown when “How long did you wait?” is more than 5",
        "<b>5</b> very good",
        "never used",
        "expectation; belongs to 3. perception",
        "What went wrong after [answer to “How long did you wait?”] minutes?",
        "stands alone",
        "≤ 90",
    ):
        assert words in text


def test_an_earlier_version_can_still_be_read(office: Client, world: World, form: Instrument) -> None:
    body = deepcopy(BODY)
    body["sections"][0]["items"][0]["label"] = "How many minutes?"
    publish(world, form, body)

    assert "How many minutes?" in page(office, f"/instruments/{form.pk}/")
    assert "How long did you wait?" in page(office, f"/instruments/{form.pk}/?version=1")


def test_two_versions_side_by_side_say_what_was_changed(office: Client, world: World, form: Instrument) -> None:
    body = deepcopy(BODY)
    items = body["sections"][0]["items"]
    items[0]["highest"] = 60
    del items[3]
    publish(world, form, body)

    text = page(office, f"/instruments/{form.pk}/compare/")

    assert "0 items added, 1 taken out, 1 changed, 2 as before" in text
    assert "<del>≤ 90</del>" in text
    assert "<ins>≤ 60</ins>" in text


@pytest.mark.parametrize(
    ("query", "words"),
    [("", "There are no two versions yet"), ("?old=1&new=1", "There are no two versions yet")],
)
def test_a_single_version_has_nothing_to_compare(office: Client, form: Instrument, query: str, words: str) -> None:
    assert words in page(office, f"/instruments/{form.pk}/compare/{query}")


def test_the_same_version_twice_is_pointed_out(office: Client, world: World, form: Instrument) -> None:
    publish(world, form, {**deepcopy(BODY), "intro": "Welcome"})

    assert "one and the same version" in page(office, f"/instruments/{form.pk}/compare/?old=2&new=2")


def test_a_stranger_finds_no_form(world: World, form: Instrument) -> None:
    stranger = Client()
    stranger.force_login(make_user("sun", unit=world.south, permissions=VIEW))

    assert stranger.get(f"/instruments/{form.pk}/").status_code == 404
    assert stranger.get(f"/instruments/{form.pk}/compare/").status_code == 404


def test_the_page_is_written_in_chinese_too(world: World, form: Instrument) -> None:
    client = Client(headers={"accept-language": "zh-hans"})
    client.force_login(make_user("mei", unit=world.company, permissions=VIEW))

    with translation.override(None):
        text = page(client, f"/instruments/{form.pk}/")

    assert "显示条件：“等了多久？”大于5" in text


def test_the_comparison_says_removed_items_in_its_own_words(world: World, form: Instrument) -> None:
    client = Client(headers={"accept-language": "zh-hans"})
    client.force_login(make_user("mei", unit=world.company, permissions=VIEW))
    body = deepcopy(BODY)
    del body["sections"][0]["items"][3]
    publish(world, form, body)

    assert "删去</h2>" in page(client, f"/instruments/{form.pk}/compare/")


def test_how_many_levels_count_as_good_is_said_by_their_number(world: World, office: Client, form: Instrument) -> None:
    body = deepcopy(BODY)
    body["sections"][0]["items"].append({"code": "nps", "label": "Recommend?", "type": "nps", "top": 2})
    publish(world, form, body)

    assert "the 2 best levels" in page(office, form.get_absolute_url())


def test_whoever_runs_campaigns_begins_one_with_the_form(world: World, office: Client, form: Instrument) -> None:
    manager = Client(headers={"accept-language": "en"})
    manager.force_login(make_user("mgr", unit=world.company, permissions=[*VIEW, "surveys.view", "surveys.manage"]))
    address = f"/surveys/campaigns/new/?form=form:{form.pk}"

    assert address not in page(office, form.get_absolute_url())
    assert f'href="{address}"' in page(manager, form.get_absolute_url())
    assert f'value="form:{form.pk}" selected' in page(manager, address)
