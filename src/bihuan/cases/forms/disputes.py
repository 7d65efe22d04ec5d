"""Disputes: objecting, naming the panel, voting, deciding."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bihuan.cases.forms.intake import ManyFilesField, ManyFilesInput
from bihuan.cases.forms.work import decided, why
from bihuan.cases.models import PANEL, Case
from bihuan.cases.selectors.panels import found_by
from bihuan.foundation.errors import BadInputError
from bihuan.foundation.forms import ActorForm, lines
from bihuan.organisation.models import Person

SEATS = 7
MOST_FILES = 20


class ReviewForm(ActorForm):
    staff_view = forms.CharField(label=_("what the member of staff says"), max_length=8000, widget=lines(5))


class OwnReviewForm(forms.Form):
    staff_view = forms.CharField(
        label=_("how you see it"),
        max_length=8000,
        widget=lines(7),
        help_text=_(
            "What happened from where you stood, and what can be looked at or who was there. The panel reads it."
        ),
    )
    uploads = ManyFilesField(label=_("photos, files, sound"), required=False, widget=ManyFilesInput)

    def clean_uploads(self) -> list[Any]:
        files = list(self.cleaned_data["uploads"] or ())
        if len(files) > MOST_FILES:
            raise forms.ValidationError(_("At most 20 files at once."))
        return files


class PanelForm(forms.Form):
    """One line a member: whoever types gets the choices of an organisation of thousands."""

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.case = case
        for number in range(1, SEATS + 1):
            self.fields[f"member_{number}"] = forms.CharField(
                label=_("panel member %(number)s") % {"number": number},
                max_length=100,
                required=number <= PANEL,
                widget=forms.TextInput(attrs={"list": f"people_{number}", "autocomplete": "off"}),
            )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        panel: list[Person] = []
        for name in self.fields:
            typed = (given.get(name) or "").strip()
            if not typed:
                continue
            try:
                person = found_by(self.case, typed)
            except BadInputError as refused:
                self.add_error(name, str(refused.message))
                continue
            if person in panel:
                self.add_error(name, _("This person is named already."))
            panel.append(person)
        given["panel"] = panel
        return given


class VoteForm(forms.Form):
    counts = decided(_("counts against the member of staff"))
    reason = why()


class ReviewDecisionForm(forms.Form):
    decision = forms.CharField(label=_("decision with reasons"), widget=lines(4))
