"""Lists of batches and of sheets."""

from __future__ import annotations

import django_filters
import django_tables2 as tables
from django import forms
from django.db.models import Q, QuerySet
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.foundation.tables import BaseTable
from bihuan.organisation.models import OrgUnit
from bihuan.surveys.models import PaperBatch, PaperSheet
from bihuan.surveys.tables.imports import NUMBER, units_in_scope

SHEET_LOOK = {"keyed": "soon", "differs": "late", "submitted": "met", "void": "none"}


class BatchFilter(django_filters.FilterSet):  # type: ignore[misc]
    q = django_filters.CharFilter(label=_("survey or place"), method="by_words")
    unit = django_filters.ModelChoiceFilter(label=_("unit"), queryset=units_in_scope, method="by_unit")
    open = django_filters.BooleanFilter(
        label=_("surveys in the field only"), method="by_open", widget=forms.CheckboxInput
    )

    def by_words(self, rows: QuerySet[PaperBatch], _name: str, value: str) -> QuerySet[PaperBatch]:
        return rows.filter(Q(campaign__title__icontains=value) | Q(label__icontains=value))

    def by_unit(self, rows: QuerySet[PaperBatch], _name: str, value: OrgUnit | None) -> QuerySet[PaperBatch]:
        return rows.filter(org_path__within=value.org_path) if value else rows

    def by_open(self, rows: QuerySet[PaperBatch], _name: str, value: bool | None) -> QuerySet[PaperBatch]:
        return rows.filter(campaign__state__in=("open", "paused")) if value else rows


class BatchTable(BaseTable):
    campaign = tables.Column(
        verbose_name=_("survey campaign"), accessor="campaign__title", attrs={"td": {"class": "title-cell"}}
    )
    number = tables.Column(verbose_name=_("batch"), linkify=True)
    unit = tables.Column(verbose_name=_("unit"), accessor="unit__name", order_by="org_path")
    label = tables.Column(verbose_name=_("where it was handed out"))
    issued = tables.Column(verbose_name=_("handed out"), attrs=NUMBER)
    returned = tables.Column(verbose_name=pgettext_lazy("paper", "returned"), attrs=NUMBER)
    valid = tables.Column(verbose_name=pgettext_lazy("paper", "valid"), accessor="n_submitted", attrs=NUMBER)
    void = tables.Column(verbose_name=pgettext_lazy("paper", "not valid"), accessor="n_void", attrs=NUMBER)
    waiting = tables.Column(verbose_name=pgettext_lazy("paper", "to be checked"), accessor="n_waiting", attrs=NUMBER)
    issued_on = tables.DateColumn(verbose_name=_("handed out on"), format="Y-m-d")

    class Meta(BaseTable.Meta):
        order_by = "-issued_on"


class SheetFilter(django_filters.FilterSet):  # type: ignore[misc]
    q = django_filters.CharFilter(label=_("sheet number"), field_name="number", lookup_expr="icontains")
    state = django_filters.MultipleChoiceFilter(
        label=_("state"), choices=list(PaperSheet.state_labels.items()), widget=forms.CheckboxSelectMultiple
    )
    remarked = django_filters.BooleanFilter(
        label=_("with a remark only"), method="by_remark", widget=forms.CheckboxInput
    )

    def by_remark(self, rows: QuerySet[PaperSheet], _name: str, value: bool | None) -> QuerySet[PaperSheet]:
        return rows.exclude(remark="") if value else rows


class SheetTable(BaseTable):
    number = tables.Column(verbose_name=_("sheet number"), linkify=True)
    state = tables.Column(verbose_name=_("state"))
    answered_on = tables.DateColumn(verbose_name=_("answered on"), format="Y-m-d")
    first_by = tables.Column(verbose_name=_("keyed by"), accessor="first_by_name")
    keyed_on = tables.DateColumn(verbose_name=_("keyed on"), format="Y-m-d")
    second_by = tables.Column(verbose_name=_("keyed again by"), accessor="second_by_name")
    differing = tables.Column(verbose_name=_("items that differ"), attrs=NUMBER)
    remark = tables.Column(verbose_name=_("handler's remark"))
    void_reason = tables.Column(verbose_name=_("why it is not valid"))

    class Meta(BaseTable.Meta):
        order_by = "-keyed_on"

    def render_state(self, record: PaperSheet) -> str:
        return render_to_string(
            "partials/state_badge.html", {"state": SHEET_LOOK[record.state], "label": record.state_label}
        )

    def value_state(self, record: PaperSheet) -> str:
        return record.state_label

    def render_differing(self, record: PaperSheet) -> str:
        return f"{record.differing} / {record.compared}" if record.compared else "—"
