"""What a customer fills in without signing in."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.cases.enums import Kind, Satisfaction
from bihuan.cases.forms.intake import ManyFilesField, ManyFilesInput
from bihuan.cases.services import Person

MOST_FILES = 5
KINDS = (
    (Kind.COMPLAINT.value, pgettext_lazy("public form", "complain")),
    (Kind.SUGGESTION.value, pgettext_lazy("public form", "suggest something")),
    (Kind.ENQUIRY.value, pgettext_lazy("public form", "ask something")),
    (Kind.COMMENDATION.value, pgettext_lazy("public form", "praise somebody")),
    (Kind.REPORT.value, pgettext_lazy("public form", "report a breach of rules")),
)


def line(label: Any, length: int, *, kind: str = "text", complete: str = "off", **options: Any) -> forms.CharField:
    widget = forms.TextInput(attrs={"inputmode": kind, "autocomplete": complete})
    return forms.CharField(label=label, max_length=length, required=False, widget=widget, **options)


class PublicForm(forms.Form):
    kind = forms.ChoiceField(
        label=pgettext_lazy("public form", "I want to"), choices=KINDS, widget=forms.RadioSelect, initial=Kind.COMPLAINT
    )
    text = forms.CharField(
        label=pgettext_lazy("public form", "what happened"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    happened_on = forms.DateField(
        label=_("day it happened"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    happened_time = forms.TimeField(
        label=_("time"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    where = line(pgettext_lazy("public form", "line, vehicle number or place"), 200)
    staff_said = line(_("staff number or description"), 120)
    wish = line(pgettext_lazy("public form", "what you ask for"), 300)
    name = line(pgettext_lazy("public form", "your name"), 80, complete="name")
    phone = line(
        pgettext_lazy("public form", "your phone"),
        30,
        kind="tel",
        complete="tel",
        help_text=_("Only if you want us to call you. Its last four digits let you follow the case."),
    )
    email = forms.EmailField(label=_("e-mail"), required=False, max_length=120)
    uploads = ManyFilesField(
        label=_("photos, files, sound"),
        required=False,
        widget=ManyFilesInput,
        help_text=_("At most five, 50 MB each."),
    )
    # Nobody sees it; whoever fills it in is a program.
    website = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean_uploads(self) -> list[Any]:
        files: list[Any] = self.cleaned_data["uploads"] or []
        if len(files) > MOST_FILES:
            raise forms.ValidationError(_("At most five files."))
        return files

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        moment = self.happened_at(given)
        if moment is not None and moment > timezone.now():
            self.add_error("happened_on", _("It cannot have happened in the future."))
        return given

    def happened_at(self, given: dict[str, Any]) -> datetime | None:
        on, at = given.get("happened_on"), given.get("happened_time")
        return timezone.make_aware(datetime.combine(on, at)) if on and at else None

    def person(self) -> Person:
        given = self.cleaned_data
        return Person(name=given["name"], phone=given["phone"], email=given["email"], wish=given["wish"])


class TrackForm(forms.Form):
    code = forms.CharField(
        label=_("tracking code"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    pin = forms.CharField(
        label=_("PIN, or the last four digits of your phone"),
        max_length=8,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )


class AgainForm(forms.Form):
    text = forms.CharField(label=_("what is not solved yet"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))


class SatisfactionForm(forms.Form):
    level = forms.ChoiceField(
        label=_("How satisfied are you with how we handled it?"),
        choices=Satisfaction.choices,
        widget=forms.RadioSelect,
    )
    comment = forms.CharField(
        label=_("anything you want to add"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
