"""Forms of the hotline's office: services, centres, the roster, exemptions."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.accounts.models import User
from bihuan.accounts.selectors import users_for
from bihuan.cases import permissions as may
from bihuan.cases.enums import Kind
from bihuan.cases.models import CaseTheme
from bihuan.cases.particulars import DataType, Particular, Use
from bihuan.foundation.forms import ActorForm, ScopedModelChoiceField, day_field, lines
from bihuan.organisation.models import OrgUnit, Person

SPARE_ROWS = 3
DECISIONS = [("grant", pgettext_lazy("exemption step", "Grant")), ("refuse", pgettext_lazy("step", "Refuse"))]


def moment_field(**options: Any) -> forms.DateTimeField:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(widget=widget, **options)


def desk_field(permission: str, **options: Any) -> ScopedModelChoiceField:
    return ScopedModelChoiceField(OrgUnit, permission=permission, only={"is_active": True}, **options)


def person_field(**options: Any) -> ScopedModelChoiceField:
    return ScopedModelChoiceField(Person, only={"is_active": True}, **options)


class ServiceForm(ActorForm):
    """A service and its particulars: a few lines more than there are, empty ones are left out."""

    code = forms.CharField(
        label=_("code"), max_length=60, help_text=_("Other systems keep it: it cannot be changed later.")
    )
    name = forms.CharField(label=_("name"), max_length=100)
    description = forms.CharField(label=_("description"), widget=lines(2), required=False)
    group = forms.CharField(label=_("group"), max_length=100, required=False)
    keywords = forms.CharField(label=_("keywords"), max_length=200, required=False, help_text=_("Separated by commas."))
    desk = desk_field(may.CRITERIA, label=_("taken in by"))
    kind = forms.ChoiceField(label=_("kind"), choices=Kind.choices)
    theme = ScopedModelChoiceField(CaseTheme, only={"is_active": True}, label=_("theme"), required=False)
    is_active = forms.BooleanField(label=_("offered"), required=False, initial=True)
    publishes = forms.BooleanField(
        label=_("requests are published"),
        required=False,
        help_text=_("Anybody may read them by Open311, without names and with a coarse position."),
    )
    is_batch = forms.BooleanField(
        label=_("answers with a token first"),
        required=False,
        help_text=_("For systems that collect and ask for numbers later."),
    )
    rows = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0, max_value=60)

    def __init__(self, *args: Any, attributes: list[Particular], is_new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sent = str(self.data.get("rows", "")) if self.is_bound else ""
        self.count = min(60, int(sent)) if sent.isdigit() else len(attributes) + SPARE_ROWS
        self.fields["rows"].initial = self.count
        if not is_new:
            del self.fields["code"]
        for number in range(self.count):
            self._add_row(number, attributes[number] if number < len(attributes) else None)

    def _add_row(self, number: int, one: Particular | None) -> None:
        add = self.fields.__setitem__
        first = one or Particular("", "")
        add(f"p{number}_description", forms.CharField(label=_("question"), max_length=200, required=False))
        add(f"p{number}_code", forms.CharField(label=_("code"), max_length=40, required=False))
        add(f"p{number}_datatype", forms.ChoiceField(label=_("type"), choices=DataType.choices))
        add(f"p{number}_use", forms.ChoiceField(label=_("fills"), choices=Use.choices, required=False))
        add(
            f"p{number}_values",
            forms.CharField(label=_("choices"), widget=lines(2), required=False, help_text=_("One a line: key = name")),
        )
        add(f"p{number}_required", forms.BooleanField(label=_("required"), required=False))
        for name in ("description", "code", "datatype", "use", "required"):
            self.fields[f"p{number}_{name}"].initial = getattr(first, name)
        self.fields[f"p{number}_values"].initial = "\n".join(f"{key} = {name}" for key, name in first.values)

    def plain(self) -> list[Any]:
        return [field for field in self.visible_fields() if not field.name.startswith("p") or field.name == "publishes"]

    def particular_rows(self) -> list[list[Any]]:
        names = ("description", "code", "datatype", "use", "values", "required")
        return [[self[f"p{number}_{name}"] for name in names] for number in range(self.count)]

    def values(self) -> dict[str, Any]:
        names = (
            "code",
            "name",
            "description",
            "group",
            "keywords",
            "kind",
            "theme",
            "is_active",
            "publishes",
            "is_batch",
        )
        return {name: self.cleaned_data[name] for name in names if name in self.cleaned_data}

    def asked(self) -> list[Particular]:
        given = self.cleaned_data
        found = []
        for number in range(self.count):
            code, question = given[f"p{number}_code"].strip(), given[f"p{number}_description"].strip()
            if not code and not question:
                continue
            pairs = [line.partition("=") for line in given[f"p{number}_values"].splitlines() if line.strip()]
            found.append(
                Particular(
                    code=code,
                    description=question,
                    datatype=given[f"p{number}_datatype"],
                    required=given[f"p{number}_required"],
                    use=given[f"p{number}_use"],
                    values=tuple((key.strip(), (name or key).strip()) for key, _sign, name in pairs),
                )
            )
        return found


class CentreForm(ActorForm):
    name = forms.CharField(label=_("name"), max_length=100)
    origin = forms.SlugField(
        label=_("short name in numbers"), max_length=40, help_text=_("Cases keep it: it cannot be changed later.")
    )
    base_url = forms.URLField(
        label=_("address of its Open311 service"),
        max_length=250,
        assume_scheme="https",
        help_text=_("The base that /requests.json is put behind; named in its discovery document."),
    )
    jurisdiction = forms.CharField(label=_("jurisdiction"), max_length=100, required=False)
    api_key = forms.CharField(
        label=_("key it gave us"),
        max_length=200,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("Shown to nobody again. Empty: the key there is stays."),
    )
    account = forms.ModelChoiceField(
        queryset=User.objects.none(),
        label=_("account whose key it uses here"),
        required=False,
        help_text=_("What it sends us with that key counts as its tickets, and it gets the results back."),
    )
    desk = desk_field(may.CRITERIA, label=_("desk"))
    pulls = forms.BooleanField(label=_("we fetch its tickets"), required=False)
    is_active = forms.BooleanField(label=_("in use"), required=False, initial=True)

    def __init__(self, *args: Any, is_new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        accounts: Any = self.fields["account"]
        accounts.queryset = users_for(self.actor, may.CRITERIA).filter(is_active=True)
        if not is_new:
            del self.fields["origin"]

    def values(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name not in {"desk", "api_key"}}


class PeriodForm(forms.Form):
    since = day_field(label=_("from"))
    until = day_field(label=_("until"))

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        since, until = given.get("since"), given.get("until")
        if since and until and since > until:
            self.add_error("until", _("The period ends before it begins."))
        elif since and until and until - since > timedelta(days=366):
            self.add_error("until", _("At most one year at once."))
        return given


class ShiftForm(ActorForm):
    unit = desk_field(may.ROSTER, label=_("desk"))
    person = person_field(label=_("on duty"))
    starts_at = moment_field(label=_("from"))
    ends_at = moment_field(label=_("until"))
    phone = forms.CharField(label=_("reachable at"), max_length=30, required=False)


class PatternForm(ActorForm):
    unit = desk_field(may.ROSTER, label=_("desk"))
    first_day = day_field(label=_("first day"), initial=timezone.localdate)
    weeks = forms.IntegerField(label=_("number of weeks"), min_value=1, max_value=12, initial=1)
    begins = forms.TimeField(
        label=_("the early shift begins at"),
        initial=time(8),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text=_("Three shifts of eight hours follow one another."),
    )
    early = person_field(label=_("early shift"))
    late = person_field(label=_("late shift"))
    night = person_field(label=_("night shift"))
    rotates = forms.BooleanField(
        label=_("change shifts every week"),
        required=False,
        help_text=_("Early to late, late to night, night to early."),
    )
    phone = forms.CharField(label=_("reachable at"), max_length=30, required=False)

    def pattern(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        return {"people": [given.pop(name) for name in ("early", "late", "night")], **given}


class HandOverForm(ActorForm):
    handed_to = person_field(label=_("handed over to"))
    note = forms.CharField(
        label=_("handover note"),
        widget=lines(5),
        help_text=_("What is under way, whom to ring back, what the next shift must not miss."),
    )


class PressForm(forms.Form):
    """Nothing to fill in: one button."""


class WhyForm(forms.Form):
    reason = forms.CharField(label=_("reason"), widget=lines(3), max_length=2000)


class PublishForm(forms.Form):
    is_public = forms.BooleanField(
        label=_("everybody may read it as shown above"),
        required=False,
        help_text=_("Take the tick off to hide it again."),
    )
    reason = forms.CharField(label=_("reason"), widget=lines(2), max_length=2000)


class ExemptionDecisionForm(forms.Form):
    decision = forms.ChoiceField(label=_("decision"), choices=DECISIONS, widget=forms.RadioSelect)
    reason = forms.CharField(label=_("reason"), widget=lines(3), max_length=2000)
