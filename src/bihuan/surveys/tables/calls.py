"""The queue of telephone interviews."""

from __future__ import annotations

import django_filters
import django_tables2 as tables
from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.foundation.tables import BaseTable
from bihuan.organisation.models import OrgUnit
from bihuan.surveys.models import CallTask, Outcome
from bihuan.surveys.tables.imports import NUMBER, units_in_scope


class CallFilter(django_filters.FilterSet):  # type: ignore[misc]
    q = django_filters.CharFilter(label=_("survey campaign"), field_name="campaign__title", lookup_expr="icontains")
    outcome = django_filters.MultipleChoiceFilter(
        label=_("outcome"), choices=Outcome.choices, widget=forms.CheckboxSelectMultiple
    )
    unit = django_filters.ModelChoiceFilter(label=_("unit"), queryset=units_in_scope, method="by_unit")
    due = django_filters.BooleanFilter(label=_("to be called now"), method="by_due", widget=forms.CheckboxInput)
    mine = django_filters.BooleanFilter(label=_("on my screen"), method="by_mine", widget=forms.CheckboxInput)

    def by_unit(self, rows: QuerySet[CallTask], _name: str, value: OrgUnit | None) -> QuerySet[CallTask]:
        return rows.filter(org_path__within=value.org_path) if value else rows

    def by_due(self, rows: QuerySet[CallTask], _name: str, value: bool | None) -> QuerySet[CallTask]:
        return rows.filter(Q(next_at=None) | Q(next_at__lte=timezone.now())) if value else rows

    def by_mine(self, rows: QuerySet[CallTask], _name: str, value: bool | None) -> QuerySet[CallTask]:
        request: HttpRequest = self.request
        return rows.filter(held_by_id=request.user.pk) if value else rows


class CallTable(BaseTable):
    campaign = tables.Column(verbose_name=_("survey campaign"), accessor="campaign__title", linkify=False)
    number = tables.Column(verbose_name=_("call to make"), accessor="pk", linkify=True, order_by="pk")
    unit = tables.Column(verbose_name=_("unit"), accessor="invitation__unit__name", order_by="org_path")
    segment = tables.Column(
        verbose_name=_("segment"), accessor="invitation__segment__name", order_by="invitation__segment__name"
    )
    next_at = tables.DateTimeColumn(verbose_name=_("call not before"), format="Y-m-d H:i")
    attempts = tables.Column(verbose_name=_("attempts"), attrs=NUMBER)
    outcome = tables.Column(verbose_name=_("last outcome"), accessor="get_outcome_display", order_by="outcome")

    class Meta(BaseTable.Meta):
        order_by = "next_at"

    def render_number(self, record: CallTask) -> str:
        return f"#{record.pk}"
