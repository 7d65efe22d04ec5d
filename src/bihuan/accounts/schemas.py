"""What accounts look like through the API."""

from __future__ import annotations

from datetime import date, datetime

from ninja import Schema


class UserOut(Schema):
    id: int
    username: str
    person_id: int | None
    is_active: bool
    last_login: datetime | None


class UserIn(Schema):
    username: str
    person_id: int


class UserCreated(Schema):
    id: int
    username: str
    first_password: str


class LockIn(Schema):
    is_active: bool
    reason: str


class GrantOut(Schema):
    id: int
    user_id: int
    role_id: int
    unit_id: int
    since: date
    until: date | None


class GrantIn(Schema):
    user_id: int
    role_id: int
    unit_id: int
    since: date
    until: date | None = None


class RoleOut(Schema):
    id: int
    key: str
    name: str
    description: str
    permissions: list[str]


class RoleIn(Schema):
    key: str
    name: str
    description: str = ""
    permissions: list[str]


class MeOut(Schema):
    kind: str
    name: str
    user_id: int | None
    permissions: dict[str, list[str]]


class PasswordOut(Schema):
    password: str


class TokenIn(Schema):
    name: str


class TokenCreated(Schema):
    id: int
    name: str
    secret: str
