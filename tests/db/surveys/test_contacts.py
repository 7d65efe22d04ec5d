"""People who may be asked: brought in, left in peace, forgotten, drawn by chance, written to."""

from __future__ import annotations

import io
import smtplib
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.utils import timezone

from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import ActionNotAllowedError, BadInputError, NotPermittedError
from bihuan.foundation.reading import DataFileError
from bihuan.foundation.scope import actor_scope, system_scope
from bihuan.foundation.secrets import secret_hash
from bihuan.records.models import Activity
from bihuan.records.selectors import activity_of
from bihuan.surveys.models import (
    CallTask,
    Campaign,
    Contact,
    IdentifiedAnswer,
    Invitation,
    Mailing,
    Message,
    SampleDraw,
)
from bihuan.surveys.permissions import MANAGE, VIEW
from bihuan.surveys.services.contact_files import ContactFileError, contacts_import
from bihuan.surveys.services.contacts import contact_add, contact_edit, contact_erase, contact_opt_out
from bihuan.surveys.services.fielding import segment_save
from bihuan.surveys.services.mailings import (
    MailNotSetUpError,
    contact_of_token,
    mail_text_save,
    mailing_plan,
    mailing_retry,
    mailing_send,
    mailing_stop,
    mailings_due,
    opt_out_address,
)
from bihuan.surveys.services.sampling import draw_check, frame_for, sample_draw
from bihuan.surveys.tasks import send_mailing
from tests.db.surveys.field import make_campaign, make_office, make_open
from tests.kit import World


def csv_of(*rows: str, heading: str = "姓名,邮箱,手机,客户类别,客户编号") -> io.BytesIO:
    return io.BytesIO("\n".join([heading, *rows]).encode())


@pytest.fixture
def office(world: World) -> Actor:
    return make_office(world.company)


def add(office: Actor, world: World, number: int, **values: Any) -> Contact:
    given = {"name": f"p{number}", "email": f"p{number}@example.com", "phone": f"1380000{number:04}"}
    return contact_add(actor=office, unit=values.pop("unit", world.north), **{**given, **values})


def test_a_list_comes_in_and_its_repeats_are_told(world: World, office: Actor) -> None:
    with actor_scope(office):
        add(office, world, 1, email="li@example.com", phone="", name="")

        result = contacts_import(
            actor=office,
            unit=world.north,
            name="list.csv",
            content=csv_of(
                "李明,LI@example.com,,通勤,", "王五,wang@example.com,138 0013 8000,游客,7", "王五,,13800138000,,"
            ),
        )

        people = {row.email: row for row in Contact.objects.all()}
    assert (result.added, result.updated, len(result.repeated)) == (1, 1, 1)
    assert people["li@example.com"].name == "李明"
    assert people["wang@example.com"].phone_digits == "13800138000"


def test_a_workbook_comes_in(world: World, office: Actor) -> None:
    book = openpyxl.Workbook()
    book.active.append(["Name", "E-mail", "Phone"])
    book.active.append(["Ann", "ann@example.com", 13900001111])
    kept = io.BytesIO()
    book.save(kept)
    kept.seek(0)
    with actor_scope(office):
        result = contacts_import(actor=office, unit=world.north, name="list.xlsx", content=kept)

        assert result.added == 1
        assert Contact.objects.get().phone == "13900001111"


def test_errors_name_row_and_column_and_nothing_is_taken(world: World, office: Actor) -> None:
    rows = ("甲,jia@example.com,,,", "乙,no address,,,", "丙,,12,,", "丁,,,,")
    with actor_scope(office):
        with pytest.raises(ContactFileError) as refused:
            contacts_import(actor=office, unit=world.north, name="list.csv", content=csv_of(*rows))

        assert not Contact.objects.exists()
    places = [(one.row, one.column) for one in refused.value.problems]
    assert places == [(3, "B (邮箱)"), (4, "C (手机)"), (5, "B (邮箱)")]


@pytest.mark.parametrize("content", [b"", b"\x00\x01", "姓名,年龄\n甲,3\n".encode()])
def test_files_that_are_no_list_are_refused(world: World, office: Actor, content: bytes) -> None:
    with actor_scope(office), pytest.raises((DataFileError, BadInputError)):
        contacts_import(actor=office, unit=world.north, name="list.csv", content=io.BytesIO(content))


def test_a_person_stands_once_in_a_unit(world: World, office: Actor) -> None:
    with actor_scope(office):
        add(office, world, 1)
        with pytest.raises(BadInputError) as same_mail:
            add(office, world, 2, email="P1@example.com")
        with pytest.raises(BadInputError) as same_phone:
            add(office, world, 3, phone="+86 138-0000-0001")
        add(office, world, 1, unit=world.south)

    assert (same_mail.value.place, same_phone.value.place) == ("email", "phone")


