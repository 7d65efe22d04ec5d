"""Forms of the office side of a survey in the field."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from bihuan.foundation.actor import Actor
from bihuan.foundation.forms import ActorForm, ScopedModelChoiceField
from bihuan.instruments.models import Instrument, InstrumentVersion
from bihuan.instruments.permissions import VIEW as FORMS_VIEW
from bihuan.instruments.selectors import latest_version, templates
from bihuan.organisation.models import OrgUnit
from bihuan.surveys.models import Campaign
from bihuan.surveys.permissions import MANAGE
from bihuan.surveys.permissions import VIEW as SURVEYS_VIEW

MOMENT = "%Y-%m-%dT%H:%M"


def moment_field(**options: Any) -> forms.DateTimeField:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MOMENT)
    return forms.DateTimeField(widget=widget, input_formats=[MOMENT, "%Y-%m-%dT%H:%M:%S"], required=False, **options)


def whole(label: Any, low: int, high: int, initial: int, **options: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=low, max_value=high, initial=initial, **options)


class PressForm(forms.Form):
    """Nothing to fill in: the button is the act."""


class WhyForm(forms.Form):
    reason = forms.CharField(label=_("reason"), widget=forms.Textarea(attrs={"rows": 3}), max_length=2000)


class CampaignForm(ActorForm):
    """All that makes a survey; what may no longer change is shown and locked."""

    title = forms.CharField(label=_("title"), max_length=150)
    unit = ScopedModelChoiceField(
        OrgUnit,
        permission=MANAGE,
        only={"is_active": True},
        label=_("responsible unit"),
        help_text=_("The survey can ask customers of this unit and of all units below it."),
    )
    form = forms.ChoiceField(
        label=_("form"),
        help_text=_("A published form in its newest version, or a template: from it a form of your own is made."),
    )
    opens_at = moment_field(label=_("opens"))
    opens_itself = forms.BooleanField(label=_("opens by itself at that time"), required=False)
    closes_at = moment_field(label=_("closes"), help_text=_("It closes by itself. Empty: until somebody closes it."))
    anonymity = forms.ChoiceField(
        label=_("anonymity"),
        choices=Campaign.Anonymity.choices,
        widget=forms.RadioSelect,
        initial=Campaign.Anonymity.ANONYMOUS,
        help_text=_("Those who answer read this on the first page. It is fixed once the survey has opened."),
    )
    entry = forms.ChoiceField(
        label=_("who may answer"),
        choices=Campaign.Entry.choices,
        widget=forms.RadioSelect,
        initial=Campaign.Entry.DISCOURAGE,
    )
    target = whole(_("responses needed"), 1, 10_000_000, 50)
    target_basis = forms.ChoiceField(
        label=pgettext_lazy("target", "counted"),
        choices=Campaign.TargetBasis.choices,
        widget=forms.RadioSelect,
        initial=Campaign.TargetBasis.SURVEY,
    )
    previous = ScopedModelChoiceField(
        Campaign,
        permission=SURVEYS_VIEW,
        label=_("last wave"),
        required=False,
        help_text=_("Results are compared with it."),
    )
    small_cell = whole(
        _("fewest answers shown of a group"),
        1,
        100,
        5,
        help_text=_("Smaller groups are not shown, so that nobody is recognised."),
    )
    quarantine_days = whole(
        _("days between two invitations of a person"), 0, 1000, 90, help_text=_("Counted over all surveys together.")
    )
    reminders_allowed = whole(_("reminders at most"), 0, 5, 2)
    resume_days = whole(_("days in which a begun answer can be resumed"), 0, 90, 14)
    kiosk_seconds = whole(_("seconds until a kiosk starts anew"), 10, 900, 60)
    double_entry_percent = whole(
        _("paper sheets keyed twice (%)"), 0, 100, 10, help_text=_("Chosen by chance; whoever keys does not see which.")
    )

    FIRST = ("title", "unit", "form", "previous")
    WHEN = ("opens_at", "opens_itself", "closes_at")
    PROMISE = ("anonymity", "entry")
    MUCH = ("target", "target_basis")
    MORE = (
        "small_cell",
        "quarantine_days",
        "reminders_allowed",
        "resume_days",
        "kiosk_seconds",
        "double_entry_percent",
    )

    def __init__(
        self, *args: Any, actor: Actor, record: Campaign | None = None, locked: Iterable[str] = (), **more: Any
    ):
        super().__init__(*args, actor=actor, **more)
        self.record = record
        if record is not None:
            self.initial = initial_of(record)  # also when posted: a locked field keeps what it had
        self.fields["form"].choices = form_choices(actor, record)  # type: ignore[attr-defined]
        waves = self.fields["previous"].queryset.exclude(state="discarded")  # type: ignore[attr-defined]
        self.fields["previous"].queryset = waves.exclude(pk=record.pk if record else None)  # type: ignore[attr-defined]
        for name in locked:
            self.fields[name].disabled = True

    def group(self, *names: str) -> list[forms.BoundField]:
        return [self[name] for name in names]

    def first(self) -> list[forms.BoundField]:
        return self.group(*self.FIRST)

    def when(self) -> list[forms.BoundField]:
        return self.group(*self.WHEN)

    def promise(self) -> list[forms.BoundField]:
        return self.group(*self.PROMISE)

    def much(self) -> list[forms.BoundField]:
        return self.group(*self.MUCH)

    def more(self) -> list[forms.BoundField]:
        return self.group(*self.MORE)

    def more_has_errors(self) -> bool:
        return any(name in self.errors for name in self.MORE)

    def values(self) -> dict[str, Any]:
        """What the service takes: a chosen form becomes its version, a template its key."""
        given = dict(self.cleaned_data)
        chosen = given.pop("form")
        kind, _sep, key = chosen.partition(":")
        if kind == "template":
            return {**given, "template": key}
        if kind == "version":
            return {**given, "version": InstrumentVersion.objects.get(pk=key)}
        instrument = Instrument.objects.get(pk=key)
        return {**given, "version": latest_version(instrument)}


def initial_of(campaign: Campaign) -> dict[str, Any]:
    names = [name for name in CampaignForm.base_fields if name not in {"form", "unit", "previous"}]
    return {
        **{name: getattr(campaign, name) for name in names},
        "unit": campaign.unit_id,
        "previous": campaign.previous_id,
        "form": f"version:{campaign.version_of_form_id}",
    }


def form_choices(actor: Actor, record: Campaign | None) -> list[Any]:
    """The form a survey has, published forms in their newest version, and the shelf."""
    own = []
    if record is not None:
        own = [(f"version:{record.version_of_form_id}", str(record.version_of_form))]
        if record.state != "draft":
            return own
    rows = Instrument.objects.for_permission(actor, FORMS_VIEW).filter(
        kind=Instrument.Kind.QUESTIONNAIRE, versions__isnull=False
    )
    published = [(f"form:{row.pk}", row.title) for row in rows.distinct()]
    language = get_language() or "zh-hans"
    shelf = [(f"template:{one.key}", one.name(language)) for one in templates()]
    groups = [(_("as it is"), own), (_("published forms"), published), (_("templates"), shelf if not own else [])]
    return [("", "—"), *((label, choices) for label, choices in groups if choices)]


class ReopenForm(WhyForm):
    closes_at = moment_field(label=_("closes"), help_text=_("Empty: until somebody closes it."))


class ChangeFormForm(WhyForm):
    """Which version to go on with, and why."""

    version = forms.ChoiceField(label=_("version"), widget=forms.RadioSelect)
    field_order = ("version", "reason")

    def __init__(self, *args: Any, versions: list[InstrumentVersion], **more: Any) -> None:
        super().__init__(*args, **more)
        self.versions = {str(version.pk): version for version in versions}
        self.fields["version"].choices = [  # type: ignore[attr-defined]
            (key, f"v{version.number} · {version.note}") for key, version in self.versions.items()
        ]

    def chosen(self) -> InstrumentVersion:
        return self.versions[self.cleaned_data["version"]]


class UnitsForm(forms.Form):
    """One tick and one number a unit."""

    def __init__(self, *args: Any, units: list[OrgUnit], targets: dict[int, int | None], **more: Any) -> None:
        super().__init__(*args, **more)
        self.units = units
        for unit in units:
            label = unit.name
            self.fields[f"unit{unit.pk}"] = forms.BooleanField(label=label, required=False, initial=unit.pk in targets)
            self.fields[f"target{unit.pk}"] = forms.IntegerField(
                label=_("responses needed: %(unit)s") % {"unit": unit.name},
                required=False,
                min_value=1,
                max_value=1_000_000,
                initial=targets.get(unit.pk),
                widget=forms.NumberInput(attrs={"class": "input-short", "inputmode": "numeric"}),
            )

    def rows(self) -> list[dict[str, Any]]:
        top = min((unit.depth for unit in self.units), default=0)
        return [
            {
                "unit": unit,
                "tick": self[f"unit{unit.pk}"],
                "target": self[f"target{unit.pk}"],
                "depth": min(4, unit.depth - top),
            }
            for unit in self.units
        ]

    def targets(self) -> dict[int, int | None]:
        given = self.cleaned_data
        return {unit.pk: given[f"target{unit.pk}"] for unit in self.units if given[f"unit{unit.pk}"]}


class SegmentForm(forms.Form):
    name = forms.CharField(label=_("name"), max_length=100)
    weight = forms.DecimalField(
        label=_("weight"),
        min_value=Decimal("0.0001"),
        max_digits=9,
        decimal_places=4,
        initial=1,
        help_text=_("Its share of the business, by volume or profit; results are weighted with it."),
    )
    share = forms.DecimalField(
        label=_("share of the sample (%)"),
        min_value=0,
        max_value=100,
        max_digits=6,
        decimal_places=2,
        required=False,
        help_text=_("How much of the answers is to come from it; quotas and samples are made by it."),
    )
    answers = forms.MultipleChoiceField(
        label=_("who belongs to it, by the answer to one item"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("Nothing ticked: by the contact's entry, or as the interviewer says."),
    )

    def __init__(
        self, *args: Any, choices: list[Any], known: dict[str, Any] | None = None, is_fixed: bool = False, **more: Any
    ) -> None:
        super().__init__(*args, **more)
        self.initial = known or {}
        self.fields["answers"].choices = choices  # type: ignore[attr-defined]
        if is_fixed:
            self.fields["answers"].disabled = True

    def clean_answers(self) -> list[str]:
        given: list[str] = self.cleaned_data["answers"]
        if len({one.partition("=")[0] for one in given}) > 1:
            raise forms.ValidationError(_("Tick answers of one item only."))
        return given

    def values(self) -> dict[str, Any]:
        given = self.cleaned_data
        ticked = given["answers"]
        share = given["share"]
        return {
            "name": given["name"],
            "weight": given["weight"],
            "sample_share": None if share is None else (share / 100),
            "item": ticked[0].partition("=")[0] if ticked else "",
            "answers": [one.partition("=")[2] for one in ticked],
        }


class QuotasForm(forms.Form):
    over_percent = whole(
        _("more than wanted (%)"),
        0,
        500,
        0,
        help_text=_("A quota turns people away once it is full. Some room above the number wanted is usual."),
    )


class LimitForm(forms.Form):
    limit = forms.IntegerField(label=_("limit"), min_value=0, max_value=10_000_000)
