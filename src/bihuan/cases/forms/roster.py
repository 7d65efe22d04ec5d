"""Rosters: a file, or one shift."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bihuan.cases.services.rosters import RosterRow, roster_rows
from bihuan.foundation.forms import ActorForm, ScopedModelChoiceField, file_rows
from bihuan.organisation.models import Asset, Person


def moment(label: Any) -> forms.DateTimeField:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(label=label, widget=widget)


class RosterFileForm(forms.Form):
    """The file is read whole before anything is kept; every problem names its row and column."""

    file = forms.FileField(
        label=_("file"),
        help_text=_("CSV or XLSX with the columns 工号, 上班时间, 下班时间; 车号, 线路, 岗位 and 班次 if known."),
    )

    def clean_file(self) -> list[RosterRow]:
        return file_rows(self.cleaned_data["file"], roster_rows)


class ShiftForm(ActorForm):
    person = ScopedModelChoiceField(Person, only={"is_active": True}, label=_("person"))
    asset = ScopedModelChoiceField(Asset, only={"is_active": True}, label=_("vehicle or counter"), required=False)
    line = ScopedModelChoiceField(Asset, only={"kind": "line", "is_active": True}, label=_("line"), required=False)
    role = forms.CharField(label=_("role"), max_length=40, required=False)
    shift = forms.CharField(label=_("shift"), max_length=40, required=False)
    starts_at = moment(_("from"))
    ends_at = moment(_("until"))

    def row(self) -> RosterRow:
        given = self.cleaned_data
        return RosterRow(
            given["person"],
            given["starts_at"],
            given["ends_at"],
            given["asset"],
            given["line"],
            given["role"],
            given["shift"],
        )
