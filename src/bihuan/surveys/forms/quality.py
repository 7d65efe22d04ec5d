"""Thresholds of answer quality, and why an answer is taken out."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bihuan.surveys.quality.words import RULE_HELP, RULE_LABELS, THRESHOLDS

# Rule: usual value when it is switched on, lowest and highest allowed, step.
BOUNDS: dict[str, tuple[float, float, float, float]] = {
    "speed": (0.4, 0.05, 0.95, 0.05),
    "seconds_per_item": (1.0, 0.1, 10.0, 0.1),
    "longstring": (0.8, 0.3, 1.0, 0.05),
    "variability": (0.2, 0.0, 3.0, 0.05),
    "even_odd": (0.0, -1.0, 0.95, 0.05),
    "synonyms": (0.0, -1.0, 0.95, 0.05),
    "mahalanobis": (0.001, 0.00001, 0.05, 0.00001),
    "attention": (1, 1, 10, 1),
    "blank": (0.5, 0.05, 0.95, 0.05),
    "cluster": (4.0, 2.0, 20.0, 0.5),
}


class RulesForm(forms.Form):
    """Each rule: applied or not, and from which value on."""

    reason = forms.CharField(
        label=_("why the rules change"),
        max_length=300,
        help_text=_("Stands beside the new version for whoever reads it."),
    )

    def __init__(self, *args: Any, thresholds: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.thresholds = thresholds
        for rule, name in THRESHOLDS.items():
            now = getattr(thresholds, name)
            self.fields[f"{rule}_on"] = forms.BooleanField(
                label=str(RULE_LABELS[rule]), required=False, initial=now is not None and now is not False
            )
            if rule in BOUNDS:
                usual, low, high, step = BOUNDS[rule]
                self.fields[f"{rule}_at"] = forms.FloatField(
                    label=str(RULE_HELP[rule]),
                    required=False,
                    min_value=low,
                    max_value=high,
                    initial=f"{usual if now is None else now:g}",
                    widget=forms.NumberInput(attrs={"step": f"{step:g}", "class": "form-control input-short"}),
                )
        self.order_fields([*(name for name in self.fields if name != "reason"), "reason"])

    def rows(self) -> list[dict[str, Any]]:
        """One row a rule, for the page."""
        return [
            {
                "rule": rule,
                "on": self[f"{rule}_on"],
                "at": self[f"{rule}_at"] if f"{rule}_at" in self.fields else None,
                "help": RULE_HELP[rule],
            }
            for rule in THRESHOLDS
        ]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for rule in BOUNDS:
            if given.get(f"{rule}_on") and given.get(f"{rule}_at") is None and f"{rule}_at" not in self.errors:
                self.add_error(f"{rule}_at", _("Give a value, or switch the rule off."))
        return given

    def rules(self) -> dict[str, Any]:
        """The thresholds as they are kept; None is off."""
        found: dict[str, Any] = {}
        for rule, name in THRESHOLDS.items():
            is_on = self.cleaned_data[f"{rule}_on"]
            value = self.cleaned_data.get(f"{rule}_at")
            if rule == "duplicate":
                found[name] = is_on
            elif rule == "attention":
                found[name] = int(value) if is_on and value is not None else None
            else:
                found[name] = value if is_on else None
        return found


class ExcludeForm(forms.Form):
    """The answers were chosen before; the reason is asked for once."""

    answers = forms.CharField(widget=forms.HiddenInput)
    reason = forms.CharField(label=_("reason"), widget=forms.Textarea(attrs={"rows": 3}), max_length=500)

    def clean_answers(self) -> list[int]:
        found = [int(part) for part in self.cleaned_data["answers"].split(",") if part.strip().isdigit()]
        if not found:
            raise forms.ValidationError(_("Choose answers first."))
        return found[:1000]


class RestoreForm(forms.Form):
    reason = forms.CharField(
        label=_("reason"), widget=forms.Textarea(attrs={"rows": 2}), max_length=500, required=False
    )
