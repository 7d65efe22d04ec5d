"""What the organisation looks like through the API."""

from __future__ import annotations

from datetime import date

from ninja import Schema

from bihuan.organisation.models import Asset, GroupMember, OrgUnit, Person


class UnitOut(Schema):
    id: int
    name: str
    code: str
    kind: str
    parent_id: int | None
    org_path: str
    is_active: bool


class UnitIn(Schema):
    name: str
    code: str
    kind: OrgUnit.Kind
    parent_id: int


class UnitChange(Schema):
    name: str
    code: str
    kind: OrgUnit.Kind


class MoveIn(Schema):
    parent_id: int
    reason: str


class UseIn(Schema):
    is_active: bool
    reason: str


class PersonOut(Schema):
    id: int
    name: str
    staff_number: str
    kind: str
    unit_id: int
    qualification: str
    is_active: bool


class PersonIn(Schema):
    name: str
    staff_number: str
    unit_id: int
    kind: Person.Kind = Person.Kind.STAFF
    qualification: str = ""


class PersonChange(Schema):
    name: str
    unit_id: int
    kind: Person.Kind = Person.Kind.STAFF
    qualification: str = ""


class PostOut(Schema):
    id: int
    name: str
    unit_id: int
    duties: str
    is_head: bool


class PostIn(Schema):
    name: str
    unit_id: int
    duties: str = ""
    is_head: bool = False


class AssignIn(Schema):
    person_id: int
    since: date


class HoldingOut(Schema):
    id: int
    post_id: int
    person_id: int
    since: date
    until: date | None


class EndIn(Schema):
    until: date
    reason: str


class GroupOut(Schema):
    id: int
    name: str
    unit_id: int
    duties: str


class GroupIn(Schema):
    name: str
    unit_id: int
    duties: str = ""


class MemberIn(Schema):
    person_id: int
    role: GroupMember.Role = GroupMember.Role.MEMBER


class AssetOut(Schema):
    id: int
    kind: str
    code: str
    name: str
    unit_id: int
    line_id: int | None
    in_service_since: date | None
    is_active: bool


class AssetIn(Schema):
    kind: Asset.Kind
    code: str
    name: str
    unit_id: int
    line_id: int | None = None
    in_service_since: date | None = None


class AssetChange(Schema):
    name: str
    unit_id: int
    line_id: int | None = None
    in_service_since: date | None = None
