"""Drafts: two writers, undo, publishing, and the library of scales."""

from collections.abc import Iterator

import pytest

from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import ActionNotAllowedError, NotPermittedError, OutOfScopeError, StaleRecordError
from bihuan.foundation.scope import actor_scope
from bihuan.instruments import editing, selectors, services
from bihuan.instruments.definition import ItemType
from bihuan.instruments.models import DraftStep, FormDraft, Instrument
from tests.kit import World, make_actor, recorded

RIGHTS = ["instruments.view", "instruments.edit", "instruments.publish"]


@pytest.fixture
def actor(world: World) -> Iterator[Actor]:
    found = make_actor("mei", unit=world.company, permissions=RIGHTS)
    with actor_scope(found), recorded():
        yield found


@pytest.fixture
def draft(world: World, actor: Actor) -> FormDraft:
    return services.draft_from_template(actor=actor, unit=world.company, key="pulse", title="车上快评")


def relabelled(text: str):
    return lambda body: editing.item_change(body, "attitude", {"label": text})


def test_a_draft_from_the_shelf_in_english_is_written_in_english(world: World, actor: Actor) -> None:
    draft = services.draft_from_template(actor=actor, unit=world.company, key="nps", title="NPS", language="en")

    assert draft.body["languages"] == ["en", "zh-hans"]
    assert draft.body["title"] == "Would you recommend us?"


def test_a_copy_keeps_the_codes_so_that_answers_compare(world: World, actor: Actor, draft: FormDraft) -> None:
    copy = services.draft_from_copy(actor=actor, unit=world.north, source=draft.instrument, title="北站快评")

    assert copy.body == draft.body
    assert copy.instrument.unit == world.north


def test_whoever_comes_second_is_told_and_changes_nothing(actor: Actor, draft: FormDraft) -> None:
    mine, theirs = (FormDraft.objects.get(pk=draft.pk) for _copy in range(2))
    services.draft_change(draft=theirs, actor=actor, revision=1, change=relabelled("司机态度"))

    with pytest.raises(StaleRecordError):
        services.draft_change(draft=mine, actor=actor, revision=1, change=relabelled("待客态度"))

    mine.refresh_from_db()
    assert editing.item_named(mine.body, "attitude").item["label"] == "司机态度"


def test_a_change_that_changes_nothing_makes_no_revision(actor: Actor, draft: FormDraft) -> None:
    services.draft_change(draft=draft, actor=actor, revision=1, change=relabelled("服务态度"))

    assert (draft.revision, DraftStep.objects.filter(draft=draft).count()) == (1, 1)


def test_a_change_can_be_taken_back_and_done_again(actor: Actor, draft: FormDraft) -> None:
    before = draft.body
    services.draft_change(draft=draft, actor=actor, revision=1, change=relabelled("司机态度"))
    after = draft.body

    services.draft_restore(draft=draft, actor=actor, revision=2, to=1)
    assert (draft.revision, draft.body) == (3, before)

    services.draft_restore(draft=draft, actor=actor, revision=3, to=2)
    assert (draft.revision, draft.body) == (4, after)


