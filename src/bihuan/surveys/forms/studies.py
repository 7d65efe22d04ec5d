"""Forms of on-site studies and of the voice of staff."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.foundation.forms import ActorForm, ScopedModelChoiceField, day_field, lines
from bihuan.instruments.models import InstrumentVersion
from bihuan.organisation.models import OrgUnit, Person
from bihuan.surveys.models import StaffVoice, StudyNote, StudyTalk, StudyVisit
from bihuan.surveys.permissions import STAFF_SPEAK, STUDIES_PLAN

DRAWABLE = [(kind.value, kind.label) for kind in (OrgUnit.Kind.STATION, OrgUnit.Kind.DEPARTMENT, OrgUnit.Kind.TEAM)]


class PlanForm(ActorForm):
    unit = ScopedModelChoiceField(
        OrgUnit,
        permission=STUDIES_PLAN,
        only={"is_active": True},
        label=_("units below"),
        help_text=_("The units to be studied belong to it."),
    )
    year = forms.IntegerField(label=_("year"), min_value=2000, max_value=2100)
    wanted = forms.IntegerField(
        label=_("units to be visited"), min_value=1, max_value=999, initial=3, help_text=_("At least three a year.")
    )
    purpose = forms.CharField(label=_("purpose"), widget=lines(3), required=False)


class PlanEditForm(forms.Form):
    wanted = forms.IntegerField(label=_("units to be visited"), min_value=1, max_value=999)
    purpose = forms.CharField(label=_("purpose"), widget=lines(3), required=False)


class DrawForm(forms.Form):
    kinds = forms.MultipleChoiceField(
        label=_("draw among"), choices=DRAWABLE, widget=forms.CheckboxSelectMultiple, initial=[OrgUnit.Kind.STATION]
    )
    count = forms.IntegerField(label=_("how many"), min_value=1, max_value=999)
    leave_out_last_year = forms.BooleanField(label=_("leave out units studied last year"), required=False, initial=True)
    seed = forms.CharField(
        label=_("seed"),
        max_length=80,
        required=False,
        help_text=_("Empty: one is made up. With the same seed and the same units the draw comes out the same."),
    )


class AddUnitForm(ActorForm):
    unit = ScopedModelChoiceField(OrgUnit, permission=STUDIES_PLAN, only={"is_active": True}, label=_("unit"))
    reason = forms.CharField(label=_("why this unit"), widget=lines(2), max_length=300)


class ArrangeForm(ActorForm):
    planned_on = day_field(label=_("planned for"))
    lead = ScopedModelChoiceField(Person, only={"is_active": True}, label=_("in charge"), required=False)
    team = forms.CharField(label=pgettext_lazy("study", "team"), max_length=200, required=False)
    purpose = forms.CharField(label=_("what we want to learn"), widget=lines(3), required=False)
    guide = ScopedModelChoiceField(
        InstrumentVersion,
        label=_("interview guide"),
        required=False,
        help_text=_("A form whose questions lead through the interview; nothing is keyed into it here."),
    )


class TalkForm(forms.Form):
    kind = forms.ChoiceField(label=_("kind"), choices=StudyTalk.Kind.choices, widget=forms.RadioSelect)
    who = forms.CharField(
        label=_("role or segment"),
        max_length=150,
        help_text=_("Such as: commuter, about 30, daily. Never a name: nobody shall be found again."),
    )
    participants = forms.IntegerField(
        label=_("participants"), min_value=1, max_value=999, initial=1, help_text=_("Of a forum.")
    )
    topics = forms.CharField(label=_("topics"), widget=lines(2), required=False)
    held_on = day_field(label=_("held on"), initial=timezone.localdate)
    place = forms.CharField(label=_("place"), max_length=100, required=False)
    held_by = forms.CharField(label=_("held by"), max_length=150, required=False, help_text=_("Empty: you."))


class NoteForm(forms.Form):
    """Written during the talk: kind and words first, the rest if there is time."""

    kind = forms.ChoiceField(label=_("kind"), choices=StudyNote.Kind.choices, widget=forms.RadioSelect)
    text = forms.CharField(label=_("what was said"), widget=lines(3))
    talk = forms.ModelChoiceField(
        label=_("said in"), queryset=StudyTalk._base_manager.none(), required=False, empty_label=_("outside a talk")
    )
    theme = forms.CharField(label=_("dimension or theme"), max_length=100, required=False)

    def __init__(self, *args: Any, visit: StudyVisit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["talk"].queryset = visit.talks.all()  # type: ignore[attr-defined]


class ReportForm(forms.Form):
    conclusion = forms.CharField(
        label=_("conclusion"), widget=lines(6), help_text=_("What customers feel here, and what it rests on.")
    )
    proposals = forms.CharField(label=_("proposals"), widget=lines(5), required=False)


class CloseForm(forms.Form):
    close_note = forms.CharField(
        label=_("what follows from it"), widget=lines(3), help_text=_("Findings raised, needs registered, or why none.")
    )


class HandInForm(ActorForm):
    unit = ScopedModelChoiceField(OrgUnit, permission=STAFF_SPEAK, only={"is_active": True}, label=_("unit it goes to"))
    kind = forms.ChoiceField(label=_("kind"), choices=StaffVoice.Kind.choices, widget=forms.RadioSelect)
    title = forms.CharField(label=_("title"), max_length=200)
    text = forms.CharField(label=_("what you see or propose"), widget=lines(6))
    is_unnamed = forms.BooleanField(
        label=_("without my name"),
        required=False,
        help_text=_(
            "Then nobody can find out who it was, and you will not be told the answer: look for it in the list."
        ),
    )


class StaffAnswerForm(forms.Form):
    verdict = forms.ChoiceField(label=_("outcome"), choices=StaffVoice.Verdict.choices, widget=forms.RadioSelect)
    answer = forms.CharField(label=_("answer"), widget=lines(5))
