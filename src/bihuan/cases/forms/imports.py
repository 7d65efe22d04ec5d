"""Cases from a file: the file, then which column says what."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bihuan.cases import permissions as may
from bihuan.cases.arrivals import FIELDS, REQUIRED
from bihuan.foundation.forms import ActorForm, ScopedModelChoiceField
from bihuan.organisation.models import OrgUnit


class ImportFileForm(ActorForm):
    file = forms.FileField(
        label=_("file"), help_text=_("CSV or XLSX, one case a row; at least a number and what happened.")
    )
    origin = forms.CharField(
        label=_("origin"),
        max_length=50,
        help_text=_("Which system the numbers belong to, such as 12345. The same number of it is one case for ever."),
    )
    unit = ScopedModelChoiceField(OrgUnit, permission=may.INTAKE, only={"is_active": True}, label=_("desk"))

    def __init__(self, *args: Any, desk: OrgUnit | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].initial = desk


class MappingForm(forms.Form):
    """One choice of column a field; a column says one thing."""

    def __init__(self, *args: Any, columns: list[str], mapping: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "—"), *((name, name) for name in columns)]
        for field, label in FIELDS.items():
            self.fields[field] = forms.ChoiceField(
                label=str(label), choices=choices, required=field in REQUIRED, initial=mapping.get(field, "")
            )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        said: dict[str, str] = {}
        for field in FIELDS:
            column = given.get(field)
            if column and column in said:
                self.add_error(field, _("This column says something else already."))
            elif column:
                said[column] = field
        return given
