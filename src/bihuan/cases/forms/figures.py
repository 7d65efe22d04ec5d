"""What figures are asked for, and what is entered for them."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.cases import permissions as may
from bihuan.cases.enums import Kind
from bihuan.cases.models import CaseReport, Exposure
from bihuan.cases.services.exposing import ExposureRow, exposure_rows
from bihuan.foundation.forms import ActorForm, ScopedModelChoiceField, file_rows
from bihuan.organisation.models import OrgUnit

DEFAULT_DAYS = 30
LARGEST_MAP = 8 * 1024 * 1024


def day(label: Any, **options: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **options)


class PeriodForm(ActorForm):
    since = day(_("from day"), required=False)
    until = day(_("to day"), required=False)
    unit = ScopedModelChoiceField(
        OrgUnit, permission=may.VIEW, label=_("unit"), required=False, empty_label=_("all units")
    )
    kind = forms.ChoiceField(
        label=_("kind"), required=False, choices=[("", pgettext_lazy("case kind", "all")), *Kind.choices]
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("since") and given.get("until") and given["since"] > given["until"]:
            self.add_error("until", _("The end lies before the beginning."))
        return given

    def span(self) -> tuple[date, date]:
        given = self.cleaned_data if self.is_valid() else {}
        until = given.get("until") or timezone.localdate()
        return given.get("since") or until - timedelta(days=DEFAULT_DAYS - 1), until


class ExposureForm(ActorForm):
    unit = ScopedModelChoiceField(OrgUnit, permission=may.REPORT, only={"is_active": True}, label=_("unit"))
    measure = forms.ChoiceField(
        label=pgettext_lazy("case", "measure"), choices=Exposure.Measure.choices, widget=forms.RadioSelect
    )
    since = day(_("from day"))
    until = day(_("to day"))
    number = forms.IntegerField(label=pgettext_lazy("amount", "number"), min_value=0)
    source = forms.CharField(label=_("source"), max_length=200)


class ExposureFileForm(forms.Form):
    """The file is read whole before anything is kept; every problem names its row and column."""

    file = forms.FileField(
        label=_("file"),
        help_text=_("CSV or XLSX with the columns 单位, 指标, 日期, 数量; 结束日期 for more than a day."),
    )
    source = forms.CharField(label=_("source"), max_length=200)

    def clean_file(self) -> list[ExposureRow]:
        return file_rows(self.cleaned_data["file"], exposure_rows)


class ReportForm(ActorForm):
    rhythm = forms.ChoiceField(label=_("kind"), choices=CaseReport.Rhythm.choices, widget=forms.RadioSelect)
    unit = ScopedModelChoiceField(OrgUnit, permission=may.REPORT, only={"is_active": True}, label=_("unit"))
    day = day(_("any day of the week or month"))


class CommentForm(forms.Form):
    comment = forms.CharField(label=_("analysis and proposals"), widget=forms.Textarea(attrs={"rows": 10}))


class MapForm(ActorForm):
    name = forms.CharField(label=_("name"), max_length=100)
    unit = ScopedModelChoiceField(OrgUnit, permission=may.CRITERIA, only={"is_active": True}, label=_("unit"))
    origin = forms.CharField(label=_("origin and licence"), max_length=200)
    file = forms.FileField(label=_("GeoJSON file"), help_text=_("Outlines in longitude and latitude, at most 8 MB."))

    def clean_file(self) -> Any:
        upload = self.cleaned_data["file"]
        if upload.size > LARGEST_MAP:
            raise forms.ValidationError(_("The file is larger than 8 MB."))
        try:
            return json.loads(upload.read().decode("utf-8-sig"))
        except (UnicodeDecodeError, ValueError) as error:
            raise forms.ValidationError(_("This is no GeoJSON that can be read.")) from error
