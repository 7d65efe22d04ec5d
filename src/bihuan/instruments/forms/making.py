"""New forms, their files, their publication; scales of the library."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from bihuan.foundation.forms import ActorForm, ScopedModelChoiceField
from bihuan.instruments.models import Instrument
from bihuan.instruments.permissions import EDIT
from bihuan.organisation.models import OrgUnit

LARGEST_FILE = 2_000_000


def language_choices() -> list[tuple[str, Any]]:
    return [(code, name) for code, name in settings.LANGUAGES]


class UnitForm(ActorForm):
    """Whose form it is; the first unit the actor may write for is proposed."""

    title = forms.CharField(label=_("Name of the form"), max_length=150, help_text=_("Inside the house."))
    unit = ScopedModelChoiceField(OrgUnit, permission=EDIT, label=_("Responsible unit"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = self.fields["unit"].queryset.order_by("org_path")  # type: ignore[attr-defined]
        self.fields["unit"].initial = rows.first()


class NewForm(UnitForm):
    language = forms.ChoiceField(label=_("Written in"), choices=language_choices, initial=get_language)


class NewBlankForm(NewForm):
    kind = forms.ChoiceField(label=_("Kind"), choices=Instrument.Kind.choices)


class CopyForm(UnitForm):
    """A copy of one form, chosen before."""


class FileForm(UnitForm):
    file = forms.FileField(
        label=_("JSON file"), help_text=_("As downloaded from a form here, or written to the same shape.")
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=Instrument.Kind.choices)

    field_order = ["file", "title", "unit", "kind"]

    def clean_file(self) -> Any:
        return small_file(self.cleaned_data["file"])


class ReplaceForm(forms.Form):
    file = forms.FileField(
        label=_("JSON file"), help_text=_("The draft becomes what the file says; undo takes it back.")
    )

    def clean_file(self) -> Any:
        return small_file(self.cleaned_data["file"])


def small_file(file: Any) -> Any:
    if file.size > LARGEST_FILE:
        raise forms.ValidationError(_("The file is larger than 2 MB; no form is."))
    return file


class RenameForm(forms.Form):
    title = forms.CharField(label=_("Name of the form"), max_length=150)


class PublishForm(forms.Form):
    note = forms.CharField(
        label=_("What changed"),
        max_length=200,
        help_text=_("One line for those who compare versions later."),
    )
    revision = forms.IntegerField(widget=forms.HiddenInput)


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class ConfirmForm(forms.Form):
    """Nothing to fill in: the button is the form."""


class ScaleForm(forms.Form):
    """A scale of the library: its words in every language of the house, level by level."""

    def __init__(self, *args: Any, levels: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.levels = levels
        for language, name in settings.LANGUAGES:
            is_first = language == settings.LANGUAGES[0][0]
            self.fields[f"title_{language}"] = forms.CharField(
                label=_("Title (%(language)s)") % {"language": name}, max_length=100, required=is_first
            )
        for level in levels:
            for language, name in settings.LANGUAGES:
                self.fields[f"label_{level}_{language}"] = forms.CharField(
                    label=f"{level} · {name}", max_length=60, required=False
                )
        for language, name in settings.LANGUAGES:
            self.fields[f"na_{language}"] = forms.CharField(
                label=_("“Not applicable” (%(language)s)") % {"language": name}, max_length=60, required=False
            )

    def words(self) -> dict[str, dict[str, Any]]:
        """By language, those with at least one word."""
        data = self.cleaned_data
        found = {}
        for language, _name in settings.LANGUAGES:
            labels = {str(level): data[f"label_{level}_{language}"] for level in self.levels}
            each = {
                "title": data[f"title_{language}"],
                "labels": {level: text for level, text in labels.items() if text},
                "na": data[f"na_{language}"],
            }
            if each["title"] or each["labels"] or each["na"]:
                found[language] = each
        return found

    @classmethod
    def initial_for(cls, words: dict[str, Any]) -> dict[str, str]:
        found = {}
        for language, each in words.items():
            found[f"title_{language}"] = each.get("title", "")
            found[f"na_{language}"] = each.get("na", "")
            for level, text in (each.get("labels") or {}).items():
                found[f"label_{level}_{language}"] = text
        return found


class ScaleEndsForm(ActorForm):
    """The part of a scale that never changes; the words follow on the next page."""

    title = forms.CharField(label=_("Title"), max_length=100)
    code = forms.SlugField(
        label=_("Code"), max_length=60, help_text=_("Letters, digits, - and _; forms know the scale by it.")
    )
    low = forms.IntegerField(label=_("Lowest level"), initial=1, min_value=-100, max_value=1000)
    high = forms.IntegerField(label=_("Highest level"), initial=5, min_value=-100, max_value=1000)
    unit = ScopedModelChoiceField(
        OrgUnit, permission=EDIT, label=_("Responsible unit"), help_text=_("Units below it may use the scale too.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = self.fields["unit"].queryset.order_by("org_path")  # type: ignore[attr-defined]
        self.fields["unit"].initial = rows.first()
