"""Which answers, in which file."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from bihuan.foundation.forms import ActorForm, ScopedModelChoiceField
from bihuan.organisation.models import OrgUnit
from bihuan.surveys.forms.imports import day_field
from bihuan.surveys.models import Campaign, Door, SurveyExport, SurveyImport
from bihuan.surveys.permissions import EXPORT

LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]


class ExportForm(ActorForm):
    kind = forms.ChoiceField(label=_("file"), choices=SurveyExport.Kind.choices, widget=forms.RadioSelect)
    values = forms.ChoiceField(
        label=pgettext_lazy("in a file", "answers"),
        choices=SurveyExport.Values.choices,
        initial=SurveyExport.Values.LABELS,
        help_text=_("For XLSX and CSV alone; the package and SAV hold both."),
    )
    language = forms.ChoiceField(label=_("language of the words"), choices=LANGUAGES)
    unit = ScopedModelChoiceField(OrgUnit, permission=EXPORT, label=_("unit"), required=False)
    segment = forms.ChoiceField(label=_("segment"), required=False)
    channel = forms.ChoiceField(label=_("channel"), required=False)
    since = day_field(label=_("from"))
    until = day_field(label=_("until"))

    def __init__(self, *args: Any, survey: Campaign | SurveyImport, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].initial = SurveyExport.Kind.PACKAGE
        self.fields["language"].initial = get_language() if get_language() in dict(LANGUAGES) else "zh-hans"
        units = self.fields["unit"].queryset.filter(org_path__within=survey.org_path)  # type: ignore[attr-defined]
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
        self.fields["unit"].empty_label = str(_("all units"))  # type: ignore[attr-defined]
        if isinstance(survey, Campaign):
            segments = [(one.code, one.name) for one in survey.segments.all()]
            self.choose("segment", segments, _("all segments"))
            kinds = set(Door.objects.filter(campaign=survey).values_list("kind", flat=True))
            self.choose("channel", [pair for pair in Door.Kind.choices if pair[0] in kinds], _("all channels"))
        else:
            del self.fields["segment"], self.fields["channel"]

    def choose(self, name: str, choices: list[Any], every: Any) -> None:
        """Offer a choice only where there is one."""
        if len(choices) < 2:
            del self.fields[name]
        else:
            self.fields[name].choices = [("", every), *choices]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("since") and given.get("until") and given["since"] > given["until"]:
            self.add_error("until", _("The period ends before it begins."))
        return given
