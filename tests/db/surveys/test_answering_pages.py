"""The public pages of a survey: every state a page, nothing lost, nothing left behind."""

from __future__ import annotations

import io
import re
import uuid
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.http import HttpResponse
from django.test import Client
from PIL import ExifTags, Image

from bihuan.foundation.scope import system_scope
from bihuan.instruments.models import InstrumentVersion
from bihuan.organisation.models import Asset
from bihuan.records.services import file_open
from bihuan.surveys.answering import limits, tokens
from bihuan.surveys.answering.tokens import FormToken, parameters_sealed
from bihuan.surveys.models import (
    AnswerFile,
    Campaign,
    Door,
    IdentifiedAnswer,
    QuotaCell,
    QuotaExit,
    QuotaLease,
    SavedAnswers,
)
from bihuan.surveys.selectors.answering import door_card
from bihuan.surveys.views.answering import sending
from tests.db.surveys.at_the_door import (
    FORM,
    PAGES,
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
from tests.kit import World

PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x02\x00\x00\x00\x90wS\xde"
    b"\x00\x00\x00\x0cIDATx\x9cc\xf8\xcf\xc0\x00\x00\x03\x01\x01\x00\xc9\xfe\x92\xef\x00\x00\x00\x00IEND\xaeB`\x82"
)


@pytest.fixture(autouse=True)
def fresh_limits() -> None:
    for one in (limits.PAGES, limits.DEVICES, limits.INVITATIONS):
        one.clear()


@pytest.fixture
def visitor() -> Client:
    return Client(headers={"accept-language": "zh-CN,zh;q=0.9"})


def text(response: HttpResponse) -> str:
    return response.content.decode()


def address(door: Door) -> str:
    return f"/s/{door.code}"


def fields(response: HttpResponse) -> dict[str, str]:
    """The hidden fields of the page, as a browser sends them along."""
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', text(response))
    return dict(found)


def opened(visitor: Client, door: Door, **query: str) -> dict[str, str]:
    return fields(visitor.get(address(door), query))


def test_a_form_is_opened_and_answered(world: World, visitor: Client) -> None:
    campaign = make_campaign(world.company)
    door = make_door(campaign, unit=world.north)

    page = visitor.get(address(door))
    done = visitor.post(address(door), {**fields(page), "q.nps": "9"})

    assert (page.status_code, done.status_code) == (200, 200)
    assert "您会推荐我们吗" in text(page)
    assert "匿名作答" in text(page)
    assert "您的回答已收到" in text(done)
    (row,) = stored(campaign)
    assert (row.answers, row.org_path) == ({"nps": 9}, world.north.org_path)
    assert row.context["flags"] == ["fast"]


def test_each_visitor_gets_an_own_number_in_the_same_page(world: World, visitor: Client) -> None:
    door = make_door(make_campaign(world.company))

    one, other = (visitor.get(address(door)) for _visit in range(2))

    first, second = (FormToken.read(fields(page)["f"]) for page in (one, other))
    assert first is not None
    assert second is not None
    assert first.client_uuid != second.client_uuid
    assert text(one).replace(fields(one)["f"], "") == text(other).replace(fields(other)["f"], "")


def test_sent_twice_it_is_there_once_and_changed_it_is_a_conflict(world: World, visitor: Client) -> None:
    campaign = make_campaign(world.company)
    door = make_door(campaign)
    own = opened(visitor, door)

    answers = [visitor.post(address(door), {**own, "q.nps": value}) for value in ("9", "9", "1")]

    assert [answer.status_code for answer in answers] == [200, 202, 409]
    assert [row.answers for row in stored(campaign)] == [{"nps": 9}]


def test_what_is_missing_is_shown_at_the_field_with_everything_else_kept(world: World, visitor: Client) -> None:
    campaign = make_campaign(world.company)
    door = make_door(campaign)

    again = visitor.post(address(door), {**opened(visitor, door), "q.who": "pass"})

    assert again.status_code == 422
    assert 'href="#i1-1"' in text(again)
    assert 'value="pass" checked' in text(again)
    assert stored(campaign) == []
    done = visitor.post(address(door), {**fields(again), "q.who": "pass", "q.nps": "3", "q.why": "late"})
    assert done.status_code == 200
    assert stored(campaign)[0].answers == {"nps": 3, "why": "late", "who": "pass"}


