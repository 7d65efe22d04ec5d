"""Forms of the organisation pages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bihuan.foundation.forms import ActorForm, ScopedModelChoiceField
from bihuan.organisation.models import Asset, GroupMember, OrgUnit, Person, Post
from bihuan.organisation.permissions import MANAGE


def unit_field(label: Any) -> ScopedModelChoiceField:
    return ScopedModelChoiceField(OrgUnit, permission=MANAGE, only={"is_active": True}, label=label)


class UnitForm(ActorForm):
    parent = unit_field(_("parent unit"))
    name = forms.CharField(label=_("name"), max_length=100)
    code = forms.CharField(label=_("code"), max_length=30, help_text=_("Short and never reused, as in staff lists."))
    kind = forms.ChoiceField(label=_("kind"), choices=OrgUnit.Kind.choices)


class UnitEditForm(forms.Form):
    name = forms.CharField(label=_("name"), max_length=100)
    code = forms.CharField(label=_("code"), max_length=30)
    kind = forms.ChoiceField(label=_("kind"), choices=OrgUnit.Kind.choices)


class UnitMoveForm(ActorForm):
    parent = unit_field(_("new parent unit"))
    reason = forms.CharField(label=_("reason"), widget=forms.Textarea(attrs={"rows": 3}), max_length=500)


class PersonForm(ActorForm):
    name = forms.CharField(label=_("name"), max_length=60)
    staff_number = forms.CharField(label=_("staff number"), max_length=30)
    unit = unit_field(_("unit"))
    kind = forms.ChoiceField(label=_("kind"), choices=Person.Kind.choices)
    qualification = forms.CharField(label=_("qualification"), max_length=200, required=False)


class PersonEditForm(ActorForm):
    name = forms.CharField(label=_("name"), max_length=60)
    unit = unit_field(_("unit"))
    kind = forms.ChoiceField(label=_("kind"), choices=Person.Kind.choices)
    qualification = forms.CharField(label=_("qualification"), max_length=200, required=False)


class PostForm(ActorForm):
    unit = unit_field(_("unit"))
    name = forms.CharField(label=_("name"), max_length=60)
    duties = forms.CharField(label=_("written duties"), widget=forms.Textarea(attrs={"rows": 5}), required=False)
    is_head = forms.BooleanField(label=_("heads the unit"), required=False)


class AssignForm(ActorForm):
    post = ScopedModelChoiceField(Post, permission=MANAGE, label=_("post"))
    since = forms.DateField(label=_("since"), widget=forms.DateInput(attrs={"type": "date"}))


class ReleaseForm(forms.Form):
    until = forms.DateField(label=_("last day"), widget=forms.DateInput(attrs={"type": "date"}))
    reason = forms.CharField(label=_("reason"), widget=forms.Textarea(attrs={"rows": 3}), max_length=500)


class GroupForm(ActorForm):
    unit = unit_field(_("unit"))
    name = forms.CharField(label=_("name"), max_length=100)
    duties = forms.CharField(label=_("written duties"), widget=forms.Textarea(attrs={"rows": 5}), required=False)


class MemberForm(ActorForm):
    person = ScopedModelChoiceField(Person, permission=MANAGE, only={"is_active": True}, label=_("person"))
    role = forms.ChoiceField(label=_("role"), choices=GroupMember.Role.choices)


class AssetEditForm(ActorForm):
    name = forms.CharField(label=_("name"), max_length=100)
    unit = unit_field(_("unit"))
    line = ScopedModelChoiceField(Asset, only={"kind": "line", "is_active": True}, label=_("line"), required=False)
    in_service_since = forms.DateField(
        label=_("in service since"), widget=forms.DateInput(attrs={"type": "date"}), required=False
    )


class AssetForm(AssetEditForm):
    kind = forms.ChoiceField(label=_("kind"), choices=Asset.Kind.choices)
    code = forms.CharField(label=_("code"), max_length=40, help_text=_("Line number, plate or counter number."))

    field_order = ["kind", "code", "name", "unit", "line", "in_service_since"]
