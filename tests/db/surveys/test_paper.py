"""Returned sheets: keyed by digits, some of them twice, settled, set aside."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import ActionNotAllowedError, BadInputError, NotPermittedError
from bihuan.foundation.scope import actor_scope
from bihuan.instruments.models import Response
from bihuan.surveys.answering.opening import AnswersNotValidError
from bihuan.surveys.keying import answer_in_words, key_fields, keyed
from bihuan.surveys.models import Campaign, PaperBatch, PaperSheet, QuotaExit
from bihuan.surveys.permissions import FIELD
from bihuan.surveys.selectors.paper import paper_counts, sheets_to_check
from bihuan.surveys.services.fielding import campaign_units_set, quotas_generate
from bihuan.surveys.services.paper import (
    Keyed,
    SheetKnownError,
    agreement_of,
    paper_batch_add,
    paper_batch_edit,
    sheet_key,
    sheet_set_aside,
    sheet_settle,
)
from tests.db.surveys.field import make_campaign, make_form, make_office, make_open
from tests.kit import World

GOOD = {"rider": "commuter", "clean": "5", "polite": "4", "rides": "10"}


@pytest.fixture
def office(world: World) -> Actor:
    return make_office(world.company)


def batch_of(office: Actor, world: World, percent: int = 0, **values: Any) -> PaperBatch:
    campaign, _door = make_open(office, world.company, double_entry_percent=percent, **values)
    return paper_batch_add(campaign=campaign, actor=office, unit=world.north, issued=100, returned=40)


def test_digits_become_answers(world: World) -> None:
    definition = make_form(world.company).definition

    found = keyed(definition, {"k.rider": "2", "k.clean": "0", "k.lines": "21", "k.rides": "12", "k.why": ""}, 2026)

    assert found == {"rider": "visitor", "clean": "~na", "lines": ["l2", "l1"], "rides": "12"}
    fields = {field.code: field for field in key_fields(definition, "en")}
    assert fields["clean"].keys[-1][0] == fields["clean"].na == "0"
    assert [field.number for field in fields.values()] == [1, 2, 3, 4, 5, 6]
    assert answer_in_words(definition, definition.by_code["rider"], "visitor") == "游客"


@pytest.mark.parametrize(
    ("kind", "text", "wanted"),
    [
        ("date", "20261126", "2026-11-26"),
        ("date", "1126", "2026-11-26"),
        ("date", "2026/11/26", "2026-11-26"),
        ("ranking", "213", {"a": "2", "b": "1", "c": "3"}),
        ("split", "40 30 30", {"a": "40", "b": "30", "c": "30"}),
        ("choice", "9", "9"),
    ],
)
def test_every_kind_of_key(world: World, kind: str, text: str, wanted: Any) -> None:
    choices = [{"code": code, "label": code} for code in "abc"] if kind in {"ranking", "split", "choice"} else []
    item = {"code": "x", "type": kind, "choices": choices}
    body = {"sections": [{"code": "s", "items": [item]}]}
    definition = make_form(world.company, body).definition

    assert keyed(definition, {"k.x": text}, 2026) == {"x": wanted}


def test_a_sheet_becomes_an_answer_that_leads_back_to_no_sheet(world: World, office: Actor) -> None:
    with actor_scope(office):
        batch = batch_of(office, world)
        day = date(2026, 11, 20)
        sheet = sheet_key(batch=batch, actor=office, number=" 12-007 ", given=Keyed(GOOD, day, remark="已致电"))

        answer = Response.objects.get()
        assert (sheet.state, sheet.number, sheet.remark) == ("submitted", "12-007", "已致电")
        assert (answer.channel, answer.business_date, answer.org_path) == ("paper", day, world.north.org_path)
        assert answer.answers["rider"] == "commuter"
        kept = PaperSheet.objects.get()
        assert (kept.response_id, kept.first, kept.second) == (None, {}, {})
        assert "12-007" not in str((answer.context, answer.answers))


def test_a_sheet_of_an_identified_survey_keeps_its_number(world: World, office: Actor) -> None:
    with actor_scope(office):
        batch = batch_of(office, world, anonymity="identified")
        sheet_key(batch=batch, actor=office, number="5", given=Keyed(GOOD))

        assert PaperSheet.objects.get().response == Response.objects.get()
        assert Response.objects.get().context["sheet"] == "5"


def test_what_does_not_fit_is_named_item_by_item(world: World, office: Actor) -> None:
    with actor_scope(office):
        batch = batch_of(office, world)
        with pytest.raises(AnswersNotValidError) as refused:
            sheet_key(batch=batch, actor=office, number="1", given=Keyed({"clean": "9", "rides": "x"}))

        assert {problem.item for problem in refused.value.problems} == {"rider", "clean", "rides"}
        assert not PaperSheet.objects.exists()


def test_a_duplicate_is_told(world: World, office: Actor) -> None:
    with actor_scope(office):
        batch = batch_of(office, world)
        sheet_key(batch=batch, actor=office, number="1", given=Keyed(GOOD))
        with pytest.raises(SheetKnownError):
            sheet_key(batch=batch, actor=office, number="1", given=Keyed(GOOD))

        assert Response.objects.count() == 1


def test_a_chosen_sheet_counts_once_two_people_keyed_it_alike(world: World, office: Actor) -> None:
    other = make_office(world.company, "other", (FIELD,))
    with actor_scope(office):
        batch = batch_of(office, world, 100)
        sheet = sheet_key(batch=batch, actor=office, number="1", given=Keyed(GOOD))
        assert (sheet.state, Response.objects.count()) == ("keyed", 0)
        with pytest.raises(SheetKnownError):
            sheet_key(batch=batch, actor=office, number="1", given=Keyed(GOOD))
        assert not sheets_to_check(batch, office)
    with actor_scope(other):
        assert list(sheets_to_check(batch, other)) == [sheet]
        done = sheet_key(batch=batch, actor=other, number="1", given=Keyed(GOOD))

    assert (done.state, done.differing, done.first) == ("submitted", 0, {})
    assert Response._base_manager.count() == 1


def test_differences_are_settled_by_somebody_with_a_reason(world: World, office: Actor) -> None:
    other = make_office(world.company, "other", (FIELD,))
    with actor_scope(office):
        batch = batch_of(office, world, 100)
        sheet_key(batch=batch, actor=office, number="1", given=Keyed(GOOD))
    with actor_scope(other):
        sheet = sheet_key(batch=batch, actor=other, number="1", given=Keyed({**GOOD, "clean": "1", "why": "脏"}))
        assert (sheet.state, {one["item"] for one in sheet.differences}) == ("differs", {"clean", "why"})
        with pytest.raises(BadInputError):
            sheet_settle(sheet=sheet, actor=other, answers={"clean": "1", "why": "脏"}, reason=" ")
        done = sheet_settle(sheet=sheet, actor=other, answers={"clean": "2", "why": "脏"}, reason="looks like a 2")

    answer = Response._base_manager.get()
    assert (answer.answers["clean"], answer.answers["why"], answer.answers["polite"]) == (2, "脏", 4)
    assert (done.state, done.settled_by_name, done.first, done.second) == ("submitted", other.name, {}, {})
    assert done.differences[0]["reason"] == "looks like a 2"
    with actor_scope(office):
        found = agreement_of(Campaign.objects.get())
    # five items both keyed or left empty, and the sixth that the second keyer saw
    assert (found.sheets, found.compared, found.differing) == (1, 6, 2)


def test_chance_chooses_by_number_and_nobody_can_steer_it(world: World, office: Actor) -> None:
    with actor_scope(office):
        batch = batch_of(office, world, 30)
        for number in range(60):
            sheet_key(batch=batch, actor=office, number=str(number), given=Keyed(GOOD))

        chosen = PaperSheet.objects.filter(is_chosen=True).count()
    assert 8 <= chosen <= 30


def test_sheets_that_are_no_answer_are_counted_apart(world: World, office: Actor) -> None:
    with actor_scope(office):
        batch = batch_of(office, world)
        sheet_key(batch=batch, actor=office, number="1", given=Keyed(GOOD))
        sheet_set_aside(batch=batch, actor=office, number="2", reason="blank")
        with pytest.raises(SheetKnownError):
            sheet_set_aside(batch=batch, actor=office, number="1", reason="blank")

        counts = paper_counts(batch.campaign)
    assert (counts.issued, counts.returned, counts.valid, counts.void, counts.unkeyed) == (100, 40, 1, 1, 38)


def test_more_cannot_come_back_than_went_out(world: World, office: Actor) -> None:
    with actor_scope(office):
        batch = batch_of(office, world)
        with pytest.raises(BadInputError):
            paper_batch_edit(batch=batch, actor=office, returned=101)
        paper_batch_edit(batch=batch, actor=office, returned=60)

    assert PaperBatch._base_manager.get().returned == 60


def test_a_sheet_beyond_the_quota_is_set_aside_and_counted(world: World, office: Actor) -> None:
    with actor_scope(office):
        campaign = make_campaign(office, world.company, target=1, double_entry_percent=0)
        campaign_units_set(campaign=campaign, actor=office, targets={world.north.pk: 1})
        quotas_generate(campaign=campaign, actor=office)
        batch = paper_batch_add(campaign=campaign, actor=office, unit=world.north, issued=5)
        Campaign.objects.filter(pk=campaign.pk).update(state="open")
        batch = PaperBatch.objects.select_related("campaign").get(pk=batch.pk)
        sheet_key(batch=batch, actor=office, number="1", given=Keyed(GOOD))
        second = sheet_key(batch=batch, actor=office, number="2", given=Keyed(GOOD))

        assert (second.state, Response.objects.count(), QuotaExit.objects.count()) == ("void", 1, 1)


def test_a_clerk_of_one_unit_keys_for_that_unit_only(world: World, office: Actor) -> None:
    clerk = make_office(world.north, "clerk", (FIELD,))
    stranger = make_office(world.south, "stranger", (FIELD,))
    with actor_scope(office):
        batch = batch_of(office, world)
    with actor_scope(clerk):
        own = PaperBatch.objects.select_related("campaign", "door", "unit").get(pk=batch.pk)
        sheet_key(batch=own, actor=clerk, number="1", given=Keyed(GOOD))
    with actor_scope(stranger):
        assert not PaperBatch.objects.exists()
        with pytest.raises(NotPermittedError):
            sheet_key(batch=batch, actor=stranger, number="2", given=Keyed(GOOD))
        with pytest.raises(NotPermittedError):
            paper_batch_add(campaign=batch.campaign, actor=stranger, unit=world.north, issued=3)

    assert Response._base_manager.count() == 1


def test_nothing_is_keyed_into_a_closed_survey(world: World, office: Actor) -> None:
    with actor_scope(office):
        batch = batch_of(office, world)
        Campaign.objects.update(state="closed")
        batch.campaign.refresh_from_db()
        with pytest.raises(ActionNotAllowedError):
            sheet_key(batch=batch, actor=office, number="1", given=Keyed(GOOD))
