"""Pages of users, roles, grants and tokens."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bihuan.accounts import forms, selectors, services, tables
from bihuan.accounts.models import ApiToken, Grant, Role, User
from bihuan.accounts.permissions import ROLES_MANAGE, ROLES_VIEW, USERS_MANAGE, USERS_VIEW
from bihuan.foundation.permissions import SIGNED_IN, declared
from bihuan.foundation.views import ActionView, FormView, GatedView, ListPage, ReasonForm


class UserList(ListPage[Any]):
    required_permission = USERS_VIEW
    table_class = tables.UserTable
    filterset_class = tables.UserFilter
    title = _("Users")
    empty_hint = _("Add the person first, then let them sign in.")
    create_url_name, create_label, create_permission = "accounts:user-create", _("Let somebody sign in"), USERS_MANAGE

    def rows(self) -> QuerySet[Any]:
        return selectors.users_for(self.actor, USERS_VIEW)


class UserView(GatedView):
    """One user: a stranger's does not exist, without the right it is refused."""

    @cached_property
    def user(self) -> User:
        found = User.objects.select_related("person__unit").filter(pk=self.kwargs["pk"]).first()
        path = found.person.org_path if found and found.person else ""
        if found is None or not any(path.startswith(top) for top in self.actor.all_paths()):
            raise Http404
        self.actor.require(self.required_permission, path)
        return found


class UserPage(UserView):
    required_permission = USERS_VIEW

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        person = self.user.person
        context = {
            "record": self.user,
            "title": self.user.display_name,
            "person": person,
            "grants": Grant.objects.filter(user=self.user).select_related("role", "unit"),
            "may_manage": person is not None and self.actor.can(USERS_MANAGE, person.org_path),
            "today": timezone.localdate(),
        }
        return render(request, "accounts/user.html", context)


class UserCreate(FormView):
    required_permission = USERS_MANAGE
    form_class = forms.UserForm
    title, submit_label = _("Let somebody sign in"), _("Add the user")

    def submit(self, form: Any) -> str:
        user, password = services.user_create(actor=self.actor, **form.cleaned_data)
        text = gettext("First password of %(name)s, shown only now: %(password)s")
        messages.success(self.request, text % {"name": user.username, "password": password})
        return user.get_absolute_url()


class UserForm(UserView, FormView):
    required_permission = USERS_MANAGE

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.user  # noqa: B018  asks for the right before anything is shown
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.user  # noqa: B018
        return super().post(request, *args, **kwargs)

    def context(self) -> dict[str, Any]:
        return {"record": self.user}


class UserToggle(UserForm):
    form_class = ReasonForm

    def context(self) -> dict[str, Any]:
        label = _("Lock the user") if self.user.is_active else _("Unlock the user")
        return {"record": self.user, "title": label, "submit_label": label}

    def submit(self, form: Any) -> str:
        services.user_set_active(
            user=self.user, actor=self.actor, is_active=not self.user.is_active, reason=form.cleaned_data["reason"]
        )
        return self.user.get_absolute_url()


class PasswordReset(UserForm):
    form_class = ReasonForm
    title = submit_label = _("Set a new password")

    def submit(self, form: Any) -> str:
        password = services.user_reset_password(user=self.user, actor=self.actor, reason=form.cleaned_data["reason"])
        text = gettext("New password of %(name)s, shown only now: %(password)s")
        messages.success(self.request, text % {"name": self.user.username, "password": password})
        return self.user.get_absolute_url()


class GrantGive(UserForm):
    form_class = forms.GrantForm
    title, submit_label = _("Give a role"), _("Give")

    def initial(self) -> dict[str, Any]:
        person = self.user.person
        return {"since": timezone.localdate(), "unit": person.unit_id if person else None}

    def submit(self, form: Any) -> str:
        services.grant_give(actor=self.actor, user=self.user, **form.cleaned_data)
        return self.user.get_absolute_url()


