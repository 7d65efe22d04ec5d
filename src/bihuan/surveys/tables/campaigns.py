"""Columns and filters of the list of surveys in the field."""

from __future__ import annotations

import django_filters
import django_tables2 as tables
from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.foundation.tables import BaseTable
from bihuan.instruments.models import Instrument
from bihuan.organisation.models import OrgUnit
from bihuan.surveys.models import Campaign
from bihuan.surveys.selectors.campaigns import below_target, closing_soon, wanted
from bihuan.surveys.tables.imports import NUMBER, units_in_scope

CAMPAIGN_LOOK = {"draft": "none", "open": "info", "paused": "soon", "closed": "met", "discarded": "none"}


def campaign_badge(campaign: Campaign) -> str:
    return render_to_string(
        "partials/state_badge.html", {"state": CAMPAIGN_LOOK[campaign.state], "label": campaign.state_label}
    )


def forms_in_use(_request: HttpRequest | None) -> QuerySet[Instrument]:
    return Instrument.objects.filter(versions__campaigns__isnull=False).distinct()


class CampaignFilter(django_filters.FilterSet):  # type: ignore[misc]
    q = django_filters.CharFilter(label=_("title"), field_name="title", lookup_expr="icontains")
    state = django_filters.MultipleChoiceFilter(
        label=_("state"), choices=list(Campaign.state_labels.items()), widget=forms.CheckboxSelectMultiple
    )
    unit = django_filters.ModelChoiceFilter(label=_("unit"), queryset=units_in_scope, method="by_unit")
    form = django_filters.ModelChoiceFilter(
        label=_("form"), queryset=forms_in_use, field_name="version_of_form__instrument"
    )
    closing = django_filters.BooleanFilter(
        label=_("closes within 14 days"), method="by_closing", widget=forms.CheckboxInput
    )
    below = django_filters.BooleanFilter(
        label=_("fewer answers than needed"), method="by_below", widget=forms.CheckboxInput
    )
    unread = django_filters.BooleanFilter(
        label=_("closed, results not read"), method="by_unread", widget=forms.CheckboxInput
    )
    opened_from = django_filters.DateFilter(
        label=_("in the field from"), method="by_from", widget=forms.DateInput(attrs={"type": "date"})
    )
    opened_to = django_filters.DateFilter(
        label=_("in the field to"), method="by_to", widget=forms.DateInput(attrs={"type": "date"})
    )

    def by_unit(self, rows: QuerySet[Campaign], _name: str, value: OrgUnit | None) -> QuerySet[Campaign]:
        return rows.filter(org_path__within=value.org_path) if value else rows

    def by_closing(self, rows: QuerySet[Campaign], _name: str, value: bool | None) -> QuerySet[Campaign]:
        return closing_soon(rows, timezone.now()) if value else rows

    def by_below(self, rows: QuerySet[Campaign], _name: str, value: bool | None) -> QuerySet[Campaign]:
        return below_target(rows) if value else rows

    def by_unread(self, rows: QuerySet[Campaign], _name: str, value: bool | None) -> QuerySet[Campaign]:
        return rows.filter(state="closed", results_read_at=None) if value else rows

    def by_from(self, rows: QuerySet[Campaign], _name: str, value: object) -> QuerySet[Campaign]:
        return rows.filter(Q(closed_at__date__gte=value) | Q(closed_at=None), opened_at__isnull=False)

    def by_to(self, rows: QuerySet[Campaign], _name: str, value: object) -> QuerySet[Campaign]:
        return rows.filter(opened_at__date__lte=value)


class CampaignTable(BaseTable):
    title = tables.Column(verbose_name=_("title"), linkify=True, attrs={"td": {"class": "title-cell"}})
    state = tables.Column(verbose_name=_("state"))
    answers = tables.Column(
        verbose_name=pgettext_lazy("list", "answers of those needed"), empty_values=(), orderable=False, attrs=NUMBER
    )
    unit = tables.Column(verbose_name=_("unit"), accessor="unit__name", order_by="org_path")
    form = tables.Column(
        verbose_name=_("form"), accessor="version_of_form", order_by="version_of_form__instrument__title"
    )
    opens = tables.DateTimeColumn(verbose_name=_("opens"), accessor="opens_at", format="Y-m-d H:i")
    closes = tables.DateTimeColumn(verbose_name=_("closes"), accessor="closes_at", format="Y-m-d H:i")
    anonymity = tables.Column(verbose_name=_("anonymity"), accessor="short_anonymity", orderable=False)

    class Meta(BaseTable.Meta):
        order_by = "-opens"

    def render_state(self, record: Campaign) -> str:
        return campaign_badge(record)

    def value_state(self, record: Campaign) -> str:
        return record.state_label

    def render_answers(self, record: Campaign) -> str:
        need = wanted(record)
        return render_to_string(
            "surveys/field/answers_cell.html",
            {"answers": record.answers, "wanted": need, "is_met": record.answers >= need},  # type: ignore[attr-defined]
        )

    def value_answers(self, record: Campaign) -> int:
        return int(record.answers)  # type: ignore[attr-defined]
