"""Taking a case in: everything on one screen, nothing but the text required."""

from __future__ import annotations

import hashlib
from datetime import datetime, time
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.cases import permissions as may
from bihuan.cases.enums import Channel, Grade, Kind
from bihuan.cases.forms.work import EditionField
from bihuan.cases.models import Case, CaseTheme, Criterion
from bihuan.cases.selectors import criteria_for, themes_for
from bihuan.cases.services import Person, Told
from bihuan.foundation.actor import Actor
from bihuan.foundation.forms import ActorForm
from bihuan.organisation.models import Asset, OrgUnit
from bihuan.standards.selectors import answers_for

LATER = [("", pgettext_lazy("intake", "decide later"))]


class ManyFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    def clean(self, data: Any, initial: Any = None) -> Any:
        given = data if isinstance(data, list | tuple) else [data]
        return [super(ManyFilesField, self).clean(item, initial) for item in given if item]


def desk_of(actor: Actor) -> OrgUnit | None:
    """The unit cases are taken in at: the actor's own where they may, else the highest one they may take in for."""
    paths = actor.paths(may.INTAKE)
    own = OrgUnit.objects.filter(people__pk=actor.person_id).first() if actor.person_id else None
    if own is not None and any(own.org_path.startswith(path) for path in paths):
        # Cases are kept at the top of what the desk serves, so that any unit below may become responsible.
        return OrgUnit.objects.filter(org_path=min((p for p in paths if own.org_path.startswith(p)), key=len)).first()
    return OrgUnit.objects.filter(org_path=min(paths, key=len)).first() if paths else None


class IntakeForm(ActorForm):
    channel = forms.ChoiceField(label=_("channel"), choices=Channel.choices, initial=Channel.PHONE)
    kind = forms.ChoiceField(label=_("kind"), choices=Kind.choices, initial=Kind.COMPLAINT, widget=forms.RadioSelect)
    text = forms.CharField(
        label=_("what happened"),
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 6, "autofocus": True}),
        help_text=_("In the customer's words. No argument, no judgement."),
    )
    happened_on = forms.DateField(
        label=_("day it happened"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    happened_time = forms.TimeField(
        label=_("time"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    line_code = forms.CharField(
        label=_("line"), required=False, max_length=60, widget=forms.TextInput(attrs={"list": "lines"})
    )
    vehicle_code = forms.CharField(
        label=_("vehicle, counter or site"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"list": "vehicles"}),
    )
    place = forms.CharField(label=_("where"), required=False, max_length=200)
    staff_said = forms.CharField(label=_("staff number or description"), required=False, max_length=120)
    name = forms.CharField(label=_("customer's name"), required=False, max_length=80)
    phone = forms.CharField(
        label=_("phone"), required=False, max_length=30, widget=forms.TextInput(attrs={"inputmode": "tel"})
    )
    email = forms.EmailField(label=_("e-mail"), required=False, max_length=120)
    wish = forms.CharField(label=_("what the customer asks for"), required=False, max_length=300)
    insists_on_meeting = forms.BooleanField(label=_("insists on meeting the other side"), required=False)
    is_major = forms.BooleanField(
        label=_("major event"), required=False, help_text=_("The leader is told the moment you save.")
    )
    from_above = forms.CharField(label=_("requirement from above"), required=False, max_length=200)
    grade = forms.ChoiceField(
        label=_("class"), required=False, choices=[*LATER, *Grade.choices], widget=forms.RadioSelect
    )
    criterion = forms.ModelChoiceField(
        label=_("criterion"), required=False, queryset=Criterion._base_manager.none(), empty_label="—"
    )
    theme = forms.ModelChoiceField(
        label=_("theme"), required=False, queryset=CaseTheme._base_manager.none(), empty_label="—"
    )
    answer = forms.CharField(
        label=_("answer given at once"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Only for an enquiry: it is closed when you save."),
    )
    sheet = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    repeat_of = forms.IntegerField(required=False, widget=forms.HiddenInput)
    parties = forms.CharField(required=False, widget=forms.HiddenInput)
    standard = EditionField()
    uploads = ManyFilesField(label=_("photos, files, sound"), required=False, widget=ManyFilesInput)

    def __init__(self, *args: Any, desk: OrgUnit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["criterion"].queryset = criteria_for(desk.org_path)  # type: ignore[attr-defined]
        self.fields["theme"].queryset = themes_for(desk.org_path)  # type: ignore[attr-defined]
        self.fields["standard"].queryset = answers_for(desk.org_path, timezone.localdate())  # type: ignore[attr-defined]

    def asset_named(self, field: str, kinds: tuple[str, ...]) -> Asset | None:
        typed = self.cleaned_data[field].strip()
        if not typed:
            return None
        rows = Asset.objects.filter(kind__in=kinds, is_active=True)
        found = rows.filter(code__iexact=typed).first() or rows.filter(name__iexact=typed).first()
        if found is None:
            raise forms.ValidationError(_("There is none of this number. Choose one, or leave it empty."))
        return found

    def clean_line_code(self) -> Asset | None:
        return self.asset_named("line_code", (Asset.Kind.LINE,))

    def clean_vehicle_code(self) -> Asset | None:
        return self.asset_named("vehicle_code", (Asset.Kind.VEHICLE, Asset.Kind.COUNTER, Asset.Kind.SITE))

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("answer") and given.get("kind") != Kind.ENQUIRY:
            self.add_error("answer", _("Only an enquiry can be answered and closed at once."))
        if given.get("grade") and given.get("kind") != Kind.COMPLAINT:
            self.add_error("grade", _("Only a complaint has a class."))
        if given.get("happened_time") and not given.get("happened_on"):
            given["happened_on"] = timezone.localdate()
        return given

    def happened_at(self) -> datetime | None:
        given = self.cleaned_data
        on, at = given.get("happened_on"), given.get("happened_time")
        return timezone.make_aware(datetime.combine(on, at)) if on and isinstance(at, time) else None

    @property
    def page(self) -> str:
        """The same words on the same sheet are one case, however often they are sent; other words are another."""
        given = self.cleaned_data
        words = "\n".join(f"{name}={given[name]}" for name in sorted(given) if name != "uploads")
        return given["sheet"] and f"{given['sheet']}.{hashlib.sha256(words.encode()).hexdigest()[:32]}"

    def told(self) -> Told:
        given = self.cleaned_data
        repeat_of = Case.objects.filter(pk=given["repeat_of"]).first() if given["repeat_of"] else None
        return Told(
            origin="desk" if self.page else "",
            origin_id=self.page,
            text=given["text"],
            channel=given["channel"],
            kind=given["kind"],
            happened_at=self.happened_at(),
            happened_on=given["happened_on"],
            place=given["place"],
            line=given["line_code"],
            asset=given["vehicle_code"],
            staff_said=given["staff_said"],
            is_major=given["is_major"],
            from_above=given["from_above"],
            repeat_of=repeat_of,
            person=Person(
                name=given["name"],
                phone=given["phone"],
                email=given["email"],
                wish=given["wish"],
                insists_on_meeting=given["insists_on_meeting"],
            ),
        )
