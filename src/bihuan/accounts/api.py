"""REST: users, roles, grants, and who am I."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Status
from ninja.errors import HttpError

from bihuan.accounts import schemas, selectors, services
from bihuan.accounts.models import ApiToken, Grant, Role, User
from bihuan.accounts.permissions import ROLES_MANAGE, ROLES_VIEW, USERS_MANAGE, USERS_VIEW
from bihuan.foundation.api import Listing, Paging, ReasonIn, Requires, answers, listing, visible_or_404
from bihuan.foundation.middleware import actor_of
from bihuan.foundation.permissions import SIGNED_IN
from bihuan.organisation.models import OrgUnit, Person

router = Router(tags=["accounts"])


def find_user(request: HttpRequest, pk: int, permission: str) -> User:
    actor = actor_of(request)
    user = User.objects.select_related("person").filter(pk=pk).first()
    path = user.person.org_path if user and user.person else ""
    if user is None or not any(path.startswith(top) for top in actor.all_paths()):
        raise HttpError(404, "not found")
    actor.require(permission, path)
    return user


def find_role(pk: int) -> Role:
    role = Role.objects.filter(pk=pk).first()
    if role is None:
        raise HttpError(404, "not found")
    return role


def role_out(role: Role) -> dict[str, Any]:
    return {
        "id": role.pk,
        "key": role.key,
        "name": role.name,
        "description": role.description,
        "permissions": selectors.role_permissions(role),
    }


@router.get("/me", auth=Requires(SIGNED_IN), response=answers(schemas.MeOut))
def me(request: HttpRequest) -> Any:
    actor = actor_of(request)
    rights = {name: list(paths) for name, paths in actor.grants.items()}
    return {"kind": actor.kind, "name": actor.name, "user_id": actor.user_id, "permissions": rights}


@router.get("/users", auth=Requires(USERS_VIEW), response=answers(Listing[schemas.UserOut]))
def list_users(request: HttpRequest, paging: Query[Paging]) -> Any:
    return listing(selectors.users_for(actor_of(request), USERS_VIEW), paging)


@router.post("/users", auth=Requires(USERS_MANAGE), response=answers(schemas.UserCreated, 201))
def create_user(request: HttpRequest, given: schemas.UserIn) -> Any:
    person = visible_or_404(Person.objects.all(), given.person_id, actor_of(request), USERS_MANAGE)
    user, password = services.user_create(actor=actor_of(request), username=given.username, person=person)
    return Status(201, {"id": user.pk, "username": user.username, "first_password": password})


@router.get("/users/{pk}", auth=Requires(USERS_VIEW), response=answers(schemas.UserOut))
def get_user(request: HttpRequest, pk: int) -> Any:
    return find_user(request, pk, USERS_VIEW)


@router.post("/users/{pk}/lock", auth=Requires(USERS_MANAGE), response=answers(schemas.UserOut))
def lock_user(request: HttpRequest, pk: int, given: schemas.LockIn) -> Any:
    user = find_user(request, pk, USERS_MANAGE)
    return services.user_set_active(user=user, actor=actor_of(request), **given.dict())


@router.post("/users/{pk}/password", auth=Requires(USERS_MANAGE), response=answers(schemas.PasswordOut))
def reset_password(request: HttpRequest, pk: int, given: ReasonIn) -> Any:
    """Set a new random password; it is in this answer and nowhere else."""
    user = find_user(request, pk, USERS_MANAGE)
    return {"password": services.user_reset_password(user=user, actor=actor_of(request), reason=given.reason)}


@router.post("/me/tokens", auth=Requires(SIGNED_IN), response=answers(schemas.TokenCreated, 201))
def create_token(request: HttpRequest, given: schemas.TokenIn) -> Any:
    """A key that acts with the caller's own rights; the secret is in this answer and nowhere else."""
    user = User.objects.get(pk=actor_of(request).user_id or 0)
    token, secret = services.token_create(user=user, name=given.name)
    return Status(201, {"id": token.pk, "name": token.name, "secret": secret})


@router.post("/me/tokens/{pk}/revoke", auth=Requires(SIGNED_IN), response=answers(None, 204))
def revoke_token(request: HttpRequest, pk: int) -> Any:
    token = ApiToken.objects.filter(pk=pk, user=actor_of(request).user_id or 0).first()
    if token is None:
        raise HttpError(404, "not found")
    services.token_revoke(token=token)
    return Status(204, None)


@router.get("/roles", auth=Requires(ROLES_VIEW), response=answers(Listing[schemas.RoleOut]))
def list_roles(request: HttpRequest, paging: Query[Paging]) -> Any:
    return listing(Role.objects.all(), paging, role_out)


@router.post("/roles", auth=Requires(ROLES_MANAGE), response=answers(schemas.RoleOut, 201))
def create_role(request: HttpRequest, given: schemas.RoleIn) -> Any:
    return Status(201, role_out(services.role_save(actor=actor_of(request), role=None, **given.dict())))


@router.put("/roles/{pk}", auth=Requires(ROLES_MANAGE), response=answers(schemas.RoleOut))
def edit_role(request: HttpRequest, pk: int, given: schemas.RoleIn) -> Any:
    return role_out(services.role_save(actor=actor_of(request), role=find_role(pk), **given.dict()))


@router.get("/grants", auth=Requires(USERS_VIEW), response=answers(Listing[schemas.GrantOut]))
def list_grants(request: HttpRequest, paging: Query[Paging]) -> Any:
    return listing(Grant.objects.for_permission(actor_of(request), USERS_VIEW), paging)


@router.post("/grants", auth=Requires(USERS_MANAGE), response=answers(schemas.GrantOut, 201))
def give_grant(request: HttpRequest, given: schemas.GrantIn) -> Any:
    actor = actor_of(request)
    return Status(
        201,
        services.grant_give(
            actor=actor,
            user=find_user(request, given.user_id, USERS_MANAGE),
            role=find_role(given.role_id),
            unit=visible_or_404(OrgUnit.objects.all(), given.unit_id, actor, USERS_MANAGE),
            since=given.since,
            until=given.until,
        ),
    )


@router.post("/grants/{pk}/end", auth=Requires(USERS_MANAGE), response=answers(None, 204))
def end_grant(request: HttpRequest, pk: int, given: ReasonIn) -> Any:
    grant = visible_or_404(Grant.objects.all(), pk, actor_of(request), USERS_MANAGE)
    services.grant_end(grant=grant, actor=actor_of(request), reason=given.reason)
    return Status(204, None)
