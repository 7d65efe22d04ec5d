"""Columns and filters of the list of surveys."""

from __future__ import annotations

from typing import Any

import django_filters
import django_tables2 as tables
from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from bihuan.foundation.tables import BaseTable
from bihuan.organisation.models import OrgUnit
from bihuan.surveys.models import SurveyImport

STATE_LOOK = {
    "reading": "info",
    "refused": "late",
    "proposed": "soon",
    "importing": "info",
    "imported": "met",
    "withdrawn": "none",
    "discarded": "none",
}
NUMBER = {"td": {"class": "number"}, "th": {"class": "number"}}


def units_in_scope(_request: HttpRequest | None) -> QuerySet[OrgUnit]:
    return OrgUnit.objects.all()


class SurveyFilter(django_filters.FilterSet):  # type: ignore[misc]
    q = django_filters.CharFilter(label=_("title or file"), method="by_words")
    state = django_filters.MultipleChoiceFilter(
        label=_("state"), choices=list(SurveyImport.state_labels.items()), widget=forms.CheckboxSelectMultiple
    )
    unit = django_filters.ModelChoiceFilter(label=_("unit"), queryset=units_in_scope, method="by_unit")
    surveyed_from = django_filters.DateFilter(
        label=_("surveyed from"),
        field_name="period_to",
        lookup_expr="gte",
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    surveyed_to = django_filters.DateFilter(
        label=_("surveyed to"),
        field_name="period_from",
        lookup_expr="lte",
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def by_words(self, rows: QuerySet[SurveyImport], _name: str, value: str) -> QuerySet[SurveyImport]:
        return rows.filter(Q(title__icontains=value) | Q(file_name__icontains=value))

    def by_unit(self, rows: QuerySet[SurveyImport], _name: str, value: OrgUnit | None) -> QuerySet[SurveyImport]:
        return rows.filter(org_path__within=value.org_path) if value else rows


class SurveyTable(BaseTable):
    title = tables.Column(verbose_name=_("title"), linkify=True)
    headline = tables.Column(verbose_name=_("in one sentence"), accessor="headline_text", orderable=False)
    unit = tables.Column(verbose_name=_("unit"), accessor="unit__name", order_by="org_path")
    period = tables.Column(verbose_name=_("period"), accessor="period_to", order_by="period_to", empty_values=())
    rows = tables.Column(verbose_name=_("respondents"), accessor="rows", attrs=NUMBER)
    state = tables.Column(verbose_name=_("state"))
    imported = tables.DateTimeColumn(verbose_name=_("imported on"), accessor="imported_at", format="Y-m-d H:i")
    by = tables.Column(verbose_name=_("by"), accessor="imported_by_name", order_by="imported_by_name")

    class Meta(BaseTable.Meta):
        order_by = "-imported"

    def render_state(self, record: SurveyImport) -> str:
        return render_to_string(
            "partials/state_badge.html", {"state": STATE_LOOK[record.state], "label": record.state_label}
        )

    def value_state(self, record: SurveyImport) -> str:
        return record.state_label

    def render_period(self, record: SurveyImport) -> str:
        return period_text(record)

    def value_period(self, record: SurveyImport) -> str:
        return period_text(record)


def period_text(record: SurveyImport) -> str:
    days: list[Any] = [day for day in (record.period_from, record.period_to) if day]
    return " – ".join(dict.fromkeys(day.isoformat() for day in days)) or "—"