def test_steps_are_kept_up_to_a_limit(actor: Actor, draft: FormDraft, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bihuan.instruments.services.drafts.STEPS_KEPT", 3)
    for number in range(1, 7):
        services.draft_change(draft=draft, actor=actor, revision=number, change=relabelled(f"态度 {number}"))

    assert list(DraftStep.objects.order_by("revision").values_list("revision", flat=True)) == [5, 6, 7]
    with pytest.raises(ActionNotAllowedError):
        services.draft_restore(draft=draft, actor=actor, revision=7, to=2)


def test_publishing_freezes_the_draft_and_ends_it(actor: Actor, draft: FormDraft) -> None:
    form = draft.instrument

    version = services.draft_publish(draft=draft, actor=actor, revision=1, note="第一版")

    assert (version.number, version.definition.by_code["attitude"].label) == (1, "服务态度")
    assert selectors.draft_of(form) is None


def test_the_next_draft_starts_from_the_last_version(actor: Actor, draft: FormDraft) -> None:
    version = services.draft_publish(draft=draft, actor=actor, revision=1, note="第一版")

    again = services.draft_start(instrument=version.instrument, actor=actor)
    services.draft_change(draft=again, actor=actor, revision=1, change=relabelled("司机态度"))
    second = services.draft_publish(draft=again, actor=actor, revision=2, note="说得更清楚")

    assert (again.based_on, second.number) == (version, 2)
    version.refresh_from_db()
    assert version.definition.by_code["attitude"].label == "服务态度"


def test_publishing_what_somebody_just_changed_is_refused(actor: Actor, draft: FormDraft) -> None:
    other = FormDraft.objects.get(pk=draft.pk)
    services.draft_change(draft=other, actor=actor, revision=1, change=relabelled("司机态度"))

    with pytest.raises(StaleRecordError):
        services.draft_publish(draft=draft, actor=actor, revision=1, note="第一版")


def test_an_empty_form_cannot_be_published(world: World, actor: Actor) -> None:
    draft = services.draft_from_nothing(
        actor=actor, unit=world.company, title="新", kind="questionnaire", language="zh-hans"
    )

    with pytest.raises(ActionNotAllowedError):
        services.draft_publish(draft=draft, actor=actor, revision=1, note="空")


def test_a_discarded_draft_that_was_never_published_takes_its_form_along(actor: Actor, draft: FormDraft) -> None:
    services.draft_discard(draft=draft, actor=actor, reason="建错了")

    assert Instrument.objects.count() == 0


def test_a_discarded_draft_leaves_the_published_form(actor: Actor, draft: FormDraft) -> None:
    version = services.draft_publish(draft=draft, actor=actor, revision=1, note="第一版")
    again = services.draft_start(instrument=version.instrument, actor=actor)

    services.draft_discard(draft=again, actor=actor, reason="不改了")

    assert selectors.draft_of(version.instrument) is None
    assert selectors.latest_version(version.instrument) == version


def test_codes_of_every_version_stay_taken(actor: Actor, draft: FormDraft) -> None:
    first = services.draft_publish(draft=draft, actor=actor, revision=1, note="第一版")
    again = services.draft_start(instrument=first.instrument, actor=actor)
    services.draft_change(
        draft=again, actor=actor, revision=1, change=lambda body: editing.item_delete(body, "attitude")
    )
    services.draft_publish(draft=again, actor=actor, revision=2, note="少一题")

    taken = selectors.taken_codes(selectors.versions_of(first.instrument))
    body = selectors.body_of(first.instrument)
    assert body is not None
    _body, code = editing.item_add(body, ItemType.RATING, section="pulse", code="attitude", taken=taken)

    assert code == "attitude2"


def test_writing_needs_its_own_right(world: World, draft: FormDraft) -> None:
    reader = make_actor("reader", unit=world.company, permissions=["instruments.view", "instruments.publish"])

    with actor_scope(reader), pytest.raises(NotPermittedError):
        services.draft_change(draft=draft, actor=reader, revision=1, change=relabelled("x"))


def test_a_stranger_cannot_write_into_another_unit(world: World, actor: Actor) -> None:
    stranger = make_actor("stranger", unit=world.south, permissions=RIGHTS)

    with actor_scope(stranger), pytest.raises((NotPermittedError, OutOfScopeError)):
        services.draft_from_template(actor=stranger, unit=world.north, key="nps", title="x")


class TestLibrary:
    def test_shipping_twice_makes_each_scale_once(self, world: World, actor: Actor) -> None:
        first = services.scales_ship(actor=actor, unit=world.company)
        second = services.scales_ship(actor=actor, unit=world.company)

        assert (len(first), second) == (10, [])

    def test_a_station_uses_the_scales_of_its_company(self, world: World, actor: Actor) -> None:
        services.scales_ship(actor=actor, unit=world.company)
        local = make_actor("local", unit=world.north, permissions=RIGHTS)

        with actor_scope(local):
            here = {entry.code for entry in selectors.library_of(world.north.org_path)}
            listed = {entry.code for entry in selectors.library_for(local)}

        assert "satisfaction_5" in here
        assert here == listed

    def test_a_scale_of_another_station_is_not_seen(self, world: World, actor: Actor) -> None:
        words = {"zh-hans": {"title": "南站专用", "labels": {"1": "差", "2": "好"}}}
        services.scale_create(actor=actor, unit=world.south, code="south_2", low=1, high=2, words=words)
        local = make_actor("local", unit=world.north, permissions=RIGHTS)

        with actor_scope(local):
            assert list(selectors.library_for(local)) == []

    def test_new_words_in_the_library_leave_the_forms_alone(self, world: World, actor: Actor, draft: FormDraft) -> None:
        services.scales_ship(actor=actor, unit=world.company)
        entry = next(one for one in selectors.library_of(world.company.org_path) if one.code == "satisfaction_5")
        words = {**entry.words, "zh-hans": {**entry.words["zh-hans"], "labels": {"1": "差评", "5": "好评"}}}

        services.scale_change(entry=entry, actor=actor, words=words)

        draft.refresh_from_db()
        assert draft.body["scales"][0]["labels"]["5"] == "非常满意"

    def test_a_retired_scale_is_offered_no_more(self, world: World, actor: Actor) -> None:
        entry = services.scales_ship(actor=actor, unit=world.company)[0]

        services.scale_retire(entry=entry, actor=actor)

        assert entry.code not in {one.code for one in selectors.library_of(world.company.org_path)}
