"""Forms of telephone interviews."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bihuan.surveys.forms.campaigns import moment_field
from bihuan.surveys.models import Outcome
from bihuan.surveys.services.calls import ANSWERED


class OutcomeForm(forms.Form):
    outcome = forms.ChoiceField(
        label=_("outcome"),
        choices=[choice for choice in Outcome.choices if choice[0] not in ANSWERED],
        widget=forms.RadioSelect,
    )
    call_back_at = moment_field(label=_("call back at"))
    note = forms.CharField(
        label=_("note"), max_length=300, required=False, help_text=_("For whoever calls next. No answers here.")
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("outcome") == Outcome.CALL_BACK and not given.get("call_back_at") and not self.errors:
            self.add_error("call_back_at", _("Say when to call back."))
        return given
