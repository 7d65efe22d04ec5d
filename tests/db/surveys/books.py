"""A company with comment books, a clerk, a handler and a stranger."""

from __future__ import annotations

import io
import zlib
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bihuan.duties.services import calendar_create, policies_ship, shipped_calendar_body
from bihuan.foundation.actor import Actor, system_actor
from bihuan.foundation.scope import system_scope
from bihuan.organisation.models import Asset
from bihuan.surveys.models import BookEntry, CommentBook
from bihuan.surveys.permissions import BOOKS_ANSWER, BOOKS_MANAGE, BOOKS_REGISTER, BOOKS_VIEW, CONTACTS
from bihuan.surveys.services.books import book_entry_register, book_set_up
from bihuan.surveys.services.books.photos import Picture
from tests.kit import World, make_actor

SHANGHAI = ZoneInfo("Asia/Shanghai")
ALL = (BOOKS_VIEW, BOOKS_REGISTER, BOOKS_ANSWER, BOOKS_MANAGE, CONTACTS, "findings.raise", "findings.view")
MORE = ("needs.view", "needs.register", "organisation.view", "clocks.view")


def at(day: str, time: str = "10:00") -> datetime:
    return datetime.fromisoformat(f"{day}T{time}").replace(tzinfo=SHANGHAI)


def png(colour: int = 0) -> io.BytesIO:
    """A picture of one pixel."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return len(body).to_bytes(4) + kind + body + zlib.crc32(kind + body).to_bytes(4)

    header = (1).to_bytes(4) + (1).to_bytes(4) + bytes([8, 0, 0, 0, 0])
    body = zlib.compress(bytes([0, colour]))
    return io.BytesIO(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b""))


def pictures(*colours: int) -> list[Picture]:
    return [Picture(f"page {colour}.png", png(colour)) for colour in colours]


@dataclass(frozen=True)
class Shop:
    world: World
    office: Actor
    clerk: Actor
    stranger: Actor
    reader: Actor
    book: CommentBook

    def entry(self, received: datetime | None = None, **given: object) -> BookEntry:
        values: dict[str, object] = {
            "actor": self.office,
            "book": self.book,
            "kind": "complaint",
            "text": "末班车没有等人,请打 13812345678",
            "writer_name": "王小明",
            "writer_contact": "13812345678",
            "received_at": received,
            "at": received,
        }
        return book_entry_register(**(values | given))  # type: ignore[arg-type]


def make_shop(world: World) -> Shop:
    setup = system_actor("setup")
    with system_scope("setup"):
        body = shipped_calendar_body()
        calendar_create(actor=setup, unit=world.company, name="Calendar", body=body, note="first")
        policies_ship(actor=setup, unit=world.company)
        bus = Asset.objects.create(
            kind="vehicle", code="0123", name="0123 车", unit=world.north, org_path=world.north.org_path
        )
        book = book_set_up(actor=setup, unit=world.north, asset=bus, place="后门", at=at("2026-01-01"))
    return Shop(
        world=world,
        office=make_actor("book-office", unit=world.company, permissions=(*ALL, *MORE)),
        clerk=make_actor("book-clerk", unit=world.north, permissions=(BOOKS_VIEW, BOOKS_REGISTER)),
        stranger=make_actor("book-stranger", unit=world.south, permissions=(*ALL, *MORE)),
        reader=make_actor("book-reader", unit=world.north, permissions=(BOOKS_VIEW,)),
        book=book,
    )
