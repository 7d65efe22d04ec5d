"""One act, one form."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.cases import permissions as may
from bihuan.cases.enums import (
    AskChannel,
    Branch,
    EntryKind,
    Grade,
    IncidentGrade,
    Kind,
    Measure,
    Outcome,
    PartyBasis,
    PauseReason,
    ProposalKind,
    Satisfaction,
    Side,
)
from bihuan.cases.models import Case, CaseTheme, Criterion
from bihuan.cases.selectors import criteria_for, themes_for
from bihuan.cases.services.investigation import BY_HAND
from bihuan.foundation.forms import ActorForm, ScopedModelChoiceField, lines
from bihuan.organisation.models import OrgUnit, Person
from bihuan.rectification.enums import Severity
from bihuan.standards.models import AnsweringEdition
from bihuan.standards.selectors import answers_for

DECISIONS = [("approve", pgettext_lazy("step", "Approve")), ("refuse", pgettext_lazy("step", "Refuse"))]
YES_NO = [("yes", pgettext_lazy("judgement", "yes")), ("no", pgettext_lazy("judgement", "no"))]


def why(**options: Any) -> forms.CharField:
    return forms.CharField(label=_("reason"), widget=lines(3), max_length=2000, **options)


def decided(label: Any, choices: Any = YES_NO, **options: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices, widget=forms.RadioSelect, **options)


def person_field(**options: Any) -> ScopedModelChoiceField:
    return ScopedModelChoiceField(Person, only={"is_active": True}, **options)


class WhyForm(forms.Form):
    reason = why()


class PressForm(forms.Form):
    """Nothing to fill in: one button."""


class ClassifyForm(ActorForm):
    kind = forms.ChoiceField(label=_("kind"), choices=Kind.choices, widget=forms.RadioSelect)
    grade = forms.ChoiceField(
        label=_("class"),
        choices=Grade.choices,
        widget=forms.RadioSelect,
        required=False,
        help_text=_("Complaints only."),
    )
    criterion = forms.ModelChoiceField(
        label=_("criterion"), required=False, queryset=Criterion._base_manager.none(), empty_label="—"
    )
    theme = forms.ModelChoiceField(
        label=_("theme"), required=False, queryset=CaseTheme._base_manager.none(), empty_label="—"
    )
    reason = why(required=False, help_text=_("Needed when the class is changed later."))

    def __init__(self, *args: Any, org_path: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["criterion"].queryset = criteria_for(org_path)  # type: ignore[attr-defined]
        self.fields["theme"].queryset = themes_for(org_path)  # type: ignore[attr-defined]


class EditionField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Which answer was taken over; one that is no longer in force is let go, the words given stay."""

    def __init__(self) -> None:
        super().__init__(AnsweringEdition._base_manager.none(), required=False, widget=forms.HiddenInput)

    def clean(self, value: Any) -> Any:
        try:
            return super().clean(value)
        except forms.ValidationError:
            return None


