"""Letters by e-mail: kept once, machines never answered, threads known by our own mark only."""

from __future__ import annotations

import re
from email.message import EmailMessage
from io import BytesIO, TextIOWrapper
from typing import Any

import pytest
from django.core import mail as outbox
from django.core.management import call_command
from django.test import Client

from bihuan.cases import services
from bihuan.cases.mailing import LIMIT_BYTES, read_letter, thread_id
from bihuan.cases.models import Case, CaseEntry, InboundMail
from bihuan.records.models import Attachment, Notification
from tests.db.cases.house import House, closed

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001a5f64540"
    "0000000049454e44ae426082"
)


def letter(text: str = "3路司机拒载老人。", **headers: str) -> EmailMessage:
    message = EmailMessage()
    given = {"From": "王小明 <wang@example.com>", "Subject": "投诉3路", "Message-ID": "<a1@example.com>"}
    for name, value in (given | {key.replace("_", "-"): value for key, value in headers.items()}).items():
        message[name] = value
    message.set_content(text)
    return message


def arrives(house: House, message: EmailMessage | bytes) -> InboundMail:
    raw = message if isinstance(message, bytes) else message.as_bytes()
    return services.mail_take_in(raw=raw, desk=house.company)


def test_a_letter_becomes_a_case_with_its_files(house: House) -> None:
    message = letter()
    message.add_attachment(PNG, maintype="image", subtype="png", filename="照片.png")
    message.add_attachment(b"MZ\x90\x00\x00", maintype="application", subtype="octet-stream", filename="a.exe")

    mail = arrives(house, message)

    case = Case.objects.get()
    assert (mail.fate, mail.case) == ("case", case)
    assert (case.channel, case.title, case.text) == ("email", "投诉3路", "3路司机拒载老人。")
    assert case.complainant.email == "wang@example.com"
    assert [file.media_type for file in Attachment.objects.all()] == ["image/png"]
    assert "1" in mail.reason
    assert not outbox.outbox


def test_the_same_letter_twice_is_one_case(house: House) -> None:
    first, again = arrives(house, letter()), arrives(house, letter())

    assert first == again
    assert Case.objects.count() == 1


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto-Submitted": "auto-replied"},
        {"Auto-Submitted": "auto-generated; x=y"},
        {"Precedence": "bulk"},
        {"Precedence": "auto_reply"},
        {"X-Auto-Response-Suppress": "OOF"},
        {"X-Loop": "us"},
        {"List-Id": "<news.example.com>"},
        {"Return-Path": "<>"},
        {"X-Bihuan-Case": "receipt"},
        {"From": "MAILER-DAEMON@example.com"},
        {"From": ""},
    ],
)
def test_what_a_machine_wrote_is_kept_and_nothing_more(house: House, settings: Any, headers: dict[str, str]) -> None:
    settings.MAIL_RECEIPTS = True
    case = closed(house)
    told_before = Notification.objects.count()

    mail = arrives(house, letter(**{"In-Reply-To": thread_id(case.pk, "us.example"), **headers}))

    case.refresh_from_db()
    assert (mail.fate, case.state) == ("machine", "closed")
    assert not CaseEntry.objects.filter(kind="message").exists()
    assert (Case.objects.count(), Notification.objects.count(), len(outbox.outbox)) == (1, told_before, 0)


def test_a_report_of_a_mail_server_is_a_machine(house: House) -> None:
    raw = (
        b"From: a@example.com\r\nMessage-ID: <r@x.y>\r\nContent-Type: multipart/report; boundary=b\r\n\r\n"
        b"--b\r\nContent-Type: text/plain\r\n\r\nfailed\r\n--b--\r\n"
    )

    assert arrives(house, raw).fate == "machine"


def test_auto_submitted_no_is_a_person(house: House) -> None:
    assert arrives(house, letter(**{"Auto-Submitted": "no"})).fate == "case"


def test_a_reply_to_a_closed_case_tells_the_desk_and_opens_nothing(house: House) -> None:
    case = closed(house)
    before = Notification.objects.count()

    mail = arrives(house, letter("没有解决", References=f"<x@y.z> {thread_id(case.pk, 'us.example')}"))

    case.refresh_from_db()
    entry = CaseEntry.objects.get(kind="message")
    assert (mail.fate, mail.case, entry.text, case.state) == ("entry", case, "没有解决", "closed")
    assert Notification.objects.count() > before


