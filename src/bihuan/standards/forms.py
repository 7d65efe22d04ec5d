"""Forms of answering standards."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.foundation.forms import ActorForm, ScopedModelChoiceField, day_field, file_rows, lines
from bihuan.organisation.models import OrgUnit, Person
from bihuan.standards import permissions as may
from bihuan.standards.enums import AnswerKind
from bihuan.standards.reading import AnswerRow, answer_rows
from bihuan.standards.selectors import keyword_list
from bihuan.standards.services import ANSWER_LIMIT


class AnswerEditForm(ActorForm):
    kind = forms.ChoiceField(
        label=_("kind"), choices=AnswerKind.choices, initial=AnswerKind.STANDARD, widget=forms.RadioSelect
    )
    question = forms.CharField(label=_("question"), max_length=200, help_text=_("As customers ask it."))
    answer = forms.CharField(
        label=_("answer"), max_length=ANSWER_LIMIT, widget=lines(8), help_text=_("What the desk says, word for word.")
    )
    topic = forms.CharField(label=_("topic"), max_length=60, required=False)
    keywords = forms.CharField(
        label=_("words it is found by"),
        max_length=400,
        required=False,
        help_text=_("Parted by commas. One of them in what the customer says, and the answer is offered."),
    )
    basis = forms.CharField(
        label=_("basis"), max_length=200, required=False, help_text=_("The rule or document it follows.")
    )
    owner = ScopedModelChoiceField(Person, only={"is_active": True}, label=_("owner"), required=False)
    review_on = day_field(label=pgettext_lazy("standard", "next review"), required=False)

    def clean_keywords(self) -> list[str]:
        return keyword_list(self.cleaned_data["keywords"])


class AnswerForm(AnswerEditForm):
    unit = ScopedModelChoiceField(
        OrgUnit,
        permission=may.EDIT,
        only={"is_active": True},
        label=_("unit"),
        help_text=_("It holds for this unit and all below it."),
    )
    field_order = ("unit",)


class PublishForm(forms.Form):
    effective_from = day_field(label=_("effective from"))
    reason = forms.CharField(label=_("reason for the change"), widget=lines(3), max_length=2000)

    def __init__(self, *args: Any, is_first: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["effective_from"].initial = timezone.localdate
        if is_first:
            del self.fields["reason"]


class ConfirmForm(forms.Form):
    reason = forms.CharField(
        label=_("what was looked at"), widget=lines(3), max_length=2000, help_text=_("Surveys, complaints, audits.")
    )
    review_on = day_field(label=pgettext_lazy("standard", "next review"))


class WhyForm(forms.Form):
    reason = forms.CharField(label=_("reason"), widget=lines(3), max_length=2000)


class AnswerFileForm(ActorForm):
    """The file is read whole before anything is kept; every problem names its row and column."""

    unit = ScopedModelChoiceField(OrgUnit, permission=may.EDIT, only={"is_active": True}, label=_("unit"))
    file = forms.FileField(
        label=_("file"),
        help_text=_("CSV or XLSX with the columns 问题 and 答案; 主题, 关键词, 依据 and 种类 if known."),
    )
    publish = forms.BooleanField(
        label=_("publish at once"), required=False, help_text=_("Without it they are drafts that nobody is offered.")
    )

    def __init__(self, *args: Any, actor: Any, **kwargs: Any) -> None:
        super().__init__(*args, actor=actor, **kwargs)
        if not actor.can_somewhere(may.PUBLISH):
            del self.fields["publish"]

    def clean_file(self) -> list[AnswerRow]:
        return file_rows(self.cleaned_data["file"], answer_rows)
