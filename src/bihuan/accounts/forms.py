"""Forms of the accounts pages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bihuan.accounts.models import Role
from bihuan.accounts.permissions import USERS_MANAGE
from bihuan.foundation.forms import ActorForm, ScopedModelChoiceField
from bihuan.foundation.permissions import declared
from bihuan.organisation.models import OrgUnit, Person


class UserForm(ActorForm):
    person = ScopedModelChoiceField(
        Person, permission=USERS_MANAGE, only={"is_active": True, "user__isnull": True}, label=_("person")
    )
    username = forms.CharField(label=_("user name"), max_length=60)


class GrantForm(ActorForm):
    role = forms.ModelChoiceField(Role.objects.all(), label=_("role"))
    unit = ScopedModelChoiceField(
        OrgUnit, permission=USERS_MANAGE, only={"is_active": True}, label=_("unit"), help_text=_("and all below it")
    )
    since = forms.DateField(label=_("since"), widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(
        label=_("until"), widget=forms.DateInput(attrs={"type": "date"}), required=False, help_text=_("empty: no end")
    )


class RoleForm(forms.Form):
    key = forms.SlugField(label=_("key"), help_text=_("Letters and hyphens; never changes."))
    name = forms.CharField(label=_("name"), max_length=60)
    description = forms.CharField(label=_("description"), max_length=200, required=False)
    permissions = forms.MultipleChoiceField(label=_("rights"), widget=forms.CheckboxSelectMultiple, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups: dict[str, list[tuple[str, str]]] = {}
        for right in declared().values():
            groups.setdefault(str(right.group), []).append((right.name, str(right.label)))
        self.fields["permissions"].choices = list(groups.items())  # type: ignore[attr-defined]


class RoleEditForm(RoleForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["key"]


class TokenForm(forms.Form):
    name = forms.CharField(label=_("name"), max_length=60, help_text=_("Which program will use it."))