def test_the_language_changes_with_the_answers_kept(world: World, visitor: Client) -> None:
    campaign = make_campaign(world.company)
    door = make_door(campaign)

    page = visitor.post(address(door), {**opened(visitor, door), "q.nps": "7", "language": "en"})

    assert page["Content-Language"] == "en"
    assert "Would you recommend us?" in text(page)
    assert 'name="q.nps" value="7" checked' in text(page)
    visitor.post(address(door), {**fields(page), "q.nps": "7"})
    assert stored(campaign)[0].context["language"] == "en"


@pytest.mark.parametrize(
    ("accepts", "asked", "expected"),
    [
        ("en-GB,en", "", "en"),
        ("fr", "", "zh-Hans"),
        ("zh-TW", "", "zh-Hans"),
        ("zh-CN", "en", "en"),
        ("en", "xx", "en"),
    ],
)
def test_the_first_language_is_the_browsers_or_the_one_asked_for(
    world: World, accepts: str, asked: str, expected: str
) -> None:
    door = make_door(make_campaign(world.company))

    page = Client(headers={"accept-language": accepts}).get(address(door), {"lang": asked} if asked else {})

    assert page["Content-Language"] == expected


@pytest.mark.parametrize(
    ("values", "door_values", "says", "status"),
    [
        ({"state": "draft"}, {}, "尚未开始", 200),
        ({"opens_at": tomorrow}, {}, "尚未开始", 200),
        ({"state": "paused"}, {}, "暂停", 200),
        ({"state": "closed"}, {}, "已结束", 200),
        ({"closes_at": yesterday}, {}, "已结束", 200),
        ({}, {"is_active": False}, "已结束", 200),
        ({"state": "discarded"}, {}, "没有这项调查", 404),
    ],
)
def test_a_shut_door_is_a_page(
    world: World, values: dict[str, Any], door_values: dict[str, Any], says: str, status: int
) -> None:
    moments = {name: value() if callable(value) else value for name, value in values.items()}
    campaign = make_campaign(world.company, **moments)

    page = Client().get(address(make_door(campaign, **door_values)))

    assert page.status_code == status
    assert says in text(page)


def test_codes_that_are_none_and_ways_in_that_are_no_pages_look_the_same(world: World, visitor: Client) -> None:
    campaign = make_campaign(world.company)
    doors = [make_door(campaign, kind) for kind in ("paper", "phone", "api")]

    pages = [visitor.get(path) for path in ("/s/nonsense", *(address(door) for door in doors))]

    assert {page.status_code for page in pages} == {404}
    assert len({page.content for page in pages}) == 1
    assert visitor.post("/s/nonsense").status_code == 404


def test_a_survey_paused_while_somebody_answers_says_that_nothing_was_stored(world: World, visitor: Client) -> None:
    campaign = make_campaign(world.company)
    door = make_door(campaign)
    own = opened(visitor, door)
    with system_scope("setup"):
        Campaign.objects.filter(pk=campaign.pk).update(state="paused")

    page = visitor.post(address(door), {**own, "q.nps": "9"})

    assert page.status_code == 409
    assert "未被保存" in text(page)


def test_on_board_the_page_names_the_vehicle_and_its_line(world: World, visitor: Client) -> None:
    with system_scope("setup"):
        line = Asset.objects.create(kind="line", code="22", name="22 路", unit=world.north, org_path="/1/")
        bus = Asset.objects.create(
            kind="vehicle", code="B-7", name="B-7", line=line, unit=world.north, org_path=world.north.org_path
        )
    campaign = make_campaign(world.company)
    door = make_door(campaign, "qr", asset=bus)

    page = visitor.get(address(door))
    visitor.post(address(door), {**fields(page), "q.nps": "9"})

    assert "22 路" in text(page)
    assert "B-7" in text(page)
    assert stored(campaign)[0].asset_id == bus.pk


# Invitations


