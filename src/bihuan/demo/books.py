"""Comment books of the lines: collected every evening, answered the same day, or not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bihuan.demo.moment import at
from bihuan.demo.people import HEADS
from bihuan.demo.telling import Chance, Stage, Story, chance_of
from bihuan.surveys.models import BookDay, BookEntry, CommentBook
from bihuan.surveys.services.books import (
    book_entry_answer,
    book_entry_deliver,
    book_entry_register,
    books_day_record,
    books_set_up,
)

KEPT_FOR = 30  # days told
ENTRIES = 0.09  # of a book and day
LATE = 0.07
Kind = BookEntry.Kind
# kind, what is written, what is answered
WRITTEN: tuple[tuple[str, str, str], ...] = (
    (Kind.PRAISE, "驾驶员扶老人上车，等坐稳了才起步，表扬。", "谢谢您的鼓励，已在班前会上表扬该驾驶员。"),
    (Kind.PRAISE, "雨天车厢里放了防滑垫，很贴心。", "谢谢！雨雪天我们会继续铺垫防滑。"),
    (Kind.SUGGESTION, "希望早高峰加开区间车。", "已转运营科，随下月客流调查一并研究，结果在站牌公布。"),
    (Kind.SUGGESTION, "车上的线路图字太小，老人看不清。", "已联系广告公司重做大字版，本月内换完。"),
    (Kind.SUGGESTION, "候车亭晚上没有灯，建议装一盏。", "已报市政路灯所，我们会跟进答复。"),
    (Kind.QUESTION, "末班车冬季是几点？", "冬季末班车为 20:30，自 11 月 1 日起执行。"),
    (Kind.QUESTION, "学生卡在哪里年审？", "客运中心一楼 2 号窗口，每天 8:00 至 17:30。"),
    (Kind.COMPLAINT, "站台有人招手，车没停就开走了。", "经查录像情况属实，已对驾驶员批评教育，向您道歉。"),
    (Kind.COMPLAINT, "问路时驾驶员不耐烦，爱理不理。", "已找当班驾驶员谈话，要求使用规范用语，向您道歉。"),
    (Kind.COMPLAINT, "后门夹到书包，提醒后也没道歉。", "车门已检修，驾驶员已受批评教育，向您道歉。"),
    (Kind.COMPLAINT, "座椅有油渍，坐下才发现。", "该车当晚已清洗座椅，收车检查增加座椅一项。"),
)


@dataclass(frozen=True)
class Page:
    """One entry found in the evening."""

    book: CommentBook
    kind: str
    text: str
    reply: str
    chance: Chance


def found(books: list[CommentBook], day: date) -> Iterator[Page]:
    for place, book in enumerate(books):
        chance = chance_of(31, day.toordinal(), place)
        if chance.random() < ENTRIES:
            kind, text, reply = WRITTEN[int(chance.integers(len(WRITTEN)))]
            yield Page(book, kind, text, reply, chance)


def answered(stage: Stage, entry: BookEntry, page: Page, when: datetime) -> Story:
    """The station's head answers and puts the slip into the book the next time it comes by."""
    yield when
    username = HEADS[page.book.unit.code]
    with stage.acting(username) as actor:
        entry = book_entry_answer(actor=actor, entry=entry, reply=page.reply)
    yield when + timedelta(hours=14)
    with stage.acting(username) as actor:
        book_entry_deliver(actor=actor, entry=entry, delivery="回复条已贴入意见簿")


def comment_books(stage: Stage) -> Story:
    """The desk collects the books every evening; each entry goes its own way from there."""
    first = stage.today - timedelta(days=KEPT_FOR)
    yield at(first, "09:00")
    with stage.acting("office") as actor:
        books = books_set_up(actor=actor, assets=stage.units.lines.values(), place="前门旁")
    waiting: list[tuple[datetime, Story]] = []
    for number in range(KEPT_FOR + 1):
        day = first + timedelta(days=number)
        yield at(day, "19:10")
        with stage.acting("hotline") as actor:
            pages = list(found(books, day))
            entries = [
                book_entry_register(
                    actor=actor, book=page.book, kind=page.kind, text=page.text, about=page.book.name, written_on=day
                )
                for page in pages
            ]
            quiet = [book for book in books if book.pk not in {page.book.pk for page in pages}]
            books_day_record(actor=actor, books=quiet, outcome=BookDay.Outcome.NONE)
        for entry, page in zip(entries, pages, strict=True):
            late = page.chance.random() < LATE
            hours = 20 + 8 * page.chance.random() if late else 0.4 + 3 * page.chance.random()
            story = answered(stage, entry, page, stage.moment.now + timedelta(hours=hours))
            waiting.append((next(story), story))
        # Everything that is answered before the next evening comes before it.
        while waiting:
            waiting.sort(key=lambda one: one[0])
            when, story = waiting[0]
            if when > at(day + timedelta(days=1), "19:00"):
                break
            yield when
            following = next(story, None)
            waiting[0:1] = [(following, story)] if following is not None else []
