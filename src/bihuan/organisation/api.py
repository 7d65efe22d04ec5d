"""REST: units, people, posts, groups, assets."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Status

from bihuan.foundation.api import Listing, Paging, ReasonIn, Requires, answers, listing, visible_or_404
from bihuan.foundation.middleware import actor_of
from bihuan.foundation.models import ScopedModel
from bihuan.organisation import schemas, services
from bihuan.organisation.models import Asset, GroupMember, OrgUnit, Person, Post, PostHolding, WorkingGroup
from bihuan.organisation.permissions import MANAGE, VIEW

router = Router(tags=["organisation"])


def find(request: HttpRequest, model: type[ScopedModel], pk: int, permission: str = MANAGE) -> Any:
    return visible_or_404(model.objects.all(), pk, actor_of(request), permission)


@router.get("/units", auth=Requires(VIEW), response=answers(Listing[schemas.UnitOut]))
def list_units(request: HttpRequest, paging: Query[Paging]) -> Any:
    return listing(OrgUnit.objects.for_permission(actor_of(request), VIEW), paging)


@router.post("/units", auth=Requires(MANAGE), response=answers(schemas.UnitOut, 201))
def create_unit(request: HttpRequest, given: schemas.UnitIn) -> Any:
    parent = find(request, OrgUnit, given.parent_id)
    return Status(
        201,
        services.unit_create(actor=actor_of(request), name=given.name, code=given.code, kind=given.kind, parent=parent),
    )


@router.get("/units/{pk}", auth=Requires(VIEW), response=answers(schemas.UnitOut))
def get_unit(request: HttpRequest, pk: int) -> Any:
    return find(request, OrgUnit, pk, VIEW)


@router.put("/units/{pk}", auth=Requires(MANAGE), response=answers(schemas.UnitOut))
def edit_unit(request: HttpRequest, pk: int, given: schemas.UnitChange) -> Any:
    return services.unit_edit(unit=find(request, OrgUnit, pk), actor=actor_of(request), **given.dict())


@router.post("/units/{pk}/move", auth=Requires(MANAGE), response=answers(schemas.UnitOut))
def move_unit(request: HttpRequest, pk: int, given: schemas.MoveIn) -> Any:
    parent = find(request, OrgUnit, given.parent_id)
    unit = find(request, OrgUnit, pk)
    return services.unit_move(unit=unit, actor=actor_of(request), parent=parent, reason=given.reason)


@router.post("/units/{pk}/use", auth=Requires(MANAGE), response=answers(schemas.UnitOut))
def use_unit(request: HttpRequest, pk: int, given: schemas.UseIn) -> Any:
    return services.unit_set_active(unit=find(request, OrgUnit, pk), actor=actor_of(request), **given.dict())


@router.get("/people", auth=Requires(VIEW), response=answers(Listing[schemas.PersonOut]))
def list_people(request: HttpRequest, paging: Query[Paging]) -> Any:
    return listing(Person.objects.for_permission(actor_of(request), VIEW), paging)


@router.post("/people", auth=Requires(MANAGE), response=answers(schemas.PersonOut, 201))
def create_person(request: HttpRequest, given: schemas.PersonIn) -> Any:
    values = given.dict(exclude={"unit_id"})
    return Status(
        201, services.person_create(actor=actor_of(request), unit=find(request, OrgUnit, given.unit_id), **values)
    )


@router.get("/people/{pk}", auth=Requires(VIEW), response=answers(schemas.PersonOut))
def get_person(request: HttpRequest, pk: int) -> Any:
    return find(request, Person, pk, VIEW)


@router.put("/people/{pk}", auth=Requires(MANAGE), response=answers(schemas.PersonOut))
def edit_person(request: HttpRequest, pk: int, given: schemas.PersonChange) -> Any:
    person, unit = find(request, Person, pk), find(request, OrgUnit, given.unit_id)
    return services.person_edit(person=person, actor=actor_of(request), unit=unit, **given.dict(exclude={"unit_id"}))


@router.post("/people/{pk}/use", auth=Requires(MANAGE), response=answers(schemas.PersonOut))
def use_person(request: HttpRequest, pk: int, given: schemas.UseIn) -> Any:
    return services.person_set_active(person=find(request, Person, pk), actor=actor_of(request), **given.dict())


@router.get("/posts", auth=Requires(VIEW), response=answers(Listing[schemas.PostOut]))
def list_posts(request: HttpRequest, paging: Query[Paging]) -> Any:
    return listing(Post.objects.for_permission(actor_of(request), VIEW), paging)


@router.post("/posts", auth=Requires(MANAGE), response=answers(schemas.PostOut, 201))
def create_post(request: HttpRequest, given: schemas.PostIn) -> Any:
    unit = find(request, OrgUnit, given.unit_id)
    return Status(201, services.post_create(actor=actor_of(request), unit=unit, **given.dict(exclude={"unit_id"})))


@router.post("/posts/{pk}/assign", auth=Requires(MANAGE), response=answers(schemas.HoldingOut, 201))
def assign_post(request: HttpRequest, pk: int, given: schemas.AssignIn) -> Any:
    post, person = find(request, Post, pk), find(request, Person, given.person_id)
    return Status(201, services.post_assign(post=post, person=person, since=given.since, actor=actor_of(request)))


@router.get("/groups", auth=Requires(VIEW), response=answers(Listing[schemas.GroupOut]))
def list_groups(request: HttpRequest, paging: Query[Paging]) -> Any:
    return listing(WorkingGroup.objects.for_permission(actor_of(request), VIEW), paging)


@router.post("/groups", auth=Requires(MANAGE), response=answers(schemas.GroupOut, 201))
def create_group(request: HttpRequest, given: schemas.GroupIn) -> Any:
    unit = find(request, OrgUnit, given.unit_id)
    return Status(201, services.group_create(actor=actor_of(request), unit=unit, name=given.name, duties=given.duties))


@router.post("/groups/{pk}/members", auth=Requires(MANAGE), response=answers(schemas.GroupOut, 201))
def add_member(request: HttpRequest, pk: int, given: schemas.MemberIn) -> Any:
    group, person = find(request, WorkingGroup, pk), find(request, Person, given.person_id)
    services.group_member_add(group=group, person=person, role=given.role, actor=actor_of(request))
    return Status(201, group)


@router.post("/members/{pk}/remove", auth=Requires(MANAGE), response=answers(None, 204))
def remove_member(request: HttpRequest, pk: int, given: ReasonIn) -> Any:
    services.group_member_remove(member=find(request, GroupMember, pk), actor=actor_of(request), reason=given.reason)
    return Status(204, None)


@router.post("/holdings/{pk}/end", auth=Requires(MANAGE), response=answers(schemas.HoldingOut))
def end_holding(request: HttpRequest, pk: int, given: schemas.EndIn) -> Any:
    holding = find(request, PostHolding, pk)
    return services.post_release(holding=holding, until=given.until, actor=actor_of(request), reason=given.reason)


@router.get("/assets", auth=Requires(VIEW), response=answers(Listing[schemas.AssetOut]))
def list_assets(request: HttpRequest, paging: Query[Paging]) -> Any:
    return listing(Asset.objects.for_permission(actor_of(request), VIEW), paging)


@router.post("/assets", auth=Requires(MANAGE), response=answers(schemas.AssetOut, 201))
def create_asset(request: HttpRequest, given: schemas.AssetIn) -> Any:
    unit = find(request, OrgUnit, given.unit_id)
    line = find(request, Asset, given.line_id) if given.line_id else None
    values = given.dict(exclude={"unit_id", "line_id"})
    return Status(201, services.asset_create(actor=actor_of(request), unit=unit, line=line, **values))


@router.get("/assets/{pk}", auth=Requires(VIEW), response=answers(schemas.AssetOut))
def get_asset(request: HttpRequest, pk: int) -> Any:
    return find(request, Asset, pk, VIEW)


@router.put("/assets/{pk}", auth=Requires(MANAGE), response=answers(schemas.AssetOut))
def edit_asset(request: HttpRequest, pk: int, given: schemas.AssetChange) -> Any:
    asset = find(request, Asset, pk)
    values = {
        "name": given.name,
        "unit": find(request, OrgUnit, given.unit_id),
        "line": find(request, Asset, given.line_id) if given.line_id else None,
        "in_service_since": given.in_service_since,
    }
    return services.asset_edit(asset=asset, actor=actor_of(request), values=values)


@router.post("/assets/{pk}/use", auth=Requires(MANAGE), response=answers(schemas.AssetOut))
def use_asset(request: HttpRequest, pk: int, given: schemas.UseIn) -> Any:
    return services.asset_set_active(asset=find(request, Asset, pk), actor=actor_of(request), **given.dict())
