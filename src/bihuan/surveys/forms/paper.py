"""Forms of questionnaires on paper."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.foundation.forms import ActorForm, ScopedModelChoiceField
from bihuan.organisation.models import OrgUnit
from bihuan.surveys.forms.imports import day_field
from bihuan.surveys.models import Campaign
from bihuan.surveys.permissions import FIELD
from bihuan.surveys.services.paper import Keyed


class BatchForm(forms.Form):
    label = forms.CharField(
        label=_("where it was handed out"), max_length=100, required=False, help_text=_("A line, a stop, a date.")
    )
    issued = forms.IntegerField(label=_("handed out"), min_value=1, max_value=1_000_000)
    issued_on = day_field(label=_("handed out on"))
    returned = forms.IntegerField(
        label=pgettext_lazy("paper", "returned"),
        min_value=0,
        max_value=1_000_000,
        initial=0,
        help_text=_("Counted by hand; how many are valid follows from keying them."),
    )


class BatchNewForm(ActorForm, BatchForm):
    unit = ScopedModelChoiceField(OrgUnit, permission=FIELD, only={"is_active": True}, label=_("unit"))
    field_order = ("unit", "label", "issued", "issued_on", "returned")

    def __init__(self, *args: Any, campaign: Campaign, **more: Any) -> None:
        super().__init__(*args, **more)
        units = self.fields["unit"].queryset.filter(org_path__within=campaign.org_path)  # type: ignore[attr-defined]
        chosen = list(campaign.units.values_list("unit_id", flat=True))
        self.fields["unit"].queryset = units.filter(pk__in=chosen) if chosen else units  # type: ignore[attr-defined]
        self.fields["issued_on"].initial = timezone.localdate


class SheetForm(forms.Form):
    """What stands on a sheet besides the answers."""

    number = forms.CharField(label=_("sheet number"), max_length=20)
    answered_on = day_field(label=_("answered on"))
    remark = forms.CharField(
        label=_("handler's remark"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )

    def keyed(self, answers: dict[str, Any]) -> Keyed:
        given = self.cleaned_data
        return Keyed(answers=answers, answered_on=given["answered_on"], remark=given["remark"])


class SetAsideForm(forms.Form):
    number = forms.CharField(label=_("sheet number"), max_length=20)
    reason = forms.ChoiceField(
        label=_("why it is not valid"),
        choices=[
            (str(reason), reason)
            for reason in (
                _("blank"),
                _("too little answered"),
                _("torn or illegible"),
                _("filled in by the staff"),
                _("refused"),
            )
        ],
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        # Put into words when it is asked, so that the reason is stored in the office's language.
        choices = self.fields["reason"].choices  # type: ignore[attr-defined]
        self.fields["reason"].choices = [(str(label), label) for _key, label in choices]  # type: ignore[attr-defined]


class RemarkForm(forms.Form):
    remark = forms.CharField(
        label=_("handler's remark"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )
