"""What the API takes and gives of comment books."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Literal

from ninja import Field, Schema

from bihuan.foundation.api import Moment


class BookFilter(Schema):
    unit_id: int | None = None
    is_active: bool | None = None


class BookOut(Schema):
    id: int
    name: str
    unit_id: int
    asset_id: int | None
    place: str
    code: str
    is_paper: bool
    has_door: bool
    is_active: bool
    since: date
    until: date | None


class BookEntryFilter(Schema):
    state: list[str] = Field(default_factory=list)
    kind: list[str] = Field(default_factory=list)
    book_id: int | None = None
    unit_id: int | None = None
    day_from: date | None = None
    day_to: date | None = None


class BookEntryIn(Schema):
    """``client_uuid`` makes sending it again harmless."""

    book_id: int
    kind: str
    text: str
    about: str = Field("", max_length=100)
    written_on: date | None = None
    writer_name: str = Field("", max_length=100)
    writer_contact: str = Field("", max_length=150)
    unit_id: int | None = None
    received_at: Moment | None = None
    client_uuid: uuid.UUID | None = None


class BookEntryOut(Schema):
    """``writer_masked`` tells that name, contact and numbers in the text are hidden from this caller."""

    id: int
    number: str
    state: str
    book_id: int
    unit_id: int
    kind: str
    way: str
    text: str
    about: str
    written_on: date | None
    writer_name: str
    writer_contact: str
    writer_masked: bool
    received_at: datetime
    day: date
    due_at: datetime | None
    was_in_time: bool | None
    remarks: str
    reply: str
    reply_by: str
    answered_at: datetime | None
    answered_by: str
    delivered_at: datetime | None
    delivery: str


class BookRemarkIn(Schema):
    remarks: str


class BookReplyIn(Schema):
    reply: str = Field(max_length=2000)
    reply_by: str = "book"


class BookDeliveryIn(Schema):
    delivery: str = Field(max_length=200)


class BookDayIn(Schema):
    """What the look at a book came to: ``none`` (no entry) or ``away`` with the note why."""

    outcome: Literal["none", "away"]
    day: date | None = None
    note: str = Field("", max_length=200)


class BookDayOut(Schema):
    id: int
    book_id: int
    day: date
    outcome: str
    note: str
    at: datetime
    by: str = Field(alias="by_name")
