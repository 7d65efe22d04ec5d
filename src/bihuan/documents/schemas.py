"""What issued papers look like through the API."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ninja import Schema


class IssuedOut(Schema):
    id: int
    subject_type: str
    subject_id: int
    kind: str
    version: int
    number: str
    title: str
    digest: str
    issued_at: datetime
    issued_by_name: str


class IssuedWhole(IssuedOut):
    content: dict[str, Any]
