"""Acts on the organisation. Every one leaves a line in the activity log."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Value
from django.db.models.functions import Concat, Substr
from django.utils.translation import gettext as _

from bihuan.foundation.activity import activity, save_fields
from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import ActionNotAllowedError, BadInputError
from bihuan.foundation.events import emit
from bihuan.foundation.models import ScopedModel
from bihuan.organisation.events import UnitMoved
from bihuan.organisation.models import Asset, GroupMember, OrgUnit, Person, Post, PostHolding, WorkingGroup
from bihuan.organisation.permissions import MANAGE


def _insert(record: ScopedModel, actor: Actor, place: str, taken: str) -> None:
    try:
        with transaction.atomic():
            record.save(force_insert=True)
    except IntegrityError as error:
        raise BadInputError(taken, place=place) from error


@transaction.atomic
def unit_create(*, actor: Actor, name: str, code: str, kind: str, parent: OrgUnit | None) -> OrgUnit:
    """Add a unit below ``parent``; its path ends with its own number."""
    actor.require(MANAGE, parent.org_path if parent else "/")
    if OrgUnit._base_manager.filter(code=code).exists():
        raise BadInputError(_("This code is taken."), place="code")
    above = parent.org_path if parent else "/"
    # The number is known only after the row exists; the parent's path keeps the fence meanwhile.
    unit = OrgUnit(name=name, code=code, kind=kind, parent=parent, org_path=above)
    unit.save(force_insert=True)
    unit.org_path = f"{above}{unit.pk}/"
    unit.save(update_fields=["org_path"])
    activity(unit, "create", actor=actor, after={"name": name, "code": code, "kind": kind, "parent": parent})
    return unit


def unit_edit(*, unit: OrgUnit, actor: Actor, name: str, code: str, kind: str) -> OrgUnit:
    actor.require(MANAGE, unit.org_path)
    if OrgUnit._base_manager.filter(code=code).exclude(pk=unit.pk).exists():
        raise BadInputError(_("This code is taken."), place="code")
    with transaction.atomic():
        save_fields(unit, {"name": name, "code": code, "kind": kind}, actor=actor)
    return unit


@transaction.atomic
def unit_move(*, unit: OrgUnit, actor: Actor, parent: OrgUnit, reason: str) -> OrgUnit:
    """Put a unit with all below it under another; people, posts, groups and assets go along, history stays."""
    actor.require(MANAGE, unit.org_path)
    actor.require(MANAGE, parent.org_path)
    if parent.org_path.startswith(unit.org_path):
        raise ActionNotAllowedError(_("A unit cannot be put below itself."))
    old, new = unit.org_path, f"{parent.org_path}{unit.pk}/"
    if old == new:
        return unit
    rest = Substr("org_path", len(old) + 1)
    for model in (OrgUnit, Person, Post, PostHolding, WorkingGroup, GroupMember, Asset):
        rows = model._base_manager.filter(org_path__within=old)
        rows.update(org_path=Concat(Value(new), rest))
    OrgUnit._base_manager.filter(pk=unit.pk).update(parent=parent)
    unit.org_path, unit.parent = new, parent
    activity(unit, "move", actor=actor, before={"org_path": old}, after={"org_path": new}, reason=reason)
    emit(UnitMoved(unit.pk, old, new))
    return unit


@transaction.atomic
def unit_set_active(*, unit: OrgUnit, actor: Actor, is_active: bool, reason: str) -> OrgUnit:
    actor.require(MANAGE, unit.org_path)
    if not is_active:
        below = OrgUnit.objects.filter(org_path__within=unit.org_path, is_active=True).exclude(pk=unit.pk)
        if below.exists():
            raise ActionNotAllowedError(_("There are active units below it."))
        if Person.objects.filter(unit=unit, is_active=True).exists():
            raise ActionNotAllowedError(_("There are still people in it."))
    save_fields(unit, {"is_active": is_active}, actor=actor, reason=reason)
    return unit


@transaction.atomic
def person_create(
    *, actor: Actor, name: str, staff_number: str, unit: OrgUnit, kind: str = "staff", qualification: str = ""
) -> Person:
    actor.require(MANAGE, unit.org_path)
    person = Person(
        name=name,
        staff_number=staff_number,
        unit=unit,
        kind=kind,
        qualification=qualification,
        org_path=unit.org_path,
    )
    _insert(person, actor, "staff_number", _("This staff number is taken."))
    activity(person, "create", actor=actor, after={"staff_number": staff_number, "unit": unit, "kind": kind})
    return person


@transaction.atomic
def person_edit(*, person: Person, actor: Actor, name: str, unit: OrgUnit, kind: str, qualification: str) -> Person:
    actor.require(MANAGE, person.org_path)
    actor.require(MANAGE, unit.org_path)
    values = {"name": name, "unit": unit, "kind": kind, "qualification": qualification, "org_path": unit.org_path}
    save_fields(person, values, actor=actor)
    return person


@transaction.atomic
def person_set_active(*, person: Person, actor: Actor, is_active: bool, reason: str) -> Person:
    actor.require(MANAGE, person.org_path)
    save_fields(person, {"is_active": is_active}, actor=actor, reason=reason)
    return person


@transaction.atomic
def post_create(*, actor: Actor, unit: OrgUnit, name: str, duties: str = "", is_head: bool = False) -> Post:
    actor.require(MANAGE, unit.org_path)
    post = Post(unit=unit, name=name, duties=duties, is_head=is_head, org_path=unit.org_path)
    _insert(post, actor, "name", _("The unit has a post of this name."))
    activity(post, "create", actor=actor, after={"name": name, "unit": unit})
    return post


@transaction.atomic
def post_assign(*, post: Post, person: Person, since: date, actor: Actor) -> PostHolding:
    """From ``since`` the post is this person's; whoever held it until then ends the day before."""
    actor.require(MANAGE, post.org_path)
    running = PostHolding.objects.filter(post=post, until__isnull=True)
    for holding in running:
        if holding.since >= since:
            raise BadInputError(_("The post was taken after this day."), place="since")
        save_fields(holding, {"until": since - timedelta(days=1)}, actor=actor)
    holding = PostHolding.objects.create(post=post, person=person, since=since, org_path=post.org_path)
    activity(post, "assign", actor=actor, after={"person": person, "since": since})
    return holding


