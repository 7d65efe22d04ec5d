"""What the loop page may be narrowed to."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.foundation.forms import ActorForm, ScopedModelChoiceField
from bihuan.loop.permissions import LOOP_VIEW
from bihuan.organisation.models import OrgUnit

PERIODS = [
    ("30", _("last 30 days")),
    ("90", _("last 90 days")),
    ("365", _("last 12 months")),
    ("all", _("all time")),
    ("own", _("from … to …")),
]
DEFAULT = "365"


def start_of(day: Any) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


class PeriodForm(ActorForm):
    period = forms.ChoiceField(label=_("raised in"), choices=PERIODS, required=False)
    since = forms.DateField(label=_("from day"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("to day"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    unit = ScopedModelChoiceField(OrgUnit, permission=LOOP_VIEW, label=_("unit"), required=False)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        since, until = given.get("since"), given.get("until")
        if since and until and since > until:
            self.add_error("until", _("The end lies before the beginning."))
        return given

    def span(self, now: datetime) -> tuple[datetime | None, datetime | None]:
        """Instants from and to (exclusive); wrong input narrows nothing."""
        given = self.cleaned_data if self.is_valid() else {}
        period = given.get("period") or ("own" if given.get("since") or given.get("until") else DEFAULT)
        if period == "own":
            since, until = given.get("since"), given.get("until")
            return (
                start_of(since) if since else None,
                start_of(until + timedelta(days=1)) if until else None,
            )
        if period == "all":
            return None, None
        return now - timedelta(days=int(period)), None