def test_the_token_leaves_the_address_and_is_spent_by_the_answer(world: World, visitor: Client) -> None:
    campaign = make_campaign(world.company, entry="enforced")
    door = make_door(campaign, "email")
    invitation, token = make_invitation(door)

    exchanged = visitor.get(address(door), {"t": token, "lang": "en"})
    page = visitor.get(exchanged["Location"])
    done = visitor.post(address(door), {**fields(page), "q.nps": "9"})
    again = visitor.get(address(door))

    assert exchanged.status_code == 302
    assert token not in exchanged["Location"]
    assert token not in str(exchanged.cookies)
    assert page["Content-Language"] == "en"
    assert done.status_code == 200
    assert "已经作答" in text(again)
    with system_scope("setup"):
        assert type(invitation).objects.get(pk=invitation.pk).used == 1


@pytest.mark.parametrize("anonymity", ["anonymous", "identified"])
def test_an_anonymous_answer_keeps_neither_who_was_invited_nor_when(
    world: World, visitor: Client, anonymity: str
) -> None:
    campaign = make_campaign(world.company, entry="enforced", anonymity=anonymity)
    door = make_door(campaign, "email")
    _invitation, token = make_invitation(door)

    visitor.get(address(door), {"t": token})
    visitor.post(address(door), {**opened(visitor, door), "q.nps": "9"})

    with system_scope("setup"):
        linked = IdentifiedAnswer.objects.count()
    assert len(stored(campaign)) == 1
    assert (stored(campaign)[0].answered_at is None, linked) == ((True, 0) if anonymity == "anonymous" else (False, 1))


def test_the_door_a_page_works_with_is_the_door_that_is_stored(world: World) -> None:
    line = Asset(kind="line", code="3", name="3路", unit=world.north, org_path=world.north.org_path)
    with system_scope("setup"):
        line.save()
        campaign = make_campaign(world.company, entry="enforced", anonymity="identified", resume_days=3)
        door = make_door(campaign, "qr", unit=world.north, asset=line)
        card = door_card(door.code)
        there = Door.objects.get(pk=door.pk)
    assert card is not None
    works_with = card.door()

    for known, record in (
        (works_with, there),
        (works_with.campaign, there.campaign),
        (works_with.campaign.version_of_form, there.campaign.version_of_form),
        (works_with.unit, there.unit),
        (works_with.asset, there.asset),
        (works_with.asset.unit, there.asset.unit),
    ):
        read = {name: value for name, value in vars(known).items() if name in {f.attname for f in known._meta.fields}}
        assert read == {name: getattr(record, name) for name in read}
        assert len(read) > 1


def test_without_an_invitation_an_enforced_survey_stays_shut(world: World, visitor: Client) -> None:
    campaign, other = make_campaign(world.company, entry="enforced"), make_campaign(world.company, entry="enforced")
    door, elsewhere = make_door(campaign), make_door(other)
    _invitation, foreign = make_invitation(elsewhere)

    assert visitor.get(address(door)).status_code == 403
    visitor.get(address(door), {"t": "made-up"})
    assert "不属于任何邀请" in text(visitor.get(address(door)))
    visitor.get(address(door), {"t": foreign})
    assert visitor.get(address(door)).status_code == 403


def test_a_form_page_of_one_survey_is_worth_nothing_at_another(world: World, visitor: Client) -> None:
    open_door = make_door(make_campaign(world.company))
    closed_campaign = make_campaign(world.company, entry="enforced")
    enforced = make_door(closed_campaign)
    own = opened(visitor, open_door)

    answer = visitor.post(address(enforced), {**own, "q.nps": "9"})

    assert answer.status_code == 403
    assert stored(closed_campaign) == []


def test_a_remembered_answer_discourages_but_not_at_a_kiosk(world: World, visitor: Client) -> None:
    campaign = make_campaign(world.company, entry="discourage")
    door, kiosk = make_door(campaign), make_door(campaign, "kiosk")

    page = visitor.get(address(door))
    visitor.post(address(door), {**fields(page), "q.nps": "9"})

    assert "记住您已填写" in text(page)
    assert "您已经填写过了" in text(visitor.get(address(door)))
    assert "您会推荐我们吗" in text(visitor.get(address(kiosk)))


# Time


