"""Careless answers: flagged with the reason, compared with and without, taken out only by a person."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from django.test import Client
from django.utils.translation import override

from bihuan.foundation.actor import system_actor
from bihuan.foundation.errors import ActionNotAllowedError, BadInputError
from bihuan.foundation.scope import system_scope
from bihuan.instruments.models import Response
from bihuan.records.models import Activity, Notification
from bihuan.surveys import tasks
from bihuan.surveys.models import ExcludedAnswer, QualityCheck, QualityRuleSet, ResponseFlag
from bihuan.surveys.permissions import EXPORT, MANAGE, VIEW
from bihuan.surveys.selectors.quality import campaigns_to_look_at
from bihuan.surveys.services import answer_quality as services
from tests.db.surveys.answered import Field, make_field
from tests.kit import World, make_unit, make_user, recorded

pytestmark = pytest.mark.django_db
OFFICE = system_actor("test")
DIMENSIONS = ("可靠性", "响应性", "有形性", "保证性", "移情性")


def battery(**more: Any) -> dict[str, Any]:
    items: list[dict[str, Any]] = [
        {
            "code": f"q{number}",
            "label": f"第{number}题",
            "scale": [1, 5, 1],
            "dimension": DIMENSIONS[number // 4],
            "is_reversed": number in {5, 13},
        }
        for number in range(20)
    ]
    items.insert(10, {"code": "check", "label": "请选 2", "scale": [1, 5, 1], "expected": 2})
    items.append({"code": "nps", "type": "nps"})
    return {"title": "乘客满意度", "sections": [{"code": "s", "items": items}], **more}


def thoughtful(rng: np.random.Generator, level: float = 3.6) -> dict[str, Any]:
    mood = rng.normal(0, 0.6)
    found: dict[str, Any] = {}
    for number in range(20):
        trait = mood + 0.5 * (number // 4 % 3 - 1)
        value = int(np.clip(round(level + trait + rng.normal(0, 0.7)), 1, 5))
        found[f"q{number}"] = 6 - value if number in {5, 13} else value
    return {**found, "check": 2, "nps": int(np.clip(round(7 + 2 * mood + rng.normal(0, 1)), 0, 10))}


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with override("en"):
        yield


@pytest.fixture
def field(world: World) -> Field:
    with system_scope("setup"), recorded():
        return make_field(world.company, [world.north, world.south], battery(), anonymity="identified")


def put(
    field: Field, answers: list[dict[str, Any]], seed: int = 5, seconds: Any = 200, **context: Any
) -> list[Response]:
    given = {"cluster": "", "seconds": seconds, **context}
    with system_scope("setup"):
        return field.put(answers, np.random.default_rng(seed), context=given, channel="link")


def crowd(field: Field, size: int = 80, seed: int = 1) -> list[Response]:
    rng = np.random.default_rng(seed)
    return put(field, [thoughtful(rng) for _ in range(size)], seed)


def checked(field: Field) -> QualityCheck:
    with system_scope("setup"), recorded():
        return services.quality_check(campaign=field.campaign)


def flags_of(response: Response) -> dict[str, Any]:
    with system_scope("setup"):
        found = ResponseFlag.objects.filter(response=response).first()
    return found.flags if found else {}


def straight(level: int = 5) -> dict[str, Any]:
    return {**{f"q{number}": level for number in range(20)}, "check": 2, "nps": 9}


def test_thoughtful_answers_carry_hardly_a_sign(field: Field) -> None:
    crowd(field, 120)

    check = checked(field)

    assert check.checked == 120
    assert check.flagged <= 3


def test_a_straight_line_is_flagged_with_the_questions_worded_the_other_way(field: Field) -> None:
    crowd(field)
    [line] = put(field, [straight()], 2)

    checked(field)

    assert flags_of(line)["longstring"] == {"run": 20, "items": 20, "turned": 2}


def test_speed_is_measured_against_the_usual_time(field: Field) -> None:
    crowd(field)
    rng = np.random.default_rng(9)
    [fast] = put(field, [thoughtful(rng)], 3, seconds=50)
    [faster] = put(field, [thoughtful(rng)], 4, seconds=15)

    checked(field)

    assert flags_of(fast)["speed"] == {"value": 0.25, "seconds": 50, "usual": 200}
    assert "seconds_per_item" not in flags_of(fast)
    assert flags_of(faster)["seconds_per_item"]["value"] == 0.75


def test_a_copy_names_the_sheet_it_equals(field: Field) -> None:
    crowd(field)
    rng = np.random.default_rng(11)
    sheet = thoughtful(rng)
    [first] = put(field, [sheet], 3)
    [second] = put(field, [sheet], 4)

    checked(field)

    assert flags_of(second)["duplicate"] == {"twin": first.pk}
    assert "duplicate" not in flags_of(first)


def test_contradicting_oneself_is_a_sign_where_the_rule_is_switched_on(field: Field) -> None:
    crowd(field)
    halves = {f"q{number}": 5 if (number // 4 + number) % 2 else 1 for number in range(20)}
    for number in (5, 13):
        halves[f"q{number}"] = 6 - halves[f"q{number}"]
    [torn] = put(field, [{**halves, "check": 2, "nps": 5}], 3)
    with system_scope("setup"), recorded():
        services.rules_change(campaign=field.campaign, actor=OFFICE, rules={"even_odd": -0.5}, reason="five dimensions")

    checked(field)

    assert flags_of(torn)["even_odd"] == {"value": -1.0}


def test_missed_checks_and_blank_sheets_are_flagged(field: Field) -> None:
    crowd(field)
    rng = np.random.default_rng(12)
    [missed] = put(field, [{**thoughtful(rng), "check": 5}], 3)
    [blank] = put(field, [{"q0": 4, "q1": 4, "nps": 8}], 4)

    checked(field)

    assert flags_of(missed)["attention"] == {"value": 1}
    assert flags_of(blank)["blank"] == {"percent": 86}


def test_what_was_not_shown_or_does_not_apply_is_not_left_out(field: Field) -> None:
    crowd(field)
    rng = np.random.default_rng(13)
    given = thoughtful(rng) | {f"q{number}": "~na" for number in range(12)}
    [one] = put(field, [given], 3)

    checked(field)

    assert "blank" not in flags_of(one)


def test_an_interviewer_who_fills_in_sheets_is_named_and_the_office_told(world: World, field: Field) -> None:
    manager = make_user("manager", unit=world.company, permissions=[MANAGE, VIEW])
    crowd(field, 200)
    rng = np.random.default_rng(14)
    template = thoughtful(rng)
    made = put(field, [{**template, "nps": int(rng.integers(0, 11))} for _ in range(15)], 3, cluster="interviewer:7")

    check = checked(field)
    again = checked(field)

    assert [one["cluster"] for one in check.found["clusters"]] == ["interviewer:7"]
    assert all("cluster" in flags_of(one) for one in made)
    assert again.found["clusters"][0]["n"] == 15
    assert Notification.objects.filter(user=manager).count() == 1


def test_the_figures_stand_with_and_without_the_flagged(field: Field) -> None:
    crowd(field)
    put(field, [straight(1)] * 10, 2)

    figures = {(one["measure"], one["name"]): one for one in checked(field).found["figures"]}

    whole = figures["score", ""]
    assert whole["now"][0] == 90
    assert whole["without"][0] <= 80
    assert whole["without"][1] > whole["now"][1]
    assert figures["nps", "nps"]["now"][0] == 90


def test_nothing_is_deleted_and_a_second_check_gives_the_same(field: Field) -> None:
    crowd(field)
    put(field, [straight()] * 3, 2)

    first = checked(field)
    with system_scope("setup"):
        before = list(ResponseFlag.objects.order_by("response_id").values_list("response_id", "flags"))
        count = Response.objects.count()
    second = checked(field)
    with system_scope("setup"):
        after = list(ResponseFlag.objects.order_by("response_id").values_list("response_id", "flags"))

    assert (first.flagged, before, count) == (second.flagged, after, 83)


def test_changed_rules_make_a_version_and_flags_follow(field: Field) -> None:
    crowd(field)
    [line] = put(field, [straight()], 2)
    checked(field)

    with system_scope("setup"), recorded() as log:
        made = services.rules_change(
            campaign=field.campaign, actor=OFFICE, rules={"longstring_share": None}, reason="battery of one topic"
        )
    checked(field)

    with system_scope("setup"):
        flag = ResponseFlag.objects.filter(response=line).first()
    assert made.number == 2
    assert "longstring" not in (flag.flags if flag else {})
    assert [entry.action for entry in log] == ["quality_rules"]
    assert (log[0].before, log[0].after) == ({"longstring_share": 0.8}, {"version": 2, "longstring_share": None})


def test_rules_change_only_with_a_reason_and_the_same_values_change_nothing(field: Field) -> None:
    with system_scope("setup"), recorded():
        services.rules_in_force(campaign=field.campaign)
        with pytest.raises(BadInputError):
            services.rules_change(campaign=field.campaign, actor=OFFICE, rules={"speed": 0.3}, reason=" ")
        same = services.rules_change(campaign=field.campaign, actor=OFFICE, rules={"cluster": 4.0}, reason="none")

    assert same.number == 1


def test_an_excluded_answer_stays_and_comes_back(field: Field) -> None:
    [answer, *_rest] = crowd(field, 5)
    with system_scope("setup"), recorded() as log:
        out = services.answer_exclude(campaign=field.campaign, response=answer, actor=OFFICE, reason="test sheet")
        with pytest.raises(ActionNotAllowedError):
            services.answer_exclude(campaign=field.campaign, response=answer, actor=OFFICE, reason="again")
        services.answer_restore(excluded=out, actor=OFFICE)
        left = ExcludedAnswer.objects.count()
        kept = Response.objects.filter(pk=answer.pk).exists()

    assert (left, kept) == (0, True)
    assert [(entry.action, entry.reason) for entry in log] == [("exclude_answer", "test sheet"), ("restore_answer", "")]


def test_an_answer_of_another_survey_cannot_be_excluded(world: World, field: Field) -> None:
    with system_scope("setup"), recorded():
        other = make_field(world.company, [world.north], battery())
        [answer] = other.put([straight()], np.random.default_rng(1))
        with pytest.raises(BadInputError):
            services.answer_exclude(campaign=field.campaign, response=answer, actor=OFFICE, reason="no")


def test_every_survey_with_new_answers_is_looked_at(field: Field) -> None:
    crowd(field, 20)
    with system_scope("survey_quality"):
        due = [one.pk for one in campaigns_to_look_at()]
    tasks.check_answers.func(field.campaign.pk)
    with system_scope("survey_quality"):
        after = campaigns_to_look_at()

    assert due == [field.campaign.pk]
    assert after == []


def signed_in(name: str, unit: Any, *rights: str) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(make_user(name, unit=unit, permissions=rights))
    return client


def test_the_pages_say_why_and_let_a_manager_take_out_and_bring_back(world: World, field: Field) -> None:
    crowd(field)
    [line] = put(field, [straight()], 2)
    checked(field)
    manager = signed_in("manager", world.company, VIEW, MANAGE, EXPORT)
    base = f"/surveys/campaigns/{field.campaign.pk}/quality/"

    overview = manager.get(base).content.decode()
    listed = manager.get(f"{base}answers/?rule=longstring").content.decode()
    asked = manager.post(f"{base}take-out/", {"selection": [line.pk]}).content.decode()
    done = manager.post(f"{base}take-out/", {"answers": str(line.pk), "reason": "answered by nobody"})
    with system_scope("setup"):
        out = ExcludedAnswer.objects.get()
    page = manager.get(f"/surveys/answers/{line.pk}/").content.decode()
    manager.post(f"/surveys/taken-out/{out.pk}/restore/", {"reason": ""})

    assert "ticked the same box 20 times in a row, of 20, 2 of them worded the other way round" in overview
    assert "ticked the same box 20 times" in listed
    assert f'value="{line.pk}"' in asked
    assert done.status_code == 302
    assert out.reason == "answered by nobody"
    assert "第0题" in page
    with system_scope("setup"):
        assert not ExcludedAnswer.objects.exists()
        log = Activity.objects.filter(subject_type="surveys.campaign").order_by("position")
        assert list(log.values_list("action", flat=True)) == ["exclude_answer", "restore_answer"]


def test_strangers_and_readers_cannot_take_out(world: World, field: Field) -> None:
    [answer, *_rest] = crowd(field, 5)
    checked(field)
    base = f"/surveys/campaigns/{field.campaign.pk}/quality/"
    with system_scope("setup"):
        west = make_unit("West", parent=world.company)
    stranger = signed_in("stranger", west, VIEW, MANAGE, EXPORT)
    reader = signed_in("reader", world.company, VIEW)

    assert stranger.get(base).status_code == 404
    assert reader.get(base).status_code == 200
    assert reader.post(f"{base}take-out/", {"answers": str(answer.pk), "reason": "x"}).status_code == 403
    assert reader.get(f"/surveys/answers/{answer.pk}/").status_code == 403
    assert reader.get(f"{base}rules/").status_code == 403


def test_an_anonymous_survey_shows_neither_unit_nor_day_of_a_flagged_answer(world: World) -> None:
    with system_scope("setup"), recorded():
        field = make_field(world.company, [world.north], battery())
    crowd(field)
    [line] = put(field, [straight()], 2)
    checked(field)
    manager = signed_in("manager", world.company, VIEW, MANAGE, EXPORT)

    listed = manager.get(f"/surveys/campaigns/{field.campaign.pk}/quality/answers/?export=csv")
    page = manager.get(f"/surveys/answers/{line.pk}/").content.decode()

    heading = b"".join(listed.streaming_content).decode("utf-8-sig").splitlines()[0]
    assert heading == "why it was flagged,signs,channel,in the figures"
    assert line.business_date.isoformat() not in page


def test_rules_are_edited_by_form(world: World, field: Field) -> None:
    manager = signed_in("manager", world.company, VIEW, MANAGE)
    address = f"/surveys/campaigns/{field.campaign.pk}/quality/rules/"
    given = {"speed_on": "on", "speed_at": "0.3", "blank_on": "on", "blank_at": "0.5", "reason": "short form"}

    shown = manager.get(address)
    refused = manager.post(address, {**given, "speed_at": ""})
    done = manager.post(address, given)

    with system_scope("setup"):
        rules = QualityRuleSet.objects.filter(campaign=field.campaign).first()
    assert (shown.status_code, refused.status_code, done.status_code) == (200, 422, 302)
    assert rules is not None
    assert rules.number == 2
    assert rules.rules["speed"] == 0.3
    assert rules.rules["longstring_share"] is None
    assert rules.rules["duplicates"] is False
