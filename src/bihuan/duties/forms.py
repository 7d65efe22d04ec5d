"""Forms of calendars and policies: plain text that a person can check against the published notice."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bihuan.duties.enums import ClockKind
from bihuan.duties.permissions import CALENDARS_MANAGE
from bihuan.foundation.forms import ActorForm, ScopedModelChoiceField
from bihuan.organisation.models import OrgUnit
from servicequality.calendars.versions import WEEKDAYS

WEEKDAY_LABELS = dict(
    zip(
        WEEKDAYS,
        (_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday")),
        strict=True,
    )
)
HOURS = re.compile(r"^([01]?\d|2[0-4]):([0-5]\d)\s*[-–~至]\s*([01]?\d|2[0-4]):([0-5]\d)$")


class HoursField(forms.CharField):
    """ "08:30-12:00, 14:00-17:30"; empty means closed."""

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, max_length=100, **options)

    def clean(self, value: Any) -> list[list[str]]:
        text = super().clean(value)
        found = []
        for part in filter(None, (piece.strip() for piece in re.split(r"[,,;;]", text))):
            match = HOURS.match(part)
            if match is None:
                raise forms.ValidationError(gettext("“%(part)s” is not a span like 08:30-12:00.") % {"part": part})
            found.append([f"{int(match[1]):02d}:{match[2]}", f"{int(match[3]):02d}:{match[4]}"])
        return found


class DaysField(forms.CharField):
    """Days one a line; "2026-10-01..2026-10-07" for a stretch."""

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, widget=forms.Textarea(attrs={"rows": 8}), **options)

    def clean(self, value: Any) -> list[str | list[str]]:
        text = super().clean(value)
        found: list[str | list[str]] = []
        for number, line in enumerate(text.splitlines(), 1):
            parts = [part.strip() for part in line.split("..")]
            if parts == [""]:
                continue
            try:
                days = [date.fromisoformat(part) for part in parts]
            except ValueError:
                days = []
            if len(days) not in {1, 2} or days != sorted(days):
                raise forms.ValidationError(
                    gettext("Line %(number)s: “%(line)s” is not a day like 2026-10-01.")
                    % {"number": number, "line": line}
                )
            found.append(days[0].isoformat() if len(days) == 1 else [day.isoformat() for day in days])
        return found


class CalendarVersionForm(forms.Form):
    tz = forms.CharField(label=_("time zone"), max_length=50, initial="Asia/Shanghai")
    mon = HoursField(label=WEEKDAY_LABELS["mon"], help_text=_("Like 08:30-12:00, 14:00-17:30; empty means closed."))
    tue = HoursField(label=WEEKDAY_LABELS["tue"])
    wed = HoursField(label=WEEKDAY_LABELS["wed"])
    thu = HoursField(label=WEEKDAY_LABELS["thu"])
    fri = HoursField(label=WEEKDAY_LABELS["fri"])
    sat = HoursField(label=WEEKDAY_LABELS["sat"])
    sun = HoursField(label=WEEKDAY_LABELS["sun"])
    makeup_hours = HoursField(label=_("hours of a make-up workday"))
    holidays = DaysField(label=_("public holidays"), help_text=_("One a line; 2026-10-01..2026-10-07 for a stretch."))
    makeup_workdays = DaysField(label=_("make-up workdays"), help_text=_("Full working days whatever the weekday."))
    published_through = forms.DateField(
        label=_("holidays announced through"),
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("Deadlines beyond this day are marked provisional."),
    )
    note = forms.CharField(label=_("what changed"), max_length=200)

    def body(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {
            "tz": given["tz"],
            "weekly": {name: given[name] for name in WEEKDAYS if given[name]},
            "makeup_hours": given["makeup_hours"],
            "day_data": {
                "holidays": given["holidays"],
                "makeup_workdays": given["makeup_workdays"],
                "published_through": given["published_through"].isoformat(),
                "fixed_statutory": ["01-01", "05-01", "05-02", "10-01", "10-02", "10-03"],
            },
        }


class CalendarForm(CalendarVersionForm, ActorForm):
    unit = ScopedModelChoiceField(
        OrgUnit, permission=CALENDARS_MANAGE, only={"is_active": True, "calendar__isnull": True}, label=_("unit")
    )
    name = forms.CharField(label=_("name"), max_length=60)

    field_order = ["unit", "name"]


class PolicyVersionForm(forms.Form):
    clock = forms.ChoiceField(label=_("kind of clock"), choices=ClockKind.choices)
    hours = forms.DecimalField(
        label=_("hours"), min_value=0, max_value=9999, required=False, help_text=_("For hour clocks.")
    )
    days = forms.IntegerField(
        label=_("days"), min_value=0, max_value=999, required=False, help_text=_("For day clocks.")
    )
    day_end = forms.ChoiceField(
        label=_("a day ends"), choices=[("close", _("at the close of business")), ("24:00", _("at 24:00"))]
    )
    roll = forms.ChoiceField(
        label=_("a last day that is no working day"),
        choices=[("none", _("stays")), ("next_working_day", _("moves to the next working day"))],
    )
    service_day_start = forms.TimeField(
        label=_("a service day starts at"), required=False, widget=forms.TimeInput(attrs={"type": "time"})
    )
    reopen_policy = forms.ChoiceField(
        label=_("when reopened"), choices=[("restart", _("the full time again")), ("resume", _("what was left"))]
    )
    warn_percent = forms.DecimalField(
        label=_("early warning after % of the time"), min_value=1, max_value=100, initial=80, required=False
    )
    clause = forms.CharField(label=_("clause it enforces"), max_length=200, required=False)
    quiet_from = forms.TimeField(
        label=_("quiet from"), required=False, widget=forms.TimeInput(attrs={"type": "time"}), initial="22:00"
    )
    quiet_until = forms.TimeField(
        label=_("quiet until"), required=False, widget=forms.TimeInput(attrs={"type": "time"}), initial="07:00"
    )
    is_urgent = forms.BooleanField(label=_("alerts ignore quiet hours"), required=False)
    note = forms.CharField(label=_("what changed"), max_length=200)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        kind = given.get("clock")
        if kind in {"elapsed", "business"} and given.get("hours") is None:
            self.add_error("hours", gettext("An hour clock needs its hours."))
        if kind in {"working_days", "calendar_days"} and given.get("days") is None:
            self.add_error("days", gettext("A day clock needs its days."))
        return given

    def rule(self) -> dict[str, Any]:
        given = self.cleaned_data
        rule: dict[str, Any] = {"clock": given["clock"], "reopen_policy": given["reopen_policy"]}
        if given["clock"] in {"elapsed", "business"}:
            rule["hours"] = float(given["hours"])
        elif given["clock"] != "same_day":
            rule |= {"days": given["days"], "day_end": given["day_end"]}
        if given["clock"] == "calendar_days":
            rule["roll"] = given["roll"]
        if given["clock"] == "same_day":
            rule["service_day_start"] = f"{given['service_day_start'] or '00:00'}"[:5]
        if given["warn_percent"]:
            rule["warn_percent"] = float(given["warn_percent"])
        return rule


class PolicyForm(PolicyVersionForm, ActorForm):
    unit = ScopedModelChoiceField(OrgUnit, permission=CALENDARS_MANAGE, only={"is_active": True}, label=_("unit"))
    key = forms.SlugField(label=_("key"), max_length=50)
    name = forms.CharField(label=_("name"), max_length=80)

    field_order = ["unit", "key", "name"]
