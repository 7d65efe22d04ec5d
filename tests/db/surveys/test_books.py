"""The comment book: its service day, what is late, what is a record, who may see who wrote."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from django.core import mail
from django.utils import translation

from bihuan.duties.models import Clock
from bihuan.duties.services import policy_publish, scan
from bihuan.duties.services.policies import DeadlinePolicy
from bihuan.foundation.actor import system_actor
from bihuan.foundation.errors import ActionNotAllowedError, BadInputError, NotPermittedError
from bihuan.foundation.scope import actor_scope, system_scope
from bihuan.records.models import Activity, Notification, SearchEntry
from bihuan.rectification.selectors import needs_from
from bihuan.rectification.services import finding_raise, need_register
from bihuan.surveys.masking import masked_contact, masked_name, masked_text
from bihuan.surveys.models import BookDay, BookEntry, BookPhoto
from bihuan.surveys.selectors.books import (
    books_with_day,
    figures,
    findings_of,
    not_checked,
    service_day,
    text_for,
    writer_of,
)
from bihuan.surveys.services.books import (
    book_code_renew,
    book_day_record,
    book_entry_answer,
    book_entry_correct,
    book_entry_deliver,
    book_entry_forget_writer,
    book_entry_receive,
    book_entry_reopen,
    book_entry_set_aside,
    book_photo_finish,
    book_photo_set_aside,
    book_photo_turn,
    book_photos_add,
    book_reply_mail,
    book_retire,
    book_revive,
    books_day_record,
)
from tests.db.surveys.books import Shop, at, make_shop, pictures
from tests.kit import World


@pytest.fixture
def shop(world: World, settings: object, tmp_path: Path) -> Iterator[Shop]:
    settings.HOME = tmp_path  # type: ignore[attr-defined]
    made = make_shop(world)
    with system_scope("setup"):
        yield made


@pytest.mark.parametrize(
    ("received", "day", "due"),
    [
        (at("2026-03-02", "10:00"), date(2026, 3, 2), at("2026-03-03", "04:00")),
        (at("2026-03-02", "23:59"), date(2026, 3, 2), at("2026-03-03", "04:00")),
        (at("2026-03-03", "00:30"), date(2026, 3, 2), at("2026-03-03", "04:00")),
        (at("2026-03-03", "03:59"), date(2026, 3, 2), at("2026-03-03", "04:00")),
        (at("2026-03-03", "04:00"), date(2026, 3, 3), at("2026-03-04", "04:00")),
        (at("2026-10-01", "09:00"), date(2026, 10, 1), at("2026-10-02", "04:00")),
    ],
)
def test_entry_is_due_at_the_end_of_its_service_day(shop: Shop, received: datetime, day: date, due: datetime) -> None:
    entry = shop.entry(received)

    entry.refresh_from_db()
    assert (entry.day, entry.due_at, entry.first_due_at) == (day, due, due)
    assert service_day(shop.world.north.org_path, received) == day


def test_service_day_follows_the_policy(shop: Shop) -> None:
    policy = DeadlinePolicy.objects.get(key="comment_book_same_day")
    rule = {"clock": "same_day", "service_day_start": "00:00"}
    policy_publish(policy=policy, actor=system_actor("setup"), rule=rule, note="白天班")

    entry = shop.entry(at("2026-03-03", "00:30"))

    assert (entry.day, entry.due_at) == (date(2026, 3, 3), at("2026-03-04", "00:00"))


@pytest.mark.parametrize(("answered", "in_time"), [("04:00", True), ("04:00:00.000001", False), ("03:00", True)])
def test_answer_is_late_only_strictly_after_the_due_instant(shop: Shop, answered: str, in_time: bool) -> None:
    entry = shop.entry(at("2026-03-02", "22:00"))

    book_entry_answer(actor=shop.office, entry=entry, reply="已提醒驾驶员", at=at("2026-03-03", answered))

    assert entry.was_in_time is in_time
    assert Clock.objects.get(subject_id=entry.pk, policy_key="comment_book_same_day").status == (
        "met" if in_time else "broken"
    )


def test_unanswered_entry_is_late_strictly_after_the_due_instant(shop: Shop) -> None:
    entry = shop.entry(at("2026-03-02", "22:00"))
    due = at("2026-03-03", "04:00")

    assert (entry.is_late(due), entry.is_late(due + timedelta(microseconds=1))) == (False, True)


def test_reopened_entry_keeps_its_first_judgement_and_is_due_again(shop: Shop) -> None:
    entry = shop.entry(at("2026-03-02"))
    book_entry_answer(actor=shop.office, entry=entry, reply="知道了", at=at("2026-03-02", "11:00"))

    book_entry_reopen(actor=shop.office, entry=entry, reason="没有回答问题", at=at("2026-03-05", "09:00"))
    assert (entry.state, entry.due_at) == ("registered", at("2026-03-06", "04:00"))
    book_entry_answer(actor=shop.office, entry=entry, reply="末班车改为 23:05", at=at("2026-03-07", "09:00"))

    entry.refresh_from_db()
    assert (entry.was_in_time, entry.first_due_at) == (True, at("2026-03-03", "04:00"))


def test_late_entry_is_told_to_handlers_once(shop: Shop) -> None:
    entry = shop.entry(at("2026-03-02", "22:00"))

    scan(at("2026-03-03", "08:00"))
    scan(at("2026-03-03", "08:05"))

    entry.refresh_from_db()
    assert entry.overdue_since == at("2026-03-03", "04:00")
    told = Notification.objects.filter(subject_type="surveys.bookentry", subject_id=entry.pk)
    assert [row.user_id for row in told] == [shop.office.user_id]
    with translation.override("en"):
        assert told[0].message % told[0].params == f"{entry.number} (0123 车): not answered the same day"


def test_answered_entry_is_not_told(shop: Shop) -> None:
    entry = shop.entry(at("2026-03-02", "22:00"))
    book_entry_answer(actor=shop.office, entry=entry, reply="谢谢", at=at("2026-03-02", "23:00"))

    scan(at("2026-03-04", "08:00"))

    assert not Notification.objects.filter(subject_type="surveys.bookentry").exists()


def test_clock_of_a_photographed_entry_runs_from_collecting_not_from_keying(shop: Shop) -> None:
    added, twice = book_photos_add(
        actor=shop.clerk,
        book=shop.book,
        pictures=pictures(1, 2, 1),
        collected_at=at("2026-03-02", "23:30"),
        at=at("2026-03-03", "08:00"),
    )

    entry = shop.entry(photo=added[0], received_at=None, at=at("2026-03-03", "09:00"))

    assert (len(added), twice) == (2, ["page 1.png"])
    assert (entry.received_at, entry.due_at) == (at("2026-03-02", "23:30"), at("2026-03-03", "04:00"))
    assert entry.way == "photo"
    assert BookDay.objects.get(book=shop.book, day=date(2026, 3, 2)).outcome == "entries"


def test_page_is_finished_only_with_its_entries(shop: Shop) -> None:
    added, _twice = book_photos_add(actor=shop.clerk, book=shop.book, pictures=pictures(1, 2), at=at("2026-03-02"))
    page, blank = added

    with pytest.raises(ActionNotAllowedError):
        book_photo_finish(actor=shop.clerk, photo=page)
    book_photo_turn(actor=shop.clerk, photo=page, by=270)
    book_photo_turn(actor=shop.clerk, photo=page, by=180)
    for kind in ("complaint", "praise"):
        shop.entry(photo=page, kind=kind, at=at("2026-03-02"))
    with pytest.raises(ActionNotAllowedError):
        book_photo_set_aside(actor=shop.clerk, photo=page, why="blank")
    book_photo_finish(actor=shop.clerk, photo=page)
    book_photo_set_aside(actor=shop.clerk, photo=blank, why="blank")

    assert (page.state, page.rotation, page.entries.count()) == ("transcribed", 90, 2)
    with pytest.raises(ActionNotAllowedError):
        shop.entry(photo=page)


def test_book_with_nothing_but_blank_pages_had_no_entry(shop: Shop) -> None:
    added, _twice = book_photos_add(actor=shop.clerk, book=shop.book, pictures=pictures(7), at=at("2026-03-02"))

    book_photo_set_aside(actor=shop.clerk, photo=added[0], why="blank", at=at("2026-03-02", "11:00"))

    assert BookDay.objects.get(book=shop.book).outcome == "none"


def test_text_file_is_no_page(shop: Shop) -> None:
    import io

    from bihuan.surveys.services.books.photos import Picture

    with pytest.raises(BadInputError):
        book_photos_add(actor=shop.clerk, book=shop.book, pictures=[Picture("a.txt", io.BytesIO(b"hello"))])
    assert not BookPhoto.objects.exists()


def test_no_entry_is_a_record_and_no_record_is_not_no_entry(shop: Shop) -> None:
    monday, tuesday = date(2026, 3, 2), date(2026, 3, 3)
    book_day_record(actor=shop.clerk, book=shop.book, outcome="none", at=at("2026-03-02", "23:00"))

    assert list(not_checked(shop.office, monday)) == []
    assert list(not_checked(shop.office, tuesday)) == [shop.book]
    row = books_with_day(shop.office, monday).get()
    assert (row.outcome, row.day_entries) == ("none", None)


def test_check_of_a_day_that_brought_entries_cannot_say_none(shop: Shop) -> None:
    shop.entry(at("2026-03-02"))

    with pytest.raises(ActionNotAllowedError):
        book_day_record(actor=shop.clerk, book=shop.book, outcome="none", at=at("2026-03-02", "12:00"))
    with pytest.raises(BadInputError):
        book_day_record(actor=shop.clerk, book=shop.book, outcome="none", day=date(2027, 1, 1), at=at("2026-03-02"))
    with pytest.raises(BadInputError):
        book_day_record(actor=shop.clerk, book=shop.book, outcome="away", at=at("2026-03-02"))
    assert books_day_record(actor=shop.clerk, books=[shop.book], outcome="none", at=at("2026-03-02")) == 0


def test_wrong_check_is_written_over_and_the_log_keeps_both(shop: Shop) -> None:
    book_day_record(actor=shop.clerk, book=shop.book, outcome="none", at=at("2026-03-02"))
    book_day_record(actor=shop.clerk, book=shop.book, outcome="away", note="车在修", at=at("2026-03-02", "12:00"))

    assert BookDay.objects.get(book=shop.book).outcome == "away"
    lines = Activity.objects.filter(subject_type="surveys.commentbook", action="book_day").order_by("position")
    assert [(line.before["outcome"], line.after["outcome"]) for line in lines] == [("none", "away")]


def test_passenger_writes_at_the_door_once(shop: Shop) -> None:
    sent = {"book": shop.book, "client_uuid": uuid.uuid4(), "kind": "praise", "text": "司机扶老人上车"}
    with system_scope("comment_book_door"):
        first = book_entry_receive(**sent, at=at("2026-03-02"))
        again = book_entry_receive(**sent, at=at("2026-03-02", "10:01"))
        with pytest.raises(ActionNotAllowedError):
            book_entry_receive(**(sent | {"text": "别的话"}))

    assert (first.is_repeat, again.is_repeat) == (False, True)
    assert (again.entry.pk, again.key) == (first.entry.pk, first.key)
    assert first.key not in first.entry.answer_key_hash
    assert BookEntry.objects.count() == 1
    assert not BookDay.objects.exists()  # the paper book has not been looked at by that


def test_door_of_a_retired_book_is_shut(shop: Shop) -> None:
    sent = {"book": shop.book, "client_uuid": uuid.uuid4(), "kind": "praise", "text": "好"}
    code = shop.book.code
    book_code_renew(actor=shop.office, book=shop.book, reason="贴纸被拍照传到网上")
    book_retire(actor=shop.office, book=shop.book, reason="车报废")

    with pytest.raises(ActionNotAllowedError):
        book_entry_receive(**sent)
    book_revive(actor=shop.office, book=shop.book)
    assert shop.book.code != code
    assert shop.book.is_active


def test_writer_is_seen_with_the_right_and_masked_without(shop: Shop) -> None:
    entry = shop.entry(at("2026-03-02"))

    known, masked = writer_of(entry, shop.office), writer_of(entry, shop.reader)

    assert (known.name, known.contact, known.is_masked) == ("王小明", "13812345678", False)
    assert (masked.name, masked.contact, masked.is_masked) == ("王**", "138******78", True)
    assert "13812345678" in text_for(entry, shop.office)
    assert "13812345678" not in text_for(entry, shop.reader)


def test_neither_log_nor_search_knows_the_writer(shop: Shop) -> None:
    entry = shop.entry(at("2026-03-02"))
    book_entry_correct(
        actor=shop.office,
        entry=entry,
        kind="complaint",
        text="请打 13987654321",
        unit=shop.world.north,
        writer_name="李四",
        writer_contact="13987654321",
    )

    log = str(list(Activity.objects.filter(subject_type="surveys.bookentry").values_list("before", "after", "reason")))
    words = str(
        list(SearchEntry.objects.filter(subject_type="surveys.bookentry").values_list("title", "excerpt", "words"))
    )
    for secret in ("王小明", "13812345678", "李四", "13987654321"):
        assert secret not in log
        assert secret not in words
    entry.refresh_from_db()
    assert (entry.writer_name, entry.text) == ("李四", "请打 13987654321")


def test_writer_can_be_forgotten(shop: Shop) -> None:
    entry = shop.entry(at("2026-03-02"))

    with pytest.raises(NotPermittedError):
        book_entry_forget_writer(actor=shop.clerk, entry=entry, reason="x")
    book_entry_forget_writer(actor=shop.office, entry=entry, reason="乘客要求删除")

    entry.refresh_from_db()
    assert (entry.writer_name, entry.writer_contact) == ("", "")


def test_passengers_own_words_cannot_be_changed(shop: Shop) -> None:
    with system_scope("comment_book_door"):
        entry = book_entry_receive(book=shop.book, client_uuid=uuid.uuid4(), kind="praise", text="好").entry

    with pytest.raises(BadInputError):
        book_entry_correct(actor=shop.office, entry=entry, kind="praise", text="不好", unit=shop.world.north)
    book_entry_correct(actor=shop.office, entry=entry, kind="complaint", text="好", unit=shop.world.north)
    assert entry.kind == "complaint"


def test_reply_goes_where_the_writer_can_be_reached(shop: Shop) -> None:
    entry = shop.entry(at("2026-03-02"), writer_contact="")

    for way in ("email", "phone", "page", "fax"):
        with pytest.raises(BadInputError):
            book_entry_answer(actor=shop.office, entry=entry, reply="好的", reply_by=way)
    book_entry_answer(actor=shop.office, entry=entry, reply="好的", reply_by="book", at=at("2026-03-02"))
    book_entry_deliver(actor=shop.office, entry=entry, delivery="已贴在意见簿上", at=at("2026-03-02", "15:00"))

    assert (entry.state, entry.delivery) == ("delivered", "已贴在意见簿上")


def test_letter_holds_the_reply_and_never_what_was_written(shop: Shop) -> None:
    with system_scope("comment_book_door"):
        entry = book_entry_receive(
            book=shop.book,
            client_uuid=uuid.uuid4(),
            kind="complaint",
            text="点这里领奖 http://bad.example",
            writer_contact="someone@example.com",
            language="zh-hans",
            at=at("2026-03-02"),
        ).entry
    book_entry_answer(actor=shop.office, entry=entry, reply="已处理", reply_by="email", at=at("2026-03-02", "11:00"))

    with system_scope("comment_book_mail"):
        sent = book_reply_mail(entry_id=entry.pk, at=at("2026-03-02", "11:01"))
        again = book_reply_mail(entry_id=entry.pk, at=at("2026-03-02", "11:02"))

    assert (sent, again, len(mail.outbox)) == (True, False, 1)
    assert mail.outbox[0].to == ["someone@example.com"]
    assert "已处理" in mail.outbox[0].body
    assert "bad.example" not in mail.outbox[0].body + mail.outbox[0].subject
    entry.refresh_from_db()
    assert entry.state == "delivered"


def test_letter_that_cannot_be_sent_leaves_the_reply_to_hand_over(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = shop.entry(at("2026-03-02"), writer_contact="a@example.com")
    book_entry_answer(actor=shop.office, entry=entry, reply="已处理", reply_by="email", at=at("2026-03-02"))

    def refuse(*_args: object, **_kwargs: object) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr("django.core.mail.EmailMessage.send", refuse)
    assert not book_reply_mail(entry_id=entry.pk)

    entry.refresh_from_db()
    assert (entry.state, entry.mail_problem, entry.mailed_at) == ("answered", "ConnectionRefusedError", None)


def test_finding_and_need_from_an_entry_are_seen_from_both_sides(shop: Shop) -> None:
    entry = shop.entry(at("2026-03-02"))

    finding = finding_raise(
        actor=shop.office, unit=shop.world.north, title="甩客", fact="末班车没等人", severity="ordinary", source=entry
    )
    need = need_register(
        actor=shop.office,
        unit=shop.world.north,
        title="末班车",
        description="等人",
        source=entry,
        source_kind="comment_book",
    )

    assert list(findings_of(entry)) == [finding]
    assert list(needs_from(entry.reference)) == [need]
    assert finding.source is not None
    assert finding.source.load() == entry
    assert "13812345678" not in finding.source_label


def test_figures_count_answered_in_time_late_and_still_open(shop: Shop) -> None:
    in_time, late, open_late, aside, fresh = (shop.entry(at("2026-03-02", f"{hour}:00")) for hour in range(10, 15))
    book_entry_answer(actor=shop.office, entry=in_time, reply="好", at=at("2026-03-02", "16:00"))
    book_entry_answer(actor=shop.office, entry=late, reply="好", at=at("2026-03-03", "05:00"))
    book_entry_set_aside(actor=shop.office, entry=aside, reason="乱涂", at=at("2026-03-02", "16:00"))
    BookEntry.objects.filter(pk=fresh.pk).update(first_due_at=at("2026-03-09", "04:00"))
    day = date(2026, 3, 2)

    found = figures(shop.office, since=day, until=day, now=at("2026-03-03", "06:00"))

    total = found.total
    assert (total.received, total.in_time, total.late, total.set_aside, total.open) == (5, 1, 2, 1, 1)
    assert total.share.value == pytest.approx(1 / 3)
    assert total.share.n == 3
    assert (found.checked, found.book_days) == (1, 1)
    assert open_late.state == "registered"


def test_days_without_entries_have_no_share(shop: Shop) -> None:
    day = date(2026, 3, 2)

    found = figures(shop.office, since=day, until=day, now=at("2026-03-02", "20:00"))

    assert found.total.share.value is None
    assert (found.checked, found.book_days) == (0, 1)


def test_stranger_neither_sees_nor_touches(shop: Shop) -> None:
    entry = shop.entry(at("2026-03-02"))

    with actor_scope(shop.stranger):
        assert not BookEntry.objects.exists()
        assert figures(shop.stranger, since=entry.day, until=entry.day, now=at("2026-03-03")).total.received == 0
    for act in (
        lambda: book_entry_answer(actor=shop.stranger, entry=entry, reply="x"),
        lambda: book_entry_set_aside(actor=shop.stranger, entry=entry, reason="x"),
        lambda: book_day_record(actor=shop.stranger, book=shop.book, outcome="none"),
        lambda: book_retire(actor=shop.stranger, book=shop.book, reason="x"),
        lambda: book_photos_add(actor=shop.stranger, book=shop.book, pictures=pictures(1)),
        lambda: book_entry_answer(actor=shop.clerk, entry=entry, reply="x"),
    ):
        with pytest.raises(NotPermittedError):
            act()


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("打 138 1234 5678 找我", "打 138 **** **78 找我"),
        ("身份证 11010519491231002X", "身份证 110*************2X"),
        ("li.si@example.com 谢谢", "l***@example.com 谢谢"),
        ("3 路 0123 车 8:15", "3 路 0123 车 8:15"),
    ],
)
def test_numbers_and_addresses_are_hidden_in_free_text(text: str, hidden: str) -> None:
    assert masked_text(text) == hidden


def test_names_and_contacts_are_hidden() -> None:
    assert (masked_name("欧阳修"), masked_name("")) == ("欧**", "")
    assert (masked_contact("微信 abc"), masked_contact("")) == ("微***", "")