@transaction.atomic
def post_release(*, holding: PostHolding, until: date, actor: Actor, reason: str) -> PostHolding:
    actor.require(MANAGE, holding.org_path)
    if until < holding.since:
        raise BadInputError(_("The last day is before the first."), place="until")
    save_fields(holding, {"until": until}, actor=actor, reason=reason)
    return holding


@transaction.atomic
def group_create(*, actor: Actor, unit: OrgUnit, name: str, duties: str = "") -> WorkingGroup:
    actor.require(MANAGE, unit.org_path)
    group = WorkingGroup.objects.create(unit=unit, name=name, duties=duties, org_path=unit.org_path)
    activity(group, "create", actor=actor, after={"name": name, "unit": unit})
    return group


@transaction.atomic
def group_member_add(*, group: WorkingGroup, person: Person, role: str, actor: Actor) -> GroupMember:
    actor.require(MANAGE, group.org_path)
    member = GroupMember(group=group, person=person, role=role, org_path=group.org_path)
    _insert(member, actor, "person", _("This person is a member already."))
    activity(group, "add_member", actor=actor, after={"person": person, "role": role})
    return member


@transaction.atomic
def group_member_remove(*, member: GroupMember, actor: Actor, reason: str) -> None:
    actor.require(MANAGE, member.org_path)
    activity(member.group, "remove_member", actor=actor, before={"person": member.person}, reason=reason)
    member.delete()


@transaction.atomic
def asset_create(
    *,
    actor: Actor,
    kind: str,
    code: str,
    name: str,
    unit: OrgUnit,
    line: Asset | None = None,
    in_service_since: date | None = None,
) -> Asset:
    actor.require(MANAGE, unit.org_path)
    asset = Asset(
        kind=kind,
        code=code,
        name=name,
        unit=unit,
        line=line,
        in_service_since=in_service_since,
        org_path=unit.org_path,
    )
    _insert(asset, actor, "code", _("This code is taken."))
    activity(asset, "create", actor=actor, after={"kind": kind, "code": code, "unit": unit})
    return asset


@transaction.atomic
def asset_edit(*, asset: Asset, actor: Actor, values: Mapping[str, Any]) -> Asset:
    """Change name, unit, line or date; the asset's own kind and code stay."""
    actor.require(MANAGE, asset.org_path)
    unit: OrgUnit = values["unit"]
    actor.require(MANAGE, unit.org_path)
    save_fields(asset, {**values, "org_path": unit.org_path}, actor=actor)
    return asset


@transaction.atomic
def asset_set_active(*, asset: Asset, actor: Actor, is_active: bool, reason: str) -> Asset:
    actor.require(MANAGE, asset.org_path)
    save_fields(asset, {"is_active": is_active}, actor=actor, reason=reason)
    return asset
