"""What comes in through a door is stored once, whole, or refused with a reason."""

from __future__ import annotations

import dataclasses
import logging
import uuid
from datetime import date

import pytest
from django.utils import timezone

from bihuan.foundation.errors import NotPermittedError
from bihuan.foundation.scope import system_scope
from bihuan.instruments.services import AnswerConflictError
from bihuan.organisation.models import Asset
from bihuan.surveys.answering.opening import (
    AnswersNotValidError,
    DoorShutError,
    QuotaFullError,
    TokenSpentError,
    TokenUnknownError,
)
from bihuan.surveys.models import (
    Campaign,
    Door,
    IdentifiedAnswer,
    Invitation,
    QuotaCell,
    QuotaExit,
    SavedAnswers,
)
from bihuan.surveys.permissions import FIELD, VIEW
from bihuan.surveys.services.answering import answer_submit
from tests.db.surveys.at_the_door import (
    answers,
    make_campaign,
    make_door,
    make_invitation,
    make_quota,
    make_segment,
    make_version,
    stored,
    tomorrow,
    yesterday,
)
from tests.kit import World, make_actor


def test_an_answer_is_stored_with_how_it_came_and_nothing_personal(world: World) -> None:
    campaign = make_campaign(world.company)
    door = make_door(campaign, unit=world.north)

    receipt = answer_submit(door=door, given=answers("9", seconds=40))

    (row,) = stored(campaign)
    assert receipt.is_new
    assert row.answers == {"nps": 9}
    assert row.states == {"why": "not_shown", "who": "skipped"}
    assert (row.channel, row.org_path, row.business_date) == ("link", world.north.org_path, timezone.localdate())
    assert row.answered_at is None
    assert row.version_id == campaign.version_of_form_id
    assert row.context == {
        "unit": world.north.pk,
        "segment": "",
        "door": door.pk,
        "language": "zh-hans",
        "seconds": 40,
        "cluster": f"door:{door.pk}",
        "sheet": "",
    }


def test_an_answer_on_board_belongs_to_the_vehicle_with_nothing_typed(world: World) -> None:
    with system_scope("setup"):
        bus = Asset.objects.create(
            kind="vehicle", code="B-7", name="Bus 7", unit=world.south, org_path=world.south.org_path
        )
    campaign = make_campaign(world.company)

    receipt = answer_submit(door=make_door(campaign, "qr", asset=bus), given=answers())

    assert receipt.response.asset_id == bus.pk
    assert receipt.response.org_path == world.south.org_path
    assert receipt.response.context["unit"] == world.south.pk
    assert receipt.response.context["cluster"] == f"asset:{bus.pk}"


def test_without_a_unit_the_answer_belongs_to_the_survey_as_a_whole(world: World) -> None:
    campaign = make_campaign(world.company)

    receipt = answer_submit(door=make_door(campaign), given=answers())

    assert receipt.response.org_path == world.company.org_path
    assert receipt.response.context["unit"] is None


def test_an_identical_repeat_gets_the_same_receipt_and_other_answers_a_conflict(world: World) -> None:
    campaign = make_campaign(world.company)
    door, given = make_door(campaign), answers("9")

    first = answer_submit(door=door, given=given)
    again = answer_submit(door=door, given=given)

    assert (again.is_new, again.response.pk) == (False, first.response.pk)
    with pytest.raises(AnswerConflictError):
        answer_submit(door=door, given=dataclasses.replace(given, answers={"nps": "1"}))
    assert [row.answers for row in stored(campaign)] == [{"nps": 9}]


def test_what_is_missing_or_off_the_scale_is_named_and_nothing_is_stored(world: World) -> None:
    campaign = make_campaign(world.company)

    with pytest.raises(AnswersNotValidError) as refused:
        answer_submit(door=make_door(campaign), given=answers("11", states={}))

    assert [(problem.item, problem.kind) for problem in refused.value.problems] == [("nps", "value")]
    assert stored(campaign) == []


