"""What calendars, policies and clocks look like through the API."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from ninja import Schema


class CalendarOut(Schema):
    id: int
    name: str
    unit_id: int
    version: int
    published_through: date | None
    body: dict[str, Any]


class CalendarIn(Schema):
    unit_id: int
    name: str
    body: dict[str, Any]
    note: str


class CalendarVersionIn(Schema):
    body: dict[str, Any]
    note: str


class PolicyOut(Schema):
    id: int
    key: str
    name: str
    unit_id: int
    version: int
    clause: str
    rule: dict[str, Any]


class PolicyIn(Schema):
    unit_id: int
    key: str
    name: str
    rule: dict[str, Any]
    clause: str = ""
    note: str


class PolicyVersionIn(Schema):
    rule: dict[str, Any]
    clause: str = ""
    note: str


class ClockOut(Schema):
    id: int
    subject_type: str
    subject_id: int
    subject_label: str
    policy_key: str
    clause: str
    started_at: datetime
    due_at: datetime | None
    original_due_at: datetime | None
    warn_at: datetime | None
    status: str
    is_provisional: bool
    outcome: str
    closed_at: datetime | None


class LedgerOut(Schema):
    clock: ClockOut
    state: dict[str, Any]