def test_a_number_in_the_subject_or_a_forged_mark_joins_no_thread(house: House) -> None:
    case = closed(house)
    forged = f"<case-{case.pk}-{'0' * 32}@us.example>"

    mail = arrives(house, letter(Subject=f"Re: {case.number}", **{"In-Reply-To": forged}))

    assert mail.fate == "case"
    assert mail.case != case


def test_a_thread_tells_the_desk_only_so_often_a_day_and_loses_no_letter(house: House) -> None:
    case = closed(house)
    mark = thread_id(case.pk, "us.example")

    fates = [
        arrives(house, letter(f"第{n}次", **{"Message-ID": f"<{n}@a.b>", "In-Reply-To": mark})).fate for n in range(6)
    ]

    told = Notification.objects.filter(subject_id=case.pk, message__startswith="The customer of").values("user")
    assert fates == ["entry"] * 6
    assert CaseEntry.objects.filter(kind="message").count() == 6
    assert told.filter(user=house.desk.user_id).count() == 3


def test_one_sender_opens_only_so_many_cases_a_day(house: House) -> None:
    fates = [arrives(house, letter(**{"Message-ID": f"<{n}@a.b>"})).fate for n in range(12)]

    assert fates == ["case"] * 10 + ["refused"] * 2


def test_a_receipt_says_the_number_once_a_day_and_none_of_the_words(house: House, settings: Any) -> None:
    settings.MAIL_RECEIPTS, settings.MAIL_FROM = True, "service@example.com"

    arrives(house, letter())
    arrives(house, letter(**{"Message-ID": "<a2@example.com>"}))

    sent = outbox.outbox
    case = Case.objects.order_by("pk").first()
    assert case is not None
    assert len(sent) == 1
    assert case.number in sent[0].body
    assert "拒载" not in sent[0].body + sent[0].subject
    assert "投诉3路" not in sent[0].body + sent[0].subject
    assert sent[0].extra_headers["Auto-Submitted"] == "auto-replied"
    assert read_letter(sent[0].message().as_bytes()).machine


def test_with_what_the_receipt_says_the_case_is_found(house: House, settings: Any, client: Client) -> None:
    settings.MAIL_RECEIPTS, settings.MAIL_FROM = True, "service@example.com"
    settings.PUBLIC_URL = "https://quality.example.com"

    arrives(house, letter())

    body = outbox.outbox[0].body
    found = re.search(r"查询码 (\S+)。\s查询密码 (\d+)", body)
    assert found is not None
    code, pin = found.groups()
    assert "https://quality.example.com/c/t/" in body
    assert Case.objects.get().number in client.post("/c/t/", {"code": code, "pin": pin}).content.decode()


def test_a_letter_without_end_or_form_never_raises(house: House) -> None:
    nested = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(400))

    fates = [arrives(house, raw).fate for raw in (b"", b"\x00\xff\xfe", nested, b"x" * (LIMIT_BYTES + 1))]

    assert set(fates) <= {"machine", "refused"}
    assert not Case.objects.exists()


@pytest.mark.parametrize("charset", ["gb18030", "no-such-letters"])
def test_letters_of_any_charset_are_read(charset: str) -> None:
    words = "司机".encode("gb18030" if charset == "gb18030" else "utf-8")
    raw = b"From: a@b.cn\r\nContent-Type: text/plain; charset=%s\r\nContent-Transfer-Encoding: 8bit\r\n\r\n%s" % (
        charset.encode(),
        words,
    )

    assert read_letter(raw).text == "司机"


def test_html_becomes_words(house: House) -> None:
    message = EmailMessage()
    message["From"], message["Message-ID"] = "a@example.com", "<h@a.b>"
    message.set_content("<style>x{}</style><p>司机</p><script>alert(1)</script><p>拒载</p>", subtype="html")

    arrives(house, message)

    assert Case.objects.get().text.split() == ["司机", "拒载"]


def test_the_command_takes_what_a_mail_server_pipes_in(
    house: House, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO(letter().as_bytes())))

    call_command("mail_take_in")

    assert Case.objects.get().number in capsys.readouterr().out