class GrantEnd(ActionView[Grant]):
    required_permission = USERS_MANAGE
    model = Grant
    form_class = ReasonForm
    title = submit_label = _("End the grant")

    def act(self, record: Grant, form: Any) -> User:
        services.grant_end(grant=record, actor=self.actor, reason=form.cleaned_data["reason"])
        return record.user


class RoleList(ListPage[Any]):
    required_permission = ROLES_VIEW
    table_class = tables.RoleTable
    title = _("Roles")
    empty_hint = _("A role is a set of rights, the same in every unit.")
    create_url_name, create_label, create_permission = "accounts:role-create", _("Add a role"), ROLES_MANAGE

    def rows(self) -> QuerySet[Any]:
        return Role.objects.annotate(
            right_count=Count("permissions", distinct=True), holder_count=Count("grants", distinct=True)
        ).order_by("name")


class RolePage(GatedView):
    required_permission = ROLES_VIEW

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        role = Role.objects.filter(pk=pk).first()
        if role is None:
            raise Http404
        held = set(selectors.role_permissions(role))
        rights: dict[str, list[str]] = {}
        for right in declared().values():
            if right.name in held:
                rights.setdefault(str(right.group), []).append(str(right.label))
        context = {
            "record": role,
            "title": role.name,
            "rights": rights,
            "grants": Grant.objects.filter(role=role).select_related("user__person", "unit"),
            "may_manage": self.actor.can_somewhere(ROLES_MANAGE),
        }
        return render(request, "accounts/role.html", context)


class RoleCreate(FormView):
    required_permission = ROLES_MANAGE
    form_class = forms.RoleForm
    title, submit_label = _("Add a role"), _("Add")

    def submit(self, form: Any) -> str:
        return services.role_save(actor=self.actor, role=None, **form.cleaned_data).get_absolute_url()


class RoleEdit(FormView):
    required_permission = ROLES_MANAGE
    form_class = forms.RoleEditForm
    title, submit_label = _("Change the role"), _("Save")

    @cached_property
    def role(self) -> Role:
        found = Role.objects.filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise Http404
        return found

    def initial(self) -> dict[str, Any]:
        return {
            "name": self.role.name,
            "description": self.role.description,
            "permissions": selectors.role_permissions(self.role),
        }

    def submit(self, form: Any) -> str:
        role = services.role_save(actor=self.actor, role=self.role, key=self.role.key, **form.cleaned_data)
        return role.get_absolute_url()


def me(view: GatedView) -> User:
    assert isinstance(view.request.user, User)
    return view.request.user


class ProfilePage(GatedView):
    required_permission = SIGNED_IN

    def get(self, request: HttpRequest) -> HttpResponseBase:
        user = request.user
        context = {
            "title": gettext("My account"),
            "record": user,
            "grants": selectors.grants_in_force(timezone.localdate())
            .filter(user=me(self))
            .select_related("role", "unit"),
            "tokens": ApiToken.objects.filter(user=me(self), revoked_at__isnull=True),
        }
        return render(request, "accounts/profile.html", context)


class TokenCreate(FormView):
    required_permission = SIGNED_IN
    form_class = forms.TokenForm
    title, submit_label = _("New API token"), _("Create")

    def submit(self, form: Any) -> str:
        assert isinstance(self.request.user, User)
        _token, secret = services.token_create(user=self.request.user, name=form.cleaned_data["name"])
        messages.success(self.request, gettext("The token, shown only now: %(secret)s") % {"secret": secret})
        return reverse("accounts:profile")


class TokenRevoke(FormView):
    required_permission = SIGNED_IN
    form_class = ReasonForm
    title = submit_label = _("Revoke the token")

    def submit(self, form: Any) -> str:
        token = ApiToken.objects.filter(pk=self.kwargs["pk"], user=me(self)).first()
        if token is None:
            raise Http404
        services.token_revoke(token=token)
        return reverse("accounts:profile")
