"""Preparing, opening, changing and closing a survey in the field."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from bihuan.foundation.errors import ActionNotAllowedError, BadInputError, NotPermittedError, StaleRecordError
from bihuan.foundation.scope import actor_scope, system_scope
from bihuan.records.models import Notification, SearchEntry
from bihuan.records.selectors import activity_of
from bihuan.surveys.form_changes import Fate, form_changes
from bihuan.surveys.models import Campaign, Door, QuotaCell, Segment
from bihuan.surveys.permissions import VIEW
from bihuan.surveys.services.campaigns import (
    campaign_change_form,
    campaign_close,
    campaign_create,
    campaign_discard,
    campaign_edit,
    campaign_open,
    campaign_pause,
    campaign_reopen,
    campaign_results_read,
    campaigns_on_time,
)
from bihuan.surveys.services.doors import ALPHABET, door_add, door_remove, door_switch, doors_for_assets
from bihuan.surveys.services.fielding import (
    campaign_units_set,
    quota_set,
    quotas_generate,
    quotas_remove,
    segment_save,
)
from bihuan.surveys.tasks import campaigns_on_time as job
from tests.db.surveys.field import BODY, make_bus, make_campaign, make_form, make_office, make_open, next_form
from tests.kit import World


def test_a_survey_is_prepared_on_a_template_of_the_shelf(world: World) -> None:
    office = make_office(world.company)
    with actor_scope(office):
        campaign = campaign_create(actor=office, unit=world.company, title="年度", template="quality_questionnaire")

        assert campaign.state == "draft"
        assert campaign.target == 50
        assert campaign.version_of_form.number == 1
        assert campaign.version_of_form.instrument.title == "年度"
        assert SearchEntry._base_manager.filter(subject_id=campaign.pk, title="年度").exists()


def test_an_anonymous_survey_does_not_open_on_a_form_that_asks_for_the_name(world: World) -> None:
    office = make_office(world.company)
    with actor_scope(office):
        campaign = campaign_create(actor=office, unit=world.company, title="年度", template="quality_questionnaire")
        door_add(campaign=campaign, actor=office, kind="link")

        with pytest.raises(ActionNotAllowedError) as refused:
            campaign_open(campaign=campaign, actor=office)
        campaign_edit(campaign=campaign, actor=office, anonymity="identified")
        campaign_open(campaign=campaign, actor=office)

    assert "anonym" in str(refused.value.message) or "匿名" in str(refused.value.message)
    assert campaign.state == "open"


def test_an_unknown_template_is_refused(world: World) -> None:
    office = make_office(world.company)
    with actor_scope(office), pytest.raises(BadInputError) as refused:
        campaign_create(actor=office, unit=world.company, title="x", template="../secret")

    assert refused.value.place == "form"


def test_whoever_may_only_look_prepares_nothing(world: World) -> None:
    reader = make_office(world.company, "reader", (VIEW,))
    version = make_form(world.company)
    with actor_scope(reader), pytest.raises(NotPermittedError):
        campaign_create(actor=reader, unit=world.company, title="x", version=version)


def test_a_survey_without_a_way_in_does_not_open(world: World) -> None:
    office = make_office(world.company)
    with actor_scope(office):
        campaign = make_campaign(office, world.company)

        with pytest.raises(ActionNotAllowedError):
            campaign_open(campaign=campaign, actor=office)
        door_add(campaign=campaign, actor=office, kind="link")
        campaign_open(campaign=campaign, actor=office)

    assert campaign.state == "open"
    assert campaign.opens_at is not None


def test_opening_by_hand_before_the_planned_time_opens_at_once(world: World) -> None:
    office = make_office(world.company)
    with actor_scope(office):
        later = timezone.now() + timedelta(days=3)
        campaign, _door = make_open(office, world.company, opens_at=later)

    assert campaign.opens_at < later


def test_what_was_promised_is_fixed_once_open(world: World) -> None:
    office = make_office(world.company)
    with actor_scope(office):
        campaign, _door = make_open(office, world.company)
        for name, value in (("anonymity", "identified"), ("entry", "open")):
            with pytest.raises(ActionNotAllowedError) as refused:
                campaign_edit(campaign=campaign, actor=office, **{name: value})
            assert refused.value.place == name
        campaign_edit(campaign=campaign, actor=office, target=80, closes_at=timezone.now() + timedelta(days=9))

    assert Campaign._base_manager.get(pk=campaign.pk).target == 80


def test_small_cells_only_grow_while_people_answer(world: World) -> None:
    office = make_office(world.company)
    with actor_scope(office):
        campaign, _door = make_open(office, world.company, small_cell=5)
        campaign_edit(campaign=campaign, actor=office, small_cell=8)
        with pytest.raises(BadInputError):
            campaign_edit(campaign=campaign, actor=office, small_cell=5)


def test_an_anonymous_survey_never_shows_groups_of_two(world: World) -> None:
    office = make_office(world.company)
    with actor_scope(office), pytest.raises(BadInputError) as refused:
        make_campaign(office, world.company, small_cell=2)

    assert refused.value.place == "small_cell"


def test_an_edit_that_meets_an_opening_is_refused(world: World) -> None:
    office = make_office(world.company)
    with actor_scope(office):
        campaign = make_campaign(office, world.company)
        door_add(campaign=campaign, actor=office, kind="link")
        stale = Campaign.objects.get(pk=campaign.pk)
        campaign_open(campaign=campaign, actor=office)

        with pytest.raises(StaleRecordError):
            campaign_edit(campaign=stale, actor=office, anonymity="identified")

    assert Campaign._base_manager.get(pk=campaign.pk).anonymity == "anonymous"


def test_the_clock_opens_and_closes(world: World) -> None:
    office = make_office(world.company)
    now = timezone.now()
    with actor_scope(office):
        due = make_campaign(
            office, world.company, title="due", opens_at=now + timedelta(hours=1), opens_itself=True,
            closes_at=now + timedelta(days=1),
        )  # fmt: skip
        door_add(campaign=due, actor=office, kind="link")
        by_hand = make_campaign(office, world.company, title="by hand", opens_at=now + timedelta(hours=1))
        door_add(campaign=by_hand, actor=office, kind="link")
        no_door = make_campaign(
            office, world.company, title="no door", opens_at=now + timedelta(hours=1), opens_itself=True
        )
    with system_scope("surveys_field"):
        early = campaigns_on_time(now=now + timedelta(minutes=59))
        on_time = campaigns_on_time(now=now + timedelta(hours=1))
        after = campaigns_on_time(now=now + timedelta(days=1))

    states = {row.title: row.state for row in Campaign._base_manager.all()}
    assert (early, on_time, after) == ((0, 0), (1, 0), (0, 1))
    assert states == {"due": "closed", "by hand": "draft", "no door": "draft"}
    assert by_hand.pk != no_door.pk
    assert Notification.objects.filter(user_id=office.user_id).count() == 2


def test_the_job_runs_in_its_scope(world: World) -> None:
    assert job.func() == "0 opened, 0 closed"


def test_closing_and_opening_again_with_a_reason(world: World) -> None:
    office = make_office(world.company)
    with actor_scope(office):
        campaign, _door = make_open(office, world.company, closes_at=timezone.now() + timedelta(hours=1))
        campaign_pause(campaign=campaign, actor=office, reason="typhoon")
        campaign_close(campaign=campaign, actor=office)
        campaign_results_read(campaign=campaign, actor=office)
        with pytest.raises(BadInputError):
            campaign_reopen(campaign=campaign, actor=office, reason="")
        past = timezone.now() - timedelta(hours=1)
        with pytest.raises(ActionNotAllowedError):
            campaign_reopen(campaign=campaign, actor=office, reason="late post", closes_at=past)
        campaign_reopen(campaign=campaign, actor=office, reason="late post")

    found = Campaign._base_manager.get(pk=campaign.pk)
    assert (found.state, found.closes_at, found.closed_at, found.results_read_at) == ("open", None, None, None)


def test_only_what_never_opened_is_discarded(world: World) -> None:
    office = make_office(world.company)
    with actor_scope(office):
        campaign, _door = make_open(office, world.company)
        with pytest.raises(ActionNotAllowedError):
            campaign_discard(campaign=campaign, actor=office)
        other = make_campaign(office, world.company, title="other")
        campaign_discard(campaign=other, actor=office)

    assert not SearchEntry._base_manager.filter(subject_id=other.pk, subject_type="surveys.campaign").exists()


def changed_body() -> dict[str, object]:
    items = [dict(item) for item in BODY["sections"][0]["items"]]
    items[1] = {"code": "clean", "type": "rating", "scale": [1, 7, 1], "label": "车厢整洁", "is_required": True}
    items[2] = {**items[2], "label": "驾驶员礼貌"}
    items.pop()
    items.append({"code": "nps", "type": "nps", "label": "推荐"})
    return {**BODY, "sections": [{"code": "a", "items": items}]}


def test_a_survey_goes_on_with_a_newer_version(world: World) -> None:
    office = make_office(world.company)
    first = make_form(world.company)
    newer = next_form(first, changed_body())
    stranger = make_form(world.company, title="another")
    with actor_scope(office):
        campaign, _door = make_open(office, world.company, version=first)
        with pytest.raises(BadInputError):
            campaign_change_form(campaign=campaign, actor=office, version=stranger, reason="x")
        campaign_change_form(campaign=campaign, actor=office, version=newer, reason="a typing error")

        lines = [line.action for line in activity_of(campaign)]
    assert campaign.version_of_form == newer
    assert lines[0] == "change_form"
    fates = {one.item: one.fate for one in form_changes(first.definition, newer.definition)}
    assert fates == {"clean": Fate.BEGINS_ANEW, "polite": Fate.REWORDED, "nps": Fate.NEW, "rides": Fate.GONE}


def test_a_version_without_the_deciding_item_is_refused(world: World) -> None:
    office = make_office(world.company)
    first = make_form(world.company)
    body = {**BODY, "sections": [{"code": "a", "items": BODY["sections"][0]["items"][1:3]}]}
    newer = next_form(first, body)
    with actor_scope(office):
        campaign = make_campaign(office, world.company, version=first)
        segment_save(campaign=campaign, actor=office, name="通勤", item="rider", answers=["commuter"])
        door_add(campaign=campaign, actor=office, kind="link")
        campaign_open(campaign=campaign, actor=office)

        with pytest.raises(ActionNotAllowedError):
            campaign_change_form(campaign=campaign, actor=office, version=newer, reason="shorter")


def segmented(office: object, world: World, **values: object) -> Campaign:
    campaign = make_campaign(office, world.company, **values)  # type: ignore[arg-type]
    for name, share, code in (("通勤", "0.7", "commuter"), ("游客", "0.3", "visitor")):
        segment_save(
            campaign=campaign, actor=office, name=name, sample_share=Decimal(share), item="rider", answers=[code],  # type: ignore[arg-type]
        )  # fmt: skip
    return campaign


def test_shares_never_exceed_the_whole_and_an_answer_belongs_once(world: World) -> None:
    office = make_office(world.company)
    with actor_scope(office):
        campaign = segmented(office, world)
        with pytest.raises(BadInputError) as too_much:
            segment_save(campaign=campaign, actor=office, name="more", sample_share=Decimal("0.01"))
        with pytest.raises(BadInputError) as twice:
            segment_save(campaign=campaign, actor=office, name="again", item="rider", answers=["visitor"])
        with pytest.raises(BadInputError):
            segment_save(campaign=campaign, actor=office, name="odd", item="why", answers=["x"])

    assert (too_much.value.place, twice.value.place) == ("sample_share", "answers")


def test_quotas_come_from_targets_and_shares_and_add_up(world: World) -> None:
    office = make_office(world.company)
    with actor_scope(office):
        campaign = segmented(office, world, target=33, target_basis="unit")
        campaign_units_set(campaign=campaign, actor=office, targets={world.north.pk: None, world.south.pk: 51})
        made = quotas_generate(campaign=campaign, actor=office)
        again = quotas_generate(campaign=campaign, actor=office)

        cells = {(cell.unit_id, cell.segment.name): cell.limit for cell in QuotaCell.objects.all() if cell.segment}
    assert (made, again) == (4, 4)
    assert cells == {
        (world.north.pk, "通勤"): 23,
        (world.north.pk, "游客"): 10,
        (world.south.pk, "通勤"): 36,
        (world.south.pk, "游客"): 15,
    }


def test_a_limit_never_falls_below_what_is_taken(world: World) -> None:
    office = make_office(world.company)
    with actor_scope(office):
        campaign = segmented(office, world)
        quotas_generate(campaign=campaign, actor=office)
        cell = QuotaCell.objects.order_by("pk").first()
        assert cell is not None
        QuotaCell.objects.filter(pk=cell.pk).update(taken=10, held=2)
        cell.refresh_from_db()
        with pytest.raises(BadInputError):
            quota_set(cell=cell, actor=office, limit=11)
        quota_set(cell=cell, actor=office, limit=12)
        campaign_edit(campaign=campaign, actor=office, target=1)
        quotas_generate(campaign=campaign, actor=office)

        cell.refresh_from_db()
        assert cell.limit == 12
        door_add(campaign=campaign, actor=office, kind="link")
        campaign_open(campaign=campaign, actor=office)
        cell = QuotaCell.objects.get(pk=cell.pk)
        with pytest.raises(ActionNotAllowedError):
            quotas_remove(campaign=cell.campaign, actor=office)
        quota_set(cell=cell, actor=office, limit=40)
        cell.refresh_from_db()
        with pytest.raises(BadInputError):
            quota_set(cell=cell, actor=office, limit=39)


def test_groups_are_fixed_once_open_but_weights_may_change(world: World) -> None:
    office = make_office(world.company)
    with actor_scope(office):
        campaign = segmented(office, world)
        door_add(campaign=campaign, actor=office, kind="link")
        campaign_open(campaign=campaign, actor=office)
        segment = Segment.objects.get(name="通勤")
        same = {"campaign": campaign, "actor": office, "segment": segment, "name": "通勤族"}
        segment_save(**same, weight=Decimal("2.5"), sample_share=Decimal("0.7"), item="rider", answers=["commuter"])
        with pytest.raises(ActionNotAllowedError):
            segment_save(**same, item="", answers=[])

    segment = Segment._base_manager.get(pk=segment.pk)
    assert (segment.name, segment.weight, segment.item) == ("通勤族", Decimal("2.5"), "rider")


def test_a_code_for_every_bus_and_none_twice(world: World) -> None:
    office = make_office(world.company)
    for number in range(60):
        make_bus(world.north if number < 40 else world.south, f"N{number:03}")
    with actor_scope(office):
        campaign = make_campaign(office, world.company)
        first = doors_for_assets(campaign=campaign, actor=office, kinds=["vehicle"], units=[world.north])
        codes = set(Door.objects.values_list("code", flat=True))
        door = Door.objects.first()
        assert door is not None
        door_switch(door=door, actor=office, is_active=False)
        second = doors_for_assets(campaign=campaign, actor=office, kinds=["vehicle"])

        assert (first.made, first.there) == (40, 0)
        assert (second.made, second.there, second.woken) == (20, 39, 1)
        assert codes < set(Door.objects.values_list("code", flat=True))
        assert Door.objects.count() == 60
        assert all(len(code) == 11 and set(code) <= set(ALPHABET) for code in codes)
        assert Door.objects.filter(asset__unit=world.south).first().org_path == world.south.org_path  # type: ignore[union-attr]


def test_codes_for_the_buses_of_a_line(world: World) -> None:
    office = make_office(world.company)
    line = make_bus(world.north, "L1", kind="line")
    make_bus(world.north, "B1", line)
    make_bus(world.north, "B2")
    with actor_scope(office):
        campaign = make_campaign(office, world.company)

        made = doors_for_assets(campaign=campaign, actor=office, kinds=["vehicle"], lines=[line])

        assert made.made == 1


def test_one_paper_door_a_unit_and_a_frame_names_its_sites(world: World) -> None:
    office = make_office(world.company)
    with actor_scope(office):
        campaign = make_campaign(office, world.company)
        one = door_add(campaign=campaign, actor=office, kind="paper", unit=world.north)
        same = door_add(campaign=campaign, actor=office, kind="paper", unit=world.north)
        other = door_add(campaign=campaign, actor=office, kind="paper", unit=world.south)
        with pytest.raises(BadInputError):
            door_add(campaign=campaign, actor=office, kind="frame")
        with pytest.raises(BadInputError):
            door_add(campaign=campaign, actor=office, kind="frame", ancestors=["javascript:alert(1)"])
        door_add(campaign=campaign, actor=office, kind="frame", ancestors=["https://www.Example.com/"])

    assert one == same
    assert one != other
    assert campaign.frame_ancestors == ["https://www.example.com"]


def test_a_way_in_goes_only_before_opening(world: World) -> None:
    office = make_office(world.company)
    with actor_scope(office):
        campaign = make_campaign(office, world.company)
        door = door_add(campaign=campaign, actor=office, kind="link")
        door_remove(door=door, actor=office)
        campaign, door = make_open(office, world.company, title="two")
        with pytest.raises(ActionNotAllowedError):
            door_remove(door=door, actor=office)


def test_another_units_office_cannot_touch_it(world: World) -> None:
    office = make_office(world.north)
    stranger = make_office(world.south, "stranger")
    with actor_scope(office):
        campaign, door = make_open(office, world.north)

    with actor_scope(stranger):
        assert not Campaign.objects.filter(pk=campaign.pk).exists()
        with pytest.raises(NotPermittedError):
            campaign_close(campaign=campaign, actor=stranger)
        with pytest.raises(NotPermittedError):
            door_switch(door=door, actor=stranger, is_active=False)
