"""Lists of contacts, of invitations and of letters."""

from __future__ import annotations

import django_filters
import django_tables2 as tables
from django import forms
from django.db.models import Q, QuerySet
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.foundation.tables import BaseTable
from bihuan.organisation.models import OrgUnit
from bihuan.surveys.models import Contact, Invitation, Message
from bihuan.surveys.tables.imports import NUMBER, units_in_scope

FATE_LOOK = {"waiting": "none", "sent": "met", "failed": "late", "quarantined": "none", "opted_out": "none"}
MESSAGE_LOOK = {"waiting": "none", "sending": "info", "sent": "met", "failed": "late", "left_out": "none"}


def badge(look: str, label: object) -> str:
    return render_to_string("partials/state_badge.html", {"state": look, "label": label})


class ContactFilter(django_filters.FilterSet):  # type: ignore[misc]
    q = django_filters.CharFilter(label=_("name, address, telephone or number"), method="by_words")
    unit = django_filters.ModelChoiceFilter(label=_("unit"), queryset=units_in_scope, method="by_unit")
    segment = django_filters.CharFilter(label=_("segment"), field_name="segment", lookup_expr="iexact")
    language = django_filters.CharFilter(label=_("language"), field_name="language", lookup_expr="iexact")
    opted_out = django_filters.BooleanFilter(
        label=_("does not want to be asked"), field_name="is_opted_out", widget=forms.CheckboxInput, method="by_wish"
    )
    asked_from = django_filters.DateFilter(
        label=_("last asked from"),
        field_name="asked_on",
        lookup_expr="gte",
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    never = django_filters.BooleanFilter(label=_("never asked"), method="by_never", widget=forms.CheckboxInput)

    def by_words(self, rows: QuerySet[Contact], _name: str, value: str) -> QuerySet[Contact]:
        digits = "".join(filter(str.isdigit, value))
        found = (
            Q(name__icontains=value)
            | Q(email__icontains=value.lower())
            | Q(organisation__icontains=value)
            | Q(number__iexact=value.strip())
        )
        return rows.filter(found | Q(phone_digits__contains=digits) if len(digits) >= 4 else found)

    def by_unit(self, rows: QuerySet[Contact], _name: str, value: OrgUnit | None) -> QuerySet[Contact]:
        return rows.filter(org_path__within=value.org_path) if value else rows

    def by_wish(self, rows: QuerySet[Contact], _name: str, value: bool | None) -> QuerySet[Contact]:
        return rows.filter(is_opted_out=True) if value else rows

    def by_never(self, rows: QuerySet[Contact], _name: str, value: bool | None) -> QuerySet[Contact]:
        return rows.filter(asked_on=None) if value else rows


class ContactTable(BaseTable):
    name = tables.Column(verbose_name=_("name"), linkify=True, empty_values=())
    email = tables.Column(verbose_name=_("e-mail"))
    phone = tables.Column(verbose_name=_("telephone"))
    organisation = tables.Column(verbose_name=_("organisation"))
    segment = tables.Column(verbose_name=_("segment"))
    unit = tables.Column(verbose_name=_("unit"), accessor="unit__name", order_by="org_path")
    asked_on = tables.DateColumn(verbose_name=_("last asked"), format="Y-m-d")
    wish = tables.Column(verbose_name=_("wish"), accessor="is_opted_out")

    class Meta(BaseTable.Meta):
        order_by = "name"

    def render_name(self, record: Contact) -> str:
        return str(record)

    def render_wish(self, record: Contact) -> str:
        return badge("soon", _("do not ask")) if record.is_opted_out else ""

    def value_wish(self, record: Contact) -> str:
        return str(_("do not ask")) if record.is_opted_out else ""


class InvitationFilter(django_filters.FilterSet):  # type: ignore[misc]
    q = django_filters.CharFilter(label=_("name or address"), method="by_words")
    fate = django_filters.MultipleChoiceFilter(
        label=_("sending"), choices=Invitation.Fate.choices, widget=forms.CheckboxSelectMultiple
    )
    channel = django_filters.ChoiceFilter(
        label=_("channel"),
        choices=[("email", _("e-mail")), ("phone", _("telephone interview"))],
        field_name="door__kind",
    )
    answered = django_filters.BooleanFilter(
        label=pgettext_lazy("filter", "not answered only"), method="by_answered", widget=forms.CheckboxInput
    )

    def by_words(self, rows: QuerySet[Invitation], _name: str, value: str) -> QuerySet[Invitation]:
        return rows.filter(Q(contact__name__icontains=value) | Q(contact__email__icontains=value.lower()))

    def by_answered(self, rows: QuerySet[Invitation], _name: str, value: bool | None) -> QuerySet[Invitation]:
        return rows.filter(used=0) if value else rows


class InvitationTable(BaseTable):
    contact = tables.Column(verbose_name=_("contact"), accessor="contact", order_by="contact__name")
    unit = tables.Column(verbose_name=_("unit"), accessor="unit__name", order_by="org_path")
    segment = tables.Column(verbose_name=_("segment"), accessor="segment__name", order_by="segment__name")
    channel = tables.Column(verbose_name=_("channel"), accessor="door__get_kind_display", order_by="door__kind")
    fate = tables.Column(verbose_name=_("sending"))
    sent_at = tables.DateTimeColumn(verbose_name=_("sent"), format="Y-m-d H:i")
    reminders = tables.Column(verbose_name=_("reminders"), attrs=NUMBER)
    used = tables.Column(verbose_name=pgettext_lazy("invitation", "answered"), accessor="used")
    problem = tables.Column(verbose_name=_("problem"), orderable=False)

    class Meta(BaseTable.Meta):
        row_attrs = {"data-href": lambda record: ""}
        order_by = "contact"

    def render_contact(self, record: Invitation) -> str:
        return format_html('<a href="{}">{}</a>', record.contact.get_absolute_url(), record.contact)

    def value_contact(self, record: Invitation) -> str:
        return str(record.contact)

    def render_fate(self, record: Invitation) -> str:
        return badge(FATE_LOOK[record.fate], record.get_fate_display())

    def value_fate(self, record: Invitation) -> str:
        return str(record.get_fate_display())

    def render_used(self, record: Invitation) -> str:
        return str(_("yes")) if record.used else "—"

    def value_used(self, record: Invitation) -> int:
        return record.used


class MessageFilter(django_filters.FilterSet):  # type: ignore[misc]
    state = django_filters.MultipleChoiceFilter(
        label=_("state"), choices=Message.State.choices, widget=forms.CheckboxSelectMultiple
    )


class MessageTable(BaseTable):
    contact = tables.Column(
        verbose_name=_("contact"), accessor="invitation__contact", order_by="invitation__contact__name"
    )
    state = tables.Column(verbose_name=_("state"))
    why = tables.Column(verbose_name=_("why"), accessor="pk", orderable=False, empty_values=())
    attempts = tables.Column(verbose_name=_("attempts"), attrs=NUMBER)
    tried_at = tables.DateTimeColumn(verbose_name=_("tried"), format="Y-m-d H:i")

    class Meta(BaseTable.Meta):
        row_attrs = {"data-href": lambda record: ""}
        order_by = "-state"

    def render_contact(self, record: Message) -> str:
        contact = record.invitation.contact
        return format_html('<a href="{}">{}</a>', contact.get_absolute_url(), contact)

    def value_contact(self, record: Message) -> str:
        return str(record.invitation.contact)

    def render_state(self, record: Message) -> str:
        return badge(MESSAGE_LOOK[record.state], record.get_state_display())

    def value_state(self, record: Message) -> str:
        return str(record.get_state_display())

    def render_why(self, record: Message) -> str:
        return record.get_reason_display() or record.problem