def test_the_log_never_says_what_stood_in_a_field(world: World, office: Actor) -> None:
    with actor_scope(office):
        contact = add(office, world, 1)
        contact_edit(contact=contact, actor=office, name="Secret Name", email="other@example.com")

        lines = list(activity_of(contact))
    assert [line.action for line in lines] == ["edit", "create"]
    assert not any("example.com" in str((line.before, line.after)) for line in lines)


def test_whoever_does_not_want_to_be_asked_is_left_alone_everywhere(world: World, office: Actor) -> None:
    with actor_scope(office):
        here = add(office, world, 1)
        there = add(office, world, 1, unit=world.south)
        contact_opt_out(contact=here, actor=office, reason="by telephone")

        there.refresh_from_db()
        assert there.is_opted_out
        contact_opt_out(contact=there, actor=office, wants=False)
        here.refresh_from_db()
        assert not here.is_opted_out


def test_forgetting_a_person_keeps_that_somebody_took_part(world: World, office: Actor) -> None:
    with actor_scope(office):
        campaign = make_campaign(office, world.company, anonymity="identified")
        contact = add(office, world, 1, segment="VIP")
        sample_draw(campaign=campaign, actor=office, channel="phone")
        Invitation.objects.update(used=1)
        contact_erase(contact=contact, actor=office, reason="asked for it")

        contact.refresh_from_db()
        assert (contact.name, contact.email, contact.phone, contact.phone_digits) == ("", "", "", "")
        assert contact.segment == "VIP"
        assert contact.erased_at is not None
        assert Invitation.objects.get().used == 1
        assert not IdentifiedAnswer.objects.exists()
        with pytest.raises(ActionNotAllowedError):
            contact_edit(contact=contact, actor=office, name="back")


def test_only_whoever_may_see_contacts_touches_them(world: World, office: Actor) -> None:
    manager = make_office(world.company, "manager", (VIEW, MANAGE))
    with actor_scope(manager), pytest.raises(NotPermittedError):
        add(manager, world, 1)


def people(office: Actor, world: World) -> None:
    for number in range(30):
        add(
            office,
            world,
            number,
            segment="通勤" if number % 3 else "游客",
            unit=world.north if number < 20 else world.south,
        )


def segmented(office: Actor, world: World, **values: Any) -> Campaign:
    campaign = make_campaign(office, world.company, **values)
    for name, share, code in (("通勤", "0.8", "commuter"), ("游客", "0.2", "visitor")):
        segment_save(
            campaign=campaign, actor=office, name=name, sample_share=Decimal(share), item="rider", answers=[code]
        )
    return campaign


def test_a_sample_by_shares_can_be_drawn_again(world: World, office: Actor) -> None:
    with actor_scope(office):
        people(office, world)
        campaign = segmented(office, world)
        draw = sample_draw(campaign=campaign, actor=office, channel="phone", n=10, seed="lottery 41 07")

        counts: dict[str, int] = {}
        for row in Invitation.objects.select_related("segment"):
            assert row.segment is not None
            counts[row.segment.name] = counts.get(row.segment.name, 0) + 1
        check = draw_check(SampleDraw.objects.get(pk=draw.pk))
        assert counts == {"通勤": 8, "游客": 2}
        assert (check.is_same_frame, check.is_same_people) == (True, True)
        assert CallTask.objects.count() == 10
        draw.seed = "another"
        assert not draw_check(draw).is_same_people


def test_nobody_is_asked_twice_within_the_quarantine_by_any_survey(world: World, office: Actor) -> None:
    today = date(2026, 11, 26)
    with actor_scope(office):
        people(office, world)
        Contact.objects.filter(name="p0").update(asked_on=today - timedelta(days=89))
        Contact.objects.filter(name="p1").update(asked_on=today - timedelta(days=90))
        Contact.objects.filter(name="p2").update(is_opted_out=True)
        Contact.objects.filter(name="p3").update(phone="", phone_digits="")
        add(office, world, 4, unit=world.south)  # the same person in another unit
        campaign = make_campaign(office, world.company, quarantine_days=90)

        frame = frame_for(campaign=campaign, channel="phone", today=today)

    assert dict(frame.left_out) == {"quarantined": 1, "opted_out": 1, "no_address": 1, "same_person": 1}
    assert frame.size == 27


def test_a_person_asked_by_a_unit_out_of_sight_is_left_out(world: World, office: Actor) -> None:
    north = make_office(world.north, "north")
    with actor_scope(office):
        add(office, world, 1)
        add(office, world, 1, unit=world.south)
        Contact.objects.filter(unit=world.south).update(asked_on=timezone.localdate())
    with actor_scope(north):
        campaign = make_campaign(north, world.north)

        assert dict(frame_for(campaign=campaign, channel="email").left_out) == {"quarantined": 1}


