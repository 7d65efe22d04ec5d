"""Forms for comments, files and withdrawing them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

MAX_FILES = 20


class MultipleFileInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class MultipleFileField(forms.FileField):
    """Several files at once; ``clean`` returns a list."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=MultipleFileInput(), **options)

    def clean(self, given: Any, initial: Any = None) -> Any:
        several = given if isinstance(given, list | tuple) else [given]
        if len(several) > MAX_FILES:
            raise forms.ValidationError(_("At most 20 files at once."))
        return [super(MultipleFileField, self).clean(one, initial) for one in several]


class AttachForm(forms.Form):
    file = MultipleFileField(label=_("files"), max_length=500)

    def uploads(self) -> list[Any]:
        """The files as Django's UploadedFile."""
        return list(self.cleaned_data["file"])


class CommentForm(forms.Form):
    text = forms.CharField(label=_("comment"), max_length=5000, widget=forms.Textarea(attrs={"rows": 3}))


class WithdrawForm(forms.Form):
    reason = forms.CharField(label=_("reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))
