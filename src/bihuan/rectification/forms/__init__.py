"""Forms of findings, notices and actions: one column, one act each."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.foundation.forms import ActorForm, ScopedModelChoiceField, day_field, lines
from bihuan.organisation.models import Asset, OrgUnit, Person
from bihuan.rectification import permissions as may
from bihuan.rectification.enums import ActionKind, CauseCategory, PlanPart, Severity, Verdict

DECISIONS = [("approve", pgettext_lazy("step", "Approve")), ("refuse", pgettext_lazy("step", "Refuse"))]


def person_field(**options: Any) -> ScopedModelChoiceField:
    return ScopedModelChoiceField(Person, only={"is_active": True}, **options)


class ManyFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    def clean(self, data: Any, initial: Any = None) -> Any:
        given = data if isinstance(data, list | tuple) else [data]
        return [super(ManyFilesField, self).clean(item, initial) for item in given if item]


class RaiseForm(ActorForm):
    unit = ScopedModelChoiceField(
        OrgUnit, permission=may.FINDINGS_RAISE, only={"is_active": True}, label=_("responsible unit")
    )
    title = forms.CharField(label=_("title"), max_length=200, help_text=_("What is wrong, in one line."))
    fact = forms.CharField(
        label=_("fact"), widget=lines(5), help_text=_("When, where, who, what exactly; no judgement of people.")
    )
    severity = forms.ChoiceField(
        label=_("severity"),
        choices=Severity.choices,
        widget=forms.RadioSelect,
        initial=Severity.ORDINARY,
        help_text=_("Ordinary: put right at once on verbal order. Major or hidden risk: a written notice follows."),
    )
    dimension = forms.CharField(label=_("dimension or theme"), max_length=100, required=False)
    clause = forms.CharField(
        label=_("clause"), max_length=200, required=False, help_text=_("The standard or rule it is measured against.")
    )
    asset = ScopedModelChoiceField(Asset, only={"is_active": True}, label=_("line, vehicle or place"), required=False)
    evidence = forms.CharField(widget=forms.HiddenInput, required=False)


class WhyForm(forms.Form):
    reason = forms.CharField(label=_("reason"), widget=lines(3), max_length=2000)


class PressForm(forms.Form):
    """Nothing to fill in: one button."""


class CorrectForm(forms.Form):
    correction = forms.CharField(label=_("what was done"), widget=lines(4))


class EvidenceForm(forms.Form):
    evidence = forms.CharField(label=_("what was looked at and found"), widget=lines(4))


class RegradeForm(forms.Form):
    severity = forms.ChoiceField(label=_("severity"), choices=Severity.choices, widget=forms.RadioSelect)
    reason = forms.CharField(label=_("reason"), widget=lines(3), max_length=2000)


class ReassignForm(ActorForm):
    unit = ScopedModelChoiceField(
        OrgUnit, permission=may.FINDINGS_DISMISS, only={"is_active": True}, label=_("responsible unit")
    )
    reason = forms.CharField(label=_("reason"), widget=lines(3), max_length=2000)


class NoticeForm(ActorForm):
    title = forms.CharField(label=_("title"), max_length=200)
    requirement = forms.CharField(
        label=_("requirement"), widget=lines(5), help_text=_("What must be achieved, so that it can be checked.")
    )
    reply_policy = forms.ChoiceField(
        label=_("deadline"),
        help_text=_("Working days of the unit's calendar: make-up workdays count, holidays do not."),
    )
    owner = person_field(label=_("owner at the unit"), required=False)
    issuing_unit = ScopedModelChoiceField(
        OrgUnit,
        only={"is_active": True},
        label=_("issuing unit"),
        required=False,
        help_text=_("Empty: your own unit."),
    )

    def __init__(self, *args: Any, policies: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reply_policy"] = forms.ChoiceField(
            label=self.fields["reply_policy"].label,
            help_text=self.fields["reply_policy"].help_text,
            choices=policies,
        )


class ReplyForm(ActorForm):
    cause = forms.CharField(label=_("cause"), widget=lines(3), help_text=_("The root, not the symptom."))
    category = forms.ChoiceField(label=_("cause category"), choices=CauseCategory.choices, widget=forms.RadioSelect)
    whys = forms.CharField(
        label=_("five whys"), widget=lines(5), required=False, help_text=_("One answer a line: why, and why that?")
    )
    correction = forms.CharField(
        label=_("correction"), widget=lines(3), help_text=_("What was done about this very case.")
    )
    prevention = forms.CharField(
        label=_("prevention"), widget=lines(3), help_text=_("What keeps it from happening again, here and elsewhere.")
    )
    owner = person_field(label=_("owner"), required=False)
    evidence_files = ManyFilesField(label=_("evidence files"), widget=ManyFilesInput, required=False)

    def __init__(self, *args: Any, required_parts: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for part in PlanPart:
            self.fields[f"plan_{part.value}"] = forms.CharField(
                label=_("Plan: %(part)s") % {"part": part.label},
                widget=lines(2),
                required=part.value in required_parts,
            )
        self.order_fields(
            ["cause", "category", "whys", "correction", "prevention", *(f"plan_{p}" for p in PlanPart.values), "owner"]
        )

    def answer(self) -> dict[str, Any]:
        given = self.cleaned_data
        plan = {part: given[f"plan_{part}"] for part in PlanPart.values}
        return {
            "cause": given["cause"],
            "category": given["category"],
            "whys": given["whys"].splitlines(),
            "correction": given["correction"],
            "prevention": given["prevention"],
            "plan": plan,
            "owner": given["owner"],
            "files": given["evidence_files"] or [],
        }


class VerifyForm(forms.Form):
    verdict = forms.ChoiceField(label=_("verdict"), choices=Verdict.choices, widget=forms.RadioSelect)
    evidence = forms.CharField(label=_("what was looked at and found"), widget=lines(4))
    recheck_on = day_field(label=_("look again on"), required=False, help_text=_("Only where it is too early to tell."))


class ExtensionForm(forms.Form):
    days = forms.IntegerField(label=_("working days more"), min_value=1, max_value=60)
    reason = forms.CharField(label=_("reason"), widget=lines(3), max_length=2000)


class DecisionForm(forms.Form):
    decision = forms.ChoiceField(label=_("decision"), choices=DECISIONS, widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("reason"), widget=lines(3), required=False, help_text=_("Needed where the request is refused.")
    )


class ActionForm(ActorForm):
    kind = forms.ChoiceField(label=_("kind"), choices=ActionKind.choices, widget=forms.RadioSelect)
    title = forms.CharField(label=_("what will be done"), max_length=200)
    owner = person_field(label=_("owner"))
    due_on = day_field(label=_("due on"))


class ResultForm(forms.Form):
    result = forms.CharField(label=_("what was done"), widget=lines(4))


class RescheduleForm(ActorForm):
    owner = person_field(label=_("owner"))
    due_on = day_field(label=_("due on"))
    reason = forms.CharField(label=_("reason"), widget=lines(3), max_length=2000)


class PlanRulesForm(forms.Form):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for tier in Severity:
            self.fields[tier.value] = forms.MultipleChoiceField(
                label=_("Plan for: %(tier)s") % {"tier": tier.label},
                choices=PlanPart.choices,
                widget=forms.CheckboxSelectMultiple,
                required=False,
            )