def test_whoever_is_invited_is_not_invited_again(world: World, office: Actor) -> None:
    with actor_scope(office):
        people(office, world)
        campaign = make_campaign(office, world.company)
        sample_draw(campaign=campaign, actor=office, channel="email", n=20)
        second = sample_draw(campaign=campaign, actor=office, channel="email")

        assert second.left_out == {"invited": 20}
        assert Invitation.objects.count() == 30
        with pytest.raises(ActionNotAllowedError):
            sample_draw(campaign=campaign, actor=office, channel="email")


@pytest.fixture
def post(settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.MAIL_HAS_SERVER, settings.PUBLIC_URL = True, "https://quality.example.com"
    settings.MAIL_FROM, settings.MAIL_REPLY_TO = "Office <office@example.com>", "reply@example.com"


def invited(office: Actor, world: World, n: int = 3, **values: Any) -> Campaign:
    for number in range(n):
        add(office, world, number, language="en" if number == 1 else "")
    campaign, _door = make_open(office, world.company, **values)
    sample_draw(campaign=campaign, actor=office, channel="email")
    return campaign


def send_all(mailing: Mailing, now: Any = None) -> None:
    with system_scope("surveys_field"):
        mailing.refresh_from_db()
        while mailing_send(mailing=mailing, now=now, limit=2):
            mailing.refresh_from_db()
        mailing.refresh_from_db()


def test_letters_are_refused_clearly_where_mail_is_not_set_up(world: World, office: Actor) -> None:
    with actor_scope(office):
        campaign = invited(office, world)
        with pytest.raises(MailNotSetUpError) as refused:
            mailing_plan(campaign=campaign, actor=office, kind="invitation")

    assert refused.value.missing == ["BIHUAN_SMTP_URL", "BIHUAN_MAIL_FROM", "BIHUAN_PUBLIC_URL"]


@pytest.mark.usefixtures("post")
def test_everybody_gets_one_letter_with_a_secret_nobody_keeps(world: World, office: Actor) -> None:
    with actor_scope(office):
        campaign = invited(office, world, 5)
        mailing = mailing_plan(campaign=campaign, actor=office, kind="invitation")
    send_all(mailing)
    send_all(mailing)

    assert mailing.state == "done"
    assert len(mail.outbox) == 5
    letter = mail.outbox[0]
    link = next(word for word in letter.body.split() if "https://quality.example.com/s/" in word)
    secret = link.partition("?t=")[2].partition("&")[0]
    invitation = Invitation._base_manager.get(contact__email=letter.to[0])
    assert len(secret) >= 22
    assert invitation.token_hash == secret_hash(secret)
    assert letter.reply_to == ["reply@example.com"]
    assert letter.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert letter.alternatives[0][1] == "text/html"
    assert {row.fate for row in Invitation._base_manager.all()} == {"sent"}
    assert {row.asked_on for row in Contact._base_manager.all()} == {timezone.localdate()}
    kept = " ".join(
        str(row.__dict__) for model in (Invitation, Message, Mailing, Activity) for row in model._base_manager.all()
    )
    assert secret not in kept


@pytest.mark.usefixtures("post")
def test_a_letter_speaks_the_readers_language(world: World, office: Actor) -> None:
    with actor_scope(office):
        campaign = invited(office, world)
        mail_text_save(
            campaign=campaign, actor=office, language="en", kind="invitation", subject="Hi {name}", body="<b>{link}"
        )
        with pytest.raises(BadInputError):
            mail_text_save(
                campaign=campaign, actor=office, language="en", kind="reminder", subject="x", body="no place"
            )
        mailing = mailing_plan(campaign=campaign, actor=office, kind="invitation")
    send_all(mailing)

    letters = {letter.to[0]: letter for letter in mail.outbox}
    assert letters["p1@example.com"].subject == "Hi p1"
    assert "&lt;b&gt;<a href=" in letters["p1@example.com"].alternatives[0][0]
    assert "乘车满意度" in letters["p0@example.com"].subject
    assert "不希望再收到" in letters["p0@example.com"].body


@pytest.mark.usefixtures("post")
def test_only_who_has_not_answered_is_reminded_and_not_too_often(world: World, office: Actor) -> None:
    with actor_scope(office):
        campaign = invited(office, world, reminders_allowed=1)
        first = mailing_plan(campaign=campaign, actor=office, kind="invitation")
    send_all(first)
    before = {letter.to[0]: letter.body for letter in mail.outbox}
    with actor_scope(office):
        Invitation.objects.filter(contact__name="p0").update(used=1)
        later = timezone.now() + timedelta(days=3)
        reminder = mailing_plan(campaign=campaign, actor=office, kind="reminder", due_at=later)
        with pytest.raises(ActionNotAllowedError):
            mailing_plan(campaign=campaign, actor=office, kind="reminder")
    mail.outbox.clear()
    send_all(reminder, later - timedelta(seconds=1))
    assert not mail.outbox
    send_all(reminder, later)

    assert {letter.to[0] for letter in mail.outbox} == {"p1@example.com", "p2@example.com"}
    again = mail.outbox[0]
    words = [word for word in again.body.split() if "/s/" in word]
    assert words[0] in before[again.to[0]]  # the first letter's link stays good
    assert set(Invitation._base_manager.values_list("contact__name", "reminders")) == {("p0", 0), ("p1", 1), ("p2", 1)}


@pytest.mark.usefixtures("post")
def test_a_letter_to_somebody_asked_meanwhile_is_left_out(world: World, office: Actor) -> None:
    with actor_scope(office):
        campaign = invited(office, world)
        mailing = mailing_plan(campaign=campaign, actor=office, kind="invitation")
        Contact.objects.filter(name="p0").update(asked_on=timezone.localdate() - timedelta(days=3))
        contact_opt_out(contact=Contact.objects.get(name="p1"), actor=office)
    send_all(mailing)

    fates = dict(Invitation._base_manager.values_list("contact__name", "fate"))
    assert fates == {"p0": "quarantined", "p1": "opted_out", "p2": "sent"}
    assert len(mail.outbox) == 1


class Choosy(EmailBackend):
    """Refuses one address for good and another for the time being."""

    def send_messages(self, messages: Any) -> int:
        for message in messages:
            if message.to == ["p0@example.com"]:
                raise smtplib.SMTPRecipientsRefused({"p0@example.com": (550, b"no such user")})
            if message.to == ["p1@example.com"]:
                raise smtplib.SMTPServerDisconnected("gone")
        return super().send_messages(messages)


@pytest.mark.usefixtures("post")
def test_failures_are_told_apart_and_tried_again(world: World, office: Actor, settings: Any) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.Choosy"
    with actor_scope(office):
        campaign = invited(office, world)
        mailing = mailing_plan(campaign=campaign, actor=office, kind="invitation")
    now = timezone.now()
    send_all(mailing, now)
    rows = {row.invitation.contact.name: row for row in Message._base_manager.select_related("invitation__contact")}
    assert (rows["p0"].state, rows["p0"].problem) == ("failed", "550 no such user")
    assert (rows["p1"].state, rows["p1"].attempts) == ("waiting", 1)
    assert Contact._base_manager.get(name="p1").asked_on is None
    with system_scope("surveys_field"):
        assert mailings_due(now + timedelta(minutes=4)) == []
        assert mailings_due(now + timedelta(minutes=5)) == [mailing.pk]
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    send_all(mailing, now + timedelta(minutes=5))
    assert {letter.to[0] for letter in mail.outbox} == {"p2@example.com", "p1@example.com"}
    with actor_scope(office):
        assert mailing_retry(mailing=mailing, actor=office) == 1
    send_all(mailing, now + timedelta(minutes=6))

    assert {row.fate for row in Invitation._base_manager.all()} == {"sent"}


@pytest.mark.usefixtures("post")
def test_letters_wait_while_the_survey_is_paused_and_stop_with_a_reason(world: World, office: Actor) -> None:
    with actor_scope(office):
        campaign = invited(office, world)
        mailing = mailing_plan(campaign=campaign, actor=office, kind="invitation")
        Campaign.objects.filter(pk=campaign.pk).update(state="paused")
    assert send_mailing.func(mailing.pk) == 0
    assert not mail.outbox
    with actor_scope(office):
        mailing_stop(mailing=mailing, actor=office, reason="wrong list")
        Campaign.objects.filter(pk=campaign.pk).update(state="open")
    assert send_mailing.func(mailing.pk) == 0

    assert not mail.outbox


@pytest.mark.usefixtures("post")
def test_the_address_in_a_letter_opts_out(world: World, office: Actor, client: Any) -> None:
    with actor_scope(office):
        contact = add(office, world, 1)
    address = opt_out_address(contact.pk).removeprefix("https://quality.example.com")
    client.cookies["django_language"] = "en"

    asked = client.get(address)
    assert not Contact._base_manager.get(pk=contact.pk).is_opted_out  # mail programs open links by themselves
    done = client.post(address, {"List-Unsubscribe": "One-Click"})

    assert (asked.status_code, done.status_code) == (200, 200)
    assert Contact._base_manager.get(pk=contact.pk).is_opted_out
    assert contact.name not in done.content.decode()
    assert client.get(address[:-3] + "x/").status_code == 404
    client.post(address, {"again": "1"})
    assert not Contact._base_manager.get(pk=contact.pk).is_opted_out
    with system_scope("surveys_field"):
        assert contact_of_token("1:forged") is None
