"""Forms of the needs register."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bihuan.foundation.forms import ActorForm, ScopedModelChoiceField, day_field, lines
from bihuan.organisation.models import OrgUnit
from bihuan.rectification import permissions as may
from bihuan.rectification.enums import Factor, KanoClass, NeedSource, ResearchMethod
from bihuan.rectification.forms import person_field
from bihuan.rectification.models import Finding
from bihuan.rectification.selectors.needs import LEVELS, Measure

METHODS = [("", _("not stated")), *ResearchMethod.choices]
ANSWERS = range(1, 6)


class NeedForm(ActorForm):
    unit = ScopedModelChoiceField(
        OrgUnit, permission=may.NEEDS_REGISTER, only={"is_active": True}, label=_("responsible unit")
    )
    title = forms.CharField(label=_("title"), max_length=200, help_text=_("The need in one line, as customers say it."))
    description = forms.CharField(
        label=_("what customers need"),
        widget=lines(5),
        help_text=_("Who needs what, when and why; what they do today without it."),
    )
    customers = forms.CharField(
        label=_("customers who need it"), max_length=150, required=False, help_text=_("Segment, such as night workers.")
    )
    source_kind = forms.ChoiceField(label=_("heard in"), choices=NeedSource.choices)
    source_label = forms.CharField(
        label=_("source"), max_length=200, required=False, help_text=_("Name, date or number of it.")
    )
    method = forms.ChoiceField(label=_("research method"), choices=METHODS, required=False)
    dimension = forms.CharField(label=_("dimension or theme"), max_length=100, required=False)
    clause = forms.CharField(
        label=_("clause"), max_length=200, required=False, help_text=_("The standard that touches it, if there is one.")
    )
    evidence = forms.CharField(widget=forms.HiddenInput, required=False)


class NeedEditForm(NeedForm):
    unit = ScopedModelChoiceField(
        OrgUnit, permission=may.NEEDS_MANAGE, only={"is_active": True}, label=_("responsible unit")
    )
    evidence = None  # type: ignore[assignment]  # figures stay as they were seen


class RateForm(forms.Form):
    """Three marks, each read against its five anchors."""

    def __init__(self, *args: Any, factors: dict[str, Measure], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for key, factor in factors.items():
            self.fields[key] = forms.TypedChoiceField(
                label=factor.label,
                help_text=factor.text,
                choices=[(level, f"{level} · {factor.anchor(level)}") for level in LEVELS],
                coerce=int,
                widget=forms.RadioSelect,
            )
            self.fields[f"{key}_note"] = forms.CharField(
                label=_("%(factor)s: why this mark") % {"factor": factor.label}, max_length=300, required=False
            )

    def values(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {
            **{key: given[key] for key in Factor.values},
            "notes": {key: given[f"{key}_note"] for key in Factor.values},
        }


class KanoForm(forms.Form):
    """Either the counts of the six classes, or the 5 × 5 table of answer pairs."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kano in KanoClass:
            self.fields[f"class_{kano.value}"] = self._count(str(kano.label))
        for row in ANSWERS:
            for column in ANSWERS:
                self.fields[f"pair_{row}{column}"] = self._count(f"{row}/{column}")

    def _count(self, label: str) -> forms.IntegerField:
        return forms.IntegerField(label=label, min_value=0, max_value=10_000_000, required=False)

    def classes(self) -> list[Any]:
        return [self[f"class_{kano.value}"] for kano in KanoClass]

    def pairs(self) -> list[list[Any]]:
        return [[self[f"pair_{row}{column}"] for column in ANSWERS] for row in ANSWERS]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        classes = {kano.value: given.get(f"class_{kano.value}") or 0 for kano in KanoClass}
        pairs = [[given.get(f"pair_{row}{column}") or 0 for column in ANSWERS] for row in ANSWERS]
        has_classes, has_pairs = any(classes.values()), any(any(row) for row in pairs)
        if has_classes and has_pairs:
            raise forms.ValidationError(_("Fill in either the six counts or the table, not both."))
        if not has_classes and not has_pairs:
            raise forms.ValidationError(_("Fill in the six counts or the table."))
        given["answers"] = pairs if has_pairs else classes
        return given


class KanoByHandForm(forms.Form):
    kano_class = forms.ChoiceField(label=_("Kano class"), choices=KanoClass.choices, widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("reason"), widget=lines(3), max_length=2000, help_text=_("Why a person decides and not the answers.")
    )


class AssignForm(ActorForm):
    owner = person_field(label=_("owner"), required=False)
    due_on = day_field(label=_("to be met by"), required=False)
    review_on = day_field(label=_("to be reviewed on"), required=False)


class StudyForm(forms.Form):
    study = forms.CharField(
        label=_("what the study found"),
        widget=lines(5),
        help_text=_("How many customers, what it would take, what others do."),
    )


class AcceptForm(ActorForm):
    decision = forms.CharField(label=_("decision"), widget=lines(3), help_text=_("What will be done, in which way."))
    owner = person_field(label=_("owner"), required=False)
    due_on = day_field(label=_("to be met by"), required=False)


class MeetForm(forms.Form):
    met_note = forms.CharField(label=_("how it was met"), widget=lines(4))
    review_on = day_field(label=_("to be reviewed on"), required=False)


class ReviewForm(forms.Form):
    review_note = forms.CharField(
        label=_("what the review found"), widget=lines(4), help_text=_("Do customers have now what they needed?")
    )


class LinkForm(ActorForm):
    finding = ScopedModelChoiceField(
        Finding, permission=may.FINDINGS_VIEW, label=_("finding"), to_field_name="number", widget=forms.TextInput
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["finding"].help_text = _("Its number, such as FX-2026-0012.")


class TermForm(forms.Form):
    text = forms.CharField(
        label=_("meaning"), widget=lines(3), required=False, help_text=_("Empty: the shipped words come back.")
    )

    def __init__(self, *args: Any, anchors: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for level in LEVELS[:anchors]:
            self.fields[f"anchor_{level}"] = forms.CharField(
                label=_("mark %(level)s means") % {"level": level}, max_length=200, required=False
            )

    def anchors(self) -> list[str]:
        return [self.cleaned_data[name] for name in self.fields if name.startswith("anchor_")]
