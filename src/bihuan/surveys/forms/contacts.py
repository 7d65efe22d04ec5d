"""Forms of survey contacts and invitations."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.foundation.forms import ActorForm, ScopedModelChoiceField
from bihuan.organisation.models import OrgUnit
from bihuan.surveys.forms.campaigns import moment_field
from bihuan.surveys.models import Campaign, Contact, Mailing, SampleDraw, Segment
from bihuan.surveys.permissions import CONTACTS

ACCEPTED = ".csv,.xlsx"
FIELDS = ("name", "email", "phone", "organisation", "segment", "language", "number")


def unit_field(**options: Any) -> ScopedModelChoiceField:
    return ScopedModelChoiceField(
        OrgUnit, permission=CONTACTS, only={"is_active": True}, label=_("responsible unit"), **options
    )


class ContactForm(ActorForm):
    name = forms.CharField(label=_("name"), max_length=100, required=False)
    email = forms.CharField(label=_("e-mail"), max_length=254, required=False, widget=forms.EmailInput)
    phone = forms.CharField(
        label=_("telephone"), max_length=40, required=False, widget=forms.TextInput(attrs={"inputmode": "tel"})
    )
    organisation = forms.CharField(label=_("organisation"), max_length=150, required=False)
    segment = forms.CharField(
        label=_("segment"),
        max_length=40,
        required=False,
        help_text=_("The name or code of a survey's segment it belongs to."),
    )
    language = forms.CharField(
        label=_("language"), max_length=10, required=False, help_text=_("zh-hans, en …; empty: the form's first.")
    )
    number = forms.CharField(label=_("customer number"), max_length=60, required=False)


class ContactNewForm(ContactForm):
    unit = unit_field()
    field_order = ("unit", *FIELDS)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["unit"].initial = self.fields["unit"].queryset.first()  # type: ignore[attr-defined]


class ContactFileForm(ActorForm):
    unit = unit_field(help_text=_("Whose customers they are."))
    file = forms.FileField(
        label=_("list of people"),
        widget=forms.FileInput(attrs={"accept": ACCEPTED}),
        help_text=_(
            "CSV or XLSX, headings in the first row: name (姓名), e-mail (邮箱), telephone (电话), "
            "organisation (单位), segment (客户类别), language (语言), customer number (客户编号). "
            "E-mail or telephone is needed."
        ),
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["unit"].initial = self.fields["unit"].queryset.first()  # type: ignore[attr-defined]
        self.fields["file"].allow_empty_file = True  # type: ignore[attr-defined]


class DrawForm(ActorForm):
    channel = forms.ChoiceField(
        label=_("channel"), choices=SampleDraw.Channel.choices, widget=forms.RadioSelect, initial="email"
    )
    n = forms.IntegerField(
        label=_("how many people"),
        required=False,
        min_value=1,
        max_value=1_000_000,
        help_text=_("Empty: everybody who may be asked. Segments with a share of the sample get theirs."),
    )
    units = forms.ModelMultipleChoiceField(
        label=_("contacts of these units and those below them"),
        queryset=OrgUnit._base_manager.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None ticked: all of the survey."),
    )
    segments = forms.ModelMultipleChoiceField(
        label=_("only these segments"),
        queryset=Segment._base_manager.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    seed = forms.CharField(
        label=_("seed"),
        max_length=80,
        required=False,
        help_text=_("Words or digits that decide the draw, for instance from a public lottery. Empty: by chance."),
    )

    def __init__(self, *args: Any, campaign: Campaign, **more: Any) -> None:
        super().__init__(*args, **more)
        units = OrgUnit.objects.filter(org_path__within=campaign.org_path, contacts__isnull=False).distinct()
        self.fields["units"].queryset = units  # type: ignore[attr-defined]
        segments = Segment.objects.filter(campaign=campaign)
        self.fields["segments"].queryset = segments  # type: ignore[attr-defined]
        if not segments.exists():
            del self.fields["segments"]


class MailingForm(forms.Form):
    kind = forms.ChoiceField(
        label=pgettext_lazy("mailing", "what"), choices=Mailing.Kind.choices, widget=forms.RadioSelect
    )
    due_at = moment_field(label=_("to be sent at"), help_text=_("Empty: now, as soon as the survey is open."))


class LetterForm(forms.Form):
    subject = forms.CharField(label=_("subject"), max_length=150, required=False)
    body = forms.CharField(
        label=pgettext_lazy("mail", "text"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 14}),
        help_text=_(
            "{name}, {title}, {link}, {closes} and {unit} are filled in for each person. The way to ask no more is "
            "added by itself. Empty both fields to go back to the shipped text."
        ),
    )


def contact_values(contact: Contact) -> dict[str, Any]:
    return {name: getattr(contact, name) for name in FIELDS}
