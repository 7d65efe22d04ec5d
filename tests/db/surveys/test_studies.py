"""On-site studies and the voice of staff: the draw, what is noted of whom, what it becomes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from bihuan.accounts.models import User
from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import ActionNotAllowedError, BadInputError, NotPermittedError
from bihuan.foundation.scope import actor_scope, system_scope
from bihuan.records.models import Activity
from bihuan.rectification.models import Finding, Need
from bihuan.surveys import permissions as may
from bihuan.surveys.models import StaffVoice, StudyPlan, StudyVisit
from bihuan.surveys.selectors.studies import coverage, draw_holds, last_studied
from bihuan.surveys.services import staff, studies
from bihuan.surveys.study_urls import urlpatterns
from tests.db.surveys.books import at
from tests.kit import World, make_actor, make_unit

STUDY = (may.STUDIES_VIEW, may.STUDIES_PLAN, may.STUDIES_CARRY_OUT, may.STUDIES_CLOSE)
STAFF = (may.STAFF_SPEAK, may.STAFF_VIEW, may.STAFF_ANSWER)
RAISE = ("findings.view", "findings.raise", "needs.view", "needs.register", "organisation.view")
DAY = at("2026-03-02")


@pytest.fixture
def inside(world: World) -> Iterator[World]:
    for name in ("East", "West", "Middle"):
        make_unit(name, parent=world.company)
    with system_scope("setup"):
        yield world


@pytest.fixture
def office(inside: World) -> Actor:
    return make_actor("study-office", unit=inside.company, permissions=(*STUDY, *STAFF, *RAISE))


@pytest.fixture
def reader(inside: World) -> Actor:
    return make_actor("study-checker", unit=inside.company, permissions=(*STUDY, *STAFF))


def browser(username: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(username=username))
    return client


def make_plan(world: World, office: Actor, **values: Any) -> StudyPlan:
    return studies.study_plan_create(**({"actor": office, "unit": world.company, "year": 2026, "at": DAY} | values))


def begun(world: World, office: Actor) -> StudyVisit:
    plan = make_plan(world, office)
    visit = studies.study_plan_add_unit(actor=office, plan=plan, unit=world.north, reason="投诉最多", at=DAY)
    studies.study_arrange(actor=office, visit=visit, planned_on=DAY.date(), purpose="候车感受", at=DAY)
    return studies.study_begin(actor=office, visit=visit, at=DAY)


def heard(world: World, office: Actor) -> StudyVisit:
    visit = begun(world, office)
    talk = studies.study_talk_add(
        actor=office,
        visit=visit,
        kind="interview",
        who="通勤乘客,30 岁左右",
        held_on=DAY.date(),
        participants=9,
        at=DAY,
    )
    studies.study_talk_add(
        actor=office,
        visit=visit,
        kind="forum",
        who="老年乘客",
        held_on=DAY.date(),
        participants=8,
        topics="上下车",
        at=DAY,
    )
    studies.study_note_add(
        actor=office, visit=visit, kind="problem", text="站牌看不清", talk=talk, theme="有形性", at=DAY
    )
    return visit


def test_three_units_are_drawn_and_the_draw_can_be_repeated(inside: World, office: Actor) -> None:
    first, second = make_plan(inside, office), make_plan(inside, office, year=2027)

    drawn = studies.study_plan_draw(actor=office, plan=first, kinds=["station"], seed="2026 年抽签", at=DAY)
    again = studies.study_plan_draw(actor=office, plan=second, kinds=["station"], seed="2026 年抽签", at=DAY)

    assert len(drawn) == 3
    assert [visit.unit_id for visit in drawn] == [visit.unit_id for visit in again]
    assert draw_holds(first) is True
    assert (coverage(first).wanted, coverage(first).planned, coverage(first).missing) == (3, 3, 0)
    assert not coverage(first).is_met
    StudyPlan.objects.filter(pk=first.pk).update(drawn=[str(inside.company.pk)] * 3)
    first.refresh_from_db()
    assert draw_holds(first) is False


def test_plan_is_drawn_once_and_only_from_enough_units(inside: World, office: Actor) -> None:
    plan = make_plan(inside, office)

    with pytest.raises(BadInputError):
        studies.study_plan_draw(actor=office, plan=plan, kinds=["station"], count=99)
    studies.study_plan_draw(actor=office, plan=plan, kinds=["station"], count=2)
    with pytest.raises(ActionNotAllowedError):
        studies.study_plan_draw(actor=office, plan=plan, kinds=["station"], count=1)
    with pytest.raises(BadInputError):
        make_plan(inside, office)


def test_units_studied_last_year_are_left_out_of_the_draw(inside: World, office: Actor, reader: Actor) -> None:
    last = make_plan(inside, office, year=2025)
    visit = studies.study_plan_add_unit(actor=office, plan=last, unit=inside.north, reason="新线", at=DAY)
    StudyVisit.objects.filter(pk=visit.pk).update(state="closed")
    plan = make_plan(inside, office)

    drawn = studies.study_plan_draw(actor=office, plan=plan, kinds=["station"], count=4)

    assert inside.north.pk not in {one.unit_id for one in drawn}
    assert last_studied([inside.north]) == {inside.north.pk: 2025}


def test_report_needs_an_interview_and_a_forum(inside: World, office: Actor) -> None:
    visit = begun(inside, office)
    studies.study_talk_add(actor=office, visit=visit, kind="interview", who="学生", held_on=DAY.date(), at=DAY)

    with pytest.raises(ActionNotAllowedError):
        studies.study_report(actor=office, visit=visit, conclusion="不够方便")
    with pytest.raises(BadInputError):
        studies.study_talk_add(
            actor=office, visit=visit, kind="forum", who="学生", held_on=DAY.date(), participants=1, at=DAY
        )
    studies.study_talk_add(
        actor=office, visit=visit, kind="forum", who="学生", held_on=DAY.date(), participants=6, at=DAY
    )
    studies.study_report(actor=office, visit=visit, conclusion="不够方便", at=DAY)
    assert visit.state == "reported"


def test_study_is_closed_by_somebody_else_and_then_covers_its_unit(inside: World, office: Actor, reader: Actor) -> None:
    visit = heard(inside, office)
    studies.study_report(actor=office, visit=visit, conclusion="站牌字小", at=DAY)

    with pytest.raises(ActionNotAllowedError):
        studies.study_close(actor=office, visit=visit, close_note="提出问题 1 项")
    studies.study_send_back(actor=reader, visit=visit, reason="缺建议")
    studies.study_report(actor=office, visit=visit, conclusion="站牌字小", proposals="换大字站牌", at=DAY)
    studies.study_close(actor=reader, visit=visit, close_note="提出问题 1 项", at=DAY)

    assert visit.state == "closed"
    assert coverage(visit.plan).done == 1
    with pytest.raises(ActionNotAllowedError):
        studies.study_note_add(actor=office, visit=visit, kind="wish", text="晚了")


def test_interview_has_one_participant_whatever_is_said(inside: World, office: Actor) -> None:
    visit = heard(inside, office)

    assert visit.talks.get(kind="interview").participants == 1
    assert visit.talks.get(kind="forum").participants == 8


def test_note_becomes_finding_and_need_by_its_links(inside: World, office: Actor) -> None:
    visit = heard(inside, office)
    client = browser("study-office")
    page = client.get(visit.get_absolute_url()).content.decode()
    links = [url.replace("&amp;", "&") for url in re.findall(r'href="(/rectification/[^"]+)"', page)]
    raise_link = next(url for url in links if "findings/raise" in url)
    need_link = next(url for url in links if "needs/register" in url)

    for url in (raise_link, need_link):
        form = client.get(url)
        given = {
            name: field.value() or ""
            for name, field in ((f.name, f) for f in form.context["form"])
            if field.value() is not None
        }
        sent = client.post(url, given)
        assert sent.status_code == 302, sent.content.decode()[-2000:]

    note = visit.notes.get()
    finding, need = Finding.objects.get(), Need.objects.get()
    assert (finding.source, need.source) == (note.reference, note.reference)
    assert (need.source_kind, need.method, need.customers) == ("study", "interview", "通勤乘客,30 岁左右")
    after = client.get(visit.get_absolute_url()).content.decode()
    assert finding.number in after
    assert need.number in after
    assert visit.get_absolute_url() in client.get(finding.get_absolute_url()).content.decode()


def test_withdrawn_note_is_not_shown_and_not_reported(inside: World, office: Actor) -> None:
    visit = heard(inside, office)
    note = visit.notes.get()

    studies.study_note_withdraw(actor=office, note=note, reason="说的是别的公司", at=DAY)

    client = browser("study-office")
    assert "站牌看不清" not in client.get(f"{visit.get_absolute_url()}print/").content.decode()
    with pytest.raises(ActionNotAllowedError):
        studies.study_note_withdraw(actor=office, note=note, reason="x")


def test_report_is_printed_and_exported(inside: World, office: Actor) -> None:
    visit = heard(inside, office)
    client = browser("study-office")

    page = client.get(reverse("surveys:study-print", kwargs={"pk": visit.pk})).content.decode()
    word = client.get(reverse("surveys:study-docx", kwargs={"pk": visit.pk}))

    assert "站牌看不清" in page
    assert visit.number in page
    assert word.content.startswith(b"PK")


def test_cancelled_study_covers_nothing_and_can_be_planned_again(inside: World, office: Actor) -> None:
    visit = begun(inside, office)

    studies.study_cancel(actor=office, visit=visit, reason="站场停业")
    assert coverage(visit.plan).planned == 0
    studies.study_restore(actor=office, visit=visit, reason="恢复营业")

    assert visit.state == "planned"


@pytest.mark.parametrize("name", [p.name for p in urlpatterns if "<" not in str(p.pattern)])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_pages_open(inside: World, office: Actor, name: str, language: str) -> None:
    client = browser("study-office")
    client.cookies["django_language"] = language

    empty = client.get(reverse(f"surveys:{name}")).status_code
    visit = heard(inside, office)
    studies.study_plan_draw(actor=office, plan=visit.plan, kinds=["station"], count=1)
    full = client.get(reverse(f"surveys:{name}")).status_code

    assert (empty, full) == (200, 200)
    assert client.get(visit.plan.get_absolute_url()).status_code == 200


def test_stranger_sees_no_study(inside: World, office: Actor) -> None:
    visit = heard(inside, office)
    stranger = make_actor("study-stranger", unit=inside.south, permissions=(*STUDY, *STAFF))

    with actor_scope(stranger):
        assert not StudyVisit.objects.exists()
    with pytest.raises(NotPermittedError):
        studies.study_note_add(actor=stranger, visit=visit, kind="wish", text="x")
    assert browser("study-stranger").get(visit.get_absolute_url()).status_code == 404


# The voice of staff


def hand_in(world: World, speaker: Actor, **values: Any) -> StaffVoice:
    given = {
        "actor": speaker,
        "unit": world.north,
        "kind": "suggestion",
        "title": "调度短信提前十分钟发",
        "text": "临时改点司机来不及。",
        "at": DAY,
    }
    return staff.staff_voice_hand_in(**(given | values))  # type: ignore[arg-type]


def test_suggestion_is_answered_by_somebody_else(inside: World, office: Actor) -> None:
    speaker = make_actor("driver", unit=inside.north, permissions=[may.STAFF_SPEAK])
    voice = hand_in(inside, speaker)

    with pytest.raises(NotPermittedError):
        staff.staff_voice_answer(actor=speaker, voice=voice, verdict="taken_up", answer="好")
    staff.staff_voice_answer(actor=office, voice=voice, verdict="taken_up", answer="4 月起提前十分钟", at=DAY)

    assert (voice.state, voice.verdict) == ("answered", "taken_up")
    own = hand_in(inside, office)
    with pytest.raises(ActionNotAllowedError):
        staff.staff_voice_answer(actor=office, voice=own, verdict="taken_up", answer="好")


def test_speaker_sees_own_words_and_not_those_of_colleagues(inside: World, office: Actor) -> None:
    speaker = make_actor("driver", unit=inside.north, permissions=[may.STAFF_SPEAK])
    make_actor("colleague", unit=inside.north, permissions=[may.STAFF_SPEAK])
    voice = hand_in(inside, speaker)
    url = reverse("surveys:staff-voices")

    own, other, seen = (browser(name).get(url).content.decode() for name in ("driver", "colleague", "study-office"))

    assert voice.number in own
    assert voice.number in seen
    assert voice.number not in other
    assert browser("driver").get(voice.get_absolute_url()).status_code == 200
    assert browser("colleague").get(voice.get_absolute_url()).status_code == 403


def test_unnamed_voice_leads_to_nobody(inside: World, office: Actor) -> None:
    speaker = make_actor("driver", unit=inside.north, permissions=[may.STAFF_SPEAK])

    voice = hand_in(inside, speaker, is_unnamed=True)

    voice.refresh_from_db()
    assert (voice.speaker_id, voice.speaker_name) == (None, "")
    line = Activity.objects.get(subject_type="surveys.staffvoice", subject_id=voice.pk)
    assert (line.actor_user_id, line.actor_name) == (None, "voice of staff")


def test_only_the_speaker_takes_it_back(inside: World, office: Actor) -> None:
    speaker = make_actor("driver", unit=inside.north, permissions=[may.STAFF_SPEAK])
    voice = hand_in(inside, speaker)

    with pytest.raises(ActionNotAllowedError):
        staff.staff_voice_take_back(actor=office, voice=voice, reason="x")
    staff.staff_voice_take_back(actor=speaker, voice=voice, reason="已解决")

    assert voice.state == "taken_back"
    assert DAY.date() == date(2026, 3, 2)
