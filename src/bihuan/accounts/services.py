"""Acts on users, roles, grants and tokens."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import date, timedelta

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.accounts import selectors
from bihuan.accounts.models import ApiToken, Grant, Role, RolePermission, User
from bihuan.accounts.permissions import ROLES_MANAGE, USERS_MANAGE
from bihuan.foundation.activity import activity
from bihuan.foundation.actor import NOBODY, Actor
from bihuan.foundation.errors import BadInputError, NotPermittedError
from bihuan.foundation.permissions import declared
from bihuan.organisation.models import OrgUnit, Person


def actor_of_secret(secret: str) -> Actor:
    """Whom an API token stands for, with the grants of today; nobody where it is not known or revoked."""
    token = selectors.live_token(secret)
    if token is None:
        return NOBODY
    today = timezone.localdate()
    if token.last_used_on != today:
        ApiToken.objects.filter(pk=token.pk).update(last_used_on=today)
    return selectors.actor_of_user(token.user, "token")


def actor_of_request(request: HttpRequest) -> Actor:
    """Whoever the session or the bearer token stands for, with the grants of today."""
    header = request.headers.get("Authorization", "")
    if header.startswith("Bearer "):
        return actor_of_secret(header.removeprefix("Bearer ").strip())
    user = request.user
    if isinstance(user, User) and user.is_authenticated:
        return selectors.actor_of_user(user)
    return NOBODY


def require_over(actor: Actor, user: User) -> Person:
    """The actor must manage users of the unit this user belongs to."""
    if user.person is None:
        raise NotPermittedError()
    actor.require(USERS_MANAGE, user.person.org_path)
    return user.person


@transaction.atomic
def user_create(*, actor: Actor, username: str, person: Person) -> tuple[User, str]:
    """Let a person sign in; returns the user and the first password, which is shown once."""
    actor.require(USERS_MANAGE, person.org_path)
    if User.objects.filter(username__iexact=username).exists():
        raise BadInputError(_("This user name is taken."), place="username")
    if User.objects.filter(person=person).exists():
        raise BadInputError(_("This person can sign in already."), place="person")
    password = secrets.token_urlsafe(12)
    user = User.objects.create_user(username, password=password, person=person)
    activity(person, "user_create", actor=actor, after={"username": username})
    return user, password


@transaction.atomic
def user_set_active(*, user: User, actor: Actor, is_active: bool, reason: str) -> User:
    person = require_over(actor, user)
    if user.pk == actor.user_id:
        raise BadInputError(_("Nobody locks themselves out."))
    User.objects.filter(pk=user.pk).update(is_active=is_active)
    activity(
        person,
        "user_lock" if not is_active else "user_unlock",
        actor=actor,
        after={"username": user.username},
        reason=reason,
    )
    user.is_active = is_active
    return user


@transaction.atomic
def user_reset_password(*, user: User, actor: Actor, reason: str) -> str:
    """Set a new random password; open sessions of the user end with it."""
    person = require_over(actor, user)
    password = secrets.token_urlsafe(12)
    user.set_password(password)
    user.save(update_fields=["password"])
    activity(person, "password_reset", actor=actor, after={"username": user.username}, reason=reason)
    return password


@transaction.atomic
def first_administrator(*, username: str, password: str, unit: OrgUnit, actor: Actor) -> User:
    """Set-up only: somebody who may do everything in ``unit``."""
    try:
        validate_password(password)
    except ValidationError as error:
        raise BadInputError(" ".join(error.messages), place="password") from error
    role, created = Role.objects.get_or_create(key="administrator", defaults={"name": _("Administrator")})
    if created:
        RolePermission.objects.bulk_create(RolePermission(role=role, permission=name) for name in declared())
    person = Person.objects.create(name=username, staff_number=f"admin-{username}", unit=unit, org_path=unit.org_path)
    user = User.objects.create_user(username, password=password, person=person)
    Grant.objects.create(user=user, role=role, unit=unit, org_path=unit.org_path, since=timezone.localdate())
    activity(person, "user_create", actor=actor, after={"username": username})
    return user


def check_permissions(names: Iterable[str]) -> list[str]:
    wanted = sorted(set(names))
    unknown = [name for name in wanted if name not in declared()]
    if unknown:
        raise BadInputError(_("Unknown right: %(name)s") % {"name": unknown[0]}, place="permissions")
    return wanted


def require_root(actor: Actor) -> None:
    if not actor.can_somewhere(ROLES_MANAGE):
        raise NotPermittedError()


@transaction.atomic
def role_save(
    *, actor: Actor, role: Role | None, key: str, name: str, description: str, permissions: Iterable[str]
) -> Role:
    """Create or change a role. Nobody hands out a right they do not hold themselves."""
    require_root(actor)
    wanted = check_permissions(permissions)
    held = set(selectors.role_permissions(role)) if role else set()
    beyond = [each for each in wanted if each not in held and not actor.can_somewhere(each)]
    if beyond:
        raise NotPermittedError(_("You do not hold the right %(name)s yourself.") % {"name": beyond[0]})
    if role is None:
        try:
            with transaction.atomic():
                role = Role.objects.create(key=key, name=name, description=description)
        except IntegrityError as error:
            raise BadInputError(_("This key is taken."), place="key") from error
    else:
        role.name, role.description = name, description
        role.save(update_fields=["name", "description"])
    RolePermission.objects.filter(role=role).exclude(permission__in=wanted).delete()
    RolePermission.objects.bulk_create(
        RolePermission(role=role, permission=each) for each in wanted if each not in held
    )
    home = OrgUnit.objects.order_by("org_path").first()
    if home is not None:
        activity(
            home,
            "role_change",
            actor=actor,
            before={"permissions": sorted(held)},
            after={"permissions": wanted},
            reason=name,
        )
    return role


@transaction.atomic
def grant_give(*, actor: Actor, user: User, role: Role, unit: OrgUnit, since: date, until: date | None = None) -> Grant:
    """Give a role on a unit and all below it; only what the giver holds there may be given."""
    require_over(actor, user)
    actor.require(USERS_MANAGE, unit.org_path)
    if until is not None and until < since:
        raise BadInputError(_("The last day is before the first."), place="until")
    beyond = [name for name in selectors.role_permissions(role) if not actor.can(name, unit.org_path)]
    if beyond:
        raise NotPermittedError(_("You do not hold the right %(name)s there yourself.") % {"name": beyond[0]})
    grant = Grant(user=user, role=role, unit=unit, org_path=unit.org_path, since=since, until=until)
    try:
        with transaction.atomic():
            grant.save(force_insert=True)
    except IntegrityError as error:
        raise BadInputError(_("This grant exists already.")) from error
    activity(grant, "grant", actor=actor, after={"user": user, "role": role.name, "unit": unit, "since": since})
    return grant


@transaction.atomic
def grant_end(*, grant: Grant, actor: Actor, reason: str) -> None:
    """End a grant today; a grant that has not begun yet is taken back whole."""
    actor.require(USERS_MANAGE, grant.org_path)
    activity(grant, "grant_end", actor=actor, before={"role": grant.role.name, "user": grant.user}, reason=reason)
    today = timezone.localdate()
    if grant.since >= today:
        grant.delete()
    else:
        grant.until = today - timedelta(days=1)
        grant.save(update_fields=["until"])


@transaction.atomic
def token_create(*, user: User, name: str) -> tuple[ApiToken, str]:
    """A key for a program that acts as this user; the secret is shown once and stored hashed."""
    secret = secrets.token_urlsafe(32)
    token = ApiToken.objects.create(user=user, name=name, digest=selectors.token_digest(secret), hint=secret[-4:])
    return token, secret


@transaction.atomic
def token_revoke(*, token: ApiToken) -> None:
    ApiToken.objects.filter(pk=token.pk, revoked_at__isnull=True).update(revoked_at=timezone.now())


def today_seen(*, user_id: int) -> None:
    """Remember when the person last looked at Today, for "new since"."""
    User.objects.filter(pk=user_id).update(last_seen_today_at=timezone.now())
