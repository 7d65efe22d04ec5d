"""Forms of ways into a survey."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bihuan.foundation.forms import ActorForm, ScopedModelChoiceField
from bihuan.organisation.models import Asset, OrgUnit
from bihuan.surveys.models import Campaign, Door
from bihuan.surveys.permissions import MANAGE


class DoorForm(ActorForm):
    kind = forms.ChoiceField(label=_("channel"), choices=Door.Kind.choices, widget=forms.RadioSelect)
    label = forms.CharField(
        label=_("name"), max_length=100, required=False, help_text=_("Where it hangs or stands, for the list.")
    )
    unit = ScopedModelChoiceField(
        OrgUnit,
        permission=MANAGE,
        only={"is_active": True},
        label=_("unit"),
        required=False,
        help_text=_("What is answered through it counts for this unit. Empty: for the survey as a whole."),
    )
    sites = forms.CharField(
        label=_("sites that may embed it"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Only for embedding: one address a line, like https://www.example.com."),
    )

    def __init__(self, *args: Any, campaign: Campaign, **more: Any) -> None:
        super().__init__(*args, **more)
        units = self.fields["unit"].queryset  # type: ignore[attr-defined]
        self.fields["unit"].queryset = units.filter(org_path__within=campaign.org_path)  # type: ignore[attr-defined]
        if campaign.frame_ancestors and not self.is_bound:
            self.initial["sites"] = "\n".join(campaign.frame_ancestors)

    def values(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        sites = given.pop("sites").splitlines()
        is_frame = given["kind"] == Door.Kind.FRAME
        return {**given, "ancestors": sites if is_frame else None}


class FleetForm(ActorForm):
    """Codes for many assets at once."""

    kinds = forms.MultipleChoiceField(
        label=_("for"), choices=Asset.Kind.choices, widget=forms.CheckboxSelectMultiple, initial=["vehicle"]
    )
    units = forms.ModelMultipleChoiceField(
        label=_("of these units and those below them"),
        queryset=OrgUnit._base_manager.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    lines = forms.ModelMultipleChoiceField(
        label=_("of these lines"),
        queryset=Asset._base_manager.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("No unit and no line ticked: all of the survey."),
    )

    def __init__(self, *args: Any, campaign: Campaign, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["units"].queryset = OrgUnit.objects.filter(  # type: ignore[attr-defined]
            org_path__within=campaign.org_path, is_active=True, assets__isnull=False
        ).distinct()
        self.fields["lines"].queryset = Asset.objects.filter(  # type: ignore[attr-defined]
            org_path__within=campaign.org_path, kind=Asset.Kind.LINE, is_active=True
        ).order_by("code")


class DoorNameForm(forms.Form):
    label = forms.CharField(label=_("name"), max_length=100, required=False)


class DoorSwitchForm(forms.Form):
    reason = forms.CharField(
        label=_("reason"), widget=forms.Textarea(attrs={"rows": 2}), max_length=500, required=False
    )