def test_a_page_open_for_days_loses_no_answer(world: World, visitor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    campaign = make_campaign(world.company)
    door = make_door(campaign)
    own = opened(visitor, door)
    now = tokens.time.time()
    monkeypatch.setattr(tokens.time, "time", lambda: now + 4 * 86400)

    page = visitor.post(address(door), {**own, "q.nps": "9"})

    assert page.status_code == 409
    assert 'name="q.nps" value="9" checked' in text(page)
    assert visitor.post(address(door), {**fields(page), "q.nps": "9"}).status_code == 200
    assert len(stored(campaign)) == 1


@pytest.mark.parametrize("token", ["", "made up", "1.1.1.1.1:x"])
def test_a_form_without_our_token_is_shown_again_and_nothing_is_stored(
    world: World, visitor: Client, token: str
) -> None:
    campaign = make_campaign(world.company)

    page = visitor.post(address(make_door(campaign)), {"f": token, "q.nps": "9"})

    assert page.status_code == 409
    assert stored(campaign) == []


def test_a_form_sent_from_another_site_is_refused(world: World, visitor: Client) -> None:
    campaign = make_campaign(world.company)
    door = make_door(campaign)
    own = opened(visitor, door)

    foreign = visitor.post(address(door), {**own, "q.nps": "9"}, headers={"origin": "https://elsewhere.example"})
    here = visitor.post(address(door), {**own, "q.nps": "9"}, headers={"origin": "http://testserver"})

    assert (foreign.status_code, here.status_code) == (403, 200)


def test_a_machine_is_marked_not_refused(world: World, visitor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    campaign = make_campaign(world.company)
    door = make_door(campaign)
    trapped, slow = opened(visitor, door), opened(visitor, door)
    visitor.post(address(door), {**trapped, "q.nps": "9", "website": "spam.example"})
    now = tokens.time.time()
    monkeypatch.setattr(tokens.time, "time", lambda: now + 60)
    visitor.post(address(door), {**slow, "q.nps": "8"})

    machine, person = stored(campaign)
    assert machine.context["flags"] == ["trap", "fast"]
    assert "flags" not in person.context
    assert person.context["seconds"] == 60


def test_one_device_is_slowed_down_and_three_hundred_behind_one_address_are_not(world: World) -> None:
    campaign = make_campaign(world.company)
    door = make_door(campaign)
    script = Client()
    tries = [script.post(address(door), {**opened(script, door), "q.nps": str(number % 11)}) for number in range(20)]
    stopped = [one for one in tries if one.status_code == 429]
    people = []
    for _number in range(300):
        person = Client()
        people.append(person.post(address(door), {**opened(person, door), "q.nps": "9"}).status_code)

    assert len(stopped) >= 3
    assert int(stopped[0]["Retry-After"]) >= 1
    assert "提交次数过多" in text(stopped[0])
    assert set(people) == {200}


def test_one_page_sent_over_and_over_is_stopped(world: World, visitor: Client) -> None:
    door = make_door(make_campaign(world.company))
    own = opened(visitor, door)

    statuses = [Client().post(address(door), own).status_code for _number in range(60)]

    assert statuses[0] == 422
    assert statuses[-1] == 429


def test_too_large_a_form_is_refused_before_it_is_read(world: World, visitor: Client) -> None:
    door = make_door(make_campaign(world.company))

    page = visitor.post(address(door), b"q.why=" + b"x" * 600_000, content_type="application/x-www-form-urlencoded")

    assert page.status_code == 413


def test_when_the_store_is_locked_the_visitor_keeps_the_answers(
    world: World, visitor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign = make_campaign(world.company)
    door = make_door(campaign)
    own = opened(visitor, door)

    def locked(**_given: object) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr(sending, "answer_submit", locked)
    page = visitor.post(address(door), {**own, "q.nps": "9"})

    assert page.status_code == 503
    assert page["Retry-After"]
    assert 'name="q.nps" value="9" checked' in text(page)


# Pages of sections


def go(visitor: Client, door: Door, own: dict[str, str], **answers: str) -> HttpResponse:
    """Send a page and follow to the next."""
    sent = visitor.post(address(door), {**own, **{name.replace("__", "."): value for name, value in answers.items()}})
    return visitor.get(sent["Location"]) if sent.status_code == 303 else sent  # type: ignore[return-value]


def test_a_form_of_pages_is_answered_page_by_page_and_skips_what_does_not_apply(world: World, visitor: Client) -> None:
    campaign = make_campaign(world.company, PAGES)
    door = make_door(campaign)

    first = visitor.get(address(door))
    last = go(visitor, door, fields(first), q__nps="9")
    done = go(visitor, door, fields(last), q__note="good")

    assert "第一页" not in text(last)
    assert "q.note" in text(last)
    assert "提交" in text(last)
    assert done.status_code == 200
    assert stored(campaign)[0].answers == {"nps": 9, "note": "good"}
    with system_scope("setup"):
        assert not SavedAnswers.objects.exists()


def test_going_back_and_changing_an_answer_opens_another_way(world: World, visitor: Client) -> None:
    campaign = make_campaign(world.company, PAGES)
    door = make_door(campaign)
    unhappy = go(visitor, door, opened(visitor, door), q__nps="2")
    last = go(visitor, door, fields(unhappy), q__why="dirty")
    back_once = go(visitor, door, fields(last), go="back")
    back = go(visitor, door, fields(back_once), go="back", q__why="dirty")

    assert 'name="q.nps" value="2" checked' in text(back)
    happy = go(visitor, door, fields(back), q__nps="10")
    done = go(visitor, door, fields(happy))

    assert "q.why" not in text(happy)
    assert done.status_code == 200
    assert stored(campaign)[0].answers == {"nps": 10}


def test_a_page_is_checked_before_the_next_one_is_shown(world: World, visitor: Client) -> None:
    door = make_door(make_campaign(world.company, PAGES))

    page = go(visitor, door, opened(visitor, door))

    assert page.status_code == 422
    assert "error-summary" in text(page)


def test_the_button_says_next_where_a_page_may_follow_and_then_nothing_is_sent_unasked(
    world: World, visitor: Client
) -> None:
    body = {**PAGES, "sections": PAGES["sections"][:2]}
    campaign = make_campaign(world.company, body)
    door = make_door(campaign)

    end = go(visitor, door, opened(visitor, door), q__nps="9")

    assert stored(campaign) == []
    assert "题目已全部答完" in text(end)
    assert go(visitor, door, fields(end)).status_code == 200
    assert stored(campaign)[0].answers == {"nps": 9}


def test_answers_are_gone_on_with_on_another_device_by_a_link(world: World, visitor: Client) -> None:
    campaign = make_campaign(world.company, PAGES)
    door = make_door(campaign)
    go(visitor, door, opened(visitor, door), q__nps="2")

    kept = visitor.post(address(door), {**fields(visitor.get(address(door))), "q.why": "dir", "go": "save"})
    link = re.search(r'value="http://testserver([^"]+)"', text(kept))
    assert link is not None
    other = Client()
    exchanged = other.get(link[1])
    page = other.get(exchanged["Location"])

    assert exchanged.status_code == 302
    assert "r=" not in exchanged["Location"]
    assert "欢迎回来" in text(page)
    assert 'value="dir"' in text(page)
    last = go(other, door, fields(page), q__why="dirty")
    assert go(other, door, fields(last)).status_code == 200
    assert stored(campaign)[0].answers == {"nps": 2, "why": "dirty"}
    assert "不再保留" in text(visitor.get(address(door)))


def test_a_single_page_can_be_kept_as_well(world: World, visitor: Client) -> None:
    campaign = make_campaign(world.company)
    door = make_door(campaign)
    visitor.post(address(door), {**opened(visitor, door), "q.nps": "4", "q.why": "so", "go": "save"})

    page = visitor.get(address(door))

    assert 'value="so"' in text(page)
    assert visitor.post(address(door), {**fields(page), "q.nps": "4", "q.why": "so"}).status_code == 200
    assert len(stored(campaign)) == 1


def test_after_its_time_a_begun_answer_is_gone_and_one_can_begin_anew(world: World, visitor: Client) -> None:
    door = make_door(make_campaign(world.company, PAGES))
    go(visitor, door, opened(visitor, door), q__nps="2")
    with system_scope("setup"):
        SavedAnswers.objects.update(expires_at=yesterday())

    page = visitor.get(address(door), {"page": "last"})
    anew = visitor.get(visitor.get(address(door), {"new": "1"})["Location"])

    assert "不再保留" in text(page)
    assert "q.nps" in text(anew)


def test_nothing_kept_leads_to_an_invitation(world: World, visitor: Client) -> None:
    campaign = make_campaign(world.company, PAGES, entry="enforced")
    door = make_door(campaign, "email")
    invitation, token = make_invitation(door)
    page = visitor.get(visitor.get(address(door), {"t": token})["Location"])
    last = go(visitor, door, fields(page), q__nps="9")

    with system_scope("setup"):
        saved = SavedAnswers.objects.get()
        columns = [getattr(saved, each.attname) for each in SavedAnswers._meta.concrete_fields]
    assert token not in str(columns)
    assert invitation.token_hash not in str(columns)
    assert go(visitor, door, fields(last)).status_code == 200


def test_two_windows_of_one_visitor_lose_no_page(world: World, visitor: Client) -> None:
    campaign = make_campaign(world.company, PAGES)
    door = make_door(campaign)
    first = opened(visitor, door)
    last_here = go(visitor, door, first, q__nps="9")
    last_there = go(visitor, door, first, q__nps="8")

    go(visitor, door, fields(last_here), q__note="here", go="back")
    done = go(visitor, door, fields(last_there), q__note="there")

    assert done.status_code == 200
    assert stored(campaign)[0].answers == {"nps": 8, "note": "there"}


def test_a_page_sent_after_the_whole_was_sent_changes_nothing(world: World, visitor: Client) -> None:
    campaign = make_campaign(world.company, PAGES)
    door = make_door(campaign)
    first = opened(visitor, door)
    last = go(visitor, door, first, q__nps="9")
    go(visitor, door, fields(last), q__note="x")

    late = visitor.post(address(door), {**first, "q.nps": "1"})

    assert late.status_code == 409
    assert "已经提交过" in text(late)
    assert [row.answers for row in stored(campaign)] == [{"nps": 9, "note": "x"}]


# Quotas


def test_a_place_is_held_when_the_page_is_opened_and_the_same_browser_holds_one(world: World, visitor: Client) -> None:
    campaign = make_campaign(world.company)
    cell = make_quota(campaign, 1, unit=world.north)
    door = make_door(campaign, unit=world.north)

    own = opened(visitor, door)
    opened(visitor, door)
    late = Client().get(address(door))

    with system_scope("setup"):
        assert QuotaCell.objects.get(pk=cell.pk).held == 1
        assert QuotaLease.objects.count() == 1
        assert QuotaExit.objects.count() == 1
    assert "已经收满" in text(late)
    assert visitor.post(address(door), {**own, "q.nps": "9"}).status_code == 200
    with system_scope("setup"):
        done = QuotaCell.objects.get(pk=cell.pk)
        assert (done.held, done.taken, QuotaLease.objects.count()) == (0, 1, 0)


def test_one_turned_away_is_counted_once_however_often_the_page_is_loaded(world: World, visitor: Client) -> None:
    campaign = make_campaign(world.company)
    make_quota(campaign, 0)
    door = make_door(campaign)

    for _look in range(3):
        visitor.get(address(door))

    with system_scope("setup"):
        assert QuotaExit.objects.count() == 1


def test_a_place_left_returns_when_its_time_is_up(world: World, visitor: Client) -> None:
    campaign = make_campaign(world.company)
    make_quota(campaign, 1)
    door = make_door(campaign)
    opened(visitor, door)
    with system_scope("setup"):
        QuotaLease.objects.update(expires_at=yesterday())

    other = Client()
    own = opened(other, door)

    assert other.post(address(door), {**own, "q.nps": "9"}).status_code == 200
    late = visitor.post(address(door), {**opened(visitor, door), "q.nps": "9"})
    assert late.status_code == 409
    assert len(stored(campaign)) == 1


def test_a_segment_known_on_the_first_page_is_screened_there(world: World, visitor: Client) -> None:
    campaign = make_campaign(world.company, PAGES)
    unhappy = make_segment(campaign, "unhappy", item="nps", answers=["0", "1", "2"])
    make_quota(campaign, 0, segment=unhappy)
    door = make_door(campaign)

    turned_away = go(visitor, door, opened(visitor, door), q__nps="2")
    let_in = go(Client(), door, opened(Client(), door), q__nps="9")

    assert (turned_away.status_code, let_in.status_code) == (409, 200)
    assert "已经收满" in text(turned_away)


# Kiosk and frame


def test_a_kiosk_starts_anew_by_itself_and_shows_nobody_the_answers_before(world: World, visitor: Client) -> None:
    campaign = make_campaign(world.company, PAGES, kiosk_seconds=40)
    door = make_door(campaign, "kiosk")
    first = visitor.get(address(door))
    last = go(visitor, door, fields(first), q__nps="9")
    next_person = visitor.get(address(door))
    done = go(visitor, door, fields(last), q__note="x")

    assert first["Cache-Control"] == "no-store"
    assert 'data-kiosk="40"' in text(first)
    assert "checked" not in text(next_person)
    assert f'<meta http-equiv="refresh" content="15;url={address(door)}?new=1">' in text(done)
    assert "以后再填" not in text(first)


def test_a_frame_uses_no_cookie_and_names_who_may_embed_it(world: World) -> None:
    campaign = make_campaign(world.company, PAGES, entry="discourage", frame_ancestors=["https://www.example.org"])
    door = make_door(campaign, "frame")
    guest = Client()

    first = guest.get(address(door))
    sent = guest.post(address(door), {**fields(first), "q.nps": "9"})
    last = Client().get(sent["Location"])
    done = Client().post(address(door), {**fields(last), "q.note": "x"})

    assert "frame-ancestors https://www.example.org" in first["Content-Security-Policy"]
    assert "X-Frame-Options" not in first
    assert "r" in parse_qs(urlsplit(sent["Location"]).query)
    assert done.status_code == 200
    assert not first.cookies
    assert not sent.cookies
    assert not done.cookies
    assert len(stored(campaign)) == 1


def test_elsewhere_nobody_may_embed_the_page(world: World, visitor: Client) -> None:
    campaign = make_campaign(world.company, frame_ancestors=["https://www.example.org"])

    page = visitor.get(address(make_door(campaign)))

    assert "frame-ancestors 'none'" in page["Content-Security-Policy"]
    assert "default-src 'none'" in page["Content-Security-Policy"]
    assert page["X-Frame-Options"] == "DENY"
    assert page["X-Content-Type-Options"] == "nosniff"
    assert page["Referrer-Policy"] == "same-origin"


def test_a_frame_that_names_nobody_is_embedded_nowhere(world: World, visitor: Client) -> None:
    page = visitor.get(address(make_door(make_campaign(world.company), "frame")))

    assert "frame-ancestors 'none'" in page["Content-Security-Policy"]


# Hidden items, files, versions


def with_item(**item: Any) -> dict[str, Any]:
    section = {"code": "main", "items": [{"code": "nps", "type": "nps"}, item]}
    return {**FORM, "sections": [section], "translations": {}}


def test_only_signed_parameters_fill_hidden_items(world: World, visitor: Client) -> None:
    campaign = make_campaign(world.company, with_item(code="trip", type="hidden"))
    door, other = make_door(campaign), make_door(campaign)
    signed = parameters_sealed(door.pk, {"trip": "T-7", "nps": "0", "unknown": "x"})

    own = opened(visitor, door, p=signed)
    visitor.post(address(door), {**own, "q.nps": "9"})
    forged = opened(Client(), other, p=signed)
    Client().post(address(other), {**forged, "q.nps": "9", "q.trip": "made up", "p": signed})

    assert [row.answers for row in stored(campaign)] == [{"nps": 9, "trip": "T-7"}, {"nps": 9}]


def test_a_photo_is_kept_by_its_content_and_named_by_chance(world: World, visitor: Client) -> None:
    campaign = make_campaign(world.company, with_item(code="photo", type="file", label="Photo"))
    door = make_door(campaign)
    page = visitor.get(address(door))
    assert 'enctype="multipart/form-data"' in text(page)

    photo = SimpleUploadedFile("../../bus.png", PNG, "text/html")
    again = visitor.post(address(door), {**fields(page), "q.nps": "77", "q.photo": photo})
    assert again.status_code == 422
    reference = re.search(r'name="q.photo" value="([\w-]+)" checked', text(again))
    assert reference is not None
    visitor.post(address(door), {**fields(again), "q.nps": "9", "q.photo": reference[1]})

    with system_scope("setup"):
        file = AnswerFile.objects.get()
    assert stored(campaign)[0].answers == {"nps": 9, "photo": [reference[1]]}
    assert (file.name, file.media_type, file.response_id) == ("photo.png", "image/png", stored(campaign)[0].pk)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_tells_an_anonymous_survey_neither_place_nor_time(world: World, visitor: Client, kind: str) -> None:
    taken = Image.Exif()
    taken[ExifTags.Base.DateTime], taken[ExifTags.Base.Orientation] = "2026:11:26 08:30:12", 6
    taken.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitudeRef] = "N"
    photo = io.BytesIO()
    Image.new("RGB", (8, 4), "red").save(photo, kind, exif=taken)
    kept = {}

    for anonymity in ("anonymous", "identified"):
        campaign = make_campaign(
            world.company, with_item(code="photo", type="file", label="Photo"), anonymity=anonymity
        )
        door = make_door(campaign)
        upload = SimpleUploadedFile("IMG_20261126_083012.jpg", photo.getvalue())
        visitor.post(address(door), {**opened(visitor, door), "q.nps": "9", "q.photo": upload})
        with system_scope("setup"):
            file = AnswerFile.objects.get(campaign=campaign)
        with Image.open(file_open(digest=file.digest)) as picture:
            kept[anonymity] = (picture.size, dict(picture.getexif()), "2026" in file.name)

    assert kept["anonymous"] == ((4, 8), {}, False)
    assert kept["identified"][1][ExifTags.Base.DateTime] == "2026:11:26 08:30:12"


def test_a_file_that_is_no_photo_is_refused_at_its_field(world: World, visitor: Client) -> None:
    campaign = make_campaign(world.company, with_item(code="photo", type="file", label="Photo"))
    door = make_door(campaign)
    page = SimpleUploadedFile("photo.png", b"<html><script>alert(1)</script>", "image/png")

    answer = visitor.post(address(door), {**opened(visitor, door), "q.nps": "9", "q.photo": page})

    assert answer.status_code == 422
    assert 'href="#i2-1"' in text(answer)
    assert stored(campaign) == []


def test_nobody_can_claim_the_file_of_another(world: World, visitor: Client) -> None:
    campaign = make_campaign(world.company, with_item(code="photo", type="file", label="Photo"))
    door = make_door(campaign)
    photo = SimpleUploadedFile("bus.png", PNG)
    visitor.post(address(door), {**opened(visitor, door), "q.nps": "77", "q.photo": photo})
    with system_scope("setup"):
        reference = AnswerFile.objects.get().handle

    other = Client()
    answer = other.post(address(door), {**opened(other, door), "q.nps": "9", "q.photo": reference})

    assert answer.status_code == 422
    assert stored(campaign) == []


def test_a_page_of_the_older_version_is_read_by_it(world: World, visitor: Client) -> None:
    campaign = make_campaign(world.company)
    door = make_door(campaign)
    older = campaign.version_of_form
    own = opened(visitor, door)
    newer = make_version(world.company, {"sections": [{"code": "s", "items": [{"code": "other", "type": "text"}]}]})
    with system_scope("setup"):
        Campaign.objects.filter(pk=campaign.pk).update(version_of_form=newer)

    answer = visitor.post(address(door), {**own, "q.nps": "9"})

    assert answer.status_code == 200
    assert stored(campaign)[0].version_id == older.pk
    assert InstrumentVersion._base_manager.count() == 2


def test_a_head_request_holds_no_place_and_leaves_nothing(world: World, visitor: Client) -> None:
    campaign = make_campaign(world.company)
    make_quota(campaign, 1)

    answer = visitor.head(address(make_door(campaign)))

    assert answer.status_code == 200
    with system_scope("setup"):
        assert not QuotaLease.objects.exists()


def test_the_client_number_is_nobody_elses(world: World, visitor: Client) -> None:
    door = make_door(make_campaign(world.company))
    token = FormToken.read(opened(visitor, door)["f"])

    assert token is not None
    assert token.client_uuid.version == uuid.uuid4().version