class AnswerAtIntakeForm(forms.Form):
    answer = forms.CharField(label=_("answer"), widget=lines(5))
    standard = EditionField()

    def __init__(self, *args: Any, org_path: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["standard"].queryset = answers_for(org_path, timezone.localdate())  # type: ignore[attr-defined]


class DispatchForm(ActorForm):
    unit = ScopedModelChoiceField(
        OrgUnit, permission=may.DISPATCH, only={"is_active": True}, label=_("responsible unit")
    )
    handler = person_field(label=_("handler"), required=False, help_text=_("Empty: the unit decides."))
    note = forms.CharField(label=_("note to the unit"), widget=lines(2), required=False)


class ReassignForm(ActorForm):
    unit = ScopedModelChoiceField(
        OrgUnit, permission=may.DISPATCH, only={"is_active": True}, label=_("responsible unit")
    )
    handler = person_field(label=_("handler"), required=False)
    reason = why()


class SuspendForm(forms.Form):
    pause_reason = decided(_("waits because"), PauseReason.choices)
    reason = why()


class AnswerForm(forms.Form):
    """Fields of a judged matter fall away for suggestions, enquiries and praise."""

    outcome = decided(pgettext_lazy("case", "outcome"), Outcome.choices)
    facts = forms.CharField(
        label=_("facts established"), widget=lines(4), help_text=_("What was seen, heard or measured, and where from.")
    )
    clause = forms.CharField(
        label=_("clause it rests on"),
        max_length=200,
        required=False,
        help_text=_("Needed where something was found."),
    )
    branch = decided(_("way of handling"), Branch.choices, required=False)
    measures = forms.MultipleChoiceField(
        label=_("measures"), choices=Measure.choices, widget=forms.CheckboxSelectMultiple, required=False
    )
    answer = forms.CharField(
        label=_("answer"), widget=lines(5), help_text=_("What the desk may tell the customer. No names of colleagues.")
    )

    JUDGED = ("outcome", "facts", "clause", "branch", "measures")

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not case.is_judged:
            for name in self.JUDGED:
                del self.fields[name]


class FeedBackForm(forms.Form):
    is_reached = decided(_("reached"), YES_NO, initial="yes")
    contact = forms.CharField(
        label=_("how the customer was reached"), max_length=500, help_text=_("Telephone, in person, letter; when.")
    )
    result_told = forms.CharField(
        label=_("what the customer was told"),
        widget=lines(4),
        required=False,
        help_text=_("The customer can read these words when following the case."),
    )


class ContactForm(forms.Form):
    is_reached = decided(_("reached"))
    text = forms.CharField(label=_("note"), widget=lines(2))


class AskForm(forms.Form):
    channel = decided(pgettext_lazy("ask", "asked by"), AskChannel.choices, initial=AskChannel.LINK)


class SatisfactionForm(forms.Form):
    level = decided(_("satisfaction with the handling"), Satisfaction.choices)
    comment = forms.CharField(label=pgettext_lazy("case", "comment"), widget=lines(2), required=False)


class CloseForm(forms.Form):
    note = forms.CharField(label=_("closing note"), widget=lines(2), required=False)


class TransferForm(forms.Form):
    transferred_to = forms.CharField(label=_("transferred to"), max_length=200)
    reason = why()


class MergeForm(forms.Form):
    into = forms.CharField(
        label=_("number of the case that goes on"),
        max_length=30,
        help_text=_("Same person, same matter. Different people with one cause belong to an incident."),
    )
    reason = why()

    def clean_into(self) -> Case:
        found = Case.objects.filter(number__iexact=self.cleaned_data["into"].strip()).first()
        if found is None:
            raise forms.ValidationError(_("There is no case of this number."))
        return found


class EntryForm(forms.Form):
    kind = decided(_("kind"), [(kind.value, kind.label) for kind in BY_HAND], initial=EntryKind.STATEMENT)
    side = decided(_("whose words"), Side.choices, initial=Side.STAFF)
    people_present = forms.CharField(
        label=_("who was present"), max_length=200, required=False, help_text=_("Needed for interviews and mediation.")
    )
    text = forms.CharField(label=_("text"), widget=lines(6))


class PartyForm(ActorForm):
    person = person_field(label=_("person"))
    basis = decided(_("how we came to the name"), PartyBasis.choices)
    note = forms.CharField(label=_("note"), max_length=200, required=False)


class JudgeForm(forms.Form):
    attributable = decided(_("attributable"))
    note = forms.CharField(label=_("why"), widget=lines(3))


class CustodyForm(forms.Form):
    item = forms.CharField(label=_("piece of evidence"), max_length=200)
    obtained_from = forms.CharField(label=_("obtained from"), max_length=120)
    holder = forms.CharField(label=pgettext_lazy("case", "held by"), max_length=120)
    attachment = forms.TypedChoiceField(label=_("file"), required=False, coerce=int, empty_value=None)
    note = forms.CharField(label=_("note"), max_length=200, required=False)

    def __init__(self, *args: Any, files: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["attachment"] = forms.TypedChoiceField(
            label=_("file"),
            required=False,
            coerce=int,
            empty_value=None,
            choices=[("", "—"), *((str(pk), name) for pk, name in files)],
        )


class ExtensionForm(forms.Form):
    policy_key = forms.ChoiceField(label=_("clock"), widget=forms.RadioSelect)
    amount = forms.IntegerField(
        label=_("how much more"), min_value=1, max_value=240, help_text=_("In the clock's own unit: hours or days.")
    )
    reason = why()

    def __init__(self, *args: Any, clocks: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["policy_key"] = forms.ChoiceField(label=_("clock"), widget=forms.RadioSelect, choices=clocks)


class DecisionForm(forms.Form):
    decision = decided(pgettext_lazy("case", "decision"), DECISIONS)
    reason = why(required=False, help_text=_("Needed where the request is refused."))


class RevealForm(forms.Form):
    reason = forms.CharField(
        label=_("what you need it for"), max_length=300, help_text=_("It is kept with your name and the time.")
    )


class ProposalForm(forms.Form):
    kind = decided(_("kind"), ProposalKind.choices)
    amount = forms.DecimalField(label=_("amount in CNY"), max_digits=10, decimal_places=2, min_value=0)
    claim = forms.CharField(label=_("what is claimed or was adopted"), widget=lines(3))
    clause = forms.CharField(label=_("commitment or clause"), max_length=200, required=False)
    check_note = forms.CharField(label=_("checked against the clause"), widget=lines(2), required=False)


class ProposalDecisionForm(DecisionForm):
    amount = forms.DecimalField(label=_("amount in CNY"), max_digits=10, decimal_places=2, min_value=0, required=False)


class IncidentForm(ActorForm):
    unit = ScopedModelChoiceField(
        OrgUnit, permission=may.CLASSIFY, only={"is_active": True}, label=_("responsible unit")
    )
    title = forms.CharField(label=_("title"), max_length=200)
    fact = forms.CharField(label=_("what happened"), widget=lines(5))
    grade = decided(_("grade"), IncidentGrade.choices)
    happened_at = forms.DateTimeField(
        label=_("when it happened"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    cases = forms.CharField(
        label=_("numbers of its cases"), required=False, widget=lines(2), help_text=_("One a line or with commas.")
    )

    def clean_cases(self) -> list[Case]:
        words = self.cleaned_data["cases"].replace(",", " ").replace("、", " ").replace("，", " ").split()
        found = {case.number: case for case in Case.objects.filter(number__in=[word.upper() for word in words])}
        lacking = [word for word in words if word.upper() not in found]
        if lacking:
            raise forms.ValidationError(_("There is no case of this number: %(number)s") % {"number": lacking[0]})
        return list(found.values())


class IncidentLinkForm(forms.Form):
    incident = forms.CharField(label=_("number of the incident"), max_length=30)


class IncidentLeaderForm(ActorForm):
    leader = person_field(label=_("leader taking part"))


class IncidentHandleForm(forms.Form):
    cause = forms.CharField(label=_("cause"), widget=lines(3))
    responsibility = forms.CharField(label=_("responsibility"), widget=lines(3))
    handling = forms.CharField(label=_("handling"), widget=lines(3))


class IncidentCloseForm(forms.Form):
    lessons = forms.CharField(label=_("lessons"), widget=lines(4))


class IncidentRegradeForm(forms.Form):
    grade = decided(_("grade"), IncidentGrade.choices)


class RaiseForm(forms.Form):
    title = forms.CharField(label=_("title"), max_length=200)
    fact = forms.CharField(label=_("fact"), widget=lines(5), help_text=_("Nothing of who complained."))
    severity = decided(_("severity"), Severity.choices, initial=Severity.ORDINARY)


class CriterionForm(forms.Form):
    grade = decided(_("class"), Grade.choices)
    code = forms.CharField(label=_("code"), max_length=20)
    text = forms.CharField(label=_("criterion"), max_length=300, widget=lines(2))
    words = forms.CharField(label=_("words that speak for it"), required=False, help_text=_("With spaces between."))


class CriterionEditForm(forms.Form):
    text = forms.CharField(label=_("criterion"), max_length=300, widget=lines(2))
    words = forms.CharField(label=_("words that speak for it"), required=False, help_text=_("With spaces between."))
    is_active = forms.BooleanField(label=_("in use"), required=False)
    reason = why(required=False)


class ThemeForm(forms.Form):
    name = forms.CharField(label=_("theme"), max_length=60)
    words = forms.CharField(label=_("words that speak for it"), required=False, help_text=_("With spaces between."))


class ThemeEditForm(ThemeForm):
    is_active = forms.BooleanField(label=_("in use"), required=False)
    reason = why(required=False)