def test_answers_to_what_was_not_shown_are_dropped_and_logged_without_their_content(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    campaign = make_campaign(world.company)
    given = dataclasses.replace(answers(), answers={"nps": "9", "why": "secret words"})

    with caplog.at_level(logging.INFO, "bihuan.surveys"):
        receipt = answer_submit(door=make_door(campaign), given=given)

    assert receipt.response.answers == {"nps": 9}
    assert "why" in caplog.text
    assert "secret" not in caplog.text


@pytest.mark.parametrize(
    ("campaign_values", "door_values", "reason"),
    [
        ({"state": "draft"}, {}, "early"),
        ({"opens_at": "tomorrow"}, {}, "early"),
        ({"state": "paused"}, {}, "paused"),
        ({"state": "closed"}, {}, "closed"),
        ({"closes_at": "yesterday"}, {}, "closed"),
        ({"state": "discarded"}, {}, "unknown"),
        ({}, {"is_active": False}, "closed"),
    ],
)
def test_a_door_that_is_shut_says_why(
    world: World, campaign_values: dict[str, object], door_values: dict[str, object], reason: str
) -> None:
    moments = {"tomorrow": tomorrow(), "yesterday": yesterday()}
    values = {name: moments.get(str(value), value) for name, value in campaign_values.items()}
    campaign = make_campaign(world.company, **values)

    with pytest.raises(DoorShutError) as refused:
        answer_submit(door=make_door(campaign, **door_values), given=answers())

    assert refused.value.reason == reason
    assert stored(campaign) == []


def test_a_repeat_after_the_end_still_gets_its_receipt(world: World) -> None:
    campaign = make_campaign(world.company)
    door, given = make_door(campaign), answers()
    first = answer_submit(door=door, given=given)
    with system_scope("setup"):
        Campaign.objects.filter(pk=campaign.pk).update(state="closed")

    again = answer_submit(door=door, given=given)

    assert (again.is_new, again.response.pk) == (False, first.response.pk)


def test_paper_that_comes_by_post_after_the_last_day_still_counts_until_the_office_closes(world: World) -> None:
    campaign = make_campaign(world.company, closes_at=yesterday())
    door = make_door(campaign, "paper")

    receipt = answer_submit(door=door, given=answers(sheet="A-17", answered_on=date(2026, 11, 20)))

    assert receipt.response.business_date == date(2026, 11, 20)
    assert receipt.response.context["sheet"] == "A-17"


def test_the_office_needs_the_right_to_enter_answers(world: World) -> None:
    campaign = make_campaign(world.north)
    door = make_door(campaign, "paper")
    clerk = make_actor("clerk", unit=world.north, permissions=[FIELD])
    looker = make_actor("looker", unit=world.north, permissions=[VIEW])
    stranger = make_actor("stranger", unit=world.south, permissions=[FIELD])

    assert answer_submit(door=door, given=answers(sheet="1"), actor=clerk).is_new
    for actor in (looker, stranger):
        with pytest.raises(NotPermittedError):
            answer_submit(door=door, given=answers(sheet="2"), actor=actor)


def test_a_token_is_spent_once_and_its_repeat_costs_nothing(world: World) -> None:
    campaign = make_campaign(world.company, entry="enforced")
    door = make_door(campaign, "email")
    invitation, token = make_invitation(door, unit=world.north)
    given = answers(token=token)

    first = answer_submit(door=door, given=given)
    again = answer_submit(door=door, given=given)

    assert (first.is_new, again.is_new) == (True, False)
    assert first.response.org_path == world.north.org_path
    with pytest.raises(TokenSpentError):
        answer_submit(door=door, given=answers(token=token))
    with system_scope("setup"):
        assert Invitation.objects.get(pk=invitation.pk).used == 1
    assert len(stored(campaign)) == 1


def test_without_or_with_a_made_up_token_nobody_enters_an_enforced_survey(world: World) -> None:
    campaign, other = make_campaign(world.company, entry="enforced"), make_campaign(world.company, entry="enforced")
    door = make_door(campaign)
    _invitation, foreign = make_invitation(make_door(other))

    for token in ("", "made-up", foreign):
        with pytest.raises(TokenUnknownError):
            answer_submit(door=door, given=answers(token=token))
    assert stored(campaign) == []


def test_an_anonymous_answer_leads_to_no_invitation_and_an_identified_one_does(world: World) -> None:
    hidden, named = make_campaign(world.company), make_campaign(world.company, anonymity="identified")
    for campaign in (hidden, named):
        door = make_door(campaign)
        _invitation, token = make_invitation(door)
        answer_submit(door=door, given=answers(token=token))

    with system_scope("setup"):
        links = list(IdentifiedAnswer.objects.values_list("response__collection", flat=True))
    assert links == [named.collection]
    assert stored(hidden)[0].answered_at is None
    assert stored(named)[0].answered_at is not None


def test_the_segment_comes_from_the_invitation_or_from_the_item_that_decides(world: World) -> None:
    campaign = make_campaign(world.company)
    by_pass = make_segment(campaign, "regular", item="who", answers=["pass"])
    door = make_door(campaign)
    _invitation, token = make_invitation(door, segment=by_pass)

    invited = answer_submit(door=door, given=answers(token=token))
    said = answer_submit(door=door, given=dataclasses.replace(answers(), answers={"nps": "9", "who": "pass"}))
    other = answer_submit(door=door, given=dataclasses.replace(answers(), answers={"nps": "9", "who": "single"}))

    assert [one.response.context["segment"] for one in (invited, said, other)] == ["regular", "regular", ""]


def test_a_full_quota_turns_away_and_counts_each_visitor_once(world: World) -> None:
    campaign = make_campaign(world.company)
    cell = make_quota(campaign, 2)
    door = make_door(campaign)
    for _number in range(2):
        answer_submit(door=door, given=answers())
    late = answers()

    for _try in range(2):
        with pytest.raises(QuotaFullError):
            answer_submit(door=door, given=late)

    with system_scope("setup"):
        counted = QuotaCell.objects.get(pk=cell.pk)
        assert (counted.taken, counted.held, QuotaExit.objects.count()) == (2, 0, 1)
    assert len(stored(campaign)) == 2


def test_quotas_count_by_unit_with_those_below_and_by_segment(world: World) -> None:
    campaign = make_campaign(world.company)
    regular = make_segment(campaign, "regular", item="who", answers=["pass"])
    everywhere = make_quota(campaign, 10)
    company = make_quota(campaign, 10, unit=world.company)
    north = make_quota(campaign, 1, unit=world.north)
    north_regular = make_quota(campaign, 10, unit=world.north, segment=regular)
    south = make_quota(campaign, 10, unit=world.south)

    answer_submit(
        door=make_door(campaign, unit=world.north),
        given=dataclasses.replace(answers(), answers={"nps": "9", "who": "pass"}),
    )

    with system_scope("setup"):
        taken = dict(QuotaCell.objects.values_list("pk", "taken"))
    assert taken == {everywhere.pk: 1, company.pk: 1, north.pk: 1, north_regular.pk: 1, south.pk: 0}


def test_a_refusal_of_one_cell_takes_no_place_in_the_others(world: World) -> None:
    campaign = make_campaign(world.company)
    all_of_them, north = make_quota(campaign, 10), make_quota(campaign, 0, unit=world.north)

    with pytest.raises(QuotaFullError):
        answer_submit(door=make_door(campaign, unit=world.north), given=answers())

    with system_scope("setup"):
        assert dict(QuotaCell.objects.values_list("pk", "taken")) == {all_of_them.pk: 0, north.pk: 0}


def test_a_spent_token_is_not_spent_further_by_a_full_quota(world: World) -> None:
    campaign = make_campaign(world.company, entry="enforced")
    make_quota(campaign, 0)
    door = make_door(campaign)
    invitation, token = make_invitation(door)

    with pytest.raises(QuotaFullError):
        answer_submit(door=door, given=answers(token=token))

    with system_scope("setup"):
        assert Invitation.objects.get(pk=invitation.pk).used == 0


def test_begun_answers_are_gone_once_they_are_sent(world: World) -> None:
    campaign = make_campaign(world.company)
    door, given = make_door(campaign), answers()
    with system_scope("setup"):
        SavedAnswers.objects.create(
            door=door,
            version_of_form=campaign.version_of_form,
            client_uuid=given.client_uuid,
            secret_hash="x",
            language="zh-hans",
            begun_at=timezone.now(),
            expires_at=tomorrow(),
            org_path=door.org_path,
        )

    answer_submit(door=door, given=given)

    with system_scope("setup"):
        assert not SavedAnswers.objects.exists()


def test_an_answer_keeps_the_version_of_the_form_it_was_given_to(world: World) -> None:
    campaign = make_campaign(world.company)
    older = make_version(world.company, {"sections": [{"code": "s", "items": [{"code": "a", "type": "text"}]}]})

    receipt = answer_submit(
        door=make_door(campaign),
        given=dataclasses.replace(answers(), answers={"a": "so"}, version=older, client_uuid=uuid.uuid4()),
    )

    assert receipt.response.version_id == older.pk


def test_the_scope_of_the_door_sees_nothing_else_of_the_house(world: World) -> None:
    from bihuan.accounts.models import Grant
    from bihuan.foundation.errors import NoScopeError
    from bihuan.surveys.models import Contact

    with system_scope("survey_door"):
        assert list(Door.objects.all()) == []
        for model in (Grant, Contact):
            with pytest.raises(NoScopeError):
                list(model.objects.all())
