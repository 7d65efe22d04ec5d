"""Opening and shutting public forms."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from bihuan.cases import permissions as may
from bihuan.foundation.forms import ActorForm, ScopedModelChoiceField
from bihuan.organisation.models import Asset, OrgUnit


def desk_field() -> ScopedModelChoiceField:
    return ScopedModelChoiceField(OrgUnit, permission=may.CRITERIA, only={"is_active": True}, label=_("taken in by"))


class DoorForm(ActorForm):
    desk = desk_field()
    title = forms.CharField(label=_("title"), max_length=100)
    asset = ScopedModelChoiceField(
        Asset,
        only={"is_active": True},
        label=_("line, vehicle or place"),
        required=False,
        help_text=_("Empty: for the website."),
    )


class DoorsForm(ActorForm):
    desk = desk_field()
    kind = forms.ChoiceField(label=_("kind"), choices=Asset.Kind.choices, widget=forms.RadioSelect)
    unit = ScopedModelChoiceField(OrgUnit, only={"is_active": True}, label=_("unit"), required=False)

    def assets(self) -> QuerySet[Asset]:
        given: dict[str, Any] = self.cleaned_data
        rows = Asset.objects.filter(kind=given["kind"], is_active=True)
        return rows.filter(org_path__within=given["unit"].org_path) if given["unit"] else rows


class SwitchForm(forms.Form):
    is_active = forms.BooleanField(label=_("open to everybody"), required=False)
    reason = forms.CharField(label=_("reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))
