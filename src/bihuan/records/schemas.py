"""What records look like through the API."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from ninja import Field, Schema


class ActivityOut(Schema):
    id: int
    subject_type: str
    subject_id: int
    org_path: str
    position: int
    actor_kind: str
    actor_name: str
    on_behalf: str
    action: str
    at: datetime
    recorded_at: datetime
    before: dict[str, Any]
    after: dict[str, Any]
    reason: str
    request_id: str
    previous_hash: str
    hash: str


class ActivityQuery(Schema):
    subject: str | None = Field(None, description='a record as "app.model:number"')
    actor: str | None = None
    action: str | None = None
    since: date | None = None
    until: date | None = None


class AttachmentOut(Schema):
    id: int
    subject_type: str
    subject_id: int
    name: str
    media_type: str
    size: int
    digest: str
    author_name: str
    at: datetime
    withdrawn_at: datetime | None


class CommentOut(Schema):
    id: int
    subject_type: str
    subject_id: int
    text: str
    author_name: str
    at: datetime
    withdrawn_at: datetime | None
    withdraw_reason: str

    @staticmethod
    def resolve_text(row: Any) -> str:
        return "" if row.is_withdrawn else str(row.text)


class CommentIn(Schema):
    text: str = Field(min_length=1, max_length=5000)


class NotificationOut(Schema):
    id: int
    subject_type: str
    subject_id: int
    text: str
    at: datetime
    read_at: datetime | None

    @staticmethod
    def resolve_text(row: Any) -> str:
        from bihuan.records.selectors import message_of

        return message_of(row)


class UnreadOut(Schema):
    count: int


class ReadIn(Schema):
    ids: list[int] | None = Field(None, description="all unread ones when absent")


class HitOut(Schema):
    subject_type: str
    subject_id: int
    kind: str
    number: str
    title: str
    excerpt: str
    url: str
    unit: str
    updated_at: datetime

    @staticmethod
    def resolve_subject_type(hit: Any) -> str:
        return str(hit.reference.label)

    @staticmethod
    def resolve_subject_id(hit: Any) -> int:
        return int(hit.reference.id)
